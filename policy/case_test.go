package policy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

var caseTime = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

func filedAs[T any](key string, v T) *models.Filed[T] {
	return &models.Filed[T]{Key: key, Value: v, Number: 1, At: caseTime}
}

// smallCase is a need of three requirements and one open source candidate that fits, under the draft of Trinidad and Tobago with two conditions and three cost lines.
func smallCase(t testing.TB) CaseInput {
	t.Helper()
	r := *tt(t)
	r.Evaluation.Knockouts = []Term{{"privacy", "Privacy"}, {"data-export", "Export"}}
	r.Evaluation.TCOLines = []Term{{"hosting", "Hosting"}, {"customisation", "Customisation"}, {"exit", "Exit"}}
	need := models.Need{BudgetMax: models.Money{Amount: "1000", Currency: "TTD"}, DaysMax: 100, Requirements: []models.Requirement{
		{ID: "R1", Level: models.Essential}, {ID: "R2", Level: models.Mandatory}, {ID: "R3", Level: models.Desirable}}}
	d := &models.Dossier{Need: filedAs("", need), Candidates: []models.CandidateFile{openCandidate("x")},
		Criteria: filedAs("", models.Criteria{Criteria: []models.Criterion{{ID: "good", Weight: "60"}, {ID: "near", Weight: "40"}}})}
	return CaseInput{Decision: &models.Decision{Kind: models.DecideNew, Track: models.FullTrack, State: models.DecisionEvaluating, Function: "FILES"}, Dossier: d, Regime: &r, Now: caseTime}
}

func openCandidate(key string) models.CandidateFile {
	c := models.Candidate{Name: strings.ToUpper(key), Origin: models.FromOpenSource, Delivery: "on-prem", OSSDeclared: true, Status: "final", DaysToUse: ptr(50), ClosedParts: ptr(0)}
	for _, id := range []string{"R1", "R2", "R3"} {
		c.Covers = append(c.Covers, models.Coverage{Requirement: id, Met: "yes", Evidence: []string{"seen"}})
	}
	return models.CandidateFile{Filed: *filedAs(key, c),
		License:   filedAs(key, models.LicenseFact{Expression: "MIT", SourcePublic: ptr(true), TakenAt: caseTime}),
		Health:    filedAs(key, models.HealthSnapshot{Archived: ptr(false), AbsenceFactor: ptr(5), LastReleaseOn: ptr(mustDate("2026-10-01")), TakenAt: caseTime}),
		Knockouts: filedAs(key, models.Knockouts{Results: []models.Knockout{{Check: "privacy", Result: "pass"}}, Export: ptr(true)}),
		Cost:      filedAs(key, costOf("300", "100", "100"))}
}

func costOf(hosting, custom, exit models.Decimal) models.Cost {
	return models.Cost{HorizonMonths: 60, Currency: "TTD", Lines: []models.CostLine{{Line: "hosting", Years: []models.Decimal{hosting}}, {Line: "customisation", Years: []models.Decimal{custom}}, {Line: "exit", Years: []models.Decimal{exit}}}}
}

func closedCandidate(key string) models.CandidateFile {
	c := openCandidate(key)
	c.Value.Origin, c.Value.OSSDeclared = models.FromMarket, false
	c.License = filedAs(key, models.LicenseFact{Expression: "LicenseRef-Terms", SourcePublic: ptr(false), TakenAt: caseTime})
	return c
}

// scored gives a candidate the same score on both criteria.
func scored(in CaseInput, key string, value models.Decimal) {
	sheet := models.ScoreSheet{Scores: []models.Score{{Candidate: key, On: "good", Value: value}, {Candidate: key, On: "near", Value: value}}}
	in.Dossier.Scores = append(in.Dossier.Scores, *filedAs(key, sheet))
}

