package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestTheLicencesTabSaysWhereSoftwareStands(t *testing.T) {
	s, g := judged(t)
	path := "/assets/" + number(g.CaseDesk.ID) + "/licences"
	s.get(path).want(t, 200, "for people of government", "May we publish it?").without(t, "Open findings", "/findings/")
	s.as(g.Registrar.ID).get(path).want(t, 200, "Not all licences in Case Desk 4.2.1 are known", "findings are open.", "What the policies say of release 4.2.1", "For those who run it", "National Insurance Board", "Nobody has chosen", "Record a choice").without(t, `id="conclude"`)
	s.as(g.Buyer.ID).get(path).want(t, 200, "was not judged yet, or for nobody whose verdicts you may see").without(t, "/findings/")
	s.as(g.Registrar.ID).get("/assets/"+number(g.CaseDesk.ID)).want(t, 200, "findings on licences are open", "By policy")
	s.get("/assets/"+number(g.CaseDesk.ID)).want(t, 200).without(t, "findings on licences", "By policy")
	s.as(g.Officer.ID).get("/assets/"+number(g.Portal.ID)+"/licences").want(t, 200, "has an SBOM document, so that its licences cannot be judged.")
	s.get("/assets/"+number(g.Secret.ID)+"/licences").want(t, 404)

	officer := s.as(g.Officer.ID)
	officer.post(strings.TrimSuffix(path, "licences")+"license-choices", "expression", "MIT OR X11", "chosen", "GPL-2.0-only", "choiceReach", "agency", "choiceReason", "").want(t, 400, "There is a problem", `value="MIT OR X11"`, `href="#f-chosen"`, `href="#f-choiceReason"`, `value="agency" checked`)
	officer.post(strings.TrimSuffix(path, "licences")+"license-conclusions", "component", "", "concluded", "MIT", "conclusionReach", "asset", "conclusionReason", "Read").want(t, 400, `href="#f-component"`)
	if a := officer.post(strings.TrimSuffix(path, "licences")+"license-conclusions", "component", "pkg:npm/left-pad@1.3.0", "concluded", "MIT", "conclusionReach", "everywhere", "conclusionReason", "Read"); a.Status != 303 {
		t.Errorf("the conclusion answers %d\n%s", a.Status, mainOf(a.Body))
	}
	a := officer.get(path).want(t, 200, "pkg:npm/left-pad", "All of government")
	_, after, _ := strings.Cut(a.Body, "/license-conclusions/")
	id, _, _ := strings.Cut(after, "/")
	s.as(g.Registrar.ID).post("/assets/"+number(g.CaseDesk.ID)+"/license-conclusions/"+id+"/end").want(t, 403)
	officer.post("/assets/" + number(g.CaseDesk.ID) + "/license-conclusions/" + id + "/end")
	officer.get(path).want(t, 200, "The conclusion has ended.", "Nobody has concluded")
}

func TestMayWePublishIsAnsweredInWordsFirst(t *testing.T) {
	s, g := judged(t)
	path := "/assets/" + number(g.CaseDesk.ID) + "/publish"
	s.get(path).want(t, 200, "May we publish", "Name the licence that you want to publish under.", `value="EUPL-1.2" checked`, "Made for public bodies", "Open Source Automation Development Lab", "AboutCode")
	s.get(path+"?outbound=MIT").want(t, 200, "Case Desk 4.2.1 may not be published under MIT as it is", "stands in the way", "AGPL-3.0-only", "ghostview 9.5", "OSADL", "What was taken to be so", `role="img"`, "no legal advice", "format=csv")
	s.get(path+"?outbound=other&other=BSD-3-Clause").want(t, 200, "under BSD-3-Clause", `value="other" checked`, `value="BSD-3-Clause"`)
	s.get(path+"?outbound=other&other=Something+free").want(t, 400, "There is a problem", `href="#f-other"`, `value="Something free"`)
	s.get(path+"?outbound=other&other=nonsense").want(t, 400, "There is a problem", `href="#f-other"`, `value="nonsense"`, "Give identifiers of the SPDX licence list").without(t, "is not known: the licence")
	s.get(path+"?outbound=MIT&release=999999").want(t, 200, "Case Desk 4.2.1 may not")
	s.get("/assets/"+number(g.Portal.ID)+"/publish").want(t, 200, "No release has an SBOM document, so that nobody can say.")
	s.get("/assets/"+number(g.Secret.ID)+"/publish").want(t, 404)
	a := s.get(path+"?outbound=MIT&format=csv").want(t, 200, "Answer,Component,Version", "Stands in the way,ghostview")
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Errorf("the table is sent as %q", got)
	}
}

