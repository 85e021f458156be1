package policy

import (
	"context"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

func TestNoLicenceThatStandsInAnExpressionIsAnErrorInAList(t *testing.T) {
	program := compiled(t, written(t, Review, "in review when allows('MIT', [license.expression]) || !requiresAny('MIT', [license.expression])", "out deny"))
	for _, stated := range []string{
		"GPL-2.0-only+", "GPL-2.0-only+ WITH Classpath-exception-2.0", "LGPL-2.1-only+ AND MIT", "GPL-2.0-or-later+", "GPL-2.0+", "AGPL-3.0+ OR Apache-2.0+",
		"Foo-1.0", "Foo-1.0+", "Foo-1.0 WITH Bar-exception", "MIT WITH Bar-exception", "Classpath-exception-2.0", "Classpath-exception-2.0+",
		"GPL-2.0-with-classpath-exception", "LicenseRef-a", "DocumentRef-b:LicenseRef-a", "MIT WITH AdditionRef-c", "MIT WITH DocumentRef-b:AdditionRef-c",
		"foo-only+", "Nunit", "eCos-2.0", "MIT+", "LicenseRef-scancode-warranty-disclaimer OR Foo-only+",
	} {
		t.Run(stated, func(t *testing.T) {
			e, err := licenses.Parse(stated)
			if err != nil {
				t.Fatal(err)
			}
			for _, leaf := range e.Current().Leaves() {
				if set, err := setOf([]string{leaf.String()}); err != nil || !licenses.Allows(licenses.Of(leaf), set) {
					t.Errorf("a list of %s alone does not allow it: %v", leaf, err)
				}
				j := program.Judge(context.Background(), Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(leaf)}, Situation{})
				for _, r := range j.Reasons {
					if r.Trouble != "" || j.Verdict == licenses.Denied {
						t.Errorf("%s is %s: %s %s", leaf, j.Verdict, r.Rule, r.Trouble)
					}
				}
			}
		})
	}
}

func TestOnlyWithAPlusIsThatVersionAlone(t *testing.T) {
	for when, want := range map[string]licenses.Verdict{
		"allows('GPL-2.0-only', ['GPL-2.0-only+'])": licenses.Allowed,
		"allows('GPL-3.0-only', ['GPL-2.0-only+'])": licenses.Denied,
		"allows('GPL-2.0-only+', ['GPL-2.0-only'])": licenses.Allowed,
	} {
		if j := judged(compiled(t, written(t, Review, "in allow when "+when, "out deny")), "MIT", Situation{}); j.Verdict != want {
			t.Errorf("%s gives %s, want %s", when, j.Verdict, want)
		}
	}
}

func TestThePolicyThatShipsIsDeterminedForOnlyWithAPlus(t *testing.T) {
	in := Situation{
		Asset:     &models.Asset{Name: "Permits", Origin: models.GovBuilt, License: "EUPL-1.2"},
		Uses:      map[licenses.Use]bool{licenses.UseDistributeSource: true, licenses.UseDistributeBinary: true},
		Component: &Component{Name: "part", Ecosystem: "npm"},
	}
	for _, stated := range []string{"GPL-2.0-only+", "AGPL-3.0-only+"} {
		if j := judged(compiled(t, Default()), stated, in); j.Verdict == licenses.Undetermined {
			t.Errorf("%s is undetermined: %v", stated, j.Reasons)
		}
	}
}

func TestWhatCELSaysIsSaidInSentences(t *testing.T) {
	for _, c := range []struct{ name, when, code, says string }{
		{"brackets within brackets", strings.Repeat("(", 80) + "true" + strings.Repeat(")", 80), "too-nested", "More than 60 brackets or operators"},
		{"a pattern that cannot be read", `component.name.matches('(?=x)')`, "bad-pattern", "no regular expression"},
	} {
		_, flaws := compileWhen(c.when)
		if len(flaws) != 1 || flaws[0].code != c.code || !strings.Contains(flaws[0].sentence, c.says) {
			t.Errorf("%s: %+v", c.name, flaws)
		}
	}
}
