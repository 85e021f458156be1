package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/store"
)

// QualityList is a published list of what an SBOM shall have.
type QualityList struct {
	ID          string        `json:"id" example:"cisa-2026"`
	Name        string        `json:"name"`
	Short       string        `json:"short" example:"CISA 2026"`
	Publisher   string        `json:"publisher"`
	Version     string        `json:"version" doc:"As which it was published"`
	PublishedOn string        `json:"publishedOn" format:"date"`
	Source      string        `json:"source" doc:"Address of the publication"`
	Status      string        `json:"status" doc:"Whether it is in force, and what it replaces"`
	Rules       []QualityRule `json:"rules"`
}

// QualityRule is one field that a list asks for.
type QualityRule struct {
	ID             string       `json:"id" example:"C5"`
	Element        string       `json:"element" doc:"The list's own name of the field"`
	Scope          string       `json:"scope" enum:"document,component,practice" doc:"What it is about: the document, every package, or how documents are made and passed on"`
	Level          QualityLevel `json:"level"`
	Meaning        string       `json:"meaning"`
	Cure           string       `json:"cure" doc:"What a supplier can do"`
	AcceptsUnknown bool         `json:"acceptsUnknown" doc:"An explicit “not known” is enough"`
}

// QualityReport says how one document, or several, fare by a list. The grade is never to be shown without its sentence.
type QualityReport struct {
	ListID       string               `json:"listId" example:"cisa-2026"`
	List         string               `json:"list" example:"CISA 2026"`
	Grade        QualityGrade         `json:"grade"`
	Sentence     string               `json:"sentence" doc:"Explains the grade"`
	Admissible   QualityAnswer        `json:"admissible" doc:"Whether the list admits the notation, apart from what it contains"`
	AdmissibleAs string               `json:"admissibleSentence"`
	Results      []QualityResult      `json:"results" doc:"In the order of the list"`
	Improvements []QualityImprovement `json:"improvements" doc:"Cheapest first"`
}

// QualityResult is the outcome of one rule. A value, an explicit “not known” and silence are never merged.
type QualityResult struct {
	Rule     string         `json:"rule" example:"C5"`
	Element  string         `json:"element"`
	Level    QualityLevel   `json:"level"`
	Outcome  QualityOutcome `json:"outcome"`
	Value    int            `json:"value" doc:"Packages, or documents, that state a value"`
	Unknown  int            `json:"unknown" doc:"That say it is not known"`
	Missing  int            `json:"missing" doc:"That say nothing"`
	Sentence string         `json:"sentence"`
}

// QualityImprovement is something a supplier can do.
type QualityImprovement struct {
	Rule     string `json:"rule"`
	Gain     int    `json:"gain" doc:"Packages, or documents, that would be won"`
	Sentence string `json:"sentence" doc:"What to do and what it wins"`
}

func shapeQualityList(l **quality.List) QualityList {
	out := QualityList{ID: (*l).ID, Name: (*l).Name, Short: (*l).Short, Publisher: (*l).Publisher, Version: (*l).Version, PublishedOn: (*l).On, Source: (*l).Source, Status: (*l).Status}
	out.Rules = each((*l).Rules, func(r **quality.Rule) QualityRule {
		return QualityRule{ID: (*r).ID, Element: (*r).Element, Scope: string((*r).Scope), Level: QualityLevel((*r).Level), Meaning: (*r).Meaning, Cure: (*r).Cure, AcceptsUnknown: (*r).AcceptsUnknown}
	})
	return out
}

func shapeQuality(r *quality.Report) QualityReport {
	return QualityReport{ListID: r.List.ID, List: r.List.Short, Grade: QualityGrade(r.Grade), Sentence: r.Sentence, Admissible: QualityAnswer(r.Admissible.Answer), AdmissibleAs: r.Admissible.Sentence,
		Results: each(r.Results, func(r *quality.Result) QualityResult {
			return QualityResult{Rule: r.Rule.ID, Element: r.Rule.Element, Level: QualityLevel(r.Rule.Level), Outcome: QualityOutcome(r.Outcome), Value: r.Value, Unknown: r.Unknown, Missing: r.Missing, Sentence: r.Sentence}
		}),
		Improvements: each(r.Improvements, func(i *quality.Improvement) QualityImprovement {
			return QualityImprovement{Rule: i.Rule.ID, Gain: i.Gain, Sentence: i.Words}
		})}
}

