package api_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// person makes somebody with a role and a token.
func (s *server) person(name string, role models.Role, agency int64) string {
	s.t.Helper()
	s.tokens[name] = s.token(sample.User(s.t, s.store, name, role, agency))
	return name
}

func TestMistakesInAPolicyAreAnsweredWithTheirPlace(t *testing.T) {
	s := newServer(t)
	text := strings.NewReplacer("outcome: deny", "outcome: forbid", "severity: high", "when: asset.colour == 'red'\n    severity: high").Replace(policyText("government"))
	a := s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/license-policies", map[string]any{"text": text})
	if a.object(t)["code"] != "bad-policy" {
		t.Errorf("the problem is %s", a.body)
	}
	for _, field := range []string{"rules[0].outcome", "rules[0].when"} {
		errors := a.object(t)["errors"].([]any)
		i := slices.IndexFunc(errors, func(e any) bool { return at(e, "field") == field })
		if i < 0 || !strings.Contains(text1(errors[i], "detail"), "Line ") || !strings.Contains(text1(errors[i], "detail"), "column ") {
			t.Errorf("nothing is said of %s and its place: %s", field, a.body)
		}
	}
	for _, hostile := range []string{"", "\x00", "a: &a [*a]", strings.Repeat("[", 10_000), "%YAML 99\n---\n!!python/object:x {}", strings.Repeat("x: ", 100_000)} {
		a := s.ask("officer", http.MethodPost, "/v1/license-policies", map[string]any{"text": hostile})
		if a.status != http.StatusBadRequest || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.20q: %d %.200s", hostile, a.status, a.body)
		}
	}
}

func text1(v any, key string) string {
	text, _ := at(v, key).(string)
	return text
}

func TestAPolicyGoesFromDraftToForceAndStaysReadable(t *testing.T) {
	s := newServer(t)
	counsel := s.person("Cora Counsel", models.Counsel, s.state.Health.ID)
	s.expect(http.StatusForbidden, counsel, http.MethodPost, "/v1/license-policies", map[string]any{"text": policyText("government")})
	made := s.expect(http.StatusCreated, counsel, http.MethodPost, "/v1/license-policies", map[string]any{"agencyId": s.state.Health.ID, "text": policyText("health"), "note": "First."})
	address := made.header.Get("Location")
	s.expect(http.StatusConflict, counsel, http.MethodPost, "/v1/license-policies", map[string]any{"agencyId": s.state.Health.ID, "text": policyText("health")})
	s.expect(http.StatusPreconditionRequired, counsel, http.MethodPut, address, map[string]any{"text": policyText("health")})
	s.expect(http.StatusPreconditionFailed, counsel, http.MethodPut, address, map[string]any{"text": policyText("health")}, `If-Match: "7"`)
	changed := s.expect(http.StatusOK, counsel, http.MethodPut, address, map[string]any{"text": strings.Replace(policyText("health"), "severity: high", "severity: low", 1)}, "If-Match: "+made.header.Get("ETag"))
	if rule := changed.object(t)["rules"].([]any)[0]; at(rule, "severity") != "low" || fmt.Sprint(at(rule, "licenses")) != "[id: Apache-2.0]" {
		t.Errorf("the rule is %v", rule)
	}
	im := s.expect(http.StatusOK, counsel, http.MethodPost, address+"/rehearsals", nil).object(t)
	if im["releases"] == 0.0 || im["changedCount"] == 0.0 || text1(im["changed"].([]any)[0], "to") != "denied" {
		t.Errorf("the rehearsal says %v", im)
	}
	s.expect(http.StatusPreconditionRequired, counsel, http.MethodPost, address+"/transitions", map[string]any{"to": "active"})
	s.expect(http.StatusPreconditionFailed, counsel, http.MethodPost, address+"/transitions", map[string]any{"to": "active"}, "If-Match: "+made.header.Get("ETag"))
	if a := s.expect(http.StatusOK, counsel, http.MethodPost, address+"/transitions", map[string]any{"to": "active"}, "If-Match: "+changed.header.Get("ETag")); a.object(t)["state"] != "active" {
		t.Errorf("got %s", a.body)
	}
	s.expect(http.StatusConflict, counsel, http.MethodPut, address, map[string]any{"text": policyText("health")}, "If-Match: *")
	document := s.get(public, address+"/document")
	if document.header.Get("Content-Type") != "application/yaml; charset=utf-8" || !strings.HasPrefix(string(document.body), "id: health") {
		t.Errorf("the document is %s", document.body)
	}
	s.expect(http.StatusNotModified, public, http.MethodGet, address+"/document", nil, "If-None-Match: "+document.header.Get("ETag"))
	if v := s.get(public, address).object(t); v["createdBy"] != nil || v["state"] != "active" {
		t.Errorf("the public reads %v", v)
	}
	var actions []any
	for _, e := range s.get(counsel, address+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"policy.drafted", "policy.redrafted", "policy.activated"}, actions); diff != "" {
		t.Error(diff)
	}
	list := s.get(public, "/v1/license-policies").items(t)
	if len(list) != 1 || list[0]["agency"] != "Ministry of Health" || list[0]["activeNumber"] != 1.0 || list[0]["draftId"] != nil {
		t.Errorf("the policies are %v", list)
	}
}

