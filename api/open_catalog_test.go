package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

const deskYAML = `publiccodeYmlVersion: "0.7"
name: %s
url: https://code.example.org/health/%s
platforms:
  - web
categories:
  - task-management
developmentStatus: stable
softwareType: standalone/web
organisation:
  uri: %s
description:
  en:
    shortDescription: Keeps the cases of a clinic.
    longDescription: >
      Keeps the cases of a clinic from the first visit to the last letter, with appointments, letters and lists for
      every ward, and tells the insurance what was done. It is used in all clinics of the country, was written by the
      ministry itself and is open to every other agency that keeps cases of any kind. It runs on any server with a
      database and needs nothing else. Questions are answered by the ministry, which also takes changes from others
      and publishes what is planned for the next year. This sentence is only there so that the text is long enough.
    features:
      - Cases
legal:
  license: EUPL-1.2
maintenance:
  type: internal
  contacts:
    - name: Ada Example
      email: ada@health.example
      phone: "+39 06 555"
localisation:
  localisationReady: true
  availableLanguages:
    - en
`

func desk(name string) string {
	return fmt.Sprintf(deskYAML, name, strings.ToLower(name), "https://www.example.gov/agency/nobody")
}

// catalog asks the Open Catalog API and expects a status; a body that is no text is sent as JSON.
func (s *server) catalog(status int, who, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	if body != nil && len(headers) == 0 {
		headers = []string{"Content-Type: application/json"}
		if method == http.MethodPatch {
			headers = []string{"Content-Type: application/merge-patch+json"}
		}
	}
	a := s.expect(status, who, method, "/open-catalog/v1"+path, body, headers...)
	if len(a.body) > 0 && method != http.MethodHead && !strings.HasSuffix(path, ".yaml") {
		want := "application/json; charset=utf-8"
		if status >= 400 {
			want = "application/problem+json"
		}
		if got := a.header.Get("Content-Type"); got != want {
			s.t.Errorf("%s %s is %s, want %s", method, path, got, want)
		}
	}
	return a
}

// toldList is a list of the Open Catalog API: one field of each entry, and the links.
type toldList struct {
	Data  []map[string]any
	Links struct{ Prev, Next *string }
}

func (a answer) told(t testing.TB) (l toldList) {
	t.Helper()
	if err := json.Unmarshal(a.body, &l); err != nil || l.Data == nil {
		t.Fatalf("the body is no list: %v: %s", err, a.body)
	}
	return l
}

func (l toldList) fields(name string) []string {
	out := []string{}
	for _, e := range l.Data {
		out = append(out, fmt.Sprint(e[name]))
	}
	return out
}

func (s *server) tellDesk(who, name string, active bool) map[string]any {
	s.t.Helper()
	return s.catalog(200, who, http.MethodPost, "/software", map[string]any{"url": "https://code.example.org/health/" + name, "aliases": nil, "publiccodeYml": desk(name), "active": active}).object(s.t)
}

