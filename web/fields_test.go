package web_test

import (
	"cmp"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// own are fields that the register sets and no form asks for; shownAs are fields that a page shows by a method of the noun.
var (
	own = []string{"ID", "Version", "CreatedAt", "UpdatedAt", "State", "SuccessorID", "MergedIntoID", "LicenseID", "ConfirmedOn", "ValidUntilOn", "AssetID"}
	// The release a deployment runs is asked for as its version and shown as the release's number.
	shownAs  = map[string]string{"Edition": "Title", "Descriptions": "Description"}
	notAsked = map[string][]string{"Deployment": {"ReleaseID"}}
)

// TestEveryFieldOfANounIsAskedForAndShown names the form and the page on which a new field was forgotten.
func TestEveryFieldOfANounIsAskedForAndShown(t *testing.T) {
	st := testkit.Store(t)
	g := sample.Government(t, st)
	s := newSite(t, st).as(g.Officer.ID)
	for _, tc := range []struct {
		noun    any
		form    string
		sources []string // where the noun's page is made
	}{
		{models.Agency{}, "/agencies/new", []string{"agencies.go", "templates/agency.html"}},
		{models.Asset{}, "/assets/new", []string{"asset.go", "templates/asset.html", "templates/parts/asset.html"}},
		{models.Release{}, "/assets/" + number(g.CaseDesk.ID) + "/releases/new", []string{"releases.go", "templates/release.html"}},
		{models.Deployment{}, "/deployments/new?asset=" + number(g.CaseDesk.ID), []string{"deployments.go", "templates/deployment.html"}},
	} {
		name := reflect.TypeOf(tc.noun).Name()
		form := s.get(tc.form).want(t, 200).Body
		var page strings.Builder
		for _, f := range tc.sources {
			if b, err := os.ReadFile(f); err == nil {
				page.Write(b)
			}
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(tc.noun)) {
			if slices.Contains(own, f.Name) {
				continue
			}
			if !slices.Contains(notAsked[name], f.Name) && !regexp.MustCompile(`name="`+inputName(f.Name)+`[".\[]`).MatchString(form) {
				t.Errorf("the form %s does not ask for %s.%s", tc.form, name, f.Name)
			}
			if !regexp.MustCompile(`\.(` + f.Name + "|" + cmp.Or(shownAs[f.Name], f.Name) + `)\b`).MatchString(page.String()) {
				t.Errorf("no page shows %s.%s: add it in web/%s or web/%s", name, f.Name, tc.sources[0], tc.sources[1])
			}
		}
	}
}

// inputName spells a Go field as the forms and the API do: StewardID → stewardId, URLs → urls.
func inputName(field string) string {
	field = strings.NewReplacer("URLs", "Urls", "URI", "Uri", "ID", "Id").Replace(field)
	r := []rune(field)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
