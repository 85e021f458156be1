package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// Loosening is a rule of a lower policy that allows what a higher one does not. It has no effect there: the worse verdict holds.
type Loosening struct {
	Rule       string // ID of the lower policy's rule
	ParentRule string // ID of the higher policy's rule; "" for its "otherwise"
	Outcome    Outcome
	Licenses   []string // the licences concerned, at most 20, sorted
	More       int      // how many more there are
	Sentence   string   // for the author of the rule
}

// Loosens lists the rules of the child that allow listed licences which the parent denies or wants reviewed in every situation, heaviest first.
// What the parent decides by a condition is passed over: there the child may be right at times.
func Loosens(parent, child *Policy, list *licenses.List) []Loosening {
	above, err := ready(Source{Policy: parent})
	if err != nil {
		return nil
	}
	below, err := ready(Source{Policy: child})
	if err != nil {
		return nil
	}
	var found []Loosening
	for _, leaf := range everyLeaf(list, child) {
		w := &world{statement: Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(leaf)}, leaf: lookUp(list, leaf), situation: &Situation{}}
		outcome, rule, ok := above.certain(w)
		if !ok || outcome == Allow {
			continue
		}
		for _, id := range below.mayAllow(w) {
			found = add(found, Loosening{Rule: id, ParentRule: rule, Outcome: outcome}, leaf.String())
		}
	}
	for i, l := range found {
		found[i].Sentence = l.words(parent)
	}
	slices.SortStableFunc(found, func(a, b Loosening) int {
		return slices.Index(Outcomes(), b.Outcome) - slices.Index(Outcomes(), a.Outcome)
	})
	return found
}

// everyLeaf is every licence of the list, and what the policy names besides.
func everyLeaf(list *licenses.List, p *Policy) []licenses.Leaf {
	var leaves []licenses.Leaf
	for _, l := range list.All() {
		leaves = append(leaves, licenses.Leaf{ID: l.ID})
	}
	add := func(ids []string) {
		for _, id := range ids {
			if leaf, _, why := readLeaf(id); why == "" && !slices.Contains(leaves, leaf) {
				leaves = append(leaves, leaf)
			}
		}
	}
	for _, set := range p.Sets {
		add(set.IDs)
	}
	for _, rule := range p.Rules {
		add(rule.Licenses.IDs)
	}
	slices.SortStableFunc(leaves, func(a, b licenses.Leaf) int { return strings.Compare(a.String(), b.String()) })
	return leaves
}

// certain is what the policy says of a leaf whatever the situation; not ok when that depends on a condition.
func (b *book) certain(w *world) (outcome Outcome, rule string, ok bool) {
	for _, r := range b.rules {
		matches, named := r.matches(w)
		if !matches || !w.leaf.listed && !named && r.Outcome == Allow {
			continue
		}
		if slices.Contains(r.Licenses.Statement, StatedGuessed) {
			continue
		}
		switch {
		case outcome == "":
			outcome, rule = r.Outcome, r.ID
		case outcome != r.Outcome:
			return "", "", false
		}
		if r.condition == nil {
			return outcome, rule, true
		}
	}
	last := b.Policy.Otherwise.Outcome
	if !w.leaf.listed {
		last = LeaveUnknown
	}
	if outcome == "" {
		return last, "", true
	}
	return outcome, rule, outcome == last
}

// mayAllow lists the rules that allow the leaf in some situation.
func (b *book) mayAllow(w *world) []string {
	var ids []string
	for _, r := range b.rules {
		matches, named := r.matches(w)
		if !matches || !w.leaf.listed && !named {
			continue
		}
		if r.Outcome == Allow {
			ids = append(ids, r.ID)
		}
		if r.condition == nil {
			break
		}
	}
	return ids
}

func add(found []Loosening, l Loosening, leaf string) []Loosening {
	const most = 20
	i := slices.IndexFunc(found, func(f Loosening) bool {
		return f.Rule == l.Rule && f.ParentRule == l.ParentRule && f.Outcome == l.Outcome
	})
	if i < 0 {
		found, i = append(found, l), len(found)
	}
	if len(found[i].Licenses) == most {
		found[i].More++
	} else {
		found[i].Licenses = append(found[i].Licenses, leaf)
	}
	return found
}

func (l Loosening) words(parent *Policy) string {
	does := map[Outcome]string{Deny: "denies", Review: "wants reviewed", LeaveUnknown: "leaves unknown"}[l.Outcome]
	by := "because none of its rules speaks of it"
	if l.ParentRule != "" {
		by = "by its rule " + l.ParentRule
	}
	what := strings.Join(l.Licenses[:min(3, len(l.Licenses))], ", ")
	if rest := len(l.Licenses) + l.More - 3; rest > 0 {
		what += fmt.Sprintf(" and %d more", rest)
	}
	return fmt.Sprintf("The rule %s allows %s, which “%s” above %s %s. A policy can only tighten what is set above it, so this has no effect.", l.Rule, what, parent.Title, does, by)
}
