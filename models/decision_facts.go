package models

import (
	"fmt"
	"time"
)

// LicenseFact is what is known of a candidate's licence on a day, and how. It is a snapshot: it does not follow the register.
type LicenseFact struct {
	Expression   string    `json:"expression" doc:"SPDX expression; NOASSERTION when nobody knows, NONE when there is none."`
	Declared     string    `json:"declared,omitempty" doc:"What the supplier says."`
	Concluded    string    `json:"concluded,omitempty" doc:"What a reviewer says."`
	ListVersion  string    `json:"listVersion,omitempty" doc:"Version of the SPDX licence list."`
	Elected      string    `json:"electedBranch,omitempty" doc:"The branch that is taken of an expression with OR."`
	SourcePublic *bool     `json:"sourcePublic,omitempty" doc:"Whether anybody can read the source; left out: not known."`
	Conflicts    []string  `json:"conflicts,omitempty" nullable:"false" doc:"Licences of components that do not go together in the use meant."`
	Unknown      int       `json:"unknownPackages,omitempty" minimum:"0" doc:"Packages of the SBOM without a licence that can be read."`
	Packages     int       `json:"packages,omitempty" minimum:"0" doc:"Packages of the SBOM."`
	LegalOpinion string    `json:"legalOpinion,omitempty" doc:"Signed legal opinion on the conflicts: address or digest."`
	SBOM         string    `json:"sbom,omitempty" doc:"SHA-256 of the SBOM document that this was read from."`
	SBOMID       *int64    `json:"sbomId,omitempty" doc:"Number of that document in the register."`
	Method       string    `json:"method" enum:"register,scanner,manual,vendor-statement" doc:"How it was found."`
	Reviewer     string    `json:"reviewer,omitempty" doc:"Who looked."`
	TakenAt      time.Time `json:"takenAt" doc:"When."`
}

// Validate reports every field that breaks a rule.
func (f *LicenseFact) Validate() error {
	var m Mistakes
	requireText(&m, "expression", f.Expression, 2000)
	checkOneOf(&m, "method", f.Method, []string{"register", "scanner", "manual", "vendor-statement"})
	if f.TakenAt.IsZero() {
		m.Add("takenAt", "required", "Say when this was found.")
	}
	if f.SBOM != "" && !isDigest(f.SBOM) {
		m.Add("sbom", "malformed", "Give the SHA-256 of the SBOM document as 64 hexadecimal digits.")
	}
	return m.Err()
}

// HealthSnapshot is how alive a project is, measured on a day with CHAOSS's names. What was not measured is left out; that is not zero.
type HealthSnapshot struct {
	WindowDays     int       `json:"windowDays,omitempty" minimum:"0" doc:"Days that the measures look back."`
	AbsenceFactor  *int      `json:"contributorAbsenceFactor,omitempty" minimum:"0" doc:"The fewest contributors who make half of the contributions (CHAOSS)."`
	ElephantFactor *int      `json:"elephantFactor,omitempty" minimum:"0" doc:"The fewest organisations who do (CHAOSS)."`
	Contributors   *int      `json:"contributors,omitempty" minimum:"0" doc:"Contributors in the window."`
	LastCommitOn   *Date     `json:"lastCommitOn,omitempty" doc:"Day of the last commit."`
	LastReleaseOn  *Date     `json:"lastReleaseOn,omitempty" doc:"Day of the last release."`
	ClosureRatio   string    `json:"changeRequestClosureRatio,omitempty" doc:"Change requests closed to opened (CHAOSS), as 0.93."`
	Archived       *bool     `json:"archived,omitempty" doc:"The repository is archived."`
	SecurityPolicy *bool     `json:"securityPolicy,omitempty" doc:"There is a way to report vulnerabilities."`
	SupportEndsOn  *Date     `json:"supportEndsOn,omitempty" doc:"Last day of security support of the version meant."`
	Governance     string    `json:"governance,omitempty" doc:"Foundation, company, state or person."`
	Sponsors       *int      `json:"sponsors,omitempty" minimum:"0" doc:"Who pays for it."`
	FundingEndsOn  *Date     `json:"fundingEndsOn,omitempty" doc:"The day until which it is paid for."`
	NotMeasurable  []string  `json:"notMeasurable,omitempty" nullable:"false" doc:"Measures that the tool could not take."`
	Tool           string    `json:"tool" doc:"What measured it, with its version."`
	TakenAt        time.Time `json:"takenAt" doc:"When."`
}

// Validate reports every field that breaks a rule.
func (h *HealthSnapshot) Validate() error {
	var m Mistakes
	requireText(&m, "tool", h.Tool, 200)
	if h.TakenAt.IsZero() {
		m.Add("takenAt", "required", "Say when this was measured.")
	}
	return m.Err()
}