func TestWhetherACandidateIsOpenSourceIsWorkedOutFromFacts(t *testing.T) {
	cases := []struct {
		name string
		with func(*models.CandidateFile, *Regime)
		want Answer
		says string
	}{
		{"an approved licence, public source and no closed parts", func(*models.CandidateFile, *Regime) {}, AnswerYes, "MIT, is approved"},
		{"one branch of two is approved", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "BUSL-1.1 OR GPL-2.0-only" }, AnswerYes, "branch GPL-2.0-only"},
		{"an approved licence and a closed one together", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "MIT AND BUSL-1.1" }, AnswerNo, "no branch that is approved"},
		{"a branch of several approved licences", func(c *models.CandidateFile, _ *Regime) {
			c.License.Value.Expression = "BUSL-1.1 OR (MIT AND Apache-2.0)"
		}, AnswerYes, "branch Apache-2.0 AND MIT"},
		{"an exception of the list takes nothing away", func(c *models.CandidateFile, _ *Regime) {
			c.License.Value.Expression = "GPL-2.0-only WITH Classpath-exception-2.0"
		}, AnswerYes, "Classpath"},
		{"another addition may say anything", func(c *models.CandidateFile, _ *Regime) {
			c.License.Value.Expression = "GPL-2.0-only WITH AdditionRef-Ours"
		}, AnswerOpen, "not been said"},
		{"a licence that no list knows", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "LicenseRef-Island" }, AnswerOpen, "not been said"},
		{"a licence that the regime approves besides", func(c *models.CandidateFile, r *Regime) {
			c.License.Value.Expression, r.License.Also = "CC0-1.0", []string{"CC0-1.0"}
		}, AnswerYes, "CC0-1.0"},
		{"a licence that the regime never approves", func(c *models.CandidateFile, r *Regime) { r.License.Never = []string{"MIT"} }, AnswerNo, "no branch"},
		{"a licence that only the FSF calls free, where only the OSI counts", func(c *models.CandidateFile, r *Regime) {
			c.License.Value.Expression, r.License.ApprovedLists = "BSD-4-Clause", []string{"osi"}
		}, AnswerNo, "no branch"},
		{"the same where both count", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "BSD-4-Clause" }, AnswerYes, "approved"},
		{"nobody knows the licence", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "NOASSERTION" }, AnswerOpen, "not known"},
		{"there is no licence", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Expression = "NONE" }, AnswerNo, "no licence"},
		{"the elected branch is approved", func(c *models.CandidateFile, _ *Regime) {
			c.License.Value.Expression, c.License.Value.Elected = "BUSL-1.1 OR MIT", "MIT"
		}, AnswerYes, "branch elected"},
		{"the closed branch was elected of two", func(c *models.CandidateFile, _ *Regime) {
			c.License.Value.Expression, c.License.Value.Elected = "BUSL-1.1 OR MIT", "BUSL-1.1"
		}, AnswerOpen, "offers MIT"},
		{"a branch was elected that is not offered", func(c *models.CandidateFile, _ *Regime) { c.License.Value.Elected = "Apache-2.0" }, AnswerOpen, "is none that MIT offers"},
		{"nobody has looked at the licence", func(c *models.CandidateFile, _ *Regime) { c.License = nil }, AnswerOpen, "Nothing is on file"},
		{"nobody has recorded whether the source is public", func(c *models.CandidateFile, _ *Regime) { c.License.Value.SourcePublic = nil }, AnswerOpen, "source is public"},
		{"the source is not public", func(c *models.CandidateFile, _ *Regime) { c.License.Value.SourcePublic = ptr(false) }, AnswerNo, "not public"},
		{"open core", func(c *models.CandidateFile, _ *Regime) { c.Value.ClosedParts = ptr(2) }, AnswerNo, "2 closed parts"},
		{"open core with evidence that it runs without", func(c *models.CandidateFile, _ *Regime) {
			c.Value.ClosedParts, c.Value.Independence = ptr(2), "test report"
		}, AnswerYes, "without its closed parts"},
		{"open core under a regime that minds it not", func(c *models.CandidateFile, r *Regime) {
			c.Value.ClosedParts, r.License.OpenCore = ptr(2), "oss"
		}, AnswerYes, "approved"},
		{"nobody has recorded whether it needs closed parts", func(c *models.CandidateFile, _ *Regime) { c.Value.ClosedParts = nil }, AnswerOpen, "closed parts"},
		{"the box is not ticked for what comes as open source", func(c *models.CandidateFile, _ *Regime) { c.Value.OSSDeclared = false }, AnswerYes, "is said"},
		{"nobody says so of what is sold, though all facts do", func(c *models.CandidateFile, _ *Regime) {
			c.Value.OSSDeclared, c.Value.Origin = false, models.FromMarket
		}, AnswerOpen, "Nobody says"},
		{"what is sold is not said to be and is not", func(c *models.CandidateFile, _ *Regime) { *c = closedCandidate("x") }, AnswerNo, "Nobody says"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			c.with(&in.Dossier.Candidates[0], in.Regime)
			k, s := Derive(in)
			got := s.Candidates[0].OSS
			if got.Outcome != c.want || !strings.Contains(strings.Join(got.Why, " "), c.says) {
				t.Errorf("got %s %q, want %s saying %q", got.Outcome, got.Why, c.want, c.says)
			}
			if (got.Outcome == AnswerOpen) != (len(got.Settles) > 0) {
				t.Errorf("what would settle it: %q", got.Settles)
			}
			if diff := cmp.Diff(c.want.fact(), k.Decision.Candidates[0].OSS); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheRungFollowsFromTheOriginAndTheRungsOfTheRegime(t *testing.T) {
	noShared := []Rung{{Number: 1, Origins: []models.CandidateOrigin{models.FromGovernment}}, {Number: 2, Origins: []models.CandidateOrigin{models.FromOpenSource}}}
	cases := []struct {
		name  string
		with  func(*models.CandidateFile)
		rungs []Rung
		want  int
	}{
		{"open source", func(*models.CandidateFile) {}, nil, 2},
		{"open source as a service is open source", func(c *models.CandidateFile) { c.Value.Delivery = "saas" }, nil, 2},
		{"what is called open source and is none stands with what is sold", func(c *models.CandidateFile) { c.License.Value.SourcePublic = ptr(false) }, nil, 3},
		{"a shared service counts as software that government has", func(c *models.CandidateFile) { c.Value.Origin, c.Value.AssetID = models.FromShared, ptr(int64(7)) }, noShared, 1},
		{"an origin without a rung stands after the last", func(c *models.CandidateFile) { c.Value.Origin = models.FromOrder }, noShared, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			if c.rungs != nil {
				in.Regime.Preference.Rungs = c.rungs
			}
			c.with(&in.Dossier.Candidates[0])
			k, s := Derive(in)
			if got := s.Candidates[0]; got.Tier != c.want || got.TierWhy == "" || *k.Decision.Candidates[0].Tier != c.want {
				t.Errorf("rung %d (%s), want %d", got.Tier, got.TierWhy, c.want)
			}
		})
	}
}

