package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ObligationRow is a person's statement with their name.
type ObligationRow struct {
	models.ObligationRecord
	By string
}

// ObligationRecords lists what was said of the obligations of a release in a use, newest first. The caller has checked that the viewer sees
// the release.
func (s *Store) ObligationRecords(ctx context.Context, release int64, use string) ([]ObligationRow, error) {
	return rows[ObligationRow](ctx, s, `SELECT `+columns("o", models.ObligationRecord{})+`, coalesce(u.name, '') AS by FROM obligation_records o LEFT JOIN users u ON u.id = o.user_id
		WHERE o.release_id = $1 AND o.use = $2 ORDER BY o.id DESC LIMIT 20000`, release, use)
}

// CreateObligationRecord adds a statement.
func (tx *Tx) CreateObligationRecord(ctx context.Context, o *models.ObligationRecord) error {
	return fault(tx.gorm(ctx).Create(o).Error)
}
