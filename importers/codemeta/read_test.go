package codemeta_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/codemeta"
	"github.com/ospo-register/ospo/models"
)

func rules(remarks []models.Remark) []string {
	var out []string
	for _, r := range remarks {
		out = append(out, strings.TrimSpace(r.Rule+" "+r.Key))
	}
	return out
}

func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

const full = `{
  "@context": "https://w3id.org/codemeta/3.0", "type": "SoftwareSourceCode", "id": "https://example.org/permits",
  "name": "Permits", "description": "Applies for permits.", "codeRepository": "git+https://code.example.org/permits.git",
  "url": "https://example.org/permits", "downloadUrl": "https://example.org/permits.zip", "issueTracker": "https://code.example.org/permits/issues",
  "license": "https://spdx.org/licenses/EUPL-1.2.html", "version": "1.4.2", "datePublished": "2026-03-01", "dateModified": "2026-04-02T10:00:00Z", "dateCreated": "2020",
  "keywords": "permits, environment", "applicationCategory": "workflow-management", "operatingSystem": ["Linux", "Windows"],
  "programmingLanguage": [{"type": "ComputerLanguage", "name": "Go"}, "SQL"], "inLanguage": "nl", "isPartOf": {"type": "SoftwareSourceCode", "name": "Counter"},
  "developmentStatus": "https://www.repostatus.org/#active", "softwareHelp": "https://example.org/manual", "featureList": ["Forms", "Fees"],
  "publisher": {"type": "Organization", "id": "https://example.org/id/city", "name": "City"}, "funder": {"type": "Organization", "name": "Ministry"},
  "copyrightHolder": {"type": "Organization", "name": "City"}, "maintainer": {"type": "Person", "givenName": "A.", "familyName": "Person", "email": "mailto:a@example.org"},
  "author": [{"type": "Person", "givenName": "B."}], "softwareRequirements": [{"type": "SoftwareApplication", "name": "PostgreSQL", "version": ">= 15"}, "Redis"],
  "softwareSuggestions": "Memcached", "identifier": "swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505", "readme": "https://code.example.org/permits/README", "colour": "blue"}`

