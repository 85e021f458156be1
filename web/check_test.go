package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/web"
)

var deliveriesWaiting = store.DeliveryFilter{State: models.DeliveryWaiting}

func TestAnybodyChecksADocumentAndNothingIsKept(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/check").want(t, 200, "No account is needed and nothing is stored.", `type="file"`)
	a := s.upload("/check", "desk.json", sample.Document()).want(t, 200, "What the register would say of", "Accepted", "The register would take this document whole.", "10 packages", "How complete it is", "What to do first", "CISA 2026", "BSI TR-03183-2", `class="outcome"`, "Findings")
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Error("the report may be kept by a cache")
	}
	s.upload("/check", "photo.json", []byte("this is no SBOM")).want(t, 200, "Refused", "The register could not take this document")
	s.upload("/check", "empty.json", nil).want(t, 400, "There is a problem")
	s.post("/check").want(t, 400, "Choose the SBOM file")
	s.upload("/check", "large.json", bytes.Repeat([]byte(" "), 10<<20)).want(t, 413, "larger than 8 MB")
	events, err := s.store.Events(context.Background(), sample.By, models.EventFilter{})
	if err != nil || len(events) > 0 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestADocumentIsHandedInForWhatItDescribes(t *testing.T) {
	s, g := government(t)
	registrar := s.as(g.Registrar.ID)
	s.get("/sboms/new").want(t, 401)
	s.as(g.Buyer.ID).get("/sboms/new").want(t, 403)
	registrar.get("/sboms/new").want(t, 200, "Which agency answers for the software?", "Ministry of Health", "Port Clinic").without(t, "Ministry of Finance")
	health := number(g.Health.ID)
	registrar.upload("/sboms/new", "desk.json", sample.Document(), "agencyId", "", "make", "asset").want(t, 400, `href="#f-agencyId"`)
	registrar.upload("/sboms/new", "desk.json", sample.Document(), "agencyId", health, "make", "nothing", "name", "Nobody's Desk").want(t, 400, `href="#f-name"`, "Nobody&#39;s Desk")
	a := registrar.upload("/sboms/new", "desk.json", sample.Document(), "agencyId", health, "make", "asset", "name", "New Desk", "number", "7.0", "origin", "gov-built").want(t, 303)
	registrar.get(a.Location).want(t, 200, "The document is read and kept.", "New Desk", "7.0")
	s.get(a.Location).want(t, 404)
}

func TestTwoDocumentsOfAReleaseAreCompared(t *testing.T) {
	s, g := government(t)
	newer := bytes.ReplaceAll(sample.Document(), []byte("3.0.2"), []byte("3.0.9"))
	newer = bytes.Replace(newer, []byte("case-desk-4.2.1"), []byte("case-desk-next"), 1)
	d := sample.SBOM(t, s.store, g.CaseDesk42.ID, newer)
	old, now := number(g.Current.ID), number(d.ID)
	s.get("/releases/"+number(g.CaseDesk42.ID)).want(t, 200, "Compare the two ticked documents", `value="`+old+`"`, "Completeness is by CISA 2026")
	if a := s.get("/sboms/compare?sbom="+now+"&sbom="+old).want(t, 303); a.Location != "/sboms/compare?from="+old+"&to="+now {
		t.Errorf("two ticks lead to %s", a.Location)
	}
	path := "/sboms/compare?from=" + old + "&to=" + now
	s.get(path).want(t, 200, "What changed in", "Version changed", "openssl", "3.0.9", "<svg class=\"chart-bar\"", "Download as CSV", "Relationships")
	s.get(path+"&kind=added").want(t, 200)
	if a := s.get(path+"&format=csv").want(t, 200, "openssl", "3.0.2", "3.0.9"); !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("the table is %s", a.Header.Get("Content-Type"))
	}
	s.get("/sboms/compare?sbom="+now).want(t, 200, "You ticked 1 document", "Back to the documents")
	s.get("/sboms/compare?from="+old+"&to=999999").want(t, 404)
}

