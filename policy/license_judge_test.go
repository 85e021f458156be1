package policy

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// written reads a policy of rules in short: each line is "id outcome {licenses} [when condition]".
func written(t testing.TB, otherwise Outcome, rules ...string) *Policy {
	t.Helper()
	var b strings.Builder
	b.WriteString("id: p\ntitle: P\nrules:\n")
	for _, rule := range rules {
		rule, when, _ := strings.Cut(rule, " when ")
		fields := strings.SplitN(rule, " ", 3)
		fmt.Fprintf(&b, "  - id: %s\n    title: T\n    outcome: %s\n    message: M\n    cure: C\n", fields[0], fields[1])
		if len(fields) == 3 {
			fmt.Fprintf(&b, "    licenses: %s\n", fields[2])
		}
		if when != "" {
			fmt.Fprintf(&b, "    when: %s\n", quoted(when))
		}
	}
	fmt.Fprintf(&b, "otherwise: {outcome: %s}\n", otherwise)
	p, err := Parse([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func judged(p *Program, stated string, in Situation) Judgement {
	return p.Judge(context.Background(), StatementOf(licenses.Read(stated)), in)
}

func TestWhatARuleSaysOfAStatement(t *testing.T) {
	secret := Situation{Deployment: &models.Deployment{DataClass: models.DataSecret}}
	for _, c := range []struct {
		name   string
		rules  []string
		stated string
		in     Situation
		want   string // as shortly says it
	}{
		{"the first rule that matches decides", []string{"a deny {ids: MIT}", "b allow"}, "MIT", Situation{}, "denied: a"},
		{"what no rule matches is otherwise", []string{"a deny {ids: ISC}"}, "MIT", Situation{}, "review: otherwise"},
		{"all axes must hold", []string{"a deny {classes: strong-copyleft, reciprocity: file}", "b allow"}, "GPL-2.0-only", Situation{}, "allowed: b"},
		{"of one axis one value is enough", []string{"a deny {reciprocity: [file, project]}", "b allow"}, "GPL-2.0-only", Situation{}, "denied: a"},
		{"a name is exactly that licence, not with an exception", []string{"a deny {ids: GPL-2.0-only}", "b allow"}, "GPL-2.0-only WITH Classpath-exception-2.0", Situation{}, "allowed: b"},
		{"a pair is named as a pair", []string{"a deny {ids: GPL-2.0-only WITH Classpath-exception-2.0}", "b allow"}, "GPL-2.0-only WITH Classpath-exception-2.0", Situation{}, "denied: a"},
		{"the facts of a pair are those of the pair", []string{"a deny {reciprocity: project}", "b allow"}, "GPL-2.0-only WITH Classpath-exception-2.0", Situation{}, "allowed: b"},
		{"a name in its deprecated spelling is the same licence", []string{"a deny {ids: GPL-2.0+}", "b allow"}, "GPL-2.0-or-later", Situation{}, "denied: a"},
		{"an or-later licence that is named is decided by that", []string{"a deny {ids: GPL-2.0-or-later}", "b allow"}, "GPL-2.0-or-later", Situation{}, "denied: a"},
		{"naming or-later is not naming a version", []string{"a deny {ids: GPL-2.0-or-later}", "b allow"}, "GPL-2.0-only", Situation{}, "allowed: b"},
		{"an or-later licence is otherwise a choice of versions", []string{"a deny {ids: GPL-2.0-only}", "b allow"}, "GPL-2.0-or-later", Situation{}, "needs-choice: a, b; choose GPL-3.0-only"},
		{"an or-later licence of which all versions are denied", []string{"a deny {ids: [GPL-2.0-only, GPL-3.0-only]}", "b allow"}, "GPL-2.0-or-later", Situation{}, "denied: a"},
		{"a plus is or-later", []string{"a deny {ids: EUPL-1.1}", "b allow"}, "EUPL-1.1+", Situation{}, "needs-choice: a, b; choose EUPL-1.2"},
		{"an unlisted licence is unknown whatever allows everything", []string{"a allow"}, "MIT AND LicenseRef-x", Situation{}, "unknown: otherwise"},
		{"an unlisted licence that is named may be allowed", []string{"a allow {ids: LicenseRef-x}", "b allow"}, "LicenseRef-x", Situation{}, "allowed: a"},
		{"a review of everything leaves an unlisted licence unknown", []string{"a review"}, "LicenseRef-x", Situation{}, "unknown: a"},
		{"a denial of everything denies an unlisted licence", []string{"a deny"}, "LicenseRef-x", Situation{}, "denied: a"},
		{"a rule for unlisted licences gives words", []string{"a unknown {statement: unlisted}"}, "LicenseRef-x", Situation{}, "unknown: a"},
		{"a name for \"some licence\" is unknown", []string{"a allow"}, "LicenseRef-scancode-unknown", Situation{}, "unknown: otherwise"},
		{"a name for \"some permissive licence\" is unknown", []string{"a allow"}, "LicenseRef-scancode-other-permissive", Situation{}, "unknown: otherwise"},
		{"a name for \"some copyleft licence\" is unknown", []string{"a allow"}, "LicenseRef-scancode-other-copyleft", Situation{}, "unknown: otherwise"},
		{"a name for \"some free licence\" is unknown", []string{"a allow"}, "LicenseRef-scancode-free-unknown", Situation{}, "unknown: otherwise"},
		{"a name for \"somebody's own terms\" is unknown", []string{"a allow"}, "LicenseRef-scancode-proprietary-license", Situation{}, "unknown: otherwise"},
		{"a name for \"some commercial licence\" is unknown", []string{"a allow"}, "LicenseRef-scancode-commercial-license", Situation{}, "unknown: otherwise"},
		{"a name for \"with further terms\" is unknown", []string{"a allow"}, "LicenseRef-scancode-gpl-generic-additional-terms", Situation{}, "unknown: otherwise"},
		{"NONE is no licence without a rule", []string{"a allow"}, "NONE", Situation{}, "none: otherwise"},
		{"NONE that is denied stays no licence", []string{"a deny {statement: none}"}, "NONE", Situation{}, "none: a"},
		{"NONE that is to be reviewed", []string{"a review {statement: none}"}, "NONE", Situation{}, "review: a"},
		{"NOASSERTION is unknown and never allowed", []string{"a allow"}, "NOASSERTION", Situation{}, "unknown: otherwise"},
		{"nothing stated may be denied", []string{"a deny {statement: absent}"}, "", Situation{}, "denied: a"},
		{"a text that cannot be read", []string{"a unknown {statement: unparsable}"}, "see file", Situation{}, "unparsable: a"},
		{"a guessed reading can be told from a stated one", []string{"a review {statement: guessed}", "b allow"}, "The MIT License", Situation{}, "review: a"},
		{"a stated one is not guessed", []string{"a review {statement: guessed}", "b allow"}, "MIT", Situation{}, "allowed: b"},
		{"a condition that holds", []string{"a deny when deployment.dataClass == 'secret'", "b allow"}, "MIT", secret, "denied: a"},
		{"a condition that does not hold", []string{"a deny when deployment.dataClass == 'open'", "b allow"}, "MIT", secret, "allowed: b"},
		{"a missing fact is neither pass nor deny", []string{"a deny when deployment.dataClass == 'secret'", "b allow"}, "MIT", Situation{}, "undetermined: a (deployment.dataClass)"},
		{"a missing fact that allows is no pass", []string{"a allow when deployment.dataClass == 'open'", "b deny"}, "MIT", Situation{}, "undetermined: a (deployment.dataClass)"},
		{"a missing fact does not matter when it is false anyway", []string{"a deny when license.id == 'ISC' && use.service", "b allow"}, "MIT", Situation{}, "allowed: b"},
		{"a missing fact does not matter when it is true anyway", []string{"a deny when use.service || license.id == 'MIT'", "b allow"}, "MIT", Situation{}, "denied: a"},
		{"a missing fact does not matter when the rest says the same", []string{"a deny when use.service", "b deny"}, "MIT", Situation{}, "denied: b"},
		{"a missing fact leaves an unlisted licence unknown", []string{"a deny when use.service", "b allow"}, "LicenseRef-x", Situation{}, "unknown: a (use.service)"},
		{"all missing facts are named", []string{"a deny when use.service && asset.name == 'x'", "b deny when use.modify", "c allow"}, "MIT", Situation{}, "undetermined: a (asset.name, use.modify, use.service)"},
		{"a value that says unknown is missing", []string{"a deny when deployment.dataClass == 'secret'", "b allow"}, "MIT", Situation{Deployment: &models.Deployment{DataClass: models.DataUnknown}}, "undetermined: a (deployment.dataClass)"},
		{"criticality that was not assessed is missing", []string{"a deny when deployment.criticality < 3", "b allow"}, "MIT", Situation{Deployment: &models.Deployment{}}, "undetermined: a (deployment.criticality)"},
		{"known() asks without needing", []string{"a deny when known(deployment.dataClass)", "b allow"}, "MIT", Situation{}, "allowed: b"},
		{"known() says yes", []string{"a deny when known(deployment.dataClass)", "b allow"}, "MIT", secret, "denied: a"},
		{"what FSF has not said is missing, not no", []string{"a deny when !license.fsf", "b allow"}, "0BSD", Situation{}, "undetermined: a (license.fsf)"},
		{"a missing list in exists()", []string{"a deny when agency.line.exists(c, c == 'X')", "b allow"}, "MIT", Situation{}, "undetermined: a (agency.line)"},
		{"a list in exists()", []string{"a deny when agency.line.exists(c, c == 'X')", "b allow"}, "MIT", Situation{Line: []string{"Y", "X"}}, "denied: a"},
		{"allows() over an expression", []string{"a deny when allows(statement.expression, ['MIT'])", "b allow"}, "MIT OR ISC", Situation{}, "denied: a"},
		{"requiresAny() over an expression", []string{"a deny when requiresAny(statement.expression, ['MIT'])", "b allow"}, "MIT OR ISC", Situation{}, "allowed: b"},
		{"a use that is not recorded is missing", []string{"a deny when use.service", "b allow"}, "MIT", Situation{Uses: map[licenses.Use]bool{licenses.UseInternal: true}}, "undetermined: a (use.service)"},
		{"of an OR one may choose", []string{"a deny {ids: MIT}", "b allow"}, "MIT OR ISC", Situation{}, "needs-choice: a, b; choose ISC"},
		{"the choice keeps what an AND demands", []string{"a deny {ids: MIT}", "b allow"}, "(MIT OR ISC) AND Zlib", Situation{}, "needs-choice: a, b; choose ISC AND Zlib"},
		{"of an AND the worst operand decides", []string{"a deny {ids: MIT}", "b allow"}, "MIT AND ISC", Situation{}, "denied: a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			program := compiled(t, written(t, Review, c.rules...))
			s := Statement{Kind: licenses.ReadExpression}
			if e, err := licenses.Parse(c.stated); err == nil {
				s.Expression = e
			}
			if r := licenses.Read(c.stated); s.Expression.IsZero() || r.Guessed {
				s = StatementOf(r)
			}
			j := program.Judge(context.Background(), s, c.in)
			if got := shortly(j); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestOfAChainTheWorstPolicyBindsEachLicence(t *testing.T) {
	government := written(t, Allow, "g review {ids: ISC}")
	ministry := written(t, Allow, "m deny {ids: MIT}", "m-allow allow {ids: ISC}")
	program := compiled(t, government, ministry)
	for stated, want := range map[string]string{
		"MIT": "denied: m", "ISC": "review: g", "Zlib": "allowed: otherwise", "MIT OR Zlib": "needs-choice: m, otherwise; choose Zlib",
		"MIT OR ISC": "review: g", "NONE": "none: otherwise",
	} {
		if got := shortly(judged(program, stated, Situation{})); got != want {
			t.Errorf("%s: got %s, want %s", stated, got, want)
		}
	}
}

func TestAVersionOfAnOrLaterLicenceHasToSuitEveryPolicyOfTheChain(t *testing.T) {
	program := compiled(t, written(t, Allow, "a deny {ids: GPL-2.0-only}"), written(t, Allow, "b deny {ids: GPL-3.0-only}"))
	if got := shortly(judged(program, "GPL-2.0-or-later", Situation{})); got != "denied: a, b" {
		t.Errorf("no version suits both policies, and yet: %s", got)
	}
}

func TestAConditionThatFailsOrCostsTooMuchIsUndeterminedWithTheReason(t *testing.T) {
	for when, want := range map[string]string{
		"1 / (deployment.criticality - 1) > 0":                             "divides by zero",
		"allows(asset.license, ['MIT'])":                                   "not a licence expression",
		"allows('MIT', [asset.license])":                                   "allows:",
		"asset.categories[7] == 'x'":                                       "not there",
		"asset.name.matches(asset.license + '(')":                          "no regular expression",
		"agency.line.all(a, agency.line.all(b, a.size() + b.size() >= 0))": "costs more than",
	} {
		t.Run(when, func(t *testing.T) {
			program := compiled(t, written(t, Review, "a deny when "+when, "b allow"))
			j := judged(program, "MIT", Situation{
				Deployment: &models.Deployment{Criticality: 1},
				Asset:      &models.Asset{Name: "A", License: "see the contract"},
				Line:       make([]string, 500),
			})
			if j.Verdict != licenses.Undetermined || !strings.Contains(j.Reasons[0].Trouble, want) {
				t.Errorf("got %s because %q, want the reason %q", j.Verdict, j.Reasons[0].Trouble, want)
			}
		})
	}
}

func TestAJudgementThatWasStoppedIsUndeterminedAndNotRemembered(t *testing.T) {
	program := compiled(t, written(t, Review, "a deny when asset.name == 'A'", "b allow"))
	s, in := StatementOf(licenses.Read("MIT")), Situation{Asset: &models.Asset{Name: "A"}}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if j := program.Judge(ctx, s, in); j.Verdict != licenses.Undetermined || !strings.Contains(j.Reasons[0].Trouble, "stopped") {
		t.Errorf("a judging that was stopped says %s", shortly(j))
	}
	if j := program.Judge(context.Background(), s, in); j.Verdict != licenses.Denied {
		t.Errorf("the next judging says %s", shortly(j))
	}
}

func TestAReasonSaysWhoseRuleItIsAndHowToCureIt(t *testing.T) {
	j := judged(compiled(t, Default()), "MIT AND CC-BY-NC-4.0", Situation{})
	rule, _ := Default().Rule("non-commercial")
	want := Reason{Policy: "government", Version: 1, Agency: "A0", Rule: rule.ID, Title: rule.Title, Leaf: "CC-BY-NC-4.0", Verdict: licenses.Denied, Decisive: true,
		Severity: High, Message: rule.Message, Basis: rule.Basis, Cure: rule.Cure}
	if diff := cmp.Diff(want, j.Reasons[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(j.Reasons) != 2 || j.Reasons[1].Decisive || j.Severity() != High {
		t.Errorf("the permissive part should be told, and not decide: %+v", j.Reasons)
	}
}

func TestAVersionOfWhichAloneSomethingIsSaidIsNamed(t *testing.T) {
	j := judged(compiled(t, written(t, Review, "a deny {ids: GPL-2.0-only}", "b allow")), "GPL-2.0-or-later", Situation{})
	got := map[string][]string{}
	for _, r := range j.Reasons {
		got[r.Rule+" on "+r.Leaf] = r.As
	}
	want := map[string][]string{"a on GPL-2.0-or-later": {"GPL-2.0-only"}, "b on GPL-2.0-or-later": {"GPL-3.0-only"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSituationsWithTheSameKeyAreJudgedAlike(t *testing.T) {
	program := compiled(t, written(t, Review, "a deny when deployment.criticality > 2 && known(asset.origin)", "b allow"))
	if diff := cmp.Diff([]string{"asset.origin", "deployment.criticality"}, program.Mentions()); diff != "" {
		t.Error(diff)
	}
	one := Situation{Deployment: &models.Deployment{Criticality: 3, Service: "Pensions"}, Asset: &models.Asset{Name: "A", Origin: models.OpenSource}}
	two := Situation{Deployment: &models.Deployment{Criticality: 3}, Asset: &models.Asset{Name: "B", Origin: models.OpenSource}, Component: &Component{Name: "x"}}
	if program.Key(one) != program.Key(two) || program.NeedsComponent() {
		t.Errorf("keys differ: %s and %s", program.Key(one), program.Key(two))
	}
	if program.Key(Situation{}) == program.Key(one) {
		t.Error("a situation in which nothing is known has the same key as another")
	}
}

func TestAProgramThatLooksAtComponentsTellsThemApart(t *testing.T) {
	program := compiled(t, written(t, Review, "a deny when component.name == 'bad'", "b allow"))
	if !program.NeedsComponent() {
		t.Error("the program does not say that it needs the component")
	}
	for name, want := range map[string]licenses.Verdict{"bad": licenses.Denied, "good": licenses.Allowed, "": licenses.Undetermined} {
		if j := judged(program, "MIT", Situation{Component: &Component{Name: name}}); j.Verdict != want {
			t.Errorf("%q: %s, want %s", name, j.Verdict, want)
		}
	}
}

func TestManyMayJudgeAtOnce(t *testing.T) {
	program := compiled(t, Default(), written(t, Allow, "a deny {ids: GPL-2.0-only} when deployment.criticality > 2"))
	stated := []string{"MIT", "GPL-2.0-or-later", "AGPL-3.0-only OR MIT", "NONE", "CC-BY-4.0 AND ISC"}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 200 {
				in := situations[i%len(situations)].Situation
				judged(program, stated[i%len(stated)], in)
			}
		})
	}
	all.Wait()
	for i, s := range stated {
		in := situations[i].Situation
		fresh := compiled(t, Default(), program.Sources()[1].Policy)
		if diff := cmp.Diff(shortly(judged(fresh, s, in)), shortly(judged(program, s, in))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestALowerPolicyThatLoosensIsTold(t *testing.T) {
	parent := written(t, Review, "no-gpl deny {classes: strong-copyleft}", "maybe deny {ids: ISC} when use.service", "ok allow {classes: permissive}")
	child := written(t, Allow, "x allow {ids: [GPL-2.0-only, MIT, ISC]}", "y allow {ids: MPL-2.0} when use.internal", "z deny")
	var got []string
	for _, l := range Loosens(parent, child, licenses.Embedded()) {
		got = append(got, fmt.Sprintf("%s against %s %s: %s", l.Rule, l.Outcome, l.ParentRule, strings.Join(l.Licenses, ",")))
	}
	want := []string{"x against deny no-gpl: GPL-2.0-only", "y against review : MPL-2.0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAChainWithoutPolicyIsRefused(t *testing.T) {
	if _, err := Compile(nil, licenses.Embedded()); !models.HasCode(err, "no-policy") {
		t.Errorf("an empty chain: %v", err)
	}
	if _, err := Compile([]Source{{Policy: Default()}, {Policy: Default()}}, licenses.Embedded()); !models.HasCode(err, "policy-twice") {
		t.Errorf("the same policy twice: %v", err)
	}
}

func TestTheDigestOfAProgramIsThatOfEverythingItJudgesBy(t *testing.T) {
	one, two := compiled(t, Default()), compiled(t, Default())
	if one.Digest() != two.Digest() {
		t.Error("the same chain has two digests")
	}
	if one.Digest() == compiled(t, Default(), written(t, Allow, "a deny")).Digest() {
		t.Error("another chain has the same digest")
	}
}

func TestAnUndeterminedReasonSaysWhatToRecord(t *testing.T) {
	r := judged(compiled(t, written(t, Review, "a allow when asset.name == 'A'", "b deny")), "MIT", Situation{}).Reasons[0]
	if !strings.Contains(r.Message, "missing: asset.name") || !strings.Contains(r.Cure, "Record") || r.Severity != Low {
		t.Errorf("the reason does not say what to do: %+v", r)
	}
}

func TestAStatementOfThousandsOfLicencesIsJudgedInPassing(t *testing.T) {
	var refs []string
	for i := range 3000 {
		refs = append(refs, fmt.Sprintf("LicenseRef-%d", i))
	}
	e, err := licenses.Parse(strings.Join(refs, " AND "))
	if err != nil {
		t.Fatal(err)
	}
	j := compiled(t, Default()).Judge(context.Background(), Statement{Kind: licenses.ReadExpression, Expression: e}, Situation{})
	if j.Verdict != licenses.UnknownTerms || len(j.Reasons) != 100 || j.More != 2900 {
		t.Errorf("%s with %d reasons and %d more", j.Verdict, len(j.Reasons), j.More)
	}
}
