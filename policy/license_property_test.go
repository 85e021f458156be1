package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

var someLicenses = []string{"MIT", "ISC", "Apache-2.0", "MPL-2.0", "LGPL-2.1-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "AGPL-3.0-or-later",
	"GPL-2.0-only WITH Classpath-exception-2.0", "EUPL-1.1+", "EUPL-1.2", "SSPL-1.0", "JSON", "CC-BY-NC-4.0", "LicenseRef-x", "LicenseRef-y", "LicenseRef-scancode-proprietary-license"}

// drawExpression draws an expression, as a tree that can be written in any order.
func drawExpression(t *rapid.T, depth int) licenses.Expression {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		e, err := licenses.Parse(rapid.SampledFrom(someLicenses).Draw(t, "licence"))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	operands := make([]licenses.Expression, rapid.IntRange(2, 3).Draw(t, "operands"))
	for i := range operands {
		operands[i] = drawExpression(t, depth-1)
	}
	if rapid.Bool().Draw(t, "and") {
		return licenses.And(operands...)
	}
	return licenses.Or(operands...)
}

// scrambled is the expression written with the operands of every AND and OR in another order.
func scrambled(t *rapid.T, e licenses.Expression) string {
	if e.Kind() == licenses.KindLicense || e.Kind() == licenses.KindWith {
		return e.String()
	}
	var parts []string
	for _, operand := range rapid.Permutation(e.Operands()).Draw(t, "order") {
		parts = append(parts, "("+scrambled(t, operand)+")")
	}
	return strings.Join(parts, map[licenses.Kind]string{licenses.KindAnd: " AND ", licenses.KindOr: " OR "}[e.Kind()])
}

func drawPolicy(t *rapid.T, id string) *Policy {
	matches := []string{"", "licenses: {classes: permissive}", "licenses: {classes: [strong-copyleft, weak-copyleft]}", "licenses: {reciprocity: [project, network]}",
		"licenses: {ids: [GPL-2.0-only, LicenseRef-x]}", "licenses: {ids: [GPL-2.0-or-later, MIT]}", "licenses: {limits: [non-commercial, field-of-use]}", "licenses: {openness: [open]}"}
	conditions := []string{"", "", "deployment.dataClass == 'secret'", "use.service && use.modify", "known(use.service)", "deployment.criticality > 2 || license.osi",
		"asset.origin == 'gov-built'", "!statement.guessed", "requiresAny(statement.expression, ['GPL-2.0-or-later'])", "component.direct"}
	var b strings.Builder
	fmt.Fprintf(&b, "id: %s\ntitle: T\nrules:\n", id)
	for i := range rapid.IntRange(1, 5).Draw(t, "rules") {
		outcome := rapid.SampledFrom([]Outcome{Allow, Review, Deny}).Draw(t, "outcome")
		fmt.Fprintf(&b, "  - id: r%d\n    title: T\n    message: M\n    cure: C\n    outcome: %s\n    when: %q\n", i, outcome, rapid.SampledFrom(conditions).Draw(t, "when"))
		if match := rapid.SampledFrom(matches).Draw(t, "match"); match != "" {
			b.WriteString("    " + match + "\n")
		}
	}
	if rapid.Bool().Draw(t, "statements") {
		outcome := rapid.SampledFrom([]Outcome{Review, Deny}).Draw(t, "outcome")
		fmt.Fprintf(&b, "  - {id: s, title: T, message: M, cure: C, outcome: %s, licenses: {statement: [none, absent, unlisted]}}\n", outcome)
	}
	fmt.Fprintf(&b, "otherwise: {outcome: %s}\n", rapid.SampledFrom([]Outcome{Allow, Review, Deny}).Draw(t, "otherwise"))
	p, err := Parse([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func drawSituation(t *rapid.T) Situation {
	s := Situation{Uses: map[licenses.Use]bool{}}
	if rapid.Bool().Draw(t, "deployed") {
		s.Deployment = &models.Deployment{DataClass: rapid.SampledFrom(models.DataClasses).Draw(t, "data"), Criticality: int16(rapid.IntRange(0, 4).Draw(t, "criticality"))}
	}
	if rapid.Bool().Draw(t, "asset") {
		s.Asset = &models.Asset{Origin: rapid.SampledFrom(models.Origins).Draw(t, "origin")}
	}
	for _, use := range licenses.Uses() {
		if rapid.Bool().Draw(t, "said") {
			s.Uses[use] = rapid.Bool().Draw(t, "used")
		}
	}
	if rapid.Bool().Draw(t, "component") {
		s.Component = &Component{Name: "c", Direct: rapid.SampledFrom([]licenses.Flag{licenses.Yes, licenses.No, licenses.Unstated}).Draw(t, "direct")}
	}
	return s
}

func drawStatement(t *rapid.T) Statement {
	kind := rapid.SampledFrom([]licenses.ReadingKind{licenses.ReadExpression, licenses.ReadExpression, licenses.ReadExpression, licenses.ReadExpression,
		licenses.ReadNone, licenses.ReadNoAssertion, licenses.ReadAbsent, licenses.ReadUnreadable}).Draw(t, "kind")
	if kind != licenses.ReadExpression {
		return Statement{Kind: kind}
	}
	return Statement{Kind: kind, Expression: drawExpression(t, 3), Guessed: rapid.Bool().Draw(t, "guessed")}
}

func compile(t *rapid.T, chain ...*Policy) *Program {
	var sources []Source
	for i, p := range chain {
		sources = append(sources, Source{Policy: p, Version: i + 1, Agency: p.ID})
	}
	program, err := Compile(sources, licenses.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func worseOrSame(a, b licenses.Verdict) bool { return a.Worse(b) == a }

func TestAPolicyBelowNeverGivesABetterVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		above, below := drawPolicy(t, "above"), drawPolicy(t, "below")
		alone, both := compile(t, above), compile(t, above, below)
		for range 10 {
			s, in := drawStatement(t), drawSituation(t)
			a, b := alone.Judge(context.Background(), s, in), both.Judge(context.Background(), s, in)
			if !worseOrSame(b.Verdict, a.Verdict) {
				t.Fatalf("%s: %s alone and %s with a policy below", s.Expression, a.Verdict, b.Verdict)
			}
		}
	})
}

func TestTheOrderOfOperandsMakesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t, "p")
		s, in := Statement{Kind: licenses.ReadExpression, Expression: drawExpression(t, 3)}, drawSituation(t)
		other, err := licenses.Parse(scrambled(t, s.Expression))
		if err != nil {
			t.Fatal(err)
		}
		first := compile(t, p).Judge(context.Background(), s, in)
		s.Expression = other
		if diff := cmp.Diff(first, compile(t, p).Judge(context.Background(), s, in)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestJudgingIsTheSameWhateverWasJudgedBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chain := []*Policy{drawPolicy(t, "a"), drawPolicy(t, "b")}
		used := compile(t, chain...)
		for range 20 {
			s, in := drawStatement(t), drawSituation(t)
			got := fmt.Sprintf("%+v", used.Judge(context.Background(), s, in))
			if want := fmt.Sprintf("%+v", compile(t, chain...).Judge(context.Background(), s, in)); got != want {
				t.Fatalf("a program that has judged before says\n%s\nand a new one\n%s", got, want)
			}
		}
	})
}

