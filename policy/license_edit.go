package policy

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// AddRule gives a policy with the rule at a place counted from 0; a place behind the end is the end. The error is a *Mistakes whose lines are those
// of the new policy's YAML; p stays as it is.
func (p *Policy) AddRule(rule Rule, at int) (*Policy, error) {
	return p.changed(slices.Insert(slices.Clone(p.Rules), min(max(0, at), len(p.Rules)), rule))
}

// ReplaceRule gives a policy in which the rule stands in place of the one with the id. The error is a *Mistakes, or not-found.
func (p *Policy) ReplaceRule(id string, rule Rule) (*Policy, error) {
	i := p.at(id)
	if i < 0 {
		return nil, models.NoSuch("rule")
	}
	rules := slices.Clone(p.Rules)
	rules[i] = rule
	return p.changed(rules)
}

// MoveRule gives a policy in which the rule with the id stands at a place counted from 0; a place behind the end is the end.
func (p *Policy) MoveRule(id string, to int) (*Policy, error) {
	i := p.at(id)
	if i < 0 {
		return nil, models.NoSuch("rule")
	}
	rule := p.Rules[i]
	rest := slices.Delete(slices.Clone(p.Rules), i, i+1)
	return p.changed(slices.Insert(rest, min(max(0, to), len(rest)), rule))
}

// RemoveRule gives a policy without the rule with the id. The last rule cannot be removed.
func (p *Policy) RemoveRule(id string) (*Policy, error) {
	i := p.at(id)
	if i < 0 {
		return nil, models.NoSuch("rule")
	}
	return p.changed(slices.Delete(slices.Clone(p.Rules), i, i+1))
}

// changed is the policy with other rules, checked as Parse checks a text.
func (p *Policy) changed(rules []Rule) (*Policy, error) {
	next := *p
	next.Rules = rules
	return Parse(next.YAML())
}
