package licenses

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAVerdictOnTwoIsWhatALawyerWouldSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		a, b          Verdict
		worse, either Verdict
	}{
		{"both allowed", Allowed, Allowed, Allowed, Allowed},
		{"one denied branch beside an allowed one calls for a choice", Allowed, Denied, Denied, NeedsChoice},
		{"an unknown branch beside an allowed one calls for a choice", Allowed, UnknownTerms, UnknownTerms, NeedsChoice},
		{"a branch to look at beside an allowed one calls for a choice", Allowed, Review, Review, NeedsChoice},
		{"a choice that is due stays due", NeedsChoice, Allowed, NeedsChoice, NeedsChoice},
		{"a choice that is due is better than a denial", NeedsChoice, Denied, Denied, NeedsChoice},
		{"without an allowed branch the better of the two holds", Review, Denied, Denied, Review},
		{"a missing fact is worse than a look", Review, Undetermined, Undetermined, Review},
		{"unknown is worse than a missing fact", Undetermined, UnknownTerms, UnknownTerms, Undetermined},
		{"denied is worse than unknown", UnknownTerms, Denied, Denied, UnknownTerms},
		{"no licence is no permission", Allowed, NoLicense, NoLicense, NeedsChoice},
		{"a verdict that nobody knows is unknown", Allowed, "perhaps", UnknownTerms, NeedsChoice},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff([]Verdict{c.worse, c.either, c.worse, c.either},
				[]Verdict{c.a.Worse(c.b), c.a.Either(c.b), c.b.Worse(c.a), c.b.Either(c.a)}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrderAndRepetitionOfVerdictsMakeNoDifference(t *testing.T) {
	t.Parallel()
	all := append(Verdicts(), "", "perhaps")
	for _, a := range all {
		for name, join := range map[string]func(Verdict, Verdict) Verdict{"worse": Verdict.Worse, "either": Verdict.Either} {
			if got := join(a, a); got != a.known() {
				t.Errorf("%s of %q with itself is %q", name, a, got)
			}
			for _, b := range all {
				if join(a, b) != join(b, a) {
					t.Errorf("%s of %q and %q depends on the order", name, a, b)
				}
				for _, c := range all {
					if join(join(a, b), c) != join(a, join(b, c)) {
						t.Errorf("%s of %q, %q and %q depends on the grouping", name, a, b, c)
					}
				}
			}
		}
	}
}

func TestABetterLeafNeverMakesAnExpressionWorse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := someExpression(t, 3, anyLeaf)
		before, after := map[Leaf]Verdict{}, map[Leaf]Verdict{}
		for _, leaf := range e.Leaves() {
			before[leaf] = rapid.SampledFrom(Verdicts()).Draw(t, "verdict")
			after[leaf] = before[leaf]
		}
		improved := rapid.SampledFrom(e.Leaves()).Draw(t, "improved")
		better := rapid.SampledFrom(Verdicts()).Draw(t, "better")
		if better.rank() > before[improved].rank() {
			return
		}
		after[improved] = better
		was := e.Judge(func(l Leaf) Verdict { return before[l] })
		is := e.Judge(func(l Leaf) Verdict { return after[l] })
		if is.rank() > was.rank() {
			t.Fatalf("%s was %s and is %s after %s went from %s to %s", e, was, is, improved, before[improved], better)
		}
	})
}

func TestEachLeafIsJudgedOnceForEachPlace(t *testing.T) {
	t.Parallel()
	e := mustParse(t, "(MIT OR ISC) AND (MIT OR Zlib) AND (MIT OR 0BSD)")
	asked := 0
	if got := e.Judge(func(Leaf) Verdict { asked++; return Allowed }); got != Allowed || asked != 6 {
		t.Errorf("%s after %d questions", got, asked)
	}
	if got := (Expression{}).Judge(func(Leaf) Verdict { return Allowed }); got != UnknownTerms {
		t.Errorf("no expression is %s", got)
	}
	for _, e := range []Expression{e, mustParse(t, "MIT")} {
		if got := e.Judge(func(Leaf) Verdict { return "perhaps" }); got != UnknownTerms {
			t.Errorf("a judge who says something else makes %s %s", e, got)
		}
	}
}

func mustParse(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string,
) Expression {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return e
}
