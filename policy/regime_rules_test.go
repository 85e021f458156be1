package policy

import "testing"

func TestTheFortyRulesAreThere(t *testing.T) {
	if n := len(Rules()); n != 40 {
		t.Errorf("there are %d rules", n)
	}
}