func TestWhatIsSaidToBeGovernmentsAndIsNotInTheRegisterStandsOnNoRungYet(t *testing.T) {
	for _, origin := range []models.CandidateOrigin{models.FromGovernment, models.FromShared} {
		in := smallCase(t)
		in.Dossier.Candidates[0].Value.Origin = origin
		k, s := Derive(in)
		if got := s.Candidates[0]; k.Decision.Candidates[0].Tier != nil || !strings.Contains(got.TierWhy, "not linked") || s.Rungs[0].Decides || len(s.Open) != 1 || !strings.Contains(s.Open[0], "entry in the register") {
			t.Errorf("%s: rung %v (%s), %q would settle it", origin, k.Decision.Candidates[0].Tier, got.TierWhy, s.Open)
		}
		in.Decision.Chosen = "x"
		if r := resultOf(t, courtOf(t, in.Regime), "C2", first(Derive(in))); r.Outcome != models.RuleUndetermined {
			t.Errorf("%s: chosen, it is %s whether a higher rung fits", origin, r.Outcome)
		}
		in.Dossier.Candidates[0].Value.AssetID = ptr(int64(7))
		if k, _ := Derive(in); k.Chosen.Tier == nil || *k.Chosen.Tier != 1 {
			t.Errorf("%s: linked, it stands on rung %v", origin, k.Chosen.Tier)
		}
	}
}

func first(k *Case, _ *Standing) *Case { return k }

