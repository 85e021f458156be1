package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// fields names the fields that an error complains of.
func fields(err error) []string {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	return names
}

func day(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestEveryMistakeInAnEntryIsReportedAtOnce(t *testing.T) {
	on := day("2026-01-01")
	for _, tc := range []struct {
		name string
		err  error
		want []string
	}{
		{"an empty asset", (&models.Asset{}).Validate(), []string{"lifecycle", "name", "origin", "stewardId", "visibility"}},
		{"an asset with a bad category and address", (&models.Asset{Name: "x", Origin: models.Service, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic, StewardID: 1,
			Categories: models.StringList{"Document Management"}, URLs: []models.AssetURL{{Kind: "mirror", URL: "nowhere"}}, Descriptions: map[string]string{"English": "x"}}).Validate(),
			[]string{"categories[0]", "descriptions.English", "urls[0]", "urls[0].kind"}},
		{"an empty agency", (&models.Agency{}).Validate(), []string{"code", "kind", "name", "uri"}},
		{"an agency with a bad mail address", (&models.Agency{Name: "x", Code: "x", URI: "https://x.example", Kind: models.Ministry, Email: "Me <me@x.example>"}).Validate(), []string{"email"}},
		{"a release with a date and no source", (&models.Release{Number: "1", ReleasedOn: &on}).Validate(), []string{"releasedSource"}},
		{"an empty deployment", (&models.Deployment{}).Validate(), []string{"agencyId", "assetId", "dataClass", "details", "environment", "hosting", "lifecycle", "personalData", "visibility"}},
		{"a deployment in a country that is none", (&models.Deployment{AgencyID: 1, AssetID: 1, Environment: models.Production, DataClass: models.DataOpen, PersonalData: models.PersonalNone, Hosting: models.OnPremises,
			Lifecycle: models.DeploymentRunning, Visibility: models.VisiblePublic, Details: models.VisibleGovernment, Jurisdiction: "Trinidad", Criticality: 5}).Validate(), []string{"criticality", "jurisdiction"}},
		{"an administrator of one agency", (&models.Membership{Role: models.Administrator, AgencyID: new(int64)}).Validate(), []string{"agencyId"}},
		{"a registrar of nothing", (&models.Membership{Role: models.Registrar}).Validate(), []string{"agencyId"}},
	} {
		got := fields(tc.err)
		slices.Sort(got)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestANameHasNothingThatCannotBeSeen(t *testing.T) {
	for _, tc := range []struct{ what, name, code string }{
		{"an escape that a terminal obeys", "Case \x1b[31mDesk", "bad-character"},
		{"a mark that turns the text round", "Case \u202eksed", "bad-character"},
		{"NUL", "Case\x00Desk", "bad-character"},
		{"only what has no width", "\u200b\u2060", "required"},
		{"a joiner, which Persian and family emoji need", "می\u200cخواهم", ""},
	} {
		a := models.Asset{Name: tc.name, Origin: models.GovBuilt, StewardID: 1, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
		got := ""
		var e *models.Error
		if errors.As(a.Validate(), &e) {
			got = e.Fields[0].Field + " " + e.Fields[0].Code
		}
		want := ""
		if tc.code != "" {
			want = "name " + tc.code
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", tc.what, got, want)
		}
	}
	notes := models.Release{AssetID: 1, Number: "1", Notes: "First.\n\tSecond.\r\n"}
	if err := notes.Validate(); err != nil {
		t.Errorf("lines and tabs in notes: %v", err)
	}
}

func TestAConfirmationThatHasRunOutIsStaleFromTheNextDayOn(t *testing.T) {
	today := day("2026-11-22")
	d := models.Deployment{State: models.Claimed}
	if err := d.Confirm(today, today.AddDays(10)); err != nil {
		t.Fatal(err)
	}
	if got := d.StateOn(today.AddDays(10)); got != models.Confirmed {
		t.Errorf("on its last day it is %s", got)
	}
	if got := d.StateOn(today.AddDays(11)); got != models.Stale {
		t.Errorf("a day later it is %s", got)
	}
	if err := d.Confirm(today, today.AddDays(-1)); !models.IsKind(err, models.Invalid) {
		t.Errorf("confirmed into the past: %v", err)
	}
	if err := d.Withdraw(); err != nil || d.Lifecycle != models.DeploymentEnded {
		t.Errorf("withdrawn: %v, %s", err, d.Lifecycle)
	}
	if err := d.Confirm(today, today.AddDays(1)); !models.IsKind(err, models.Conflict) {
		t.Errorf("confirmed after it was withdrawn: %v", err)
	}
}

func TestRedactingLeavesNoVersionOwnerOrHosting(t *testing.T) {
	id := int64(7)
	d := models.Deployment{ID: 1, AgencyID: 2, AssetID: 3, ReleaseID: &id, VersionText: "s3cret", Provider: "s3cret", TechnicalEmail: "s3cret", BusinessOwner: "s3cret", Jurisdiction: "TT", Criticality: 4, Hosting: models.PublicCloud, DataClass: models.DataSecret}
	d.Redact()
	if d.ReleaseID != nil || d.VersionText+d.Provider+d.TechnicalEmail+d.BusinessOwner+d.Jurisdiction != "" || d.Criticality != 0 || d.Hosting != models.HostingUnknown || d.DataClass != models.DataUnknown {
		t.Errorf("%+v", d)
	}
}

func TestWhoMayDoWhatWhere(t *testing.T) {
	in := func(r models.Role) models.Viewer {
		return models.Viewer{UserID: 1, Grants: []models.Grant{{Role: r, All: r.WholeRegister(), Agencies: map[int64]bool{5: true, 6: true}}}}
	}
	for _, tc := range []struct {
		role     models.Role
		action   models.Action
		own, far bool
	}{
		{models.Reader, models.ReadGovernment, true, false}, {models.Reader, models.WriteAsset, false, false},
		{models.Registrar, models.WriteAsset, true, false}, {models.Registrar, models.WriteSBOM, true, false}, {models.Registrar, models.MergeAsset, false, false}, {models.Registrar, models.ManageUsers, false, false},
		{models.Procurement, models.WriteAsset, false, false},
		{models.OSPOStaff, models.WriteAsset, true, true}, {models.OSPOStaff, models.MergeAsset, true, true}, {models.OSPOStaff, models.ManageUsers, false, false},
		{models.Auditor, models.ReadEvents, true, true}, {models.Auditor, models.WriteAsset, false, false},
		{models.Administrator, models.ManageUsers, true, true}, {models.Administrator, models.WriteAsset, false, false},
	} {
		v := in(tc.role)
		if v.May(tc.action, 6) != tc.own || v.May(tc.action, 9) != tc.far {
			t.Errorf("%s, %s: own %v, far %v", tc.role, tc.action, v.May(tc.action, 6), v.May(tc.action, 9))
		}
		for _, a := range models.Actions {
			if (models.Viewer{}).May(a, 6) {
				t.Errorf("the public may %s", a)
			}
		}
	}
}

func TestTheShortestWayIsFoundThroughCycles(t *testing.T) {
	c := &models.Content{Components: []int32{10, 11, 12, 13, 14}, Roots: []int32{0}, Edges: []models.Edge{
		{From: 0, To: 1, Kind: models.EdgeDependsOn}, {From: 1, To: 2, Kind: models.EdgeDependsOn}, {From: 2, To: 0, Kind: models.EdgeDependsOn},
		{From: 0, To: 2, Kind: models.EdgeContains}, {From: 2, To: 2, Kind: models.EdgeDependsOn}, {From: 0, To: 3, Kind: models.EdgeDevDepends}, {From: 99, To: 1, Kind: models.EdgeDependsOn},
	}}
	g := models.NewGraph(c)
	if diff := cmp.Diff([]int32{0, 2}, g.Path(2)); diff != "" {
		t.Error(diff)
	}
	if g.Depth(3) != -1 || g.Path(4) != nil || g.Depth(1) != 1 {
		t.Errorf("depths %d, %v, %d: what is only developed with is not carried", g.Depth(3), g.Path(4), g.Depth(1))
	}
}

func TestAGraphWithoutRootsStartsFromWhatNothingCarries(t *testing.T) {
	g := models.NewGraph(&models.Content{Components: []int32{1, 2, 3}, Edges: []models.Edge{{From: 0, To: 1, Kind: models.EdgeDependsOn}}})
	if g.Depth(1) != 1 || g.Depth(2) != -1 {
		t.Errorf("depths %d and %d", g.Depth(1), g.Depth(2))
	}
}

func TestADescriptionIsShownInTheReadersLanguageElseInAnother(t *testing.T) {
	a := models.Asset{Descriptions: map[string]string{"fr": "Bureau", "es": "Oficina"}}
	if got := a.Description("fr") + a.Description("de"); got != "BureauOficina" {
		t.Error(got)
	}
	if got := models.MatchName("Case-Desk 2"); got != "casedesk2" || !strings.HasPrefix(got, "case") {
		t.Error(got)
	}
}
