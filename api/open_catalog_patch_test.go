package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const jsonPatch = "Content-Type: application/json-patch+json"

// patchStep is a patch with what one field is after it.
type patchStep struct {
	name, body string
	header     string
	field      string
	want       any
}

func goodPatches(id string) []patchStep {
	return []patchStep{
		{"a merge patch", `{"vitality":"90,100"}`, "", "vitality", "90,100"},
		{"a merge patch with null", `{"vitality":null}`, "", "vitality", nil},
		{"switching off", `{"active":false}`, "", "active", false},
		{"a JSON patch that tests first", `[{"op":"test","path":"/id","value":"` + id + `"},{"op":"test","path":"/active","value":false},{"op":"replace","path":"/active","value":true}]`, jsonPatch, "active", true},
		{"an alias behind the others", `[{"op":"add","path":"/aliases/-","value":"https://code.example.org/old/b"},{"op":"add","path":"/aliases/0","value":"https://code.example.org/old/a"}]`, jsonPatch, "aliases", []any{"https://code.example.org/old/a", "https://code.example.org/old/b"}},
		{"an alias moved and one removed", `[{"op":"move","from":"/aliases/0","path":"/aliases/1"},{"op":"remove","path":"/aliases/0"}]`, jsonPatch, "aliases", []any{"https://code.example.org/old/a"}},
		{"a value copied", `[{"op":"copy","from":"/aliases/0","path":"/vitality"}]`, jsonPatch, "vitality", "https://code.example.org/old/a"},
		{"nothing", `{}`, "", "active", true},
	}
}

func TestAPatchChangesWhatItNamesAndNothingElse(t *testing.T) {
	s := newServer(t)
	made := s.tellDesk("registrar", "patched", true)
	id := fmt.Sprint(made["id"])
	without := func(m map[string]any, names ...string) map[string]any {
		out := map[string]any{}
		for k, v := range m {
			if !slices.Contains(names, k) {
				out[k] = v
			}
		}
		return out
	}
	steps := goodPatches(id)
	was := s.catalog(200, "registrar", http.MethodGet, "/software/"+id, nil).object(t)
	for _, step := range steps {
		headers := []string{"Content-Type: application/merge-patch+json"}
		if step.header != "" {
			headers = []string{step.header}
		}
		is := s.catalog(200, "registrar", http.MethodPatch, "/software/"+id, step.body, headers...).object(t)
		if diff := cmp.Diff(step.want, is[step.field]); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
		if diff := cmp.Diff(without(was, step.field, "updatedAt"), without(is, step.field, "updatedAt")); diff != "" {
			t.Errorf("%s changed something else: %s", step.name, diff)
		}
		was = is
	}
}

// badPatches are JSON patches with what is said of them.
func badPatches() map[string]string {
	many := strings.Repeat(`{"op":"test","path":"/active","value":true},`, 101)
	return map[string]string{
		`[]`: "patch must contain at least one operation",
		`[` + strings.TrimSuffix(many, ",") + `]`:                                                     "patch must not exceed 100 operations",
		`[{"op":"replace","path":"/vitality","value":"1"},{"op":"replace","path":"/id","value":"1"}]`: "operation not allowed on a read-only field: /id",
		`[{"op":"remove","path":"/createdAt"}]`:                                                       "operation not allowed on a read-only field: /createdAt",
		`[{"op":"move","from":"/updatedAt","path":"/vitality"}]`:                                      "operation not allowed on a read-only field: /updatedAt",
		`[{"op":"copy","from":"/id","path":"/vitality"}]`:                                             "operation not allowed on a read-only field: /id",
		`[{"op":"add","path":"/catalogId","value":"1"}]`:                                              "operation not allowed on a read-only field: /catalogId",
		`[{"op":"replace","path":"","value":{}}]`:                                                     "an operation on the whole is not allowed",
		`[{"op":"replace","path":"/vitality","value":"1"},{"op":"test","path":"/url","value":"x"}]`:   "the test of /url failed: it has another value",
		`[{"op":"replace","path":"/aliases/7","value":"x"}]`:                                          "there is nothing at /aliases/7",
		`[{"op":"remove","path":"/aliases/01"}]`:                                                      "there is nothing at /aliases/01",
		`[{"op":"add","path":"/name","value":"x"}]`:                                                   `unknown field in JSON input: "name"`,
		`[{"op":"replace","path":"/active","value":"yes"}]`:                                           "a value of the patch is not of the kind that its field has",
		`[{"op":"replace","path":"/url","value":"desk"}]`:                                             "invalid format: url is invalid",
		`[{"op":"add","path":"/aliases/-","value":"desk"}]`:                                           "invalid format: aliases is invalid",
		`[{"op":"shout","path":"/url"}]`:                                                              "op must be one of add, remove, replace, move, copy, test",
		`[{"op":"add","path":"/url"}]`:                                                                "the operation add needs a value",
		`[{"op":"move","path":"/url"}]`:                                                               "the operation move needs from, which begins with “/”",
		`[{"op":"remove","path":"url"}]`:                                                              "an operation needs a path, which is empty or begins with “/”",
		`[{"op":"test","path":"/` + strings.Repeat("x", 255) + `","value":1}]`:                        "path and from must not exceed 255 characters",
		`[` + strings.Repeat(`{"op":"copy","from":"/aliases","path":"/aliases/-"},`, 30) + `{"op":"test","path":"/active","value":true}]`: "the patch copies too much",
	}
}

