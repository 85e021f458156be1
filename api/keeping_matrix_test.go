package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// stacked is an entry of the stack on a product that is not in the register.
func (s *server) stacked() int64 {
	s.t.Helper()
	e := models.StackEntry{Function: "FILES.SHARE", Name: fresh("Product"), Status: models.StackAccepted, ValidatedBy: "Technical board", Justification: "Tried."}
	s.must(register.New(s.store).AddStackEntry(context.Background(), sample.Viewer(s.t, s.store, s.state.Officer), &e))
	return e.ID
}

const (
	signedInOnly = "401 200 200 200 200 200 200 200"
	keepersWrite = "401 403 403 %d 403 403 %d 403" // who answers for software of Health
	officeWrites = "401 403 403 403 403 403 %d 403"
)

func keptBy(status int) string   { return fmt.Sprintf(keepersWrite, status, status) }
func ofOffice(status int) string { return fmt.Sprintf(officeWrites, status) }

func ofNewAsset(format string) func(*server) string {
	return func(s *server) string { return fmt.Sprintf(format, newAsset(s).ID) }
}

var keepingReads = map[string][]try{
	"getContinuity": {{path: to("/assets/%d/continuity", caseDesk), want: signedInOnly}, {name: "of government", path: to("/assets/%d/continuity", mailID), want: signedInOnly},
		{name: "of Finance", path: to("/assets/%d/continuity", secretID), want: "401 404 404 404 200 200 200 200"}},
	"listContinuityRisks":       {{path: fixed("/continuity-risks"), want: signedInOnly}},
	"listChecklistStandards":    {{path: fixed("/checklist-standards"), want: everybody}},
	"listChecklists":            {{path: fixed("/checklists"), want: everybody}},
	"getStandardChecklist":      visibly("/assets/%d/checklists/dpg"),
	"listChecklistAnswers":      visibly("/assets/%d/checklists/dpg/answers?indicator=9a"),
	"getAssetSdgs":              visibly("/assets/%d/sdgs"),
	"listStackEntries":          {{path: fixed("/stack-entries"), want: everybody}},
	"getStackEntry":             {{path: numbered("/stack-entries/%d", (*server).stacked), want: everybody}},
	"listStackEntryTransitions": {{path: numbered("/stack-entries/%d/transitions", (*server).stacked), want: everybody}},
	"listStackUses":             {{path: fixed("/stack-uses"), want: signedInOnly}},
}

var keepingWrites = map[string][]try{
	"writeContinuity": {{path: ofNewAsset("/assets/%d/continuity"), want: keptBy(200), body: body(map[string]any{"plan": "The shared services take over."}), header: anyVersion}},
	"answerChecklist": {{path: ofNewAsset("/assets/%d/checklists/dpg/answers"), want: keptBy(201), body: body(map[string]any{"indicator": "2", "answer": "met", "links": []string{"https://git.example.gov/LICENSE"}})}},
	"setAssetSdgs":    {{path: ofNewAsset("/assets/%d/sdgs"), want: keptBy(200), body: body(map[string]any{"sdgs": []any{map[string]any{"goal": 3, "relevance": "Clinics use it."}}}), header: anyVersion}},
	"addStackEntry": {{path: fixed("/stack-entries"), want: ofOffice(201), body: func(*server) any {
		return map[string]any{"function": "FILES.SHARE", "name": fresh("Product"), "status": "recommended", "validatedBy": "Technical board", "justification": "Tried."}
	}}},
	"endStackEntry": {{path: numbered("/stack-entries/%d/transitions", (*server).stacked), want: ofOffice(200), body: body(map[string]any{"to": "ended", "reason": "Nobody uses it."})}},
}

func TestContinuityIsPatchedFromNothingOn(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d/continuity", s.state.CaseDesk.ID)
	a := s.get("registrar", p)
	if got := a.object(t); got["version"] != 1.0 || got["updatedAt"] != nil || len(got["keepers"].([]any)) != 0 {
		t.Fatalf("before anything was said: %s", a.body)
	}
	tag := "If-Match: " + a.header.Get("ETag")
	a = s.expect(http.StatusOK, "registrar", http.MethodPatch, p, map[string]any{"plan": "Others take over.", "fundedUntilOn": "2027-06-30", "fundingSource": "Budget", "keepers": []any{map[string]any{"kind": "maintainer", "name": "Codeworks", "untilOn": "2027-01-31"}}}, tag)
	if got := a.object(t); got["version"] != 2.0 || at(got["keepers"].([]any)[0], "untilOn") != "2027-01-31" {
		t.Errorf("%s", a.body)
	}
	s.expect(http.StatusPreconditionFailed, "registrar", http.MethodPatch, p, map[string]any{"plan": "x"}, tag)
	s.expect(http.StatusPreconditionRequired, "registrar", http.MethodPatch, p, map[string]any{"plan": "x"})
	a = s.expect(http.StatusOK, "registrar", http.MethodPatch, p, map[string]any{"fundedUntilOn": nil}, "If-Match: "+a.header.Get("ETag"))
	if got := a.object(t); got["fundedUntilOn"] != nil || got["plan"] != "Others take over." {
		t.Errorf("a field that was emptied: %s", a.body)
	}
	s.expect(http.StatusBadRequest, "registrar", http.MethodPatch, p, map[string]any{"keepers": []any{map[string]any{"kind": "friend", "name": ""}}, "planUrl": "x"}, anyVersion(s))
}

