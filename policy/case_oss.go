package policy

import (
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// openSource works out whether a candidate is open source under the regime: it is said to be, anybody can read its source, a branch of its licence expression has
// only approved licences, and it is not open core. Dual licensing counts; "and" with a closed licence does not.
//
// Sources: s. 16a EGovG (Germany), Digital Public Goods Standard, indicators 2 and 4, Italian guidelines 2019, 2.4.
func (w *derivation) openSource(c *weighed) {
	f := &tally{}
	declared := c.file.Value.OSSDeclared || c.file.Value.Origin == models.FromOpenSource
	c.facts.OSSDeclared = &declared
	if c.file.License == nil {
		f.open("Nothing is on file about its licence.", "Put the licence facts of "+c.Title+" on file.")
	} else {
		c.facts.License = w.licenseFacts(c, f)
	}
	w.openCore(c, f)
	switch {
	case declared:
		f.yes("It is said to be open source.")
	case f.outcome() == AnswerYes:
		// Leaving a box unticked would otherwise be a way round the law.
		f.open("Nobody says that it is open source, and its licence and source say that it is.", "Say that "+c.Title+" is open source, or correct its licence facts.")
	default:
		f.no("Nobody says that it is open source.")
	}
	c.OSS = f.finding()
}

func (w *derivation) licenseFacts(c *weighed, f *tally) *LicenceFacts {
	fact := &c.file.License.Value
	conflicts := len(fact.Conflicts)
	l := &LicenceFacts{Expression: fact.Expression, SourcePublic: fact.SourcePublic, Conflicts: &conflicts, LegalOpinionSigned: fact.LegalOpinion != ""}
	switch {
	case fact.SourcePublic == nil:
		f.open("Nobody has recorded whether its source is public.", "Record whether anybody can read the source of "+c.Title+".")
	case *fact.SourcePublic:
		f.yes("Anybody can read its source.")
	default:
		f.no("Its source is not public.")
	}
	answer, branch := w.elect(fact, c.Title, f)
	c.Elected, l.ElectedBranch = branch, branch
	l.ElectedBranchApproved = answer.fact()
	return l
}

// elect finds the branch of a licence expression that the regime approves, or judges the one that a reviewer has elected.
func (w *derivation) elect(fact *models.LicenseFact, title string, f *tally) (Answer, string) {
	reading := licenses.Read(fact.Expression)
	switch reading.Kind {
	case licenses.ReadNone:
		f.no("It has no licence, so nobody but its owner may use it.")
		return AnswerNo, ""
	case licenses.ReadExpression:
	default:
		f.open("Its licence is not known.", "Have the licence of "+title+" identified.")
		return AnswerOpen, ""
	}
	offered := reading.Expression
	if fact.Elected != "" {
		return w.elected(offered, fact.Elected, title, f)
	}
	answer, branch := w.Regime.License.Elect(offered)
	switch answer {
	case AnswerYes:
		if branch.Equal(offered) {
			f.yes("Its licence, " + branch.String() + ", is approved.")
		} else {
			f.yes("Of its licence " + offered.String() + " the branch " + branch.String() + " is approved.")
		}
		return answer, branch.String()
	case AnswerNo:
		f.no("Its licence, " + offered.String() + ", has no branch that is approved.")
	default:
		f.open("Whether its licence, "+offered.String()+", is open source has not been said by anybody whom the regime names.", "Have the licence read, and put it on the regime's list if it is open source.")
	}
	return answer, ""
}

func (w *derivation) elected(offered licenses.Expression, stated, title string, f *tally) (Answer, string) {
	reading := licenses.Read(stated)
	if reading.Kind != licenses.ReadExpression || !offered.Offers(reading.Expression) {
		f.open(fmt.Sprintf("The branch elected, %s, is none that %s offers.", clip(stated), offered), "Elect a branch that the licence of "+title+" offers.")
		return AnswerOpen, ""
	}
	answer, branch := w.Regime.License.Elect(reading.Expression)
	if answer == AnswerYes {
		f.yes("The branch elected of its licence, " + branch.String() + ", is approved.")
		return answer, branch.String()
	}
	if other, better := w.Regime.License.Elect(offered); other == AnswerYes {
		// Taking the closed branch does not make the software closed for everybody else.
		f.open(fmt.Sprintf("The branch elected, %s, is not approved, and %s offers %s, which is.", reading.Expression, offered, better), "Elect "+better.String()+" for "+title+".")
		return AnswerNo, reading.Expression.String()
	}
	if answer == AnswerNo {
		f.no("The branch elected of its licence, " + reading.Expression.String() + ", is not approved.")
	} else {
		f.open("Whether the branch elected of its licence, "+reading.Expression.String()+", is open source has not been said.", "Have the licence read, and put it on the regime's list if it is open source.")
	}
	return answer, reading.Expression.String()
}

// Elect says whether an expression offers a branch whose every licence is approved by the test, and which: the first one.
func (t LicenseTest) Elect(e licenses.Expression) (Answer, licenses.Expression) {
	if kept := e.Keep(func(l licenses.Leaf) bool { return t.approves(l) == AnswerYes }); !kept.IsZero() {
		return AnswerYes, firstBranch(kept)
	}
	if kept := e.Keep(func(l licenses.Leaf) bool { return t.approves(l) != AnswerNo }); !kept.IsZero() {
		return AnswerOpen, licenses.Expression{}
	}
	return AnswerNo, licenses.Expression{}
}

// firstBranch takes of each OR its first branch.
func firstBranch(e licenses.Expression) licenses.Expression {
	switch e.Kind() {
	case licenses.KindOr:
		return firstBranch(e.Operands()[0])
	case licenses.KindAnd:
		var all []licenses.Expression
		for _, o := range e.Operands() {
			all = append(all, firstBranch(o))
		}
		return licenses.And(all...)
	}
	return e
}

// approves says whether a licence with its exception is approved. An exception of the SPDX list takes nothing away; any other addition may say anything.
// What no list speaks of is undetermined, unless it is known to limit the use or to be proprietary.
func (t LicenseTest) approves(leaf licenses.Leaf) Answer {
	name := licenses.Of(leaf).String()
	base := leaf
	base.Addition, base.AdditionDocument = "", ""
	facts := licenses.Embedded().Facts(leaf)
	known := leaf == base || facts.Listed
	alone := licenses.Of(base).String()
	switch {
	case slices.Contains(t.Never, name) || slices.Contains(t.Never, alone):
		return AnswerNo
	case slices.Contains(t.Also, name) || known && slices.Contains(t.Also, alone):
		return AnswerYes
	case known && slices.Contains(t.ApprovedLists, "osi") && facts.OSI == licenses.Yes,
		known && slices.Contains(t.ApprovedLists, "fsf") && facts.FSF == licenses.Yes:
		return AnswerYes
	case !facts.Listed && facts.Openness == licenses.OpennessUnknown:
		return AnswerOpen
	}
	return AnswerNo // the lists know it and do not have it
}

// openCore looks for closed parts without which the candidate does not run.
func (w *derivation) openCore(c *weighed, f *tally) {
	parts := c.file.Value.ClosedParts
	switch {
	case w.Regime.License.OpenCore == "oss":
	case parts != nil && *parts == 0:
		f.yes("It runs without closed parts.")
	case c.facts.Independence:
		f.yes("There is evidence that it runs without its closed parts.")
	case parts == nil:
		f.open("Nobody has recorded whether it needs closed parts.", "Record how many closed parts "+c.Title+" cannot run without.")
	default:
		f.no(fmt.Sprintf("It cannot run without %s: open core is not open source.", count(*parts, "closed part")))
	}
}

// place finds the rung that a candidate stands on. Cloud is a way of delivery and makes no difference; a shared service of government stands with software
// that government has, unless the regime says otherwise; and what is called open source but is none stands with what is sold.
func (w *derivation) place(c *weighed) {
	origin := c.file.Value.Origin
	rungs := w.Regime.Preference.Rungs
	if len(rungs) == 0 {
		c.TierWhy = "This regime orders candidates by no rungs."
		return
	}
	find := func(o models.CandidateOrigin) (Rung, bool) {
		i := slices.IndexFunc(rungs, func(r Rung) bool { return slices.Contains(r.Origins, o) })
		if i < 0 {
			return Rung{}, false
		}
		return rungs[i], true
	}
	why := originWords[origin] + " stands here."
	if _, ok := find(origin); origin == models.FromShared && !ok {
		origin, why = models.FromGovernment, "A shared service of another public body counts as software that government has."
	}
	stands, _ := find(origin)
	sold, _ := find(models.FromMarket)
	if origin == models.FromOpenSource && stands.Number != sold.Number {
		switch c.OSS.Outcome {
		case AnswerNo:
			origin, why = models.FromMarket, "It is called open source and is not, so it stands with what is sold."
		case AnswerOpen:
			c.claimed, why = true, "It is called open source. Whether it is, is not settled; if it is not, it stands with what is sold."
		}
	}
	rung, ok := find(origin)
	if !ok {
		for _, r := range rungs {
			rung.Number = max(rung.Number, r.Number+1)
		}
		why = "The regime names no rung for " + string(origin) + ", so it stands after the last."
	}
	c.Tier, c.TierWhy = rung.Number, why
	if !c.claimed {
		c.facts.Tier = &c.Tier
	}
}

var originWords = map[models.CandidateOrigin]string{
	models.FromGovernment: "Software that government has", models.FromOpenSource: "Open source of others", models.FromMarket: "Software that is sold", models.FromOrder: "Software made to order",
	models.FromShared: "A shared service of another public body",
}
