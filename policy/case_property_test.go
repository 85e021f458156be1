package policy

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

// drawCandidate draws a candidate in any state of its paperwork.
func drawCandidate(t *rapid.T, key string) models.CandidateFile {
	chance := func(label string) bool { return rapid.Bool().Draw(t, key+" "+label) }
	c := openCandidate(key)
	c.Value.Origin = rapid.SampledFrom(models.CandidateOrigins).Draw(t, key+" origin")
	c.Value.OSSDeclared = chance("declared")
	for i := range c.Value.Covers {
		c.Value.Covers[i].Met = rapid.SampledFrom([]string{"yes", "yes", "partly", "no", "unknown"}).Draw(t, key+" met")
		if chance("unproved") {
			c.Value.Covers[i].Evidence = nil
		}
		if chance("remedied") {
			c.Value.Covers[i].Remedy, c.Value.Covers[i].Cost, c.Value.Covers[i].Days = "plug-in", models.Money{Amount: "300", Currency: "TTD"}, ptr(rapid.IntRange(1, 120).Draw(t, key+" days"))
		}
	}
	c.Value.DaysToUse = ptr(rapid.IntRange(80, 110).Draw(t, key+" in use"))
	c.Value.ClosedParts = ptr(rapid.IntRange(0, 1).Draw(t, key+" closed"))
	c.Cost.Value = costOf(models.Decimal(fmt.Sprint(rapid.IntRange(0, 900).Draw(t, key+" hosting"))), "100", "100")
	c.Knockouts.Value.Results[0].Result = rapid.SampledFrom([]string{"pass", "pass", "fail"}).Draw(t, key+" privacy")
	c.License.Value.Expression = rapid.SampledFrom([]string{"MIT", "MIT OR BUSL-1.1", "MIT AND BUSL-1.1", "LicenseRef-X", "NOASSERTION"}).Draw(t, key+" licence")
	c.License.Value.SourcePublic = ptr(chance("public"))
	return c
}

func drawElimination(t *rapid.T, c *models.CandidateFile) {
	c.Value.Status = "eliminated"
	c.Value.Elimination = &models.Elimination{Code: rapid.SampledFrom(models.EliminationCodes).Draw(t, "code"), Text: "why"}
}

func drawCase(t *rapid.T, base CaseInput, candidates int) CaseInput {
	in, d, r := base, *base.Dossier, *base.Regime
	r.FitTest.Kind = rapid.SampledFrom(FitKinds()).Draw(t, "kind")
	r.Preference.Model = rapid.SampledFrom(PreferenceModels()).Draw(t, "model")
	r.Preference.EquivalenceBand, r.Preference.SuperiorityMargin = 5, 15
	d.Candidates, d.Scores = nil, nil
	in.Dossier, in.Regime = &d, &r
	for i := range candidates {
		key := string(rune('a' + i))
		d.Candidates = append(d.Candidates, drawCandidate(t, key))
		scored(in, key, models.Decimal(fmt.Sprint(rapid.IntRange(0, 100).Draw(t, key+" score"))))
	}
	return in
}

func TestDroppingACandidateWithoutEvidenceNeverMakesItUnfit(t *testing.T) {
	base := smallCase(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawCase(t, base, 1)
		_, before := Derive(in)
		drawElimination(t, &in.Dossier.Candidates[0])
		_, after := Derive(in)
		if was, is := before.Candidates[0].Fit, after.Candidates[0].Fit; is.Outcome == AnswerNo && was.Outcome != AnswerNo {
			t.Fatalf("it was %s and is %s: %v", was.Outcome, is.Outcome, is.Why)
		}
	})
}

func TestEvidenceSettlesWhatIsOpenAndNeverTurnsAnAnswer(t *testing.T) {
	base := smallCase(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawCase(t, base, 1)
		c := &in.Dossier.Candidates[0]
		if rapid.Bool().Draw(t, "dropped") {
			drawElimination(t, c)
		}
		_, before := Derive(in)
		for i := range c.Value.Covers {
			c.Value.Covers[i].Evidence = []string{"seen"}
		}
		c.Knockouts.Value.Results[0].Evidence = []string{"seen"}
		if c.Value.Elimination != nil {
			c.Value.Elimination.Evidence = []string{"seen"}
		}
		_, after := Derive(in)
		if was, is := before.Candidates[0].Fit, after.Candidates[0].Fit; was.Outcome != AnswerOpen && is.Outcome != was.Outcome {
			t.Fatalf("it was %s and is %s: %v", was.Outcome, is.Outcome, is.Why)
		}
	})
}

