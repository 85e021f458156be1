package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestVerdictsAreCountedByThePartsOfGovernmentThatTheViewerMaySee(t *testing.T) {
	s := testkit.Store(t)
	g, ctx := sample.Government(t, s), context.Background()
	asset := g.CaseDesk.ID
	verdict := func(agency, deployment int64, verdict string, context int32) store.ReleaseVerdict {
		return store.ReleaseVerdict{ReleaseID: g.CaseDesk42.ID, AgencyID: agency, DeploymentID: deployment, AssetID: asset, SBOMID: g.Current.ID, ContextID: context, Verdict: verdict, Counts: map[string]int{}, JudgedAt: time.Now()}
	}
	err := store.Write(ctx, s, func(tx *store.Tx) error {
		id, err := tx.LicenseContext(ctx, make([]byte, 32), "")
		if err != nil {
			return err
		}
		return tx.KeepVerdicts(ctx, []int64{asset}, []store.ReleaseVerdict{verdict(g.Health.ID, 0, "denied", id), verdict(g.Insurance.ID, 1, "denied", id), verdict(g.Clinic.ID, 2, "allowed", id), verdict(g.Finance.ID, 3, "review", id), verdict(g.Root.ID, 4, "review", id)})
	})
	if err != nil {
		t.Fatal(err)
	}
	row := func(a *models.Agency, verdict string, n int) store.VerdictCount {
		return store.VerdictCount{AgencyID: a.ID, Agency: a.Name, Verdict: verdict, Releases: n}
	}
	for name, c := range map[string]struct {
		by     models.Viewer
		agency int64
		want   []store.VerdictCount
	}{
		"the whole government, by what is right below it": {sample.Viewer(t, s, g.Officer), 0, []store.VerdictCount{row(g.Finance, "review", 1), row(g.Health, "allowed", 1), row(g.Health, "denied", 2), row(g.Root, "review", 1)}},
		"a ministry, by itself and what is right below":   {sample.Viewer(t, s, g.Officer), g.Health.ID, []store.VerdictCount{row(g.Health, "denied", 1), row(g.Insurance, "denied", 1), row(g.Clinic, "allowed", 1)}},
		"an agency with nothing below it":                 {sample.Viewer(t, s, g.Officer), g.Clinic.ID, []store.VerdictCount{row(g.Clinic, "allowed", 1)}},
		"what an agency's own people may see":             {sample.Viewer(t, s, g.InsuranceRegistrar), 0, []store.VerdictCount{row(g.Health, "denied", 1)}},
		"the public, who may see no verdict":              {models.Viewer{}, 0, []store.VerdictCount{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.VerdictCounts(ctx, c.by, c.agency)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("the counts differ (-want +got)\n%s", diff)
			}
		})
	}
}
