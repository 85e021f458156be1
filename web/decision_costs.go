package web

import (
	"fmt"
	"html/template"
	"math/big"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// costsPage sets the costs of the candidates side by side, over identical lines.
type costsPage struct {
	*caseHead
	List     []costColumn
	Lines    []costRow
	Exit     []string // what leaving today's software costs, told apart
	HasExit  bool
	Empty    int // cells that are empty
	Horizon  string
	MayWrite bool
	Bands    bandChart
}

// costColumn is a candidate.
type costColumn struct {
	candidateView
	CostPath string
	Horizon  string
	Filed    bool
}

// costRow is a line with the sum of each candidate.
type costRow struct {
	Label string
	Cells []costCell
}

// costCell is what a line costs a candidate over the horizon. What is not on file is empty, which is not 0.
type costCell struct {
	Name, Text, Basis string
	Empty             bool
}

func (s *site) compareCosts(c *page) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	kind, err := models.PartOf(models.PartCost)
	if err != nil {
		return err
	}
	p := costsPage{caseHead: h, MayWrite: kind.Opens(&h.Row.Decision) && kind.Role(c.viewer, h.Row.AgencyID) != ""}
	if n := h.Regime.Evaluation.TCOHorizonMonths; n > 0 {
		p.Horizon = plural(n, "month", "months")
	}
	for _, one := range h.Standing.Candidates {
		v, ok := h.candidateView(one.Key)
		if !ok || v.File.Cost == nil && v.File.Value.Status == "eliminated" {
			continue
		}
		col := costColumn{candidateView: v, CostPath: h.Path + "/cost/" + one.Key, Filed: v.File.Cost != nil}
		if col.Filed {
			col.Horizon = plural(v.File.Cost.Value.HorizonMonths, "month", "months")
			p.HasExit = p.HasExit || v.File.Cost.Value.IncumbentExit != ""
		}
		p.List = append(p.List, col)
	}
	p.fill()
	p.Bands = bandsOf(p.List)
	if h.Dossier.Need != nil {
		p.Bands.Budget = floatOf(h.Dossier.Need.Value.BudgetMax.Amount)
	}
	return c.show(view{Name: "decision-costs", Title: "Costs side by side, " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Costs"}), Page: p})
}

// fill makes a row of each line that the law names, and of those that are on file besides.
func (p *costsPage) fill() {
	lines := slices.Clone(p.Regime.Evaluation.TCOLines)
	for _, col := range p.List {
		if !col.Filed {
			continue
		}
		for _, l := range col.File.Cost.Value.Lines {
			if !slices.ContainsFunc(lines, func(t policy.Term) bool { return t.ID == l.Line }) {
				lines = append(lines, policy.Term{ID: l.Line, Title: l.Line})
			}
		}
	}
	for _, term := range lines {
		row := costRow{Label: orElse(term.Title, term.ID)}
		for _, col := range p.List {
			cell := costCell{Name: col.Title, Empty: true}
			if col.Filed {
				for _, l := range col.File.Cost.Value.Lines {
					if l.Line == term.ID {
						cell.Empty, cell.Text, cell.Basis = false, decimal(sumOf(l.Years)), enumWord("basis", l.Basis)
					}
				}
			}
			if cell.Empty {
				p.Empty++
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Lines = append(p.Lines, row)
	}
	for _, col := range p.List {
		exit := ""
		if col.Filed {
			exit = decimal(col.File.Cost.Value.IncumbentExit)
		}
		p.Exit = append(p.Exit, exit)
	}
}

// sumOf adds amounts up exactly.
func sumOf(years []models.Decimal) models.Decimal {
	sum := new(big.Rat)
	for _, y := range years {
		if one, ok := new(big.Rat).SetString(string(y)); ok {
			sum.Add(sum, one)
		}
	}
	return models.Decimal(sum.FloatString(2))
}

// bandChart draws the cost of each candidate with the band in which it may lie, against the budget.
type bandChart struct {
	Lines  []bandLine
	Budget float64
	Most   float64
}

// bandLine is one candidate.
type bandLine struct {
	Title, Total, Low, High string
	low, total, high        float64
}

func bandsOf(list []costColumn) bandChart {
	var ch bandChart
	for _, col := range list {
		if col.Total.IsZero() {
			continue
		}
		l := bandLine{Title: col.Title, Total: amount(col.Total), Low: amount(col.Low), High: amount(col.High), total: floatOf(col.Total.Amount)}
		l.low, l.high = l.total, l.total
		if !col.Low.IsZero() {
			l.low, l.high = floatOf(col.Low.Amount), floatOf(col.High.Amount)
		}
		ch.Most = max(ch.Most, l.high)
		ch.Lines = append(ch.Lines, l)
	}
	return ch
}

// floatOf is an amount as a length of a picture; nothing is counted with it.
func floatOf(d models.Decimal) float64 {
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return 0
	}
	f, _ := r.Float64()
	return f
}

// The size of a bar with its band, in its own units.
const bandWidth = 1000

// Bar draws one candidate: the bar to the cost, the band over its end, and the budget as a line.
func (ch bandChart) Bar(l bandLine) template.HTML {
	x := func(v float64) float64 {
		if ch.Most == 0 {
			return 0
		}
		return v / max(ch.Most, ch.Budget) * (bandWidth - 8)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="band" viewBox="0 0 %d 40" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-plain" y="8" width="%.1f" height="24"/><rect class="band-range" x="%.1f" y="14" width="%.1f" height="12"/>`, bandWidth, x(l.total), x(l.low), max(x(l.high)-x(l.low), 1))
	if ch.Budget > 0 {
		fmt.Fprintf(&b, `<rect class="band-budget" x="%.1f" y="0" width="5" height="40"/>`, x(ch.Budget))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // numbers of ours
}
