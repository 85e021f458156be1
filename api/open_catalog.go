package api

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// openCatalogPrefix is where the Open Catalog API lives: that of the Italian catalogue of public software and of others made like it.
const openCatalogPrefix = "/open-catalog/v1"

// openCatalog answers the Open Catalog API, so that crawlers and front ends made for it work with the register. It is another
// product's interface, with its own manners of paging and of errors: it is not part of /v1 nor of its description, and has one of
// its own at openapi.yaml; docs/open-catalog.md says what is the same and what is not.
func (a *api) openCatalog() {
	g := a.engine.Group(openCatalogPrefix)
	for _, r := range a.catalogRoutes() {
		h := a.asCatalog(r.title, r.answer)
		g.Handle(r.method, r.path, h)
		if r.method == http.MethodGet {
			g.Handle(http.MethodHead, r.path, h)
		}
	}
	describe := a.asCatalog("can't describe the API", func(x *catalogCall) error {
		x.c.Data(http.StatusOK, "application/yaml; charset=utf-8", openCatalogDescription)
		return nil
	})
	g.GET("/openapi.yaml", describe)
	g.HEAD("/openapi.yaml", describe)
}

// catalogRoute is one operation of the Open Catalog API. title is what could not be done, where it could not.
type catalogRoute struct {
	method, path, title string
	answer              func(*catalogCall) error
}

func (a *api) catalogRoutes() []catalogRoute {
	const get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	return append([]catalogRoute{
		{get, "/status", "can't get status", func(x *catalogCall) error { x.c.Status(http.StatusNoContent); return nil }},
		{get, "/software", "can't get Software", a.listCatalogSoftware},
		{post, "/software", "can't create Software", a.tellSoftware},
		{get, "/software/:id", "can't get Software", a.getCatalogSoftware},
		{patch, "/software/:id", "can't update Software", a.patchCatalogSoftware},
		{del, "/software/:id", "can't delete Software", a.withdrawCatalogSoftware},
		{get, "/software/:id/analysis", "can't get Software analysis", a.getSoftwareAnalysis},
		{patch, "/software/:id/analysis", "can't update Software analysis", a.patchSoftwareAnalysis},
		{get, "/software/:id/logs", "can't get Logs", a.listSoftwareLogs},
		{post, "/software/:id/logs", "can't create Log", a.writeSoftwareLog},
		{get, "/publishers", "can't get Publishers", a.listCatalogPublishers},
		{post, "/publishers", "can't create Publisher", a.tellPublisher},
		{get, "/publishers/:id", "can't get Publisher", a.getCatalogPublisher},
		{patch, "/publishers/:id", "can't update Publisher", a.patchCatalogPublisher},
		{del, "/publishers/:id", "can't delete Publisher", a.withdrawCatalogPublisher},
		{get, "/catalogs", "can't get Catalogs", a.listCrawlerCatalogs},
		{post, "/catalogs", "can't create Catalog", a.createCrawlerCatalog},
		{get, "/catalogs/:id", "can't get Catalog", a.getCrawlerCatalog},
		{patch, "/catalogs/:id", "can't update Catalog", a.patchCrawlerCatalog},
		{del, "/catalogs/:id", "can't delete Catalog", a.withdrawCrawlerCatalog},
		{get, "/catalogs/:id/analysis", "can't get Catalog analysis", a.getCatalogAnalysis},
		{patch, "/catalogs/:id/analysis", "can't update Catalog analysis", a.patchCatalogAnalysis},
		{get, "/catalogs/:id/publishers", "can't get Publishers", a.listCatalogPublishers},
		{post, "/catalogs/:id/publishers", "can't create Publisher", a.tellPublisher},
		{patch, "/catalogs/:id/publishers/:publisherId", "can't update Publisher", a.patchCatalogPublisher},
		{get, "/catalogs/:id/software", "can't get Software", a.listCatalogSoftware},
		{post, "/catalogs/:id/software", "can't create Software", a.tellSoftware},
		{patch, "/catalogs/:id/software/:softwareId", "can't update Software", a.patchCatalogSoftware},
		{post, "/catalogs/:id/software/:softwareId/logs", "can't create Log", a.writeSoftwareLog},
		{post, "/catalogs/:id/logs", "can't create Log", a.writeCatalogLog},
		{get, "/logs", "can't get Logs", a.listCrawlerLogs},
		{post, "/logs", "can't create Log", a.writeCrawlerLog},
		{get, "/events", "can't get Events", a.listCatalogEvents},
		{get, "/bundles", "can't get Bundles", a.listBundles},
		{post, "/bundles", "can't create Bundle", a.createBundle},
		{get, "/bundles/:id", "can't get Bundle", a.getBundle},
		{patch, "/bundles/:id", "can't update Bundle", a.patchBundle},
		{del, "/bundles/:id", "can't delete Bundle", a.withdrawBundle},
	}, a.catalogWebhookRoutes()...)
}

// catalogCall is one request under way.
type catalogCall struct {
	c *gin.Context
	v models.Viewer
}

func (x *catalogCall) ctx() context.Context { return x.c.Request.Context() }

