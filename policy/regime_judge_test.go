package policy

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// ruled is a court with one national rule.
func ruled(t *testing.T, when string) *Court {
	t.Helper()
	rule := RegimeRule{ID: "TT1", Title: "T", Severity: Block, Gate: models.GateNeed, When: when, Message: "M", Cure: "C"}
	return courtOf(t, &Regime{Code: "x", Title: "X", Preference: Preference{Model: Gate}, Own: []RegimeRule{rule}})
}

func TestAMissingFactCountsOnlyWhereItMatters(t *testing.T) {
	for when, want := range map[string]models.RuleOutcome{
		"chosen.oss":                                                          models.RuleUndetermined,
		"chosen.oss && d.need.days_max > 9999":                                models.RulePasses,
		"chosen.oss || d.need.days_max > 1":                                   models.RuleViolated,
		"has(chosen.oss)":                                                     models.RulePasses,
		"has(chosen.health.archived)":                                         models.RulePasses,
		"chosen.health.archived":                                              models.RuleUndetermined,
		"chosen.health.absence_factor + 1 > 2":                                models.RuleUndetermined,
		"(has(chosen.oss) ? chosen.oss : true)":                               models.RuleViolated,
		"d.candidates.exists(x, x.oss)":                                       models.RuleViolated,
		"d.candidates.all(x, x.oss)":                                          models.RulePasses,
		"d.candidates.filter(x, x.fit_ok).size() > 0":                         models.RuleViolated,
		"chosen.tco.lines['exit'] > 1.0":                                      models.RuleViolated,
		"d.release.verdict in ['closed'] || chosen.oss":                       models.RuleUndetermined,
		"a.name == 'x'":                                                       models.RuleNotHere,
		"d.value > 5.0 && d.currency == 'TTD'":                                models.RuleViolated,
		"d.exemption.granted_at < now":                                        models.RuleUndetermined,
		"d.approvals.exists(x, x.actor == 'ingrid' && x.role == 'approver')":  models.RuleViolated,
		"d.scan.searches.exists(s, s.source == 'sovereign_stack')":            models.RuleViolated,
		"d.candidates.exists(x, x.key == 'c' && !('R1' in x.evidenced))":      models.RulePasses,
		"d.candidates.map(x, x.name).exists(n, n == 'Nextcloud self-hosted')": models.RuleViolated,
	} {
		k := cleanCase()
		k.Chosen.OSS, k.Chosen.Health, k.Asset = nil, nil, nil
		if r := resultOf(t, ruled(t, when), "TT1", k); r.Outcome != want {
			t.Errorf("%s gives %s, want %s: %v %s", when, r.Outcome, want, r.Paths, r.Trouble)
		}
	}
}

func TestARuleThatCannotBeEvaluatedIsUndeterminedWithTheReason(t *testing.T) {
	for when, want := range map[string]string{
		"d.need.days_max / (d.need.days_max - 180) > 1": "condition fails",
		"d.candidates[99].oss":                          "condition fails",
		"chosen.tco.lines['cake'] > 0.0":                "condition fails",
	} {
		if r := resultOf(t, ruled(t, when), "TT1", cleanCase()); r.Outcome != models.RuleUndetermined || !strings.Contains(r.Trouble, want) {
			t.Errorf("%s gives %s because %q", when, r.Outcome, r.Trouble)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, r := range courtOf(t, preset(t, "tt-draft")).Judge(stopped, "", cleanCase()) {
		if r.Outcome == models.RulePasses || r.Outcome == models.RuleViolated {
			t.Errorf("after the end %s gives %s", r.Rule, r.Outcome)
		}
	}
}

func TestOnlyTheRulesOfAGateAreAskedAtItAndInTheSameOrder(t *testing.T) {
	court := courtOf(t, preset(t, "tt-draft"))
	var all []string
	for _, gate := range models.Gates {
		for _, r := range court.Judge(t.Context(), gate, cleanCase()) {
			if r.Gate != gate {
				t.Errorf("%s is asked at %s", r.Rule, gate)
			}
			all = append(all, r.Rule)
		}
	}
	slices.Sort(all)
	want := ruleIDs()
	slices.Sort(want)
	if diff := cmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}
}

func TestOneCourtJudgesSeveralCasesAtOnceAndChangesNone(t *testing.T) {
	court, k := courtOf(t, preset(t, "tt-draft")), cleanCase()
	k.Decision.StandstillEndsAt = nil
	want := court.Judge(t.Context(), "", k)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if diff := cmp.Diff(want, court.Judge(t.Context(), "", k)); diff != "" {
				t.Error(diff)
			}
		})
	}
	all.Wait()
	before := cleanCase()
	before.Decision.StandstillEndsAt = nil
	if diff := cmp.Diff(before, k); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAStandstillNobodyHasToRecordItsEnd(t *testing.T) {
	k := cleanCase()
	k.Decision.StandstillEndsAt = nil
	if r := resultOf(t, courtOf(t, preset(t, "it-cad")), "P1", k); r.Outcome != models.RulePasses {
		t.Errorf("it is %s for want of %v", r.Outcome, r.Paths)
	}
	k.Decision.Challenges = []ChallengeFacts{{Kind: "supplier-review", State: "filed"}}
	if r := resultOf(t, courtOf(t, preset(t, "it-cad")), "P1", k); r.Outcome != models.RuleViolated {
		t.Errorf("under a challenge it is %s", r.Outcome)
	}
}

func TestTheWordsOfFactsAreThoseOfModels(t *testing.T) {
	for field, want := range map[string][]string{
		"DecisionFacts.kind": valuesOf(append(slices.Clone(models.AcquisitionKinds), models.DecideRelease, models.DecideRemedy)), "DecisionFacts.track": valuesOf(models.DecisionTracks),
		"CandidateFacts.origin": valuesOf(models.CandidateOrigins), "OptionFacts.kind": models.RemedyKinds, "RemediationFacts.verdict": models.RemedyKinds, "RegimeParameters.model": valuesOf(PreferenceModels()),
	} {
		name, fact, _ := strings.Cut(field, ".")
		if diff := cmp.Diff(spelled(want, true), theBook().byName["facts."+name].fields[fact].values); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
}
