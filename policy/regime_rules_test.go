package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// trial is one rule put before three cases: one that it has nothing against, one that breaks it, one in which a fact is missing.
type trial struct {
	rule    string
	regime  func(*Regime) // what the regime for Trinidad and Tobago has to be changed to
	applies func(*Case)   // makes the clean case one that the rule is about
	breaks  func(*Case)
	hides   func(*Case) // nil: no fact that it asks for can be missing
	path    string
	words   string
}

func under5(model PreferenceModel) func(*Regime) {
	return func(r *Regime) { r.Preference = Preference{Model: model, SuperiorityMargin: 15, EquivalenceBand: 5} }
}

func custom(k *Case) { k.Decision.Kind = "custom-dev" }

func candidate(key string, change func(*CandidateFacts)) func(*Case) {
	return func(k *Case) {
		i := slices.IndexFunc(k.Decision.Candidates, func(c CandidateFacts) bool { return c.Key == key })
		change(&k.Decision.Candidates[i])
	}
}

func TestEachRuleOfTheNeedTheScanAndTheEvaluationFiresWhereItShould(t *testing.T) {
	try(t, []trial{
		{rule: "N1", breaks: func(k *Case) { k.Decision.Need.BudgetMax = 0 }},
		{rule: "N2", breaks: func(k *Case) { k.Decision.Need.Requirements[1].NamedProductOSS = p(false) },
			hides: func(k *Case) { k.Decision.Need.Requirements[1].NamedProductOSS = nil },
			path:  "d.need.requirements[1].named_product_oss", words: "requirement R2: whether the named product is open source"},
		{rule: "N3", breaks: func(k *Case) { k.Decision.Need.Requirements[0].CreatedAt = at("2026-09-11") }},
		{rule: "S1", breaks: func(k *Case) { k.Decision.Scan.Searches[2].ResultRecorded = false }},
		{rule: "S2", breaks: func(k *Case) { k.Decision.Candidates = []CandidateFacts{suite()} },
			hides: func(k *Case) { s := suite(); s.OSS = nil; k.Decision.Candidates = []CandidateFacts{s} },
			path:  "d.candidates[0].oss", words: "candidate Office suite add-on: whether it is open source"},
		{rule: "E1", breaks: candidate("c", func(c *CandidateFacts) { (*c.Scores)[0].Evidence = nil }),
			hides: candidate("c", func(c *CandidateFacts) { c.Scores = nil }),
			path:  "d.candidates[2].scores", words: "candidate Nextcloud Enterprise: scores"},
		{rule: "E2", applies: candidate("b", func(c *CandidateFacts) {
			c.Status, c.Elimination = "eliminated", EliminationFacts{Code: "cost", Evidence: []string{"x"}}
		}),
			breaks: candidate("b", func(c *CandidateFacts) { c.Elimination.Evidence = nil }),
			hides:  candidate("b", func(c *CandidateFacts) { c.Elimination.Evidence, c.OSS = nil, nil }),
			path:   "d.candidates[1].oss", words: "candidate Nextcloud self-hosted: whether it is open source"},
		{rule: "E3", breaks: candidate("d", func(c *CandidateFacts) { delete(c.TCO.Lines, "training-user") }),
			hides: candidate("d", func(c *CandidateFacts) { c.TCO = nil }), path: "d.candidates[3].tco", words: "candidate Office suite add-on: total cost"},
		{rule: "E4", breaks: candidate("b", func(c *CandidateFacts) { c.TCO.HorizonMonths = 36 }),
			hides: candidate("b", func(c *CandidateFacts) { c.TCO = nil }), path: "d.candidates[1].tco", words: "candidate Nextcloud self-hosted: total cost"},
		{rule: "E5", breaks: func(k *Case) { chooseSuite(k); k.Chosen.DataExportOpen = p(false) },
			hides: func(k *Case) { chooseSuite(k); k.Chosen.DataExportOpen = nil },
			path:  "chosen.data_export_free_open", words: "candidate Office suite add-on: whether all data can be exported free of charge in an open format"},
		{rule: "E6", breaks: func(k *Case) { k.Chosen.License.Expression = "NOASSERTION" }, hides: func(k *Case) { k.Chosen.License = nil },
			path: "chosen.licence", words: "candidate Nextcloud Enterprise: licence"},
		{rule: "E7", breaks: func(k *Case) { k.Chosen.ClosedDeps = p(1) }, hides: func(k *Case) { k.Chosen.ClosedDeps = nil },
			path: "chosen.closed_mandatory_deps", words: "candidate Nextcloud Enterprise: number of closed components that it needs"},
		{rule: "E8", breaks: func(k *Case) { k.Chosen.Health.AbsenceFactor = p(1) }, hides: func(k *Case) { k.Chosen.Health.AbsenceFactor = nil },
			path: "chosen.health.absence_factor", words: "candidate Nextcloud Enterprise: project health: contributor absence factor"},
	})
}

