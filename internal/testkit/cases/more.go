package cases

import (
	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
)

// Renewal is a short renewal that uses the scan of an earlier case.
func Renewal() *dossier.Case {
	c := Full()
	d := c.Dossier
	c.Decision = decision("health-2027-0002", models.DecideRenewal, models.ShortTrack, models.DecisionRegistered)
	c.Decision.Chosen, c.Decision.ApprovedAt = "c", ptr(At(9))
	d.Scan = put(models.Scan{ReusedFrom: "health-2026-0007", ReusedAt: ptr(Day(-200))}, models.Registrar, 2)
	d.Candidates, c.Standings = d.Candidates[2:3], c.Standings[2:3]
	d.People, d.Criteria, d.Scores, d.Procedure, d.Notices, d.Procurement = nil, nil, nil, nil, nil, nil
	d.Proposal.Value.Alternatives = nil
	c.Moves = path(0, models.NeedConfirmed, 1, models.ScanClosed, 3, models.DecisionProposed, 5, models.DecisionApproved, 9, models.DecisionRegistered, 20)
	results(c, models.DecisionApproved)
	c.Related = []dossier.Related{{Relation: "prior", Ref: "health-2026-0007", OCID: "ocds-h6vhtk-health-2026-0007", Title: "File sharing for hospitals", URL: "https://decisions.example.gov/health-2026-0007"}}
	c.Attachments, c.At = nil, At(30)
	return c
}

// Exempted is a choice that is not open source, with an exemption.
func Exempted() *dossier.Case {
	c := Full()
	d := c.Dossier
	c.Decision.Chosen, d.Proposal.Value.Chosen = "d", "d"
	d.Justification = put(models.Justification{Text: "Nobody in the ministry can run the others yet.", Grounds: []string{"no-expertise"}, SignedBy: "Jane Personal", SignedAt: ptr(At(19))}, models.Requester, 19)
	d.Impossibility = put(models.Impossibility{Rung: 2, Text: "B and C need skills that are not there.", SignedBy: "Jane Personal", SignedAt: ptr(At(19))}, models.Requester, 19)
	d.Exemption = put(models.ExemptionRequest{Grounds: []string{"no-expertise"}, Facts: "Two of two posts are vacant.", Scope: "File sharing in hospitals", CapacityPlan: "Train four people by 2028.", ExpiresOn: ptr(Day(700))}, models.Requester, 20)
	d.Answer = put(models.ExemptionAnswer{Verdict: "granted-limited", Text: "Until the posts are filled.", Grounds: []string{"no-expertise"}, Conditions: []string{"Report every year."}, ExpiresOn: ptr(Day(600))}, models.ExemptionAuthority, 22)
	d.OpinionAt, d.OpinionDue = ptr(At(23)), ptr(Day(37))
	d.Opinion = put(models.Opinion{Body: "National OSPO", Verdict: "conditional", Text: "Only with a plan to leave."}, models.OpinionGiver, 25)
	c.Attachments = append(c.Attachments, attachment(21, "Request for exemption", "x_ossExemption", "exemption", models.VisiblePublic), attachment(22, "Record of impossibility", "x_ossImpossibilityFinding", "impossibility", models.VisiblePublic))
	return c
}

// Existence is an exemption of which the regime publishes that there is one.
func Existence() *dossier.Case {
	c := Exempted()
	c.Regime.Exemption = dossier.ShownExistence
	return c
}

// Challenged is a case whose award is challenged while the standstill runs.
func Challenged() *dossier.Case {
	c := Full()
	d := c.Dossier
	c.Decision.State = models.DecisionChallenged
	d.Contract, d.Registration = nil, nil
	d.Challenges = put(models.Challenges{Challenges: []models.Challenge{{Kind: "supplier-review", FiledBy: "Jane Personal", FiledOn: Day(55), Grounds: "The weights were not told.", State: "suspended"},
		{Kind: "reconsideration", FiledBy: "Island IT", FiledOn: Day(52), Grounds: "The price was misread.", State: "dismissed", Outcome: "The price stands.", Effect: "none", RulingLink: "https://rulings.example.gov/3"}}}, models.ReviewBody, 56)
	c.Moves = path(0, models.NeedConfirmed, 1, models.DecisionScanning, 3, models.ScanClosed, 10, models.DecisionEvaluating, 11, models.DecisionEvaluated, 15, models.DecisionProposed, 20, models.DecisionApproved, 26,
		models.DecisionAnnounced, 27, models.InProcurement, 30, models.AwardProposed, 45, models.Standstill, 50, models.DecisionChallenged, 55)
	results(c, models.DecisionApproved)
	c.At = At(57)
	c.Attachments = append(c.Attachments, attachment(30, "Complaint", "complaints", "challenges", models.VisiblePublic))
	return c
}

// Custom is software made to order whose code is opened in part.
func Custom() *dossier.Case {
	c := Full()
	c.Decision.Kind, c.Decision.Ref = models.DecideCustom, "health-2026-0011"
	own := candidate("own", "Case desk", "", models.FromOrder, "EUPL-1.2", "400000")
	c.Dossier.Candidates, c.Standings = []models.CandidateFile{own}, []dossier.Standing{standing(&own)}
	c.Dossier.Proposal.Value.Chosen, c.Dossier.Proposal.Value.Alternatives, c.Decision.Chosen = "own", nil, "own"
	c.Dossier.Release = put(released(), models.ReleaseOfficer, 80)
	return c
}

