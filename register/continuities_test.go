package register_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func todayPlus(days int) *models.Date {
	d := models.DateOf(time.Now()).AddDays(days)
	return &d
}

func TestContinuityIsWrittenByWhoAnswersForTheSoftwareAndReadByGovernment(t *testing.T) {
	f := newFixture(t)
	a, next := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Case Desk 2", f.health, models.VisiblePublic)
	keeper, other := f.person("k@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Registrar, f.education)
	write := func(by models.Viewer, based int64, change func(*models.Continuity)) error {
		_, err := f.r.WriteContinuity(ctx, by, a.ID, based, change)
		return err
	}
	plan := func(c *models.Continuity) {
		c.Unit, c.Plan, c.ReplacementID = "Digital  unit", "The shared services take over.", &next.ID
		c.Keepers = []models.Keeper{{Kind: models.Maintainer, Name: "Codeworks", UntilOn: todayPlus(90)}}
	}
	if err := write(other, 0, plan); !models.IsKind(err, models.Forbidden) {
		t.Errorf("another agency: %v", err)
	}
	last := f.lastEvent().ID
	f.must(write(keeper, 1, plan))
	f.must(write(keeper, 0, plan))
	if diff := cmp.Diff([]string{"continuity.written"}, f.events(last)); diff != "" {
		t.Errorf("written twice alike:\n%s", diff)
	}
	if err := write(keeper, 1, func(c *models.Continuity) { c.Plan = "x" }); !models.HasCode(err, "changed-meanwhile") {
		t.Errorf("based on nothing, though something was said meanwhile: %v", err)
	}
	f.must(write(keeper, 2, func(c *models.Continuity) { c.FundedUntilOn, c.FundingSource = todayPlus(30), "Budget 2027" }))
	row, err := f.s.Continuity(ctx, other, a.ID)
	f.must(err)
	if row.Unit != "Digital unit" || row.Version != 3 || row.ReplacementAsset != "Case Desk 2" || len(row.Keepers) != 1 || row.Keepers[0].UntilOn.String() != todayPlus(90).String() || !row.Planned() {
		t.Errorf("%+v", row)
	}
	if _, err := f.s.Continuity(ctx, models.Viewer{}, a.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("the public: %v", err)
	}
	bare, err := f.s.Continuity(ctx, other, next.ID)
	if err != nil || bare.Version != 1 || bare.ID != 0 {
		t.Errorf("of which nothing was said: %+v, %v", bare, err)
	}
}

func TestEveryMistakeInContinuityIsReportedAtOnce(t *testing.T) {
	f := newFixture(t)
	a, hidden := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Secret", f.education, models.VisibleAgency)
	keeper := f.person("k@example.gov", models.Registrar, f.health)
	_, err := f.r.WriteContinuity(ctx, keeper, a.ID, 0, func(c *models.Continuity) {
		c.FundedUntilOn, c.PlanURL, c.ReviewedOn, c.ReplacementID = todayPlus(1), "nowhere", todayPlus(2), &a.ID
		c.NextReviewOn = todayPlus(2)
		c.Keepers = []models.Keeper{{Kind: "friend"}}
	})
	got := mistakes(err)
	if diff := cmp.Diff([]string{"fundingSource", "keepers[0].kind", "keepers[0].name", "nextReviewOn", "planUrl", "replacementId", "reviewedOn"}, got); diff != "" {
		t.Error(diff)
	}
	_, err = f.r.WriteContinuity(ctx, keeper, a.ID, 0, func(c *models.Continuity) { c.ReplacementID = &hidden.ID })
	if diff := cmp.Diff([]string{"replacementId"}, mistakes(err)); diff != "" {
		t.Errorf("a replacement that cannot be seen: %s", diff)
	}
}

func mistakes(err error) []string {
	var names []string
	var e *models.Error
	if errors.As(err, &e) {
		for _, m := range e.Fields {
			names = append(names, m.Field)
		}
	}
	slices.Sort(names)
	return names
}

// runs makes a deployment in production of a criticality.
func (f *fixture) runs(agency *models.Agency, a *models.Asset, version string, criticality int16) *models.Deployment {
	f.t.Helper()
	d := &models.Deployment{AgencyID: agency.ID, AssetID: a.ID, VersionText: version, Criticality: criticality, Service: agency.Name, TechnicalOwner: "Operations", TechnicalEmail: "ops@" + agency.Code + ".example.gov"}
	f.must(f.r.RegisterDeployment(ctx, system, d))
	return d
}

// code adds a repository of an asset, as harvested.
func (f *fixture) code(a *models.Asset, change func(*models.Repository)) *models.Repository {
	f.t.Helper()
	r := &models.Repository{AssetID: &a.ID, AgencyID: a.StewardID, URL: "https://git.example.gov/" + models.MatchName(a.Name), Host: models.PlainGit, Visibility: models.VisiblePublic, State: models.RepositoryHere, Active: true, Fork: models.NoFork, Remarks: []models.Remark{}}
	change(r)
	canonical, err := models.CanonicalURL(r.URL)
	f.must(err)
	r.Canonical = canonical
	f.must(store.Write(ctx, f.s, func(tx *store.Tx) error { return tx.CreateRepository(ctx, r) }))
	return r
}

func (f *fixture) risks(v models.Viewer, filter models.RiskFilter) map[string][]models.ContinuityRisk {
	f.t.Helper()
	list, err := f.s.ContinuityRisks(ctx, v, filter)
	f.must(err)
	found := map[string][]models.ContinuityRisk{}
	for _, r := range list.Items {
		found[r.Asset] = r.Risks
	}
	return found
}

func TestEveryRiskIsFoundWhenItHoldsAndNotOtherwise(t *testing.T) {
	old := time.Now().AddDate(-3, 0, 0)
	contract := func(days ...int) *models.Description {
		d := &models.Description{Maintenance: "contract"}
		for _, n := range days {
			d.Contractors = append(d.Contractors, models.Contractor{Name: "Codeworks", Until: todayPlus(n)})
		}
		return d
	}
	absent := 1.0
	for _, tc := range []struct {
		name string
		make func(f *fixture, a *models.Asset)
		want []models.ContinuityRisk
	}{
		{"nothing is known", func(*fixture, *models.Asset) {}, nil},
		{"one agency runs it, and there is no plan", func(f *fixture, a *models.Asset) { f.runs(f.health, a, "", 2) }, nil},
		{"two agencies run it without a plan", func(f *fixture, a *models.Asset) { f.runs(f.health, a, "", 1); f.runs(f.education, a, "", 0) }, []models.ContinuityRisk{models.RiskNoPlan}},
		{"one runs it for something critical without a plan", func(f *fixture, a *models.Asset) { f.runs(f.health, a, "", 3) }, []models.ContinuityRisk{models.RiskNoPlan}},
		{"there is a plan", func(f *fixture, a *models.Asset) {
			f.runs(f.health, a, "", 4)
			f.continuity(a, func(c *models.Continuity) { c.PlanURL = "https://plan.example.gov" })
		}, nil},
		{"every contract is over", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.Description = contract(-400, -1) })
		}, []models.ContinuityRisk{models.RiskContractsOver}},
		{"one contract runs still", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.Description = contract(-400, 0) })
		}, nil},
		{"maintained by itself, whoever else was paid once", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.Description = contract(-1); r.Description.Maintenance = "internal" })
		}, nil},
		{"a contract without a stated end", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) {
				r.Description = contract(-1)
				r.Description.Contractors = append(r.Description.Contractors, models.Contractor{Name: "x"})
			})
		}, nil},
		{"funded for a year and a day", func(f *fixture, a *models.Asset) { f.funded(a, models.FundingDays+1) }, nil},
		{"funded for a year", func(f *fixture, a *models.Asset) { f.funded(a, models.FundingDays) }, []models.ContinuityRisk{models.RiskFundingEnds}},
		{"funding over", func(f *fixture, a *models.Asset) { f.funded(a, -10) }, []models.ContinuityRisk{models.RiskFundingEnds}},
		{"all maintainers have stopped, and a sponsor has not", func(f *fixture, a *models.Asset) {
			f.continuity(a, func(c *models.Continuity) {
				c.Keepers = []models.Keeper{{Kind: models.Maintainer, Name: "A", UntilOn: todayPlus(-1)}, {Kind: models.Sponsor, Name: "B"}}
			})
		}, []models.ContinuityRisk{models.RiskKeepersGone}},
		{"one maintainer goes on", func(f *fixture, a *models.Asset) {
			f.continuity(a, func(c *models.Continuity) {
				c.Keepers = []models.Keeper{{Kind: models.Maintainer, Name: "A", UntilOn: todayPlus(-1)}, {Kind: models.Maintainer, Name: "B"}}
			})
		}, nil},
		{"its repository is gone", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone })
		}, []models.ContinuityRisk{models.RiskUpstreamGone}},
		{"its repository is read-only", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.Archived = true })
		}, []models.ContinuityRisk{models.RiskUpstreamGone}},
		{"one of two repositories is gone", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone })
			f.code(a, func(r *models.Repository) { r.URL += "-ui" })
		}, nil},
		{"gone, and a mirror is here", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone })
			f.code(a, func(r *models.Repository) { r.URL += "-copy"; r.Fork = models.Mirror })
		}, nil},
		{"gone, and the register keeps a copy", func(f *fixture, a *models.Asset) {
			r, now := f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone }), time.Now()
			f.must(store.Write(ctx, f.s, func(tx *store.Tx) error {
				return tx.KeepMirror(ctx, &models.RepositoryMirror{RepositoryID: r.ID, FetchedAt: &now, Wanted: true})
			}))
		}, nil},
		{"gone, and the copy that the register keeps is not sound", func(f *fixture, a *models.Asset) {
			r, now := f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone }), time.Now()
			f.must(store.Write(ctx, f.s, func(tx *store.Tx) error {
				return tx.KeepMirror(ctx, &models.RepositoryMirror{RepositoryID: r.ID, FetchedAt: &now, CheckedAt: &now, Wanted: true})
			}))
		}, []models.ContinuityRisk{models.RiskUpstreamGone}},
		{"gone, and in escrow", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.State = models.RepositoryGone })
			f.continuity(a, func(c *models.Continuity) { c.Escrow = "National library" })
		}, nil},
		{"stable, and no commit for three years", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) {
				r.Description, r.LastCommitAt = &models.Description{Status: "stable"}, &old
			})
		}, []models.ContinuityRisk{models.RiskStandstill}},
		{"said to be obsolete, and no commit for three years", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) {
				r.Description, r.LastCommitAt = &models.Description{Status: "obsolete"}, &old
			})
		}, nil},
		{"one person made half of it, for something critical with a plan", func(f *fixture, a *models.Asset) {
			r := f.code(a, func(*models.Repository) {})
			f.must(store.Write(ctx, f.s, func(tx *store.Tx) error {
				return tx.KeepMeasurements(ctx, []models.Measurement{{RepositoryID: r.ID, Metric: models.ContributorAbsenceFactor, Value: &absent, Unit: "people", Input: "x", Source: "x", MeasuredAt: time.Now()}})
			}))
			f.runs(f.health, a, "", 3)
			f.continuity(a, func(c *models.Continuity) { c.Plan = "x" })
		}, []models.ContinuityRisk{models.RiskOneContributor}},
		{"nobody maintains it, and it runs", func(f *fixture, a *models.Asset) {
			f.code(a, func(r *models.Repository) { r.Description = &models.Description{Maintenance: "none"} })
			f.runs(f.health, a, "", 0)
		}, []models.ContinuityRisk{models.RiskUnmaintained}},
		{"runs past security support", func(f *fixture, a *models.Asset) {
			f.must(f.r.RegisterRelease(ctx, system, &models.Release{AssetID: a.ID, Number: "1.0", SecurityEndOn: todayPlus(-1), SecurityEndSource: "x"}))
			f.runs(f.health, a, "1.0", 0)
		}, []models.ContinuityRisk{models.RiskSupportOver}},
		{"no licence", func(f *fixture, a *models.Asset) {
			_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.License = "" })
			f.must(err)
		}, []models.ContinuityRisk{models.RiskNoLicense}},
		{"no licence of a service", func(f *fixture, a *models.Asset) {
			_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.License, a.Origin = "", models.Service })
			f.must(err)
		}, nil},
		{"its steward is closed", func(f *fixture, _ *models.Asset) {
			closed := *f.health
			closed.State = models.AgencyClosed
			f.must(store.Write(ctx, f.s, func(tx *store.Tx) error { return tx.SaveAgency(ctx, &closed) }))
		}, []models.ContinuityRisk{models.RiskStewardClosed}},
		{"the next review has passed", func(f *fixture, a *models.Asset) {
			f.continuity(a, func(c *models.Continuity) { c.NextReviewOn = todayPlus(-1) })
		}, []models.ContinuityRisk{models.RiskReviewOverdue}},
		{"reviewed more than a year ago, and no next review set", func(f *fixture, a *models.Asset) {
			f.continuity(a, func(c *models.Continuity) { c.ReviewedOn = todayPlus(-models.ReviewDays - 1) })
		}, []models.ContinuityRisk{models.RiskReviewOverdue}},
		{"retired, and nobody runs it", func(f *fixture, a *models.Asset) {
			_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.License, a.Lifecycle = "", models.AssetRetired })
			f.must(err)
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := newFixture(t)
			a := f.asset("Case Desk", f.health, models.VisiblePublic)
			tc.make(f, a)
			if diff := cmp.Diff(tc.want, f.risks(system, models.RiskFilter{})["Case Desk"]); diff != "" {
				t.Error(diff)
			}
			if got := f.risks(models.Viewer{}, models.RiskFilter{}); len(got) != 0 {
				t.Errorf("the public is told %v", got)
			}
			list, err := f.s.ContinuityRisks(ctx, system, models.RiskFilter{Asset: a.ID})
			f.must(err)
			for _, r := range list.Items {
				for _, risk := range r.Risks {
					if r.Reason(risk, models.DateOf(time.Now())) == "" || risk.Title() == "" || risk.Cure() == "" {
						t.Errorf("%s is not said in words", risk)
					}
				}
			}
		})
	}
}

