package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// unfitting are the reasons for dropping a candidate that make it unfit, when there is evidence for them. No other reason does: what is dropped is not
// unfit because it was dropped.
var unfitting = []string{"knock-out", "essential-gap", "wrong-function", "licence-refused"}

// fit works out whether a candidate fits the need by the regime's fit test. What somebody says against a candidate counts with evidence only; without it
// that is undetermined. Source: Italian guidelines 2019, 2.2 and 2.7, and the regime's own fitTest.
func (w *derivation) fit(c *weighed) {
	w.checkRequirements(c)
	w.checkGaps(c)
	w.checkBudget(c)
	w.checkTime(c)
	w.checkBlocking(c)
	checkElimination(c)
	f := &tally{}
	for _, k := range c.Checks {
		switch k.Outcome {
		case AnswerNo:
			f.no(k.Text)
		case AnswerOpen:
			f.open(k.Text, k.Settles)
		default:
			f.yes(k.Text)
		}
	}
	c.Fit = f.finding()
}

func (c *weighed) check(name string, outcome Answer, text, settles string) {
	c.Checks = append(c.Checks, Check{name, outcome, text, settles})
}

// dropEvidence reports whether there is evidence for dropping the candidate: it holds for what is said against it as well.
func (c *weighed) dropEvidence() bool {
	return c.file.Value.Elimination != nil && len(c.file.Value.Elimination.Evidence) > 0
}

// knockouts looks at the conditions of the regime, each of which rules out whoever fails it.
func (w *derivation) knockouts(c *weighed) {
	results := map[string]models.Knockout{}
	var names []string
	for _, t := range w.Regime.Evaluation.Knockouts {
		names = append(names, factWord(t.ID))
	}
	if k := c.file.Knockouts; k != nil {
		c.facts.DataExportOpen = k.Value.Export
		for _, r := range k.Value.Results {
			results[factWord(r.Check)] = r
			if !slices.Contains(names, factWord(r.Check)) {
				// Otherwise anybody could make up a condition that some candidate fails.
				w.mistakes = append(w.mistakes, fmt.Sprintf("“%s” of %s is no condition of the regime and counts for nothing.", clip(r.Check), c.Title))
			}
		}
		if _, told := results["data_export"]; !told && k.Value.Export != nil {
			results["data_export"] = exportResult(*k.Value.Export)
		}
	}
	var failed, unproved, unknown []string
	for _, name := range names {
		switch r := results[name]; {
		case r.Result == "fail" && (len(r.Evidence) > 0 || c.dropEvidence()):
			failed = append(failed, w.knockoutTitle(name))
		case r.Result == "fail":
			unproved = append(unproved, w.knockoutTitle(name))
		case r.Result != "pass":
			unknown = append(unknown, w.knockoutTitle(name))
		}
	}
	if n := len(failed) + len(unproved); n > 0 || len(unknown) == 0 {
		c.facts.KnockoutsFailed = &n
	}
	switch {
	case len(failed) > 0:
		c.check("knock-outs", AnswerNo, "It fails what the law makes a condition: "+strings.Join(failed, ", ")+".", "")
	case len(unproved) > 0:
		c.check("knock-outs", AnswerOpen, "It is said to fail a condition, without evidence: "+strings.Join(unproved, ", ")+".", "Attach the evidence to the conditions of "+c.Title+".")
	case len(unknown) > 0:
		c.check("knock-outs", AnswerOpen, "Conditions have not been judged: "+strings.Join(unknown, ", ")+".", "Have the conditions of "+c.Title+" judged: "+strings.Join(unknown, ", ")+".")
	case len(names) > 0:
		c.check("knock-outs", AnswerYes, "It meets every condition of the law.", "")
	}
}

func exportResult(open bool) models.Knockout {
	if open {
		return models.Knockout{Result: "pass"}
	}
	return models.Knockout{Result: "fail"}
}

