package models

import (
	"regexp"
	"time"
)

// DecisionBranch says what a decision is about.
type DecisionBranch string

const (
	Acquisition DecisionBranch = "acquisition" // what do we use?
	Releasing   DecisionBranch = "release"     // do we open the code we paid for?
	Remediation DecisionBranch = "remediation" // what do we do about software that is unmaintained or vulnerable?
)

// DecisionBranches lists them.
var DecisionBranches = []DecisionBranch{Acquisition, Releasing, Remediation}

// DecisionKind is the occasion of a decision.
type DecisionKind string

const (
	DecideNew         DecisionKind = "new"
	DecideRenewal     DecisionKind = "renewal"
	DecideExtension   DecisionKind = "extension"
	DecideExpansion   DecisionKind = "expansion"
	DecideReplacement DecisionKind = "replacement"
	DecideCallOff     DecisionKind = "call-off"   // from a framework agreement
	DecideCustom      DecisionKind = "custom-dev" // software made to order
	DecideAdopt       DecisionKind = "adopt-free" // taken without payment, which is a decision too
	DecideRelease     DecisionKind = "release"
	DecideRemedy      DecisionKind = "remediation"
)

// AcquisitionKinds lists the kinds of acquisition decisions.
var AcquisitionKinds = []DecisionKind{DecideNew, DecideRenewal, DecideExtension, DecideExpansion, DecideReplacement, DecideCallOff, DecideCustom, DecideAdopt}

// Branch is the branch that a kind belongs to.
func (k DecisionKind) Branch() DecisionBranch {
	switch k {
	case DecideRelease:
		return Releasing
	case DecideRemedy:
		return Remediation
	}
	return Acquisition
}

// DecisionTrack is the way that an acquisition takes through the states.
type DecisionTrack string

const (
	FullTrack      DecisionTrack = "full"
	ShortTrack     DecisionTrack = "short"         // renewals and low values: the scan of an earlier case is used again
	FreeTrack      DecisionTrack = "free-adoption" // no contract
	EmergencyTrack DecisionTrack = "emergency"     // approved first, completed within days
)

// DecisionTracks lists the tracks.
var DecisionTracks = []DecisionTrack{FullTrack, ShortTrack, FreeTrack, EmergencyTrack}

// Decision is a case: what an agency decides, where that stands, and by which version of the law. What is said in it stands in the parts of its dossier.
type Decision struct {
	ID              int64
	Ref             string // public reference, as "health-2026-0007"; never changes
	AgencyID        int64
	Kind            DecisionKind
	Track           DecisionTrack
	Title           string
	Function        string // code of the function that the software serves, as "FILES.SHARE"
	State           DecisionState
	RegimeVersionID int64    // of the law that judges this case, for ever
	Value           *Decimal // what it is expected to cost in all
	Currency        string   // ISO 4217; "" without a value
	RequestedByID   *int64   // who needs it; nil: the program itself
	AssetID         *int64   // the software that a renewal, a release or a remediation is about
	PriorID         *int64   // the decision that this one follows
	Chosen          string   // key of the candidate proposed; "" before
	Visibility      Visibility
	DueOn           *Date // the next day that the law sets
	StandstillOn    *Date // the last day of the standstill
	ReviewOn        *Date
	CreatedAt       time.Time
	ApprovedAt      *time.Time
	PublishedAt     *time.Time
	ClosedAt        *time.Time
	Digest          []byte // SHA-256 of the dossier as it stands
	Version         int64  // counts every change of the case and its dossier; the ETag
}

// Branch is what the decision is about.
func (d *Decision) Branch() DecisionBranch { return d.Kind.Branch() }

var functionCode = regexp.MustCompile(`^[A-Z][A-Z0-9]*(\.[A-Z][A-Z0-9]*)*$`)

