package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestEachModelLeadsToTheCandidateThatItsLawPrefers(t *testing.T) {
	always := func(CaseInput) {}
	cases := []struct {
		name   string
		model  PreferenceModel
		scores map[string]models.Decimal // of open source o and p and of closed z
		with   func(CaseInput)
		want   string
		says   string
	}{
		{"ladder: no score of a lower rung counts", Ladder, map[string]models.Decimal{"o": "10", "p": "5", "z": "100"}, always, "o", "leads with 10 to 5"},
		{"ladder: without all scores nobody leads", Ladder, map[string]models.Decimal{"o": "10", "z": "100"}, always, "", "they are not whole"},
		{"ladder: the only one that fits needs no score", Ladder, nil, func(in CaseInput) { in.Dossier.Candidate("p").Value.DaysToUse = ptr(999) }, "o", "only candidate"},
		{"ladder: nothing is recommended below a rung that is not settled", Ladder, map[string]models.Decimal{"z": "100"}, func(in CaseInput) {
			in.Dossier.Candidate("o").Cost, in.Dossier.Candidate("p").Cost = nil, nil
		}, "", "whether a more preferred candidate fits is not settled"},
		{"ladder: the next rung decides when nothing fits", Ladder, nil, func(in CaseInput) {
			in.Dossier.Candidate("o").Value.DaysToUse, in.Dossier.Candidate("p").Value.DaysToUse = ptr(999), ptr(999)
		}, "z", "Rung 3"},
		{"ladder: even in score, the cheaper leads", Ladder, map[string]models.Decimal{"o": "50", "p": "50"}, func(in CaseInput) { in.Dossier.Candidate("o").Cost.Value = costOf("100", "0", "0") }, "o", "it costs less"},
		{"ladder: even in everything, nobody leads", Ladder, map[string]models.Decimal{"o": "50", "p": "50"}, always, "", "even in score and cost"},
		{"ladder: nothing fits at all", Ladder, nil, func(in CaseInput) {
			for i := range in.Dossier.Candidates {
				in.Dossier.Candidates[i].Value.DaysToUse = ptr(999)
			}
		}, "", "No candidate fits"},
		{"gate: open source that fits comes first", Gate, map[string]models.Decimal{"o": "10", "p": "5", "z": "100"}, always, "o", "Open source decides"},
		{"gate: of which it is not known whether it is open source holds up the rest", Gate, nil, func(in CaseInput) {
			in.Dossier.Candidate("o").License, in.Dossier.Candidate("p").License = nil, nil
		}, "", "not settled"},
		{"superiority: better by less than the margin is not enough", Superiority, map[string]models.Decimal{"o": "80", "p": "50", "z": "94.99"}, always, "o", "14.99 points ahead of O; the regime asks for 15"},
		{"superiority: better by the margin", Superiority, map[string]models.Decimal{"o": "80", "p": "50", "z": "95"}, always, "z", "15 points ahead"},
		{"superiority: without scores it cannot be told", Superiority, map[string]models.Decimal{"o": "80", "z": "95"}, always, "", "not every candidate"},
		{"tiebreak: within the band open source has priority", TieBreak, map[string]models.Decimal{"o": "75", "p": "50", "z": "80"}, always, "o", "equivalent"},
		{"tiebreak: beyond the band the better wins", TieBreak, map[string]models.Decimal{"o": "74.99", "p": "50", "z": "80"}, always, "z", "No open source candidate is equivalent"},
		{"tiebreak: as good and dearer is not equivalent", TieBreak, map[string]models.Decimal{"o": "80", "p": "50", "z": "81"}, func(in CaseInput) { in.Dossier.Candidate("o").Cost.Value = costOf("600", "0", "0") }, "z", "No open source"},
		{"tiebreak: open source that is better", TieBreak, map[string]models.Decimal{"o": "90", "p": "50", "z": "81"}, always, "o", "leads"},
		{"explain: the best, with reasons", Explain, map[string]models.Decimal{"o": "75", "p": "50", "z": "80"}, always, "z", "reasons have to be signed"},
		{"neutral: the best", Neutral, map[string]models.Decimal{"o": "75", "p": "50", "z": "80"}, always, "z", "prefers nothing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Regime.Preference.Model = c.model
			in.Regime.Preference.EquivalenceBand, in.Regime.Preference.SuperiorityMargin = 5, 15
			in.Dossier.Candidates = []models.CandidateFile{openCandidate("o"), openCandidate("p"), closedCandidate("z")}
			for key, value := range c.scores {
				scored(in, key, value)
			}
			c.with(in)
			_, s := Derive(in)
			if s.Recommended != c.want || !strings.Contains(s.Sentence, c.says) {
				t.Errorf("recommends %q: %s\nwant %q saying %q", s.Recommended, s.Sentence, c.want, c.says)
			}
		})
	}
}

