package policy

import (
	"strings"
	"testing"
)

func TestEveryFactThatRulesMayAskForIsListedWithItsWords(t *testing.T) {
	seen := map[string]RegimeFact{}
	for _, f := range RegimeFacts() {
		if f.Words == "" || f.Kind == "" {
			t.Errorf("%s says nothing: %+v", f.Path, f)
		}
		if _, twice := seen[f.Path]; twice {
			t.Errorf("%s is listed twice", f.Path)
		}
		seen[f.Path] = f
	}
	for path, kind := range map[string]string{"d.state": "text", "d.value": "number", "d.candidates": "list", "d.candidates[].oss": "yes or no", "chosen.tco.total": "number", "p.exemption_max": "span of time", "now": "moment"} {
		if seen[path].Kind != kind {
			t.Errorf("%s is %q, want %q", path, seen[path].Kind, kind)
		}
	}
	for _, rule := range Rules() {
		for _, name := range []string{"d.need.budget_max", "d.scan.searches"} {
			if strings.Contains(rule.When, name) && seen[name].Path == "" {
				t.Errorf("rule %s asks for %s, which is not listed", rule.ID, name)
			}
		}
	}
}
