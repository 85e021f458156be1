package register_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAChecklistNamesWhatIsOwedAndChoosesNothing(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	f.receive(system, release, linkedDocument("a|MIT|DEPENDS_ON", "b|MIT|DEPENDS_ON", "c|MIT AND (GPL-2.0-only OR ISC)|DEPENDS_ON", "d|NOASSERTION|DEPENDS_ON", "e|NONE|DEPENDS_ON"))
	c, err := f.r.Obligations(ctx, models.Viewer{}, release.ID, licenses.UseDistributeBinary)
	f.must(err)
	lines := map[string]int{}
	for _, item := range c.Items {
		for _, l := range item.Licenses {
			lines[l.License] = l.Components
			if l.Source == "" || len(l.Names) == 0 {
				t.Errorf("%s of %s: %+v", item.Key, l.License, l)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"EUPL-1.2": 1, "MIT": 3}, lines); diff != "" {
		t.Errorf("licences that ask for something:\n%s", diff)
	}
	if diff := cmp.Diff([]register.OpenChoice{{License: "(GPL-2.0-only OR ISC) AND MIT", Components: 1}}, c.NeedChoice); diff != "" || c.Unknown != 1 || c.NoLicense != 1 || c.Open == 0 || c.Met != 0 {
		t.Errorf("open choices:\n%s%+v", diff, c)
	}
	if _, err := f.r.Obligations(ctx, system, release.ID, "teleport"); !models.HasCode(err, "invalid-input") {
		t.Errorf("an unknown use: %v", err)
	}
}

func TestWhoAnswersForAReleaseOrRunsItSaysHowAnObligationIsMet(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	release := f.release(a, "1.0")
	f.receive(system, release, linkedDocument("a|MIT|DEPENDS_ON"))
	f.deployment(system, f.education, a, "1.0", "School places")
	keeper, runner, other := f.person("k@example.gov", models.Registrar, f.health), f.person("r@example.gov", models.Counsel, f.education), f.person("o@example.gov", models.Registrar, f.hospitals)
	list, err := f.r.Obligations(ctx, keeper, release.ID, licenses.UseDistributeBinary)
	f.must(err)
	key, license := owed(t, list, "MIT")
	say := func(by models.Viewer, state models.ObligationState, evidence string) error {
		return f.r.RecordObligation(ctx, by, &models.ObligationRecord{ReleaseID: release.ID, Use: "distribute-binary", License: license, Obligation: key, State: state, Evidence: evidence})
	}
	if err := say(other, models.ObligationMet, "x"); !models.IsKind(err, models.Forbidden) {
		t.Errorf("another agency: %v", err)
	}
	if err := say(models.Viewer{}, models.ObligationMet, "x"); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("the public: %v", err)
	}
	if err := say(runner, models.ObligationMet, ""); !models.HasCode(err, "invalid-input") {
		t.Errorf("met without evidence: %v", err)
	}
	last := f.lastEvent().ID
	f.must(say(runner, models.ObligationMet, "NOTICE.txt in the package."))
	f.must(say(runner, models.ObligationMet, "NOTICE.txt in the package."))
	if diff := cmp.Diff([]string{"obligation.recorded"}, f.events(last)); diff != "" {
		t.Errorf("said twice:\n%s", diff)
	}
	if err := f.r.RecordObligation(ctx, keeper, &models.ObligationRecord{ReleaseID: release.ID, Use: "distribute-binary", License: "GPL-3.0-only", Obligation: key, State: models.ObligationMet, Evidence: "x"}); !models.HasCode(err, "invalid-input") {
		t.Errorf("what is not owed: %v", err)
	}
	for _, c := range []struct {
		name     string
		by       models.Viewer
		evidence string
	}{{"government reads how", keeper, "NOTICE.txt in the package."}, {"the public reads only that", models.Viewer{}, ""}} {
		list, err := f.r.Obligations(ctx, c.by, release.ID, licenses.UseDistributeBinary)
		f.must(err)
		line := lineOf(list, key, license)
		if line.State != models.ObligationMet || line.Evidence != c.evidence || line.At == nil || list.Met != 1 {
			t.Errorf("%s: %+v", c.name, line)
		}
	}
	f.must(say(keeper, models.ObligationOpen, ""))
	list, err = f.r.Obligations(ctx, keeper, release.ID, licenses.UseDistributeBinary)
	f.must(err)
	if line := lineOf(list, key, license); line.State != models.ObligationOpen || list.Met != 0 {
		t.Errorf("the newest statement does not count: %+v", line)
	}
}

