package opencatalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/importers/opencatalog"
	"github.com/ospo-register/ospo/models"
)

const answer = `{"data":[
 {"id":"1","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-02-03T04:05:06.789Z","url":"https://code.example.org/permits.git","aliases":["https://old.example.org/permits"],
  "publiccodeYml":"publiccodeYmlVersion: \"0.7\"\nname: Permits\nurl: https://code.example.org/permits.git\n","active":true,"vitality":"1,2,3"},
 {"id":"2","url":"https://code.example.org/broken","publiccodeYml":"[","active":false},
 {"id":"3","url":"https://code.example.org/bare.git"},
 {"id":"4"}, 7],
 "links":{"prev":null,"next":"?page[after]=abc"}}`

func rules(remarks []models.Remark) []string {
	var out []string
	for _, r := range remarks {
		out = append(out, r.Rule+" "+r.Key)
	}
	return out
}

func TestAPageOfSoftwareIsReadEntryByEntry(t *testing.T) {
	page, remarks := opencatalog.ReadSoftware([]byte(answer))
	if diff := cmp.Diff([]string{"missing-key data[3].url", "wrong-type data[4]"}, rules(remarks)); diff != "" {
		t.Error(diff)
	}
	if page.Next != "?page[after]=abc" || len(page.Software) != 3 {
		t.Fatalf("read %+v", page)
	}
	s := page.Software[0]
	if s.Description.Name != "Permits" || s.Description.Format != models.PublicCode || s.Vitality != "1,2,3" || !s.Active || s.Aliases[0] != "https://old.example.org/permits" || !s.UpdatedAt.Equal(time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)) || len(s.Remarks) == 0 {
		t.Errorf("read %+v", s)
	}
	if b := page.Software[1]; b.Active || b.Description.Format != models.OpenCatalog || b.Description.Name != "broken" || len(b.Remarks) == 0 {
		t.Errorf("read %+v", b)
	}
	if b := page.Software[2]; b.Description.Name != "bare" || b.Description.URL != "https://code.example.org/bare.git" {
		t.Errorf("read %+v", b)
	}
}

func TestPublishersAreReadFromAnswersAndLists(t *testing.T) {
	want := []opencatalog.Publisher{{ID: "c", Name: "City", Active: true, Hostings: []opencatalog.Hosting{{URL: "https://code.example.org/city", Group: true}, {URL: "https://code.example.org/x/permits"}}}}
	for name, text := range map[string]string{
		"an answer":               `{"data":[{"id":"c","description":"City","codeHosting":[{"url":"https://code.example.org/city","group":true},{"url":"https://code.example.org/x/permits","group":false}],"active":true}],"links":{}}`,
		"a bare list":             `[{"id":"c","name":"City","orgs":["https://code.example.org/city"],"repos":["https://code.example.org/x/permits"]}]`,
		"the YAML of a crawler":   "# list\n---\n\n- name: \"City\"\n  id: \"c\"\n  orgs:\n    - \"https://code.example.org/city\"\n  repos:\n    - https://code.example.org/x/permits\n",
		"the same below a key":    "publishers:\n- id: c\n  name: City\n  organizations: [https://code.example.org/city]\n  repositories: [https://code.example.org/x/permits]\n",
		"with a publisher broken": `{"data":[{"id":"c","description":"City","codeHosting":[{"url":"https://code.example.org/city"},{"url":"https://code.example.org/x/permits","group":false}]},{},[]]}`,
	} {
		t.Run(name, func(t *testing.T) {
			page, remarks := opencatalog.ReadPublishers([]byte(text))
			if page == nil {
				t.Fatal(remarks)
			}
			if diff := cmp.Diff(want, page.Publishers); diff != "" {
				t.Error(remarks, diff)
			}
		})
	}
}

func TestListsOfAddressesAreReadInAnyForm(t *testing.T) {
	const file, repo, group = "https://code.example.org/permits/raw/publiccode.yml", "https://code.example.org/permits", "https://code.example.org/city"
	for name, tt := range map[string]struct {
		text string
		want opencatalog.List
	}{
		"one a line":           {"# list\n" + file + "\n\n" + repo + " # ours\r\n" + repo + "\n", opencatalog.List{Files: []string{file}, Repos: []string{repo}}},
		"a list in JSON":       {`["` + file + `","` + repo + `"]`, opencatalog.List{Files: []string{file}, Repos: []string{repo}}},
		"objects in JSON":      {`[{"url":"` + repo + `","publiccode":"` + file + `"}]`, opencatalog.List{Files: []string{file}}},
		"a list in YAML":       {"- " + file + "\n- " + repo + "\n", opencatalog.List{Files: []string{file}, Repos: []string{repo}}},
		"a list of publishers": {"- id: c\n  orgs:\n  - " + group + "\n  repos: [" + repo + "]\n", opencatalog.List{Repos: []string{repo}, Groups: []string{group}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, remarks := opencatalog.ReadAddresses([]byte(tt.text))
			if got == nil || len(remarks) > 0 {
				t.Fatal(remarks)
			}
			if diff := cmp.Diff(&tt.want, got, cmpopts.IgnoreUnexported(opencatalog.List{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	got, remarks := opencatalog.ReadAddresses([]byte(repo + "\nnonsense\n"))
	if len(got.Repos) != 1 || len(remarks) != 1 || remarks[0].Line != 2 {
		t.Errorf("read %+v, %v", got, remarks)
	}
}

func TestWhatIsNoAnswerIsSaid(t *testing.T) {
	for text, rule := range map[string]string{"": "empty", "{}": "not-an-answer", "7": "", "<html>": "", "a: &a [*a]": "unusual-yaml", "a: [" + strings.Repeat("[", 300): "unusual-yaml", strings.Repeat("- ", 300): "unusual-yaml", "- " + strings.Repeat("x", 5<<20): "too-large"} {
		p, remarks := opencatalog.ReadPublishers([]byte(text))
		if p != nil || len(remarks) == 0 || rule != "" && remarks[0].Rule != rule {
			t.Errorf("%.20q: %v, %v", text, p, remarks)
		}
		if p, remarks := opencatalog.ReadSoftware([]byte(text)); p != nil || len(remarks) == 0 {
			t.Errorf("%.20q: %v, %v", text, p, remarks)
		}
		if p, remarks := opencatalog.ReadAddresses([]byte(text)); p != nil || len(remarks) == 0 {
			t.Errorf("%.20q: %v, %v", text, p, remarks)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{answer, "- id: a\n  orgs: [b]\n", "https://a\n#\n", `{"data":[{"codeHosting":{"url":1}}]}`, `["a",{"url":[]}]`, "a: &b\n  <<: *b\n", "? ? ?\n", "%YAML 1.2\n--- !!map {}\n", "- |\n x\n- >-\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if p, remarks := opencatalog.ReadSoftware(content); p == nil && len(remarks) == 0 {
			t.Fatal("no software was read and nothing was said")
		}
		if p, remarks := opencatalog.ReadPublishers(content); p == nil && len(remarks) == 0 {
			t.Fatal("no publishers were read and nothing was said")
		}
		if p, remarks := opencatalog.ReadAddresses(content); p == nil && len(remarks) == 0 {
			t.Fatal("no addresses were read and nothing was said")
		}
	})
}
