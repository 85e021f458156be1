package policy

import (
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ospo-register/ospo/models"
)

// Derive works out what rules and people need to know of a case: on which rung each candidate stands, whether it is open source, whether it fits, what it
// costs and how it scores, and which candidate the regime leads to. It reads its input only, and gives the same answer for the same input.
//
// A fact that is not on file is nil in the Case, so that a rule that needs it is undetermined; the Standing says what would settle it.
func Derive(in CaseInput) (*Case, *Standing) {
	w := newDerivation(in)
	for i := range in.Dossier.Candidates {
		w.candidates = append(w.candidates, w.weigh(&in.Dossier.Candidates[i]))
	}
	d := w.decisionFacts()
	for _, c := range w.candidates {
		d.Candidates = append(d.Candidates, c.facts)
	}
	k := &Case{Decision: d, Now: in.Now, Remediation: remediationFacts(in.Dossier)}
	if w.chosen != "" {
		k.Chosen = w.chosenFacts(d)
	}
	return k, w.standing()
}

// derivation is the work on one case.
type derivation struct {
	CaseInput
	need       *models.Need // never nil
	chosen     string
	scores     map[string][]ScoreFacts         // by candidate
	voices     map[[2]string][]decimal.Decimal // by candidate and criterion: what each evaluator said
	candidates []*weighed
	mistakes   []string
	criteria   []models.Criterion // nil when their weights do not add up
}

// weighed is one candidate with what was worked out of it.
type weighed struct {
	file  *models.CandidateFile
	facts CandidateFacts
	CandidateStanding
	cost    costs
	claimed bool // it stands on its rung only if it is the open source that it is called
}

func newDerivation(in CaseInput) *derivation {
	w := &derivation{CaseInput: in, need: &models.Need{}}
	if in.Dossier.Need != nil {
		w.need = &in.Dossier.Need.Value
	}
	w.chosen = in.Decision.Chosen
	if p := in.Dossier.Proposal; p != nil {
		w.chosen = p.Value.Chosen
	}
	w.readCriteria()
	w.readScores()
	return w
}

// weigh works out everything about one candidate.
func (w *derivation) weigh(file *models.CandidateFile) *weighed {
	c := &weighed{file: file}
	c.CandidateStanding = CandidateStanding{Key: file.Key, Title: file.Title(), Status: file.Value.Status, Eliminated: eliminationWords(file.Value.Elimination)}
	c.facts = CandidateFacts{
		Key: file.Key, Name: file.Title(), Edition: file.Value.Edition, Origin: string(file.Value.Origin), Delivery: file.Value.Delivery, Status: file.Value.Status,
		InFinal: w.finalist(file), ClosedDeps: file.Value.ClosedParts, Independence: file.Value.Independence != "", UsersInGovernment: len(file.Value.UsersInGov),
		SuppliersOfHelp: suppliersOfHelp(file), SBOMPresent: w.lodged(file),
	}
	if e := file.Value.Elimination; e != nil {
		c.facts.Elimination = EliminationFacts{Code: e.Code, Text: e.Text, Evidence: e.Evidence}
	}
	c.SBOM = c.facts.SBOMPresent
	w.openSource(c)
	w.place(c)
	w.knockouts(c)
	w.cover(c)
	w.price(c)
	w.rate(c)
	w.measure(c)
	w.fit(c)
	w.unlinked(c)
	c.facts.OSS, c.facts.FitOK = c.OSS.Outcome.fact(), c.Fit.Outcome.fact()
	return c
}

// unlinked leaves it open on which rung a candidate stands that is said to be government's and is no software of the register: else any product would stand on the first rung by its word.
// One that does not fit does not have to be looked up.
func (w *derivation) unlinked(c *weighed) {
	o := c.file.Value.Origin
	if o != models.FromGovernment && o != models.FromShared || c.file.Value.AssetID != nil || c.Fit.Outcome == AnswerNo || c.Fit.Outcome == AnswerOpen && c.Key != w.chosen || c.facts.Tier == nil {
		return
	}
	c.claimed, c.facts.Tier = true, nil
	c.TierWhy = "It is said to be software that government has, and it is not linked to an entry of the register that shows it."
	c.Fit.Settles = append(c.Fit.Settles, "Link "+c.Title+" to its entry in the register, or enter it as what it is.")
}

// finalist reports whether a candidate is held to what is asked of finalists. Who is chosen is one, whatever was ticked; but the short track has no
// evaluation in which it could have been scored.
func (w *derivation) finalist(file *models.CandidateFile) bool {
	return file.Value.Status == "final" || file.Key == w.chosen && w.Decision.Track != models.ShortTrack
}

// chosenFacts are those of the candidate that is chosen. One that is not on file is no reason to pass over the rules about it: nothing is known of it.
func (w *derivation) chosenFacts(d *DecisionFacts) *CandidateFacts {
	i := slices.IndexFunc(d.Candidates, func(c CandidateFacts) bool { return c.Key == w.chosen })
	if i < 0 {
		w.mistakes = append(w.mistakes, "The candidate “"+w.chosen+"” is proposed and is not on file. Enter it, or propose another.")
		return &CandidateFacts{Key: w.chosen, Name: w.chosen}
	}
	return &d.Candidates[i]
}

func (w *derivation) lodged(file *models.CandidateFile) bool {
	r := w.Dossier.Registration
	return file.Value.SBOM != "" || r != nil && r.Value.SBOM != "" && file.Key == w.chosen
}

// suppliersOfHelp counts who can support a candidate; an empty list says nothing.
func suppliersOfHelp(file *models.CandidateFile) *int {
	if file.LockIn != nil && file.LockIn.Value.Suppliers != nil {
		return file.LockIn.Value.Suppliers
	}
	if n := len(file.Value.Supporters); n > 0 {
		return &n
	}
	return nil
}

// heldAt is the moment by which the age of searches is counted: that of the approval, and now while there is none. A scan does not grow old afterwards.
func (w *derivation) heldAt() time.Time {
	if w.Decision.ApprovedAt != nil {
		return *w.Decision.ApprovedAt
	}
	return w.Now
}

// person names somebody in facts that are held against each other: by number, so that two people of one name are two.
func person(id *int64, name string) string {
	if id != nil {
		return strconv.FormatInt(*id, 10)
	}
	return firstOf(name, "nobody known")
}

func eliminationWords(e *models.Elimination) string {
	if e == nil {
		return ""
	}
	text := e.Code + ": " + e.Text
	if len(e.Evidence) == 0 {
		text += " (no evidence on file)"
	}
	return text
}
