package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// addDecisionAddresses plays the worked example into its evaluation, where most parts can be written, and gives the pages of the case. The powerful person of the sample works on it in every role.
func addDecisionAddresses(t *testing.T, s *site, all map[string]string) *example {
	t.Helper()
	e := newExample(t, s.store)
	e.quicklyTo(models.DecisionEvaluating)
	list, err := s.store.Users(context.Background(), models.Page{Limit: models.MaxLimit})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if u := &list.Items[i]; u.Name == "Everybody" {
			for _, role := range []models.Role{models.Requester, models.Registrar, models.Procurement, models.Evaluator, models.Adviser} {
				if err := register.New(s.store).GiveRole(context.Background(), sample.By, &models.Membership{UserID: u.ID, AgencyID: &e.agency.ID, Role: role}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	page := fmt.Sprintf("/decisions/%d", e.id)
	for _, path := range []string{"", "/compare", "/costs", "/scores", "/clauses"} {
		all["/decisions/:id"+path] = page + path
	}
	for _, kind := range models.Parts {
		all["/decisions/:id/"+string(kind.Name)] = page + "/" + string(kind.Name)
		if kind.Keying == models.KeyCandidate {
			all["/decisions/:id/"+string(kind.Name)+"/:key"] = page + "/" + string(kind.Name) + "/c"
		}
	}
	addAttachmentAddresses(t, s, e.id, all)
	all["/decision-check"] = fmt.Sprintf("/decision-check?agencyId=%d&product=Nextcloud&function=FILES.SHARE&license=AGPL-3.0-or-later", e.agency.ID)
	return e
}

// quicklyTo opens the case and plays it until it stands at a state with everything on file that is filed there.
func (e *example) quicklyTo(state models.DecisionState) {
	e.t.Helper()
	e.open()
	e.state = models.DecisionDraft
	for _, step := range e.steps {
		e.now = step.At
		for _, file := range step.Files {
			e.quickly(step, file)
		}
		if step.To == "" {
			continue
		}
		if e.state == state {
			return
		}
		e.moves(step)
	}
}

func TestTheListOfDecisionsIsNarrowedAndDownloaded(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionScanning)
	s := e.at(e.now).as(e.people["registrar"].ID)
	s.get("/decisions").want(t, 200, "File sharing for the health sector", "works-2026-0001", "Scanning the market", "1 decision")
	for _, path := range []string{"?state=scanning", "?kind=new", "?function=FILES", "?open=yes", "?q=works-2026", "?agency=" + number(e.agency.ID)} {
		s.get("/decisions"+path).want(t, 200, "File sharing for the health sector", "narrowed")
	}
	for _, path := range []string{"?state=draft", "?kind=renewal", "?function=MAIL", "?exempt=yes"} {
		s.get("/decisions"+path).want(t, 200, "No decision matches.")
	}
	csv := s.get("/decisions?format=csv").want(t, 200, "works-2026-0001,File sharing for the health sector,Ministry of Works")
	if got := csv.Header.Get("Content-Disposition"); !strings.Contains(got, "decisions.csv") {
		t.Errorf("the table is sent as %q", got)
	}
	if book := s.get("/decisions?format=xlsx").want(t, 200); !strings.HasPrefix(book.Body, "PK") {
		t.Error("the workbook is none")
	}
}

func TestTheRegisterSaysWhatThereIsBeforeACaseIsOpened(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	s := e.at(e.steps[0].At).as(e.people["requester"].ID)
	s.get(fmt.Sprintf("/decision-check?agencyId=%d&product=Nextcloud&function=FILES.SHARE&license=AGPL-3.0-or-later", e.agency.ID)).
		want(t, 200, "open source is what the law prefers", "Use Nextcloud enterprise instead", "Decisions for the same", "works-2026-0001", "Confirm the need")
	s.post("/decisions/new", "agencyId", number(e.agency.ID), "kind", "new", "function", "file sharing", "do", "check").want(t, 400, "Error:", `href="#f-title"`, `href="#f-function"`)
	e.at(e.steps[0].At).get("/decision-check").want(t, 401, "Sign in")
}

func TestAFormKeepsEveryAnswerWhileRowsComeAndGo(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	s := e.at(e.steps[0].At).as(e.people["requester"].ID)
	page := fmt.Sprintf("/decisions/%d/need", e.id)
	s.get(page).want(t, 200, "What the law asks here", "Add a requirement")
	answers := []string{"version", e.version(), "problem", "Files go by e-mail.", "budgetMax.amount", "900 000", "budgetMax.currency", "ttd", "requirements.count", "1", "requirements[0].text", "Share a file", "requirements[0].level", "essential"}
	s.post(page, append(answers, "do", "add:requirements")...).want(t, 200, "Files go by e-mail.", "Share a file", `name="requirements[1].text"`)
	s.post(page, append(answers, "do", "remove:requirements[0]")...).want(t, 200, "Files go by e-mail.", `name="requirements.count" value="0"`)
	s.post(page, append(answers, "do", "save")...).want(t, 400, "There is a problem", `href="#f-requirements-0--type"`, `href="#f-requirements-0--rationale"`, "Share a file", `aria-invalid="true"`)
	s.post(page, append(answers, "requirements[0].type", "functional", "requirements[0].rationale", "It is the work.", "do", "save")...).want(t, 303)
	s.get(page).want(t, 200, `value="R1"`, `value="900000"`, "version 1 by Rita Requester")
}

func TestWhoFillsInAFormIsToldWhenTheCaseChangedMeanwhile(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	s := e.at(e.steps[0].At).as(e.people["requester"].ID)
	page, old := fmt.Sprintf("/decisions/%d/need", e.id), e.version()
	s.post(page, "version", old, "problem", "First.", "do", "save").want(t, 303)
	s.post(page, "version", old, "problem", "Second.", "do", "save").want(t, 409, "Somebody changed this while you were filling in the form", "Second.", `name="version" value="`+e.version()+`"`)
	s.post(fmt.Sprintf("/decisions/%d/moves", e.id), "version", old, "to", "closed", "reason", "No more.").want(t, 409, "Somebody changed this")
}

func TestASearchOfTheRegisterIsKeptAsEvidence(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.NeedConfirmed)
	s := e.at(e.now).as(e.people["registrar"].ID)
	page := fmt.Sprintf("/decisions/%d", e.id)
	s.get(page+"/scan").want(t, 200, "Search the register and keep it as evidence", "national-catalogue")
	s.post(page+"/searches", "version", e.version(), "query", "").want(t, 400, "Say what to search for")
	s.post(page+"/searches", "version", e.version(), "source", "shared-repository", "query", "Nextcloud").want(t, 303)
	s.get(page+"/scan").want(t, 200, "Kept as evidence", "“Nextcloud”", "Nextcloud enterprise, Ministry of Works")
}

func TestAStepThatTheLawStopsSaysWhatCuresIt(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	s := e.at(e.steps[0].At).as(e.people["requester"].ID)
	page := fmt.Sprintf("/decisions/%d", e.id)
	s.get(page).want(t, 200, "Missing now:", `<a href="`+page+`/need">Need</a>`, "Confirm the need")
	s.post(page+"/need", "version", e.version(), "problem", "Files go by e-mail.", "do", "save").want(t, 303)
	s.get(page).want(t, 200, "N1 The need is incomplete", `<a href="`+page+`/need">`)
	s.post(page+"/moves", "version", e.version(), "to", "need-confirmed").want(t, 409, "The law stops this step", `href="#f-N1"`, `id="f-N1"`)
	s.post(page+"/moves", "version", e.version(), "to", "closed").want(t, 400, "a case that goes back or ends keeps the reason", `id="f-reason"`)
	s.post(page+"/moves", "version", e.version(), "to", "closed", "reason", "No longer needed.").want(t, 303)
	s.get(page).want(t, 200, "Closed", "No longer needed.", "This case has come to its end")
}

func TestWhoMayNotWriteAPartReadsIt(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionScanning)
	s := e.at(e.now).as(e.people["105"].ID)
	page := fmt.Sprintf("/decisions/%d", e.id)
	a := s.get(page+"/need").want(t, 200, "You may read this part", "The file servers of the Ministry", "requester, registrar or procurement officer")
	if strings.Contains(mainOf(a.Body), "<form") {
		t.Error("there is a form all the same")
	}
	s.post(page+"/need", "version", e.version(), "problem", "Mine.", "do", "save").want(t, 403, "You may not")
}

