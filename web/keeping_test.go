package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// keeping is what is said of the keeping of the sample government's software.
type keeping struct {
	Recommended, Former, Retire *models.StackEntry
}

func onDay(days int) *models.Date {
	d := models.DateOf(time.Now()).AddDays(days)
	return &d
}

// keep writes what keeps Case Desk going, answers standards about it, names its goals and fills the stack.
func keep(t *testing.T, s *site, g *sample.State) *keeping {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, registrar, officer := t.Context(), sample.Viewer(t, s.store, g.Registrar), sample.Viewer(t, s.store, g.Officer)
	for _, unit := range []string{"Digital services", "Digital services, section 4"} {
		_, err := s.reg.WriteContinuity(ctx, registrar, g.CaseDesk.ID, 0, func(c *models.Continuity) {
			c.Unit, c.FundedUntilOn, c.FundingSource, c.Escrow, c.ReplacementID = unit, onDay(60), "https://budget.example.gov/2027", "Mirror of the shared services", &g.Portal.ID
			c.Keepers = []models.Keeper{{Kind: models.Maintainer, Name: "Codeworks <Ltd>", UntilOn: onDay(-3)}, {Kind: models.Sponsor, Name: "Treasury", URL: "https://treasury.example.gov/"}}
			c.ReviewedOn, c.Knowledge = onDay(-400), "Two developers at the supplier, none here."
		})
		must(err)
	}
	for _, a := range []models.ChecklistAnswer{{Indicator: "2", Answer: models.AnswerPartly, Evidence: "The old one.", OnDay: *onDay(-900)}, {Indicator: "2", Answer: models.AnswerMet, Evidence: "Read on 3 May.", Links: models.StringList{"https://git.example.gov/health/case-desk/LICENSE"}, OnDay: *onDay(-500)},
		{Indicator: "9a", Answer: models.AnswerNotApplicable, Evidence: "It holds no data."}, {Indicator: "1", Answer: models.AnswerNotMet}} {
		a.AssetID, a.Standard = g.CaseDesk.ID, "dpg"
		must(s.reg.AnswerChecklist(ctx, registrar, &a))
	}
	_, err := s.reg.SetSDGs(ctx, registrar, g.CaseDesk.ID, 0, []models.AssetSDG{{Goal: 16, Relevance: "Courts keep their cases."}})
	must(err)
	k := &keeping{Former: &models.StackEntry{Function: "CASES", AssetID: &g.CaseDesk.ID, Status: models.StackAccepted, ValidatedBy: "Technical board", Justification: "Tried at two agencies."}}
	must(s.reg.AddStackEntry(ctx, officer, k.Former))
	k.Recommended = &models.StackEntry{Function: "CASES", AssetID: &g.CaseDesk.ID, Status: models.StackRecommended, Minimum: "4.2.2", Referents: "Section 4 of Digital services", ValidatedOn: *onDay(-300), ValidUntilOn: *onDay(-1), ValidatedBy: "Technical board", Justification: "Tried at five agencies.", Conditions: "On own premises.", SupersedesID: &k.Former.ID}
	must(s.reg.AddStackEntry(ctx, officer, k.Recommended))
	k.Retire = &models.StackEntry{Function: "OFFICE.TEXT", AssetID: &g.Office.ID, Status: models.StackRetire, ValidatedBy: "Technical board", Justification: "Without security support."}
	must(s.reg.AddStackEntry(ctx, officer, k.Retire))
	must(s.reg.AddStackEntry(ctx, officer, &models.StackEntry{Function: "MAIL", AssetID: &g.Mail.ID, Status: models.StackContain, ValidatedBy: "Technical board", Justification: "One supplier only."}))
	return k
}

func addKeepingAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	k := keep(t, s, g)
	for _, route := range []string{"/assets/:id/continuity", "/assets/:id/continuity/edit", "/assets/:id/checklists", "/assets/:id/sdgs"} {
		all[route] = strings.Replace(route, ":id", number(g.CaseDesk.ID), 1)
	}
	all["/assets/:id/checklists/:standard"] = fmt.Sprintf("/assets/%d/checklists/standard-for-public-code", g.CaseDesk.ID)
	all["/assets/:id/checklists/:standard/:indicator"] = fmt.Sprintf("/assets/%d/checklists/dpg/2", g.CaseDesk.ID)
	all["/stack/:id"] = "/stack/" + number(k.Recommended.ID)
	all["/stack/new"] = "/stack/new?supersedes=" + number(k.Recommended.ID)
}

