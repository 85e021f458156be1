package forge_test

import (
	"net/http"
	"testing"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
)

func TestAHostInThisProgramIsAskedWithoutANetwork(t *testing.T) {
	host := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/orgs/weather/repos" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`[{"name":"tides","html_url":"https://code.velmora.example/weather/tides"}]`))
	})
	c := forge.NewClient(forge.Limits{Own: map[string]http.Handler{"code.velmora.example": host}})
	var found []string
	keep := func(f forge.Found) error {
		found = append(found, f.URL)
		return nil
	}
	if _, err := c.List(t.Context(), models.CodeHosting{URL: "https://code.velmora.example/weather", Host: models.Gitea, Group: true}, keep); err != nil || len(found) != 1 || found[0] != "https://code.velmora.example/weather/tides" {
		t.Errorf("the host told of %q, %v", found, err)
	}
	_, err := c.List(t.Context(), models.CodeHosting{URL: "https://code.velmora.example/unknown", Host: models.Gitea, Group: true}, keep)
	if p := forge.AsProblem(err); p == nil || p.Outcome != models.VisitGone {
		t.Errorf("a group that is not there gives %v, want %s", err, models.VisitGone)
	}
	if _, err = c.List(t.Context(), models.CodeHosting{URL: "http://code.velmora.example/weather", Host: models.Gitea, Group: true}, keep); forge.AsProblem(err) == nil || forge.AsProblem(err).Outcome != models.VisitBlocked {
		t.Errorf("without https the host gives %v, want %s", err, models.VisitBlocked)
	}
}
