package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestOfTwoWhoWriteTheSameCaseOneIsToldThatItChanged(t *testing.T) {
	s := newServer(t)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	etag := s.get("registrar", path("/decisions/%d", id)).header.Get("ETag")
	var all sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = s.ask("registrar", http.MethodPut, path("/decisions/%d/candidates/c%d", id, i), partBodies[models.PartCandidate], "If-Match: "+etag).status
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if diff := cmp.Diff([]int{200, 412, 412, 412, 412, 412, 412, 412}, statuses); diff != "" {
		t.Error(diff)
	}
	if l := s.get("registrar", path("/decisions/%d/candidates", id)).items(t); len(l) != 1 || l[0]["number"] != 1.0 || at(l[0], "content", "name") != "Nextcloud" {
		t.Errorf("candidates: %v", l)
	}
	s.expect(http.StatusPreconditionRequired, "registrar", http.MethodPut, path("/decisions/%d/scan", id), partBodies[models.PartScan])
	s.expect(http.StatusPreconditionFailed, "registrar", http.MethodPost, path("/decisions/%d/transitions", id), map[string]any{"to": "closed", "reason": "No more."}, "If-Match: "+etag)
}

func TestPartsThatComeAtOnceAreAllKept(t *testing.T) {
	s := newServer(t)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	var all sync.WaitGroup
	statuses := make([]int, 12)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = s.ask("registrar", http.MethodPut, path("/decisions/%d/candidates/c%d", id, i%4), models.Candidate{Name: fmt.Sprint("Product ", i), Origin: models.FromOpenSource, Delivery: "saas", Status: "long"}, "If-Match: *").status
		})
	}
	all.Wait()
	if slices.ContainsFunc(statuses, func(status int) bool { return status != http.StatusOK }) {
		t.Errorf("statuses: %v", statuses)
	}
	versions := s.get("registrar", path("/decisions/%d/part-versions?part=candidate", id)).items(t)
	count := map[string]int{}
	for _, v := range versions {
		count[text(v, "key")+" "+fmt.Sprint(v["number"])]++
	}
	if len(versions) != 12 || len(count) != 12 {
		t.Errorf("versions: %v", count)
	}
	first := s.get("registrar", path("/decisions/%d/candidates/c0?number=1", id)).object(t)
	if newest := s.get("registrar", path("/decisions/%d/candidates/c0", id)).object(t); first["number"] != 1.0 || newest["number"] != 3.0 || newest["digest"] == first["digest"] {
		t.Errorf("the first is %v, the newest %v", first, newest)
	}
	s.expect(http.StatusNotFound, "registrar", http.MethodGet, path("/decisions/%d/candidates/c0?number=4", id), nil)
}

func TestWhatIsFiledTwiceIsOnFileOnce(t *testing.T) {
	s := newServer(t)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	p := path("/decisions/%d/scan", id)
	first := s.expect(http.StatusOK, "registrar", http.MethodPut, p, partBodies[models.PartScan], "If-Match: *")
	before := len(s.events())
	again := s.expect(http.StatusOK, "registrar", http.MethodPut, p, partBodies[models.PartScan], "If-Match: *")
	if first.header.Get("ETag") != again.header.Get("ETag") || len(s.events()) != before {
		t.Errorf("%s, then %s", first.header.Get("ETag"), again.header.Get("ETag"))
	}
	read := s.get("registrar", p)
	s.expect(http.StatusOK, "registrar", http.MethodPut, p, at(read.object(t), "content"), "If-Match: "+read.header.Get("ETag"))
	if len(s.events()) != before {
		t.Error("what was read and sent back changed the case")
	}
	s.expect(http.StatusNotModified, "registrar", http.MethodGet, p, nil, "If-None-Match: "+read.header.Get("ETag"))
}

