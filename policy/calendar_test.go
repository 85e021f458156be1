package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func on(day string) models.Date { return models.DateOf(at(day)) }

func TestTheStandstillIsCountedInWorkingDays(t *testing.T) {
	for name, c := range map[string]struct {
		code, from string
		days       int
		end        string
		skipped    []Holiday
	}{
		"no holiday on the way":                        {"TT", "2026-11-02", 5, "2026-11-10", []Holiday{{on("2026-11-09"), "Divali (observed)", false}}},
		"one public holiday, as in the worked example": {"TT", "2026-09-14", 10, "2026-09-29", []Holiday{{on("2026-09-24"), "Republic Day", true}}},
		"from a weekend":                               {"TT", "2026-10-03", 1, "2026-10-05", nil},
		"no day at all":                                {"TT", "2026-10-03", 0, "2026-10-03", nil},
		"Easter":                                       {"TT", "2027-03-25", 1, "2027-03-31", []Holiday{{on("2027-03-26"), "Good Friday", true}, {on("2027-03-29"), "Easter Monday", true}, {on("2027-03-30"), "Spiritual Baptist Liberation Day", true}}},
		"Christmas on a Sunday is kept after Boxing Day":        {"TT", "2022-12-23", 1, "2022-12-28", []Holiday{{on("2022-12-26"), "Boxing Day", true}, {on("2022-12-27"), "Christmas Day (observed)", true}}},
		"a holiday that is kept in the year before its own":     {"US", "2021-12-30", 1, "2022-01-03", []Holiday{{on("2021-12-31"), "New Year's Day (observed)", true}}},
		"a holiday on a Monday of the month":                    {"GB", "2026-08-28", 1, "2026-09-01", []Holiday{{on("2026-08-31"), "Summer Bank Holiday", true}}},
		"Easter of the Orthodox churches":                       {"BG", "2026-04-09", 1, "2026-04-14", []Holiday{{on("2026-04-10"), "Good Friday", true}, {on("2026-04-13"), "Easter Monday", true}}},
		"a holiday on a Sunday that is kept on the Monday only": {"ZA", "2027-03-19", 1, "2027-03-23", []Holiday{{on("2027-03-22"), "Human Rights Day (observed)", true}}},
		"without a calendar only weekends are free":             {"", "2026-12-24", 1, "2026-12-25", nil},
	} {
		t.Run(name, func(t *testing.T) {
			calendar, err := CalendarFor(c.code)
			if err != nil {
				t.Fatal(err)
			}
			end, skipped := calendar.AddWorkingDays(on(c.from), c.days)
			if end != on(c.end) {
				t.Errorf("the term ends on %s, want %s", end, c.end)
			}
			if diff := cmp.Diff(c.skipped, skipped, sameDate); diff != "" {
				t.Error(diff)
			}
			if c.days > 0 && !calendar.IsWorkingDay(end) {
				t.Errorf("%s is no working day", end)
			}
		})
	}
}

func TestEasterFallsWhereItDid(t *testing.T) {
	for year, want := range map[int][2]string{
		2000: {"2000-04-23", "2000-04-30"}, 2008: {"2008-03-23", "2008-04-27"}, 2011: {"2011-04-24", "2011-04-24"}, 2016: {"2016-03-27", "2016-05-01"}, 2019: {"2019-04-21", "2019-04-28"},
		2024: {"2024-03-31", "2024-05-05"}, 2025: {"2025-04-20", "2025-04-20"}, 2026: {"2026-04-05", "2026-04-12"}, 2027: {"2027-03-28", "2027-05-02"}, 2038: {"2038-04-25", "2038-04-25"},
	} {
		if got := easter(year).String(); got != want[0] {
			t.Errorf("Easter of %d is %s, want %s", year, got, want[0])
		}
		if got := orthodoxEaster(year).String(); got != want[1] {
			t.Errorf("Orthodox Easter of %d is %s, want %s", year, got, want[1])
		}
	}
}

func TestEveryCalendarSaysWhereEachHolidayFalls(t *testing.T) {
	if n := len(CalendarCodes()); n != 18 {
		t.Errorf("there are %d calendars", n)
	}
	for _, code := range CalendarCodes() {
		calendar, err := CalendarFor(code)
		if err != nil {
			t.Fatal(err)
		}
		if calendar.Code != code || calendar.Title == "" || calendar.Note == "" || len(calendar.Weekend) != 2 {
			t.Errorf("%s lacks its title, note or weekend", code)
		}
		for _, f := range calendar.Holidays {
			ways := 0
			for _, said := range []bool{f.Day != "", f.Easter != 0, f.Orthodox != 0, f.Weekday != "" && f.OnOrAfter != "", f.moves()} {
				if said {
					ways++
				}
			}
			if ways != 1 {
				t.Errorf("%s of %s is told in %d ways", f.Name, code, ways)
			}
		}
		for year := 2020; year <= 2035; year++ {
			for _, h := range calendar.On(year) {
				if d := h.Date.Time().Year() - year; h.Name == "" || d < -1 || d > 1 {
					t.Errorf("%s %d: %v", code, year, h)
				}
			}
		}
	}
	if _, err := CalendarFor("TTO"); !models.HasCode(err, "calendar-not-found") {
		t.Errorf("the error is %v", err)
	}
}

func TestACalendarSaysOfWhichFeastsItDoesNotKnowTheDay(t *testing.T) {
	calendar, err := CalendarFor("TT")
	if err != nil {
		t.Fatal(err)
	}
	if got := calendar.Unsettled(2025); got != nil {
		t.Errorf("in 2025 it does not know %v", got)
	}
	if diff := cmp.Diff([]string{"Eid-ul-Fitr", "Divali"}, calendar.Unsettled(2030)); diff != "" {
		t.Error(diff)
	}
}

func TestARegimeAddsADayThatWasProclaimed(t *testing.T) {
	r := preset(t, "tt-draft")
	r.Holidays = []Proclaimed{{On: on("2026-11-24"), Name: "Day of the victory"}}
	with, err := r.WorkingDays()
	if err != nil {
		t.Fatal(err)
	}
	end, skipped := with.AddWorkingDays(on("2026-11-23"), 1)
	if end != on("2026-11-25") || len(skipped) != 1 || skipped[0] != (Holiday{on("2026-11-24"), "Day of the victory", true}) {
		t.Errorf("the term ends on %s after %v", end, skipped)
	}
	r.Holidays = nil
	without, err := r.WorkingDays()
	if err != nil || !without.IsWorkingDay(on("2026-11-24")) {
		t.Errorf("the day stays in the calendar that the program brings: %v", err)
	}
}
