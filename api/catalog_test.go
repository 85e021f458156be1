package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// ofEntry are the rows of something that hangs on an entry of the catalogue: a public one, one of government, one of its agency.
func ofEntry(format string) []try {
	return []try{
		{path: to(format, caseDesk), want: everybody},
		{name: "of government", path: to(format, mailID), want: insiders},
		{name: "of Finance", path: to(format, secretID), want: financeOnly},
	}
}

// catalogReads are the rows of the catalogue.
var catalogReads = map[string][]try{
	"listCatalogChanges": {{path: fixed("/catalog-changes"), want: everybody}},
	"searchCatalog":      {{path: fixed("/catalog-entries"), want: everybody}, {name: "for a need", path: fixed("/catalog-entries?q=desk"), want: everybody}},
	"countCatalog":       {{path: fixed("/catalog-entries/facets"), want: everybody}},
	"getCatalogEntry":    ofEntry("/catalog-entries/own-%d"),
	"listAlternatives":   ofEntry("/catalog-entries/own-%d/alternatives"),
	"listSimilar":        ofEntry("/catalog-entries/own-%d/similar"),
	"listPeerUses":       ofEntry("/catalog-entries/own-%d/peer-uses"),
}

func catalogFacets(t *testing.T, s *server, who, path string) (map[string]map[string]int, int) {
	t.Helper()
	var body struct {
		Facets []struct {
			Facet  string
			Values []struct {
				Value string
				Count int
			}
		}
		Total struct {
			Count int
			Exact bool
		}
	}
	if err := json.Unmarshal(s.get(who, path).body, &body); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]int{}
	for _, f := range body.Facets {
		out[f.Facet] = map[string]int{}
		for _, v := range f.Values {
			out[f.Facet][v.Value] = v.Count
		}
	}
	return out, body.Total.Count
}

// A peer's next link lost the filters: every value of every facet is walked to the end here.
func TestWalkingTheCatalogueUnderEveryFilterGivesWhatTheFacetCounts(t *testing.T) {
	s := newServer(t)
	for i := range 9 {
		sample.Asset(t, s.store, func(a *models.Asset) {
			a.StewardID, a.Origin, a.License, a.Visibility = s.state.Health.ID, models.Origins[i%4], []string{"", "MIT", "EUPL-1.2"}[i%3], models.Visibilities[i%3]
			a.Categories = []string{[]string{"gis", "e-learning"}[i%2]}
		})
	}
	for _, who := range []string{public, "reader", "admin"} {
		facets, total := catalogFacets(t, s, who, "/v1/catalog-entries/facets")
		if total == 0 {
			t.Fatal("the catalogue is empty")
		}
		walked := 0
		for facet, values := range facets {
			for value, count := range values {
				seen := map[string]bool{}
				for at := fmt.Sprintf("/v1/catalog-entries?%s=%s&limit=2", facet, value); at != ""; {
					a := s.get(who, at)
					for _, item := range entries(t, a) {
						var e struct{ ID string }
						if err := json.Unmarshal([]byte(item), &e); err != nil || seen[e.ID] {
							t.Fatalf("%s=%s: %s twice (%v)", facet, value, e.ID, err)
						}
						seen[e.ID] = true
					}
					if at = a.next(t); at != "" && !strings.HasPrefix(at, "/v1") {
						t.Fatalf("the next page is at %s", at)
					}
				}
				if walked++; len(seen) != count {
					t.Errorf("%s sees %d with %s=%s, the facet says %d", who, len(seen), facet, value, count)
				}
			}
		}
		if walked < 10 {
			t.Errorf("only %d values were walked: the test shows nothing", walked)
		}
	}
}

// A peer's paginator was changed by one request for all others.
func TestSearchesOfTheCatalogueAtTheSameTimeKeepTheirOwnPages(t *testing.T) {
	s := newServer(t)
	for range 12 {
		newAsset(s)
	}
	var wait sync.WaitGroup
	for i := range 24 {
		limit := 1 + i%8
		wait.Go(func() {
			if got := len(entries(t, s.get("admin", fmt.Sprintf("/v1/catalog-entries?limit=%d", limit)))); got != limit {
				t.Errorf("asked for %d entries, got %d", limit, got)
			}
		})
	}
	wait.Wait()
}

