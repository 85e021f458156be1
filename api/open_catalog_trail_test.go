package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// catalogOperations are the operations of the Open Catalog API as it describes itself: methods by path, and every query key that any of them has.
func catalogOperations(t *testing.T, s *server) (methods map[string][]string, keys []string) {
	t.Helper()
	var doc struct {
		Paths      map[string]map[string]any
		Components struct {
			Parameters map[string]struct{ Name, In string }
		}
	}
	if err := yaml.Unmarshal(s.ask(public, http.MethodGet, "/open-catalog/v1/openapi.yaml", nil).body, &doc); err != nil {
		t.Fatal(err)
	}
	methods = map[string][]string{}
	for path, operations := range doc.Paths {
		for method := range operations {
			if method != "parameters" {
				methods[path] = append(methods[path], strings.ToUpper(method))
			}
		}
	}
	for _, p := range doc.Components.Parameters {
		if p.In == "query" {
			keys = append(keys, p.Name)
		}
	}
	return methods, keys
}

// oneOfEach makes one of each thing of the Open Catalog API.
func (s *server) oneOfEach(name string) map[string]string {
	s.t.Helper()
	id := func(path string, body map[string]any) string {
		who := "officer"
		if path == "/publishers" {
			who = "registrar"
		}
		return fmt.Sprint(s.catalog(200, who, http.MethodPost, path, body).object(s.t)["id"])
	}
	software := fmt.Sprint(s.tellDesk("registrar", name, true)["id"])
	catalog := id("/catalogs", map[string]any{"name": "Catalogue " + name, "sources": []any{map[string]any{"url": "https://code.example.org/c/" + name}}})
	return map[string]string{
		"softwareId": software, "catalogId": catalog,
		"publisherId": id("/publishers", map[string]any{"description": "Publisher " + name, "codeHosting": []any{map[string]any{"url": "https://code.example.org/p/" + name}}}),
		"bundleId":    id("/bundles", map[string]any{"name": "Bundle " + name, "softwareIds": []string{software}}),
		"webhookId":   id("/software/webhooks", map[string]any{"url": "https://hooks.example.org/" + name, "secret": "my-secret-token-16c"}),
	}
}

func fillIn(path string, ids map[string]string) string {
	for key, id := range ids {
		path = strings.ReplaceAll(path, "{"+key+"}", id)
	}
	return path
}

// A key that one list of a peer knew was a fault of the server on the others.
func TestEveryKeyOfAQueryIsAnsweredOnEveryListOfTheOpenCatalogAPI(t *testing.T) {
	s := newServer(t)
	methods, keys := catalogOperations(t, s)
	ids, asked := s.oneOfEach("asked"), 0
	for path, list := range methods {
		if !slices.Contains(list, "GET") {
			continue
		}
		for _, key := range append(keys, "search", "bogus") {
			for _, value := range []string{"", "a", "1", "-1", "true", "2026-01-01T00:00:00Z", "%00", "%ff"} {
				asked++
				if a := s.ask("officer", http.MethodGet, "/open-catalog/v1"+fillIn(path, ids)+"?"+key+"="+value, nil); a.status >= http.StatusInternalServerError {
					t.Errorf("%s with %s=%s: %d %.200s", path, key, value, a.status, a.body)
				}
			}
		}
	}
	if len(keys) < 6 || asked < 500 {
		t.Errorf("%d keys were asked %d times", len(keys), asked)
	}
}

