// Package calendar says days with something due in the form that calendar programs read: iCalendar (RFC 5545), as a feed to subscribe to.
//
// It decides nothing about which days those are or who may know of them. Start with Write.
package calendar

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// MediaType is what an answer with a calendar is served as.
const MediaType = "text/calendar; charset=utf-8"

// Calendar is a feed of days.
type Calendar struct {
	Name    string
	About   string
	Refresh time.Duration // how often a program is asked to read it again
	Days    []Day
}

// Day is something that is due on one day.
type Day struct {
	UID      string // the same for ever, also when the day moves (RFC 5545, 3.8.4.7)
	On       time.Time
	Title    string
	Text     string
	URL      string // of the page about it
	Category string
	Sequence int       // greater when the day is changed (RFC 5545, 3.8.7.4)
	Changed  time.Time // when it was worked out
}

// newLine ends the lines of a calendar on every system (RFC 5545, 3.1).
const newLine = ics.WithNewLine("\r\n")

// Write writes the calendar. Days last all day and leave whoever has them free: they are deadlines and no meetings.
func Write(w io.Writer, c *Calendar) error {
	cal := ics.NewCalendar()
	cal.SetProductId("-//OSPO register//Deadlines//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetCalscale("GREGORIAN")
	cal.SetName(plain(c.Name))
	cal.SetXWRCalName(plain(c.Name)) // what programs read that do not know RFC 7986
	cal.SetXWRCalDesc(plain(c.About))
	if minutes := int(c.Refresh.Minutes()); minutes > 0 {
		every := fmt.Sprintf("PT%dM", minutes)
		cal.SetRefreshInterval(every)
		cal.SetXPublishedTTL(every)
	}
	for _, d := range c.Days {
		e := cal.AddEvent(d.UID)
		e.SetDtStampTime(d.Changed)
		e.SetModifiedAt(d.Changed)
		e.SetSequence(d.Sequence)
		e.SetAllDayStartAt(d.On)
		e.SetAllDayEndAt(d.On.AddDate(0, 0, 1)) // the end is not part of it
		e.SetTimeTransparency(ics.TransparencyTransparent)
		e.SetSummary(plain(d.Title))
		if d.Text != "" {
			e.SetDescription(plain(d.Text))
		}
		if d.URL != "" {
			e.SetURL(d.URL)
		}
		if d.Category != "" {
			e.AddCategory(d.Category)
		}
	}
	if err := cal.SerializeTo(w, newLine); err != nil {
		return fmt.Errorf("writing a calendar: %w", err)
	}
	return nil
}

// plain is text without the characters that no line may have (RFC 5545, 3.1); a line feed is written as \n.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}
