package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func on(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

// ready is an entry that lacks nothing.
func ready() *models.Described {
	first, last := time.Date(2020, 1, 2, 3, 0, 0, 0, time.UTC), time.Date(2026, 5, 6, 7, 0, 0, 0, time.UTC)
	return &models.Described{
		Asset: models.Asset{ID: 1, Name: "Case Desk", Edition: "Community", Visibility: models.VisiblePublic, License: "EUPL-1.2", Categories: models.StringList{"case-management"}, Descriptions: map[string]string{"en": "Handles cases.", "fr": "Traite."},
			URLs: []models.AssetURL{{Kind: models.HomeURL, URL: "https://case-desk.example/"}}, Identifiers: []models.AssetIdentifier{{Kind: models.PURL, Value: "pkg:generic/case-desk"}}, UpdatedAt: last},
		Steward: models.Agency{Name: "Ministry of Health", URI: "https://health.example/"},
		Repository: &models.Repository{URL: "https://git.example/case-desk", Visibility: models.VisiblePublic, State: models.RepositoryHere, Valid: true, FirstCommitAt: &first, LastCommitAt: &last, Tree: models.Tree{Languages: []string{"Go"}},
			Description: &models.Description{Format: models.PublicCode, Name: "case-desk", RepoOwner: "Somebody", License: "MIT", Status: "stable", UsedBy: []string{"A claim"}, SoftwareVersion: "1.0", ReleasedOn: on("2024-01-01"), Identifiers: []string{"swh:1:rev:x"},
				Texts: map[string]models.DescriptionText{"en": {Short: "Old words", Long: "Long words", Features: []string{"Intake"}}}, Contacts: []models.Contact{{Name: "Ann"}}, Contractors: []models.Contractor{{Name: "Firm", Email: "a@firm.example"}}, Feedback: "mailto:ann@oak.example", Kept: map[string]string{"x": "1"}}},
		Newest: &models.Release{Number: "4.2", ReleasedOn: on("2026-04-01")},
		UsedBy: []string{"Insurance Board"},
	}
}

func TestWhatTheRegisterSaysIsItsOwnEntryBeforeTheFile(t *testing.T) {
	no := false
	want := &models.Description{
		Format: models.PublicCode, Name: "Case Desk Community", URL: "https://git.example/case-desk", LandingURL: "https://case-desk.example/", License: "EUPL-1.2", Status: "stable", Categories: []string{"case-management"},
		UsedBy: []string{"Insurance Board"}, SoftwareVersion: "4.2", ReleasedOn: on("2026-04-01"), Organisation: models.Party{Name: "Ministry of Health", URI: "https://health.example/"},
		Texts:    map[string]models.DescriptionText{"en": {Short: "Handles cases.", Long: "Long words", Features: []string{"Intake"}}, "fr": {Short: "Traite."}},
		Contacts: []models.Contact{{Name: "Ann"}}, Contractors: []models.Contractor{{Name: "Firm", Email: "a@firm.example"}}, Feedback: "mailto:ann@oak.example", Kept: map[string]string{"x": "1"}, Private: &no,
		ProgrammingLanguages: []string{"Go"}, CreatedOn: on("2020-01-02"), ModifiedOn: on("2026-05-06"), MetadataOn: on("2026-05-06"), Identifiers: []string{"swh:1:rev:x", "pkg:generic/case-desk"},
	}
	r := ready()
	if diff := cmp.Diff(want, r.Description(), cmp.AllowUnexported(models.Date{})); diff != "" {
		t.Error(diff)
	}
	public := r.Description().Public()
	if public.Contacts != nil || public.Kept != nil || public.Contractors[0].Email != "" || public.Feedback != "" {
		t.Errorf("%+v", public)
	}
	if file := r.Repository.Description; file.Name != "case-desk" || file.Contractors[0].Email == "" || file.Texts["en"].Short != "Old words" || len(file.Identifiers) != 1 {
		t.Errorf("the file itself was changed: %+v", file)
	}
}

func TestALongTextOfTheEntryIsNoSummary(t *testing.T) {
	r := ready()
	r.Repository = nil
	r.Asset.Descriptions = map[string]string{"en": "One thing. " + strings.Repeat("And another thing. ", 20), "nl": strings.Repeat("Woorden ", 40)}
	d := r.Description()
	if d.Texts["en"].Short != "One thing." || !strings.HasPrefix(d.Texts["en"].Long, "One thing. And") || d.Texts["nl"].Short != "" {
		t.Errorf("%+v", d.Texts)
	}
}

func TestEveryThingThatTheEuropeanCatalogueAsksForIsNamed(t *testing.T) {
	if wants := ready().CatalogWants(); wants != nil {
		t.Fatal(wants)
	}
	tests := map[string]struct {
		change func(*models.Described)
		want   []string
	}{
		"hidden":                     {func(r *models.Described) { r.Asset.Visibility = models.VisibleGovernment }, []string{"public-entry"}},
		"code not public":            {func(r *models.Described) { r.Repository.Visibility = models.VisibleAgency }, []string{"public-repository"}},
		"gone":                       {func(r *models.Described) { r.Repository.State = models.RepositoryGone }, []string{"repository-there"}},
		"no licence":                 {func(r *models.Described) { r.Asset.License, r.Repository.Description.License = "", "" }, []string{"license"}},
		"a licence that is not open": {func(r *models.Described) { r.Asset.License = "CC-BY-NC-4.0" }, []string{"open-license"}},
		"a choice with one open":     {func(r *models.Described) { r.Asset.License = "LicenseRef-Own OR MIT" }, nil},
		"no file":                    {func(r *models.Described) { r.Repository.Description = nil }, []string{"publiccode", "status"}},
		"a broken file":              {func(r *models.Described) { r.Repository.Valid = false }, []string{"valid-publiccode"}},
		"no repository":              {func(r *models.Described) { r.Repository = nil }, []string{"repository", "publiccode", "status"}},
		"only an address": {func(r *models.Described) {
			r.Repository, r.Asset.URLs = nil, []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://git.example/x"}}
		}, []string{"repository-known", "publiccode", "status"}},
		"no English": {func(r *models.Described) {
			r.Asset.Descriptions, r.Repository.Description.Texts = map[string]string{"fr": "Traite."}, nil
		}, []string{"english"}},
		"no words":      {func(r *models.Described) { r.Asset.Descriptions, r.Repository.Description.Texts = nil, nil }, []string{"description"}},
		"no URI":        {func(r *models.Described) { r.Steward.URI = "" }, []string{"publisher-uri"}},
		"no categories": {func(r *models.Described) { r.Asset.Categories = nil }, []string{"categories"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := ready()
			test.change(r)
			var got []string
			for _, w := range r.CatalogWants() {
				got = append(got, w.Code)
				if w.What == "" || w.Cure == "" {
					t.Errorf("%+v says too little", w)
				}
			}
			if !slices.Equal(test.want, got) {
				t.Errorf("want %v, got %v", test.want, got)
			}
		})
	}
}