func TestARefusedPatchChangesNothing(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "unpatched", true)["id"])
	was := s.catalog(200, "registrar", http.MethodGet, "/software/"+id, nil).object(t)
	for body, want := range badPatches() {
		if p := s.catalog(422, "registrar", http.MethodPatch, "/software/"+id, body, jsonPatch).object(t); p["detail"] != want {
			t.Errorf("%.80s: %v, want %s", body, p["detail"], want)
		}
	}
	if p := s.catalog(400, "registrar", http.MethodPatch, "/software/"+id, `{"op":"add"}`, jsonPatch).object(t); !strings.HasPrefix(fmt.Sprint(p["detail"]), "invalid or malformed JSON") {
		t.Errorf("a JSON patch that is no array: %v", p)
	}
	if is := s.catalog(200, "registrar", http.MethodGet, "/software/"+id, nil).object(t); !cmp.Equal(was, is) {
		t.Errorf("a refused patch has changed something: %s", cmp.Diff(was, is))
	}
}

func TestWebhooksOfTheOpenCatalogAPITellWhoLooksAfterThem(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "hooked", true)["id"])
	publisher := fmt.Sprint(s.catalog(200, "registrar", http.MethodPost, "/publishers", map[string]any{"description": "Hooked", "codeHosting": []any{map[string]any{"url": "https://code.example.org/hooked"}}}).object(t)["id"])
	for _, of := range []string{"/software", "/software/" + id, "/publishers", "/publishers/" + publisher} {
		path := of + "/webhooks"
		s.catalog(401, public, http.MethodGet, path, nil)
		s.catalog(401, public, http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/a"})
		s.catalog(403, "reader", http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/a"})
		s.catalog(422, "registrar", http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/a", "secret": "short"})
		made := s.catalog(200, "registrar", http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/a", "secret": "my-secret-token-16c"}).object(t)
		if made["secret"] != nil || made["url"] != "https://hooks.example.org/a" {
			t.Errorf("%s: the webhook is %v", path, made)
		}
		s.catalog(409, "registrar", http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/a"})
		if second := s.catalog(200, "registrar", http.MethodPost, path, map[string]any{"url": "https://hooks.example.org/b"}).object(t); second["secret"] == nil {
			t.Errorf("%s: the secret that was made is not shown: %v", path, second)
		}
		first := s.catalog(200, "registrar", http.MethodGet, path+"?page[size]=1", nil).told(t)
		rest := s.catalog(200, "registrar", http.MethodGet, path+*first.Links.Next, nil).told(t)
		if len(first.Data) != 1 || first.Data[0]["id"] != made["id"] || len(rest.Data) != 1 || rest.Links.Next != nil || rest.Links.Prev == nil {
			t.Errorf("%s page by page: %v, %v", path, first, rest)
		}
		if others := s.catalog(200, "buyer", http.MethodGet, path, nil).told(t); len(others.Data) != 0 {
			t.Errorf("%s: others see %v", path, others.Data)
		}
		one := "/webhooks/" + fmt.Sprint(made["id"])
		s.catalog(401, public, http.MethodGet, one, nil)
		s.catalog(404, "buyer", http.MethodGet, one, nil)
		changed := s.catalog(200, "registrar", http.MethodPatch, one, map[string]any{"url": "https://hooks.example.org/c", "secret": "another-secret-token"}).object(t)
		if changed["url"] != "https://hooks.example.org/c" || changed["id"] != made["id"] {
			t.Errorf("%s became %v", path, changed)
		}
		s.catalog(409, "registrar", http.MethodPatch, one, map[string]any{"url": "https://hooks.example.org/b"})
		s.catalog(204, "registrar", http.MethodDelete, one, nil)
		s.catalog(404, "registrar", http.MethodGet, one, nil)
		s.catalog(404, "registrar", http.MethodDelete, one, nil)
	}
	s.catalog(404, "registrar", http.MethodPost, "/software/nothing/webhooks", map[string]any{"url": "https://hooks.example.org/a"})
}
