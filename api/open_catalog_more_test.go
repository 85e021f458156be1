package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestWhatIsWithdrawnIsGoneFromSightAndNotLost(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	id := fmt.Sprint(s.tellDesk("registrar", "withdrawn", true)["id"])
	s.catalog(200, "registrar", http.MethodPost, "/software/"+id+"/logs", map[string]any{"message": "log of it"})
	s.catalog(204, "registrar", http.MethodDelete, "/software/"+id, nil)
	events := len(s.events())
	s.catalog(404, "registrar", http.MethodDelete, "/software/"+id, nil)
	if len(s.events()) != events {
		t.Error("withdrawing what is not told any more has left an event")
	}
	s.catalog(404, "registrar", http.MethodGet, "/software/"+id, nil)
	for _, path := range []string{"/software?all=true", "/software?url=https://code.example.org/health/withdrawn", "/logs"} {
		if got := s.catalog(200, "registrar", http.MethodGet, path, nil).told(t); len(got.Data) != 0 {
			t.Errorf("%s has %v", path, got.Data)
		}
	}
	list, err := s.store.Repositories(ctx, sample.By, models.RepositoryFilter{UUID: id, Inactive: true})
	s.must(err)
	if r := list.Items[0]; r.Active || r.WithdrawnAt == nil || r.Source == "" || r.AssetID == nil {
		t.Errorf("what is left is %+v", r)
	}
	if again := s.tellDesk("registrar", "withdrawn", true); again["id"] != id {
		t.Errorf("told anew it is %v", again)
	}
	s.catalog(200, public, http.MethodGet, "/software/"+id, nil)

	body := map[string]any{"description": "Leaving", "alternativeId": "leaving", "codeHosting": []any{map[string]any{"url": "https://code.example.org/leaving"}}}
	publisher := s.catalog(200, "registrar", http.MethodPost, "/publishers", body).object(t)
	s.catalog(200, public, http.MethodGet, "/publishers/leaving", nil)
	s.catalog(204, "registrar", http.MethodDelete, "/publishers/leaving", nil)
	s.catalog(404, public, http.MethodGet, "/publishers/leaving", nil)
	s.catalog(404, "registrar", http.MethodDelete, "/publishers/leaving", nil)
	next := s.catalog(200, "registrar", http.MethodPost, "/publishers", body).object(t)
	if next["id"] == publisher["id"] {
		t.Error("the next publisher of the name is the former one")
	}
	trail, err := s.store.Events(ctx, sample.By, models.EventFilter{Action: "publisher.withdrawn", Limit: 5})
	s.must(err)
	if len(trail) != 1 || !strings.Contains(string(trail[0].Before), "https://code.example.org/leaving") {
		t.Errorf("the trail says %+v", trail)
	}
}

func TestARepositoryThatNothingDescribesYetIsFilledIn(t *testing.T) {
	s := newServer(t)
	known := models.Repository{AgencyID: s.state.Health.ID, URL: "https://code.example.org/health/bare", Active: true}
	s.must(register.New(s.store).RegisterRepository(context.Background(), sample.By, &known))
	if got := s.catalog(200, public, http.MethodGet, "/software", nil).told(t); len(got.Data) != 0 {
		t.Errorf("without a file it is told as %v", got.Data)
	}
	if got := s.tellDesk("registrar", "bare", true); got["id"] != known.UUID {
		t.Errorf("it became %v, want %s", got, known.UUID)
	}
}

func TestWhoseSoftwareIsFollowsFromWhatIsTold(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	clinic := s.state.Clinic
	tell := func(status int, name, organisation string) map[string]any {
		return s.catalog(status, "officer", http.MethodPost, "/software", map[string]any{"url": "https://code.example.org/who/" + name, "publiccodeYml": fmt.Sprintf(deskYAML, name, name, organisation)}).object(t)
	}
	agency := func(told map[string]any) int64 {
		list, err := s.store.Repositories(ctx, sample.By, models.RepositoryFilter{UUID: fmt.Sprint(told["id"])})
		s.must(err)
		return list.Items[0].AgencyID
	}
	refused := tell(422, "nobodys", "https://www.example.gov/agency/nobody")
	if !strings.Contains(fmt.Sprint(refused["detail"]), "Add the publisher first") {
		t.Errorf("the officer is told %v", refused)
	}
	if got := agency(tell(200, "by-uri", clinic.URI)); got != clinic.ID {
		t.Errorf("by the URI of the organisation it is of %d", got)
	}
	if got := agency(tell(200, "by-code", "urn:x-example:"+clinic.Code)); got != clinic.ID {
		t.Errorf("by the national code it is of %d", got)
	}
	s.catalog(422, "officer", http.MethodPost, "/publishers", map[string]any{"description": "Nobody", "codeHosting": []any{map[string]any{"url": "https://code.example.org/nobody"}}})
	p := s.catalog(200, "officer", http.MethodPost, "/publishers", map[string]any{"description": "Finance code", "alternativeId": s.state.Finance.Code, "codeHosting": []any{map[string]any{"url": "https://code.example.org/who"}}}).object(t)
	if got := agency(tell(200, "by-place", clinic.URI)); got != s.state.Finance.ID {
		t.Errorf("at the place of a publisher it is of %d", got)
	}
	if p["alternativeId"] != s.state.Finance.Code {
		t.Errorf("the publisher is %v", p)
	}
}

