package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// Step is what a person does to move a case.
type Step struct {
	To      models.DecisionState
	Reason  string            // why; asked for when the case goes back or ends
	Waivers map[string]string // rules that are let pass, each with the reason; only the role that a rule names may
}

// MoveDecision takes a case to another state: the transition table says who may, what must be on file and which rules must pass. Every rule that stops it is answered at once, with its cure.
// based is the version of the case that the caller has read; 0 asks for no check.
func (r *Register) MoveDecision(ctx context.Context, by models.Viewer, id, based int64, step Step) (*store.DecisionRow, error) {
	err := r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		d := &c.row.Decision
		move, err := d.MoveTo(step.To, c.law.regime.Terms(d, c.dossier))
		if err != nil {
			return err
		}
		role, err := holds(by, append(slices.Clone(move.By), c.waiving(ctx, by, move, step, r.now())...), d.AgencyID, "move this case from "+string(move.From)+" to "+string(move.To))
		if err != nil {
			return err
		}
		if move.To == models.DecisionApproved {
			if err := c.mayApprove(by, &models.Approval{Verdict: "approve"}); err != nil {
				return err
			}
		}
		if err := c.ready(ctx, tx, move, step); err != nil {
			return err
		}
		results, err := r.pass(ctx, by, c, move, step)
		if err != nil {
			return err
		}
		return r.move(ctx, tx, by, c, taken{move, role, step.Reason, results})
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}

