package dossier

import "github.com/ospo-register/ospo/models"

// ChoiceTold is what was chosen.
type ChoiceTold struct {
	Key          string   `json:"key"`
	Name         string   `json:"name,omitempty"` // left out when the candidate is withheld
	Alternatives []string `json:"alternatives,omitempty"`
}

// ReasonTold is why something is chosen that is not open source.
type ReasonTold struct {
	Text     string   `json:"text"`
	Grounds  []string `json:"grounds,omitempty"`
	SignedAt Instant  `json:"signedAt,omitzero"` // left out of a draft
}

// ImpossibleTold is the finding that nothing of a preferred rung would do.
type ImpossibleTold struct {
	Rung     int     `json:"rung"`
	Text     string  `json:"text"`
	SignedAt Instant `json:"signedAt,omitzero"`
}

// ExemptionTold is an exemption from open source first: asked for, and answered.
type ExemptionTold struct {
	AskedFor   []string     `json:"askedFor,omitempty"` // grounds
	Facts      string       `json:"facts,omitempty"`
	Scope      string       `json:"scope,omitempty"`
	ExitPlan   string       `json:"exitPlan,omitempty"`
	Capacity   string       `json:"capacityPlan,omitempty"`
	Answer     *Held        `json:"answer,omitempty"`  // the answer is withheld
	Verdict    string       `json:"verdict,omitempty"` // left out before the answer
	Grounds    []string     `json:"grounds,omitempty"`
	Text       string       `json:"text,omitempty"`
	Conditions []string     `json:"conditions,omitempty"`
	By         string       `json:"byRole,omitempty"`
	At         Instant      `json:"answeredAt,omitzero"`
	UntilOn    *models.Date `json:"untilOn,omitempty"`
	Shown      string       `json:"shown,omitempty"` // existence-only when the regime publishes no more of it
}

// NeedTold is what was needed.
type NeedTold struct {
	Problem      string            `json:"problem"`
	Users        string            `json:"users,omitempty"`
	Objectives   string            `json:"objectives,omitempty"`
	BudgetMax    *models.Money     `json:"budgetMax,omitempty"`
	DaysMax      int               `json:"daysMax,omitempty"`
	Norms        []string          `json:"norms,omitempty"`
	Requirements []RequirementTold `json:"requirements,omitempty"`
	ConfirmedAt  Instant           `json:"confirmedAt,omitzero"`
	Digest       string            `json:"digest,omitempty"`
}

// RequirementTold is one requirement.
type RequirementTold struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	Level     string `json:"level"`
	Rationale string `json:"rationale,omitempty"`
}

// ScanTold is where it was looked for what is there already.
type ScanTold struct {
	Searches   []SearchTold `json:"searches,omitempty"`
	PublicCall *CallTold    `json:"publicCall,omitempty"`
	NilReturn  string       `json:"nilReturn,omitempty"`
	ReusedFrom string       `json:"reusedFrom,omitempty"`
	ReusedOn   *models.Date `json:"reusedOn,omitempty"`
}

// SearchTold is one search.
type SearchTold struct {
	Source  string   `json:"source"`
	Query   string   `json:"query,omitempty"`
	At      Instant  `json:"at,omitzero"`
	Hits    int      `json:"hits"`
	Found   []string `json:"found,omitempty"`
	Exhibit string   `json:"exhibit,omitempty"`
}

// CallTold is a need that was published for offers.
type CallTold struct {
	PublishedOn models.Date `json:"publishedOn"`
	EndsOn      models.Date `json:"endsOn"`
	URL         string      `json:"url,omitempty"`
	Offers      int         `json:"offers"`
}

// RungTold is one step of the order in which candidates were looked at, with those on it.
type RungTold struct {
	Rung       int             `json:"rung"` // 0: those on none
	Title      string          `json:"title,omitempty"`
	Decides    bool            `json:"decides"`
	Sentence   string          `json:"sentence,omitempty"`
	Candidates []CandidateTold `json:"candidates,omitempty"`
}

// CandidateTold is one candidate.
type CandidateTold struct {
	Key        string         `json:"key"`
	Chosen     bool           `json:"chosen,omitempty"`
	Withheld   *Held          `json:"withheld,omitempty"` // nothing but the key and the rung is told
	Name       string         `json:"name,omitempty"`
	Origin     string         `json:"origin,omitempty"`
	Delivery   string         `json:"delivery,omitempty"`
	Vendor     string         `json:"vendor,omitempty"`
	License    Told[string]   `json:"license,omitzero"`
	OSS        *OutcomeTold   `json:"openSource,omitempty"`
	Fit        *OutcomeTold   `json:"fit,omitempty"`
	Coverage   models.Decimal `json:"coverage,omitempty"`
	Score      models.Decimal `json:"score,omitempty"`
	Cost       Told[CostTold] `json:"cost,omitzero"`
	Eliminated *DroppedTold   `json:"eliminated,omitempty"`
}

// OutcomeTold is yes, no or undetermined, with the reasons.
type OutcomeTold struct {
	Outcome string   `json:"outcome"`
	Why     []string `json:"why,omitempty"`
}

// CostTold is the total cost over the horizon.
type CostTold struct {
	HorizonMonths int           `json:"horizonMonths,omitempty"`
	Total         *models.Money `json:"total,omitempty"`
	Low           *models.Money `json:"low,omitempty"`
	High          *models.Money `json:"high,omitempty"`
	IncumbentExit *models.Money `json:"incumbentExit,omitempty"`
}

