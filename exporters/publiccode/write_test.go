package publiccode

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

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

// whole uses every key of the standard, and members that only other formats have.
func whole() *models.Description {
	yes, hours := true, 1200.0
	return &models.Description{
		Format: models.PublicCode, FormatVersion: "0.2",
		Name: "Case Desk", Suite: "Town Hall", URL: "https://git.example/town/case-desk.git", LandingURL: "https://case-desk.example/", DownloadURL: "https://case-desk.example/get",
		BasedOn: []string{"https://git.example/old/desk", "desk.sf", "https://git.example/older/desk"}, SoftwareVersion: "2.10", ReleasedOn: day("2026-03-01"), Logo: "img/logo.svg",
		Platforms: []string{"web", "linux", "no"}, Categories: []string{"document-management", "magic"}, Tags: []string{"cases"}, UsedBy: []string{"Town: of Oak", "City of Elm"},
		FundedBy: []models.Party{{Name: "Ministry of Works", URI: "https://works.example/"}, {URI: "urn:x:1"}, {Name: "Friends of Oak"}}, Roadmap: "https://case-desk.example/roadmap",
		Status: "Release Candidate", SoftwareType: "standalone/web", Supports: []string{"alias:gdpr", "alias:nonsense", "https://standards.example/eforms", "words"},
		Organisation: models.Party{URI: "urn:x-town:oak"}, RepoOwner: "Town of Oak", Countries: []string{"nl", "NO", "Norway"}, NotCountries: []string{"US"}, Scope: []string{"local-authorities", "moon"},
		Texts: map[string]models.DescriptionText{
			"nl": {LocalisedName: "Zaakbalie", Short: "Zaken voor gemeenten", Features: []string{"Zaken: openen", "- sluiten"}},
			"en": {GenericName: "Case manager", Short: strings.Repeat("Handles cases of citizens. ", 8), Long: strings.Repeat("Keeps the files of a town together and shows who waits for what. ", 4) + "\n\n* one\n* two\n",
				Documentation: "https://case-desk.example/docs", APIDocumentation: "https://case-desk.example/api", Features: []string{"Open a case"}, Screenshots: []string{"img/one.png"}, Videos: []string{"https://video.example/1"}, Awards: []string{"1st prize"}},
			"no": {Short: "Saker"},
		},
		License: "EUPL-1.2 OR AGPL-3.0-or-later", CopyrightOwner: "Town of Oak", AuthorsFile: "AUTHORS",
		Maintenance: "contract", Contractors: []models.Contractor{{Name: "Firm & Sons", Email: "desk@firm.example", Website: "https://firm.example", Until: day("2027-01-01")}, {Name: "Other"}},
		Contacts: []models.Contact{{Name: "Bob Jones", Email: "{{ mail }}"}, {Name: "Ann Smith", Email: "ann@oak.example", Phone: "+31 20 1234567", Affiliation: "Town of Oak"}}, Localised: &yes, Languages: []string{"en", "nl", "no"},
		Open: []models.Dependency{{Name: "PostgreSQL", VersionMin: "15"}, {Name: "Redis", Version: "7", Optional: true}}, Proprietary: []models.Dependency{{Name: "Oracle", VersionMin: "19", VersionMax: "21.0"}}, Hardware: []models.Dependency{{Name: "Card reader"}},
		LaborHours: &hours, UsageTypes: []string{"openSource"}, Kept: map[string]string{"x-local.team": `"blue"`},
	}
}

func TestADescriptionIsWrittenInTheOrderOfTheStandard(t *testing.T) {
	content, losses := Write(whole())
	testkit.Golden(t, "whole.yml", content)
	var said strings.Builder
	for _, l := range losses {
		said.WriteString(string(l.Kind) + "\t" + l.Key + "\t" + l.What + "\n")
	}
	testkit.Golden(t, "whole.losses.tsv", []byte(said.String()))
}

