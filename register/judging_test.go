package register_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// withLicenses is a document whose product depends on one package for each licence.
func withLicenses(stated ...string) string {
	var packages, relations strings.Builder
	for i, l := range stated {
		fmt.Fprintf(&packages, `,{"SPDXID":"SPDXRef-%d","name":"part%d","versionInfo":"1.%d","downloadLocation":"NOASSERTION","licenseDeclared":%q,"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/part%d@1.%d"}]}`, i, i, i, l, i, i)
		fmt.Fprintf(&relations, `,{"spdxElementId":"SPDXRef-p","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-%d"}`, i)
	}
	return `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://example.gov/d","dataLicense":"CC0-1.0","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t"]},
	"packages":[{"SPDXID":"SPDXRef-p","name":"product","versionInfo":"1","downloadLocation":"NOASSERTION","licenseDeclared":"EUPL-1.2"}` + packages.String() + `],
	"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-p"}` + relations.String() + `]}`
}

const strictPolicy = `id: test
title: Test policy
rules:
  - id: no-gpl
    title: No GPL
    licenses: {ids: [GPL-3.0-only]}
    outcome: deny
    severity: high
    message: GPL is not wanted here.
    cure: Take another component.
otherwise: {outcome: allow}
`

// judged lists the open findings of an agency and all below it as text.
func (f *fixture) judged(agency int64) []string {
	f.t.Helper()
	for {
		done, err := f.r.JudgeChanges(ctx)
		f.must(err)
		if !done.Behind {
			break
		}
	}
	list, err := f.s.Findings(ctx, system, models.FindingFilter{Agency: agency, State: models.FindingOpen})
	f.must(err)
	var out []string
	for _, x := range list.Items {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %d", x.Rule, x.Verdict, x.ComponentName, x.License, x.Packages)))
	}
	return out
}

func (f *fixture) inForce(by models.Viewer, agency *int64, text string) *store.PolicyVersionRow {
	f.t.Helper()
	v, err := f.r.DraftPolicy(ctx, by, register.Draft{AgencyID: agency, Text: text})
	f.must(err)
	f.must(f.r.ActivatePolicy(ctx, by, v.ID, v.Version))
	return v
}

func TestFindingsOpenAndCloseByThemselves(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	a := f.asset("Case Desk", f.hospitals, models.VisiblePublic)
	release := f.release(a, "1.0")
	f.receive(system, release, withLicenses("MIT", "GPL-3.0-only", "NOASSERTION", "NOASSERTION", "MIT OR GPL-3.0-only"))
	if got := f.judged(f.health.ID); got != nil {
		t.Errorf("without a policy there are findings: %v", got)
	}
	f.inForce(officer, nil, strictPolicy)
	want := []string{"no-gpl needs-choice  GPL-3.0-only OR MIT 1", "no-gpl denied part1 1.1 GPL-3.0-only 1", "otherwise unknown   2"}
	if diff := cmp.Diff(want, f.judged(f.health.ID)); diff != "" {
		t.Errorf("with a policy:\n%s", diff)
	}

	choice := &models.LicenseChoice{Reach: models.ReachAgency, AgencyID: &f.health.ID, Expression: "MIT OR GPL-3.0-only", Chosen: "MIT", Reason: "We take MIT."}
	f.must(f.r.ChooseLicense(ctx, officer, choice))
	conclusion := &models.LicenseConclusion{Reach: models.ReachEverywhere, Base: "pkg:npm/part2", Concluded: "ISC", Reason: "Read in its LICENSE file."}
	f.must(f.r.ConcludeLicense(ctx, officer, conclusion))
	want = []string{"no-gpl denied part1 1.1 GPL-3.0-only 1", "otherwise unknown   1"}
	if diff := cmp.Diff(want, f.judged(f.health.ID)); diff != "" {
		t.Errorf("with a choice and a conclusion:\n%s", diff)
	}

	f.receive(system, release, withLicenses("MIT", "Apache-2.0"))
	if got := f.judged(f.health.ID); got != nil {
		t.Errorf("with a better document there are findings: %v", got)
	}
	closed, err := f.s.Findings(ctx, system, models.FindingFilter{State: models.FindingClosed})
	f.must(err)
	if len(closed.Items) != 3 {
		t.Errorf("%d findings are closed, want 3", len(closed.Items))
	}
	verdicts, err := f.s.Verdicts(ctx, system, a.ID)
	f.must(err)
	if len(verdicts) != 1 || verdicts[0].Verdict != "allowed" || verdicts[0].Counts["allowed"] != 3 {
		t.Errorf("verdicts %+v", verdicts)
	}
	f.must(f.r.EndLicenseChoice(ctx, officer, choice.ID))
	f.must(f.r.EndLicenseConclusion(ctx, officer, conclusion.ID))
}