func TestADocumentThatComesTooSlowlyIsBrokenOff(t *testing.T) {
	s := newSiteWith(t, testkit.Store(t), func(d *web.Deps) { d.Patience = 50 * time.Millisecond })
	server := httptest.NewServer(s.engine)
	defer server.Close()
	body, sender := io.Pipe()
	defer sender.Close()
	form := multipart.NewWriter(sender)
	go func() {
		file, err := form.CreateFormFile("file", "slow.json")
		if err == nil {
			_, _ = file.Write([]byte("{"))
		}
	}()
	r, err := http.NewRequest(http.MethodPost, server.URL+"/check", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	said, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusBadRequest || !strings.Contains(string(said), "The document came too slowly") {
		t.Errorf("%s, %v: %s", a.Status, err, mainOf(string(said)))
	}
}

func TestADocumentIsServedInOtherFormats(t *testing.T) {
	s, g := government(t)
	for path, format := range map[string]string{"/sboms/" + number(g.Current.ID): "spdx-2.3", "/assets/" + number(g.CaseDesk.ID): "cyclonedx-1.6", "/agencies/" + number(g.Health.ID): "spdx-2.3"} {
		a := s.get(path+"/exports/"+format).want(t, 200, "openssl")
		var doc map[string]any
		if err := json.Unmarshal([]byte(a.Body), &doc); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got := a.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=") {
			t.Errorf("%s is sent as %q", path, got)
		}
		s.get(path+"/exports/docx").want(t, 404)
		if mark := a.Header.Get("ETag"); !strings.HasPrefix(path, "/sboms/") {
			r := request(http.MethodGet, path+"/exports/"+format)
			r.Header.Set("If-None-Match", mark)
			again := s.do(r).want(t, 304)
			if mark == "" || again.Body != "" {
				t.Errorf("%s is sent again to who has it: %q", path, mark)
			}
		}
	}
}

func TestRetentionIsSetWithAReasonAndEnded(t *testing.T) {
	s, g := government(t)
	s.get("/retention").want(t, 401)
	s.as(g.Registrar.ID).get("/retention").want(t, 200, "every document is kept whole").without(t, "Make a rule")
	officer := s.as(g.Officer.ID)
	officer.post("/retention", "agencyId", "", "keepLast", "many", "keepDays", "0", "reason", "x").want(t, 400, "Write a whole number.")
	officer.post("/retention", "agencyId", "", "keepLast", "0", "keepDays", "0", "reason", "").want(t, 400, `href="#f-reason"`)
	officer.post("/retention", "agencyId", number(g.Health.ID), "keepLast", "0", "keepDays", "0", "reason", "Archives Act, section 4").want(t, 303)
	page := officer.get("/retention").want(t, 200, "Archives Act, section 4", "Ministry of Health", "1 document", "Case Desk 4.2.1")
	s.as(g.Registrar.ID).get("/retention").want(t, 200, "What the rules let go of now", "Case Desk 4.2.1").without(t, "Make a rule")
	_, after, _ := strings.Cut(page.Body, `action="/retention/`)
	id, _, _ := strings.Cut(after, "/")
	s.as(g.Registrar.ID).post("/retention/"+id+"/end").want(t, 403)
	officer.post("/retention/"+id+"/end").want(t, 303)
	officer.get("/retention").want(t, 200, "The rule has ended.", "every document is kept whole")
}

func TestCompletenessIsShownOverTimeByAgencyAndBySupplier(t *testing.T) {
	s, g := government(t)
	s.get("/quality").want(t, 200, "2 documents, taken together", "Over time", "Ministry of Health", "By supplier", "What would help most for the least")
	s.get("/quality?agency="+number(g.Finance.ID)).want(t, 200, "No document was received that you may see.")
	s.get("/quality?list=ntia-2021").want(t, 200, "NTIA")
	s.get("/quality?list=nothing").want(t, 400, misunderstood)
	path := "/sboms/" + number(g.Current.ID) + "/quality"
	s.get(path).want(t, 200, "How complete the document is", "CISA 2026", "Field by field", "Component version", "What to do first")
	s.get(path+"?list=bsi-tr-03183-2-2.1.0").want(t, 200, "Not admissible")
}