// DroppedTold is why a candidate was dropped.
type DroppedTold struct {
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

// OpinionTold is the prior opinion. Without a verdict it was asked for and has not been given.
type OpinionTold struct {
	Body    string       `json:"body,omitempty"`
	Verdict string       `json:"verdict,omitempty"`
	Text    string       `json:"text,omitempty"`
	AskedAt Instant      `json:"askedAt,omitzero"`
	DueOn   *models.Date `json:"dueOn,omitempty"`
	GivenAt Instant      `json:"givenAt,omitzero"`
}

// ProcedureTold is what the panel said that confirms the procedure and nothing else.
type ProcedureTold struct {
	Regular bool    `json:"regular"`
	At      Instant `json:"at"`
}

// ApprovalTold is one decision on the case, by role.
type ApprovalTold struct {
	Role       string   `json:"role"`
	Verdict    string   `json:"verdict"`
	Text       string   `json:"text,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
	Band       string   `json:"band,omitempty"`
	At         Instant  `json:"at"`
}

// NoticeTold is one announcement.
type NoticeTold struct {
	Type        string      `json:"type"`
	PublishedOn models.Date `json:"publishedOn"`
	URL         string      `json:"url,omitempty"`
	Language    string      `json:"language,omitempty"`
}

// BuyingTold is the procedure in which money is spent.
type BuyingTold struct {
	Method    string        `json:"method"`
	Rationale string        `json:"rationale,omitempty"`
	Title     string        `json:"title,omitempty"`
	OCID      string        `json:"ocid,omitempty"`
	Bids      int           `json:"bids,omitempty"`
	Supplier  string        `json:"supplier,omitempty"`
	Value     *models.Money `json:"value,omitempty"`
}

// ChallengeTold is one objection, without who raised it.
type ChallengeTold struct {
	Kind    string      `json:"kind"`
	FiledOn models.Date `json:"filedOn"`
	Grounds string      `json:"grounds,omitempty"`
	State   string      `json:"state"`
	Outcome string      `json:"outcome,omitempty"`
	Effect  string      `json:"effect,omitempty"`
	Ruling  string      `json:"rulingUrl,omitempty"`
}

// ContractTold is the contract.
type ContractTold struct {
	Number   string        `json:"number,omitempty"`
	Supplier string        `json:"supplier"`
	Value    *models.Money `json:"value,omitempty"`
	SignedAt Instant       `json:"signedAt,omitzero"`
	StartsOn *models.Date  `json:"startsOn,omitempty"`
	EndsOn   *models.Date  `json:"endsOn,omitempty"`
	Terms    []TermTold    `json:"terms,omitempty"`
}

// TermTold is whether the contract has a term that matters for openness. What is not known is left out.
type TermTold struct {
	Term string `json:"term"`
	Has  bool   `json:"has"`
}

// ReleaseTold is whether code is opened.
type ReleaseTold struct {
	Subsets []SubsetTold `json:"subsets"`
	Steward string       `json:"steward,omitempty"`
	Upkeep  string       `json:"maintenanceStatus,omitempty"`
	SWHID   string       `json:"swhid,omitempty"`
}

// SubsetTold is one part of the code.
type SubsetTold struct {
	Name          string `json:"name"`
	Verdict       string `json:"verdict"`
	Ground        string `json:"ground,omitempty"`
	Text          string `json:"text,omitempty"`
	License       string `json:"license,omitempty"`
	RepositoryURL string `json:"repositoryUrl,omitempty"`
}

// RemedyTold is what is done about software that is unmaintained or vulnerable.
type RemedyTold struct {
	Trigger string       `json:"trigger"`
	Verdict string       `json:"verdict"`
	Options []OptionTold `json:"options,omitempty"`
	DueOn   *models.Date `json:"dueOn,omitempty"`
}

// OptionTold is one thing that could be done.
type OptionTold struct {
	Kind   string        `json:"kind"`
	Taken  bool          `json:"taken"`
	Reason string        `json:"reason"`
	Cost   *models.Money `json:"cost,omitempty"`
	Days   *int          `json:"days,omitempty"`
}

// ReviewTold is what was found later.
type ReviewTold struct {
	Trigger  string       `json:"trigger"`
	Findings string       `json:"findings"`
	Verdict  string       `json:"verdict"`
	NextOn   *models.Date `json:"nextOn,omitempty"`
}

// AttachmentTold is one public file.
type AttachmentTold struct {
	ID       int64  `json:"id"`
	Title    string `json:"title"`
	Type     string `json:"type"`
	Media    string `json:"media,omitempty"`
	Language string `json:"language,omitempty"`
	Part     string `json:"part,omitempty"`
	Digest   string `json:"digest,omitempty"`
	URL      string `json:"url,omitempty"`
}

// RuleTold is what a rule of the regime came to when the case was approved.
type RuleTold struct {
	Rule     string   `json:"rule"`
	Title    string   `json:"title,omitempty"`
	Severity string   `json:"severity,omitempty"`
	Outcome  string   `json:"outcome"`
	Missing  []string `json:"missing,omitempty"`
	Message  string   `json:"message,omitempty"`
	Law      string   `json:"law,omitempty"`
	WaivedBy string   `json:"waivedByRole,omitempty"`
	Waiver   string   `json:"waiver,omitempty"`
}

// StepTold is one step that the case took.
type StepTold struct {
	From string  `json:"from,omitempty"`
	To   string  `json:"to"`
	At   Instant `json:"at"`
	Role string  `json:"role,omitempty"`
}

// RelatedTold is another case that this one follows.
type RelatedTold struct {
	Relation string `json:"relation"`
	Ref      string `json:"ref,omitempty"`
	OCID     string `json:"ocid,omitempty"`
	Title    string `json:"title,omitempty"`
	URL      string `json:"url,omitempty"`
}
