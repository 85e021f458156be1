package api_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/models"
)

func (s *server) countAssets(name string) int {
	s.t.Helper()
	n := 0
	for _, item := range s.get("officer", "/v1/assets?limit=200").items(s.t) {
		if strings.HasPrefix(item["name"].(string), name) {
			n++
		}
	}
	return n
}

func TestTheSameRequestWithTheSameKeyIsMadeOnce(t *testing.T) {
	s := newServer(t)
	body := map[string]any{"name": "Once", "origin": "gov-built", "stewardId": s.state.Health.ID}
	first := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k1")
	again := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k1")
	if string(first.body) != string(again.body) || first.header.Get("Location") != again.header.Get("Location") || first.header.Get("ETag") != again.header.Get("ETag") || first.header.Get("Content-Type") != again.header.Get("Content-Type") {
		t.Errorf("the answers differ:\n%v %s\n%v %s", first.header, first.body, again.header, again.body)
	}
	if first.header.Get("Idempotency-Replayed") != "" || again.header.Get("Idempotency-Replayed") != "true" {
		t.Error("only the second answer should say that it is a replay")
	}
	if n := s.countAssets("Once"); n != 1 {
		t.Errorf("%d were made", n)
	}
	body["name"] = "Once more"
	a := s.expect(http.StatusConflict, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k1")
	if a.object(t)["code"] != "key-used" {
		t.Errorf("another request: %s", a.body)
	}
	a = s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k1")
	if a.header.Get("Idempotency-Replayed") != "" {
		t.Error("the key of another person was taken")
	}
}

func TestParallelRequestsWithOneKeyMakeOneThing(t *testing.T) {
	s := newServer(t)
	body := map[string]any{"agencyId": s.state.Clinic.ID, "assetId": s.state.Portal.ID, "service": "Only"}
	var mu sync.Mutex
	var wg sync.WaitGroup
	statuses := map[string]int{}
	for range 30 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a := s.ask("officer", http.MethodPost, "/v1/deployments", body, "Idempotency-Key: same")
			mu.Lock()
			defer mu.Unlock()
			code, _ := a.object(t)["code"].(string)
			statuses[fmt.Sprint(a.status, " ", code)]++
		}()
	}
	wg.Wait()
	if statuses["201 "]+statuses["409 key-in-use"] != 30 || statuses["201 "] == 0 {
		t.Errorf("got %v", statuses)
	}
	if n := len(s.get("officer", path("/deployments?asset=%d", s.state.Portal.ID)).items(t)); n != 1 {
		t.Errorf("%d were made", n)
	}
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	s := newServer(t)
	body := map[string]any{"name": "Later", "origin": "nowhere", "stewardId": s.state.Health.ID}
	s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k2")
	body["origin"] = "gov-built"
	s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: k2")
	s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/assets", body, "Idempotency-Key: "+strings.Repeat("k", 201))
	s.expect(http.StatusUnauthorized, public, http.MethodPost, "/v1/assets", body, "Idempotency-Key: k2")
}

func TestOfFiftyEqualRequestsOneMakesTheThingAndTheOthersLearnWhich(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		path  string
		body  map[string]any
		field string
	}{
		{"/v1/assets", map[string]any{"name": "Race", "origin": "gov-built", "stewardId": s.state.Health.ID}, "name"},
		{"/v1/agencies", map[string]any{"name": "Race", "code": "race", "uri": "https://www.example.gov/race", "kind": "other"}, ""},
		{path("/assets/%d/releases", s.state.CaseDesk.ID), map[string]any{"number": "race"}, "number"},
		{"/v1/deployments", map[string]any{"agencyId": s.state.Clinic.ID, "assetId": s.state.Portal.ID, "service": "Race"}, "assetId"},
	} {
		before := len(s.events())
		var mu sync.Mutex
		var wg sync.WaitGroup
		statuses := map[int]int{}
		for range 50 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				a := s.ask("officer", http.MethodPost, tc.path, tc.body)
				mu.Lock()
				defer mu.Unlock()
				statuses[a.status]++
				if m := a.mistakes(t); a.status == http.StatusConflict && (len(m) != 1 || tc.field != "" && m[0] != tc.field+" taken") {
					t.Errorf("%s: the refusal names %v", tc.path, m)
				}
			}()
		}
		wg.Wait()
		if statuses[201] != 1 || statuses[409] != 49 {
			t.Errorf("%s: %v", tc.path, statuses)
		}
		if n := len(s.events()) - before; n != 1 {
			t.Errorf("%s: %d events", tc.path, n)
		}
	}
}

