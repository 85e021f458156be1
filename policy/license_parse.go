package policy

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/ospo-register/ospo/licenses"
)

// Bounds of what a policy holds.
const (
	MostRules    = 300
	mostSets     = 100
	mostEntries  = 1000 // licences in one list
	shortText    = 200
	longText     = 2000
	mostIDLength = 64
)

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Parse reads a policy from YAML. The error is a *Mistakes with everything that is wrong, each with line and column.
//
// Licences are checked against the list that is built in. Anchors, aliases, tags and a second document are refused; no more than MostBytes and MostRules are read.
func Parse(text []byte) (*Policy, error) {
	r := &reader{}
	var p *Policy
	if body := r.document(text); body != nil {
		p = r.policy(body)
	}
	if len(r.mistakes) > 0 {
		return nil, &Mistakes{List: sortMistakes(r.mistakes)}
	}
	return p, nil
}

func (r *reader) policy(body ast.Node) *Policy {
	p := &Policy{}
	var rules ast.Node
	seen := map[string]bool{}
	first := body.GetToken()
	for i, e := range r.mapping(body, "", []string{"id", "title", "about", "basis", "sets", "rules", "otherwise"}) {
		seen[e.key] = true
		if i == 0 {
			first = e.at
		}
		switch e.key {
		case "id":
			p.ID = r.id(e.value, "id")
		case "title":
			p.Title = r.needed(e.value, "title", shortText)
		case "about":
			p.About = r.text(e.value, "about", longText)
		case "basis":
			p.Basis = r.text(e.value, "basis", longText)
		case "sets":
			p.Sets = r.sets(e.value)
		case "rules":
			rules = e.value
		case "otherwise":
			p.Otherwise = r.otherwise(e.value)
		}
	}
	r.missing(first, "", seen, "id", "title", "rules")
	if rules != nil {
		p.Rules = r.rules(rules, p.Sets)
	}
	p.Otherwise = p.Otherwise.filled()
	return p
}

// missing notes each key that has to be there and is not.
func (r *reader) missing(at *token.Token, field string, seen map[string]bool, keys ...string) {
	for _, key := range keys {
		if !seen[key] {
			r.wrong(at, under(field, key), "required", "The key %s is missing.%s", key, meant[key])
		}
	}
}

// meant says what a missing key is for.
var meant = map[string]string{
	"id":      " Give a short name in lower case, such as no-noncommercial.",
	"title":   " Say in a few words what it is about.",
	"rules":   " A policy without rules says nothing.",
	"outcome": " Say allow, review, unknown or deny.",
	"message": " Say what the reader has to know.",
	"cure":    " Say what the reader can do about it.",
}

func (r *reader) id(node ast.Node, field string) string {
	id := r.text(node, field, mostIDLength)
	if !kebab.MatchString(id) {
		r.wrong(node.GetToken(), field, "bad-id", "Use lower-case letters and digits joined by hyphens, such as no-noncommercial.")
	}
	return id
}

func (r *reader) needed(node ast.Node, field string, most int) string {
	before := len(r.mistakes)
	value := r.text(node, field, most)
	if value == "" && len(r.mistakes) == before {
		r.wrong(node.GetToken(), field, "required", "Write something here.")
	}
	return value
}

func (r *reader) sets(node ast.Node) []NamedSet {
	var sets []NamedSet
	if node.Type() == ast.NullType {
		return nil
	}
	for _, e := range r.mapping(node, "sets", nil) {
		field := under("sets", e.key)
		if !kebab.MatchString(e.key) || len(e.key) > mostIDLength {
			r.wrong(e.at, field, "bad-id", "Name a set in lower-case letters and digits joined by hyphens.")
		}
		sets = append(sets, NamedSet{e.key, r.ids(e.value, field)})
	}
	if len(sets) > mostSets {
		r.wrong(node.GetToken(), "sets", "too-many", "There are %d sets; at most %d are read.", len(sets), mostSets)
	}
	return sets
}

