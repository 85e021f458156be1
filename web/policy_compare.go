package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// policyComparison sets two versions of a policy side by side.
type policyComparison struct {
	From, To *store.PolicyVersionRow
	Path     string
	Added    []ruleView
	Removed  []ruleView
	Changed  []ruleChange
	Moved    []ruleMove
	Rest     []partChange // title, sets, what holds otherwise
	Same     int          // rules that are alike
}

// ruleChange is a rule that both versions have and that says something else.
type ruleChange struct {
	Rule  policy.Rule // as it is in the later one
	Parts []partChange
}

// partChange is one part before and after.
type partChange struct{ Label, Before, After string }

// ruleMove is a rule that stands at another place among those that both versions have. The order decides which rule speaks first.
type ruleMove struct {
	Rule     policy.Rule
	Was, Now int // from 1
}

func (s *site) comparePolicy(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	p := policyComparison{Path: policyPath(id)}
	if p.From, err = s.comparable(c, id, "from"); err != nil {
		return err
	}
	if p.To, err = s.comparable(c, id, "to"); err != nil {
		return err
	}
	from, err := policy.Parse([]byte(p.From.Text))
	if err != nil {
		return err
	}
	to, err := policy.Parse([]byte(p.To.Text))
	if err != nil {
		return err
	}
	p.compare(from, to)
	title := capital(versionName(p.From.Number)) + " and " + versionName(p.To.Number) + " of " + shorten(to.Title, 80)
	return c.show(view{Name: "policy-compare", Title: title, Nav: "/licenses", Page: p, Crumbs: []crumb{{"Licences", "/licenses"}, {"Policies", "/policies"}, {shorten(to.Title, 60), p.Path}, {"Compare", ""}}})
}

// comparable finds the version of a policy that the query names.
func (s *site) comparable(c *page, id int64, name string) (*store.PolicyVersionRow, error) {
	v, err := s.Store.PolicyVersion(c.ctx(), c.queryID(name))
	if err != nil {
		return nil, err
	}
	if v.PolicyID != id || !readable(c.viewer, v) {
		return nil, models.NoSuch("policy-version")
	}
	return v, nil
}

func (p *policyComparison) compare(from, to *policy.Policy) {
	var kept, were []string // rules of both, in the order of each
	before, after := viewRules(from), viewRules(to)
	for _, r := range before {
		if _, ok := to.Rule(r.ID); ok {
			were = append(were, r.ID)
		} else {
			p.Removed = append(p.Removed, r)
		}
	}
	for _, r := range after {
		was, ok := from.Rule(r.ID)
		if !ok {
			p.Added = append(p.Added, r)
			continue
		}
		kept = append(kept, r.ID)
		if parts := changedParts(partsOf(was), partsOf(r.Rule)); len(parts) > 0 {
			p.Changed = append(p.Changed, ruleChange{r.Rule, parts})
		} else {
			p.Same++
		}
	}
	places := make([]int, len(kept))
	for i, id := range kept {
		places[i] = slices.Index(were, id)
	}
	stays := longestRising(places)
	for i, id := range kept {
		if !stays[i] {
			r, _ := to.Rule(id)
			p.Moved = append(p.Moved, ruleMove{r, places[i] + 1, i + 1})
		}
	}
	p.Rest = changedParts(restOf(from, to), restOf(to, from))
}

// longestRising marks the most of the numbers that can stay where they are when the rest is moved to bring all in order.
func longestRising(numbers []int) []bool {
	length, before, end := make([]int, len(numbers)), make([]int, len(numbers)), -1
	for i, n := range numbers {
		length[i], before[i] = 1, -1
		for j := range i {
			if numbers[j] < n && length[j] >= length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if end < 0 || length[i] > length[end] {
			end = i
		}
	}
	stays := make([]bool, len(numbers))
	for ; end >= 0; end = before[end] {
		stays[end] = true
	}
	return stays
}

// restOf is what a policy says besides its rules, with an empty part for each set that only the other one has.
func restOf(p, other *policy.Policy) []rulePart {
	parts := []rulePart{{"Identifier", p.ID}, {"Title", p.Title}, {"About", p.About}, {"Legal basis", p.Basis}}
	names := map[string]string{}
	for _, set := range other.Sets {
		names[set.Name] = ""
	}
	for _, set := range p.Sets {
		names[set.Name] = strings.Join(set.IDs, ", ")
	}
	for _, name := range sortedNames(names) {
		parts = append(parts, rulePart{"Set " + name, names[name]})
	}
	o := p.Otherwise
	return append(parts, rulePart{"Otherwise", word(o.Outcome)}, rulePart{"Otherwise, severity", word(o.Severity)}, rulePart{"Otherwise, message", o.Message}, rulePart{"Otherwise, cure", o.Cure})
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func changedParts(before, after []rulePart) []partChange {
	var changed []partChange
	for i, b := range before {
		if a := after[i]; a.Text != b.Text {
			changed = append(changed, partChange{b.Label, b.Text, a.Text})
		}
	}
	return changed
}

// Alike reports whether both versions say the same.
func (p policyComparison) Alike() bool {
	return len(p.Added)+len(p.Removed)+len(p.Changed)+len(p.Moved)+len(p.Rest) == 0
}
