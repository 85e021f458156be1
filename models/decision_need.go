package models

import (
	"fmt"
	"time"
)

// RequirementLevel says how much hangs on a requirement.
type RequirementLevel string

const (
	Essential RequirementLevel = "essential" // without it the software is of no use
	Mandatory RequirementLevel = "mandatory" // must be met in the end; a gap may be closed at a cost
	Desirable RequirementLevel = "desirable"
)

// RequirementLevels lists the levels from most to least.
var RequirementLevels = []RequirementLevel{Essential, Mandatory, Desirable}

// RequirementTypes lists what a requirement may be about.
var RequirementTypes = []string{"functional", "non-functional", "legal", "security", "interoperability", "accessibility", "data"}

// Need is what an agency needs and what it may cost: it is frozen, and its digest told, when it is confirmed.
type Need struct {
	Problem      string        `json:"problem" doc:"What is to be solved, for whom, and how it is done today."`
	Users        string        `json:"users,omitempty" doc:"Who will use it, and how many."`
	Objectives   string        `json:"objectives,omitempty" doc:"What will be better, and how that is seen."`
	Context      string        `json:"context,omitempty" doc:"Processes, systems and data around it."`
	BudgetMax    Money         `json:"budgetMax" doc:"The most that it may cost over the horizon, all in all."`
	BudgetLine   string        `json:"budgetLine,omitempty" doc:"Where the money comes from."`
	DaysMax      int           `json:"daysMax" minimum:"0" doc:"In how many days it must be in use."`
	Norms        []string      `json:"norms,omitempty" nullable:"false" doc:"Norms that it must follow, as WCAG 2.2 AA."`
	DataClass    DataClass     `json:"dataClass" enum:"unknown,open,internal,confidential,secret" doc:"The highest class of data."`
	PersonalData PersonalData  `json:"personalData" enum:"unknown,none,personal,special-category" doc:"Whether personal data are handled."`
	Criticality  int           `json:"criticality,omitempty" minimum:"0" maximum:"4" doc:"From 1 (low) to 4 (vital); 0: not assessed."`
	ImpactRef    string        `json:"impactRef,omitempty" doc:"Where the data-protection impact assessment is."`
	Integrations []string      `json:"integrations,omitempty" nullable:"false" doc:"What it has to work with."`
	Volumes      string        `json:"volumes,omitempty" doc:"Users, data and requests to expect."`
	CustomCode   bool          `json:"customCode,omitempty" doc:"Code will be written to order, whatever is chosen."`
	Requirements []Requirement `json:"requirements" nullable:"false" doc:"What it must do and be."`
}

// Requirement is one thing that software must do or be.
type Requirement struct {
	ID             string           `json:"id" doc:"Short name within the case, as R1." example:"R1"`
	Text           string           `json:"text" doc:"What is required, so that it can be checked."`
	Type           string           `json:"type" enum:"functional,non-functional,legal,security,interoperability,accessibility,data" doc:"What it is about."`
	Level          RequirementLevel `json:"level" enum:"essential,mandatory,desirable" doc:"How much hangs on it."`
	Rationale      string           `json:"rationale,omitempty" doc:"Why it is needed; must be said of what is essential or mandatory."`
	Verification   string           `json:"verification,omitempty" doc:"How it is checked."`
	NamesProduct   string           `json:"namesProduct,omitempty" doc:"The product that it names, if it names one."`
	ProductIsOSS   bool             `json:"productIsOss,omitempty" doc:"The product named is open source."`
	OrEquivalent   bool             `json:"orEquivalent,omitempty" doc:"It says “or equivalent”."`
	SourceNorm     string           `json:"sourceNorm,omitempty" doc:"The norm that it comes from."`
	ChangedAt      *time.Time       `json:"changedAt,omitempty" readOnly:"true" doc:"When it came to stand as it does; set by the register."`
	ChangeApproved string           `json:"changeApproved,omitempty" doc:"Who approved that it was added or changed after the scan was opened, and where that is written."`
}

