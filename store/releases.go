package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ReleaseRow is a release as lists show it.
type ReleaseRow struct {
	models.Release
	SBOMID      *int64 // the current document
	Packages    int    // in it
	Documents   int    // all documents, superseded and withdrawn ones too
	Deployments int    // that the viewer may see
}

// Release finds a release of an asset that the viewer may see.
func (s *Store) Release(ctx context.Context, v models.Viewer, id int64) (*models.Release, error) {
	q := &query{}
	q.and("r.id = ?", id)
	return s.release(ctx, v, q)
}

// ReleaseByNumber finds a release by its asset and number.
func (s *Store) ReleaseByNumber(ctx context.Context, v models.Viewer, asset int64, number string) (*models.Release, error) {
	q := &query{}
	q.and("r.asset_id = ? AND r.number = ?", asset, number)
	return s.release(ctx, v, q)
}

func (s *Store) release(ctx context.Context, v models.Viewer, q *query) (*models.Release, error) {
	q.visible(v, "a", "steward_id")
	list, err := rows[models.Release](ctx, s, `SELECT `+releaseColumns+` FROM releases r JOIN assets a ON a.id = r.asset_id WHERE`+q.clause(), q.args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("release")
	}
	return &list[0], nil
}

// Releases lists the releases of an asset, most recently released (then registered) first.
func (s *Store) Releases(ctx context.Context, v models.Viewer, asset int64, p models.Page) (models.List[ReleaseRow], error) {
	var none models.List[ReleaseRow]
	q := &query{}
	q.and("r.asset_id = ?", asset)
	q.visible(v, "a", "steward_id")
	const from = `releases r JOIN assets a ON a.id = r.asset_id`
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var on string
	var id int64
	if more, err := after(p.After, &on, &id); err != nil {
		return none, err
	} else if more {
		q.and("(coalesce(r.released_on, r.created_at::date), r.id) < (?::date, ?)", on, id)
	}
	dq := &query{args: q.args}
	dq.deploymentVisibleTo(v)
	items, err := rows[ReleaseRow](ctx, s, `SELECT `+releaseColumns+`, s.id AS sbom_id, coalesce(s.packages, 0) AS packages,
			(SELECT count(*) FROM sboms WHERE release_id = r.id) AS documents,
			(SELECT count(*) FROM deployments d WHERE d.release_id = r.id AND d.state <> 'withdrawn' AND `+dq.clause()+`) AS deployments
		FROM `+from+` LEFT JOIN sboms s ON s.release_id = r.id AND s.state = 'current'
		WHERE`+q.clause()+`ORDER BY coalesce(r.released_on, r.created_at::date) DESC, r.id DESC LIMIT `+dq.arg(limit(p)), dq.args...)
	if err != nil {
		return none, err
	}
	return page(items, p, func(r *ReleaseRow) []any {
		on := models.DateOf(r.CreatedAt)
		if r.ReleasedOn != nil {
			on = *r.ReleasedOn
		}
		return []any{on.String(), r.ID}
	}, total), nil
}

// CreateRelease adds a release.
func (tx *Tx) CreateRelease(ctx context.Context, r *models.Release) error {
	r.Version = 1
	if err := tx.gorm(ctx).Create(r).Error; err != nil {
		return fault(err)
	}
	// Deployments that reported this version before it was registered now have their release.
	_, err := tx.pg.Exec(ctx, `UPDATE deployments SET release_id = $1 WHERE asset_id = $2 AND release_id IS NULL AND version_text = $3`, r.ID, r.AssetID, r.Number)
	return fault(err)
}

// SaveRelease stores a changed release.
func (tx *Tx) SaveRelease(ctx context.Context, r *models.Release) error {
	return save(tx.gorm(ctx), r, r.ID, &r.Version)
}
