package codejson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/exporters/codejson"
	read "github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
)

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	for file, url := range map[string]string{"schema-2.0.0.json": "https://schema.example/schemas/schema-2.0.0.json", "agency-index-schema-2.0.0.json": "https://schema.example/schemas/agency-index/schema-2.0.0.json"} {
		content, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		object := doc.(map[string]any)
		delete(object, "$id") // so that the relative reference of the index finds the schema beside it
		if err := c.AddResource(url, object); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("https://schema.example/schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func check(t *testing.T, s *jsonschema.Schema, content []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%v in\n%s", err, content)
	}
	return s.Validate(doc)
}

func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func whole() *models.Description {
	yes, no, hours := true, false, 1200.5
	return &models.Description{
		Format: models.PublicCode, Name: "Case Desk", URL: "https://github.com/example/case-desk", LandingURL: "https://case-desk.example/", DownloadURL: "https://case-desk.example/get", SoftwareVersion: "2.10",
		ReleasedOn: day("2026-03-01"), Platforms: []string{"web"}, Categories: []string{"document-management"}, Tags: []string{"cases", "cases"}, UsedBy: []string{"City of Elm"}, Status: "stable", SoftwareType: "standalone/web",
		Organisation: models.Party{Name: "Town of Oak", URI: "urn:x-town:oak"}, Countries: []string{"NL"},
		Texts:   map[string]models.DescriptionText{"nl": {Short: "Zaken"}, "en": {Short: "Handles cases", Long: strings.Repeat("Keeps the files of a town together. ", 6), Features: []string{"Open a case"}}},
		License: "EUPL-1.2 OR Apache-2.0", Maintenance: "internal", Contacts: []models.Contact{{Name: "Ann Smith", Email: "ann@oak.example", Phone: "+31"}, {Name: "Bob"}}, Localised: &yes, Languages: []string{"en"},
		Open: []models.Dependency{{Name: "PostgreSQL"}}, ProgrammingLanguages: []string{"Go"}, LaborHours: &hours, ContractNumbers: []string{"C-1"}, SBOM: "https://case-desk.example/sbom", Private: &no, Feedback: "https://github.com/example/case-desk/issues",
		RelatedCode: []models.RelatedCode{{Name: "Portal", URL: "https://github.com/example/portal", Government: &yes}}, ReusedCode: []models.RelatedCode{{Name: "Forms", URL: "https://github.com/example/forms"}},
		Partners: []models.Contact{{Name: "ELM", Email: "elm@elm.example"}}, CreatedOn: day("2020-01-02"), ModifiedOn: day("2026-03-02"), MetadataOn: day("2026-03-03"),
	}
}

func lines(losses []models.Loss) []byte {
	var b strings.Builder
	for _, l := range losses {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", l.Kind, l.Key, l.What)
	}
	return []byte(b.String())
}

func TestADescriptionWithoutGapsKeepsToTheSchema(t *testing.T) {
	content, losses := codejson.Write(whole())
	testkit.Golden(t, "whole.json", content)
	testkit.Golden(t, "whole.losses.tsv", lines(losses))
	if !models.NoGaps(losses) {
		t.Error("there are gaps")
	}
	if err := check(t, schema(t, "schema-2.0.0.json"), content); err != nil {
		t.Error(err)
	}
}

// TestEveryGapIsOneThatTheSchemaSees takes members away one by one.
func TestAFileBreaksTheSchemaOnlyWhereAGapIsNamed(t *testing.T) {
	s := schema(t, "schema-2.0.0.json")
	tests := map[string]struct {
		change func(*models.Description)
		gap    string
	}{
		"no name":                          {func(d *models.Description) { d.Name = "" }, "name"},
		"no text":                          {func(d *models.Description) { d.Texts = nil }, "description"},
		"no status":                        {func(d *models.Description) { d.Status = "" }, "status"},
		"a status of nobody":               {func(d *models.Description) { d.Status = "magic" }, "status"},
		"no organisation":                  {func(d *models.Description) { d.Organisation = models.Party{} }, "organization"},
		"no repository":                    {func(d *models.Description) { d.URL = ""; d.Kept = map[string]string{"vcs": `"git"`} }, "repositoryURL"},
		"no visibility":                    {func(d *models.Description) { d.Private, d.Format = nil, models.Typed }, "repositoryVisibility"},
		"a host that nobody knows":         {func(d *models.Description) { d.URL = "https://code.example/case-desk" }, "vcs"},
		"no hours":                         {func(d *models.Description) { d.LaborHours = nil }, "laborHours"},
		"no maintenance":                   {func(d *models.Description) { d.Maintenance = "" }, "maintenance"},
		"no contact":                       {func(d *models.Description) { d.Contacts = nil }, "contact"},
		"no place for faults":              {func(d *models.Description) { d.Feedback = "" }, "feedbackMechanism"},
		"a licence whose text is nowhere":  {func(d *models.Description) { d.License = "LicenseRef-Oak" }, "permissions.licenses"},
		"nothing at all but for the above": {func(d *models.Description) { *d = models.Description{} }, "name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := whole()
			test.change(d)
			content, losses := codejson.Write(d)
			if err := check(t, s, content); err == nil {
				t.Error("the schema is content")
			}
			for _, l := range losses {
				if l.Key == test.gap && l.Kind == models.LossGap {
					return
				}
			}
			t.Errorf("%s is not among the gaps of %v", test.gap, losses)
		})
	}
}