func TestWhatMayNotGoOnIsForGovernmentWithReasonsAndCures(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	keep(t, s, g)
	path := fmt.Sprintf("/assets/%d/continuity", g.CaseDesk.ID)
	for _, closed := range []string{"/continuity", path, path + "/edit", "/stack/uses"} {
		s.get(closed).want(t, 401, "signed in").without(t, "Codeworks", "Its funding ends")
	}
	reader := s.as(g.Reader.ID)
	reader.get("/continuity").want(t, 200, "Case Desk", "Its funding ends", "for 60 more days", "The last maintainer named here stopped", "Software by risk").without(t, "Tax Lens")
	reader.get("/continuity?risk=funding-ends").want(t, 200, "<h1>Its funding ends</h1>", "What helps", "Case Desk").without(t, "Desk Suite")
	reader.get("/continuity?risk=steward-closed").want(t, 200, "No software has such a risk.")
	reader.get("/continuity?criticality=nonsense").want(t, 400, misunderstood, "Case Desk")
	reader.get(path).want(t, 200, "Codeworks &lt;Ltd&gt;", "Over", "Treasury", "no end was said", "in 2 months", "Open Portal", "Two developers", "No plan", "Find the money", "Digital services, section 4").without(t, "/continuity/edit", "Codeworks <Ltd>")
	reader.get(path+"/edit").want(t, 403)
	reader.get(fmt.Sprintf("/assets/%d/continuity", g.Portal.ID)).want(t, 200, "has not written down what keeps it going")
	reader.get(fmt.Sprintf("/assets/%d/continuity", g.Secret.ID)).want(t, 404)
}

func TestAStewardWritesWhatKeepsItsSoftwareGoing(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar, path := s.as(g.Registrar.ID), fmt.Sprintf("/assets/%d/continuity", g.CaseDesk.ID)
	registrar.get(path).want(t, 200, "Write it down", "there is no plan for its end")
	registrar.get(path+"/edit").want(t, 200, `name="keepers[0].name"`).without(t, `name="keepers[1].name"`)
	more := registrar.post(path+"/edit", "version", "1", "plan", "Others take over.", "keepers[0].kind", "sponsor", "keepers[0].name", "Treasury", "more", "keepers").want(t, 200, `name="keepers[1].name"`, "Others take over.")
	if strings.Contains(more.Body, `id="problem"`) {
		t.Errorf("one more row is no mistake:\n%s", mainOf(more.Body))
	}
	registrar.post(path+"/edit", "version", "1", "fundedUntilOn", "soon", "keepers[0].name", "", "keepers[1].name", "Codeworks", "keepers[1].kind", "maintainer", "keepers[1].untilOn", "never", "replacementId", "Nothing Known").
		want(t, 400, `href="#f-fundedUntilOn"`, `href="#f-keepers-0--untilOn"`, `href="#f-replacementId"`, `value="Codeworks"`, `value="never"`)
	registrar.post(path+"/edit", "version", "1", "fundedUntilOn", "2030-01-31", "planUrl", "nowhere").want(t, 400, `href="#f-fundingSource"`, `href="#f-planUrl"`)
	registrar.post(path+"/edit", "version", "1", "plan", "Others take over.", "keepers[0].kind", "sponsor", "keepers[0].name", "Treasury", "replacementId", "open portal", "nextReviewOn", "2030-01-31").want(t, 303)
	registrar.get(path).want(t, 200, "Others take over.", "Treasury", "Open Portal", "31 Jan 2030", "wrote what keeps the software going")
	registrar.post(path+"/edit", "version", "1", "plan", "Something else.").want(t, 409, "Somebody changed this", "Something else.", `name="version" value="2"`)
	registrar.post(path+"/edit", "version", "2", "plan", "Something else.").want(t, 303)
	registrar.get(path).want(t, 200, "Something else.").without(t, "Open Portal</a></dd>")
	s.as(g.Buyer.ID).post(path+"/edit", "version", "3", "plan", "x").want(t, 403)
}

func TestStandardsAreAnsweredWithEvidenceThatOnlyGovernmentReads(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	keep(t, s, g)
	list := fmt.Sprintf("/assets/%d/checklists", g.CaseDesk.ID)
	question := list + "/dpg/2"
	s.get("/checklists").want(t, 200, "Case Desk", "1 of 10", "1 stale")
	s.get("/checklists?standard=standard-for-public-code").want(t, 200, "No software fits.")
	s.get(list).want(t, 200, "Digital Public Goods", "Standard for Public Code", "Courts keep their cases.", "16 Peace, Justice and Strong Institutions").without(t, "Read on 3 May", "/sdgs")
	s.get(list+"/dpg").want(t, 200, "Met", "Not met", "Stale", "/LICENSE", "Evidence in words is for government").without(t, "Read on 3 May", "It holds no data")
	s.get(question).want(t, 200, "in words for government only", "Partly met").without(t, "Read on 3 May", "The old one", g.Registrar.Name, "<textarea")
	s.as(g.Reader.ID).get(question).want(t, 200, "Read on 3 May", "The old one", g.Registrar.Name).without(t, "<textarea")
	registrar := s.as(g.Registrar.ID)
	registrar.get(question).want(t, 200, "Read on 3 May", "Save and go on")
	registrar.post(question, "answer", "met", "evidence", "", "links", "nowhere\nhttps://x.example.org", "onDay", "2090-01-01").want(t, 400, `href="#f-links"`, `href="#f-onDay"`)
	registrar.post(question, "answer", "met", "onDay", "2024-01-01").want(t, 400, `href="#f-evidence"`)
	a := registrar.post(question, "answer", "met", "evidence", "Looked again.", "onDay", onDay(0).String(), "then", "next").want(t, 303)
	if want := list + "/dpg/3"; a.Location != want {
		t.Errorf("it goes on at %s, want %s", a.Location, want)
	}
	registrar.get(list+"/dpg").want(t, 200, "Looked again.").without(t, ">Stale<")
	s.as(g.Buyer.ID).post(question, "answer", "unknown", "onDay", "2024-01-01").want(t, 403)
	for _, nowhere := range []string{list + "/iso", list + "/dpg/10", fmt.Sprintf("/assets/%d/checklists", g.Secret.ID)} {
		s.get(nowhere).want(t, 404)
	}
}

