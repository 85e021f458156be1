package quality_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/importers/spdx"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
)

// TestPublishedDocumentsAreJudged reads the documents that the SPDX reader is tested with: whatever a reader makes of a
// foreign document, tallies add up and every list has a sentence for it.
func TestPublishedDocumentsAreJudged(t *testing.T) {
	files, err := filepath.Glob("../importers/spdx/testdata/corpus/*.gz")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	grades := map[quality.Grade]int{}
	var all [][]models.Tally
	total := 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		m := quality.NewMeter()
		d, err := spdx.Read(f, sbom.Limits{}, func(p *models.SBOMPackage) error { m.Package(p); return nil })
		f.Close()
		if err != nil || d.Verdict() == models.Refused {
			continue // refusals are the reader's tests
		}
		tallies := m.Finish(d)
		for i, fact := range quality.Facts() {
			want := 1
			if fact.Scope == quality.OfComponent {
				want = d.Packages
			}
			if got := tallies[i]; got.Value+got.Unknown+got.Missing != want {
				t.Errorf("%s: %+v does not add up to %d", filepath.Base(file), got, want)
			}
		}
		for _, l := range quality.Lists() {
			r := l.Judge(quality.Document{Format: d.Format, SpecVersion: d.SpecVersion, Packages: d.Packages, Tallies: tallies})
			if r.Sentence == "" || len(r.Results) != len(l.Rules) || (d.Packages == 0) != (r.Grade == quality.GradeEmpty) {
				t.Errorf("%s by %s: %s %q", filepath.Base(file), l.ID, r.Grade, r.Sentence)
			}
			if l.ID == "cisa-2026" {
				grades[r.Grade]++
			}
		}
		all = append(all, tallies)
		total += d.Packages
	}
	for _, sum := range quality.Sum(all...) {
		if n := sum.Value + sum.Unknown + sum.Missing; n != total && n != len(all) {
			t.Errorf("%+v adds up to neither %d packages nor %d documents", sum, total, len(all))
		}
		t.Logf("%-22s value %6d unknown %6d missing %6d", sum.Fact, sum.Value, sum.Unknown, sum.Missing)
	}
	t.Logf("%d documents, %d packages, by CISA 2026: %v", len(all), total, grades)
	if grades[quality.GradeThin]+grades[quality.GradePartial] == 0 || len(grades) < 2 {
		t.Errorf("published documents are told apart by nothing: %v", grades)
	}
}
