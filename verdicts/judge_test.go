package verdicts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// ours is a policy of its own, so that what is tested here does not change with the one that ships.
const ours = `id: ours
title: Ours
rules:
  - id: silent
    title: Nothing stated
    licenses: {statement: [no-assertion, absent]}
    outcome: unknown
    message: Nobody has said.
    cure: Ask.
  - id: free
    title: Free to use
    licenses: {ids: [MIT, Apache-2.0, BSD-3-Clause]}
    outcome: allow
    message: So it is.
  - id: copyleft
    title: Strong copyleft
    licenses: {ids: [GPL-3.0-only, AGPL-3.0-only]}
    outcome: deny
    severity: high
    message: Not here.
    basis: Decision 7
    cure: Take another.
  - id: secret
    title: Not with secrets
    licenses: {ids: [MPL-2.0]}
    when: deployment.dataClass == 'secret'
    outcome: deny
    message: So it is.
    cure: Take another.
  - id: files
    title: Files under the MPL
    licenses: {ids: [MPL-2.0]}
    outcome: allow
    message: So it is.
`

func program(t testing.TB, texts ...string) *policy.Program {
	t.Helper()
	var chain []policy.Source
	for _, text := range texts {
		p, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, policy.Source{Policy: p, Version: 3, Agency: "T" + fmt.Sprint(len(chain))})
	}
	made, err := policy.Compile(chain, licenses.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func judge(t testing.TB, p *policy.Program, in policy.Situation, w Words, document string) *Verdict {
	t.Helper()
	v, err := Judge(context.Background(), p, in, w, strings.NewReader(document), "test.json", sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// pkg is one package of a test document; the first is the root, and each depends on the next when deps say so.
type pkg struct{ name, version, purl, declared, concluded string }

func document(list []pkg, deps [][2]int, extra string) string {
	var b strings.Builder
	b.WriteString(`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"product","dataLicense":"CC0-1.0","documentNamespace":"https://sbom.test/d","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},"documentDescribes":["SPDXRef-0"],"packages":[`)
	for i, p := range list {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"SPDXID":"SPDXRef-%d","name":%q,"downloadLocation":"NOASSERTION"`, i, p.name)
		for _, member := range [][2]string{{"versionInfo", p.version}, {"licenseDeclared", p.declared}, {"licenseConcluded", p.concluded}} {
			if member[1] != "" {
				fmt.Fprintf(&b, `,%q:%q`, member[0], member[1])
			}
		}
		if p.purl != "" {
			fmt.Fprintf(&b, `,"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":%q}]`, p.purl)
		}
		b.WriteString("}")
	}
	b.WriteString(`],"relationships":[`)
	for i, d := range deps {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"spdxElementId":"SPDXRef-%d","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-%d"}`, d[0], d[1])
	}
	b.WriteString("]" + extra + "}")
	return b.String()
}