// Of what a peer wrote, catalogues, bundles and webhooks left no trace, and an analysis none of who wrote it.
func TestEveryWriteOfTheOpenCatalogAPISaysInTheTrailWhoMadeIt(t *testing.T) {
	s := newServer(t)
	ids := s.oneOfEach("trail")
	for _, w := range []struct {
		who, method, path string
		body              any
	}{
		{"registrar", "POST", "/software", map[string]any{"url": "https://code.example.org/health/another", "publiccodeYml": desk("another")}},
		{"registrar", "PATCH", "/software/{softwareId}", map[string]any{"vitality": "7"}},
		{"registrar", "PATCH", "/software/{softwareId}/analysis", map[string]any{"scanner": map[string]any{"v": 1, "grade": "A"}}},
		{"registrar", "POST", "/software/{softwareId}/webhooks", map[string]any{"url": "https://hooks.example.org/one", "secret": "my-secret-token-16c"}},
		{"officer", "PATCH", "/webhooks/{webhookId}", map[string]any{"url": "https://hooks.example.org/other"}},
		{"officer", "DELETE", "/webhooks/{webhookId}", nil},
		{"registrar", "POST", "/publishers", map[string]any{"description": "Another", "codeHosting": []any{map[string]any{"url": "https://code.example.org/another"}}}},
		{"registrar", "PATCH", "/publishers/{publisherId}", map[string]any{"description": "Renamed"}},
		{"registrar", "DELETE", "/publishers/{publisherId}", nil},
		{"officer", "POST", "/catalogs", map[string]any{"name": "Another", "sources": []any{map[string]any{"url": "https://code.example.org/c/another"}}}},
		{"officer", "PATCH", "/catalogs/{catalogId}", map[string]any{"name": "Renamed"}},
		{"officer", "PATCH", "/catalogs/{catalogId}/analysis", map[string]any{"scanner": map[string]any{"v": 1, "grade": "A"}}},
		{"officer", "DELETE", "/catalogs/{catalogId}", nil},
		{"officer", "POST", "/bundles", map[string]any{"name": "Another", "softwareIds": []string{ids["softwareId"]}}},
		{"officer", "PATCH", "/bundles/{bundleId}", map[string]any{"name": "Renamed"}},
		{"officer", "DELETE", "/bundles/{bundleId}", nil},
		{"registrar", "DELETE", "/software/{softwareId}", nil},
	} {
		s.writes(w.who, w.method, w.path, fillIn(w.path, ids), w.body)
	}
}

// writes makes a request that changes something, and looks at what it leaves in the trail.
func (s *server) writes(who, method, what, path string, body any) {
	s.t.Helper()
	before := s.events()
	headers := []string{"Content-Type: application/json"}
	if method == http.MethodPatch {
		headers = []string{"Content-Type: application/merge-patch+json"}
	}
	a := s.ask(who, method, "/open-catalog/v1"+path, body, headers...)
	if a.status >= 300 {
		s.t.Errorf("%s %s is answered %d %.300s", method, what, a.status, a.body)
		return
	}
	added := s.events()[len(before):]
	if len(added) == 0 {
		s.t.Errorf("%s %s leaves no event", method, what)
		return
	}
	list, err := s.store.Events(context.Background(), sample.By, models.EventFilter{After: added[0] - 1, Limit: len(added)})
	s.must(err)
	for _, e := range list {
		if e.ActorID == nil || e.TokenID == nil {
			s.t.Errorf("%s %s: %s does not say who asked: %+v", method, what, e.Action, e)
		}
	}
}

func TestAQuestionThatCannotBeMeantSoIsNotAnsweredAsAnother(t *testing.T) {
	s := newServer(t)
	for _, list := range []string{"software", "publishers", "catalogs", "bundles"} {
		address := "/open-catalog/v1/" + list
		refused := s.expect(http.StatusUnprocessableEntity, public, http.MethodGet, address+"?all=maybe", nil).object(t)
		if refused["detail"] != "all must be true or false" {
			t.Errorf("%s: %v", list, refused)
		}
		// The last is what publiccode-crawler asks for: it puts a link behind a query.
		for _, query := range []string{"", "?all=", "?all=true", "?all=0", "?unknown=key", "?all=true?all=true"} {
			s.expect(http.StatusOK, public, http.MethodGet, address+query, nil)
		}
	}
}
