package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// government gives the pages over the sample government.
func government(t *testing.T) (*site, *sample.State) {
	t.Helper()
	s := newSite(t, testkit.Store(t))
	return s, sample.Government(t, s.store)
}

// asset is a filled-in form for software, with more answers added or put in place of the usual ones.
func assetForm(steward int64, more ...string) []string {
	answers := map[string]string{"name": "Permit Tracker", "origin": "gov-built", "stewardId": number(steward), "license": "EUPL-1.2", "lifecycle": "in-use", "visibility": "public",
		"descriptions[0].lang": "en", "descriptions[0].text": "Follows permits.", "urls[0].kind": "repository", "urls[0]": "", "identifiers[0].kind": "purl", "identifiers[0].value": ""}
	for i := 0; i+1 < len(more); i += 2 {
		answers[more[i]] = more[i+1]
	}
	var pairs []string
	for name, value := range answers {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func TestSoftwareIsRegisteredAndChanged(t *testing.T) {
	public, g := government(t)
	s := public.as(g.Registrar.ID)
	a := s.post("/assets", assetForm(g.Health.ID, "descriptions[1].lang", "fr", "descriptions[1].text", "Suit les permis.", "urls[0]", "https://git.example.gov/permits.git", "urls[1].kind", "home", "urls[1]", "https://permits.example.gov",
		"identifiers[0].value", "pkg:npm/permits@1.0", "aliases", "Permits\nPT", "categories", "workflow-management")...)
	a.want(t, 303)
	s.get(a.Location).want(t, 200, "Permit Tracker is in the register", "Follows permits.", "Also called", "EUPL-1.2", "https://permits.example.gov", "workflow management", "No release is registered yet")
	if s.get(a.Location).want(t, 200); strings.Contains(s.get(a.Location).Body, "is in the register.") {
		t.Error("what was done is said twice")
	}
	public.get(a.Location).want(t, 200, "Permit Tracker")

	edit := s.get(a.Location+"/edit").want(t, 200, `value="pkg:npm/permits"`, "Suit les permis.", `value="Permit Tracker"`)
	changed := assetForm(g.Health.ID, "name", "Permit Ledger", "version", hidden(t, edit.Body, "version"), "urls[0]", "https://git.example.gov/permits.git")
	s.post(a.Location, changed...).want(t, 303)
	s.get(a.Location+"/history").want(t, 200, "Rosa Registrar", "changed the entry", "Permit Tracker", "Permit Ledger", "Name")
	public.get(a.Location+"/history").want(t, 200, "Somebody", "is shown to people of the agency concerned")
}

// hidden is the value of a hidden field of a page.
func hidden(t *testing.T, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("the page has no hidden field %s\n%s", name, mainOf(body))
	}
	return m[1]
}

func TestAFormKeepsItsAnswersAndNamesEveryMistake(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	s.post("/assets", assetForm(g.Health.ID, "name", "", "license", "Apache 2", "urls[0]", "", "urls[1]", "nonsense", "urls[1].kind", "home", "identifiers[0].value", "pkg:broken", "categories", "Case Management")...).
		want(t, 400, "There is a problem", "<title>Error: ", `href="#f-name"`, `href="#f-license"`, "Did you mean Apache-2.0?", `href="#f-urls-0"`, `value="nonsense"`, `href="#f-identifiers-0--value"`, `href="#f-categories"`, "Case Management", "Follows permits.")
	s.post("/assets", assetForm(g.Health.ID, "descriptions[1].lang", "en", "descriptions[1].text", "Again.", "name", "")...).
		want(t, 400, "There are two descriptions in the language", `href="#f-name"`, "Again.")
}

func TestARowIsAddedToAFormWithoutLosingAnAnswer(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	for more, field := range map[string]string{"urls": "urls[1]", "identifiers": "identifiers[1].value", "descriptions": "descriptions[1].text"} {
		s.post("/assets", assetForm(g.Health.ID, "more", more, "urls[0]", "https://git.example.gov/x", "identifiers[0].value", "pkg:npm/x")...).
			want(t, 200, `name="`+field+`"`, `value="Permit Tracker"`, `value="https://git.example.gov/x"`)
	}
}

func TestWhatMayBeADuplicateIsShownBeforeItIsRegistered(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	form := assetForm(g.Health.ID, "name", "Intake system", "urls[0]", "git@git.example.gov:health/case-desk.git")
	a := s.post("/assets", form...).want(t, 200, "Is it one of these?", "Case Desk", "Same repository", "not saved yet", `name="anyway" value="yes"`)
	if hidden(t, a.Body, "anyway") != "yes" {
		t.Error("the form cannot be sent anyway")
	}
	s.post("/assets", append(form, "anyway", "yes")...).want(t, 303)
}

func TestAnEntryThatSomebodyElseChangedMeanwhileKeepsTheAnswers(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	path := "/assets/" + number(g.CaseDesk.ID)
	version := hidden(t, s.get(path+"/edit").Body, "version")
	s.post(path, assetForm(g.Health.ID, "name", "First", "version", version)...).want(t, 303)
	late := s.post(path, assetForm(g.Health.ID, "name", "Second", "version", version)...).want(t, 409, "Somebody changed this while you were filling in the form", "See what changed", `value="Second"`)
	s.post(path, assetForm(g.Health.ID, "name", "Second", "version", hidden(t, late.Body, "version"))...).want(t, 303)
	s.get(path).want(t, 200, "Second")
}

func TestTwoEntriesBecomeOneAndOldAddressesLeadThere(t *testing.T) {
	public, g := government(t)
	s := public.as(g.Officer.ID)
	gone, kept := "/assets/"+number(g.CaseDeskToo.ID), "/assets/"+number(g.CaseDesk.ID)
	s.get(kept).want(t, 200, "This may be in the register twice", "Case-Desk")
	s.get(gone+"/merge").want(t, 200, "Case Desk", "Same repository")
	s.get(gone+"/merge?q=portal").want(t, 200, "Open Portal")
	s.post(gone+"/merge", "intoId", "", "reason", "").want(t, 400, "Choose the entry that is kept.", "Say how you know")
	s.post(gone+"/merge", "intoId", number(g.CaseDesk.ID), "reason", "The same repository.").want(t, 303)
	s.get(kept).want(t, 200, "The entries are one now", "Case-Desk")
	for _, tab := range []string{"", "/components", "/history"} {
		if a := public.get(gone + tab); a.Status != 301 || a.Location != kept+tab {
			t.Errorf("%s answers %d and leads to %q", gone+tab, a.Status, a.Location)
		}
	}
}

func TestWhatAViewerMayNotSeeIsAPageThatDoesNotExist(t *testing.T) {
	public, g := government(t)
	viewers := map[string]*site{"the public": public, "a reader of the clinic": public.as(g.Reader.ID), "the buyer of Finance": public.as(g.Buyer.ID), "the auditor": public.as(g.Auditor.ID)}
	sees := map[string]map[string]int{
		"/assets/" + number(g.CaseDesk.ID):       {"the public": 200, "a reader of the clinic": 200, "the buyer of Finance": 200, "the auditor": 200},
		"/assets/" + number(g.Mail.ID):           {"the public": 404, "a reader of the clinic": 200, "the buyer of Finance": 200, "the auditor": 200},
		"/assets/" + number(g.Secret.ID):         {"the public": 404, "a reader of the clinic": 404, "the buyer of Finance": 200, "the auditor": 200},
		"/deployments/" + number(g.SecretRun.ID): {"the public": 404, "a reader of the clinic": 404, "the buyer of Finance": 200, "the auditor": 200},
		"/deployments/" + number(g.MailRun.ID):   {"the public": 404, "a reader of the clinic": 200, "the buyer of Finance": 200, "the auditor": 200},
		"/assets/999999":                         {"the public": 404, "the auditor": 404},
		"/assets/nonsense":                       {"the public": 404, "the auditor": 404},
	}
	for path, by := range sees {
		for who, status := range by {
			t.Run(fmt.Sprintf("%s opens %s", who, path), func(t *testing.T) {
				viewers[who].get(path).want(t, status)
			})
		}
	}
	public.get("/assets/"+number(g.Mail.ID)).want(t, 404, "/sign-in?next=%2Fassets%2F")
}

func TestWhoMayNotWriteIsToldWhomToAsk(t *testing.T) {
	public, g := government(t)
	public.get("/assets/new").want(t, 401, "Sign in")
	public.post("/assets", assetForm(g.Health.ID)...).want(t, 401, "Sign in")
	reader := public.as(g.Reader.ID)
	reader.get("/assets/new").want(t, 403, "Ask a registrar")
	reader.get("/assets/"+number(g.CaseDesk.ID)+"/edit").want(t, 403)
	reader.get("/assets/"+number(g.CaseDesk.ID)+"/merge").want(t, 403)
	reader.post("/assets", assetForm(g.Health.ID)...).want(t, 403)
	if body := reader.get("/assets/" + number(g.CaseDesk.ID)).Body; strings.Contains(body, "/edit") {
		t.Error("the page offers a reader what they may not do")
	}
}

func TestTheListOfSoftwareIsNarrowed(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Officer.ID)
	tests := map[string]struct {
		query      string
		has, lacks string
	}{
		"by words":           {"?q=citizens", "Case Desk", "Open Portal"},
		"by origin":          {"?origin=service", "Post Box", "Case Desk"},
		"by steward":         {"?steward=" + number(g.Finance.ID), "Tax Lens", "Case Desk"},
		"by lifecycle":       {"?lifecycle=planned", "Open Portal", "Case Desk"},
		"by licence class":   {"?class=permissive", "Open Portal", "Case Desk"},
		"by category":        {"?category=case-management", "Case Desk", "Open Portal"},
		"until nothing fits": {"?q=zzzzzz", "No software matches", "Case Desk"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := s.get("/assets"+tt.query).want(t, 200, tt.has)
			if strings.Contains(mainOf(a.Body), ">"+tt.lacks+"<") {
				t.Errorf("the list still has %s", tt.lacks)
			}
		})
	}
	s.get("/assets?after=nonsense").want(t, 400, "Start again from the first page")
	s.get("/assets").want(t, 200, "Built by government (3)")
}

func TestADescriptionIsShownInTheReadersLanguage(t *testing.T) {
	s, g := government(t)
	r := request("GET", "/assets/"+number(g.CaseDesk.ID))
	r.Header.Set("Accept-Language", "fr-CA,fr;q=0.9,en;q=0.5")
	s.do(r).want(t, 200, `lang="fr"`, "Traite les demandes")
	s.get("/assets/"+number(g.CaseDesk.ID)).want(t, 200, "Handles citizens")
}

func TestALongListGoesOn(t *testing.T) {
	s, g := government(t)
	for range models.DefaultLimit + 3 {
		sample.Asset(t, s.store, func(a *models.Asset) { a.StewardID = g.Services.ID })
	}
	first := s.get("/assets?origin=open-source").want(t, 200, "1–25 of 29 entries", "Next page")
	m := regexp.MustCompile(`rel="next" href="([^"]*)"`).FindStringSubmatch(first.Body)
	if m == nil {
		t.Fatal("there is no next page")
	}
	s.get(strings.ReplaceAll(m[1], "&amp;", "&")).want(t, 200, "26–29 of 29 entries", `href="/assets?origin=open-source">First page`)
}
