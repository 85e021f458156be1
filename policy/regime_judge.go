package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ospo-register/ospo/models"
)

// Result is what one rule says of a case.
type Result struct {
	Rule     string
	Title    string
	Severity RuleSeverity
	Gate     models.Gate
	Outcome  models.RuleOutcome
	Missing  []string // facts without which it is undetermined, in words: "candidate C: scores"
	Paths    []string // the same as a rule writes them: "d.candidates[2].scores"
	Trouble  string   // why the rule could not be evaluated, a sentence; "" when it could
	About    []string // what it is violated for, in words and as far as that can be told: "candidate Nextcloud"
	Message  string   // what is wrong when it is violated
	Law      string   // the regime's own article where it names one, else the regime and where the rule comes from
	Cure     string
	Waiver   models.Role // role that may let a violation pass; "" when nobody may
}

// Court is a regime made ready to judge. It is safe for use by several goroutines.
type Court struct {
	regime *Regime
	rules  []courtRule
	always RegimeParameters  // those that hold for every case
	titles map[string]string // of the regime's words
}

type courtRule struct {
	RegimeRule
	law       string
	needs     *clause // nil: it always applies
	when      *clause
	variables []string
}

// CompileRegime makes a court of a regime. For a regime made by ParseRegime there is no error; for any other it is *models.Error of kind invalid with every mistake.
func CompileRegime(r *Regime) (*Court, error) {
	c := &Court{regime: r, always: r.parameters(), titles: r.titles()}
	var mistakes models.Mistakes
	for _, rule := range r.On() {
		ready := courtRule{RegimeRule: rule, law: r.lawOf(rule)}
		for _, part := range []struct {
			key, text string
			into      **clause
		}{{"needs", rule.Needs, &ready.needs}, {"when", rule.When, &ready.when}} {
			if part.text == "" && part.key == "needs" {
				continue
			}
			compiled, flaws := readyClause(part.text)
			for _, f := range flaws {
				mistakes.Add(rule.ID+"."+part.key, f.code, fmt.Sprintf("Line %d, column %d: %s", f.line, f.column, f.sentence))
			}
			if compiled != nil {
				*part.into = compiled
				ready.variables = append(ready.variables, compiled.variables...)
			}
		}
		c.rules = append(c.rules, ready)
	}
	if err := mistakes.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// theClausesOfRules are the conditions of the rules that the program brings, compiled once for all courts.
var theClausesOfRules = sync.OnceValue(func() map[string]*clause {
	all := map[string]*clause{}
	for _, rule := range theRules() {
		for _, text := range []string{rule.Needs, rule.When} {
			if text != "" {
				all[text], _ = compileClause(text)
			}
		}
	}
	return all
})

func readyClause(text string) (*clause, []flaw) {
	if c := theClausesOfRules()[text]; c != nil {
		return c, nil
	}
	return compileClause(text)
}

// Regime is what the court judges by.
func (c *Court) Regime() *Regime { return c.regime }

// Judge puts the rules of a gate before a case, all rules for the gate "". The results are in the order of the rules; the same arguments give the same
// results, unless ctx ends: what was not reached then is undetermined with that reason. The case is only read.
func (c *Court) Judge(ctx context.Context, gate models.Gate, k *Case) []Result {
	tree := newFactTree(&ground{Case: c.waitless(*k), Parameters: c.parametersFor(k)})
	var results []Result
	for _, rule := range c.rules {
		if gate == "" || rule.Gate == gate {
			results = append(results, rule.judge(ctx, tree, c.titles))
		}
	}
	return results
}

func (r courtRule) judge(ctx context.Context, tree *factTree, titles map[string]string) Result {
	result := Result{Rule: r.ID, Title: r.Title, Severity: r.Severity, Gate: r.Gate, Message: r.Message, Law: r.law, Cure: r.Cure, Waiver: r.Waiver}
	if tree.absent(r.variables) {
		result.Outcome = models.RuleNotHere
		return result
	}
	if r.needs != nil {
		switch applies := r.needs.ask(ctx, tree); {
		case applies.open():
			return result.undetermined(applies)
		case !applies.yes:
			result.Outcome = models.RuleNotHere
			return result
		}
	}
	switch broken := r.when.ask(ctx, tree); {
	case broken.open():
		return result.undetermined(broken)
	case broken.yes:
		result.Outcome, result.About = models.RuleViolated, r.when.about(ctx, tree, titles)
		result.Message += aboutWords(result.About)
	default:
		result.Outcome = models.RulePasses
	}
	return result
}

func (r Result) undetermined(s saying) Result {
	r.Outcome, r.Paths, r.Missing, r.Trouble = models.RuleUndetermined, s.paths, s.words, s.trouble
	return r
}

// waitless is the case with the standstill over when the regime has none, so that nobody has to record one.
func (c *Court) waitless(k Case) Case {
	if k.Decision != nil && c.regime.Standstill.WorkingDays == 0 && k.Decision.StandstillEndsAt == nil {
		d := *k.Decision
		d.StandstillEndsAt = &time.Time{}
		k.Decision = &d
	}
	return k
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func termIDs(terms []Term) []string {
	ids := make([]string, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	return ids
}

func (r *Regime) parameters() RegimeParameters {
	p := RegimeParameters{
		Code: r.Code, Model: string(r.Preference.Model), RequiredSources: termIDs(r.MarketScan.RequiredSources),
		MinEvaluators: r.Evaluation.MinEvaluators, MinCoverage: r.FitTest.MinCoverage,
		TCOLines: termIDs(r.Evaluation.TCOLines), TCOHorizonMonths: r.Evaluation.TCOHorizonMonths,
		EquivalenceBand: r.Preference.EquivalenceBand, TCOBand: r.Preference.TCOBand, SuperiorityMargin: r.Preference.SuperiorityMargin,
		AbsenceFactorMin: r.Health.AbsenceFactorMin, ReleaseMaxDays: r.Health.ReleaseMaxDays,
		SupplierJustification: r.Evaluation.SupplierJustification, OpinionSilence: r.Opinion.Silence,
		ReleaseGrounds: termIDs(r.Release.ClosedGrounds), SBOMRequired: r.Contract.SBOMRequired,
		PublishWithin: days(r.Publication.WithinDays), WithholdGrounds: termIDs(r.Publication.WithholdGrounds),
		RenewalLead: days(r.Review.RenewalLeadDays), UseFloor: r.Contract.UseFloor,
	}
	for _, g := range r.Exemptions {
		p.ExemptionGrounds = append(p.ExemptionGrounds, g.ID)
	}
	return p
}

// noCap is the cap of an exemption on grounds that have none: it still has to end.
const noCap = 100 * 365 * 24 * time.Hour

// parametersFor works out what depends on the case: the roles and the cap for the grounds pleaded, and whether a prior opinion is asked for.
func (c *Court) parametersFor(k *Case) *RegimeParameters {
	p := c.always
	var pleaded []string
	if k.Decision != nil {
		pleaded = k.Decision.Exemption.Grounds
		p.OpinionRequired = c.regime.OpinionRequired(k.Decision.Function, k.Decision.Value)
	}
	roles, longest := c.regime.ExemptionLimits(pleaded)
	p.ExemptionRoles, p.ExemptionMax = valuesOf(roles), longest
	return &p
}

// ExemptionLimits are the roles that may grant an exemption on all of the grounds, and the longest that it may last. Grounds that are not listed do not
// count; without any that is, the roles of all grounds and the shortest cap hold.
func (r *Regime) ExemptionLimits(grounds []string) (roles []models.Role, longest time.Duration) {
	listed := slices.DeleteFunc(slices.Clone(r.Exemptions), func(g Ground) bool {
		return !slices.ContainsFunc(grounds, func(id string) bool { return factWord(id) == factWord(g.ID) })
	})
	all := len(listed) == 0
	if all {
		listed = r.Exemptions
	}
	longest = noCap
	for i, g := range listed {
		if g.MaxDays > 0 {
			longest = min(longest, days(g.MaxDays))
		}
		switch {
		case i == 0:
			roles = slices.Clone(g.Roles)
		case all:
			roles = append(roles, g.Roles...)
		default:
			roles = slices.DeleteFunc(roles, func(role models.Role) bool { return !slices.Contains(g.Roles, role) })
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles), longest
}

// OpinionRequired says whether a prior opinion is asked for before software for the function is bought at the value; nil when that cannot be told,
// because no value is known or it is in another currency than the regime's limit.
func (r *Regime) OpinionRequired(function string, value *models.Money) *bool {
	o := r.Opinion
	yes, no := true, false
	for _, code := range o.Functions {
		if function == code || strings.HasPrefix(function, code+".") {
			return &yes
		}
	}
	switch {
	case o.Always:
		return &yes
	case o.ValueFrom == nil:
		return &no
	case value == nil || value.Currency != o.ValueFrom.Currency:
		return nil
	case toDecimal(value.Amount).LessThan(toDecimal(o.ValueFrom.Amount)):
		return &no
	}
	return &yes
}

// Band is the band of approval that a value falls in. The error is *models.Error of kind invalid when there is no band for it, or the value is in another currency.
func (r *Regime) Band(value models.Money) (Band, error) {
	for _, b := range r.Approval.Bands {
		switch {
		case b.UpTo == nil:
			return b, nil
		case b.UpTo.Currency != value.Currency:
			return Band{}, models.Refuse(models.Invalid, "other-currency", fmt.Sprintf("The limits of approval are in %s and the value is in %s. Give the value in %s.", b.UpTo.Currency, value.Currency, b.UpTo.Currency))
		case toDecimal(value.Amount).LessThanOrEqual(toDecimal(b.UpTo.Amount)):
			return b, nil
		}
	}
	return Band{}, models.Refuse(models.Invalid, "no-band", "The regime names nobody who approves a decision of this value. Add a band without a limit to it.")
}

// lawOf is where a rule stands in the regime's own law. Where the regime does not say, it is the regime with where the rule was taken from.
func (r *Regime) lawOf(rule RegimeRule) string {
	var places []string
	for _, l := range r.Law {
		if slices.Contains(l.Rules, rule.ID) {
			places = append(places, l.String())
		}
	}
	own := slices.ContainsFunc(r.Own, func(o RegimeRule) bool { return o.ID == rule.ID })
	switch {
	case len(places) > 0:
		return strings.Join(places, "; ")
	case own && rule.Law != "":
		return rule.Law
	case rule.Law == "":
		return r.Title
	}
	return r.Title + ". The rule follows others: " + rule.Law
}

// String is the law with its article.
func (l LawRef) String() string {
	if l.Article == "" {
		return l.Law
	}
	return l.Law + ", " + l.Article
}

// toDecimal is an amount that was checked when it was read; 0 for one that is none.
func toDecimal(d models.Decimal) decimal.Decimal {
	v, err := decimal.NewFromString(string(d))
	if err != nil {
		return decimal.Zero
	}
	return v
}

func toFloat(d models.Decimal) float64 { return toDecimal(d).InexactFloat64() }
