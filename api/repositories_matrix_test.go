package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func newPublisher(s *server) int64 {
	p := models.Publisher{AgencyID: s.state.Health.ID, Name: fresh("publisher"), Email: "code@health.example", Active: true}
	s.must(register.New(s.store).RegisterPublisher(context.Background(), sample.By, &p))
	return p.ID
}

func newRepository(s *server) int64 {
	r := models.Repository{AgencyID: s.state.Health.ID, URL: "https://git.example.org/" + strings.ReplaceAll(fresh("desk"), " ", "-"), Active: true}
	s.must(register.New(s.store).RegisterRepository(context.Background(), sample.By, &r))
	return r.ID
}

func newHarvest(s *server) int64 {
	h, err := register.New(s.store).AskHarvest(context.Background(), sample.By, newPublisher(s))
	s.must(err)
	return h.ID
}

func ofNew(format string, make func(*server) int64) func(*server) string {
	return func(s *server) string { return fmt.Sprintf(format, make(s)) }
}

var repositoryReads = map[string][]try{
	"reportGovernmentCode":         {{path: fixed("/reports/government-code"), want: everybody}, {name: "as a table", path: fixed("/reports/government-code?format=csv"), want: everybody}},
	"reportGovernmentCodeAgencies": {{path: fixed("/reports/government-code-agencies"), want: everybody}},
	"reportStatistics":             {{path: fixed("/reports/statistics"), want: everybody}},
	"listPublishers":               {{path: fixed("/publishers"), want: everybody}},
	"getPublisher":                 {{path: ofNew("/publishers/%d", newPublisher), want: everybody}},
	"listRepositories":             {{path: fixed("/repositories"), want: everybody}},
	"getRepository":                {{path: ofNew("/repositories/%d", newRepository), want: everybody}},
	"getRepositoryDescription":     {{path: ofNew("/repositories/%d/description", newRepository), want: "404 404 404 404 404 404 404 404"}},
	"listMeasurements":             {{path: ofNew("/repositories/%d/measurements", newRepository), want: everybody}},
	"listRevisions":                {{path: ofNew("/repositories/%d/revisions", newRepository), want: everybody}},
	"getAnalyses":                  {{path: ofNew("/repositories/%d/analyses", newRepository), want: everybody}},
	"listHarvests":                 {{path: fixed("/harvests"), want: everybody}},
	"getHarvest":                   {{path: ofNew("/harvests/%d", newHarvest), want: everybody}},
	"listVisits":                   {{path: fixed("/visits"), want: everybody}},
}

var repositoryWrites = map[string][]try{
	"registerPublisher": {{path: fixed("/publishers"), want: "401 403 403 201 403 403 201 403", body: func(s *server) any { return map[string]any{"agencyId": s.state.Health.ID, "name": fresh("publisher")} }}},
	"changePublisher":   {{path: ofNew("/publishers/%d", newPublisher), want: "401 403 403 200 403 403 200 403", body: func(*server) any { return map[string]any{"name": fresh("publisher")} }, header: anyVersion}},
	"registerRepository": {{path: fixed("/repositories"), want: "401 403 403 201 403 403 201 403", body: func(s *server) any {
		return map[string]any{"agencyId": s.state.Health.ID, "url": "https://git.example.org/" + strings.ReplaceAll(fresh("new"), " ", "-")}
	}}},
	"changeRepository": {{path: ofNew("/repositories/%d", newRepository), want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"visibility": "government"}), header: anyVersion}},
	"writeAnalyses":    {{path: ofNew("/repositories/%d/analyses", newRepository), want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"scanner": map[string]any{"v": 1, "grade": "A"}})}},
	"setMirror":        {{path: ofNew("/repositories/%d/mirror", newRepository), want: "401 403 403 409 403 403 409 403", body: body(map[string]any{"wanted": "yes"})}},
	"askHarvest":       {{path: fixed("/harvests"), want: "401 403 403 202 403 403 202 403", body: func(s *server) any { return map[string]any{"publisherId": newPublisher(s)} }}},
	"cancelHarvest":    {{path: ofNew("/harvests/%d/transitions", newHarvest), want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"to": "cancelled"})}},
}

func TestScannersWriteSideBySideUnderTheirNamespaces(t *testing.T) {
	s := newServer(t)
	p := path("/repositories/%d/analyses", newRepository(s))
	s.expect(http.StatusOK, "registrar", http.MethodPatch, p, map[string]any{"one": map[string]any{"v": 1, "grade": "A", "t": "1999-01-01T00:00:00Z"}})
	s.expect(http.StatusOK, "registrar", http.MethodPatch, p, map[string]any{"two": map[string]any{"v": 7}})
	got := s.get(public, p).object(t)
	if at(got["one"], "grade") != "A" || at(got["two"], "v") != float64(7) || strings.HasPrefix(fmt.Sprint(at(got["one"], "t")), "1999") {
		t.Errorf("the analyses are %v", got)
	}
	s.expect(http.StatusOK, "registrar", http.MethodPatch, p, json.RawMessage(`{"one":null}`))
	if got := s.get(public, p).object(t); got["one"] != nil || got["two"] == nil {
		t.Errorf("after one was taken away the analyses are %v", got)
	}
	a := s.expect(http.StatusBadRequest, "registrar", http.MethodPatch, p, map[string]any{"Bad Name": map[string]any{"v": 1}, "three": map[string]any{"v": 1000}, "four": []int{1}})
	if n := len(a.object(t)["errors"].([]any)); n != 3 {
		t.Errorf("%d mistakes are told, want 3: %s", n, a.body)
	}
}

func TestThePublicNeverSeesTheMailboxOfAPublisher(t *testing.T) {
	s := newServer(t)
	p := path("/publishers/%d", newPublisher(s))
	if got := s.get(public, p).object(t)["email"]; got != "" {
		t.Errorf("the public is told %v", got)
	}
	if got := s.get("reader", p).object(t)["email"]; got != "code@health.example" {
		t.Errorf("government is told %v", got)
	}
}
