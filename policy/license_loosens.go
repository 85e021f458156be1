package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// Loosening is a rule of a lower policy that allows what a higher one does not. It allows nothing there: the worse verdict holds.
type Loosening struct {
	Rule       string // ID of the lower policy's rule
	ParentRule string // ID of the higher policy's rule, of several that with the heaviest outcome; "" for its "otherwise"
	Outcome    Outcome
	Licenses   []string // the licences concerned, at most 20, sorted
	More       int      // how many more there are
	Sentence   string   // for the author of the rule: what stands against it, and which rules of its own policy it keeps from speaking
}

// Loosens lists the rules of the child that allow listed licences which the parent allows in no situation, each rule once, heaviest first.
// What the parent allows by a condition is passed over: there the child may be right at times.
func Loosens(parent, child *Policy, list *licenses.List) []Loosening {
	above, err := ready(Source{Policy: parent})
	if err != nil {
		return nil
	}
	below, err := ready(Source{Policy: child})
	if err != nil {
		return nil
	}
	found := map[string]*allowance{}
	for _, leaf := range everyLeaf(list, child) {
		w := &world{statement: Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(leaf)}, leaf: lookUp(list, leaf), situation: &Situation{}}
		if against, ok := above.refuses(w); ok {
			below.allowances(w, against, found)
		}
	}
	var all []Loosening
	for _, r := range below.rules {
		if a := found[r.ID]; a != nil {
			all = append(all, a.loosening(r.ID, parent))
		}
	}
	slices.SortStableFunc(all, func(a, b Loosening) int { return weight(b.Outcome) - weight(a.Outcome) })
	return all
}

func weight(o Outcome) int { return slices.Index(Outcomes(), o) }

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

// mayMatch says whether the rule speaks of the leaf when its condition holds.
func (r *readyRule) mayMatch(w *world) bool {
	matches, named := r.matches(w)
	return matches && (w.leaf.listed || named || r.Outcome != Allow)
}

// speaking is those of the rules that speak of a leaf in some situation; last says whether "otherwise" may, too.
func speaking(rules []*readyRule, w *world) (some []*readyRule, last bool) {
	for _, r := range rules {
		if !r.mayMatch(w) {
			continue
		}
		some = append(some, r)
		if r.condition == nil {
			return some, false
		}
	}
	return some, true
}

// otherwise is what the policy says of a leaf that none of its rules speaks of.
func (b *book) otherwise(w *world) Outcome {
	if !w.leaf.listed {
		return LeaveUnknown
	}
	return b.Policy.Otherwise.Outcome
}

// refusal is how a policy does not allow a licence.
type refusal struct {
	outcome  Outcome
	rule     string // the rule that decides whatever the situation; "" for "otherwise"
	lightest Outcome
	earlier  []string // rules that decide in its place in some situations
}

// refuses is what the policy says of a leaf that it allows in no situation; not ok when there is one in which it does.
func (b *book) refuses(w *world) (refusal, bool) {
	rules, last := speaking(b.rules, w)
	var f refusal
	if last {
		f.outcome = b.otherwise(w)
	} else {
		decides := rules[len(rules)-1]
		f.outcome, f.rule, rules = decides.Outcome, decides.ID, rules[:len(rules)-1]
	}
	f.lightest = f.outcome
	for _, r := range rules {
		f.earlier = append(f.earlier, r.ID)
		if weight(r.Outcome) < weight(f.lightest) {
			f.lightest = r.Outcome
		}
	}
	return f, f.lightest != Allow
}

// allowance is what a rule allows in vain.
type allowance struct {
	leaves   []string
	against  []refused
	silences []string // rules of the same policy that would speak if it did not
}

// refused is licences that a policy refuses in the same way.
type refused struct {
	refusal
	leaves []string
}

// allowances notes what the rules of the policy allow of a leaf that a higher policy refuses.
func (b *book) allowances(w *world, against refusal, found map[string]*allowance) {
	for i, r := range b.rules {
		if !r.mayMatch(w) {
			continue
		}
		if r.Outcome == Allow {
			if found[r.ID] == nil {
				found[r.ID] = &allowance{}
			}
			found[r.ID].note(w.leaf.facts.Leaf.String(), against)
			found[r.ID].silence(b, b.rules[i+1:], w, against)
		}
		if r.condition == nil {
			return
		}
	}
}

func (a *allowance) note(leaf string, against refusal) {
	a.leaves = append(a.leaves, leaf)
	i := slices.IndexFunc(a.against, func(r refused) bool {
		return r.outcome == against.outcome && r.rule == against.rule && slices.Equal(r.earlier, against.earlier)
	})
	if i < 0 {
		a.against, i = append(a.against, refused{refusal: against}), len(a.against)
	}
	a.against[i].leaves = append(a.against[i].leaves, leaf)
}

// silence notes which of the later rules would say something else of a leaf; "otherwise" only when it would be stricter than the policy above.
func (a *allowance) silence(b *book, later []*readyRule, w *world, against refusal) {
	rules, last := speaking(later, w)
	add := func(what string) {
		if !slices.Contains(a.silences, what) {
			a.silences = append(a.silences, what)
		}
	}
	for _, r := range rules {
		if r.Outcome != Allow {
			add("its rule " + r.ID)
		}
	}
	if last && weight(b.otherwise(w)) > weight(against.lightest) {
		add("what it says otherwise")
	}
}

func (a *allowance) loosening(rule string, parent *Policy) Loosening {
	const most = 20
	slices.SortStableFunc(a.against, func(x, y refused) int { return weight(y.outcome) - weight(x.outcome) })
	shown := a.leaves[:min(most, len(a.leaves))]
	return Loosening{Rule: rule, ParentRule: a.against[0].rule, Outcome: a.against[0].outcome, Licenses: shown, More: len(a.leaves) - len(shown), Sentence: a.words(rule, parent)}
}

func (a *allowance) words(rule string, parent *Policy) string {
	does := map[Outcome]string{Deny: "denies", Review: "wants reviewed", LeaveUnknown: "leaves unknown"}
	var parts []string
	for _, r := range a.against {
		part := strings.Join(r.leaves[:min(3, len(r.leaves))], ", ")
		if rest := len(r.leaves) - 3; rest > 0 {
			part += fmt.Sprintf(" and %d more", rest)
		}
		part += ", which “" + parent.Title + "” above " + does[r.outcome]
		if r.rule != "" {
			part += " by its rule " + r.rule
		} else {
			part += " because none of its rules speaks of it"
		}
		if len(r.earlier) > 0 {
			part += fmt.Sprintf(" (in some situations %s decides, and does not allow it either)", strings.Join(r.earlier, " or "))
		}
		parts = append(parts, part)
	}
	end := "so this has no effect."
	if len(a.silences) > 0 {
		end = "so this allows nothing there; but of these licences it pre-empts " + strings.Join(a.silences, ", ") + " in the same policy."
	}
	return fmt.Sprintf("The rule %s allows %s. A policy can only tighten what is set above it, %s", rule, strings.Join(parts, "; "), end)
}