func (r *reader) ids(node ast.Node, field string) []string {
	items := r.sequence(node, field)
	if len(items) == 0 {
		r.wrong(node.GetToken(), field, "empty-list", "Name at least one licence, or remove the key.")
	}
	if len(items) > mostEntries {
		r.wrong(node.GetToken(), field, "too-many", "There are %d licences; at most %d are read.", len(items), mostEntries)
		return nil
	}
	var ids []string
	for i, node := range items {
		value := r.text(node, item(field, i), shortText)
		if value == "" {
			continue
		}
		leaf, code, why := readLeaf(value)
		switch {
		case why != "":
			r.wrong(node.GetToken(), item(field, i), code, "%s", why)
		case slices.Contains(ids, leaf.String()):
			r.wrong(node.GetToken(), item(field, i), "twice", "%s is in the list already. Remove one of the two.", leaf)
		default:
			ids = append(ids, leaf.String())
		}
	}
	return ids
}

// readLeaf reads one licence as rules name it, in its current spelling; why says what is wrong with it.
func readLeaf(text string) (leaf licenses.Leaf, code, why string) {
	expression, err := licenses.Parse(text)
	if err != nil {
		var syntax *licenses.SyntaxError
		words := err.Error()
		if errors.As(err, &syntax) {
			words = syntax.Sentence
		}
		return leaf, "not-a-licence", fmt.Sprintf("%s is not a licence: %s", clip(text), words)
	}
	expression = expression.Current()
	leaf = expression.Leaf()
	switch {
	case leaf == (licenses.Leaf{}):
		return leaf, "several-licences", fmt.Sprintf("%s is more than one licence. Name each by itself.", clip(text))
	case leaf.Document != "" || leaf.AdditionDocument != "":
		return leaf, "foreign-reference", fmt.Sprintf("%s is defined in another document and cannot be named here.", clip(text))
	}
	unlisted := leaf.Unlisted()
	if len(unlisted) == 0 {
		return leaf, "", ""
	}
	id, number := unlisted[0], licenses.ListVersion().Number
	var candidates []string
	if id == leaf.Addition {
		for _, e := range licenses.AllExceptions() {
			candidates = append(candidates, e.ID)
		}
		return leaf, "unknown-exception", fmt.Sprintf("%s is no exception on the SPDX list %s.%s", clip(id), number, didYouMean(id, candidates))
	}
	for _, l := range licenses.All() {
		candidates = append(candidates, l.ID)
	}
	return leaf, "unknown-licence", fmt.Sprintf("%s is not on the SPDX list %s.%s", clip(id), number, didYouMean(id, candidates))
}

func (r *reader) otherwise(node ast.Node) Otherwise {
	var o Otherwise
	for _, e := range r.mapping(node, "otherwise", []string{"outcome", "severity", "message", "cure"}) {
		field := under("otherwise", e.key)
		switch e.key {
		case "outcome":
			o.Outcome = oneOf(r, e.value, field, []Outcome{Allow, Review, Deny})
		case "severity":
			o.Severity = oneOf(r, e.value, field, Severities())
		case "message":
			o.Message = r.text(e.value, field, longText)
		case "cure":
			o.Cure = r.text(e.value, field, longText)
		}
	}
	return o
}

// filled is the same with the usual values where nothing was said.
func (o Otherwise) filled() Otherwise {
	if o.Outcome == "" {
		o.Outcome = Review
	}
	if o.Severity == "" {
		o.Severity = usualSeverity(o.Outcome)
	}
	if o.Message == "" {
		o.Message = "No rule of the policy speaks of this licence."
	}
	if o.Cure == "" && o.Outcome != Allow {
		o.Cure = "Have the licence looked at, and let a rule of the policy say what holds."
	}
	return o
}

func oneOf[T ~string](r *reader, node ast.Node, field string, all []T) T {
	before := len(r.mistakes)
	value := T(r.text(node, field, shortText))
	if len(r.mistakes) > before {
		return ""
	}
	if !slices.Contains(all, value) {
		words := valuesOf(all)
		r.wrong(node.GetToken(), field, "unknown-value", "%q is not known here.%s Use %s.", clip(string(value)), didYouMean(string(value), words), strings.Join(words, ", "))
		return ""
	}
	return value
}

func (r *reader) reference(node ast.Node, field string) string {
	address := r.text(node, field, shortText*2)
	if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		r.wrong(node.GetToken(), field, "bad-url", "Give a full web address that starts with https://.")
	}
	return address
}
