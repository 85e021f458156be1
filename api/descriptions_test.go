package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/importers/rdf"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// descriptionReads are the rows of what is said to other catalogues.
var descriptionReads = map[string][]try{
	"listDescriptions": visibly("/assets/%d/descriptions"),
	"getDescription":   append(visibly("/assets/%d/descriptions/publiccode"), try{name: "as RDF", path: to("/assets/%d/descriptions/dcat", caseDesk), want: everybody}),
	"getCodeIndex":     {{path: to("/agencies/%d/code-index", func(g *sample.State) int64 { return g.Health.ID }), want: everybody}},
	"getOpenData":      {{path: fixed("/open-data"), want: everybody}},
	"getOpenDataFile":  {{path: fixed("/open-data/ndjson"), want: everybody}},
	"getCatalog":       {{path: fixed("/catalog"), want: everybody}},
	"getCatalogFeed":   {{path: fixed("/catalog/feed"), want: everybody}},
}

// describeCaseDesk gives Case Desk a repository whose file names a person.
func (s *server) describeCaseDesk() {
	s.t.Helper()
	ctx := context.Background()
	ready := true
	repo := models.Repository{AssetID: &s.state.CaseDesk.ID, AgencyID: s.state.Health.ID, URL: "https://git.example.gov/health/case-desk.git", Canonical: "git.example.gov/health/case-desk", Host: models.PlainGit, Visibility: models.VisiblePublic, State: models.RepositoryHere,
		Active: true, Fork: models.NoFork, Valid: true, Outcome: models.VisitRead, Description: &models.Description{Format: models.PublicCode, Name: "case-desk", URL: "https://git.example.gov/health/case-desk", Status: "stable", SoftwareType: "standalone/web", Platforms: []string{"web"},
			UsedBy: []string{"Everybody"}, License: "EUPL-1.2", Maintenance: "internal", Contacts: []models.Contact{{Name: "Ann Secret", Email: "ann@secret.example"}}, Localised: &ready, Languages: []string{"en", "fr"},
			Texts: map[string]models.DescriptionText{"en": {Long: strings.Repeat("It keeps every paper of a case together. ", 8), Features: []string{"Intake"}}, "fr": {Long: strings.Repeat("Il garde les pièces ensemble. ", 8), Features: []string{"Dépôt"}}}}}
	s.must(store.Write(ctx, s.store, func(tx *store.Tx) error { return tx.CreateRepository(ctx, &repo) }))
}

// hidden are names that the public may not read anywhere.
var hidden = []string{"Post Box", "Tax Lens", "Ann Secret", "ann@secret.example", "Everybody", "pensions@nib"}

func (s *server) tellsNothing(what string, body []byte) {
	s.t.Helper()
	for _, h := range hidden {
		if strings.Contains(string(body), h) {
			s.t.Errorf("%s tells %q", what, h)
		}
	}
}

