package docs_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/web"
)

var method = regexp.MustCompile(`(?m)^func \(r \*Register\) ([A-Z]\w*)\(`)

func TestEveryJourneyIsInTheList(t *testing.T) {
	list := read(t, "docs/journeys.md")
	files, err := filepath.Glob(filepath.Join(root(t), "register/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range method.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(list, "`"+m[1]+"`") {
				t.Errorf("%s is not in docs/journeys.md", m[1])
			}
		}
	}
}

var (
	pageAddress = regexp.MustCompile(`(?m)\| (/[a-z0-9/{}-]+) \|`)
	parameter   = regexp.MustCompile(`\{[a-z]+\}`)
)

func TestEveryPageOfTheJourneysIsARoute(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	web.Mount(engine, web.Deps{})
	found := pageAddress.FindAllStringSubmatch(read(t, "docs/journeys.md"), -1)
	if len(found) == 0 {
		t.Fatal("no pages found")
	}
	for _, m := range found {
		page := regexp.MustCompile("^" + parameter.ReplaceAllString(m[1], "[^/]+") + "$")
		if !slices.ContainsFunc(engine.Routes(), func(r gin.RouteInfo) bool { return r.Method == http.MethodGet && page.MatchString(r.Path) }) {
			t.Errorf("docs/journeys.md names the page %s, which is no route of web", m[1])
		}
	}
}

var apiAddress = regexp.MustCompile("`([A-Z]+) /v1(/[^`]+)`")

// reads are POSTs that change nothing: what they read is too long for an address.
var reads = []string{"POST /license-readings", "POST /license-identifications", "POST /policy-versions/{id}/rehearsals", "POST /sbom-checks", "POST /description-checks", "POST /verdict-verifications", "POST /decision-checks", "POST /log-verifications"}

func TestTheJourneysNameEveryAddressOfTheAPIThatWritesAndNoOther(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	var writes []string
	for path, item := range api.Mount(gin.New(), api.Deps{}).OpenAPI().Paths {
		if item.Post != nil {
			writes = append(writes, "POST "+path)
		}
		if item.Put != nil {
			writes = append(writes, "PUT "+path)
		}
		if item.Patch != nil {
			writes = append(writes, "PATCH "+path)
		}
	}
	writes = slices.DeleteFunc(writes, func(w string) bool { return slices.Contains(reads, w) })
	var named []string
	for _, m := range apiAddress.FindAllStringSubmatch(read(t, "docs/journeys.md"), -1) {
		named = append(named, m[1]+" "+m[2])
	}
	slices.Sort(writes)
	slices.Sort(named)
	if diff := cmp.Diff(writes, slices.Compact(named)); diff != "" {
		t.Errorf("docs/journeys.md (+) names other addresses than the API (-) has:\n%s", diff)
	}
}

var answerPath = regexp.MustCompile("see `([^`]+)` in it")

func TestTheAnswerIsWhereTheREADMESaysItIs(t *testing.T) {
	m := answerPath.FindStringSubmatch(read(t, "README.md"))
	if m == nil {
		t.Fatal("the README says nothing of where in the answer to look")
	}
	at := reflect.TypeFor[api.Exposure]()
	for name := range strings.SplitSeq(m[1], ".") {
		key, list := strings.CutSuffix(name, "[]")
		found := false
		for _, f := range reflect.VisibleFields(at) {
			if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == key && (f.Type.Kind() == reflect.Slice) == list {
				at, found = f.Type, true
				break
			}
		}
		if !found {
			t.Fatalf("the README looks for %s, and %s has no %s", m[1], at, name)
		}
		if list {
			at = at.Elem()
		}
	}
}

var variable = regexp.MustCompile(`env:"(OSPO_[A-Z_]+)"`)

func TestEverySettingIsDescribed(t *testing.T) {
	described := read(t, "docs/configuration.md")
	found := variable.FindAllStringSubmatch(read(t, "cmd/ospo/config.go"), -1)
	if len(found) == 0 {
		t.Fatal("no settings found")
	}
	for _, m := range found {
		if !strings.Contains(described, "`"+m[1]+"`") {
			t.Errorf("%s is not in docs/configuration.md", m[1])
		}
	}
}
