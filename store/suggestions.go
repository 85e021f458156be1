package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Suggestions lists what was suggested for a decision, oldest first. The caller must know that the viewer may see the decision. How to reach who suggested it comes only to who sees the dossier.
func (s *Store) Suggestions(ctx context.Context, d *DecisionRow) ([]models.Suggestion, error) {
	list, err := rows[models.Suggestion](ctx, s, `SELECT `+columns("g", models.Suggestion{})+` FROM decision_suggestions g WHERE g.decision_id = $1 ORDER BY g.number`, d.ID)
	for i := range list {
		if !d.Full {
			list[i].Contact, list[i].ByID = "", nil
		}
	}
	return list, err
}

// CountSuggestions counts what the public suggested since a moment: in all, and for one decision.
func (tx *Tx) CountSuggestions(ctx context.Context, since time.Time, decision int64) (all, ofCase int, err error) {
	err = tx.pg.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE decision_id = $2) FROM decision_suggestions WHERE at > $1`, since, decision).Scan(&all, &ofCase)
	return all, ofCase, fault(err)
}

// AddSuggestion keeps a suggestion under the next number of its decision.
func (tx *Tx) AddSuggestion(ctx context.Context, g *models.Suggestion) error {
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM decision_suggestions WHERE decision_id = $1`, g.DecisionID).Scan(&g.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(g).Error)
}

// AnswerSuggestion stores what became of a suggestion.
func (tx *Tx) AnswerSuggestion(ctx context.Context, g *models.Suggestion) error {
	_, err := tx.pg.Exec(ctx, `UPDATE decision_suggestions SET state = $2, candidate = $3, reason = $4, answered_at = $5 WHERE id = $1`, g.ID, g.State, g.Candidate, g.Reason, g.AnsweredAt)
	return fault(err)
}
