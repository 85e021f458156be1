package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// modelTitles and modelWords say how a law prefers open source.
var (
	modelTitles = map[policy.PreferenceModel]string{policy.Ladder: "Ladder", policy.Gate: "Gate", policy.Superiority: "Superiority", policy.TieBreak: "Tie-break", policy.Explain: "Explain", policy.Neutral: "Neutral"}
	modelWords  = map[policy.PreferenceModel]string{
		policy.Ladder:      "The law sorts software on rungs. The highest rung on which something fits decides; what stands lower is only looked at when nothing above it will do.",
		policy.Gate:        "Anything but open source needs an exemption, on a ground of the list, before it may be chosen.",
		policy.Superiority: "Anything but open source has to be better by a margin.",
		policy.TieBreak:    "When candidates are equal within a band, open source wins.",
		policy.Explain:     "Open source has to be considered, and who chooses something else gives the reasons.",
		policy.Neutral:     "The law prefers nothing. What was looked at and why is recorded all the same.",
	}
	gateTitles = map[models.Gate]string{models.GateNeed: "Confirming the need", models.GateScan: "Closing the market scan", models.GateEvaluation: "Closing the evaluation", models.GateProposal: "Proposing", models.GateExemption: "Exemptions",
		models.GateApproval: "Approving", models.GateContract: "Signing the contract", models.GateRegistration: "Registering and publishing", models.GateRemediation: "Mending software at risk", models.GateTimer: "Watch over the register, at any time"}
	fitWords   = map[policy.FitKind]string{policy.FitAllMandatory: "every mandatory requirement is met", policy.FitLargely: "every essential requirement is met, and enough of all", policy.FitEssential: "every essential requirement is met", policy.FitExists: "no condition of the law fails"}
	stepTitles = map[policy.Step]string{"need": "Need", "scan": "Market scan", "public-call": "Public call", "evaluation": "Evaluation", "proposal": "Proposal", "exemption": "Exemption", "opinion": "Opinion", "procedural-review": "Procedural review",
		"approval": "Approval", "announcement": "Announcement", "procurement": "Procurement", "standstill": "Standstill", "contract": "Contract", "registration": "Registration", "publication": "Publication", "review": "Review", "release": "Release of code", "remediation": "Remedy"}
)

// regimeRuleView is a rule of a law in words.
type regimeRuleView struct {
	policy.RegimeRule
	GateWords string
	Severity  tag
	Waiver    string // who may let it pass; "" for nobody
	Always    bool
}

func viewRegimeRule(r policy.RegimeRule) regimeRuleView {
	v := regimeRuleView{RegimeRule: r, GateWords: gateTitles[r.Gate], Severity: tag{"Stops", toneBad}, Always: slices.Contains(policy.AlwaysOn(), r.ID)}
	if r.Severity == policy.Warn {
		v.Severity = tag{"Warns", toneCaution}
	}
	if r.Waiver != "" {
		v.Waiver = strings.ToLower(word(r.Waiver))
	}
	return v
}

// regimeLine is something that a law asks, in a few words.
type regimeLine struct{ Label, Text string }

// termWords lists the titles of words of a law.
func termWords(terms []policy.Term) string {
	list := make([]string, len(terms))
	for i, t := range terms {
		list[i] = orElse(t.Title, spaced(t.ID))
	}
	return strings.Join(list, "; ")
}

func days(n int) string        { return plural(n, "day", "days") }
func workingDays(n int) string { return plural(n, "working day", "working days") }