func TestEachRuleOfTheChoiceAndTheExemptionFiresWhereItShould(t *testing.T) {
	asksOpinion := func(r *Regime) {
		r.Opinion = Opinion{Body: "OSPO", ValueFrom: &models.Money{Amount: "500000.00", Currency: "TTD"}, WorkingDays: 10, Silence: "refusal"}
	}
	noFit := func(k *Case) {
		chooseSuite(k)
		for i := range k.Decision.Candidates {
			k.Decision.Candidates[i].FitOK = p(false)
		}
	}
	try(t, []trial{
		{rule: "C1", regime: under5(Gate), breaks: chooseSuite, hides: func(k *Case) { noFit(k); k.Decision.Candidates[1].FitOK = nil },
			path: "d.candidates[1].fit_ok", words: "candidate Nextcloud self-hosted: whether it fits the need"},
		{rule: "C2", breaks: chooseSuite, hides: candidate("a", func(c *CandidateFacts) { c.FitOK = nil }),
			path: "d.candidates[0].fit_ok", words: "candidate Service of Ministry X: whether it fits the need"},
		{rule: "C3", regime: under5(TieBreak), breaks: chooseSuite, hides: func(k *Case) { chooseSuite(k); k.Chosen.Score = nil },
			path: "chosen.score", words: "candidate Office suite add-on: weighted score"},
		{rule: "C4", regime: under5(Superiority), applies: func(k *Case) { chooseSuite(k); k.Chosen.Score = p(99.5) }, breaks: func(k *Case) { k.Chosen.Score = p(98.5) },
			hides: func(k *Case) { k.Chosen.Score = nil }, path: "chosen.score", words: "candidate Office suite add-on: weighted score"},
		{rule: "C5", applies: chooseSuite, breaks: func(k *Case) { k.Decision.Justification.State = "draft" },
			hides: func(k *Case) { k.Decision.Justification.State, k.Chosen.OSS = "draft", nil }, path: "chosen.oss", words: "candidate Office suite add-on: whether it is open source"},
		{rule: "C6", breaks: func(k *Case) { k.Decision.Bids[0].ProposesClosed = p(true) }, hides: func(k *Case) { k.Decision.Bids[0].ProposesClosed = nil },
			path: "d.bids[0].proposes_closed", words: "bid of Firm One: whether it offers closed source"},
		{rule: "C7", applies: func(k *Case) {
			chooseSuite(k)
			granted(k)
			k.Decision.Exemption.Grounds = []string{"tco-higher"}
			k.Chosen.TCO.Total = p(1.0)
		},
			breaks: func(k *Case) { k.Chosen.TCO.Total = p(700_000.0) }, hides: func(k *Case) { k.Chosen.TCO.Total = nil },
			path: "chosen.tco.total", words: "candidate Office suite add-on: total cost: sum"},
		{rule: "X1", applies: granted, breaks: func(k *Case) { k.Decision.Exemption.Grounds = []string{"habit"} }},
		{rule: "X2", applies: granted, breaks: func(k *Case) { k.Decision.Exemption.ExpiresAt = nil }, hides: func(k *Case) { k.Decision.Exemption.GrantedAt = nil },
			path: "d.exemption.granted_at", words: "exemption: when it was granted"},
		{rule: "X3", applies: granted, breaks: func(k *Case) { k.Decision.Exemption.GrantedBy = "rhea" }},
		{rule: "X4", applies: granted, breaks: func(k *Case) { k.Decision.Exemption.Grounds = []string{"no-expertise"} }},
		{rule: "A1", regime: asksOpinion, breaks: chooseSuite, hides: func(k *Case) { k.Decision.Value = nil; chooseSuite(k) },
			path: "p.opinion_required", words: "whether a prior opinion is asked for, which hangs on the expected value"},
		{rule: "A2", breaks: func(k *Case) { k.Decision.Approvals[0].Actor = "bert" }},
	})
}

