package register_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestEveryJourneyWritesExactlyOneEvent(t *testing.T) {
	f := newFixture(t)
	by, own := f.person("ospo@example.gov", models.OSPOStaff, nil), f.person("registrar@health.example.gov", models.Registrar, f.health)
	a, b := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Case-Desk", f.education, models.VisiblePublic)
	rel := f.release(a, "1.0")
	d := f.deployment(by, f.hospitals, a, "1.0", "Appointments")
	receipt := f.receive(by, rel, document)
	token := &models.Token{Name: "pipeline", Actions: models.StringList{"sboms:write"}, ExpiresAt: time.Now().Add(time.Hour)}
	var user int64
	steps := []struct {
		want string
		do   func() error
	}{
		{"asset.changed", func() error {
			_, err := f.r.ChangeAsset(ctx, by, a.ID, 0, func(a *models.Asset) { a.Edition = "LTS" })
			return err
		}},
		{"release.changed", func() error {
			_, err := f.r.ChangeRelease(ctx, by, rel.ID, 0, func(r *models.Release) { r.Notes = "x" })
			return err
		}},
		{"deployment.changed", func() error {
			_, err := f.r.ChangeDeployment(ctx, by, d.ID, 0, func(d *models.Deployment) { d.Criticality = 3 })
			return err
		}},
		{"deployment.attested", func() error { _, err := f.r.Attest(ctx, own, d.ID, 0, models.Date{}, "seen"); return err }},
		{"deployment.withdrawn", func() error { _, err := f.r.WithdrawDeployment(ctx, by, d.ID, 0); return err }},
		{"sbom.withdrawn", func() error { _, err := f.r.WithdrawSBOM(ctx, by, receipt.SBOM.ID, "wrong"); return err }},
		{"asset.merged", func() error { _, err := f.r.MergeAssets(ctx, by, b.ID, a.ID, "same"); return err }},
		{"agency.changed", func() error {
			_, err := f.r.ChangeAgency(ctx, by, f.education.ID, 0, func(a *models.Agency) { a.ParentID = &f.health.ID })
			return err
		}},
		{"agency.merged", func() error { _, err := f.r.MergeAgency(ctx, by, f.hospitals.ID, f.education.ID, 0); return err }},
		{"token.created", func() error { _, err := f.r.CreateToken(ctx, by, token); return err }},
		{"token.revoked", func() error { return f.r.RevokeToken(ctx, by, token.ID) }},
		{"user.created", func() error {
			u := &models.User{Email: "new@example.gov", Name: "New"}
			err := f.r.CreateUser(ctx, system, u)
			if err == nil {
				user = u.ID
			}
			return err
		}},
		{"link.created", func() error { _, err := f.r.SignInLink(ctx, system, user); return err }},
		{"user.closed", func() error { return f.r.CloseUser(ctx, system, user) }},
	}
	for _, step := range steps {
		last := f.lastEvent().ID
		f.must(step.do())
		if diff := cmp.Diff([]string{step.want}, f.events(last)); diff != "" {
			t.Errorf("%s: %s", step.want, diff)
		}
		// A second time most of these are refused; a refusal leaves no trace.
		last = f.lastEvent().ID
		if err := step.do(); err != nil && len(f.events(last)) != 0 {
			t.Errorf("%s was refused (%v) and wrote %v", step.want, err, f.events(last))
		}
	}
}

func TestAWriteThatChangesNothingLeavesNoEventAndNoNewVersion(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	rel := f.release(a, "1.0")
	d := f.deployment(system, f.hospitals, a, "1.0", "Appointments")
	last := f.lastEvent().ID
	asset, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Name = " Case  Desk " })
	f.must(err)
	release, err := f.r.ChangeRelease(ctx, system, rel.ID, 0, func(*models.Release) {})
	f.must(err)
	deployment, err := f.r.ChangeDeployment(ctx, system, d.ID, 0, func(*models.Deployment) {})
	f.must(err)
	agency, err := f.r.ChangeAgency(ctx, system, f.health.ID, 0, func(*models.Agency) {})
	f.must(err)
	if got := f.events(last); len(got) != 0 || asset.Version+release.Version+deployment.Version+agency.Version != 4 {
		t.Errorf("events %v, versions %d %d %d %d", got, asset.Version, release.Version, deployment.Version, agency.Version)
	}
}