// TestACrawlerOfOthersFindsItsPublishersAndTellsOfSoftware sends what publiccode-crawler 4 sends, in its order.
func TestACrawlerOfOthersFindsItsPublishersAndTellsOfSoftware(t *testing.T) {
	s := newServer(t)
	const crawler = "registrar"
	made := s.catalog(200, crawler, http.MethodPost, "/publishers", map[string]any{"description": "Health digital", "email": "Code@Health.example", "codeHosting": []any{map[string]any{"url": "https://code.example.org/health/"}}}).object(t)
	if got := s.catalog(200, public, http.MethodGet, "/catalogs?all=true", nil).told(t); len(got.Data) != 0 {
		t.Errorf("there are catalogues, so that the crawler asks for no publishers: %v", got.Data)
	}
	publishers := s.catalog(200, public, http.MethodGet, "/publishers", nil).told(t)
	if len(publishers.Data) != 1 || publishers.Data[0]["id"] != made["id"] || publishers.Data[0]["email"] != nil || publishers.Data[0]["active"] != true {
		t.Fatalf("the crawler is given %v", publishers.Data)
	}
	hosting := publishers.Data[0]["codeHosting"].([]any)[0].(map[string]any)
	if hosting["url"] != "https://code.example.org/health/" || hosting["group"] != true || hosting["createdAt"] == nil {
		t.Errorf("the crawler goes to %v", hosting)
	}

	ask := "/software?url=https://code.example.org/health/desk"
	if got := s.catalog(200, public, http.MethodGet, ask, nil).told(t); len(got.Data) != 0 {
		t.Errorf("%v is there already", got.Data)
	}
	text := desk("Desk")
	software := s.catalog(200, crawler, http.MethodPost, "/software", map[string]any{"publiccodeYml": text, "url": "https://code.example.org/health/Desk", "aliases": nil, "active": true}).object(t)
	id := fmt.Sprint(software["id"])
	if software["publiccodeYml"] != text || software["createdAt"] != software["updatedAt"] || software["vitality"] != nil || software["active"] != true {
		t.Errorf("what was told is %v", software)
	}
	s.catalog(200, crawler, http.MethodPost, "/software/"+id+"/logs", map[string]any{"message": "[health/desk] GOOD publiccode.yml\n"})

	// the next run, after the repository was renamed
	known := s.catalog(200, public, http.MethodGet, ask, nil).told(t)
	if len(known.Data) != 1 || known.Data[0]["id"] != id {
		t.Fatalf("the crawler finds %v", known.Data)
	}
	s.catalog(200, crawler, http.MethodPatch, "/software/"+id, map[string]any{"publiccodeYml": strings.Replace(text, "stable", "beta", 1), "url": "https://code.example.org/health/front-desk", "aliases": []string{"https://code.example.org/health/desk"}})
	moved := s.catalog(200, public, http.MethodGet, ask, nil).told(t)
	if len(moved.Data) != 1 || moved.Data[0]["id"] != id || moved.Data[0]["url"] != "https://code.example.org/health/front-desk" {
		t.Errorf("by its former address the software is %v", moved.Data)
	}
	s.catalog(200, crawler, http.MethodPost, "/logs", map[string]any{"message": "[health/other] publiccode.yml not found (404)"})
	logs := s.catalog(200, public, http.MethodGet, "/logs", nil).told(t)
	if diff := cmp.Diff([]string{"[health/other] publiccode.yml not found (404)", "[health/desk] GOOD publiccode.yml\n"}, logs.fields("message")); diff != "" {
		t.Errorf("the log:\n%s", diff)
	}
	if logs.Data[0]["entity"] != nil || logs.Data[1]["entity"] != "/software/"+id {
		t.Errorf("the log is about %v", logs.fields("entity"))
	}
	s.sawTold(id)
}

// sawTold looks from the other side: the repository and its software in the register.
func (s *server) sawTold(id string) {
	s.t.Helper()
	list, err := s.store.Repositories(context.Background(), sample.By, models.RepositoryFilter{UUID: id})
	s.must(err)
	r := list.Items[0]
	if r.Publisher != "Health digital" || r.AgencyID != s.state.Health.ID || r.Asset != "Desk" || !r.Valid || !r.Told || r.Description.Status != "beta" || r.Visibility != models.VisiblePublic {
		s.t.Errorf("the repository is %+v", r)
	}
	asset, err := s.store.Asset(context.Background(), models.Viewer{}, *r.AssetID)
	s.must(err)
	if asset.License != "EUPL-1.2" || asset.StewardID != s.state.Health.ID {
		s.t.Errorf("the software is %+v", asset)
	}
}

func TestMailAddressesOfPeopleAreNotTold(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "mailbox", true)["id"])
	s.catalog(200, "registrar", http.MethodPost, "/software/"+id+"/logs", map[string]any{"message": "bad mail: ada@health.example"})
	for _, path := range []string{"/software", "/software/" + id, "/catalogs/∅/software", "/software/" + id + "/logs", "/logs"} {
		if b := string(s.catalog(200, public, http.MethodGet, path, nil).body); strings.Contains(b, "ada@") || strings.Contains(b, "555") || !strings.Contains(b, "mailbox") && !strings.Contains(b, "bad mail") {
			t.Errorf("the public reads at %s: %s", path, b)
		}
		if b := string(s.catalog(200, "reader", http.MethodGet, path, nil).body); !strings.Contains(b, "ada@") {
			t.Errorf("government cannot read the address at %s: %s", path, b)
		}
	}
	s.catalog(200, "registrar", http.MethodPost, "/publishers", map[string]any{"description": "Mail", "email": "a@health.example", "codeHosting": []any{map[string]any{"url": "https://code.example.org/mail"}}})
	if got := s.catalog(200, public, http.MethodGet, "/publishers", nil); strings.Contains(string(got.body), "@") {
		t.Errorf("the public reads %s", got.body)
	}
	if got := s.catalog(200, "reader", http.MethodGet, "/publishers", nil).told(t); got.Data[0]["email"] != "a@health.example" {
		t.Errorf("government reads %v", got.Data)
	}
}

