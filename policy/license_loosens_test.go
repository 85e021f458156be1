package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/licenses"
)

func TestAnAllowanceAgainstTwoRefusalsInARowIsTold(t *testing.T) {
	child := written(t, Review, "x allow {ids: CC-BY-NC-4.0}")
	found := Loosens(Default(), child, licenses.Embedded())
	if len(found) != 1 || found[0].Rule != "x" || found[0].ParentRule != "non-commercial" || found[0].Outcome != Deny || !slices.Equal(found[0].Licenses, []string{"CC-BY-NC-4.0"}) {
		t.Fatalf("got %+v", found)
	}
	for _, want := range []string{"denies by its rule non-commercial", "restricted-in-product", "no effect"} {
		if !strings.Contains(found[0].Sentence, want) {
			t.Errorf("%q does not say %q", found[0].Sentence, want)
		}
	}
}

func TestWhatTheHigherPolicyAllowsInSomeSituationIsNotLoosened(t *testing.T) {
	child := written(t, Allow, "x allow {ids: ISC}")
	parent := written(t, Review, "a review {ids: ISC} when use.service", "b allow {ids: ISC} when use.internal", "c deny {ids: ISC}")
	if found := Loosens(parent, child, licenses.Embedded()); found != nil {
		t.Errorf("got %+v", found)
	}
}

func TestARuleThatLoosensAgainstSeveralRulesIsOneLoosening(t *testing.T) {
	parent := written(t, Allow, "a review {ids: ISC}", "b deny {ids: MIT}")
	found := Loosens(parent, written(t, Allow, "x allow {ids: [ISC, MIT]}"), licenses.Embedded())
	if len(found) != 1 || found[0].ParentRule != "b" || found[0].Outcome != Deny || len(found[0].Licenses) != 2 {
		t.Fatalf("got %+v", found)
	}
	for _, want := range []string{"MIT, which", "by its rule b", "ISC, which", "by its rule a"} {
		if !strings.Contains(found[0].Sentence, want) {
			t.Errorf("%q does not say %q", found[0].Sentence, want)
		}
	}
}

func TestAnAllowanceThatPreemptsAnotherRuleOfItsPolicyIsNotCalledWithoutEffect(t *testing.T) {
	parent := written(t, Allow, "a review {ids: ISC}")
	for _, c := range []struct {
		name      string
		otherwise Outcome
		rules     []string
		want      string
	}{
		{"a later rule", Allow, []string{"x allow {ids: ISC}", "y deny {classes: permissive}"}, "pre-empts its rule y"},
		{"an otherwise that is stricter than the policy above", Deny, []string{"x allow {ids: ISC}"}, "pre-empts what it says otherwise"},
		{"an otherwise that is not", Review, []string{"x allow {ids: ISC}"}, "no effect"},
		{"a later rule about other licences", Allow, []string{"x allow {ids: ISC}", "y deny {ids: MIT}"}, "no effect"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Loosens(parent, written(t, c.otherwise, c.rules...), licenses.Embedded())
			if len(found) != 1 || !strings.Contains(found[0].Sentence, c.want) || strings.Contains(found[0].Sentence, "no effect") != (c.want == "no effect") {
				t.Errorf("got %+v, want %q", found, c.want)
			}
		})
	}
}