func (f *fixture) continuity(a *models.Asset, change func(*models.Continuity)) {
	f.t.Helper()
	_, err := f.r.WriteContinuity(ctx, system, a.ID, 0, change)
	f.must(err)
}

func (f *fixture) funded(a *models.Asset, days int) {
	f.t.Helper()
	f.continuity(a, func(c *models.Continuity) { c.FundedUntilOn, c.FundingSource = todayPlus(days), "Budget" })
}

func TestContractsAreOverInTheListWhenTheDescriptionSaysSo(t *testing.T) {
	f := newFixture(t)
	today := models.DateOf(time.Now())
	for i, d := range []*models.Description{
		{Maintenance: "contract"}, {Maintenance: "contract", Contractors: []models.Contractor{{Name: "a"}}}, {Maintenance: "contract", Contractors: []models.Contractor{{Name: "a", Until: todayPlus(-1)}}},
		{Maintenance: "contract", Contractors: []models.Contractor{{Name: "a", Until: todayPlus(0)}}}, {Maintenance: "community", Contractors: []models.Contractor{{Name: "a", Until: todayPlus(-1)}}},
		{Maintenance: "contract", Contractors: []models.Contractor{{Name: "a", Until: todayPlus(-9)}, {Name: "b", Until: todayPlus(9)}}},
	} {
		a := f.asset("Desk "+string(rune('a'+i)), f.health, models.VisiblePublic)
		f.code(a, func(r *models.Repository) { r.Description = d })
		if got := slices.Contains(f.risks(system, models.RiskFilter{Asset: a.ID})[a.Name], models.RiskContractsOver); got != d.ContractorsPast(today) {
			t.Errorf("%d: the list says %v, the description %v", i, got, d.ContractorsPast(today))
		}
	}
}