func TestAVerdictSaysWhichRuleWhichComponentAndWhichWay(t *testing.T) {
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, document([]pkg{
		{name: "app", version: "1", declared: "MIT"},
		{name: "left", version: "2", declared: "Apache-2.0", concluded: "NOASSERTION"},
		{name: "deep", version: "3", purl: "pkg:npm/deep@3", declared: "MIT", concluded: "GPL-3.0-only AND AGPL-3.0-only"},
		{name: "quiet", version: "4"},
		{name: "quieter", version: "4", declared: "NOASSERTION"},
	}, [][2]int{{0, 1}, {1, 2}, {0, 3}}, ""))
	if v.Verdict != licenses.Denied || v.Subject.Packages != 5 || v.Packages[licenses.Allowed] != 2 || v.Packages[licenses.Denied] != 1 || v.Packages[licenses.UnknownTerms] != 2 {
		t.Errorf("the verdict is %s, the packages are %v", v.Verdict, v.Packages)
	}
	if v.Expressions[licenses.Allowed] != 2 || v.Expressions[licenses.Denied] != 1 || v.Expressions[licenses.UnknownTerms] != 2 {
		t.Errorf("the expressions are %v", v.Expressions)
	}
	want := []Finding{
		{Verdict: licenses.Denied, Says: licenses.Denied, Severity: policy.High, Policy: "ours", PolicyVersion: 3, Agency: "T0", Rule: "copyleft", Title: "Strong copyleft", Message: "Not here.", Basis: "Decision 7", Cure: "Take another.",
			Packages: 1, Components: []Component{{Name: "deep", Version: "3", PURL: "pkg:npm/deep@3", License: "AGPL-3.0-only AND GPL-3.0-only", DecidedBy: ByConcluded,
				Leaves: []Leaf{{License: "AGPL-3.0-only"}, {License: "GPL-3.0-only"}}, Path: []string{"app", "left", "deep"}, Packages: 1}}},
		{Verdict: licenses.UnknownTerms, Says: licenses.UnknownTerms, Severity: policy.Medium, Policy: "ours", PolicyVersion: 3, Agency: "T0", Rule: "silent", Title: "Nothing stated", Message: "Nobody has said.", Cure: "Ask.",
			Packages: 2, Components: []Component{
				{Name: "quiet", Version: "4", Path: []string{"app", "quiet"}, Packages: 1},
				{Name: "quieter", Version: "4", License: "NOASSERTION", DecidedBy: ByDeclared, Packages: 1},
			}},
	}
	if diff := cmp.Diff(want, v.Findings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAReviewersConclusionGoesBeforeTheDocumentAndThatForAVersionBeforeThatForAll(t *testing.T) {
	list := []pkg{{name: "a", version: "1", purl: "pkg:npm/a@1", declared: "GPL-3.0-only"}, {name: "a", version: "2", purl: "pkg:npm/a@2"}, {name: "b", version: "1", concluded: "GPL-3.0-only"}, {name: "c", declared: "MIT"}}
	w := Words{Conclusions: []Conclusion{
		{Base: "pkg:npm/a", Expression: "MIT"}, {Base: "pkg:npm/a", Version: "2", Expression: "AGPL-3.0-only"}, {Base: "pkg:npm/a", Expression: "GPL-3.0-only"},
		{Name: "b", Expression: "Apache-2.0"}, {Name: "a", Expression: "GPL-3.0-only"}, {Name: "nobody", Expression: "MIT"},
	}}
	v := judge(t, program(t, ours), policy.Situation{}, w, document(list, nil, ""))
	if v.Packages[licenses.Allowed] != 3 || v.Packages[licenses.Denied] != 1 || v.Findings[0].Components[0].Version != "2" || v.Findings[0].Components[0].DecidedBy != ByConclusion {
		t.Errorf("%v %+v", v.Packages, v.Findings)
	}
	want := []Conclusion{{Base: "pkg:npm/a", Expression: "MIT", Packages: 1}, {Base: "pkg:npm/a", Version: "2", Expression: "AGPL-3.0-only", Packages: 1}, {Name: "b", Expression: "Apache-2.0", Packages: 1}}
	if diff := cmp.Diff(want, v.Words.Conclusions); diff != "" {
		t.Errorf("applied (-want +got):\n%s", diff)
	}
	if w.Conclusions[0].Packages != 0 {
		t.Error("the caller's words were changed")
	}
}

func TestAChoiceIsPutInWhereTheOfferStands(t *testing.T) {
	list := []pkg{{name: "a", declared: "MIT OR GPL-3.0-only"}, {name: "b", declared: "(GPL-3.0-only OR MIT) AND BSD-3-Clause"}, {name: "c", declared: "Apache-2.0 OR GPL-3.0-only"}}
	without := judge(t, program(t, ours), policy.Situation{}, Words{}, document(list, nil, ""))
	if without.Verdict != licenses.NeedsChoice || without.Packages[licenses.NeedsChoice] != 3 {
		t.Errorf("%s %v", without.Verdict, without.Packages)
	}
	if f := without.Findings[0]; f.Verdict != licenses.NeedsChoice || f.Says != licenses.Denied || f.Rule != "copyleft" || f.Components[1].Choose != "BSD-3-Clause AND MIT" {
		t.Errorf("%+v", f)
	}
	with := judge(t, program(t, ours), policy.Situation{}, Words{Choices: []Choice{{Offer: "GPL-3.0-only OR MIT", Chosen: "MIT"}}}, document(list, nil, ""))
	if with.Packages[licenses.Allowed] != 2 || with.Packages[licenses.NeedsChoice] != 1 {
		t.Errorf("%v", with.Packages)
	}
	if diff := cmp.Diff([]Choice{{Offer: "GPL-3.0-only OR MIT", Chosen: "MIT", Packages: 2}}, with.Words.Choices); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALicenceRefIsWhatItsTextIs(t *testing.T) {
	mit := `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
	texts := `,"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"MIT License ` + mit + `"},{"licenseId":"LicenseRef-2","extractedText":"Ask us first."}]`
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, document([]pkg{{name: "a", declared: "LicenseRef-1"}, {name: "b", declared: "LicenseRef-1 AND GPL-3.0-only"}, {name: "c", declared: "LicenseRef-2"}}, nil, texts))
	if v.Packages[licenses.Allowed] != 1 || v.Packages[licenses.Denied] != 1 || v.Packages[licenses.UnknownTerms] != 1 {
		t.Fatalf("%v %+v", v.Packages, v.Findings)
	}
	if c := v.Findings[0].Components[0]; c.License != "GPL-3.0-only AND MIT" || c.Stated != "LicenseRef-1 AND GPL-3.0-only" || !slices.Equal(c.Texts, []IdentifiedText{{"LicenseRef-1", "MIT"}}) {
		t.Errorf("%+v", c)
	}
}

func TestAMissingFactIsUndeterminedAndNamed(t *testing.T) {
	d := document([]pkg{{name: "a", declared: "MPL-2.0"}}, nil, "")
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, d)
	if v.Verdict != licenses.Undetermined || !slices.Equal(v.Findings[0].Missing, []string{"deployment.dataClass"}) {
		t.Errorf("%s %+v", v.Verdict, v.Findings)
	}
	in, err := Situate(map[string]any{"deployment.dataClass": "open"})
	if err != nil {
		t.Fatal(err)
	}
	if v = judge(t, program(t, ours), in, Words{}, d); v.Verdict != licenses.Allowed || v.Situation["deployment.dataClass"] != "open" {
		t.Errorf("%s %+v %v", v.Verdict, v.Findings, v.Situation)
	}
}

