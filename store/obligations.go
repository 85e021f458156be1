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

// ReleaseAgencies lists who answers for a release: the steward of its software, then who runs it.
func (s *Store) ReleaseAgencies(ctx context.Context, release int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT agency_id FROM (SELECT a.steward_id AS agency_id, 0::bigint AS deployment FROM releases r JOIN assets a ON a.id = r.asset_id WHERE r.id = $1
		UNION ALL SELECT d.agency_id, d.id FROM deployments d WHERE d.release_id = $1 AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended') t GROUP BY agency_id ORDER BY min(deployment)`, release)
}
