package policy

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Calendar knows which days are worked in a country, so that a term of working days can be counted. It knows holidays of the whole country only: a regime adds
// days that were proclaimed.
type Calendar struct {
	Code     string   `key:"code" need:"Give the code."`
	Title    string   `key:"title" need:"Say whose calendar it is."`
	Note     string   `key:"note" most:"2000"` // what it leaves out
	Weekend  []string `key:"weekend" values:"monday tuesday wednesday thursday friday saturday sunday"`
	Holidays []feast  `key:"holidays"`
}

// feast is a holiday as it comes back each year.
type feast struct {
	Name      string        `key:"name" need:"Name the day."`
	Day       string        `key:"day"`                         // "06-19"
	Easter    int           `key:"easter" signed:"yes"`         // days after Easter Sunday
	Orthodox  int           `key:"orthodoxEaster" signed:"yes"` // the same in the Orthodox churches, and not 0
	Weekday   string        `key:"weekday" values:"monday tuesday wednesday thursday friday saturday sunday"`
	OnOrAfter string        `key:"onOrAfter"` // "06-19": the first such weekday from then on
	Dates     []models.Date `key:"dates"`     // of a feast that moves: the years it is known for
	Expected  []models.Date `key:"expected"`  // the same, before the day was proclaimed
	From      int           `key:"from"`      // first year; 0: always
	Observed  string        `key:"observed" values:"next-if-sunday monday-if-sunday next-if-weekend nearest-weekday"`
	Uncertain bool          `key:"uncertain"` // it is not free everywhere, or it may be moved
}

// Holiday is a day that is free.
type Holiday struct {
	Date    models.Date
	Name    string
	Certain bool // false: the day is expected and was not proclaimed when the calendar was written, or it is not free everywhere
}

//go:embed calendars
var calendarFiles embed.FS

var theCalendars = sync.OnceValue(func() map[string]*Calendar {
	files, err := calendarFiles.ReadDir("calendars")
	if err != nil {
		panic(err) // they are part of the program
	}
	all := map[string]*Calendar{}
	for _, f := range files {
		text, err := calendarFiles.ReadFile("calendars/" + f.Name())
		if err != nil {
			panic(err)
		}
		r, c := newRegimeReader(), &Calendar{}
		if body := r.document(text); body != nil {
			r.read(body, c)
		}
		if len(r.mistakes) > 0 {
			panic(f.Name() + ": " + (&Mistakes{List: r.mistakes}).Error()) // the tests read each
		}
		all[c.Code] = c
	}
	return all
})

