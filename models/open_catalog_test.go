package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestMailAddressesAndTelephoneNumbersAreLeftOutOfASource(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"an address of a contact":         {"contacts:\n  - name: Ada\n    email: ada.b-c@health.example.gov\n    phone: +39 06\n", "contacts:\n  - name: Ada\n    email: \n    phone:\n"},
		"in quotes":                       {`email: "ada@health.example"`, `email: ""`},
		"the first member of an entry":    {"  - phone: \"1\"\n    name: Ada\n", "  - phone:\n    name: Ada\n"},
		"in the middle of a sentence":     {"Write to ada@health.example, or call.", "Write to , or call."},
		"at the end of a key":             {"ada@health.example: x", ": x"},
		"git's own address":               {"url: git@code.example.org:health/desk.git", "url: git@code.example.org:health/desk.git"},
		"a user in an address of the web": {"url: ssh://git@code.example.org/desk", "url: ssh://git@code.example.org/desk"},
		"no address":                      {"a @ b, user@host", "a @ b, user@host"},
		"nothing":                         {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := models.Repository{Source: tt.text}
			if diff := cmp.Diff(tt.want, r.SourceWithoutPeople()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACatalogueForCrawlersSaysWhereTheyGo(t *testing.T) {
	source := []models.CatalogSource{{URL: "https://code.example.org/health"}}
	for name, tt := range map[string]struct {
		c    models.CrawlerCatalog
		good bool
	}{
		"with a source":        {models.CrawlerCatalog{Name: "Health", Sources: source}, true},
		"without one":          {models.CrawlerCatalog{Name: "Health"}, false},
		"the register itself":  {models.CrawlerCatalog{Name: "Root", AlternativeID: models.RootCatalog}, true},
		"the root with source": {models.CrawlerCatalog{Name: "Root", AlternativeID: models.RootCatalog, Sources: source}, false},
		"without a name":       {models.CrawlerCatalog{Sources: source}, false},
		"a source at no place": {models.CrawlerCatalog{Name: "Health", Sources: []models.CatalogSource{{URL: "health"}}}, false},
		"an empty scope":       {models.CrawlerCatalog{Name: "Health", Sources: source, Scopes: models.StringList{""}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tt.c.Validate(); (err == nil) != tt.good {
				t.Error(err)
			}
		})
	}
}
