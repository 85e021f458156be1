package main

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestACatalogueIsBroughtAndListedAtTheCommandLine(t *testing.T) {
	ospo, st := onDatabase(t)
	source := &models.Source{Name: "Abroad", Kind: models.CodeJSONSource, URL: "https://catalogue.example.org/code.json", Country: "IT", License: "CC-BY-4.0"}
	if err := register.New(st).RegisterSource(t.Context(), models.SystemViewer("test"), source); err != nil {
		t.Fatal(err)
	}
	file := write(t, t.TempDir(), "code.json", `{"agency":"A","version":"2.0.0","releases":[{"name":"One","repositoryURL":"https://code.example.org/one"},{}]}`)
	for _, tt := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"import", "catalogue", "abroad", file, "--dry-run"}, 0, []string{"1 new", "Nothing was changed."}},
		{[]string{"import", "catalogue", "Abroad", file}, 0, []string{"code.json: invalid, 1 entries", "1 entries in 1 answers: 1 new, 0 changed"}},
		{[]string{"import", "catalogue", "Abroad", "-"}, 0, []string{"0 gone"}},
		{[]string{"import", "catalogue", "elsewhere", file}, 1, []string{"0 sources are called like “elsewhere”"}},
		{[]string{"sources", "list"}, 0, []string{"Abroad", "code-json", "IT"}},
		{[]string{"sources", "read", "Abroad"}, 1, []string{"could not be read"}},
	} {
		code, out := ospo(`{"agency":"A","releases":[]}`, tt.args...)
		if code != tt.code {
			t.Errorf("%v ends with %d: %s", tt.args, code, out)
		}
		for _, want := range tt.want {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not say %q: %s", tt.args, want, out)
			}
		}
	}
}
