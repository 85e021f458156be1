package packages

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/google/go-cmp/cmp"
)

// purlParts are the components of a purl as the suite writes them.
type purlParts struct {
	Type       *string           `json:"type"`
	Namespace  *string           `json:"namespace"`
	Name       *string           `json:"name"`
	Version    *string           `json:"version"`
	Qualifiers map[string]string `json:"qualifiers"`
	Subpath    *string           `json:"subpath"`
}

type purlCase struct {
	Description     string          `json:"description"`
	TestType        string          `json:"test_type"`
	Input           json.RawMessage `json:"input"`
	ExpectedOutput  json.RawMessage `json:"expected_output"`
	ExpectedFailure bool            `json:"expected_failure"`
}

func TestThePurlSuiteIsReadAsItExpects(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/purl/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("the suite is missing", err)
	}
	ran := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suite struct {
			Tests []purlCase `json:"tests"`
		}
		if err := json.Unmarshal(data, &suite); err != nil {
			t.Fatal(file, err)
		}
		for _, c := range suite.Tests {
			ran++
			got, want := c.outcome(t)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s of %s: %s\n%s", file, c.TestType, c.Input, c.Description, diff)
			}
		}
	}
	if ran < 300 {
		t.Errorf("only %d cases ran", ran)
	}
}

// outcome is what the case gives and what it should give, both as text.
func (c purlCase) outcome(t *testing.T) (got, want string) {
	t.Helper()
	want = "failure"
	if !c.ExpectedFailure {
		want = compact(t, c.ExpectedOutput)
	}
	if c.TestType == "build" {
		var parts purlParts
		if err := json.Unmarshal(c.Input, &parts); err != nil {
			t.Fatal(err)
		}
		u := packageurl.NewPackageURL(value(parts.Type), value(parts.Namespace), value(parts.Name), value(parts.Version), packageurl.QualifiersFromMap(parts.Qualifiers), value(parts.Subpath))
		if err := u.Normalize(); err != nil {
			return "failure", want
		}
		return `"` + u.ToString() + `"`, want
	}
	var text string
	if err := json.Unmarshal(c.Input, &text); err != nil {
		t.Fatal(err)
	}
	p, err := ParsePURL(text)
	if err != nil || len(p.Repairs) > 0 {
		return "failure", want
	}
	if c.TestType == "parse" {
		if !c.ExpectedFailure {
			var parts purlParts
			if err := json.Unmarshal(c.ExpectedOutput, &parts); err != nil {
				t.Fatal(err)
			}
			want = parts.text()
		}
		return purlParts{&p.Type, &p.Namespace, &p.Name, &p.Version, p.Qualifiers, &p.Subpath}.text(), want
	}
	return `"` + p.String() + `"`, want
}

func (p purlParts) text() string {
	words := []string{value(p.Type), value(p.Namespace), value(p.Name), value(p.Version), value(p.Subpath)}
	for _, key := range slices.Sorted(maps.Keys(p.Qualifiers)) {
		words = append(words, key+"="+p.Qualifiers[key])
	}
	return strings.Join(words, " | ")
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return string(raw)
	}
	return `"` + text + `"`
}

func TestAPurlIsTakenApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       PURL
		canonical  string
		base       string
	}{
		{"an npm scope is its namespace", "pkg:npm/@angular/core@16.1.0", PURL{Type: "npm", Namespace: "@angular", Name: "core", Version: "16.1.0"}, "pkg:npm/%40angular/core@16.1.0", "pkg:npm/%40angular/core"},
		{"PyPI names are lower case with hyphens", "pkg:PYPI/Django_Rest@3.0", PURL{Type: "pypi", Name: "django-rest", Version: "3.0"}, "pkg:pypi/django-rest@3.0", "pkg:pypi/django-rest"},
		{"the base has no qualifiers and no subpath", "pkg:golang/google.golang.org/genproto@v1.2.3?os=linux#googleapis/api", PURL{Type: "golang", Namespace: "google.golang.org", Name: "genproto", Version: "v1.2.3", Qualifiers: map[string]string{"os": "linux"}, Subpath: "googleapis/api"}, "pkg:golang/google.golang.org/genproto@v1.2.3?os=linux#googleapis/api", "pkg:golang/google.golang.org/genproto"},
		{"two slashes after the scheme make no difference", "pkg://npm/lodash@4.17.21", PURL{Type: "npm", Name: "lodash", Version: "4.17.21"}, "pkg:npm/lodash@4.17.21", "pkg:npm/lodash"},
		{"qualifiers are sorted", "pkg:deb/debian/libssl3@3.0.7-1?upstream=openssl&arch=amd64", PURL{Type: "deb", Namespace: "debian", Name: "libssl3", Version: "3.0.7-1", Qualifiers: map[string]string{"arch": "amd64", "upstream": "openssl"}}, "pkg:deb/debian/libssl3@3.0.7-1?arch=amd64&upstream=openssl", "pkg:deb/debian/libssl3"},
		{"an escaped ampersand is repaired", "pkg:apk/alpine/zlib@1.2.13-r1?arch=x86_64&amp;distro=3.18", PURL{Type: "apk", Namespace: "alpine", Name: "zlib", Version: "1.2.13-r1", Qualifiers: map[string]string{"arch": "x86_64", "distro": "3.18"}, Repairs: []string{`"&" was escaped as for HTML or JSON.`}}, "pkg:apk/alpine/zlib@1.2.13-r1?arch=x86_64&distro=3.18", "pkg:apk/alpine/zlib"},
		{"the old type of Alpine is repaired", "pkg:alpine/libssl1.1@1.1.1q-r0?upstream=openssl", PURL{Type: "apk", Namespace: "alpine", Name: "libssl1.1", Version: "1.1.1q-r0", Qualifiers: map[string]string{"upstream": "openssl"}, Repairs: []string{`The type "alpine" is not registered; it is read as "apk".`}}, "pkg:apk/alpine/libssl1.1@1.1.1q-r0?upstream=openssl", "pkg:apk/alpine/libssl1.1"},
		{"pip is PyPI", "pkg:pip/requests@2.31.0", PURL{Type: "pypi", Name: "requests", Version: "2.31.0", Repairs: []string{`The type "pip" is not registered; it is read as "pypi".`}}, "pkg:pypi/requests@2.31.0", "pkg:pypi/requests"},
		{"qualifiers that cannot be read are left out", "pkg:npm/a@1?in%20production=true", PURL{Type: "npm", Name: "a", Version: "1", Repairs: []string{"What follows the question mark cannot be read and is left out."}}, "pkg:npm/a@1", "pkg:npm/a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParsePURL(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if got.String() != c.canonical || got.Base() != c.base {
				t.Errorf("canonical %s, base %s; want %s, %s", got, got.Base(), c.canonical, c.base)
			}
		})
	}
}

func TestWhatIsNoPurlIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "npm/lodash@4", "pkg:", "pkg:npm", "pkg:npm/", "pkg:3x/y", "https://example.org/x", "pkg:npm/%zz@1", "pkg:npm/" + strings.Repeat("a", MaxPURLLength)} {
		if p, err := ParsePURL(text); err == nil || !strings.Contains(err.Error(), "package URL") {
			t.Errorf("%q gives %v, %v", clip(text), p, err)
		}
	}
}

func TestAnRPMVersionGetsItsEpochFromTheQualifier(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"pkg:rpm/redhat/openssl@3.0.7-18.el9_2?epoch=1": "1:3.0.7-18.el9_2",
		"pkg:rpm/redhat/openssl@3.0.7-18.el9_2?epoch=0": "3.0.7-18.el9_2",
		"pkg:rpm/redhat/openssl@1:3.0.7-1?epoch=1":      "1:3.0.7-1",
		"pkg:rpm/redhat/openssl?epoch=1":                "",
		"pkg:deb/debian/curl@7.88?epoch=1":              "7.88",
	} {
		p, err := ParsePURL(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.FullVersion(); got != want {
			t.Errorf("%s has version %q, want %q", text, got, want)
		}
	}
}

func TestTheUpstreamOfADistributionPackageIsNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"pkg:deb/debian/libssl3@3.0.7-1?upstream=openssl":                                {"openssl", ""},
		"pkg:deb/debian/cpp@4:10.2.1-1?upstream=gcc-defaults%401.190":                    {"gcc-defaults", "1.190"},
		"pkg:rpm/redhat/openssl-libs@3.0.7-18.el9?upstream=openssl-3.0.7-18.el9.src.rpm": {"openssl", "3.0.7-18.el9"},
		"pkg:rpm/redhat/openssl-libs@3.0.7-18.el9?upstream=odd.src.rpm":                  {"odd", ""},
		"pkg:npm/lodash@1": {"", ""},
	} {
		p, err := ParsePURL(text)
		if err != nil {
			t.Fatal(err)
		}
		name, version := p.Upstream()
		if diff := cmp.Diff(want, [2]string{name, version}); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func FuzzParsePURL(f *testing.F) {
	for _, seed := range []string{"pkg:npm/%40angular/animation@12.3.1", "pkg:alpine/x@1", "pkg:golang/a.b/c@v1#d/e", "pkg:rpm/redhat/a@1?epoch=1&arch=x", "pkg:", "pkg:npm/a@1?x=%zz", "pkg:a/b@%", "pkg:npm/a&amp;b", "pkg:maven/g/a@1?type=jar#../x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePURL(text)
		if err != nil {
			return
		}
		_, _ = p.Upstream()
		_ = p.FullVersion()
		again, err := ParsePURL(p.String())
		if err != nil {
			if len(p.String()) > MaxPURLLength {
				return
			}
			t.Fatalf("%q becomes %q, which cannot be read: %v", text, p, err)
		}
		if again.String() != p.String() || again.Base() != p.Base() {
			t.Errorf("%q becomes %q, then %q", text, p, again)
		}
	})
}
