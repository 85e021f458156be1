package register_test

import (
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func (f *fixture) access(v models.Viewer, a *models.Asset, want bool) {
	f.t.Helper()
	if has, err := f.s.HasAccess(ctx, v, a.ID); err != nil || has != want {
		f.t.Errorf("%s has access: %v, want %v, %v", v.Name, has, want, err)
	}
}

func TestAccessToCodeIsAskedForGrantedAndExpiresByItself(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Mail", f.health, models.VisibleGovernment)
	asker, steward := f.person("e@education.example.gov", models.Registrar, f.education), f.person("h@health.example.gov", models.Registrar, f.health)
	colleague, other := f.person("r@education.example.gov", models.Reader, f.education), f.person("x@other.example.gov", models.Registrar, f.agency("other", nil))
	today := models.DateOf(time.Now())
	x := &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "To run it for schools", People: "The web team", UntilOn: today.AddDays(60), State: models.AccessGranted}
	f.step("access-request.made", func() error { return f.r.RequestAccess(ctx, asker, x) })
	f.access(colleague, a, false)
	f.refused("access-requested", func() error { again := *x; return f.r.RequestAccess(ctx, asker, &again) })
	f.refused("not-allowed", func() error { return f.r.GrantAccess(ctx, asker, x.ID, 0, "", models.Date{}) })
	f.refused("access-request-not-found", func() error { return f.r.GrantAccess(ctx, other, x.ID, 0, "", models.Date{}) })
	f.refused("invalid-input", func() error { return f.r.GrantAccess(ctx, steward, x.ID, 0, "", today.AddDays(models.MaxAccessDays+1)) })
	f.refused("invalid-input", func() error { return f.r.EndAccess(ctx, steward, x.ID, 0, models.AccessRefused, " ") })
	f.step("access-request.granted", func() error { return f.r.GrantAccess(ctx, steward, x.ID, 0, "Show nobody else.", models.Date{}) })
	f.access(colleague, a, true)
	f.access(asker, a, true)
	f.access(steward, a, true)
	f.access(other, a, false)
	f.access(models.Viewer{}, a, false)
	if list, err := f.s.AccessRequests(ctx, other, models.AccessFilter{}); err != nil || len(list.Items) != 0 {
		t.Errorf("another agency sees %+v, %v", list.Items, err)
	}
	for _, v := range []models.Viewer{asker, steward} {
		if list, err := f.s.Events(ctx, v, models.EventFilter{Noun: "access-request", Limit: 10}); err != nil || len(list) != 2 || !list[1].Full {
			t.Errorf("%s reads %+v, %v", v.Name, list, err)
		}
	}
	if list, err := f.s.Events(ctx, other, models.EventFilter{Noun: "access-request", Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("another agency reads %+v, %v", list, err)
	}
	for _, tc := range []struct {
		days, want int
	}{{31, 0}, {30, 1}, {8, 0}, {7, 1}, {7, 0}, {1, 1}, {0, 0}} {
		n, err := f.r.At(x.UntilOn.AddDays(-tc.days).Time()).RemindAccess(ctx)
		f.must(err)
		if n != tc.want {
			t.Errorf("%d days before its end %d reminders were written, want %d", tc.days, n, tc.want)
		}
	}
	last := f.r.At(x.UntilOn.Time().Add(23 * time.Hour))
	f.step("", func() error { n, err := last.ExpireAccess(ctx); isIt(t, n, 0); return err })
	after := f.r.At(x.UntilOn.AddDays(1).Time())
	f.step("access-request.expired", func() error { n, err := after.ExpireAccess(ctx); isIt(t, n, 1); return err })
	f.access(colleague, a, false)
}

func TestAccessEndsOnItsDayEvenIfNobodyWritesItDown(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Mail", f.health, models.VisibleGovernment)
	asker, steward := f.person("e@education.example.gov", models.Registrar, f.education), f.person("h@health.example.gov", models.Registrar, f.health)
	then, day := f.r.At(time.Now().AddDate(0, 0, -40)), models.DateOf(time.Now())
	x := &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: day.AddDays(-1)}
	f.must(then.RequestAccess(ctx, asker, x))
	f.must(then.GrantAccess(ctx, steward, x.ID, 0, "", models.Date{}))
	f.access(asker, a, false)
	f.refused("access-not-granted", func() error { return f.r.EndAccess(ctx, steward, x.ID, 0, models.AccessRevoked, "Over") })
	if list, err := f.s.AccessRequests(ctx, steward, models.AccessFilter{State: models.AccessExpired}); err != nil || len(list.Items) != 1 {
		t.Errorf("the expired are %+v, %v", list.Items, err)
	}
}

func TestAccessIsRefusedRevokedAndWithdrawnByWhoMay(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Mail", f.health, models.VisibleGovernment)
	asker, steward := f.person("e@education.example.gov", models.Registrar, f.education), f.person("h@health.example.gov", models.Registrar, f.health)
	ask := func() *models.AccessRequest {
		x := &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)}
		f.must(f.r.RequestAccess(ctx, asker, x))
		return x
	}
	x := ask()
	f.step("access-request.refused", func() error { return f.r.EndAccess(ctx, steward, x.ID, 0, models.AccessRefused, "Not ready") })
	f.refused("access-decided", func() error { return f.r.GrantAccess(ctx, steward, x.ID, 0, "", models.Date{}) })
	x = ask()
	f.step("access-request.withdrawn", func() error { return f.r.EndAccess(ctx, asker, x.ID, 0, models.AccessWithdrawn, "") })
	f.refused("access-ended", func() error { return f.r.EndAccess(ctx, asker, x.ID, 0, models.AccessWithdrawn, "") })
	x = ask()
	f.must(f.r.GrantAccess(ctx, steward, x.ID, 0, "", models.Date{}))
	f.refused("not-allowed", func() error { return f.r.EndAccess(ctx, asker, x.ID, 0, models.AccessRevoked, "x") })
	f.step("access-request.revoked", func() error {
		return f.r.EndAccess(ctx, steward, x.ID, 0, models.AccessRevoked, "Conditions were broken")
	})
	f.access(asker, a, false)
	office := f.person("o@example.gov", models.OSPOStaff, nil)
	y := &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)}
	f.must(f.r.RequestAccess(ctx, office, y))
	f.refused("own-request", func() error { return f.r.GrantAccess(ctx, office, y.ID, 0, "", models.Date{}) })
}

