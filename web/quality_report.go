package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountQuality(r *routes) { r.get("/quality", s.qualityReport) }

// qualityReportPage says how complete documents are: over time, by agency and by supplier.
type qualityReportPage struct {
	Form      *form
	Agencies  agencyChoice
	Lists     []option
	List      *quality.List
	Filtered  bool
	Documents int
	Whole     completeness // of all documents taken together
	Months    []qualityLine
	Trend     template.HTML
	ByAgency  []qualityLine
	ByUs      []qualityLine // suppliers
	More      int           // suppliers that are not shown
}

// qualityLine is what several documents state, by one list.
type qualityLine struct {
	store.QualityRow
	Label  string
	Path   string
	Shares shares
	Bar    template.HTML
	Grade  tag
	Why    string
}

// shares is how much of what a list requires is there, on average over its required fields, in percent.
type shares struct{ Value, Unknown, Missing float64 }

func sharesOf(r quality.Report) shares {
	var sum shares
	n := 0.0
	for _, f := range r.Results {
		total := float64(f.Value + f.Unknown + f.Missing)
		if f.Rule.Level != quality.Required || f.Outcome == quality.NotMeasured || total == 0 {
			continue
		}
		n++
		sum.Value += 100 * float64(f.Value) / total
		sum.Unknown += 100 * float64(f.Unknown) / total
		sum.Missing += 100 * float64(f.Missing) / total
	}
	if n == 0 {
		return shares{}
	}
	return shares{sum.Value / n, sum.Unknown / n, sum.Missing / n}
}

// Percent is the part with a value, as people read it.
func (s shares) Percent() string { return strconv.Itoa(int(s.Value+0.5)) + " %" }

func (s shares) parts() [3]float64 { return [3]float64{s.Value, s.Unknown, s.Missing} }

// shownSuppliers bounds the ranking of suppliers on the page.
const shownSuppliers = 40

func (s *site) qualityReport(c *page) error {
	list, err := c.chosenList()
	if err != nil {
		return err
	}
	p := qualityReportPage{Form: &form{Values: c.request().URL.Query()}, List: list}
	f := store.QualityFilter{AgencyID: c.queryID("agency"), Supplier: c.query("supplier"), From: dayOf(c.query("from")), Until: dayOf(c.query("until"))}
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1) // people mean the day as well
	}
	p.Filtered = f != store.QualityFilter{}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	for _, l := range quality.Lists() {
		p.Lists = append(p.Lists, option{Value: l.ID, Label: l.Short})
	}
	if err := p.read(c, f); err != nil {
		return err
	}
	return c.show(view{Name: "quality", Title: "How complete SBOM documents are", Crumbs: []crumb{{"Completeness", ""}}, Page: p})
}

func dayOf(text string) time.Time {
	d, err := models.ParseDate(text)
	if err != nil {
		return time.Time{}
	}
	return d.Time()
}

func (p *qualityReportPage) read(c *page, f store.QualityFilter) error {
	months, err := c.site.Store.QualityByMonth(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	agencies, err := c.site.Store.QualityByAgency(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	suppliers, err := c.site.Store.QualityBySupplier(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	whole := quality.Document{}
	tallies := make([][]models.Tally, len(months))
	for i, m := range months {
		p.Documents += m.Documents
		whole.Packages += m.Packages
		tallies[i] = m.Tallies
		p.Months = append(p.Months, p.line(m, monthWords(m.Name), ""))
	}
	whole.Tallies = quality.Sum(tallies...)
	p.Whole = completenessOf(p.List.Judge(whole), "", plural(p.Documents, "document", "documents"), len(whole.Tallies) > 0)
	p.Trend = trendSVG(p.Months)
	here := func(pairs ...string) string {
		return address("/quality", append(pairs, "list", p.Form.get("list"), "from", p.Form.get("from"), "until", p.Form.get("until"))...)
	}
	for _, a := range agencies {
		p.ByAgency = append(p.ByAgency, p.line(a, a.Name, here("agency", idText(a.ID), "supplier", f.Supplier)))
	}
	p.More = max(len(suppliers)-shownSuppliers, 0)
	for _, u := range suppliers[:min(len(suppliers), shownSuppliers)] {
		path := ""
		if u.Name != "" {
			path = here("supplier", u.Name, "agency", agencyText(f.AgencyID))
		}
		p.ByUs = append(p.ByUs, p.line(u, orElse(u.Name, "Supplier not known"), path))
	}
	return nil
}

func (p *qualityReportPage) line(r store.QualityRow, label, path string) qualityLine {
	report := p.List.Judge(quality.Document{Packages: r.Packages, Tallies: r.Tallies})
	l := qualityLine{QualityRow: r, Label: label, Path: path, Shares: sharesOf(report), Grade: gradeTag(report, len(r.Tallies) > 0), Why: sentenceOf(report)}
	l.Bar = sharesBar(l.Shares)
	return l
}

func monthWords(first string) string {
	t := dayOf(first)
	if t.IsZero() {
		return first
	}
	return t.Format("January 2006")
}

// sharesBar draws shares side by side. The numbers stand beside it.
func sharesBar(s shares) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="outcome" width="100%" height="16" aria-hidden="true">`)
	at := 0.0
	for i, width := range s.parts() {
		if width > 0 {
			fmt.Fprintf(&b, `<rect %s x="%.2f%%" width="%.2f%%" height="16"/>`, outcomeFills[i].fill, at, width)
		}
		at += width
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers and words of ours
}

// trendSVG draws a column for each month, what is there at the bottom. The table beneath says the same.
func trendSVG(months []qualityLine) template.HTML {
	if len(months) < 2 {
		return ""
	}
	var b strings.Builder
	first, last := months[0], months[len(months)-1]
	fmt.Fprintf(&b, `<svg class="outcome trend" width="100%%" height="180" role="img" aria-labelledby="trend-t trend-d"><title id="trend-t">What of the required fields is there, by month</title><desc id="trend-d">%s</desc>`,
		template.HTMLEscapeString(first.Label+": "+first.Shares.Percent()+" have a value. "+last.Label+": "+last.Shares.Percent()+"."))
	step := 100 / float64(len(months))
	for i, m := range months {
		at := 100.0
		for j, height := range m.Shares.parts() {
			at -= height
			if height > 0 {
				fmt.Fprintf(&b, `<rect %s x="%.3f%%" y="%.2f%%" width="%.3f%%" height="%.2f%%"/>`, outcomeFills[j].fill, step*(float64(i)+0.06), max(at, 0), step*0.88, height)
			}
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped above
}
