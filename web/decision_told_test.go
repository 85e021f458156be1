package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/web"
)

// addToldAddresses plays the worked example to its end, so that it is published, and gives the pages that tell of it, of its law and of the log.
func addToldAddresses(t *testing.T, s *site, e *example, all map[string]string) {
	t.Helper()
	e.quicklyTo("")
	page := fmt.Sprintf("/decisions/%d", e.id)
	for _, path := range []string{"/public", "/document", "/decide", "/history", "/chain", "/proof", "/suggest", "/suggestions", "/amend"} {
		all["/decisions/:id"+path] = page + path
	}
	for _, file := range []string{"/decisions/:id/document.pdf", "/decisions/:id/public/:number/json", "/decisions/:id/public/:number/proof", "/log/key", "/log/checkpoint", "/log/growth", "/log/entries/:index/proof", "/regime-versions/:id/document"} {
		all[file] = "" // files, not pages
	}
	all["/decisions/sample"] = "/decisions/sample?size=3&seed=2026"
	draft, active := e.draft(s)
	law := fmt.Sprintf("/regimes/%d", draft.RegimeID)
	for _, path := range []string{"", "/draft", "/draft/activate", "/draft/discard"} {
		all["/regimes/:id"+path] = law + path
	}
	all["/regimes/:id/compare"] = fmt.Sprintf("%s/compare?from=%d&to=%d", law, active, draft.ID)
	all["/regime-versions/:id"] = fmt.Sprintf("/regime-versions/%d", active)
}

// published is the worked example at its end, with the day after it.
func published(t *testing.T) (*example, *site) {
	t.Helper()
	e := newExample(t, testkit.Store(t))
	e.quicklyTo("")
	return e, e.at(e.steps[len(e.steps)-1].At.AddDate(0, 0, 1))
}

func (e *example) page() string { return fmt.Sprintf("/decisions/%d", e.id) }

func TestThePublicReadsTheSummaryFirstAndNoNames(t *testing.T) {
	e, s := published(t)
	a := s.get(e.page()).want(t, 200, "What was chosen", "Nextcloud enterprise subscription", "Open source", "Rung 2: Open source", "Does not fit", "File service of the Ministry of Public Administration", "TTD 790,000", "TTD 1,020,000",
		"Standstill and challenges", "17 Nov 2026", "Island Open Services", "has to be looked at again by", "What is withheld", "Nothing.", "Check it yourself", "/public/1/json", "/public/1/proof")
	body := mainOf(a.Body)
	if strings.Index(body, "The Ministry of Health will use Nextcloud") > strings.Index(body, "What else was looked at") {
		t.Error("the plain summary does not come first")
	}
	for _, u := range e.people {
		if strings.Contains(a.Body, u.Name) {
			t.Errorf("the public reads the name of %s", u.Name)
		}
	}
	for _, path := range []string{"/decide", "/history", "/chain", "/compare"} {
		if got := s.get(e.page() + path).Status; got != 403 && got != 404 {
			t.Errorf("the public opens %s: %d", path, got)
		}
	}
}

func TestWhatIsWithheldIsNamedWithItsGroundAndEditionsSayWhatChanged(t *testing.T) {
	e, s := published(t)
	now := e.steps[len(e.steps)-1].At.AddDate(0, 0, 1)
	by := sample.Viewer(t, e.store, e.people["registrar"])
	reg := register.New(e.store).At(now)
	ctx := context.Background()
	if _, err := reg.FilePart(ctx, by, e.id, 0, models.PartPublication, "", []byte(`{"tier":"public","withheld":[{"part":"cost/d","ground":"commercial-secrecy","text":"The bidder asked for it."},{"part":"contract","ground":"security"}]}`)); err != nil {
		t.Fatal(err)
	}
	s.as(e.people["registrar"].ID).get(e.page()+"/public?edition=-1").want(t, 200, "This is a preview", "Withheld", "Trade secrets of a bidder")
	if _, err := reg.PublishDecision(ctx, by, e.id, 0, "The price of a bidder is held back."); err != nil {
		t.Fatal(err)
	}
	a := s.get(e.page()).want(t, 200, "Total cost, Suite Drive add-on", "Trade secrets of a bidder", "The bidder asked for it.", "Contract terms", "Security of systems", "To ask for access", "The price of a bidder is held back.", "Changed: where it stands, candidates, contract, what is withheld, steps taken.")
	for _, hidden := range []string{"1,020,000", "Island Open Services"} {
		if body := mainOf(a.Body); strings.Contains(body, hidden) && hidden != "Island Open Services" {
			t.Errorf("the page still says %s", hidden)
		}
	}
	s.get(e.page()+"/public?edition=1").want(t, 200, "This is edition 1, a former one", "TTD 1,020,000")
	s.get(e.page()+"/public?edition=3").want(t, 404)
	s.get(e.page()+"/proof?edition=1").want(t, 200, "edition 1", "The document is the one that was logged")
}

