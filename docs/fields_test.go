package docs_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/models"
)

// notTaken are fields that a caller never sets: the register does. notGiven are fields that answers do not carry, with the reason.
var (
	notTaken = map[string][]string{
		"Agency":     {"id", "version", "createdAt", "updatedAt", "state", "successorId"},
		"Asset":      {"id", "version", "createdAt", "updatedAt", "mergedIntoId", "licenseId"},
		"Release":    {"id", "version", "createdAt", "updatedAt", "assetId"},
		"Deployment": {"id", "version", "createdAt", "updatedAt", "state", "confirmedOn", "validUntilOn"},
	}
	notGiven = map[string][]string{
		"Asset": {"mergedIntoId" /* a merged entry is a redirect */, "licenseId" /* where the reading is kept */},
	}
)

// TestEveryFieldOfANounIsInTheAPI names the places where a new field was forgotten: what answers carry, what requests take.
func TestEveryFieldOfANounIsInTheAPI(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	b, err := json.Marshal(api.Mount(gin.New(), api.Deps{Version: "test"}).OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any
			}
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for _, noun := range []any{models.Agency{}, models.Asset{}, models.Release{}, models.Deployment{}} {
		name := reflect.TypeOf(noun).Name()
		for _, f := range reflect.VisibleFields(reflect.TypeOf(noun)) {
			key := apiKey(f.Name)
			for schema, but := range map[string][]string{name: notGiven[name], name + "Input": notTaken[name]} {
				if _, there := doc.Components.Schemas[schema].Properties[key]; !there && !slices.Contains(but, key) {
					t.Errorf("%s.%s of models is not in %s of the API as %q: add it in api/%ss.go", name, f.Name, schema, key, strings.ToLower(name))
				}
			}
		}
	}
}

// apiKey spells a Go field as the API does: StewardID → stewardId, URLs → urls.
func apiKey(name string) string {
	name = strings.NewReplacer("URLs", "Urls", "URI", "Uri", "ID", "Id").Replace(name)
	r := []rune(name)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
