package health

import (
	"fmt"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Commit is one commit of the default branch.
type Commit struct {
	At     time.Time // committed
	Author string    // tells people apart and says nothing of them
	Domain string    // of the author's mail address, in lower case; "" when there is none
	Bot    bool      // written by a program that says so
	Merge  bool      // has several parents
}

// Release is one tag.
type Release struct {
	Name string
	At   *time.Time // nil when it is not known
}

// Counts are what a host tells of its issues and change requests since a day. A number that it does not tell is nil.
type Counts struct {
	Source                       string // "GitHub API"
	Since                        time.Time
	IssuesOpened, IssuesClosed   *int // opened since, and closed since, whenever those were opened
	ChangesOpened, ChangesClosed *int
	Why                          string // why a number is missing
}

// Input is what is known of a project.
type Input struct {
	Now            time.Time
	Commits        []Commit // in any order
	CutOff         bool     // older commits than these exist and were not read
	Releases       []Release
	ReleasesCutOff bool    // there are more than these
	NoHistory      string  // why no history was read at all; "" when it was
	Counts         *Counts // nil: the host was not asked
	NoCounts       string  // why it was not
}

// Window is how far back is counted.
const Window = 365 * 24 * time.Hour

// Measure gives one measurement for each of models.Metrics, in that order; RepositoryID is left to the caller. A metric that cannot be measured has no
// value and says why; zero is a measured zero.
func Measure(in Input) []models.Measurement {
	h := survey(in)
	how := map[models.Metric]func(*models.Measurement){
		models.SinceActivity: h.sinceActivity, models.SinceRelease: h.sinceRelease, models.ReleaseFrequency: h.releaseFrequency,
		models.CodeChanges: h.codeChanges, models.Contributors: h.contributors, models.ContributorAbsenceFactor: h.absenceFactor, models.ElephantFactor: h.elephantFactor,
		models.ChangeClosureRatio: func(m *models.Measurement) { h.closureRatio(m, "change requests", changes) },
		models.IssueClosureRatio:  func(m *models.Measurement) { h.closureRatio(m, "issues", issues) },
	}
	var list []models.Measurement
	for _, metric := range models.Metrics {
		m := models.Measurement{Metric: metric, MeasuredAt: in.Now}
		how[metric](&m)
		list = append(list, m)
	}
	return list
}

// history is the input, looked through once.
type history struct {
	Input
	from   time.Time // where the window begins
	newest time.Time
	oldest time.Time
	within []Commit // of the window
	since  time.Time
	source string
}

func survey(in Input) *history {
	h := &history{Input: in, from: in.Now.Add(-Window), source: fmt.Sprintf("git history, all %s commits", number(len(in.Commits)))}
	if in.CutOff {
		h.source = fmt.Sprintf("git history, %s newest commits", number(len(in.Commits)))
	}
	for i, c := range in.Commits {
		if i == 0 || c.At.After(h.newest) {
			h.newest = c.At
		}
		if i == 0 || c.At.Before(h.oldest) {
			h.oldest = c.At
		}
		if !c.At.Before(h.from) {
			h.within = append(h.within, c)
		}
	}
	h.since = h.from
	if h.short() {
		h.since = h.oldest
	}
	return h
}

// short reports whether what was read does not reach back to the beginning of the window.
func (h *history) short() bool {
	return h.CutOff && len(h.Commits) > 0 && !h.oldest.Before(h.from)
}

// unread says why nothing can be told of the commits; "" when something can.
func (h *history) unread() string {
	switch {
	case h.NoHistory != "":
		return h.NoHistory
	case len(h.Commits) == 0:
		return "Nothing was committed yet."
	}
	return ""
}

// uncounted says why the commits of the window cannot be counted.
func (h *history) uncounted() string {
	if why := h.unread(); why != "" {
		return why
	}
	if h.short() {
		return fmt.Sprintf("Only the %s newest commits were read, and they reach back no further than %s.", number(len(h.Commits)), date(h.oldest))
	}
	return ""
}

func (h *history) sinceActivity(m *models.Measurement) {
	m.Unit, m.Source = "days", h.source
	if m.Why = h.unread(); m.Why != "" {
		return
	}
	m.Input = "The newest commit of the default branch is of " + date(h.newest) + "."
	set(m, float64(days(h.Now.Sub(h.newest))))
}

func (h *history) codeChanges(m *models.Measurement) {
	h.windowed(m, "commits")
	if m.Why = h.uncounted(); m.Why != "" {
		return
	}
	merges, bots := 0, 0
	for _, c := range h.within {
		merges += one(c.Merge)
		bots += one(c.Bot)
	}
	m.Input = fmt.Sprintf("%s since %s, of which %s merges and %s by programs.", sentence(count(len(h.within), "commit")), date(h.from), number(merges), number(bots))
	set(m, float64(len(h.within)))
}

func (h *history) contributors(m *models.Measurement) {
	h.windowed(m, "people")
	if m.Why = h.uncounted(); m.Why != "" {
		return
	}
	people := map[string]int{}
	for _, c := range h.within {
		if !c.Bot {
			people[c.Author]++
		}
	}
	m.Input = fmt.Sprintf("%s since %s; a person is a mail address, and programs are left out.", sentence(count(len(h.within), "commit")), date(h.from))
	set(m, float64(len(people)))
}

func (h *history) windowed(m *models.Measurement, unit string) {
	m.Unit, m.Source, m.WindowDays = unit, h.source, days(Window)
}

func set(m *models.Measurement, v float64) { m.Value = &v }

func days(d time.Duration) int { return max(0, int(d/(24*time.Hour))) }

func date(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// number writes 12345 as 12,345.
func number(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// count writes "1 commit", "2 commits", "no commits".
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
