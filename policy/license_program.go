package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Source is one policy of a chain, in the version that is in force.
type Source struct {
	Policy  *Policy
	Version int    // number of the version in its register; 0 for one that is not registered
	Agency  string // code of the agency that set it; "" when nobody has
}

// Program is a chain of policies made ready to judge, with the licence list that it judges by. It remembers what it has judged and is safe
// for use by several goroutines.
type Program struct {
	list     *licenses.List
	sources  []Source
	books    []*book
	mentions []string
	local    []*Fact // mentioned facts of the situation but its component
	parts    []*Fact // mentioned facts of the component
	digest   string
	stated   bool // the words or the whole expression of a statement are mentioned

	mu     sync.Mutex
	tables map[string]*table // by the values of local and parts
	kept   int               // what is in all tables, roughly
	leaves map[licenses.Leaf]*knownLeaf
}

// knownLeaf is what the list knows of a leaf, looked up once.
type knownLeaf struct {
	facts    licenses.Facts
	class    licenses.Class
	listed   bool // its terms are published
	key      string
	versions []licenses.Leaf // of an "or later" leaf, without itself
}

func (p *Program) leaf(leaf licenses.Leaf) *knownLeaf {
	p.mu.Lock()
	known, ok := p.leaves[leaf]
	p.mu.Unlock()
	if ok {
		return known
	}
	known = lookUp(p.list, leaf)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.leaves) > mostKept {
		clear(p.leaves)
	}
	p.leaves[leaf] = known
	return known
}

func lookUp(list *licenses.List, leaf licenses.Leaf) *knownLeaf {
	facts := list.Facts(leaf)
	return &knownLeaf{facts: facts, class: leaf.Class(), listed: termsKnown(&facts), key: strings.ToLower(leaf.String()), versions: leaf.Versions()[1:]}
}

// termsKnown says whether anybody has published what the licence says. LicenseDB also lists names for "some licence, we cannot tell which", and for
// some permissive, copyleft or proprietary one.
func termsKnown(f *licenses.Facts) bool {
	return f.Listed && !f.Unspecific && (f.Category != licenses.CategoryUnstated || f.Openness != licenses.OpennessUnknown)
}

// book is one policy made ready.
type book struct {
	Source
	rules []*readyRule
}

type readyRule struct {
	Rule
	names     map[string]bool // licences it names, in lower case
	condition *condition      // nil for always
	situated  bool            // the condition asks for nothing about licence or statement
}

// Compile makes a program of a chain of policies, from the government's down to the agency's own. The error is *models.Error of kind
// invalid and names the policy; for policies made by Parse there is none but for an empty chain or an identifier that stands in it twice.
func Compile(chain []Source, list *licenses.List) (*Program, error) {
	if len(chain) == 0 || list == nil {
		return nil, models.Refuse(models.Invalid, "no-policy", "There is no policy to judge by. Activate one, or judge by the one that ships.")
	}
	p := &Program{list: list, sources: slices.Clone(chain), tables: map[string]*table{}, leaves: map[licenses.Leaf]*knownLeaf{}}
	seen := map[string]bool{}
	for _, source := range chain {
		if source.Policy == nil {
			return nil, models.Refuse(models.Invalid, "no-policy", "A policy of the chain is missing.")
		}
		if seen[source.Agency+"\x00"+source.Policy.ID] {
			return nil, models.Refuse(models.Invalid, "policy-twice", "The policy "+source.Policy.ID+" stands in the chain twice.")
		}
		seen[source.Agency+"\x00"+source.Policy.ID] = true
		b, err := ready(source)
		if err != nil {
			return nil, err
		}
		p.books = append(p.books, b)
	}
	p.gather()
	p.digest = p.sum()
	return p, nil
}

