package policy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"

	"github.com/ospo-register/ospo/models"
)

// The values that hold where a law is silent and the regime says nothing.
const (
	usualHorizonMonths  = 60
	usualAbsenceFactor  = 2
	usualReleaseMaxDays = 540
	usualWindowDays     = 365
	usualPublishDays    = 30
	usualIntervalDays   = 365
	usualRenewalLead    = 270
	usualScanAge        = 365
	usualUseFloor       = 0.5
)

// fill gives what was not said its usual value, so that the canonical form says everything.
func (r *Regime) fill() {
	orWhole := func(n *int, usual int) { *n = cmp.Or(*n, usual) }
	orWhole(&r.Evaluation.TCOHorizonMonths, usualHorizonMonths)
	orWhole(&r.Health.AbsenceFactorMin, usualAbsenceFactor)
	orWhole(&r.Health.ReleaseMaxDays, usualReleaseMaxDays)
	orWhole(&r.Health.WindowDays, usualWindowDays)
	orWhole(&r.Publication.WithinDays, usualPublishDays)
	orWhole(&r.Review.IntervalDays, usualIntervalDays)
	orWhole(&r.Review.RenewalLeadDays, usualRenewalLead)
	orWhole(&r.MarketScan.MaxAgeDays, usualScanAge)
	orWhole(&r.Short.ScanMaxAgeDays, usualScanAge)
	r.Contract.UseFloor = cmp.Or(r.Contract.UseFloor, usualUseFloor)
	r.FitTest.Kind = cmp.Or(r.FitTest.Kind, FitAllMandatory)
	r.Evaluation.Method = cmp.Or(r.Evaluation.Method, "weighted-sum")
	r.License.OpenCore = cmp.Or(r.License.OpenCore, "not-oss")
	r.Opinion.Silence = cmp.Or(r.Opinion.Silence, "refusal")
	r.Approval.Position = cmp.Or(r.Approval.Position, models.DecideThenBuy)
	r.Release.Default = cmp.Or(r.Release.Default, "open")
	r.Release.Rights = cmp.Or(r.Release.Rights, "full")
	if len(r.License.ApprovedLists) == 0 && len(r.License.Also) == 0 {
		r.License.ApprovedLists = []string{"osi", "fsf"}
	}
	for i := range r.Exemptions {
		r.Exemptions[i].Publish = cmp.Or(r.Exemptions[i].Publish, "full")
	}
}

func (r *regimeReader) at(field string) *token.Token {
	if node, ok := r.nodes[field]; ok {
		return node.GetToken()
	}
	if i := strings.LastIndexAny(field, ".["); i > 0 {
		return r.at(field[:i])
	}
	return nil
}

var (
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	functionID  = regexp.MustCompile(`^[A-Z][A-Z0-9]*(\.[A-Z][A-Z0-9]*)*$`)
)

// check notes what is wrong between the parts of a regime.
func (r *regimeReader) check(g *Regime) {
	r.kebab("code", g.Code)
	if g.Country != "" && !countryCode.MatchString(g.Country) {
		r.wrong(r.at("country"), "country", "bad-country", "Write the country as two capital letters, such as TT, or EU.")
	}
	if g.Calendar != "" && !slices.Contains(CalendarCodes(), g.Calendar) {
		r.wrong(r.at("calendar"), "calendar", "unknown-value", "There is no calendar %s.%s Use %s.", clip(g.Calendar), didYouMean(g.Calendar, CalendarCodes()), strings.Join(CalendarCodes(), ", "))
	}
	if g.ValidFrom != nil && g.ValidTo != nil && g.ValidTo.Before(*g.ValidFrom) {
		r.wrong(r.at("validTo"), "validTo", "ends-early", "The regime would end on %s, before it begins on %s.", g.ValidTo, g.ValidFrom)
	}
	r.checkPreference(g)
	r.checkGrounds(g)
	r.checkOpinion(g)
	r.checkBands(g)
	r.ruleTexts("ownRules", g.Own)
	r.checkRules(g)
	r.checkWords(g)
	r.checkTerms(g)
}

func (r *regimeReader) kebab(field, id string) {
	if id != "" && (!kebab.MatchString(id) || len(id) > mostIDLength) {
		r.wrong(r.at(field), field, "bad-id", "Use lower-case letters and digits joined by hyphens, such as tt-draft.")
	}
}

