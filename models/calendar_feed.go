package models

import "time"

// CalendarFeed is an address by which the calendar program of one person reads the deadlines that this person may see. Such programs cannot sign in, so
// the address is the credential; only the SHA-256 of its secret is kept.
type CalendarFeed struct {
	ID         int64
	UserID     int64
	AgencyID   *int64 // only of this agency and all below it; nil: of every case that the person may see
	Name       string // what the person calls it, as “Outlook at work”
	Hash       []byte
	CreatedAt  time.Time
	LastReadAt *time.Time
	RevokedAt  *time.Time
}

// Validate reports every field that breaks a rule.
func (f *CalendarFeed) Validate() error {
	var m Mistakes
	requireText(&m, "name", f.Name, 100)
	return m.Err()
}

// DeadlineKind is what a day of a case is about.
type DeadlineKind string

// The kinds of deadlines.
const (
	DeadlineDue        DeadlineKind = "due"        // the next day that the law sets
	DeadlineStandstill DeadlineKind = "standstill" // the last day of the standstill
	DeadlineReview     DeadlineKind = "review"     // the decision is to be looked at again
	DeadlineExemption  DeadlineKind = "exemption"  // the last day of the exemption
	DeadlineContract   DeadlineKind = "contract"   // the last day of the contract
)

// DeadlineKinds lists them.
var DeadlineKinds = []DeadlineKind{DeadlineDue, DeadlineStandstill, DeadlineReview, DeadlineExemption, DeadlineContract}

// Title is what falls on the day, in words.
func (k DeadlineKind) Title() string {
	switch k {
	case DeadlineStandstill:
		return "The standstill ends"
	case DeadlineReview:
		return "Review"
	case DeadlineExemption:
		return "The exemption ends"
	case DeadlineContract:
		return "The contract ends"
	}
	return "The next step is due"
}

// ReminderDays are how many days before a deadline a reminder is written, the earliest first.
var ReminderDays = []int{30, 7, 1}