func TestAStewardNamesTheGoalsThatItsSoftwareServes(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar, path := s.as(g.Registrar.ID), fmt.Sprintf("/assets/%d/sdgs", g.CaseDesk.ID)
	registrar.get(path).want(t, 200, "Good Health and Well-Being", `name="goal17"`)
	version := number(g.CaseDesk.Version)
	registrar.post(path, "version", version, "goal3", strings.Repeat("x", 2001), "goal9", "Fine.").want(t, 400, `href="#f-goal3"`)
	registrar.post(path, "version", version, "goal3", "Clinics use it.").want(t, 303)
	s.get(fmt.Sprintf("/assets/%d/checklists", g.CaseDesk.ID)).want(t, 200, "Clinics use it.")
	registrar.post(path, "version", version, "goal4", "Schools use it.").want(t, 409, "Somebody changed this", "Schools use it.")
	s.get(path).want(t, 401)
	s.as(g.Reader.ID).post(path, "version", version, "goal4", "x").want(t, 403)
}

func TestTheStackIsReadByEverybodyAndWrittenByTheProgrammeOffice(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	k := keep(t, s, g)
	s.get("/stack").want(t, 200, "CASES", "Case Desk", "Recommended", "4.2.2", "Run out", "Section 4", "Retire").without(t, "Post Box", "Put software into the stack", "against it")
	s.get("/stack?status=retire").want(t, 200, "Desk Suite").without(t, ">Case Desk<")
	s.get("/stack?when=ended").want(t, 200, "Former entries", "Accepted")
	s.get("/stack?function=NOTHING").want(t, 200, "The stack says nothing of this.")
	s.get(fmt.Sprintf("/stack/%d", k.Former.ID)).want(t, 200, "does not hold any more", fmt.Sprintf(`href="/stack/%d"`, k.Recommended.ID))
	s.get(fmt.Sprintf("/stack/%d", k.Recommended.ID)).want(t, 200, "Tried at five agencies.", "On own premises.", "has run out").without(t, "What runs against it", "Say it anew", "Take it out")
	reader := s.as(g.Reader.ID)
	reader.get("/stack").want(t, 200, "Post Box", "against it, or nobody can tell")
	reader.get("/stack/uses").want(t, 200, "To be retired", "Version too low", "Desk Suite")
	reader.get("/stack/uses?fault=retire").want(t, 200, "Desk Suite").without(t, ">Case Desk<")
	reader.get("/stack/new").want(t, 403)
	officer := s.as(g.Officer.ID)
	officer.get("/stack").want(t, 200, "1 validation has run out", "Put software into the stack")
	officer.get("/stack/new?asset="+number(g.Portal.ID)).want(t, 200, "Open Portal (")
	officer.post("/stack", "function", "files", "status", "loved", "decisionId", "none-1", "validatedOn", "x").want(t, 400, `href="#f-decisionId"`, `href="#f-validatedOn"`)
	officer.post("/stack", "function", "files", "status", "loved", "validatedOn", "2026-01-01").want(t, 400, `href="#f-function"`, `href="#f-name"`, `href="#f-status"`, `href="#f-validatedBy"`, `href="#f-justification"`)
	made := officer.post("/stack", "function", "FILES.SHARE", "assetId", "open portal", "status", "recommended", "validatedBy", "Board", "justification", "Tried.").want(t, 303)
	officer.get(made.Location).want(t, 200, "Open Portal", "All of government", "put software into the stack")
	officer.post("/stack", "function", "FILES.SHARE", "assetId", "open portal", "status", "accepted", "validatedBy", "Board", "justification", "Tried.").want(t, 409)
	again := officer.post("/stack", "supersedesId", number(k.Recommended.ID), "assetId", number(g.CaseDesk.ID), "status", "contain", "validatedBy", "Board", "justification", "It grows.").want(t, 303)
	officer.post(again.Location+"/end", "reason", " ").want(t, 400, `href="#f-reason"`)
	officer.post(again.Location+"/end", "reason", "Nobody uses it.").want(t, 303)
	s.get(again.Location).want(t, 200, "Nobody uses it.", "does not hold any more")
	s.as(g.Registrar.ID).post(fmt.Sprintf("/stack/%d/end", k.Retire.ID), "reason", "x").want(t, 403)
}
