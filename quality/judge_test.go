package quality

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestTheOutcomeOfARule(t *testing.T) {
	const accepts, refuses = true, false
	for _, test := range []struct {
		name    string
		accepts bool
		tally   models.Tally
		want    Outcome
		words   string
	}{
		{"a value everywhere", refuses, models.Tally{Value: 3}, Met, "All 3 packages have a thing."},
		{"a value or an accepted unknown everywhere", accepts, models.Tally{Value: 2, Unknown: 1}, MetWithUnknowns, "2 of 3 packages have a thing; for 1 it is said to be unknown."},
		{"an unknown that is not accepted", refuses, models.Tally{Value: 2, Unknown: 1}, Partly, "2 of 3 packages have a thing; for 1 it is said to be unknown."},
		{"unknowns alone, accepted", accepts, models.Tally{Unknown: 3}, MetWithUnknowns, "None of 3 packages has a thing; for 3 it is said to be unknown."},
		{"unknowns alone, not accepted", refuses, models.Tally{Unknown: 3}, Missing, "None of 3 packages has a thing; for 3 it is said to be unknown."},
		{"some of each", accepts, models.Tally{Value: 1, Unknown: 1, Missing: 1}, Partly, "1 of 3 packages has a thing; for 1 it is said to be unknown; for 1 nothing usable is said."},
		{"some unknown, none stated", accepts, models.Tally{Unknown: 1, Missing: 2}, Partly, "None of 3 packages has a thing; for 1 it is said to be unknown; for 2 nothing usable is said."},
		{"nothing", accepts, models.Tally{Missing: 3}, Missing, "None of 3 packages has a thing."},
		{"a single package with it", refuses, models.Tally{Value: 1}, Met, "The only package has a thing."},
		{"a single package without it", refuses, models.Tally{Missing: 1}, Missing, "The only package does not have a thing."},
		{"no package", refuses, models.Tally{}, NotMeasured, "Not measured: the document lists no package."},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.tally.Fact = "version"
			rule := &Rule{Fact: "version", What: "a thing", AcceptsUnknown: test.accepts}
			got := rule.judge(map[string]models.Tally{"version": test.tally})
			if got.Outcome != test.want || got.Sentence != test.words {
				t.Errorf("got %s, %q\nwant %s, %q", got.Outcome, got.Sentence, test.want, test.words)
			}
		})
	}
}

func TestARuleThatWasNotCountedSaysSo(t *testing.T) {
	for _, test := range []struct{ name, fact, want string }{
		{"no document shows it", "", "Not measured: a document does not show it."},
		{"tallies made before it was counted", "version", "Not measured: this was not yet counted when the document was read."},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := (&Rule{Fact: test.fact, What: "a thing"}).judge(nil)
			if got.Outcome != NotMeasured || got.Sentence != test.want {
				t.Errorf("got %s, %q", got.Outcome, got.Sentence)
			}
		})
	}
}

// listOf has one required rule per share; the rule is met by that many of 100 packages.
func listOf(shares ...int) (*List, Document) {
	l, d := &List{Short: "Test 1"}, Document{Packages: 100}
	for i, share := range shares {
		id := "F" + strconv.Itoa(i)
		l.Rules = append(l.Rules, &Rule{ID: id, Element: id, Scope: OfComponent, Level: Required, Fact: id, What: "it", Effort: 1, Cure: "Do it."})
		d.Tallies = append(d.Tallies, models.Tally{Fact: id, Value: share, Missing: 100 - share})
	}
	return l, d
}

func TestGradesHaveThresholds(t *testing.T) {
	for _, test := range []struct {
		name   string
		shares []int
		want   Grade
	}{
		{"everything for every package", []int{100, 100, 100, 100, 100, 100, 100, 100, 100, 100}, GradeComplete},
		{"one package lacks one field", []int{100, 100, 100, 100, 100, 100, 100, 100, 100, 99}, GradeNearlyComplete},
		{"eight of ten fields for ninety of a hundred", []int{90, 90, 90, 90, 90, 90, 90, 90, 0, 0}, GradeNearlyComplete},
		{"eighty-nine of a hundred is not filled", []int{90, 90, 90, 90, 90, 90, 90, 89, 0, 0}, GradePartial},
		{"half of the fields", []int{100, 100, 100, 100, 100, 0, 0, 0, 0, 0}, GradePartial},
		{"less than half of the fields", []int{100, 100, 100, 100, 89, 89, 89, 89, 89, 89}, GradeThin},
		{"nothing", []int{0, 0}, GradeThin},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, d := listOf(test.shares...)
			if r := l.Judge(d); r.Grade != test.want || !strings.HasPrefix(strings.ToLower(r.Sentence), test.want.Words()+":") {
				t.Errorf("got %s: %s", r.Grade, r.Sentence)
			}
		})
	}
	t.Run("no package", func(t *testing.T) {
		l, _ := listOf(0)
		if r := l.Judge(Document{}); r.Grade != GradeEmpty {
			t.Errorf("got %s: %s", r.Grade, r.Sentence)
		}
	})
	t.Run("other than required fields do not count", func(t *testing.T) {
		l, d := listOf(100, 0, 0, 0)
		l.Rules[1].Level, l.Rules[2].Level, l.Rules[3].Level = Additional, Optional, Recorded
		if r := l.Judge(d); r.Grade != GradeComplete {
			t.Errorf("got %s: %s", r.Grade, r.Sentence)
		}
	})
	t.Run("what was not measured counts on neither side", func(t *testing.T) {
		l, d := listOf(100, 0)
		d.Tallies = d.Tallies[:1]
		if r := l.Judge(d); r.Grade != GradeComplete || !strings.HasSuffix(r.Sentence, "Not measured: 1 field.") {
			t.Errorf("got %s: %s", r.Grade, r.Sentence)
		}
	})
	t.Run("an accepted unknown fills a field", func(t *testing.T) {
		l, d := listOf(60)
		d.Tallies[0] = models.Tally{Fact: "F0", Value: 60, Unknown: 40}
		if r := l.Judge(d); r.Grade == GradeComplete {
			t.Errorf("not accepted, and still %s", r.Sentence)
		}
		l.Rules[0].AcceptsUnknown = true
		if r := l.Judge(d); r.Grade != GradeComplete {
			t.Errorf("got %s: %s", r.Grade, r.Sentence)
		}
	})
}

