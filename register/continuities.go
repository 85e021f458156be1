package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// WriteContinuity lets change edit what keeps a piece of software going, and stores the result. based is the version that the caller has read: 1 while nothing
// has been said, 0 for whatever it is now.
func (r *Register) WriteContinuity(ctx context.Context, by models.Viewer, asset, based int64, change func(*models.Continuity)) (*models.Continuity, error) {
	var result *models.Continuity
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, err := keptAsset(ctx, tx, by, asset, "say what keeps this software going")
		if err != nil {
			return err
		}
		row, err := tx.Continuity(ctx, by, asset)
		if err != nil {
			return err
		}
		c := &row.Continuity
		if err := unchanged(c.Version, based); err != nil {
			return err
		}
		before := *c
		before.Keepers = slices.Clone(c.Keepers)
		change(c)
		c.ID, c.AssetID, c.Version, c.CreatedAt = before.ID, asset, before.Version, before.CreatedAt
		tidyContinuity(c)
		if err := c.Validate(models.DateOf(r.now())); err != nil {
			return err
		}
		if err := seesReplacement(ctx, tx, by, c, &before); err != nil {
			return err
		}
		if result = c; same(before, c) {
			return nil
		}
		if c.UpdatedAt = r.now(); c.ID == 0 {
			c.CreatedAt = c.UpdatedAt
		}
		if err := tx.SaveContinuity(ctx, c); err != nil {
			return err
		}
		seen := narrower(a.Visibility, models.VisibleGovernment)
		e := event{action: "continuity.written", noun: "continuity", id: c.ID, title: a.Title(), agency: a.StewardID, asset: a.ID, to: seen, after: c}
		if before.ID != 0 {
			e.from, e.before = seen, &before
		}
		return record(ctx, tx, by, e)
	})
	return result, err
}

// keptAsset finds software for somebody who writes about its keeping, and holds it so that two who write at once come one after the other.
func keptAsset(ctx context.Context, tx *store.Tx, by models.Viewer, asset int64, what string) (*models.Asset, error) {
	if err := tx.Hold(ctx, "assets", asset); err != nil {
		return nil, err
	}
	a, err := tx.Asset(ctx, by, asset)
	if err != nil {
		return nil, err
	}
	if err := may(by, models.WriteChecklist, a.StewardID, what); err != nil {
		return nil, err
	}
	if a.MergedIntoID != nil {
		return nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Go on there.")
	}
	return a, nil
}

// seesReplacement refuses a replacement that the viewer cannot see, unless it stood there before.
func seesReplacement(ctx context.Context, tx *store.Tx, by models.Viewer, c, before *models.Continuity) error {
	if c.ReplacementID == nil || value(c.ReplacementID) == value(before.ReplacementID) {
		return nil
	}
	_, err := tx.Asset(ctx, by, *c.ReplacementID)
	return invalidReference(err, "replacementId", "There is no such software, or you may not see it.")
}

func tidyContinuity(c *models.Continuity) {
	c.Unit, c.FundingSource, c.Replacement = tidy(c.Unit), tidy(c.FundingSource), tidy(c.Replacement)
	c.Plan, c.Escrow, c.Knowledge = strings.TrimSpace(c.Plan), strings.TrimSpace(c.Escrow), strings.TrimSpace(c.Knowledge)
	c.PlanURL, c.EscrowURL = strings.TrimSpace(c.PlanURL), strings.TrimSpace(c.EscrowURL)
	if c.Keepers == nil {
		c.Keepers = []models.Keeper{}
	}
	for i := range c.Keepers {
		c.Keepers[i].Name, c.Keepers[i].URL = tidy(c.Keepers[i].Name), strings.TrimSpace(c.Keepers[i].URL)
	}
}
