package sample_test

import (
	"context"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestTheSampleGovernmentStands(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	o, err := s.Overview(context.Background(), sample.Viewer(t, s, g.Officer), 0)
	if err != nil {
		t.Fatal(err)
	}
	if o.Agencies != 6 || o.Assets != 6 || o.Deployments != 5 || o.SBOMs != 1 || o.Packages != 10 || o.PastSupport != 1 || o.ConfirmedDeployments != 1 {
		t.Errorf("the sample government is not what its words say: %+v", o)
	}
	if g.Current.Verdict != models.Accepted {
		t.Errorf("the sample document is %s: %+v", g.Current.Verdict, g.Current.Findings)
	}
}
