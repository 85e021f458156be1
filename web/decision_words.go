package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// The words of what decisions spell.
var (
	decisionStateTerms = map[models.DecisionState]term{
		models.DecisionDraft: {"Draft", tonePlain}, models.NeedConfirmed: {"Need confirmed", tonePlain}, models.DecisionScanning: {"Scanning the market", tonePlain}, models.PublicCallOut: {"Public call", tonePlain},
		models.ScanClosed: {"Market scanned", tonePlain}, models.DecisionEvaluating: {"Evaluating", tonePlain}, models.DecisionEvaluated: {"Evaluated", tonePlain}, models.DecisionProposed: {"Proposed", tonePlain},
		models.ExemptionPending: {"Exemption asked for", toneCaution}, models.OpinionPending: {"Opinion asked for", toneCaution}, models.ProceduralReview: {"Procedural review", tonePlain}, models.DecisionApproved: {"Approved", toneGood},
		models.DecisionRejected: {"Rejected", toneBad}, models.DecisionAnnounced: {"Announced", toneGood}, models.InProcurement: {"In procurement", tonePlain}, models.AwardProposed: {"Award proposed", tonePlain},
		models.Standstill: {"Standstill", toneCaution}, models.DecisionChallenged: {"Challenged", toneBad}, models.DecisionContracted: {"Contract signed", toneGood}, models.AdoptedFree: {"Adopted", toneGood},
		models.DecisionRegistered: {"Registered", toneGood}, models.DecisionInForce: {"In force", toneGood}, models.UnderReview: {"Under review", toneCaution}, models.DecisionClosed: {"Closed", tonePlain},
		models.ReleaseAssessed: {"Checked", tonePlain}, models.ReleaseDecided: {"Decided", toneGood}, models.ReleasePublished: {"Published", toneGood}, models.ReleaseArchived: {"Archived copy kept", toneGood},
		models.ReleaseWithdrawn: {"Withdrawn", toneCaution}, models.ReleaseHanded: {"Handed over", tonePlain},
	}
	decisionKindTerms = map[models.DecisionKind]term{
		models.DecideNew: {"New software", tonePlain}, models.DecideRenewal: {"Renewal", tonePlain}, models.DecideExtension: {"Extension", tonePlain}, models.DecideExpansion: {"Expansion", tonePlain},
		models.DecideReplacement: {"Replacement", tonePlain}, models.DecideCallOff: {"Call-off from a framework agreement", tonePlain}, models.DecideCustom: {"Made to order", tonePlain},
		models.DecideAdopt: {"Taken without payment", tonePlain}, models.DecideRelease: {"Release of code", tonePlain}, models.DecideRemedy: {"Remedy for software at risk", tonePlain},
	}
	decisionTrackTerms = map[models.DecisionTrack]term{
		models.FullTrack: {"Full", tonePlain}, models.ShortTrack: {"Short", tonePlain}, models.FreeTrack: {"Free adoption", tonePlain}, models.EmergencyTrack: {"Emergency", toneCaution},
	}
	candidateOriginTerms = map[models.CandidateOrigin]term{
		models.FromGovernment: {"Built by or for government", tonePlain}, models.FromOpenSource: {"Open source of others", tonePlain}, models.FromMarket: {"Sold under a licence that is not open", tonePlain},
		models.FromOrder: {"To be made to order", tonePlain}, models.FromShared: {"Run by another public body", tonePlain},
	}
	ruleOutcomeTerms = map[models.RuleOutcome]term{
		models.RulePasses: {"Pass", toneGood}, models.RuleViolated: {"Violation", toneBad}, models.RuleUndetermined: {"Undetermined", toneCaution}, models.RuleNotHere: {"Does not apply", tonePlain},
	}
	suggestionStateTerms = map[models.SuggestionState]term{
		models.SuggestionReceived: {"Received", tonePlain}, models.SuggestionCandidate: {"A candidate now", toneGood}, models.SuggestionDeclined: {"Declined", tonePlain},
	}
	requirementLevelTerms = map[models.RequirementLevel]term{
		models.Essential: {"Essential", tonePlain}, models.Mandatory: {"Mandatory", tonePlain}, models.Desirable: {"Desirable", tonePlain},
	}
	findingTerms = map[policy.Answer]term{
		policy.AnswerYes: {"Yes", toneGood}, policy.AnswerNo: {"No", toneBad}, policy.AnswerOpen: {"Undetermined", toneCaution},
	}
)

// decisionTermOf finds the words of what decisions spell.
func decisionTermOf(v any) term {
	switch x := v.(type) {
	case models.DecisionState:
		return among(decisionStateTerms, x)
	case models.DecisionKind:
		return among(decisionKindTerms, x)
	case models.DecisionTrack:
		return among(decisionTrackTerms, x)
	case models.CandidateOrigin:
		return among(candidateOriginTerms, x)
	case models.RuleOutcome:
		return among(ruleOutcomeTerms, x)
	case models.SuggestionState:
		return among(suggestionStateTerms, x)
	case models.RequirementLevel:
		return among(requirementLevelTerms, x)
	case policy.Answer:
		return among(findingTerms, x)
	}
	return term{tone: tonePlain}
}

// nothingChosen says why a decision has no chosen candidate.
func nothingChosen(d store.DecisionRow) string {
	switch {
	case d.Held && !d.Full:
		return "Withheld"
	case d.Branch() != models.Acquisition:
		return "Not asked"
	case d.State.Ended():
		return "Nothing"
	}
	return "Not yet"
}

// fitTag says whether a candidate fits.
func fitTag(f policy.Finding) tag {
	switch f.Outcome {
	case policy.AnswerYes:
		return tag{"Fits", toneGood}
	case policy.AnswerNo:
		return tag{"Does not fit", toneBad}
	}
	return tag{"Undetermined", toneCaution}
}

// ossTag says whether a candidate is open source.
func ossTag(f policy.Finding) tag {
	switch f.Outcome {
	case policy.AnswerYes:
		return tag{"Open source", toneGood}
	case policy.AnswerNo:
		return tag{"Not open source", tonePlain}
	}
	return tag{"Not known", toneUnknown}
}

// metTag says whether a requirement is met.
func metTag(met string) tag {
	switch met {
	case "yes":
		return tag{"Met", toneGood}
	case "partly":
		return tag{"Partly", toneCaution}
	case "no":
		return tag{"Not met", toneBad}
	}
	return tag{"Not known", toneUnknown}
}

// resultTag says how a condition came out.
func resultTag(result string) tag {
	switch result {
	case "pass":
		return tag{"Passed", toneGood}
	case "fail":
		return tag{"Failed", toneBad}
	}
	return tag{"Not known", toneUnknown}
}

// amount writes money for people, without cents where there are none: "TTD 790,000".
func amount(m models.Money) string {
	if m.IsZero() {
		return ""
	}
	return m.Currency + " " + decimal(m.Amount)
}

// decimal writes a number for people, with thousands apart and without cents where there are none.
func decimal(d models.Decimal) string {
	whole, rest, _ := strings.Cut(string(d), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if strings.Trim(rest, "0") != "" {
		whole += "." + rest
	}
	return sign + whole
}

// rolesWords lists roles as who may do something.
func rolesWords(roles []models.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, strings.ToLower(word(r)))
	}
	return orWords(names)
}

func orWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// decimalAny is the template function "decimal".
func decimalAny(v any) string {
	switch d := v.(type) {
	case models.Decimal:
		return decimal(d)
	case *models.Decimal:
		if d != nil {
			return decimal(*d)
		}
	}
	return ""
}
