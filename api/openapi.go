package api

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// config is huma's, without its own pages, links and formats.
func (a *api) config() huma.Config {
	formats := map[string]huma.Format{"application/json": wholeJSON, "json": wholeJSON}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0", // huma's own; published as 3.0.3
			Info: &huma.Info{
				Title: "OSPO register", Version: apiVersion, Description: introduction,
				Contact: &huma.Contact{Name: "Open source programme office", URL: "https://example.gov/ospo", Email: "ospo@example.gov"},
				License: &huma.License{Name: "EUPL-1.2", URL: "https://eupl.eu/1.2/en/"},
			},
			Servers: []*huma.Server{{URL: prefix, Description: "This register"}},
			Tags:    tags,
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token, made on the page “Your tokens”: Authorization: Bearer ospo_…"},
					"apiKey":  {Type: "apiKey", In: "header", Name: "X-Api-Key", Description: "The same token, for clients that cannot send Authorization"},
					"session": {Type: "apiKey", In: "cookie", Name: "ospo_session", Description: "The browser session of a person who is signed in"},
				},
			},
		},
		Formats: formats, DefaultFormat: "application/json", Transformers: []huma.Transformer{a.transform},
	}
}

// wholeJSON is huma's format; it says how long an answer is, so that it goes out in one piece instead of in chunks.
var wholeJSON = huma.Format{Unmarshal: huma.DefaultJSONFormat.Unmarshal, Marshal: func(w io.Writer, v any) error {
	return huma.DefaultJSONFormat.Marshal(whole{w}, v)
}}

// whole says the length of the one thing that is written to it.
type whole struct{ io.Writer }

func (w whole) Write(b []byte) (int, error) {
	if h, ok := w.Writer.(http.ResponseWriter); ok && h.Header().Get("Content-Encoding") == "" {
		h.Header().Set("Content-Length", strconv.Itoa(len(b)))
	}
	return w.Writer.Write(b)
}

const introduction = `The register where a government knows its software: which agencies run which software, what is in it, and under which licences.

- **Reading** what is public needs nothing. Send an API token to see what your agency and government may see, and to write.
- **Lists** give ` + "`items`, `next` and `total`" + `; the Link header leads to the next page and keeps every other key.
- **Changes** are JSON merge patches with If-Match; send the ETag you have read. A POST takes an Idempotency-Key.
- **Errors** are application/problem+json with a code for programs, a sentence for people, and every mistake at once.
- **Keeping in step**: ` + "`/events?after=`" + ` is the ordered feed of every change.`

var tags = []*huma.Tag{
	{Name: "Agencies", Description: "The public bodies, in their hierarchy"},
	{Name: "Software", Description: "Assets: one entry per product and edition"},
	{Name: "Releases", Description: "Versions of software"},
	{Name: "SBOM documents", Description: "What software is made of, as delivered"},
	{Name: "Deliveries", Description: "Documents handed in: what became of them"},
	{Name: "Upload links", Description: "For suppliers without an account"},
	{Name: "Quality", Description: "How complete documents are, by published lists"},
	{Name: "Deployments", Description: "Which agency runs what"},
	{Name: "Catalogue", Description: "Software found for a need, ours and that of other governments"},
	{Name: "Repositories", Description: "Where source code is kept, what its files say and how it fares"},
	{Name: "Publishers", Description: "Who publishes source code, and where"},
	{Name: "Harvests", Description: "Runs that read repositories, and what became of each address"},
	{Name: "Other governments", Description: "Catalogues of other governments, what was read of them, and their entries"},
	{Name: "Reuse", Description: "Who uses software and whom to ask; calls of agencies to each other; access to code that is not open"},
	{Name: "Components", Description: "Who runs it: what contains a component, and whom to call"},
	{Name: "Licences", Description: "Licence reports, the SPDX list, readings of licence strings; choices, conclusions, compatibility"},
	{Name: "Licence policies", Description: "The rules about licences, by version; what a change of them would do"},
	{Name: "Findings", Description: "What breaks a rule, who sees to it, and exemptions"},
	{Name: "Publishing", Description: "May a release be published, what is owed for it, its notice"},
	{Name: "Keeping", Description: "What keeps software going and what puts that at risk; how far it meets published standards; the stack"},
	{Name: "Decisions", Description: "Cases of acquiring, releasing and mending software; their moves, publications and checks beforehand"},
	{Name: "Dossiers", Description: "What is on file about a decision, part by part, and what follows from it"},
	{Name: "Attachments", Description: "Files of a decision, and all of them in one archive"},
	{Name: "Deadlines and news", Description: "What the law sets a day for, as a calendar; what was published, as a feed"},
	{Name: "Open contracting", Description: "What was published, as open contracting data (OCDS 1.1), with the extension oss_decision"},
	{Name: "Open data", Description: "The public catalogue for other catalogues: whole in one file, in RDF, as a feed"},
	{Name: "Watch", Description: "What the law’s timer rules find in the register itself; what runs without a decision"},
	{Name: "Regimes", Description: "What the law asks of decisions, as data, by version"},
	{Name: "Log", Description: "The append-only log of decisions: checkpoints, proofs, and checking them"},
	{Name: "Search", Description: "Everything by a word"},
	{Name: "Overview", Description: "The register in numbers"},
	{Name: "Events", Description: "The audit trail as a feed"},
	{Name: "Webhooks", Description: "Addresses that are told of events as they happen, with the log of what was sent"},
	{Name: "People", Description: "Users, their roles and tokens"},
	{Name: "Description", Description: "This document"},
}

