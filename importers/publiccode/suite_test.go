package publiccode

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func eachFile(t *testing.T, dir string, take func(name string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yml") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		take(filepath.ToSlash(name), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func failures(remarks []models.Remark) (out []models.Remark) {
	for _, r := range remarks {
		if r.Severity == models.Failure || r.Severity == models.Fatal {
			out = append(out, r)
		}
	}
	return out
}

func warned(remarks []models.Remark) bool {
	return slices.ContainsFunc(remarks, func(r models.Remark) bool { return r.Severity == models.Warning })
}

// The suite judges these by files that are not beside them, or by asking the network.
const byNetwork = "v0/invalid/logo_missing_url.yml"

func TestVerdictsAgreeWithTheReferenceSuite(t *testing.T) {
	// As in the suite's own folder, where a picture is that is none and nothing else.
	tree := fstest.MapFS{"assets/img/not-an-image.png": {Data: []byte("no picture")}}
	n := 0
	eachFile(t, "testdata/suite", func(name string, content []byte) {
		n++
		_, remarks := ReadIn(content, tree)
		sound := len(failures(remarks)) == 0
		switch {
		case name == byNetwork:
			if !sound {
				t.Errorf("%s: nothing but the network tells that this is wrong, and we say %v", name, failures(remarks))
			}
		case strings.HasPrefix(name, "v0/valid/") && (!sound || warned(remarks)):
			t.Errorf("%s is valid without warnings; we say %v", name, remarks)
		case strings.HasPrefix(name, "v0/valid_with_warnings/") && (!sound || !warned(remarks)):
			t.Errorf("%s is valid with warnings; we say %v", name, remarks)
		case strings.Contains(name, "/invalid") && sound:
			t.Errorf("%s is invalid; we say %v", name, remarks)
		}
	})
	if n != 161 {
		t.Errorf("%d cases were read, want 161", n)
	}
}

// where the mistake is, for cases whose name does not tell.
var mistakeAt = map[string]string{
	"it_wrong_case.yml": "It", "it_countryExtensionVersion_invalid.yml": "IT.countryExtensionVersion", "supports_unknown_alias.yml": "supports[0].id", "unknown_field.yml": "foobar", "file_encoding.yml": "", "organisation_wrong_uri.yml": "organisation.uri", "description_invalid_language.yml": "description.xxx",
}

// A name such as maintenance_contractors_email_invalid.yml tells the key and what is wrong with it.
func TestTheMistakeOfEachCaseIsNamedWithItsKeyAndPlace(t *testing.T) {
	eachFile(t, "testdata/suite/v0/invalid", func(name string, content []byte) {
		base := filepath.Base(name)
		if name == filepath.Base(byNetwork) {
			return
		}
		_, remarks := ReadIn(content, fstest.MapFS{"assets/img/not-an-image.png": {Data: []byte("no picture")}})
		found := failures(remarks)
		key, told := mistakeAt[base]
		matches := func(r models.Remark) bool {
			if told {
				return r.Key == key
			}
			bare := strings.ReplaceAll(r.Key, ".", "_")
			for _, index := range []string{"[0]", "[1]", "[2]"} {
				bare = strings.ReplaceAll(bare, index, "")
			}
			return strings.HasPrefix(base, bare+"_")
		}
		i := slices.IndexFunc(found, matches)
		if i < 0 {
			t.Errorf("%s: no remark names the key: %v", name, found)
			return
		}
		if lines := strings.Count(string(content), "\n") + 1; found[i].Line < 1 || found[i].Line > lines || found[i].Column < 1 {
			t.Errorf("%s: the place is %d:%d", name, found[i].Line, found[i].Column)
		}
	})
}

// Cases made for rules that no longer hold: what was valid under version 0.1 and the drafts is not any more, and categories were mandatory until 0.5.
func TestVerdictsOnOlderCasesDifferOnlyWhereTheRulesDo(t *testing.T) {
	differ := map[string]string{
		"tests/empty_features.yml":                   "version 0.1: an empty list of features was allowed, yes was a truth value, standalone a type",
		"tests/valid_legal_missing.yml":              "first draft",
		"tests/valid_upstream-url_missing.yml":       "first draft",
		"tests/valid_maintenance_contacts_phone.yml": "YAML 1.1: yes and no were truth values",
		"v0.3/valid/dependsOn.yml":                   "languages of three letters were taken",
		"v0.3/valid/no-network/dependsOn.yml":        "languages of three letters were taken",
		"v0.3/valid/unicode_grapheme_clusters.yml":   "languages of three letters were taken",
	}
	n := 0
	eachFile(t, "testdata/older", func(name string, content []byte) {
		n++
		_, remarks := Read(content)
		sound := len(failures(remarks)) == 0
		want := strings.Contains(name, "/valid") && !strings.HasPrefix(name, "crawler-2018/") || name == "tests/empty_features.yml"
		if _, known := differ[name]; (sound == want) == known {
			t.Errorf("%s: valid=%t, by the case %t: %v", name, sound, want, failures(remarks))
		}
	})
	if n != 75 {
		t.Errorf("%d cases were read, want 75", n)
	}
}

func TestTheExamplesOfTheStandardSinceVersion03AreValid(t *testing.T) {
	eachFile(t, "testdata/examples", func(name string, content []byte) {
		d, remarks := Read(content)
		if d == nil || len(d.Texts) == 0 {
			t.Errorf("%s: nothing was read: %v", name, remarks)
			return
		}
		if recent := strings.Contains(name, "--2024-07") || strings.Contains(name, "--2025") || strings.Contains(name, "--2026"); recent && len(failures(remarks)) > 0 {
			t.Errorf("%s: %v", name, failures(remarks))
		}
	})
}

func TestRealFilesAreReadAndJudged(t *testing.T) {
	valid := 0
	var said []string
	eachFile(t, "testdata/real", func(name string, content []byte) {
		d, remarks := Read(content)
		if d == nil {
			t.Errorf("%s: nothing was read: %v", name, remarks)
			return
		}
		if len(failures(remarks)) == 0 {
			valid++
		}
		for _, r := range remarks {
			if r.Line < 1 || r.Column < 1 {
				t.Errorf("%s: without a place: %v", name, r)
			}
			if r.Severity == models.Failure {
				said = append(said, name+": "+r.Rule+" "+r.Key)
			}
		}
	})
	if valid != 36 {
		t.Errorf("%d files are valid, want 36", valid)
	}
	golden(t, "testdata/real.golden", strings.Join(said, "\n")+"\n")
}

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("what is said of real files (-want +got):\n%s", diff)
	}
}
