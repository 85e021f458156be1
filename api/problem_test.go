package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

func TestAFaultInTheDatabaseTellsTheClientNothingButANumber(t *testing.T) {
	s := newServer(t)
	conn, err := pgx.Connect(t.Context(), s.dsn)
	s.must(err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `ALTER TABLE assets RENAME COLUMN edition TO planted_4711; ALTER TABLE agencies ADD CONSTRAINT planted_4712 CHECK (name <> 'Planted')`)
	s.must(err)
	for _, a := range []answer{
		s.ask("officer", http.MethodGet, "/v1/assets", nil), s.ask(public, http.MethodGet, path("/assets/%d", s.state.CaseDesk.ID), nil), s.ask("officer", http.MethodGet, "/v1/search?q=desk", nil),
		s.ask("officer", http.MethodPost, "/v1/agencies", map[string]any{"name": "Planted", "code": "p", "uri": "https://p.example.gov", "kind": "other"}),
	} {
		p := a.object(t)
		if a.status != http.StatusInternalServerError || p["requestId"] != a.header.Get("X-Request-Id") || p["code"] != "internal" {
			t.Errorf("got %d %s", a.status, a.body)
		}
		for _, secret := range []string{"planted", "SELECT", "column", "relation", "SQLSTATE", "assets", "constraint", ".go", "goroutine"} {
			if strings.Contains(string(a.body), secret) {
				t.Errorf("the answer says %q: %s", secret, a.body)
			}
		}
		if !strings.Contains(s.log.String(), p["requestId"].(string)) {
			t.Error("the log does not have the number")
		}
	}
	if !strings.Contains(s.log.String(), "planted_4711") && !strings.Contains(s.log.String(), "edition") || !strings.Contains(s.log.String(), "planted_4712") {
		t.Errorf("the log does not say what happened: %s", s.log)
	}
}

func TestAFaultOrPanicWhileFindingOutWhoAsksTellsNothing(t *testing.T) {
	for name, session := range map[string]func(*http.Request) (models.Viewer, error){
		"a fault": func(*http.Request) (models.Viewer, error) { return models.Viewer{}, errors.New("planted-4713") },
		"a panic": func(*http.Request) (models.Viewer, error) { panic("planted-4713") },
	} {
		s := newServerFor(t, session)
		a := s.expect(http.StatusInternalServerError, public, http.MethodGet, "/v1/assets", nil)
		if strings.Contains(string(a.body), "planted") || a.header.Get("Content-Type") != "application/problem+json" || a.object(t)["requestId"] == "" {
			t.Errorf("%s: %s", name, a.body)
		}
		if !strings.Contains(s.log.String(), "planted-4713") {
			t.Errorf("%s is not in the log", name)
		}
	}
}

func TestASessionThatDoesNotHoldIsRefusedAsSuch(t *testing.T) {
	s := newServerFor(t, func(*http.Request) (models.Viewer, error) {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "user-disabled", "This account was closed.")
	})
	s.expect(http.StatusUnauthorized, public, http.MethodGet, "/v1/assets", nil)
	s.expect(http.StatusOK, "reader", http.MethodGet, "/v1/assets", nil)
}

func TestAddressesThatAreNotThereAreProblems(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/v1/", 404, "no-such-address", ""},
		{"GET", "/v1/assets/", 404, "no-such-address", ""},
		{"GET", path("/assets/%d/", s.state.CaseDesk.ID), 404, "no-such-address", ""},
		{"GET", "/v1/nothing", 404, "no-such-address", ""},
		{"GET", "/v1/Assets", 404, "no-such-address", ""},
		{"GET", "/v1//assets", 404, "no-such-address", ""},
		{"POST", "/v1/assets/1/nothing", 404, "no-such-address", ""},
		{"DELETE", path("/assets/%d", s.state.CaseDesk.ID), 405, "method-not-allowed", "GET, HEAD, PATCH, OPTIONS"},
		{"PUT", "/v1/assets", 405, "method-not-allowed", "GET, HEAD, POST, OPTIONS"},
		{"PATCH", "/v1/search", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
		{"TRACE", "/v1/openapi.json", 405, "method-not-allowed", "GET, HEAD, OPTIONS"},
	} {
		a := s.ask("admin", tc.method, tc.path, nil)
		if a.status != tc.status || a.header.Get("Content-Type") != "application/problem+json" || a.object(t)["code"] != tc.code || a.header.Get("API-Version") == "" {
			t.Errorf("%s %s: %d %v %s", tc.method, tc.path, a.status, a.header, a.body)
		}
		if tc.allow != "" {
			got, want := strings.Split(a.header.Get("Allow"), ", "), strings.Split(tc.allow, ", ")
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: Allow %s", tc.method, tc.path, diff)
			}
		}
	}
	if a := s.ask(public, "GET", "/elsewhere", nil); a.status != 404 || a.header.Get("API-Version") != "" {
		t.Errorf("addresses of others are answered by us: %d %v", a.status, a.header)
	}
}