func TestSoftwareIsAPartOfALargerSystem(t *testing.T) {
	s, g := government(t)
	officer := s.as(g.Officer.ID)
	asset := "/assets/" + number(g.CaseDeskToo.ID)
	edit := func(parent string) answer {
		form := officer.get(asset+"/edit").want(t, 200)
		return officer.post(asset, "name", "Case-Desk", "origin", "gov-built", "stewardId", number(g.Services.ID), "lifecycle", "in-use", "visibility", "public", "parentId", parent, "version", hidden(t, form.Body, "version"))
	}
	edit("Nothing of that name").want(t, 400, `href="#f-parentId"`, "There is no software called")
	edit("open portal").want(t, 303)
	officer.get(asset+"/edit").want(t, 200, "Open Portal ("+number(g.Portal.ID)+")")
	edit("Open Portal ("+number(g.Portal.ID)+")").want(t, 303)
	s.get(asset).want(t, 200, "Part of", "Open Portal")
	s.get("/assets/"+number(g.Portal.ID)).want(t, 200, "Parts", "Case-Desk")
	s.get("/assets?parent="+number(g.Portal.ID)).want(t, 200, "Case-Desk").without(t, "Desk Suite")
}

const publiccodeSent = `publiccodeYmlVersion: "0.7"
name: Medusa
url: https://example.org/agency/medusa.git
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: A register of things
    longDescription: A register of things that many people would like to find again, made by an agency for agencies, with everything that is asked for by those who look for it.
    features: [Finds things]
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [en]
`

func TestAnybodyChecksAPubliccodeByFileOrByText(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/check").want(t, 200, "Or paste a publiccode.yml", `name="text"`)
	a := s.upload("/check", "publiccode.yml", []byte(publiccodeSent)).want(t, 200, "Valid", "This file follows the standard.", "Medusa", `id="line-2"`)
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Error("the report may be kept by a cache")
	}
	wrong := strings.NewReplacer("EUPL-1.2", "EUPL", "stable", "stabel", "name: Medusa", "name: <b>Medusa").Replace(publiccodeSent)
	for _, a := range []answer{s.upload("/check", "mine.txt", []byte(wrong)), s.post("/check", "text", wrong)} {
		a.want(t, 200, "Invalid", "Catalogues would not take this file.", "2 mistakes", `<a href="#line-5">Line 5</a>`, `<a href="#line-13">Line 13</a>`, "Perhaps “stable” is meant", "name: &lt;b&gt;Medusa").without(t, "<b>Medusa")
	}
	s.post("/check", "text", " ").want(t, 400, `href="#f-text"`, "Paste the text of your publiccode.yml.")
	s.post("/check", "text", "hello").want(t, 200, "Invalid", "1 mistake")
	s.post("/check", "text", strings.Repeat("# more\n", 700)+wrong).want(t, 200, `href="#line-713"`, `id="line-713"`).without(t, `id="line-650"`)
}

func TestThePageOfAHostileFileStaysSmall(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	var keys strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	for name, text := range map[string]string{"many keys": keys.String(), "a long line": "name: " + strings.Repeat("a", 900_000), "a long key": strings.Repeat("k", 900_000) + ": 1", "a long list": "platforms: [" + strings.Repeat("webb, ", 20_000) + "web]", "markup": strings.Repeat("<b>\"&\n", 3000)} {
		if a := s.post("/check", "text", text).want(t, 200, "Invalid"); len(a.Body) > 100_000 {
			t.Errorf("%s: the page has %d bytes", name, len(a.Body))
		}
	}
}

func TestThePubliccodeOfTheCheckPageCanBeMendedByEverybody(t *testing.T) {
	b, _, _, address := served(t)
	b.NoScripts()
	b.Open(address+"/check", page.Narrow)
	wrong, err := json.Marshal(strings.Replace(publiccodeSent, "EUPL-1.2", "EUPL", 1))
	if err != nil {
		t.Fatal(err)
	}
	b.Do(chromedp.Evaluate(`document.querySelector("#f-text").value = `+string(wrong), nil), chromedp.Click(`form:has(#f-text) .button`, chromedp.ByQuery), chromedp.WaitVisible(`#mistakes`, chromedp.ByQuery))
	b.Scripts()
	judge(t, b, address)
	shoot(b, "/check publiccode", page.Narrow)
	b.Resize(page.Wide)
	judge(t, b, address)
	shoot(b, "/check publiccode", page.Wide)
	if n := b.Count(".source-lines .remark"); n != 1 {
		t.Errorf("%d remarks stand beside the lines, want 1", n)
	}
}
