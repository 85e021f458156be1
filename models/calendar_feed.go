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

// ReminderDays are how many days before a deadline a reminder is written, the earliest first.
var ReminderDays = []int{30, 7, 1}
