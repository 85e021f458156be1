package quality

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const page = "../docs/quality.md"

// tables writes what docs/quality.md says of lists and facts.
func tables() map[string]string {
	out := map[string]string{}
	var b strings.Builder
	fmt.Fprint(&b, "| fact | value | said to be unknown |\n|---|---|---|\n")
	for _, f := range Facts() {
		said := f.Unknown
		if said == "" {
			said = "–"
		}
		fmt.Fprintf(&b, "| `%s` (%s) | %s | %s |\n", f.ID, f.Scope, f.Value, said)
	}
	out["facts"] = b.String()
	for _, l := range Lists() {
		b.Reset()
		fmt.Fprintf(&b, "%s, %s, version %s of %s: <%s>. %s\n\n", l.Name, l.Publisher, l.Version, l.On, l.Source, l.Status)
		fmt.Fprint(&b, "| rule | field | level | fact | unknown counts | effort | meaning |\n|---|---|---|---|---|---|---|\n")
		for _, r := range l.Rules {
			fact, accepts := "–", "no"
			if r.Fact != "" {
				fact = "`" + r.Fact + "`"
			}
			if r.AcceptsUnknown {
				accepts = "yes"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %d | %s |\n", r.ID, r.Element, r.Level, fact, accepts, r.Effort, r.Meaning)
		}
		out[l.ID] = b.String()
	}
	return out
}

func TestThePageAboutQualityHasTheRulesAsTheyAre(t *testing.T) {
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for name, want := range tables() {
		begin, end := "<!-- "+name+": written by go test ./quality -update -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(text, begin)
		got, after, ended := strings.Cut(rest, end)
		switch {
		case !ok || !ended:
			t.Errorf("%s has no table %s", page, name)
		case *update:
			text = before + begin + want + end + after
		case got != want:
			t.Errorf("the table %s of %s is not what the program does; run go test ./quality -update", name, page)
		}
	}
	for _, g := range Grades() {
		if !strings.Contains(text, "**"+g.Words()+"**") {
			t.Errorf("%s does not explain the grade %q", page, g.Words())
		}
	}
	for _, threshold := range []int{filledFrom, nearlyCompleteFrom, partialFrom} {
		if !strings.Contains(text, fmt.Sprintf("%d of 100", threshold)) {
			t.Errorf("%s does not name the threshold %d", page, threshold)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
