package models

import "time"

// StackStatus says how government stands to software for a function.
type StackStatus string

const (
	StackRecommended StackStatus = "recommended" // the first choice
	StackAccepted    StackStatus = "accepted"    // may be used
	StackContain     StackStatus = "contain"     // no new uses
	StackRetire      StackStatus = "retire"      // those who use it move away
)

// StackStatuses lists the statuses from the best to the last.
var StackStatuses = []StackStatus{StackRecommended, StackAccepted, StackContain, StackRetire}

// StackEntry is the word of the open source programme office on one piece of software for one function. It is superseded by another entry and never
// overwritten.
type StackEntry struct {
	ID            int64
	AgencyID      *int64 // holds for this agency and those below it; nil: for all of government
	Function      string // code as decisions use it: "FILES.SHARE"
	AssetID       *int64 // the software, where it is in the register
	Name          string // how it is called; that of the asset when there is one
	Status        StackStatus
	Referents     string // roles or units to ask
	Minimum       string // the lowest version that is meant; "" for any
	ValidatedOn   Date
	ValidatedBy   string // the body or unit that tried it
	ValidUntilOn  Date   // the validation holds up to and including this day
	Conditions    string // under which it may be used
	Justification string
	DecisionID    *int64 // the decision that it follows from
	SupersedesID  *int64
	CreatedByID   *int64
	CreatedAt     time.Time
	EndedAt       *time.Time // when it was superseded or taken out
	EndedByID     *int64
	EndReason     string
}

// StackDays is how long a validation holds when nothing else is said, MostStackDays how long at most.
const (
	StackDays     = 365
	MostStackDays = 3 * 366
)

// checkFunction adds a mistake where a text is no code of a function.
func checkFunction(m *Mistakes, field, code string) {
	if !functionCode.MatchString(code) || len(code) > 100 {
		m.Add(field, "malformed", "Write the function as capital letters and digits with dots, as FILES.SHARE.")
	}
}

// Validate reports every field that breaks a rule on a day.
func (e *StackEntry) Validate(today Date) error {
	var m Mistakes
	checkFunction(&m, "function", e.Function)
	requireText(&m, "name", e.Name, 300)
	checkOneOf(&m, "status", e.Status, StackStatuses)
	checkLength(&m, "referents", e.Referents, 1000)
	checkLength(&m, "minimum", e.Minimum, 100)
	requireText(&m, "validatedBy", e.ValidatedBy, 200)
	checkLength(&m, "conditions", e.Conditions, 4000)
	requireText(&m, "justification", e.Justification, 4000)
	switch {
	case e.ValidatedOn.IsZero():
		m.Add("validatedOn", "required", "Say when it was tried last.")
	case today.Before(e.ValidatedOn):
		m.Add("validatedOn", "in-future", "Give the day on which it was tried last: today or earlier.")
	case e.ValidUntilOn.Before(e.ValidatedOn) || e.ValidUntilOn.DaysSince(e.ValidatedOn) > MostStackDays:
		m.Add("validUntilOn", "out-of-range", "A validation holds for three years at most, and not before the day of the trial.")
	}
	if e.Minimum != "" && (e.Status == StackContain || e.Status == StackRetire) {
		m.Add("minimum", "not-here", "Leave the lowest version out: what is contained or retired has none that is meant.")
	}
	return m.Err()
}

// Stale reports whether the validation has run out on a day.
func (e *StackEntry) Stale(today Date) bool { return e.EndedAt == nil && e.ValidUntilOn.Before(today) }

// StackFilter chooses stack entries. Empty fields do not restrict.
type StackFilter struct {
	Agency   int64  // only what holds for this agency: its own, of those above it, and of all government
	Function string // this code and all below it
	Status   StackStatus
	Asset    int64
	Stale    bool // only those whose validation has run out
	Ended    bool // those that were superseded or taken out instead of those that hold
	Page
}

// StackFault is how a deployment stands against the stack.
type StackFault string

const (
	FaultRetire   StackFault = "retire"          // it runs what is to go
	FaultContain  StackFault = "contain"         // it runs what should not spread
	FaultBelow    StackFault = "below-minimum"   // its version is lower than the lowest that is meant
	FaultUnstated StackFault = "version-unknown" // nobody has said which version it runs
)

// StackFaults lists the faults from the gravest.
var StackFaults = []StackFault{FaultRetire, FaultContain, FaultBelow, FaultUnstated}
