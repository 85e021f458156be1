package ocds_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/internal/testkit/cases"
)

func of(c *dossier.Case) *ocds.Case {
	return &ocds.Case{Case: c, Prefix: "ocds-h6vhtk", Language: "en", Page: "https://decisions.example.gov/" + c.Decision.Ref}
}

func packed() *ocds.Package {
	return &ocds.Package{URI: "https://decisions.example.gov/ocds/package.json", At: cases.At(100), Publisher: ocds.Publisher{Name: "National OSPO", URI: "https://ospo.example.gov", Scheme: "TT-GOV", UID: "12"},
		License: "https://creativecommons.org/publicdomain/zero/1.0/", Policy: "https://ospo.example.gov/open-data", Extension: "https://decisions.example.gov/ocds/extension/extension.json"}
}

// bought are the cases in which money is spent and which the public is told.
func bought() map[string]*dossier.Case {
	list := cases.Named()
	for _, other := range []string{"free adoption", "remediation", "release", "not public"} {
		delete(list, other)
	}
	return list
}

type failer interface {
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

func compiled(t testing.TB, file string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(file, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checks are the rules of the standard: its own schemas, plain and patched by the extension; the stricter schema; the codelists; the extension.
type checks struct {
	standard, extension *jsonschema.Schema
	official            map[string][]*jsonschema.Schema // by what a package is of
	codes               map[string][]string
}

const schemas = "https://standard.open-contracting.org/schema/1__1__5/"

// official compiles the schemas of the standard, with the definitions of a release changed by a JSON merge patch.
func official(t testing.TB, patch any) map[string]*jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, name := range []string{"release-schema.json", "release-package-schema.json", "record-package-schema.json", "versioned-release-validation-schema.json"} {
		text, err := os.ReadFile("testdata/schema/" + name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if name == "release-schema.json" {
			doc = merged(doc, patch)
		}
		if err := c.AddResource(schemas+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]*jsonschema.Schema{"releases": c.MustCompile(schemas + "release-package-schema.json"), "records": c.MustCompile(schemas + "record-package-schema.json")}
}

// merged is RFC 7396, which is how extensions of the standard change its schema.
func merged(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for key, change := range changes {
		if change == nil {
			delete(object, key)
		} else {
			object[key] = merged(object[key], change)
		}
	}
	return object
}

func rules(t testing.TB) *checks {
	t.Helper()
	text, err := os.ReadFile("testdata/standard.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	own, err := fs.ReadFile(ocds.Extension(), "oss-decision.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	patch, err := fs.ReadFile(ocds.Extension(), "release-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	change, err := jsonschema.UnmarshalJSON(bytes.NewReader(patch))
	if err != nil {
		t.Fatal(err)
	}
	k := &checks{compiled(t, "standard.json", text), compiled(t, "oss-decision.json", own), map[string][]*jsonschema.Schema{}, map[string][]string{}}
	for _, set := range []map[string]*jsonschema.Schema{official(t, map[string]any{}), official(t, change)} {
		for of, schema := range set {
			k.official[of] = append(k.official[of], schema)
		}
	}
	files, err := filepath.Glob("testdata/codelists/*.csv")
	if err != nil || len(files) < 13 {
		t.Fatalf("the codelists are not there: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for _, row := range rows[1:] {
			name := strings.TrimSuffix(filepath.Base(f), ".csv")
			k.codes[name] = append(k.codes[name], row[0])
		}
	}
	return k
}

// lists says by which codelist the codes of a field are; in open ones codes of our own begin with x_.
func (k *checks) lists(path string) string {
	for end, list := range map[string]string{"/tag/": "releaseTag", "/initiationType": "initiationType", "tender/status": "tenderStatus", "/procurementMethod": "method", "/mainProcurementCategory": "procurementCategory",
		"/awards/status": "awardStatus", "/contracts/status": "contractStatus", "/milestones/status": "milestoneStatus", "/currency": "currency", "/roles/": "partyRole", "/relationship/": "relatedProcess",
		"/relatedProcesses/scheme": "relatedProcessScheme", "/awardCriteria": "awardCriteria"} {
		if strings.HasSuffix(path, end) {
			return list
		}
	}
	return ""
}

// walk looks at every value of a document: nothing is empty, every code is of its list.
func (k *checks) walk(t failer, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			t.Errorf("%s is empty", path)
		}
		for key, one := range v {
			if key == "versionedRelease" {
				continue
			}
			if key == "oss_decision" {
				if err := k.extension.Validate(one); err != nil {
					t.Errorf("the extension: %v", err)
				}
			}
			k.walk(t, path+"/"+key, one)
		}
	case []any:
		if len(v) == 0 {
			t.Errorf("%s is empty", path)
		}
		for _, one := range v {
			if _, object := one.(map[string]any); object {
				k.walk(t, path, one)
			} else {
				k.walk(t, path+"/", one)
			}
		}
	case string:
		if strings.TrimSpace(v) == "" {
			t.Errorf("%s is an empty text", path)
		}
		if list := k.lists(path); list != "" && !slices.Contains(k.codes[list], v) && !strings.HasPrefix(v, "x_") {
			t.Errorf("%s: %q is not in the codelist %s", path, v, list)
		}
	case nil:
		t.Errorf("%s is null", path)
	}
}

func (k *checks) valid(t failer, out []byte) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	if err := k.standard.Validate(doc); err != nil {
		t.Fatalf("not valid: %v", err)
	}
	for of, list := range k.official {
		if _, packs := doc.(map[string]any)[of]; !packs {
			continue
		}
		for _, schema := range list {
			if err := schema.Validate(doc); err != nil {
				t.Fatalf("not valid by the standard's own schema: %v", err)
			}
		}
	}
	k.walk(t, "", doc)
}

func TestTheSchemasOfTheStandardRefuseWhatIsNoPackage(t *testing.T) {
	k := rules(t)
	out, _ := told(t, of(cases.Full()))
	for name, change := range map[string]func(release map[string]any){
		"a tag of nobody": func(r map[string]any) { r["tag"] = []any{"soon"} },
		"no identifier":   func(r map[string]any) { delete(r, "id") },
		"a date in words": func(r map[string]any) { r["date"] = "yesterday" },
		"a model of nobody": func(r map[string]any) {
			r["planning"].(map[string]any)["oss_decision"].(map[string]any)["model"] = "luck"
		},
	} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		change(doc.(map[string]any)["releases"].([]any)[0].(map[string]any))
		if k.official["releases"][1].Validate(doc) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func released(t failer, c *ocds.Case, before []byte) []byte {
	out, err := ocds.Release(c, before)
	if err != nil {
		t.Fatalf("no release: %v", err)
	}
	return out
}

func told(t failer, c *ocds.Case) (releases, records []byte) {
	r := released(t, c, nil)
	rec, err := ocds.Record(r)
	if err != nil {
		t.Fatalf("no record: %v", err)
	}
	releases, err = ocds.ReleasePackage(packed(), r)
	if err != nil {
		t.Fatalf("no package: %v", err)
	}
	records, err = ocds.RecordPackage(packed(), rec)
	if err != nil {
		t.Fatalf("no package: %v", err)
	}
	return releases, records
}
