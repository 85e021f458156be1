package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterRelease adds a version of an asset. Deployments that had reported this version are tied to it.
func (r *Register) RegisterRelease(ctx context.Context, by models.Viewer, release *models.Release) error {
	release.Number = strings.TrimSpace(release.Number)
	return store.Write(ctx, r.store, func(tx *store.Tx) error { return r.registerRelease(ctx, tx, by, release) })
}

// registerRelease adds a release, with its event.
func (r *Register) registerRelease(ctx context.Context, tx *store.Tx, by models.Viewer, release *models.Release) error {
	if err := release.Validate(); err != nil {
		return err
	}
	release.ID = 0
	a, err := r.releaseAsset(ctx, tx, by, release.AssetID)
	if err != nil {
		return err
	}
	if err := tx.CreateRelease(ctx, release); err != nil {
		return err
	}
	return record(ctx, tx, by, releaseEvent("release.registered", a, release, nil))
}

// ChangeRelease lets change edit the release and stores the result.
func (r *Register) ChangeRelease(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Release)) (*models.Release, error) {
	var result *models.Release
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "releases", id); err != nil {
			return err
		}
		release, err := tx.Release(ctx, by, id)
		if err != nil {
			return err
		}
		a, err := r.releaseAsset(ctx, tx, by, release.AssetID)
		if err != nil {
			return err
		}
		if err := unchanged(release.Version, based); err != nil {
			return err
		}
		before := *release
		change(release)
		release.ID, release.AssetID, release.Version, release.CreatedAt = before.ID, before.AssetID, before.Version, before.CreatedAt
		release.Number = strings.TrimSpace(release.Number)
		if err := release.Validate(); err != nil {
			return err
		}
		if result = release; same(before, release) {
			return nil
		}
		release.UpdatedAt = r.now()
		if err := tx.SaveRelease(ctx, release); err != nil {
			return err
		}
		return record(ctx, tx, by, releaseEvent("release.changed", a, release, &before))
	})
	return result, err
}

// releaseAsset reads the asset of a release and checks that the viewer may write releases for it.
func (r *Register) releaseAsset(ctx context.Context, tx *store.Tx, by models.Viewer, id int64) (*models.Asset, error) {
	a, err := tx.Asset(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if a.MergedIntoID != nil {
		return nil, models.Refuse(models.Conflict, "asset-merged", "This entry was merged into another one. Use that one.")
	}
	return a, may(by, models.WriteRelease, a.StewardID, "change the releases of this agency's software")
}

func releaseEvent(action string, a *models.Asset, release, before *models.Release) event {
	e := event{action: action, noun: "release", id: release.ID, title: a.Title() + " " + release.Number, agency: a.StewardID, asset: a.ID, to: a.Visibility, after: release}
	if before != nil {
		e.from, e.before = a.Visibility, before
	}
	return e
}