func TestAccessIsAskedForOnlyWhereCodeIsSeenAndClosed(t *testing.T) {
	f := newFixture(t)
	asker := f.person("e@education.example.gov", models.Registrar, f.education)
	open, secret := f.asset("Open Desk", f.health, models.VisiblePublic), f.asset("Secret Desk", f.health, models.VisibleAgency)
	_, err := f.r.ChangeAsset(ctx, system, open.ID, 0, func(a *models.Asset) {
		a.URLs = []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://git.example.gov/open"}}
	})
	f.must(err)
	ask := func(a *models.Asset) func() error {
		return func() error {
			return f.r.RequestAccess(ctx, asker, &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)})
		}
	}
	f.refused("code-is-open", ask(open))
	f.refused("invalid-input", ask(secret))
	f.refused("own-code", ask(f.asset("Own", f.education, models.VisibleGovernment)))
	f.step("access-request.made", ask(f.asset("Unknown Desk", f.health, models.VisiblePublic)))
	if err := f.r.RequestAccess(ctx, f.person("r@education.example.gov", models.Reader, f.education), &models.AccessRequest{AssetID: open.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("a reader asked: %v", err)
	}
}

func TestMergedSoftwareAndAgenciesTakeWhatIsAskedOfThemAlong(t *testing.T) {
	f := newFixture(t)
	a, b := f.asset("Mail", f.health, models.VisibleGovernment), f.asset("E-Mail", f.health, models.VisibleGovernment)
	asker, referent := f.person("e@education.example.gov", models.Registrar, f.education), f.person("r@health.example.gov", models.Reader, f.health)
	for _, x := range []*models.Asset{a, b} {
		f.offer(referent, x, f.health)
		f.ask(asker, x)
		f.must(f.r.ClaimUse(ctx, system, &models.UseClaim{AssetID: x.ID, AgencyID: &f.education.ID}))
		f.must(f.r.RequestAccess(ctx, asker, &models.AccessRequest{AssetID: x.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)}))
		f.must(f.r.OpenCall(ctx, asker, &models.Call{Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &x.ID, Title: "We want it", Text: "x"}))
	}
	_, err := f.r.MergeAssets(ctx, system, a.ID, b.ID, "same")
	f.must(err)
	_, err = f.r.MergeAgency(ctx, system, f.education.ID, f.hospitals.ID, 0)
	f.must(err)
	after := f.viewer(asker.UserID)
	claims, err := f.s.UseClaims(ctx, after, models.UseClaimFilter{Asset: b.ID, Agency: f.hospitals.ID, State: models.UseWaiting})
	f.must(err)
	requests, err := f.s.AccessRequests(ctx, after, models.AccessFilter{Asset: b.ID, Agency: f.hospitals.ID})
	f.must(err)
	calls, err := f.s.Calls(ctx, after, models.CallFilter{Asset: b.ID, Agency: f.hospitals.ID})
	f.must(err)
	questions, err := f.s.Questions(ctx, referent, models.QuestionFilter{Asset: b.ID, ForMe: true})
	f.must(err)
	referents, err := f.s.Referents(ctx, system, b.ID)
	f.must(err)
	if len(claims.Items) != 1 || len(requests.Items) != 2 || len(calls.Items) != 2 || len(questions.Items) != 2 || len(referents) != 1 {
		t.Errorf("%d claims, %d requests, %d calls, %d questions, %d referents", len(claims.Items), len(requests.Items), len(calls.Items), len(questions.Items), len(referents))
	}
}

func TestWhoHasAccessSeesTheRepositoryAndNobodyElseDoes(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Mail", f.health, models.VisibleGovernment)
	repo := &models.Repository{AgencyID: f.health.ID, AssetID: &a.ID, URL: "https://git.example.gov/health/mail", Visibility: models.VisibleAgency, Active: true}
	f.must(f.r.RegisterRepository(ctx, system, repo))
	asker, steward := f.person("e@education.example.gov", models.Registrar, f.education), f.person("h@health.example.gov", models.Registrar, f.health)
	other := f.person("x@other.example.gov", models.Registrar, f.agency("other", nil))
	sees := func(v models.Viewer, want bool) {
		t.Helper()
		list, err := f.s.RepositoriesOf(ctx, v, a.ID)
		f.must(err)
		_, err = f.s.Repository(ctx, v, repo.ID)
		if (len(list) == 1) != want || (err == nil) != want {
			t.Errorf("%s sees %d repositories, %v", v.Name, len(list), err)
		}
	}
	sees(asker, false)
	sees(steward, true)
	x := &models.AccessRequest{AssetID: a.ID, AgencyID: f.education.ID, Purpose: "x", People: "y", UntilOn: models.DateOf(time.Now()).AddDays(30)}
	f.must(f.r.RequestAccess(ctx, asker, x))
	f.must(f.r.GrantAccess(ctx, steward, x.ID, 0, "", models.Date{}))
	sees(asker, true)
	sees(other, false)
	sees(models.Viewer{}, false)
	f.must(f.r.EndAccess(ctx, steward, x.ID, 0, models.AccessRevoked, "Over"))
	sees(asker, false)
}
