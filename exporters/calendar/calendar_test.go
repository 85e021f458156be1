package calendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"github.com/ospo-register/ospo/exporters/calendar"
)

func sample() *calendar.Calendar {
	return &calendar.Calendar{Name: "Deadlines, Ministry; of “Health”", About: "Days that the law sets", Refresh: time.Hour, Days: []calendar.Day{
		{UID: "standstill-12@register.example.gov", On: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), Title: "The standstill ends: health-2026-0007, files; for “all”\\of us", Text: "Ten working days.\nNot counted: Divali, on 9 November " + strings.Repeat("ünd so weiter, ", 20),
			URL: "https://register.example.gov/decisions/12", Category: "standstill", Sequence: 7, Changed: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)},
		{UID: "review-12@register.example.gov", On: time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC), Title: "Review\r\nBEGIN:VEVENT", Changed: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)},
	}}
}

func TestACalendarIsReadBackAsItWasWritten(t *testing.T) {
	want := sample()
	var b bytes.Buffer
	if err := calendar.Write(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := ics.ParseCalendar(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	events := got.Events()
	if len(events) != len(want.Days) {
		t.Fatalf("%d days were read back\n%s", len(events), b.String())
	}
	for i, e := range events {
		d := want.Days[i]
		start, err := e.GetAllDayStartAt()
		if err != nil || !start.Equal(d.On) {
			t.Errorf("day %d begins at %v, %v", i, start, err)
		}
		if end, err := e.GetAllDayEndAt(); err != nil || !end.Equal(d.On.AddDate(0, 0, 1)) {
			t.Errorf("day %d ends at %v, %v", i, end, err)
		}
		stamp, err := e.GetDtStampTime()
		if err != nil || !stamp.Equal(d.Changed) || e.Id() != d.UID {
			t.Errorf("day %d is %q of %v, %v", i, e.Id(), stamp, err)
		}
		title := strings.ReplaceAll(d.Title, "\r\n", "\n")
		if p := e.GetProperty(ics.ComponentPropertySummary); p == nil || strings.ReplaceAll(ics.FromText(p.Value), "\r\n", "\n") != title && p.Value != title {
			t.Errorf("day %d is called %q, want %q", i, p.Value, title)
		}
	}
}

func TestTheLinesOfACalendarAreAsTheStandardAsks(t *testing.T) {
	var b bytes.Buffer
	if err := calendar.Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
		t.Error("RFC 5545, 3.1: lines end in CR LF")
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("RFC 5545, 3.1: a line has at most 75 octets and whole letters: %d in %q", len(line), line)
		}
	}
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "PRODID:-//OSPO register//Deadlines//EN\r\n", "METHOD:PUBLISH\r\n", "REFRESH-INTERVAL;VALUE=DURATION:PT60M\r\n", "DTSTART;VALUE=DATE:20261130\r\n", "DTEND;VALUE=DATE:20261201\r\n", "TRANSP:TRANSPARENT\r\n", "SEQUENCE:7\r\n", "\r\nEND:VCALENDAR\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\r\nBEGIN:VEVENT\r\n"); n != 2 {
		t.Errorf("there are %d days, want 2: a title made one", n)
	}
}
