package policy

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// CaseInput is what a case is worked out from. The same input gives the same case at any time.
type CaseInput struct {
	Decision *models.Decision
	Dossier  *models.Dossier
	Regime   *Regime
	Agency   string // code of the agency that decides, for rules that ask; may be empty
	Now      time.Time
}

// Answer is an answer that may be missing. What is missing never counts for or against anything.
type Answer string

// The answers, spelled as on pages and in exports.
const (
	AnswerYes  Answer = "yes"
	AnswerNo   Answer = "no"
	AnswerOpen Answer = "undetermined"
)

// fact is the answer as rules see it: nil when it is missing.
func (a Answer) fact() *bool {
	if a != AnswerYes && a != AnswerNo {
		return nil
	}
	yes := a == AnswerYes
	return &yes
}

// Finding is something that was worked out, with the reasons in sentences. Settles says what would settle it, and is empty unless it is undetermined.
type Finding struct {
	Outcome Answer
	Why     []string
	Settles []string
}

// Check is one step on the way to whether a candidate fits.
type Check struct {
	Name    string // "knock-outs", "essential", "mandatory", "coverage", "gaps", "budget", "time", "blocking", "elimination"
	Outcome Answer
	Text    string
	Settles string // what would settle it; "" unless it is undetermined
}

// Standing is where a case stands, in words for people; the same facts as the Case that rules see.
type Standing struct {
	Model       PreferenceModel
	Candidates  []CandidateStanding // in the order of the dossier
	Rungs       []RungStanding      // the most preferred first; one for all where the regime does not order them
	Chosen      string              // key of the candidate that is proposed; ""
	Recommended string              // key of the candidate that the regime leads to; "" when none does, or that cannot be told
	Sentence    string              // why that one
	Sensitivity []string            // how the order by cost changes at the ends of the bands
	Open        []string            // what is undetermined, with what would settle it
	Mistakes    []string            // what is wrong on file, such as weights that do not add up to 100
}

// RungStanding is one rung with the candidates on it.
type RungStanding struct {
	Rung     int
	Title    string
	Origins  []models.CandidateOrigin
	Keys     []string // the fitting first, the best of them in front; then the undetermined, then the others
	Decides  bool     // the choice is to be made on it
	Leads    string   // key of its best fitting candidate; "" when none fits or that cannot be told
	Sentence string
}

// CandidateStanding is what was worked out of one candidate.
type CandidateStanding struct {
	Key, Title string
	Status     string
	Tier       int // number of the rung; 0 when it stands on none
	TierWhy    string
	OSS        Finding
	Elected    string // branch of the licence expression that makes it open source; ""
	Fit        Finding
	Checks     []Check

	Coverage      *float64 // share of the weight of the requirements that is met, 0 to 1; nil while a requirement is not answered
	EssentialGaps []string // requirements
	MandatoryGaps []string
	Gaps          []Gap // every requirement that is not met in full

	Total         models.Money // over the horizon, with the cost of closing gaps; zero while it cannot be told
	Low, High     models.Money // the ends of the sensitivity band; zero without one
	Sheet         models.Money // the sum of the lines alone
	GapCost       models.Money // of closing all gaps; zero without one
	GapsInside    bool         // that cost is in the lines already
	IncumbentExit models.Money // what leaving today's software costs; in no total
	HorizonMonths int
	MissingLines  []Term // cost lines of the regime that the sheet does not have

	Days   *int // to production, gaps closed
	Score  models.Decimal
	Scores []CriterionScore

	Health     Finding // yes: no measure is below what the regime asks for
	SBOM       bool    // its SBOM is lodged
	Eliminated string  // why it was dropped; ""
}

// Gap is a requirement that is not met in full.
type Gap struct {
	Requirement string
	Level       models.RequirementLevel
	Met         string // partly, no, unknown
	Remedy      string
	Cost        models.Money
	Days        *int
	Evidenced   bool
}

// CriterionScore is what evaluators said of a candidate on one criterion.
type CriterionScore struct {
	Criterion, Name string
	Weight          models.Decimal
	Mean            models.Decimal // "" when nobody has scored it
	Voices          int            // evaluators who did
}

// Candidate finds what was worked out of a candidate; nil when there is none of that key.
func (s *Standing) Candidate(key string) *CandidateStanding {
	for i := range s.Candidates {
		if s.Candidates[i].Key == key {
			return &s.Candidates[i]
		}
	}
	return nil
}
