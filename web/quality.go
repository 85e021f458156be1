package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
)

// completeness is how complete a document, or several, is by one list, as the part "completeness" shows it.
type completeness struct {
	quality.Report
	Measured bool
	Tag      tag
	Why      string                // the sentence of the grade, without the word that the tag says
	Of       string                // what is judged, for the title of the picture: "this document"
	Rows     []fieldRow            // what counts
	Recorded []fieldRow            // practices, which do not
	First    []quality.Improvement // what to do first
	More     []quality.Improvement
	Switch   []tab // the lists; none where there is no choice
	Admits   tag   // "" where the list leaves the notation open
}

// fieldRow is one field of a list with what became of it.
type fieldRow struct {
	quality.Result
	Bar     template.HTML
	Share   string
	Tag     tag
	Level   string
	Cure    string // "" where there is nothing to do
	Counted bool
}

// firstImprovements is how many improvements stand before the picture.
const firstImprovements = 3

func completenessOf(report quality.Report, format models.SBOMFormat, of string, measured bool) completeness {
	k := completeness{Report: report, Measured: measured, Tag: gradeTag(report, measured), Why: sentenceOf(report), Of: of, First: report.Improvements}
	if len(k.First) > firstImprovements {
		k.First, k.More = k.First[:firstImprovements], k.First[firstImprovements:]
	}
	for _, r := range report.Results {
		total := r.Value + r.Unknown + r.Missing
		row := fieldRow{Result: r, Tag: outcomeWords[r.Outcome], Level: levelWords[r.Rule.Level], Share: percent(r.Value, total), Counted: r.Outcome != quality.NotMeasured}
		if row.Counted {
			row.Bar = outcomeBar(r)
		} else {
			row.Share = "not measured"
		}
		if r.Outcome == quality.Partly || r.Outcome == quality.Missing {
			row.Cure = r.Rule.CureFor(format)
		}
		if r.Rule.Level == quality.Recorded {
			k.Recorded = append(k.Recorded, row)
			continue
		}
		k.Rows = append(k.Rows, row)
	}
	switch report.Admissible.Answer {
	case quality.Yes:
		k.Admits = tag{"Admissible", toneGood}
	case quality.No:
		k.Admits = tag{"Not admissible", toneCaution}
	}
	return k
}

// sentenceOf is the sentence that explains a grade, for beside the tag that says the grade.
func sentenceOf(r quality.Report) string {
	word := r.Grade.Words() + ": "
	if len(r.Sentence) > len(word) && strings.EqualFold(r.Sentence[:len(word)], word) {
		return capital(r.Sentence[len(word):])
	}
	return r.Sentence
}

var outcomeWords = map[quality.Outcome]tag{
	quality.Met: {"There", toneGood}, quality.MetWithUnknowns: {"There or unknown", toneGood}, quality.Partly: {"In part", toneCaution},
	quality.Missing: {"Missing", toneBad}, quality.NotMeasured: {"Not measured", toneUnknown},
}

var levelWords = map[quality.Level]string{quality.Required: "required", quality.Additional: "to be given where it exists", quality.Optional: "optional", quality.Recorded: "a practice, not counted"}

// listSwitch leads from one list to another on the page at path.
func listSwitch(path, current string, more ...string) []tab {
	var tabs []tab
	for _, l := range quality.Lists() {
		tabs = append(tabs, tab{Label: l.Short, Path: address(path, append(slices.Clone(more), "list", l.ID)...), Current: l.ID == current})
	}
	return tabs
}

// chosenList is the list that the address names, or the newest.
func (c *page) chosenList() (*quality.List, error) {
	id := c.query("list")
	if id == "" {
		return theList(), nil
	}
	l, ok := quality.ListByID(id)
	if !ok {
		return nil, models.NoSuch("page")
	}
	return l, nil
}

// The patterns of an outcome bar: what is there is full, what is said to be unknown is striped, what is missing is dotted, so
// that they can be told apart without colour. The part "outcome-patterns" defines them once on a page.
var outcomeFills = [...]struct{ fill, word string }{{"class=\"fill-plain\"", "there"}, {"fill=\"url(#outcome-unknown)\"", "said to be unknown"}, {"fill=\"url(#outcome-missing)\"", "missing"}}

// outcomeBar draws one field: how many have a value, say that it is not known, or are silent. The numbers stand beside it.
func outcomeBar(r quality.Result) template.HTML {
	counts := [...]int{r.Value, r.Unknown, r.Missing}
	total := r.Value + r.Unknown + r.Missing
	var b strings.Builder
	b.WriteString(`<svg class="outcome" width="100%" height="16" aria-hidden="true">`)
	at := 0.0
	for i, n := range counts {
		if n == 0 {
			continue
		}
		width := 100 * float64(n) / float64(total)
		fmt.Fprintf(&b, `<rect %s x="%.2f%%" width="%.2f%%" height="16"/>`, outcomeFills[i].fill, at, width)
		at += width
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and words of ours
}
