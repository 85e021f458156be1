package policy

import (
	"embed"
	"slices"
	"sync"
)

//go:embed regimes
var regimeFiles embed.FS

// Preset is a regime that the program brings as a draft to begin with. None is legal advice.
type Preset struct {
	Code  string
	Title string
	Text  []byte // YAML with its comments
}

// presetCodes are the presets in the order of the reference, the one for Trinidad and Tobago first because it is the fullest.
var presetCodes = []string{"tt-draft", "it-cad", "us-fed", "ch-embag", "de-egovg16a", "fr-lrn", "in-2015", "uk-tcop", "eu-iea", "es-40-2015", "pt-2013", "se-digg", "bg-58a",
	"ke-ict", "za-foss", "my-2006", "uy-19179", "ec-148"}

var thePresets = sync.OnceValue(func() []Preset {
	var presets []Preset
	for _, code := range presetCodes {
		text, err := regimeFiles.ReadFile("regimes/" + code + ".yaml")
		if err != nil {
			panic(err) // they are part of the program
		}
		regime, err := ParseRegime(text)
		if err != nil {
			panic(code + ": " + err.Error()) // the tests read each
		}
		presets = append(presets, Preset{Code: code, Title: regime.Title, Text: text})
	}
	return presets
})

// Presets lists the regimes that the program brings. Their texts are shared and not to be changed.
func Presets() []Preset { return slices.Clone(thePresets()) }

var theClauses = sync.OnceValue(func() []Clause {
	text, err := regimeFiles.ReadFile("regimes/clauses.yaml")
	if err != nil {
		panic(err) // it is part of the program
	}
	var book struct {
		Clauses []Clause `key:"clauses" need:"There are no clauses."`
	}
	r := newRegimeReader()
	if body := r.document(text); body != nil {
		r.read(body, &book)
	}
	if len(r.mistakes) > 0 {
		panic(&Mistakes{List: r.mistakes, what: "regime"}) // the tests read it
	}
	return book.Clauses
})

// Clauses lists the clauses that a regime can take by their id.
func Clauses() []Clause { return slices.Clone(theClauses()) }