func TestASecretIsNeverKeptForAReplay(t *testing.T) {
	var s *server
	s = newServerFor(t, func(*http.Request) (models.Viewer, error) { return s.store.Viewer(t.Context(), s.state.Reader.ID) })
	body := `{"name":"t","actions":["government:read"],"expiresAt":"` + soon() + `"}`
	first := s.expect(http.StatusCreated, public, http.MethodPost, "/v1/tokens", body, "Idempotency-Key: k3").object(t)
	second := s.expect(http.StatusCreated, public, http.MethodPost, "/v1/tokens", body, "Idempotency-Key: k3").object(t)
	if first["secret"] == second["secret"] || !strings.HasPrefix(first["secret"].(string), "ospo_") {
		t.Errorf("got %v and %v", first, second)
	}
	if strings.Contains(string(s.get(public, "/v1/tokens").body), first["secret"].(string)) {
		t.Error("the secret is shown again")
	}
}

func TestADocumentWithTheSameKeyIsSentOnce(t *testing.T) {
	s := newServerWith(t, func(d *api.Deps) { d.MaxBody = 8 << 20 })
	release := path("/releases/%d/sboms", newRelease(s).ID)
	for i, tt := range []struct {
		name, path string
		status     int
		headers    []string
	}{
		{"for a release", release, http.StatusCreated, []string{"Idempotency-Key: one"}},
		{"in the background", release, http.StatusAccepted, []string{"Idempotency-Key: two", "Prefer: respond-async"}},
		{"for what it describes", "/v1/sboms?name=Once+Desk&number=1", http.StatusCreated, []string{"Idempotency-Key: three"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := bom("Once Desk", "1", "x") + strings.Repeat(" ", 2<<20+i) // larger than what a body of JSON may be
			send := func(status int, doc string) answer {
				return s.expect(status, "registrar", http.MethodPost, tt.path, doc, tt.headers...)
			}
			first := send(tt.status, doc)
			again := send(tt.status, doc)
			if string(first.body) != string(again.body) || first.header.Get("Location") != again.header.Get("Location") || first.header.Get("Preference-Applied") != again.header.Get("Preference-Applied") {
				t.Errorf("the answers differ:\n%v %s\n%v %s", first.header, first.body, again.header, again.body)
			}
			if first.header.Get("Idempotency-Replayed") != "" || again.header.Get("Idempotency-Replayed") != "true" {
				t.Error("only the second answer should say that it is a replay")
			}
			if other := send(http.StatusConflict, doc+" "); other.object(t)["code"] != "key-used" {
				t.Errorf("other bytes: %s", other.body)
			}
		})
	}
	refused := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, release, "Hello.", "Idempotency-Key: four")
	if refused.object(t)["code"] == nil {
		t.Errorf("refused: %s", refused.body)
	}
	s.expect(http.StatusCreated, "registrar", http.MethodPost, release, bom("Later", "1", "y"), "Idempotency-Key: four")
	s.expect(http.StatusUnauthorized, public, http.MethodPost, release, bom("Later", "1", "z"), "Idempotency-Key: five")
}

func TestABodyWithAKeyIsBoundedInSizeAndTime(t *testing.T) {
	s := newServerWith(t, func(d *api.Deps) { d.MaxBody, d.Patience = 1000, 50*time.Millisecond })
	p := path("/releases/%d/sboms", newRelease(s).ID)
	if a := s.expect(http.StatusRequestEntityTooLarge, "registrar", http.MethodPost, p, strings.Repeat(" ", 1001), "Idempotency-Key: one"); a.object(t)["code"] != "sbom-too-large" {
		t.Errorf("too large: %s", a.body)
	}
	r, w := io.Pipe()
	defer w.Close()
	req, err := http.NewRequest(http.MethodPost, s.base+p, r)
	s.must(err)
	req.Header.Set("Authorization", "Bearer "+s.tokens["registrar"])
	req.Header.Set("Idempotency-Key", "two")
	a, err := http.DefaultClient.Do(req)
	s.must(err)
	defer a.Body.Close()
	if a.StatusCode != http.StatusRequestTimeout {
		t.Errorf("too slow: %s", a.Status)
	}
}