func TestTheRiskListIsNarrowedAndWhatIsMostExposedComesFirst(t *testing.T) {
	f := newFixture(t)
	vital, used, idle := f.asset("Vital", f.health, models.VisiblePublic), f.asset("Used", f.health, models.VisiblePublic), f.asset("Idle", f.health, models.VisiblePublic)
	secret := f.asset("Secret", f.education, models.VisibleAgency)
	for _, a := range []*models.Asset{vital, used, idle, secret} {
		f.funded(a, 10)
	}
	f.runs(f.education, vital, "", 4)
	f.runs(f.health, vital, "", 0)
	f.runs(f.hospitals, used, "", 2)
	reader := f.person("r@example.gov", models.Reader, f.hospitals)
	names := func(v models.Viewer, filter models.RiskFilter) []string {
		var all []string
		critical := 0
		for {
			list, err := f.s.ContinuityRisks(ctx, v, filter)
			f.must(err)
			for _, r := range list.Items {
				all = append(all, r.Asset)
				if r.Criticality >= models.CriticalFrom {
					critical++
				}
			}
			if filter.After = list.Next; filter.After == "" {
				if list.Total != (models.Total{Count: len(all), Exact: true}) || list.Critical != critical {
					t.Errorf("%+v: %d are listed, %d of them critical; it says %d and %d", filter, len(all), critical, list.Total.Count, list.Critical)
				}
				return all
			}
		}
	}
	for _, tc := range []struct {
		name   string
		by     models.Viewer
		filter models.RiskFilter
		want   []string
	}{
		{"all of it, page by page", system, models.RiskFilter{Page: models.Page{Limit: 1}}, []string{"Vital", "Used", "Idle", "Secret"}},
		{"without what is hidden", reader, models.RiskFilter{}, []string{"Vital", "Used", "Idle"}},
		{"one risk", system, models.RiskFilter{Risk: models.RiskNoPlan}, []string{"Vital"}},
		{"what an agency runs, though another answers for it", system, models.RiskFilter{Agency: f.education.ID}, []string{"Vital", "Secret"}},
		{"what an agency below runs", system, models.RiskFilter{Agency: f.hospitals.ID}, []string{"Used"}},
		{"a risk that holds nowhere", system, models.RiskFilter{Risk: models.RiskStandstill}, nil},
		{"by criticality", system, models.RiskFilter{Criticality: 2}, []string{"Vital", "Used"}},
	} {
		if diff := cmp.Diff(tc.want, names(tc.by, tc.filter)); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
	list, err := f.s.ContinuityRisks(ctx, system, models.RiskFilter{Asset: vital.ID})
	f.must(err)
	want := []store.ExposedRow{{AssetID: vital.ID, AgencyID: f.education.ID, Agency: f.education.Name, Criticality: 4, Deployments: 1, Owner: "Operations", Email: "ops@education.example.gov"},
		{AssetID: vital.ID, AgencyID: f.health.ID, Agency: f.health.Name, Deployments: 1, Owner: "Operations", Email: "ops@health.example.gov"}}
	if diff := cmp.Diff(want, list.Items[0].Exposed); diff != "" || list.Items[0].Critical != 1 || list.Items[0].Agencies != 2 {
		t.Errorf("who is exposed: %s%+v", diff, list.Items[0])
	}
	tallies, err := f.s.RiskTallies(ctx, system, models.RiskFilter{})
	f.must(err)
	counted := []store.RiskTally{{Risk: models.RiskFundingEnds, Assets: 4, Critical: 1}, {Risk: models.RiskNoPlan, Assets: 1, Critical: 1}}
	if diff := cmp.Diff(counted, tallies); diff != "" {
		t.Errorf("counted by risk: %s", diff)
	}
	for _, risk := range []models.ContinuityRisk{"", models.RiskNoPlan, models.RiskStandstill} { // the last holds nowhere
		list, err := f.s.ContinuityRisks(ctx, system, models.RiskFilter{Risk: risk})
		f.must(err)
		if diff := cmp.Diff(counted, list.Tallies); diff != "" {
			t.Errorf("counted by risk beside the list of %q: %s", risk, diff)
		}
	}
}