func TestThePublicCanProveWhatWasPublished(t *testing.T) {
	e, s := published(t)
	file := s.get(e.page()+"/public/1/json").want(t, 200)
	shown := s.get(e.page()+"/document").want(t, 200, "Edition 1, published", "14 requirements", "Steps taken")
	sum := sha256.Sum256([]byte(file.Body))
	if digest := hex.EncodeToString(sum[:]); !strings.Contains(shown.Body, digest) {
		t.Errorf("the document to print does not name the digest %s", digest)
	}
	told, key := s.get(e.page()+"/public/1/proof").want(t, 200).Body, s.get("/log/key").want(t, 200).Body
	f, err := proof.VerifyInclusion(sum, []byte(told), strings.TrimSpace(key))
	if err != nil || !f.Same {
		t.Fatalf("the proof does not hold: %+v, %v", f, err)
	}
	s.check("document", file.Body, "proof", told).want(t, 200, "It holds", "byte for byte what was logged", "the key of this register")
	s.check("document", file.Body, "proof", told, "key", key).want(t, 200, "It holds", "the key that you gave")
	s.check("proof", told).want(t, 200, "It holds", "decision.published")
	s.check("document", file.Body+" ", "proof", told).want(t, 200, "It does not hold", "Fails")
	_, other, err := proof.NewKey("elsewhere.example.gov/log")
	if err != nil {
		t.Fatal(err)
	}
	s.check("document", file.Body, "proof", told, "key", other).want(t, 200, "It does not hold")
	for name, files := range map[string][]string{"nothing": nil, "no proof": {"document", "x"}, "a proof that is none": {"proof", "hello", "document", "x"}, "a key that is none": {"proof", told, "key", "x"}, "one seal": {"older", "x"}, "seals that are none": {"older", "x", "newer", "y"}} {
		t.Run(name, func(t *testing.T) { s.check(files...).want(t, 400, "There is a problem") })
	}
	s.check("document", strings.Repeat("x", 5<<20)).want(t, 413, "larger than 4 MB")
}

func TestWhoKeptASealSeesThatTheLogWasOnlyAddedTo(t *testing.T) {
	e, s := published(t)
	s.get("/log").want(t, 200, "register.example.gov/log", "Lines are only ever added", "decision.published", "Not for you to see")
	kept := s.get("/log/checkpoint").want(t, 200).Body
	size := strings.Split(kept, "\n")[1]
	e.state = ""
	e.quicklyTo(models.NeedConfirmed)
	growth := s.get("/log/growth?old="+size).want(t, 200).Body
	s.check("older", kept, "proof", growth).want(t, 200, "It holds")
	s.check("older", s.get("/log/checkpoint").Body, "newer", kept, "proof", growth).want(t, 400, "There is a problem")
	s.check("older", kept, "newer", kept).want(t, 200, "It holds")
	s.get("/log/growth?old=999999").want(t, 400, "did not grow out of")
	s.get("/log?from=0").want(t, 200, "Entry 0", "Newer entries")
	s.get("/log/entries/1/proof").want(t, 404)
	s.get("/log/entries/x/proof").want(t, 404)
}

