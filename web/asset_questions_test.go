package web_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	laws "github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestThePageOfSoftwareAnswersFourQuestionsAndShowsThePublicNoAddress(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := fmt.Sprintf("/assets/%d", g.CaseDesk.ID)
	s.get(path).want(t, 200, `href="#alive">Is anybody home?`, `href="#uses">Who uses it?`, `href="#may">May I?`, `href="#ask">Whom to ask?`, `id="alive"`, `id="uses"`, `id="may"`, `id="ask"`,
		"Open source", "Code is public", "Nothing could be measured in its repository", path+"/ask", "No security policy is known").without(t, "mailto:", "@health", "Change this entry", "By policy")
	s.as(g.Officer.ID).get(path).want(t, 200, "and not in the register yet")
	s.as(g.Registrar.ID).get(path).want(t, 200, "mailto:", "Change this entry", "Add its repository")
	harvested(t, s, g)
	list, err := s.store.Repositories(t.Context(), sample.Viewer(t, s.store, g.Admin), models.RepositoryFilter{Query: "gov/intake"})
	if err != nil || len(list.Items) == 0 {
		t.Fatal(err)
	}
	s.get(fmt.Sprintf("/assets/%d", *list.Items[0].AssetID)).want(t, 200, "The last commit was made", "How we know", "described in its publiccode.yml, which has mistakes", "Follow <code>SECURITY.", "Publishes the code").without(t, "mailto:")
}

func TestWhatGovernmentBuiltIsAPageAndATable(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/government-code").want(t, 200, "What government built", g.CaseDesk.Title(), "EUPL-1.2", `role="img"`).without(t, g.Secret.Title())
	a := s.get("/government-code?format=csv").want(t, 200, "Agency,Software,Licence", g.CaseDesk.Title())
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Errorf("the table is %s", got)
	}
	s.get("/statistics").want(t, 200, "How stale are we?", "SBOM documents", "since somebody confirmed them")
	s.get("/catalogue").want(t, 200, `href="/reuse"`, `href="/publishers"`, `href="/sources"`, `href="/government-code"`, `href="/statistics"`)
}

func TestAPageNamesTheGroundOnWhichCodeStaysClosed(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	counsel := sample.Viewer(t, s.store, sample.User(t, s.store, "Cora Counsel", models.Counsel, g.Health.ID))
	draft, err := s.reg.DraftRegime(t.Context(), counsel, register.RegimeDraft{AgencyID: &g.Health.ID, Text: string(laws.Presets()[0].Text)})
	must(err)
	must(s.reg.ActivateRegime(t.Context(), counsel, draft.ID, draft.Version, nil))
	officer := sample.User(t, s.store, "Rolf Release", models.ReleaseOfficer, g.Health.ID)
	row, err := s.reg.OpenDecision(t.Context(), sample.Viewer(t, s.store, officer), register.NewDecision{AgencyID: g.Health.ID, Kind: models.DecideRelease, Title: "Open Case Desk", AssetID: &g.CaseDesk.ID})
	must(err)
	page := assetOf(g.CaseDesk)
	s.as(officer.ID).get(page).want(t, 200).without(t, "The ground:")
	must(store.Write(t.Context(), s.store, func(tx *store.Tx) error {
		d := row.Decision
		d.State, d.Visibility = models.ReleaseDecided, models.VisiblePublic
		if err := tx.SaveDecision(t.Context(), &d); err != nil {
			return err
		}
		filed := []byte(`{"subsets":[{"name":"core","verdict":"open"},{"name":"fraud rules","verdict":"closed","ground":"public-order"}]}`)
		digest := sha256.Sum256(filed)
		return tx.AddDecisionPart(t.Context(), &models.DecisionPart{DecisionID: d.ID, Part: models.PartRelease, Content: filed, Digest: digest[:], ByName: "Rolf Release", Role: models.ReleaseOfficer, State: models.ReleaseDecided, At: time.Now()})
	}))
	s.as(officer.ID).get(page).want(t, 200, "not all of it is opened", "The ground: <strong>public order</strong>", fmt.Sprintf(`href="/decisions/%d"`, row.ID))
	s.get(page).want(t, 200).without(t, "public order")
}