func TestAMinistryTightensAndNeverLoosens(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only", "MIT"))
	f.inForce(officer, nil, strictPolicy)
	counsel := f.person("c@example.gov", models.Counsel, f.health)
	f.inForce(counsel, &f.health.ID, strings.NewReplacer("id: test", "id: health", "[GPL-3.0-only]", "[GPL-3.0-only]", "outcome: deny", "outcome: allow").Replace(strictPolicy)+"\n")
	if diff := cmp.Diff([]string{"no-gpl denied part0 1.0 GPL-3.0-only 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("a ministry allows what government denies:\n%s", diff)
	}
	v, err := f.r.DraftPolicy(ctx, counsel, register.Draft{AgencyID: &f.health.ID, Text: strings.NewReplacer("id: test", "id: health", "[GPL-3.0-only]", "[MIT]", "no-gpl", "no-mit").Replace(strictPolicy)})
	f.must(err)
	im, err := f.r.RehearsePolicy(ctx, counsel, v.ID)
	f.must(err)
	if im.Subjects != 1 || len(im.Changed) != 1 || len(im.Changed[0].Opens) != 1 || im.Changed[0].Opens[0].License != "MIT" {
		t.Errorf("impact %+v", im)
	}
	if _, err := f.r.DraftPolicy(ctx, counsel, register.Draft{Text: strictPolicy}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("a ministry's counsel drafts for government: %v", err)
	}
	f.must(f.r.ActivatePolicy(ctx, counsel, v.ID, 0))
	if diff := cmp.Diff([]string{"no-gpl denied part0 1.0 GPL-3.0-only 1", "no-mit denied part1 1.1 MIT 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("a ministry denies more:\n%s", diff)
	}
}

func TestAnExemptionHoldsUntilItsDayAndReopens(t *testing.T) {
	f := newOwnFixture(t)
	officer, counsel := f.person("o@example.gov", models.OSPOStaff, nil), f.person("c@example.gov", models.Counsel, f.health)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only"))
	f.inForce(officer, nil, strictPolicy)
	f.judged(f.health.ID)
	list, err := f.s.Findings(ctx, counsel, models.FindingFilter{})
	f.must(err)
	if len(list.Items) != 1 {
		t.Fatalf("findings %+v", list.Items)
	}
	x := &models.Exemption{Ground: "It is to be replaced.", Evidence: "Memo 12.", ExpiresOn: models.DateOf(time.Now()).AddDays(30)}
	f.must(f.r.ExemptFinding(ctx, officer, list.Items[0].ID, register.EveryRelease, x))
	if err := f.r.DecideExemption(ctx, officer, x.ID, models.ExemptionGranted, "Fine."); !models.HasCode(err, "own-request") {
		t.Errorf("a request of one's own: %v", err)
	}
	f.must(f.r.DecideExemption(ctx, f.person("p@example.gov", models.OSPOStaff, nil), x.ID, models.ExemptionGranted, "Fine."))
	if got := f.judged(f.health.ID); got != nil {
		t.Errorf("exempted findings are open: %v", got)
	}
	later := f.r.At(time.Now().AddDate(0, 0, 40))
	if n, err := later.ExpireExemptions(ctx); n != 1 || err != nil {
		t.Errorf("%d expired: %v", n, err)
	}
	if diff := cmp.Diff([]string{"no-gpl denied part0 1.0 GPL-3.0-only 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("after its day:\n%s", diff)
	}
}

func TestARuleMayTurnOnTheComponentAndAConclusionTakesOneOut(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only", "GPL-3.0-only", "GPL-3.0-only", "MIT"))
	f.inForce(officer, nil, strings.Replace(strictPolicy, "    outcome: deny", "    when: component.name != \"part0\"\n    outcome: deny", 1))
	if diff := cmp.Diff([]string{"no-gpl denied part1 1.1 GPL-3.0-only 1", "no-gpl denied part2 1.2 GPL-3.0-only 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("a rule about components:\n%s", diff)
	}
	f.must(f.r.ConcludeLicense(ctx, officer, &models.LicenseConclusion{Reach: models.ReachAgency, AgencyID: &f.hospitals.ID, Base: "pkg:npm/part1@1.1", Concluded: "MIT", Reason: "Relicensed."}))
	if diff := cmp.Diff([]string{"no-gpl denied part2 1.2 GPL-3.0-only 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("with a conclusion:\n%s", diff)
	}
	f.inForce(officer, nil, strictPolicy)
	if diff := cmp.Diff([]string{"no-gpl denied part2 1.2 GPL-3.0-only 1", "no-gpl denied part0 1.0 GPL-3.0-only 1"}, f.judged(f.health.ID)); diff != "" {
		t.Errorf("a rule about the licence alone:\n%s", diff)
	}
}

func TestClassesFollowWhatTheProgramKnows(t *testing.T) {
	f := newOwnFixture(t)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("MIT", "GPL-3.0-only"))
	f.must(store.Write(ctx, f.s, func(tx *store.Tx) error {
		return tx.SetExpressionClasses(ctx, map[int32]string{mustExpression(f, 1, "MIT"): "restricted-use"})
	}))
	if n, err := f.r.RefreshClasses(ctx); n != 1 || err != nil {
		t.Errorf("%d sorted anew: %v", n, err)
	}
	if n, err := f.r.RefreshClasses(ctx); n != 0 || err != nil {
		t.Errorf("once more: %d: %v", n, err)
	}
}

func TestOnlyWhoSetARuleExemptsFromIt(t *testing.T) {
	f := newOwnFixture(t)
	officer, counsel, registrar := f.person("o@example.gov", models.OSPOStaff, nil), f.person("c@example.gov", models.Counsel, f.health), f.person("r@example.gov", models.Registrar, f.hospitals)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only"))
	government := f.inForce(officer, nil, strictPolicy)
	own := f.inForce(counsel, &f.health.ID, strings.NewReplacer("id: test", "id: health", "[GPL-3.0-only]", "[MIT]", "no-gpl", "no-mit").Replace(strictPolicy))
	ask := func(policy int64, rule string) (*models.Exemption, error) {
		x := &models.Exemption{PolicyID: &policy, Rule: rule, AgencyID: f.hospitals.ID, Ground: "g", Evidence: "e", ExpiresOn: models.DateOf(time.Now()).AddDays(30)}
		return x, f.r.RequestExemption(ctx, registrar, x)
	}
	if _, err := ask(government.PolicyID, "nonsense"); !models.IsKind(err, models.Invalid) {
		t.Errorf("a rule that is not there: %v", err)
	}
	if _, err := ask(99, "no-gpl"); !models.IsKind(err, models.Invalid) {
		t.Errorf("a policy that is not there: %v", err)
	}
	higher, err := ask(government.PolicyID, "no-gpl")
	f.must(err)
	if err := f.r.DecideExemption(ctx, counsel, higher.ID, models.ExemptionGranted, "Fine."); !models.IsKind(err, models.Forbidden) {
		t.Errorf("a ministry exempts from the government's rule: %v", err)
	}
	f.must(f.r.DecideExemption(ctx, officer, higher.ID, models.ExemptionGranted, "Fine."))
	f.must(f.r.RevokeExemption(ctx, counsel, higher.ID, "We are stricter."))
	lower, err := ask(own.PolicyID, "no-mit")
	f.must(err)
	f.must(f.r.DecideExemption(ctx, counsel, lower.ID, models.ExemptionGranted, "Fine."))
}

func TestAFindingIsGivenOnlyToWhoMaySeeIt(t *testing.T) {
	f := newOwnFixture(t)
	officer, stranger := f.person("o@example.gov", models.OSPOStaff, nil), f.person("s@example.gov", models.Registrar, f.education)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only"))
	f.inForce(officer, nil, strictPolicy)
	f.judged(f.health.ID)
	list, err := f.s.Findings(ctx, officer, models.FindingFilter{})
	f.must(err)
	id := list.Items[0].ID
	if _, err := f.r.TriageFindings(ctx, officer, []int64{id}, register.Triage{Assignee: &stranger.UserID}); !models.IsKind(err, models.Invalid) {
		t.Errorf("given to a stranger: %v", err)
	}
	if n, err := f.r.TriageFindings(ctx, officer, []int64{id}, register.Triage{Assignee: &officer.UserID, Comment: "Mine."}); n != 1 || err != nil {
		t.Errorf("given to oneself: %d, %v", n, err)
	}
}

func TestAnExemptionFromOnePolicyIsNoneFromAnotherWithARuleOfTheSameName(t *testing.T) {
	f := newOwnFixture(t)
	officer, counsel, registrar := f.person("o@example.gov", models.OSPOStaff, nil), f.person("c@example.gov", models.Counsel, f.health), f.person("r@example.gov", models.Registrar, f.hospitals)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only"))
	f.inForce(officer, nil, strictPolicy)
	own := f.inForce(counsel, &f.health.ID, strings.NewReplacer("id: test", "id: health", "severity: high", "severity: critical").Replace(strictPolicy))
	both := []string{"no-gpl denied part0 1.0 GPL-3.0-only 1", "no-gpl denied part0 1.0 GPL-3.0-only 1"}
	if diff := cmp.Diff(both, f.judged(f.health.ID)); diff != "" {
		t.Errorf("two policies:\n%s", diff)
	}
	x := &models.Exemption{PolicyID: &own.PolicyID, Rule: "no-gpl", AgencyID: f.hospitals.ID, Ground: "g", Evidence: "e", ExpiresOn: models.DateOf(time.Now()).AddDays(30)}
	f.must(f.r.RequestExemption(ctx, registrar, x))
	f.must(f.r.DecideExemption(ctx, counsel, x.ID, models.ExemptionGranted, "Fine."))
	if diff := cmp.Diff(both[:1], f.judged(f.health.ID)); diff != "" {
		t.Errorf("exempted from the ministry's:\n%s", diff)
	}
}

func TestAProgramThatKnowsMoreJudgesEverythingAnew(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("GPL-3.0-only"))
	f.inForce(officer, nil, strictPolicy)
	f.judged(f.health.ID)
	if done, err := f.r.JudgeChanges(ctx); err != nil || done.Assets != 0 {
		t.Errorf("nothing has happened: %+v, %v", done, err)
	}
	known, err := f.s.Judged(ctx)
	f.must(err)
	known.List = "what an older program knew"
	f.must(store.Write(ctx, f.s, func(tx *store.Tx) error { return tx.SetJudged(ctx, *known) }))
	if done, err := f.r.JudgeChanges(ctx); err != nil || done.Assets != 1 {
		t.Errorf("a newer program: %+v, %v", done, err)
	}
	if now, err := f.s.Judged(ctx); err != nil || now.List == known.List {
		t.Errorf("afterwards: %+v, %v", now, err)
	}
}

func TestARuleMayAskWhetherTheProductItselfDependsOnAComponent(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), linkedDocument("near|GPL-3.0-only|DEPENDS_ON", "far|GPL-3.0-only|DEPENDS_ON|near", "loose|GPL-3.0-only|", "other|MIT|DEPENDS_ON"))
	f.inForce(officer, nil, strings.Replace(strictPolicy, "    outcome: deny", "    when: component.direct\n    outcome: deny", 1))
	want := []string{"no-gpl undetermined  GPL-3.0-only 1", "no-gpl denied near 1.0 GPL-3.0-only 1"}
	got := f.judged(f.health.ID)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a rule about what is near:\n%s", diff)
	}
}