func TestEachRuleOfTheContractTheRegisterAndTheClockFiresWhereItShould(t *testing.T) {
	try(t, []trial{
		{rule: "D1", applies: custom, breaks: func(k *Case) { k.Decision.ContractTerms.RightsFull = p(false) }, hides: func(k *Case) { k.Decision.ContractTerms = nil },
			path: "d.contract_terms", words: "terms of the contract"},
		{rule: "D2", applies: custom, breaks: func(k *Case) { k.Decision.Release.Verdict = p("closed") }, hides: func(k *Case) { k.Decision.Release = nil }, path: "d.release", words: "release decision"},
		{rule: "D3", applies: custom, breaks: func(k *Case) { k.Decision.Release.RepoURL = "" }, hides: func(k *Case) { k.Decision.Release = &ReleaseFacts{} },
			path: "d.release.verdict", words: "release decision: verdict"},
		{rule: "D4", breaks: func(k *Case) { k.Chosen.SBOMPresent = false }},
		{rule: "D5", breaks: func(k *Case) { k.Decision.ContractTerms.UpstreamClause = p(false) }, hides: func(k *Case) { k.Decision.ContractTerms.UpstreamClause = nil },
			path: "d.contract_terms.upstream_clause", words: "terms of the contract: upstream clause"},
		{rule: "P1", breaks: func(k *Case) { k.Decision.ContractSignedAt = onDate("2026-10-19") }, hides: func(k *Case) { k.Decision.StandstillEndsAt = nil },
			path: "d.standstill_ends_at", words: "end of the standstill"},
		{rule: "P2", breaks: func(k *Case) { k.Decision.Publication.Published = false }, hides: func(k *Case) { k.Decision.Publication.Published, k.Decision.ApprovedAt = false, nil },
			path: "d.approved_at", words: "when it was approved"},
		{rule: "P3", breaks: func(k *Case) { k.Decision.ReviewAt = onDate("2026-11-22") }, hides: func(k *Case) { k.Decision.ReviewAt = nil }, path: "d.review_at", words: "review date"},
		{rule: "G1", breaks: func(k *Case) { k.Contract.RenewalAt = onDate("2027-03-01") }, hides: func(k *Case) { k.Contract.RenewalAt = nil },
			path: "ctr.renewal_at", words: "contract Mail: when it renews"},
		{rule: "G2", breaks: func(k *Case) { k.Position.Used = p(20) }, hides: func(k *Case) { k.Position.Used = nil }, path: "pos.used", words: "licences of Mail: number used"},
		{rule: "G3", breaks: func(k *Case) { k.Deployment.SecuritySupportEndsAt = onDate("2026-11-01") }, hides: func(k *Case) { k.Deployment.SecuritySupportEndsAt = nil },
			path: "dep.security_support_ends_at", words: "deployment of Permits: end of security support"},
		{rule: "G4", breaks: func(k *Case) { k.Asset.Sponsors, k.Asset.FundingEndsAt = p(1), onDate("2027-06-01") }, hides: func(k *Case) { k.Asset.Sponsors, k.Asset.FundingEndsAt = nil, onDate("2027-06-01") },
			path: "a.sponsors", words: "software Permits: number of sponsors"},
		{rule: "G5", applies: func(k *Case) {
			k.Remediation = &RemediationFacts{Verdict: "rewrite", Options: []OptionFacts{{"upstream-fix", "refused"}, {"fund-maintainer", "left"}, {"fork", "too large"}, {"replace", "nothing fits"}}}
		}, breaks: func(k *Case) { k.Remediation.Options[2].Reason = "" }},
		{rule: "G6", breaks: func(k *Case) { k.Asset.SWHID = "" }},
	})
}

func try(t *testing.T, trials []trial) {
	for _, c := range trials {
		t.Run(c.rule, func(t *testing.T) {
			regime := preset(t, "tt-draft")
			if c.regime != nil {
				c.regime(regime)
			}
			court := courtOf(t, regime)
			judged := func(changes ...func(*Case)) Result {
				k := cleanCase()
				for _, change := range append([]func(*Case){c.applies}, changes...) {
					if change != nil {
						change(k)
					}
				}
				return resultOf(t, court, c.rule, k)
			}
			if r := judged(); r.Outcome != models.RulePasses {
				t.Errorf("a case that is in order gives %s: %v %s", r.Outcome, r.Paths, r.Trouble)
			}
			if r := judged(c.breaks); r.Outcome != models.RuleViolated || r.Message == "" || r.Cure == "" || r.Law == "" {
				t.Errorf("a case that breaks it gives %s: %v %s", r.Outcome, r.Paths, r.Trouble)
			}
			if c.hides == nil {
				return
			}
			r := judged(c.hides)
			if r.Outcome != models.RuleUndetermined || !slices.Contains(r.Paths, c.path) || !slices.Contains(r.Missing, c.words) {
				t.Errorf("without %s it gives %s, missing %q %q", c.path, r.Outcome, r.Paths, r.Missing)
			}
		})
	}
}

func TestEveryRuleHasItsTrial(t *testing.T) {
	var tried []string
	source := readFile(t, "regime_rules_test.go")
	for _, id := range ruleIDs() {
		if strings.Contains(source, `{rule: "`+id+`"`) {
			tried = append(tried, id)
		}
	}
	if diff := cmp.Diff(ruleIDs(), tried); diff != "" || len(tried) != 40 {
		t.Error(diff)
	}
}