func TestWhoHasScoredAndWhoRunsTheCaseSeeWhatAllGave(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionEvaluating)
	page := fmt.Sprintf("/decisions/%d/scores", e.id)
	e.at(e.now).as(e.people["101"].ID).get(page).want(t, 200, "What the evaluators gave", "Emil Evaluator")
	e.at(e.now).as(e.people["procurement-officer"].ID).get(page).want(t, 200, "What the evaluators gave", "Scores are given by who is evaluator")
}

func TestAnEvaluatorScoresBeforeSeeingWhatTheOthersGave(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	e.state = models.DecisionDraft
	for _, step := range e.steps {
		if e.state == models.DecisionEvaluated || step.Person == 101 {
			continue
		}
		for _, file := range step.Files {
			e.quickly(step, file)
		}
		if step.To != "" && step.To != models.DecisionEvaluated && e.state != models.DecisionEvaluating {
			e.moves(step)
		}
		if step.Person == 102 {
			e.now = step.At
			break
		}
	}
	s, page := e.at(e.now).as(e.people["101"].ID), fmt.Sprintf("/decisions/%d/scores", e.id)
	a := s.get(page).want(t, 200, "Evidence on")
	if strings.Contains(a.Body, "What the evaluators gave") {
		t.Error("the scores of the others are shown before one has scored")
	}
	s.post(page, "version", e.version(), "candidate", "b", "value.support", "120").want(t, 400, "Give a score from 0 to 100", `href="#f-value-support"`)
	s.post(page, "version", e.version(), "candidate", "b", "value.support", "70", "evidence.support", "Visit of 14 October").want(t, 303)
	s.get(page+"?candidate=b").want(t, 200, `value="70"`, "Visit of 14 October")
}

