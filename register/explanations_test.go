package register_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAFindingIsExplained(t *testing.T) {
	f := newOwnFixture(t)
	officer, elsewhere := f.person("o@example.gov", models.OSPOStaff, nil), f.person("e@example.gov", models.Counsel, f.education)
	release := f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0")
	f.receive(system, release, withLicenses("MIT", "GPL-3.0-only", "NOASSERTION", "NOASSERTION", "(MIT OR GPL-3.0-only) AND (ISC OR Zlib)"))
	f.inForce(officer, nil, strings.Replace(strictPolicy, "otherwise:", `  - id: class
    title: Depends on the data
    licenses: {ids: [ISC]}
    when: deployment.dataClass == 'open'
    outcome: review
    message: Only for open data.
    cure: Ask.
otherwise:`, 1))
	f.judged(f.health.ID)
	list, err := f.s.Findings(ctx, officer, models.FindingFilter{})
	f.must(err)
	by := map[string]*register.Explanation{}
	for _, row := range list.Items {
		x, err := f.r.ExplainFinding(ctx, officer, row.ID)
		f.must(err)
		by[row.Verdict] = x
		if _, err := f.r.ExplainFinding(ctx, elsewhere, row.ID); !models.IsKind(err, models.NotFound) {
			t.Errorf("another ministry reads finding %d: %v", row.ID, err)
		}
	}
	denied := by["denied"]
	if denied == nil || denied.Rule.Title != "No GPL" || denied.Rule.Cure != "Take another component." || denied.Rule.Message != "GPL is not wanted here." {
		t.Fatalf("the rule is said as %+v", denied)
	}
	want := []register.Affected{{ComponentID: denied.Components[0].ComponentID, Name: "part1", Version: "1.1", PURL: "pkg:npm/part1@1.1", Base: "pkg:npm/part1", License: "GPL-3.0-only", Packages: 1, Ordinal: denied.Components[0].Ordinal, Path: []string{"product 1", "part1 1.1"}}}
	if diff := cmp.Diff(want, denied.Components); diff != "" {
		t.Errorf("the components of what is denied:\n%s", diff)
	}
	unknown := by["unknown"]
	if unknown == nil || unknown.Rule.Title != "No rule of a policy speaks of this licence" && unknown.Rule.Title != "No rule of the policy speaks of this licence" || len(unknown.Components) != 2 || unknown.Offers != nil {
		t.Errorf("what is unknown is explained as %+v", unknown)
	}
	choice := by["needs-choice"]
	if choice == nil {
		t.Fatalf("nothing needs a choice: %+v", list.Items)
	}
	offers := []string{}
	for _, o := range choice.Offers {
		offers = append(offers, o.License+" "+string(o.Verdict))
	}
	if diff := cmp.Diff([]string{"MIT AND Zlib allowed", "ISC AND MIT undetermined", "GPL-3.0-only AND ISC denied", "GPL-3.0-only AND Zlib denied"}, offers); diff != "" {
		t.Errorf("what may be chosen:\n%s", diff)
	}
	titles, err := f.r.RuleTitles(ctx)
	f.must(err)
	if diff := cmp.Diff(map[string]string{"no-gpl": "No GPL", "class": "Depends on the data"}, titles); diff != "" {
		t.Error(diff)
	}
}

func TestAFactThatIsMissingIsNamed(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses("ISC"))
	f.inForce(officer, nil, strings.Replace(strictPolicy, "licenses: {ids: [GPL-3.0-only]}", "licenses: {ids: [ISC]}\n    when: deployment.dataClass == 'open'", 1))
	f.judged(f.health.ID)
	list, err := f.s.Findings(ctx, officer, models.FindingFilter{})
	f.must(err)
	x, err := f.r.ExplainFinding(ctx, officer, list.Items[0].ID)
	f.must(err)
	if diff := cmp.Diff([]register.MissingFact{{Name: "deployment.dataClass", Sentence: "The highest class of data."}}, x.Missing); diff != "" {
		t.Error(diff)
	}
	f.receive(system, &models.Release{ID: x.ReleaseID}, withLicenses("MIT"))
	f.judged(f.health.ID)
	if x, err = f.r.ExplainFinding(ctx, officer, x.ID); err != nil || x.State != models.FindingClosed || x.Components != nil || x.Rule.Title != "No GPL" {
		t.Errorf("a closed finding is explained as %+v, %v", x, err)
	}
}

