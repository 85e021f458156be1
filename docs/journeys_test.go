package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var method = regexp.MustCompile(`(?m)^func \(r \*Register\) ([A-Z]\w*)\(`)

func TestEveryJourneyIsInTheList(t *testing.T) {
	list := read(t, "docs/journeys.md")
	files, err := filepath.Glob(filepath.Join(root(t), "register/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range method.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(list, "`"+m[1]+"`") {
				t.Errorf("%s is not in docs/journeys.md", m[1])
			}
		}
	}
}

var (
	pageAddress = regexp.MustCompile(`(?m)\| (/[a-z0-9/{}-]+) \|`)
	parameter   = regexp.MustCompile(`\{[a-z]+\}`)
)

func TestEveryPageOfTheJourneysIsARoute(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(t), "web/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(b)
	}
	found := pageAddress.FindAllStringSubmatch(read(t, "docs/journeys.md"), -1)
	if len(found) == 0 {
		t.Fatal("no pages found")
	}
	for _, m := range found {
		route := regexp.MustCompile(regexp.QuoteMeta(`"`) + parameter.ReplaceAllString(m[1], ":[a-z]+") + `"`)
		if !route.MatchString(sources.String()) {
			t.Errorf("docs/journeys.md names the page %s, which is no route of web", m[1])
		}
	}
}

var variable = regexp.MustCompile(`env:"(OSPO_[A-Z_]+)"`)

func TestEverySettingIsDescribed(t *testing.T) {
	described := read(t, "docs/configuration.md")
	found := variable.FindAllStringSubmatch(read(t, "cmd/ospo/config.go"), -1)
	if len(found) == 0 {
		t.Fatal("no settings found")
	}
	for _, m := range found {
		if !strings.Contains(described, "`"+m[1]+"`") {
			t.Errorf("%s is not in docs/configuration.md", m[1])
		}
	}
}
