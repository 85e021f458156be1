package api_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestTheWorkedExampleRunsThroughTheAPI(t *testing.T) {
	x := newTrial(t)
	w := x.openCase()
	w.steps(nil)
	if w.refuse.status != 0 {
		t.Fatalf("stopped at %s: %s", w.state, w.refuse.body)
	}
	x.clock = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	head := x.get(public, path("/decisions/%d", w.id)).object(t)
	if head["state"] != "in-force" || head["chosen"] != "c" || head["chosenName"] != "Nextcloud enterprise subscription" || head["standstillOn"] != "2026-11-17" || head["full"] != false || head["requestedBy"] != "" || head["digest"] != "" {
		t.Errorf("the public reads %v", head)
	}
	x.expect(http.StatusForbidden, public, http.MethodGet, path("/decisions/%d/dossier", w.id), nil)
	f := x.get("health-registrar", path("/decisions/%d/dossier", w.id)).object(t)
	if at(f, "standing", "recommended") != "c" || len(f["parts"].([]any)) != 33 || len(f["moves"].([]any)) != 16 || f["newer"] != nil {
		t.Errorf("the dossier has %d parts and %d moves, and leads to %v", len(f["parts"].([]any)), len(f["moves"].([]any)), at(f, "standing", "recommended"))
	}
	for _, r := range f["results"].([]any) {
		if text(r, "outcome") == "violation" {
			t.Errorf("rule %s: %s", text(r, "rule"), text(r, "message"))
		}
	}
	then := x.get("auditor", path("/decisions/%d/dossier?at=2026-10-10T00:00:00Z", w.id)).object(t)
	if then["state"] != "scan-closed" || len(then["parts"].([]any)) != 9 {
		t.Errorf("on 10 October the case stood at %v with %d parts", then["state"], len(then["parts"].([]any)))
	}
	for _, r := range x.get("auditor", path("/decisions/%d/rejudgements", w.id)).items(t) {
		if r["same"] != true || r["dossierUnchanged"] != true {
			t.Errorf("judged again, %v to %v differs: %v", at(r, "move", "from"), at(r, "move", "to"), r)
		}
	}
	x.provesWhatWasPublished(w.id)
	x.comparesCandidates(w.id)
	x.sql(`ALTER TABLE decision_publications DISABLE TRIGGER USER; GRANT UPDATE ON decision_publications TO CURRENT_USER`)
	x.sql(`UPDATE decision_publications SET document = document || ' '`)
	differ := slices.DeleteFunc(x.get(public, "/v1/log/entries?limit=200").items(t), func(e map[string]any) bool { return e["differs"] == "" })
	if len(differ) != 1 || x.get(public, path("/log/entries/%v", differ[0]["index"])).object(t)["differs"] != differ[0]["differs"] {
		t.Errorf("one publication was changed past the register, and these entries say so: %v", differ)
	}
}

