package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// What the parts of a dossier say against each other, whatever the rules of the regime ask. These are no rules of a law: they hold a case to its own words.
const (
	ClashUnfit    = "case-unfit"
	ClashGrounds  = "case-grounds"
	ClashApproved = "case-approved-value"
	ClashSupplier = "case-award-supplier"
	ClashAward    = "case-award-value"
	ClashNotice   = "case-notice-early"
	ClashContract = "case-contract-early"
)

// IsClash reports whether a result is about what a dossier says against itself, and not about a rule of the regime.
func IsClash(rule string) bool { return strings.HasPrefix(rule, "case-") }

// ClashWaiver is the role that may let a contradiction of a dossier pass; "" when nobody may.
func ClashWaiver(rule string) models.Role {
	if rule == ClashApproved {
		return models.Approver
	}
	return ""
}

// Clashes are the contradictions of a dossier at a gate ("" is every gate), as violations: a dossier that agrees with itself has none. They take what Derive gave of the case.
func Clashes(in CaseInput, facts *Case, standing *Standing, gate models.Gate) []Result {
	w := &clashes{CaseInput: in}
	w.choice(facts, standing)
	w.contract()
	return slices.DeleteFunc(w.list, func(r Result) bool { return gate != "" && r.Gate != gate })
}

type clashes struct {
	CaseInput
	list []Result
}

func (w *clashes) say(r Result) {
	r.Outcome, r.Waiver = models.RuleViolated, ClashWaiver(r.Rule)
	w.list = append(w.list, r)
}

func (w *clashes) choice(facts *Case, standing *Standing) {
	if facts.Chosen == nil {
		return
	}
	granted := facts.Decision.Exemption.State == "granted"
	if one := standing.Candidate(facts.Chosen.Key); one != nil && one.Fit.Outcome == AnswerNo && !granted && w.Dossier.Impossibility == nil {
		w.say(Result{Rule: ClashUnfit, Title: "What is chosen does not fit the need", Severity: Block, Gate: models.GateProposal,
			Message: fmt.Sprintf("%s is proposed and does not fit by the test of the regime: %s", one.Title, strings.Join(one.Fit.Why, " ")),
			Cure:    "Propose a candidate that fits, correct what is on file about it, or put the record on file that nothing on the preferred rungs will do, or an exemption."})
	}
	known := w.Regime.grounds()
	if j := w.Dossier.Justification; j != nil && len(known) > 0 {
		w.grounds("The justification", j.Value.Grounds, known, models.GateProposal)
	}
	if a := w.Dossier.Answer; a != nil && granted && len(known) > 0 && !slices.ContainsFunc(w.Regime.On(), func(r RegimeRule) bool { return r.ID == "X1" }) {
		w.grounds("The exemption", a.Value.Grounds, known, models.GateExemption)
	}
}

// grounds holds grounds to the closed list of the regime.
func (w *clashes) grounds(what string, given, known []string, gate models.Gate) {
	var strange []string
	for _, g := range given {
		if !slices.Contains(known, g) {
			strange = append(strange, "“"+g+"”")
		}
	}
	if len(strange) > 0 {
		w.say(Result{Rule: ClashGrounds, Title: "A ground is not on the closed list", Severity: Block, Gate: gate,
			Message: fmt.Sprintf("%s rests on %s, which the regime %s does not know.", what, strings.Join(strange, ", "), w.Regime.Code),
			Cure:    "Name a ground of its closed list: " + strings.Join(known, ", ") + "."})
	}
}

func (r *Regime) grounds() []string {
	var ids []string
	for _, g := range r.Exemptions {
		ids = append(ids, g.ID)
	}
	return ids
}

// contract holds the contract and the notices to what was approved and awarded.
func (w *clashes) contract() {
	if c := w.Dossier.Contract; c != nil {
		w.value(c.Value.Value)
		w.award(&c.Value)
		if signed := c.Value.SignedAt; signed != nil && w.Decision.ApprovedAt != nil && signed.Before(*w.Decision.ApprovedAt) {
			w.say(Result{Rule: ClashContract, Title: "The contract was signed before the approval", Severity: Warn, Gate: models.GateContract,
				Message: fmt.Sprintf("The contract was signed on %s, and the case was approved on %s.", models.DateOf(*signed), models.DateOf(*w.Decision.ApprovedAt)),
				Cure:    "Correct the day when it is wrong; else say in the review why it was signed before."})
		}
	}
	if w.Dossier.Notices == nil || w.Decision.ApprovedAt == nil {
		return
	}
	approved := models.DateOf(*w.Decision.ApprovedAt)
	for _, n := range w.Dossier.Notices.Value.Notices {
		if (n.Type == "award" || n.Type == "intent") && n.PublishedOn.Before(approved) {
			w.say(Result{Rule: ClashNotice, Title: "A notice is dated before the approval", Severity: Warn, Gate: models.GateContract,
				Message: fmt.Sprintf("The %s notice is dated %s, and the case was approved on %s: it told of what was not decided.", n.Type, n.PublishedOn, approved),
				Cure:    "Correct the day when it is wrong; else send the notice again, and count the standstill from that day."})
		}
	}
}

// value holds the sum of the contract to the one that was approved.
func (w *clashes) value(signed models.Money) {
	if w.Decision.Value == nil || signed.IsZero() {
		return
	}
	approved := models.Money{Amount: *w.Decision.Value, Currency: w.Decision.Currency}
	if over(signed, approved) {
		w.say(Result{Rule: ClashApproved, Title: "The contract is about more than was approved", Severity: Block, Gate: models.GateContract,
			Message: fmt.Sprintf("The contract is about %s, and %s was approved.", moneyWords(signed), moneyWords(approved)),
			Cure:    "Correct the sum when it is wrong; else the approver answers for the larger one with the reason, or the procedure is cancelled."})
	}
}

// award holds the contract to the award.
func (w *clashes) award(c *models.ContractTerms) {
	b := w.Dossier.Procurement
	if b == nil {
		return
	}
	if b.Value.Supplier != "" && plainName(b.Value.Supplier) != plainName(c.Supplier) {
		w.say(Result{Rule: ClashSupplier, Title: "The contract is with another supplier than the award", Severity: Warn, Gate: models.GateContract,
			Message: fmt.Sprintf("The contract is with %s, and the award went to %s.", c.Supplier, b.Value.Supplier),
			Cure:    "Correct the name when it is wrong; else say in the contract on which ground another supplier took the place of the one that won."})
	}
	if !b.Value.Value.IsZero() && !c.Value.IsZero() && over(c.Value, b.Value.Value) {
		w.say(Result{Rule: ClashAward, Title: "The contract is about more than the award", Severity: Warn, Gate: models.GateContract,
			Message: fmt.Sprintf("The contract is about %s, and the award was of %s.", moneyWords(c.Value), moneyWords(b.Value.Value)),
			Cure:    "Correct the sum when it is wrong; else keep the reason for the larger sum with the contract."})
	}
}

// over reports whether a sum is larger than another, or in another currency, which cannot be told from larger.
func over(a, b models.Money) bool {
	return a.Currency != b.Currency || toDecimal(a.Amount).GreaterThan(toDecimal(b.Amount))
}

func moneyWords(m models.Money) string { return m.Currency + " " + string(m.Amount) }

// plainName is a name without what people write differently each time.
func plainName(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" .,'’\"&-", r) }), " ")
}
