package api

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// day writes a date that may be missing.
func day(d *models.Date) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

// dateOf reads a date whose form has been checked; what is no date is none.
func dateOf(s *string) *models.Date {
	if s == nil {
		return nil
	}
	d, err := models.ParseDate(*s)
	if err != nil {
		return nil
	}
	return &d
}

// utc writes a moment as the database keeps it, so that what was made reads the same afterwards.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// instant writes a moment that may be missing, in UTC.
func instant(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := utc(*t)
	return &u
}
