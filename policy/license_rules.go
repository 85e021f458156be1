package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/ospo-register/ospo/licenses"
)

func (r *reader) rules(node ast.Node, sets []NamedSet) []Rule {
	items := r.sequence(node, "rules")
	if len(items) > MostRules {
		r.wrong(node.GetToken(), "rules", "too-many", "There are %d rules; at most %d are read.", len(items), MostRules)
		return nil
	}
	if len(items) == 0 {
		r.wrong(node.GetToken(), "rules", "empty-list", "A policy without rules says nothing. Write at least one.")
	}
	first := map[string]int{}
	var rules []Rule
	for i, node := range items {
		before := len(r.mistakes)
		rule, at := r.readRule(node, item("rules", i), sets)
		for j := before; j < len(r.mistakes); j++ {
			r.mistakes[j].Rule = rule.ID
		}
		if earlier, taken := first[rule.ID]; taken && rule.ID != "" {
			r.rule = rule.ID
			r.wrong(at, item("rules", i)+".id", "duplicate-id", "The rule %s is there already, as number %d. Give each rule an id of its own.", rule.ID, earlier+1)
			r.rule = ""
		} else {
			first[rule.ID] = i
		}
		rules = append(rules, rule)
	}
	return rules
}

var ruleKeys = []string{"id", "title", "licenses", "when", "outcome", "severity", "message", "basis", "cure", "reference"}

// readRule reads a rule; at is where its id stands.
func (r *reader) readRule(node ast.Node, field string, sets []NamedSet) (rule Rule, at *token.Token) {
	at = node.GetToken()
	before := len(r.mistakes)
	entries := r.mapping(node, field, ruleKeys)
	if len(entries) == 0 {
		if len(r.mistakes) == before {
			r.missing(at, field, nil, "id", "title", "outcome", "message")
		}
		return rule, at
	}
	seen := map[string]bool{}
	var when ast.Node
	var match *token.Token
	for _, e := range entries {
		seen[e.key] = true
		field := under(field, e.key)
		switch e.key {
		case "id":
			rule.ID, at = r.id(e.value, field), e.value.GetToken()
		case "title":
			rule.Title = r.needed(e.value, field, shortText)
		case "licenses":
			before := len(r.mistakes)
			rule.Licenses = r.match(e.value, field, sets)
			if len(r.mistakes) == before {
				match = e.at
			}
		case "when":
			when = e.value
			rule.When = r.text(e.value, field, MostConditionBytes)
		case "outcome":
			rule.Outcome = oneOf(r, e.value, field, Outcomes())
		case "severity":
			rule.Severity = oneOf(r, e.value, field, Severities())
		case "message":
			rule.Message = r.needed(e.value, field, longText)
		case "basis":
			rule.Basis = r.text(e.value, field, longText)
		case "cure":
			rule.Cure = r.text(e.value, field, longText)
		case "reference":
			rule.Reference = r.reference(e.value, field)
		}
	}
	r.missing(entries[0].at, field, seen, "id", "title", "outcome", "message")
	if rule.Outcome != Allow && rule.Outcome != "" && rule.Cure == "" {
		r.missing(entries[0].at, field, nil, "cure")
	}
	rule.Severity = cmp.Or(rule.Severity, usualSeverity(rule.Outcome))
	if match != nil {
		r.fitting(match, field, rule)
	}
	if rule.Outcome == LeaveUnknown && len(rule.Licenses.Statement) == 0 && (match != nil || !seen["licenses"]) {
		r.wrong(entries[0].at, under(field, "outcome"), "outcome-unfit", "The outcome unknown is for rules about statements. Say allow, review or deny.")
	}
	if when != nil && rule.When != "" {
		r.condition(when, under(field, "when"), rule)
	}
	return rule, at
}

func (r *reader) condition(node ast.Node, field string, rule Rule) {
	compiled, flaws := compileWhen(rule.When)
	r.flawed(node, field, rule.When, flaws)
	if compiled == nil || !slices.ContainsFunc(rule.Licenses.Statement, StatementKind.wordless) {
		return
	}
	for _, name := range compiled.mentions {
		if group(name) == "license" {
			r.wrong(node.GetToken(), field, "never-known", "The rule is about statements that name no licence, so %s is never known. Remove it from the condition.", name)
		}
	}
}

var matchKeys = []string{"ids", "sets", "categories", "classes", "openness", "reciprocity", "limits", "patents", "statement"}

