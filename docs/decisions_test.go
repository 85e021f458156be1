package docs_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
)

var update = flag.Bool("update", false, "write the tables anew")

// between replaces what stands between two marks.
func between(t *testing.T, text, mark, table string) string {
	t.Helper()
	open, shut := "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->"
	from, to := strings.Index(text, open), strings.Index(text, shut)
	if from < 0 || to < from {
		t.Fatalf("the page has no place for %s", mark)
	}
	return text[:from+len(open)] + table + text[to:]
}

func TestTheTransitionTableIsOnThePage(t *testing.T) {
	text, err := os.ReadFile("decisions.md")
	if err != nil {
		t.Fatal(err)
	}
	want := between(t, between(t, string(text), "moves", movesTable()), "parts", partsTable())
	if *update {
		if err := os.WriteFile("decisions.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Error("docs/decisions.md does not say what models.Moves and models.Parts say: run go test ./docs -run Transition -update")
	}
}

func movesTable() string {
	var b strings.Builder
	for _, branch := range models.DecisionBranches {
		fmt.Fprintf(&b, "\n### %s\n\n| from | to | what is done | who | gates | on file | only |\n|---|---|---|---|---|---|---|\n", branch)
		for _, m := range models.Moves {
			if m.Branch != branch {
				continue
			}
			var only []string
			for _, t := range m.Tracks {
				only = append(only, string(t))
			}
			for _, word := range []string{string(m.Position), string(m.Asks)} {
				if word != "" {
					only = append(only, word)
				}
			}
			if m.Back {
				only = append(only, "with a reason")
			}
			fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s | %s |\n", m.From, m.To, m.Title, listed(m.By), listed(m.Gates), listed(m.Needs), strings.Join(only, ", "))
		}
	}
	return b.String() + "\n"
}

func partsTable() string {
	var b strings.Builder
	b.WriteString("\n| part | one for each | branches | who files it | while the case stands at |\n|---|---|---|---|---|\n")
	for _, p := range models.Parts {
		open := listed(p.Open)
		if p.Late {
			open += "; late"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.Name, p.Keying, listed(p.Branches), listed(p.By), open)
	}
	return b.String() + "\n"
}

func listed[T ~string](list []T) string {
	var all []string
	for _, one := range list {
		all = append(all, string(one))
	}
	return strings.Join(all, ", ")
}
