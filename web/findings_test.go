package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// withChoice is the sample document with more packages, each under a licence that offers a choice.
func withChoice(t *testing.T, names ...string) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(sample.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	packages, _ := doc["packages"].([]any)
	relations, _ := doc["relationships"].([]any)
	for i, name := range names {
		id := fmt.Sprintf("SPDXRef-extra-%d", i)
		packages = append(packages, map[string]any{"SPDXID": id, "name": name, "versionInfo": "1.0", "downloadLocation": "NOASSERTION", "licenseDeclared": "MIT OR LicenseRef-scancode-own-terms", "licenseConcluded": "NOASSERTION"})
		relations = append(relations, map[string]any{"spdxElementId": "SPDXRef-case-desk", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": id})
	}
	doc["packages"], doc["relationships"], doc["documentNamespace"] = packages, relations, "https://example.gov/with-choice/"+strings.Join(names, "-")
	body, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// judged is the sample government with the policy that ships in force and everything judged.
func judged(t *testing.T) (*site, *sample.State) {
	t.Helper()
	s, g := government(t)
	sample.SBOM(t, s.store, g.CaseDesk42.ID, withChoice(t, "two-ways"))
	if _, err := s.reg.ShipPolicy(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.judge()
	return s, g
}

// judge judges what has changed.
func (s *site) judge() {
	s.t.Helper()
	for {
		done, err := s.reg.JudgeChanges(context.Background())
		if err != nil {
			s.t.Fatal(err)
		}
		if !done.Behind {
			return
		}
	}
}

// found is an open finding of an agency that satisfies a condition.
func (s *site) found(agency int64, what func(*store.FindingRow) bool) *store.FindingRow {
	s.t.Helper()
	list, err := s.store.Findings(context.Background(), sample.By, models.FindingFilter{State: models.FindingOpen, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range list.Items {
		if f := &list.Items[i]; f.AgencyID == agency && what(f) {
			return f
		}
	}
	s.t.Fatalf("no such finding of agency %d among %+v", agency, list.Items)
	return nil
}

func verdictIs(v string) func(*store.FindingRow) bool {
	return func(f *store.FindingRow) bool { return f.Verdict == v }
}

func findingOf(f *store.FindingRow) string { return "/findings/" + number(f.ID) }

// addFindingAddresses adds the pages about findings to the addresses of all pages.
func addFindingAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	sample.SBOM(t, s.store, g.CaseDesk42.ID, withChoice(t, "two-ways"))
	s.judge()
	f := s.found(g.Health.ID, verdictIs("needs-choice"))
	x := &models.Exemption{Ground: "It is replaced in spring.", Evidence: "Ticket 4711", ExpiresOn: models.DateOf(time.Now()).AddDays(20)}
	if err := s.reg.ExemptFinding(context.Background(), sample.Viewer(t, s.store, g.Registrar), s.found(g.Health.ID, verdictIs("unknown")).ID, register.ThisRelease, x); err != nil {
		t.Fatal(err)
	}
	for path, id := range map[string]int64{"/findings/:id": f.ID, "/exemptions/:id": x.ID, "/assets/:id/licences": g.CaseDesk.ID, "/releases/:id/obligations": g.CaseDesk42.ID, "/releases/:id/notice": g.CaseDesk42.ID} {
		all[path] = strings.Replace(path, ":id", number(id), 1)
	}
	all["/assets/:id/publish"] = "/assets/" + number(g.CaseDesk.ID) + "/publish?outbound=MIT"
	all["/releases/:id/notice/:format"] = "" // a file, not a page
}

func TestTheInboxSaysWhatIsOpenAndWhere(t *testing.T) {
	s, g := judged(t)
	s.get("/findings").want(t, 401, "You need to be signed in to see findings on licences.")
	officer := s.as(g.Officer.ID)
	officer.get("/findings").want(t, 200, "findings are open, in 1 piece of software of 2 agencies.", "Judged up to", `role="img"`, "Findings by severity", "The rules that most of them are of", "A licence that is on no list", "pdf-stamp", "Ministry of Health", "National Insurance Board", "Change the ticked findings", "format=csv")
	officer.get("/findings?agency="+number(g.Insurance.ID)).want(t, 200, "of National Insurance Board.", "Show all that are open")
	officer.get("/findings?verdict=denied").want(t, 200, "No finding matches.")
	officer.get("/findings?severity=critical&state=any").want(t, 200, "No finding matches.")
	officer.get("/findings?mine=yes").want(t, 200, "No finding matches.")
	officer.get("/findings?license=pdf-stamp").want(t, 200, "LicenseRef-pdf-stamp").without(t, "two-ways")
	officer.get("/findings?state=closed").want(t, 200, "No finding matches.")
	officer.get("/findings?after=nonsense").want(t, 400)
	s.as(g.Auditor.ID).get("/findings").want(t, 200, "findings are open").without(t, "Change the ticked findings")
	s.as(g.InsuranceRegistrar.ID).get("/findings").want(t, 200, "of National Insurance Board.").without(t, "Ministry of Health</span>")
	s.as(g.Buyer.ID).get("/findings").want(t, 200, "No finding that you may see is open.")
	s.as(g.Buyer.ID).get(findingOf(s.found(g.Health.ID, verdictIs("unknown")))).want(t, 404)
	s.get(findingOf(s.found(g.Health.ID, verdictIs("unknown")))).want(t, 404, "Sign in")
	s.as(g.Registrar.ID).get("/").want(t, 200, "findings on licences are open", "of them critical or high", "/findings?agency="+number(g.Health.ID))
	s.get("/").want(t, 200).without(t, ">Findings<")
	s.as(g.Registrar.ID).get("/agencies/"+number(g.Health.ID)).want(t, 200, "findings on licences are open")
	s.get("/agencies/"+number(g.Health.ID)).want(t, 200).without(t, "findings on licences")
	officer.get("/findings?agencyCode=nowhere").want(t, 400, "There is no agency with the code nowhere.")
	officer.get("/findings?agencyCode=nib").want(t, 200, "of National Insurance Board.")
}

func TestFindingsAreTriagedTogether(t *testing.T) {
	s, g := judged(t)
	registrar := s.as(g.Registrar.ID)
	one, two := s.found(g.Health.ID, verdictIs("unknown")), s.found(g.Health.ID, verdictIs("needs-choice"))
	a := registrar.post("/findings?severity=medium", "finding", number(one.ID), "comment", "", "dueOn", "soon")
	a.want(t, 400, "There is a problem", "Write the date as year-month-day", `value="`+number(one.ID)+`" aria-label`, " checked>", `name="dueOn" type="date" value="soon"`)
	registrar.post("/findings", "finding", number(one.ID)).want(t, 400, "Say what to do: name a person, set a day, or leave a comment.")
	registrar.post("/findings", "comment", "All of you").want(t, 400, "Name at least one finding.", "All of you")
	a = registrar.post("/findings?severity=medium", "finding", number(one.ID), "finding", number(two.ID), "assigneeId", "me", "comment", "Asked the supplier.")
	if a.Status != 303 || a.Location != "/findings?severity=medium" {
		t.Fatalf("triage answers %d and leads to %q\n%s", a.Status, a.Location, mainOf(a.Body))
	}
	registrar.get("/findings?mine=yes").want(t, 200, "2 findings were changed.", "2 findings are open", "Rosa Registrar", "No day", "1 comment")
	registrar.post("/findings", "finding", number(one.ID), "dueOn", "2026-01-31").want(t, 400, "The day is in the past.")
	due := models.DateOf(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC))
	if _, err := s.reg.At(due.Time()).TriageFindings(context.Background(), sample.Viewer(t, s.store, g.Registrar), []int64{one.ID, two.ID}, register.Triage{DueOn: &due}); err != nil {
		t.Fatal(err)
	}
	registrar.post(findingOf(one)+"/triage", "assigneeId", "me", "dueOn", "2026-01-31", "comment", "Asked again.").want(t, 303) // the day stays as it was
	registrar.get("/findings?mine=yes").want(t, 200, "2 findings are open", "Overdue", "2 comments")
	registrar.get(findingOf(one)).want(t, 200, "Asked the supplier.", "worked on a finding", "<ins>Rosa Registrar</ins>", "Overdue", "31 Jan 2026")
	registrar.post("/findings", "all", "yes", "shown", number(one.ID), "shown", number(two.ID), "assigneeId", "nobody")
	registrar.get("/findings?mine=yes").want(t, 200, "No finding matches.")
	registrar.post(findingOf(one)+"/triage", "noDay", "yes")
	registrar.get(findingOf(one)).want(t, 200, "no day set")
	s.as(g.Reader.ID).post("/findings", "finding", number(one.ID), "comment", "x").want(t, 404)
	s.as(g.Auditor.ID).post("/findings", "finding", number(one.ID), "comment", "x").want(t, 403)
}

func TestAFindingSaysWhyAndWhatCuresIt(t *testing.T) {
	s, g := judged(t)
	f := s.found(g.Health.ID, func(f *store.FindingRow) bool { return f.License == "LicenseRef-pdf-stamp" })
	s.as(g.Registrar.ID).get(findingOf(f)).want(t, 200, "<h1>", "A licence that is on no list", "Case Desk 4.2.1 contains 1 package under LicenseRef-pdf-stamp, and nobody knows those terms.", "What cures it", "Ask the supplier for the text", "Where it is", "pdf-stamp 0.9.4", "The way to this package",
		"Licence policy of the government", "version 1", "Ask for an exemption", "Work on it", "It opened by itself on").without(t, "Conclude the licence of a component")
	s.as(g.Officer.ID).get(findingOf(f)).want(t, 200, "Conclude the licence of a component", "Everywhere in government")
	s.as(g.Auditor.ID).get(findingOf(f)).want(t, 200, "What cures it").without(t, "Work on it", "Ask for an exemption")
	s.as(g.Officer.ID).get("/findings/999999").want(t, 404)
	s.as(g.Officer.ID).get("/findings/x").want(t, 404)
}

func TestAChoiceMadeOnTheFindingClosesIt(t *testing.T) {
	s, g := judged(t)
	registrar := s.as(g.Registrar.ID)
	f := s.found(g.Health.ID, verdictIs("needs-choice"))
	page := findingOf(f)
	registrar.get(page).want(t, 200, "A choice of licence is open", "That offers a choice, and nobody has said what is taken.", `value="MIT"`, "By the policies in force: allowed.", "In Case Desk, for everybody who runs it").without(t, "Everywhere in government")
	registrar.post(page+"/choice", "chosen", "MIT", "choiceReach", "asset").want(t, 400, "There is a problem", `href="#f-choiceReason"`, `value="MIT" checked`)
	registrar.post(page+"/choice", "chosen", "GPL-2.0-only", "choiceReach", "asset", "choiceReason", "x").want(t, 400, "does not offer this")
	registrar.post(page+"/choice", "chosen", "MIT", "choiceReach", "everywhere", "choiceReason", "x").want(t, 403)
	if a := registrar.post(page+"/choice", "chosen", "MIT", "choiceReach", "asset", "choiceReason", "We keep to MIT."); a.Status != 303 {
		t.Fatalf("the choice answers %d\n%s", a.Status, mainOf(a.Body))
	}
	s.judge()
	registrar.get(page).want(t, 200, "This finding was closed on").without(t, "Record the choice")
	licences := "/assets/" + number(g.CaseDesk.ID) + "/licences"
	a := registrar.get(licences).want(t, 200, "We keep to MIT.", "End<span")
	_, after, _ := strings.Cut(a.Body, `action="`+licences[:len(licences)-len("licences")]+`license-choices/`)
	id, _, _ := strings.Cut(after, "/")
	registrar.post("/assets/" + number(g.CaseDesk.ID) + "/license-choices/" + id + "/end")
	registrar.get(licences).want(t, 200, "The choice has ended.", "Nobody has chosen")
	s.judge()
	s.found(g.Health.ID, verdictIs("needs-choice"))
}

func TestAConclusionMadeOnTheFindingClosesIt(t *testing.T) {
	s, g := judged(t)
	counsel := s.as(sample.User(t, s.store, "Cato Counsel", models.Counsel, g.Health.ID).ID)
	f := s.found(g.Health.ID, func(f *store.FindingRow) bool { return f.License == "LicenseRef-pdf-stamp" })
	a := counsel.get(findingOf(f)).want(t, 200, "Conclude the licence of a component", "pdf-stamp 0.9.4</option>")
	_, after, _ := strings.Cut(a.Body, `<select id="f-component"`)
	_, after, _ = strings.Cut(after, `<option value="`)
	_, after, _ = strings.Cut(after, `<option value="`)
	component, _, _ := strings.Cut(after, `"`)
	page := findingOf(f) + "/conclusion"
	counsel.post(page, "component", component, "concluded", "Something free", "conclusionReach", "asset", "conclusionReason", "I read it.").want(t, 400, "There is a problem", `value="Something free"`, "I read it.", "details class=\"more act\" id=\"conclude\" open")
	counsel.post(page, "concluded", "MIT", "conclusionReach", "asset", "conclusionReason", "I read it.").want(t, 400, `href="#f-component"`)
	s.as(g.Registrar.ID).post(page, "component", component, "concluded", "MIT", "conclusionReach", "asset", "conclusionReason", "I read it.").want(t, 403)
	if a := counsel.post(page, "component", component, "concluded", "MIT", "conclusionReach", "asset", "conclusionReason", "I read it.", "conclusionFor", "version"); a.Status != 303 {
		t.Fatalf("the conclusion answers %d\n%s", a.Status, mainOf(a.Body))
	}
	s.judge()
	counsel.get(findingOf(f)).want(t, 200, "This finding was closed on")
	counsel.get("/assets/"+number(g.CaseDesk.ID)+"/licences").want(t, 200, "I read it.", "0.9.4", "Cato Counsel")
}

func TestACellOfTheListCannotBeAFormula(t *testing.T) {
	s, g := judged(t)
	sample.SBOM(t, s.store, g.CaseDesk42.ID, []byte(strings.ReplaceAll(string(sample.Document()), "LicenseRef-pdf-stamp", `=cmd|' /C calc'!A0`)))
	s.judge()
	a := s.as(g.Officer.ID).get("/findings?format=csv").want(t, 200, "Severity,Verdict,State", `'=cmd|' /C calc'!A0`)
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Errorf("the table is sent as %q", got)
	}
	for _, line := range strings.Split(a.Body, "\r\n") {
		for _, cell := range strings.Split(line, ",") {
			if strings.HasPrefix(strings.Trim(cell, `"`), "=") {
				t.Errorf("a cell is a formula: %s", cell)
			}
		}
	}
}

func TestADocumentThatNamesNoPackagesIsSaidAsAFinding(t *testing.T) {
	s, g := judged(t)
	sample.SBOM(t, s.store, sample.Release(t, s.store, g.CaseDesk.ID, "5.0").ID, []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}`))
	s.judge()
	f := s.found(g.Health.ID, (*store.FindingRow).OfDocument)
	officer := s.as(g.Officer.ID)
	officer.get(findingOf(f)).want(t, 200, "The document names no packages", "In the document as a whole.", "Have a document made of what is built and delivered").without(t, "Ask for an exemption")
	officer.get("/findings?rule=empty-document").want(t, 200, "The document names no packages", "Of all of it")
}
