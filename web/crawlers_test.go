package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// addCrawlerAddresses makes a catalogue with an analysis, a bundle and a line of a log.
func addCrawlerAddresses(t *testing.T, s *site, g *sample.State, all map[string]string, repository int64) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	by := sample.Viewer(t, s.store, g.Officer)
	k := &models.CrawlerCatalog{Name: "Municipalities", AlternativeID: "towns", Active: true, Scopes: models.StringList{"local"}, Sources: []models.CatalogSource{{Driver: "gitea", URL: "https://code.example.org/towns", Args: []string{"--deep"}}}}
	must(s.reg.RegisterCrawlerCatalog(t.Context(), by, k))
	_, err := s.reg.WriteCatalogAnalyses(t.Context(), by, k.ID, map[string]json.RawMessage{"scanner": json.RawMessage(`{"v":1,"reached":12,"hosts":["a","b"]}`)})
	must(err)
	row, err := s.store.Repository(t.Context(), by, repository)
	must(err)
	b := &models.SoftwareBundle{Name: "To begin with", Description: "What a small town needs.", Active: true, Repositories: []string{row.UUID}}
	must(s.reg.RegisterSoftwareBundle(t.Context(), by, b))
	must(s.reg.WriteCrawlerLog(t.Context(), by, &models.CrawlerLog{Message: "<b>hello</b> from a crawler", RepositoryID: &repository}))
	all["/crawler-catalogs/:id"], all["/crawler-catalogs/:id/edit"] = fmt.Sprintf("/crawler-catalogs/%d", k.ID), fmt.Sprintf("/crawler-catalogs/%d/edit", k.ID)
	all["/software-bundles/:id"], all["/software-bundles/:id/edit"] = "/software-bundles/"+b.UUID, "/software-bundles/"+b.UUID+"/edit"
}

func TestWhatScannersWroteIsShownAsATreeAndWrittenByHand(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	_, r, _ := harvested(t, s, g)
	path := fmt.Sprintf("/repositories/%d/analyses", r)
	registrar := s.as(g.Registrar.ID)
	s.get(path).want(t, 200, "scanner").without(t, "Write what a scanner found")
	registrar.post(path, "namespace", "Score Card", "body", "{\"v\": 1,\n oops").want(t, 400, "This is not JSON from line 2, column 2 on", `href="#f-body"`, "oops")
	registrar.post(path, "namespace", "card", "body", "").want(t, 400, "This is empty", `href="#f-body"`).without(t, "column 0")
	registrar.post(path, "namespace", "Score Card", "body", `{"v": 1}`).want(t, 400, `href="#f-namespace"`, "lower-case letters")
	registrar.post(path, "namespace", "card", "body", `{"score": 1}`).want(t, 400, `href="#f-body"`, "version of your format")
	registrar.post(path, "namespace", "card", "body", `[1]`).want(t, 400, `href="#f-body"`, "JSON object")
	s.post(path, "namespace", "card", "body", `{"v": 1}`).want(t, 401)
	s.as(g.Reader.ID).post(path, "namespace", "card", "body", `{"v": 1}`).want(t, 403)
	landed := registrar.post(path, "namespace", "card", "body", `{"v": 3, "checks": [{"name": "<b>Tests</b>", "ok": true}, {"name": "Fuzz", "ok": false, "why": null}], "empty": {}, "score": 7.25}`).want(t, 303)
	s.get(landed.Location).want(t, 200, "version 3", "<bdi>score</bdi>: <strong><bdi>7.25</bdi>", "&lt;b&gt;Tests", "<bdi>ok</bdi>: <strong><bdi>yes</bdi>", "<bdi>why</bdi>: <strong><bdi>nothing</bdi>", "<bdi>empty</bdi>: <strong><bdi>empty</bdi>").without(t, "Take it away", "<b>Tests")
	s.get(path).want(t, 200, "2 scanners have written", "<bdi>checks</bdi>")
	s.get(path+"/nothing").want(t, 404)
	registrar.post(landed.Location+"/removal").want(t, 303)
	s.get(landed.Location).want(t, 404)
	deep := strings.Repeat(`{"a":`, 60) + "1" + strings.Repeat("}", 60)
	wide := `{"v":1,"deep":` + deep + `,"wide":[` + strings.TrimSuffix(strings.Repeat(`"`+strings.Repeat("x", 90)+`",`, 2500), ",") + `]}`
	landed = registrar.post(path, "namespace", "wide", "body", wide).want(t, 303)
	if a := s.get(landed.Location).want(t, 200, "more</li>"); len(a.Body) > 100_000 {
		t.Errorf("the page of a large analysis weighs %d bytes", len(a.Body))
	}
}

