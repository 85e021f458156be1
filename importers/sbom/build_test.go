package sbom

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// purlsOf gives every package URL of the real documents, as stated.
func purlsOf(t *testing.T) map[string]bool {
	stated := map[string]bool{}
	files, err := filepath.Glob("../spdx/testdata/corpus/*.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for rest := string(data); ; {
			at := strings.Index(rest, "pkg:")
			if at < 0 {
				break
			}
			rest = rest[at:]
			end := strings.IndexAny(rest, "\"\n<' ")
			if end < 0 {
				end = len(rest)
			}
			stated[rest[:end]] = true
			rest = rest[end:]
		}
	}
	return stated
}

func TestAPackageURLIsTakenAsCanonicalOnlyWhenItIs(t *testing.T) {
	stated := purlsOf(t)
	for _, text := range []string{"pkg:npm/a@1", "pkg:NPM/a", "pkg:npm/A@1", "pkg:pypi/a_b", "pkg:golang/github.com/A/b@v1", "pkg:npm/a@", "pkg:npm//a", "pkg:/npm/a", "pkg://npm/a", "pkg:npm/a/", "pkg:npm/a@b@c", "pkg:npm/./a", "pkg:pip/a", "npm/a", "pkg:generic/a/b/c@1_2"} {
		stated[text] = true
	}
	taken := 0
	for text := range stated {
		purl, err := packages.ParsePURL(text)
		if err != nil || !isCanonical(text, purl) {
			continue
		}
		taken++
		if canonical := purl.String(); canonical != text {
			t.Errorf("%s was taken as canonical, but %s is", text, canonical)
		}
	}
	if taken < 500 {
		t.Errorf("only %d of %d package URLs were taken as canonical", taken, len(stated))
	}
}

func TestVersionsThatAreRanges(t *testing.T) {
	for version, isOne := range map[string]bool{
		"1.2.3": false, "": false, "(devel)": false, "1.0-2": false, "2:1.0~rc1": false, "v1.0.0+incompatible": false, "9.1.0 built - 2022-11-11": false, "[1]": false,
		"^1.2": true, "~> 2.0": true, ">= 1, < 2": true, "1.x": true, "1.*": true, "*": true, "!= 3": true, "1.0 - 2.0": true, "1 || 2": true, "[1.0,2.0)": true,
	} {
		if IsRange(version) != isOne {
			t.Errorf("%q: %v", version, !isOne)
		}
	}
}

func TestAFloodOfOneRuleDoesNotHideTheOthers(t *testing.T) {
	notes := NewFindings()
	for _, rule := range Rules() {
		for range 100 {
			notes.Add(rule.ID, "", "x.")
		}
	}
	kept := map[string]int{}
	for _, f := range notes.list {
		kept[f.Rule]++
	}
	for _, rule := range Rules() {
		if kept[rule.ID] == 0 {
			t.Errorf("the rule %s was lost", rule.ID)
		}
	}
	if len(notes.list) > models.MaxFindings || len(notes.list)+notes.more != 100*len(Rules()) {
		t.Errorf("kept %d and counted %d more of %d", len(notes.list), notes.more, 100*len(Rules()))
	}
}
