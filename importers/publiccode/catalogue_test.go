package publiccode

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// catalogued is an entry of the Italian catalogue, flattened, with what the catalogue's own validator had said of the file.
type catalogued map[string]string

func (c catalogued) number(key string) int {
	n, err := strconv.Atoi(c[key])
	if err != nil {
		return 0
	}
	return n
}

// file writes the entry as a publiccode.yml again. What the flattened data does not tell is given a sound value.
func (c catalogued) file() []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	stated := func(key, value string) {
		if value != "" {
			line("%s: %q", key, value)
		}
	}
	words := func(indent, key, value string) {
		if value == "" {
			return
		}
		line("%s%s:", indent, key)
		for word := range strings.SplitSeq(value, ",") {
			line("%s  - %q", indent, word)
		}
	}
	stated("publiccodeYmlVersion", c["version"])
	stated("name", c["name"])
	stated("url", c["url"])
	stated("releaseDate", c["releaseDate"])
	stated("developmentStatus", c["developmentStatus"])
	stated("softwareType", c["softwareType"])
	words("", "platforms", c["platforms"])
	words("", "categories", c["categories"])
	if c["organisation"] != "" {
		line("organisation:\n  uri: %q", c["organisation"])
	}
	if c["scope"] != "" {
		line("intendedAudience:")
		words("  ", "scope", c["scope"])
	}
	line("description:\n  it:\n    shortDescription: %q\n    longDescription: %q\n    features: [uno]", strings.Repeat("a", c.number("short")), strings.Repeat("a", c.number("long")))
	line("legal:\n  license: EUPL-1.2\nlocalisation:\n  localisationReady: true\n  availableLanguages: [it]\nmaintenance:")
	if c["maintenance"] != "" {
		line("  type: %q", c["maintenance"])
	}
	if c.number("contacts") > 0 {
		line("  contacts:\n    - name: Somebody")
	}
	if c.number("contractors") > 0 {
		line("  contractors:\n    - name: Somebody\n      until: \"2030-01-01\"")
	}
	if c["codiceIPA"] != "" {
		line("IT:\n  riuso:\n    codiceIPA: %q", c["codiceIPA"])
	}
	return []byte(b.String())
}

// hidden are errors about what the flattened data does not hold, by the beginning of their text; without them a file is sound as far as can be told.
var hidden = []string{
	"crawler: ", // the file lies elsewhere than it says, or belongs to somebody else: not a matter of the file alone
	"localisation.", "dependsOn.", "isBasedOn", "legal.", "maintenance.contacts[", "it.conforme", "IT.conforme", "landingURL", "roadmap", "url: ", "logo", "monochromeLogo",
	"value is not allowed", "mapping key",
}

func isHidden(mistake string) bool {
	for _, h := range hidden {
		if strings.HasPrefix(mistake, h) {
			return true
		}
	}
	return strings.Contains(mistake, "not reachable") || strings.Contains(mistake, "is not an image") || strings.Contains(mistake, "does not exist") || strings.Contains(mistake, "unknown field")
}

func TestVerdictsAgreeWithThoseOfTheItalianCatalogue(t *testing.T) {
	content, err := os.ReadFile("testdata/catalogue/entries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	heads := strings.Split(lines[0], "\t")
	agreed, untold := 0, 0
	for _, l := range lines[1:] {
		entry := catalogued{}
		for i, value := range strings.Split(l, "\t") {
			entry[heads[i]] = value
		}
		want, told := entry["verdict"] == "valid", entry["verdict"] == "valid"
		for mistake := range strings.SplitSeq(entry["errors"], " | ") {
			told = told || mistake != "" && !isHidden(mistake)
		}
		_, remarks := Read(entry.file())
		got := len(failures(remarks)) == 0
		switch {
		case !told && got:
			untold++
		case got == want:
			agreed++
		default:
			t.Errorf("%s: catalogue says valid=%t (%s), we %v", entry["url"], want, entry["errors"], failures(remarks))
		}
	}
	t.Logf("%d entries: %d agree, %d were refused for what the flattened data does not hold", len(lines)-1, agreed, untold)
}