func TestWithFewerFactsAnAnswerIsTheSameOrUndetermined(t *testing.T) {
	base := smallCase(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawCase(t, base, 1)
		c := &in.Dossier.Candidates[0]
		c.Value.OSSDeclared = true
		_, whole := Derive(in)
		for _, less := range []func(){
			func() { c.License = nil }, func() { c.Cost = nil }, func() { c.Knockouts = nil }, func() { c.Value.DaysToUse = nil }, func() { c.Value.ClosedParts = nil },
			func() { c.Value.Covers = c.Value.Covers[1:] }, func() { c.License = filedAs("a", models.LicenseFact{Expression: "NOASSERTION"}) }, func() { c.Cost.Value.Lines = c.Cost.Value.Lines[:1] },
		} {
			was := *c
			was.Knockouts, was.Cost = filedAs("a", c.Knockouts.Value), filedAs("a", c.Cost.Value)
			less()
			_, part := Derive(in)
			for _, pair := range [][2]Finding{{whole.Candidates[0].Fit, part.Candidates[0].Fit}, {whole.Candidates[0].OSS, part.Candidates[0].OSS}} {
				if pair[1].Outcome != AnswerOpen && pair[1].Outcome != pair[0].Outcome {
					t.Fatalf("with all facts %s (%v), with fewer %s (%v)", pair[0].Outcome, pair[0].Why, pair[1].Outcome, pair[1].Why)
				}
			}
			*c = was
		}
	})
}

func TestTheOrderInWhichCandidatesWereFiledMakesNoDifference(outer *testing.T) {
	base := smallCase(outer)
	rapid.Check(outer, func(t *rapid.T) {
		in := drawCase(t, base, 4)
		_, one := Derive(in)
		in.Dossier.Candidates = rapid.Permutation(in.Dossier.Candidates).Draw(t, "order")
		_, other := Derive(in)
		if one.Recommended != other.Recommended || one.Sentence != other.Sentence || !slices.Equal(one.Sensitivity, other.Sensitivity) {
			t.Fatalf("%q: %s\n%q: %s", one.Recommended, one.Sentence, other.Recommended, other.Sentence)
		}
		for _, c := range one.Candidates {
			if a, b := asJSON(outer, c), asJSON(outer, *other.Candidate(c.Key)); a != b {
				t.Fatalf("%s\n%s", a, b)
			}
		}
	})
}

func TestOnALadderNothingIsRecommendedBelowACandidateThatFits(t *testing.T) {
	base := smallCase(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawCase(t, base, 5)
		in.Regime.Preference.Model = Ladder
		_, s := Derive(in)
		if s.Recommended == "" {
			return
		}
		chosen := s.Candidate(s.Recommended)
		for _, c := range s.Candidates {
			if c.Fit.Outcome != AnswerNo && c.Tier < chosen.Tier {
				t.Fatalf("%s on rung %d is recommended, and whether %s on rung %d fits is %s", chosen.Key, chosen.Tier, c.Key, c.Tier, c.Fit.Outcome)
			}
		}
	})
}

// largeDossier has 12 candidates that are all finalists, 200 requirements, and two evaluators who scored everything with evidence.
func largeDossier(t testing.TB) CaseInput {
	in := smallCase(t)
	need := &in.Dossier.Need.Value
	need.Requirements = nil
	for i := range 200 {
		need.Requirements = append(need.Requirements, models.Requirement{ID: fmt.Sprintf("R%d", i), Level: models.RequirementLevels[i%3], Rationale: "needed"})
	}
	in.Dossier.Candidates = nil
	sheets := make([]models.ScoreSheet, 2)
	for i := range 12 {
		c := openCandidate(fmt.Sprintf("c%d", i))
		c.Value.Covers = nil
		for _, r := range need.Requirements {
			c.Value.Covers = append(c.Value.Covers, models.Coverage{Requirement: r.ID, Met: "yes", Evidence: []string{"seen"}})
			for j := range sheets {
				sheets[j].Scores = append(sheets[j].Scores, models.Score{Candidate: c.Key, On: r.ID, Value: "90", Evidence: []string{"seen"}})
			}
		}
		for j := range sheets {
			sheets[j].Scores = append(sheets[j].Scores, models.Score{Candidate: c.Key, On: "good", Value: "80"}, models.Score{Candidate: c.Key, On: "near", Value: "70"})
		}
		in.Dossier.Candidates = append(in.Dossier.Candidates, c)
	}
	in.Dossier.Scores = []models.Filed[models.ScoreSheet]{*filedAs("1", sheets[0]), *filedAs("2", sheets[1])}
	in.Dossier.Proposal = filedAs("", models.Proposal{Chosen: "c0"})
	return in
}

func BenchmarkALargeCaseWorkedOutAndJudged(b *testing.B) {
	in := largeDossier(b)
	court, err := CompileRegime(in.Regime)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		k, _ := Derive(in)
		court.Judge(context.Background(), "", k)
	}
}

func TestALargeCaseIsWorkedOutAndJudgedInPassing(t *testing.T) {
	in := largeDossier(t)
	court, err := CompileRegime(in.Regime)
	if err != nil {
		t.Fatal(err)
	}
	best := time.Hour
	for range 5 {
		began := time.Now()
		k, _ := Derive(in)
		for _, r := range court.Judge(context.Background(), "", k) {
			if r.Trouble != "" {
				t.Fatalf("%s: %s", r.Rule, r.Trouble)
			}
		}
		best = min(best, time.Since(began))
	}
	if best > 50*time.Millisecond {
		t.Errorf("12 candidates and 200 requirements took %s", best)
	}
}
