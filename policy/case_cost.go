package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ospo-register/ospo/models"
)

// customisation is the cost line that closing gaps belongs to.
const customisation = "customisation"

// costs are the exact amounts of a candidate. valid says that the total can be told.
type costs struct {
	currency               string
	total, low, high, part decimal.Decimal // part: of the lines that are there
	valid, banded          bool
}

// price adds up what a candidate costs over the horizon, over the lines that the regime asks of every candidate.
func (w *derivation) price(c *weighed) {
	gaps, gapsKnown := w.gapCost(c)
	if c.file.Cost == nil {
		return
	}
	sheet := &c.file.Cost.Value
	c.cost.currency, c.HorizonMonths = sheet.Currency, sheet.HorizonMonths
	facts := &TCOFacts{Lines: map[string]float64{}, HorizonMonths: sheet.HorizonMonths}
	c.facts.TCO = facts
	lines := map[string]decimal.Decimal{}
	for _, l := range sheet.Lines {
		sum := decimal.Zero
		for _, y := range l.Years {
			sum = sum.Add(toDecimal(y))
		}
		lines[factWord(l.Line)] = lines[factWord(l.Line)].Add(sum)
		c.cost.part = c.cost.part.Add(sum)
		facts.Lines[l.Line] = sum.InexactFloat64()
	}
	for _, t := range w.Regime.Evaluation.TCOLines {
		if _, ok := lines[factWord(t.ID)]; !ok {
			c.MissingLines = append(c.MissingLines, t)
		}
	}
	c.Sheet = money(c.cost.part, sheet.Currency)
	c.GapsInside = !gaps.IsZero() && lines[customisation].GreaterThanOrEqual(gaps)
	if !c.GapsInside {
		c.cost.part = c.cost.part.Add(gaps)
	}
	if sheet.IncumbentExit != "" {
		c.IncumbentExit = money(toDecimal(sheet.IncumbentExit), sheet.Currency)
	}
	if len(c.MissingLines) > 0 || len(sheet.Lines) == 0 || !gapsKnown {
		return
	}
	c.cost.total, c.cost.valid = c.cost.part, true
	c.Total = money(c.cost.total, sheet.Currency)
	c.band(sheet)
	total := c.cost.total.InexactFloat64()
	facts.Total = &total
}

// band works out the ends of the sensitivity band; an end that was not given is the total itself.
func (c *weighed) band(sheet *models.Cost) {
	factor := func(d models.Decimal) decimal.Decimal {
		if d == "" {
			return decimal.NewFromInt(1)
		}
		return toDecimal(d)
	}
	c.cost.low, c.cost.high = c.cost.total.Mul(factor(sheet.LowFactor)), c.cost.total.Mul(factor(sheet.HighFactor))
	if c.cost.banded = sheet.LowFactor != "" || sheet.HighFactor != ""; c.cost.banded {
		c.Low, c.High = money(c.cost.low, sheet.Currency), money(c.cost.high, sheet.Currency)
	}
}

// gapCost is what closing all gaps costs; false when some of it is in another currency than the sheet.
func (w *derivation) gapCost(c *weighed) (sum decimal.Decimal, known bool) {
	currency, known := "", true
	if c.file.Cost != nil {
		currency = c.file.Cost.Value.Currency
	}
	for _, g := range c.Gaps {
		if g.Cost.IsZero() {
			continue
		}
		if currency == "" {
			currency = g.Cost.Currency
		}
		if g.Cost.Currency != currency {
			known = false
			w.mistakes = append(w.mistakes, fmt.Sprintf("Closing the gap %s of %s is priced in %s and the rest in %s. Give it in %s.", g.Requirement, c.Title, g.Cost.Currency, currency, currency))
			continue
		}
		sum = sum.Add(toDecimal(g.Cost.Amount))
	}
	if !sum.IsZero() {
		c.GapCost = money(sum, currency)
	}
	return sum, known
}

func (w *derivation) checkBudget(c *weighed) {
	if !w.Regime.FitTest.Budget {
		return
	}
	most := w.need.BudgetMax
	limit := toDecimal(most.Amount)
	switch {
	case !limit.IsPositive():
		c.check("budget", AnswerOpen, "The need has no budget ceiling.", "Say what the software may cost in all.")
	case c.file.Cost == nil:
		c.check("budget", AnswerOpen, "What it costs is not on file.", "Fill in the cost sheet of "+c.Title+".")
	case c.cost.currency != most.Currency:
		c.check("budget", AnswerOpen, fmt.Sprintf("Its cost is in %s and the budget in %s.", c.cost.currency, most.Currency), "Give the cost of "+c.Title+" in "+most.Currency+".")
	case c.cost.part.GreaterThan(limit):
		c.check("budget", AnswerNo, fmt.Sprintf("It costs %s; the need allows %s.", money(c.cost.part, c.cost.currency), most), "")
	case !c.cost.valid:
		c.check("budget", AnswerOpen, "Its cost sheet is not whole"+missingWords(c.MissingLines)+".", "Complete the cost sheet of "+c.Title+missingWords(c.MissingLines)+".")
	default:
		c.check("budget", AnswerYes, fmt.Sprintf("It costs %s; the need allows %s.", c.Total, most), "")
	}
}

func missingWords(lines []Term) string {
	var names []string
	for _, t := range lines {
		names = append(names, firstOf(t.Title, t.ID))
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

func money(d decimal.Decimal, currency string) models.Money {
	return models.Money{Amount: models.Decimal(d.StringFixed(2)), Currency: currency}
}

// sensitivity says how the order by cost changes when every candidate costs what its band has at the low end, or at the high end.
func (w *derivation) sensitivity() []string {
	var priced []*weighed
	banded, currency := false, ""
	for _, c := range w.candidates {
		if !c.cost.valid {
			continue
		}
		if currency != "" && c.cost.currency != currency {
			return []string{"The cost sheets are in different currencies, so the costs cannot be put in order."}
		}
		currency, banded = c.cost.currency, banded || c.cost.banded
		priced = append(priced, c)
	}
	if len(priced) == 0 || !banded {
		return nil
	}
	order := func(cost func(*weighed) decimal.Decimal) string {
		sorted := slices.Clone(priced)
		slices.SortFunc(sorted, func(a, b *weighed) int {
			if n := cost(a).Cmp(cost(b)); n != 0 {
				return n
			}
			return strings.Compare(a.Key, b.Key)
		})
		var names []string
		for _, c := range sorted {
			names = append(names, c.Title)
		}
		return strings.Join(names, ", ")
	}
	base := order(func(c *weighed) decimal.Decimal { return c.cost.total })
	said := []string{"By total cost, the cheapest first: " + base + "."}
	limit := toDecimal(w.need.BudgetMax.Amount)
	for _, end := range []struct {
		name string
		cost func(*weighed) decimal.Decimal
	}{{"low", func(c *weighed) decimal.Decimal { return c.cost.low }}, {"high", func(c *weighed) decimal.Decimal { return c.cost.high }}} {
		text := "At the " + end.name + " end the order is the same."
		if there := order(end.cost); there != base {
			text = "At the " + end.name + " end the order is: " + there + "."
		}
		for _, c := range priced {
			over, overThere := c.cost.total.GreaterThan(limit), end.cost(c).GreaterThan(limit)
			if limit.IsPositive() && over != overThere {
				text += " " + c.Title + " would be " + map[bool]string{true: "beyond", false: "within"}[overThere] + " the budget there."
			}
		}
		said = append(said, text)
	}
	return said
}
