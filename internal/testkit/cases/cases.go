package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
)

// Named lists the cases by name; each call makes them anew.
func Named() map[string]*dossier.Case {
	return map[string]*dossier.Case{"full track with contract": Full(), "renewal": Renewal(), "exemption": Exempted(), "challenged": Challenged(), "made to order": Custom(), "free adoption": Free(), "remediation": Remedy(), "release": Opened(), "existence of an exemption": Existence(), "withheld": Withheld(), "not public": Closed()}
}

// Start is when the first case is opened.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// At is noon on a day counted from Start.
func At(days int) time.Time { return Start.AddDate(0, 0, days).Add(3 * time.Hour) }

// Day is a day counted from Start.
func Day(days int) models.Date { return models.DateOf(At(days)) }

func ptr[T any](v T) *T { return &v }

func filed[T any](value T, role models.Role, days int) models.Filed[T] {
	sum := sha256.Sum256([]byte(string(role) + Day(days).String()))
	return models.Filed[T]{Value: value, Number: 1, Digest: hex.EncodeToString(sum[:]), ByID: ptr(int64(4711)), ByName: "Jane Personal", Role: role, At: At(days)}
}

func put[T any](value T, role models.Role, days int) *models.Filed[T] {
	f := filed(value, role, days)
	return &f
}

// TTD is an amount in dollars of Trinidad and Tobago.
func TTD(amount string) models.Money {
	return models.Money{Amount: models.Decimal(amount), Currency: "TTD"}
}

func candidate(key, name, edition string, origin models.CandidateOrigin, license string, amount string) models.CandidateFile {
	c := models.CandidateFile{Filed: filed(models.Candidate{Name: name, Edition: edition, Origin: origin, Delivery: "on-prem", Status: "final", Vendor: name + " Ltd", OSSDeclared: origin == models.FromOpenSource,
		Covers: []models.Coverage{{Requirement: "R1", Met: "yes"}, {Requirement: "R2", Met: "partly", Remedy: "add-on", Cost: TTD("20000")}}}, models.Evaluator, 12)}
	c.Key = key
	if license != "" {
		c.License = put(models.LicenseFact{Expression: license, Method: "register", TakenAt: At(12)}, models.Registrar, 12)
	}
	if amount != "" {
		c.Cost = put(models.Cost{HorizonMonths: 60, Currency: "TTD", IncumbentExit: "75000", LowFactor: "0.9", HighFactor: "1.3",
			Lines: []models.CostLine{{Line: "hosting", Years: []models.Decimal{models.Decimal(amount), "0"}, Basis: "quote"}, {Line: "training-user", Years: []models.Decimal{"40000.50", "10000"}, Basis: "estimate"}}}, models.Evaluator, 13)
	}
	c.LockIn = put(models.LockIn{Sovereignty: map[string]int{"SOV-1": 3, "SOV-5": 4}}, models.Evaluator, 13)
	return c
}

func need() models.Need {
	return models.Need{Problem: "Hospitals exchange files by e-mail.", Users: "4,000 staff", BudgetMax: TTD("900000.00"), BudgetLine: "Vote 28, item 12", DaysMax: 180, Norms: []string{"WCAG 2.2 AA"},
		Requirements: []models.Requirement{{ID: "R1", Text: "Share a file with a named person.", Type: "functional", Level: models.Essential, Rationale: "Core of the need."}, {ID: "R2", Text: "Work in a <browser> & offline.", Type: "functional", Level: models.Desirable}}}
}

