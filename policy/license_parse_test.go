package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// document is a policy with one rule, of which the lines are those given.
func document(lines ...string) string {
	return "id: p\ntitle: P\nrules:\n  - id: r\n    title: R\n    message: M\n    cure: C\n    " + strings.Join(lines, "\n    ") + "\n"
}

func TestEachMistakeInAPolicyIsSaidWithItsPlaceAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // "line:column code", and for a condition " @line:column" within it
		says       string   // part of the first sentence
	}{
		{"an empty text", "", []string{"1:1 empty"}, "at least id, title and rules"},
		{"only a comment", "# nothing\n", []string{"1:1 empty"}, ""},
		{"a list in place of keys", "- a\n- b\n", []string{"1:1 not-a-mapping", "1:1 required", "1:1 required", "1:1 required"}, "keys with values"},
		{"two documents", "id: a\n---\nid: b\n", []string{"3:3 several-documents"}, "each policy in its own"},
		{"text that is no YAML", "id: [a\n", []string{"1:5 not-yaml"}, "This is not YAML"},
		{"bytes that are no UTF-8", "id: \xff\n", []string{"1:1 not-utf-8"}, "UTF-8"},
		{"a control character", "id: p\ntitle: a\x07b\n", []string{"2:9 bad-character"}, "U+0007"},
		{"a character without a width", "id: p\ntitle: a\u200bb\n", []string{"2:9 bad-character"}, "U+200B"},
		{"an unknown key, with the one that is meant", "titel: P\n" + document("outcome: deny"), []string{"1:1 unknown-key"}, "Did you mean title?"},
		{"a key that is there twice", "id: q\n" + document("outcome: deny"), []string{"2:1 duplicate-key"}, "twice"},
		{"an anchor", document("outcome: &a deny"), []string{"8:14 not-a-text"}, "Anchors"},
		{"a tag", document("outcome: !!str deny"), []string{"8:14 not-a-text"}, "Tags"},
		{"an id with capitals", strings.Replace(document("outcome: deny"), "id: p", "id: My Policy", 1), []string{"1:5 bad-id"}, "lower-case"},
		{"a rule without outcome", document("severity: low"), []string{"4:5 required"}, "outcome"},
		{"a refusal without a cure", strings.Replace(document("outcome: deny"), "    cure: C\n", "", 1), []string{"4:5 required"}, "cure"},
		{"an empty message", strings.Replace(document("outcome: deny"), "message: M", "message: ''", 1), []string{"6:14 required"}, ""},
		{"an outcome that is not known", document("outcome: alow"), []string{"8:14 unknown-value"}, "Did you mean allow?"},
		{"a rule with nothing in it", "id: p\ntitle: P\nrules: [{}]\n", []string{"3:9 required", "3:9 required", "3:9 required", "3:9 required"}, "id"},
		{"a rule that is left empty", "id: p\ntitle: P\nrules:\n  -\n", []string{"4:5 not-a-mapping"}, ""},
		{"an outcome that is left empty", document("outcome:"), []string{"8:14 unknown-value"}, "Use allow"},
		{"a severity that is not known", document("outcome: deny", "severity: hgih"), []string{"9:15 unknown-value"}, "Did you mean high?"},
		{"a web address without scheme", document("outcome: deny", "reference: example.org"), []string{"9:16 bad-url"}, "https://"},
		{"two rules of one id", document("outcome: deny") + "  - {id: r, title: S, outcome: allow, message: N}\n", []string{"9:10 duplicate-id"}, "number 1"},
		{"an unknown licence, with the one that is meant", document("licenses: {ids: [MIT, GPL-2.0-onyl]}", "outcome: deny"), []string{"8:27 unknown-licence"}, "Did you mean GPL-2.0-only?"},
		{"an unknown exception", document("licenses: {ids: [GPL-2.0-only WITH Clsspath-exception-2.0]}", "outcome: deny"), []string{"8:22 unknown-exception"}, "Did you mean Classpath-exception-2.0?"},
		{"two licences in one entry", document("licenses: {ids: [MIT OR ISC]}", "outcome: deny"), []string{"8:22 several-licences"}, "each by itself"},
		{"a licence of another document", document("licenses: {ids: ['DocumentRef-a:LicenseRef-b']}", "outcome: deny"), []string{"8:22 foreign-reference"}, ""},
		{"a licence named twice, once under its old name", document("licenses: {ids: [GPL-2.0+, GPL-2.0-or-later]}", "outcome: deny"), []string{"8:32 twice"}, ""},
		{"an unknown set", document("licenses: {sets: [ours]}", "outcome: deny"), []string{"8:23 unknown-set"}, "under sets"},
		{"an unknown category", document("licenses: {categories: [permisive]}", "outcome: deny"), []string{"8:29 unknown-value"}, "Did you mean permissive?"},
		{"a match that names nothing", document("licenses: {}", "outcome: deny"), []string{"8:5 empty-match"}, "every licence"},
		{"unknown terms that are allowed", document("licenses: {statement: [absent]}", "outcome: allow"), []string{"8:5 outcome-unfit"}, "cannot be allowed"},
		{"everything guessed that is allowed", document("licenses: {statement: [guessed]}", "outcome: allow"), []string{"8:5 outcome-unfit"}, "Say which"},
		{"a statement without licence that is to have a category", document("licenses: {statement: none, categories: [copyleft]}", "outcome: deny"), []string{"8:5 statement-unfit"}, "two rules"},
		{"a known licence that is left unknown", document("licenses: {ids: [MIT]}", "outcome: unknown"), []string{"4:5 outcome-unfit"}, ""},
		{"a fact that is not there, with the one that is meant", document("outcome: deny", "when: deployment.dataClas == 'secret'"), []string{"9:11 unknown-fact @1:1"}, "Did you mean deployment.dataClass?"},
		{"a group in place of a fact", document("outcome: deny", "when: known(asset)"), []string{"9:17 bad-condition @1:7"}, "group of facts"},
		{"a function that is not there", document("outcome: deny", "when: allow(asset.license, ['MIT'])"), []string{"9:16 unknown-function @1:6"}, "Did you mean allows?"},
		{"text compared with a number", document("outcome: deny", "when: deployment.criticality == 'x'"), []string{"9:34 wrong-type @1:24"}, "a whole number and text"},
		{"a condition that gives text", document("outcome: deny", "when: asset.name"), []string{"9:11 not-yes-or-no @1:1"}, "must give yes or no"},
		{"a condition that ends early, in quotes", document("outcome: deny", `when: "use.service &&"`), []string{"9:26 syntax @1:15"}, "ends too early"},
		{"has() on a fact", document("outcome: deny", "when: has(asset.name)"), []string{"9:15 use-known @1:5"}, "known(asset.name)"},
		{"a misspelt licence inside a condition", document("outcome: deny", "when: allows(asset.license, ['MITT'])"), []string{"9:34 unknown-licence @1:24"}, "MITT"},
		{"a fact compared with a value that it never has", document("outcome: deny", "when: asset.origin == 'gov-bilt'"), []string{"9:27 unknown-value @1:17"}, "Did you mean gov-built?"},
		{"such a comparison the other way round", document("outcome: deny", "when: use.service || 'gov-bilt' != asset.origin"), []string{"9:26 unknown-value @1:16"}, "Did you mean gov-built?"},
		{"values in a list that a fact never has", document("outcome: deny", "when: asset.origin in ['gov-built', 'propietary', 'rented']"), []string{"9:41 unknown-value @1:31", "9:55 unknown-value @1:45"}, "Did you mean proprietary?"},
		{"a value that is never in a fact's list", document("outcome: deny", "when: \"'non-comercial' in license.limits\""), []string{"9:12 unknown-value @1:1"}, "Did you mean non-commercial?"},
		{"a value that would mean that nothing is known", document("outcome: deny", "when: deployment.dataClass == 'unknown'"), []string{"9:35 unknown-value @1:25"}, "write known(deployment.dataClass)"},
		{"a pattern that is none", document("outcome: deny", "when: asset.name.matches('(a')"), []string{"9:30 bad-pattern @1:20"}, "regular expression"},
		{"a variable with the name of a group", document("outcome: deny", "when: asset.categories.exists(use, use == 'x')"), []string{"9:34 taken-name @1:24"}, ""},
		{"a condition that nests too deep", document("outcome: deny", "when: asset.categories.all(a, asset.categories.all(b, asset.categories.all(c, a == c)))"), []string{"9:79 too-costly @1:69"}, "at most two"},
		{"a condition that may take too long", document("outcome: deny", "when: asset.categories.all(a, agency.line.all(b, statement.stated.contains(a + b) && statement.stated.matches('.*x.*y')))"), []string{"9:11 too-costly @1:1"}, "too long"},
		{"a fact of a licence where there is none", document("outcome: deny", "licenses: {statement: absent}", "when: license.osi"), []string{"10:11 never-known"}, "license.osi"},
		{"in a folded condition the place in the YAML", document("outcome: deny", "when: >-", "  use.service &&", "  use.servce"), []string{"11:7 unknown-fact @1:16"}, "Did you mean use.service?"},
		{"in a literal condition the place in the YAML", document("outcome: deny", "when: |", "", "  use.service &&", "    use.servce"), []string{"12:9 unknown-fact @2:3"}, ""},
		{"two mistakes in one condition", document("outcome: deny", "when: use.a || use.b"), []string{"9:11 unknown-fact @1:1", "9:20 unknown-fact @1:10"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			var mistakes *Mistakes
			if !errors.As(err, &mistakes) {
				t.Fatalf("no mistake is found in\n%s", c.text)
			}
			var got []string
			for _, m := range mistakes.List {
				place := fmt.Sprintf("%d:%d %s", m.Line, m.Column, m.Code)
				if m.ConditionLine > 0 {
					place += fmt.Sprintf(" @%d:%d", m.ConditionLine, m.ConditionColumn)
				}
				got = append(got, place)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s%v", diff, err)
			}
			if !strings.Contains(mistakes.List[0].Sentence, c.says) {
				t.Errorf("%q does not say %q", mistakes.List[0].Sentence, c.says)
			}
			if !models.IsKind(err, models.Invalid) {
				t.Error("the error is not of kind invalid")
			}
		})
	}
}

