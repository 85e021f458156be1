package checklists_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

func TestEveryStandardSaysItsVersionAndSourceAndEveryQuestionIsWhole(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, s := range checklists.Standards() {
		if !slug.MatchString(s.ID) || s.Name == "" || s.Short == "" || s.Publisher == "" || s.Version == "" || s.Source == "" || s.License == "" || s.About == "" || s.Questions == "" || s.FreshMonths < 1 {
			t.Errorf("%s is not whole: %+v", s.ID, s)
		}
		if _, err := time.Parse(time.DateOnly, s.On); err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
		seen := map[string]bool{}
		for _, in := range s.Indicators {
			if !slug.MatchString(in.ID) || seen[in.ID] || in.Title == "" || in.Asks == "" || in.Evidence == "" {
				t.Errorf("%s %s is not whole, or there twice: %+v", s.ID, in.ID, in)
			}
			seen[in.ID] = true
			for _, key := range in.Finds {
				if !slices.Contains(checklists.Keys(), key) {
					t.Errorf("%s %s looks for %q, which nothing finds", s.ID, in.ID, key)
				}
			}
			for _, r := range in.Requirements {
				if !slices.Contains([]checklists.Level{checklists.Must, checklists.Should, checklists.May}, r.Level) || r.Text == "" {
					t.Errorf("%s %s requires %+v", s.ID, in.ID, r)
				}
			}
			if found, ok := s.Indicator(in.ID); !ok || found != in {
				t.Errorf("%s %s is not found", s.ID, in.ID)
			}
		}
	}
}

func TestTheStandardsHaveTheirQuestions(t *testing.T) {
	for id, want := range map[string]struct {
		version   string
		questions int
	}{"dpg": {"1.1.6", 11}, "standard-for-public-code": {"0.8.1", 16}} {
		s, ok := checklists.ByID(id)
		if !ok || s.Version != want.version || len(s.Indicators) != want.questions {
			t.Errorf("%s: %+v", id, s)
		}
	}
	if _, ok := checklists.ByID("nothing"); ok {
		t.Error("a standard that there is none of")
	}
	if _, ok := checklists.Standards()[0].Indicator("99"); ok {
		t.Error("a question that there is none of")
	}
}

func TestEverythingThatCanBeFoundIsAskedForBySomeQuestion(t *testing.T) {
	asked := map[string]bool{}
	for _, s := range checklists.Standards() {
		for _, in := range s.Indicators {
			for _, key := range in.Finds {
				asked[key] = true
			}
		}
	}
	for _, key := range checklists.Keys() {
		if !asked[key] {
			t.Errorf("nobody asks for %q", key)
		}
	}
}

// caseDesk is software of which much is known.
func caseDesk() *checklists.Facts {
	yes := true
	return &checklists.Facts{
		Asset: &models.Asset{Name: "Case Desk", License: "EUPL-1.2 OR LicenseRef-house"}, Licenses: licenses.Embedded(), SDGs: []models.AssetSDG{{Goal: 16, Relevance: "Courts keep their cases."}}, Releases: 2, Agencies: 3,
		Repositories: []models.Repository{
			{URL: "https://github.com/gov/case-desk.git", Host: models.GitHub, Visibility: models.VisiblePublic, State: models.RepositoryHere, DefaultBranch: "main", Path: "publiccode.yml", Valid: true, Fork: models.NoFork,
				Description: &models.Description{Format: models.PublicCode, Status: "stable", Roadmap: "https://desk.example.gov/roadmap", LandingURL: "javascript:alert(1)", Localised: &yes, Supports: []string{"alias:gdpr"}, RepoOwner: "Ministry of Health",
					Proprietary: []models.Dependency{{Name: "Oracle"}, {Name: "Optional thing", Optional: true}},
					Texts:       map[string]models.DescriptionText{"en": {Short: "Keeps cases.", Documentation: "https://desk.example.gov/docs"}, "fr": {Documentation: "https://desk.example.gov/docs"}}},
				Tree: models.Tree{Security: ".github/SECURITY.md", Conduct: "CODE OF CONDUCT.md", CI: true, LicenseFiles: []models.LicenseFile{{Path: "LICENSE", Expression: "EUPL-1.2"}}}},
			{URL: "https://git.example.gov/copy", Fork: models.Mirror, State: models.RepositoryHere, Tree: models.Tree{Readme: "README.md"}},
			{URL: "https://git.example.gov/gone", Fork: models.NoFork, State: models.RepositoryGone, Tree: models.Tree{Readme: "README.md"}},
		}}
}

