package licenses

import "testing"

func TestTheConcludedLicenceDecidesUnlessItSaysNothing(t *testing.T) {
	for _, c := range []struct {
		declared, concluded ReadingKind
		decides             bool
	}{
		{ReadExpression, ReadExpression, true},
		{ReadExpression, ReadNone, true},
		{ReadExpression, ReadUnreadable, true},
		{ReadExpression, ReadNoAssertion, false},
		{ReadNoAssertion, ReadAbsent, false},
		{ReadAbsent, ReadNoAssertion, true},
		{ReadAbsent, ReadAbsent, true},
	} {
		if got := ConclusionDecides(c.declared, c.concluded); got != c.decides {
			t.Errorf("declared %s, concluded %s: %t", c.declared, c.concluded, got)
		}
	}
}
