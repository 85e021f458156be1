package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAgenciesAreATree(t *testing.T) {
	s, g := government(t)
	a := s.get("/agencies").want(t, 200, "6 active agencies", "Republic of Arcadia", "Shared services")
	under := a.Body[strings.Index(a.Body, "Ministry of Health"):]
	if !strings.Contains(under[:strings.Index(under, "</ul>")], "Port Clinic") {
		t.Error("the clinic does not stand under its ministry")
	}
	s.get("/agencies?q=nib").want(t, 200, "National Insurance Board")
	s.get("/agencies?kind=ministry").want(t, 200, "2 agencies")
	s.get("/agencies?under="+number(g.Health.ID)).want(t, 200, "3 agencies")
	s.get("/agencies?q=zzz").want(t, 200, "No agency matches")
}

func TestAnAgencysPageSaysWhatItRunsAndWhomToCall(t *testing.T) {
	public, g := government(t)
	a := public.get("/agencies/"+number(g.Health.ID)).want(t, 200, "It runs 2 deployments and answers for 1 piece of software", "Case Desk", "it@<wbr>health", "Below it", "Port Clinic", "Licences in what it runs")
	if strings.Contains(a.Body, "Rosa Registrar") {
		t.Error("the public reads who works there")
	}
	public.as(g.Registrar.ID).get("/agencies/"+number(g.Health.ID)).want(t, 200, "Rosa Registrar", "1 deployment needs a confirmation", "lacks=confirmation")
	public.as(g.Officer.ID).get("/agencies/"+number(g.Finance.ID)).want(t, 200, "1 piece of software runs past the end of its security support")
}

func TestAnAgencyIsAddedChangedAndMoved(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Officer.ID)
	s.get("/agencies/new?under="+number(g.Root.ID)).want(t, 200, `value="`+number(g.Root.ID)+`" selected`)
	a := s.post("/agencies", "name", "Fire Service", "code", "fire", "uri", "https://www.example.gov/agency/fire", "kind", "authority", "parentId", number(g.Root.ID)).want(t, 303)
	s.get(a.Location).want(t, 200, "Fire Service is in the register", "Authority")
	version := hidden(t, s.get(a.Location+"/edit").Body, "version")
	s.post(a.Location, "name", "Fire and Rescue", "code", "fire", "uri", "https://www.example.gov/agency/fire", "kind", "authority", "email", "desk@fire.example.gov", "version", version).want(t, 303)
	version = hidden(t, s.get(a.Location+"/move").want(t, 200, "move with it").Body, "version")
	s.post(a.Location+"/move", "parentId", number(g.Health.ID), "version", version).want(t, 303)
	s.get(a.Location).want(t, 200, "Fire and Rescue", "Stands under", "Ministry of Health", "Before", "Republic of Arcadia")
	s.get(a.Location+"/history").want(t, 200, "Stands under", "Republic of Arcadia", "Ministry of Health", "Fire Service")
	s.post("/agencies/"+number(g.Root.ID)+"/move", "parentId", number(g.Health.ID), "version", "").want(t, 400, "outside this one", `href="#f-parentId"`)
	s.post("/agencies", "name", "", "code", "nib", "uri", "x", "kind", "club").want(t, 400, `href="#f-name"`, `href="#f-uri"`, `href="#f-kind"`, `value="nib"`)
	s.post("/agencies", "name", "Twice", "code", "nib", "uri", "https://www.example.gov/agency/twice", "kind", "other").want(t, 409, `href="#f-code"`, "Another agency has this national code already.")
	s.as(g.Reader.ID).get("/agencies/new").want(t, 403)
	s.as(g.Reader.ID).get(a.Location+"/move").want(t, 403)
}

func TestAnAgencyIsMergedIntoItsSuccessor(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Officer.ID)
	path := "/agencies/" + number(g.Clinic.ID)
	version := hidden(t, s.get(path+"/merge").want(t, 200, "cannot be undone").Body, "version")
	s.post(path+"/merge", "successorId", "", "version", version).want(t, 400, "Choose the agency that takes over.")
	s.post(path+"/merge", "successorId", number(g.Insurance.ID), "version", version).want(t, 303)
	s.get(path).want(t, 200, "part of another one now", "National Insurance Board", "Merged")
	s.get(path+"/edit").want(t, 409, "closed to changes")
	s.get("/agencies/"+number(g.Insurance.ID)).want(t, 200, "It runs 2 deployments")
}

func TestANationalListIsRehearsedThenImported(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Officer.ID)
	list := []byte("code;name;kind;parent;uri\nfire;Fire Service;authority;arcadia;https://www.example.gov/agency/fire\nnib;Insurance Board;authority;health;https://www.example.gov/agency/nib\n;No Code;ministry;;\n")
	s.get("/agencies/import").want(t, 200, "Rehearse", "CSV file")
	s.upload("/agencies/import", "list.csv", list, "mode", "rehearse").want(t, 200, "This would happen", "1 agency would be added, 1 changed", "1 row would be refused", "To be added", "Fire Service", "Nothing was changed")
	s.get("/agencies?q=fire").want(t, 200, "No agency matches")
	s.upload("/agencies/import", "list.csv", list, "mode", "perform").want(t, 200, "The list is imported", "1 agency added, 1 changed", "Refused")
	s.get("/agencies?q=fire").want(t, 200, "Fire Service")
	s.upload("/agencies/import", "list.csv", list, "mode", "perform").want(t, 200, "0 agencies added, 0 changed, 2 left")
	s.upload("/agencies/import", "list.csv", []byte("no headings here\n"), "mode", "perform").want(t, 400, `href="#f-file"`)
	s.post("/agencies/import", "mode", "perform").want(t, 400, "Choose the CSV file")
	s.as(g.Registrar.ID).get("/agencies/import").want(t, 403)
	s.as(g.Registrar.ID).upload("/agencies/import", "list.csv", list).want(t, 403)
}

func TestAGovernmentOfManyAgenciesIsAskedForTheirCode(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	root := sample.Agency(t, s.store, func(a *models.Agency) { a.Name, a.Code = "State of Many", "many" })
	var rows []register.AgencyRow
	for i := range 810 {
		rows = append(rows, register.AgencyRow{Number: i + 2, Code: fmt.Sprintf("town-%d", i), Name: fmt.Sprintf("Town %d", i), Kind: "local-body", Parent: "many", URI: fmt.Sprintf("https://www.example.gov/town/%d", i)})
	}
	if report, err := s.reg.ImportAgencies(t.Context(), sample.By, rows, register.ImportPerform); err != nil || report.Created != 810 {
		t.Fatalf("importing the towns: %v", err)
	}
	officer := sample.User(t, s.store, "Olu", models.OSPOStaff, 0)
	s = s.as(officer.ID)
	if a := s.get("/agencies").want(t, 200, "811 active agencies", "Those below the second level"); len(a.Body) > 150_000 {
		t.Errorf("the tree weighs %d bytes", len(a.Body))
	}
	s.get("/assets/new").want(t, 200, "national code of the agency", `name="stewardId.code"`)
	a := s.post("/assets", assetForm(0, "stewardId.code", "town-7")...).want(t, 303)
	s.get(a.Location).want(t, 200, "Town 7")
	s.post("/assets", assetForm(0, "name", "Other", "stewardId.code", "nowhere")...).want(t, 400, "There is no agency with the code nowhere.", `href="#f-stewardId"`, `id="f-stewardId"`, `value="nowhere"`)
	s.get("/agencies/"+number(root.ID)).want(t, 200, "State of Many")
}