// ready refuses a move while something is missing that has nothing to do with rules.
func (c *caseAt) ready(ctx context.Context, tx *store.Tx, move models.Move, step Step) error {
	var m models.Mistakes
	if (move.Back || move.To == models.DecisionRejected) && strings.TrimSpace(step.Reason) == "" {
		m.Add("reason", "required", "Say why: a case that goes back or ends keeps the reason.")
	}
	for _, name := range move.Needs {
		if name == models.PartProposal && c.dossier.Proposal == nil || !slices.ContainsFunc(c.parts, func(p models.DecisionPart) bool { return p.Part == name }) {
			m.Add("parts", "missing", "The part “"+string(name)+"” is not on file yet.")
		}
	}
	if err := c.standing(move, &m); err != nil {
		return err
	}
	if move.To == models.DecisionInForce && move.From != models.UnderReview || move.To == models.ReleasePublished {
		published, err := tx.DecisionPublications(ctx, c.row.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(published, func(p models.DecisionPublication) bool {
			return c.row.ApprovedAt == nil || !p.At.Before(*c.row.ApprovedAt)
		}) {
			m.Add("publication", "missing", "Publish the decision first: what is in force is known to who may read it.")
		}
	}
	return m.Err()
}

// standing notes what the parts on file do not say yet that the move rests upon.
func (c *caseAt) standing(move models.Move, m *models.Mistakes) error {
	d := c.dossier
	switch move.To {
	case models.DecisionEvaluating:
		if people := d.People; people != nil && !move.Back {
			taking := 0
			for _, p := range people.Value.Evaluators {
				if !p.Excluded {
					taking++
				}
			}
			if least := c.law.regime.Evaluation.MinEvaluators; taking < least {
				m.Add("people", "too-few", fmt.Sprintf("The regime asks for at least %d evaluators with declared interests; the case has %d.", least, taking))
			}
		}
	case models.DecisionEvaluated:
		if least := c.law.regime.Evaluation.MinEvaluators; c.scorers() < least {
			m.Add("scores", "too-few", fmt.Sprintf("The regime asks for at least %d evaluators; %d have filed their scores.", least, c.scorers()))
		}
	case models.DecisionContracted:
		if d.Contract != nil && d.Contract.Value.SignedAt == nil {
			m.Add("contract.signedAt", "missing", "Say when the contract was signed: the standstill has to be over by then.")
		}
	case models.DecisionApproved:
		c.checkBand(m)
		for _, a := range d.Approvals {
			if a.Value.Verdict != "approve" && c.signed(a.At) {
				m.Add("approval", "refused", a.ByName+" has answered “"+a.Value.Verdict+"” to the case as it stands. It goes back, or is rejected.")
			}
		}
		if !slices.ContainsFunc(d.Approvals, func(a models.Filed[models.Approval]) bool { return a.Value.Verdict == "approve" && c.signed(a.At) }) {
			m.Add("approval", "missing", "Nobody has approved the case as it stands, with what is on file now. The approver files the part “approval” first.")
		}
		if c.hasPanel() && (d.Procedure == nil || !d.Procedure.Value.Regular || !c.signed(d.Procedure.At)) {
			m.Add("procedure", "missing", "The procedural review has not confirmed the procedure of the case as it stands.")
		}
		if move.From == models.DecisionDraft && (d.Answer == nil || !d.Answer.Value.Granted() || !d.OfChosen(d.Answer.At) || !slices.Contains(d.Answer.Value.Grounds, "urgent")) {
			m.Add("exemption", "missing", "An emergency is approved on an exemption that was granted for urgency.")
		}
	case models.DecisionProposed:
		if move.From == models.ExemptionPending && (d.Answer == nil || !c.since(models.ExemptionPending, d.Answer.At)) {
			m.Add("exemption-answer", "missing", "The request has not been answered yet.")
		}
		if move.From == models.OpinionPending && (d.Opinion == nil || !c.since(models.OpinionPending, d.Opinion.At)) {
			m.Add("opinion", "missing", "The opinion has not been given yet.")
		}
	case models.Standstill:
		if move.From != models.DecisionChallenged && (d.Notices == nil || d.Notices.Value.Award() == nil) {
			m.Add("notices", "missing", "The award notice is not on file yet: the standstill counts from its day.")
		}
	}
	return nil
}

// hasPanel reports whether a panel confirms the procedure of the case from where it stands.
func (c *caseAt) hasPanel() bool {
	d := &c.row.Decision
	return slices.ContainsFunc(d.MovesFrom(c.law.regime.Terms(d, c.dossier)), func(m models.Move) bool { return m.To == models.ProceduralReview })
}

// waiving is the roles by which a person lets rules pass that stop this very step: with them they may take it, whoever else may. A waiver of a rule that stops nothing here gives no role.
func (c *caseAt) waiving(ctx context.Context, by models.Viewer, move models.Move, step Step, now time.Time) []models.Role {
	if len(step.Waivers) == 0 || len(move.Gates) == 0 {
		return nil
	}
	stops := map[string]bool{}
	for _, one := range c.judge(ctx, move.Gates, now) {
		stops[one.Rule] = one.Stops()
	}
	var roles []models.Role
	for _, rule := range c.law.regime.On() {
		if stops[rule.ID] && strings.TrimSpace(step.Waivers[rule.ID]) != "" && rule.Waiver != "" && by.Holds(rule.Waiver, c.row.AgencyID) {
			roles = append(roles, rule.Waiver)
		}
	}
	return roles
}

// scorers counts the evaluators who have filed scores.
func (c *caseAt) scorers() int {
	n := 0
	for _, s := range c.dossier.Scores {
		if len(s.Value.Scores) > 0 && c.evaluates(value(s.ByID)) {
			n++
		}
	}
	return n
}

// checkBand notes an approval that was signed for sums other than the case is about.
func (c *caseAt) checkBand(m *models.Mistakes) {
	for _, a := range c.dossier.Approvals {
		again := a.Value
		if again.Verdict == "approve" && c.signed(a.At) && c.setBand(&again) != nil {
			m.Add("approval", "other-band", "The case is about another sum than the one that "+a.ByName+" has signed for. It is signed anew.")
		}
	}
}

// signatures are the parts by which somebody answers for the case as it stands.
var signatures = []models.PartName{models.PartApproval, models.PartProcedure, models.PartOpinion, models.PartAnswer}

// outdated reports whether a part no longer counts, because the case has changed under it or gone back: then the same words may be filed again, and count anew.
func (c *caseAt) outdated(p *models.DecisionPart) bool {
	return p.At.Before(c.wentBack()) || slices.Contains(signatures, p.Part) && (!c.signed(p.At) || !c.dossier.OfChosen(p.At))
}

// signed reports whether something was signed on the case as it stands: since it was last proposed, and with nothing filed afterwards but what others sign.
func (c *caseAt) signed(at time.Time) bool {
	for _, m := range slices.Backward(c.moves) {
		if m.To == models.DecisionProposed && m.From != models.ExemptionPending && m.From != models.OpinionPending && m.From != models.ProceduralReview {
			if at.Before(m.At) {
				return false
			}
			break
		}
	}
	return !slices.ContainsFunc(c.parts, func(p models.DecisionPart) bool { return p.At.After(at) && !slices.Contains(signatures, p.Part) })
}

// since reports whether something was filed after the case last came to a state.
func (c *caseAt) since(state models.DecisionState, at time.Time) bool {
	for _, m := range slices.Backward(c.moves) {
		if m.To == state {
			return !at.Before(m.At)
		}
	}
	return false
}

// pass puts the rules of the move's gates before the case and refuses it with every rule that stops it.
func (r *Register) pass(ctx context.Context, by models.Viewer, c *caseAt, move models.Move, step Step) ([]models.RuleResult, error) {
	if len(move.Gates) == 0 {
		return []models.RuleResult{}, nil
	}
	results := c.judge(ctx, move.Gates, r.now())
	rules := map[string]policy.RegimeRule{}
	for _, rule := range c.law.regime.On() {
		rules[rule.ID] = rule
	}
	var stops []models.FieldError
	for i := range results {
		one := &results[i]
		if reason := tidy(step.Waivers[one.Rule]); reason != "" && one.Stops() {
			role := cmp.Or(rules[one.Rule].Waiver, policy.ClashWaiver(one.Rule))
			if role == "" || !by.Holds(role, c.row.AgencyID) {
				return nil, models.Refuse(models.Forbidden, "no-waiver", "You may not let rule "+one.Rule+" pass. "+waiverSentence(role))
			}
			one.WaivedBy, one.Waiver = string(role), reason
		}
		if one.Stops() {
			detail := one.Message
			if one.Outcome == models.RuleUndetermined {
				detail = "It cannot be told, because this is not on file: " + strings.Join(one.Missing, "; ") + "."
			}
			stops = append(stops, models.FieldError{Field: one.Rule, Code: string(one.Outcome), Detail: strings.TrimSpace(one.Title + ": " + detail + " " + one.Cure)})
		}
	}
	if len(stops) > 0 {
		return nil, &models.Error{Kind: models.Conflict, Code: "rules-not-met", Detail: fmt.Sprintf("The law stops this step: %d of its rules are broken or cannot be told yet. Each is named with what puts it right.", len(stops)), Fields: stops}
	}
	return results, nil
}

func waiverSentence(role models.Role) string {
	if role == "" {
		return "Nobody may: what it asks has to be done."
	}
	return "That is for who is " + string(role) + " at the agency."
}

// taken is a move that may be made, and how it is made.
type taken struct {
	models.Move
	role    models.Role
	reason  string
	results []models.RuleResult
}

// move keeps the move and sets the case to where it leads.
func (r *Register) move(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, move taken) error {
	d := &c.row.Decision
	at := r.now().Truncate(time.Microsecond)
	m := models.DecisionMove{DecisionID: d.ID, From: move.From, To: move.To, ByID: optional(by.UserID), ByName: by.Name, Role: move.role, At: at, Reason: tidy(move.reason), Results: move.results, Digest: d.Digest, RegimeVersionID: d.RegimeVersionID}
	if err := tx.AddDecisionMove(ctx, &m); err != nil {
		return err
	}
	d.State = move.To
	if move.Back && slices.Contains(earlySteps, move.To) {
		d.Chosen = ""
	}
	c.moves = append(c.moves, m)
	if err := c.schedule(at); err != nil {
		return err
	}
	if err := tx.SaveDecision(ctx, d); err != nil {
		return err
	}
	entry, err := moveLogged(d, &m)
	if err != nil {
		return err
	}
	_, err = recordLeaf(ctx, tx, by, movedEvent(d, &m), entry)
	return err
}

// schedule sets the days that follow from where a case stands.
func (c *caseAt) schedule(at time.Time) error {
	d := &c.row.Decision
	switch {
	case d.State == models.DecisionApproved && d.ApprovedAt == nil:
		d.ApprovedAt = &at
	case d.State.Ended():
		d.ClosedAt = &at
	case d.State == models.DecisionEvaluating || d.State == models.DecisionScanning || d.State == models.DecisionDraft: // it went back: nothing is approved any more
		d.ApprovedAt, d.StandstillOn = nil, nil
	}
	dossier, err := models.ReadDossier(c.parts, c.moves)
	if err != nil {
		return err
	}
	c.dossier.OpinionAt, c.dossier.ScanOpened = dossier.OpinionAt, dossier.ScanOpened
	calendar, err := c.law.regime.WorkingDays()
	if err != nil {
		return err
	}
	d.DueOn, d.ReviewOn = nil, nil
	for _, line := range policy.Deadlines(c.input(at), calendar) {
		switch line.Kind {
		case policy.StandstillEnd:
			d.StandstillOn = &line.On
		case policy.ReviewDue:
			d.ReviewOn = &line.On
		}
		if d.DueOn == nil || line.On.Before(*d.DueOn) {
			d.DueOn = &line.On
		}
	}
	return nil
}
