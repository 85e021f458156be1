package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestThePageOfSoftwareAnswersFourQuestionsAndShowsThePublicNoAddress(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := fmt.Sprintf("/assets/%d", g.CaseDesk.ID)
	s.get(path).want(t, 200, `href="#alive">Is anybody home?`, `href="#uses">Who uses it?`, `href="#may">May I?`, `href="#ask">Whom to ask?`, `id="alive"`, `id="uses"`, `id="may"`, `id="ask"`,
		"Open source", "Code is public", "and not in the register yet", path+"/ask", "No security policy is known").without(t, "mailto:", "@health", "Change this entry", "By policy")
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