func TestWhatIsNotPublicIsToldToWhoMaySeeIt(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "closed", true)["id"])
	list, err := s.store.Repositories(context.Background(), sample.By, models.RepositoryFilter{UUID: id})
	s.must(err)
	_, err = register.New(s.store).ChangeRepository(context.Background(), sample.By, list.Items[0].ID, 0, func(r *models.Repository) { r.Visibility = models.VisibleGovernment })
	s.must(err)
	s.catalog(200, "registrar", http.MethodPost, "/software/"+id+"/logs", map[string]any{"message": "seen"})
	s.catalog(404, public, http.MethodGet, "/software/"+id, nil)
	s.catalog(404, public, http.MethodGet, "/software/"+id+"/logs", nil)
	for _, path := range []string{"/software?all=true", "/software?url=https://code.example.org/health/closed", "/logs"} {
		if got := s.catalog(200, public, http.MethodGet, path, nil).told(t); len(got.Data) != 0 {
			t.Errorf("the public reads at %s: %v", path, got.Data)
		}
	}
	s.catalog(200, "reader", http.MethodGet, "/software/"+id, nil)
	s.catalog(409, "registrar", http.MethodPost, "/software", map[string]any{"url": "https://code.example.org/health/closed", "publiccodeYml": "-"})
}

func TestListsAreReadOnBothWays(t *testing.T) {
	s := newServer(t)
	var want []string
	for i := range 7 {
		name := fmt.Sprintf("desk-%d", i)
		s.tellDesk("registrar", name, i != 3)
		if i != 3 {
			want = append(want, "https://code.example.org/health/"+name)
		}
	}
	walk := func(link string, step func(toldList) *string) (got [][]string) {
		for link != "" {
			page := s.catalog(200, public, http.MethodGet, "/software"+link, nil).told(t)
			got = append(got, page.fields("url"))
			if next := step(page); next != nil {
				link = *next
			} else {
				link = ""
			}
			if len(got) > 9 {
				t.Fatal("the list has no end")
			}
		}
		return got
	}
	last := ""
	forward := walk("?page[size]=4&from=2020-01-01T00:00:00Z", func(l toldList) *string {
		if l.Links.Next != nil && (!strings.HasPrefix(*l.Links.Next, "?") || !strings.Contains(*l.Links.Next, "page[size]=4") || !strings.Contains(*l.Links.Next, "from=2020-01-01T00%3A00%3A00Z")) {
			t.Errorf("the link to the next page is %s", *l.Links.Next)
		}
		if l.Links.Prev != nil {
			last = *l.Links.Prev
		}
		return l.Links.Next
	})
	if diff := cmp.Diff([][]string{want[:4], want[4:]}, forward); diff != "" {
		t.Errorf("forward:\n%s", diff)
	}
	back := walk(last, func(l toldList) *string { return l.Links.Prev })
	if diff := cmp.Diff([][]string{want[:4]}, back); diff != "" {
		t.Errorf("back from the last page:\n%s", diff)
	}
	// the link to the next page behind a query that is there already, as publiccode-crawler puts it
	first := s.catalog(200, public, http.MethodGet, "/software?all=true&page[size]=5", nil).told(t)
	second := s.catalog(200, public, http.MethodGet, "/software?all=true"+*first.Links.Next, nil).told(t)
	if len(first.Data) != 5 || len(second.Data) != 2 || second.Links.Next != nil {
		t.Errorf("with what is switched off: %v, then %v", first.fields("url"), second.fields("url"))
	}
	both := s.catalog(200, public, http.MethodGet, "/software?all=true&page[size]=3"+"&page[after]="+cursorIn(t, *first.Links.Next, "page[after]"), nil).told(t)
	before := s.catalog(200, public, http.MethodGet, "/software?all=true&page[size]=3&page[before]="+cursorIn(t, *both.Links.Prev, "page[before]"), nil).told(t)
	if diff := cmp.Diff([]string{"https://code.example.org/health/desk-2", "https://code.example.org/health/desk-3", "https://code.example.org/health/desk-4"}, before.fields("url")); diff != "" || before.Links.Prev == nil || before.Links.Next == nil {
		t.Errorf("in the middle: %s %v", diff, before.Links)
	}
	if got := s.catalog(200, public, http.MethodGet, "/software?page[size]=200&to="+url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339)), nil).told(t); len(got.Data) != 0 {
		t.Errorf("an hour ago there was %v", got.fields("url"))
	}
}

