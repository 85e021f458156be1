package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestAnExemptionNeedsASecondPerson(t *testing.T) {
	s, g := judged(t)
	registrar, counsel := s.as(g.Registrar.ID), s.as(sample.User(t, s.store, "Cato Counsel", models.OSPOStaff, 0).ID)
	f := s.found(g.Health.ID, verdictIs("unknown"))
	day := models.DateOf(time.Now()).AddDays(30).String()
	registrar.post(findingOf(f)+"/exemptions", "ground", "", "evidence", "Contract 7", "expiresOn", "2031-01-01", "reaching", "release").want(t, 400, "There is a problem", `href="#f-ground"`, `href="#f-expiresOn"`, "Contract 7", `id="exempt" open`)
	a := registrar.post(findingOf(f)+"/exemptions", "ground", "It is replaced in spring.", "evidence", "Contract 7", "expiresOn", day, "reaching", "release")
	if a.Status != 303 || !strings.HasPrefix(a.Location, "/exemptions/") {
		t.Fatalf("asking answers %d and leads to %q\n%s", a.Status, a.Location, mainOf(a.Body))
	}
	page := a.Location
	registrar.get(page).want(t, 200, "You asked for this, so another person has to decide on it.", "It is replaced in spring.", "What it would cover", "asked for an exemption").without(t, "Decide on it</h2>")
	registrar.post(page+"/decision", "to", "granted", "decision", "Fine by me").want(t, 403)
	registrar.get(findingOf(f)).want(t, 200, "Rosa Registrar has asked for an exemption").without(t, `id="exempt"`)
	s.as(g.Buyer.ID).get(page).want(t, 404)
	ministry := s.as(sample.User(t, s.store, "Mina Ministry", models.Counsel, g.Health.ID).ID)
	ministry.get(page).want(t, 200, "exempts from rules of its own only").without(t, "Decide on it</h2>")
	ministry.post(page+"/decision", "to", "granted", "decision", "Fine by me").want(t, 403)
	s.get("/exemptions").want(t, 401)
	counsel.get("/exemptions").want(t, 200, "1 request waits for a decision", "Case Desk 4.2.1")
	counsel.post(page+"/decision", "to", "granted").want(t, 400, "Say why", `value="granted" checked`)
	counsel.post(page+"/decision", "decision", "Why not").want(t, 400, "granted or refused", "Why not")
	if a := counsel.post(page+"/decision", "to", "granted", "decision", "It ends in spring."); a.Status != 303 {
		t.Fatalf("deciding answers %d\n%s", a.Status, mainOf(a.Body))
	}
	s.judge()
	registrar.get(findingOf(f)).want(t, 200, "An exemption covers this until its last day.")
	registrar.get("/findings?state=exempted").want(t, 200, "2 findings are covered by an exemption, in 1 piece of software of 2 agencies.", "Exempted")
	counsel.get(page).want(t, 200, "Cato Counsel", "It ends in spring.", "It runs out in 30 days.", "What it covers now", findingOf(f), "Revoke it", "Ask for it to go on")
	counsel.post(page+"/decision", "to", "refused", "decision", "Once more").want(t, 409, "was decided on already")

	registrar.post(page+"/renewals", "ground", "Later", "evidence", "", "expiresOn", day).want(t, 400, `href="#f-evidence"`, `id="renew" open`)
	a = registrar.post(page+"/renewals", "ground", "Later", "evidence", "Contract 8", "expiresOn", day)
	registrar.get(a.Location).want(t, 200, "The renewal is asked for.", "Takes over from", page, "1 time")
	counsel.post(page+"/revoke", "revocation", "").want(t, 400, `href="#f-revocation"`, `id="revoke" open`)
	counsel.post(page+"/revoke", "revocation", "It is replaced.")
	s.judge()
	counsel.get(page).want(t, 200, "Revoked", "It does not hold.").without(t, "Revoke the exemption")
	registrar.get(findingOf(f)).want(t, 200, "Open")
	counsel.get("/exemptions?state=revoked").want(t, 200, "1 exemption, newest first")
	counsel.get("/exemptions?state=expired").want(t, 200, "No exemption matches.")
}

func TestAnExemptionCanBeWiderThanAFinding(t *testing.T) {
	s, g := judged(t)
	registrar, officer := s.as(g.Registrar.ID), s.as(g.Officer.ID)
	registrar.get("/exemptions/new?rule=unlisted-licence").want(t, 200, `value="unlisted-licence" selected`, "Ministry of Health").without(t, "Ministry of Finance</option>")
	s.as(g.Buyer.ID).get("/exemptions/new").want(t, 403)
	s.get("/exemptions/new").want(t, 401)
	registrar.post("/exemptions", "rule", "", "agencyId", number(g.Health.ID), "ground", "A frame contract covers it.", "evidence", "", "expiresOn", "").want(t, 400, `href="#f-rule"`, `href="#f-evidence"`, `href="#f-expiresOn"`, "A frame contract covers it.")
	day := models.DateOf(time.Now()).AddDays(90).String()
	registrar.post("/exemptions", "rule", "unlisted-licence", "agencyId", number(g.Finance.ID), "ground", "x", "evidence", "y", "expiresOn", day).want(t, 403)
	a := registrar.post("/exemptions", "rule", "unlisted-licence", "agencyId", number(g.Health.ID), "license", "LicenseRef-pdf-stamp", "ground", "A frame contract covers it.", "evidence", "Contract 9", "expiresOn", day)
	officer.get(a.Location).want(t, 200, "all software; the licence LicenseRef-pdf-stamp", "What it would cover", "2 findings")
	officer.post(a.Location+"/decision", "to", "granted", "decision", "Read the contract.")
	s.judge()
	officer.get("/findings?state=exempted").want(t, 200, "2 findings are covered by an exemption")
	officer.get(a.Location).want(t, 200, "What it covers now", "National Insurance Board")
}
