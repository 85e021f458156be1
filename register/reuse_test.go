package register_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// step does something and says which events it is to write.
func (f *fixture) step(want string, do func() error) {
	f.t.Helper()
	last := f.lastEvent().ID
	f.must(do())
	if diff := cmp.Diff(want, strings.Join(f.events(last), " ")); diff != "" {
		f.t.Errorf("%s: %s", want, diff)
	}
}

// refused does something that is to be refused with a code, and leaves no event.
func (f *fixture) refused(code string, do func() error) {
	f.t.Helper()
	last := f.lastEvent().ID
	if err := do(); !models.HasCode(err, code) {
		f.t.Errorf("got %v, want %s", err, code)
	}
	if got := f.events(last); len(got) != 0 {
		f.t.Errorf("%s wrote %v", code, got)
	}
}

func TestOnlySomebodyOfTheAgencySaysWhatItRuns(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	d := f.deployment(system, f.education, a, "", "Pupils")
	maintainer, office := f.person("m@health.example.gov", models.Registrar, f.health), f.person("o@example.gov", models.OSPOStaff, nil)
	own := f.person("e@education.example.gov", models.Registrar, f.education)
	for name, by := range map[string]models.Viewer{"the maintainer": maintainer, "the programme office": office, "a reader of the agency": f.person("r@education.example.gov", models.Reader, f.education)} {
		if _, err := f.r.Attest(ctx, by, d.ID, 0, models.Date{}, "I say so"); !models.IsKind(err, models.Forbidden) {
			t.Errorf("%s confirmed: %v", name, err)
		}
	}
	if err := f.r.RegisterDeployment(ctx, maintainer, &models.Deployment{AgencyID: f.education.ID, AssetID: a.ID, Service: "Teachers"}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("the maintainer registered: %v", err)
	}
	if _, err := f.r.WithdrawDeployment(ctx, maintainer, d.ID, 0); !models.IsKind(err, models.Forbidden) {
		t.Errorf("the maintainer withdrew: %v", err)
	}
	if _, err := f.r.Attest(ctx, own, d.ID, 0, models.Date{}, "Seen on the server"); err != nil {
		t.Error(err)
	}
}

func TestAClaimOfTheMaintainerWaitsForTheAgencyAndBecomesADeployment(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	maintainer, own := f.person("m@health.example.gov", models.Registrar, f.health), f.person("e@education.example.gov", models.Registrar, f.education)
	c := &models.UseClaim{AssetID: a.ID, Stated: " MINISTRY of  Education ", Note: "They asked us for help."}
	f.step("use-claim.made", func() error { return f.r.ClaimUse(ctx, maintainer, c) })
	if c.AgencyID == nil || *c.AgencyID != f.education.ID || c.Stated != "MINISTRY of Education" {
		t.Fatalf("the claim is of %v, stated %q", c.AgencyID, c.Stated)
	}
	f.refused("use-claim-exists", func() error {
		return f.r.ClaimUse(ctx, maintainer, &models.UseClaim{AssetID: a.ID, AgencyID: &f.education.ID})
	})
	f.uses(maintainer, a, store.Uses{Stated: 1})
	f.uses(models.Viewer{}, a, store.Uses{})
	for name, by := range map[string]models.Viewer{"the maintainer": maintainer, "the programme office": f.person("o@example.gov", models.OSPOStaff, nil)} {
		for _, to := range []models.UseClaimState{models.UseConfirmed, models.UseDenied} {
			if _, err := f.r.AnswerUseClaim(ctx, by, c.ID, 0, register.UseAnswer{To: to}); !models.IsKind(err, models.Forbidden) {
				t.Errorf("%s answered %s: %v", name, to, err)
			}
		}
	}
	f.step("deployment.registered use-claim.confirmed", func() error {
		_, err := f.r.AnswerUseClaim(ctx, own, c.ID, 0, register.UseAnswer{To: models.UseConfirmed, Statement: "Since May", Run: models.Deployment{Service: "Pupils", VersionText: "4.2"}})
		return err
	})
	f.uses(models.Viewer{}, a, store.Uses{Agencies: 1, Confirmed: 1, Recent: 1})
	row, err := f.s.UseClaim(ctx, own, c.ID)
	f.must(err)
	d, err := f.s.Deployment(ctx, own, *row.DeploymentID)
	f.must(err)
	if d.State != models.Confirmed || d.Service != "Pupils" || d.AgencyID != f.education.ID {
		t.Errorf("the deployment is %+v", d.Deployment)
	}
	f.refused("use-claim-answered", func() error {
		_, err := f.r.AnswerUseClaim(ctx, own, c.ID, 0, register.UseAnswer{To: models.UseDenied})
		return err
	})
}