// asCatalog finds out who asks and answers errors in the manner of the Open Catalog API. Everybody reads; only a token writes, never
// the session of a browser.
func (a *api) asCatalog(title string, h func(*catalogCall) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if register.Request(c.Request.Context()) == "" {
			id := rand.Text()
			c.Header("X-Request-Id", id)
			c.Request = c.Request.WithContext(register.WithRequest(c.Request.Context(), id))
		}
		c.Header("X-Content-Type-Options", "nosniff")
		c.Header("Cache-Control", "no-store")
		x := &catalogCall{c: c}
		reads := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
		secret, err := token(c.Request.Header)
		if err == nil && secret != "" {
			x.v, err = a.identify(c.Request)
		}
		if reads {
			c.Header("Access-Control-Allow-Origin", "*")
			c.Header("Vary", "Authorization, X-Api-Key")
			c.Header("Cache-Control", "private, no-cache")
			if secret == "" {
				c.Header("Cache-Control", "public, max-age=10")
			}
		} else if err == nil && secret == "" {
			err = models.Refuse(models.Unauthenticated, "sign-in-first", "Send an API token of the register as “Authorization: Bearer ospo_…”.")
		}
		if err == nil {
			err = h(x)
		}
		if err != nil {
			a.refuseCatalog(x, title, err)
		}
	}
}

// catalogProblem is every answer of the Open Catalog API that is not a success.
type catalogProblem struct {
	Title            string           `json:"title"`
	Detail           string           `json:"detail"`
	Status           int              `json:"status"`
	ValidationErrors []catalogMistake `json:"validationErrors,omitempty"`
	RequestID        string           `json:"requestId,omitempty"` // of a fault of ours: the number to give the operator
}

// catalogMistake is one thing that is wrong with the input, by the names that the Open Catalog API has for fields and rules.
type catalogMistake struct {
	Field string `json:"field"`
	Rule  string `json:"rule"`
	Value string `json:"value"`
}

// mostCatalogMistakes is how many the Open Catalog API has room for.
const mostCatalogMistakes = 10

func (p *catalogProblem) Error() string { return p.Detail }

func catalogRefusal(status int, detail string) error {
	return &catalogProblem{Status: status, Detail: detail}
}

func (a *api) refuseCatalog(x *catalogCall, title string, err error) {
	x.c.Header("Cache-Control", "no-store")
	if x.c.Writer.Written() {
		return
	}
	var p *catalogProblem
	var e *models.Error
	switch {
	case errors.As(err, &p):
	case errors.As(err, &e):
		p = catalogProblemOf(e)
	default:
		said := a.problem(x.ctx(), err)
		p = &catalogProblem{Status: said.GetStatus(), Detail: said.Error()}
		var ours *Problem
		if errors.As(said, &ours) {
			p.RequestID = ours.RequestID
		}
	}
	if p.Status == http.StatusUnauthorized {
		x.c.Header("WWW-Authenticate", `Bearer realm="ospo"`)
	}
	out := *p
	out.Title = title
	x.c.Abort()
	x.c.Header("Content-Type", "application/problem+json")
	x.c.JSON(out.Status, out)
}

// catalogProblemOf says a refusal of the register in the words of the Open Catalog API.
func catalogProblemOf(e *models.Error) *catalogProblem {
	p := &catalogProblem{Status: statuses(e.Kind), Detail: e.Detail}
	switch {
	case e.Kind == models.Invalid:
		p.Status = http.StatusUnprocessableEntity
		var said []string
		for _, f := range e.Fields {
			field := catalogField(f.Field)
			said = append(said, field+": "+f.Detail)
			if len(p.ValidationErrors) < mostCatalogMistakes {
				p.ValidationErrors = append(p.ValidationErrors, catalogMistake{Field: field, Rule: catalogRule(f.Code)})
			}
		}
		if len(said) > 0 {
			p.Detail = "invalid format: " + strings.Join(said, " ")
		}
	case e.Kind == models.Conflict && len(e.Fields) > 0:
		p.Detail = catalogField(e.Fields[0].Field) + " already exists"
	case e.Code == "changed-meanwhile":
		p.Status = http.StatusConflict
	case e.Kind == models.NotFound:
		if noun := catalogNouns[strings.TrimSuffix(e.Code, "-not-found")]; noun != "" {
			p.Detail = noun + " was not found"
		}
	}
	return p
}

// What the Open Catalog API calls things, fields and rules of ours.
var (
	catalogNouns  = map[string]string{"repository": "Software", "publisher": "Publisher", "crawler-catalog": "Catalog", "software-bundle": "Bundle", "webhook": "Webhook"}
	catalogFields = map[string]string{"hostings": "codeHosting"}
	catalogRules  = map[string]string{"bad-url": "url", "bad-email": "email", "too-long": "max", "too-many": "max", "too-short": "min", "unknown-value": "oneof", "out-of-range": "gt"}
)

// catalogField is the last name in the path of a field: hostings[2].url is url.
func catalogField(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		path = path[i+1:]
	}
	path, _, _ = strings.Cut(path, "[")
	if name := catalogFields[path]; name != "" {
		return name
	}
	return path
}

func catalogRule(code string) string {
	if rule := catalogRules[code]; rule != "" {
		return rule
	}
	return strings.ReplaceAll(code, "-", "_")
}

// noCatalogPath answers what is asked below the prefix where there is nothing.
func (a *api) noCatalogPath(c *gin.Context) {
	x := &catalogCall{c: c}
	if c.Writer.Status() == http.StatusMethodNotAllowed {
		a.refuseCatalog(x, "Method Not Allowed", catalogRefusal(http.StatusMethodNotAllowed, "This address does not answer "+c.Request.Method+"."))
		return
	}
	a.refuseCatalog(x, "Not Found", catalogRefusal(http.StatusNotFound, "There is nothing at this address. "+openCatalogPrefix+"/openapi.yaml lists where to start."))
}
