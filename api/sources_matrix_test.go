package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

const inventory = `{"agency":"ABROAD","version":"2.0.0","releases":[{"name":"Harbour","description":"Books berths.","repositoryURL":"https://code.example.org/harbour","permissions":{"usageType":"openSource"},"contact":{"email":"desk@abroad.example"}}]}`

// newSource is a source that nobody asks, with one entry and a reading.
func newSource(s *server) (*models.Source, *store.ReadingRow) {
	s.t.Helper()
	r, by := register.New(s.store), s.as(s.state.Officer)
	id := fresh("source")
	src := &models.Source{Name: id, Kind: models.CodeJSONSource, URL: "https://catalogue.example.org/" + strings.ReplaceAll(id, " ", "-"), Country: "IT", License: "CC-BY-4.0", Active: true}
	s.must(r.RegisterSource(s.t.Context(), by, src))
	reading, err := r.BringCatalogue(s.t.Context(), by, src.ID, []register.SourceDocument{{Filename: "code.json", Content: []byte(inventory)}}, models.ReadingKeeps)
	s.must(err)
	return src, reading
}

func newWaitingReading(s *server) int64 {
	src, _ := newSource(s)
	r, err := register.New(s.store).AskReading(s.t.Context(), s.as(s.state.Officer), src.ID, models.ReadingKeeps)
	s.must(err)
	return r.ID
}

func newForeign(s *server) int64 {
	src, _ := newSource(s)
	l, err := s.store.ForeignEntries(s.t.Context(), models.Viewer{}, models.ForeignFilter{Source: src.ID})
	s.must(err)
	return l.Items[0].ID
}

func ofSource(format string) func(*server) string {
	return func(s *server) string {
		src, _ := newSource(s)
		return fmt.Sprintf(format, src.ID)
	}
}

func ofReading(format string) func(*server) string {
	return func(s *server) string {
		_, r := newSource(s)
		return fmt.Sprintf(format, r.ID)
	}
}

var sourceReads = map[string][]try{
	"listSources":        {{path: fixed("/sources"), want: everybody}},
	"getSource":          {{path: ofSource("/sources/%d"), want: everybody}},
	"listReadings":       {{path: fixed("/readings"), want: everybody}},
	"getReading":         {{path: ofReading("/readings/%d"), want: everybody}},
	"listReadingLines":   {{path: ofReading("/readings/%d/lines"), want: everybody}},
	"listForeignEntries": {{path: fixed("/foreign-entries"), want: everybody}},
	"getForeignEntry":    {{path: func(s *server) string { return fmt.Sprintf("/foreign-entries/%d", newForeign(s)) }, want: everybody}},
}

var sourceWrites = map[string][]try{
	"registerSource": {{path: fixed("/sources"), want: "401 403 403 403 403 403 201 403", body: func(*server) any {
		id := fresh("source")
		return map[string]any{"name": id, "kind": "dcat", "url": "https://catalogue.example.org/" + strings.ReplaceAll(id, " ", "-"), "country": "NL", "license": "CC0-1.0"}
	}}},
	"changeSource":   {{path: ofSource("/sources/%d"), want: "401 403 403 403 403 403 200 403", body: body(map[string]any{"everyHours": 48}), header: anyVersion}},
	"askReading":     {{path: ofSource("/sources/%d/readings"), want: "401 403 403 403 403 403 202 403", body: body(map[string]any{"mode": "dry-run"})}},
	"bringCatalogue": {{path: ofSource("/sources/%d/documents"), want: "401 403 403 403 403 403 200 403", body: func(*server) any { return inventory }, events: 2, nobody: true}},
	"cancelReading":  {{path: func(s *server) string { return fmt.Sprintf("/readings/%d/transitions", newWaitingReading(s)) }, want: "401 403 403 403 403 403 200 403", body: body(map[string]any{"to": "cancelled"})}},
}

func TestAForeignEntryTellsItsOriginLicenceAndFreshness(t *testing.T) {
	s := newServer(t)
	id := newForeign(s)
	e := s.get(public, path("/foreign-entries/%d", id)).object(t)
	if e["name"] != "Harbour" || e["country"] != "IT" || e["dataLicense"] != "CC-BY-4.0" || e["freshness"] != "fresh" || e["summary"] != "Books berths." || e["goneAt"] != nil || at(e, "description", "organisation") != "ABROAD" || len(at(e, "description", "contacts").([]any)) != 0 {
		t.Errorf("the public is told %v", e)
	}
	if inside := s.get("reader", path("/foreign-entries/%d", id)).object(t); len(at(inside, "description", "contacts").([]any)) != 1 {
		t.Errorf("government is told %v", inside)
	}
	if l := s.get(public, "/v1/foreign-entries?q=harb&country=it&gone=no&same=no").items(t); len(l) != 1 {
		t.Errorf("found %v", l)
	}
}

func TestACaseSearchesTheCataloguesOfOtherGovernments(t *testing.T) {
	s := newServer(t)
	newSource(s)
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	s.expect(http.StatusOK, "registrar", http.MethodPost, path("/decisions/%d/searches", id), map[string]any{"source": "shared-repository", "query": "berths", "place": "foreign-catalogues"})
	d := s.get("registrar", path("/decisions/%d/dossier", id)).object(t)
	if text := fmt.Sprint(d); !strings.Contains(text, "Harbour, source") {
		t.Errorf("the scan says %v", text)
	}
}

func TestASourceNeedsTheLicenceOfItsData(t *testing.T) {
	s := newServer(t)
	got := s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/sources", map[string]any{"name": "x", "kind": "dcat", "url": "https://example.org", "country": "Italia", "license": "free for all"}).mistakes(t)
	if strings.Join(got, ",") != "country too-long" && strings.Join(got, ",") != "country bad-country,license bad-license" {
		t.Errorf("mistakes %v", got)
	}
	made := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/sources", map[string]any{"name": "x", "kind": "dcat", "url": "https://example.org/x", "country": "IT", "license": "https://example.org/licence"}).object(t)
	if made["everyHours"] != 24.0 || made["active"] != true || made["freshness"] != "never-read" {
		t.Errorf("made %v", made)
	}
}
