package models

import (
	"strings"
	"time"
)

// QuestionState says where a question stands.
type QuestionState string

const (
	QuestionAsked     QuestionState = "asked"     // waits for an answer
	QuestionEscalated QuestionState = "escalated" // nobody answered in time: the open source programme office has it too
	QuestionAnswered  QuestionState = "answered"
	QuestionClosed    QuestionState = "closed"
)

// QuestionStates lists the states in the order of a filter.
var QuestionStates = []QuestionState{QuestionAsked, QuestionEscalated, QuestionAnswered, QuestionClosed}

// QuestionReach is whom a question was put to.
type QuestionReach string

const (
	ReachReferents QuestionReach = "referents" // everybody who offered to answer
	ReachStewards  QuestionReach = "stewards"  // the registrars of the agency that answers for it
	ReachOSPO      QuestionReach = "ospo"
)

// QuestionReaches lists them from near to far.
var QuestionReaches = []QuestionReach{ReachReferents, ReachStewards, ReachOSPO}

const (
	// AnswerWorkingDays is how long a question waits before it is put to the open source programme office.
	AnswerWorkingDays = 10
	// KeepAskerDays is how long name and address of somebody from the public who asked are kept.
	KeepAskerDays = 90
)

// The bounds of what the public may ask in 24 hours: from one address; and about one piece of software or call, and of one agency, before each further
// question has to keep its distance from the last. There is none for all of government, so nobody can silence the public as a whole.
const (
	MostPublicQuestionsOfMailer = 5
	MostPublicQuestionsOfThing  = 20
	MostPublicQuestionsOfAgency = 100
	PublicQuestionsOfThingApart = 30 * time.Minute
	PublicQuestionsApart        = 15 * time.Minute
)

// PublicQuestions is what the public has asked in the last 24 hours.
type PublicQuestions struct {
	OfMailer      int       // from one address, of whomever
	FirstOfMailer time.Time // when the first of those was asked
	OfThing       int       // about one piece of software, or one call
	LastOfThing   time.Time
	OfAgency      int // of one agency
	LastOfAgency  time.Time
}

// Wait is how long the next question has to wait; 0 for not at all. A flood slows down who asks about the same, and stops only the address it comes from.
func (p *PublicQuestions) Wait(now time.Time) (wait time.Duration) {
	if p.OfMailer >= MostPublicQuestionsOfMailer {
		wait = p.FirstOfMailer.Add(24 * time.Hour).Sub(now)
	}
	if p.OfThing >= MostPublicQuestionsOfThing {
		wait = max(wait, p.LastOfThing.Add(PublicQuestionsOfThingApart).Sub(now))
	}
	if p.OfAgency >= MostPublicQuestionsOfAgency {
		wait = max(wait, p.LastOfAgency.Add(PublicQuestionsApart).Sub(now))
	}
	return max(wait, 0)
}

// Question is asked about a piece of software, or about a call, and answered in the register. No address is ever shown, but that of somebody from the
// public to who answers them.
type Question struct {
	ID           int64
	AssetID      *int64
	CallID       *int64 // then it is for the agencies of the call
	AgencyID     *int64 // of who asks; nil for the public
	AskedByID    *int64 // nil for the public
	AskerName    string // "" for the public, once it is no longer kept
	AskerEmail   string // of the public only
	Hash         []byte // SHA-256 of the secret by which somebody from the public reads the answer
	Title        string
	Body         string
	State        QuestionState
	Reach        QuestionReach
	Reached      int // how many people it was put to
	DueOn        Date
	AnsweredAt   *time.Time
	EscalatedAt  *time.Time
	ClosedAt     *time.Time
	AskerEndedAt *time.Time // when name and address of the public were dropped
	Version      int64      // counts changes; the ETag
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Public reports whether somebody without an account asked.
func (q *Question) Public() bool { return q.AskedByID == nil }

// Side is in which part somebody writes to a question.
type Side string

const (
	SideAsker    Side = "asker"
	SideReferent Side = "referent"
	SideSteward  Side = "steward" // for the agency that answers for the software, or that made the call
	SideOSPO     Side = "ospo"
)

// Sides lists the parts.
var Sides = []Side{SideAsker, SideReferent, SideSteward, SideOSPO}

// QuestionMessage is one answer to a question, or one more word of who asked.
type QuestionMessage struct {
	ID         int64
	QuestionID int64
	UserID     *int64 // nil for somebody from the public
	ByName     string // "" for somebody from the public
	AgencyID   *int64
	Side       Side
	Body       string
	CreatedAt  time.Time
}

// longestQuestion bounds a question and each answer, in characters.
const longestQuestion = 5000

// Validate reports every field that breaks a rule.
func (q *Question) Validate() error {
	var m Mistakes
	if (q.AssetID == nil) == (q.CallID == nil) {
		m.Add("assetId", "required", "Say which software the question is about, or which call.")
	}
	requireText(&m, "title", q.Title, 150)
	if strings.ContainsAny(q.Title, "\n\r") {
		m.Add("title", "bad-character", "Write the subject in one line.")
	}
	requireText(&m, "body", q.Body, longestQuestion)
	if q.AskedByID == nil {
		requireText(&m, "name", q.AskerName, 200)
		requireText(&m, "email", q.AskerEmail, 200)
		checkMail(&m, "email", q.AskerEmail)
	}
	return m.Err()
}

// Validate reports every field that breaks a rule.
func (w *QuestionMessage) Validate() error {
	var m Mistakes
	requireText(&m, "body", w.Body, longestQuestion)
	return m.Err()
}

// Write says what a message makes of the question: an answer answers it, one more word of who asked opens it again, with a new day.
func (q *Question) Write(side Side, at time.Time, due Date) error {
	switch {
	case q.State == QuestionClosed:
		return Refuse(Conflict, "question-closed", "This question is closed. Ask a new one.")
	case side != SideAsker:
		q.State, q.AnsweredAt = QuestionAnswered, &at
	case q.State == QuestionAnswered:
		q.State, q.DueOn, q.EscalatedAt = QuestionAsked, due, nil
	}
	return nil
}

// Close ends the question.
func (q *Question) Close(at time.Time) error {
	if q.State == QuestionClosed {
		return Refuse(Conflict, "question-closed", "This question is closed already.")
	}
	q.State, q.ClosedAt = QuestionClosed, &at
	return nil
}

// Overdue reports whether a question waits past its day.
func (q *Question) Overdue(today Date) bool { return q.State == QuestionAsked && q.DueOn.Before(today) }

// Escalate puts a question that waits past its day to the open source programme office.
func (q *Question) Escalate(at time.Time) error {
	if !q.Overdue(DateOf(at)) {
		return Refuse(Conflict, "question-not-due", "This question still has time, or was answered.")
	}
	q.State, q.EscalatedAt = QuestionEscalated, &at
	return nil
}

// QuestionFilter chooses questions. Empty fields do not restrict.
type QuestionFilter struct {
	Asset int64
	Call  int64
	State QuestionState
	Open  bool // only what waits: asked or escalated
	ForMe bool // only what was put to the viewer
	Mine  bool // only what the viewer asked
	Page
}
