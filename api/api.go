// Package api says how machines ask: the HTTP interface below /v1, its JSON shapes, statuses and headers, and its OpenAPI
// description, which is made from the Go types here. Beside it stand the upload API of Dependency-Track (pipelines.go)
// and the Open Catalog API (open_catalog.go).
//
// It decides nothing: reads go to store with the viewer, writes are journeys of register. No SQL, driver text, stack or
// path ever leaves in an answer. Start with Mount, then the plural file of the noun; problem.go has the errors, body.go
// what is accepted, paging.go the lists.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Deps is what the API stands on. Without Store and Register it can be described but not asked.
type Deps struct {
	Store     *store.Store
	Register  *register.Register
	Log       *slog.Logger    // nil: slog.Default
	Version   string          // of the program
	MaxBody   int64           // largest SBOM document in bytes; 0: the reader's own limit
	PublicURL string          // the address people use, without a slash at its end; "": that of the request
	Patience  time.Duration   // how long a body may take for each 32 KB; 0: 30 s
	Ending    <-chan struct{} // closed when the program ends, so that streams do; nil: never
	// SessionViewer gives the person whose browser session the request carries, the zero Viewer when there is none. It may be nil.
	SessionViewer func(*http.Request) (models.Viewer, error)
}

// prefix is where the API lives: the major version is part of the address (NLGov ADR /core/uri-version).
const prefix = "/v1"

// apiVersion is the version of the interface, not of the program (NLGov ADR /core/semver).
const apiVersion = "1.0.0"

type api struct {
	Deps
	huma      huma.API
	engine    *gin.Engine
	routes    map[string][]string // methods by gin path
	puts      chan struct{}       // room for uploads that are held in memory
	following chan struct{}       // room for streams of progress
	unchanged unchanged
	uploading chan struct{} // room for documents that come by upload links
}

// Mount adds the API to the engine: everything below /v1, and the page at /api that shows its description. Unknown paths
// and methods below /v1 are answered as problems, whatever the engine does with others.
func Mount(engine *gin.Engine, d Deps) huma.API {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	engine.RedirectTrailingSlash, engine.RedirectFixedPath, engine.HandleMethodNotAllowed = false, false, true
	a := &api{Deps: d, engine: engine, routes: map[string][]string{}, following: make(chan struct{}, mostFollowing), puts: make(chan struct{}, putsAtOnce), uploading: make(chan struct{}, mostUploads)}
	engine.Use(a.frame)
	a.huma = huma.NewAPI(a.config(), a)
	a.huma.UseMiddleware(a.enter)
	a.describe()
	a.operations()
	a.docs()
	a.pipelines()
	a.openCatalog()
	return a.huma
}

// operations adds every operation, in the order of the description.
func (a *api) operations() {
	a.root()
	a.agencies()
	a.publishers()
	a.repositories()
	a.harvests()
	a.sources()
	a.imports()
	a.assets()
	a.releases()
	a.sboms()
	a.sending()
	a.deliveries()
	a.uploadLinks()
	a.checks()
	a.quality()
	a.retention()
	a.exports()
	a.descriptions()
	a.openData()
	a.comparisons()
	a.graphs()
	a.deployments()
	a.useClaims()
	a.referents()
	a.questions()
	a.calls()
	a.accessRequests()
	a.components()
	a.licenses()
	a.licenseFacts()
	a.licenseLists()
	a.licenseChoices()
	a.policies()
	a.findings()
	a.exemptions()
	a.verdicts()
	a.policyChecks()
	a.publications()
	a.obligations()
	a.continuities()
	a.standardChecklists()
	a.stackEntries()
	a.decisions()
	a.decisionReports()
	a.attachments()
	a.calendars()
	a.contracting()
	a.watch()
	a.regimes()
	a.log()
	a.searches()
	a.catalogEntries()
	a.catalogChanges()
	a.webhooks()
	a.events()
	a.overviews()
	a.people()
	a.tokens()
	a.finish()
}

// Handle adds one operation to the engine; it makes the api huma's adapter. A GET also answers HEAD.
func (a *api) Handle(op *huma.Operation, handler func(huma.Context)) {
	methods := []string{op.Method}
	if op.Method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	path := prefix + strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	for _, m := range methods {
		a.engine.Handle(m, path, func(c *gin.Context) { handler(humagin.NewContext(op, c)) })
	}
	a.routes[path] = append(a.routes[path], methods...)
}

// ServeHTTP completes huma's adapter.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, r) }

// about is what is said of an operation besides its types.
type about struct {
	id, tag, summary, text string
	signedIn               bool // a read that only somebody can make
	open                   bool // a POST that changes nothing and needs nobody
	repeats                bool // a POST that may be repeated without an idempotency key, or must not be kept
	slowed                 bool // a POST that is refused for a while when too much was sent
	streams                bool // a POST whose body is a file of any size
	status                 int  // of success, when it is not the usual one
}

func get[I, O any](a *api, path string, o about, h func(context.Context, *I) (*O, error)) {
	add(a, http.MethodGet, path, o, h)
}

func post[I, O any](a *api, path string, o about, h func(context.Context, *I) (*O, error)) {
	add(a, http.MethodPost, path, o, h)
}

func patch[I, O any](a *api, path string, o about, h func(context.Context, *I) (*O, error)) {
	add(a, http.MethodPatch, path, o, h)
}

func put[I, O any](a *api, path string, o about, h func(context.Context, *I) (*O, error)) {
	add(a, http.MethodPut, path, o, h)
}

func add[I, O any](a *api, method, path string, o about, h func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: o.id, Method: method, Path: path, Tags: []string{o.tag}, Summary: o.summary, Description: o.text,
		DefaultStatus: o.status, SkipValidateBody: true, Security: security(method, o), Responses: a.failures(method, path, o, reflect.TypeFor[O]()),
	}
	if method == http.MethodPost && !o.repeats {
		op.Middlewares = huma.Middlewares{a.once}
		if o.streams {
			op.Middlewares = huma.Middlewares{a.onceStreamed}
		}
		op.Parameters = append(op.Parameters, idempotencyKey())
	}
	_, checked := reflect.TypeFor[I]().FieldByName("Body") // whose check also names the query keys nobody knows
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		if err := at(ctx).refused(); err != nil && !checked {
			return nil, a.problem(ctx, err)
		}
		if method != http.MethodGet && !o.open {
			if err := signedIn(ctx, "change the register"); err != nil {
				return nil, a.problem(ctx, err)
			}
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// ID is the path parameter of everything that has a number.
type ID struct {
	ID int64 `path:"id" minimum:"1" doc:"Number of the record" example:"12"`
}
