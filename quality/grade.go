package quality

import (
	"fmt"
	"strings"
)

// Grade is a word for how much of a list a document fills. It is never shown without the sentence that explains it.
type Grade string

// The grades. A required field counts as filled when at least 90 of 100 packages have it (for a field of the document: when the
// document has it; of several documents: 90 of 100). An explicit "not known" fills a field where the list accepts it. Fields that were
// not measured are left out on both sides.
const (
	GradeComplete       Grade = "complete"        // every required field is there for every package
	GradeNearlyComplete Grade = "nearly-complete" // at least 80 of 100 required fields are filled
	GradePartial        Grade = "partial"         // at least 50 of 100 required fields are filled
	GradeThin           Grade = "thin"            // fewer
	GradeEmpty          Grade = "empty"           // the document lists no package
)

// Grades lists the grades, best first.
func Grades() []Grade {
	return []Grade{GradeComplete, GradeNearlyComplete, GradePartial, GradeThin, GradeEmpty}
}

// The thresholds of the grades, in per cent.
const (
	filledFrom         = 90 // of the packages, for a field to count as filled
	nearlyCompleteFrom = 80 // of the required fields
	partialFrom        = 50
)

// Words is the grade as pages write it: "nearly complete".
func (g Grade) Words() string { return strings.ReplaceAll(string(g), "-", " ") }

// mostNamed is how many fields a sentence names.
const mostNamed = 5

func named(fields []string) string {
	if n := len(fields); n > mostNamed {
		fields = append(fields[:mostNamed:mostNamed], fmt.Sprintf("%d more", n-mostNamed))
	}
	return list(fields)
}

func (l *List) grade(d Document, results []Result) (Grade, string) {
	if d.Packages == 0 {
		return GradeEmpty, "Empty: the document lists no package, so there is nothing to judge by " + l.Short + "."
	}
	measured, filled, whole, unmeasured := 0, 0, 0, 0
	var lacking, admitted []string
	for _, r := range results {
		switch {
		case r.Rule.Level != Required:
			continue
		case r.Outcome == NotMeasured:
			unmeasured++
			continue
		}
		measured++
		if r.filled() == r.total() {
			whole++
		}
		if 100*r.filled() >= filledFrom*r.total() {
			filled++
			if r.Unknown > 0 && r.Rule.AcceptsUnknown {
				admitted = append(admitted, r.Rule.Element)
			}
		} else {
			lacking = append(lacking, r.Rule.Element)
		}
	}
	grade := GradeThin
	switch {
	case measured == 0:
		return GradeThin, "Thin: none of the required fields of " + l.Short + " was measured."
	case whole == measured:
		grade = GradeComplete
	case 100*filled >= nearlyCompleteFrom*measured:
		grade = GradeNearlyComplete
	case 100*filled >= partialFrom*measured:
		grade = GradePartial
	}
	words := grade.Words()
	sentence := strings.ToUpper(words[:1]) + words[1:] + ": "
	if grade == GradeComplete {
		sentence += fmt.Sprintf("all %d required fields of %s are there for every package.", measured, l.Short)
	} else {
		sentence += fmt.Sprintf("%d of %d required fields of %s are there for at least %d of 100 packages.", filled, measured, l.Short, filledFrom)
	}
	if len(lacking) > 0 {
		sentence += " Lacking: " + named(lacking) + "."
	}
	if len(admitted) > 0 {
		sentence += " Explicitly unknown, wholly or in part, and counted all the same: " + named(admitted) + "."
	}
	if unmeasured > 0 {
		sentence += fmt.Sprintf(" Not measured: %s.", count(unmeasured, "field", "fields"))
	}
	return grade, sentence
}
