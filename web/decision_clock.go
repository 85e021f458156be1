package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// clockStrip is the days that the law sets, as a picture with a table beneath.
type clockStrip struct {
	Lines []clockLine
	Today models.Date
}

// clockLine is one day.
type clockLine struct {
	policy.Deadline
	Number int
	Ago    string
	Tag    tag
}

// soon is how many days before a deadline it is said to be near.
const soon = 14

func (h *caseHead) clock() clockStrip {
	c := clockStrip{Today: today()}
	for i, d := range h.Deadlines {
		line := clockLine{Deadline: d, Number: i + 1, Ago: ago(d.On, c.Today)}
		switch left := d.On.DaysSince(c.Today); {
		case left < 0:
			line.Tag = tag{"Past", toneBad}
		case left <= soon:
			line.Tag = tag{"Near", toneCaution}
		}
		c.Lines = append(c.Lines, line)
	}
	return c
}

// The size of the strip in its own units.
const (
	clockWidth  = 1000
	clockHeight = 66
	clockEdge   = 24
	clockApart  = 36 // between two marks
)

// SVG draws the days on a line. A day stands as far from today as the root of its distance, so that what is near can be told apart; marks never stand on each other.
func (c clockStrip) SVG() template.HTML {
	root := func(d models.Date) float64 {
		n := float64(d.DaysSince(c.Today))
		return math.Copysign(math.Sqrt(math.Abs(n)), n)
	}
	first, last := 0.0, 1.0
	for _, l := range c.Lines {
		first, last = min(first, root(l.On)), max(last, root(l.On))
	}
	at := func(d models.Date) float64 {
		return clockEdge + (root(d)-first)/(last-first)*(clockWidth-2*clockEdge)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="clock" viewBox="0 0 %d %d" role="img" aria-labelledby="clock-t clock-d"><title id="clock-t">The days that the law sets</title><desc id="clock-d">%s</desc><line class="clock-line" x1="0" y1="34" x2="%[1]d" y2="34"/>`,
		clockWidth, clockHeight, template.HTMLEscapeString(c.said()))
	for _, l := range c.Lines {
		for _, h := range l.Skipped {
			if root(h.Date) < first {
				continue
			}
			fmt.Fprintf(&b, `<rect class="clock-holiday" x="%.1f" y="26" width="5" height="16"><title>%s</title></rect>`, at(h.Date)-2.5, template.HTMLEscapeString("Not counted: "+h.Name+", "+h.Date.String()))
		}
	}
	fmt.Fprintf(&b, `<rect class="clock-today" x="%.1f" y="14" width="4" height="40"/><text class="clock-word" x="%.1f" y="64" text-anchor="%s">today</text>`, at(c.Today)-2, at(c.Today), anchorAt(at(c.Today)))
	x := -float64(clockApart)
	for _, l := range c.Lines {
		x = max(at(l.On), x+clockApart)
		fmt.Fprintf(&b, `<g><title>%s</title><circle class="clock-mark clock-%s" cx="%.1f" cy="34" r="15"/><text class="clock-number" x="%.1f" y="40" text-anchor="middle">%d</text></g>`, template.HTMLEscapeString(l.Title+": "+l.On.String()), orElse(l.Tag.Tone, tonePlain), min(x, clockWidth-16), min(x, clockWidth-16), l.Number)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped above
}

func anchorAt(x float64) string {
	switch {
	case x < clockEdge*2:
		return "start"
	case x > clockWidth-clockEdge*2:
		return "end"
	}
	return "middle"
}

// said is the picture in words.
func (c clockStrip) said() string {
	lines := make([]string, len(c.Lines))
	for i, l := range c.Lines {
		lines[i] = fmt.Sprintf("%d: %s on %s, %s.", l.Number, l.Title, l.On, l.Ago)
	}
	return strings.Join(lines, " ")
}
