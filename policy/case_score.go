package policy

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ospo-register/ospo/models"
)

// readCriteria takes in what candidates are scored by. Weights that do not make 100 together are a mistake that is said: no total is made of them.
func (w *derivation) readCriteria() {
	if w.Dossier.Criteria == nil || len(w.Dossier.Criteria.Value.Criteria) == 0 {
		return
	}
	sum := decimal.Zero
	for _, c := range w.Dossier.Criteria.Value.Criteria {
		sum = sum.Add(toDecimal(c.Weight))
	}
	if !sum.Equal(decimal.NewFromInt(100)) {
		w.mistakes = append(w.mistakes, fmt.Sprintf("The weights of the criteria make %s together instead of 100, so no candidate has a score. Correct the weights.", sum))
		return
	}
	w.criteria = w.Dossier.Criteria.Value.Criteria
}

// readScores sorts the sheets of the evaluators by candidate.
func (w *derivation) readScores() {
	w.scores, w.voices = map[string][]ScoreFacts{}, map[[2]string][]decimal.Decimal{}
	requirements := map[string]bool{}
	for _, r := range w.need.Requirements {
		requirements[r.ID] = true
	}
	for i := range w.Dossier.Scores {
		sheet := &w.Dossier.Scores[i]
		who := person(sheet.ByID, firstOf(sheet.ByName, sheet.Key))
		if w.excluded(sheet.ByID) {
			w.mistakes = append(w.mistakes, fmt.Sprintf("%s has scored and does not take part because of an interest; the scores are not counted.", firstOf(sheet.ByName, sheet.Key)))
			continue
		}
		for _, s := range sheet.Value.Scores {
			fact := ScoreFacts{Criterion: s.On, Evaluator: who, Value: toFloat(s.Value), Evidence: s.Evidence}
			if requirements[s.On] {
				fact.Requirement, fact.Criterion = s.On, ""
			} else {
				at := [2]string{s.Candidate, s.On}
				w.voices[at] = append(w.voices[at], toDecimal(s.Value))
			}
			w.scores[s.Candidate] = append(w.scores[s.Candidate], fact)
		}
	}
	if w.Decision.Track == models.ShortTrack {
		w.readCoverage(requirements)
	}
}

// readCoverage takes what a candidate covers with evidence for its score on a requirement: on the short track nobody scores.
func (w *derivation) readCoverage(requirements map[string]bool) {
	worth := map[string]float64{"yes": 100, "partly": 50, "no": 0}
	for i := range w.Dossier.Candidates {
		c := &w.Dossier.Candidates[i]
		for _, g := range c.Value.Covers {
			if value, told := worth[g.Met]; told && requirements[g.Requirement] {
				w.scores[c.Key] = append(w.scores[c.Key], ScoreFacts{Requirement: g.Requirement, Evaluator: person(c.ByID, c.ByName), Value: value, Evidence: g.Evidence})
			}
		}
	}
}

func (w *derivation) excluded(id *int64) bool {
	return id != nil && w.Dossier.People != nil && slices.ContainsFunc(w.Dossier.People.Value.Evaluators, func(p models.CasePerson) bool { return p.UserID == *id && p.Excluded })
}

// rate works out the score of a candidate: of each criterion the mean of the evaluators times its weight. Without a score on every criterion there is none.
func (w *derivation) rate(c *weighed) {
	if scores := w.scores[c.Key]; len(scores) > 0 {
		c.facts.Scores = &scores
	}
	total, whole := decimal.Zero, len(w.criteria) > 0
	for _, criterion := range w.criteria {
		said := w.voices[[2]string{c.Key, criterion.ID}]
		line := CriterionScore{Criterion: criterion.ID, Name: criterion.Name, Weight: criterion.Weight, Voices: len(said)}
		if len(said) > 0 {
			mean := decimal.Avg(said[0], said[1:]...)
			line.Mean = models.Decimal(mean.StringFixed(2))
			total = total.Add(mean.Mul(toDecimal(criterion.Weight)).Div(decimal.NewFromInt(100)))
		}
		whole = whole && len(said) > 0
		c.Scores = append(c.Scores, line)
	}
	if whole {
		c.Score = models.Decimal(total.StringFixed(2))
		score := total.Round(2).InexactFloat64()
		c.facts.Score = &score
	}
}
