package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestALawIsLookedAtAndCheckedWithoutADatabase(t *testing.T) {
	var list, text bytes.Buffer
	if err := (listRegimes{}).Run(&list); err != nil || strings.Count(list.String(), "\n") != 18 {
		t.Errorf("%v: %s", err, list.String())
	}
	if err := (&showRegime{Code: "tt-draft"}).Run(&text); err != nil {
		t.Fatal(err)
	}
	if err := (&showRegime{Code: "atlantis"}).Run(&text); err == nil {
		t.Error("a law that nobody knows is shown")
	}
	file := filepath.Join(t.TempDir(), "law.yaml")
	for _, c := range []struct{ name, text, want string }{
		{"a preset", text.String(), "model ladder, 3 rungs"},
		{"a rule with a typo", strings.Replace(text.String(), "\nrules: [N1", "\nownRules:\n  - {id: VX1, title: Too dear, severity: block, gate: need, when: d.need.budget_maxx > 1.0, message: No, cure: Less}\nrules: [N1", 1), "budget_maxx"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := (&checkRegime{File: file}).Run(nil, &out); err != nil {
			out.WriteString(err.Error())
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %s", c.name, out.String())
		}
	}
}