// judged gives the reports of a document by one list, or by all of them when id is empty.
func judged(d quality.Document, id QualityListID) []QualityReport {
	out := []QualityReport{}
	for _, l := range quality.Lists() {
		if id == "" || l.ID == string(id) {
			r := l.Judge(d)
			out = append(out, shapeQuality(&r))
		}
	}
	return out
}

func (a *api) quality() {
	const tag = "Quality"
	get(a, "/quality-lists", about{id: "listQualityLists", tag: tag, summary: "List what documents are judged by", text: "Published lists, newest first, with their rules."}, a.listQualityLists)
	get(a, "/sboms/{id}/quality", about{id: "getSbomQuality", tag: tag, summary: "How complete a document is", text: "By each list, with the cheapest improvements first. It never decides whether a document is taken."}, a.getSBOMQuality)
	get(a, "/reports/sbom-quality", about{id: "reportSbomQuality", tag: tag, summary: "How complete documents are, over time",
		text: "Added up by the month in which documents came, and by agency and supplier over the whole span; of what you may see, without what was withdrawn."}, a.reportQuality)
}

func (a *api) listQualityLists(context.Context, *struct{}) (*struct{ Body List[QualityList] }, error) {
	return &struct{ Body List[QualityList] }{complete(quality.Lists(), shapeQualityList)}, nil
}

// SBOMQuality is how complete a document is.
type SBOMQuality struct {
	SBOMID  int64           `json:"sbomId"`
	Reports []QualityReport `json:"reports"`
}

func (a *api) getSBOMQuality(ctx context.Context, in *struct {
	ID
	List QualityListID `query:"list" doc:"Only by this list"`
	Unless
}) (*One[SBOMQuality], error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, SBOMQuality{s.ID, judged(documentQuality(s), in.List)}, in.Unless)
}

func documentQuality(s *store.SBOMRow) quality.Document {
	return quality.Document{Format: s.Format, SpecVersion: s.SpecVersion, Packages: s.Packages, Tallies: s.Tallies}
}

// QualityTrend is how complete documents are by one list.
type QualityTrend struct {
	ListID    string         `json:"listId"`
	List      string         `json:"list"`
	Whole     QualityReport  `json:"whole" doc:"All documents of the span together"`
	Months    []QualityMonth `json:"months" doc:"Oldest first; at most the last 120"`
	Agencies  []QualityGroup `json:"agencies" doc:"By the agency that answers for the software; most packages first, at most 200"`
	Suppliers []QualityGroup `json:"suppliers" doc:"By whose document it is; most packages first, at most 200"`
}

// QualitySum is what several documents have of the fields that a list requires.
type QualitySum struct {
	Documents int          `json:"documents"`
	Packages  int          `json:"packages"`
	Grade     QualityGrade `json:"grade"`
	Sentence  string       `json:"sentence"`
	Value     int          `json:"value" doc:"Required fields that state a value, over all packages and documents"`
	Unknown   int          `json:"unknown" doc:"That say it is not known"`
	Missing   int          `json:"missing" doc:"That say nothing"`
}

// QualityMonth is the documents of one month.
type QualityMonth struct {
	StartsOn string `json:"startsOn" format:"date" example:"2026-11-01"`
	QualitySum
}

// QualityGroup is the documents of one agency or supplier.
type QualityGroup struct {
	AgencyID *int64 `json:"agencyId" doc:"null for a supplier"`
	Name     string `json:"name" doc:"Empty when no supplier is known"`
	QualitySum
}

func sumOf(l *quality.List, r *store.QualityRow) QualitySum {
	report := l.Judge(quality.Document{Packages: r.Packages, Tallies: r.Tallies})
	out := QualitySum{Documents: r.Documents, Packages: r.Packages, Grade: QualityGrade(report.Grade), Sentence: report.Sentence}
	for _, result := range report.Results {
		if result.Rule.Level == quality.Required {
			out.Value, out.Unknown, out.Missing = out.Value+result.Value, out.Unknown+result.Unknown, out.Missing+result.Missing
		}
	}
	return out
}