func TestEveryFacetIsAQueryKeyOfTheCatalogue(t *testing.T) {
	s := newServer(t)
	doc, _ := described(t)
	for _, o := range operations(doc) {
		if o.id != "searchCatalog" && o.id != "countCatalog" {
			continue
		}
		keys := o.parameters("query")
		for _, f := range catalog.Facets() {
			if _, ok := keys[string(f)]; !ok {
				t.Errorf("%s does not know %s", o.id, f)
			}
		}
	}
	if a := s.ask("admin", http.MethodGet, "/v1/catalog-entries?origin=elsewhere&sbom=perhaps", nil); a.status != http.StatusBadRequest || len(a.mistakes(t)) != 2 {
		t.Errorf("%d %v", a.status, a.mistakes(t))
	}
}

func TestAnEntryThatIsNotThereOrIsNoEntryIsNotFound(t *testing.T) {
	s := newServer(t)
	for _, id := range []string{"own-999999999", "foreign-1", "own-", "12", "other-1", fmt.Sprintf("own-%d", s.state.Secret.ID)} {
		if a := s.ask("reader", http.MethodGet, "/v1/catalog-entries/"+id, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", id, a.status, a.body)
		}
	}
}

func TestASearchOfTheCatalogueSaysWhyAndWhatWasPerhapsMeant(t *testing.T) {
	s := newServer(t)
	sample.Asset(t, s.store, func(a *models.Asset) {
		a.StewardID, a.Name, a.Descriptions = s.state.Health.ID, "PermitDesk", map[string]string{"en": "Handles building permits"}
	})
	var body struct {
		Items []struct {
			Name  string
			Found []struct {
				Word, Found, How string
				Fields           []string
			}
		}
		Suggestion string
	}
	if err := json.Unmarshal(s.get(public, "/v1/catalog-entries?q=bulding+permit").body, &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Items) == 0 || body.Items[0].Name != "PermitDesk" || body.Suggestion != "building permit" {
		t.Fatalf("%+v", body)
	}
	how := []string{}
	for _, f := range body.Items[0].Found {
		how = append(how, f.Word+" "+f.Found+" "+f.How)
	}
	slices.Sort(how)
	if diff := cmp.Diff([]string{"bulding building mistyped", "permit permit exact"}, how); diff != "" {
		t.Error(diff)
	}
}

func TestASearchOfTheCatalogueIsKeptAsEvidenceOfACase(t *testing.T) {
	s := newServer(t)
	open := sample.Asset(t, s.store, func(a *models.Asset) {
		a.StewardID, a.Name, a.License, a.Descriptions = s.state.Health.ID, "PermitDesk", "EUPL-1.2", map[string]string{"en": "Handles building permits"}
	})
	sample.Asset(t, s.store, func(a *models.Asset) {
		a.StewardID, a.Name, a.License, a.Descriptions = s.state.Health.ID, "PermitCloud", "", map[string]string{"en": "Handles building permits"}
	})
	id := s.caseAt(models.Acquisition, models.DecisionScanning)
	ask := map[string]any{"source": "shared-repository", "query": "baugenehmigung", "filters": map[string]any{"open": []string{"yes"}}}
	s.expect(http.StatusOK, "registrar", http.MethodPost, path("/decisions/%d/searches", id), ask)
	files := s.get("registrar", path("/decisions/%d/attachments", id)).items(t)
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	kept := s.get("registrar", path("/attachments/%v/content", files[0]["id"])).object(t)
	if kept["format"] != "ospo-search/2" || kept["query"] != "baugenehmigung" || kept["total"] != 1.0 || kept["lastEvent"].(float64) == 0 || fmt.Sprint(kept["filters"]) != "map[open:[yes]]" {
		t.Errorf("kept is %v", kept)
	}
	if found := kept["results"].([]any)[0].(map[string]any); found["id"] != fmt.Sprintf("own-%d", open.ID) || found["steward"] != "Ministry of Health" {
		t.Errorf("found is %v", found)
	}
	ask["filters"] = map[string]any{"colour": []string{"red"}}
	got := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, path("/decisions/%d/searches", id), ask).mistakes(t)
	if diff := cmp.Diff([]string{"filters.colour unknown-value"}, got); diff != "" {
		t.Error(diff)
	}
}