// provesWhatWasPublished checks the public document by its proof, with nothing that is not public.
func (x *trial) provesWhatWasPublished(id int64) {
	x.t.Helper()
	listed := x.get(public, path("/decisions/%d/publications", id)).items(x.t)
	if len(listed) != 1 {
		x.t.Fatalf("published: %v", listed)
	}
	document := x.get(public, text(listed[0], "href"))
	if document.header.Get("ETag") != `"`+text(listed[0], "digest")+`"` || document.header.Get("Content-Type") != "application/json" || float64(len(document.body)) != listed[0]["size"] {
		x.t.Errorf("the document is %v", document.header)
	}
	x.expect(http.StatusNotModified, public, http.MethodGet, text(listed[0], "href"), nil, "If-None-Match: "+document.header.Get("ETag"))
	file := x.get(public, text(listed[0], "proofHref"))
	key := text(x.get(public, "/v1/log/keys").items(x.t)[0], "key")
	for name, tc := range map[string]struct {
		body map[string]any
		same bool
	}{
		"the document":      {map[string]any{"proof": string(file.body), "document": base64.StdEncoding.EncodeToString(document.body)}, true},
		"its digest":        {map[string]any{"proof": string(file.body), "digest": listed[0]["digest"], "keys": []string{key}}, true},
		"another document":  {map[string]any{"proof": string(file.body), "document": base64.StdEncoding.EncodeToString(append(document.body, ' '))}, false},
		"the entry alone":   {map[string]any{"proof": string(file.body)}, true},
		"the newest log":    {map[string]any{"proof": string(x.get(public, "/v1/log/checkpoint").body)}, true},
		"growth from empty": {map[string]any{"proof": string(x.get(public, "/v1/log/consistency-proofs?old=0").body), "olderCheckpoint": "no checkpoint"}, false},
	} {
		a := x.ask(public, http.MethodPost, "/v1/log-verifications", tc.body)
		if name == "growth from empty" {
			if a.status != http.StatusBadRequest {
				x.t.Errorf("%s: %d %s", name, a.status, a.body)
			}
			continue
		}
		if a.status != http.StatusOK || a.object(x.t)["same"] != tc.same {
			x.t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	seen, hidden := 0, 0
	for _, e := range x.get(public, "/v1/log/entries?limit=200").items(x.t) {
		if e["entry"] == nil {
			hidden++
		} else {
			seen++
		}
		if len(text(e, "hash")) != 64 || e["differs"] != "" {
			x.t.Errorf("an entry without a leaf, or that differs: %v", e)
		}
	}
	if seen == 0 || hidden == 0 {
		x.t.Errorf("the public reads %d entries and %d are hidden", seen, hidden)
	}
}

func (x *trial) comparesCandidates(id int64) {
	x.t.Helper()
	p := path("/decisions/%d/comparison", id)
	rungs := x.get("auditor", p).object(x.t)["rungs"].([]any)
	var keys []any
	for _, r := range rungs {
		keys = append(keys, at(r, "keys").([]any)...)
	}
	if diff := cmp.Diff([]any{"a", "c", "b", "d"}, keys); diff != "" {
		x.t.Error(diff)
	}
	table := x.get("auditor", p+"?format=csv")
	if table.header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Count(string(table.body), "\n") != 5 {
		x.t.Errorf("as a table: %s", table.body)
	}
	book := x.expect(http.StatusOK, "auditor", http.MethodGet, p, nil, "Accept: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	if !bytes.HasPrefix(book.body, []byte("PK")) || !strings.Contains(book.header.Get("Content-Disposition"), ".xlsx") {
		x.t.Errorf("as a workbook: %v", book.header)
	}
	list := x.get(public, "/v1/decisions?format=csv")
	if !strings.Contains(string(list.body), "health-2026-0001") {
		x.t.Errorf("the list as a table: %s", list.body)
	}
}

// asked are the gates whose rules speak of a case that has come to a state.
func asked(state models.DecisionState) []models.Gate {
	gates := []models.Gate{models.GateNeed}
	for _, from := range []struct {
		state models.DecisionState
		gates []models.Gate
	}{{models.DecisionScanning, []models.Gate{models.GateScan}}, {models.DecisionEvaluating, []models.Gate{models.GateEvaluation}}, {models.DecisionProposed, []models.Gate{models.GateProposal, models.GateExemption, models.GateApproval}},
		{models.Standstill, []models.Gate{models.GateContract}}, {models.DecisionRegistered, []models.Gate{models.GateRegistration}}} {
		if slices.Index(models.DecisionStates, state) >= slices.Index(models.DecisionStates, from.state) {
			gates = append(gates, from.gates...)
		}
	}
	return gates
}

func TestEachDeviationOfTheExampleFiresTheRulesThatItNames(t *testing.T) {
	x := newTrial(t)
	var list []deviation
	x.read(&list, "deviations.json")
	for i := range list {
		d := &list[i]
		w := x.openCase()
		w.steps(d)
		if d.Name == "evaluator-approves" { // the register does not even take the word of who evaluated
			if p := w.refuse.object(t); w.refuse.status != http.StatusForbidden || p["code"] != "own-evaluation" {
				t.Errorf("%s: %d %v", d.Name, w.refuse.status, p)
			}
			continue
		}
		gates := asked(w.state)
		in := func(rule string) bool { return slices.Contains(gates, x.gates[rule]) }
		var fired, undetermined, want []string
		for _, r := range x.get("auditor", path("/decisions/%d/rule-results", w.id)).items(t) {
			switch rule := text(r, "rule"); {
			case !in(rule):
			case r["outcome"] == "violation":
				fired = append(fired, rule)
			case r["outcome"] == "undetermined":
				undetermined = append(undetermined, rule)
			}
		}
		for _, rule := range d.Rules {
			if in(rule) {
				want = append(want, rule)
			}
		}
		slices.Sort(fired)
		if diff := cmp.Diff(want, fired); diff != "" {
			t.Errorf("%s, at %s (refused: %.300s): fired (-want +got):\n%s", d.Name, w.state, w.refuse.body, diff)
		}
		for _, rule := range d.Undetermined {
			if in(rule) && !slices.Contains(undetermined, rule) {
				t.Errorf("%s: %s is not undetermined, as are %v", d.Name, rule, undetermined)
			}
		}
		x.stops(d, w)
	}
}

// stops holds a refusal of a step to what it must say: every rule that stops it, with what puts it right.
func (x *trial) stops(d *deviation, w *walk) {
	x.t.Helper()
	if w.refuse.status == 0 {
		return
	}
	p := w.refuse.object(x.t)
	if w.refuse.status != http.StatusConflict || p["code"] != "rules-not-met" {
		x.t.Errorf("%s: refused with %d %s", d.Name, w.refuse.status, w.refuse.body)
		return
	}
	for _, e := range p["errors"].([]any) {
		if !slices.Contains(append(d.Rules, d.Undetermined...), text(e, "field")) || len(text(e, "detail")) < 40 || text(e, "code") != "violation" && text(e, "code") != "undetermined" {
			x.t.Errorf("%s: %v", d.Name, e)
		}
	}
}