// regimeLines says in words what a law asks, in the order of a case. What it does not speak of is left out.
func regimeLines(g *policy.Regime) []regimeLine {
	var list []regimeLine
	add := func(label, text string, said bool) {
		if said && text != "" {
			list = append(list, regimeLine{label, text})
		}
	}
	add("Searched have to be", termWords(g.MarketScan.RequiredSources), true)
	add("A scan may be as old as", days(g.MarketScan.MaxAgeDays), g.MarketScan.MaxAgeDays > 0)
	add("Public call", "The need is published for offers when the upper rungs hold nothing.", g.MarketScan.PublicCall)
	add("A candidate fits when", fitSentence(g.FitTest), true)
	add("Conditions of law", termWords(g.Evaluation.Knockouts), true)
	add("Cost lines", termWords(g.Evaluation.TCOLines), true)
	add("Costs are counted over", plural(g.Evaluation.TCOHorizonMonths, "month", "months"), g.Evaluation.TCOHorizonMonths > 0)
	add("Evaluators", "At least "+number(g.Evaluation.MinEvaluators)+", each with declared interests.", g.Evaluation.MinEvaluators > 0)
	add("Open core", map[string]string{"not-oss": "Is not open source: software that needs closed parts counts as closed.", "oss": "Counts as open source."}[g.License.OpenCore], true)
	add("Opinion", opinionSentence(g.Opinion), g.Opinion.Body != "")
	add("Procedural review", "By the "+orElse(g.Approval.ReviewBody, "review panel")+": it looks at the procedure, not at the choice.", g.Approval.ProceduralReview)
	add("When is it bought?", map[models.Position]string{models.DecideThenBuy: "First it is decided, then services or licences are put out to tender.", models.BuyThenDecide: "The bids are the candidates; the decision is the award."}[g.Approval.Position], true)
	add("Standstill", standstillSentence(g.Standstill), true)
	add("Publication", "Within "+days(g.Publication.WithinDays)+" after the approval.", g.Publication.WithinDays > 0)
	add("May be withheld because of", termWords(g.Publication.WithholdGrounds), true)
	add("Code that was paid for", map[string]string{"open": "Is opened, unless a ground closes it: ", "government-only": "Is for government only, unless decided otherwise. Grounds: ", "closed": "Stays closed, unless decided otherwise. Grounds: "}[g.Release.Default]+termWords(g.Release.ClosedGrounds), g.Release.Default != "")
	add("SBOM", "Comes with the contract.", g.Contract.SBOMRequired)
	add("Review", "After "+days(g.Review.IntervalDays)+", and when: "+termWords(g.Review.Triggers), g.Review.IntervalDays > 0)
	add("Renewal", "Is decided anew "+days(g.Review.RenewalLeadDays)+" before the contract ends.", g.Review.RenewalLeadDays > 0)
	add("Records are kept", plural(g.Retention.YearsAfterEnd, "year", "years")+" after the end.", g.Retention.YearsAfterEnd > 0)
	add("In an emergency", "It is approved first; what was left out is made up for within "+days(g.Emergency.Days)+".", g.Emergency.Days > 0)
	add("The short track", shortSentence(g.Short), len(g.Short.Kinds) > 0 || g.Short.MaxValue != nil)
	return list
}

func fitSentence(f policy.FitTest) string {
	text := fitWords[f.Kind]
	if f.MinCoverage > 0 {
		text += " (" + percent(int(f.MinCoverage*100+0.5), 100) + ")"
	}
	var also []string
	for _, one := range []struct {
		on   bool
		text string
	}{{f.GapsMustBeCosted, "every gap has a remedy with its cost"}, {f.Budget, "it stays under the budget ceiling"}, {f.Time, "it is in use in time"}, {f.BlockingConstraints, "nothing else stands in its way"}} {
		if one.on {
			also = append(also, one.text)
		}
	}
	if len(also) > 0 {
		text += "; and " + strings.Join(also, ", ")
	}
	return capital(text) + "."
}

func opinionSentence(o policy.Opinion) string {
	text := "Of " + o.Body
	switch {
	case o.Always:
		text += ", always"
	case o.ValueFrom != nil:
		text += ", from " + amount(*o.ValueFrom) + " on"
	}
	if len(o.Functions) > 0 {
		text += ", for " + strings.Join(o.Functions, ", ")
	}
	text += ", within " + workingDays(o.WorkingDays)
	switch o.Silence {
	case "consent":
		text += ". Silence counts as yes"
	case "refusal":
		text += ". Silence counts as no"
	}
	return text + "."
}

func standstillSentence(t policy.Standstill) string {
	switch {
	case t.WorkingDays > 0:
		text := workingDays(t.WorkingDays)
		if t.MaxWorkingDays > t.WorkingDays {
			text += " to " + workingDays(t.MaxWorkingDays)
		}
		text += " between the award notice and the contract"
		if t.Body != "" {
			text += "; challenges go to " + t.Body
		}
		return text + "."
	case t.ChallengeWithin > 0:
		return "None. An award can be challenged within " + workingDays(t.ChallengeWithin) + "."
	}
	return ""
}

func shortSentence(t policy.ShortTrack) string {
	var parts []string
	for _, k := range t.Kinds {
		parts = append(parts, strings.ToLower(word(k)))
	}
	text := "For " + orWords(parts)
	if t.MaxValue != nil {
		if len(parts) > 0 {
			text += ", and "
		}
		text += "up to " + amount(*t.MaxValue)
	}
	return text + ": an earlier scan is used again."
}

// rungWords says the rungs, one after the other.
func rungWords(g *policy.Regime) []string {
	list := make([]string, len(g.Preference.Rungs))
	for i, r := range g.Preference.Rungs {
		var origins []string
		for _, o := range r.Origins {
			origins = append(origins, strings.ToLower(word(o)))
		}
		list[i] = orElse(r.Title, "Rung "+number(r.Number)) + ": " + orWords(origins)
	}
	return list
}
