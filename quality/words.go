package quality

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// count writes "1 package", "12 packages".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// list joins words for a sentence: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// sentence says what a result means, with all three counts apart.
func (r *Rule) sentence(result Result, tallies map[string]models.Tally, counted bool) string {
	f, _ := factByID(r.Fact)
	switch {
	case r.Fact == "":
		return "Not measured: a document does not show it."
	case !counted:
		return "Not measured: this was not yet counted when the document was read."
	case result.total() == 0:
		return "Not measured: the document lists no package."
	}
	var text string
	if f.Scope == OfDocument && result.total() == 1 {
		text = r.ofOne(result)
	} else {
		text = r.ofMany(result, f)
	}
	if instead := tallies[r.Instead]; r.Instead != "" && result.Value > instead.Value {
		text += fmt.Sprintf("; for %d %s", result.Value-instead.Value, r.InsteadWords)
	}
	if needs := tallies[r.Needs]; r.Needs != "" && result.Value < result.total() && needs.Value == 0 && needs.Missing == 1 {
		text += "; " + r.NeedsWords
	}
	return text + "."
}

func (r *Rule) unknownWords() string {
	if r.UnknownWords != "" {
		return r.UnknownWords
	}
	return "it is said to be unknown"
}

func (r *Rule) ofOne(result Result) string {
	switch {
	case result.Value == 1:
		return "The document has " + r.What
	case result.Unknown == 1 && r.UnknownWords != "":
		return "The document does not have " + r.What + ": " + r.UnknownWords
	case result.Unknown == 1:
		return "The document says that " + r.What + " is not known"
	}
	return "The document does not have " + r.What
}

func (r *Rule) ofMany(result Result, f Fact) string {
	one, many := "package", "packages"
	if f.Scope == OfDocument {
		one, many = "document", "documents"
	}
	total := result.total()
	has := "have"
	if total == 1 {
		has = "has"
	}
	var text string
	switch {
	case result.Value == total && total == 1:
		text = "The only " + one + " has " + r.What
	case result.Value == total && total == 2:
		text = fmt.Sprintf("Both %s have %s", many, r.What)
	case result.Value == total:
		text = fmt.Sprintf("All %d %s have %s", total, many, r.What)
	case result.Value == 0 && total == 1:
		text = "The only " + one + " does not have " + r.What
	case result.Value == 0:
		text = fmt.Sprintf("None of %s has %s", count(total, one, many), r.What)
	default:
		if result.Value == 1 {
			has = "has"
		}
		text = fmt.Sprintf("%d of %s %s %s", result.Value, count(total, one, many), has, r.What)
	}
	switch {
	case result.Unknown > 0 && total == 1:
		text += "; " + r.unknownWords()
	case result.Unknown > 0:
		text += fmt.Sprintf("; for %d %s", result.Unknown, r.unknownWords())
	}
	if result.Missing > 0 && result.Value+result.Unknown > 0 {
		text += fmt.Sprintf("; for %d nothing usable is said", result.Missing)
	}
	return text
}

// Improvement is something a supplier can do about one rule.
type Improvement struct {
	Rule  *Rule
	Gain  int    // packages, or documents for a fact of the document, that would be won
	Words string // what to do and what it wins, for a supplier
}

// improvements orders what can be done: little effort before much, required fields before others, and where those are equal what
// wins the larger share first. What the cure of another rule mends anyway is left out.
func improvements(results []Result, format models.SBOMFormat) []Improvement {
	gains := map[string]int{}
	var open []Result
	for _, r := range results {
		gain := r.total() - r.filled()
		if r.Outcome == NotMeasured || r.Rule.Level == Recorded || gain == 0 {
			continue
		}
		gains[r.Rule.ID] = gain
		open = append(open, r)
	}
	open = slices.DeleteFunc(open, func(r Result) bool {
		return r.Rule.MendedBy != "" && gains[r.Rule.MendedBy] >= gains[r.Rule.ID]
	})
	slices.SortStableFunc(open, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(a.Rule.EffortFor(format), b.Rule.EffortFor(format)),
			cmp.Compare(rank(a.Rule.Level), rank(b.Rule.Level)),
			cmp.Compare(gains[b.Rule.ID]*a.total(), gains[a.Rule.ID]*b.total()),
		)
	})
	list := make([]Improvement, 0, len(open))
	for _, r := range open {
		gain := gains[r.Rule.ID]
		list = append(list, Improvement{r.Rule, gain, r.Rule.CureFor(format) + " " + won(r, gain)})
	}
	return list
}

func rank(l Level) int { return slices.Index([]Level{Required, Additional, Optional, Recorded}, l) }

func won(r Result, gain int) string {
	if r.Rule.Scope == OfDocument {
		if r.total() == 1 {
			return "This fills in " + r.Rule.Element + "."
		}
		return fmt.Sprintf("This fills in %s for %d of %d documents.", r.Rule.Element, gain, r.total())
	}
	return fmt.Sprintf("This fills in %s for %d of %s.", r.Rule.Element, gain, count(r.total(), "package", "packages"))
}