func TestAFindingSaysWhyAndPeopleSeeToIt(t *testing.T) {
	s := newServer(t)
	id := s.finding()
	f := s.get("registrar", path("/findings/%d", id)).object(t)
	for key, want := range map[string]any{"ruleTitle": "No Apache licence", "message": "The Apache licence is not wanted here.", "basis": "Circular 7", "cure": "Take another component.", "reference": "https://www.example.gov/circulars/7",
		"verdict": "denied", "severity": "high", "state": "open", "agency": "Ministry of Health", "policyNumber": 1.0} {
		if f[key] != want {
			t.Errorf("%s is %v, want %v", key, f[key], want)
		}
	}
	affected := f["affected"].([]any)
	if len(affected) == 0 || len(at(affected[0], "path").([]any)) < 2 {
		t.Errorf("components: %v", affected)
	}
	triage := map[string]any{"findings": []int64{id}, "assigneeId": s.state.Registrar.ID, "comment": "=1+1"}
	s.expect(http.StatusOK, "registrar", http.MethodPost, "/v1/finding-triages", triage)
	due := models.DateOf(time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC))
	then := register.New(s.store).At(due.Time().AddDate(0, 0, -7))
	if _, err := then.TriageFindings(context.Background(), s.as(s.state.Registrar), []int64{id}, register.Triage{DueOn: &due}); err != nil {
		t.Fatal(err)
	}
	late := s.get("registrar", "/v1/findings?overdue=true").items(t)
	if len(late) != 1 || late[0]["dueOn"] != "2020-01-31" || late[0]["assignee"] != "Rosa Registrar" || late[0]["comments"] != 1.0 {
		t.Errorf("overdue: %v", late)
	}
	if said := s.get("registrar", path("/findings/%d/comments", id)).items(t); len(said) != 1 || said[0]["text"] != "=1+1" || said[0]["by"] != "Rosa Registrar" {
		t.Errorf("said: %v", said)
	}
	s.expect(http.StatusOK, "registrar", http.MethodPost, "/v1/finding-triages", map[string]any{"findings": []int64{id}, "clear": []string{"assigneeId", "dueOn"}})
	if f := s.get("registrar", path("/findings/%d", id)).object(t); f["assigneeId"] != nil || f["dueOn"] != nil || f["version"] != 4.0 {
		t.Errorf("cleared: %v", f)
	}
	for _, bad := range []map[string]any{{}, {"findings": []int64{}}, {"findings": []int64{id}}, {"findings": []int64{id}, "dueOn": "soon"}, {"findings": []int64{id}, "dueOn": "2020-02-01"}, {"findings": []int64{id}, "clear": []string{"severity"}}, {"findings": []int64{id}, "assigneeId": 987654}} {
		if a := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, "/v1/finding-triages", bad); len(a.mistakes(t)) == 0 {
			t.Errorf("%v: %s", bad, a.body)
		}
	}
	s.expect(http.StatusNotFound, "registrar", http.MethodPost, "/v1/finding-triages", map[string]any{"findings": []int64{id, 987654}, "comment": "x"})
}