func (f *fixture) uses(v models.Viewer, a *models.Asset, want store.Uses) {
	f.t.Helper()
	got, err := f.s.UsesOf(ctx, v, a.ID)
	f.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("used by: %s", diff)
	}
	list, err := f.s.UsesBy(ctx, v, a.ID, 100)
	f.must(err)
	if len(list) != want.Agencies+want.Stated+want.Unmatched {
		f.t.Errorf("%d are listed: %+v", len(list), list)
	}
}

func TestAConfirmedClaimAttestsWhatTheAgencyHasRegisteredAlready(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	own := f.person("e@education.example.gov", models.Registrar, f.education)
	d := &models.Deployment{AgencyID: f.education.ID, AssetID: a.ID, Visibility: models.VisibleAgency}
	f.must(f.r.RegisterDeployment(ctx, own, d))
	c := &models.UseClaim{AssetID: a.ID, AgencyID: &f.education.ID}
	f.must(f.r.ClaimUse(ctx, f.person("m@health.example.gov", models.Registrar, f.health), c))
	f.uses(own, a, store.Uses{Agencies: 1, Claimed: 1})
	f.step("deployment.attested use-claim.confirmed", func() error {
		_, err := f.r.AnswerUseClaim(ctx, own, c.ID, 0, register.UseAnswer{To: models.UseConfirmed})
		return err
	})
	if row, err := f.s.UseClaim(ctx, own, c.ID); err != nil || *row.DeploymentID != d.ID {
		t.Errorf("it became %v, %v", row, err)
	}
	f.uses(models.Viewer{}, a, store.Uses{})
	if _, err := f.s.UseClaim(ctx, f.person("x@hospitals.example.gov", models.Reader, f.hospitals), c.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("others learn what the agency hides: %v", err)
	}
}

func TestTheCountNeverMixesConfirmedStaleAndClaimed(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	today := models.DateOf(time.Now())
	for i, days := range []int{30, 200, 500} { // confirmed so long ago, for 210 days
		g := f.agency("run"+string(rune('a'+i)), nil)
		d := f.deployment(system, g, a, "", "x")
		_, err := f.r.At(today.AddDays(-days).Time()).Attest(ctx, f.person("p"+g.Code+"@example.gov", models.Registrar, g), d.ID, 0, today.AddDays(210-days), "")
		f.must(err)
	}
	planned := &models.Deployment{AgencyID: f.hospitals.ID, AssetID: a.ID, Lifecycle: models.DeploymentPlanned}
	f.must(f.r.RegisterDeployment(ctx, system, planned))
	f.deployment(system, f.education, a, "", "one")
	f.deployment(system, f.education, a, "", "two")
	_, err := f.r.StateUses(ctx, system, a.ID, "https://example.gov/r", []string{"Ministry of education", "Ministry of hospitals", "Town of Nowhere", "TOWN OF NOWHERE"})
	f.must(err)
	f.uses(models.Viewer{}, a, store.Uses{Agencies: 4, Confirmed: 2, Recent: 1, Stale: 1, Claimed: 1, Stated: 1, Unmatched: 1})
}

func TestNamesOfADescriptionAreMatchedWithoutRegardToSpelling(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	forli := f.agency("x1", nil)
	_, err := f.r.ChangeAgency(ctx, system, forli.ID, 0, func(g *models.Agency) { g.Name = "Comune di Forlì" })
	f.must(err)
	old := f.agency("old", nil)
	_, err = f.r.MergeAgency(ctx, system, old.ID, f.health.ID, 0)
	f.must(err)
	for _, code := range []string{"t1", "t2"} {
		g := f.agency(code, nil)
		_, err := f.r.ChangeAgency(ctx, system, g.ID, 0, func(g *models.Agency) { g.Name = "Twin Town" })
		f.must(err)
	}
	id := func(n int64) *int64 { return &n }
	for stated, want := range map[string]*int64{
		"COMUNE DI FORLI'": id(forli.ID), "comune-di-forlì": id(forli.ID), "X1": id(forli.ID), "https://www.example.gov/x1": id(forli.ID), "https://www.example.gov/x1/": id(forli.ID),
		"Ministry of old": id(f.health.ID), "Twin Town": nil, "Comune di Forlimpopoli": nil,
	} {
		got, err := f.s.AgenciesNamed(ctx, []string{stated})
		f.must(err)
		if diff := cmp.Diff(want, got[0].AgencyID); diff != "" {
			t.Errorf("%s: %s", stated, diff)
		}
	}
	if got, err := f.s.AgenciesNamed(ctx, []string{"", " – ", "A", "a."}); err != nil || len(got) != 1 {
		t.Errorf("nothing, a dash and one letter in two spellings are %v, %v", got, err)
	}
	_ = a
}

