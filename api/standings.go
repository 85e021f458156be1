package api

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// Standing is where a case stands by what is on file: worked out, explained, and never entered by hand.
type Standing struct {
	Model       PreferenceModel     `json:"model"`
	Chosen      string              `json:"chosen" doc:"Key of the candidate that is proposed; empty before"`
	Recommended string              `json:"recommended" doc:"Key of the candidate that the law leads to; empty when it leads to none, or that cannot be told"`
	Sentence    string              `json:"sentence" doc:"Why that one"`
	Rungs       []RungStanding      `json:"rungs" doc:"The most preferred first"`
	Candidates  []CandidateStanding `json:"candidates" doc:"In the order in which they were filed"`
	Sensitivity []string            `json:"sensitivity" doc:"How the order by cost changes at the ends of the bands"`
	Open        []string            `json:"open" doc:"What is undetermined, with what would settle it"`
	Mistakes    []string            `json:"mistakes" doc:"What is wrong on file, such as weights that do not add up to 100"`
}

// RungStanding is one rung of the ladder with the candidates on it.
type RungStanding struct {
	Rung     int               `json:"rung" doc:"The smaller, the more preferred"`
	Title    string            `json:"title"`
	Origins  []CandidateOrigin `json:"origins"`
	Keys     []string          `json:"keys" doc:"Of the candidates: those that fit first, the best of them in front"`
	Decides  bool              `json:"decides" doc:"The choice is to be made on it"`
	Leads    string            `json:"leads" doc:"Key of the best that fits; empty when none does, or that cannot be told"`
	Sentence string            `json:"sentence"`
}

// Settlement is something that was worked out, with its reasons.
type Settlement struct {
	Outcome Settled  `json:"outcome"`
	Why     []string `json:"why"`
	Settles []string `json:"settles" doc:"What would settle it, where it is undetermined"`
}

// CandidateStanding is what was worked out of a candidate.
type CandidateStanding struct {
	Key           string           `json:"key"`
	Title         string           `json:"title"`
	Status        CandidateState   `json:"status"`
	Rung          int              `json:"rung" doc:"0: it stands on none"`
	RungWhy       string           `json:"rungWhy"`
	OpenSource    Settlement       `json:"openSource"`
	Elected       string           `json:"electedLicense" doc:"Branch of its licence that makes it open source; empty when none does"`
	Fits          Settlement       `json:"fits"`
	Checks        []FitCheck       `json:"checks" doc:"The steps on the way to whether it fits"`
	Coverage      *float64         `json:"coverage" doc:"Share of the weight of the requirements that is met, from 0 to 1; null while one is not answered"`
	Gaps          []RequirementGap `json:"gaps" doc:"Requirements that are not met in full"`
	Total         *models.Money    `json:"total" doc:"Over the horizon, with the cost of closing gaps; null while it cannot be told"`
	Low           *models.Money    `json:"low" doc:"The low end of the sensitivity band"`
	High          *models.Money    `json:"high" doc:"The high end"`
	GapCost       *models.Money    `json:"gapCost" doc:"Of closing all gaps"`
	IncumbentExit *models.Money    `json:"incumbentExit" doc:"What leaving today's software costs; in no total"`
	HorizonMonths int              `json:"horizonMonths"`
	MissingLines  []string         `json:"missingLines" doc:"Cost lines that the regime asks for and the sheet does not have"`
	Days          *int             `json:"daysToUse" doc:"Until it is in use, gaps closed; null when not known"`
	Score         string           `json:"score" doc:"Weighted, of 100; empty while it cannot be told"`
	Scores        []CriterionScore `json:"scores"`
	Health        Settlement       `json:"health"`
	SBOM          bool             `json:"sbomLodged"`
	Eliminated    string           `json:"eliminated" doc:"Why it was dropped; empty when it was not"`
}

// FitCheck is one step on the way to whether a candidate fits.
type FitCheck struct {
	Name    string  `json:"name" example:"coverage"`
	Outcome Settled `json:"outcome"`
	Text    string  `json:"text"`
	Settles string  `json:"settles" doc:"What would settle it, where it is undetermined"`
}

// RequirementGap is a requirement that is not met in full.
type RequirementGap struct {
	Requirement string        `json:"requirement"`
	Level       string        `json:"level" enum:"essential,mandatory,desirable" doc:"How much hangs on it"`
	Met         string        `json:"met" enum:"partly,no,unknown" doc:"How far it is met"`
	Remedy      string        `json:"remedy"`
	Cost        *models.Money `json:"cost"`
	Days        *int          `json:"days"`
	Evidenced   bool          `json:"evidenced"`
}

// CriterionScore is what evaluators said of a candidate on one criterion.
type CriterionScore struct {
	Criterion string `json:"criterion"`
	Name      string `json:"name"`
	Weight    string `json:"weight"`
	Mean      string `json:"mean" doc:"Empty when nobody has scored it"`
	Voices    int    `json:"voices" doc:"Evaluators who did"`
}