func released() models.CodeRelease {
	return models.CodeRelease{SWHID: "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d", Steward: "Ministry of Health", Upkeep: "internal", Subsets: []models.ReleaseSubset{
		{Name: "core", Verdict: "open", RightsCheck: "pass", SecretsCheck: "pass", SecurityCheck: "pass", PrivacyCheck: "pass", DependenciesCheck: "pass", License: "EUPL-1.2", RepositoryURL: "https://code.example.gov/case-desk"},
		{Name: "fraud rules", Verdict: "closed", Ground: "security", Text: "They would show what is looked for.", RightsCheck: "pass", SecretsCheck: "pass", SecurityCheck: "fail", PrivacyCheck: "pass", DependenciesCheck: "pass", RepositoryURL: "https://internal.example.gov/secret"}}}
}

// Free is open source that is taken without paying.
func Free() *dossier.Case {
	c := Full()
	c.Decision.Kind, c.Decision.Track, c.Decision.Value, c.Decision.Currency, c.Decision.StandstillOn = models.DecideAdopt, models.FreeTrack, nil, "", nil
	c.Dossier.Proposal.Value.Chosen, c.Decision.Chosen = "b", "b"
	c.Dossier.Procurement, c.Dossier.Contract, c.Dossier.Notices = nil, nil, nil
	c.Attachments = c.Attachments[:2]
	c.Moves = path(0, models.NeedConfirmed, 1, models.DecisionScanning, 3, models.ScanClosed, 10, models.DecisionEvaluating, 11, models.DecisionEvaluated, 15, models.DecisionProposed, 20, models.DecisionApproved, 26, models.AdoptedFree, 27, models.DecisionRegistered, 80, models.DecisionInForce, 85)
	results(c, models.DecisionApproved)
	return c
}

// Remedy is what is done about software that is no longer kept safe.
func Remedy() *dossier.Case {
	c := &dossier.Case{Decision: decision("health-2027-0009", models.DecideRemedy, models.FullTrack, models.DecisionInForce), Edition: 1, At: At(20)}
	c.Decision.ApprovedAt = ptr(At(8))
	c.Dossier = &models.Dossier{
		Remediation: put(models.Remedies{Trigger: "Security support of the line ends in 60 days.", Verdict: "upstream-fix", DueOn: ptr(Day(60)), Options: []models.Remedy{
			{Kind: "accept-risk", Reason: "Health data are at stake."}, {Kind: "upstream-fix", Reason: "The next line is supported for three years.", Cost: TTD("12000"), Days: ptr(14)}, {Kind: "rewrite", Reason: "Not needed."}}}, models.Registrar, 2),
		Approvals:   []models.Filed[models.Approval]{filed(models.Approval{Verdict: "approve"}, models.Approver, 8)},
		Publication: put(models.PublicTerms{Tier: models.VisiblePublic}, models.Registrar, 9),
		Review:      put(models.Review{Trigger: "The upgrade is done.", Findings: "It runs.", Verdict: "reaffirmed", NextOn: ptr(Day(380))}, models.OSPOStaff, 18),
	}
	around(c)
	c.Rungs = nil
	c.Moves = path(0, models.DecisionProposed, 3, models.DecisionApproved, 8, models.DecisionInForce, 9)
	results(c, models.DecisionApproved)
	return c
}

// Opened is a release decision.
func Opened() *dossier.Case {
	c := &dossier.Case{Decision: decision("health-2026-0020", models.DecideRelease, models.FullTrack, models.ReleasePublished), Edition: 2, At: At(20), Note: "The archive identifier is new."}
	c.Dossier = &models.Dossier{Release: put(released(), models.ReleaseOfficer, 5), Publication: put(models.PublicTerms{Tier: models.VisiblePublic}, models.ReleaseOfficer, 9)}
	around(c)
	c.Rungs = nil
	c.Moves = path(0, models.ReleaseAssessed, 3, models.ReleaseDecided, 8, models.ReleasePublished, 9)
	results(c, models.ReleaseDecided)
	return c
}

// Withheld is a case of which parts are kept back.
func Withheld() *dossier.Case {
	c := Exempted()
	c.Dossier.Publication.Value.Withheld = []models.Withheld{{Part: "cost/c", Ground: "trade-secret", Text: "The price list is the supplier's."}, {Part: "candidate/a", Ground: "security"}, {Part: "attachment/13", Ground: "copyright"},
		{Part: "contract", Ground: "trade-secret"}, {Part: "need", Ground: "security"}, {Part: "license/b", Ground: "security"}, {Part: "exemption-answer", Ground: "security"}}
	return c
}

// Closed is a case that is not for the public.
func Closed() *dossier.Case {
	c := Full()
	c.Dossier.Publication.Value = models.PublicTerms{Tier: models.VisibleGovernment, Ground: "national-security"}
	return c
}