// Validate reports every field that breaks a rule.
func (d *Decision) Validate() error {
	var m Mistakes
	requireText(&m, "title", d.Title, 300)
	checkOneOf(&m, "kind", d.Kind, append(append([]DecisionKind{}, AcquisitionKinds...), DecideRelease, DecideRemedy))
	checkOneOf(&m, "track", d.Track, DecisionTracks)
	if d.AgencyID == 0 {
		m.Add("agencyId", "required", "Say which agency decides.")
	}
	if d.Function != "" && (!functionCode.MatchString(d.Function) || len(d.Function) > 100) {
		m.Add("function", "malformed", "Write the function as capital letters and digits with dots, as FILES.SHARE.")
	}
	if d.Branch() == Acquisition && d.Function == "" {
		m.Add("function", "required", "Say which function the software serves, as FILES.SHARE: decisions for the same function are found by it.")
	}
	if d.Branch() != Acquisition && d.AssetID == nil {
		m.Add("assetId", "required", "Say which software this is about.")
	}
	if d.Branch() != Acquisition && d.Track != FullTrack {
		m.Add("track", "not-here", "Only acquisitions have other tracks than the full one.")
	}
	if (d.Track == FreeTrack) != (d.Kind == DecideAdopt) {
		m.Add("track", "not-here", "The track free-adoption goes with the kind adopt-free, and only with it.")
	}
	if d.Value != nil {
		checkMoney(&m, "value", Money{Amount: *d.Value, Currency: d.Currency})
	}
	return m.Err()
}

// RuleOutcome is what came out of a rule of a regime.
type RuleOutcome string

const (
	RulePasses       RuleOutcome = "pass"
	RuleViolated     RuleOutcome = "violation"
	RuleUndetermined RuleOutcome = "undetermined" // a fact is missing: that is never a pass
	RuleNotHere      RuleOutcome = "not-applicable"
)

// RuleResult is one rule put before a case at a moment, kept with the move that it guarded.
type RuleResult struct {
	Rule     string      `json:"rule" doc:"Identifier of the rule, as C2."`
	Title    string      `json:"title" doc:"The rule in a few words."`
	Severity string      `json:"severity" enum:"block,warn" doc:"A block stops the step unless it is waived; a warning is shown and recorded."`
	Gate     string      `json:"gate" doc:"The step that the rule guards."`
	Outcome  RuleOutcome `json:"outcome" enum:"pass,violation,undetermined,not-applicable" doc:"What came out; undetermined is never a pass."`
	Missing  []string    `json:"missing,omitempty" nullable:"false" doc:"The facts that are missing, in words."`
	Message  string      `json:"message,omitempty" doc:"What is wrong, in plain words."`
	Law      string      `json:"law,omitempty" doc:"The article that the rule comes from."`
	Cure     string      `json:"cure,omitempty" doc:"What would put it right."`
	WaivedBy string      `json:"waivedBy,omitempty" doc:"Role of the person who let it pass."`
	Waiver   string      `json:"waiver,omitempty" doc:"The reason given for that."`
}

// Stops reports whether the result keeps a case from moving: a block that is violated or undetermined and not waived.
func (r RuleResult) Stops() bool {
	return r.Severity == "block" && (r.Outcome == RuleViolated || r.Outcome == RuleUndetermined) && r.WaivedBy == ""
}

// DecisionMove is one step of a case, as it was taken. It never changes.
type DecisionMove struct {
	ID              int64
	DecisionID      int64
	Number          int // 1, 2, 3 … within the case
	From            DecisionState
	To              DecisionState
	ByID            *int64
	ByName          string
	Role            Role
	At              time.Time
	Reason          string
	Results         []RuleResult `gorm:"serializer:json;type:jsonb"`
	Digest          []byte       // of the dossier then
	RegimeVersionID int64
}

// DecisionPublication is what the public was told of a case, byte for byte.
type DecisionPublication struct {
	ID         int64
	DecisionID int64
	Number     int
	Document   []byte // JSON
	Digest     []byte // SHA-256 of it
	Note       string // what is different from the one before
	At         time.Time
}
