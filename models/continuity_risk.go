package models

import (
	"fmt"
	"time"
)

// ContinuityRisk is a named reason for which a piece of software may not go on. The register works them out from what it knows; it adds nothing up to a
// score.
type ContinuityRisk string

const (
	RiskSupportOver    ContinuityRisk = "support-over"     // runs without security fixes
	RiskUpstreamGone   ContinuityRisk = "upstream-gone"    // its repositories are gone or read-only, and there is no copy
	RiskContractsOver  ContinuityRisk = "contracts-over"   // every contract to maintain it has ended
	RiskKeepersGone    ContinuityRisk = "maintainers-gone" // everybody named as its maintainer has stopped
	RiskUnmaintained   ContinuityRisk = "unmaintained"     // its publisher says that nobody maintains it, and it runs
	RiskFundingEnds    ContinuityRisk = "funding-ends"     // the money ends within a year, or has ended
	RiskOneContributor ContinuityRisk = "one-contributor"  // one person made half of the commits, and something critical depends on it
	RiskNoPlan         ContinuityRisk = "no-plan"          // much depends on it, and there is no plan for its end
	RiskStandstill     ContinuityRisk = "standstill"       // said to be stable, and no commit for two years
	RiskNoLicense      ContinuityRisk = "no-licence"       // nobody may carry it on
	RiskStewardClosed  ContinuityRisk = "steward-closed"   // the agency that answers for it does not act any more
	RiskReviewOverdue  ContinuityRisk = "review-overdue"   // what is written of its continuity is old
)

// ContinuityRisks lists the risks from the most pressing.
var ContinuityRisks = []ContinuityRisk{RiskSupportOver, RiskUpstreamGone, RiskContractsOver, RiskKeepersGone, RiskUnmaintained, RiskFundingEnds, RiskOneContributor, RiskNoPlan, RiskStandstill, RiskNoLicense, RiskStewardClosed,
	RiskReviewOverdue}

// Bounds of the risks.
const (
	PlanFromAgencies = 2   // so many agencies in production ask for a plan
	CriticalFrom     = 3   // criticality from which a deployment is critical: 3 high, 4 vital
	FundingDays      = 365 // how long before its end the money is a risk
	StandstillDays   = 730 // without a commit
	ReviewDays       = 365 // after which a review is overdue when nobody set the next one
)

// ContinuityFacts is what the risks of a piece of software follow from, as far as a viewer may know.
type ContinuityFacts struct {
	Agencies       int        // that run it in production
	Critical       int        // deployments of criticality 3 or 4 that run or are planned
	Criticality    int16      // the highest of its deployments; 0 when none was assessed
	Unsupported    int        // deployments of a release whose security support has ended
	Planned        bool       // there is a plan
	FundedUntilOn  *Date      //
	Repositories   int        // that it is developed in, copies aside
	Lost           int        // of those, gone or read-only
	Gone           int        // of those, gone
	Copies         int        // kept mirrors, revisions in the public archive, escrow
	LastCommitAt   *time.Time // in any of them
	ContractsEndOn *Date      // of the last contract, when all are over
	KeepersEndOn   *Date      // of the last maintainer, when all have stopped
	ReviewDueOn    *Date
}

