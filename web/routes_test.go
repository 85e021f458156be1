package web_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// addresses gives for each GET route with parameters a page to open in the sample government. A route that is missing
// here fails the tests below, so that every page is looked at.
func addresses(t *testing.T, s *site, g *sample.State) map[string]string {
	t.Helper()
	id := func(pattern string, n ...any) string { return fmt.Sprintf(pattern, n...) }
	asset, release, run, agency, sbom := g.CaseDesk.ID, g.CaseDesk42.ID, g.Confirmed.ID, g.Health.ID, g.Current.ID
	all := map[string]string{
		"/assets/:id": id("/assets/%d", asset), "/assets/:id/components": id("/assets/%d/components", asset), "/assets/:id/sboms": id("/assets/%d/sboms", asset),
		"/assets/:id/deployments": id("/assets/%d/deployments", asset), "/assets/:id/releases": id("/assets/%d/releases", asset), "/assets/:id/history": id("/assets/%d/history", asset), "/assets/:id/description": id("/assets/%d/description", asset), "/sitemap.xml": "", "/robots.txt": "", "/reuse/calls": "",
		"/assets/:id/edit": id("/assets/%d/edit", asset), "/assets/:id/merge": id("/assets/%d/merge", g.CaseDeskToo.ID), "/assets/:id/releases/new": id("/assets/%d/releases/new", asset),
		"/releases/:id": id("/releases/%d", release), "/releases/:id/edit": id("/releases/%d/edit", release), "/releases/:id/history": id("/releases/%d/history", release),
		"/releases/:id/sboms/:sbom": id("/releases/%d/sboms/%d", release, sbom),
		"/deployments/:id":          id("/deployments/%d", run), "/deployments/:id/edit": id("/deployments/%d/edit", run), "/deployments/:id/history": id("/deployments/%d/history", run),
		"/deployments/:id/confirm": id("/deployments/%d/confirm", run), "/deployments/:id/withdraw": id("/deployments/%d/withdraw", run),
		"/agencies/:id": id("/agencies/%d", agency), "/agencies/:id/edit": id("/agencies/%d/edit", agency), "/agencies/:id/history": id("/agencies/%d/history", agency),
		"/agencies/:id/move": id("/agencies/%d/move", agency), "/agencies/:id/merge": id("/agencies/%d/merge", agency),
		"/components": "/components?name=openssl&version=%3C3.0.8", "/components/:id": id("/components/%d", g.OpenSSL.ID), "/licenses/:id": "/licenses/Apache-2.0",
		"/sboms/:id": id("/sboms/%d", sbom), "/sboms/:id/packages": id("/sboms/%d/packages", sbom), "/sboms/:id/packages/:ordinal": id("/sboms/%d/packages/3", sbom), "/sboms/:id/findings": id("/sboms/%d/findings", sbom),
		"/sboms/:id/history": id("/sboms/%d/history", sbom), "/sboms/:id/withdraw": id("/sboms/%d/withdraw", sbom), "/sboms/:id/original": "", // a file, not a page
		"/sboms/:id/exports/:format": "", "/assets/:id/exports/:format": "", "/agencies/:id/exports/:format": "", "/sboms/:id/graph": id("/sboms/%d/graph", sbom), "/sboms/compare": id("/sboms/compare?from=%d&to=%d", g.Old.ID, sbom),
		"/releases/:id/upload-links": id("/releases/%d/upload-links", release), "/upload/:link": linked(t, s, g), "/upload/:link/progress": "",
		"/sboms/:id/quality": id("/sboms/%d/quality", sbom),
		"/deliveries/:id":    id("/deliveries/%d", delivered(t, s, g)), "/deliveries/:id/progress": "", // a stream, not a page
		"/search": "/search?q=desk", "/users/:id": id("/users/%d", g.Registrar.ID), "/sign-in/:token": "/sign-in/nothing",
	}
	addReuseAddresses(t, s, g, all)
	addPolicyAddresses(t, s, g, all)
	addCatalogueAddresses(t, s, g, all)
	addFindingAddresses(t, s, g, all)
	addRepositoryAddresses(t, s, g, all)
	addSourceAddresses(t, s, g, all)
	addWebhookAddresses(t, s, g, all)
	addKeepingAddresses(t, s, g, all)
	addToldAddresses(t, s, addDecisionAddresses(t, s, all), all)
	return all
}

// pages lists every page of the engine with an address to open, in the order of their routes.
func pages(t *testing.T, s *site, g *sample.State) []string {
	t.Helper()
	known := addresses(t, s, g)
	var list []string
	for _, r := range s.engine.Routes() {
		if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/static/") {
			continue
		}
		address, ok := known[r.Path]
		if !ok {
			address = r.Path
		}
		if strings.Contains(address, ":") {
			t.Errorf("no address is known for the page %s; add one to addresses", r.Path)
			continue
		}
		if address != "" {
			list = append(list, address)
		}
	}
	slices.Sort(list)
	return list
}

// delivered hands a document in that is refused once it is read, so that its page has everything to say.
func delivered(t *testing.T, s *site, g *sample.State) int64 {
	t.Helper()
	d, err := s.reg.Deliver(context.Background(), sample.By, register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: g.CaseDesk42.ID}, Filename: "desk.json", Async: register.Always}, strings.NewReader(`{"hello":"world"}`), register.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Delivery.ID
}