func TestObligationsAreGoneThroughOneByOneOrTogether(t *testing.T) {
	s, g := judged(t)
	path := "/releases/" + number(g.CaseDesk42.ID) + "/obligations?use=distribute-source"
	s.get(path).want(t, 200, "obligations wait for somebody to see to it", "Publish or pass on the source", "Keep the copyright notices", "Not everything is known", "choice that nobody has made", "Go through them").without(t, "Say how it is met", "<form class=\"form\"")
	registrar := s.as(g.Registrar.ID)
	one := path + "&obligation=keep-notices&license=MIT"
	registrar.get(path+"&obligation=keep-notices").want(t, 200, "Say how it is met", "Say it of all", "Show everything that is owed")
	registrar.get(one).want(t, 200, "Where does it stand?", `name="license" value="MIT"`)
	registrar.post(path, "obligation", "keep-notices", "license", "MIT", "state", "met", "evidence", "").want(t, 400, "There is a problem", `href="#f-evidence"`, "Where does it stand?")
	registrar.post(path, "obligation", "dance", "license", "MIT", "state", "met", "evidence", "x").want(t, 400, "do not ask for this")
	s.as(g.Buyer.ID).post(path, "obligation", "keep-notices", "license", "MIT", "state", "met", "evidence", "x").want(t, 403)
	s.post(path, "obligation", "keep-notices", "license", "MIT", "state", "met", "evidence", "x").want(t, 401)
	if a := registrar.post(path, "obligation", "keep-notices", "license", "MIT", "state", "met", "evidence", "Printed in the manual."); a.Status != http.StatusSeeOther || !strings.Contains(a.Location, "#f-keep-notices") {
		t.Fatalf("saying so answers %d and leads to %s\n%s", a.Status, a.Location, mainOf(a.Body))
	}
	registrar.get(path+"&obligation=keep-notices").want(t, 200, "Printed in the manual.", "Rosa Registrar", "Met")
	s.get(path+"&obligation=keep-notices").want(t, 200, "Met").without(t, "Printed in the manual.", "Rosa Registrar")
	registrar.post(path, "obligation", "keep-notices", "license", "*", "state", "not-applicable", "evidence", "Nothing is passed on.", "only", "keep-notices")
	registrar.get(path+"&obligation=keep-notices").want(t, 200, "Nothing is passed on.", "Does not apply").without(t, "Say it of all")
	registrar.get("/events").want(t, 200)
	s.get("/releases/"+number(g.CaseDesk42.ID)+"/obligations?use=dance").want(t, 404)
	s.get("/releases/"+number(g.CaseDesk41.ID)+"/obligations").want(t, 200, "Nobody can say what is owed.", "Nobody has sent an SBOM document")
}

func TestANoticeSaysWhatItLacksBeforeItIsDownloaded(t *testing.T) {
	s, g := judged(t)
	path := "/releases/" + number(g.CaseDesk42.ID) + "/notice"
	s.get(path).want(t, 200, "It is not complete.", "What is missing", "Plain text", path+"/markdown")
	for format, kind := range map[string]string{"text": "text/plain", "markdown": "text/markdown", "html": "text/html"} {
		a := s.get(path+"/"+format).want(t, 200, "express")
		if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
			t.Errorf("the notice as %s is sent as %q", format, got)
		}
		if got := a.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
			t.Errorf("the notice as %s is shown and not kept: %q", format, got)
		}
	}
	s.get(path+"/pdf").want(t, 404)
	s.get("/releases/"+number(g.CaseDesk41.ID)+"/notice").want(t, 200, "There is nothing to write a notice from.")
}