func (r *regimeReader) checkPreference(g *Regime) {
	p := g.Preference
	numbers, taken := map[int]bool{}, map[models.CandidateOrigin]int{}
	for i, rung := range p.Rungs {
		field := item("preference.rungs", i)
		if numbers[rung.Number] {
			r.wrong(r.at(field+".rung"), field+".rung", "twice", "There is a rung %d already. Number the rungs 1, 2, 3.", rung.Number)
		}
		numbers[rung.Number] = true
		for j, origin := range rung.Origins {
			if other, ok := taken[origin]; ok {
				r.wrong(r.at(item(field+".origins", j)), item(field+".origins", j), "twice", "%s stands on rung %d already.", origin, other)
			}
			taken[origin] = rung.Number
		}
	}
	for _, origin := range models.CandidateOrigins {
		if _, ok := taken[origin]; !ok && p.Model == Ladder {
			r.wrong(r.at("preference"), "preference.rungs", "rung-missing", "On a ladder everything needs a place: put %s on a rung.", origin)
		}
	}
	switch {
	case p.Model == Superiority && p.SuperiorityMargin == 0:
		r.wrong(r.at("preference"), "preference.superiorityMargin", "required", "Say by how many points another product has to be better.")
	case p.Model != Superiority && p.SuperiorityMargin != 0:
		r.wrong(r.at("preference.superiorityMargin"), "preference.superiorityMargin", "not-here", "Only the model superiority has a margin. Remove it, or change the model.")
	case p.Model != TieBreak && (p.EquivalenceBand != 0 || p.TCOBand != 0):
		r.wrong(r.at("preference"), "preference.equivalenceBand", "not-here", "Only the model tiebreak has bands. Remove them, or change the model.")
	}
	fit := g.FitTest
	if fit.MinCoverage > 1 || fit.Kind == FitLargely && fit.MinCoverage == 0 {
		r.wrong(r.at("fitTest"), "fitTest.minCoverage", "out-of-range", "Give the smallest coverage as a share between 0 and 1, such as 0.8; the kind largely needs one.")
	}
	if g.Contract.UseFloor > 1 {
		r.wrong(r.at("contract.useFloor"), "contract.useFloor", "out-of-range", "Give a share between 0 and 1, such as 0.5.")
	}
}

func (r *regimeReader) checkGrounds(g *Regime) {
	seen := map[string]bool{}
	for i, ground := range g.Exemptions {
		field := item("exemptions", i)
		r.kebab(field+".id", ground.ID)
		if seen[ground.ID] && ground.ID != "" {
			r.wrong(r.at(field+".id"), field+".id", "twice", "There is a ground %s already. Give each a name of its own.", clip(ground.ID))
		}
		seen[ground.ID] = true
		if len(ground.Roles) == 0 {
			r.wrong(r.at(field), field+".roles", "required", "Say which role may grant an exemption on this ground.")
		}
	}
	for i, clause := range g.Clauses {
		r.kebab(item("clauses", i)+".id", clause.ID)
		if slices.ContainsFunc(g.Clauses[:i], func(c Clause) bool { return c.ID == clause.ID }) {
			r.wrong(r.at(item("clauses", i)+".id"), item("clauses", i)+".id", "twice", "There is a clause %s already. Give each a name of its own.", clip(clause.ID))
		}
	}
}

func (r *regimeReader) checkOpinion(g *Regime) {
	o := g.Opinion
	for i, code := range o.Functions {
		if !functionID.MatchString(code) {
			r.wrong(r.at(item("opinion.functions", i)), item("opinion.functions", i), "bad-function", "Write the function as capital letters and digits with dots, as FILES.SHARE.")
		}
	}
	asked := o.Always || len(o.Functions) > 0 || o.ValueFrom != nil
	if asked && o.WorkingDays == 0 {
		r.wrong(r.at("opinion"), "opinion.workingDays", "required", "Say within how many working days the opinion is to be given.")
	}
	if asked && o.Body == "" {
		r.wrong(r.at("opinion"), "opinion.body", "required", "Say which body gives the opinion.")
	}
}

func (r *regimeReader) checkBands(g *Regime) {
	bands := g.Approval.Bands
	for i, b := range bands {
		field := item("approval.bands", i)
		last := i == len(bands)-1
		switch {
		case b.UpTo == nil && !last:
			r.wrong(r.at(field), field+".upTo", "required", "Only the last band is without a limit. Give this one its own.")
		case b.UpTo != nil && last:
			r.wrong(r.at(field), field+".upTo", "no-last-band", "Above this limit nobody would approve. Add a band without a limit.")
		case i > 0 && b.UpTo != nil && bands[i-1].UpTo != nil && b.UpTo.Currency != bands[i-1].UpTo.Currency:
			r.wrong(r.at(field+".upTo"), field+".upTo", "other-currency", "The band before is in %s. Give all limits in one currency.", bands[i-1].UpTo.Currency)
		case i > 0 && b.UpTo != nil && bands[i-1].UpTo != nil && !toDecimal(bands[i-1].UpTo.Amount).LessThan(toDecimal(b.UpTo.Amount)):
			r.wrong(r.at(field+".upTo"), field+".upTo", "not-in-order", "The band before goes up to %s. Put the bands in order, the smallest first.", bands[i-1].UpTo)
		}
	}
}