func TestHeadAndOptionsAnswerAsGetWould(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		row, _ := sampleRow(o)
		p := "/v1" + row.path(s)
		if o.method == http.MethodGet {
			got, head := s.ask("admin", "GET", p, nil), s.ask("admin", "HEAD", p, nil)
			if head.status != got.status || len(head.body) > 0 || head.header.Get("Content-Type") != got.header.Get("Content-Type") || head.header.Get("ETag") != got.header.Get("ETag") || head.header.Get("Link") != got.header.Get("Link") {
				t.Errorf("HEAD %s: %d %v %q; GET has %d %v", p, head.status, head.header, head.body, got.status, got.header)
			}
		}
		options := s.ask(public, "OPTIONS", p, nil)
		if allow := options.header.Get("Allow"); options.status != http.StatusNoContent || !strings.Contains(allow, o.method) || !strings.Contains(allow, "OPTIONS") {
			t.Errorf("OPTIONS %s: %d %q", p, options.status, allow)
		}
	}
}

func TestAllMistakesInABodyComeAtOnce(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		name, path, body string
		want             []string
	}{
		{"an asset with mistakes of form and of content", "/v1/assets?dry=1",
			`{"name":7,"origin":"found","bogus":1,"Name":"x","stewardId":1.5,"urls":[{"kind":"home","url":"nope"},{"url":"https://x.example.gov"}],"identifiers":[{"kind":"isbn","value":"1"}],"categories":["Not Kebab"],"descriptions":{"English":"x"}}`,
			[]string{"Name unknown-field", "bogus unknown-field", "categories[0] bad-category", "descriptions.English bad-language", "dry unknown-key", "identifiers[0].kind unknown-value", "name wrong-type", "origin unknown-value", "stewardId wrong-type", "urls[0] bad-url", "urls[1].kind required"}},
		{"an empty asset", "/v1/assets", `{}`, []string{"name required", "origin required", "stewardId required"}},
		{"mistakes of content only", "/v1/assets", fmt.Sprintf(`{"name":"  ","origin":"gov-built","stewardId":%d,"license":"GNU something","identifiers":[{"kind":"purl","value":"openssl"},{"kind":"cpe","value":"x"}],"descriptions":{"EN":"x"}}`, s.state.Health.ID),
			[]string{"descriptions.EN bad-language", "identifiers[0].value bad-identifier", "identifiers[1].value bad-identifier", "license not-an-expression", "name required"}},
		{"an agency", "/v1/agencies", `{"name":"","code":"x","uri":"example","kind":"ministry","email":"Ann <ann@x>"}`, []string{"email bad-email", "name required", "uri bad-url"}},
		{"a release", path("/assets/%d/releases", s.state.CaseDesk.ID), `{"number":"","releasedOn":"yesterday","lifeEndOn":"2030-02-30","securityEndOn":"2030-01-01"}`, []string{"lifeEndOn bad-date", "number required", "releasedOn bad-date", "securityEndSource required"}},
		{"a deployment", "/v1/deployments", `{"agencyId":0,"environment":"prod","criticality":9,"jurisdiction":"t","businessEmail":"x"}`,
			[]string{"agencyId out-of-range", "assetId required", "businessEmail bad-email", "criticality out-of-range", "environment unknown-value", "jurisdiction bad-country"}},
		{"a merge", path("/assets/%d/merges", s.state.Portal.ID), `{"into":1}`, []string{"into unknown-field", "intoId required", "reason required"}},
		{"a transition", path("/deployments/%d/transitions", s.state.Claimed.ID), `{"to":"stale","validUntilOn":"soon"}`, []string{"to unknown-value", "validUntilOn bad-date"}},
		{"a withdrawal with what belongs elsewhere", path("/deployments/%d/transitions", s.state.Claimed.ID), `{"to":"withdrawn","validUntilOn":"2027-01-01","statement":"s"}`, []string{"statement not-here", "validUntilOn not-here"}},
		{"a list where an object belongs", "/v1/assets", `[]`, []string{"body wrong-type"}},
		{"what is no JSON", "/v1/assets", `{"name":`, []string{"body not-json"}},
		{"two documents", "/v1/assets", `{}{}`, []string{"body not-json"}},
	} {
		a := s.expect(http.StatusBadRequest, "officer", http.MethodPost, tc.path, tc.body)
		got := a.mistakes(t)
		slices.Sort(got)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", tc.name, diff, a.body)
		}
	}
}

func TestBodiesThatCannotBeReadAreRefusedForWhatTheyAre(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		name, body, contentType string
		status                  int
		code                    string
	}{
		{"nothing", "", "application/json", 400, "body-missing"},
		{"a form", "name=x", "application/x-www-form-urlencoded", 415, "not-json"},
		{"XML", "<a/>", "application/xml", 415, "not-json"},
		{"more than a megabyte", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "application/json", 413, "body-too-large"},
		{"a number no field can hold", `{"name":"x","origin":"gov-built","stewardId":1e300}`, "application/json", 400, "invalid-input"},
		{"NUL in a text", `{"name":"a\u0000b","origin":"gov-built","stewardId":1}`, "application/json", 400, "invalid-input"},
		{"broken UTF-8", "{\"name\":\"a\xff\",\"origin\":\"gov-built\",\"stewardId\":999}", "application/json", 400, "invalid-input"},
		{"deep nesting", strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), "application/json", 400, "invalid-input"},
	} {
		a := s.ask("officer", http.MethodPost, "/v1/assets", tc.body, "Content-Type: "+tc.contentType)
		if a.status != tc.status || a.object(t)["code"] != tc.code {
			t.Errorf("%s: %d %.300s", tc.name, a.status, a.body)
		}
	}
}
