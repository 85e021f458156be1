package register

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// SetSDGs says which development goals a piece of software serves, in place of what was said before. based is the version of the asset that the caller has read,
// 0 for whatever it is now; the goals count as a change of the asset.
func (r *Register) SetSDGs(ctx context.Context, by models.Viewer, asset, based int64, list []models.AssetSDG) (*models.Asset, error) {
	list = slices.Clone(list)
	for i := range list {
		list[i].AssetID, list[i].Relevance = asset, strings.TrimSpace(list[i].Relevance)
	}
	if err := models.ValidateSDGs(list); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b models.AssetSDG) int { return cmp.Compare(a.Goal, b.Goal) })
	var result *models.Asset
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, err := keptAsset(ctx, tx, by, asset, "say which goals this software serves")
		if err != nil {
			return err
		}
		if err := unchanged(a.Version, based); err != nil {
			return err
		}
		before, err := tx.AssetSDGs(ctx, asset)
		if err != nil {
			return err
		}
		if result = a; slices.Equal(before, list) {
			return nil
		}
		a.UpdatedAt = r.now()
		if err := tx.SaveAssetSDGs(ctx, a, list); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "asset.goals-set", noun: "asset", id: a.ID, title: a.Title(), agency: a.StewardID, asset: a.ID, from: a.Visibility, to: a.Visibility,
			before: map[string]any{"sdgs": plainSDGs(before)}, after: map[string]any{"sdgs": plainSDGs(list)}})
	})
	return result, err
}

// plainSDGs is the list as an event keeps it.
func plainSDGs(list []models.AssetSDG) []any {
	plain := make([]any, len(list))
	for i, g := range list {
		plain[i] = map[string]any{"goal": g.Goal, "relevance": g.Relevance}
	}
	return plain
}
