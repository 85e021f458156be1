package quality

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/ospo-register/ospo/models"
)

//go:embed lists/*.yaml
var listFiles embed.FS

// List is a published list of what an SBOM shall have, with the version it was published as.
type List struct {
	ID        string  `yaml:"id"` // "cisa-2026"
	Name      string  `yaml:"name"`
	Short     string  `yaml:"short"` // for sentences: "CISA 2026"
	Publisher string  `yaml:"publisher"`
	Version   string  `yaml:"version"`
	On        string  `yaml:"on"`     // day of publication, 2026-07-29
	Source    string  `yaml:"source"` // URL of the publication
	Status    string  `yaml:"status"` // one sentence: is it in force, what it replaces
	Admits    []Admit `yaml:"admits"` // notations that are admissible; none when the list leaves that open
	Rules     []*Rule `yaml:"rules"`
}

// Admit is a notation that a list admits from a version on.
type Admit struct {
	Format models.SBOMFormat `yaml:"format"`
	From   string            `yaml:"from"`
}

// Level says how much a list wants a field.
type Level string

// The levels. Grades look at required fields only.
const (
	Required   Level = "required"
	Additional Level = "additional" // to be given where it exists
	Optional   Level = "optional"
	Recorded   Level = "recorded" // a practice: shown, never counted
)

// Rule is one field or practice of a list.
type Rule struct {
	ID      string `yaml:"id"`      // unique in its list: "C5"
	Element string `yaml:"element"` // the list's name of the field
	Scope   Scope  `yaml:"scope"`
	Level   Level  `yaml:"level"`
	Fact    string `yaml:"fact"` // ID of a Fact; "" when no document can show it
	What    string `yaml:"what"` // completes "has …": "a version"
	Meaning string `yaml:"meaning"`
	// UnknownWords stand in place of "it is said to be unknown".
	UnknownWords string `yaml:"unknownWords"`
	// Instead names the fact that the list really asks for where Fact takes another in its place; InsteadWords says which.
	Instead      string `yaml:"instead"`
	InsteadWords string `yaml:"insteadWords"`
	// Needs names a fact of the document without which this one cannot be had; NeedsWords says so.
	Needs      string            `yaml:"needs"`
	NeedsWords string            `yaml:"needsWords"`
	Cure       string            `yaml:"cure"`  // what a supplier can do, in any notation
	Cures      map[string]string `yaml:"cures"` // the same in the words of "spdx-2", "spdx-3", "cyclonedx"
	// Effort is how cheap it is to mend: 1 one setting of the tool, 2 data that the build has, 3 research.
	Effort int `yaml:"effort"`
	// Efforts is the same where it differs by notation: what SPDX 2 has no field for takes another notation.
	Efforts map[string]int `yaml:"efforts"`
	// MendedBy is another rule of the list whose cure mends this one too.
	MendedBy       string `yaml:"mendedBy"`
	AcceptsUnknown bool   `yaml:"acceptsUnknown"` // an explicit "not known" is enough
}

// CureFor is the cure in the words of a notation, or the general one.
func (r *Rule) CureFor(f models.SBOMFormat) string {
	if cure := r.Cures[family(f)]; cure != "" {
		return cure
	}
	return r.Cure
}

// EffortFor is the effort in a notation, 1 to 3.
func (r *Rule) EffortFor(f models.SBOMFormat) int {
	if effort := r.Efforts[family(f)]; effort != 0 {
		return effort
	}
	return r.Effort
}

// Rule finds a rule of the list.
func (l *List) Rule(id string) (*Rule, bool) {
	i := slices.IndexFunc(l.Rules, func(r *Rule) bool { return r.ID == id })
	if i < 0 {
		return nil, false
	}
	return l.Rules[i], true
}

// theLists reads the embedded tables once. They are part of the program: a mistake in one is found by the tests.
var theLists = sync.OnceValue(func() []*List {
	lists, err := readLists(listFiles)
	if err != nil {
		panic(err)
	}
	return lists
})

func readLists(files fs.FS) ([]*List, error) {
	names, err := fs.Glob(files, "lists/*.yaml")
	if err != nil {
		return nil, err
	}
	var lists []*List
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		list := new(List)
		if err := yaml.UnmarshalWithOptions(text, list, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("the list %s cannot be read: %w", name, err)
		}
		lists = append(lists, list)
	}
	slices.SortFunc(lists, func(a, b *List) int {
		if a.On > b.On {
			return -1
		}
		return 1
	})
	return lists, nil
}

// Lists gives the rule lists, newest first. They are shared; nobody may change them.
func Lists() []*List { return slices.Clone(theLists()) }

// ListByID finds a list: "cisa-2026", "bsi-tr-03183-2-2.1.0" or "ntia-2021".
func ListByID(id string) (*List, bool) {
	for _, l := range theLists() {
		if l.ID == id {
			return l, true
		}
	}
	return nil, false
}
