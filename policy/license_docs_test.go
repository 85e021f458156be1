package policy

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/licenses"
)

const (
	page         = "../docs/policy-language.md"
	licencesPage = "../docs/licences.md"
)

// rulesTable writes what the page on licences says of the policy that ships.
func rulesTable() string {
	var b strings.Builder
	b.WriteString("| rule | matches | when | outcome | says |\n|---|---|---|---|---|\n")
	for _, r := range Default().Rules {
		var axes []string
		m := r.Licenses
		for _, axis := range []struct {
			name   string
			values []string
		}{{"ids", m.IDs}, {"sets", m.Sets}, {"categories", valuesOf(m.Categories)}, {"openness", valuesOf(m.Openness)}, {"reciprocity", valuesOf(m.Reciprocity)},
			{"limits", valuesOf(m.Limits)}, {"statement", valuesOf(m.Statement)}} {
			if len(axis.values) > 0 {
				axes = append(axes, axis.name+" "+strings.Join(axis.values, ", "))
			}
		}
		when := "–"
		if r.When != "" {
			when = "`" + strings.ReplaceAll(r.When, "|", `\|`) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | **%s** (%s) | %s |\n", r.ID, strings.Join(axes, "; "), when, r.Outcome, r.Severity, r.Message)
	}
	return b.String()
}

// tables writes what the page on the language says of axes and facts.
func tables() map[string]string {
	cell := func(values []string) string {
		if len(values) == 0 {
			return "–"
		}
		return "`" + strings.Join(values, "` `") + "`"
	}
	var axes, facts strings.Builder
	axes.WriteString("| key | values |\n|---|---|\n| `ids` | SPDX identifiers, pairs with WITH, `LicenseRef-…` |\n| `sets` | names from `sets` |\n")
	for _, row := range []struct {
		key    string
		values []string
	}{
		{"categories", valuesOf(theCategories)}, {"classes", valuesOf(licenses.Classes())}, {"openness", valuesOf(theOpenness)}, {"reciprocity", valuesOf(theReciprocity)},
		{"limits", valuesOf(theLimits)}, {"patents", valuesOf(thePatents)}, {"statement", valuesOf(StatementKinds())},
	} {
		fmt.Fprintf(&axes, "| `%s` | %s |\n", row.key, cell(row.values))
	}
	facts.WriteString("| fact | kind | what it is | values | missing when |\n|---|---|---|---|---|\n")
	for _, f := range Facts() {
		missing := f.Missing
		if missing == "" {
			missing = "never"
		}
		fmt.Fprintf(&facts, "| `%s` | %s | %s | %s | %s |\n", f.Name, f.Kind, f.Sentence, cell(f.Values), missing)
	}
	return map[string]string{"axes": axes.String(), "facts": facts.String()}
}

func TestThePagesHaveAxesFactsAndRulesAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		page   string
		tables map[string]string
	}{{page, tables()}, {licencesPage, map[string]string{"rules": rulesTable()}}} {
		b, err := os.ReadFile(c.page)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for name, want := range c.tables {
			begin, end := "<!-- "+name+": written by go test ./policy -update -->\n", "<!-- end -->"
			before, rest, ok := strings.Cut(text, begin)
			got, after, ended := strings.Cut(rest, end)
			switch {
			case !ok || !ended:
				t.Errorf("%s has no table %s", c.page, name)
			case *update:
				text = before + begin + want + end + after
			case got != want:
				t.Errorf("the table %s of %s is not what the program does; run go test ./policy -update", name, c.page)
			}
		}
		if *update && text != string(b) {
			if err := os.WriteFile(c.page, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheExampleOnThePageIsAPolicyThatIsAccepted(t *testing.T) {
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := yamlBlock.FindAllSubmatch(b, -1)
	if len(blocks) == 0 {
		t.Fatal("there is no example")
	}
	for _, block := range blocks {
		if _, err := Parse(block[1]); err != nil {
			t.Errorf("%v\n%s", err, block[1])
		}
	}
}

func TestEveryConditionOnThePageCanBeWritten(t *testing.T) {
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(b), "| to say | write |\n|---|---|\n")
	if !ok {
		t.Fatal("there is no table of conditions")
	}
	section, _, _ = strings.Cut(section, "\n\n")
	n := 0
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(section, -1) {
		when := strings.ReplaceAll(m[1], `\|`, "|")
		if strings.HasPrefix(when, ".") {
			when = "component.name" + when
		}
		n++
		if _, flaws := compileWhen(when); len(flaws) > 0 {
			t.Errorf("%s: %v", when, flaws)
		}
	}
	if n < 10 {
		t.Errorf("only %d conditions were found", n)
	}
}