// Full is the worked example: four candidates, the second rung decides, the enterprise edition of open source is chosen, bought, registered and in force.
func Full() *dossier.Case {
	signed := At(70)
	d := &models.Dossier{
		Need: put(need(), models.Requester, 1), NeedFrozen: put(need(), models.Requester, 1),
		People: put(models.People{Evaluators: []models.CasePerson{{UserID: 4712, Interests: "none"}}}, models.Procurement, 2),
		Scan: put(models.Scan{Searches: []models.Search{{Source: "national-catalogue", Query: "file sharing", At: ptr(At(5)), By: "Jane Personal", Hits: 1, Found: []string{"Shared files of Ministry X"}, Recorded: true}, {Source: "oss-catalogue", Query: "file sharing", Hits: 4}},
			PublicCall: &models.PublicCall{PublishedOn: Day(4), EndsOn: Day(9), URL: "https://tenders.example.gov/calls/7", Offers: 1}}, models.Registrar, 9),
		Criteria: put(models.Criteria{Criteria: []models.Criterion{{ID: "support", Name: "Support", Weight: "20"}, {ID: "function", Name: "Function", Weight: "80"}}, Method: "weighted-sum"}, models.Procurement, 9),
		Candidates: []models.CandidateFile{candidate("a", "Shared files of Ministry X", "", models.FromShared, "", ""), candidate("b", "Nextcloud", "community", models.FromOpenSource, "AGPL-3.0-or-later", "550000"),
			candidate("c", "Nextcloud", "enterprise", models.FromOpenSource, "AGPL-3.0-or-later", "730000"), candidate("d", "OfficeDrive", "", models.FromMarket, "LicenseRef-proprietary", "960000")},
		Scores:    []models.Filed[models.ScoreSheet]{filed(models.ScoreSheet{Scores: []models.Score{{Candidate: "b", On: "support", Value: "40", Comment: "Jane Personal says so"}}}, models.Evaluator, 14)},
		Proposal:  put(models.Proposal{Chosen: "c", Alternatives: []string{"b", "d"}, Text: "An internal text.", Summary: "The Ministry chooses Nextcloud with support, because it meets the need and staff of the hospitals need help at night."}, models.Requester, 20),
		Procedure: put(models.Procedure{Minute: "Jane Personal found it regular.", Members: []string{"Jane Personal"}, Regular: true}, models.ProceduralReviewer, 24),
		Approvals: []models.Filed[models.Approval]{filed(models.Approval{Verdict: "approve", Conditions: []string{"Train the night shift."}, Band: "up to TTD 1m", Signature: "Jane Personal"}, models.Approver, 26)},
		Notices:   put(models.Notices{Notices: []models.Notice{{Type: "intent", PublishedOn: Day(27), URL: "https://tenders.example.gov/n/1", Language: "en"}, {Type: "award", PublishedOn: Day(50), Language: "en"}}}, models.Procurement, 50),
		Procurement: put(models.Buying{Method: "open", Title: "Support for Nextcloud for five years", CPV: "CPV 72267000-4", Supplier: "Caribbean Open Systems Ltd", Value: TTD("790000.00"), OCID: "ocds-h6vhtk-2026-88",
			Bids: []models.Bid{{Bidder: "Caribbean Open Systems Ltd", Price: TTD("790000.00")}, {Bidder: "Island IT", Price: TTD("820000")}}}, models.Procurement, 45),
		Contract:     put(models.ContractTerms{Number: "MOH/2026/14", Supplier: "Caribbean Open Systems Ltd", SignedAt: &signed, StartsOn: ptr(Day(75)), EndsOn: ptr(Day(75 + 1826)), Value: TTD("790000.00"), SBOMClause: ptr(true), UpstreamClause: ptr(true), ExitAssistance: ptr(true), AuditClause: ptr(false)}, models.Procurement, 70),
		Registration: put(models.Registration{AssetIDs: []int64{7}, SBOM: hex.EncodeToString(make([]byte, 32))}, models.Registrar, 80),
		Publication:  put(models.PublicTerms{Tier: models.VisiblePublic}, models.Procurement, 81),
		ScanOpened:   ptr(At(3)),
	}
	c := &dossier.Case{Decision: decision("health-2026-0007", models.DecideNew, models.FullTrack, models.DecisionInForce), Dossier: d, Edition: 1, At: At(90)}
	c.Decision.Value, c.Decision.Currency, c.Decision.Chosen = ptr(models.Decimal("790000.00")), "TTD", "c"
	c.Decision.ApprovedAt, c.Decision.StandstillOn, c.Decision.ReviewOn = ptr(At(26)), ptr(Day(64)), ptr(Day(391))
	around(c)
	c.Moves = path(0, models.NeedConfirmed, 1, models.DecisionScanning, 3, models.ScanClosed, 10, models.DecisionEvaluating, 11, models.DecisionEvaluated, 15, models.DecisionProposed, 20, models.ProceduralReview, 22,
		models.DecisionProposed, 24, models.DecisionApproved, 26, models.DecisionAnnounced, 27, models.InProcurement, 30, models.AwardProposed, 45, models.Standstill, 50, models.DecisionContracted, 70, models.DecisionRegistered, 80, models.DecisionInForce, 85)
	results(c, models.DecisionApproved)
	c.Attachments = []dossier.Attachment{
		attachment(12, "Need", "needsAssessment", "need", models.VisiblePublic), attachment(13, "Result of the search", "marketStudies", "scan", models.VisiblePublic), attachment(14, "Cost sheet", "x_tco", "cost/c", models.VisiblePublic),
		attachment(15, "Call for tenders", "tenderNotice", "procurement", models.VisiblePublic), attachment(16, "Award", "awardNotice", "notices", models.VisiblePublic), attachment(17, "Contract", "contractSigned", "contract", models.VisiblePublic),
		attachment(18, "Offer of Island IT", "submissionDocuments", "procurement", models.VisibleAgency)}
	return c
}