func TestCataloguesHoldWhatCameByWayOfThem(t *testing.T) {
	s := newServer(t)
	const root = "/catalogs/∅"
	s.catalog(404, public, http.MethodGet, root, nil)
	for _, escaped := range []string{root, "/catalogs/%E2%88%85", "/catalogs/%25E2%2588%2585"} { // the last is how publiccode-crawler escapes it
		s.catalog(200, public, http.MethodGet, escaped+"/software", nil)
	}
	source := []any{map[string]any{"url": "https://code.example.org/list.json", "driver": "json", "args": []string{"$[*].url"}}}
	k := s.catalog(200, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Health", "alternativeId": "health", "publishersNamespace": "urn:x-example:", "scopes": []string{"iso3166:IT"}, "sources": source}).object(t)
	listed := s.catalog(200, public, http.MethodGet, "/catalogs?all=true", nil).told(t)
	if diff := cmp.Diff(k, listed.Data[0]); diff != "" || len(listed.Data) != 1 {
		t.Errorf("the list: %s", diff)
	}
	id := fmt.Sprint(k["id"])
	desk := s.catalog(200, "registrar", http.MethodPost, "/catalogs/health/software", map[string]any{"url": "https://code.example.org/health/in", "publiccodeYml": desk("in")}).object(t)
	if desk["catalogId"] != id {
		t.Errorf("the software is %v", desk)
	}
	s.tellDesk("registrar", "outside", true)
	sw := fmt.Sprint(desk["id"])
	for path, want := range map[string][]string{"/catalogs/" + id + "/software": {sw}, "/catalogs/health/software?url=https://code.example.org/health/in": {sw}, root + "/software?url=https://code.example.org/health/in": {}} {
		if diff := cmp.Diff(want, s.catalog(200, public, http.MethodGet, path, nil).told(t).fields("id")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	s.catalog(404, "registrar", http.MethodPatch, root+"/software/"+sw, `{"vitality":"1"}`)
	s.catalog(200, "registrar", http.MethodPatch, "/catalogs/health/software/"+sw, `{"vitality":"1"}`)
	s.catalog(200, "registrar", http.MethodPost, "/catalogs/health/software/"+sw+"/logs", map[string]any{"message": "of the software"})
	s.catalog(200, "registrar", http.MethodPost, "/catalogs/health/logs", map[string]any{"message": "of the catalogue"})
	logs := s.catalog(200, public, http.MethodGet, "/logs?search=OF+THE", nil).told(t)
	if diff := cmp.Diff([]string{"/catalogs/" + id, "/software/" + sw}, logs.fields("entity")); diff != "" {
		t.Errorf("the logs: %s", diff)
	}
	p := s.catalog(200, "registrar", http.MethodPost, "/catalogs/health/publishers", map[string]any{"description": "In", "codeHosting": []any{map[string]any{"url": "https://code.example.org/in"}}}).object(t)
	s.catalog(404, "registrar", http.MethodPatch, root+"/publishers/"+fmt.Sprint(p["id"]), `{"active":false}`)
	s.catalog(200, "registrar", http.MethodPatch, "/catalogs/health/publishers/"+fmt.Sprint(p["id"]), `{"active":false}`)
	if got := s.catalog(200, public, http.MethodGet, "/catalogs/health/publishers", nil).told(t); len(got.Data) != 0 {
		t.Errorf("publishers that are switched off: %v", got.Data)
	}
	if got := s.catalog(200, public, http.MethodGet, "/catalogs/health/publishers?all=true", nil).told(t); len(got.Data) != 1 {
		t.Errorf("all publishers: %v", got.Data)
	}

	s.catalog(409, "officer", http.MethodDelete, "/catalogs/health", nil)
	s.catalog(204, "registrar", http.MethodDelete, "/software/"+sw, nil)
	s.catalog(204, "registrar", http.MethodDelete, "/publishers/"+fmt.Sprint(p["id"]), nil)
	s.catalog(204, "officer", http.MethodDelete, "/catalogs/health", nil)
	s.catalog(404, "officer", http.MethodDelete, "/catalogs/health", nil)
}

func TestACatalogueIsChangedAndAnalysed(t *testing.T) {
	s := newServer(t)
	const root = "/catalogs/∅"
	source := []any{map[string]any{"url": "https://code.example.org/list.json", "driver": "json", "args": []string{"$[*].url"}}}
	s.catalog(200, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Health", "alternativeId": "health", "scopes": []string{"iso3166:IT"}, "sources": source})
	s.tellDesk("registrar", "in-the-root", true)
	analysed := s.catalog(200, "officer", http.MethodPatch, "/catalogs/health/analysis", map[string]any{"scanner": map[string]any{"v": 1, "grade": "A"}}).object(t)
	s.catalog(200, "officer", http.MethodPatch, "/catalogs/health/analysis", map[string]any{"other": map[string]any{"v": 2}})
	both := s.catalog(200, public, http.MethodGet, "/catalogs/health/analysis", nil).object(t)
	if !cmp.Equal(both["scanner"], analysed["scanner"]) || both["other"] == nil || analysed["scanner"].(map[string]any)["t"] == nil {
		t.Errorf("the analyses are %v", both)
	}

	renamed := s.catalog(200, "officer", http.MethodPatch, "/catalogs/health", `[{"op":"replace","path":"/sources/0/url","value":"https://code.example.org/next.json"},{"op":"remove","path":"/scopes"}]`, jsonPatch).object(t)
	if renamed["scopes"] != nil || renamed["sources"].([]any)[0].(map[string]any)["url"] != "https://code.example.org/next.json" {
		t.Errorf("the catalogue is %v", renamed)
	}
	s.catalog(409, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Again", "alternativeId": "health", "sources": source})
	s.catalog(422, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Empty"})
	s.catalog(422, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Root", "alternativeId": "∅", "sources": source})
	s.catalog(200, "officer", http.MethodPost, "/catalogs", map[string]any{"name": "Root", "alternativeId": "∅"})
	s.catalog(422, "officer", http.MethodPatch, root, `{"alternativeId":"other"}`)
	s.catalog(200, public, http.MethodGet, root, nil)
	s.catalog(409, "officer", http.MethodDelete, root, nil)
	s.catalog(204, "officer", http.MethodDelete, "/catalogs/health", nil)
}

func TestBundlesNameSoftware(t *testing.T) {
	s := newServer(t)
	one, two := fmt.Sprint(s.tellDesk("registrar", "one", true)["id"]), fmt.Sprint(s.tellDesk("registrar", "two", true)["id"])
	b := s.catalog(200, "officer", http.MethodPost, "/bundles", map[string]any{"name": "Clinic", "softwareIds": []string{one}}).object(t)
	path := "/bundles/" + fmt.Sprint(b["id"])
	s.catalog(409, "officer", http.MethodPost, "/bundles", map[string]any{"name": "clinic", "softwareIds": []string{}})
	s.catalog(422, "officer", http.MethodPost, "/bundles", map[string]any{"name": "More", "softwareIds": []string{"nothing"}})
	changed := s.catalog(200, "officer", http.MethodPatch, path, `[{"op":"add","path":"/softwareIds/-","value":"`+two+`"}]`, jsonPatch).object(t)
	if diff := cmp.Diff([]any{one, two}, changed["softwareIds"]); diff != "" {
		t.Errorf("the bundle: %s", diff)
	}
	s.catalog(200, "officer", http.MethodPatch, path, map[string]any{"softwareIds": []string{two}})
	if got := s.catalog(200, public, http.MethodGet, path, nil).object(t); !cmp.Equal([]any{two}, got["softwareIds"]) || got["name"] != "Clinic" {
		t.Errorf("the bundle is %v", got)
	}
	s.catalog(204, "officer", http.MethodDelete, path, nil)
	s.catalog(404, public, http.MethodGet, path, nil)
	if got := s.catalog(200, public, http.MethodGet, "/bundles", nil).told(t); len(got.Data) != 0 {
		t.Errorf("the bundles are %v", got.Data)
	}
}

func TestScannersWriteSideBySide(t *testing.T) {
	s := newServer(t)
	path := "/software/" + fmt.Sprint(s.tellDesk("registrar", "scanned", true)["id"]) + "/analysis"
	if got := s.catalog(200, public, http.MethodGet, path, nil); string(got.body) != "{}" {
		t.Errorf("before the first it is %s", got.body)
	}
	s.catalog(200, "registrar", http.MethodPatch, path, map[string]any{"one": map[string]any{"v": 1}})
	got := s.catalog(200, "registrar", http.MethodPatch, path, map[string]any{"two": map[string]any{"v": 7, "grade": "A"}}).object(t)
	if len(got) != 2 || got["two"].(map[string]any)["grade"] != "A" || got["one"].(map[string]any)["t"] == nil {
		t.Errorf("the analyses are %v", got)
	}
}

func TestTheOpenCatalogAPIIsDescribedAsItIs(t *testing.T) {
	s := newServer(t)
	s.catalog(204, public, http.MethodGet, "/status", nil)
	s.catalog(404, public, http.MethodGet, "/nowhere", nil)
	s.catalog(405, public, http.MethodPut, "/software", "{}")
	a := s.catalog(200, public, http.MethodGet, "/software", nil)
	if a.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.header.Get("Cache-Control"), "public") {
		t.Errorf("a list is sent with %v", a.header)
	}
	if a := s.catalog(200, "reader", http.MethodGet, "/software", nil); strings.Contains(a.header.Get("Cache-Control"), "public") {
		t.Errorf("what only government sees is sent with %v", a.header)
	}
	var doc struct {
		Paths map[string]map[string]any
	}
	s.must(yaml.Unmarshal(s.catalog(200, public, http.MethodGet, "/openapi.yaml", nil).body, &doc))
	var described []string
	for path, item := range doc.Paths {
		for method := range item {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	for _, d := range described {
		method, path, _ := strings.Cut(d, " ")
		path = strings.NewReplacer("{softwareId}", "x", "{publisherId}", "x", "{catalogId}", "x", "{bundleId}", "x", "{webhookId}", "x", "{eventId}", "x").Replace(path)
		if a := s.ask("admin", method, "/open-catalog/v1"+path, nil); a.status == 405 || a.status == 404 && strings.Contains(string(a.body), "nothing at this address") {
			t.Errorf("%s is described and not there: %s", d, a.body)
		}
	}
	if want := 49; len(described) < want {
		t.Errorf("%d operations are described, want at least %d", len(described), want)
	}
}

func TestTheTrailIsToldWithoutWhoDidIt(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "trail", true)["id"])
	s.catalog(200, "registrar", http.MethodPatch, "/software/"+id, `{"vitality":"1"}`)
	row, err := s.store.Repositories(t.Context(), models.SystemViewer(""), models.RepositoryFilter{UUID: id})
	s.must(err)
	kept := fmt.Sprintf("/v1/repositories/%d", row.Items[0].ID)
	s.get(public, kept)
	s.catalog(204, "registrar", http.MethodDelete, "/software/"+id, nil)
	s.expect(http.StatusNotFound, public, http.MethodGet, kept, nil)
	s.expect(http.StatusNotFound, public, http.MethodGet, kept+"/description", nil)
	s.get("registrar", kept)
	events := s.catalog(200, public, http.MethodGet, "/events?entityId="+id, nil).told(t)
	if diff := cmp.Diff([]string{"delete", "update", "create"}, events.fields("type")); diff != "" {
		t.Errorf("what happened: %s", diff)
	}
	if events.Data[0]["actor"] != nil || events.Data[0]["entityType"] != "software" {
		t.Errorf("the public reads %v", events.Data[0])
	}
	first := s.catalog(200, "admin", http.MethodGet, "/events?entityType=software&page[size]=2", nil).told(t)
	rest := s.catalog(200, "admin", http.MethodGet, "/events"+*first.Links.Next, nil).told(t)
	back := s.catalog(200, "admin", http.MethodGet, "/events"+*rest.Links.Prev, nil).told(t)
	if len(first.Data) != 2 || len(rest.Data) != 1 || !cmp.Equal(first.fields("id"), back.fields("id")) || rest.Data[0]["actor"] == nil {
		t.Errorf("page by page: %v, %v, %v", first.Data, rest.Data, back.Data)
	}
	s.catalog(422, public, http.MethodGet, "/events?type=other", nil)
	if got := s.catalog(200, public, http.MethodGet, "/events?actor="+strings.ReplaceAll(fmt.Sprint(rest.Data[0]["actor"]), " ", "+")+"&page[size]=1", nil).told(t); len(got.Data) != 0 || got.Links.Next != nil {
		t.Errorf("the public finds by who did it: %v", got.Data)
	}
}