func TestNothingStatedIsAFileThatNamesEachGap(t *testing.T) {
	content, losses := Write(&models.Description{})
	testkit.Golden(t, "empty.yml", content)
	if models.NoGaps(losses) {
		t.Error("an empty file is said to be complete")
	}
	var read map[string]any
	if err := yaml.Unmarshal(content, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"publiccodeYmlVersion": "0.7"}, read); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsStatedIsSaidInTheWordsOfTheStandardOrNamed(t *testing.T) {
	tests := map[string]struct {
		change func(*models.Description)
		want   models.Loss
		has    string
	}{
		"several licences without a word between them are a gap": {func(d *models.Description) { d.License, d.Licenses = "", []string{"MIT", "Apache-2.0"} },
			models.Loss{Key: "legal.license", Kind: models.LossGap, What: "An SPDX expression. MIT, Apache-2.0 are stated without saying whether one may choose (OR) or all hold (AND)."}, "# Fill in legal.license"},
		"one licence of several is the licence": {func(d *models.Description) { d.License, d.Licenses = "", []string{"MIT"} }, models.Loss{}, "license: MIT"},
		"a name that everybody knows becomes its identifier": {func(d *models.Description) { d.License = "Apache License 2.0" },
			models.Loss{Key: "legal.license", Kind: models.LossChanged, What: `"Apache License 2.0" is said as Apache-2.0.`}, "license: Apache-2.0"},
		"a word that is no licence is a gap":                     {func(d *models.Description) { d.License = "Other" }, models.Loss{Key: "legal.license", Kind: models.LossGap, What: `An SPDX expression such as EUPL-1.2. "Other" is none.`}, "# Fill in legal.license"},
		"a status of code.json becomes one of the standard":      {func(d *models.Description) { d.Status = "Production" }, models.Loss{Key: "developmentStatus", Kind: models.LossChanged, What: `"Production" is said as stable.`}, "developmentStatus: stable"},
		"a status of repostatus.org becomes one of the standard": {func(d *models.Description) { d.Status = "https://www.repostatus.org/#wip" }, models.Loss{Key: "developmentStatus", Kind: models.LossChanged, What: `"https://www.repostatus.org/#wip" is said as development.`}, "developmentStatus: development"},
		"an organisation without a URI is dropped by name":       {func(d *models.Description) { d.Organisation = models.Party{Name: "Oak"}; d.RepoOwner = "" }, models.Loss{Key: "organisation.name", Kind: models.LossDropped, What: "The standard wants a URI beside the name, and none is known for Oak; left out."}, ""},
		"contractors of software kept by its owner are dropped":  {func(d *models.Description) { d.Maintenance = "internal" }, models.Loss{Key: "maintenance.contractors", Kind: models.LossDropped, What: "Only software that is kept under contract may name contractors; left out."}, "type: internal"},
		"software kept under contract wants its contractors":     {func(d *models.Description) { d.Contractors = nil }, models.Loss{Key: "maintenance.contractors", Kind: models.LossGap, What: "Who keeps the software under contract: name, and until when."}, "# Fill in maintenance.contractors"},
		"software kept by its owner wants somebody to ask":       {func(d *models.Description) { d.Maintenance, d.Contacts = "internal", nil }, models.Loss{Key: "maintenance.contacts", Kind: models.LossGap, What: "The name of at least one person who keeps the software."}, "# Fill in maintenance.contacts"},
		"an address without a host is left out":                  {func(d *models.Description) { d.LandingURL = "case-desk" }, models.Loss{Key: "landingURL", Kind: models.LossDropped, What: `"case-desk" is not a web address, which the standard asks for; left out.`}, ""},
		"one origin is a word and not a list":                    {func(d *models.Description) { d.BasedOn = d.BasedOn[:1] }, models.Loss{}, `isBasedOn: "https://git.example/old/desk"`},
		"a language without features asks for them": {func(d *models.Description) {
			d.Texts = map[string]models.DescriptionText{"en": {Short: "x"}, "fr": {Short: "y"}}
		}, models.Loss{Key: "description.en.features", Kind: models.LossGap, What: "A list of what the software can do."}, "# Fill in description.en.longDescription"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := whole()
			test.change(d)
			content, losses := Write(d)
			if !strings.Contains(string(content), test.has) {
				t.Errorf("%q is not in\n%s", test.has, content)
			}
			found := test.want == models.Loss{}
			for _, l := range losses {
				found = found || l == test.want
			}
			if !found {
				t.Errorf("%v is not among %v", test.want, losses)
			}
			var read map[string]any
			if err := yaml.Unmarshal(content, &read); err != nil {
				t.Errorf("%v in\n%s", err, content)
			}
		})
	}
}

func FuzzAnyTextReadsBackAsItWas(f *testing.F) {
	seeds, err := filepath.Glob("testdata/texts/*")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, s := range seeds {
		text, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "en")
	}
	for _, s := range []string{"", "no", "1.0", "a: b", "# a", "- a", "a #b", "'", "\"", "\\", "é", "a\u2028b", "x\u0085", "\ufeff", "\xff", "a\tb", "\ta", " a", "a ", "a\n", "a\n\n", "\n", "a\r\nb", "{a}", "~", "=", "<<", "|", "?", "a\n  b\nc", "\U0001F600"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, key string) {
		text, key = strings.ToValidUTF8(text, "\uFFFD"), strings.ToValidUTF8(key, "\uFFFD")
		if key == "" || key == "word" { // a key stands once
			key += "k"
		}
		p := &page{}
		p.section("top", func(p *page) {
			p.word("word", "w"+text)
			p.section(key, func(p *page) {
				p.text("text", text)
				p.list("list", []string{text, text})
				p.items("items", 2, func(p *page, _ int) {
					p.line("name: " + scalar(text))
					p.text("long", text)
				})
			})
		})
		p.word("after", "x")
		one := map[string]any{"name": text}
		inner := map[string]any{"list": []any{text, text}, "items": []any{one, one}}
		if text != "" {
			one["long"], inner["text"] = text, text
		}
		top := map[string]any{"word": "w" + text}
		top[key] = inner
		want := map[string]any{"top": top, "after": "x"}
		var got map[string]any
		if err := yaml.Unmarshal([]byte(p.out.String()), &got); err != nil {
			t.Fatalf("%v in\n%s", err, p.out.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", diff, p.out.String())
		}
	})
}