// Knockouts is what the law makes a condition, each with its result: one that fails rules a candidate out.
type Knockouts struct {
	Results []Knockout `json:"results" nullable:"false" doc:"Each condition with its result."`
	Export  *bool      `json:"dataExportFreeOpen,omitempty" doc:"The whole data can be taken away at any time, free, in an open documented format; left out: not known."`
}

// Knockout is one condition.
type Knockout struct {
	Check    string   `json:"check" doc:"The condition, as the regime calls it." example:"accessibility"`
	Result   string   `json:"result" enum:"pass,fail,unknown" doc:"What came out."`
	Text     string   `json:"text,omitempty" doc:"Why."`
	Evidence []string `json:"evidence,omitempty" nullable:"false" doc:"What shows it."`
}

// Validate reports every field that breaks a rule.
func (k *Knockouts) Validate() error {
	var m Mistakes
	for i, r := range k.Results {
		at := fmt.Sprintf("results[%d].", i)
		requireText(&m, at+"check", r.Check, 100)
		checkOneOf(&m, at+"result", r.Result, []string{"pass", "fail", "unknown"})
	}
	return m.Err()
}

// Cost is the total cost of ownership over a horizon, line by line and year by year.
type Cost struct {
	HorizonMonths int        `json:"horizonMonths" minimum:"0" doc:"Months that the lines cover."`
	Currency      string     `json:"currency" doc:"ISO 4217 code." example:"TTD"`
	PricedOn      *Date      `json:"pricedOn,omitempty" doc:"The day of the prices."`
	Lines         []CostLine `json:"lines" nullable:"false" doc:"The lines: the same for every candidate."`
	IncumbentExit Decimal    `json:"incumbentExit,omitempty" doc:"What leaving today's software costs: told apart, because it is the lock-in of what is there and not of the candidate."`
	LowFactor     Decimal    `json:"lowFactor,omitempty" doc:"The low end of the sensitivity band as a factor of the total, as 0.9."`
	HighFactor    Decimal    `json:"highFactor,omitempty" doc:"The high end, as 1.3."`
}

// CostLine is one line of a total cost.
type CostLine struct {
	Line     string    `json:"line" doc:"Which: as the regime calls it." example:"training-user"`
	Years    []Decimal `json:"years" nullable:"false" doc:"The amount in each year."`
	Basis    string    `json:"basis" enum:"quote,price-list,estimate,none-needed" doc:"Where the figure comes from."`
	Evidence string    `json:"evidence,omitempty" doc:"The document."`
}

// Validate reports every field that breaks a rule.
func (c *Cost) Validate() error {
	var m Mistakes
	if !currencyCode.MatchString(c.Currency) {
		m.Add("currency", "malformed", "Give the currency as its three letters, as TTD.")
	}
	if c.HorizonMonths < 1 || c.HorizonMonths > 600 {
		m.Add("horizonMonths", "out-of-range", "Give the months that the cost covers, from 1 to 600.")
	}
	seen := map[string]bool{}
	for i, l := range c.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		requireText(&m, at+"line", l.Line, 100)
		checkOneOf(&m, at+"basis", l.Basis, []string{"quote", "price-list", "estimate", "none-needed"})
		if seen[l.Line] {
			m.Add(at+"line", "twice", "The line "+l.Line+" stands in the sheet twice.")
		}
		seen[l.Line] = true
		if len(l.Years) == 0 || len(l.Years) > 50 {
			m.Add(at+"years", "required", "Give an amount for each year; 0 where it costs nothing.")
		}
		for j, y := range l.Years {
			if !y.Valid() {
				m.Add(fmt.Sprintf("%syears[%d]", at, j), "malformed", "Write the amount as a number of digits with a point, as 40000.00.")
			}
		}
	}
	for field, v := range map[string]Decimal{"incumbentExit": c.IncumbentExit, "lowFactor": c.LowFactor, "highFactor": c.HighFactor} {
		if v != "" && !v.Valid() {
			m.Add(field, "malformed", "Write a number of digits with a point, as 1.3.")
		}
	}
	return m.Err()
}

// LockIn is how hard it would be to leave.
type LockIn struct {
	ExportFormat   string         `json:"exportFormat,omitempty" doc:"Format in which data come out."`
	ExportComplete *bool          `json:"exportComplete,omitempty" doc:"All of it comes out."`
	ExportPrice    Money          `json:"exportPrice,omitzero" doc:"What that costs."`
	OpenAPI        *bool          `json:"openApi,omitempty" doc:"Interfaces are open and documented."`
	Standards      []string       `json:"standards,omitempty" nullable:"false" doc:"Standards used."`
	Suppliers      *int           `json:"independentSuppliers,omitempty" minimum:"0" doc:"Independent suppliers able to support it."`
	NoticeDays     *int           `json:"noticeDays,omitempty" minimum:"0" doc:"Days of notice."`
	PriceClause    string         `json:"priceClause,omitempty" doc:"How prices may change."`
	Portable       *bool          `json:"portable,omitempty" doc:"It can be moved to another host."`
	Jurisdiction   string         `json:"jurisdiction,omitempty" doc:"Country whose law binds the provider."`
	ExitPlan       string         `json:"exitPlan,omitempty" doc:"The plan to leave, and where it is."`
	ExitTestedOn   *Date          `json:"exitTestedOn,omitempty" doc:"The day on which it was tried."`
	Sovereignty    map[string]int `json:"sovereignty,omitempty" doc:"Assurance level from 0 to 4 for each objective of the EU Cloud Sovereignty Framework; never one number for all."`
}