func TestAnEventSaysWhatChangedAndWhoDidIt(t *testing.T) {
	f := newFixture(t)
	by := f.person("ospo@example.gov", models.OSPOStaff, nil)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	_, err := f.r.ChangeAsset(ctx, by, a.ID, a.Version, func(a *models.Asset) { a.License = "EUPL-1.2" })
	f.must(err)
	e := f.lastEvent()
	if got := string(e.Before); !strings.Contains(got, `"license": "MIT"`) || strings.Contains(got, "name") {
		t.Errorf("before: %s", got)
	}
	if time.Since(e.At) > time.Minute {
		t.Errorf("it happened at %v", e.At)
	}
	if e.ActorID == nil || *e.ActorID != by.UserID || !strings.Contains(string(e.After), "EUPL-1.2") {
		t.Errorf("event %+v", e)
	}
}

func TestAWriteBasedOnAnOlderStateIsRefused(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	_, err := f.r.ChangeAsset(ctx, system, a.ID, a.Version, func(a *models.Asset) { a.Edition = "One" })
	f.must(err)
	if _, err = f.r.ChangeAsset(ctx, system, a.ID, a.Version, func(a *models.Asset) { a.Edition = "Two" }); !models.HasCode(err, "changed-meanwhile") {
		t.Errorf("got %v", err)
	}
}

func TestAChangeCannotReachWhatIsNotItsOwn(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	got, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(x *models.Asset) {
		x.Edition, x.ID, x.Version, x.CreatedAt, x.MergedIntoID = "LTS", 99, 99, time.Time{}, &a.ID
	})
	f.must(err)
	if got.ID != a.ID || got.Version != 2 || got.MergedIntoID != nil || got.CreatedAt.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestARegistrarWritesForTheirAgencyAndThoseBelowOnly(t *testing.T) {
	f := newFixture(t)
	by := f.person("registrar@example.gov", models.Registrar, f.health)
	for _, tc := range []struct {
		agency *models.Agency
		kind   models.ErrorKind
	}{{f.health, ""}, {f.hospitals, ""}, {f.education, models.Forbidden}} {
		err := f.r.RegisterAsset(ctx, by, &models.Asset{Name: "For " + tc.agency.Code, Origin: models.Service, StewardID: tc.agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic})
		if tc.kind == "" && err != nil || tc.kind != "" && !models.IsKind(err, tc.kind) {
			t.Errorf("%s: %v", tc.agency.Code, err)
		}
	}
	if err := f.r.RegisterAsset(ctx, models.Viewer{}, &models.Asset{Name: "x", Origin: models.Service, StewardID: f.health.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("the public: %v", err)
	}
}

func TestATokenIsHeldToItsAgencyAndActions(t *testing.T) {
	f := newFixture(t)
	by := f.person("registrar@example.gov", models.Registrar, f.health)
	secret, err := f.r.CreateToken(ctx, by, &models.Token{Name: "pipeline", AgencyID: &f.hospitals.ID, Actions: models.StringList{"sboms:write"}, ExpiresAt: time.Now().Add(time.Hour)})
	f.must(err)
	v, err := f.s.TokenViewer(ctx, hashOf(secret), time.Now())
	f.must(err)
	for _, tc := range []struct {
		action models.Action
		agency int64
		may    bool
	}{
		{models.WriteSBOM, f.hospitals.ID, true}, {models.WriteSBOM, f.health.ID, false}, {models.WriteAsset, f.hospitals.ID, false}, {models.WriteSBOM, f.education.ID, false},
	} {
		if v.May(tc.action, tc.agency) != tc.may {
			t.Errorf("%s for %d: want %v", tc.action, tc.agency, tc.may)
		}
	}
	for _, a := range []struct {
		steward *models.Agency
		sees    bool
	}{{f.hospitals, true}, {f.health, false}} {
		_, err := f.s.Asset(ctx, v, f.asset("Inside "+a.steward.Code, a.steward, models.VisibleAgency).ID)
		if (err == nil) != a.sees {
			t.Errorf("a pipeline's token looks at what is %s's own: %v", a.steward.Code, err)
		}
	}
	if _, err := f.s.TokenViewer(ctx, hashOf(secret), time.Now().Add(2*time.Hour)); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("after its end: %v", err)
	}
}