func (a *api) reportQuality(ctx context.Context, in *struct {
	List     QualityListID `query:"list" doc:"cisa-2026 when absent"`
	Agency   int64         `query:"agency" minimum:"1" doc:"Of the software of this agency and of all below it"`
	Supplier string        `query:"supplier" maxLength:"200" doc:"Only documents of this supplier"`
	From     string        `query:"from" format:"date" doc:"Received on this day or later; two years ago when absent"`
	Until    string        `query:"until" format:"date" doc:"Received on this day or earlier"`
}) (*struct{ Body QualityTrend }, error) {
	l := quality.Lists()[0]
	if named, ok := quality.ListByID(string(in.List)); ok {
		l = named
	}
	f := store.QualityFilter{AgencyID: in.Agency, Supplier: in.Supplier, From: time.Now().UTC().AddDate(-2, 0, 0)}
	if d := dateOf(&in.From); d != nil {
		f.From = d.Time()
	}
	if d := dateOf(&in.Until); d != nil {
		f.Until = d.AddDays(1).Time()
	}
	if in.From != "" && in.Until != "" && !f.Until.After(f.From) {
		var m models.Mistakes
		m.Add("until", "before-from", "The last day is before the first. Exchange from and until.")
		return nil, m.Err()
	}
	v := viewer(ctx)
	months, err := a.Store.QualityByMonth(ctx, v, f)
	if err != nil {
		return nil, err
	}
	agencies, err := a.Store.QualityByAgency(ctx, v, f)
	if err != nil {
		return nil, err
	}
	suppliers, err := a.Store.QualityBySupplier(ctx, v, f)
	if err != nil {
		return nil, err
	}
	var tallies [][]models.Tally
	whole := quality.Document{}
	for _, m := range months {
		whole.Packages += m.Packages
		tallies = append(tallies, m.Tallies)
	}
	whole.Tallies = quality.Sum(tallies...)
	report := l.Judge(whole)
	if len(months) == 0 {
		report.Sentence = "Empty: there are no documents of this kind and span that you may see, so there is nothing to judge by " + l.Short + "."
	}
	return &struct{ Body QualityTrend }{QualityTrend{ListID: l.ID, List: l.Short, Whole: shapeQuality(&report),
		Months: each(months, func(r *store.QualityRow) QualityMonth { return QualityMonth{r.Name, sumOf(l, r)} }),
		Agencies: each(agencies, func(r *store.QualityRow) QualityGroup {
			return QualityGroup{&r.ID, r.Name, sumOf(l, r)}
		}),
		Suppliers: each(suppliers, func(r *store.QualityRow) QualityGroup { return QualityGroup{nil, r.Name, sumOf(l, r)} })}}, nil
}

// The words of quality reports.
type (
	QualityListID  string
	QualityLevel   string
	QualityGrade   string
	QualityAnswer  string
	QualityOutcome string
)

// Schema lists the lists.
func (QualityListID) Schema(huma.Registry) *huma.Schema {
	var ids []string
	for _, l := range quality.Lists() {
		ids = append(ids, l.ID)
	}
	return words("A published list", ids...)
}

// Schema lists how much a list may want a field.
func (QualityLevel) Schema(huma.Registry) *huma.Schema {
	return words("How much the list wants the field; grades look at required ones only", quality.Required, quality.Additional, quality.Optional, quality.Recorded)
}

// Schema lists the grades.
func (QualityGrade) Schema(huma.Registry) *huma.Schema {
	return words("How much of the list is filled", quality.Grades()...)
}

// Schema lists the answers.
func (QualityAnswer) Schema(huma.Registry) *huma.Schema {
	return words("Whether something is so; not-applicable where the list leaves it open", quality.Yes, quality.No, quality.NotApplicable)
}

// Schema lists the outcomes.
func (QualityOutcome) Schema(huma.Registry) *huma.Schema {
	return words("What a rule found", quality.Met, quality.MetWithUnknowns, quality.Partly, quality.Missing, quality.NotMeasured)
}
