package quality

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ospo-register/ospo/models"
)

func TestTheListsAreThereNewestFirst(t *testing.T) {
	var ids []string
	for _, l := range Lists() {
		ids = append(ids, l.ID)
		if found, ok := ListByID(l.ID); !ok || found != l {
			t.Errorf("%s is not found by its id", l.ID)
		}
	}
	if want := []string{"cisa-2026", "bsi-tr-03183-2-2.1.0", "ntia-2021"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if _, ok := ListByID("cisa-2025"); ok {
		t.Error("there is a list that was never in force")
	}
}

func TestListsHaveTheFieldsThatWerePublished(t *testing.T) {
	for id, want := range map[string]string{
		"cisa-2026": "D1 D2 D3 D4 D5 D6 D7 D8 D9 C1 C2 C3 C4 C5 C6 C7 C8 P1 P2 P3 P4 P5 P6",
		"ntia-2021": "N1 N2 N3 N4 N5 N6 N7",
		"bsi-tr-03183-2-2.1.0": "S1 required, S2 required, S3 additional, K1 required, K2 required, K3 required, K4 required, K5 required, K6 required, K7 required, K8 required, " +
			"K9 required, K10 required, K11 required, K12 additional, K13 additional, K14 additional, K15 additional, K16 optional, K17 optional, K18 optional",
	} {
		l, _ := ListByID(id)
		var got []string
		for _, r := range l.Rules {
			words := r.ID
			if strings.Contains(want, ",") {
				words += " " + string(r.Level)
			}
			got = append(got, words)
		}
		separator := " "
		if strings.Contains(want, ",") {
			separator = ", "
		}
		if strings.Join(got, separator) != want {
			t.Errorf("%s:\ngot  %s\nwant %s", id, strings.Join(got, separator), want)
		}
	}
}

func TestEveryRuleCanBeUnderstoodAndMended(t *testing.T) {
	for _, l := range Lists() {
		if u, err := url.Parse(l.Source); err != nil || u.Scheme != "https" {
			t.Errorf("%s: its source %q is no address", l.ID, l.Source)
		}
		if _, err := models.ParseDate(l.On); err != nil {
			t.Errorf("%s: %v", l.ID, err)
		}
		if l.Name == "" || l.Short == "" || l.Publisher == "" || l.Version == "" || !isSentence(l.Status) {
			t.Errorf("%s does not say what it is", l.ID)
		}
		seen := map[string]bool{}
		for _, r := range l.Rules {
			if seen[r.ID] || r.ID == "" {
				t.Errorf("%s %s is there twice", l.ID, r.ID)
			}
			seen[r.ID] = true
			checkRule(t, l, r)
		}
		for _, a := range l.Admits {
			if !slices.Contains(models.SBOMFormats, a.Format) || a.From == "" {
				t.Errorf("%s admits %q from %q", l.ID, a.Format, a.From)
			}
		}
	}
}

func isSentence(s string) bool {
	return len(s) > 5 && strings.HasSuffix(s, ".") || strings.HasSuffix(s, ".”.")
}

func checkRule(t *testing.T, l *List, r *Rule) {
	t.Helper()
	bad := func(what string) { t.Errorf("%s %s: %s", l.ID, r.ID, what) }
	if r.Element == "" || r.What == "" || strings.HasSuffix(r.What, ".") {
		bad("its element or what it asks for is not said")
	}
	if !isSentence(r.Meaning) || !isSentence(r.Cure) {
		bad("its meaning or cure is no sentence")
	}
	if !slices.Contains([]Scope{OfDocument, OfComponent, OfPractice}, r.Scope) || rank(r.Level) < 0 {
		bad("its scope or level is not known")
	}
	if (r.Scope == OfPractice) != (r.Level == Recorded) {
		bad("practices are recorded, fields are not")
	}
	f, ok := factByID(r.Fact)
	switch {
	case r.Fact == "" && r.Level == Required:
		bad("a required field has no fact to be measured by")
	case r.Fact != "" && !ok:
		bad("there is no fact " + r.Fact)
	case ok && r.Scope != OfPractice && f.Scope != r.Scope:
		bad("its fact speaks of something else")
	case r.AcceptsUnknown && f.Unknown == "":
		bad("it accepts what no document can say")
	}
	for _, other := range []string{r.Instead, r.Needs} {
		if _, ok := factByID(other); other != "" && !ok {
			bad("there is no fact " + other)
		}
	}
	if (r.Instead == "") != (r.InsteadWords == "") || (r.Needs == "") != (r.NeedsWords == "") {
		bad("a fact and its words go together")
	}
	if _, ok := l.Rule(r.MendedBy); r.MendedBy != "" && !ok {
		bad("it is mended by a rule that is not there")
	}
	if r.Effort < 1 || r.Effort > 3 {
		bad("its effort is not 1, 2 or 3")
	}
	for name, cure := range r.Cures {
		if !slices.Contains([]string{spdx2, spdx3, cycloneDX}, name) || !isSentence(cure) {
			bad("its cure for " + name + " is no sentence, or the notation is not known")
		}
	}
	for name, effort := range r.Efforts {
		if !slices.Contains([]string{spdx2, spdx3, cycloneDX}, name) || effort < 1 || effort > 3 {
			bad("its effort for " + name)
		}
	}
}

func TestEveryFactIsNamedOnceAndAskedForBySomeList(t *testing.T) {
	asked := map[string]bool{}
	for _, l := range Lists() {
		for _, r := range l.Rules {
			asked[r.Fact], asked[r.Instead], asked[r.Needs] = true, true, true
		}
	}
	asked["concluded-license"] = true // shown on pages beside the declared one
	seen := map[string]bool{}
	for _, f := range Facts() {
		if f.ID == "" || f.Value == "" || seen[f.ID] {
			t.Errorf("fact %q has no words or is there twice", f.ID)
		}
		seen[f.ID] = true
		if !asked[f.ID] {
			t.Errorf("no list asks for %s", f.ID)
		}
	}
}

func TestAnUnknownKeyInAListIsAnError(t *testing.T) {
	_, err := readLists(fstest.MapFS{"lists/a.yaml": {Data: []byte("id: a\nrulez: []\n")}})
	if err == nil || !strings.Contains(err.Error(), "lists/a.yaml") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}