func TestEveryTermHasItsPlace(t *testing.T) {
	d, remarks := codemeta.Read([]byte(full))
	want := &models.Description{
		Format: models.CodeMeta, FormatVersion: "3.0", Name: "Permits", URL: "https://code.example.org/permits.git", LandingURL: "https://example.org/permits",
		DownloadURL: "https://example.org/permits.zip", Feedback: "https://code.example.org/permits/issues", License: "EUPL-1.2", SoftwareVersion: "1.4.2",
		ReleasedOn: day("2026-03-01"), ModifiedOn: day("2026-04-02"), CreatedOn: day("2020-01-01"), Tags: []string{"permits", "environment"}, Categories: []string{"workflow-management"},
		Platforms: []string{"Linux", "Windows"}, ProgrammingLanguages: []string{"Go", "SQL"}, Languages: []string{"nl"}, Suite: "Counter", Status: "stable",
		Texts:        map[string]models.DescriptionText{"nl": {Short: "Applies for permits.", Documentation: "https://example.org/manual", Features: []string{"Forms", "Fees"}}},
		Organisation: models.Party{Name: "City", URI: "https://example.org/id/city"}, FundedBy: []models.Party{{Name: "Ministry"}}, CopyrightOwner: "City",
		Contacts: []models.Contact{{Name: "A. Person", Email: "a@example.org"}},
		Open:     []models.Dependency{{Name: "PostgreSQL", Version: ">= 15"}, {Name: "Redis"}, {Name: "Memcached", Optional: true}}, Identifiers: []string{"swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505"},
		Kept: map[string]string{"@id": `"https://example.org/permits"`, "author": `[{"type":"Person","givenName":"B."}]`, "readme": `"https://code.example.org/permits/README"`, "colour": `"blue"`, "developmentStatus": `"https://www.repostatus.org/#active"`},
	}
	if diff := cmp.Diff(want, d, cmp.Comparer(func(a, b models.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"date-form dateCreated", "unknown-key colour"}, rules(remarks)); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameIsReadHoweverItsTermsAreSpelt(t *testing.T) {
	for name, text := range map[string]string{
		"CodeMeta 3":              `{"@context":"https://w3id.org/codemeta/3.0","type":"SoftwareSourceCode","name":"n","codeRepository":"https://example.org/r","license":"MIT"}`,
		"CodeMeta 2":              `{"@context":"https://doi.org/10.5063/schema/codemeta-2.0","@type":"SoftwareSourceCode","name":"n","codeRepository":"https://example.org/r","license":{"@id":"https://spdx.org/licenses/MIT"}}`,
		"CodeMeta 1":              `{"@context":"https://raw.githubusercontent.com/codemeta/codemeta/master/codemeta.jsonld","@type":"SoftwareSourceCode","title":"n","codeRepository":"https://example.org/r","licenseId":"MIT"}`,
		"schema.org":              `{"@context":"http://schema.org/","@type":"SoftwareApplication","name":"n","codeRepository":"https://example.org/r","license":"https://spdx.org/licenses/MIT.html"}`,
		"with prefixes":           `{"@context":{"schema":"http://schema.org/"},"@type":"schema:SoftwareSourceCode","schema:name":"n","schema:codeRepository":{"@id":"https://example.org/r"},"schema:license":"MIT"}`,
		"with addresses as terms": `{"@context":{},"@type":"http://schema.org/SoftwareSourceCode","http://schema.org/name":[{"@value":"n"}],"https://schema.org/codeRepository":"https://example.org/r","http://schema.org/license":"MIT"}`,
		"with aliases of its own": `{"@context":{"label":"http://schema.org/name","repo":{"@id":"schema:codeRepository","@type":"@id"},"kind":"@type"},"kind":"SoftwareSourceCode","label":"n","repo":"https://example.org/r","license":"MIT"}`,
		"in a graph":              `{"@context":"https://schema.org","@graph":[{"@type":"Person","name":"p"},{"@type":["Thing","SoftwareSourceCode"],"name":"n","codeRepository":"https://example.org/r","license":"MIT"}]}`,
		"in a list":               `[{"@context":"https://schema.org","@type":"SoftwareSourceCode","name":"n","codeRepository":"https://example.org/r","license":["MIT"]}]`,
		"as part of a page":       `{"@context":"https://schema.org","@type":"WebPage","mainEntity":{"@type":"SoftwareSourceCode","name":"n","codeRepository":"https://example.org/r","license":{"@type":"CreativeWork","name":"MIT"}}}`,
		"without a type":          `{"name":"n","codeRepository":"https://example.org/r","license":"MIT"}`,
	} {
		t.Run(name, func(t *testing.T) {
			d, remarks := codemeta.Read([]byte(text))
			if d == nil || d.Name != "n" || d.URL != "https://example.org/r" || d.License != "MIT" {
				t.Errorf("read %+v, %v", d, remarks)
			}
		})
	}
}

func TestLanguagesAreKeptApart(t *testing.T) {
	d, _ := codemeta.Read([]byte(`{"@context":"https://schema.org","@type":"SoftwareSourceCode","name":[{"@value":"Permits","@language":"en"},{"@value":"Vergunningen","@language":"nl"}],
		"description":[{"@value":"` + strings.Repeat("long ", 40) + `","@language":"nl"},{"@value":"Short.","@language":"nl"}]}`))
	want := map[string]models.DescriptionText{"nl": {LocalisedName: "Vergunningen", Short: "Short.", Long: strings.TrimSpace(strings.Repeat("long ", 40))}}
	if diff := cmp.Diff(want, d.Texts); d.Name != "Permits" || diff != "" {
		t.Error(d.Name, diff)
	}
}

func TestThePartOfAnotherIsNotTheSoftware(t *testing.T) {
	d, remarks := codemeta.Read([]byte(`{"@context":"https://schema.org","@graph":[{"@id":"#lib","@type":"SoftwareSourceCode","name":"lib"},{"@id":"#app","@type":"SoftwareSourceCode","name":"app","codeRepository":"https://example.org/r","license":"MIT","softwareRequirements":{"@id":"#lib"}}]}`))
	if d == nil || d.Name != "app" || len(remarks) != 1 || remarks[0].Rule != "more-software" {
		t.Errorf("read %+v, %v", d, remarks)
	}
}

func TestMistakesAreNamedTogether(t *testing.T) {
	d, remarks := codemeta.Read([]byte(`{"@type":"SoftwareSourceCode","codeRepository":"example","datePublished":"soon","license":[[1]]}`))
	want := []string{"missing-key name", "missing-key @context", "missing-key codeRepository", "missing-key license", "bad-url codeRepository", "bad-date datePublished", "wrong-type license"}
	got := rules(remarks)
	for _, w := range want {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("no remark %s among %v", w, got)
		}
	}
	if d.Kept["codeRepository"] != `"example"` || d.Kept["datePublished"] != `"soon"` {
		t.Errorf("kept %v", d.Kept)
	}
}

func TestWhatDescribesNoSoftwareIsSaid(t *testing.T) {
	for text, rule := range map[string]string{"": "empty", "[]": "no-software", `{"@type":"Dataset","name":"n"}`: "no-software", "cff-version: 1.2.0": "broken-json"} {
		if d, remarks := codemeta.Read([]byte(text)); d != nil || len(remarks) == 0 || remarks[0].Rule != rule {
			t.Errorf("%q: %v, %v", text, d, remarks)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{full, `{"@graph":[{"@type":"SoftwareSourceCode","name":{"@value":{}},"license":{"@list":["MIT"]}}],"@context":[{"a":{"@id":"b"}}]}`, `{"name":[],"maintainer":[[{}]]}`, `{"mainEntity":{"@type":"Notebook"}}`, `{"id":1,"@id":"x","codeRepository":"x"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, remarks := codemeta.Read(content)
		if d == nil && models.Valid(remarks) {
			t.Fatal("nothing was read and nothing was said")
		}
	})
}
