package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
)

// mount registers every page. Each noun has its own function in its own file.
func (s *site) mount(r *routes) {
	s.mountHome(r)
	s.mountAssets(r)
	s.mountReleases(r)
	s.mountDeployments(r)
	s.mountUses(r)
	s.mountQuestions(r)
	s.mountCalls(r)
	s.mountAccessRequests(r)
	s.mountAgencies(r)
	s.mountComponents(r)
	s.mountPublishers(r)
	s.mountRepositories(r)
	s.mountSources(r)
	s.mountWebhooks(r)
	s.mountHandIn(r)
	s.mountCheck(r)
	s.mountQuality(r)
	s.mountRetention(r)
	s.mountUploadLinks(r)
	s.mountSupplier(r)
	s.mountDeliveries(r)
	s.mountSBOMs(r)
	s.mountLicenses(r)
	s.mountPolicies(r)
	s.mountLicenseLists(r)
	s.mountPolicyCheck(r)
	s.mountFindings(r)
	s.mountExemptions(r)
	s.mountAssetLicences(r)
	s.mountContinuities(r)
	s.mountChecklists(r)
	s.mountStack(r)
	s.mountDecisions(r)
	s.mountWatch(r)
	s.mountAttachments(r)
	s.mountDeadlines(r)
	s.mountPublished(r)
	s.mountDeciding(r)
	s.mountAudit(r)
	s.mountLog(r)
	s.mountRegimes(r)
	s.mountReports(r)
	s.mountSearch(r)
	s.mountCatalogue(r)
	s.mountPeople(r)
	s.mountTokens(r)
	s.mountUsers(r)
	s.mountEvents(r)
	s.mountOpenData(r)
	s.mountAbout(r)
	for path, file := range s.files {
		r.engine.GET(path, file.serve)
		r.engine.HEAD(path, file.serve)
	}
	r.engine.NoRoute(s.lost)
	r.engine.NoMethod(s.wrongWay)
}

// lost answers addresses that have no route. Those of the API are the API's to answer.
func (s *site) lost(g *gin.Context) {
	if strings.HasPrefix(g.Request.URL.Path, "/v1/") {
		return
	}
	s.handle(func(*page) error { return models.NoSuch("page") })(g)
}

// wrongWay answers a method that an address does not take, as when a form's address is typed into the browser.
func (s *site) wrongWay(g *gin.Context) {
	if strings.HasPrefix(g.Request.URL.Path, "/v1/") {
		return
	}
	s.handle(func(c *page) error {
		return c.show(view{Name: "fault", Title: "This address only takes forms", Status: http.StatusMethodNotAllowed,
			Page: faultPage{Heading: "This address only takes forms", Detail: "Go back to the page with the form and send it from there."}})
	})(g)
}

// routes registers handlers and remembers which paths can be opened.
type routes struct {
	engine *gin.Engine
	site   *site
}

// get registers a page that only reads.
func (r *routes) get(path string, h handler) {
	r.engine.GET(path, r.site.handle(h))
	r.engine.HEAD(path, r.site.handle(h))
	r.site.paths[path] = true
}

// post registers what a form of a page sends.
func (r *routes) post(path string, h handler) {
	r.engine.POST(path, r.site.handle(h))
}

// has reports whether a path, as registered, can be opened. Templates ask before they show a link.
func (s *site) has(path string) bool { return s.paths[path] || path == s.APIPage && path != "" }

// navItem is one entry of the navigation.
type navItem struct {
	Path, Label string
	Current     bool
}

// nav is the navigation for a viewer, with the entry current that the page belongs to.
func (s *site) nav(current string, v models.Viewer) []navItem {
	all := []navItem{
		{Path: "/catalogue", Label: "Catalogue"}, {Path: "/deployments", Label: "Who runs it"}, {Path: "/components", Label: "Components"},
		{Path: "/decisions", Label: "Decisions"},
		{Path: "/findings", Label: "Findings"}, {Path: "/agencies", Label: "Agencies"}, {Path: "/licenses", Label: "Licences"},
	}
	var shown []navItem
	for _, n := range all {
		if s.has(n.Path) && (n.Path != "/findings" || v.InGovernment()) {
			n.Current = n.Path == current || n.Path == "/catalogue" && current == "/assets"
			shown = append(shown, n)
		}
	}
	return shown
}

// localPath gives an address to go to after signing in: only one of our own, else the home page.
func localPath(given string) string {
	if !strings.HasPrefix(given, "/") || strings.HasPrefix(given, "//") || strings.ContainsAny(given, "\\\r\n\t") {
		return "/"
	}
	return given
}

// statusFor is the status of a refusal; one that passes by itself says when, in the header that it gives.
func (c *page) statusFor(e *models.Error) int {
	if e.RetryAfter == 0 {
		return statusOf[e.Kind]
	}
	c.g.Header("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	return http.StatusTooManyRequests
}

// statusOf is the one status of each kind of refusal.
var statusOf = map[models.ErrorKind]int{
	models.NotFound:        http.StatusNotFound,
	models.Invalid:         http.StatusBadRequest,
	models.Conflict:        http.StatusConflict,
	models.Forbidden:       http.StatusForbidden,
	models.Unauthenticated: http.StatusUnauthorized,
	models.TooLarge:        http.StatusRequestEntityTooLarge,
}
