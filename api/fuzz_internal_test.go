package api

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
)

// described is the API without a database: enough to check bodies.
func described(t testing.TB) *api {
	t.Helper()
	gin.SetMode(gin.TestMode)
	return &api{huma: Mount(gin.New(), Deps{})}
}

func FuzzAPatchThatIsAcceptedCanBeApplied(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `[]`, `{"name":"x"}`, `{"name":null}`, `{"descriptions":{"en":null,"fr":"x"}}`, `{"urls":[{"kind":"home","url":"https://x"}]}`, `{"stewardId":1e300}`, `{"stewardId":9007199254740993}`,
		`{"stewardId":9223372036854775808}`, `{"NAME":"x"}`, `{"name":"a","name":"b"}`, `{"categories":null}`, `{"identifiers":[null]}`, `{"urls":[{"kind":"home","url":null}]}`, `{"descriptions":null}`, "{\"name\":\"\xff\"}", `{"a":{"b":{"c":[]}}}`} {
		f.Add([]byte(seed))
	}
	a := described(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var p Patch[AssetInput]
		if json.Unmarshal(raw, &p) != nil {
			return
		}
		if p.check(context.Background(), a) != nil {
			return
		}
		before := models.Asset{ID: 1, Name: "Before", StewardID: 7, Descriptions: map[string]string{"en": "text"}, URLs: []models.AssetURL{{Kind: models.HomeURL, URL: "https://x.example.gov"}}}
		now := inputOfAsset(&before)
		after := p.apply(now)
		var sent map[string]any
		if err := json.Unmarshal(raw, &sent); err != nil {
			t.Fatalf("accepted %q, which is no object", raw)
		}
		name, given := sent["name"].(string)
		if given && utf8.Valid(raw) && after.Name != name {
			t.Errorf("%q left the name %q", raw, after.Name)
		}
		if string(raw) == `{"stewardId":9007199254740993}` && after.StewardID != 9007199254740993 {
			t.Errorf("%q left the steward %d", raw, after.StewardID)
		}
		if _, given := sent["stewardId"]; !given && after.StewardID != now.StewardID {
			t.Errorf("%q changed the steward", raw)
		}
	})
}

func FuzzHeadersAreReadOrRefused(f *testing.F) {
	for _, seed := range []string{"", "*", `"7"`, `"7-1f0c88aa"`, `W/"7-1f0c88aa"`, "7", `"`, `""`, `"-"`, `"7-a", "8-b"`, "Bearer ospo_x", "bearer  ospo_x ", "Basic x", "Bearer"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Based{IfMatch: s}.version()
		if err == nil && v < 0 || err != nil && v != 0 {
			t.Errorf("%q is version %d, %v", s, v, err)
		}
		if secret, err := token(http.Header{"Authorization": {s}}); err != nil && secret != "" {
			t.Errorf("%q is refused and gives %q", s, secret)
		}
		op := huma.Operation{Parameters: []*huma.Param{{Name: "q", In: "query"}}}
		for _, m := range unknownKeys(&op, s) {
			if m.Code == "" || m.Detail == "" {
				t.Errorf("%q: %+v", s, m)
			}
		}
	})
}