func TestARuleMayAskForMoreOfAComponentThanItsLicence(t *testing.T) {
	text := `id: parts
title: Parts
rules:
  - id: direct
    title: What we take ourselves
    when: component.direct && component.ecosystem == 'npm' && component.supplier == 'ACME'
    outcome: deny
    message: So it is.
    cure: Take another.
  - id: rest
    title: The rest
    outcome: allow
    message: So it is.
`
	doc := document([]pkg{{name: "app", declared: "MIT", purl: "pkg:generic/app@1"}, {name: "near", declared: "MIT", purl: "pkg:npm/near@1"}, {name: "far", declared: "MIT", purl: "pkg:npm/far@1"}, {name: "loose", declared: "MIT", purl: "pkg:npm/loose@1"}}, [][2]int{{0, 1}, {1, 2}}, "")
	doc = strings.ReplaceAll(doc, `"downloadLocation"`, `"supplier":"Organization: ACME","downloadLocation"`)
	v := judge(t, program(t, text), policy.Situation{}, Words{}, doc)
	if v.Packages[licenses.Denied] != 1 || v.Packages[licenses.Undetermined] != 1 || v.Packages[licenses.Allowed] != 2 {
		t.Errorf("%v %+v", v.Packages, v.Findings)
	}
}

func TestADocumentWithoutPackagesIsNeverAllowed(t *testing.T) {
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, document(nil, nil, ""))
	if v.Verdict != licenses.UnknownTerms || len(v.Findings) != 1 || v.Findings[0].Title != "It names no packages" || v.Sentence() != "Nobody can say: the document names no packages." {
		t.Errorf("%s %q", v.Verdict, v.Sentence())
	}
}

