package policy

import (
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func p[T any](v T) *T { return &v }

func at(day string) time.Time {
	d, err := models.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return d.Time()
}

func onDate(day string) *time.Time { return p(at(day)) }

func preset(t testing.TB, code string) *Regime {
	t.Helper()
	text, err := regimeFiles.ReadFile("regimes/" + code + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRegime(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func courtOf(t testing.TB, r *Regime) *Court {
	t.Helper()
	c, err := CompileRegime(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// allLines is a cost sheet with every line of the regime for Trinidad and Tobago.
func allLines() map[string]float64 {
	lines := map[string]float64{}
	for _, l := range []string{"licence-or-subscription", "hosting", "hardware", "integration", "customisation", "compliance-check", "data-cleanup", "migration-in", "training-admin",
		"training-user", "support-maintenance", "upstream-contribution", "internal-staff", "security-ops", "exit"} {
		lines[l] = 10_000
	}
	return lines
}

// nextcloud is an open source candidate of which everything is known and good.
func nextcloud(key, name string, total, score float64) CandidateFacts {
	return CandidateFacts{
		Key: key, Name: name, Origin: "oss", Delivery: "on-prem", Status: "final", InFinal: true, OSSDeclared: p(true), OSS: p(true), Tier: p(2), FitOK: p(true),
		Scores: &[]ScoreFacts{{Requirement: "R1", Evaluator: "ada", Value: 80, Evidence: []string{"test report"}}}, Score: &score, Coverage: p(0.91), DaysToProduction: p(120),
		TCO: &TCOFacts{Lines: allLines(), HorizonMonths: 60, Total: &total}, KnockoutsFailed: p(0), DataExportOpen: p(true),
		License:    &LicenceFacts{Expression: "AGPL-3.0-or-later", ElectedBranch: "AGPL-3.0-or-later", ElectedBranchApproved: p(true), SourcePublic: p(true), Conflicts: p(0)},
		ClosedDeps: p(0), Health: &HealthFacts{Archived: p(false), AbsenceFactor: p(9), DaysSinceRelease: p(40)}, SBOMPresent: true,
	}
}

// suite is the proprietary candidate D of the worked example.
func suite() CandidateFacts {
	d := nextcloud("d", "Office suite add-on", 1_020_000, 70)
	d.Origin, d.OSSDeclared, d.OSS, d.Tier, d.FitOK = "commercial", p(false), p(false), p(3), p(false)
	d.License = &LicenceFacts{Expression: "LicenseRef-EULA", ElectedBranchApproved: p(false), SourcePublic: p(false), Conflicts: p(0)}
	return d
}

// cleanCase is an open source choice in which no rule of any regime is broken, and everything is known.
func cleanCase() *Case {
	shared := nextcloud("a", "Service of Ministry X", 500_000, 60)
	shared.Origin, shared.Tier, shared.FitOK, shared.Status, shared.InFinal = "shared-service", p(1), p(false), "eliminated", false
	shared.Elimination = EliminationFacts{Code: "capacity", Text: "No room for another ministry", Evidence: []string{"letter"}}
	chosen := nextcloud("c", "Nextcloud Enterprise", 790_000, 84)
	requirement := RequirementFacts{ID: "R1", Mandatory: true, Essential: true, CreatedAt: at("2026-09-01"), NamedProductOSS: p(true)}
	k := &Case{
		Now: at("2026-11-23"),
		Decision: &DecisionFacts{
			Ref: "health-2026-0007", Kind: "new", Track: "full", State: "in-force", Function: "FILES.SHARE", Value: &models.Money{Amount: "790000.00", Currency: "TTD"},
			RequestedBy: "rhea", Evaluators: []string{"ada", "bert"},
			Need: NeedFacts{BudgetMax: 900_000, DaysMax: 180, Requirements: []RequirementFacts{requirement, {ID: "R2", CreatedAt: at("2026-09-01"), NamesProduct: true, NamedProductOSS: p(true)}}},
			Scan: ScanFacts{OpenedAt: onDate("2026-09-10"), ClosedAt: onDate("2026-09-20"), Searches: []SearchFacts{
				{Source: "national-catalogue", ResultRecorded: true}, {Source: "shared-repository", ResultRecorded: true}, {Source: "sovereign-stack", ResultRecorded: true}, {Source: "oss-catalogue", ResultRecorded: true}}},
			Candidates:       []CandidateFacts{shared, nextcloud("b", "Nextcloud self-hosted", 610_000, 79), chosen, suite()},
			Bids:             []BidFacts{{Bidder: "Firm One", ProposesClosed: p(false)}},
			Approvals:        []ApprovalFacts{{Actor: "ingrid", Role: "approver", Verdict: "approve"}},
			StandstillEndsAt: onDate("2026-10-20"), ContractSignedAt: onDate("2026-10-25"),
			ContractTerms: &ContractTermsFacts{RightsFull: p(true), BuysSupport: p(true), UpstreamClause: p(true), ThirdLevelSupport: p(true)},
			Release:       &ReleaseFacts{Verdict: p("open"), RepoURL: "https://code.example/x", MetadataPublished: true},
			Publication:   PublicationFacts{Published: true}, ApprovedAt: onDate("2026-10-01"), ReviewAt: onDate("2027-10-01"),
		},
		Chosen:      &chosen,
		Asset:       &AssetFacts{Name: "Permits", Origin: "gov-built", Visibility: "public", Steward: "health", Sponsors: p(2), FundingEndsAt: onDate("2029-01-01"), SWHID: "swh:1:rev:0"},
		Contract:    &ContractFacts{Title: "Mail", RenewalAt: onDate("2028-01-01"), OSS: p(false)},
		Position:    &PositionFacts{Product: "Mail", Deployed: p(90), Entitled: p(100), Used: p(80)},
		Deployment:  &DeploymentFacts{Asset: "Permits", State: "running", SecuritySupportEndsAt: onDate("2027-05-01")},
		Remediation: &RemediationFacts{Verdict: "upstream-fix"},
	}
	return k
}

// chooseSuite makes the case one for the proprietary candidate, with signed reasons.
func chooseSuite(k *Case) {
	d := suite()
	k.Chosen = &d
	k.Decision.Justification = JustificationFacts{State: "signed", Grounds: []string{"functional"}}
}

// granted gives the case an exemption that is in order under the regime for Trinidad and Tobago.
func granted(k *Case) {
	k.Decision.Exemption = ExemptionFacts{State: "granted", Grounds: []string{"no-oss-meets-essential"}, GrantedAt: onDate("2026-09-25"), GrantedBy: "otto", GrantedRole: "exemption-authority",
		ExpiresAt: onDate("2027-09-25")}
}

// resultOf puts all rules before a case and gives what one of them says.
func resultOf(t testing.TB, c *Court, rule string, k *Case) Result {
	t.Helper()
	for _, r := range c.Judge(t.Context(), "", k) {
		if r.Rule == rule {
			return r
		}
	}
	t.Fatalf("there is no result of rule %s", rule)
	return Result{}
}
