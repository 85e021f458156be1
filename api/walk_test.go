package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// A next link that dropped the other keys of a query widened the results of a peer without a word.
func TestEveryListIsWalkedWholeUnderEachOfItsFilters(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	var walks []operation
	for _, o := range operations(doc) {
		keys := o.parameters("query")
		if row, ok := sampleRow(o); ok && o.method == http.MethodGet && keys["after"] != nil && keys["limit"] != nil {
			walks = append(walks, o)
			for range 2 { // several rows of what it makes
				row.path(s)
			}
		}
	}
	filtered, links := 0, 0
	for _, o := range walks {
		if o.id == "listCatalogChanges" { // of several changes of a thing a page tells the last: another page size, another list
			continue
		}
		row, _ := sampleRow(o)
		path := row.path(s)
		filters := []string{""}
		for name, schema := range o.parameters("query") {
			if name == "after" || name == "limit" || strings.Contains(path, name+"=") {
				continue
			}
			values, _ := schema["enum"].([]any)
			if text(schema, "type") == "boolean" {
				values = []any{true, false}
			}
			for _, v := range values {
				filters = append(filters, fmt.Sprint(name, "=", v))
			}
		}
		slices.Sort(filters)
		for _, f := range filters {
			links += s.walk(o.id, strings.TrimRight(query(path, f), "?&"))
			filtered++
		}
	}
	if len(walks) < 40 || filtered < 200 || links < 200 {
		t.Errorf("%d lists were walked under %d filters by %d links", len(walks), filtered, links)
	}
}

// walk goes over a list entry by entry and in large pages, and gives how many links it followed.
func (s *server) walk(what, path string) int {
	s.t.Helper()
	first := s.ask("officer", http.MethodGet, "/v1"+query(path, "limit=200"), nil)
	if first.status == http.StatusBadRequest || first.status == http.StatusNotFound || first.status == http.StatusForbidden {
		return 0 // the filter asks for another one, or is not for the officer
	}
	if !strings.HasPrefix(first.header.Get("Content-Type"), "application/json") || !bytes.Contains(first.body, []byte(`"items":`)) {
		return 0 // feeds, graphs, tables and open contracting data are walked by tests of their own
	}
	want, _ := s.pages(what, "/v1"+query(path, "limit=200"))
	size := 1
	if len(want) > 100 {
		size = 30
	}
	got, links := s.pages(what, "/v1"+query(path, fmt.Sprint("limit=", size)))
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%s: %s (-whole +walked):\n%.2000s", what, path, diff)
	}
	return links
}

// pages follows the links of a list to its end.
func (s *server) pages(what, at string) (got []string, links int) {
	s.t.Helper()
	for ; at != ""; links++ {
		page := s.ask("officer", http.MethodGet, at, nil)
		if page.status != http.StatusOK || links > 300 {
			s.t.Fatalf("%s: %s, link %d, is answered %d %.200s", what, at, links, page.status, page.body)
		}
		got = append(got, entries(s.t, page)...)
		at = page.next(s.t)
	}
	return got, links
}

// A peer counted requests by an address that the client itself wrote.
func TestAnAddressThatTheClientMakesUpGetsRoundNoBound(t *testing.T) {
	s := newServer(t)
	ask := func(i int) answer {
		body := map[string]any{"assetId": s.state.CaseDesk.ID, "title": fmt.Sprint("Question ", i), "body": "Why?", "name": "Lena", "email": "lena@press.example"}
		return s.ask(public, http.MethodPost, "/v1/questions", body, fmt.Sprintf("X-Forwarded-For: 203.0.113.%d", i), fmt.Sprintf("X-Real-IP: 203.0.113.%d", i), fmt.Sprintf("Forwarded: for=203.0.113.%d", i))
	}
	for i := range models.MostPublicQuestionsOfMailer {
		if a := ask(i); a.status != http.StatusCreated {
			t.Fatalf("question %d is answered %d %s", i, a.status, a.body)
		}
	}
	if a := ask(99); a.status != http.StatusTooManyRequests || !strings.Contains(string(a.body), "too-many-questions") || a.header.Get("Retry-After") == "" {
		t.Errorf("one question too many is answered %d %s", a.status, a.body)
	}
}