func TestWhatADescriptionStatesIsAskedOnceAndWithdrawnWithIt(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	own, office := f.person("e@education.example.gov", models.Registrar, f.education), f.person("o@example.gov", models.OSPOStaff, nil)
	state := func(want string, names ...string) {
		t.Helper()
		f.step(want, func() error { _, err := f.r.StateUses(ctx, system, a.ID, "https://example.gov/r", names); return err })
	}
	state("asset.uses-stated", "Ministry of education", "Town of Nowhere", "Town of Anywhere")
	state("", "ministry of EDUCATION", "Town of Nowhere", "Town of Anywhere")
	state("asset.uses-stated", "Ministry of education", "Town of Nowhere")
	claims, err := f.s.UseClaims(ctx, own, models.UseClaimFilter{Asset: a.ID, Agency: f.education.ID})
	f.must(err)
	f.step("use-claim.denied", func() error {
		_, err := f.r.AnswerUseClaim(ctx, own, claims.Items[0].ID, 0, register.UseAnswer{To: models.UseDenied, Reason: "Never installed"})
		return err
	})
	state("", "Ministry of education", "Town of Nowhere")
	f.uses(models.Viewer{}, a, store.Uses{Unmatched: 1})
	if seen, err := f.s.UseClaims(ctx, models.Viewer{}, models.UseClaimFilter{}); err != nil || len(seen.Items) != 1 {
		t.Errorf("the public sees %+v, %v", seen.Items, err)
	}
	names, err := f.s.UnmatchedNames(ctx, office)
	f.must(err)
	if len(names) != 1 || names[0].Stated != "Town of Nowhere" {
		t.Fatalf("unmatched are %+v", names)
	}
	f.refused("not-allowed", func() error { _, err := f.r.MatchUseClaim(ctx, own, names[0].ID, 0, f.hospitals.ID); return err })
	f.step("use-claim.matched", func() error { _, err := f.r.MatchUseClaim(ctx, office, names[0].ID, 0, f.hospitals.ID); return err })
	f.uses(models.Viewer{}, a, store.Uses{Stated: 1})
	b := f.asset("Other Desk", f.health, models.VisiblePublic)
	_, err = f.r.StateUses(ctx, system, b.ID, "https://example.gov/other", []string{"town-of-nowhere"})
	f.must(err)
	f.uses(models.Viewer{}, b, store.Uses{Stated: 1})
	state("asset.uses-stated")
	f.uses(models.Viewer{}, a, store.Uses{})
}

func TestALinkHasNoMoreThanTwentyNamesWait(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	maintainer := f.person("m@health.example.gov", models.Registrar, f.health)
	secret, err := f.r.MakeUploadLink(ctx, maintainer, &models.UploadLink{ReleaseID: f.release(a, "1.0").ID, Supplier: "ACME", ExpiresAt: time.Now().Add(time.Hour)})
	f.must(err)
	for i := range 20 {
		f.must(f.r.ClaimUseByLink(ctx, secret, fmt.Sprintf("Office number %d", i), ""))
	}
	var e *models.Error
	for name, stated := range map[string]string{"one more": "Office number 20", "one that is known": "Office number 3"} {
		if err := f.r.ClaimUseByLink(ctx, secret, stated, ""); !errors.As(err, &e) || e.Code != "too-many-claims" || e.RetryAfter <= 0 {
			t.Errorf("%s gives %v", name, err)
		}
	}
	list, err := f.s.UseClaims(ctx, maintainer, models.UseClaimFilter{Asset: a.ID})
	f.must(err)
	_, err = f.r.AnswerUseClaim(ctx, system, list.Items[0].ID, 0, register.UseAnswer{To: models.UseWithdrawn, Reason: "Invented"})
	f.must(err)
	f.must(f.r.ClaimUseByLink(ctx, secret, "Office number 20", ""))
}

