package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// The words of decisions and of the law that judges them.
type (
	DecisionBranch  string
	DecisionKind    string
	DecisionTrack   string
	DecisionState   string
	DecisionSort    string
	DecisionPart    string
	PartKeying      string
	Gate            string
	Position        string
	MoveCondition   string
	PreferenceModel string
	Settled         string
	RuleSeverity    string
	RegimeState     string
	CandidateOrigin string
	CandidateState  string
	TableFormat     string
	ProofKind       string
	GuidanceAnswer  string
)

func (DecisionBranch) Schema(huma.Registry) *huma.Schema {
	return words("What is decided: which software is used, whether code is opened, or what is done about software that is unmaintained or vulnerable", models.DecisionBranches...)
}

func (DecisionKind) Schema(huma.Registry) *huma.Schema {
	return words("The occasion of the decision", append(append([]models.DecisionKind{}, models.AcquisitionKinds...), models.DecideRelease, models.DecideRemedy)...)
}

func (DecisionTrack) Schema(huma.Registry) *huma.Schema {
	return words("The way that the case takes: in full; short, with the scan of an earlier case; taken without payment; or approved in an emergency and completed afterwards", models.DecisionTracks...)
}

func (DecisionState) Schema(huma.Registry) *huma.Schema {
	return words("Where the case stands; /decision-moves says where it can go from there", models.DecisionStates...)
}

func (DecisionSort) Schema(huma.Registry) *huma.Schema {
	return words("The order: latest opened first, or the next day that the law sets first, without cases that have none", models.ByNewest, models.ByDue)
}

func partNames() (names []models.PartName) {
	for _, p := range models.Parts {
		names = append(names, p.Name)
	}
	return names
}

func (DecisionPart) Schema(huma.Registry) *huma.Schema {
	return words("Which part of the dossier; /decision-parts says who writes it and when", partNames()...)
}

func (PartKeying) Schema(huma.Registry) *huma.Schema {
	return words("How many there are: one in a case, one for each candidate, or one for each person who writes it", "single", "candidate", "person")
}

func (Gate) Schema(huma.Registry) *huma.Schema {
	return words("The step that a rule guards; timer guards none and is asked at any time", models.Gates...)
}

func (Position) Schema(huma.Registry) *huma.Schema {
	return words("Whether the software is chosen before anything is put out to tender, or the bids are the candidates", models.DecideThenBuy, models.BuyThenDecide)
}

func (MoveCondition) Schema(huma.Registry) *huma.Schema {
	return words("What the regime must have, or not have, for the move to be there: a call to the public, a prior opinion, no standstill, a standstill, a procedural review", models.AskPublicCall, models.AskOpinion, models.AskNoPublic, models.AskStandstill, models.AskReviewPanel)
}

func (PreferenceModel) Schema(huma.Registry) *huma.Schema {
	return words("How the law puts open source first: the highest rung that fits; else only with an exemption; else only if better by a margin; when equal; with reasons given; or not at all in buying", policy.PreferenceModels()...)
}

func (Settled) Schema(huma.Registry) *huma.Schema {
	return words("What came out; undetermined: a fact is missing, which never counts for or against anything", policy.AnswerYes, policy.AnswerNo, policy.AnswerOpen)
}

func (RuleSeverity) Schema(huma.Registry) *huma.Schema {
	return words("A block stops the step unless it is waived; a warning is shown and recorded", policy.Block, policy.Warn)
}

func (RegimeState) Schema(huma.Registry) *huma.Schema {
	return words("A draft judges nothing; what is superseded still judges the cases that were opened under it", models.PolicyStates...)
}

func (CandidateOrigin) Schema(huma.Registry) *huma.Schema {
	return words("Where software comes from: made by or for government, open source of others, offered under a closed licence, made to order, run by another public body for others", models.CandidateOrigins...)
}

func (CandidateState) Schema(huma.Registry) *huma.Schema {
	return words("How far the candidate got", candidateStates()...)
}

func candidateStates() (states []CandidateState) {
	for _, s := range models.CandidateStates {
		states = append(states, CandidateState(s))
	}
	return states
}

func (TableFormat) Schema(huma.Registry) *huma.Schema {
	return words("The form of the answer; json when absent", "json", "csv", "xlsx")
}

func (ProofKind) Schema(huma.Registry) *huma.Schema {
	return words("What was checked: that something was logged, that the log was only added to, or a signature", "inclusion", "consistency", "checkpoint")
}

func (GuidanceAnswer) Schema(huma.Registry) *huma.Schema {
	return words("Whether something for this is in force already, open source is the way, the law prefers nothing, an exemption would be needed, or it depends on the case", "exists-already", "open-source", "neutral", "needs-exemption", "needs-case")
}

// calendarDay is how a day of models is described.
type calendarDay struct{}

// Schema is a full-date.
func (calendarDay) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Description: "A day", Examples: []any{"2026-11-22"}}
}

// decimalText is how an exact number of models is described.
type decimalText struct{}

// Schema is a number in text, so that nobody rounds it.
func (decimalText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?)?$`, Description: "A number in text, so that nobody rounds it", Examples: []any{"900000.00"}}
}

// teach has the parts of dossiers described as what they are: their structs stand in models, which knows no API.
func (a *api) teach() {
	r := a.huma.OpenAPI().Components.Schemas
	r.RegisterTypeAlias(reflect.TypeFor[models.Date](), reflect.TypeFor[calendarDay]())
	r.RegisterTypeAlias(reflect.TypeFor[models.Decimal](), reflect.TypeFor[decimalText]())
}
