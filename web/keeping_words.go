package web

import "github.com/ospo-register/ospo/models"

// The words of keeping.
var (
	checklistTerms = map[models.Answer]term{
		models.AnswerMet: {"Met", toneGood}, models.AnswerPartly: {"Partly met", toneCaution}, models.AnswerNotMet: {"Not met", toneBad}, models.AnswerNotApplicable: {"Does not apply", tonePlain}, models.AnswerUnknown: {"Unknown", toneUnknown},
	}
	keeperTerms = map[models.KeeperKind]term{models.Maintainer: {"Maintains it", tonePlain}, models.Sponsor: {"Pays for it", tonePlain}}
	stackTerms  = map[models.StackStatus]term{
		models.StackRecommended: {"Recommended", toneGood}, models.StackAccepted: {"Accepted", tonePlain}, models.StackContain: {"Contain", toneCaution}, models.StackRetire: {"Retire", toneBad},
	}
	stackFaultTerms = map[models.StackFault]term{
		models.FaultRetire: {"To be retired", toneBad}, models.FaultContain: {"To be contained", toneCaution}, models.FaultBelow: {"Version too low", toneBad}, models.FaultUnstated: {"Version not known", toneUnknown},
	}
)

// keepingTerm finds the words of what keeps software going, of checklists and of the stack.
func keepingTerm(v any) term {
	switch x := v.(type) {
	case models.Answer:
		return among(checklistTerms, x)
	case models.KeeperKind:
		return among(keeperTerms, x)
	case models.StackStatus:
		return among(stackTerms, x)
	case models.StackFault:
		return among(stackFaultTerms, x)
	case models.ContinuityRisk:
		return term{x.Title(), riskTone(x)}
	}
	return term{}
}

// riskTone tells what stands still or breaks today from what needs an arrangement in time.
func riskTone(r models.ContinuityRisk) string {
	switch r {
	case models.RiskSupportOver, models.RiskUpstreamGone, models.RiskContractsOver, models.RiskKeepersGone, models.RiskUnmaintained:
		return toneBad
	}
	return toneCaution
}
