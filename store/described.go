package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// Snapshot has fn read everything as it stands at one moment, however many statements it takes. Within a transaction it reads there.
func Snapshot(ctx context.Context, s *Store, fn func(s *Store) error) error {
	if s.tx != nil {
		return fn(s)
	}
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("reading the register as it stands: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it only read
	return fn(&Store{pg: tx, pool: s.pool})
}

// DescribedAsset finds an asset with all that the viewer may know of it and others may be told. A merged one is found too.
func (s *Store) DescribedAsset(ctx context.Context, v models.Viewer, id int64) (*models.Described, error) {
	a, err := s.Asset(ctx, v, id)
	if err != nil {
		return nil, err
	}
	list := []models.Described{{Asset: *a}}
	return &list[0], s.fillDescribed(ctx, v, list)
}

// Described lists assets as Assets does, each with all that the viewer may know of it and others may be told.
func (s *Store) Described(ctx context.Context, v models.Viewer, f models.AssetFilter) (models.List[models.Described], error) {
	found, err := s.Assets(ctx, v, f)
	if err != nil {
		return models.List[models.Described]{}, err
	}
	list := make([]models.Described, len(found.Items))
	assets := make([]*models.Asset, len(list))
	for i := range list {
		list[i].Asset = found.Items[i].Asset
		assets[i] = &list[i].Asset
	}
	if err := s.fillAssets(ctx, assets); err != nil {
		return models.List[models.Described]{}, err
	}
	return models.List[models.Described]{Items: list, Next: found.Next, Total: found.Total}, s.fillDescribed(ctx, v, list)
}

// fillDescribed reads what belongs to assets, in four statements whatever their number.
func (s *Store) fillDescribed(ctx context.Context, v models.Viewer, list []models.Described) error {
	ids, stewards, by := make([]int64, len(list)), make([]int64, len(list)), map[int64]*models.Described{}
	for i := range list {
		a := &list[i].Asset
		ids[i], stewards[i], by[a.ID] = a.ID, a.StewardID, &list[i]
	}
	agencies, err := rows[models.Agency](ctx, s, `SELECT `+agencyColumns+` FROM agencies g WHERE g.id = ANY($1)`, stewards)
	if err != nil {
		return err
	}
	for _, g := range agencies {
		for i := range list {
			if list[i].Asset.StewardID == g.ID {
				list[i].Steward = g
			}
		}
	}
	q := &query{}
	q.visible(v, "r", "agency_id")
	q.and("r.active AND r.asset_id = ANY(?)", ids)
	repositories, err := rows[models.Repository](ctx, s, `SELECT DISTINCT ON (r.asset_id) `+describedColumns+` FROM repositories r WHERE`+q.clause()+`
		ORDER BY r.asset_id, r.fork <> 'none', r.state = 'gone', r.description IS NULL, r.id`, q.args...)
	if err != nil {
		return err
	}
	for i := range repositories {
		by[*repositories[i].AssetID].Repository = &repositories[i]
	}
	releases, err := rows[models.Release](ctx, s, `SELECT DISTINCT ON (r.asset_id) `+releaseColumns+` FROM releases r WHERE r.asset_id = ANY($1)
		ORDER BY r.asset_id, r.released_on DESC NULLS LAST, r.id DESC`, ids)
	if err != nil {
		return err
	}
	for i := range releases {
		by[releases[i].AssetID].Newest = &releases[i]
	}
	uses, err := rows[struct {
		AssetID int64
		Name    string
	}](ctx, s, `SELECT DISTINCT d.asset_id, g.name FROM deployments d JOIN agencies g ON g.id = d.agency_id
		WHERE d.asset_id = ANY($1) AND d.visibility = 'public' AND d.state = 'confirmed' AND d.valid_until_on >= $2 AND d.lifecycle IN ('running', 'phase-out') ORDER BY g.name`, ids, models.DateOf(now()).Time())
	for _, u := range uses {
		by[u.AssetID].UsedBy = append(by[u.AssetID].UsedBy, u.Name)
	}
	return err
}

// describedColumns leaves out the text of the file.
var describedColumns = strings.Replace(columns("r", models.Repository{}), ", r.source", "", 1)
