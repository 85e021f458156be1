package models

import "time"

// FindingState says whether something is to be done about a finding.
type FindingState string

const (
	FindingOpen     FindingState = "open"
	FindingExempted FindingState = "exempted" // an exemption covers it until its last day
	FindingClosed   FindingState = "closed"   // the facts, the policy or a person's word about a licence changed, and it is gone
)

// FindingStates lists the states in the order of a form.
var FindingStates = []FindingState{FindingOpen, FindingExempted, FindingClosed}

// FindingSeverity says how much a finding matters.
type FindingSeverity string

const (
	SeverityInfo     FindingSeverity = "info"
	SeverityLow      FindingSeverity = "low"
	SeverityMedium   FindingSeverity = "medium"
	SeverityHigh     FindingSeverity = "high"
	SeverityCritical FindingSeverity = "critical"
)

// FindingSeverities lists the severities from least to most.
var FindingSeverities = []FindingSeverity{SeverityInfo, SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}

// Finding is a rule of a licence policy that the software of a release breaks, or may break, where an agency answers for it or runs it. It opens and
// closes by itself; people comment on it, take it on and set a day for it.
type Finding struct {
	ID              int64
	AgencyID        int64 // whose finding it is: who answers for the software, or runs it
	AssetID         int64
	ReleaseID       int64
	SBOMID          int64  `gorm:"column:sbom_id"` // the document that shows it
	PolicyID        *int64 // whose rule it is
	PolicyVersionID *int64 // the version that says so now
	Rule            string
	Verdict         string // licenses.Verdict
	Severity        FindingSeverity
	ComponentID     *int32 // nil when it is about all components that state nothing
	Component       string // its purl without version, or its name; "" with ComponentID nil
	ComponentName   string // with version, for people
	License         string // the effective expression, or what stood in its place
	Leaf            string // the licence in it that the rule is about
	Missing         string // for an undetermined verdict: the facts that are missing
	Packages        int    // how many packages of the document it is about
	State           FindingState
	OpenedAt        time.Time
	ClosedAt        *time.Time
	AssigneeID      *int64
	DueOn           *Date
	ExemptionID     *int64
	Version         int64 // counts changes by people; the ETag
}

// The rules of findings that are no policy's: the document as a whole is amiss, so that nobody knows what is in it.
const (
	RuleBrokenOff = "broken-off"     // it breaks off, or cannot be read from some place on
	RuleEmpty     = "empty-document" // it names no packages
)

// OfDocument reports whether the finding is about its document as a whole, and no policy's rule.
func (f *Finding) OfDocument() bool {
	return f.PolicyID == nil && (f.Rule == RuleBrokenOff || f.Rule == RuleEmpty)
}

// FindingComment is something a person said about a finding.
type FindingComment struct {
	ID        int64
	FindingID int64
	UserID    *int64
	Text      string
	CreatedAt time.Time
}

// FindingFilter chooses findings. Empty fields do not restrict.
type FindingFilter struct {
	Agency    int64 // this agency and all below it
	Asset     int64
	Release   int64
	State     FindingState
	Severity  FindingSeverity // at least
	Verdict   string
	Rule      string
	Policy    int64
	Component string
	License   string // a part of the licence text
	Assignee  int64
	Overdue   bool
	Page
}

// ExemptionState says whether an exemption holds.
type ExemptionState string

const (
	ExemptionRequested ExemptionState = "requested"
	ExemptionGranted   ExemptionState = "granted"
	ExemptionRefused   ExemptionState = "refused"
	ExemptionRevoked   ExemptionState = "revoked"
	ExemptionExpired   ExemptionState = "expired" // its last day is over
)

// ExemptionStates lists the states in the order of a life.
var ExemptionStates = []ExemptionState{ExemptionRequested, ExemptionGranted, ExemptionRefused, ExemptionRevoked, ExemptionExpired}

// Exemption lets a rule be broken, for a ground, within a scope, until a day.
type Exemption struct {
	ID            int64
	PolicyID      *int64 // the policy whose rule it is; nil for what no rule covers
	Rule          string
	AgencyID      int64 // for findings of the agency and of those below it
	AssetID       *int64
	ReleaseID     *int64
	Component     string // as Finding.Component; "" for every component
	License       string // as Finding.License; "" for every licence
	Ground        string
	Evidence      string
	State         ExemptionState
	RequestedByID *int64
	RequestedAt   time.Time
	DecidedByID   *int64
	DecidedAt     *time.Time
	Decision      string // what who decided says about it
	ExpiresOn     Date   // the last day it holds
	Renewals      int    // how often it was renewed
	RenewsID      *int64 // the exemption it takes over from
	EndedAt       *time.Time
}

// MaxExemptionDays bounds the life of an exemption.
const MaxExemptionDays = 730

// Validate reports every field that breaks a rule, as of a day.
func (e *Exemption) Validate(today Date) error {
	var m Mistakes
	requireText(&m, "rule", e.Rule, 200)
	if e.AgencyID == 0 {
		m.Add("agencyId", "required", "Say for which agency.")
	}
	requireText(&m, "ground", e.Ground, 4000)
	requireText(&m, "evidence", e.Evidence, 4000)
	checkLength(&m, "component", e.Component, 2000)
	checkLength(&m, "license", e.License, 10_000)
	switch days := e.ExpiresOn.DaysSince(today); {
	case e.ExpiresOn.IsZero():
		m.Add("expiresOn", "required", "Say until which day it is to hold; there is no exemption for ever.")
	case days < 0:
		m.Add("expiresOn", "out-of-range", "The last day is in the past.")
	case days > MaxExemptionDays:
		m.Add("expiresOn", "out-of-range", "An exemption holds for two years at most; it can be renewed.")
	}
	return m.Err()
}

// Covers reports whether the exemption is about the finding; agencies and time are for the caller.
func (e *Exemption) Covers(f *Finding) bool {
	return same(e.PolicyID, f.PolicyID) && e.Rule == f.Rule && (e.AssetID == nil || *e.AssetID == f.AssetID) && (e.ReleaseID == nil || *e.ReleaseID == f.ReleaseID) &&
		(e.Component == "" || e.Component == f.Component) && (e.License == "" || e.License == f.License)
}

// same reports whether two optional ids are the same one, or both none.
func same(a, b *int64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