func TestADocumentThatBreaksOffIsNeverAllowed(t *testing.T) {
	whole := document([]pkg{{name: "a", declared: "MIT"}, {name: "b", declared: "MIT"}, {name: "c", declared: "MIT"}}, nil, "")
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, whole[:strings.Index(whole, `{"SPDXID":"SPDXRef-2"`)+10])
	if v.Verdict != licenses.UnknownTerms || v.Packages[licenses.Allowed] != 2 || len(v.Findings) != 1 || v.Findings[0].Title != "The document breaks off" || v.Sentence() != "Nobody can say: the document breaks off." {
		t.Errorf("%s %+v", v.Verdict, v.Findings)
	}
}

func TestALargeVerdictIsCutAndSaysHowMuch(t *testing.T) {
	var list []pkg
	for i := range 5000 {
		list = append(list, pkg{name: fmt.Sprintf("p%04d", i), declared: "GPL-3.0-only"}, pkg{name: fmt.Sprintf("q%04d", i)})
	}
	var chain [][2]int
	for i := range 60 {
		chain = append(chain, [2]int{i, i + 1})
	}
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, document(list, chain, ""))
	denied, silent := v.Findings[0], v.Findings[1]
	if len(denied.Components) != mostComponents || denied.MoreComponents != 5000-mostComponents || denied.Packages != 5000 {
		t.Errorf("denied: %d named, %d more", len(denied.Components), denied.MoreComponents)
	}
	if len(silent.Components) != mostSilent || silent.MoreComponents != 5000-mostSilent || silent.Components[0].Name != "q0000" {
		t.Errorf("silent: %d named, %d more", len(silent.Components), silent.MoreComponents)
	}
	if last := denied.Components[30]; len(last.Path) != mostPath || last.MorePath != 61-mostPath || last.Path[0] != "p0000" || last.Path[mostPath-1] != "p0030" {
		t.Errorf("the way is %v with %d more", last.Path, last.MorePath)
	}
	if n := len(v.JSON()); n > 600_000 {
		t.Errorf("the verdict has %d bytes", n)
	}
}

func TestPackagesWithTheSameFactsAreOneComponent(t *testing.T) {
	v := judge(t, program(t, ours), policy.Situation{}, Words{}, document([]pkg{{name: "app", declared: "MIT"}, {name: "x", declared: "GPL-3.0-only"}, {name: "mid", declared: "MIT"}, {name: "x", declared: "GPL-3.0-only"}}, [][2]int{{0, 2}, {2, 1}, {0, 3}}, ""))
	if c := v.Findings[0].Components; len(c) != 1 || c[0].Packages != 2 || v.Packages[licenses.Denied] != 2 || !slices.Equal(c[0].Path, []string{"app", "x"}) {
		t.Errorf("%+v", c)
	}
}

func TestOfAListOfPackagesOnlyWhatTheCallerKnowsIsKnown(t *testing.T) {
	list := "# ours\npkg:npm/a@1\n\npkg:npm/b@2\r\npkg:npm/a@1\n"
	v, err := JudgePURLs(context.Background(), program(t, ours), policy.Situation{}, Words{}, strings.NewReader(list), "list", func(purl string) (string, bool) { return "GPL-3.0-only", purl == "pkg:npm/a@1" })
	if err != nil {
		t.Fatal(err)
	}
	if v.Subject.Packages != 3 || v.Packages[licenses.Denied] != 2 || v.Packages[licenses.UnknownTerms] != 1 || v.Findings[0].Components[0].DecidedBy != ByCaller {
		t.Errorf("%v %+v", v.Packages, v.Findings)
	}
	if diff := cmp.Diff([]Statement{{"pkg:npm/a@1", "GPL-3.0-only"}}, v.Subject.Given); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = JudgePURLs(context.Background(), program(t, ours), policy.Situation{}, Words{}, strings.NewReader("pkg:npm/a@1\nlodash\nleft-pad\n"), "list", nil)
	var refusal *models.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) != 2 || refusal.Fields[0].Field != "line 2" {
		t.Errorf("%v", err)
	}
}

