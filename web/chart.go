package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/store"
)

// chart is a picture of how a whole is made up, with the table that says the same. The parts "stacked-bar" and "bars"
// show it.
type chart struct {
	ID      string // unique on the page
	Title   string // what is shown: "Licences in release 4.2.1"
	Of      string // what is counted: "packages"
	Heading string // of the first column of the table: "Licence class"
	Parts   []chartPart
	Whole   int
}

// chartPart is one part of the whole.
type chartPart struct {
	Label   string
	Kind    string // colour: the same kind has the same colour on every page
	Count   int
	Percent string
	Path    string // the rows behind the number; "" when there is no page for them
}

// newChart counts the whole and gives each part its share.
func newChart(id, title, of, heading string, parts []chartPart) chart {
	ch := chart{ID: id, Title: title, Of: of, Heading: heading, Parts: parts}
	for _, p := range parts {
		ch.Whole += p.Count
	}
	for i, p := range wholePercents(parts, ch.Whole) {
		ch.Parts[i].Percent = fmt.Sprintf("%d %%", p)
		if p == 0 && parts[i].Count > 0 {
			ch.Parts[i].Percent = "under 1 %"
		}
	}
	return ch
}

// wholePercents rounds shares so that they add up to 100: what is left goes to the largest remainders.
func wholePercents(parts []chartPart, whole int) []int {
	out := make([]int, len(parts))
	if whole == 0 {
		return out
	}
	order := make([]int, len(parts))
	left := 100
	for i, p := range parts {
		order[i] = i
		out[i] = int(int64(p.Count) * 100 / int64(whole))
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(int64(parts[b].Count)*100%int64(whole) - int64(parts[a].Count)*100%int64(whole))
	})
	for _, i := range order[:min(left, len(order))] {
		out[i]++
	}
	return out
}

// licenseChart draws how the packages of a scope are distributed over the licence classes, unknown last. path is the
// page that lists the packages of a class, which is added to it as a query; "" for none.
func licenseChart(id, title string, counts []store.LicenseCount, path string) chart {
	by := map[string]int{}
	for _, n := range counts {
		by[n.Class] += n.Packages
	}
	var parts []chartPart
	for _, class := range licenses.Classes() {
		p := chartPart{Label: word(class), Kind: string(class), Count: by[string(class)]}
		if path != "" && p.Count > 0 {
			p.Path = address(path, "class", string(class))
		}
		parts = append(parts, p)
	}
	return newChart(id, title, "packages", "Licence class", parts)
}

// Unknown is the part that nobody has said anything about.
func (ch chart) Unknown() chartPart {
	for _, p := range ch.Parts {
		if p.Kind == string(licenses.Unknown) {
			return p
		}
	}
	return chartPart{}
}

// Said describes the picture in a sentence, for those who do not see it.
func (ch chart) Said() string {
	said := make([]string, 0, len(ch.Parts))
	for _, p := range ch.Parts {
		if p.Count > 0 {
			said = append(said, p.Label+" "+p.Percent)
		}
	}
	return number(ch.Whole) + " " + ch.Of + ": " + strings.Join(said, ", ") + "."
}

// The size of a stacked bar in its own units; the page stretches it.
const (
	barWidth  = 1000
	barHeight = 48
	barGap    = 3
	barLeast  = 6 // what is there can be seen
)

// Bar is one rectangle of a picture.
type Bar struct {
	X, Width float64
	Kind     string
	Label    string
}

// Bars lays the parts side by side. Small parts are widened to barLeast at the cost of the large ones.
func (ch chart) Bars() []Bar {
	var bars []Bar
	need := 0.0
	for _, p := range ch.Parts {
		if p.Count > 0 {
			b := Bar{Kind: p.Kind, Label: p.Label + " " + p.Percent + ": " + number(p.Count) + " of " + number(ch.Whole) + " " + ch.Of, Width: max(float64(p.Count)/float64(ch.Whole)*barWidth, barLeast)}
			need += b.Width
			bars = append(bars, b)
		}
	}
	x, room := 0.0, barWidth-float64(barGap*max(len(bars)-1, 0))
	for i := range bars {
		bars[i].X, bars[i].Width = x, bars[i].Width*room/need
		x += bars[i].Width + barGap
	}
	return bars
}

// SVG is the stacked bar. Colours are classes of the style sheet.
func (ch chart) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart-bar" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-labelledby="%[3]s-t %[3]s-d"><title id="%[3]s-t">%[4]s</title><desc id="%[3]s-d">%[5]s</desc>`,
		barWidth, barHeight, template.HTMLEscapeString(ch.ID), template.HTMLEscapeString(ch.Title), template.HTMLEscapeString(ch.Said()))
	for _, r := range ch.Bars() {
		fmt.Fprintf(&b, `<rect class="fill-%s" x="%.1f" width="%.1f" height="%d"><title>%s</title></rect>`, template.HTMLEscapeString(r.Kind), r.X, r.Width, barHeight, template.HTMLEscapeString(r.Label))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped above
}

// Ranked draws the part against the largest one, for a row of a ranking. The number stands beside it in the table.
func (ch chart) Ranked(p chartPart) template.HTML {
	most := 1
	for _, o := range ch.Parts {
		most = max(most, o.Count)
	}
	kind := p.Kind
	if kind == "" {
		kind = "plain"
	}
	width := 0.0
	if p.Count > 0 {
		width = max(float64(p.Count)/float64(most)*100, 0.5)
	}
	return template.HTML(fmt.Sprintf(`<svg class="chart-rank" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-%s" width="%.1f" height="10"></rect></svg>`, //nolint:gosec // a class name of ours and a number
		template.HTMLEscapeString(kind), width))
}

// classTag is the square of a class's colour with its word.
func classTag(class string) tag {
	if class == "" {
		class = string(licenses.Unknown)
	}
	return tag{Word: className(class), Tone: class}
}
