package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// OCDSReleases lists the releases of all decisions that are told to the public, in the order in which they were made: whoever goes on from the last one misses none.
func (s *Store) OCDSReleases(ctx context.Context, p models.Page) (models.List[models.OCDSRelease], error) {
	const from = `ocds_releases o JOIN decisions d ON d.id = o.decision_id`
	q := &query{}
	q.and("d.visibility = 'public'")
	none := models.List[models.OCDSRelease]{}
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("o.id > ?", id)
	}
	list, err := rows[models.OCDSRelease](ctx, s, `SELECT `+columns("o", models.OCDSRelease{})+` FROM `+from+` WHERE`+q.clause()+`ORDER BY o.id LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(r *models.OCDSRelease) []any { return []any{r.ID} }, total), nil
}

// OCDSReleasesOf lists the releases of a decision, oldest first. The caller must know that the decision is told to the public.
func (s *Store) OCDSReleasesOf(ctx context.Context, decision int64) ([]models.OCDSRelease, error) {
	return rows[models.OCDSRelease](ctx, s, `SELECT `+columns("o", models.OCDSRelease{})+` FROM ocds_releases o WHERE o.decision_id = $1 ORDER BY o.id`, decision)
}

// AddOCDSRelease keeps a release. It follows the event of the publication, so that releases are numbered in the order in which they can be read.
func (tx *Tx) AddOCDSRelease(ctx context.Context, r *models.OCDSRelease) error {
	return fault(tx.gorm(ctx).Create(r).Error)
}