func TestRisksSayWhyAndWhatHelps(t *testing.T) {
	s := newServer(t)
	list := s.get("officer", "/v1/continuity-risks?limit=1")
	items := list.items(t)
	if len(items) != 1 || !strings.Contains(list.header.Get("Link"), "/v1/continuity-risks?") {
		t.Fatalf("%s", list.body)
	}
	for _, risk := range items[0]["risks"].([]any) {
		for _, key := range []string{"risk", "title", "reason", "cure"} {
			if text(risk, key) == "" {
				t.Errorf("no %s: %v", key, risk)
			}
		}
	}
	s.expect(http.StatusBadRequest, "officer", http.MethodGet, "/v1/continuity-risks?risk=doom", nil)
	if got := s.get("officer", "/v1/continuity-risks?risk=steward-closed").items(t); len(got) != 0 {
		t.Errorf("a risk that holds nowhere: %v", got)
	}
}

func TestAnAnswerIsKeptWithTheVersionOfItsStandard(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d/checklists/dpg", s.state.CaseDesk.ID)
	s.expect(http.StatusCreated, "registrar", http.MethodPost, p+"/answers", map[string]any{"indicator": "9a", "answer": "partly", "evidence": "Ask the data officer.", "evidenceOn": "2020-01-31"})
	got := s.get(public, p).object(t)
	var line map[string]any
	for _, l := range got["lines"].([]any) {
		if at(l, "id") == "9a" {
			line = l.(map[string]any)
		}
	}
	if line["answer"] != "partly" || line["stale"] != true || at(line, "given", "evidence") != "" || at(line, "given", "by") != "" || at(line, "given", "standardVersion") != got["version"] || at(got, "counts", "unknown") != 10.0 {
		t.Errorf("the public reads %v of %v", line, got["counts"])
	}
	if history := s.get("reader", p+"/answers?indicator=9a").items(t); len(history) != 1 || history[0]["by"] == "" || history[0]["evidence"] != "Ask the data officer." {
		t.Errorf("government reads %v", history)
	}
	s.expect(http.StatusBadRequest, "registrar", http.MethodPost, p+"/answers", map[string]any{"indicator": "10", "answer": "unknown"})
	s.expect(http.StatusNotFound, public, http.MethodGet, path("/assets/%d/checklists/iso", s.state.CaseDesk.ID), nil)
	row := s.get(public, "/v1/checklists?standard=dpg").items(t)[0]
	if row["partly"] != 1.0 || row["unknown"] != 10.0 || row["questions"] != 11.0 || row["stale"] != 1.0 || row["oldestOn"] != "2020-01-31" {
		t.Errorf("the overview: %v", row)
	}
}

func TestGoalsAreReadWithTheVersionOfTheSoftware(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d/sdgs", s.state.CaseDesk.ID)
	tag := s.get("registrar", p).header.Get("ETag")
	a := s.expect(http.StatusOK, "registrar", http.MethodPut, p, map[string]any{"sdgs": []any{map[string]any{"goal": 16, "relevance": "Courts keep their cases."}}}, "If-Match: "+tag)
	if got := a.object(t)["sdgs"].([]any); len(got) != 1 || at(got[0], "name") != "Peace, Justice and Strong Institutions" {
		t.Errorf("%s", a.body)
	}
	s.expect(http.StatusPreconditionFailed, "registrar", http.MethodPut, p, map[string]any{"sdgs": []any{}}, "If-Match: "+tag)
	s.expect(http.StatusBadRequest, "registrar", http.MethodPut, p, map[string]any{"sdgs": []any{map[string]any{"goal": 18, "relevance": ""}}}, anyVersion(s))
}

func TestASupersededEntryOfTheStackStaysToBeRead(t *testing.T) {
	s := newServer(t)
	entry := map[string]any{"function": "CASES", "assetId": s.state.CaseDesk.ID, "status": "recommended", "minimum": "4.2", "validatedBy": "Technical board", "justification": "Tried."}
	first := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/stack-entries", entry)
	id := first.object(t)["id"]
	if first.object(t)["name"] != "Case Desk" || first.header.Get("Location") != fmt.Sprintf("/v1/stack-entries/%v", id) {
		t.Errorf("%s", first.body)
	}
	s.expect(http.StatusConflict, "officer", http.MethodPost, "/v1/stack-entries", entry)
	uses := s.get("officer", "/v1/stack-uses").object(t)
	if at(uses, "counts", "below-minimum") != 1.0 {
		t.Errorf("what runs against it: %v", uses)
	}
	entry["supersedesId"], entry["status"], entry["minimum"] = id, "retire", ""
	second := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/stack-entries", entry)
	if got := s.get(public, path("/stack-entries/%v", id)).object(t); got["endedAt"] == nil || got["supersededById"] != second.object(t)["id"] {
		t.Errorf("the former entry: %v", got)
	}
	if got := s.get(public, "/v1/stack-entries?function=CASES").items(t); len(got) != 1 || got[0]["status"] != "retire" {
		t.Errorf("the stack: %v", got)
	}
	s.law()
	a := s.expect(http.StatusOK, "officer", http.MethodPost, "/v1/decision-checks", map[string]any{"agencyId": s.state.Health.ID, "assetId": s.state.CaseDesk.ID, "function": "CASES"})
	if got := a.object(t); !strings.Contains(got["stackSentence"].(string), "retires Case Desk for CASES") || len(got["stack"].([]any)) != 1 {
		t.Errorf("a question before a case hears %v", got["stackSentence"])
	}
}