// check sends files to the page that checks proofs, as pairs of name and content.
func (s *site) check(files ...string) answer {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := w.CreateFormFile(files[i], files[i])
		if err == nil {
			_, err = part.Write([]byte(files[i+1]))
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := request(http.MethodPost, "/log/verify")
	r.Body, r.ContentLength = bodyOf(b.Bytes()), int64(b.Len())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return s.do(r)
}

func TestADocumentIsPrintedWhereTheOperatorNamedABrowser(t *testing.T) {
	e, s := published(t)
	if strings.Contains(s.get(e.page()).Body, "document.pdf") {
		t.Error("a PDF is offered without a browser to make it")
	}
	s.get(e.page()+"/document.pdf").want(t, 404)
	with := func(browser string) *site {
		return newSiteWith(t, e.store, func(d *web.Deps) { d.Printer = web.NewPrinter(browser) })
	}
	with("/nowhere/chromium").get(e.page()+"/document.pdf").want(t, 500, "Something went wrong here")
	browser := os.Getenv("OSPO_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); browser == "" && err == nil {
			browser = path
		}
	}
	if browser == "" {
		t.Log("there is no browser of the Chromium kind here, so that no file is printed")
		return
	}
	p := with(browser)
	p.get(e.page()).want(t, 200, "document.pdf")
	a := p.get(e.page()+"/document.pdf").want(t, 200)
	if !strings.HasPrefix(a.Body, "%PDF-") || a.Header.Get("Content-Type") != "application/pdf" || len(a.Body) < 10_000 {
		t.Errorf("the file begins with %.20q and has %d bytes, as %s", a.Body, len(a.Body), a.Header.Get("Content-Type"))
	}
}

func TestTheApproverDecidesOnOnePage(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.ProceduralReview)
	now := e.now.Add(time.Hour)
	panel := e.at(now).as(e.people["105"].ID)
	panel.get(e.page()+"/decide").want(t, 200, "Confirm the procedure", "Who sat on the panel?")
	panel.post(e.page()+"/decide", "part", "procedure", "version", e.version(), "minute", "All steps in order.", "members", "Legal\nFinance", "regular", "yes").want(t, 303)
	approver := e.at(now.Add(time.Hour)).as(e.people["104"].ID)
	page := approver.get(e.page()+"/decide").want(t, 200, "Your decision", "Nextcloud enterprise subscription", "Accounting officer, up to TTD 1,000,000", "Rita Requester asked for the software", "Nobody approves what they asked for or scored", "All steps in order.", "The need in short")
	if body := mainOf(page.Body); strings.Index(body, "What the rules say") > strings.Index(body, "What is proposed") {
		t.Error("the rules do not come first")
	}
	e.at(now).as(e.people["101"].ID).get(e.page()+"/decide").want(t, 200, "You asked for this software or scored it", "that is you, so that somebody else decides")
	approver.post(e.page()+"/decide", "part", "approval", "version", e.version(), "verdict", "return").want(t, 400, "There is a problem")
	approver.post(e.page()+"/decide", "part", "approval", "version", e.version(), "verdict", "approve", "band", "Accounting officer").want(t, 303)
	e.at(now.Add(2*time.Hour)).as(e.people["registrar"].ID).get(e.page()).want(t, 200, "Approved")
}

func TestWhatIsSentBackKeepsTheReason(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionProposed)
	approver := e.at(e.now.Add(time.Hour)).as(e.people["104"].ID)
	approver.post(e.page()+"/decide", "part", "approval", "version", e.version(), "verdict", "return", "text", "Score support again.", "back", "evaluating").want(t, 303)
	e.at(e.now.Add(2*time.Hour)).as(e.people["registrar"].ID).get(e.page()).want(t, 200, "Evaluating", "Score support again.")
}

func TestAStepThatRulesStopKeepsWhatWasSaid(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionProposed)
	approver := e.at(e.now.AddDate(2, 0, 0)).as(e.people["104"].ID) // everything is too old by then
	a := approver.post(e.page()+"/decide", "part", "approval", "version", e.version(), "verdict", "approve")
	a.want(t, 400, "There is a problem", "it is on file", "The step was not taken")
}