// schemaName turns List[Asset] into AssetList.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if rest, ok := strings.CutPrefix(name, "List"); ok && rest != "" && !strings.HasPrefix(t.Kind().String(), "slice") {
		return rest + "List"
	}
	return name
}

// security says who may try an operation; register decides.
func security(method string, o about) []map[string][]string {
	known := []map[string][]string{{"token": {}}, {"apiKey": {}}, {"session": {}}}
	if o.open || method == http.MethodGet && !o.signedIn {
		return append([]map[string][]string{{}}, known...)
	}
	return known
}

// failures declares the problems an operation can answer with.
func (a *api) failures(method, path string, o about, out reflect.Type) map[string]*huma.Response {
	statuses := []int{400, 401, 500, 503}
	if strings.Contains(path, "{") {
		statuses = append(statuses, 404)
	}
	if method != http.MethodGet {
		statuses = append(statuses, 403, 404, 408, 409, 412, 413, 415)
	}
	if method == http.MethodPatch || method == http.MethodPut {
		statuses = append(statuses, 428)
	}
	if o.slowed {
		statuses = append(statuses, 429)
	}
	problem := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	all := map[string]*huma.Response{}
	for _, s := range statuses {
		all[strconv.Itoa(s)] = &huma.Response{Description: descriptions[s], Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
	if _, tagged := out.FieldByName("ETag"); tagged && method == http.MethodGet {
		all["304"] = &huma.Response{Description: "You have this representation already"}
	}
	return all
}

var descriptions = map[int]string{
	400: "What was sent cannot be accepted; errors names every mistake",
	401: "The token or session does not hold, or this needs one",
	403: "You may not do this; detail says whom to ask",
	404: "There is no such thing, or you may not see it",
	408: "The body came too slowly",
	409: "The present state of the register forbids it",
	412: "Somebody changed the record after you had read it",
	413: "The body is over a limit",
	415: "The body is of a kind that cannot be read here",
	428: "If-Match is missing",
	429: "Too much was sent; Retry-After says when to send again",
	500: "A fault on our side; requestId is for the operator",
	503: "The register cannot answer now; Retry-After says when to ask again",
}

// describe serves the description at /v1/openapi.json and .yaml, in the form of OpenAPI 3.0.3.
func (a *api) describe() {
	type document struct {
		Type   string `header:"Content-Type" hidden:"true"`
		Origin string `header:"Access-Control-Allow-Origin" doc:"Always *: anybody's page may read the description"`
		Body   []byte
	}
	serve := func(path, id, contentType string, write func() ([]byte, error)) {
		doc := sync.OnceValues(write)
		op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"Description"},
			Summary: "This description", Security: []map[string][]string{{}}, Responses: a.failures(http.MethodGet, path, about{}, reflect.TypeFor[struct{}]())}
		op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}}
		huma.Register(a.huma, op, func(ctx context.Context, _ *struct{}) (*document, error) {
			if err := at(ctx).refused(); err != nil {
				return nil, a.problem(ctx, err)
			}
			b, err := doc()
			if err != nil {
				return nil, a.problem(ctx, err)
			}
			return &document{Type: contentType, Origin: "*", Body: b}, nil
		})
	}
	serve("/openapi.json", "describeAsJson", "application/json", func() ([]byte, error) { return a.huma.OpenAPI().Downgrade() })
	serve("/openapi.yaml", "describeAsYaml", "application/yaml", func() ([]byte, error) { return a.huma.OpenAPI().DowngradeYAML() })
}

// root serves /v1: where to start.
func (a *api) root() {
	type start struct {
		Address string `json:"href"`
		Does    string `json:"title"`
	}
	links := sync.OnceValue(func() []start {
		var out []start
		for path, item := range a.huma.OpenAPI().Paths {
			if item.Get != nil && !strings.Contains(path, "{") {
				out = append(out, start{prefix + path, item.Get.Summary})
			}
		}
		slices.SortFunc(out, func(x, y start) int { return cmp.Compare(x.Address, y.Address) })
		return out
	})
	a.Handle(&huma.Operation{Method: http.MethodGet}, func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/json")
		err := json.NewEncoder(ctx.BodyWriter()).Encode(map[string]any{
			"title": "OSPO register", "apiVersion": apiVersion, "version": a.Version, "description": prefix + "/openapi.json", "page": docsPath, "links": links()})
		if err != nil {
			a.Log.Warn("answering", "error", err)
		}
	})
}

// finish completes the description with what every operation has, and answers OPTIONS.
func (a *api) finish() {
	oas := a.huma.OpenAPI()
	for _, s := range oas.Components.Schemas.Map() {
		for _, p := range s.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false // see each
			}
		}
	}
	version := &huma.Header{Description: "Version of the API", Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{apiVersion}}}
	for _, item := range oas.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch} {
			if op == nil {
				continue
			}
			for _, r := range op.Responses {
				if r.Headers == nil {
					r.Headers = map[string]*huma.Header{}
				}
				r.Headers["API-Version"] = version
			}
		}
	}
	for path, methods := range a.routes {
		allow := strings.Join(append(slices.Clone(methods), http.MethodOptions), ", ")
		a.engine.OPTIONS(path, func(c *gin.Context) {
			c.Header("Allow", allow)
			c.Status(http.StatusNoContent)
		})
	}
}
