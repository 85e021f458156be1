package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

var (
	usedTerms = map[models.DeploymentState]term{
		models.Confirmed: {"Confirmed", toneGood}, models.Stale: {"Stale", toneCaution}, models.Claimed: {"Not confirmed", toneUnknown}, store.UseStated: {"Said by others", toneUnknown},
	}
	claimOriginTerms = map[models.UseClaimOrigin]term{
		models.ClaimOfSteward: {"the steward", tonePlain}, models.ClaimOfSupplier: {"a supplier", tonePlain}, models.ClaimOfDescription: {"its published description", tonePlain},
	}
	claimStateTerms = map[models.UseClaimState]term{
		models.UseWaiting: {"Waits for the agency", toneCaution}, models.UseConfirmed: {"Confirmed", toneGood}, models.UseDenied: {"Denied", toneBad}, models.UseWithdrawn: {"Withdrawn", tonePlain},
	}
	expertiseTerms = map[models.Expertise]term{
		models.RunsIt: {"Runs it", tonePlain}, models.DevelopsIt: {"Develops it", tonePlain}, models.Expert: {"Knows it well", tonePlain},
	}
	questionTerms = map[models.QuestionState]term{
		models.QuestionAsked: {"Waits for an answer", toneCaution}, models.QuestionEscalated: {"Not answered in time", toneBad}, models.QuestionAnswered: {"Answered", toneGood}, models.QuestionClosed: {"Closed", tonePlain},
	}
	sideTerms = map[models.Side]term{
		models.SideAsker: {"who asked", tonePlain}, models.SideReferent: {"referent", tonePlain}, models.SideSteward: {"answers for it", tonePlain}, models.SideOSPO: {"programme office", tonePlain},
	}
	callKindTerms = map[models.CallKind]term{
		models.ReuseWanted: {"Wants to reuse it", tonePlain}, models.ContributionsWanted: {"Contributions wanted", tonePlain}, models.JointDevelopment: {"Joint development", tonePlain},
	}
	callStateTerms = map[models.CallState]term{
		models.CallOpen: {"Open", toneGood}, models.CallFulfilled: {"Has come about", tonePlain}, models.CallClosed: {"Closed", tonePlain},
	}
	accessTerms = map[models.AccessState]term{
		models.AccessRequested: {"Waits for a decision", toneCaution}, models.AccessGranted: {"Granted", toneGood}, models.AccessRefused: {"Refused", toneBad}, models.AccessWithdrawn: {"Withdrawn", tonePlain},
		models.AccessRevoked: {"Revoked", toneBad}, models.AccessExpired: {"Expired", toneUnknown},
	}
)

// reuseTerm finds the words of what agencies say to each other about software.
func reuseTerm(v any) term {
	switch x := v.(type) {
	case models.UseClaimOrigin:
		return among(claimOriginTerms, x)
	case models.UseClaimState:
		return among(claimStateTerms, x)
	case models.Expertise:
		return among(expertiseTerms, x)
	case models.QuestionState:
		return among(questionTerms, x)
	case models.Side:
		return among(sideTerms, x)
	case models.CallKind:
		return among(callKindTerms, x)
	case models.CallState:
		return among(callStateTerms, x)
	case models.AccessState:
		return among(accessTerms, x)
	}
	return term{}
}

// useTag says how sure it is that an agency uses something.
func useTag(state models.DeploymentState) tag {
	t := among(usedTerms, state)
	return tag{t.word, t.tone}
}

// usesSentence says who uses a piece of software in words, each number with its meaning and none mixed with another.
func usesSentence(u store.Uses) string {
	if u.Agencies == 0 {
		return "No agency has said that it uses this software."
	}
	said := "Used by " + plural(u.Agencies, "agency", "agencies") + ", of which " + number(u.Recent) + " confirmed it in the last " + number(models.AttestationDays) + " days."
	if u.Stale > 0 {
		said += " The confirmation of " + number(u.Stale) + " has run out."
	}
	if u.Claimed > 0 {
		said += " " + number(u.Claimed) + " registered it without a confirmation."
	}
	switch {
	case u.Own > 0 && u.Agencies == u.Own:
		said += " It is the agency that answers for it; no other says that it uses it."
	case u.Own > 0:
		said += " One of them is the agency that answers for it."
	}
	return said
}

// statedSentence says of how many only others say that they use it; "" when of none.
func statedSentence(u store.Uses) string {
	n := u.Stated + u.Unmatched
	if n == 0 {
		return ""
	}
	said := "Others name " + number(n) + " more that have not said so themselves"
	if u.Unmatched > 0 {
		said += "; of " + number(u.Unmatched) + " it is not known which agency is meant"
	}
	return said + ". They are not counted."
}

// reachSentence says whom a question was put to, and by when an answer is due.
func reachSentence(n *models.Question) string {
	people := plural(n.Reached, "person", "people")
	switch n.Reach {
	case models.ReachReferents:
		return "It was put to " + people + " who offered to answer questions about it."
	case models.ReachStewards:
		if n.CallID != nil {
			return "It was put to " + people + " of the agency that calls."
		}
		return "Nobody has offered to answer questions about this software, so it was put to " + people + " of the agency that answers for it."
	}
	return "Nobody nearer could be found, so it was put to the open source programme office."
}
