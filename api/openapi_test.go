package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/api"
)

// described mounts the API without a database and gives its description as published, and the engine.
func described(t testing.TB) (map[string]any, *gin.Engine) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	b, err := api.Mount(engine, api.Deps{Version: "test"}).OpenAPI().Downgrade()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return doc, engine
}

func at(v any, path ...string) any {
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

func object(v any, path ...string) map[string]any {
	m, _ := at(v, path...).(map[string]any)
	return m
}

func text(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}

// operation is one method of one path of the description.
type operation struct {
	id, method, path string
	doc              map[string]any
}

func operations(doc map[string]any) []operation {
	var out []operation
	for path, item := range object(doc, "paths") {
		for method, op := range item.(map[string]any) {
			out = append(out, operation{text(op, "operationId"), strings.ToUpper(method), path, op.(map[string]any)})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// parameters gives the operation's parameters of a kind, by name, with their schemas.
func (o operation) parameters(in string) map[string]map[string]any {
	out := map[string]map[string]any{}
	list, _ := o.doc["parameters"].([]any)
	for _, p := range list {
		if text(p, "in") == in {
			out[text(p, "name")] = object(p, "schema")
		}
	}
	return out
}

func TestTheDescriptionIsValidOpenAPI(t *testing.T) {
	doc, _ := described(t)
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

var (
	kebabPath  = regexp.MustCompile(`^(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z][A-Za-z0-9]*\}))+$`)
	lowerCamel = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)
	upperCamel = regexp.MustCompile(`^[A-Z][a-zA-Z0-9]*$`)
	semver     = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
)

// lint runs the checks of the NLGov REST API Design Rules over a description, by rule id.
func lint(doc map[string]any) []string {
	var found []string
	say := func(rule, format string, args ...any) {
		found = append(found, rule+": "+fmt.Sprintf(format, args...))
	}
	if !strings.HasPrefix(text(doc, "openapi"), "3.0.") {
		say("/core/doc-openapi", "openapi is %v", doc["openapi"])
	}
	for _, field := range []string{"name", "email", "url"} {
		if text(doc, "info", "contact", field) == "" {
			say("/core/doc-openapi-contact", "no %s", field)
		}
	}
	if !semver.MatchString(text(doc, "info", "version")) {
		say("/core/semver", "version is %v", at(doc, "info", "version"))
	}
	if text(doc, "info", "license", "name") == "" {
		say("info", "no licence")
	}
	servers, _ := doc["servers"].([]any)
	if len(servers) == 0 || !regexp.MustCompile(`/v\d+$`).MatchString(text(servers[0], "url")) {
		say("/core/uri-version", "servers are %v", servers)
	}
	own := object(doc, "paths", "/openapi.json", "get")
	if own == nil {
		say("/core/publish-openapi", "no GET /openapi.json")
	} else if object(own, "responses", "200", "headers", "Access-Control-Allow-Origin") == nil {
		say("/core/publish-openapi", "no CORS header on /openapi.json")
	}
	lintOperations(doc, say)
	lintSchemas(doc, say)
	return found
}

func lintOperations(doc map[string]any, say func(rule, format string, args ...any)) {
	seen, tags := map[string]bool{}, map[string]bool{}
	list, _ := doc["tags"].([]any)
	for _, tag := range list {
		if tags[text(tag, "name")] || text(tag, "description") == "" {
			say("tags", "%q is there twice or says nothing", text(tag, "name"))
		}
		tags[text(tag, "name")] = true
	}
	for _, o := range operations(doc) {
		name := o.method + " " + o.path
		if strings.HasSuffix(o.path, "/") {
			say("/core/no-trailing-slash", "%s", name)
		}
		if o.path != "/openapi.json" && o.path != "/openapi.yaml" && !kebabPath.MatchString(o.path) {
			say("/core/path-segments-kebab-case", "%s", name)
		}
		if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, o.method) {
			say("/core/http-methods", "%s", name)
		}
		if !lowerCamel.MatchString(o.id) || seen[o.id] {
			say("operationId", "%s has %q", name, o.id)
		}
		seen[o.id] = true
		own, _ := o.doc["tags"].([]any)
		if len(own) != 1 || !tags[own[0].(string)] {
			say("tags", "%s has %v", name, own)
		}
		if text(o.doc, "summary") == "" {
			say("summary", "%s has none", name)
		}
		if security, ok := o.doc["security"].([]any); !ok || len(security) == 0 {
			say("security", "%s says nothing", name)
		}
		lintParameters(o, name, say)
		lintResponses(o, name, say)
	}
}

func lintParameters(o operation, name string, say func(rule, format string, args ...any)) {
	for key := range o.parameters("query") {
		if !lowerCamel.MatchString(key) {
			say("/core/query-keys-camel-case", "%s has %s", name, key)
		}
	}
	declared := o.parameters("path")
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(o.path, -1) {
		if declared[m[1]] == nil {
			say("path-params", "%s does not declare %s", name, m[1])
		}
		delete(declared, m[1])
	}
	for key := range declared {
		say("path-params", "%s declares %s", name, key)
	}
}

func lintResponses(o operation, name string, say func(rule, format string, args ...any)) {
	responses := object(o.doc, "responses")
	if responses["400"] == nil && (o.method != http.MethodGet || o.doc["parameters"] != nil) {
		say("/core/error-handling/invalid-input", "%s has no 400", name)
	}
	if responses["422"] != nil {
		say("/core/error-handling/invalid-input", "%s has 422", name)
	}
	good := false
	for status, r := range responses {
		if text(r, "description") == "" {
			say("description", "%s says nothing of %s", name, status)
		}
		switch status[0] {
		case '2', '3':
			good = true
			if object(r, "headers", "API-Version") == nil {
				say("/core/version-header", "%s has none in %s", name, status)
			}
		case '4', '5':
			if text(r, "content", "application/problem+json", "schema", "$ref") != "#/components/schemas/Problem" {
				say("/core/error-handling/problem-details", "%s answers %s otherwise", name, status)
			}
		default:
			say("/core/http-response-code", "%s has %s", name, status)
		}
	}
	if !good {
		say("/core/http-response-code", "%s never succeeds", name)
	}
}

func lintSchemas(doc map[string]any, say func(rule, format string, args ...any)) {
	for _, member := range []string{"status", "title", "detail", "type", "code"} {
		if object(doc, "components", "schemas", "Problem", "properties", member) == nil {
			say("/core/error-handling/problem-details", "problems have no %s", member)
		}
	}
	for name, schema := range object(doc, "components", "schemas") {
		if !upperCamel.MatchString(name) {
			say("schema-camel-case", "%s", name)
		}
		for key, property := range object(schema, "properties") {
			where := name + "." + key
			if !lowerCamel.MatchString(key) {
				say("property-casing", "%s", where)
			}
			format := text(property, "format")
			if (key == "date" || strings.HasSuffix(key, "Date")) && format != "date" {
				say("/core/date-time/date-omit-time-portion", "%s", where)
			}
			if key == "basedOn" { // publiccode.yml's own word for the software that software is made from
				continue
			}
			if strings.HasSuffix(key, "On") != (format == "date") || (strings.HasSuffix(key, "At") || key == "at") != (format == "date-time") {
				say("/core/date-time/format", "%s has format %q", where, format)
			}
			if text(property, "type") == "array" && at(property, "nullable") == true && !strings.HasSuffix(name, "Patch") {
				say("lists are never null", "%s", where)
			}
		}
	}
}

func TestTheDescriptionKeepsTheNLGovDesignRules(t *testing.T) {
	doc, _ := described(t)
	if found := lint(doc); len(found) > 0 {
		t.Errorf("%d breaches:\n%s", len(found), strings.Join(found, "\n"))
	}
}

func TestTheLinterNoticesBreaches(t *testing.T) {
	for _, tc := range []struct {
		rule   string
		damage func(doc map[string]any)
	}{
		{"/core/doc-openapi-contact", func(doc map[string]any) { delete(object(doc, "info", "contact"), "email") }},
		{"/core/uri-version", func(doc map[string]any) { doc["servers"] = []any{} }},
		{"/core/no-trailing-slash", func(doc map[string]any) { object(doc, "paths")["/assets/"] = object(doc, "paths", "/assets") }},
		{"/core/path-segments-kebab-case", func(doc map[string]any) { object(doc, "paths")["/asset_list"] = object(doc, "paths", "/assets") }},
		{"/core/version-header", func(doc map[string]any) {
			delete(object(doc, "paths", "/assets", "get", "responses", "200", "headers"), "API-Version")
		}},
		{"/core/error-handling/problem-details", func(doc map[string]any) {
			delete(object(doc, "paths", "/assets", "get", "responses", "400"), "content")
		}},
		{"/core/error-handling/invalid-input", func(doc map[string]any) { delete(object(doc, "paths", "/assets", "get", "responses"), "400") }},
		{"/core/publish-openapi", func(doc map[string]any) { delete(object(doc, "paths"), "/openapi.json") }},
		{"/core/date-time/format", func(doc map[string]any) {
			object(doc, "components", "schemas", "Asset", "properties", "createdAt")["format"] = "date"
		}},
		{"property-casing", func(doc map[string]any) {
			object(doc, "components", "schemas", "Asset", "properties")["steward_id"] = map[string]any{}
		}},
	} {
		doc, _ := described(t)
		tc.damage(doc)
		if found := lint(doc); !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, tc.rule+": ") }) {
			t.Errorf("%s: the breach went unnoticed; found %q", tc.rule, found)
		}
	}
}

func TestRoutesAndDescriptionAreTheSame(t *testing.T) {
	doc, engine := described(t)
	want := []string{"GET /v1", "HEAD /v1", "OPTIONS /v1"}
	options := map[string]bool{}
	for _, o := range operations(doc) {
		path := "/v1" + strings.NewReplacer("{", ":", "}", "").Replace(o.path)
		want = append(want, o.method+" "+path)
		if o.method == http.MethodGet {
			want = append(want, "HEAD "+path)
		}
		if !options[path] {
			want = append(want, "OPTIONS "+path)
		}
		options[path] = true
	}
	var got []string
	for _, r := range engine.Routes() {
		if strings.HasPrefix(r.Path, "/v1") {
			got = append(got, r.Method+" "+r.Path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