// hostileLicences judges a hostile document and lists the pages that say what its licences mean.
func hostileLicences(t *testing.T, s *site) (open []string) {
	t.Helper()
	paths := hostile(t, s)
	if _, err := s.reg.ShipPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.judge()
	number := func(path, prefix string) string {
		_, after, _ := strings.Cut(s.get(path).Body, `href="`+prefix)
		id, _, _ := strings.Cut(after, `"`)
		return id
	}
	release := number(paths[0], "/releases/")
	asset := number("/releases/"+release, "/assets/")
	open = []string{"/findings", "/releases/" + release + "/obligations", "/releases/" + release + "/notice", "/assets/" + asset + "/licences", "/assets/" + asset + "/licences?component=%22%3E%3Cscript%3E&expression=%22%3E%3Cscript%3E",
		"/assets/" + asset + "/publish?outbound=MIT", "/assets/" + asset + `/publish?outbound=other&other=%22%3E%3Cscript%3E`}
	for _, after := range strings.Split(s.get("/findings?component=%3Cscript%3E&license=").Body+s.get("/findings").Body, `href="/findings/`)[1:] {
		id, _, _ := strings.Cut(after, `"`)
		open = append(open, "/findings/"+id)
	}
	if len(open) < 10 {
		t.Fatalf("too few pages to look at: %q", open)
	}
	return open
}

func TestWhatADocumentSaysOfLicencesIsShownAndNeverRun(t *testing.T) {
	s, _ := government(t)
	s = s.as(sample.User(t, s.store, "Everything", "ospo-staff", 0).ID)
	for _, path := range hostileLicences(t, s) {
		a := s.get(path)
		if a.Status != 200 && a.Status != 400 {
			t.Errorf("%s answers %d", path, a.Status)
		}
		for _, harm := range []string{"<script>alert", "<img", "<svg onload", "ZgotmplZ", "javascript:"} {
			if strings.Contains(a.Body, harm) {
				t.Errorf("%s contains %s", path, harm)
			}
		}
		if len(a.Body) > 100_000 {
			t.Errorf("%s weighs %d bytes", path, len(a.Body))
		}
	}
}

func TestNoLicenceMakesAPageScrollSideways(t *testing.T) {
	b, s, _, address := served(t)
	b.SetCookie(address, s.cookie)
	for _, path := range hostileLicences(t, s) {
		b.Open(address+path, page.Wide)
		for _, width := range []int64{page.Wide, page.Narrow} {
			b.Resize(width)
			if wide := b.Sideways(); len(wide) > 0 {
				t.Errorf("%s scrolls sideways at %d pixels because of\n\t%s", path, width, strings.Join(wide, "\n\t"))
			}
		}
		if blocked := b.Blocked(); len(blocked) > 0 {
			t.Errorf("%s: the browser complains: %q", path, blocked)
		}
	}
}

func TestFindingsAreTriagedWithTheKeyboardAloneAndWithoutScripts(t *testing.T) {
	b, s, g, address := served(t)
	if _, err := s.reg.ShipPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.judge()
	b.SetCookie(address, s.cookie)
	b.NoScripts()
	b.Open(address+"/findings?agency="+number(g.Health.ID), page.Wide)
	for _, stop := range b.TabStops(30) {
		if strings.HasSuffix(stop, "(unseen)") {
			t.Errorf("the focus cannot be seen on %s", stop)
		}
	}
	b.Do(chromedp.Focus(`input[name="finding"]`, chromedp.ByQuery), chromedp.KeyEvent(" "), chromedp.Focus(`#f-comment`, chromedp.ByQuery), chromedp.KeyEvent("Asked the supplier."),
		chromedp.Focus(`main form .buttons button.button:not(.button-second)`, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`.notice-good`, chromedp.ByQuery))
	if got := b.Text(".notice-good"); !strings.Contains(got, "1 finding was changed.") {
		t.Errorf("the page says %q", got)
	}
	b.Scripts()
	judge(t, b, address)
}