func shapeSettlement(f *policy.Finding) Settlement {
	outcome := f.Outcome
	if outcome == "" {
		outcome = policy.AnswerOpen
	}
	return Settlement{Settled(outcome), orEmpty(f.Why), orEmpty(f.Settles)}
}

func shapeStanding(s *policy.Standing) Standing {
	return Standing{Model: PreferenceModel(s.Model), Chosen: s.Chosen, Recommended: s.Recommended, Sentence: s.Sentence, Rungs: each(s.Rungs, shapeRungStanding), Candidates: each(s.Candidates, shapeCandidateStanding),
		Sensitivity: orEmpty(s.Sensitivity), Open: orEmpty(s.Open), Mistakes: orEmpty(s.Mistakes)}
}

func shapeRungStanding(r *policy.RungStanding) RungStanding {
	return RungStanding{r.Rung, r.Title, each(r.Origins, func(o *models.CandidateOrigin) CandidateOrigin { return CandidateOrigin(*o) }), orEmpty(r.Keys), r.Decides, r.Leads, r.Sentence}
}

func shapeCandidateStanding(c *policy.CandidateStanding) CandidateStanding {
	return CandidateStanding{Key: c.Key, Title: c.Title, Status: CandidateState(c.Status), Rung: c.Tier, RungWhy: c.TierWhy, OpenSource: shapeSettlement(&c.OSS), Elected: c.Elected, Fits: shapeSettlement(&c.Fit),
		Checks:   each(c.Checks, func(k *policy.Check) FitCheck { return FitCheck{k.Name, Settled(k.Outcome), k.Text, k.Settles} }),
		Coverage: c.Coverage, Gaps: each(c.Gaps, shapeGap), Total: sum(c.Total), Low: sum(c.Low), High: sum(c.High), GapCost: sum(c.GapCost), IncumbentExit: sum(c.IncumbentExit), HorizonMonths: c.HorizonMonths,
		MissingLines: each(c.MissingLines, func(t *policy.Term) string { return t.ID }), Days: c.Days, Score: string(c.Score), Scores: each(c.Scores, func(s *policy.CriterionScore) CriterionScore {
			return CriterionScore{s.Criterion, s.Name, string(s.Weight), string(s.Mean), s.Voices}
		}), Health: shapeSettlement(&c.Health), SBOM: c.SBOM, Eliminated: c.Eliminated}
}

func shapeGap(g *policy.Gap) RequirementGap {
	return RequirementGap{g.Requirement, string(g.Level), g.Met, g.Remedy, sum(g.Cost), g.Days, g.Evidenced}
}

// comparisonTable is one row for each candidate, rung by rung.
func comparisonTable(f *register.CaseFile) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Comparison", Columns: columns("rung:number", "rungTitle", "key", "candidate", "status", "openSource", "fits", "coverage:number", "gaps", "total:money", "low:money", "high:money", "incumbentExit:money", "currency",
		"daysToUse:number", "score:number", "health", "chosen", "why")}
	for i := range f.Standing.Rungs {
		rung := &f.Standing.Rungs[i]
		for _, key := range rung.Keys {
			if c := f.Standing.Candidate(key); c != nil {
				t.Rows = append(t.Rows, comparisonRow(rung, c, f.Standing.Chosen))
			}
		}
	}
	return t
}

func comparisonRow(rung *policy.RungStanding, c *policy.CandidateStanding, chosen string) []string {
	var gaps []string
	for _, g := range c.Gaps {
		gaps = append(gaps, g.Requirement+" ("+string(g.Level)+", "+g.Met+")")
	}
	coverage, days, mark := "", "", ""
	if c.Coverage != nil {
		coverage = strconv.FormatFloat(*c.Coverage, 'f', 4, 64)
	}
	if c.Days != nil {
		days = strconv.Itoa(*c.Days)
	}
	if c.Key == chosen {
		mark = "chosen"
	}
	return []string{strconv.Itoa(rung.Rung), rung.Title, c.Key, c.Title, c.Status, string(c.OSS.Outcome), string(c.Fit.Outcome), coverage, strings.Join(gaps, "; "), string(c.Total.Amount), string(c.Low.Amount), string(c.High.Amount),
		string(c.IncumbentExit.Amount), c.Total.Currency, days, string(c.Score), string(c.Health.Outcome), mark, strings.Join(c.Fit.Why, " ")}
}

// costTable is one row for each cost line of each candidate, with a column for each year.
func costTable(f *register.CaseFile) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Costs", Columns: columns("key", "candidate", "line", "basis", "currency")}
	years := 0
	for i := range f.Dossier.Candidates {
		c := &f.Dossier.Candidates[i]
		if c.Cost == nil {
			continue
		}
		for _, l := range c.Cost.Value.Lines {
			row := []string{c.Key, c.Title(), l.Line, l.Basis, c.Cost.Value.Currency}
			for _, y := range l.Years {
				row = append(row, string(y))
			}
			years = max(years, len(l.Years))
			t.Rows = append(t.Rows, row)
		}
	}
	for y := range years {
		t.Columns = append(t.Columns, columns(fmt.Sprintf("year%d:money", y+1))[0])
	}
	return t
}