func TestWhetherANotationIsAdmissibleIsApartFromContent(t *testing.T) {
	for _, test := range []struct {
		list    string
		format  models.SBOMFormat
		version string
		want    Answer
	}{
		{"bsi-tr-03183-2-2.1.0", models.SPDXJSON, "SPDX-2.3", No},
		{"bsi-tr-03183-2-2.1.0", models.SPDX3JSONLD, "3.0.1", Yes},
		{"bsi-tr-03183-2-2.1.0", models.SPDX3JSONLD, "3.0.0", No},
		{"bsi-tr-03183-2-2.1.0", models.SPDX3JSONLD, "3.1", Yes},
		{"bsi-tr-03183-2-2.1.0", models.CycloneDXJSON, "1.6", Yes},
		{"bsi-tr-03183-2-2.1.0", models.CycloneDXXML, "1.7", Yes},
		{"bsi-tr-03183-2-2.1.0", models.CycloneDXXML, "1.10", Yes},
		{"bsi-tr-03183-2-2.1.0", models.CycloneDXJSON, "1.5", No},
		{"bsi-tr-03183-2-2.1.0", models.CycloneDXJSON, "", No},
		{"bsi-tr-03183-2-2.1.0", "", "", NotApplicable},
		{"cisa-2026", models.SPDXTagValue, "SPDX-2.1", NotApplicable},
		{"ntia-2021", models.SPDXJSON, "SPDX-2.3", NotApplicable},
	} {
		t.Run(fmt.Sprintf("%s, %s %s", test.list, test.format, test.version), func(t *testing.T) {
			l, _ := ListByID(test.list)
			got := l.Judge(Document{Format: test.format, SpecVersion: test.version}).Admissible
			if got.Answer != test.want || !isSentence(got.Sentence) {
				t.Errorf("got %+v, want %s", got, test.want)
			}
		})
	}
}

func TestImprovementsBeginWithTheCheapest(t *testing.T) {
	l, d := listOf(0, 50, 50, 50, 10, 0, 100, 0)
	l.Rules[0].Effort = 3
	l.Rules[1].Effort = 2
	l.Rules[2].Level = Additional
	l.Rules[5].Level = Recorded
	l.Rules[7].Efforts = map[string]int{spdx2: 3}
	l.Rules[7].Cures = map[string]string{cycloneDX: "Press the button."}
	order := func(f models.SBOMFormat) string {
		d.Format = f
		var ids []string
		for _, i := range l.Judge(d).Improvements {
			ids = append(ids, i.Rule.ID+":"+strconv.Itoa(i.Gain))
		}
		return strings.Join(ids, " ")
	}
	if got, want := order(models.CycloneDXJSON), "F7:100 F4:90 F3:50 F2:50 F1:50 F0:100"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := l.Judge(d).Improvements[0].Words; got != "Press the button. This fills in F7 for 100 of 100 packages." {
		t.Errorf("got %q", got)
	}
	if got, want := order(models.SPDXJSON), "F4:90 F3:50 F2:50 F1:50 F0:100 F7:100"; got != want {
		t.Errorf("where the notation makes it dear: got %s, want %s", got, want)
	}
	l.Rules[3].MendedBy = "F4"
	if got, want := order(models.SPDXJSON), "F4:90 F2:50 F1:50 F0:100 F7:100"; got != want {
		t.Errorf("mended along with another: got %s, want %s", got, want)
	}
	l.Rules[4].MendedBy = "F3"
	if got := order(models.SPDXJSON); !strings.Contains(got, "F4:90") {
		t.Errorf("what another rule mends only in part is gone: %s", got)
	}
}

func TestDocumentsAddUpFactByFact(t *testing.T) {
	got := Sum(
		[]models.Tally{{Fact: "name", Value: 3}, {Fact: "author", Value: 1}},
		[]models.Tally{{Fact: "name", Value: 1, Unknown: 2, Missing: 4}, {Fact: "author", Missing: 1}, {Fact: "root", Value: 1}},
	)
	want := []models.Tally{{Fact: "name", Value: 4, Unknown: 2, Missing: 4}, {Fact: "author", Value: 1, Missing: 1}, {Fact: "root", Value: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if Sum() != nil {
		t.Error("no documents have a sum")
	}
	l, _ := ListByID("cisa-2026")
	r := l.Judge(Document{Packages: 10, Tallies: got})
	if s := r.Results[0].Sentence; s != "1 of 2 documents has an author who is a person or an organisation; for 1 nothing usable is said." {
		t.Errorf("got %q", s)
	}
}