func TestATokenMayNotBeMadeForWhatItsPersonMayNot(t *testing.T) {
	f := newFixture(t)
	by := f.person("registrar@example.gov", models.Registrar, f.health)
	for _, token := range []*models.Token{
		{Name: "people", Actions: models.StringList{"users:manage"}, ExpiresAt: time.Now().Add(time.Hour)},
		{Name: "elsewhere", Actions: models.StringList{"sboms:write"}, AgencyID: &f.education.ID, ExpiresAt: time.Now().Add(time.Hour)},
	} {
		if _, err := f.r.CreateToken(ctx, by, token); !models.IsKind(err, models.Invalid) {
			t.Errorf("%s: %v", token.Name, err)
		}
	}
}

func TestMergingKeepsEveryReferenceAndAnAlias(t *testing.T) {
	f := newFixture(t)
	kept, gone := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("CaseDesk", f.education, models.VisiblePublic)
	_, err := f.r.ChangeAsset(ctx, system, gone.ID, 0, func(a *models.Asset) {
		a.URLs = []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://git.example.gov/edu/casedesk.git"}}
		a.Identifiers = []models.AssetIdentifier{{Kind: models.PURL, Value: "pkg:npm/casedesk@1.0"}}
	})
	f.must(err)
	same, only := f.release(gone, "1.0"), f.release(gone, "2.0")
	f.release(kept, "1.0")
	f.receive(system, same, document)
	d := f.deployment(system, f.education, gone, "1.0", "School places")
	merged, err := f.r.MergeAssets(ctx, system, gone.ID, kept.ID, "the same product")
	f.must(err)
	if diff := cmp.Diff([]string{"CaseDesk"}, merged.Aliases); diff != "" || len(merged.URLs) != 1 || merged.Identifiers[0].Value != "pkg:npm/casedesk" {
		t.Errorf("aliases %s, urls %v, identifiers %v", diff, merged.URLs, merged.Identifiers)
	}
	old, err := f.s.Asset(ctx, models.Viewer{}, gone.ID)
	f.must(err)
	if old.MergedIntoID == nil || *old.MergedIntoID != kept.ID {
		t.Errorf("the old entry leads to %v", old.MergedIntoID)
	}
	row, err := f.s.Deployment(ctx, system, d.ID)
	f.must(err)
	if row.AssetID != kept.ID || row.ReleaseID == nil || *row.ReleaseID == same.ID {
		t.Errorf("deployment %+v", row.Deployment)
	}
	list, err := f.s.Releases(ctx, system, kept.ID, models.Page{})
	f.must(err)
	numbers := map[string]int{}
	for _, r := range list.Items {
		numbers[r.Number] = r.Documents
	}
	if diff := cmp.Diff(map[string]int{"1.0": 1, "2.0": 0}, numbers); diff != "" {
		t.Error(diff)
	}
	_ = only
}

func TestMovingAnAgencyIsDatedAndNeverMakesACircle(t *testing.T) {
	f := newFixture(t)
	under := func(id *int64) func(*models.Agency) { return func(a *models.Agency) { a.ParentID = id } }
	if _, err := f.r.ChangeAgency(ctx, system, f.health.ID, 0, under(&f.hospitals.ID)); !models.IsKind(err, models.Invalid) {
		t.Errorf("a circle: %v", err)
	}
	_, err := f.r.ChangeAgency(ctx, system, f.hospitals.ID, 0, under(&f.education.ID))
	f.must(err)
	path, err := f.s.AgencyPath(ctx, f.hospitals.ID)
	f.must(err)
	if len(path) != 2 || path[0].ID != f.education.ID {
		t.Errorf("path %v", path)
	}
	spans, err := f.s.AgencyParents(ctx, f.hospitals.ID)
	f.must(err)
	if len(spans) != 2 || spans[0].UntilOn == nil || spans[1].UntilOn != nil {
		t.Errorf("spans %+v", spans)
	}
}

