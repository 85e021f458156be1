package checklists

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed standards/*.yaml
var files embed.FS

// Standard is a published standard in the version that is asked by.
type Standard struct {
	ID          string       `yaml:"id"` // "dpg", "standard-for-public-code"
	Name        string       `yaml:"name"`
	Short       string       `yaml:"short"` // for sentences
	Publisher   string       `yaml:"publisher"`
	Version     string       `yaml:"version"`
	On          string       `yaml:"on"`          // day of publication, 2024-09-04
	Source      string       `yaml:"source"`      // URL of the publication
	License     string       `yaml:"license"`     // of the publication
	About       string       `yaml:"about"`       // one or two sentences
	FreshMonths int          `yaml:"freshMonths"` // evidence that is older is stale
	Questions   string       `yaml:"questions"`   // what the standard calls them: "indicators", "criteria"
	Indicators  []*Indicator `yaml:"indicators"`
}

// Indicator is one question of a standard.
type Indicator struct {
	ID           string         `yaml:"id"` // unique in its standard: "9a"
	Title        string         `yaml:"title"`
	Asks         string         `yaml:"asks"`
	Evidence     string         `yaml:"evidence"` // what would show it
	Speaks       bool           `yaml:"speaks"`   // only who may speak for the project can give the evidence
	Finds        []string       `yaml:"finds"`    // keys of what the register itself may know of it
	Requirements []*Requirement `yaml:"requirements"`
}

// Level says how much a standard wants something (RFC 2119).
type Level string

const (
	Must   Level = "must"
	Should Level = "should"
	May    Level = "may"
)

// Requirement is one thing that an indicator consists of.
type Requirement struct {
	Level Level  `yaml:"level"`
	Text  string `yaml:"text"`
}

// theStandards reads the embedded texts once. They are part of the program: a mistake in one is found by the tests.
var theStandards = sync.OnceValue(func() []*Standard {
	list, err := readStandards(files)
	if err != nil {
		panic(err)
	}
	return list
})

func readStandards(files fs.FS) ([]*Standard, error) {
	names, err := fs.Glob(files, "standards/*.yaml")
	if err != nil {
		return nil, err
	}
	var list []*Standard
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		s := new(Standard)
		if err := yaml.UnmarshalWithOptions(text, s, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("the standard %s cannot be read: %w", name, err)
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Standard) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

// Standards gives the standards in the order of their ids. They are shared; nobody may change them.
func Standards() []*Standard { return slices.Clone(theStandards()) }

// ByID finds a standard: "dpg" or "standard-for-public-code".
func ByID(id string) (*Standard, bool) {
	for _, s := range theStandards() {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

// Indicator finds a question of the standard.
func (s *Standard) Indicator(id string) (*Indicator, bool) {
	i := slices.IndexFunc(s.Indicators, func(in *Indicator) bool { return in.ID == id })
	if i < 0 {
		return nil, false
	}
	return s.Indicators[i], true
}
