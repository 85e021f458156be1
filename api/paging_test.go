package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// next gives the address in a Link header with rel=next, "" when there is none.
func (a answer) next(t testing.TB) string {
	t.Helper()
	link := a.header.Get("Link")
	if link == "" {
		return ""
	}
	target, rel, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	if !ok || rel != `; rel="next"` {
		t.Fatalf("the Link header is %q", link)
	}
	return target
}

// entries are the items of a list as JSON, wherever the answer has them.
func entries(t testing.TB, a answer) []string {
	t.Helper()
	var body struct {
		Items []json.RawMessage
		Uses  struct{ Items []json.RawMessage }
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	var out []string
	for _, raw := range append(body.Items, body.Uses.Items...) {
		out = append(out, string(raw))
	}
	return out
}

// lists are lists with a filter, each of which leaves something out and finds several.
func lists(s *server) []string {
	g := s.state
	return []string{
		"/agencies", fmt.Sprintf("/agencies?under=%d", g.Health.ID), "/agencies?kind=ministry", "/agencies?q=ministry",
		"/assets", "/assets?origin=gov-built", "/assets?sort=updated", "/assets?visibility=public&sort=name", "/assets?q=desk", "/assets?class=unknown",
		fmt.Sprintf("/assets/%d/releases", g.CaseDesk.ID), fmt.Sprintf("/assets/%d/sboms", g.CaseDesk.ID), fmt.Sprintf("/releases/%d/sboms", g.CaseDesk42.ID),
		fmt.Sprintf("/sboms/%d/packages", g.Current.ID), fmt.Sprintf("/sboms/%d/packages?class=permissive", g.Current.ID), fmt.Sprintf("/sboms/%d/packages?q=lib", g.Current.ID),
		"/deployments", "/deployments?environment=production&lifecycle=running", fmt.Sprintf("/deployments?asset=%d", g.CaseDesk.ID), "/deployments?state=claimed",
		"/components?name=openssl", "/components?q=e", "/components?license=MIT",
		"/license-reports/components?class=permissive", fmt.Sprintf("/license-reports/components?asset=%d&class=unknown", g.CaseDesk.ID),
		"/licenses?class=strong-copyleft&q=gpl", "/search?q=desk", "/search?q=desk&noun=asset", "/events?noun=asset", fmt.Sprintf("/events?asset=%d", g.CaseDesk.ID), "/events?sort=latest&noun=agency",
		fmt.Sprintf("/assets/%d/events", g.CaseDesk.ID), "/users",
	}
}

func TestWalkingTheLinksGivesTheWholeFilteredListOnce(t *testing.T) {
	s := newServer(t)
	other := sample.Release(t, s.store, s.state.Portal.ID, "1.0")
	sample.SBOM(t, s.store, other.ID, nil)
	walked := 0
	for _, path := range lists(s) {
		for _, who := range []string{"admin", "reader"} {
			if path == "/users" && who != "admin" {
				continue
			}
			want := entries(t, s.get(who, "/v1"+query(path, "limit=200")))
			var got []string
			at := "/v1" + query(path, "limit=2")
			for pages := 0; at != ""; pages++ {
				if pages > 300 {
					t.Fatalf("%s as %q does not end", path, who)
				}
				a := s.get(who, at)
				got = append(got, entries(t, a)...)
				if at = a.next(t); at != "" {
					walked++
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s as %q (-whole +walked):\n%s", path, who, diff)
			}
			if len(want) == 0 {
				t.Errorf("%s as %q finds nothing to walk", path, who)
			}
		}
	}
	if walked < 60 {
		t.Errorf("only %d links were followed", walked)
	}
}

func TestALinkKeepsEveryOtherKey(t *testing.T) {
	s := newServer(t)
	u, err := url.Parse(s.get("admin", "/v1/assets?origin=gov-built&limit=1&sort=updated&visibility=public").next(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("after") == "" {
		t.Error("no after")
	}
	q.Del("after")
	if diff := cmp.Diff(url.Values{"origin": {"gov-built"}, "limit": {"1"}, "sort": {"updated"}, "visibility": {"public"}}, q); diff != "" {
		t.Error(diff)
	}
}

func TestAPageSaysHowLongTheListIsAndWhereItGoesOn(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		name, path string
		items      int
		last       bool
	}{
		{"the first of several pages", "/v1/assets?limit=2", 2, false},
		{"a page that holds all", "/v1/assets?limit=50", 6, true},
		{"the default size", "/v1/assets", 6, true},
	} {
		var l struct {
			Items []any
			Next  *string
			Total struct {
				Count int
				Exact bool
			}
		}
		a := s.get("admin", tc.path)
		if err := json.Unmarshal(a.body, &l); err != nil {
			t.Fatal(err)
		}
		if len(l.Items) != tc.items || (l.Next == nil) != tc.last || (a.header.Get("Link") == "") != tc.last || l.Total.Count != 6 || !l.Total.Exact {
			t.Errorf("%s: %+v, Link %q", tc.name, l, a.header.Get("Link"))
		}
	}
}

func TestAPageSizeOutOfRangeOrAForeignCursorIsRefused(t *testing.T) {
	s := newServer(t)
	foreign := s.get("admin", "/v1/deployments?limit=1").object(t)["next"].(string)
	for _, tc := range []struct{ keys, want string }{
		{"limit=0", "limit out-of-range"}, {"limit=201", "limit out-of-range"}, {"limit=-3", "limit out-of-range"}, {"limit=many", "limit wrong-type"}, {"limit=1.5", "limit wrong-type"},
		{"after=bogus", "after bad-cursor"}, {"after=" + foreign + "x", "after bad-cursor"}, {"after=W10", "after bad-cursor"},
	} {
		a := s.expect(http.StatusBadRequest, "admin", http.MethodGet, "/v1/assets?sort=updated&"+tc.keys, nil)
		if diff := cmp.Diff([]string{tc.want}, a.mistakes(t)); diff != "" {
			t.Errorf("%s: %s", tc.keys, diff)
		}
	}
}

func TestParallelRequestsKeepTheirOwnPageSize(t *testing.T) {
	s := newServer(t)
	var wg sync.WaitGroup
	for i := range 40 {
		limit := i%6 + 1
		wg.Add(1)
		go func() {
			defer wg.Done()
			if n := len(s.get("admin", fmt.Sprintf("/v1/assets?limit=%d", limit)).items(t)); n != limit {
				t.Errorf("asked for %d, got %d", limit, n)
			}
		}()
	}
	wg.Wait()
}

func TestListsAndRecordsNeverHoldNullWhereAListIsPromised(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	bare := sample.Asset(t, s.store, func(a *models.Asset) { a.Descriptions, a.License = nil, "" })
	for _, o := range operations(doc) {
		if o.method != http.MethodGet || o.id == "downloadSbom" || strings.HasPrefix(o.id, "describe") {
			continue
		}
		row, _ := sampleRow(o)
		for _, path := range []string{row.path(s), fmt.Sprintf("/assets/%d", bare.ID)} {
			a := s.ask("admin", http.MethodGet, "/v1"+path, nil)
			if a.status == http.StatusForbidden {
				a = s.get("officer", "/v1"+path)
			}
			for _, field := range []string{"items", "urls", "identifiers", "aliases", "categories", "descriptions", "roles", "actions", "path", "children", "parents", "findings", "creators", "ways", "deployments", "attestations", "facets", "values"} {
				if strings.Contains(string(a.body), `"`+field+`":null`) {
					t.Errorf("%s: %s is null: %.300s", path, field, a.body)
				}
			}
		}
	}
}
