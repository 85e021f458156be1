package register

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// BecomeReferent records that a person offers to answer questions about a piece of software. Nobody can offer it for another.
func (r *Register) BecomeReferent(ctx context.Context, by models.Viewer, f *models.Referent) error {
	if by.UserID == 0 {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Only a person can offer to answer questions: sign in.")
	}
	f.ID, f.UserID, f.Note, f.CreatedAt, f.EndedAt = 0, by.UserID, strings.TrimSpace(f.Note), r.now().Truncate(time.Microsecond), nil
	if err := f.Validate(); err != nil {
		return err
	}
	if !by.May(models.ReadGovernment, f.AgencyID) {
		return invalidField("agencyId", "unknown", "Choose an agency in which you have a role.")
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		f.ID = 0
		a, err := tx.Asset(ctx, by, f.AssetID)
		if err != nil {
			return invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
		}
		if a.MergedIntoID != nil {
			return models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Offer it there.")
		}
		if err := tx.CreateReferent(ctx, f); err != nil {
			return err
		}
		return record(ctx, tx, by, referentEvent("referent.offered", a, f))
	})
}

// EndReferent ends that a person answers questions about a piece of software: they themselves may, and who answers for the software.
func (r *Register) EndReferent(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "referents", id); err != nil {
			return err
		}
		f, err := tx.Referent(ctx, by, id)
		if err != nil {
			return err
		}
		a, err := tx.Asset(ctx, by, f.AssetID)
		if err != nil {
			return err
		}
		if f.UserID != by.UserID {
			if err := may(by, models.WriteAsset, a.StewardID, "end what another person has offered"); err != nil {
				return err
			}
		}
		if f.EndedAt != nil {
			return models.Refuse(models.Conflict, "referent-ended", "This has ended already.")
		}
		at := r.now().Truncate(time.Microsecond)
		f.EndedAt = &at
		if err := tx.EndReferent(ctx, &f.Referent); err != nil {
			return err
		}
		return record(ctx, tx, by, referentEvent("referent.ended", a, &f.Referent))
	})
}

// referentEvent says nothing of the person but to who may read the trail: the public does not learn who can be asked.
func referentEvent(action string, a *models.Asset, f *models.Referent) event {
	return event{action: action, noun: "referent", id: f.ID, title: a.Title(), agency: f.AgencyID, asset: a.ID, to: narrower(models.VisibleGovernment, a.Visibility),
		after: map[string]any{"agencyId": f.AgencyID, "expertise": f.Expertise, "note": f.Note}}
}