func TestSoftwareIsDescribedInEveryFormatWithWhatItLoses(t *testing.T) {
	s := newServer(t)
	s.describeCaseDesk()
	p := fmt.Sprintf("/v1/assets/%d/descriptions", s.state.CaseDesk.ID)
	var list struct {
		Formats []struct {
			Format, Filename, MediaType, Href string
			Complete                          bool
			Losses                            []struct{ Key, Kind, What string }
		}
		EUCatalogue struct {
			Ready bool
			Wants []struct{ Code, What, Cure string }
		} `json:"euCatalogue"`
	}
	a := s.get(public, p)
	s.must(json.Unmarshal(a.body, &list))
	s.tellsNothing("the list", a.body)
	if len(list.Formats) != 4 {
		t.Fatalf("%s", a.body)
	}
	for _, f := range list.Formats {
		file := s.get(public, f.Href)
		s.tellsNothing(f.Format, file.body)
		gaps := 0
		for _, l := range f.Losses {
			if l.Kind == "gap" {
				gaps++
			}
		}
		if file.header.Get("Losses") != fmt.Sprint(len(f.Losses)) || file.header.Get("Gaps") != fmt.Sprint(gaps) || f.Complete != (gaps == 0) || file.header.Get("Content-Type") != f.MediaType {
			t.Errorf("%s: %v of %d losses, %d gaps", f.Format, file.header, len(f.Losses), gaps)
		}
		if !strings.Contains(string(file.body), "National Insurance Board") && f.Format == "publiccode" {
			t.Errorf("who has attested use is not in %s", file.body)
		}
		again := s.ask(public, http.MethodGet, f.Href, nil, "If-None-Match: "+file.header.Get("ETag"))
		if again.status != http.StatusNotModified {
			t.Errorf("%s: %d", f.Format, again.status)
		}
	}
	public, remarks := publiccode.Read(s.get(public, p+"/publiccode").body)
	if public == nil || models.Valid(remarks) || public.Organisation.Name != "Ministry of Health" {
		t.Errorf("nobody to ask is a gap for the public: %v", remarks)
	}
	inside, remarks := publiccode.Read(s.get("registrar", p+"/publiccode").body)
	if inside == nil || !models.Valid(remarks) || len(inside.Contacts) != 1 {
		t.Errorf("government has a file to commit: %v", remarks)
	}
	if list.EUCatalogue.Ready != (len(list.EUCatalogue.Wants) == 0) {
		t.Errorf("%+v", list.EUCatalogue)
	}
}

func TestTheIndexOfAnAgencyHasItsCodeAndNothingHidden(t *testing.T) {
	s := newServer(t)
	s.describeCaseDesk()
	for agency, want := range map[int64]int{s.state.Health.ID: 1, s.state.Root.ID: 2, s.state.Finance.ID: 0} {
		body := s.get(public, fmt.Sprintf("/v1/agencies/%d/code-index", agency)).body
		s.tellsNothing("the index", body)
		file, _ := codejson.Read(body)
		if file == nil || file.Kind != codejson.Index || len(file.Descriptions) != want {
			t.Errorf("agency %d: %s", agency, body)
		}
	}
}

func TestTheCatalogueInRDFIsThePublicOneInThreeNotationsPageByPage(t *testing.T) {
	s := newServer(t)
	s.describeCaseDesk()
	seen := map[string]bool{}
	for next, pages := "/v1/catalog?limit=2", 0; next != ""; pages++ {
		var statements int
		for _, n := range []struct {
			accept string
			kind   rdf.Notation
		}{{"text/turtle", rdf.Turtle}, {"text/html, application/rdf+xml;q=0.9", rdf.XML}, {"text/turtle;q=0.1, application/rdf+xml;q=0.9", rdf.XML}, {"text/turtle;q=0, */*", rdf.JSONLD}, {"application/ld+json", rdf.JSONLD}, {"*/*", rdf.JSONLD}} {
			a := s.ask("officer", http.MethodGet, next, nil, "Accept: "+n.accept)
			if a.status != http.StatusOK {
				t.Fatalf("%d %s", a.status, a.body)
			}
			s.tellsNothing("the catalogue", a.body)
			g, remarks := rdf.Read(rdf.Input{Content: a.body, Notation: n.kind})
			if len(remarks) > 0 || rdf.NotationOf(a.header.Get("Content-Type")) != n.kind {
				t.Fatalf("%v %s\n%s", remarks, a.header.Get("Content-Type"), a.body)
			}
			if statements != 0 && statements != len(g.Statements) {
				t.Errorf("%d statements in one notation, %d in another", statements, len(g.Statements))
			}
			statements = len(g.Statements)
			for _, asset := range g.OfType("http://www.w3.org/ns/adms#Asset") {
				if n.kind == rdf.Turtle && seen[asset.Value] {
					t.Errorf("%s is there twice", asset.Value)
				}
				seen[asset.Value] = true
			}
			link := a.header.Get("Link")
			hydra := false
			for _, st := range g.Statements {
				hydra = hydra || st.Predicate == "http://www.w3.org/ns/hydra/core#next"
			}
			if hydra != (link != "") {
				t.Errorf("Link is %q, hydra:next is there: %t", link, hydra)
			}
			if n.accept == "*/*" {
				next = strings.TrimPrefix(strings.TrimSuffix(link, `>; rel="next"`), "<")
			}
		}
		if pages > 20 {
			t.Fatal("the pages do not end")
		}
	}
	total := s.get(public, "/v1/assets").object(t)["total"].(map[string]any)["count"].(float64)
	if len(seen) != int(total) {
		t.Errorf("%d in the catalogue, %v in the list", len(seen), total)
	}
}

