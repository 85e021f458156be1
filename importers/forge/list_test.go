package forge

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// hosted answers as a code host does: by path and query, from the files of testdata/hosts.
type hosted struct {
	*httptest.Server
	asked    atomic.Int64
	fresh    atomic.Int64 // answers that were not 304
	last     atomic.Value // header of the last request
	override func(http.ResponseWriter, *http.Request) bool
}

// route is a file, with the path of the next page.
type route struct{ file, next string }

func newHosted(t *testing.T, routes map[string]route) *hosted {
	t.Helper()
	h := &hosted{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked.Add(1)
		h.last.Store(r.Header)
		if h.override != nil && h.override(w, r) {
			return
		}
		key := r.URL.EscapedPath()
		if page := r.URL.Query().Get("page"); page != "" {
			key += "?page=" + page
		}
		found, ok := routes[key]
		if !ok {
			w.Header().Set("Content-Type", "application/json")
			http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `W/"`+found.file+`"`)
		if found.next != "" {
			w.Header().Set("Link", `<`+h.URL+found.next+`>; rel="next", <`+h.URL+key+`>; rel="last"`)
		}
		if r.Header.Get("If-None-Match") == `W/"`+found.file+`"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.fresh.Add(1)
		content, err := os.ReadFile("testdata/hosts/" + found.file)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(strings.ReplaceAll(string(content), "{BASE}", h.URL)))
	}))
	t.Cleanup(h.Close)
	return h
}

var (
	gitHubRoutes = map[string]route{"/api/v3/orgs/cityhall/repos?page=1": {"github-repos-1.json", "/api/v3/orgs/cityhall/repos?per_page=100&page=2"},
		"/api/v3/orgs/cityhall/repos?page=2": {file: "github-repos-2.json"}, "/api/v3/repos/cityhall/maps": {file: "github-maps.json"},
		"/api/v3/users/ada/repos?page=1": {file: "github-repos-2.json"}, "/api/v3/repos/cityhall/maps/issues": {file: "github-issues.json"}}
	gitLabRoutes = map[string]route{"/api/v4/groups/digital%2Flabs/projects?page=1": {file: "gitlab-projects.json"},
		"/api/v4/projects/digital%2Fpermits/issues": {file: "github-issues.json"}, "/api/v4/projects/digital%2Fpermits/merge_requests": {file: "gitlab-merge-requests.json"}}
	giteaRoutes     = map[string]route{"/api/v1/orgs/town/repos?page=1": {file: "gitea-repos.json"}, "/api/v1/repos/town/permits/issues": {file: "github-issues.json"}}
	bitbucketRoutes = map[string]route{"/2.0/repositories/county?page=1": {file: "bitbucket-1.json"}, "/2.0/repositories/county?page=2": {file: "bitbucket-2.json"}}
)

func day(text string) *time.Time { return moment(text) }

func collect(t *testing.T, c *Client, hosting models.CodeHosting) ([]Found, Listing) {
	t.Helper()
	var all []Found
	listing, err := c.List(context.Background(), hosting, func(f Found) error {
		all = append(all, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, listing
}

func TestEachHostTellsItsRepositoriesInItsOwnWords(t *testing.T) {
	tests := []struct {
		name   string
		host   models.Host
		routes map[string]route
		group  string
		want   func(base string) []Found
	}{
		{"GitHub", models.GitHub, gitHubRoutes, "/cityhall", func(base string) []Found {
			return []Found{
				{URL: base + "/cityhall/permits", Name: "permits", DefaultBranch: "main", Description: "Building permits for towns", Topics: []string{"permits", "govtech"}, PushedAt: day("2026-11-01T19:06:43Z")},
				{URL: base + "/cityhall/maps", Name: "maps", DefaultBranch: "master", Archived: true, Fork: true, ForkOfURL: base + "/upstream/maps", PushedAt: day("2019-05-01T00:00:00Z")},
				{URL: base + "/cityhall/secret", Name: "secret", DefaultBranch: "main", Private: true},
			}
		}},
		{"a person on GitHub", models.GitHub, gitHubRoutes, "/ada", func(base string) []Found {
			return []Found{{URL: base + "/cityhall/secret", Name: "secret", DefaultBranch: "main", Private: true}}
		}},
		{"GitLab, with the groups below", models.GitLab, gitLabRoutes, "/groups/digital/labs/-/projects", func(base string) []Found {
			return []Found{
				{URL: base + "/digital/permits", Name: "Permits", DefaultBranch: "main", Description: "Permits", Topics: []string{"govtech"}, PushedAt: day("2026-09-30T13:46:02Z")},
				{URL: base + "/digital/labs/new", Name: "New", Private: true, Empty: true, Fork: true, ForkOfURL: "https://gitlab.example/other/new", Topics: []string{"lab"}, PushedAt: day("2026-10-30T13:46:02Z")},
			}
		}},
		{"Gitea", models.Gitea, giteaRoutes, "/town/", func(base string) []Found {
			return []Found{
				{URL: base + "/town/permits", Name: "permits", DefaultBranch: "main", Description: "Permits", Topics: []string{"permits"}, MirrorOfURL: "https://code.example/upstream/permits", PushedAt: day("2026-06-01T08:00:00Z")},
				{URL: base + "/town/maps", Name: "maps", DefaultBranch: "main", Private: true, Archived: true, Fork: true, ForkOfURL: base + "/upstream/maps", PushedAt: day("2023-06-01T10:00:00Z")},
			}
		}},
		{"Bitbucket", models.Bitbucket, bitbucketRoutes, "/county", func(base string) []Found {
			return []Found{
				{URL: base + "/county/permits", Name: "permits", DefaultBranch: "main", Description: "Permits", Fork: true, ForkOfURL: base + "/upstream/permits", PushedAt: day("2026-03-04T05:06:07.123456Z")},
				{URL: base + "/county/empty", Name: "empty", Private: true, Empty: true, PushedAt: day("2026-01-01T00:00:00Z")},
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHosted(t, test.routes)
			got, listing := collect(t, here(t), models.CodeHosting{URL: h.URL + test.group, Host: test.host, Group: true})
			if diff := cmp.Diff(test.want(h.URL), got); diff != "" {
				t.Errorf("repositories (-want +got):\n%s", diff)
			}
			if listing.Count != len(got) || listing.Unchanged || listing.Host != test.host {
				t.Errorf("the listing is %+v", listing)
			}
		})
	}
}

func TestAListThatDidNotChangeIsNotReadAgain(t *testing.T) {
	h := newHosted(t, gitHubRoutes)
	c := here(t)
	hosting := models.CodeHosting{URL: h.URL + "/cityhall", Host: models.GitHub, Group: true}
	_, first := collect(t, c, hosting)
	hosting.ETag = first.ETag
	fresh := h.fresh.Load()
	again, second := collect(t, c, hosting)
	if !second.Unchanged || len(again) != 0 || second.ETag != first.ETag || h.fresh.Load() != fresh {
		t.Errorf("the second listing is %+v with %d repositories", second, len(again))
	}
	hosting.ETag = strings.Replace(first.ETag, "repos-2", "repos-9", 1)
	again, third := collect(t, c, hosting)
	if third.Unchanged || len(again) != 3 {
		t.Errorf("when only the last page changed all must be told: %+v with %d", third, len(again))
	}
}

func TestARepositoryThatMovedIsToldWithItsOldAddress(t *testing.T) {
	h := newHosted(t, gitHubRoutes)
	h.override = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v3/repos/cityhall/oldmaps" {
			return false
		}
		http.Redirect(w, r, "/api/v3/repos/cityhall/maps", http.StatusMovedPermanently)
		return true
	}
	got, _ := collect(t, here(t), models.CodeHosting{URL: h.URL + "/cityhall/oldmaps.git", Host: models.GitHub})
	if len(got) != 1 || got[0].URL != h.URL+"/cityhall/maps" || cmp.Diff([]string{h.URL + "/cityhall/oldmaps"}, got[0].OldURLs) != "" {
		t.Errorf("told %+v", got)
	}
}

func TestAHostOfUnknownKindIsRecognised(t *testing.T) {
	tests := []struct {
		name string
		path string
		head func(http.ResponseWriter)
		body string
		want models.Host
	}{
		{"Gitea by its version", "/api/v1/version", func(http.ResponseWriter) {}, `{"version":"1.24.2"}`, models.Gitea},
		{"GitLab by its version", "/api/v4/version", func(http.ResponseWriter) {}, `{"version":"18.2.0","revision":"abc"}`, models.GitLab},
		{"GitLab by asking for a token", "/api/v4/version", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(401)
		}, `{"message":"401 Unauthorized"}`, models.GitLab},
		{"GitHub Enterprise by its header", "/api/v3/meta", func(w http.ResponseWriter) { w.Header().Set("X-GitHub-Request-Id", "A:B") }, `{}`, models.GitHub},
		{"a web site that answers everything with a page", "", func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/html") }, `<html>"version"`, models.PlainGit},
		{"a host that knows none of it", "/else", func(http.ResponseWriter) {}, ``, models.PlainGit},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if test.path != "" && r.URL.Path != test.path {
					http.NotFound(w, r)
					return
				}
				test.head(w)
				_, _ = w.Write([]byte(test.body))
			}))
			defer s.Close()
			if got, err := here(t).Detect(context.Background(), s.URL+"/group"); err != nil || got != test.want {
				t.Errorf("recognised as %q, %v", got, err)
			}
		})
	}
}

func TestAnErrorOfTheCallerEndsTheListing(t *testing.T) {
	h := newHosted(t, gitHubRoutes)
	mine := errors.New("enough")
	listing, err := here(t).List(context.Background(), models.CodeHosting{URL: h.URL + "/cityhall", Host: models.GitHub, Group: true}, func(Found) error { return mine })
	if !errors.Is(err, mine) || listing.Count != 1 {
		t.Errorf("%v after %d", err, listing.Count)
	}
}

func TestHostsThatRefuseSayWhy(t *testing.T) {
	reset := time.Now().Add(10 * time.Minute).Unix()
	tests := []struct {
		name    string
		status  int
		head    map[string]string
		outcome models.VisitOutcome
		wait    time.Duration // at least
	}{
		{"nothing there", 404, nil, models.VisitGone, 0},
		{"gone for good", 410, nil, models.VisitGone, 0},
		{"a token is asked for", 401, nil, models.VisitForbidden, 0},
		{"not for everyone", 403, map[string]string{"X-RateLimit-Remaining": "12"}, models.VisitForbidden, 0},
		{"nothing left of the allowance", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": itoa(reset)}, models.VisitBusy, 9 * time.Minute},
		{"too fast", 403, map[string]string{"Retry-After": "60"}, models.VisitBusy, time.Minute},
		{"too many requests", 429, map[string]string{"Retry-After": "120"}, models.VisitBusy, 2 * time.Minute},
		{"at work on itself", 503, map[string]string{"Retry-After": time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}, models.VisitBusy, 50 * time.Minute},
		{"an error of its own", 500, nil, models.VisitFailed, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHosted(t, nil)
			h.override = func(w http.ResponseWriter, _ *http.Request) bool {
				for k, v := range test.head {
					w.Header().Set(k, v)
				}
				w.WriteHeader(test.status)
				return true
			}
			c := here(t)
			_, err := c.List(context.Background(), models.CodeHosting{URL: h.URL + "/cityhall", Host: models.GitHub, Group: true}, func(Found) error { return nil })
			p := problem(t, err)
			if p.Outcome != test.outcome || p.RetryAfter < test.wait-time.Second || test.wait == 0 && p.RetryAfter != 0 || p.Status != test.status {
				t.Errorf("got %s after status %d, wait %s", p.Outcome, p.Status, p.RetryAfter)
			}
			asked := h.asked.Load()
			_, err = c.Fetch(context.Background(), Ask{URL: h.URL})
			if rests := h.asked.Load() == asked; rests != (test.wait > 0) {
				t.Errorf("asked again: %v", err)
			}
		})
	}
}

func TestAnAllowanceThatRunsOutInTheMiddleStopsTheListing(t *testing.T) {
	h := newHosted(t, gitHubRoutes)
	h.override = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", itoa(time.Now().Add(time.Hour).Unix()))
		return false
	}
	told := 0
	_, err := here(t).List(context.Background(), models.CodeHosting{URL: h.URL + "/cityhall", Host: models.GitHub, Group: true}, func(Found) error { told++; return nil })
	if p := problem(t, err); p.Outcome != models.VisitBusy || p.RetryAfter < 50*time.Minute || told != 2 || h.asked.Load() != 1 {
		t.Errorf("%s, wait %s, %d told, %d requests", p.Outcome, p.RetryAfter, told, h.asked.Load())
	}
}

func TestAListIsNotFollowedToAnotherHost(t *testing.T) {
	h := newHosted(t, map[string]route{"/2.0/repositories/county?page=1": {file: "bitbucket-1.json", next: ""}})
	h.override = func(w http.ResponseWriter, _ *http.Request) bool {
		_, _ = w.Write([]byte(`{"values":[],"next":"https://elsewhere.example/2.0/repositories/county?page=2"}`))
		return true
	}
	_, err := here(t).List(context.Background(), models.CodeHosting{URL: h.URL + "/county", Host: models.Bitbucket, Group: true}, func(Found) error { return nil })
	if p := problem(t, err); p.Outcome != models.VisitFailed || !strings.Contains(p.Detail, "another host") {
		t.Error(p)
	}
}

func TestATokenGoesToItsHostOnly(t *testing.T) {
	h := newHosted(t, gitHubRoutes)
	c := here(t, func(l *Limits) { l.Tokens = map[string]string{strings.TrimPrefix(h.URL, "http://"): "opensesame"} })
	collect(t, c, models.CodeHosting{URL: h.URL + "/cityhall", Host: models.GitHub, Group: true})
	if got := h.last.Load().(http.Header).Get("Authorization"); got != "Bearer opensesame" {
		t.Errorf("its host was given %q", got)
	}
	var got atomic.Value
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got.Store(r.Header) }))
	defer other.Close()
	h.override = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.URL, http.StatusFound)
		return true
	}
	if _, err := c.Fetch(context.Background(), Ask{URL: h.URL, Header: http.Header{"X-Secret": {"1"}, "Accept": {"text/plain"}}}); err != nil {
		t.Fatal(err)
	}
	if head := got.Load().(http.Header); head.Get("Authorization") != "" || head.Get("X-Secret") != "" || head.Get("Accept") != "text/plain" {
		t.Errorf("another host was given %v", head)
	}
}

func TestIssuesAndChangeRequestsAreCountedByDay(t *testing.T) {
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		host   models.Host
		routes map[string]route
		path   string
		want   [4]int
	}{
		{models.GitHub, gitHubRoutes, "/cityhall/maps", [4]int{1, 1, 2, 1}},
		{models.GitLab, gitLabRoutes, "/digital/permits", [4]int{1, 1, 4, 2}},
		{models.Gitea, giteaRoutes, "/town/permits.git", [4]int{1, 1, 2, 1}},
	} {
		t.Run(string(test.host), func(t *testing.T) {
			h := newHosted(t, test.routes)
			got, err := here(t).Counts(context.Background(), h.URL+test.path, test.host, since)
			if err != nil || got.Why != "" {
				t.Fatal(err, got)
			}
			if sums := [4]int{*got.IssuesOpened, *got.IssuesClosed, *got.ChangesOpened, *got.ChangesClosed}; sums != test.want {
				t.Errorf("counted %v, want %v", sums, test.want)
			}
		})
	}
	h := newHosted(t, nil)
	for _, host := range []models.Host{models.GitHub, models.PlainGit, models.Bitbucket} {
		if got, err := here(t).Counts(context.Background(), h.URL+"/a/b", host, since); err != nil || got.IssuesOpened != nil || got.Why == "" {
			t.Errorf("%s: %+v, %v", host, got, err)
		}
	}
}

func TestTheAddressOfOneRepositoryGivenAsAGroupIsTakenForWhatItIs(t *testing.T) {
	told := func(host models.Host, address string) (Listing, []string, error) {
		var urls []string
		l, err := here(t).List(t.Context(), models.CodeHosting{URL: address, Host: host, Group: true}, func(f Found) error {
			urls = append(urls, f.URL)
			return nil
		})
		return l, urls, err
	}
	lists := newHosted(t, gitHubRoutes)
	l, urls, err := told(models.GitHub, lists.URL+"/cityhall/maps")
	if diff := cmp.Diff(Listing{Host: models.GitHub, Alone: true, Count: 1}, l); diff != "" || err != nil || len(urls) != 1 {
		t.Errorf("on a host with lists: %v %v\n%s", urls, err, diff)
	}
	if l, urls, err := told(models.GitHub, lists.URL+"/cityhall/nothing"); AsProblem(err) == nil || AsProblem(err).Outcome != models.VisitGone || l.Alone || urls != nil {
		t.Errorf("on a host with lists, of nothing: %+v %v %v", l, urls, err)
	}
	own := errors.New("cannot be kept")
	if _, err := here(t).List(t.Context(), models.CodeHosting{URL: lists.URL + "/cityhall/maps", Host: models.GitHub, Group: true}, func(Found) error { return own }); !errors.Is(err, own) {
		t.Errorf("the fault of who listens is %v", err)
	}
	w := newWork(t)
	w.commit(map[string]string{"README": "x"})
	plain := w.serve()
	l, urls, err = told(models.PlainGit, plain.URL+"/project")
	if diff := cmp.Diff([]string{plain.URL + "/project"}, urls); diff != "" || err != nil || !l.Alone || l.Count != 1 || l.Host != models.PlainGit {
		t.Errorf("on a host without lists: %+v %v\n%s", l, err, diff)
	}
	if _, urls, err := told(models.PlainGit, plain.URL+"/code"); AsProblem(err) == nil || !strings.Contains(AsProblem(err).Detail, "no git repository either") || urls != nil {
		t.Errorf("on a host without lists, of a folder: %v %v", urls, err)
	}
}
