package api

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// RegimeVersionDetail is a version with what it says. The parts that people and programs ask for most are told apart; the text has all.
type RegimeVersionDetail struct {
	RegimeVersion
	Text      string            `json:"text" doc:"The document as written, in YAML"`
	About     string            `json:"about"`
	Country   string            `json:"country" doc:"ISO 3166-1 alpha-2, or EU; empty for none"`
	NotAdvice bool              `json:"notAdvice" doc:"A draft by people who are not lawyers: not legal advice"`
	Model     PreferenceModel   `json:"model"`
	Rungs     []RegimeRung      `json:"rungs" doc:"The most preferred first; none where the law does not order them"`
	Law       []RegimeLaw       `json:"law" doc:"The places in the law that it rests on"`
	Sources   []RegimeTerm      `json:"requiredSources" doc:"Where has to be searched"`
	Knockouts []RegimeTerm      `json:"conditions" doc:"What rules a candidate out when it fails"`
	Costs     []RegimeTerm      `json:"costLines" doc:"The same for every candidate"`
	Grounds   []ExemptionGround `json:"exemptionGrounds" doc:"The closed list of grounds to be let off"`
	Withhold  []RegimeTerm      `json:"withholdGrounds" doc:"The closed list of grounds to hold something back from the public"`
	Bands     []ApprovalBand    `json:"approvalBands" doc:"Who approves, from the smallest value"`
	Rules     []RegimeRule      `json:"rules" doc:"That are put before its cases: those it chose, those that are always on, and its own"`
	Clauses   []ContractClause  `json:"clauses" doc:"Its library for contracts"`
	Words     []StepText        `json:"words" doc:"What is to be done at each step, in plain words"`
}

// RegimeTerm is a word of a closed list.
type RegimeTerm struct {
	ID    string `json:"id" example:"national-catalogue"`
	Title string `json:"title"`
}

// RegimeRung is one step of the order in which software is preferred.
type RegimeRung struct {
	Rung    int               `json:"rung"`
	Title   string            `json:"title"`
	Origins []CandidateOrigin `json:"origins"`
}

// RegimeLaw is one place in the law.
type RegimeLaw struct {
	Law     string   `json:"law"`
	Article string   `json:"article"`
	Text    string   `json:"text" doc:"What it says, in other words"`
	Href    string   `json:"href" doc:"Where it can be read; empty when not given"`
	Note    string   `json:"note" doc:"What of it is not verified"`
	Rules   []string `json:"rules" doc:"That rest on it"`
}

// ExemptionGround is one ground for an exemption.
type ExemptionGround struct {
	ID       string       `json:"id" example:"no-expertise"`
	Title    string       `json:"title"`
	Text     string       `json:"text"`
	Law      string       `json:"law"`
	By       []Role       `json:"by" doc:"Who may grant it"`
	Decider  string       `json:"decider" doc:"Who decides, where a role says too little"`
	Evidence []RegimeTerm `json:"evidence" doc:"What has to be shown"`
	MaxDays  int          `json:"maxDays" doc:"The longest it holds; 0: no cap, though it ends on some day"`
}

// ApprovalBand is a range of values with the role that approves.
type ApprovalBand struct {
	UpTo  *models.Money `json:"upTo" doc:"null: without limit"`
	Role  Role          `json:"role"`
	Title string        `json:"title"`
}

// ContractClause is one clause of a library.
type ContractClause struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Why   string `json:"why"`
	When  string `json:"when" doc:"When it belongs in a contract"`
	Rule  string `json:"rule" doc:"That it satisfies; empty for none"`
}

// StepText tells a person what the law asks at a step.
type StepText struct {
	Step    string `json:"step" example:"need"`
	Article string `json:"article"`
	Text    string `json:"text"`
}

// RegimeRule is one rule.
type RegimeRule struct {
	ID       string       `json:"id" example:"C2"`
	Title    string       `json:"title"`
	Severity RuleSeverity `json:"severity"`
	Gate     Gate         `json:"gate"`
	Needs    string       `json:"needs" doc:"CEL: the rule applies only when this is true; empty: always"`
	When     string       `json:"when" doc:"CEL: the rule is broken when this is true"`
	Message  string       `json:"message"`
	Law      string       `json:"law"`
	Cure     string       `json:"cure"`
	Waiver   string       `json:"waiver" doc:"Role that may let it pass, with a reason; empty when nobody may"`
	Always   bool         `json:"always" doc:"No regime can switch it off"`
}

// RegimeFact is something that a condition may ask for.
type RegimeFact struct {
	Path     string   `json:"path" doc:"As a condition writes it; [] stands for each entry of a list" example:"d.candidates[].oss"`
	Kind     string   `json:"kind" example:"yes or no"`
	Words    string   `json:"words"`
	Values   []string `json:"values" doc:"Those it can have, where they are a closed list"`
	Optional bool     `json:"optional" doc:"It may be missing: a rule that needs it is undetermined then"`
}

func shapeRegimeRule(r *policy.RegimeRule) RegimeRule {
	return RegimeRule{r.ID, r.Title, RuleSeverity(r.Severity), Gate(r.Gate), r.Needs, r.When, r.Message, r.Law, r.Cure, string(r.Waiver), slices.Contains(policy.AlwaysOn(), r.ID)}
}

func shapeTerms(list []policy.Term) []RegimeTerm {
	return each(list, func(t *policy.Term) RegimeTerm { return RegimeTerm(*t) })
}

func shapeRegimeVersionDetail(v models.Viewer, row *store.RegimeVersionRow) (RegimeVersionDetail, error) {
	g, err := policy.ParseRegime([]byte(row.Text))
	if err != nil {
		return RegimeVersionDetail{}, err
	}
	return RegimeVersionDetail{RegimeVersion: shapeRegimeVersionFor(v)(row), Text: row.Text, About: g.About, Country: g.Country, NotAdvice: g.NotAdvice, Model: PreferenceModel(g.Preference.Model),
		Rungs: each(g.Preference.Rungs, func(r *policy.Rung) RegimeRung {
			return RegimeRung{r.Number, r.Title, each(r.Origins, func(o *models.CandidateOrigin) CandidateOrigin { return CandidateOrigin(*o) })}
		}),
		Law: each(g.Law, func(l *policy.LawRef) RegimeLaw {
			return RegimeLaw{l.Law, l.Article, l.Text, l.Link, l.Note, orEmpty(l.Rules)}
		}),
		Sources: shapeTerms(g.MarketScan.RequiredSources), Knockouts: shapeTerms(g.Evaluation.Knockouts), Costs: shapeTerms(g.Evaluation.TCOLines), Withhold: shapeTerms(g.Publication.WithholdGrounds),
		Grounds: each(g.Exemptions, func(e *policy.Ground) ExemptionGround {
			return ExemptionGround{e.ID, e.Title, e.Text, e.Law, roles(e.Roles), e.Decider, shapeTerms(e.Evidence), e.MaxDays}
		}),
		Bands: each(g.Approval.Bands, func(b *policy.Band) ApprovalBand { return ApprovalBand{b.UpTo, Role(b.Role), b.Title} }),
		Rules: each(g.On(), shapeRegimeRule),
		Clauses: each(g.Clauses, func(c *policy.Clause) ContractClause {
			return ContractClause{c.ID, c.Title, c.Text, c.Why, c.When, c.Rule}
		}),
		Words: each(g.Words, func(w *policy.StepWords) StepText { return StepText{string(w.Step), w.Article, w.Text} })}, nil
}