func TestTheRungOfWhatMayNotBeOpenSourceIsNotKnown(t *testing.T) {
	in := smallCase(t)
	in.Dossier.Candidates[0].License = nil
	k, s := Derive(in)
	if got := s.Candidates[0]; got.Tier != 2 || !strings.Contains(got.TierWhy, "not settled") || k.Decision.Candidates[0].Tier != nil {
		t.Errorf("rung %d (%s), for rules %v", got.Tier, got.TierWhy, k.Decision.Candidates[0].Tier)
	}
	if s.Rungs[1].Decides || s.Recommended != "" {
		t.Errorf("rung 2 decides: %s", s.Sentence)
	}
}

func TestWhetherACandidateFitsIsWorkedOutByTheKindOfTheFitTest(t *testing.T) {
	gap := func(id, met string, evidence ...string) func(*models.CandidateFile) {
		return func(c *models.CandidateFile) {
			i := slices.IndexFunc(c.Value.Covers, func(g models.Coverage) bool { return g.Requirement == id })
			c.Value.Covers[i].Met, c.Value.Covers[i].Evidence = met, evidence
		}
	}
	costed := func(id string, cost models.Decimal, days int) func(*models.CandidateFile) {
		return func(c *models.CandidateFile) {
			gap(id, "no", "seen")(c)
			i := slices.IndexFunc(c.Value.Covers, func(g models.Coverage) bool { return g.Requirement == id })
			c.Value.Covers[i].Remedy, c.Value.Covers[i].Cost, c.Value.Covers[i].Days = "plug-in", models.Money{Amount: cost, Currency: "TTD"}, ptr(days)
		}
	}
	dropped := func(code string, evidence ...string) func(*models.CandidateFile) {
		return func(c *models.CandidateFile) {
			c.Value.Status, c.Value.Elimination = "eliminated", &models.Elimination{Code: code, Text: "why", Evidence: evidence}
		}
	}
	cases := []struct {
		name string
		kind FitKind
		with func(*models.CandidateFile)
		want Answer
		says string
	}{
		{"everything is met", FitAllMandatory, func(*models.CandidateFile) {}, AnswerYes, "every mandatory"},
		{"a mandatory requirement is not met", FitAllMandatory, gap("R2", "no", "seen"), AnswerNo, "1 mandatory requirement: R2"},
		{"a mandatory requirement is not met, and that is not shown", FitAllMandatory, gap("R2", "no"), AnswerOpen, "not shown: R2"},
		{"a mandatory requirement is not answered", FitAllMandatory, gap("R2", "unknown"), AnswerOpen, "R2"},
		{"a wish is not met", FitAllMandatory, gap("R3", "no", "seen"), AnswerYes, ""},
		{"an essential requirement is not met", FitEssential, gap("R1", "no", "seen"), AnswerNo, "essential"},
		{"a mandatory gap that has its price, where only the essential counts", FitEssential, costed("R2", "50", 10), AnswerYes, "Closing them costs"},
		{"a mandatory gap without a price", FitEssential, gap("R2", "no", "seen"), AnswerOpen, "at what cost"},
		{"largely: all but a wish", FitLargely, gap("R3", "no", "seen"), AnswerYes, "85.7 %"},
		{"largely: too little", FitLargely, costed("R2", "50", 10), AnswerNo, "71.4 %"},
		{"largely: too little, if it is true", FitLargely, gap("R2", "no"), AnswerOpen, "between 71.4 % and 100 %"},
		{"largely: an essential requirement is met in part", FitLargely, gap("R1", "partly", "seen"), AnswerNo, "essential"},
		{"existence: an essential requirement is not met", FitExists, gap("R1", "no", "seen"), AnswerNo, "essential"},
		{"a condition fails", FitExists, func(c *models.CandidateFile) {
			c.Knockouts.Value.Results[0] = models.Knockout{Check: "privacy", Result: "fail", Evidence: []string{"opinion"}}
		}, AnswerNo, "Privacy"},
		{"a condition fails, and that is not shown", FitExists, func(c *models.CandidateFile) { c.Knockouts.Value.Results[0].Result = "fail" }, AnswerOpen, "without evidence"},
		{"a condition fails that the law does not set", FitExists, func(c *models.CandidateFile) {
			c.Knockouts.Value.Results = append(c.Knockouts.Value.Results, models.Knockout{Check: "made-in-town", Result: "fail", Evidence: []string{"map"}})
		}, AnswerYes, ""},
		{"a condition was not judged", FitExists, func(c *models.CandidateFile) { c.Knockouts = nil }, AnswerOpen, "not been judged: Privacy, Export"},
		{"it costs more than there is", FitLargely, func(c *models.CandidateFile) { c.Cost.Value = costOf("900", "100", "1") }, AnswerNo, "TTD 1 001.00"},
		{"it costs just what there is", FitLargely, func(c *models.CandidateFile) { c.Cost.Value = costOf("900", "0", "100") }, AnswerYes, ""},
		{"closing gaps makes it cost too much", FitEssential, func(c *models.CandidateFile) {
			costed("R2", "200", 1)(c)
			c.Cost.Value = costOf("900", "0", "0")
		}, AnswerNo, "TTD 1 100.00"},
		{"closing gaps is in the sheet already", FitEssential, func(c *models.CandidateFile) {
			costed("R2", "200", 1)(c)
			c.Cost.Value = costOf("700", "200", "0")
		}, AnswerYes, "in the line for customisation"},
		{"a cost line is missing", FitLargely, func(c *models.CandidateFile) { c.Cost.Value.Lines = c.Cost.Value.Lines[:2] }, AnswerOpen, "Exit"},
		{"a cost line is missing and it costs too much without it", FitLargely, func(c *models.CandidateFile) {
			c.Cost.Value = costOf("2000", "0", "0")
			c.Cost.Value.Lines = c.Cost.Value.Lines[:2]
		}, AnswerNo, "TTD 2 000.00"},
		{"its cost is in another currency", FitLargely, func(c *models.CandidateFile) { c.Cost.Value.Currency = "USD" }, AnswerOpen, "in USD and the budget in TTD"},
		{"its cost is not on file", FitLargely, func(c *models.CandidateFile) { c.Cost = nil }, AnswerOpen, "not on file"},
		{"it takes too long", FitLargely, func(c *models.CandidateFile) { c.Value.DaysToUse = ptr(101) }, AnswerNo, "101 days"},
		{"closing a gap takes too long", FitEssential, costed("R2", "50", 101), AnswerNo, "101 days"},
		{"how long it takes is not known", FitLargely, func(c *models.CandidateFile) { c.Value.DaysToUse = nil }, AnswerOpen, "not known"},
		{"something stands in its way, says somebody", FitLargely, func(c *models.CandidateFile) { c.Value.Blocking = []string{"The head dislikes it"} }, AnswerOpen, "no evidence"},
		{"something stands in its way, with evidence", FitLargely, func(c *models.CandidateFile) {
			c.Value.Blocking = []string{"A treaty forbids it"}
			dropped("other", "treaty")(c)
		}, AnswerNo, "A treaty forbids it"},
		{"dropped for a reason that makes unfit, with evidence", FitLargely, dropped("wrong-function", "report"), AnswerNo, "wrong-function"},
		{"dropped for a reason that makes unfit, without evidence", FitLargely, dropped("wrong-function"), AnswerOpen, "without evidence"},
		{"dropped because it is immature, with evidence", FitLargely, dropped("immature", "opinion"), AnswerOpen, "does not make it unfit"},
		{"dropped for its cost, which is too high", FitLargely, func(c *models.CandidateFile) {
			dropped("cost")(c)
			c.Cost.Value = costOf("2000", "0", "0")
		}, AnswerNo, "TTD 2 000.00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			in.Regime.FitTest.Kind = c.kind
			c.with(&in.Dossier.Candidates[0])
			k, s := Derive(in)
			got := s.Candidates[0].Fit
			if got.Outcome != c.want || !strings.Contains(strings.Join(got.Why, " "), c.says) {
				t.Errorf("got %s %q, want %s saying %q", got.Outcome, got.Why, c.want, c.says)
			}
			if (got.Outcome == AnswerOpen) != (len(got.Settles) > 0) || slices.Contains(got.Settles, "") {
				t.Errorf("what would settle it: %q", got.Settles)
			}
			if diff := cmp.Diff(c.want.fact(), k.Decision.Candidates[0].FitOK); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// asJSON is for comparing whole answers.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
