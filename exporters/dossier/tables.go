package dossier

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
)

// Listed is a decision in a list of them. Value is the amount that is expected, "" when none is known; URL is its page.
type Listed struct {
	models.Decision
	Agency string
	Regime string // title with the number of the version
	URL    string
}

// Decisions is a list of decisions as a table.
func Decisions(list []Listed) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Decisions", Columns: []spreadsheet.Column{{Title: "Reference", Kind: spreadsheet.Text}, {Title: "Agency", Kind: spreadsheet.Text}, {Title: "Title", Kind: spreadsheet.Text},
		{Title: "Function", Kind: spreadsheet.Text}, {Title: "Kind", Kind: spreadsheet.Text}, {Title: "Track", Kind: spreadsheet.Text}, {Title: "State", Kind: spreadsheet.Text}, {Title: "Law", Kind: spreadsheet.Text},
		{Title: "Value", Kind: spreadsheet.Money}, {Title: "Currency", Kind: spreadsheet.Text}, {Title: "Opened", Kind: spreadsheet.Date}, {Title: "Approved", Kind: spreadsheet.Date},
		{Title: "Published", Kind: spreadsheet.Date}, {Title: "Next legal day", Kind: spreadsheet.Date}, {Title: "Review", Kind: spreadsheet.Date}, {Title: "Page", Kind: spreadsheet.Link}}}
	for _, d := range list {
		value := ""
		if d.Value != nil {
			value = string(*d.Value)
		}
		t.Rows = append(t.Rows, []string{d.Ref, d.Agency, d.Title, d.Function, string(d.Kind), string(d.Track), string(d.State), d.Regime, value, d.Currency,
			dayOf(instant(&d.CreatedAt)), dayOf(instant(d.ApprovedAt)), dayOf(instant(d.PublishedAt)), day(d.DueOn), day(d.ReviewOn), d.URL})
	}
	return t
}

func day(d *models.Date) string {
	if d == nil || d.IsZero() {
		return ""
	}
	return d.String()
}

func dayOf(i Instant) string {
	if i.Time.IsZero() {
		return ""
	}
	return models.DateOf(i.Time).String()
}

// Comparison is the candidates of a case side by side: what they are, what was derived of them, and below that each
// requirement with whether it is met. An empty cell is something that nobody has looked at. For the public give it
// what ForPublic makes of the case.
func Comparison(c *Case) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Comparison", Columns: []spreadsheet.Column{{Title: "What", Kind: spreadsheet.Text}}}
	for _, f := range c.candidates() {
		t.Columns = append(t.Columns, spreadsheet.Column{Title: f.Title(), Kind: spreadsheet.Number})
	}
	row := func(title string, cell func(f *models.CandidateFile, s Standing) string) {
		cells := []string{title}
		for _, f := range c.candidates() {
			cells = append(cells, cell(f, c.standing(f.Key)))
		}
		t.Rows = append(t.Rows, cells)
	}
	row("Chosen", func(f *models.CandidateFile, _ Standing) string { return yes(f.Key == c.Chosen()) })
	row("Origin", func(f *models.CandidateFile, _ Standing) string { return string(f.Value.Origin) })
	row("Delivery", func(f *models.CandidateFile, _ Standing) string { return f.Value.Delivery })
	row("Rung", func(_ *models.CandidateFile, s Standing) string { return count(s.Tier) })
	row("Licence", func(f *models.CandidateFile, _ Standing) string {
		if f.License == nil {
			return ""
		}
		return f.License.Value.Expression
	})
	row("Open source", func(_ *models.CandidateFile, s Standing) string { return s.OSS })
	row("Fits", func(_ *models.CandidateFile, s Standing) string { return s.Fit })
	row("Coverage", func(_ *models.CandidateFile, s Standing) string { return string(s.Coverage) })
	row("Score", func(_ *models.CandidateFile, s Standing) string { return string(s.Score) })
	row("Total cost", func(_ *models.CandidateFile, s Standing) string { return string(s.Total.Amount) })
	row("Currency", func(_ *models.CandidateFile, s Standing) string { return s.Total.Currency })
	row("Dropped", func(f *models.CandidateFile, s Standing) string {
		if e := f.Value.Elimination; e != nil {
			return e.Text
		}
		return s.Eliminated
	})
	if n := c.Dossier.Need; n != nil {
		for _, r := range n.Value.Requirements {
			row(r.ID+" ("+string(r.Level)+"): "+r.Text, func(f *models.CandidateFile, _ Standing) string {
				i := slices.IndexFunc(f.Value.Covers, func(g models.Coverage) bool { return g.Requirement == r.ID })
				if i < 0 {
					return ""
				}
				return f.Value.Covers[i].Met
			})
		}
	}
	return t
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// candidates are those of the case that are told.
func (c *Case) candidates() []*models.CandidateFile {
	var list []*models.CandidateFile
	for i := range c.Dossier.Candidates {
		if f := &c.Dossier.Candidates[i]; f.Value.Name != "" {
			list = append(list, f)
		}
	}
	return list
}

// Costs is the total cost of the candidates of a case line by line and year by year. A line that a candidate has no
// figure for has empty cells: it was not priced, which is not the same as 0. For the public give it what ForPublic makes of the case.
func Costs(c *Case) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Total cost", Columns: []spreadsheet.Column{{Title: "Line", Kind: spreadsheet.Text}, {Title: "Candidate", Kind: spreadsheet.Text}, {Title: "Basis", Kind: spreadsheet.Text}, {Title: "Currency", Kind: spreadsheet.Text}}}
	var lines []string
	years := 0
	for _, f := range c.candidates() {
		if f.Cost == nil {
			continue
		}
		for _, l := range f.Cost.Value.Lines {
			if years = max(years, len(l.Years)); !slices.Contains(lines, l.Line) {
				lines = append(lines, l.Line)
			}
		}
	}
	for n := range years {
		t.Columns = append(t.Columns, spreadsheet.Column{Title: "Year " + strconv.Itoa(n+1), Kind: spreadsheet.Money})
	}
	for _, line := range lines {
		for _, f := range c.candidates() {
			t.Rows = append(t.Rows, priced(f, line))
		}
	}
	for _, f := range c.candidates() {
		if f.Cost != nil && f.Cost.Value.IncumbentExit != "" {
			t.Rows = append(t.Rows, []string{"Leaving today's software (in no total)", f.Title(), "", f.Cost.Value.Currency, string(f.Cost.Value.IncumbentExit)})
		}
		if s := c.standing(f.Key); !s.Total.IsZero() {
			t.Rows = append(t.Rows, []string{"Total", f.Title(), strings.TrimSpace(band(s)), s.Total.Currency, string(s.Total.Amount)})
		}
	}
	return t
}

func priced(f *models.CandidateFile, line string) []string {
	cells := []string{line, f.Title(), "", ""}
	if f.Cost == nil {
		return cells
	}
	for _, l := range f.Cost.Value.Lines {
		if l.Line == line {
			cells[2], cells[3] = l.Basis, f.Cost.Value.Currency
			for _, y := range l.Years {
				cells = append(cells, string(y))
			}
		}
	}
	return cells
}

func band(s Standing) string {
	if s.Low.IsZero() || s.High.IsZero() {
		return ""
	}
	return "from " + string(s.Low.Amount) + " to " + string(s.High.Amount)
}
