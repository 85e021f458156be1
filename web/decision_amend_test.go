package web_test

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
)

func TestACaseIsCorrectedOnItsPageUntilItIsProposed(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionScanning)
	s := e.at(e.steps[1].At).as(e.people["registrar"].ID)
	s.get(e.page()).want(t, 200, e.page()+"/amend")
	s.get(e.page()+"/amend").want(t, 200, `value="FILES.SHARE"`, `value="790000.00"`, "<datalist")
	s.post(e.page()+"/amend", "version", e.version(), "title", " ", "function", "files share", "value.amount", "many", "value.currency", "TTD").want(t, 400, "There is a problem", `href="#f-title"`, `href="#f-function"`, `href="#f-value`)
	s.post(e.page()+"/amend", "version", e.version(), "title", "Files for everybody", "function", "files.all", "value.amount", "", "value.currency", "").want(t, 303)
	s.get(e.page()).want(t, 200, "Files for everybody", "FILES.ALL").without(t, "790,000")
}

func TestTheStepsOfADecisionStandOnAPageAsTheProgramHasThem(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	body := s.get("/decisions/steps").want(t, 200, "Confirm the need", "where the law has a standstill", "Acquisitions", "Releases", "Remedies").Body
	if rows := strings.Count(body, `<th scope="row">`); rows != len(models.Moves) {
		t.Errorf("%d rows for %d moves", rows, len(models.Moves))
	}
	s.get("/decisions").want(t, 200, `href="/decisions/steps"`)
}

func TestAMomentThatCannotBeLookedBackToIsSaid(t *testing.T) {
	e, s := published(t)
	auditor := s.as(e.people["registrar"].ID)
	auditor.get(e.page()+"/history?at=2020-01-01").want(t, 200, "There was no case yet on 1 Jan 2020", "it was opened on")
	auditor.get(e.page()+"/history?at=2099-01-01").want(t, 200, "Nobody can look at 1 Jan 2099")
	auditor.get(e.page()+"/history?at=2026-10-20").want(t, 200, "As it stood on").without(t, "Nobody can look", "There was no case yet")
}

func TestTheNewestEditionSaysWhereTheCaseStandsNow(t *testing.T) {
	e, s := published(t)
	s.get(e.page()).want(t, 200, `>In force</strong></h1>`)
	s.get(e.page()+"/document").want(t, 200, "Stands at: In force")
}

func TestANewCaseSaysAllMistakesAtOnceAndOffersWhatIsKnown(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionScanning)
	s := e.at(e.steps[1].At).as(e.people["registrar"].ID)
	s.get("/decisions/new").want(t, 200, `<option value="FILES.SHARE">`, `name="value.currency" type="text" value="TTD"`)
	s.post("/decisions/new", "kind", "new", "title", "", "function", "files share", "assetId", "Nothing of that name", "do", "check").want(t, 400, `href="#f-title"`, `href="#f-function"`, `href="#f-assetId"`, `href="#f-agencyId`)
}

func TestEvidenceIsChosenAmongTheFilesOfTheCase(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.quicklyTo(models.DecisionEvaluating)
	s := e.at(e.steps[4].At).as(e.people["102"].ID)
	body := s.get(e.page()+"/scores?candidate=b").want(t, 200, "Add a file of this case").Body
	_, rest, _ := strings.Cut(body, "Add a file of this case</option><option value=\"")
	digest, _, _ := strings.Cut(rest, `"`)
	if len(digest) != 64 {
		t.Fatalf("no file is offered: %q", digest)
	}
	s.post(e.page()+"/scores", "version", e.version(), "candidate", "b", "value.R1", "90", "evidence.R1", "https://example.org/report", "evidence.R1", digest).want(t, 303)
	s.get(e.page()+"/scores?candidate=b").want(t, 200, `name="evidence.R1" type="checkbox" value="`+digest+`" checked`, ">https://example.org/report</textarea>")
	a := s.as(e.people["registrar"].ID).get(e.page()+"/candidate/a").want(t, 200)
	if strings.Count(a.Body, `value="`+digest+`" checked`) == 0 {
		t.Error("the candidate does not name its evidence by its title")
	}
}
