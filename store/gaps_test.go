package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestDeploymentsAreFoundByWhatTheyLack(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	officer := sample.Viewer(t, s, g.Officer)
	tests := map[string]struct {
		viewer models.Viewer
		gap    models.Gap
		want   []string
	}{
		"nobody confirmed them":                             {officer, models.LacksConfirmation, []string{"Ministry of Finance", "Ministry of Finance", "Port Clinic", "Shared Services Centre"}},
		"in production without an SBOM":                     {officer, models.LacksSBOM, []string{"Ministry of Finance", "Ministry of Finance", "Port Clinic", "Shared Services Centre"}},
		"past security support":                             {officer, models.LacksSupport, []string{"Ministry of Finance"}},
		"the public learns nothing from what a release has": {models.Viewer{}, models.LacksSupport, nil},
		"an unknown gap finds nothing":                      {officer, "luck", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			list, err := s.Deployments(context.Background(), tt.viewer, models.DeploymentFilter{Lacks: tt.gap})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range list.Items {
				got = append(got, d.Agency)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEndedDeploymentsCanBeLeftOut(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	officer := sample.Viewer(t, s, g.Officer)
	if _, err := register.New(s).WithdrawDeployment(context.Background(), officer, g.Claimed.ID, 0); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[models.DeploymentLifecycle]int{"": 5, models.NotEnded: 4, models.DeploymentEnded: 1} {
		list, err := s.Deployments(context.Background(), officer, models.DeploymentFilter{Lifecycle: filter})
		if err != nil || list.Total.Count != want {
			t.Errorf("%q finds %d deployments, want %d (%v)", filter, list.Total.Count, want, err)
		}
	}
}

func TestFacetsCountWhatTheViewerSees(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	public, err := s.AssetFacets(context.Background(), models.Viewer{}, models.AssetFilter{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range public {
		got[f.Name+" "+f.Value] = f.Count
	}
	want := map[string]int{"origin gov-built": 2, "origin open-source": 1, "origin proprietary": 1, "lifecycle in-use": 3, "lifecycle planned": 1,
		"class weak-copyleft": 1, "class permissive": 1, "class unknown": 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	under, err := s.AssetFacets(context.Background(), sample.Viewer(t, s, g.Officer), models.AssetFilter{Steward: g.Finance.ID, Origin: models.Service})
	if err != nil || len(under) == 0 {
		t.Errorf("the facets of an agency are %v, %v", under, err)
	}
}
