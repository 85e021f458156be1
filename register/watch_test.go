package register_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// watched puts everything before the timer rules at a moment and names what comes out so, as far as a viewer sees it.
func (x *trial) watched(v models.Viewer, at time.Time, outcome models.RuleOutcome) []string {
	x.t.Helper()
	for {
		n, err := x.r.At(at).WatchRegister(ctx)
		x.must(err)
		if n == 0 {
			break
		}
	}
	var found []string
	for f := (models.WatchFilter{Outcome: outcome, Page: models.Page{Limit: 1}}); ; {
		l, err := x.s.Watched(ctx, v, f)
		x.must(err)
		for _, w := range l.Items {
			found = append(found, w.Rule+" "+w.Title)
		}
		if f.After = l.Next; f.After == "" {
			if l.Total.Count != len(found) {
				x.t.Errorf("%d are counted and %d listed", l.Total.Count, len(found))
			}
			slices.Sort(found)
			return found
		}
	}
}

// tool is software that government built, at a version that gets no security fixes from November 2026 on, and that runs in the hospitals.
func (x *trial) tool() *models.Asset {
	x.t.Helper()
	a := &models.Asset{Name: "Rounds", Origin: models.GovBuilt, StewardID: x.health.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	x.must(x.r.RegisterAsset(ctx, system, a))
	last := day("2026-10-31")
	rel := &models.Release{AssetID: a.ID, Number: "1.0", SecurityEndOn: &last, SecurityEndSource: "https://example.org/end"}
	x.must(x.r.RegisterRelease(ctx, system, rel))
	d := &models.Deployment{AgencyID: x.hospitals.ID, AssetID: a.ID, ReleaseID: &rel.ID, Service: "Wards", Lifecycle: models.DeploymentRunning, Visibility: models.VisibleGovernment, Details: models.VisibleAgency}
	x.must(x.r.RegisterDeployment(ctx, system, d))
	return a
}

var (
	october  = time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)
	november = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
)

func TestTheWatchFindsWhatTimerRulesSayOfTheRegisterItself(t *testing.T) {
	x := newTrial(t)
	tool := x.tool()
	x.walk("")
	ref := "health-2026-0001 "
	f, err := x.r.CaseFile(ctx, x.people["registrar"], x.id, time.Time{})
	x.must(err)
	title := ref + f.Row.Title
	if diff := cmp.Diff([]string{"G3 Rounds, Wards", "G6 Rounds"}, x.watched(system, november, models.RuleViolated)); diff != "" {
		t.Errorf("in November (-want +got)\n%s", diff)
	}
	if got := x.watched(system, november, models.RuleUndetermined); !slices.Contains(got, "G4 Rounds") {
		t.Errorf("nobody has recorded who pays for it, and cannot be told: %v", got)
	}
	if got := x.watched(system, f.Row.ReviewOn.AddDays(1).Time().Add(time.Hour), models.RuleViolated); !slices.Contains(got, "P3 "+title) {
		t.Errorf("after the day of the review (%s): %v", f.Row.ReviewOn, got)
	}
	_, err = x.r.ChangeAsset(ctx, system, tool.ID, 0, func(a *models.Asset) {
		a.Identifiers = append(a.Identifiers, models.AssetIdentifier{Kind: models.SWHID, Value: "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d"})
	})
	x.must(err)
	if got := x.watched(system, november, models.RuleViolated); slices.Contains(got, "G6 Rounds") {
		t.Errorf("archived now, and still %v", got)
	}
}

func TestAVersionIsWatchedUntilTheEndOfItsLastDay(t *testing.T) {
	x := newTrial(t)
	x.tool()
	if got := x.watched(system, october, models.RuleViolated); slices.Contains(got, "G3 Rounds, Wards") {
		t.Errorf("on the last day of support: %v", got)
	}
	if got := x.watched(system, october.AddDate(0, 0, 1), models.RuleViolated); !slices.Contains(got, "G3 Rounds, Wards") {
		t.Errorf("on the day after: %v", got)
	}
}

func TestWhatIsBrokenAnewIsOneEventHoweverOftenItIsLookedAt(t *testing.T) {
	x := newTrial(t)
	x.tool()
	last := x.lastEvent().ID
	x.watched(system, november, models.RuleViolated)
	if diff := cmp.Diff([]string{"asset.rule-broken", "deployment.rule-broken"}, sorted(x.events(last))); diff != "" {
		t.Errorf("at first (-want +got)\n%s", diff)
	}
	last = x.lastEvent().ID
	x.watched(system, november.AddDate(0, 0, 2), models.RuleViolated)
	if got := x.events(last); len(got) != 0 {
		t.Errorf("two days later: %v", got)
	}
}

func TestOfTheWatchPeopleSeeWhatTheySeeOfTheThings(t *testing.T) {
	x := newTrial(t)
	x.tool()
	stranger := x.person("s@education.example.gov", models.Registrar, x.education)
	for name, c := range map[string]struct {
		v    models.Viewer
		want []string
	}{"the public": {models.Viewer{}, []string{"G6 Rounds"}}, "another agency": {stranger, []string{"G6 Rounds"}}, "the agency above": {x.people["registrar"], []string{"G3 Rounds, Wards", "G6 Rounds"}}} {
		if diff := cmp.Diff(c.want, x.watched(c.v, november, models.RuleViolated)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	tallies, err := x.s.WatchTallies(ctx, models.Viewer{}, 0)
	x.must(err)
	if !slices.Contains(tallies, store.WatchTally{Rule: "G6", Title: "Public government code is not archived", Severity: "warn", Outcome: models.RuleViolated, Subjects: 1}) || slices.ContainsFunc(tallies, func(w store.WatchTally) bool { return w.Rule == "G3" }) {
		t.Errorf("the public counts %+v", tallies)
	}
}

func TestSoftwareThatRunsWithoutADecisionIsListed(t *testing.T) {
	x := newTrial(t)
	sold := &models.Asset{Name: "Ledger", Origin: models.Proprietary, StewardID: x.health.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	x.must(x.r.RegisterAsset(ctx, system, sold))
	for _, agency := range []*models.Agency{x.hospitals, x.education} {
		for _, service := range []string{"Pay", "Budget"}[:1+int(agency.ID)%2] {
			x.deployment(system, agency, sold, "9", service)
		}
	}
	x.tool()
	list := func() (found []string) {
		for p := (models.Page{Limit: 1}); ; {
			l, err := x.s.WithoutDecision(ctx, system, 0, p)
			x.must(err)
			for _, u := range l.Items {
				found = append(found, u.Asset+" at "+u.Agency)
			}
			if p.After = l.Next; p.After == "" {
				slices.Sort(found)
				return found
			}
		}
	}
	if diff := cmp.Diff([]string{"Ledger at " + x.education.Name, "Ledger at " + x.hospitals.Name}, list()); diff != "" {
		t.Errorf("before (-want +got)\n%s", diff)
	}
	_, err := x.r.At(november).OpenDecision(ctx, x.people["registrar"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideRenewal, Title: "Ledger goes on", Function: "FINANCE.LEDGER", AssetID: &sold.ID})
	x.must(err)
	if diff := cmp.Diff([]string{"Ledger at " + x.education.Name}, list()); diff != "" {
		t.Errorf("once the ministry above the hospitals has a case on it (-want +got)\n%s", diff)
	}
}

func sorted(list []string) []string { slices.Sort(list); return list }
