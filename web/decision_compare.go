package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// candidatesPage sets candidates side by side, in the order of the rungs.
type candidatesPage struct {
	*caseHead
	Grids []compareGrid
	Empty []rungView // rungs on which no candidate stands
}

// compareGrid is candidates side by side: of all rungs where they are few, else of one.
type compareGrid struct {
	Rungs  []rungView
	List   []candidateView
	Groups []compareGroup
}

// mostBeside is how many candidates stand in one grid; more are set apart by rung.
const mostBeside = 5

// compareGroup is lines under a heading.
type compareGroup struct {
	Heading string
	Lines   []compareLine
}

// compareLine is one line with a cell for each candidate.
type compareLine struct {
	Label, Hint string
	Cells       []compareCell
}

// compareCell is what a candidate says: a tag, a text, or both.
type compareCell struct {
	Tag  *tag
	Text string
	Code string
	Name string // of the candidate, for narrow pages
}

func (s *site) compareCandidates(c *page) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	p := candidatesPage{caseHead: h}
	var all compareGrid
	for _, rung := range h.rungs() {
		if len(rung.List) == 0 {
			p.Empty = append(p.Empty, rung)
			continue
		}
		all.Rungs, all.List = append(all.Rungs, rung), append(all.List, rung.List...)
	}
	switch {
	case len(all.List) == 0:
	case len(all.List) <= mostBeside:
		p.Grids = []compareGrid{all}
	default:
		for _, rung := range all.Rungs {
			p.Grids = append(p.Grids, compareGrid{Rungs: []rungView{rung}, List: rung.List})
		}
	}
	for i := range p.Grids {
		p.Grids[i].Groups = h.compareGroups(p.Grids[i].List)
	}
	return c.show(view{Name: "decision-compare", Title: "Compare the candidates, " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Compare"}), Page: p})
}

// compareGroups are the lines of a grid; a group without lines is left out.
func (h *caseHead) compareGroups(list []candidateView) (groups []compareGroup) {
	for _, g := range []compareGroup{{"In short", shortLines(list)}, {"Requirements", h.requirementLines(list)}, {"Conditions of the law", h.knockoutLines(list)}, {"Health of the project", healthLines(list)}} {
		if len(g.Lines) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// line makes a line of what each candidate says.
func line(label, hint string, list []candidateView, cell func(*candidateView) compareCell) compareLine {
	l := compareLine{Label: label, Hint: hint}
	for i := range list {
		one := cell(&list[i])
		one.Name = list[i].Title
		l.Cells = append(l.Cells, one)
	}
	return l
}

func plainly(text string) compareCell { return compareCell{Text: text} }

func tagged(t tag, text string) compareCell { return compareCell{Tag: &t, Text: text} }

func shortLines(list []candidateView) []compareLine {
	firstWhy := func(why []string) string {
		if len(why) == 0 {
			return ""
		}
		return why[0]
	}
	return []compareLine{
		line("Fit", "", list, func(c *candidateView) compareCell { return tagged(c.FitTag, firstWhy(c.Fit.Why)) }),
		line("Open source", "", list, func(c *candidateView) compareCell { return tagged(c.OSSTag, firstWhy(c.OSS.Why)) }),
		line("Licence", "", list, func(c *candidateView) compareCell { return compareCell{Code: c.License} }),
		line("Coverage", "share of the weight of the requirements that is met", list, func(c *candidateView) compareCell { return plainly(c.Covers) }),
		line("Cost in all", "with the cost of closing gaps", list, func(c *candidateView) compareCell { return plainly(amount(c.Total)) }),
		line("Days until it can be in use", "", list, func(c *candidateView) compareCell {
			if c.Days == nil {
				return plainly("")
			}
			return plainly(number(*c.Days))
		}),
		line("Score", "of 100", list, func(c *candidateView) compareCell { return plainly(decimal(c.Score)) }),
		line("How it comes", "", list, func(c *candidateView) compareCell { return plainly(enumWord("delivery", c.File.Value.Delivery)) }),
		line("How far it got", "", list, func(c *candidateView) compareCell {
			return plainly(join(enumWord("status", c.File.Value.Status), c.Eliminated))
		}),
	}
}

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + ": " + b
}

// requirementLines says of each requirement whether each candidate meets it.
func (h *caseHead) requirementLines(list []candidateView) []compareLine {
	if h.Dossier.Need == nil {
		return nil
	}
	var lines []compareLine
	for _, r := range h.Dossier.Need.Value.Requirements {
		lines = append(lines, line(r.ID+" "+r.Text, word(r.Level), list, func(c *candidateView) compareCell {
			for _, g := range c.File.Value.Covers {
				if g.Requirement == r.ID {
					return tagged(metTag(g.Met), gapText(g))
				}
			}
			return tagged(metTag(""), "")
		}))
	}
	return lines
}

// gapText says what closes a gap and what that takes.
func gapText(g models.Coverage) string {
	text := strings.TrimSuffix(g.Remedy, ".")
	if !g.Cost.IsZero() {
		text = join(text, amount(g.Cost))
	}
	if g.Days != nil && g.Met != "yes" {
		text += ", " + plural(*g.Days, "day", "days")
	}
	return text
}

func (h *caseHead) knockoutLines(list []candidateView) []compareLine {
	var lines []compareLine
	for _, term := range h.Regime.Evaluation.Knockouts {
		lines = append(lines, line(orElse(term.Title, term.ID), "", list, func(c *candidateView) compareCell {
			if c.File.Knockouts != nil {
				for _, k := range c.File.Knockouts.Value.Results {
					if k.Check == term.ID {
						return tagged(resultTag(k.Result), k.Text)
					}
				}
			}
			return tagged(resultTag(""), "")
		}))
	}
	return lines
}

func healthLines(list []candidateView) []compareLine {
	health := func(c *candidateView) models.HealthSnapshot {
		if c.File.Health == nil {
			return models.HealthSnapshot{}
		}
		return c.File.Health.Value
	}
	count := func(n *int) compareCell {
		if n == nil {
			return plainly("")
		}
		return plainly(number(*n))
	}
	day := func(d *models.Date) compareCell {
		if d == nil {
			return plainly("")
		}
		return plainly(d.String())
	}
	return []compareLine{
		line("Contributor absence factor", "the fewest people who make half of the contributions", list, func(c *candidateView) compareCell { return count(health(c).AbsenceFactor) }),
		line("Contributors", "", list, func(c *candidateView) compareCell { return count(health(c).Contributors) }),
		line("Last release", "", list, func(c *candidateView) compareCell { return day(health(c).LastReleaseOn) }),
		line("Security support ends", "", list, func(c *candidateView) compareCell { return day(health(c).SupportEndsOn) }),
	}
}