// linked makes an upload link and gives its address.
func linked(t *testing.T, s *site, g *sample.State) string {
	t.Helper()
	secret, err := s.reg.MakeUploadLink(context.Background(), sample.Viewer(t, s.store, g.Registrar), &models.UploadLink{ReleaseID: g.CaseDesk41.ID, Supplier: "Example Software Ltd", Note: "Please send the document of the build for our servers.", ExpiresAt: time.Now().AddDate(0, 0, 14)})
	if err != nil {
		t.Fatal(err)
	}
	return "/upload/" + secret
}

// everybody makes the sample government's most powerful person: one who may do everything, so that every link is shown.
func everybody(t *testing.T, s *site) (*site, *sample.State) {
	t.Helper()
	g := sample.Government(t, s.store)
	u := sample.User(t, s.store, "Everybody", "administrator", 0)
	giveRole(t, s, u.ID, "ospo-staff")
	return s.as(u.ID), g
}

var dataBlock = regexp.MustCompile(`(?s)<script type="application/ld\+json">[^<]*</script>`)

func TestEveryPageOpensForAnAdministrator(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s, g := everybody(t, s)
	for _, path := range pages(t, s, g) {
		t.Run(path, func(t *testing.T) {
			a := s.get(path).want(t, 200)
			if n := strings.Count(a.Body, "<h1"); n != 1 {
				t.Errorf("the page has %d headings of the first level", n)
			}
			a.Body = dataBlock.ReplaceAllString(a.Body, "")                                               // runs nothing
			a.Body = strings.Replace(a.Body, `<script src="`+scriptOf(a.Body)+`" defer></script>`, "", 1) // of ours, at most once, and nothing depends on it
			for _, forbidden := range []string{"<script", " style=", "<style", "onclick", "ZgotmplZ", "&lt;no value&gt;", "%!"} {
				if strings.Contains(a.Body, forbidden) {
					t.Errorf("the page contains %q", forbidden)
				}
			}
			if n := strings.Count(a.Body, `rel="stylesheet"`); n != 1 {
				t.Errorf("the page has %d style sheets", n)
			}
			if len(a.Body) > 100_000 {
				t.Errorf("the page weighs %d bytes", len(a.Body))
			}
			if class := caseClass(t, a.Body); class != "" && !strings.Contains(a.Body, `href="/static/cases-`) {
				t.Errorf("the page uses the class %q and is not sent the rules for it", class)
			}
		})
	}
}

var (
	ruleBody   = regexp.MustCompile(`\{[^{}]*\}`)
	className  = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
	classWords = regexp.MustCompile(`class="([^"]*)"`)
)

// caseClass is a class of the page that only the sheet for decisions, laws and policies has rules for; "" is none.
func caseClass(t *testing.T, body string) string {
	t.Helper()
	rules := map[string]string{}
	for _, name := range []string{"cases", "style"} {
		css, err := os.ReadFile("static/" + name + ".css")
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range className.FindAllSubmatch(ruleBody.ReplaceAll(css, nil), -1) {
			rules[string(match[1])] = name
		}
	}
	for _, match := range classWords.FindAllStringSubmatch(body, -1) {
		for _, class := range strings.Fields(match[1]) {
			if rules[class] == "cases" {
				return class
			}
		}
	}
	return ""
}

// scriptOf is the address of the script that a page asks for.
func scriptOf(body string) string {
	_, after, _ := strings.Cut(body, `<script src="/static/documents-`)
	name, _, _ := strings.Cut(after, `"`)
	return "/static/documents-" + name
}

var reference = regexp.MustCompile(`(?:href|action|src)="([^"]*)"`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s, g := everybody(t, s)
	from, next := map[string]string{}, pages(t, s, g)
	for _, p := range next {
		from[p] = "the list of routes"
	}
	for len(next) > 0 && len(from) < 3000 {
		path := next[0]
		next = next[1:]
		a := s.get(path)
		if a.Status >= 300 && a.Status < 400 {
			a.Body = `href="` + a.Location + `"`
		} else if a.Status != 200 {
			t.Errorf("%s leads to %s, which answers %d", from[path], path, a.Status)
			continue
		}
		for _, m := range reference.FindAllStringSubmatch(a.Body, -1) {
			to := strings.ReplaceAll(m[1], "&amp;", "&")
			to, anchor, _ := strings.Cut(to, "#")
			if to == "" && anchor != "" {
				if !strings.Contains(a.Body, `id="`+anchor+`"`) {
					t.Errorf("%s leads to #%s, which is not on the page", path, anchor)
				}
				continue
			}
			if !strings.HasPrefix(to, "/") || strings.HasPrefix(m[0], "action") || from[to] != "" || isOthers(to) {
				continue
			}
			from[to] = path
			next = append(next, to)
		}
	}
	t.Logf("%d addresses were followed", len(from))
}

// isOthers reports whether an address is served by another package.
func isOthers(path string) bool { return strings.HasPrefix(path, "/v1/") || path == "/api" }

func number(id int64) string { return fmt.Sprint(id) }

var pageAsked = regexp.MustCompile(`has "(/[^"]*)"`)

func TestEveryPageThatATemplateAsksForIsOne(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	known := map[string]bool{}
	for _, r := range s.engine.Routes() {
		known[r.Path] = true
	}
	files, err := filepath.Glob("templates/*.html")
	if err != nil || len(files) < 100 {
		t.Fatalf("the templates are not there: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pageAsked.FindAllStringSubmatch(string(text), -1) {
			if !known[m[1]] {
				t.Errorf("%s asks whether there is a page %s: there never is", file, m[1])
			}
		}
	}
}
