package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a calendar day without a time zone, written 2026-11-22 (RFC 3339 full-date).
type Date struct{ t time.Time }

// DateOf is the day that t falls on in UTC.
func DateOf(t time.Time) Date {
	y, mo, d := t.UTC().Date()
	return Date{time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)}
}

// ParseDate reads a full-date; the error is a sentence for a person.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date; write it as 2026-11-22", s)
	}
	return Date{t}, nil
}

func (d Date) String() string { return d.t.Format(time.DateOnly) }

// IsZero reports the zero Date, which is no day.
func (d Date) IsZero() bool { return d.t.IsZero() }

// Time is midnight UTC at the start of the day.
func (d Date) Time() time.Time { return d.t }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.t.Before(o.t) }

// AddDays counts days on, or back when n is negative.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths counts calendar months on; a day that the month does not have becomes its last one.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.t.Year(), d.t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.AddDate(0, 0, min(d.t.Day(), last)-1)}
}

// DaysSince counts the days from o to d.
func (d Date) DaysSince(o Date) int { return int(d.t.Sub(o.t).Hours() / 24) }

// MarshalText writes the full-date; the API, events and templates use it.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a full-date.
func (d *Date) UnmarshalText(b []byte) error {
	p, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}

// Value hands the day to Postgres as a date.
func (d Date) Value() (driver.Value, error) { return d.t, nil }

// Scan reads a Postgres date.
func (d *Date) Scan(src any) error {
	t, ok := src.(time.Time)
	if !ok {
		return fmt.Errorf("cannot read %T as a date", src)
	}
	*d = DateOf(t)
	return nil
}

// GormDataType tells gorm the column type.
func (Date) GormDataType() string { return "date" }