func TestTheIndexOfAnAgencyKeepsToItsSchemaAndNamesEachEntrysLosses(t *testing.T) {
	other := whole()
	other.Name = "Archive"
	content, losses := codejson.WriteIndex(&codejson.Index{Agency: "OAK", Descriptions: []*models.Description{whole(), other}})
	if err := check(t, schema(t, "agency-index/schema-2.0.0.json"), content); err != nil {
		t.Error(err)
	}
	var got struct {
		Agency   string
		Releases []struct{ Name string }
	}
	if err := json.Unmarshal(content, &got); err != nil {
		t.Fatal(err)
	}
	if got.Agency != "OAK" || len(got.Releases) != 2 || got.Releases[0].Name != "Archive" {
		t.Errorf("%+v", got)
	}
	if len(losses) == 0 || !strings.HasPrefix(losses[0].Key, "releases[0].") {
		t.Errorf("%v", losses)
	}
	empty, losses := codejson.WriteIndex(&codejson.Index{})
	if !strings.Contains(string(empty), `"releases": []`) || models.NoGaps(losses) {
		t.Errorf("%s %v", empty, losses)
	}
}

// TestRealFilesSayTheSameAfterTheyAreWrittenAnew reads, writes and reads again; what differs is in the losses.
func TestRealFilesSayTheSameAfterTheyAreWrittenAnew(t *testing.T) {
	files, err := filepath.Glob("../../importers/codejson/testdata/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal("too few files", files, err)
	}
	entries := 0
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, _ := read.Read(content)
		if file == nil {
			continue
		}
		for i := range file.Descriptions {
			entries++
			first := &file.Descriptions[i]
			written, losses := codejson.Write(first)
			again, remarks := read.Read(written)
			if again == nil || len(again.Descriptions) != 1 {
				if first.Name == "" {
					continue // nothing by which an entry is known
				}
				t.Fatalf("%s, %s: %v", name, first.Name, remarks)
			}
			second := &again.Descriptions[0]
			if models.NoGaps(losses) && !models.Valid(remarks) {
				t.Errorf("%s, %s: %v", name, first.Name, remarks)
			}
			excuse(first, second, losses)
			if diff := cmp.Diff(first, second, cmp.AllowUnexported(models.Date{})); diff != "" {
				t.Errorf("%s, %s: what nobody named was lost (-first +again)\n%s\n%v", name, first.Name, diff, losses)
			}
		}
	}
	t.Logf("%d entries of %d files", entries, len(files))
}

// excuse makes equal what the losses name.
func excuse(first, second *models.Description, losses []models.Loss) {
	second.FormatVersion = first.FormatVersion
	for _, l := range losses {
		switch key, _, _ := strings.Cut(l.Key, "["); key {
		case "permissions.licenses":
			second.License, second.Licenses = first.License, first.Licenses
		case "permissions.usageType":
			second.UsageTypes = first.UsageTypes
		case "status":
			second.Status = first.Status
		case "AIUseCaseID":
			second.AIUseCaseID = first.AIUseCaseID
		case "contact", "contacts", "contact.email":
			second.Contacts = first.Contacts
		case "maintenance":
			second.Maintenance = first.Maintenance
		case "identifiers":
			second.Identifiers = first.Identifiers
		case "organization", "organisation.uri":
			second.Organisation = first.Organisation
		case "tags":
			second.Tags = first.Tags
		case "languages":
			second.ProgrammingLanguages = first.ProgrammingLanguages
		case "partners":
			second.Partners = first.Partners
		case "description":
			second.Texts = first.Texts
		default:
			delete(first.Kept, l.Key)
		}
	}
	if second.SBOM == "None" {
		second.SBOM = first.SBOM
	}
	delete(second.Kept, "permissions.licenses")
	delete(first.Kept, "permissions.licenses")
	delete(second.Kept, "vcs")
	delete(first.Kept, "vcs")
	delete(second.Kept, "reuseFrequency")
	delete(first.Kept, "reuseFrequency")
	if len(first.Kept) == 0 && len(second.Kept) == 0 {
		first.Kept, second.Kept = nil, nil
	}
}
