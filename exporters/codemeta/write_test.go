package codemeta_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/codemeta"
	read "github.com/ospo-register/ospo/importers/codemeta"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
)

func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func whole() *models.Description {
	yes := true
	return &models.Description{
		Format: models.PublicCode, Name: "Case Desk", Suite: "Town Hall", URL: "https://git.example/town/case-desk", LandingURL: "https://case-desk.example/", DownloadURL: "https://case-desk.example/get",
		BasedOn: []string{"https://git.example/old/desk"}, SoftwareVersion: "2.10", ReleasedOn: day("2026-03-01"), CreatedOn: day("2020-01-02"), ModifiedOn: day("2026-03-02"), Logo: "https://case-desk.example/logo.svg",
		Platforms: []string{"web", "linux"}, Categories: []string{"document-management"}, Tags: []string{"cases", "</script>"}, UsedBy: []string{"City of Elm"}, FundedBy: []models.Party{{Name: "Ministry of Works", URI: "https://works.example/"}},
		Status: "stable", SoftwareType: "standalone/web", Organisation: models.Party{Name: "Town of Oak", URI: "https://oak.example/"}, CopyrightOwner: "Town of Oak", Countries: []string{"NL"},
		Texts: map[string]models.DescriptionText{
			"nl": {Short: "Zaken", Features: []string{"Zaak openen"}},
			"en": {Short: "Handles cases", Long: strings.Repeat("Keeps the files of a town together. ", 6) + "End", Features: []string{"Open a case", "Close it"}, Documentation: "https://case-desk.example/docs"},
		},
		License: "EUPL-1.2 OR Apache-2.0", Maintenance: "contract", Contractors: []models.Contractor{{Name: "Firm", Until: day("2027-01-01")}}, Contacts: []models.Contact{{Name: "Ann Smith", Email: "ann@oak.example", Affiliation: "Town of Oak"}},
		Localised: &yes, Languages: []string{"en", "nl"}, Open: []models.Dependency{{Name: "PostgreSQL", VersionMin: "15"}, {Name: "Redis", Version: "7", Optional: true}}, ProgrammingLanguages: []string{"Go"},
		ContractNumbers: []string{"C-1"}, Feedback: "https://git.example/town/case-desk/issues", Identifiers: []string{"swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d"},
	}
}

func lines(losses []models.Loss) []byte {
	var b strings.Builder
	for _, l := range losses {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", l.Kind, l.Key, l.What)
	}
	return []byte(b.String())
}

func TestADescriptionIsSaidInTermsThatTheContextHas(t *testing.T) {
	content, losses := codemeta.Write(whole())
	testkit.Golden(t, "whole.json", content)
	testkit.Golden(t, "whole.losses.tsv", lines(losses))
	text, err := os.ReadFile("testdata/codemeta-3.0.jsonld")
	if err != nil {
		t.Fatal(err)
	}
	var context struct {
		Terms map[string]any `json:"@context"`
	}
	if err := json.Unmarshal(text, &context); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	terms(doc, func(term string) {
		if prefix, _, ok := strings.Cut(term, ":"); ok {
			term = prefix
		}
		if _, ok := context.Terms[term]; !ok && !strings.HasPrefix(term, "@") {
			t.Errorf("%s is not in the context, so that programs do not see it", term)
		}
	})
}

func terms(v any, each func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			each(name)
			terms(value, each)
		}
	case []any:
		for _, item := range v {
			terms(item, each)
		}
	}
}

func TestWhatWasWrittenReadsBackButForWhatTheLossesName(t *testing.T) {
	first := whole()
	content, losses := codemeta.Write(first)
	second, remarks := read.Read(content)
	if !models.Valid(remarks) {
		t.Fatal(remarks)
	}
	second.Format, second.FormatVersion = first.Format, ""
	for _, l := range losses {
		switch l.Key {
		case "usedBy":
			second.UsedBy = first.UsedBy
		case "softwareType":
			second.SoftwareType = first.SoftwareType
		case "intendedAudience.countries":
			second.Countries = first.Countries
		case "maintenance.type":
			second.Maintenance = first.Maintenance
		case "localisation.localisationReady":
			second.Localised = first.Localised
		case "dependsOn.open[0]":
			second.Open[0] = first.Open[0]
		case "maintenance.contractors[0]":
			second.Contractors, second.Contacts = first.Contractors, second.Contacts[:1]
		}
	}
	second.Kept = nil // the reader keeps the words that it translates
	if diff := cmp.Diff(first, second, cmp.AllowUnexported(models.Date{})); diff != "" {
		t.Errorf("(-first +again)\n%s\n%s", diff, content)
	}
}

func TestALicenceIsAnAddressWhereOneSaysItAndANamedWorkElse(t *testing.T) {
	tests := map[string]struct {
		d    models.Description
		want string
		loss string
	}{
		"one identifier":           {models.Description{License: "MIT"}, `"license": "https://spdx.org/licenses/MIT"`, ""},
		"another spelling":         {models.Description{License: "Apache License 2.0"}, `"license": "https://spdx.org/licenses/Apache-2.0"`, `"Apache License 2.0" is said as Apache-2.0.`},
		"a choice":                 {models.Description{License: "MIT OR EUPL-1.2"}, `"name": "MIT OR EUPL-1.2"`, ""},
		"an exception":             {models.Description{License: "GPL-2.0-only WITH Classpath-exception-2.0"}, `"name": "GPL-2.0-only WITH Classpath-exception-2.0"`, ""},
		"several without a word":   {models.Description{Licenses: []string{"MIT", "Own terms"}}, `"https://spdx.org/licenses/MIT",`, ""},
		"words that nobody knows":  {models.Description{License: "Own terms"}, `"name": "Own terms"`, ""},
		"none at all, which a gap": {models.Description{}, `"@type": "SoftwareSourceCode"`, "The licence, best as an SPDX identifier."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			content, losses := codemeta.Write(&test.d)
			if !strings.Contains(string(content), test.want) {
				t.Errorf("%s is not in\n%s", test.want, content)
			}
			if test.loss != "" && !strings.Contains(string(lines(losses)), test.loss) {
				t.Errorf("%q is not among %v", test.loss, losses)
			}
		})
	}
}

func TestThePageSaysNobodysNameAndCannotEndItsScript(t *testing.T) {
	content := string(codemeta.Page(whole(), "https://register.example/assets/1"))
	testkit.Golden(t, "page.json", []byte(content))
	for _, secret := range []string{"Ann", "@oak", "Firm", "</script", "codemeta"} {
		if strings.Contains(content, secret) {
			t.Errorf("%q is in\n%s", secret, content)
		}
	}
}

func TestTermsThatCameInAreSaidAgain(t *testing.T) {
	d := &models.Description{Format: models.CodeMeta, Kept: map[string]string{"author": `[{"@type":"Person","name":"Ann"}]`, "maintainer.role": `"x"`, "broken": `{`}}
	content, losses := codemeta.Write(d)
	if !strings.Contains(string(content), `"author"`) || strings.Contains(string(content), "broken") {
		t.Errorf("%s", content)
	}
	if !strings.Contains(string(lines(losses)), "broken") || !strings.Contains(string(lines(losses)), "maintainer.role") {
		t.Errorf("%v", losses)
	}
}