func TestAllMistakesAreToldTogetherAndNameTheirRule(t *testing.T) {
	_, err := Parse([]byte(document("outcome: maybe", "severity: none", "when: x", "licenses: {limits: some}")))
	var mistakes *Mistakes
	if !errors.As(err, &mistakes) || len(mistakes.List) != 4 {
		t.Fatalf("want four mistakes: %v", err)
	}
	for _, m := range mistakes.List {
		if m.Rule != "r" || !strings.HasPrefix(m.Field, "rules[0].") {
			t.Errorf("the mistake does not name its rule and field: %+v", m)
		}
	}
}

func TestABombIsRefusedAndNotExpanded(t *testing.T) {
	for name, text := range map[string]string{
		"brackets":   "id: " + strings.Repeat("[", 100_000),
		"braces":     "id: " + strings.Repeat("{a: ", 50_000),
		"dashes":     strings.Repeat("- ", 100_000),
		"questions":  strings.Repeat("? ", 100_000),
		"tags":       "id: " + strings.Repeat("!a ", 80_000),
		"aliases":    "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + strings.Repeat("d: [*c, *c]\n", 100),
		"too long":   "about: " + strings.Repeat("x", MostBytes),
		"many rules": "id: p\ntitle: P\nrules:\n" + strings.Repeat("  - {id: a}\n", MostRules+1),
		"parens":     document("outcome: deny", "when: "+strings.Repeat("(", 1900)+"true"+strings.Repeat(")", 1900)),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(text)); err == nil {
				t.Error("it is accepted")
			}
		})
	}
}

