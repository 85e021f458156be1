package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
)

func TestTheHomePageSaysWhatWaitsForTheReader(t *testing.T) {
	public, g := government(t)
	a := public.get("/").want(t, 200, "What your government runs, buys and builds", "Licences across government", "Recently changed software", "Case Desk")
	if strings.Contains(a.Body, "Your week") || strings.Contains(a.Body, "Tax Lens") {
		t.Error("the public has a week, or sees what it may not")
	}
	public.as(g.Registrar.ID).get("/").want(t, 200, "Your week, Ministry of Health", "deployment to confirm", "Rosa Registrar")
	public.as(g.Officer.ID).get("/").want(t, 200, "Your week, all of government", "express")
	if a := public.as(g.Auditor.ID).get("/"); strings.Contains(a.Body, "Your week") {
		t.Error("an auditor has nothing to confirm")
	}
}

// cards finds the numbers of the home page with the addresses they lead to.
var cards = regexp.MustCompile(`<li class="card"><p class="figure">([\d,]+)</p>.*?<a href="([^"]*)">`)

func TestANumberLeadsToAsManyRows(t *testing.T) {
	s, g := government(t)
	for _, user := range []int64{g.Officer.ID, g.Registrar.ID} {
		s := s.as(user)
		found := cards.FindAllStringSubmatch(s.get("/").Body, -1)
		if len(found) == 0 {
			t.Fatal("the home page has no cards")
		}
		for _, m := range found {
			path := strings.ReplaceAll(m[2], "&amp;", "&")
			body := s.get(path).want(t, 200).Body
			if rows := strings.Count(mainOf(body), `<th scope="row">`); m[1] != number(int64(rows)) {
				t.Errorf("the home page says %s, and %s lists %d", m[1], path, rows)
			}
		}
	}
}

func TestAnEmptyRegisterSaysWhatToDoFirst(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/").want(t, 200, "No SBOM document has been received yet")
	s.get("/assets").want(t, 200, "There is no software that you may see.")
	s.get("/agencies").want(t, 200, "No agency is registered yet.")
	s.get("/deployments").want(t, 200, "There is no deployment that you may see.")
}

func TestTheFooterSaysHowOldAndHowSureTheDataAre(t *testing.T) {
	s, g := government(t)
	s.as(g.Officer.ID).get("/").want(t, 200, "Data as of", "20 % of 5 deployments are confirmed.")
}
