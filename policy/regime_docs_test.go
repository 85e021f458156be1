package policy

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const regimesPage = "../docs/regimes.md"

func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), "|", `\|`)
}

func forRules() string {
	var b strings.Builder
	b.WriteString("| rule | severity | gate | broken when | waived by | on |\n|---|---|---|---|---|---|\n")
	for _, r := range Rules() {
		on := "always"
		if !slices.Contains(alwaysOn, r.ID) {
			var codes []string
			for _, code := range presetCodes {
				regime, err := ParseRegime(presetText(code))
				if err == nil && slices.Contains(regime.Rules, r.ID) {
					codes = append(codes, code)
				}
			}
			on = strings.Join(codes, ", ")
		}
		when := "`" + cell(r.When) + "`"
		if r.Needs != "" {
			when += " (asked when `" + cell(r.Needs) + "`)"
		}
		waiver := string(r.Waiver)
		if waiver == "" {
			waiver = "nobody"
		}
		fmt.Fprintf(&b, "| **%s** %s | %s | %s | %s | %s | %s |\n", r.ID, r.Title, r.Severity, r.Gate, when, waiver, on)
	}
	return b.String()
}

func presetText(code string) []byte {
	i := slices.IndexFunc(Presets(), func(p Preset) bool { return p.Code == code })
	return Presets()[i].Text
}

func forFacts() string {
	var b strings.Builder
	b.WriteString("| fact | kind | what it is | words | may be missing |\n|---|---|---|---|---|\n")
	for _, f := range RegimeFacts() {
		if strings.HasPrefix(f.Path, "chosen.") {
			continue
		}
		missing, words := "–", "–"
		if f.May {
			missing = "yes"
		}
		if len(f.Values) > 0 {
			words = "`" + strings.Join(f.Values, "` `") + "`"
		}
		if f.Path == "chosen" {
			f.Words += "; it has the facts of `d.candidates[]`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", f.Path, f.Kind, f.Words, words, missing)
	}
	return b.String()
}

func forPresets(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| code | title | model | fit | grounds for exemption | rules that are on |\n|---|---|---|---|---|---|\n")
	for _, p := range Presets() {
		r := preset(t, p.Code)
		var grounds []string
		for _, g := range r.Exemptions {
			grounds = append(grounds, g.ID)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", p.Code, p.Title, r.Preference.Model, r.FitTest.Kind, firstOf(strings.Join(grounds, ", "), "none"), firstOf(strings.Join(r.Rules, ", "), "only those that always are"))
	}
	return b.String()
}

func forCalendars(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| code | calendar | |\n|---|---|---|\n")
	for _, code := range CalendarCodes() {
		c, err := CalendarFor(code)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", code, c.Title, c.Note)
	}
	return b.String()
}

func TestThePageOfRegimesHasRulesFactsDraftsAndCalendarsAsTheyAre(t *testing.T) {
	before := readFile(t, regimesPage)
	text := before
	for name, want := range map[string]string{"rules": forRules(), "facts": forFacts(), "presets": forPresets(t), "calendars": forCalendars(t)} {
		begin, end := "<!-- "+name+": written by go test ./policy -update -->\n", "<!-- end -->"
		head, rest, ok := strings.Cut(text, begin)
		got, tail, ended := strings.Cut(rest, end)
		switch {
		case !ok || !ended:
			t.Errorf("the page has no table %s", name)
		case *update:
			text = head + begin + want + end + tail
		case got != want:
			t.Errorf("the table %s is not what the program does; run go test ./policy -update", name)
		}
	}
	if *update && text != before {
		if err := os.WriteFile(regimesPage, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThePageOfRegimesSpeaksOfEveryKeyAndItsExamplesAreAccepted(t *testing.T) {
	text := readFile(t, regimesPage)
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(s reflect.Type) {
		for s.Kind() == reflect.Slice || s.Kind() == reflect.Pointer {
			s = s.Elem()
		}
		if s.Kind() != reflect.Struct || seen[s] {
			return
		}
		seen[s] = true
		for i := range s.NumField() {
			if key := s.Field(i).Tag.Get("key"); key != "" && !strings.Contains(text, "`"+key+"`") {
				t.Errorf("the page does not speak of %s", key)
			}
			walk(s.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[Regime]())
	for _, block := range yamlBlock.FindAllStringSubmatch(text, -1) {
		if r, err := ParseRegime([]byte(block[1])); err != nil {
			t.Errorf("%v\n%s", err, block[1])
		} else {
			courtOf(t, r)
		}
	}
	_, table, _ := strings.Cut(text, "| to say | write |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	conditions := regexp.MustCompile("\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1)
	if len(conditions) < 8 {
		t.Errorf("only %d conditions were found", len(conditions))
	}
	for _, m := range conditions {
		if _, flaws := compileClause(strings.ReplaceAll(m[1], `\|`, "|")); len(flaws) > 0 {
			t.Errorf("%s: %v", m[1], flaws)
		}
	}
}

func TestTheResultsOfACaseAreThoseOfTheGoldenFile(t *testing.T) {
	k := cleanCase()
	chooseSuite(k)
	k.Chosen.DataExportOpen, k.Decision.Justification, k.Deployment, k.Contract.RenewalAt = p(false), JustificationFacts{}, nil, nil
	got, err := json.MarshalIndent(courtOf(t, preset(t, "tt-draft")).Judge(t.Context(), "", k), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/regime-results.golden"
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, golden); want != string(got)+"\n" {
		t.Errorf("the results are not those of %s:\n%s", golden, got)
	}
}