func TestFindingsAreListedCountedAndWrittenAsCSV(t *testing.T) {
	s := newServer(t)
	s.finding()
	all := s.get("auditor", "/v1/findings?state=open&severity=medium&rule=no-apache&limit=1")
	if all.next(t) == "" {
		t.Errorf("there is one finding only: %s", all.body)
	}
	rows := func(path string, headers ...string) [][]string {
		a := s.expect(http.StatusOK, "auditor", http.MethodGet, path, nil, headers...)
		if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.header.Get("Content-Disposition"), "findings.csv") || !strings.Contains(a.header.Get("Vary"), "Accept") {
			t.Errorf("headers %v", a.header)
		}
		list, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
		s.must(err)
		return list
	}
	list := rows("/v1/findings?format=csv")
	if diff := cmp.Diff(list, rows("/v1/findings", "Accept: text/csv")); diff != "" || list[0][0] != "id" || len(list[1]) != len(list[0]) {
		t.Errorf("rows %v, %s", list, diff)
	}
	for by, want := range map[string]string{"severity": "high", "rule": "no-apache", "asset": fmt.Sprint(s.state.CaseDesk.ID), "agency": fmt.Sprint(s.state.Health.ID)} {
		items := s.get("auditor", "/v1/reports/findings?by="+by).items(t)
		sum := 0.0
		found := false
		for _, c := range items {
			sum += c["count"].(float64)
			found = found || c["key"] == want
		}
		if !found || int(sum) != len(list)-1 {
			t.Errorf("by %s: %v, %d findings", by, items, len(list)-1)
		}
	}
	if got := s.get(public, "/v1/findings").items(t); len(got) != 0 {
		t.Errorf("the public sees %v", got)
	}
	if got := s.get("reader", "/v1/findings").items(t); slices.ContainsFunc(got, func(f map[string]any) bool { return f["agency"] != "Port Clinic" }) {
		t.Errorf("a reader of the clinic sees %v", got)
	}
}

func TestAnExemptionIsAskedForDecidedOnByAnotherAndRenewed(t *testing.T) {
	s := newServer(t)
	counsel := s.person("Cora Counsel", models.Counsel, s.state.Health.ID)
	id := s.finding()
	until := models.DateOf(time.Now()).AddDays(30).String()
	grounds := map[string]any{"ground": "It is to be replaced.", "evidence": "Memo 12", "expiresOn": until}
	if a := s.expect(http.StatusBadRequest, counsel, http.MethodPost, path("/findings/%d/exemptions", id), map[string]any{"ground": "x", "evidence": "y", "expiresOn": "2020-01-01"}); !slices.Contains(a.mistakes(t), "expiresOn out-of-range") {
		t.Errorf("a day in the past: %s", a.body)
	}
	asked := s.expect(http.StatusCreated, counsel, http.MethodPost, path("/findings/%d/exemptions", id), grounds)
	address := asked.header.Get("Location")
	s.expect(http.StatusForbidden, counsel, http.MethodPost, address+"/transitions", map[string]any{"to": "granted", "decision": "Fine."})
	granted := s.expect(http.StatusOK, "officer", http.MethodPost, address+"/transitions", map[string]any{"to": "granted", "decision": "For this once."}).object(t)
	if granted["state"] != "granted" || granted["decidedBy"] != "Olu Officer" || granted["requestedBy"] != "Cora Counsel" || granted["expiresOn"] != until || granted["releaseId"] != float64(s.state.CaseDesk42.ID) {
		t.Errorf("granted: %v", granted)
	}
	s.judge()
	if f := s.get(counsel, path("/findings/%d", id)).object(t); f["state"] != "exempted" || text1(f["exemption"], "ground") != "It is to be replaced." {
		t.Errorf("the finding is %v", f)
	}
	renewed := s.expect(http.StatusCreated, counsel, http.MethodPost, address+"/renewals", grounds).object(t)
	if renewed["renewals"] != 1.0 || renewed["renewsId"] != granted["id"] || renewed["rule"] != "no-apache" {
		t.Errorf("renewed: %v", renewed)
	}
	s.expect(http.StatusOK, counsel, http.MethodPost, address+"/transitions", map[string]any{"to": "revoked", "decision": "It was replaced."})
	s.judge()
	if f := s.get(counsel, path("/findings/%d", id)).object(t); f["state"] != "open" || f["exemption"] != nil {
		t.Errorf("after it was revoked the finding is %v", f)
	}
	var actions []any
	for _, e := range s.get(counsel, address+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"exemption.requested", "exemption.granted", "exemption.revoked"}, actions); diff != "" {
		t.Error(diff)
	}
}
