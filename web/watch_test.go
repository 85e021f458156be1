package web_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestTheWatchSaysFirstWhatCallsForAttention(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	s := e.at(e.steps[0].At).as(e.people["registrar"].ID)
	s.get("/decisions/watch").want(t, 200, "Nothing that you may see breaks a rule", "Nothing is found")
	last := models.DateOf(e.steps[0].At).AddDays(-3)
	own := sample.Asset(t, e.store, func(a *models.Asset) { a.StewardID, a.Origin, a.Name = e.agency.ID, models.GovBuilt, "Rounds <b>" })
	sold := sample.Asset(t, e.store, func(a *models.Asset) { a.StewardID, a.Origin, a.Name = e.agency.ID, models.Proprietary, "Ledger" })
	old := &models.Release{AssetID: sold.ID, Number: "9.1", SecurityEndOn: &last, SecurityEndSource: "https://example.org/end"}
	ctx, reg := context.Background(), register.New(e.store).At(e.steps[0].At)
	for _, err := range []error{reg.RegisterRelease(ctx, sample.By, old), reg.RegisterDeployment(ctx, sample.By, &models.Deployment{AgencyID: e.agency.ID, AssetID: sold.ID, ReleaseID: &old.ID, Service: "Pay"})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reg.WatchRegister(ctx); err != nil {
		t.Fatal(err)
	}
	s.get("/decisions/watch").want(t, 200, "2 things call for attention; 1 of them against the law.", "Some software runs that nobody has decided on.", "Rounds &lt;b&gt;", "Ledger, Pay", "gets security fixes until", "Have the repository archived", "What cannot be told", "Runs without a decision")
	s.get("/decisions/watch?rule=G6").want(t, 200, "Rounds &lt;b&gt;").without(t, "Ledger, Pay")
	s.get("/decisions/watch?outcome=undetermined&rule=G4").want(t, 200, "What is missing", "number of sponsors")
	s.get("/decisions/watch?rule=G1").want(t, 200, "Nothing matches.")
	s.get("/decisions/watch?format=csv").want(t, 200, "Ledger, Pay", fmt.Sprintf("/assets/%d", own.ID))
}