func TestASupplierNamesUsersByItsLinkAndLearnsNothing(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	maintainer := f.person("m@health.example.gov", models.Registrar, f.health)
	secret, err := f.r.MakeUploadLink(ctx, maintainer, &models.UploadLink{ReleaseID: f.release(a, "1.0").ID, Supplier: "ACME", ExpiresAt: time.Now().Add(time.Hour)})
	f.must(err)
	f.step("use-claim.made", func() error { return f.r.ClaimUseByLink(ctx, secret, "Ministry of education", "Contract 12") })
	f.step("", func() error { return f.r.ClaimUseByLink(ctx, secret, "MINISTRY OF EDUCATION", "") })
	f.refused("link-unknown", func() error { return f.r.ClaimUseByLink(ctx, secret+"x", "Ministry of education", "") })
	f.refused("invalid-input", func() error { return f.r.ClaimUseByLink(ctx, secret, " ", "") })
	list, err := f.s.UseClaims(ctx, maintainer, models.UseClaimFilter{Asset: a.ID})
	f.must(err)
	if len(list.Items) != 1 || list.Items[0].Origin != models.ClaimOfSupplier || list.Items[0].ClaimedBy != "ACME" || list.Items[0].State != models.UseWaiting {
		t.Errorf("the claims are %+v", list.Items)
	}
	f.uses(models.Viewer{}, a, store.Uses{})
}

func TestAHarvestAsksWhomADescriptionNamesAsUsers(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/intake"
	files := described("Intake Desk", url)
	files["publiccode.yml"] += "usedBy:\n  - MINISTRY OF FINANCE\n  - Town of Nowhere\n"
	h.host.Add("intake", files)
	h.run()
	asset := *h.at(url).AssetID
	uses, err := h.s.UsesOf(ctx, models.Viewer{}, asset)
	h.must(err)
	if diff := cmp.Diff(store.Uses{Stated: 1, Unmatched: 1}, uses); diff != "" {
		t.Error(diff)
	}
	claims, err := h.s.UseClaims(ctx, h.by, models.UseClaimFilter{Asset: asset, Agency: h.g.Finance.ID})
	h.must(err)
	if len(claims.Items) != 1 || claims.Items[0].Stated != "MINISTRY OF FINANCE" || claims.Items[0].Source != url || claims.Items[0].Origin != models.ClaimOfDescription {
		t.Errorf("the claims are %+v", claims.Items)
	}
}

func TestNobodyConfirmsTheUseThatTheySaidThemselves(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	both := f.person("both@health.example.gov", models.Registrar, f.health)
	both.Grants = append(both.Grants, f.person("e@education.example.gov", models.Registrar, f.education).Grants...)
	other := f.person("other@education.example.gov", models.Registrar, f.education)
	c := &models.UseClaim{AssetID: a.ID, AgencyID: &f.education.ID}
	f.step("use-claim.made", func() error { return f.r.ClaimUse(ctx, both, c) })
	f.refused("own-claim", func() error {
		_, err := f.r.AnswerUseClaim(ctx, both, c.ID, 0, register.UseAnswer{To: models.UseConfirmed, Run: models.Deployment{Service: "Pupils"}})
		return err
	})
	f.uses(models.Viewer{}, a, store.Uses{})
	f.step("deployment.registered use-claim.confirmed", func() error {
		_, err := f.r.AnswerUseClaim(ctx, other, c.ID, 0, register.UseAnswer{To: models.UseConfirmed, Run: models.Deployment{Service: "Pupils"}})
		return err
	})
}

func TestAnAddressThatNobodyElseReachesIsRefusedWhereverItIsEntered(t *testing.T) {
	f := newFixture(t)
	f.r.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{})})
	office := f.person("o@example.gov", models.OSPOStaff, nil)
	for _, address := range []string{"https://127.0.0.1/x", "https://[fd00::1]/x", "https://169.254.169.254/x", "https://localhost/x", "https://user:secret@git.example.org/x"} {
		for what, do := range map[string]func() error{
			"a repository": func() error {
				return f.r.RegisterRepository(ctx, office, &models.Repository{AgencyID: f.health.ID, URL: address, Active: true})
			},
			"an alias": func() error {
				return f.r.RegisterRepository(ctx, office, &models.Repository{AgencyID: f.health.ID, URL: "https://git.example.org/a", Aliases: []string{address}, Active: true})
			},
			"a publisher": func() error {
				return f.r.RegisterPublisher(ctx, office, &models.Publisher{AgencyID: f.health.ID, Name: "Health", Hostings: []models.CodeHosting{{URL: address}}})
			},
			"a source": func() error {
				return f.r.RegisterSource(ctx, office, &models.Source{Name: "Theirs", Kind: models.CodeJSONSource, URL: address, Country: "IT", License: "CC0-1.0"})
			},
		} {
			if err := do(); !models.IsKind(err, models.Invalid) {
				t.Errorf("%s at %s: %v", what, address, err)
			}
		}
	}
}
