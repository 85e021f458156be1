package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// Amendment is what may be put right about a case itself until it is decided. What is nil stays.
type Amendment struct {
	Title    *string
	Function *string
	Value    *models.Money // the zero amount: not known after all
}

// amendable is where a case may still be amended: what is proposed is signed as what it is.
var amendable = []models.DecisionState{models.DecisionDraft, models.NeedConfirmed, models.DecisionScanning, models.PublicCallOut, models.ScanClosed, models.DecisionEvaluating, models.DecisionEvaluated, models.ReleaseAssessed}

// Amendable reports whether a case that stands at a state may still be amended.
func Amendable(state models.DecisionState) bool { return slices.Contains(amendable, state) }

// AmendDecision puts right how a case is called, which function it is for, or what it is expected to cost, until it is decided. A case on the short track whose value no longer allows that is refused.
// based is the version of the case that the caller has read; 0 asks for no check.
func (r *Register) AmendDecision(ctx context.Context, by models.Viewer, id, based int64, a Amendment) (*store.DecisionRow, error) {
	err := r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		d := &c.row.Decision
		role, err := mayOpen(by, d)
		if err != nil {
			return err
		}
		if !Amendable(d.State) {
			return models.Refuse(models.Conflict, "decided", "The case stands at "+string(d.State)+" and is what it was decided as. A case goes back with a reason.")
		}
		before := map[string]any{"title": d.Title, "function": d.Function, "value": d.Value, "currency": d.Currency}
		if a.Title != nil {
			d.Title = tidy(*a.Title)
		}
		if a.Function != nil {
			d.Function = strings.TrimSpace(*a.Function)
		}
		switch {
		case a.Value == nil:
		case a.Value.IsZero():
			d.Value, d.Currency = nil, ""
		default:
			d.Value, d.Currency = &a.Value.Amount, a.Value.Currency
		}
		if err := d.Validate(); err != nil {
			return err
		}
		var m models.Mistakes
		if d.Track == models.ShortTrack {
			shortAllowed(&m, c.law.regime, d)
		}
		if m.Err() != nil {
			return models.Refuse(models.Conflict, "not-short", "With this value the case may not take the short track any more. Withdraw it, and open one on the full track.")
		}
		if err := tx.SaveDecision(ctx, d); err != nil {
			return err
		}
		e := decisionEvent("decision.amended", d, before, map[string]any{"title": d.Title, "function": d.Function, "value": d.Value, "currency": d.Currency})
		_, err = recordLeaf(ctx, tx, by, e, logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(role), Dossier: hexDigest(d.Digest)}})
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}