func (r *reader) match(node ast.Node, field string, sets []NamedSet) Match {
	var m Match
	for _, e := range r.mapping(node, field, matchKeys) {
		field := under(field, e.key)
		switch e.key {
		case "ids":
			m.IDs = r.ids(e.value, field)
		case "sets":
			m.Sets = r.setNames(e.value, field, sets)
		case "categories":
			m.Categories = someOf(r, e.value, field, theCategories)
		case "classes":
			m.Classes = someOf(r, e.value, field, licenses.Classes())
		case "openness":
			m.Openness = someOf(r, e.value, field, theOpenness)
		case "reciprocity":
			m.Reciprocity = someOf(r, e.value, field, theReciprocity)
		case "limits":
			m.Limits = someOf(r, e.value, field, theLimits)
		case "patents":
			m.Patents = someOf(r, e.value, field, thePatents)
		case "statement":
			m.Statement = someOf(r, e.value, field, StatementKinds())
		}
	}
	return m
}

func (r *reader) setNames(node ast.Node, field string, sets []NamedSet) []string {
	all := make([]string, len(sets))
	for i, set := range sets {
		all[i] = set.Name
	}
	var names []string
	before := len(r.mistakes)
	for i, node := range r.sequence(node, field) {
		name := r.text(node, item(field, i), shortText)
		switch {
		case !slices.Contains(all, name):
			r.wrong(node.GetToken(), item(field, i), "unknown-set", "There is no set %s.%s Define it under sets.", clip(name), didYouMean(name, all))
		case slices.Contains(names, name):
			r.wrong(node.GetToken(), item(field, i), "twice", "The set %s is in the list already.", name)
		default:
			names = append(names, name)
		}
	}
	if len(names) == 0 && len(r.mistakes) == before {
		r.wrong(node.GetToken(), field, "empty-list", "Name at least one set, or remove the key.")
	}
	return names
}

func someOf[T ~string](r *reader, node ast.Node, field string, all []T) []T {
	var values []T
	before := len(r.mistakes)
	for i, node := range r.sequence(node, field) {
		value := oneOf(r, node, item(field, i), all)
		if value != "" && slices.Contains(values, value) {
			r.wrong(node.GetToken(), item(field, i), "twice", "%s is in the list already.", value)
			continue
		}
		if value != "" {
			values = append(values, value)
		}
	}
	if len(values) == 0 && len(r.mistakes) == before {
		r.wrong(node.GetToken(), field, "empty-list", "Name at least one of %s, or remove the key.", strings.Join(valuesOf(all), ", "))
	}
	return values
}

// fitting notes where the licences that a rule is about, which stand at a key, and its outcome do not go together.
func (r *reader) fitting(at *token.Token, field string, rule Rule) {
	m := rule.Licenses
	if m.axes() == 0 && !m.named() && len(m.Statement) == 0 {
		r.wrong(at, under(field, "licenses"), "empty-match", "This names no licence. Remove the key to mean every licence.")
		return
	}
	wordless := slices.ContainsFunc(m.Statement, StatementKind.wordless)
	if wordless && (m.axes() > 0 || m.named()) {
		r.wrong(at, under(field, "licenses"), "statement-unfit", "A statement that is %s names no licence, so the other keys beside it never hold. Make two rules.", strings.Join(valuesOf(m.Statement), " or "))
	}
	outcome := under(field, "outcome")
	unlisted := slices.Contains(m.Statement, StatedUnlisted)
	switch {
	case rule.Outcome == Allow && (wordless || unlisted && !m.named()):
		r.wrong(at, outcome, "outcome-unfit", "Terms that nobody knows cannot be allowed. Say review, unknown or deny.")
	case rule.Outcome == Allow && len(m.Statement) > 0 && m.axes() == 0 && !m.named():
		r.wrong(at, outcome, "outcome-unfit", "This would allow every licence that is stated in this way. Say which, with categories or another key beside statement.")
	case rule.Outcome == LeaveUnknown && (slices.Contains(m.Statement, StatedNone) || slices.Contains(m.Statement, StatedGuessed)):
		r.wrong(at, outcome, "outcome-unfit", "A statement that is none or guessed is not unknown. Say review or deny, or make two rules.")
	}
}

// named says whether the rule names licences one by one.
func (m Match) named() bool { return len(m.IDs) > 0 || len(m.Sets) > 0 }

// axes counts the axes of facts that the match looks at.
func (m Match) axes() int {
	n := 0
	for _, length := range []int{len(m.Categories), len(m.Classes), len(m.Openness), len(m.Reciprocity), len(m.Limits), len(m.Patents)} {
		if length > 0 {
			n++
		}
	}
	return n
}
