package web

import (
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// The words of what is said about licences in use: findings, exemptions, obligations, answers.
var (
	findingStateTerms = map[models.FindingState]term{
		models.FindingOpen: {"Open", toneCaution}, models.FindingExempted: {"Exempted", tonePlain}, models.FindingClosed: {"Closed", toneGood},
	}
	findingSeverityTerms = map[models.FindingSeverity]term{
		models.SeverityInfo: {"Information", tonePlain}, models.SeverityLow: {"Low", tonePlain}, models.SeverityMedium: {"Medium", toneCaution}, models.SeverityHigh: {"High", toneBad}, models.SeverityCritical: {"Critical", toneBad},
	}
	exemptionTerms = map[models.ExemptionState]term{
		models.ExemptionRequested: {"Asked for", toneCaution}, models.ExemptionGranted: {"Granted", toneGood}, models.ExemptionRefused: {"Refused", toneBad}, models.ExemptionRevoked: {"Revoked", tonePlain}, models.ExemptionExpired: {"Expired", toneUnknown},
	}
	obligationTerms = map[models.ObligationState]term{
		models.ObligationOpen: {"Open", toneCaution}, models.ObligationMet: {"Met", toneGood}, models.ObligationNotApplicable: {"Does not apply", tonePlain},
	}
	reachTerms = map[models.Reach]term{
		models.ReachAsset: {"This software", tonePlain}, models.ReachAgency: {"An agency", tonePlain}, models.ReachEverywhere: {"All of government", tonePlain},
	}
	answerTerms = map[licenses.Answer]term{
		licenses.AnswerYes: {"Goes with it", toneGood}, licenses.AnswerCheck: {"To be looked at", toneCaution}, licenses.AnswerUnknown: {"Not known", toneUnknown}, licenses.AnswerNo: {"Stands in the way", toneBad},
	}
	linkingTerms = map[licenses.Linking]term{
		licenses.Included: {"Part of the product", tonePlain}, licenses.Linked: {"Called as a library", tonePlain}, licenses.Separate: {"Apart from the product", tonePlain},
	}
	obligationKindTerms = map[licenses.ObligationKind]term{
		licenses.Must: {"Must", tonePlain}, licenses.MustNot: {"Must not", toneCaution}, licenses.May: {"May", toneGood},
	}
	noticeTerms = map[register.NoticeFormat]term{
		register.NoticeText: {"Plain text", tonePlain}, register.NoticeMarkdown: {"Markdown", tonePlain}, register.NoticeHTML: {"HTML", tonePlain},
	}
)

// licenseTermOf finds the words of a typed string that says something of licences in use.
func licenseTermOf(v any) term {
	switch x := v.(type) {
	case models.FindingState:
		return among(findingStateTerms, x)
	case models.FindingSeverity:
		return among(findingSeverityTerms, x)
	case models.ExemptionState:
		return among(exemptionTerms, x)
	case models.ObligationState:
		return among(obligationTerms, x)
	case models.Reach:
		return among(reachTerms, x)
	case licenses.Answer:
		return among(answerTerms, x)
	case licenses.Linking:
		return among(linkingTerms, x)
	case licenses.ObligationKind:
		return among(obligationKindTerms, x)
	case register.NoticeFormat:
		return among(noticeTerms, x)
	}
	return term{"", tonePlain}
}

// verdictWord says a verdict that comes as plain text from the store.
func verdictWord(v string) string { return word(licenses.Verdict(v)) }

// verdictTag is the tag of a verdict that comes as plain text from the store.
func verdictTag(v string) tag { return makeTag(licenses.Verdict(v)) }
