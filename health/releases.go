package health

import (
	"fmt"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// released are the tags that name a version: those with a digit. A tag such as "latest" moves and says nothing of when something was released.
func (h *history) released() (times []time.Time, undated int) {
	for _, r := range h.Releases {
		switch {
		case !strings.ContainsAny(r.Name, "0123456789"):
		case r.At == nil:
			undated++
		default:
			times = append(times, *r.At)
		}
	}
	return times, undated
}

// unreleased says why nothing can be told of releases.
func (h *history) unreleased(times []time.Time, undated int) string {
	switch {
	case h.NoHistory != "":
		return h.NoHistory
	case len(h.Releases) == 0:
		return "It has no tags, so that nothing says when it was released."
	case len(times) == 0 && undated == 0:
		return "None of its tags names a version."
	case len(times) == 0:
		return "When its versions were tagged could not be read."
	}
	return ""
}

func (h *history) sinceRelease(m *models.Measurement) {
	m.Unit, m.Source = "days", h.tagSource()
	times, undated := h.released()
	if m.Why = h.unreleased(times, undated); m.Why != "" {
		return
	}
	newest := times[0]
	for _, at := range times {
		if at.After(newest) {
			newest = at
		}
	}
	m.Input = fmt.Sprintf("The newest of %s with a version is of %s.", count(len(times), "tag"), date(newest))
	set(m, float64(days(h.Now.Sub(newest))))
}

func (h *history) releaseFrequency(m *models.Measurement) {
	m.Unit, m.Source, m.WindowDays = "releases", h.tagSource(), days(Window)
	times, undated := h.released()
	if m.Why = h.unreleased(times, undated); m.Why != "" {
		return
	}
	if h.ReleasesCutOff || undated > 0 {
		m.Why = "Not all of its tags were read, so that those of the window cannot be counted."
		return
	}
	n := 0
	for _, at := range times {
		n += one(!at.Before(h.from))
	}
	m.Input = fmt.Sprintf("%s with a version since %s, of %s in all.", sentence(count(n, "tag")), date(h.from), number(len(times)))
	set(m, float64(n))
}

func (h *history) tagSource() string {
	if h.ReleasesCutOff {
		return fmt.Sprintf("git tags, %s of them", number(len(h.Releases)))
	}
	return "git tags"
}