func TestWhatTheRegisterKnowsIsFoundBesideTheQuestion(t *testing.T) {
	dpg, _ := checklists.ByID("dpg")
	code, _ := checklists.ByID("standard-for-public-code")
	for _, tc := range []struct {
		name     string
		standard *checklists.Standard
		question string
		want     []checklists.Found
	}{
		{"the goals that were named", dpg, "1", []checklists.Found{{Key: "sdgs", Says: "Goal 16, Peace, Justice and Strong Institutions: Courts keep their cases."}}},
		{"a licence of which one branch is approved, with the list's version, and its file", dpg, "2", []checklists.Found{
			{Key: "license-osi", Says: "Its licence EUPL-1.2 OR LicenseRef-house is approved by the OSI, by SPDX list " + licenses.ListVersion().Number + "."},
			{Key: "license-file", Says: "A licence file is in the repository: LICENSE, with the text of EUPL-1.2.", Link: "https://github.com/gov/case-desk/blob/main/LICENSE"}}},
		{"the owner that the publisher names", dpg, "3", []checklists.Found{{Key: "owner", Says: "Its publisher names as owner: Ministry of Health.", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml"}}},
		{"what it needs that is closed speaks against it; what it can do without does not", dpg, "4", []checklists.Found{{Key: "closed-parts", Says: "It needs something proprietary: Oracle.", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml", Against: true}}},
		{"the documentation once, and no README of copies and of what is gone", dpg, "5", []checklists.Found{{Key: "documentation", Says: "Its documentation is named in publiccode.yml.", Link: "https://desk.example.gov/docs"}}},
		{"nothing where nothing is known", dpg, "7", nil},
		{"a file with spaces in its name", dpg, "9c", []checklists.Found{{Key: "conduct", Says: "A code of conduct is in the repository: CODE OF CONDUCT.md.", Link: "https://github.com/gov/case-desk/blob/main/CODE%20OF%20CONDUCT.md"}}},
		{"no link that is none", code, "make-the-codebase-findable", []checklists.Found{
			{Key: "publiccode", Says: "A publiccode.yml that keeps to its standard is in the repository.", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml"},
			{Key: "short-description", Says: "A short description in en: “Keeps cases.”", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml"}}},
		{"who runs it", code, "make-the-codebase-reusable-and-portable", []checklists.Found{{Key: "several-agencies", Says: "3 agencies run it in production."}, {Key: "localised", Says: "Its publisher says that it can be translated.", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml"},
			{Key: "closed-parts", Says: "It needs something proprietary: Oracle.", Link: "https://github.com/gov/case-desk/blob/main/publiccode.yml", Against: true}}},
	} {
		in, ok := tc.standard.Indicator(tc.question)
		if !ok {
			t.Fatal(tc.question)
		}
		if diff := cmp.Diff(tc.want, in.Find(caseDesk())); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestNothingIsFoundOfSoftwareOfWhichNothingIsKnown(t *testing.T) {
	for _, s := range checklists.Standards() {
		for _, in := range s.Indicators {
			if found := in.Find(&checklists.Facts{Asset: &models.Asset{}, Licenses: licenses.Embedded(), Repositories: []models.Repository{{}}}); len(found) != 0 {
				t.Errorf("%s %s: %+v", s.ID, in.ID, found)
			}
		}
	}
}

func TestALicenceIsApprovedWhenAllItsPartsAre(t *testing.T) {
	dpg, _ := checklists.ByID("dpg")
	in, _ := dpg.Indicator("2")
	for license, want := range map[string]int{"MIT": 1, "MIT AND EUPL-1.2": 1, "MIT AND LicenseRef-house": 0, "CC-BY-4.0": 0, "GPL-2.0-only WITH Classpath-exception-2.0": 1, "": 0, "free for all": 0} {
		f := &checklists.Facts{Asset: &models.Asset{License: license}, Licenses: licenses.Embedded()}
		if got := len(in.Find(f)); got != want {
			t.Errorf("%q: found %d, want %d", license, got, want)
		}
	}
}
