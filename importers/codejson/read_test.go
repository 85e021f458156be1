package codejson_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/models"
)

func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rules(remarks []models.Remark) []string {
	var out []string
	for _, r := range remarks {
		out = append(out, r.Rule+" "+r.Key)
	}
	return out
}

func TestFilesOfEveryAgeAreRead(t *testing.T) {
	tests := []struct {
		file, agency, version, method string
		kind                          codejson.Kind
		entries                       int
		first, url, license           string
		usage                         []string
		valid                         bool
	}{
		{"inventory-2016.json", "AID", "", "", codejson.Index, 8, "Feedback", "git://github.com/USAID/Feedback.git", "https://path.to/license", []string{"openSource"}, false},
		{"inventory-1.0.1.json", "USAID", "1.0.1", "", codejson.Index, 2, "Save Gmail", "", "", nil, false},
		{"inventory-2.0.0.json", "SBA", "2.0.0", "projects", codejson.Index, 7, "HUBZone Map API", "https://github.com/USSBA/hubzone-api", "Apache License 2.0", []string{"openSource"}, true},
		{"index-2.0.0.json", "TREASURY", "2.0.0", "other", codejson.Index, 6, "data-act-broker-web-app", "https://github.com/fedspendingtransparency/data-act-broker-web-app", "Creative Commons Zero v1.0 Universal", []string{"openSource"}, true},
		{"index-broken-off.json", "GSA", "0.0.1", "projects", codejson.Index, 0, "", "", "", nil, false},
		{"repository-2.0.0.json", "", "", "", codejson.Repository, 1, "scraper", "https://github.com/cisagov/scraper.git", "MIT", []string{"openSource"}, true},
		{"repository-0.1.0.json", "", "", "", codejson.Repository, 1, "automated-codejson-generator", "https://github.com/DSACMS/automated-codejson-generator", "", nil, false},
		{"repository-releases.json", "", "", "", codejson.Repository, 1, "dataRetrieval", "https://code.usgs.gov/water/dataRetrieval.git", "Public Domain, CC0-1.0", []string{"openSource"}, true},
		{"repository-2.1.0.json", "", "", "", codejson.Repository, 1, "gov-codejson", "https://github.com/DSACMS/gov-codejson", "CC0-1.0", []string{"openSource"}, true},
		{"repository-by-hand.json", "", "", "", codejson.Repository, 1, "Shiva", "https://github.com/advanced-microcode-patching/shiva", "MIT", []string{"openSource"}, false},
		{"repository-null-licenses.json", "", "", "", codejson.Repository, 1, "BARDA-10", "https://github.com/HHS/BARDA-10.git", "", []string{"openSource"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			f, remarks := codejson.Read(load(t, tt.file))
			if f == nil {
				t.Fatalf("nothing was read: %v", remarks)
			}
			if got := models.Valid(remarks); got != tt.valid {
				t.Errorf("valid = %v, want %v: %v", got, tt.valid, rules(remarks))
			}
			type head struct {
				Kind                          codejson.Kind
				Agency, Version, Method       string
				Entries                       int
				First, URL, License, Stranger string
				Usage                         []string
			}
			got := head{Kind: f.Kind, Agency: f.Agency, Version: f.Version, Method: f.Method, Entries: len(f.Descriptions)}
			if len(f.Descriptions) > 0 {
				d := f.Descriptions[0]
				got.First, got.URL, got.License, got.Usage = d.Name, d.URL, d.License, d.UsageTypes
			}
			want := head{Kind: tt.kind, Agency: tt.agency, Version: tt.version, Method: tt.method, Entries: tt.entries, First: tt.first, URL: tt.url, License: tt.license, Usage: tt.usage}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpellingsOfAnyAgeMeanTheSame(t *testing.T) {
	const frame = `{"name":"n","description":"d","repositoryURL":"https://example.org/r","contact":{"email":"a@example.org"},`
	tests := []struct {
		name, members string
		want          models.Description // only what the case is about
		remarks       []string
	}{
		{"usage as one text", `"permissions":{"usageType":"openSource"}`, models.Description{UsageTypes: []string{"openSource"}}, nil},
		{"usage as a list with two exemptions", `"permissions":{"usageType":["exemptByFOIA","exemptByCIO"]}`, models.Description{UsageTypes: []string{"exemptByFOIA", "exemptByCIO"}}, nil},
		{"usage in another case", `"permissions":{"usageType":"OpenSource"}`, models.Description{UsageTypes: []string{"openSource"}}, []string{"spelling permissions.usageType[0]"}},
		{"an unknown usage is kept and named", `"permissions":{"usageType":"free"}`, models.Description{UsageTypes: []string{"free"}}, []string{"unknown-value permissions.usageType[0]"}},
		{"an exemption of schema 1.0", `"openSourceProject":0,"exemption":3`, models.Description{UsageTypes: []string{"exemptByAgencySystem"}, Kept: map[string]string{"exemption": "3"}}, nil},
		{"a project of schema 1.0 for government", `"openSourceProject":0,"governmentWideReuseProject":1`, models.Description{UsageTypes: []string{"governmentWideReuse"}}, nil},
		{"licences as texts", `"permissions":{"usageType":"openSource","licenses":["MIT","Apache-2.0"]}`, models.Description{UsageTypes: []string{"openSource"}, Licenses: []string{"MIT", "Apache-2.0"}}, nil},
		{"a licence as one text", `"permissions":{"usageType":"openSource","license":"MIT"}`, models.Description{UsageTypes: []string{"openSource"}, License: "MIT"}, nil},
		{"a licence as an object with an address", `"permissions":{"usageType":"openSource","licenses":{"name":null,"URL":"https://example.org/mit"}}`,
			models.Description{UsageTypes: []string{"openSource"}, License: "https://example.org/mit", Kept: map[string]string{"permissions.licenses": `{"name":null,"URL":"https://example.org/mit"}`}}, nil},
		{"a licence outside of permissions", `"permissions":{"usageType":"openSource","licenses":null},"license":"MIT"`, models.Description{UsageTypes: []string{"openSource"}, License: "MIT"}, nil},
		{"a template that nobody filled in", `"permissions":{"usageType":"openSource"},"homepageURL":"https://github.com/{{ org }}/{{ name }}"`,
			models.Description{UsageTypes: []string{"openSource"}, Kept: map[string]string{"homepageURL": `"https://github.com/{{ org }}/{{ name }}"`}}, []string{"bad-url homepageURL"}},
		{"permissions that are null", `"permissions":null`, models.Description{}, []string{"missing-key permissions.usageType"}},
		{"hours in quotation marks", `"permissions":{"usageType":"openSource"},"laborHours":"1,200"`, models.Description{UsageTypes: []string{"openSource"}, LaborHours: number(1200)}, []string{"wrong-type laborHours"}},
		{"hours below nought", `"permissions":{"usageType":"openSource"},"laborHours":-1`, models.Description{UsageTypes: []string{"openSource"}, Kept: map[string]string{"laborHours": "-1"}}, []string{"negative laborHours"}},
		{"a stage that is ours in another word", `"permissions":{"usageType":"openSource"},"status":"Alpha"`, models.Description{UsageTypes: []string{"openSource"}, Status: "development", Kept: map[string]string{"status": `"Alpha"`}}, nil},
		{"a language as one text", `"permissions":{"usageType":"openSource"},"languages":"Go"`, models.Description{UsageTypes: []string{"openSource"}, ProgrammingLanguages: []string{"Go"}}, []string{"wrong-type languages"}},
		{"tags and languages as objects", `"permissions":{"usageType":"openSource"},"projectTags":[{"tag":"a"},{"tag":""}],"codeLanguage":[{"language":"Go"}]`,
			models.Description{UsageTypes: []string{"openSource"}, Tags: []string{"a"}, ProgrammingLanguages: []string{"Go"}}, nil},
		{"a bare date and one without noughts", `"permissions":{"usageType":"openSource"},"date":{"created":"2014-4-5","lastModified":"2015-02-03T04:05:06.7Z"}`,
			models.Description{UsageTypes: []string{"openSource"}, CreatedOn: day("2014-04-05"), ModifiedOn: day("2015-02-03")}, []string{"date-form date.created"}},
		{"a day that is none is kept", `"permissions":{"usageType":"openSource"},"date":{"created":"last spring"}`,
			models.Description{UsageTypes: []string{"openSource"}, Kept: map[string]string{"date.created": `"last spring"`}}, []string{"bad-date date.created"}},
		{"code of others by either name", `"permissions":{"usageType":"openSource"},"relatedCode":[{"codeName":"c","codeURL":"https://example.org/c","isGovernmentRepo":true},{"name":"","URL":""}],"reusedCode":[{"name":"r"}]`,
			models.Description{UsageTypes: []string{"openSource"}, RelatedCode: []models.RelatedCode{{Name: "c", URL: "https://example.org/c", Government: truth()}}, ReusedCode: []models.RelatedCode{{Name: "r"}}}, nil},
		{"ways to answer as a list", `"permissions":{"usageType":"openSource"},"feedbackMechanisms":["https://example.org/issues","mailto:a@example.org"]`,
			models.Description{UsageTypes: []string{"openSource"}, Feedback: "https://example.org/issues", Kept: map[string]string{"feedbackMechanisms": `["https://example.org/issues","mailto:a@example.org"]`}}, nil},
		{"a day in the spelling of the first schemas of CMS", `"permissions":{"usageType":"openSource"},"date":{"metaDataLastUpdated":"2026-01-02T03:04:05+0000"}`,
			models.Description{UsageTypes: []string{"openSource"}, MetadataOn: day("2026-01-02")}, nil},
		{"members without a place are kept", `"permissions":{"usageType":"openSource"},"vcs":"git","x":{"y":[1, 2]}`,
			models.Description{UsageTypes: []string{"openSource"}, Kept: map[string]string{"vcs": `"git"`, "x": `{"y":[1,2]}`}}, []string{"unknown-key x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, remarks := codejson.Read([]byte(frame + tt.members + "}"))
			if f == nil || len(f.Descriptions) != 1 {
				t.Fatalf("read %v, %v", f, remarks)
			}
			tt.want.Format, tt.want.Name, tt.want.URL = models.CodeJSON, "n", "https://example.org/r"
			tt.want.Texts = map[string]models.DescriptionText{"en": {Short: "d"}}
			tt.want.Contacts = []models.Contact{{Email: "a@example.org"}}
			if diff := cmp.Diff(tt.want, f.Descriptions[0], cmp.Comparer(func(a, b models.Date) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.remarks, rules(remarks)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCodeThatIsClosedNeedsNoAddress(t *testing.T) {
	f, remarks := codejson.Read([]byte(`{"name":"n","description":"d","repositoryURL":"private","permissions":{"usageType":["exemptByFOIA"],"exemptionText":"Why."},"contact":{"email":"a@example.org"}}`))
	d := f.Descriptions[0]
	if d.URL != "" || d.Private == nil || !*d.Private || d.ExemptionText != "Why." || len(remarks) != 0 {
		t.Errorf("got %+v with %v", d, remarks)
	}
}

func TestABareListOfReleasesOfOneRepositoryDescribesIt(t *testing.T) {
	release := func(url, version, day string) string {
		return `{"name":"Gauge","version":"` + version + `","repositoryURL":"` + url + `","permissions":{"usageType":"openSource"},"date":{"metadataLastUpdated":"` + day + `"}}`
	}
	const code = "https://code.example.gov/water/gauge.git"
	for name, c := range map[string]struct {
		list    []string
		kind    codejson.Kind
		version string
		kept    int
	}{
		"one entry":                          {[]string{release(code, "1", "2026-01-01")}, codejson.Repository, "1", 0},
		"releases, the newest in the middle": {[]string{release(code, "main", "2025-01-01"), release("https://code.example.gov/water/gauge", "2", "2026-01-01T10:00:00-0500"), release(code, "1", "2024-01-01")}, codejson.Repository, "2", 2},
		"two pieces of software":             {[]string{release(code, "1", "2026-01-01"), release("https://code.example.gov/water/flow.git", "1", "2026-01-01")}, codejson.Index, "1", 0},
		"releases without an address":        {[]string{release("", "1", "2026-01-01"), release("", "2", "2026-01-01")}, codejson.Index, "1", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f, remarks := codejson.Read([]byte("[" + strings.Join(c.list, ",") + "]"))
			if f == nil || f.Kind != c.kind || f.Descriptions[0].SoftwareVersion != c.version || len(f.Descriptions[0].Kept) != c.kept {
				t.Fatalf("read %+v, %v", f, remarks)
			}
			if !slices.Contains(rules(remarks), "list-of-releases ") {
				t.Errorf("remarks are %v", remarks)
			}
		})
	}
}

func TestOneBadEntryLeavesTheOthers(t *testing.T) {
	f, remarks := codejson.Read([]byte(`{"agency":"A","version":"2.0.0","releases":[7,null,{},{"name":"a","permissions":{"usageType":"openSource"}},[],{"x":1},{"name":"b","perm`))
	if len(f.Descriptions) != 1 || f.Descriptions[0].Name != "a" {
		t.Errorf("read %v", f.Descriptions)
	}
	for _, want := range []string{"wrong-type releases[0]", "wrong-type releases[1]", "nothing-described releases[2]", "wrong-type releases[4]", "nothing-described releases[5]", "cut-off releases[6]"} {
		if !slices.Contains(rules(remarks), want) {
			t.Errorf("no remark %s among %v", want, rules(remarks))
		}
	}
}

func TestRemarksSayWhereTheyAre(t *testing.T) {
	_, remarks := codejson.Read([]byte("{\n  \"name\": \"n\",\n  \"permissions\": {\"usageType\": \"é\", \"licenses\": []},\n  \"homepageURL\": \"example\"\n}"))
	i := slices.IndexFunc(remarks, func(r models.Remark) bool { return r.Rule == "bad-url" })
	if i < 0 || remarks[i].Line != 4 || remarks[i].Column != 18 {
		t.Errorf("got %+v", remarks)
	}
}

func TestWhatIsNoCodeJSONIsSaid(t *testing.T) {
	for text, rule := range map[string]string{"": "empty", "{}": "nothing-described", "7": "not-an-object", "<html>": "broken-json", "{\"a\":": "nothing-described"} {
		f, remarks := codejson.Read([]byte(text))
		if f != nil || len(remarks) == 0 || !slices.ContainsFunc(remarks, func(r models.Remark) bool { return r.Rule == rule }) {
			t.Errorf("%q: %v, %v", text, f, remarks)
		}
	}
}

func number(n float64) *float64 { return &n }
func truth() *bool              { b := true; return &b }
func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`[{"name":["a"],"permissions":{"licenses":[{"name":{}}],"usageType":[[]]},"date":[1],"contact":"x","partners":{"a":1},"relatedCode":"https://x"}]`))
	f.Add([]byte(strings.Repeat(`{"releases":[`, 70)))
	f.Fuzz(func(t *testing.T, content []byte) {
		before := bytes.Clone(content)
		file, remarks := codejson.Read(content)
		if !bytes.Equal(before, content) {
			t.Fatal("the content was changed")
		}
		if file == nil && models.Valid(remarks) {
			t.Fatal("nothing was read and nothing was said")
		}
		for _, r := range remarks {
			if r.Rule == "" || r.Message == "" || r.Severity == "" || r.Line < 0 {
				t.Fatalf("a remark without words: %+v", r)
			}
		}
	})
}