func TestAPlaceInAListThatCannotBeReadIsSaid(t *testing.T) {
	s := newServer(t)
	for query, detail := range map[string]string{"page[size]=x": "page[size] must be an integer", "page[size]=0": "page[size] must be between 1 and 100", "page[after]=x": "wrong cursor format in page[after] or page[before]",
		"page[before]=WyIyMDIyIiwiYSJd": "wrong cursor format in page[after] or page[before]", "from=3": "invalid date time format (RFC 3339 needed)", "to=tomorrow": "invalid date time format (RFC 3339 needed)"} {
		if p := s.catalog(422, public, http.MethodGet, "/software?"+query, nil).object(t); p["detail"] != detail || p["title"] != "can't get Software" || p["status"] != 422.0 {
			t.Errorf("%s: %v", query, p)
		}
	}
}

func cursorIn(t *testing.T, link, key string) string {
	t.Helper()
	q, err := url.ParseQuery(strings.TrimPrefix(link, "?"))
	if err != nil || q.Get(key) == "" {
		t.Fatalf("%s has no %s: %v", link, key, err)
	}
	return q.Get(key)
}

// refusedTelling is a request that is refused.
type refusedTelling struct {
	method, path string
	body         any
	status       int
	want         string // rules by field, or the detail
}

func refusedTellings(id, other, publisher string) map[string]refusedTelling {
	const url = "https://code.example.org/health/x"
	host := []any{map[string]any{"url": "https://code.example.org/taken"}}
	return map[string]refusedTelling{
		"software of nothing":                    {"POST", "/software", "{}", 422, "url required, publiccodeYml required"},
		"software that is no JSON":               {"POST", "/software", "{", 400, "invalid or malformed JSON"},
		"software with more behind it":           {"POST", "/software", "{}{}", 400, "invalid or malformed JSON"},
		"software with an id":                    {"POST", "/software", `{"id":"1"}`, 422, `unknown field in JSON input: "id"`},
		"software at no address":                 {"POST", "/software", map[string]any{"url": "desk", "aliases": []string{"alias"}, "publiccodeYml": "-"}, 422, "url url, aliases url"},
		"software with a text too long":          {"POST", "/software", map[string]any{"url": url, "publiccodeYml": strings.Repeat("ä", 100_000)}, 422, "publiccodeYml max"},
		"software that is there":                 {"POST", "/software", map[string]any{"url": "http://www.code.example.org/health/taken.git", "publiccodeYml": "-"}, 409, "url already exists"},
		"an alias that is other software":        {"PATCH", "/software/" + id, map[string]any{"aliases": []string{"https://code.example.org/health/other"}}, 409, "aliases already exists"},
		"an address that is other software":      {"PATCH", "/software/" + other, map[string]any{"url": "https://code.example.org/health/taken"}, 409, "url already exists"},
		"a change of the id":                     {"PATCH", "/software/" + id, map[string]any{"id": other}, 422, `unknown field in JSON input: "id"`},
		"a change that is an array":              {"PATCH", "/software/" + id, "[]", 400, "invalid or malformed JSON"},
		"no file any more":                       {"PATCH", "/software/" + id, `{"publiccodeYml":null}`, 422, "publiccodeYml required"},
		"a publisher of nothing":                 {"POST", "/publishers", "{}", 422, "codeHosting required, description required"},
		"a publisher without places":             {"POST", "/publishers", map[string]any{"description": "P", "codeHosting": []any{}}, 422, "codeHosting gt"},
		"a publisher at home":                    {"POST", "/publishers", map[string]any{"description": "P", "email": "nobody", "codeHosting": []any{map[string]any{"url": "https://localhost/x"}, map[string]any{"url": "https://127.0.0.1/"}, map[string]any{"url": "ssh://x"}}}, 422, "url code_hosting_url, url code_hosting_url, url http_url, email email"},
		"a publisher that is there":              {"POST", "/publishers", map[string]any{"description": "TAKEN", "codeHosting": []any{map[string]any{"url": "https://code.example.org/p"}}}, 409, "description already exists"},
		"a place of another publisher":           {"POST", "/publishers", map[string]any{"description": "P", "codeHosting": host}, 409, "codeHosting already exists"},
		"an alternative id that is there":        {"POST", "/publishers", map[string]any{"description": "P", "alternativeId": "taken", "codeHosting": []any{map[string]any{"url": "https://code.example.org/p"}}}, 409, "alternativeId already exists"},
		"an alternative id that is another's id": {"POST", "/publishers", map[string]any{"description": "P", "alternativeId": publisher, "codeHosting": []any{map[string]any{"url": "https://code.example.org/p"}}}, 409, "Publisher with id '" + publisher + "' already exists"},
		"a log that says nothing":                {"POST", "/logs", map[string]any{"message": ""}, 422, "message required"},
		"a log with a letter":                    {"POST", "/logs", map[string]any{"message": "x"}, 422, "message gt"},
		"an analysis without a version":          {"PATCH", "/software/" + id + "/analysis", map[string]any{"scanner": map[string]any{"grade": "A"}}, 422, "v gt"},
		"an analysis that is no object":          {"PATCH", "/software/" + id + "/analysis", map[string]any{"scanner": 3}, 422, "scanner not_an_object"},
		"an analysis that is an array":           {"PATCH", "/software/" + id + "/analysis", "[]", 422, "an analysis is a JSON object with an object under each namespace"},
		"software that is not there":             {"PATCH", "/software/" + "eea19c82-0449-41ed-bd84-d8bbc146d165", "{}", 404, "Software was not found"},
		"a publisher that is not there":          {"DELETE", "/publishers/nobody", nil, 404, "Publisher was not found"},
		"withdrawing what is not there":          {"DELETE", "/software/nothing", nil, 404, "Software was not found"},
		"a log of what is not there":             {"POST", "/software/nothing/logs", map[string]any{"message": "there"}, 404, "Software was not found"},
		"an analysis of what is not there":       {"GET", "/software/nothing/analysis", nil, 404, "Software was not found"},
	}
}