// continuityWords says each risk in a few words, and what would cure it.
var continuityWords = map[ContinuityRisk][2]string{
	RiskSupportOver:    {"Runs without security support", "Move to a release that is mended, or agree with somebody to mend the one that runs, before anything else."},
	RiskUpstreamGone:   {"Its source is gone or read-only, and there is no copy", "Look for a copy while there are any, have the register keep a mirror, and name who carries it on."},
	RiskContractsOver:  {"Every contract to maintain it has ended", "Renew a contract, take the maintenance into the agency, or say in publiccode.yml who maintains it now."},
	RiskKeepersGone:    {"Everybody named as its maintainer has stopped", "Find out who changes it now and name them here, or plan its end."},
	RiskUnmaintained:   {"Nobody maintains it, and it runs", "Agree with the others who run it who mends it, or plan its end."},
	RiskFundingEnds:    {"Its funding ends", "Find the money for the next year together with who runs it, or plan its end, and put the new date here."},
	RiskOneContributor: {"One person made half of it, and something critical depends on it", "Have a second person learn it, at the agency or at a supplier, and write down how it is built and released."},
	RiskNoPlan:         {"Much depends on it, and there is no plan for its end", "Write down what happens when its maintainers stop: who takes over, where the source is, how one gets away from it."},
	RiskStandstill:     {"Said to be stable, and nothing has changed for two years", "Ask its maintainers whether they still answer; if they do, let them say so, else treat it as not maintained."},
	RiskNoLicense:      {"No licence is stated", "State its licence. Without one nobody else may lawfully carry it on."},
	RiskStewardClosed:  {"The agency that answers for it does not act any more", "Give the entry to the agency that took over the task."},
	RiskReviewOverdue:  {"Its review is overdue", "Look through what is written here of its continuity, and set the day of the next review."},
}

// Title is the risk in a few words.
func (r ContinuityRisk) Title() string { return continuityWords[r][0] }

// Cure says what would take the risk away.
func (r ContinuityRisk) Cure() string { return continuityWords[r][1] }

// Reason says which facts make a risk, in a sentence.
func (f *ContinuityFacts) Reason(r ContinuityRisk, today Date) string {
	switch r {
	case RiskSupportOver:
		return counted(f.Unsupported, "deployment runs a release", "deployments run a release") + " whose security support has ended."
	case RiskUpstreamGone:
		return f.lost()
	case RiskContractsOver:
		return "Its publisher says that it is maintained under contract, and the last contract ended on " + f.ContractsEndOn.String() + "."
	case RiskKeepersGone:
		return "The last maintainer named here stopped on " + f.KeepersEndOn.String() + "."
	case RiskUnmaintained:
		return "Its publisher says that nobody maintains it; " + counted(f.Agencies, "agency runs", "agencies run") + " it in production."
	case RiskFundingEnds:
		if f.FundedUntilOn.Before(today) {
			return "There was money until " + f.FundedUntilOn.String() + "."
		}
		return "There is money until " + f.FundedUntilOn.String() + ", for " + counted(f.FundedUntilOn.DaysSince(today), "more day", "more days") + "."
	case RiskOneContributor:
		return "Half of the commits were made by one person; " + counted(f.Critical, "critical deployment depends", "critical deployments depend") + " on it."
	case RiskNoPlan:
		return counted(f.Agencies, "agency runs", "agencies run") + " it in production, with " + counted(f.Critical, "critical deployment", "critical deployments") + ", and no plan is written down."
	case RiskStandstill:
		return "Its publisher calls it stable; the last commit was on " + DateOf(*f.LastCommitAt).String() + "."
	case RiskNoLicense:
		return "It is government’s own or open source, and no licence is stated."
	case RiskStewardClosed:
		return "Its steward is closed."
	case RiskReviewOverdue:
		return "The review was due on " + f.ReviewDueOn.String() + "."
	}
	return ""
}

func (f *ContinuityFacts) lost() string {
	which := "Its repository is"
	if f.Repositories > 1 {
		which = fmt.Sprintf("All %d of its repositories are", f.Repositories)
	}
	how := "gone"
	switch f.Gone {
	case 0:
		how = "read-only"
	case f.Repositories:
	default:
		how = "gone or read-only"
	}
	return which + " " + how + ", and no mirror, archived release or escrow is known."
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// RiskFilter chooses software by its continuity risks. Empty fields do not restrict.
type RiskFilter struct {
	Agency      int64 // answers for it or runs it: this agency and all below it
	Risk        ContinuityRisk
	Criticality int16 // the highest of its deployments is at least this
	Asset       int64
	Page
}