func TestALicenceWithManyWaysIsNotSpunOut(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	wide := strings.TrimSuffix(strings.Repeat("(MIT OR GPL-3.0-only OR ISC) AND (Zlib OR Apache-2.0) AND (0BSD OR BSD-3-Clause) AND ", 4), " AND ")
	f.receive(system, f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0"), withLicenses(wide))
	f.inForce(officer, nil, strictPolicy)
	f.judged(f.health.ID)
	list, err := f.s.Findings(ctx, officer, models.FindingFilter{})
	f.must(err)
	x, err := f.r.ExplainFinding(ctx, officer, list.Items[0].ID)
	f.must(err)
	if len(x.Offers) == 0 || len(x.Offers) > register.MostOffers {
		t.Errorf("%d ways are offered", len(x.Offers))
	}
}

func TestWhatANoticeLacksIsSaid(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0")
	f.receive(system, release, withLicenses("MIT", "NOASSERTION"))
	said, missing, err := f.r.NoticeGaps(ctx, models.Viewer{}, release.ID)
	f.must(err)
	if len(said) == 0 || len(missing) != 2 || !strings.Contains(missing[0].Sentence, "no licence") || len(missing[0].Names) != 1 {
		t.Errorf("%q lacks %+v", said, missing)
	}
	if _, _, err := f.r.NoticeGaps(ctx, models.Viewer{}, f.release(f.asset("Other", f.hospitals, models.VisiblePublic), "1.0").ID); !models.HasCode(err, "no-document") {
		t.Errorf("without a document: %v", err)
	}
}

func TestADocumentOfWhichNobodyKnowsTheRestIsAFinding(t *testing.T) {
	for _, c := range []struct{ name, document, rule, title, cure string }{
		{"a document that breaks off", withLicenses("MIT", "MIT")[:900], "broken-off", "The document breaks off", "Transfer the document again"},
		{"a document without packages", `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}`, "empty-document", "The document names no packages", "send it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newOwnFixture(t)
			officer := f.person("o@example.gov", models.OSPOStaff, nil)
			release := f.release(f.asset("Case Desk", f.hospitals, models.VisiblePublic), "1.0")
			f.receive(system, release, c.document)
			f.inForce(officer, nil, strictPolicy)
			f.judged(f.health.ID)
			list, err := f.s.Findings(ctx, officer, models.FindingFilter{Rule: c.rule})
			f.must(err)
			if len(list.Items) != 1 || list.Items[0].Verdict != "unknown" || list.Items[0].State != models.FindingOpen {
				t.Fatalf("findings %+v", list.Items)
			}
			x, err := f.r.ExplainFinding(ctx, officer, list.Items[0].ID)
			f.must(err)
			if x.Rule.Title != c.title || x.Rule.Message == "" || !strings.Contains(x.Rule.Cure, c.cure) || x.Components != nil {
				t.Errorf("it is explained as %+v", x)
			}
			exemption := &models.Exemption{Ground: "g", Evidence: "e", ExpiresOn: models.DateOf(time.Now()).AddDays(30)}
			if err := f.r.ExemptFinding(ctx, officer, x.ID, register.ThisRelease, exemption); !models.HasCode(err, "no-rule-broken") {
				t.Errorf("an exemption from it: %v", err)
			}
			f.receive(system, release, withLicenses("MIT"))
			if got := f.judged(f.health.ID); got != nil {
				t.Errorf("with a whole document there are findings: %v", got)
			}
		})
	}
}