func TestTheHomePageNamesTheCasesThatWaitForTheReader(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionScanning)
	e.at(e.now).as(e.people["registrar"].ID).get("/").want(t, 200, "Decisions that wait for you", "File sharing for the health sector", "Close the scan")
	if a := e.at(e.now).as(e.people["104"].ID).get("/").want(t, 200); strings.Contains(a.Body, "Decisions that wait for you") {
		t.Error("a case waits for the approver that is not proposed yet")
	}
}

func TestTheContractWaitsForTheEndOfTheStandstill(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	e.state = models.DecisionDraft
	for _, step := range e.steps {
		if e.state == models.Standstill {
			break
		}
		e.now = step.At
		for _, file := range step.Files {
			e.quickly(step, file)
		}
		if step.To != "" {
			e.moves(step)
		}
	}
	s, page := e.at(e.now).as(e.people["procurement-officer"].ID), fmt.Sprintf("/decisions/%d", e.id)
	s.get(page).want(t, 200, "The standstill runs until", "17 Nov 2026", "Divali", "The standstill ends", `class="clock"`)
	e.now = e.now.AddDate(0, 0, 20) // it is entered after the standstill, and says when it was signed
	s = e.at(e.now).as(e.people["procurement-officer"].ID)
	e.file(s, "deviations/signed-too-early", "contract.json").want(t, 303)
	s.get(page).want(t, 200, "P1 The contract was signed inside the standstill")
	s.post(page+"/moves", "version", e.version(), "to", "contracted").want(t, 409, `href="#f-P1"`)
}

func TestAnSBOMDocumentIsOfferedAmongThoseOfTheSoftware(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	release := sample.Release(t, e.store, e.asset, "31.0")
	document := sample.SBOM(t, e.store, release.ID, nil)
	e.quicklyTo(models.DecisionInForce)
	s := e.at(e.now).as(e.people["registrar"].ID)
	s.get(e.page()+"/registration").want(t, 200, fmt.Sprintf(`<option value="%x"`, document.SHA256), "Nextcloud enterprise 31.0, received")
}