func TestAnExpressionIsJudgedByItself(t *testing.T) {
	for _, c := range []struct {
		text    string
		verdict licenses.Verdict
	}{
		{"MIT", licenses.Allowed}, {"MIT OR GPL-3.0-only", licenses.NeedsChoice}, {"MIT AND GPL-3.0-only", licenses.Denied}, {"ISC", licenses.Review}, {"", licenses.UnknownTerms},
		{"NONE", licenses.NoLicense}, {"see the file", licenses.Unparsable}, {"LicenseRef-x", licenses.UnknownTerms}, {"MPL-2.0", licenses.Undetermined},
	} {
		v, err := JudgeExpression(context.Background(), program(t, ours), policy.Situation{}, Words{}, c.text)
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict != c.verdict || v.Subject.Text != c.text {
			t.Errorf("%q: %s, %q", c.text, v.Verdict, v.Subject.Text)
		}
	}
}

func TestWordsThatCannotBeTakenAreAllNamed(t *testing.T) {
	_, err := JudgeExpression(context.Background(), program(t, ours), policy.Situation{}, Words{
		Choices:     []Choice{{Offer: "MIT OR", Chosen: "MIT"}, {Offer: "MIT OR ISC", Chosen: "GPL-3.0-only"}},
		Conclusions: []Conclusion{{Expression: "MIT"}, {Base: "pkg:npm/a", Name: "a", Expression: "("}},
	}, "MIT")
	var refusal *models.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) != 5 {
		t.Fatalf("%v", err)
	}
}

func TestADocumentThatIsRefusedHasNoVerdict(t *testing.T) {
	_, err := Judge(context.Background(), program(t, ours), policy.Situation{}, Words{}, strings.NewReader("Hello."), "x", sbom.Limits{})
	if !models.IsKind(err, models.Invalid) {
		t.Errorf("%v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = Judge(ended, program(t, ours), policy.Situation{}, Words{}, strings.NewReader(document([]pkg{{name: "a"}}, nil, "")), "x", sbom.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTheOrderOfTheChainIsTheOrderOfThePolicies(t *testing.T) {
	below := "id: ministry\ntitle: Ministry\nrules:\n  - id: no-apache\n    title: No Apache\n    licenses: {ids: [Apache-2.0, GPL-3.0-only]}\n    outcome: deny\n    severity: high\n    message: No.\n    cure: Ask.\n  - id: rest\n    title: Rest\n    licenses: {ids: [MIT]}\n    outcome: allow\n    message: Yes.\n"
	v := judge(t, program(t, ours, below), policy.Situation{}, Words{}, document([]pkg{{name: "a", declared: "Apache-2.0"}, {name: "b", declared: "GPL-3.0-only"}, {name: "c", declared: "MIT"}}, nil, ""))
	if len(v.Policies) != 2 || v.Policies[0].ID != "ours" || v.Policies[1].Agency != "T1" {
		t.Errorf("%+v", v.Policies)
	}
	var rules []string
	for _, f := range v.Findings {
		rules = append(rules, fmt.Sprint(f.Policy, ":", f.Rule, " ", f.Packages))
	}
	if diff := cmp.Diff([]string{"ministry:no-apache 2", "ours:copyleft 1"}, rules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func judgeBytes(p *policy.Program, in policy.Situation, w Words, text []byte) (*Verdict, error) {
	return Judge(context.Background(), p, in, w, strings.NewReader(string(text)), "fuzz", sbom.Limits{})
}