func TestHostileBodiesOfPartsAreRefusedInWords(t *testing.T) {
	s := newServer(t)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	candidate, need := path("/decisions/%d/candidates/a", id), path("/decisions/%d/need", id)
	for _, tc := range []struct {
		name, path string
		body       any
		status     int
		mistake    string
	}{
		{"more than a megabyte", candidate, `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, http.StatusRequestEntityTooLarge, ""},
		{"20,000 brackets", candidate, strings.Repeat("[", 20_000), http.StatusBadRequest, ""},
		{"5,000 objects in each other", candidate, strings.Repeat(`{"bid":`, 5_000) + "1" + strings.Repeat("}", 5_000), http.StatusBadRequest, "bid.bid unknown-field"},
		{"no JSON", candidate, "name: Nextcloud", http.StatusBadRequest, ""},
		{"nothing", candidate, "", http.StatusBadRequest, ""},
		{"null", candidate, "null", http.StatusBadRequest, "body wrong-type"},
		{"a list", candidate, "[]", http.StatusBadRequest, "body wrong-type"},
		{"a text", candidate, `"Nextcloud"`, http.StatusBadRequest, "body wrong-type"},
		{"an unknown field", candidate, `{"name":"N","origin":"oss","delivery":"saas","status":"long","tier":1}`, http.StatusBadRequest, "tier unknown-field"},
		{"an unknown field below", need, `{"problem":"P","budgetMax":{"amount":"1","currency":"TTD","vat":1},"daysMax":1,"dataClass":"open","personalData":"none","requirements":[]}`, http.StatusBadRequest, "budgetMax.vat unknown-field"},
		{"a field in capitals", candidate, `{"Name":"N","origin":"oss","delivery":"saas","status":"long"}`, http.StatusBadRequest, "Name unknown-field"},
		{"an unknown word", candidate, `{"name":"N","origin":"heaven","delivery":"saas","status":"long"}`, http.StatusBadRequest, "origin unknown-value"},
		{"a number for a text", candidate, `{"name":7,"origin":"oss","delivery":"saas","status":"long"}`, http.StatusBadRequest, "name wrong-type"},
		{"a text for a number", need, `{"problem":"P","budgetMax":{"amount":"1","currency":"TTD"},"daysMax":"ten","dataClass":"open","personalData":"none","requirements":[]}`, http.StatusBadRequest, "daysMax wrong-type"},
		{"a number that is too large", need, `{"problem":"P","budgetMax":{"amount":"1","currency":"TTD"},"daysMax":1e40,"dataClass":"open","personalData":"none","requirements":[]}`, http.StatusBadRequest, ""},
		{"a float for an amount", need, `{"problem":"P","budgetMax":{"amount":1.5,"currency":"TTD"},"daysMax":1,"dataClass":"open","personalData":"none","requirements":[]}`, http.StatusBadRequest, "budgetMax.amount wrong-type"},
		{"an amount in words", need, `{"problem":"P","budgetMax":{"amount":"a lot","currency":"TTD"},"daysMax":1,"dataClass":"open","personalData":"none","requirements":[]}`, http.StatusBadRequest, "budgetMax.amount bad-format"},
		{"a list of null", need, `{"problem":"P","budgetMax":{"amount":"1","currency":"TTD"},"daysMax":1,"dataClass":"open","personalData":"none","requirements":[null]}`, http.StatusBadRequest, ""},
		{"no list", need, `{"problem":"P","budgetMax":{"amount":"1","currency":"TTD"},"daysMax":1,"dataClass":"open","personalData":"none","requirements":null}`, http.StatusBadRequest, "requirements wrong-type"},
		{"a NUL", candidate, `{"name":"N\u0000","origin":"oss","delivery":"saas","status":"long"}`, http.StatusBadRequest, ""},
		{"a NUL deep inside", candidate, `{"name":"N","origin":"oss","delivery":"saas","status":"long","references":["a\u0000b"]}`, http.StatusBadRequest, ""},
		{"half a character", candidate, `{"name":"N","origin":"oss","delivery":"saas","status":"long","vendor":"` + "\xff" + `"}`, http.StatusOK, ""},
		{"a form", candidate, "name=Nextcloud", http.StatusBadRequest, ""},
	} {
		a := s.ask("registrar", http.MethodPut, tc.path, tc.body, "If-Match: *", "Content-Type: application/json")
		if a.status != tc.status || a.status != http.StatusOK && a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d, want %d: %.300s", tc.name, a.status, tc.status, a.body)
		} else if tc.mistake != "" && !slices.Contains(a.mistakes(t), tc.mistake) {
			t.Errorf("%s: %v has no %q", tc.name, a.mistakes(t), tc.mistake)
		}
	}
	if log := s.log.String(); strings.Contains(log, "ERROR") || strings.Contains(log, "panic") {
		t.Errorf("the log says:\n%.2000s", log)
	}
	s.get("registrar", path("/decisions/%d/dossier", id))
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	s := newServer(t)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	for _, key := range []string{"a%2Fb", "..%2F..%2Fneed", "A", "a_b", "-a", "%00", "a%00b", "%F0%9F%98%80", strings.Repeat("a", 41), "a%20b", "a'b", "%3Cscript%3E", "a%0Ab"} {
		for _, below := range []string{"", "/license"} {
			a := s.ask("registrar", http.MethodPut, path("/decisions/%d/candidates/%s%s", id, key, below), partBodies[models.PartCandidate], "If-Match: *")
			if a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
				t.Errorf("%q%s: %d %.200s", key, below, a.status, a.body)
			}
			if a := s.ask("registrar", http.MethodGet, path("/decisions/%d/candidates/%s%s", id, key, below), nil); a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
				t.Errorf("reading %q%s: %d %.200s", key, below, a.status, a.body)
			}
		}
	}
	if l := s.get("registrar", path("/decisions/%d/candidates", id)).items(t); len(l) != 0 {
		t.Errorf("there are candidates: %v", l)
	}
}

func TestACaseIsOpenedOnceForOneKey(t *testing.T) {
	s := newServer(t)
	s.law()
	body := map[string]any{"agencyId": s.state.Health.ID, "kind": "new", "title": "Files", "function": "FILES.SHARE", "value": map[string]any{"amount": "100.00", "currency": "TTD"}}
	first := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/decisions", body, "Idempotency-Key: files")
	again := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/decisions", body, "Idempotency-Key: files")
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Location") != fmt.Sprintf("/v1/decisions/%.0f", first.object(t)["id"]) {
		t.Errorf("%s\n%s", first.body, again.body)
	}
	if at(first.object(t), "value", "amount") != "100.00" || first.object(t)["ref"] == "" || first.object(t)["track"] != "full" {
		t.Errorf("opened: %s", first.body)
	}
	bad := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, "/v1/decisions", map[string]any{"agencyId": s.state.Health.ID, "kind": "new", "title": "Files", "track": "free-adoption", "value": map[string]any{"amount": "-1", "currency": "dollars"}})
	for _, want := range []string{"function required", "track not-here", "value.amount malformed", "value.currency malformed"} {
		if !slices.Contains(bad.mistakes(t), want) {
			t.Errorf("%v has no %q", bad.mistakes(t), want)
		}
	}
	none := s.expect(http.StatusConflict, "buyer", http.MethodPost, "/v1/decisions", map[string]any{"agencyId": s.state.Finance.ID, "kind": "new", "title": "Files", "function": "FILES.SHARE"})
	if none.object(t)["code"] != "no-regime" {
		t.Errorf("without a law: %s", none.body)
	}
}

func TestDecisionsAreListedByPagesAndFilters(t *testing.T) {
	s := newServer(t)
	for range 5 {
		s.openCase(models.Acquisition)
	}
	release, told := s.openCase(models.Releasing), published(s)
	var ids []any
	next := "/v1/decisions?limit=3"
	for next != "" {
		a := s.get("registrar", next)
		for _, d := range a.items(t) {
			ids = append(ids, d["id"])
		}
		next = a.next(t)
	}
	if len(ids) != 7 {
		t.Errorf("all pages: %v", ids)
	}
	for keys, want := range map[string]int{"branch=release": 1, "branch=acquisition": 6, "kind=release": 1, "state=registered": 1, "function=FILES": 6, "function=FILE": 0, "open=true": 7, "exempt=true": 0, "sort=due": 0, "q=sharing": 7, "q=health-20": 7,
		fmt.Sprintf("asset=%d", s.state.CaseDesk.ID): 1, fmt.Sprintf("agency=%d", s.state.Root.ID): 7, fmt.Sprintf("agency=%d", s.state.Finance.ID): 0, fmt.Sprintf("regime=%d", s.law().RegimeID): 7} {
		if l := s.get("registrar", "/v1/decisions?"+keys).items(t); len(l) != want {
			t.Errorf("%s: %d, want %d", keys, len(l), want)
		}
	}
	if l := s.get(public, "/v1/decisions").items(t); len(l) != 1 || l[0]["id"] != float64(told) || l[0]["full"] != false {
		t.Errorf("the public reads %v", l)
	}
	rows := strings.Split(strings.TrimSpace(string(s.expect(http.StatusOK, "auditor", http.MethodGet, "/v1/decisions?limit=3", nil, "Accept: text/csv").body)), "\n")
	if len(rows) != 8 || !strings.Contains(rows[0], "ref,agency,title") {
		t.Errorf("as a table: %v", rows)
	}
	s.expect(http.StatusNotFound, "reader", http.MethodGet, path("/decisions/%d", release), nil)
}

func TestTheTransitionTableAndThePartsAreThereAsData(t *testing.T) {
	s := newServer(t)
	moves := s.get(public, "/v1/decision-moves").items(t)
	if len(moves) != len(models.Moves) {
		t.Errorf("%d moves, want %d", len(moves), len(models.Moves))
	}
	for i, m := range moves {
		if m["from"] != string(models.Moves[i].From) || m["to"] != string(models.Moves[i].To) || len(m["by"].([]any)) != len(models.Moves[i].By) || m["gates"] == nil || m["needs"] == nil || m["tracks"] == nil {
			t.Errorf("%v is not %v", m, models.Moves[i])
		}
	}
	if l := s.get(public, "/v1/decision-moves?branch=release&from=under-review").items(t); len(l) != 3 {
		t.Errorf("from a review of a release: %v", l)
	}
	doc, _ := described(t)
	for _, p := range s.get(public, "/v1/decision-parts").items(t) {
		address := strings.TrimPrefix(text(p, "href"), "/v1")
		if object(doc, "paths", address, "put") == nil || object(doc, "paths", address, "get") == nil {
			t.Errorf("the part %v is not filed at %s", p["part"], address)
		}
	}
	if rules := s.get(public, "/v1/regime-rules").items(t); len(rules) < 40 {
		t.Errorf("%d rules", len(rules))
	}
}

func TestARegimeIsDraftedMendedAndPutInForceOverTheAPI(t *testing.T) {
	s := newServer(t)
	s.tokens["counsel"] = s.token(sample.User(t, s.store, "Cato Counsel", models.Counsel, s.state.Health.ID))
	broken := strings.Replace(presetText("tt-draft"), "model: ladder", "model: stairs", 1)
	a := s.expect(http.StatusBadRequest, "counsel", http.MethodPost, "/v1/regimes", map[string]any{"agencyId": s.state.Health.ID, "text": broken})
	if !strings.Contains(string(a.body), "Line 31, column ") {
		t.Errorf("the mistake has no place: %s", a.body)
	}
	draft := s.expect(http.StatusCreated, "counsel", http.MethodPost, "/v1/regimes", map[string]any{"agencyId": s.state.Health.ID, "text": presetText("tt-draft"), "note": "First."})
	v := draft.object(t)
	where := strings.TrimPrefix(draft.header.Get("Location"), "")
	if v["state"] != "draft" || v["model"] != "ladder" || v["notAdvice"] != true || len(v["rungs"].([]any)) == 0 || len(v["rules"].([]any)) == 0 || len(v["exemptionGrounds"].([]any)) == 0 {
		t.Errorf("drafted: %.500s", draft.body)
	}
	changed := s.expect(http.StatusOK, "counsel", http.MethodPut, where, map[string]any{"text": strings.Replace(presetText("tt-draft"), "minCoverage: 0.80", "minCoverage: 0.90", 1), "note": "Stricter."}, "If-Match: "+draft.header.Get("ETag"))
	s.expect(http.StatusPreconditionFailed, "counsel", http.MethodPost, where+"/transitions", map[string]any{"to": "active"}, "If-Match: "+draft.header.Get("ETag"))
	s.expect(http.StatusBadRequest, "counsel", http.MethodPost, where+"/transitions", map[string]any{"to": "active", "fromOn": "2020-01-01"}, "If-Match: "+changed.header.Get("ETag"))
	active := s.expect(http.StatusOK, "counsel", http.MethodPost, where+"/transitions", map[string]any{"to": "active"}, "If-Match: "+changed.header.Get("ETag")).object(t)
	if active["state"] != "active" || active["validFromOn"] == nil || active["digest"] == v["digest"] {
		t.Errorf("in force: %v", active["state"])
	}
	s.expect(http.StatusConflict, "counsel", http.MethodPut, where, map[string]any{"text": presetText("tt-draft")}, "If-Match: *")
	if document := s.get(public, where+"/document"); !strings.Contains(string(document.body), "minCoverage: 0.90") || document.header.Get("Content-Type") != "application/yaml; charset=utf-8" {
		t.Errorf("the document is %v", document.header)
	}
	var actions []any
	for _, e := range s.get("auditor", where+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"regime.drafted", "regime.redrafted", "regime.activated"}, actions); diff != "" {
		t.Error(diff)
	}
	if one := s.get(public, path("/regimes/%.0f", v["regimeId"])).object(t); one["activeNumber"] != 1.0 || one["draftId"] != nil {
		t.Errorf("the regime is %v", one)
	}
}

func TestWhatWouldACaseMeetIsAnsweredBeforeThereIsOne(t *testing.T) {
	s := newServer(t)
	s.law()
	ask := func(body map[string]any) map[string]any {
		body["agencyId"] = s.state.Health.ID
		return s.expect(http.StatusOK, "reader", http.MethodPost, "/v1/decision-checks", body).object(t)
	}
	open := ask(map[string]any{"product": "Nextcloud", "function": "FILES.SHARE", "license": "AGPL-3.0-or-later", "value": map[string]any{"amount": "50000.00", "currency": "TTD"}})
	if open["answer"] != "open-source" || open["openSource"] != "yes" || at(open, "law", "code") != "tt-draft" || len(open["steps"].([]any)) < 10 || len(open["rules"].([]any)) < 20 {
		t.Errorf("open source: %v, %d steps, %d rules", open["answer"], len(open["steps"].([]any)), len(open["rules"].([]any)))
	}
	if closed := ask(map[string]any{"product": "Suite Drive", "license": "LicenseRef-scancode-proprietary-license"}); closed["answer"] == "open-source" || closed["sentence"] == "" {
		t.Errorf("closed source: %v %v", closed["answer"], closed["sentence"])
	}
	if known := ask(map[string]any{"product": "Case Desk"}); len(known["catalogue"].([]any)) == 0 {
		t.Errorf("what government has already: %v", known)
	}
	bad := s.expect(http.StatusBadRequest, "reader", http.MethodPost, "/v1/decision-checks", map[string]any{"agencyId": s.state.Health.ID})
	if !slices.Contains(bad.mistakes(t), "product required") {
		t.Errorf("of nothing: %s", bad.body)
	}
	var raw json.RawMessage
	s.must(json.Unmarshal(bad.body, &raw))
}