// violations lists the rules that a case breaks, or about which it leaves open what they say.
func violations(c *Court, t testing.TB, k *Case) (broken, open []string) {
	for _, r := range c.Judge(t.Context(), "", k) {
		switch r.Outcome {
		case models.RuleViolated:
			broken = append(broken, r.Rule)
		case models.RuleUndetermined:
			open = append(open, r.Rule+" "+strings.Join(r.Paths, " ")+r.Trouble)
		}
	}
	return broken, open
}

func TestTheWorkedExampleBreaksNoRuleAndEachDeviationThoseItNames(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Case)
		want   []string
	}{
		"the open source candidate C is chosen": {func(*Case) {}, nil},
		"the suite D is chosen without reasons": {func(k *Case) { d := suite(); d.DataExportOpen = p(false); k.Chosen = &d }, []string{"E5", "C2", "C5"}},
		"the suite D is chosen because open source were dearer": {func(k *Case) {
			chooseSuite(k)
			granted(k)
			k.Decision.Exemption.Grounds = []string{"tco-higher"}
		}, []string{"C7"}},
		"the suite D is chosen with an exemption and reasons": {func(k *Case) { chooseSuite(k); granted(k) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := cleanCase()
			c.change(k)
			broken, open := violations(courtOf(t, preset(t, "tt-draft")), t, k)
			if !slices.Equal(broken, c.want) || len(open) > 0 {
				t.Errorf("broken are %v, want %v; open are %v", broken, c.want, open)
			}
		})
	}
}

func TestNoRuleOfAnyPresetIsBrokenByAnOpenSourceChoiceInOrder(t *testing.T) {
	for _, code := range presetCodes {
		t.Run(code, func(t *testing.T) {
			regime := preset(t, code)
			k := cleanCase()
			for _, s := range regime.MarketScan.RequiredSources {
				k.Decision.Scan.Searches = append(k.Decision.Scan.Searches, SearchFacts{Source: s.ID, ResultRecorded: true})
			}
			if broken, open := violations(courtOf(t, regime), t, k); len(broken)+len(open) > 0 {
				t.Errorf("broken are %v, open are %v", broken, open)
			}
		})
	}
}

func TestABrokenRuleSaysForWhatItIsBroken(t *testing.T) {
	court := courtOf(t, preset(t, "tt-draft"))
	for rule, c := range map[string]struct {
		breaks func(*Case)
		want   []string
	}{
		"C2": {chooseSuite, []string{"candidate Nextcloud self-hosted", "candidate Nextcloud Enterprise"}},
		"S1": {func(k *Case) { k.Decision.Scan.Searches = k.Decision.Scan.Searches[:2] }, []string{"The list of software that government recommends", "Catalogues of open source software"}},
		"E1": {candidate("c", func(c *CandidateFacts) { (*c.Scores)[0].Evidence = nil }), []string{"candidate Nextcloud Enterprise"}},
		"N2": {func(k *Case) { k.Decision.Need.Requirements[1].NamedProductOSS = p(false) }, []string{"requirement R2"}},
		"A2": {func(k *Case) { k.Decision.Approvals[0].Actor = "bert" }, []string{"approval of bert"}},
		"X1": {func(k *Case) { granted(k); k.Decision.Exemption.Grounds = []string{"urgent", "habit"} }, []string{"habit"}},
		"G5": {func(k *Case) {
			k.Remediation = &RemediationFacts{Verdict: "rewrite", Options: []OptionFacts{{"upstream-fix", "refused"}, {"replace", "nothing fits"}}}
		}, []string{"fund_maintainer", "fork"}},
		"N1": {func(k *Case) { k.Decision.Need.DaysMax = 0 }, nil},
	} {
		t.Run(rule, func(t *testing.T) {
			k := cleanCase()
			c.breaks(k)
			if diff := cmp.Diff(c.want, resultOf(t, court, rule, k).About); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMessageNamesAFewAndCountsTheRest(t *testing.T) {
	k := largeCase()
	for i := range k.Decision.Candidates {
		k.Decision.Candidates[i].Scores = &[]ScoreFacts{}
	}
	r := resultOf(t, courtOf(t, preset(t, "tt-draft")), "E1", k)
	if len(r.About) != 12 || !strings.HasSuffix(r.Message, " This is about candidate Candidate 0, candidate Candidate 1, candidate Candidate 2, candidate Candidate 3, candidate Candidate 4 and 7 more.") {
		t.Errorf("%d are named: %s", len(r.About), r.Message)
	}
}