func (w *derivation) knockoutTitle(name string) string {
	for _, t := range w.Regime.Evaluation.Knockouts {
		if factWord(t.ID) == name {
			return firstOf(t.Title, t.ID)
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

// checkRequirements holds the answers to the requirements against the kind of the fit test.
func (w *derivation) checkRequirements(c *weighed) {
	test := w.Regime.FitTest
	if test.Kind == FitExists && !test.EssentialAll {
		return
	}
	if len(w.need.Requirements) == 0 {
		c.check("essential", AnswerOpen, "The need has no requirements yet.", "Write down what is required.")
		return
	}
	w.checkLevel(c, "essential", "essential requirement", c.EssentialGaps, models.Essential)
	switch test.Kind {
	case FitAllMandatory:
		w.checkLevel(c, "mandatory", "mandatory requirement", c.MandatoryGaps, models.Mandatory)
	case FitLargely:
		w.checkCoverage(c, test.MinCoverage)
	}
}

func (w *derivation) checkLevel(c *weighed, name, thing string, gaps []string, level models.RequirementLevel) {
	var missing, unproved []string
	for _, g := range c.Gaps {
		switch {
		case g.Level != level:
		case g.Evidenced && (g.Met == "no" || g.Met == "partly"):
			missing = append(missing, g.Requirement)
		default:
			unproved = append(unproved, g.Requirement)
		}
	}
	switch {
	case len(missing) > 0:
		c.check(name, AnswerNo, fmt.Sprintf("It does not meet %s: %s.", count(len(missing), thing), strings.Join(missing, ", ")), "")
	case len(unproved) > 0:
		c.check(name, AnswerOpen, fmt.Sprintf("Whether it meets %s is not shown: %s.", count(len(unproved), thing), strings.Join(unproved, ", ")),
			"Say with evidence whether "+c.Title+" meets "+strings.Join(unproved, ", ")+".")
	case len(gaps) == 0:
		c.check(name, AnswerYes, "It meets every "+thing+".", "")
	}
}

// checkCoverage holds the share that is met against the smallest that will do: with what is not answered or not shown once as not met and once as met.
func (w *derivation) checkCoverage(c *weighed, least float64) {
	low, high := w.coverage(c)
	ask := fmt.Sprintf("at least %s is asked for", percent(least))
	switch {
	case low >= least:
		c.check("coverage", AnswerYes, fmt.Sprintf("It covers %s of what is required; %s.", percent(low), ask), "")
	case high < least:
		c.check("coverage", AnswerNo, fmt.Sprintf("It covers %s of what is required; %s.", percent(high), ask), "")
	default:
		c.check("coverage", AnswerOpen, fmt.Sprintf("It covers between %s and %s of what is required; %s.", percent(low), percent(high), ask),
			"Say of each requirement, with evidence where it is not met, whether "+c.Title+" meets it.")
	}
}

func percent(share float64) string {
	text := strings.TrimSuffix(fmt.Sprintf("%.1f", share*100), ".0")
	return text + " %"
}

// checkGaps asks that what is not met can be closed: with a remedy, its cost and its time. A wish that nobody means to meet is no gap to close.
func (w *derivation) checkGaps(c *weighed) {
	if !w.Regime.FitTest.GapsMustBeCosted || len(c.Gaps) == 0 {
		return
	}
	var open []string
	for _, g := range c.Gaps {
		meant := g.Level != models.Desirable || g.Remedy != ""
		if meant && g.Met != "unknown" && (g.Remedy == "" || g.Cost.IsZero() || g.Days == nil) {
			open = append(open, g.Requirement)
		}
	}
	if len(open) > 0 {
		c.check("gaps", AnswerOpen, "What would close a gap, at what cost and in how many days, is not said: "+strings.Join(open, ", ")+".",
			"Give remedy, cost and days for "+strings.Join(open, ", ")+" of "+c.Title+", or show that nothing closes the gap.")
		return
	}
	text := "Every gap has its remedy, cost and time."
	if !c.GapCost.IsZero() {
		text += " Closing them costs " + c.GapCost.String() + ", which " + insideWords(c.GapsInside) + "."
	}
	c.check("gaps", AnswerYes, text, "")
}

func insideWords(inside bool) string {
	if inside {
		return "is in the line for customisation of the cost sheet"
	}
	return "is added to the sum of the cost sheet"
}

func (w *derivation) checkTime(c *weighed) {
	if !w.Regime.FitTest.Time {
		return
	}
	most := w.need.DaysMax
	switch {
	case most <= 0:
		c.check("time", AnswerOpen, "The need has no time ceiling.", "Say in how many days the software must be in use.")
	case c.Days == nil:
		c.check("time", AnswerOpen, "In how many days it can be in use is not known.", "Say in how many days "+c.Title+" can be in use.")
	case *c.Days > most:
		c.check("time", AnswerNo, fmt.Sprintf("It takes %d days to be in use; the need allows %d.", *c.Days, most), "")
	default:
		c.check("time", AnswerYes, fmt.Sprintf("It can be in use in %d days; the need allows %d.", *c.Days, most), "")
	}
}

func (w *derivation) checkBlocking(c *weighed) {
	blocking := c.file.Value.Blocking
	if !w.Regime.FitTest.BlockingConstraints || len(blocking) == 0 {
		return
	}
	text := "Something else stands in its way: " + strings.Join(blocking, "; ") + "."
	if c.dropEvidence() {
		c.check("blocking", AnswerNo, text, "")
		return
	}
	c.check("blocking", AnswerOpen, text+" There is no evidence for it.", "Attach the evidence for what stands in the way of "+c.Title+" to the reason for dropping it, or strike it.")
}

// checkElimination says what having been dropped means for the fit: nothing but for four reasons, and those only with evidence.
func checkElimination(c *weighed) {
	e := c.file.Value.Elimination
	switch {
	case e == nil:
	case !slices.Contains(unfitting, e.Code):
		c.check("elimination", AnswerOpen, fmt.Sprintf("It was dropped (%s), which by itself does not make it unfit.", e.Code),
			"Take "+c.Title+" in again, or show by the fit test that it does not fit.")
	case len(e.Evidence) == 0:
		c.check("elimination", AnswerOpen, fmt.Sprintf("It was dropped (%s) without evidence.", e.Code), "Attach the evidence for dropping "+c.Title+".")
	default:
		c.check("elimination", AnswerNo, fmt.Sprintf("It was dropped with evidence (%s): %s", e.Code, e.Text), "")
	}
}
