package quality

import (
	"fmt"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// Document is what Judge needs of a document, or of several of which Sum made one.
type Document struct {
	Format      models.SBOMFormat // "" for several documents
	SpecVersion string
	Packages    int
	Tallies     []models.Tally // from Meter.Finish or Sum
}

// Report says how a document fares by one list.
type Report struct {
	List         *List
	Grade        Grade
	Sentence     string // explains the grade; always to be shown with it
	Admissible   Admissible
	Results      []Result      // in the order of the list
	Improvements []Improvement // cheapest first
}

// Answer to "is the notation admissible?".
type Answer string

// The answers.
const (
	Yes           Answer = "yes"
	No            Answer = "no"
	NotApplicable Answer = "not-applicable" // the list leaves the notation open, or there are several documents
)

// Admissible says whether a list admits the notation of a document, apart from what it contains.
type Admissible struct {
	Answer   Answer
	Sentence string
}

// Outcome of one rule.
type Outcome string

// The outcomes.
const (
	Met             Outcome = "met"
	MetWithUnknowns Outcome = "met-with-unknowns" // everywhere a value or an explicit "not known", which the rule accepts
	Partly          Outcome = "partly"            // some have a value, or an explicit "not known" that the rule accepts
	Missing         Outcome = "missing"           // none has
	NotMeasured     Outcome = "not-measured"      // documents do not show it, or it was not counted when this one was read
)

// Result is what became of one rule. Value, Unknown and Missing count packages, or documents for facts of the document.
type Result struct {
	Rule                    *Rule
	Value, Unknown, Missing int
	Outcome                 Outcome
	Sentence                string
}

func (r Result) total() int { return r.Value + r.Unknown + r.Missing }

// filled counts what the rule is content with.
func (r Result) filled() int {
	if r.Rule.AcceptsUnknown {
		return r.Value + r.Unknown
	}
	return r.Value
}

// Judge says how a document fares by the list.
func (l *List) Judge(d Document) Report {
	tallies := make(map[string]models.Tally, len(d.Tallies))
	for _, t := range d.Tallies {
		tallies[t.Fact] = t
	}
	report := Report{List: l, Admissible: l.admit(d), Results: make([]Result, 0, len(l.Rules))}
	for _, rule := range l.Rules {
		report.Results = append(report.Results, rule.judge(tallies))
	}
	report.Grade, report.Sentence = l.grade(d, report.Results)
	report.Improvements = improvements(report.Results, d.Format)
	return report
}

func (r *Rule) judge(tallies map[string]models.Tally) Result {
	t, counted := tallies[r.Fact]
	result := Result{Rule: r, Value: t.Value, Unknown: t.Unknown, Missing: t.Missing}
	switch total, filled := result.total(), result.filled(); {
	case r.Fact == "" || !counted || total == 0:
		result.Outcome = NotMeasured
	case result.Value == total:
		result.Outcome = Met
	case filled == total:
		result.Outcome = MetWithUnknowns
	case filled > 0:
		result.Outcome = Partly
	default:
		result.Outcome = Missing
	}
	result.Sentence = r.sentence(result, tallies, counted)
	return result
}

// admit holds the notation against those that the list names.
func (l *List) admit(d Document) Admissible {
	if len(l.Admits) == 0 {
		return Admissible{NotApplicable, l.Short + " names no versions of notations that a document must be in."}
	}
	if d.Format == "" {
		return Admissible{NotApplicable, "Documents in several notations are taken together here; each is admissible or not by itself."}
	}
	version := bareVersion(d.SpecVersion)
	var names []string
	for _, a := range l.Admits {
		if a.Format == d.Format && version != "" && packages.Order(packages.Generic, version, a.From) >= 0 {
			return Admissible{Yes, fmt.Sprintf("%s admits %s %s.", l.Short, notation(d.Format), version)}
		}
		names = append(names, notation(a.Format)+" from "+a.From)
	}
	return Admissible{No, fmt.Sprintf("%s does not admit %s; it admits %s. What the document contains is judged all the same.",
		l.Short, strings.TrimSpace(notation(d.Format)+" "+version), list(names))}
}

// notation is the name of a notation for people.
func notation(f models.SBOMFormat) string {
	switch f {
	case models.SPDXJSON:
		return "SPDX JSON"
	case models.SPDXTagValue:
		return "SPDX tag-value"
	case models.SPDXYAML:
		return "SPDX YAML"
	case models.SPDXRDF:
		return "SPDX RDF"
	case models.SPDXXML:
		return "SPDX XML"
	case models.SPDX3JSONLD:
		return "SPDX 3 JSON-LD"
	case models.CycloneDXJSON:
		return "CycloneDX JSON"
	case models.CycloneDXXML:
		return "CycloneDX XML"
	}
	return string(f)
}
