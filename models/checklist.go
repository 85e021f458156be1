package models

import (
	"strconv"
	"time"
)

// Answer says how far software meets a question of a published standard.
type Answer string

const (
	AnswerMet           Answer = "met"
	AnswerPartly        Answer = "partly"
	AnswerNotMet        Answer = "not-met"
	AnswerNotApplicable Answer = "not-applicable"
	AnswerUnknown       Answer = "unknown" // nobody has looked, or who looked could not tell
)

// Answers lists the answers in the order of a form.
var Answers = []Answer{AnswerMet, AnswerPartly, AnswerNotMet, AnswerNotApplicable, AnswerUnknown}

// ChecklistAnswer is a person's answer to one question of a standard about a piece of software. The newest one counts; the others stay.
type ChecklistAnswer struct {
	ID        int64
	AssetID   int64
	Standard  string // "dpg", "standard-for-public-code"
	Edition   string // of the standard that was answered: "1.1.6"
	Indicator string // "9a", "code-in-the-open"
	Answer    Answer
	Evidence  string     // what shows it, or why it does not apply; for government
	Links     StringList // where it can be seen; for everybody
	OnDay     Date       // of which day the evidence is
	UserID    *int64
	CreatedAt time.Time
}

// MostLinks bounds the links of one answer.
const MostLinks = 20

// Validate reports every field that breaks a rule on a day.
func (a *ChecklistAnswer) Validate(today Date) error {
	var m Mistakes
	checkOneOf(&m, "answer", a.Answer, Answers)
	checkLength(&m, "evidence", a.Evidence, 4000)
	if len(a.Links) > MostLinks {
		m.Add("links", "too-many", "Give at most "+strconv.Itoa(MostLinks)+" links.")
	}
	for i, l := range a.Links {
		checkURL(&m, at("links", i), l)
	}
	if a.Answer != AnswerNotMet && a.Answer != AnswerUnknown && a.Evidence == "" && len(a.Links) == 0 {
		m.Add("evidence", "required", "Say what shows it, or why it does not apply, or give a link to where it can be seen.")
	}
	switch {
	case a.OnDay.IsZero():
		m.Add("onDay", "required", "Say of which day the evidence is.")
	case today.Before(a.OnDay):
		m.Add("onDay", "in-future", "Evidence cannot be of a day that has not come yet.")
	}
	return m.Err()
}

// Stale reports whether the evidence is older than so many months on a day. What nobody has shown does not grow old.
func (a *ChecklistAnswer) Stale(months int, today Date) bool {
	return a.Answer != AnswerUnknown && a.OnDay.AddMonths(months).Before(today)
}

// ChecklistFilter chooses answered checklists. Empty fields do not restrict.
type ChecklistFilter struct {
	Agency   int64 // stewards: this agency and all below it
	Standard string
	Page
}
