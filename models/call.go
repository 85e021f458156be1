package models

import "time"

// CallKind is what a call asks other agencies for.
type CallKind string

const (
	ReuseWanted         CallKind = "reuse-wanted"         // an agency wants to use this software
	ContributionsWanted CallKind = "contributions-wanted" // the steward looks for people who work on it
	JointDevelopment    CallKind = "joint-development"    // agencies build something together and share what it costs
)

// CallKinds lists the kinds in the order of a form.
var CallKinds = []CallKind{ReuseWanted, ContributionsWanted, JointDevelopment}

// CallState says whether a call still stands.
type CallState string

const (
	CallOpen      CallState = "open"
	CallFulfilled CallState = "fulfilled" // what it asked for has come about
	CallClosed    CallState = "closed"    // given up, or its last day has passed
)

// CallStates lists the states in the order of a filter.
var CallStates = []CallState{CallOpen, CallFulfilled, CallClosed}

// The days that a call stands: when nothing else is said, and at most.
const (
	CallDays    = 180
	MaxCallDays = 730
)

// Call asks other agencies for something: to hear of a reuse that is planned, to contribute, to build together.
type Call struct {
	ID          int64
	Kind        CallKind
	AgencyID    int64  // who calls
	AssetID     *int64 // nil only for a joint development of something that is not there yet
	Title       string
	Text        string     // the purpose, what is wanted, or the need
	Skills      StringList // that contributors bring: "go", "translation to French"
	GoodFirst   bool       // good for who does not know the software yet
	NeededOn    *Date      // by when
	CostSharing string     // who bears what, of a joint development
	EndsOn      Date       // it stands up to and including this day
	State       CallState
	Reason      string // of its end
	Visibility  Visibility
	CreatedByID *int64
	EndedAt     *time.Time
	Version     int64 // counts changes; the ETag
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// CallMember is an agency in a joint development, from when until when.
type CallMember struct {
	ID         int64
	CallID     int64
	AgencyID   int64
	Note       string // what it brings
	JoinedByID *int64
	JoinedAt   time.Time
	LeftAt     *time.Time
}

// Validate reports every field that breaks a rule, as of a day.
func (c *Call) Validate(today Date) error {
	var m Mistakes
	checkOneOf(&m, "kind", c.Kind, CallKinds)
	if c.AgencyID == 0 {
		m.Add("agencyId", "required", "Say which agency calls.")
	}
	if c.AssetID == nil && c.Kind != JointDevelopment {
		m.Add("assetId", "required", "Say which software it is about.")
	}
	requireText(&m, "title", c.Title, 150)
	requireText(&m, "text", c.Text, 5000)
	for i, s := range c.Skills {
		requireText(&m, at("skills", i), s, 60)
	}
	if len(c.Skills) > 20 {
		m.Add("skills", "too-many", "Name at most 20 skills.")
	}
	if c.Kind != ContributionsWanted && (len(c.Skills) > 0 || c.GoodFirst) {
		m.Add("skills", "not-here", "Skills belong to a call for contributions.")
	}
	checkLength(&m, "costSharing", c.CostSharing, 3000)
	if c.Kind != JointDevelopment && c.CostSharing != "" {
		m.Add("costSharing", "not-here", "Sharing of costs belongs to a joint development.")
	}
	if days := c.EndsOn.DaysSince(today); days < 0 || days > MaxCallDays {
		m.Add("endsOn", "out-of-range", "Choose a last day from today to two years ahead. A call that has no end is not read.")
	}
	checkOneOf(&m, "visibility", c.Visibility, Visibilities)
	return m.Err()
}

// End moves an open call to fulfilled or closed.
func (c *Call) End(to CallState, reason string, at time.Time) error {
	var m Mistakes
	switch checkLength(&m, "reason", reason, 1000); {
	case c.State != CallOpen:
		return Refuse(Conflict, "call-ended", "This call has ended already. Make a new one.")
	case to != CallFulfilled && to != CallClosed:
		m.Add("to", "unknown-value", "Use fulfilled or closed.")
	}
	if err := m.Err(); err != nil {
		return err
	}
	c.State, c.Reason, c.EndedAt = to, reason, &at
	return nil
}

// CallFilter chooses calls. Empty fields do not restrict.
type CallFilter struct {
	Query     string // words of the title, the text or the skills
	Kind      CallKind
	State     CallState
	Agency    int64 // this agency and all below it, as caller or member
	Asset     int64
	Skill     string
	GoodFirst bool
	Page
}