func ready(source Source) (*book, error) {
	b := &book{Source: source}
	var mistakes models.Mistakes
	for i, rule := range source.Policy.Rules {
		r := &readyRule{Rule: rule, names: source.Policy.names(rule.Licenses), situated: true}
		if rule.When != "" {
			compiled, flaws := compileWhen(rule.When)
			for _, f := range flaws {
				mistakes.Add(fmt.Sprintf("%s.rules[%d].when", source.Policy.ID, i), f.code, fmt.Sprintf("Line %d, column %d: %s", f.line, f.column, f.sentence))
			}
			r.condition = compiled
		}
		if r.condition != nil {
			r.situated = !slices.ContainsFunc(r.condition.mentions, func(name string) bool { return group(name) == "license" || group(name) == "statement" })
		}
		b.rules = append(b.rules, r)
	}
	return b, mistakes.Err()
}

// names is the licences that a match names, itself or by a set, in lower case.
func (p *Policy) names(m Match) map[string]bool {
	names := map[string]bool{}
	for _, id := range m.IDs {
		names[strings.ToLower(id)] = true
	}
	for _, set := range p.Sets {
		if slices.Contains(m.Sets, set.Name) {
			for _, id := range set.IDs {
				names[strings.ToLower(id)] = true
			}
		}
	}
	return names
}

func (p *Program) gather() {
	for _, b := range p.books {
		for _, r := range b.rules {
			if r.condition != nil {
				p.mentions = append(p.mentions, r.condition.mentions...)
			}
		}
	}
	slices.Sort(p.mentions)
	p.mentions = slices.Compact(p.mentions)
	for _, name := range p.mentions {
		switch group(name) {
		case "license":
		case "statement":
			p.stated = true
		case "component":
			p.parts = append(p.parts, theFacts().byName[name])
		default:
			p.local = append(p.local, theFacts().byName[name])
		}
	}
}

// Sources is the chain that the program was made of.
func (p *Program) Sources() []Source { return slices.Clone(p.sources) }

// List is the licence list that the program judges by.
func (p *Program) List() *licenses.List { return p.list }

// Mentions lists, sorted, the names of the facts that the conditions of the program ask for.
func (p *Program) Mentions() []string { return slices.Clone(p.mentions) }

// NeedsComponent says whether a judgement depends on more of a component than its licence. When it does not, one judgement of an expression
// holds for every component with it.
func (p *Program) NeedsComponent() bool { return len(p.parts) > 0 }

// Key spells those facts of the situation that the program asks for, but for the component's. Two situations with the same key are judged
// alike: a caller can keep a table of verdicts by program, key and expression.
func (p *Program) Key(s Situation) string { return spellAll(p.local, &world{situation: &s}) }

func spellAll(facts []*Fact, w *world) string {
	var b strings.Builder
	for _, fact := range facts {
		b.WriteString(fact.Name + "=" + spell(fact.value(w)) + ";")
	}
	return b.String()
}

// Digest is the SHA-256, in lower-case hex, of everything that a judgement depends on besides its arguments: policies, versions, agencies, licence list.
func (p *Program) Digest() string { return p.digest }

func (p *Program) sum() string {
	h := sha256.New()
	fmt.Fprintf(h, "list %s\n", p.list.Digest())
	for _, s := range p.sources {
		fmt.Fprintf(h, "policy %q version %d of %q: %s\n", s.Policy.ID, s.Version, s.Agency, s.Policy.Digest())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// mostKept bounds what a program remembers, in judgements; when there are more it forgets them all and begins anew.
const mostKept = 200_000

// table is what was judged for one tuple of values of the mentioned facts.
type table struct {
	mu         sync.Mutex
	answers    map[*readyRule]answer
	leaves     map[string]*ruling
	judgements map[string]Judgement
}

func (p *Program) table(w *world) *table {
	key := spellAll(p.local, w) + spellAll(p.parts, w)
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.tables[key]
	if !ok {
		t = &table{answers: map[*readyRule]answer{}, leaves: map[string]*ruling{}, judgements: map[string]Judgement{}}
		p.tables[key] = t
		p.kept += 4
	}
	return t
}

// keeping counts what was put into a table.
func (p *Program) keeping() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept++; p.kept > mostKept {
		clear(p.tables)
		p.kept = 0
	}
}