func TestTheProgrammeOfficeSaysWhereCrawlersLookAndWhatBelongsTogether(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	_, r, _ := harvested(t, s, g)
	all := map[string]string{}
	addCrawlerAddresses(t, s, g, all, r)
	officer := s.as(g.Officer.ID)
	s.get("/crawler-catalogs").want(t, 200, "Municipalities", "towns", "In use").without(t, "Add a catalogue")
	s.get(all["/crawler-catalogs/:id"]).want(t, 200, "gitea https:<wbr>/<wbr>/<wbr>code.<wbr>example.<wbr>org/<wbr>towns -", "<bdi>reached</bdi>: <strong><bdi>12</bdi>").without(t, "Change it", "Take it away")
	s.get("/crawler-catalogs/new").want(t, 401)
	s.as(g.Registrar.ID).get("/crawler-catalogs/new").want(t, 403)
	officer.post("/crawler-catalogs", "name", "", "sources", "nonsense").want(t, 400, `href="#f-name"`, `href="#f-sources"`, ">nonsense<")
	made := officer.post("/crawler-catalogs", "name", "Hosts", "sources", "https://code.example.org/a\ngithub https://github.com/example-gov x y", "scopes", "one\ntwo", "active", "yes").want(t, 303)
	officer.get(made.Location).want(t, 200, "2 places", "<bdi>one</bdi>, <bdi>two</bdi>", "added a catalogue for crawlers")
	officer.get(made.Location+"/edit").want(t, 200, "github https://github.com/example-gov x y")
	officer.post(made.Location, "name", "Hosts", "sources", "https://code.example.org/a").want(t, 303)
	officer.get(made.Location).want(t, 200, "1 place ", "Switched off")
	officer.post(made.Location+"/analyses", "namespace", "x", "body", "{").want(t, 400, `href="#f-body"`)
	officer.post(made.Location+"/analyses", "namespace", "x", "body", `{"v":1,"y":2}`).want(t, 303)
	officer.post(made.Location+"/analyses", "remove", "x").want(t, 303)
	officer.get(made.Location).want(t, 200, "No scanner has written anything.")
	officer.post(made.Location+"/withdraw").want(t, 303)
	officer.get(made.Location).want(t, 404)
	officer.get("/events").want(t, 200, "withdrew a catalogue for crawlers").without(t, made.Location+`"`)

	s.get("/crawler-logs").want(t, 200, "&lt;b&gt;hello", "A repository")
	s.get("/crawler-logs?q=from+a+crawler").want(t, 200, "hello").without(t, "gone:")
	s.get(fmt.Sprintf("/crawler-logs?repository=%d", r)).want(t, 200, "hello")
	s.get("/crawler-logs?repository=999999").want(t, 404)
	s.get("/crawler-logs?repository=x").want(t, 400, misunderstood)

	s.get("/software-bundles").want(t, 200, "To begin with", "What a small town needs.", "1 repository")
	s.get(all["/software-bundles/:id"]).want(t, 200, "To begin with").without(t, "Change it")
	s.get("/software-bundles/nonsense").want(t, 404)
	s.get("/software-bundles/new").want(t, 401)
	officer.post("/software-bundles", "name", "", "softwareIds", "https://nowhere.example/x\nwhat is this").want(t, 400, `href="#f-name"`, "Line 1: no repository", "Line 2")
	bundle := officer.post("/software-bundles", "name", "Desks", "softwareIds", "", "active", "yes").want(t, 303).Location
	row, err := s.store.Repository(t.Context(), sample.By, r)
	if err != nil {
		t.Fatal(err)
	}
	officer.post(bundle, "name", "Desks", "softwareIds", row.Canonical, "active", "yes").want(t, 303)
	officer.get(bundle).want(t, 200, fmt.Sprintf(`href="/repositories/%d"`, r), "changed a bundle of software")
	officer.get(bundle+"/edit").want(t, 200, row.Canonical)
	officer.post(bundle+"/withdraw").want(t, 303)
	officer.get(bundle).want(t, 404)
}