// Binding reports whether software must meet the requirement in the end.
func (r Requirement) Binding() bool { return r.Level == Essential || r.Level == Mandatory }

// Same reports whether two requirements ask for the same, whenever they were written.
func (r Requirement) Same(o Requirement) bool {
	r.ChangedAt, o.ChangedAt, r.ChangeApproved, o.ChangeApproved = nil, nil, "", ""
	return r == o
}

// MaxRequirements bounds a need.
const MaxRequirements = 500

// Validate reports every field that breaks a rule. What the law asks of a need is for the rules of its regime to judge.
func (n *Need) Validate() error {
	var m Mistakes
	requireText(&m, "problem", n.Problem, 5000)
	for field, text := range map[string]string{"users": n.Users, "objectives": n.Objectives, "context": n.Context, "volumes": n.Volumes} {
		checkLength(&m, field, text, 5000)
	}
	optionalMoney(&m, "budgetMax", n.BudgetMax)
	if n.DaysMax < 0 {
		m.Add("daysMax", "too-small", "Give the days as a number above 0.")
	}
	if n.DataClass == "" {
		n.DataClass = DataUnknown
	}
	if n.PersonalData == "" {
		n.PersonalData = PersonalUnknown
	}
	checkOneOf(&m, "dataClass", n.DataClass, DataClasses)
	checkOneOf(&m, "personalData", n.PersonalData, PersonalDatas)
	if len(n.Requirements) > MaxRequirements {
		m.Add("requirements", "too-many", fmt.Sprintf("A need has at most %d requirements.", MaxRequirements))
	}
	seen := map[string]bool{}
	for i, r := range n.Requirements {
		r.check(&m, fmt.Sprintf("requirements[%d].", i))
		if seen[r.ID] {
			m.Add(fmt.Sprintf("requirements[%d].id", i), "twice", "Another requirement is called "+r.ID+" too.")
		}
		seen[r.ID] = true
	}
	return m.Err()
}

func (r Requirement) check(m *Mistakes, at string) {
	requireText(m, at+"id", r.ID, 20)
	requireText(m, at+"text", r.Text, 2000)
	checkOneOf(m, at+"level", r.Level, RequirementLevels)
	checkOneOf(m, at+"type", r.Type, RequirementTypes)
	checkLength(m, at+"rationale", r.Rationale, 2000)
	if r.Binding() && r.Rationale == "" {
		m.Add(at+"rationale", "required", "Say why "+r.ID+" is "+string(r.Level)+": whoever requires more than is needed shuts out software that would do.")
	}
}

// People is who works on a case besides those who hold their role in the agency.
type People struct {
	Evaluators []CasePerson `json:"evaluators" nullable:"false" doc:"Who scores, each with what they have declared."`
	Advisers   []CasePerson `json:"advisers,omitempty" nullable:"false" doc:"Who says whether conditions of law are met."`
}

// CasePerson is a person of a case with their interests.
type CasePerson struct {
	UserID    int64  `json:"userId" doc:"Number of the person."`
	Field     string `json:"field,omitempty" doc:"What they are asked about, as security or law."`
	Interests string `json:"interests" doc:"Interests declared in any candidate or supplier; “none” when there are none."`
	Excluded  bool   `json:"excluded,omitempty" doc:"They do not take part, because of an interest."`
}

// Validate reports every field that breaks a rule.
func (p *People) Validate() error {
	var m Mistakes
	for name, list := range map[string][]CasePerson{"evaluators": p.Evaluators, "advisers": p.Advisers} {
		seen := map[int64]bool{}
		for i, one := range list {
			at := fmt.Sprintf("%s[%d].", name, i)
			if one.UserID == 0 {
				m.Add(at+"userId", "required", "Say who it is.")
			}
			requireText(&m, at+"interests", one.Interests, 2000)
			if seen[one.UserID] {
				m.Add(at+"userId", "twice", "The same person stands in the list twice.")
			}
			seen[one.UserID] = true
		}
	}
	return m.Err()
}
