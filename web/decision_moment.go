package web

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// momentOf reads a day or a moment of the address; a day is its end.
func momentOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC(), nil
	}
	d, err := models.ParseDate(text)
	if err != nil {
		var m models.Mistakes
		m.Add("at", "bad-date", "Write the day as year-month-day, such as 2026-11-22.")
		return time.Time{}, m.Err()
	}
	return d.AddDays(1).Time().Add(-time.Microsecond), nil
}

// lookedBackTo is the moment that can be looked back to, with the reason when it is another one than was asked for.
func (s *site) lookedBackTo(c *page, id int64, at time.Time) (time.Time, string, error) {
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	switch {
	case err != nil || at.IsZero():
		return at, "", err
	case at.Before(row.CreatedAt):
		return time.Time{}, "There was no case yet on " + inWords(at) + ": it was opened on " + inWords(row.CreatedAt) + ". This is how it stands now.", nil
	case at.After(time.Now()) && models.DateOf(at) != models.DateOf(time.Now()):
		return time.Time{}, "Nobody can look at " + inWords(at) + " yet. This is how the case stands now.", nil
	}
	return at, "", nil
}

func inWords(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04") + " UTC" }