func TestTheCanonicalFormIsReadBackAsTheSamePolicy(t *testing.T) {
	odd := document("outcome: deny", "severity: low", "basis: \"true\"", "reference: https://example.org/a#b",
		"licenses: {ids: ['LicenseRef-a', 'GPL-2.0+'], statement: [guessed, unlisted]}",
		"when: |", "  use.service &&", "    asset.name == \"a: 'b' # \\\"c\\\"\"") +
		"about: \"  two\\n\\n lines\\twith a tab and “quotes”, \\u00a0 and no break\"\nsets: {a-b: [MIT], true: [ISC]}\notherwise: {outcome: allow}\n"
	for name, text := range map[string]string{"the one that ships": DefaultYAML(), "one with odd texts": odd} {
		t.Run(name, func(t *testing.T) {
			first, err := Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			second, err := Parse(first.YAML())
			if err != nil {
				t.Fatalf("%v\n%s", err, first.YAML())
			}
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("-first +second:\n%s", diff)
			}
			if first.Digest() != second.Digest() || string(first.YAML()) != string(second.YAML()) {
				t.Error("the canonical form is not stable")
			}
		})
	}
}

func TestTheDigestPassesOverLayoutAndCommentsAndNothingElse(t *testing.T) {
	digest := func(text string) string {
		p, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return p.Digest()
	}
	plain := digest(document("outcome: deny"))
	if digest("# why\n"+document("outcome:   'deny'   # why", "severity: high")) != plain {
		t.Error("layout changes the digest")
	}
	if digest(document("outcome: deny", "severity: low")) == plain {
		t.Error("another severity has the same digest")
	}
}