// ruleTexts compiles the conditions of rules that stand at a key.
func (r *regimeReader) ruleTexts(key string, rules []RegimeRule) {
	if len(rules) > mostRegimeRules {
		r.wrong(r.at(key), key, "too-many", "There are %d rules; at most %d are read.", len(rules), mostRegimeRules)
		return
	}
	for i, rule := range rules {
		field := item(key, i)
		r.rule = rule.ID
		if rule.ID != "" && (!ruleID.MatchString(rule.ID) || len(rule.ID) > mostIDLength) {
			r.wrong(r.at(field+".id"), field+".id", "bad-id", "Write the id in capital letters and digits, such as TT1.")
		}
		if slices.ContainsFunc(rules[:i], func(o RegimeRule) bool { return o.ID == rule.ID }) && rule.ID != "" {
			r.wrong(r.at(field+".id"), field+".id", "duplicate-id", "There is a rule %s already. Give each rule an id of its own.", clip(rule.ID))
		}
		for _, part := range []struct{ key, text string }{{"needs", rule.Needs}, {"when", rule.When}} {
			node, ok := r.nodes[field+"."+part.key]
			if !ok || part.text == "" {
				continue
			}
			_, flaws := compileClause(part.text)
			r.flawed(node, field+"."+part.key, part.text, flaws)
		}
		r.rule = ""
	}
}

func (r *regimeReader) checkRules(g *Regime) {
	known := ruleIDs()
	for i, id := range g.Rules {
		if !slices.Contains(known, id) {
			r.wrong(r.at(item("rules", i)), item("rules", i), "unknown-rule", "There is no rule %s.%s Write a rule of your own under ownRules.", clip(id), didYouMean(id, known))
		}
	}
	all := slices.Clone(known)
	for i, rule := range g.Own {
		if slices.Contains(known, rule.ID) {
			r.wrong(r.at(item("ownRules", i)+".id"), item("ownRules", i)+".id", "duplicate-id", "The program brings a rule %s already. Give this one another id.", rule.ID)
		}
		all = append(all, rule.ID)
	}
	cited := func(field, id string) {
		if !slices.Contains(all, id) {
			r.wrong(r.at(field), field, "unknown-rule", "There is no rule %s.%s", clip(id), didYouMean(id, all))
		}
	}
	for i, l := range g.Law {
		for j, id := range l.Rules {
			cited(fmt.Sprintf("law[%d].rules[%d]", i, j), id)
		}
	}
	for i, c := range g.Clauses {
		if c.Rule != "" {
			cited(fmt.Sprintf("clauses[%d].rule", i), c.Rule)
		}
	}
}

// mostWorkingDays bounds a term, so that counting it takes no time.
const mostWorkingDays = 366

func (r *regimeReader) checkTerms(g *Regime) {
	for _, term := range []struct {
		field string
		days  int
	}{{"opinion.workingDays", g.Opinion.WorkingDays}, {"standstill.workingDays", g.Standstill.WorkingDays}, {"standstill.maxWorkingDays", g.Standstill.MaxWorkingDays},
		{"standstill.challengeWithin", g.Standstill.ChallengeWithin}} {
		if term.days > mostWorkingDays {
			r.wrong(r.at(term.field), term.field, "out-of-range", "A term has at most %d working days.", mostWorkingDays)
		}
	}
	if s := g.Standstill; s.MaxWorkingDays > 0 && s.MaxWorkingDays < s.WorkingDays {
		r.wrong(r.at("standstill.maxWorkingDays"), "standstill.maxWorkingDays", "out-of-range", "The longest standstill is shorter than the usual one of %d working days.", s.WorkingDays)
	}
}

func (r *regimeReader) checkWords(g *Regime) {
	for i, w := range g.Words {
		field := item("words", i) + ".step"
		if w.Step != "" && slices.ContainsFunc(g.Words[:i], func(o StepWords) bool { return o.Step == w.Step }) {
			r.wrong(r.at(field), field, "twice", "There are words for %s already. Put them together.", w.Step)
		}
	}
	for i, kind := range g.Short.Kinds {
		if kind.Branch() != models.Acquisition {
			r.wrong(r.at(item("short.kinds", i)), item("short.kinds", i), "unknown-value", "Only acquisitions have a short track.")
		}
	}
	if g.Short.MaxValue != nil && toDecimal(g.Short.MaxValue.Amount).IsZero() {
		r.wrong(r.at("short.maxValue"), "short.maxValue", "out-of-range", "Nothing has a value of 0. Leave the key out when any value may take the short track.")
	}
}