func owed(t *testing.T, c *register.Checklist, license string) (key, leaf string) {
	t.Helper()
	for _, item := range c.Items {
		for _, l := range item.Licenses {
			if l.License == license && l.State == models.ObligationOpen {
				return item.Key, l.License
			}
		}
	}
	t.Fatalf("nothing is owed for %s: %+v", license, c.Items)
	return "", ""
}

func lineOf(c *register.Checklist, key, license string) register.ChecklistLine {
	for _, item := range c.Items {
		for _, l := range item.Licenses {
			if item.Key == key && l.License == license {
				return l
			}
		}
	}
	return register.ChecklistLine{}
}

func TestANoticeNamesEverybodyWithTheLicencesThatHold(t *testing.T) {
	f := newFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	release := f.release(a, "1.0")
	text := linkedDocument("aaa|MIT OR GPL-3.0-only|DEPENDS_ON", "bbb|NOASSERTION|DEPENDS_ON", "ccc|LicenseRef-x|DEPENDS_ON", "ddd|ISC|TEST_DEPENDENCY_OF|ddd", "tool|BSD-2-Clause|")
	text = strings.Replace(text, `"relationships":[`, `"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-x","extractedText":"Do as you like.","name":"House licence"}],"relationships":[{"spdxElementId":"SPDXRef-tool","relationshipType":"BUILD_TOOL_OF","relatedSpdxElement":"SPDXRef-p"},`, 1)
	f.receive(system, release, text)
	f.must(f.r.ChooseLicense(ctx, officer, &models.LicenseChoice{Reach: models.ReachAsset, AssetID: &a.ID, Expression: "GPL-3.0-only OR MIT", Chosen: "MIT", Reason: "It asks for less."}))
	f.must(f.r.ConcludeLicense(ctx, officer, &models.LicenseConclusion{Reach: models.ReachEverywhere, Base: "pkg:npm/bbb", Concluded: "0BSD", Reason: "Read in its LICENSE file."}))
	var former string
	for range 2 {
		got := f.noticed(release.ID, register.NoticeText)
		for _, want := range []string{"Case Desk 1.0", "Ministry of health", "© aaa", "© bbb", "Do as you like.", "concluded by a review", "Permission is hereby granted, free of charge"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not in the notice", want)
			}
		}
		for _, unwanted := range []string{"© tool", "GNU GENERAL PUBLIC LICENSE"} {
			if strings.Contains(got, unwanted) {
				t.Errorf("%q is in the notice", unwanted)
			}
		}
		if former != "" && former != got {
			t.Error("a second notice differs")
		}
		former = got
	}
	if got := f.noticed(release.ID, register.NoticeHTML); !strings.HasPrefix(got, "<!") {
		t.Errorf("HTML: %.100s", got)
	}
	if got := f.noticed(release.ID, register.NoticeMarkdown); !strings.HasPrefix(got, "# ") {
		t.Errorf("Markdown: %.100s", got)
	}
	if _, err := f.r.Notice(ctx, system, release.ID, "pdf"); !models.HasCode(err, "invalid-input") {
		t.Errorf("another format: %v", err)
	}
}

func (f *fixture) noticed(release int64, format register.NoticeFormat) string {
	f.t.Helper()
	x, err := f.r.Notice(ctx, models.Viewer{}, release, format)
	f.must(err)
	defer func() { f.must(x.Close()) }()
	data, err := io.ReadAll(x)
	f.must(err)
	if int64(len(data)) != x.Size || x.MediaType == "" || !strings.HasPrefix(x.Filename, "case-desk-1.0-notice.") {
		f.t.Errorf("notice %+v of %d bytes", x, len(data))
	}
	return string(data)
}
