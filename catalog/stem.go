package catalog

import (
	"slices"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"
)

// stemmer cuts the endings of words of a language.
type stemmer struct {
	language string // ISO 639-1
	stem     func(*snowballstem.Env) bool
}

// stemmers are those of the languages whose words are known in all their forms. Words of other languages are found as they are written.
var stemmers = []stemmer{{"da", danish.Stem}, {"de", german.Stem}, {"en", english.Stem}, {"es", spanish.Stem}, {"fi", finnish.Stem}, {"fr", french.Stem}, {"ga", irish.Stem}, {"hu", hungarian.Stem},
	{"it", italian.Stem}, {"nl", dutch.Stem}, {"no", norwegian.Stem}, {"pt", portuguese.Stem}, {"ro", romanian.Stem}, {"ru", russian.Stem}, {"sv", swedish.Stem}, {"tr", turkish.Stem}}

// stemmerOf is the place in stemmers of a language tag, -1 when there is none.
func stemmerOf(tag string) int {
	base := baseLanguage(tag)
	if base == "nb" || base == "nn" {
		base = "no"
	}
	return slices.IndexFunc(stemmers, func(s stemmer) bool { return s.language == base })
}

// stemKey is a stem of a language.
type stemKey struct {
	language uint8 // place in stemmers
	stem     string
}

// stemKeys gives the stems of a word in small letters as it is written, and of it without accents: who searches may leave those out.
func stemKeys(language int, lower, folded string, each func(stemKey)) {
	stemOf := func(word string) string {
		env := snowballstem.NewEnv(word)
		stemmers[language].stem(env)
		return fold(env.Current())
	}
	one := stemOf(lower)
	each(stemKey{uint8(language), one})
	if folded != lower {
		if other := stemOf(folded); other != one {
			each(stemKey{uint8(language), other})
		}
	}
}