func TestRulesAreAddedReplacedMovedAndRemovedInANewPolicy(t *testing.T) {
	p := Default()
	before := p.Digest()
	ids := func(p *Policy) (ids []string) {
		for _, r := range p.Rules[:3] {
			ids = append(ids, r.ID)
		}
		return ids
	}
	rule := Rule{ID: "new", Title: "New", Outcome: Review, Message: "M", Cure: "C"}
	added, err := p.AddRule(rule, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"no-licence", "new", "no-statement"}, ids(added)); diff != "" {
		t.Error(diff)
	}
	moved, err := added.MoveRule("new", 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"new", "no-licence", "no-statement"}, ids(moved)); diff != "" {
		t.Error(diff)
	}
	rule.Outcome, rule.Severity = Deny, Critical
	replaced, err := moved.ReplaceRule("new", rule)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := replaced.Rule("new"); got.Severity != Critical {
		t.Errorf("the rule was not replaced: %+v", got)
	}
	removed, err := replaced.RemoveRule("new")
	if err != nil {
		t.Fatal(err)
	}
	if removed.Digest() != before || p.Digest() != before {
		t.Error("after removing it again the policy is another")
	}
}

func TestAnEditThatMakesAMistakeIsRefused(t *testing.T) {
	p := Default()
	if _, err := p.AddRule(Rule{ID: "no-licence", Title: "Again", Outcome: Deny, Message: "M", Cure: "C"}, 99); !models.HasCode(err, "bad-policy") {
		t.Errorf("a second rule of the same id: %v", err)
	}
	if _, err := p.ReplaceRule("nobody", Rule{}); !models.IsKind(err, models.NotFound) {
		t.Errorf("replacing a rule that is not there: %v", err)
	}
	if _, err := p.AddRule(Rule{ID: "x", Title: "X", Outcome: Deny, Message: "M", Cure: "C", When: "asset.nme == 'x'"}, 0); err == nil || !strings.Contains(err.Error(), "asset.name") {
		t.Errorf("a rule with a bad condition: %v", err)
	}
}
