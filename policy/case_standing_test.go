package policy

import (
	"context"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestTheExampleHasTheFiguresOfItsDescription(t *testing.T) {
	_, s := Derive(playTo(t, models.DecisionProposed, exampleDeviation{}).input(t, tt(t)))
	type figures struct {
		Tier     int
		OSS, Fit Answer
		Covers   string
		Essential,
		Mandatory []string
		Total, GapCost, Low, High models.Decimal
		Inside                    bool
		Days                      int
		Score                     models.Decimal
	}
	got := map[string]figures{}
	for _, c := range s.Candidates {
		got[c.Key] = figures{c.Tier, c.OSS.Outcome, c.Fit.Outcome, percent(*c.Coverage), c.EssentialGaps, c.MandatoryGaps, c.Total.Amount, c.GapCost.Amount, c.Low.Amount, c.High.Amount, c.GapsInside, *c.Days, c.Score}
	}
	want := map[string]figures{
		"a": {1, AnswerYes, AnswerNo, "62.1 %", []string{"R3"}, []string{"R7", "R8", "R9"}, "", "", "", "", false, 60, ""},
		"b": {2, AnswerYes, AnswerYes, "90.9 %", nil, []string{"R8"}, "610000.00", "40000.00", "549000.00", "793000.00", true, 120, "79.00"},
		"c": {2, AnswerYes, AnswerYes, "97 %", nil, []string{"R8"}, "790000.00", "10000.00", "750500.00", "908500.00", true, 120, "84.00"},
		"d": {3, AnswerNo, AnswerNo, "97 %", nil, nil, "1020000.00", "", "1020000.00", "1275000.00", false, 90, "76.25"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantRungs := []RungStanding{
		{Rung: 1, Keys: []string{"a"}, Sentence: "Rung 1 (Software that government has): nothing fits, because File service of the Ministry of Public Administration does not (It does not meet 1 essential requirement: R3. It covers 62.1 % of what is required; at least 80 % is asked for)."},
		{Rung: 2, Keys: []string{"c", "b"}, Decides: true, Leads: "c", Sentence: "Rung 2 (Open source) decides: Nextcloud enterprise subscription and Nextcloud self-hosted fit, and Nextcloud enterprise subscription leads with 84 to 79."},
		{Rung: 3, Keys: []string{"d"}, Sentence: "Rung 3 (Everything else) is not reached: Rung 2 (Open source) decides."},
	}
	for i := range s.Rungs {
		s.Rungs[i].Title, s.Rungs[i].Origins = "", nil
	}
	if diff := cmp.Diff(wantRungs, s.Rungs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Recommended != "c" || s.Chosen != "c" || len(s.Open)+len(s.Mistakes) > 0 {
		t.Errorf("recommended %s, open %q, mistakes %q", s.Recommended, s.Open, s.Mistakes)
	}
}

func TestARungAfterOneThatIsNotSettledDoesNotDecide(t *testing.T) {
	in := smallCase(t)
	service := openCandidate("service")
	service.Value.Origin, service.Cost = models.FromShared, nil
	in.Dossier.Candidates = append(in.Dossier.Candidates, service)
	_, s := Derive(in)
	if s.Rungs[1].Decides || !strings.Contains(s.Rungs[1].Sentence, "would decide if nothing before it fits") || s.Recommended != "" {
		t.Errorf("%+v", s.Rungs[1])
	}
	if diff := cmp.Diff([]string{"Fill in the cost sheet of SERVICE."}, s.Open); diff != "" {
		t.Errorf("what would settle it (-want +got):\n%s", diff)
	}
}

func TestWhoeverIsChosenIsHeldToWhatIsAskedOfFinalists(t *testing.T) {
	for _, c := range []struct {
		name   string
		track  models.DecisionTrack
		status string
		want   bool
	}{
		{"chosen from the long list", models.FullTrack, "long", true},
		{"chosen in an emergency", models.EmergencyTrack, "long", true},
		{"chosen on the short track, which has no evaluation", models.ShortTrack, "long", false},
		{"entered as a finalist on the short track", models.ShortTrack, "final", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Decision.Track, in.Decision.Chosen = c.track, "x"
			in.Dossier.Candidates[0].Value.Status = c.status
			if k, _ := Derive(in); k.Chosen.InFinal != c.want {
				t.Errorf("a finalist: %v", k.Chosen.InFinal)
			}
		})
	}
}

func TestTheLastDayOfTheStandstillCountsInFull(t *testing.T) {
	in := smallCase(t)
	in.Decision.StandstillOn = ptr(mustDate("2026-11-17"))
	if k, _ := Derive(in); !k.Decision.StandstillEndsAt.Equal(mustDate("2026-11-18").Time()) {
		t.Errorf("it ends at %s", k.Decision.StandstillEndsAt)
	}
}

func TestTheSBOMHandedInAtRegistrationIsThatOfTheChosenCandidate(t *testing.T) {
	in := smallCase(t)
	in.Dossier.Candidates = append(in.Dossier.Candidates, openCandidate("y"))
	in.Decision.Chosen = "y"
	in.Dossier.Registration = filedAs("", models.Registration{SBOM: strings.Repeat("a", 64)})
	k, _ := Derive(in)
	if k.Decision.Candidates[0].SBOMPresent || !k.Chosen.SBOMPresent {
		t.Errorf("x %v, y %v", k.Decision.Candidates[0].SBOMPresent, k.Chosen.SBOMPresent)
	}
}

func TestEveryPresetWorksOutTheExampleAndCanJudgeIt(t *testing.T) {
	files, err := os.ReadDir("regimes")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() == "rules.yaml" || f.Name() == "clauses.yaml" {
			continue
		}
		t.Run(f.Name(), func(t *testing.T) {
			text, err := os.ReadFile(path.Join("regimes", f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			r, err := ParseRegime(text)
			if err != nil {
				t.Fatal(err)
			}
			court, err := CompileRegime(r)
			if err != nil {
				t.Fatal(err)
			}
			in := playTo(t, models.DecisionProposed, exampleDeviation{}).input(t, r)
			k, s := Derive(in)
			if s.Sentence == "" || len(s.Rungs) == 0 {
				t.Errorf("no words: %+v", s)
			}
			for _, result := range court.Judge(context.Background(), "", k) {
				if result.Trouble != "" {
					t.Errorf("%s: %s", result.Rule, result.Trouble)
				}
			}
			keys := 0
			for _, g := range s.Rungs {
				keys += len(g.Keys)
			}
			if keys != len(s.Candidates) {
				t.Errorf("%d of %d candidates stand on a rung", keys, len(s.Candidates))
			}
		})
	}
}

func TestADossierWithNothingInItHasACaseAndSaysSo(t *testing.T) {
	for _, track := range models.DecisionTracks {
		in := CaseInput{Decision: &models.Decision{Kind: models.DecideNew, Track: track}, Dossier: &models.Dossier{}, Regime: tt(t), Now: caseTime}
		k, s := Derive(in)
		if k.Chosen != nil || s.Sentence != "No candidate is on file." {
			t.Errorf("chosen %v: %s", k.Chosen, s.Sentence)
		}
	}
}
