package web_test

import (
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestEverybodySeesWhatHappenedInPublicAndOnlyTheTrailsReadersWhoDidIt(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/events").want(t, 200, "The changes that you may see, newest first.", "registered the software", "Open Portal").without(t, "Tax Lens", "Rosa Registrar", "made a sign-in link", "API tokens", ">Post Box<")
	s.as(g.Registrar.ID).get("/events?noun=asset").want(t, 200, "Post Box").without(t, "Tax Lens")
	s.as(g.Auditor.ID).get("/events?noun=asset").want(t, 200, "who, what, and from what to what", "Tax Lens", "API tokens")
	s.as(g.Auditor.ID).get("/events?noun=user").want(t, 200, "added a person", "Rosa Registrar")
	s.get("/events?noun=user").want(t, 200, "Nothing has happened that you may see.")
}

func TestEventsAreNarrowedAndReadOnPageByPage(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	auditor := s.as(g.Auditor.ID)
	auditor.get("/events?action=sbom.received").want(t, 200, "sent an SBOM document", "Show all").without(t, "registered the software:")
	auditor.get("/events?actor="+number(g.InsuranceRegistrar.ID)).want(t, 200, "Ines Registrar", "confirmed the deployment")
	auditor.get("/events?noun=agency&agency="+number(g.Finance.ID)).want(t, 200, "Ministry of Finance").without(t, "Port Clinic</a>")
	first := auditor.get("/events").want(t, 200, `rel="next"`, "/events?before=")
	auditor.get("/events?noun=asset").want(t, 200).without(t, `rel="next"`)
	if first.Body == "" {
		t.Error("the first page is empty")
	}
	auditor.get("/events?asset="+number(g.CaseDesk.ID)).want(t, 200, "Case Desk").without(t, "Desk Suite")
}

func TestTheFootersPagesSayWhatEachNumberMeansAndHowThePagesAreMade(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/how-this-is-counted").want(t, 200, "for 180 days", "Production with an SBOM", "10,000", `href="/accessibility"`)
	s.get("/accessibility").want(t, 200, "2.2 at level AA", `href="/how-this-is-counted"`)
}
