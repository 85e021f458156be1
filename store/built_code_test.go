package store_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestTheReportOnGovernmentCodeTellsEachReaderWhatTheyMaySee(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hidden := &models.Repository{AgencyID: g.Health.ID, AssetID: &g.CaseDesk.ID, URL: "https://git.example.org/health/keys", Visibility: models.VisibleGovernment, Active: true}
	must(register.New(s).RegisterRepository(t.Context(), sample.By, hidden))
	find := func(v models.Viewer, asset int64) *models.BuiltCode {
		t.Helper()
		list, err := s.BuiltCode(t.Context(), v, 0)
		must(err)
		for i := range list {
			if list[i].AssetID == asset {
				return &list[i]
			}
		}
		return nil
	}
	public, inside := find(models.Viewer{}, g.CaseDesk.ID), find(sample.Viewer(t, s, g.Buyer), g.CaseDesk.ID)
	if public == nil || inside == nil {
		t.Fatal("Case Desk is not in the report")
	}
	if public.Hidden || public.Access() != models.CodeOpen {
		t.Errorf("the public is told that its code is %s (hidden: %v)", public.Access(), public.Hidden)
	}
	if inside.Access() != models.CodeGovernment && inside.Access() != models.CodePartlyOpen {
		t.Errorf("government is told that its code is %s", inside.Access())
	}
	if inside.Agencies == 0 || inside.Confirmed > inside.Agencies {
		t.Errorf("it is run by %d other agencies, %d of them confirmed", inside.Agencies, inside.Confirmed)
	}
	if find(models.Viewer{}, g.Secret.ID) != nil {
		t.Error("the public is told of software that it may not see")
	}
	list, err := s.BuiltCode(t.Context(), sample.Viewer(t, s, g.Admin), g.Finance.ID)
	must(err)
	for _, b := range list {
		if b.AgencyID == g.Health.ID {
			t.Error("the report on one agency has the software of another")
		}
	}
}

func TestWhatAReleaseDecisionSaysOfTheCodeIsToldAsFarAsItWasPublished(t *testing.T) {
	s, ctx := testkit.Store(t), t.Context()
	g, r := sample.Government(t, s), register.New(s)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	counsel := sample.Viewer(t, s, sample.User(t, s, "Cora Counsel", models.Counsel, g.Health.ID))
	draft, err := r.DraftRegime(ctx, counsel, register.RegimeDraft{AgencyID: &g.Health.ID, Text: string(policy.Presets()[0].Text)})
	must(err)
	must(r.ActivateRegime(ctx, counsel, draft.ID, draft.Version, nil))
	inside := sample.Viewer(t, s, sample.User(t, s, "Rolf Release", models.ReleaseOfficer, g.Health.ID))
	row, err := r.OpenDecision(ctx, inside, register.NewDecision{AgencyID: g.Health.ID, Kind: models.DecideRelease, Title: "Open Case Desk", AssetID: &g.CaseDesk.ID})
	must(err)
	must(store.Write(ctx, s, func(tx *store.Tx) error {
		d := row.Decision
		d.State, d.Visibility = models.ReleaseDecided, models.VisiblePublic
		if err := tx.SaveDecision(ctx, &d); err != nil {
			return err
		}
		filed := []byte(`{"subsets":[{"name":"core","verdict":"open"},{"name":"fraud rules","verdict":"closed","ground":"security"}]}`)
		if err := tx.AddDecisionPart(ctx, &models.DecisionPart{DecisionID: d.ID, Part: models.PartRelease, Content: filed, Digest: sum(filed), ByName: "Rolf Release", Role: models.ReleaseOfficer, State: models.ReleaseDecided, At: time.Now()}); err != nil {
			return err
		}
		told := []byte(`{"release":{"held":{"ground":"secrecy"}}}`)
		return tx.AddDecisionPublication(ctx, &models.DecisionPublication{DecisionID: d.ID, Document: told, Digest: sum(told), At: time.Now()})
	}))
	find := func(v models.Viewer) models.BuiltCode {
		t.Helper()
		list, err := s.BuiltCode(ctx, v, 0)
		must(err)
		for _, b := range list {
			if b.AssetID == g.CaseDesk.ID {
				return b
			}
		}
		t.Fatal("Case Desk is not in the report")
		return models.BuiltCode{}
	}
	if got := find(inside); got.DecisionID != row.ID || cmp.Diff(models.StringList{"closed", "open"}, got.Verdicts) != "" || cmp.Diff(models.StringList{"security"}, got.Grounds) != "" || got.Access() != models.CodePartlyOpen {
		t.Errorf("its agency is told %+v", got)
	}
	if got := find(models.Viewer{}); len(got.Verdicts) != 0 || len(got.Grounds) != 0 {
		t.Errorf("the public is told what was withheld: %+v", got)
	}
}

func sum(b []byte) []byte {
	digest := sha256.Sum256(b)
	return digest[:]
}

func TestTheAgesOfAllThingsAddUpToAllThings(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	for name, v := range map[string]models.Viewer{"the public": {}, "an administrator": sample.Viewer(t, s, g.Admin)} {
		x, err := s.Statistics(context.Background(), v)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, o := range x.Origins {
			total += o.Assets
		}
		if total != x.Overview.Assets || x.Entries.All() != total {
			t.Errorf("%s sees %d pieces of software, %d by origin, %d by age", name, x.Overview.Assets, total, x.Entries.All())
		}
		if x.Documents.All() != x.Overview.SBOMs {
			t.Errorf("%s sees %d documents, %d by age", name, x.Overview.SBOMs, x.Documents.All())
		}
		if len(x.Months) != store.StatisticsMonths || !x.Months[11].Month.Time().Equal(time.Date(time.Now().UTC().Year(), time.Now().UTC().Month(), 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s sees the months %v", name, x.Months)
		}
	}
}
