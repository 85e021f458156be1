package policy

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

var update = flag.Bool("update", false, "write the golden files and the tables of the documentation anew")

// situations are those that the golden file has columns for.
var situations = []struct {
	name string
	Situation
}{
	{"nothing known", Situation{}},
	{"open source, running", Situation{
		Asset:      &models.Asset{Name: "Document store", Origin: models.OpenSource, License: "AGPL-3.0-or-later"},
		Deployment: &models.Deployment{Environment: models.Production, Hosting: models.HostingUnknown, DataClass: models.DataUnknown},
		Uses:       map[licenses.Use]bool{licenses.UseInternal: true},
	}},
	{"bought, running", Situation{
		Asset:      &models.Asset{Name: "Ledger", Origin: models.Proprietary},
		Deployment: &models.Deployment{Environment: models.Production, Criticality: 3},
		Uses:       map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: false},
	}},
	{"open source, changed and offered", Situation{
		Asset: &models.Asset{Name: "Document store", Origin: models.OpenSource, License: "AGPL-3.0-or-later"},
		Uses:  map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: true, licenses.UseService: true},
	}},
	{"built, programs passed on", Situation{
		Asset: &models.Asset{Name: "Field forms", Origin: models.GovBuilt},
		Uses:  map[licenses.Use]bool{licenses.UseModify: false, licenses.UseService: false, licenses.UseDistributeBinary: true},
	}},
	{"built and published under EUPL-1.2", Situation{
		Asset: &models.Asset{Name: "Permits", Origin: models.GovBuilt, License: "EUPL-1.2"},
		Uses: map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: true, licenses.UseService: true,
			licenses.UseDistributeBinary: true, licenses.UseDistributeSource: true},
		Component: &Component{Name: "part", Ecosystem: "npm"},
	}},
	{"in an image of what is published under EUPL-1.2", Situation{
		Asset:     &models.Asset{Name: "Permits", Origin: models.GovBuilt, License: "EUPL-1.2"},
		Uses:      map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseDistributeBinary: true, licenses.UseDistributeSource: true},
		Component: &Component{Name: "bash", Ecosystem: "deb"},
	}},
}

func compiled(t testing.TB, chain ...*Policy) *Program {
	t.Helper()
	var sources []Source
	for i, p := range chain {
		sources = append(sources, Source{Policy: p, Version: 1, Agency: fmt.Sprintf("A%d", i)})
	}
	program, err := Compile(sources, licenses.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func TestThePolicyThatShipsJudgesRealStatementsAsTheGoldenFileSays(t *testing.T) {
	const file = "testdata/government.golden.tsv"
	stated, err := os.ReadFile("testdata/stated.txt")
	if err != nil {
		t.Fatal(err)
	}
	program := compiled(t, Default())
	var got strings.Builder
	got.WriteString("# stated")
	for _, s := range situations {
		got.WriteString("\t" + s.name)
	}
	got.WriteString("\n")
	for line := range strings.Lines(string(stated)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		got.WriteString(line)
		for _, s := range situations {
			j := program.Judge(context.Background(), StatementOf(licenses.Read(line)), s.Situation)
			got.WriteString("\t" + shortly(j))
		}
		got.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the verdicts have changed; look at each, then run with -update (-want +got):\n%s", diff)
	}
}

// shortly is a judgement in a few words: verdict, choice and the rules that decide.
func shortly(j Judgement) string {
	var rules []string
	for _, r := range j.Reasons {
		if !r.Decisive {
			continue
		}
		rule := r.Rule
		if rule == "" {
			rule = "otherwise"
		}
		if len(r.Missing) > 0 {
			rule += " (" + strings.Join(r.Missing, ", ") + ")"
		}
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	out := string(j.Verdict) + ": " + strings.Join(rules, ", ")
	if !j.Choose.IsZero() {
		out += "; choose " + j.Choose.String()
	}
	return out
}

func TestThePolicyThatShipsHasNoRuleInVain(t *testing.T) {
	spoken := map[string]bool{}
	program := compiled(t, Default())
	statements := []string{"NONE", "NOASSERTION", "", "???", "Foo-1.0 AND MIT", "Permissive MIT License", "The MIT License (MIT)",
		"MIT AND LicenseRef-scancode-warranty-disclaimer", "MIT AND LicenseRef-scancode-dco-1.1", "LicenseRef-scancode-dco-1.1", "MIT AND NOASSERTION", "MIT WITH Classpath-exception-2.0"}
	for _, l := range licenses.All() {
		statements = append(statements, l.ID)
	}
	for _, stated := range statements {
		for _, s := range situations {
			for _, r := range program.Judge(context.Background(), StatementOf(licenses.Read(stated)), s.Situation).Reasons {
				spoken[r.Rule] = true
			}
		}
	}
	for _, r := range Default().Rules {
		if !spoken[r.ID] {
			t.Errorf("no licence of the list makes the rule %s speak in any of the situations", r.ID)
		}
	}
}

func TestThePolicyThatShipsIsNeverUndeterminedForWantOfFacts(t *testing.T) {
	program := compiled(t, Default())
	for _, l := range licenses.All() {
		j := program.Judge(context.Background(), StatementOf(licenses.Read(l.ID)), Situation{})
		if j.Verdict == licenses.Undetermined {
			t.Errorf("%s is undetermined when nothing is known: %v", l.ID, j.Reasons[0].Missing)
		}
	}
}

func TestThePolicyThatShipsGivesEveryRuleWordsForALawyer(t *testing.T) {
	for _, r := range Default().Rules {
		if r.Outcome != Allow && r.Cure == "" {
			t.Errorf("%s has no cure", r.ID)
		}
		if !strings.HasSuffix(r.Message, ".") {
			t.Errorf("the message of %s is no sentence", r.ID)
		}
	}
}

func TestThePolicyThatShipsHasWordsForWhatIsStatedOddly(t *testing.T) {
	program := compiled(t, Default())
	for _, c := range []struct {
		stated, rule string
		verdict      licenses.Verdict
	}{
		{"MIT AND NOASSERTION", "no-statement-on-a-part", licenses.UnknownTerms},
		{"none AND MIT", "no-statement-on-a-part", licenses.UnknownTerms},
		{"none", "no-statement", licenses.UnknownTerms},
		{"MIT WITH Classpath-exception-2.0", "exception-of-another-licence", licenses.Review},
		{"Apache-2.0 WITH LLVM-exception", "", licenses.Allowed},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "", licenses.Allowed},
		{"GFDL-1.3-invariants-only", "", licenses.Allowed},
	} {
		j := program.Judge(context.Background(), StatementOf(licenses.Read(c.stated)), Situation{})
		rule := ""
		if len(j.Reasons) > 0 && j.Verdict != licenses.Allowed {
			rule = j.Reasons[slices.IndexFunc(j.Reasons, func(r Reason) bool { return r.Decisive })].Rule
		}
		if j.Verdict != c.verdict || rule != c.rule {
			t.Errorf("%s: %s by %q, want %s by %q", c.stated, j.Verdict, rule, c.verdict, c.rule)
		}
	}
}
