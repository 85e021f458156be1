package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

// largeCase has 12 candidates, all finalists, 200 requirements and 2,400 scores.
func largeCase() *Case {
	k := cleanCase()
	k.Decision.Need.Requirements = nil
	var scores []ScoreFacts
	for i := range 200 {
		id := fmt.Sprintf("R%d", i+1)
		k.Decision.Need.Requirements = append(k.Decision.Need.Requirements, RequirementFacts{ID: id, Mandatory: true, CreatedAt: at("2026-09-01"), NamedProductOSS: p(true)})
		scores = append(scores, ScoreFacts{Requirement: id, Evaluator: "ada", Value: 70, Evidence: []string{"report"}})
	}
	k.Decision.Candidates = nil
	for i := range 12 {
		c := nextcloud(fmt.Sprintf("c%d", i), fmt.Sprintf("Candidate %d", i), 700_000, 80)
		own := scores
		c.Scores = &own
		k.Decision.Candidates = append(k.Decision.Candidates, c)
	}
	chosen := k.Decision.Candidates[11]
	k.Chosen = &chosen
	return k
}

func BenchmarkAllRulesOnTwelveCandidatesAndTwoHundredRequirements(b *testing.B) {
	court, k := courtOf(b, preset(b, "tt-draft")), largeCase()
	for b.Loop() {
		if broken, open := violations(court, b, k); len(broken)+len(open) > 0 {
			b.Fatal(broken, open)
		}
	}
}

func BenchmarkTheSameWithoutAnyScores(b *testing.B) {
	court, k := courtOf(b, preset(b, "tt-draft")), largeCase()
	for i := range k.Decision.Candidates {
		k.Decision.Candidates[i].Scores = nil
	}
	for b.Loop() {
		court.Judge(b.Context(), "", k)
	}
}

func BenchmarkCompileRegime(b *testing.B) {
	r := preset(b, "tt-draft")
	for b.Loop() {
		courtOf(b, r)
	}
}

func TestALargeCaseIsJudgedInAFractionOfASecond(t *testing.T) {
	court, k := courtOf(t, preset(t, "tt-draft")), largeCase()
	// The limit is wide, because tests share their machine; the benchmark measures.
	started := time.Now()
	broken, open := violations(court, t, k)
	if took := time.Since(started); len(broken)+len(open) > 0 || took > time.Second {
		t.Errorf("it took %s; broken are %v, open are %v", took, broken, open)
	}
	for i := range k.Decision.Candidates {
		k.Decision.Candidates[i].Scores = nil
	}
	if r := resultOf(t, court, "E1", k); r.Outcome != models.RuleUndetermined || len(r.Missing) != 12 || r.Missing[11] != "candidate Candidate 11: scores" {
		t.Errorf("without scores it is %s for want of %q", r.Outcome, r.Missing)
	}
}