// Validate reports every field that breaks a rule.
func (l *LockIn) Validate() error {
	var m Mistakes
	optionalMoney(&m, "exportPrice", l.ExportPrice)
	for objective, level := range l.Sovereignty {
		if level < 0 || level > 4 {
			m.Add("sovereignty."+objective, "out-of-range", "A level goes from 0 to 4.")
		}
	}
	return m.Err()
}

// Criteria is what candidates are scored by, frozen before the first score.
type Criteria struct {
	Criteria []Criterion `json:"criteria" nullable:"false" doc:"The criteria with their weights; together 100."`
	Method   string      `json:"method,omitempty" enum:"weighted-sum" doc:"How scores become one figure."`
}

// Criterion is one criterion.
type Criterion struct {
	ID     string  `json:"id" doc:"Short name." example:"support"`
	Name   string  `json:"name" doc:"What is scored."`
	Weight Decimal `json:"weight" doc:"Its share of 100."`
	Anchor string  `json:"anchor,omitempty" doc:"What 0 and what 100 mean."`
}

// Validate reports every field that breaks a rule.
func (c *Criteria) Validate() error {
	var m Mistakes
	if c.Method == "" {
		c.Method = "weighted-sum"
	}
	checkOneOf(&m, "method", c.Method, []string{"weighted-sum"})
	seen := map[string]bool{}
	for i, one := range c.Criteria {
		at := fmt.Sprintf("criteria[%d].", i)
		requireText(&m, at+"id", one.ID, 40)
		requireText(&m, at+"name", one.Name, 200)
		if !one.Weight.Valid() || one.Weight[0] == '-' {
			m.Add(at+"weight", "malformed", "Write the weight as a number, as 20.")
		}
		if seen[one.ID] {
			m.Add(at+"id", "twice", "Another criterion is called "+one.ID+" too.")
		}
		seen[one.ID] = true
	}
	return m.Err()
}

// ScoreSheet is what one evaluator says, of every candidate they looked at.
type ScoreSheet struct {
	Scores []Score `json:"scores" nullable:"false" doc:"The scores."`
}

// Score is one score with its evidence.
type Score struct {
	Candidate string   `json:"candidate" doc:"Key of the candidate."`
	On        string   `json:"on" doc:"Name of a criterion or of a requirement."`
	Value     Decimal  `json:"value" doc:"From 0 to 100."`
	Evidence  []string `json:"evidence,omitempty" nullable:"false" doc:"What shows it; a score without evidence does not count for what is required."`
	Comment   string   `json:"comment,omitempty" doc:"Why."`
}

// Validate reports every field that breaks a rule.
func (s *ScoreSheet) Validate() error {
	var m Mistakes
	seen := map[[2]string]bool{}
	for i, one := range s.Scores {
		at := fmt.Sprintf("scores[%d].", i)
		requireText(&m, at+"candidate", one.Candidate, 40)
		requireText(&m, at+"on", one.On, 40)
		if !percent(one.Value) {
			m.Add(at+"value", "out-of-range", "Give a score from 0 to 100.")
		}
		if k := [2]string{one.Candidate, one.On}; seen[k] {
			m.Add(at+"on", "twice", "The score of "+one.Candidate+" on "+one.On+" stands in the sheet twice.")
		} else {
			seen[k] = true
		}
	}
	return m.Err()
}

// percent reports whether a number lies from 0 to 100.
func percent(d Decimal) bool {
	if !d.Valid() || d[0] == '-' {
		return false
	}
	var whole int
	for _, c := range d {
		if c == '.' {
			break
		}
		if whole = whole*10 + int(c-'0'); whole > 100 {
			return false
		}
	}
	return whole < 100 || d == "100" || d == "100.0" || d == "100.00"
}

// Mitigations is what is done about weaknesses that are accepted.
type Mitigations struct {
	Items []string `json:"items" nullable:"false" doc:"Each weakness with what is done about it."`
}

// Validate reports every field that breaks a rule.
func (t *Mitigations) Validate() error {
	var m Mistakes
	for i, item := range t.Items {
		requireText(&m, fmt.Sprintf("items[%d]", i), item, 2000)
	}
	return m.Err()
}