func TestTheOpenDataAreAsManyAsThePublicListAndAsDigested(t *testing.T) {
	s := newServer(t)
	s.describeCaseDesk()
	var about struct {
		License, LicenseURL string
		Entries             int
		Files               []struct {
			Href, SHA256 string
			Bytes        int
		}
	}
	s.must(json.Unmarshal(s.get("officer", "/v1/open-data").body, &about))
	total := s.get(public, "/v1/assets").object(t)["total"].(map[string]any)["count"].(float64)
	if about.Entries != int(total) || about.License != "CC0-1.0" || about.LicenseURL == "" || len(about.Files) != 2 {
		t.Errorf("%+v, %v in the list", about, total)
	}
	for _, f := range about.Files {
		a := s.ask("officer", http.MethodGet, f.Href, nil, "Accept-Encoding: identity")
		sum := sha256.Sum256(a.body)
		if hex.EncodeToString(sum[:]) != f.SHA256 || len(a.body) != f.Bytes || a.header.Get("Total-Count") != fmt.Sprint(about.Entries) || a.header.Get("Repr-Digest") == "" || !strings.Contains(a.header.Get("Link"), `rel="license"`) {
			t.Errorf("%+v is not %v", f, a.header)
		}
		s.tellsNothing(f.Href, a.body)
		if again := s.ask(public, http.MethodGet, f.Href, nil, "If-None-Match: "+a.header.Get("ETag")); again.status != http.StatusNotModified {
			t.Errorf("%d", again.status)
		}
	}
}

func TestTheFeedHasWhatThePublicSeesLastChangedFirst(t *testing.T) {
	s := newServer(t)
	var ids []string
	for next := "/v1/catalog/feed?limit=2"; next != ""; {
		a := s.get("officer", next)
		s.tellsNothing("the feed", a.body)
		var feed struct {
			Entries []struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
			} `xml:"entry"`
		}
		s.must(xml.Unmarshal(a.body, &feed))
		for _, e := range feed.Entries {
			ids = append(ids, e.ID)
		}
		next = strings.TrimPrefix(strings.TrimSuffix(a.header.Get("Link"), `>; rel="next"`), "<")
	}
	total := s.get(public, "/v1/assets").object(t)["total"].(map[string]any)["count"].(float64)
	if len(ids) != int(total) {
		t.Errorf("%d in the feed, %v in the list", len(ids), total)
	}
}

func TestAFeedThatTheReaderHasIsNotSentAgain(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/v1/catalog/feed", "/v1/calls/feed", "/v1/decisions/feed", "/v1/decisions/calendar"} {
		a := s.ask("reader", http.MethodGet, path, nil)
		mark := a.header.Get("ETag")
		if a.status != http.StatusOK || mark == "" {
			t.Errorf("%s: %d with the mark %q", path, a.status, mark)
			continue
		}
		if again := s.ask("reader", http.MethodGet, path, nil, "If-None-Match: \"other\", W/"+mark); again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s: %d and %d bytes for who has it", path, again.status, len(again.body))
		}
	}
	before := s.get(public, "/v1/catalog/feed").header.Get("ETag")
	s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/assets", map[string]any{"name": "Harbour Desk", "origin": "gov-built", "stewardId": s.state.Health.ID, "visibility": "public", "lifecycle": "in-use"})
	if a := s.ask(public, http.MethodGet, "/v1/catalog/feed", nil, "If-None-Match: "+before); a.status != http.StatusOK {
		t.Errorf("a feed with something new is answered with %d", a.status)
	}
}