// CalendarCodes lists the codes of the calendars that the program brings, sorted.
func CalendarCodes() []string {
	var codes []string
	for code := range theCalendars() {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// CalendarFor finds a calendar by its code. For "" it is one on which only Saturday and Sunday are free. The error is *models.Error of kind not-found.
func CalendarFor(code string) (*Calendar, error) {
	if code == "" {
		return &Calendar{Title: "Monday to Friday", Weekend: []string{"saturday", "sunday"}}, nil
	}
	if c, ok := theCalendars()[code]; ok {
		return c, nil
	}
	return nil, models.Refuse(models.NotFound, "calendar-not-found", fmt.Sprintf("There is no calendar %s.%s", clip(code), didYouMean(code, CalendarCodes())))
}

// WorkingDays is the calendar of the regime with the days that it adds.
func (r *Regime) WorkingDays() (*Calendar, error) {
	c, err := CalendarFor(r.Calendar)
	if err != nil || len(r.Holidays) == 0 {
		return c, err
	}
	with := *c
	with.Holidays = slices.Clone(c.Holidays)
	for _, p := range r.Holidays {
		with.Holidays = append(with.Holidays, feast{Name: p.Name, Dates: []models.Date{p.On}})
	}
	return &with, nil
}

// AddWorkingDays is the last day of a term of n working days that begins on the day after from, with the holidays that it passed over. For n below 1 it is from itself.
func (c *Calendar) AddWorkingDays(from models.Date, n int) (end models.Date, skipped []Holiday) {
	free := freeDays{calendar: c, years: map[int][]Holiday{}}
	for end = from; n > 0; {
		end = end.AddDays(1)
		if c.weekend(end) {
			continue
		}
		if h, ok := free.on(end); ok {
			skipped = append(skipped, h)
			continue
		}
		n--
	}
	return end, skipped
}

// IsWorkingDay says whether a day is neither weekend nor holiday.
func (c *Calendar) IsWorkingDay(day models.Date) bool {
	_, holiday := (&freeDays{calendar: c, years: map[int][]Holiday{}}).on(day)
	return !holiday && !c.weekend(day)
}

// On lists the holidays of a year in the order of their days, those on a weekend included.
func (c *Calendar) On(year int) []Holiday {
	var list []Holiday
	for _, f := range c.Holidays {
		list = append(list, f.in(year)...)
	}
	byDay := func(a, b Holiday) int { return a.Date.DaysSince(b.Date) }
	slices.SortStableFunc(list, byDay)
	for i := range len(list) {
		f := c.Holidays[slices.IndexFunc(c.Holidays, func(f feast) bool { return f.Name == list[i].Name })]
		if day, moved := c.observed(f, list[i].Date, list); moved {
			list = append(list, Holiday{day, list[i].Name + " (observed)", list[i].Certain})
		}
	}
	slices.SortStableFunc(list, byDay)
	return list
}

// Unsettled names the feasts that move and of which the calendar does not know the day in a year.
func (c *Calendar) Unsettled(year int) []string {
	var names []string
	for _, f := range c.Holidays {
		if f.moves() && len(f.in(year)) == 0 && year >= f.From {
			names = append(names, f.Name)
		}
	}
	return names
}

func (c *Calendar) weekend(day models.Date) bool {
	return slices.Contains(c.Weekend, strings.ToLower(day.Time().Weekday().String()))
}

// observed is the day that is free in place of one that falls on a weekend.
func (c *Calendar) observed(f feast, day models.Date, taken []Holiday) (models.Date, bool) {
	weekday := day.Time().Weekday()
	next := func() (models.Date, bool) {
		for d := day.AddDays(1); ; d = d.AddDays(1) {
			if !c.weekend(d) && !slices.ContainsFunc(taken, func(h Holiday) bool { return h.Date == d }) {
				return d, true
			}
		}
	}
	switch {
	case f.Observed == "next-if-sunday" && weekday == time.Sunday:
		return next()
	case f.Observed == "next-if-weekend" && c.weekend(day):
		return next()
	case f.Observed == "monday-if-sunday" && weekday == time.Sunday, f.Observed == "nearest-weekday" && weekday == time.Sunday:
		return day.AddDays(1), true
	case f.Observed == "nearest-weekday" && weekday == time.Saturday:
		return day.AddDays(-1), true
	}
	return day, false
}

func (f feast) moves() bool { return len(f.Dates)+len(f.Expected) > 0 }

// in is the feast in a year: none, one, or two for those that follow the moon.
func (f feast) in(year int) []Holiday {
	if year < f.From {
		return nil
	}
	one := func(day models.Date) []Holiday { return []Holiday{{day, f.Name, !f.Uncertain}} }
	switch {
	case f.moves():
		var list []Holiday
		for _, day := range f.Dates {
			if day.Time().Year() == year {
				list = append(list, Holiday{day, f.Name, !f.Uncertain})
			}
		}
		for _, day := range f.Expected {
			if day.Time().Year() == year {
				list = append(list, Holiday{day, f.Name, false})
			}
		}
		return list
	case f.Weekday != "":
		day := onDay(year, f.OnOrAfter)
		for strings.ToLower(day.Time().Weekday().String()) != f.Weekday {
			day = day.AddDays(1)
		}
		return one(day)
	case f.Day != "":
		return one(onDay(year, f.Day))
	case f.Orthodox != 0:
		return one(orthodoxEaster(year).AddDays(f.Orthodox))
	}
	return one(easter(year).AddDays(f.Easter))
}

// onDay is a day of each year, "06-19".
func onDay(year int, day string) models.Date {
	d, err := models.ParseDate(fmt.Sprintf("%04d-%s", year, day))
	if err != nil {
		panic(err) // the calendars are part of the program
	}
	return d
}

// freeDays remembers the holidays of the years that a term touches. A holiday that is observed on another day may lie in the next year.
type freeDays struct {
	calendar *Calendar
	years    map[int][]Holiday
}

func (f *freeDays) on(day models.Date) (Holiday, bool) {
	year := day.Time().Year()
	for _, y := range []int{year, year - 1, year + 1} {
		if _, ok := f.years[y]; !ok {
			f.years[y] = f.calendar.On(y)
		}
		if i := slices.IndexFunc(f.years[y], func(h Holiday) bool { return h.Date == day }); i >= 0 {
			return f.years[y][i], true
		}
	}
	return Holiday{}, false
}

// easter is Easter Sunday of the western churches (the Gregorian computus in the form that Meeus gives).
func easter(year int) models.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return models.DateOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
}

// orthodoxEaster is Easter Sunday of the Orthodox churches in the Gregorian calendar, for the years 1900 to 2099, when the calendars are 13 days apart.
func orthodoxEaster(year int) models.Date {
	d := (19*(year%19) + 15) % 30
	e := (2*(year%4) + 4*(year%7) - d + 34) % 7
	month := (d + e + 114) / 31
	day := (d+e+114)%31 + 1
	return models.DateOf(time.Date(year, time.Month(month), day+13, 0, 0, 0, 0, time.UTC))
}
