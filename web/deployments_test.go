package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

// runForm is a filled-in form for a deployment, with more answers put in place of the usual ones.
func runForm(agency, asset int64, more ...string) []string {
	answers := map[string]string{"agencyId": number(agency), "assetId": number(asset), "environment": "production", "criticality": "3", "dataClass": "internal", "personalData": "none", "hosting": "on-premises",
		"lifecycle": "running", "visibility": "public", "details": "government", "technicalEmail": "apps@clinic.example.gov"}
	for i := 0; i+1 < len(more); i += 2 {
		answers[more[i]] = more[i+1]
	}
	var pairs []string
	for name, value := range answers {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func TestAnAgencySaysWhatItRuns(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	s.get("/deployments/new").want(t, 200, "which software is it?")
	s.get("/deployments/new?q=portal&agency="+number(g.Clinic.ID)).want(t, 200, "Open Portal", "asset="+number(g.Portal.ID))
	s.get("/deployments/new?q=zzzzz").want(t, 200, "No software matches", "Register the software")
	form := s.get("/deployments/new?asset="+number(g.CaseDesk.ID)).want(t, 200, "Case Desk", `<option value="4.2.1">`, "Port Clinic")
	if strings.Contains(mainOf(form.Body), "Ministry of Finance") {
		t.Error("a registrar of Health may choose Finance")
	}
	a := s.post("/deployments", runForm(g.Clinic.ID, g.CaseDesk.ID, "versionText", "4.2.1", "service", "Vaccination")...).want(t, 303)
	s.get(a.Location).want(t, 200, "Case Desk at Port Clinic", "Not confirmed", "Nobody has confirmed this yet", "3 of 4, high", "apps@<wbr>clinic", "10 components", "Vaccination")
	s.post("/deployments", runForm(g.Clinic.ID, g.CaseDesk.ID, "versionText", "4.2.1", "service", "Vaccination")...).want(t, 409, "has registered the same software")
	s.post("/deployments", runForm(0, g.CaseDesk.ID, "jurisdiction", "Trinidad", "installedOn", "soon", "technicalEmail", "nobody")...).
		want(t, 400, `href="#f-agencyId"`, `href="#f-jurisdiction"`, `href="#f-installedOn"`, `href="#f-technicalEmail"`, `value="nobody"`)
}

func TestADeploymentIsChangedConfirmedAndWithdrawn(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	path := "/deployments/" + number(g.Claimed.ID)
	version := hidden(t, s.get(path+"/edit").want(t, 200, `value="4.1"`, "Patient complaints").Body, "version")
	s.post(path, runForm(0, 0, "versionText", "4.2.1", "service", "Complaints", "version", version)...).want(t, 303)
	s.get(path).want(t, 200, "release 4.2.1", "Complaints")
	s.post(path, runForm(0, 0, "versionText", "9", "version", version)...).want(t, 409, "Somebody changed this")

	until := models.DateOf(time.Now()).AddDays(30)
	version = hidden(t, s.get(path+"/confirm").want(t, 200, "Is this still true?").Body, "version")
	s.post(path+"/confirm", "version", version, "validUntilOn", "2001-01-01").want(t, 400, "Choose a day from today", `href="#f-validUntilOn"`)
	s.post(path+"/confirm", "version", version, "validUntilOn", until.String(), "statement", "Seen it.").want(t, 303)
	s.get(path).want(t, 200, "Thank you", "Confirmed", "Seen it.", until.Time().Format("2 Jan 2006"))

	version = hidden(t, s.get(path+"/withdraw").want(t, 200, "does not run Case Desk any more").Body, "version")
	s.post(path+"/withdraw", "version", version).want(t, 303)
	s.get(path).want(t, 200, "This deployment was withdrawn")
	s.post(path+"/withdraw", "version", "").want(t, 409, "withdrawn already")
	s.get(path+"/history").want(t, 200, "withdrew the deployment", "confirmed the deployment", "changed the deployment", "Rosa Registrar", "Withdrawn")
	if strings.Contains(mainOf(s.get("/deployments").Body), `href="`+path+`"`) {
		t.Error("the list of what runs still has it")
	}
	s.get("/deployments?lifecycle=any").want(t, 200, `href="`+path+`"`)
}

func TestVersionAndOwnersAreForGovernment(t *testing.T) {
	public, g := government(t)
	path := "/deployments/" + number(g.Confirmed.ID)
	a := public.get(path).want(t, 200, "Case Desk at National Insurance Board", "shown to people of government")
	for _, secret := range []string{"4.2.1", "apps@", "Government cloud", "Special categories", "Checked on the server"} {
		if strings.Contains(mainOf(a.Body), secret) {
			t.Errorf("the public reads %q", secret)
		}
	}
	public.as(g.Reader.ID).get(path).want(t, 200, "4.2.1", "apps@<wbr>nib", "Government cloud", "Checked on the server")
	if a := public.get("/assets/" + number(g.CaseDesk.ID)); strings.Contains(a.Body, "apps@nib") {
		t.Error("the public reads whom to call on the page of the software")
	}
	public.as(g.Reader.ID).get("/assets/"+number(g.CaseDesk.ID)).want(t, 200, "mailto:apps@nib.example.gov")
	public.get(path+"/confirm").want(t, 401)
	public.as(g.Reader.ID).get(path+"/confirm").want(t, 403)
	public.as(g.Reader.ID).post(path+"/confirm", "version", "1").want(t, 403)
}

func TestAStaleDeploymentAsksForAConfirmation(t *testing.T) {
	s, g := government(t)
	past := s.reg.At(time.Now().AddDate(0, 0, -200))
	v, err := s.store.Viewer(t.Context(), g.Registrar.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := past.Attest(t.Context(), v, g.Claimed.ID, 0, models.Date{}, ""); err != nil {
		t.Fatal(err)
	}
	s = s.as(g.Registrar.ID)
	s.get("/deployments/"+number(g.Claimed.ID)).want(t, 200, "Stale", "The last confirmation ran out", "/confirm")
	s.get("/assets/"+number(g.CaseDesk.ID)).want(t, 200, "1 deployment needs a fresh confirmation")
	s.get("/deployments?state=stale").want(t, 200, "1 deployment, narrowed", "Port Clinic")
}

func TestTheListLeadsToWhatCanBeConfirmed(t *testing.T) {
	s, g := government(t)
	path := "/deployments/" + number(g.Claimed.ID) + "/confirm"
	s.as(g.Registrar.ID).get("/deployments?lacks=confirmation").want(t, 200, path)
	for _, other := range []*site{s, s.as(g.Reader.ID), s.as(g.Admin.ID)} {
		if strings.Contains(other.get("/deployments").Body, path) {
			t.Error("the list offers a confirmation to one who cannot give it")
		}
	}
}

func TestTheListOfDeploymentsIsNarrowed(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Officer.ID)
	for query, want := range map[string]string{"": "5 deployments", "?agency=" + number(g.Health.ID): "2 deployments", "?state=confirmed": "1 deployment", "?environment=test": "No deployment matches", "?criticality=4": "1 deployment",
		"?hosting=workstations": "1 deployment", "?lacks=support": "1 deployment", "?lacks=confirmation": "4 deployments", "?asset=" + number(g.CaseDesk.ID): "2 deployments"} {
		s.get("/deployments"+query).want(t, 200, want)
	}
	s.get("/deployments?criticality=many").want(t, 400, misunderstood, "5 deployments")
}
