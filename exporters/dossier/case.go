package dossier

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// Case is everything about a decision that may be told, as it stood at a moment.
type Case struct {
	Decision    *models.Decision
	Agency      Agency
	Dossier     *models.Dossier
	Moves       []models.DecisionMove // in their order
	Regime      Regime
	Rungs       []Rung     // as the regime orders them; none where it has no ladder
	Standings   []Standing // what was derived of each candidate
	Attachments []Attachment
	Related     []Related
	Edition     int       // 1, 2, 3 … of what the public is told of this case
	At          time.Time // when that is told
	Note        string    // what is different from the edition before
}

// Agency is who decides.
type Agency struct {
	Name   string
	URI    string
	Code   string // national code
	Scheme string // list that the code is from, as a code of org-id.guide; "" when it is from none
}

// Regime is the version of the law that judges the case.
type Regime struct {
	Code      string
	Title     string
	Version   int
	Digest    string // SHA-256 in hex
	Model     string // ladder, gate, superiority, tiebreak, explain or neutral
	Draft     bool   // not put in force by a lawyer
	Exemption Shown  // how much of an exemption on the grounds of this case it has published
}

// Shown is how much of an exemption is published.
type Shown string

// How much. The empty text is all.
const (
	ShownFull      Shown = "full"
	ShownExistence Shown = "existence-only" // that there is one, by which role and until when
	ShownNot       Shown = "none"
)

// Rung is one step of the order in which candidates are looked at.
type Rung struct {
	Number   int
	Title    string
	Sentence string // why it decides, or why not
	Decides  bool
}

// Standing is what was derived of a candidate. The outcomes are yes, no or undetermined; "" when it was not looked at.
type Standing struct {
	Key           string
	Tier          int // number of the rung; 0: none
	OSS, Fit      string
	OSSWhy        []string
	FitWhy        []string
	Eliminated    string // reason; "" when it was not dropped
	Total         models.Money
	Low, High     models.Money // the sensitivity band
	IncumbentExit models.Money
	Coverage      models.Decimal // share of the requirements that is met, from 0 to 1
	Score         models.Decimal // weighted, from 0 to 100
}

// Attachment is a file of the case. URL is where the public gets it.
type Attachment struct {
	models.Attachment
	Digest string // SHA-256 in hex
	URL    string
}

// Related is another case, or contracting process, that this one follows.
type Related struct {
	Relation string // prior, framework, unsuccessfulProcess or replacementProcess, as in OCDS
	Ref      string
	OCID     string // "" when it has none
	Title    string
	URL      string
}

// standing finds what was derived of a candidate; the zero Standing when nothing was.
func (c *Case) standing(key string) Standing {
	for _, s := range c.Standings {
		if s.Key == key {
			return s
		}
	}
	return Standing{Key: key}
}

// Candidate is a candidate with what was derived of it, by its key; nil when there is none.
func (c *Case) Candidate(key string) (*models.CandidateFile, Standing) {
	return c.Dossier.Candidate(key), c.standing(key)
}

// Chosen is the key of the candidate that is chosen, or proposed; "" before.
func (c *Case) Chosen() string {
	if c.Dossier.Proposal != nil {
		return c.Dossier.Proposal.Value.Chosen
	}
	return c.Decision.Chosen
}

// Reached is when the case came to a state for the last time; nil when it never did.
func (c *Case) Reached(state models.DecisionState) *models.DecisionMove {
	for i := len(c.Moves) - 1; i >= 0; i-- {
		if c.Moves[i].To == state {
			return &c.Moves[i]
		}
	}
	return nil
}
