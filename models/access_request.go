package models

import "time"

// AccessState says where a request for access stands.
type AccessState string

const (
	AccessRequested AccessState = "requested"
	AccessGranted   AccessState = "granted"
	AccessRefused   AccessState = "refused"
	AccessWithdrawn AccessState = "withdrawn" // by who asked
	AccessRevoked   AccessState = "revoked"   // ended by the steward before its day
	AccessExpired   AccessState = "expired"   // its last day has passed
)

// AccessStates lists the states in the order of a filter.
var AccessStates = []AccessState{AccessRequested, AccessGranted, AccessRefused, AccessWithdrawn, AccessRevoked, AccessExpired}

// MaxAccessDays bounds how long access may be granted for.
const MaxAccessDays = 730

// AccessRequest asks for the code of software that is not open to everybody. While it is granted and its last day has not passed, the people of the agency
// see the repositories of the software and their mirrors; it opens nothing else.
type AccessRequest struct {
	ID            int64
	AssetID       int64
	AgencyID      int64  // whose people are to have access
	Purpose       string // what for
	People        string // who will work with it: a unit, roles, a contractor
	UntilOn       Date   // until when it is asked for
	State         AccessState
	Conditions    string // under which it was granted
	Reason        string // of a refusal, a revocation or a withdrawal
	GrantedOn     *Date
	EndsOn        *Date // the last day of access
	RequestedByID *int64
	DecidedByID   *int64
	DecidedAt     *time.Time
	EndedAt       *time.Time
	Reminded      int16 // the last of ReminderDays that was reminded of; 0: none
	Version       int64 // counts changes; the ETag
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Validate reports every field that breaks a rule, as of a day.
func (x *AccessRequest) Validate(today Date) error {
	var m Mistakes
	if x.AssetID == 0 {
		m.Add("assetId", "required", "Say which software it is.")
	}
	if x.AgencyID == 0 {
		m.Add("agencyId", "required", "Say for which agency.")
	}
	requireText(&m, "purpose", x.Purpose, 3000)
	requireText(&m, "people", x.People, 1000)
	checkAccessEnd(&m, "untilOn", x.UntilOn, today)
	return m.Err()
}

func checkAccessEnd(m *Mistakes, field string, end, today Date) {
	if days := end.DaysSince(today); days < 0 || days > MaxAccessDays {
		m.Add(field, "out-of-range", "Choose a last day from today to two years ahead. There is no access for ever.")
	}
}

// Open reports whether the request gives access on a day.
func (x *AccessRequest) Open(today Date) bool {
	return x.State == AccessGranted && x.EndsOn != nil && !x.EndsOn.Before(today)
}

// StateOn is the state on a day: access whose last day has passed has expired, whether or not that was written down yet.
func (x *AccessRequest) StateOn(today Date) AccessState {
	if x.State == AccessGranted && !x.Open(today) {
		return AccessExpired
	}
	return x.State
}

// Grant opens the code from a day up to and including another.
func (x *AccessRequest) Grant(conditions string, today, end Date) error {
	if x.State != AccessRequested {
		return Refuse(Conflict, "access-decided", "This request was decided on or withdrawn already.")
	}
	var m Mistakes
	checkLength(&m, "conditions", conditions, 3000)
	checkAccessEnd(&m, "endsOn", end, today)
	if err := m.Err(); err != nil {
		return err
	}
	x.State, x.Conditions, x.GrantedOn, x.EndsOn = AccessGranted, conditions, &today, &end
	return nil
}

// End refuses, withdraws or revokes, with a reason.
func (x *AccessRequest) End(to AccessState, reason string, today Date) error {
	var m Mistakes
	checkLength(&m, "reason", reason, 1000)
	switch to {
	case AccessRefused, AccessRevoked:
		requireText(&m, "reason", reason, 1000)
	case AccessWithdrawn:
	default:
		m.Add("to", "unknown-value", "Use refused, withdrawn or revoked.")
	}
	now := x.StateOn(today)
	switch {
	case to == AccessRevoked && now != AccessGranted:
		return Refuse(Conflict, "access-not-granted", "Only access that stands can be revoked.")
	case to == AccessRefused && now != AccessRequested:
		return Refuse(Conflict, "access-decided", "This request was decided on or withdrawn already.")
	case to == AccessWithdrawn && now != AccessRequested && now != AccessGranted:
		return Refuse(Conflict, "access-ended", "This request has ended already.")
	}
	if err := m.Err(); err != nil {
		return err
	}
	x.State, x.Reason = to, reason
	return nil
}

// AccessFilter chooses requests for access. Empty fields do not restrict.
type AccessFilter struct {
	Asset  int64
	Agency int64 // that asks, and all below it
	State  AccessState
	ToMe   bool // only what the viewer may decide on
	Page
}