func around(c *dossier.Case) {
	c.Agency = dossier.Agency{Name: "Ministry of Health", URI: "https://health.example.gov", Code: "28"}
	c.Regime = dossier.Regime{Code: "tt-draft", Title: "Open source first (draft)", Version: 1, Digest: hex.EncodeToString(make([]byte, 32)), Model: "ladder", Draft: true}
	c.Rungs = []dossier.Rung{{Number: 1, Title: "Government software", Sentence: "Nothing on it fits."}, {Number: 2, Title: "Open source", Decides: true, Sentence: "Two candidates fit."}, {Number: 3, Title: "Other", Sentence: "Not reached."}}
	for i := range c.Dossier.Candidates {
		c.Standings = append(c.Standings, standing(&c.Dossier.Candidates[i]))
	}
}

func standing(f *models.CandidateFile) dossier.Standing {
	s := dossier.Standing{Key: f.Key, Tier: 3, OSS: "no", OSSWhy: []string{"The source is not public."}, Fit: "no", FitWhy: []string{"It costs more than the budget."}, Coverage: "0.97"}
	switch f.Value.Origin {
	case models.FromOpenSource:
		s = dossier.Standing{Key: f.Key, Tier: 2, OSS: "yes", OSSWhy: []string{"The licence is approved."}, Fit: "yes", FitWhy: []string{"It meets 0.91 of the need."}, Coverage: "0.91", Score: "84"}
	case models.FromShared, models.FromGovernment:
		s = dossier.Standing{Key: f.Key, Tier: 1, OSS: "undetermined", OSSWhy: []string{"Its licence is not known."}, Fit: "no", FitWhy: []string{"An essential requirement is not met."}, Coverage: "0.62", Eliminated: "No room for more users."}
	}
	if f.Cost != nil {
		s.Total, s.Low, s.High, s.IncumbentExit = TTD("790000.00"), TTD("711000.00"), TTD("1027000.00"), TTD("75000")
	}
	return s
}

func decision(ref string, kind models.DecisionKind, track models.DecisionTrack, state models.DecisionState) *models.Decision {
	return &models.Decision{ID: 7, Ref: ref, AgencyID: 3, Kind: kind, Track: track, Title: "File sharing for hospitals", Function: "FILES.SHARE", State: state, RequestedByID: ptr(int64(4711)), CreatedAt: Start, Digest: make([]byte, 32), Version: 31}
}

// path makes moves: states, each with the day on which the case came to it.
func path(steps ...any) []models.DecisionMove {
	var list []models.DecisionMove
	from := models.DecisionDraft
	for i := 1; i+1 < len(steps); i += 2 {
		to := steps[i].(models.DecisionState)
		list = append(list, models.DecisionMove{Number: len(list) + 1, From: from, To: to, ByID: ptr(int64(4711)), ByName: "Jane Personal", Role: models.Procurement, At: At(steps[i+1].(int)), Reason: "Jane Personal wishes it."})
		from = to
	}
	return list
}

func results(c *dossier.Case, state models.DecisionState) {
	i := slices.IndexFunc(c.Moves, func(m models.DecisionMove) bool { return m.To == state })
	c.Moves[i].Results = []models.RuleResult{{Rule: "C1", Title: "Highest rung with a fit", Severity: "block", Gate: "approval", Outcome: models.RulePasses},
		{Rule: "H1", Title: "Healthy project", Severity: "warn", Gate: "approval", Outcome: models.RuleUndetermined, Missing: []string{"chosen.health.absence_factor"}, Message: "Nobody has measured how many people the project hangs on.", Law: "Policy, 4.2"}}
}

func attachment(id int64, title, kind, part string, tier models.Visibility) dossier.Attachment {
	sum := sha256.Sum256([]byte(title))
	return dossier.Attachment{Attachment: models.Attachment{ID: id, Title: title, Filename: "file.pdf", Type: kind, Media: "application/pdf", Tier: tier, Language: "en", Part: part, ByName: "Jane Personal", At: At(30)},
		Digest: hex.EncodeToString(sum[:]), URL: "https://decisions.example.gov/attachments/" + hex.EncodeToString(sum[:4])}
}