func TestTheScoreIsTheMeanOfTheEvaluatorsTimesTheWeights(t *testing.T) {
	in := smallCase(t)
	for who, values := range map[string][2]models.Decimal{"1": {"80", "50"}, "2": {"85", "65"}} {
		in.Dossier.Scores = append(in.Dossier.Scores, *filedAs(who, models.ScoreSheet{Scores: []models.Score{{Candidate: "x", On: "good", Value: values[0]}, {Candidate: "x", On: "near", Value: values[1]}, {Candidate: "x", On: "R1", Value: "3", Evidence: []string{"e"}}}}))
	}
	k, s := Derive(in)
	x := k.Decision.Candidates[0]
	if got := s.Candidates[0]; got.Score != "72.50" || *x.Score != 72.5 || got.Scores[0].Mean != "82.50" || got.Scores[1].Voices != 2 || len(*x.Scores) != 6 {
		t.Errorf("score %s, %v, of %v", got.Score, *x.Score, got.Scores)
	}
	in.Dossier.Criteria.Value.Criteria[0].Weight = "59"
	k, s = Derive(in)
	if k.Decision.Candidates[0].Score != nil || len(s.Mistakes) != 1 || !strings.Contains(s.Mistakes[0], "99 together instead of 100") {
		t.Errorf("weights of 99: %v", s.Mistakes)
	}
}

func TestTheScoresOfWhoDoesNotTakePartAreNotCounted(t *testing.T) {
	in := smallCase(t)
	in.Dossier.People = filedAs("", models.People{Evaluators: []models.CasePerson{{UserID: 7, Interests: "brother of the supplier", Excluded: true}}})
	scored(in, "x", "100")
	in.Dossier.Scores[0].ByID = ptr(int64(7))
	k, s := Derive(in)
	if k.Decision.Candidates[0].Scores != nil || len(s.Mistakes) != 1 {
		t.Errorf("scores %v, mistakes %q", k.Decision.Candidates[0].Scores, s.Mistakes)
	}
	if diff := cmp.Diff([]string{"7"}, k.Decision.Evaluators); diff != "" {
		t.Errorf("whoever has scored may not approve (-want +got):\n%s", diff)
	}
}

func TestTheSensitivityBandSaysWhatChangesAtItsEnds(t *testing.T) {
	in := smallCase(t)
	in.Dossier.Candidates = []models.CandidateFile{openCandidate("o"), openCandidate("p")}
	in.Dossier.Candidate("o").Cost.Value = costOf("700", "0", "0")
	in.Dossier.Candidate("o").Cost.Value.LowFactor, in.Dossier.Candidate("o").Cost.Value.HighFactor = "0.9", "1.5"
	in.Dossier.Candidate("p").Cost.Value = costOf("800", "0", "0")
	_, s := Derive(in)
	want := []string{"By total cost, the cheapest first: O, P.", "At the low end the order is the same.", "At the high end the order is: P, O. O would be beyond the budget there."}
	if diff := cmp.Diff(want, s.Sensitivity); diff != "" {
		t.Error(diff)
	}
	if o := s.Candidate("o"); o.Low != (models.Money{Amount: "630.00", Currency: "TTD"}) || o.High.Amount != "1050.00" || !s.Candidate("p").High.IsZero() {
		t.Errorf("band %v to %v", o.Low, o.High)
	}
}

func TestAmountsAreAddedUpExactly(t *testing.T) {
	in := smallCase(t)
	in.Dossier.Candidates[0].Cost.Value.Lines[0].Years = []models.Decimal{"0.10", "0.10", "0.10", "0.0001"}
	in.Dossier.Candidates[0].Cost.Value.IncumbentExit = "500"
	_, s := Derive(in)
	if x := s.Candidates[0]; x.Total.Amount != "200.30" || x.IncumbentExit.Amount != "500.00" {
		t.Errorf("total %s, exit from today's software %s", x.Total, x.IncumbentExit)
	}
}

func TestAProposalOfWhatIsNotOnFileIsNotPassedOver(t *testing.T) {
	in := smallCase(t)
	in.Dossier.Proposal = filedAs("", models.Proposal{Chosen: "ghost"})
	k, s := Derive(in)
	if k.Chosen == nil || k.Chosen.OSS != nil || k.Chosen.FitOK != nil || len(s.Mistakes) != 1 {
		t.Errorf("chosen %+v, mistakes %q", k.Chosen, s.Mistakes)
	}
}
