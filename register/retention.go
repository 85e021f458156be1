package register

import (
	"context"
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// KeepUnreadDays is how long the bytes of a delivery are kept that ended without a document.
const KeepUnreadDays = 30

// SetRetention makes a rule of how long former documents keep their content and original bytes.
func (r *Register) SetRetention(ctx context.Context, by models.Viewer, rule *models.RetentionRule) error {
	rule.Reason = tidy(rule.Reason)
	rule.ID, rule.CreatedAt, rule.CreatedByID, rule.EndedAt = 0, r.now().Truncate(time.Microsecond), optional(by.UserID), nil
	if err := rule.Validate(); err != nil {
		return err
	}
	if err := may(by, models.WriteRetention, value(rule.AgencyID), "say how long documents are kept"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		rule.ID = 0
		if err := tx.CreateRetentionRule(ctx, rule); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "retention.set", noun: "retention-rule", id: rule.ID, title: "keep " + strconv.Itoa(rule.KeepLast) + " documents, " + strconv.Itoa(rule.KeepDays) + " days", agency: value(rule.AgencyID), after: rule})
	})
}

// EndRetention ends a rule; what it covered follows the rule above it.
func (r *Register) EndRetention(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "retention_rules", id); err != nil {
			return err
		}
		rule, err := tx.RetentionRule(ctx, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteRetention, value(rule.AgencyID), "say how long documents are kept"); err != nil {
			return err
		}
		if rule.EndedAt != nil {
			return models.Refuse(models.Conflict, "retention-ended", "This rule has ended already.")
		}
		before, at := *rule, r.now().Truncate(time.Microsecond)
		rule.EndedAt = &at
		if err := tx.SaveRetentionRule(ctx, rule); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "retention.ended", noun: "retention-rule", id: id, title: rule.Reason, agency: value(rule.AgencyID), before: before, after: rule})
	})
}

// ToReduce lists what the rules in force would let go of now, at most 200 documents, of those that the viewer may see. Who may
// read the rules may read what follows from them.
func (r *Register) ToReduce(ctx context.Context, v models.Viewer) ([]store.Reducible, error) {
	if !v.SignedIn() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to see what the retention rules let go of.")
	}
	return r.store.Reducible(ctx, v, r.now(), 200)
}

// Retain lets go of the content and original of every document that the rules in force no longer keep, one transaction and one
// event each, and of the bytes of deliveries that came to nothing. It reports how many documents.
func (r *Register) Retain(ctx context.Context) (int, error) {
	by, reduced := models.SystemViewer("Retention"), 0
	for {
		list, err := r.store.Reducible(ctx, by, r.now(), 200)
		if err != nil {
			return reduced, err
		}
		if len(list) == 0 {
			break
		}
		for _, s := range list {
			if err := r.reduce(ctx, by, s.ID); err != nil {
				return reduced, err
			}
			reduced++
		}
	}
	return reduced, store.Write(ctx, r.store, func(tx *store.Tx) error {
		_, err := tx.DropOldDelivered(ctx, r.now().AddDate(0, 0, -KeepUnreadDays))
		return err
	})
}

func (r *Register) reduce(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "sboms", id); err != nil {
			return err
		}
		s, err := tx.SBOM(ctx, by, id)
		if err != nil {
			return err
		}
		if s.State == models.SBOMCurrent || s.ReducedAt != nil {
			return nil
		}
		asset, err := tx.Asset(ctx, by, s.AssetID)
		if err != nil {
			return err
		}
		if err := tx.ReduceSBOM(ctx, id, r.now().Truncate(time.Microsecond)); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "sbom.reduced", noun: "sbom", id: id, title: s.Asset + " " + s.Release, agency: s.StewardID, asset: s.AssetID, from: asset.Visibility, to: asset.Visibility})
	})
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