func TestWhatAViewerMayNotSeeIsNotFoundAndNotCounted(t *testing.T) {
	f := newFixture(t)
	f.asset("Open", f.health, models.VisiblePublic)
	f.asset("Inside", f.health, models.VisibleGovernment)
	secret := f.asset("Secret", f.hospitals, models.VisibleAgency)
	for _, tc := range []struct {
		name string
		by   models.Viewer
		want int
	}{
		{"the public", models.Viewer{}, 1},
		{"a reader elsewhere", f.person("r1@example.gov", models.Reader, f.education), 2},
		{"a reader of the agency", f.person("r2@example.gov", models.Reader, f.hospitals), 3},
		{"a reader above it", f.person("r3@example.gov", models.Reader, f.health), 3},
		{"an auditor", f.person("r4@example.gov", models.Auditor, nil), 3},
	} {
		list, err := f.s.Assets(ctx, tc.by, models.AssetFilter{})
		f.must(err)
		hits, facets, err := f.s.Search(ctx, tc.by, store.SearchFilter{Query: "keeps"})
		f.must(err)
		found := 0
		for _, x := range facets {
			if x.Name == "noun" && x.Value == "asset" {
				found = x.Count
			}
		}
		if list.Total.Count != tc.want || len(list.Items) != tc.want || found != tc.want || hits.Total.Count != tc.want {
			t.Errorf("%s: list %d, search %d, facet %d, want %d", tc.name, list.Total.Count, hits.Total.Count, found, tc.want)
		}
		_, err = f.s.Asset(ctx, tc.by, secret.ID)
		if (err == nil) != (tc.want == 3) || err != nil && !models.IsKind(err, models.NotFound) {
			t.Errorf("%s asks for the secret one: %v", tc.name, err)
		}
	}
}

func TestAThingThatLeavesSightLeavesATombstone(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	last := f.lastEvent().ID
	_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Visibility = models.VisibleAgency })
	f.must(err)
	list, err := f.s.Events(ctx, models.Viewer{}, models.EventFilter{After: last})
	f.must(err)
	if len(list) != 1 || !list[0].Gone || list[0].Title != "" || list[0].ActorName != "" || list[0].After != nil {
		t.Errorf("the public sees %+v", list)
	}
}

func TestAOneTimeLinkSignsInOnce(t *testing.T) {
	f := newFixture(t)
	v := f.person("officer@example.gov", models.Procurement, f.health)
	secret, err := f.r.SignInLink(ctx, system, v.UserID)
	f.must(err)
	if got, err := f.r.SignIn(ctx, secret); err != nil || got.UserID != v.UserID {
		t.Errorf("first: %+v, %v", got, err)
	}
	if _, err := f.r.SignIn(ctx, secret); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("second: %v", err)
	}
}

func TestWhatIsHiddenNowIsNoLongerNamedInTheTrail(t *testing.T) {
	f := newFixture(t)
	reader := f.person("reader@example.gov", models.Reader, f.education)
	last := f.lastEvent().ID
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	f.release(a, "1.0")
	d := f.deployment(system, f.hospitals, a, "1.0", "Appointments")
	shared := f.asset("Shared Desk", f.health, models.VisiblePublic)
	quiet := f.deployment(system, f.hospitals, shared, "", "Appointments")
	_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Visibility = models.VisibleAgency })
	f.must(err)
	_, err = f.r.ChangeDeployment(ctx, system, quiet.ID, 0, func(d *models.Deployment) { d.Visibility, d.Details = models.VisibleAgency, models.VisibleAgency })
	f.must(err)
	list, err := f.s.Events(ctx, reader, models.EventFilter{After: last})
	f.must(err)
	var seen []string
	for _, e := range list {
		seen = append(seen, e.Action+" "+e.Title)
	}
	if diff := cmp.Diff([]string{"asset.registered Shared Desk", "asset.changed ", "deployment.changed "}, seen); diff != "" {
		t.Errorf("of %d and %d: %s", d.ID, quiet.ID, diff)
	}
}