func TestAnAuditorSeesACaseAsItStoodAndTheRulesThenAndNow(t *testing.T) {
	e, s := published(t)
	auditor := s.as(sample.User(t, e.store, "Aino Auditor", models.Auditor, 0).ID)
	a := auditor.get(e.page()+"/history").want(t, 200, "Green: the digests agree.", "everything comes out as it was recorded", "In force", "As it stood at the end of", "The same by the law of then and by the law of today")
	if strings.Contains(a.Body, "Red:") {
		t.Error("something is red")
	}
	then := auditor.get(e.page()+"/history?at=2026-10-09").want(t, 200, "As it stood on", "Market scanned", "Green: the digests agree.", "Not known")
	if strings.Contains(mainOf(then.Body), "Proposal") && strings.Contains(mainOf(then.Body), "leads by five points") {
		t.Error("on 9 October the proposal of the 19th is on file")
	}
	auditor.get(e.page()+"/history?at=2026-10-09&part=scan").want(t, 200, "as it was on file", "Search 1")
	auditor.get(e.page()+"/history?at=yesterday").want(t, 400, "Write the day as year-month-day")
	auditor.get(e.page()+"/chain").want(t, 200, "Green: all", "decision.published", "Earlier links")
	auditor.get(e.page()+"/chain?from=50").want(t, 200, "decision.opened")
	auditor.get("/decisions/sample?size=5&seed=abc").want(t, 200, "1 decision drawn from 1", "As at approval", "seed “abc”")
	auditor.get("/decisions/sample?size=5&seed=abc&valueFrom=790001&currency=TTD").want(t, 200, "No approved decision is in this population")
	auditor.get("/decisions/sample?size=0&valueFrom=x").want(t, 400, "Say how many to draw", "Give a seed", "Write the amount", "Give the currency")
	s.get("/decisions/sample").want(t, 404)
}

func TestTheQueueAndTheReportsSayWhatWaitsAndWhatWasChosen(t *testing.T) {
	e, s := published(t)
	officer := s.as(sample.User(t, e.store, "Olu Officer", models.OSPOStaff, 0).ID)
	officer.get("/decisions/queue").want(t, 200, "What waits, by legal deadline", "days left", "No rule")
	s.get("/decisions/queue").want(t, 404)
	s.get("/decisions/report").want(t, 200, "1 acquisition was approved", "Rung 2: Open source", "100 %", "Ladder", "<svg")
	officer.get("/decisions/exemptions").want(t, 200, "No exemption from open source first is in force")
	reg := register.New(e.store)
	ctx := context.Background()
	for _, title := range []string{"Ward tablets", "Clinic phones"} {
		row, err := reg.OpenDecision(ctx, sample.Viewer(t, e.store, e.people["requester"]), register.NewDecision{AgencyID: e.agency.ID, Kind: models.DecideNew, Track: models.EmergencyTrack, Title: title, Function: "MOBILE"})
		if err == nil {
			_, err = reg.FilePart(ctx, sample.Viewer(t, e.store, e.people["requester"]), row.ID, 0, models.PartExemption, "", []byte(`{"grounds":["urgent"],"facts":"There was no time.","exitPlan":"Next year."}`))
		}
		if err == nil {
			_, err = reg.FilePart(ctx, sample.Viewer(t, e.store, e.people["106"]), row.ID, 0, models.PartAnswer, "", []byte(`{"verdict":"granted","text":"So be it.","grounds":["urgent"],"expiresOn":"2099-01-01"}`))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	officer.get("/decisions/exemptions").want(t, 200, "2 exemptions", "Urgent need", "Xenia Authority", "Repeated text", "1 Jan 2099", "<svg")
	s.get("/decisions/exemptions").want(t, 404)
}

func TestTheAuthorityAnswersOnOnePage(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionProposed)
	by := e.at(e.now.Add(time.Hour)).as(e.people["registrar"].ID)
	by.post(e.page()+"/exemption", "version", e.version(), "do", "save", "grounds", "urgent", "facts", "It cannot wait.", "exitPlan", "Back in a year.").want(t, 303)
	by.post(e.page()+"/moves", "version", e.version(), "to", "exemption-pending").want(t, 303)
	authority := e.at(e.now.Add(2 * time.Hour)).as(e.people["106"].ID)
	authority.get(e.page()+"/decide").want(t, 200, "Answer the request for exemption", "It cannot wait.", "Back in a year.", "Urgent need")
	authority.post(e.page()+"/decide", "part", "exemption-answer", "version", e.version(), "verdict", "granted", "text", "For a year.", "grounds", "urgent", "expiresOn", "2027-10-01").want(t, 303)
	by.get(e.page()+"/decide").want(t, 200, "Granted", "For a year.", "Proposed")
}