func TestWhatCannotBeTakenIsSaidByFieldAndRule(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "taken", true)["id"])
	other := fmt.Sprint(s.tellDesk("registrar", "other", true)["id"])
	host := []any{map[string]any{"url": "https://code.example.org/taken"}}
	publisher := s.catalog(200, "registrar", http.MethodPost, "/publishers", map[string]any{"description": "Taken", "alternativeId": "taken", "codeHosting": host}).object(t)
	tests := refusedTellings(id, other, fmt.Sprint(publisher["id"]))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(s.events())
			p := s.catalog(tt.status, "registrar", tt.method, tt.path, tt.body).object(t)
			got := fmt.Sprint(p["detail"])
			if list, ok := p["validationErrors"].([]any); ok {
				var rules []string
				for _, e := range list {
					m := e.(map[string]any)
					rules = append(rules, fmt.Sprintf("%s %s", m["field"], m["rule"]))
				}
				got = strings.Join(rules, ", ")
			}
			if got != tt.want || p["title"] == "" || p["status"] != float64(tt.status) {
				t.Errorf("got %s: %v", got, p)
			}
			if len(s.events()) != before {
				t.Error("what was refused has left an event")
			}
		})
	}
}

func TestOnlyATokenWithTheRightTells(t *testing.T) {
	s := newServer(t)
	id := fmt.Sprint(s.tellDesk("registrar", "rights", true)["id"])
	publisher := fmt.Sprint(s.catalog(200, "registrar", http.MethodPost, "/publishers", map[string]any{"description": "Rights", "codeHosting": []any{map[string]any{"url": "https://code.example.org/rights"}}}).object(t)["id"])
	all := []string{"401", "403", "403", "200", "403", "403", "200", "403"} // the public, a reader, a registrar of elsewhere, the registrar, a buyer, auditor, officer, administrator
	whole := []string{"401", "403", "403", "403", "403", "403", "200", "403"}
	tests := map[string]struct {
		method, path string
		body         func(who string) any
		want         []string
	}{
		"patch software":    {"PATCH", "/software/" + id, func(who string) any { return map[string]any{"vitality": "1," + who} }, all},
		"write an analysis": {"PATCH", "/software/" + id + "/analysis", func(who string) any { return map[string]any{"scanner": map[string]any{"v": 1, "by": who}} }, all},
		"write a log":       {"POST", "/software/" + id + "/logs", func(string) any { return map[string]any{"message": "log"} }, all},
		"patch publisher":   {"PATCH", "/publishers/" + publisher, func(who string) any { return map[string]any{"description": "Rights of " + who} }, all},
		"make a catalogue": {"POST", "/catalogs", func(who string) any {
			return map[string]any{"name": who, "sources": []any{map[string]any{"url": "https://code.example.org/" + who}}}
		}, whole},
		"make a bundle": {"POST", "/bundles", func(who string) any { return map[string]any{"name": "b" + who, "softwareIds": []string{id}} }, whole},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for i, who := range askers {
				if got := s.ask(who, tt.method, "/open-catalog/v1"+tt.path, tt.body(who)); fmt.Sprint(got.status) != tt.want[i] {
					t.Errorf("as %q: %d, want %s: %s", who, got.status, tt.want[i], got.body)
				}
			}
		})
	}
	if a := s.ask(public, http.MethodPost, "/open-catalog/v1/software", "{}", "Authorization: Bearer v2.local.xxxx"); a.status != 401 || a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("a token of others is answered with %d", a.status)
	}
}