func TestTheVerdictIsThatOfTheAlgebraOverTheLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := compile(t, drawPolicy(t, "a"), drawPolicy(t, "b"))
		s, in := Statement{Kind: licenses.ReadExpression, Expression: drawExpression(t, 3)}, drawSituation(t)
		if slices.Contains(program.Mentions(), "statement.expression") {
			return
		}
		j := program.Judge(context.Background(), s, in)
		want := s.Expression.Judge(func(leaf licenses.Leaf) licenses.Verdict {
			return program.Judge(context.Background(), Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(leaf)}, in).Verdict
		})
		if j.Verdict != want {
			t.Fatalf("%s: %s, and by its leaves %s", s.Expression, j.Verdict, want)
		}
		decisive := slices.ContainsFunc(j.Reasons, func(r Reason) bool { return r.Decisive })
		if len(j.Reasons) == 0 || !decisive || !j.Reasons[0].Decisive {
			t.Fatalf("no reason decides: %+v", j)
		}
	})
}

func TestWhatIsToBeChosenIsOfferedAndAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := compile(t, drawPolicy(t, "a"))
		s, in := Statement{Kind: licenses.ReadExpression, Expression: drawExpression(t, 3)}, drawSituation(t)
		if slices.Contains(program.Mentions(), "statement.expression") {
			return
		}
		j := program.Judge(context.Background(), s, in)
		if (j.Verdict == licenses.NeedsChoice) == j.Choose.IsZero() {
			t.Fatalf("%s and choose %q", j.Verdict, j.Choose)
		}
		if j.Choose.IsZero() {
			return
		}
		if !s.Expression.Offers(j.Choose) {
			t.Fatalf("%s does not offer %s", s.Expression, j.Choose)
		}
		s.Expression = j.Choose
		if again := program.Judge(context.Background(), s, in); again.Verdict != licenses.Allowed {
			t.Fatalf("%s was to be chosen and is %s", j.Choose, again.Verdict)
		}
	})
}

func TestMoreFactsNeverUndoWhatWasCertain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := compile(t, drawPolicy(t, "a"))
		if slices.ContainsFunc(program.Mentions(), func(name string) bool { return name == "use.service" }) {
			return // known(use.service) may turn with knowledge, and is meant to
		}
		s := drawStatement(t)
		j := program.Judge(context.Background(), s, Situation{})
		if slices.ContainsFunc(j.Reasons, func(r Reason) bool { return len(r.Missing) > 0 }) {
			return
		}
		if more := program.Judge(context.Background(), s, drawSituation(t)); more.Verdict != j.Verdict {
			t.Fatalf("%s without facts needed none and becomes %s with facts", j.Verdict, more.Verdict)
		}
	})
}

func TestEveryPolicyIsReadBackFromItsCanonicalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t, "p")
		p.Title = strings.TrimSpace(rapid.StringMatching(`[a-z"'\\:#{}\[\]&*!|>%@, \nÄ“-]{1,40}x`).Draw(t, "title"))
		p.Rules[0].Message = p.Title
		again, err := Parse(p.YAML())
		if err != nil {
			t.Fatalf("%v\n%s", err, p.YAML())
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%s\n%s", diff, p.YAML())
		}
	})
}
