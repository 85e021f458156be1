package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/ospo-register/ospo/models"
)

// ContinuityRow is what keeps a piece of software going, with the name of its replacement as far as the viewer may see it.
type ContinuityRow struct {
	models.Continuity
	ReplacementAsset string
}

// Continuity is what keeps a piece of software going; with version 1 and nothing in it while nothing has been said. It is for government: anybody else is
// told that there is none. The caller has checked that the viewer sees the software.
func (s *Store) Continuity(ctx context.Context, v models.Viewer, asset int64) (*ContinuityRow, error) {
	if !v.InGovernment() {
		return nil, models.NoSuch("continuity")
	}
	row := &ContinuityRow{}
	err := s.gorm(ctx).Where("asset_id = ?", asset).Take(&row.Continuity).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		row.AssetID, row.Version = asset, 1
		return row, nil
	}
	if err != nil || row.ReplacementID == nil {
		return row, fault(err)
	}
	a, err := s.Asset(ctx, v, *row.ReplacementID)
	switch {
	case models.IsKind(err, models.NotFound):
		return row, nil
	case err != nil:
		return nil, err
	}
	row.ReplacementAsset = a.Title()
	return row, nil
}

// SaveContinuity stores what was said, for the first time or again.
func (tx *Tx) SaveContinuity(ctx context.Context, c *models.Continuity) error {
	if c.ID == 0 {
		c.Version = 2
		return fault(tx.gorm(ctx).Create(c).Error)
	}
	return save(tx.gorm(ctx), c, c.ID, &c.Version)
}
