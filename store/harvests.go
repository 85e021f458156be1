package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// HarvestRow is a harvest with the name of whose addresses it goes over.
type HarvestRow struct {
	models.Harvest
	Publisher string // "" for all
	AgencyID  int64  // of the publisher; 0 for all
}

const harvestFrom = `harvests h LEFT JOIN publishers p ON p.id = h.publisher_id`

var harvestColumns = columns("h", models.Harvest{}) + `, coalesce(p.name, '') AS publisher, coalesce(p.agency_id, 0) AS agency_id`

// Harvests lists harvests, the newest first; publisher 0 lists those of all.
func (s *Store) Harvests(ctx context.Context, publisher int64, p models.Page) (models.List[HarvestRow], error) {
	var none models.List[HarvestRow]
	q := &query{}
	if publisher != 0 {
		q.and("h.publisher_id = ?", publisher)
	}
	total, err := s.total(ctx, "harvests h", q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("h.id < ?", id)
	}
	list, err := rows[HarvestRow](ctx, s, `SELECT `+harvestColumns+` FROM `+harvestFrom+` WHERE`+q.clause()+`ORDER BY h.id DESC LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(h *HarvestRow) []any { return []any{h.ID} }, total), nil
}

// Harvest finds a harvest.
func (s *Store) Harvest(ctx context.Context, id int64) (*HarvestRow, error) {
	list, err := rows[HarvestRow](ctx, s, `SELECT `+harvestColumns+` FROM `+harvestFrom+` WHERE h.id = $1`, id)
	return first(list, err, "harvest")
}

// AbandonedHarvests lists the numbers of harvests that wait or run and that no job in the queue will take up; somebody may still be at work on them.
func (s *Store) AbandonedHarvests(ctx context.Context) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT h.id FROM harvests h WHERE h.state IN ('waiting', 'running') AND NOT EXISTS (SELECT 1 FROM river_job j
		WHERE j.kind = 'harvest' AND j.state IN ('available', 'pending', 'retryable', 'scheduled') AND j.args @> jsonb_build_object('harvestId', h.id)) ORDER BY h.id`)
}

// LastHarvest is when all publishers were last harvested; the zero time when they never were.
func (s *Store) LastHarvest(ctx context.Context) (time.Time, error) {
	list, err := scalars[time.Time](ctx, s, `SELECT created_at FROM harvests WHERE publisher_id IS NULL ORDER BY id DESC LIMIT 1`)
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	return list[0], nil
}

// CreateHarvest adds a harvest.
func (tx *Tx) CreateHarvest(ctx context.Context, h *models.Harvest) error {
	return fault(tx.gorm(ctx).Create(h).Error)
}

// SaveHarvest stores where a harvest stands.
func (tx *Tx) SaveHarvest(ctx context.Context, h *models.Harvest) error {
	return fault(tx.gorm(ctx).Model(h).Select("*").Omit("id", "created_at").Updates(h).Error)
}

// CountHarvest adds to what a harvest has done.
func (tx *Tx) CountHarvest(ctx context.Context, id int64, visited, changed, failed int) error {
	_, err := tx.pg.Exec(ctx, `UPDATE harvests SET visited = visited + $2, changed = changed + $3, failed = failed + $4 WHERE id = $1`, id, visited, changed, failed)
	return fault(err)
}

// CountToVisit notes how many repositories a harvest is to visit in all, those included that it has visited.
func (tx *Tx) CountToVisit(ctx context.Context, h *models.Harvest, until time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE harvests SET found = visited + (SELECT count(*) FROM repositories r LEFT JOIN publishers p ON p.id = r.publisher_id
		WHERE r.active AND (p.id = $2 OR $2 IS NULL AND p.active IS NOT FALSE) AND (r.next_at IS NULL OR r.next_at <= $3)
			AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.harvest_id = $1 AND v.repository_id = r.id)) WHERE id = $1`, h.ID, h.PublisherID, until)
	return fault(err)
}

// VisitRow is a line of the intake log.
type VisitRow struct {
	models.Visit
	Publisher  string
	Visibility models.Visibility
}

// Visits lists the intake log, the newest first. What happened at a repository that the viewer may not see is not there.
func (s *Store) Visits(ctx context.Context, v models.Viewer, f models.VisitFilter) (models.List[VisitRow], error) {
	var none models.List[VisitRow]
	q := &query{}
	for _, c := range []struct {
		cond string
		arg  any
		use  bool
	}{
		{"v.harvest_id = ?", f.Harvest, f.Harvest != 0},
		{"v.publisher_id = ?", f.Publisher, f.Publisher != 0},
		{"v.repository_id = ?", f.Repository, f.Repository != 0},
		{"v.outcome = ?", f.Outcome, f.Outcome != ""},
	} {
		if c.use {
			q.and(c.cond, c.arg)
		}
	}
	if f.Failed {
		q.and("v.outcome NOT IN ('read', 'unchanged', 'undescribed')")
	}
	q.where = append(q.where, "r.id IS NULL OR ("+q.sees(v, "r.visibility", "r.agency_id")+") OR "+q.holds(v, "r.asset_id")) // or access to the code was granted
	const from = `visits v LEFT JOIN repositories r ON r.id = v.repository_id LEFT JOIN publishers p ON p.id = v.publisher_id`
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("v.id < ?", id)
	}
	list, err := rows[VisitRow](ctx, s, `SELECT `+columns("v", models.Visit{})+`, coalesce(p.name, '') AS publisher, coalesce(r.visibility, 'public') AS visibility FROM `+from+` WHERE`+q.clause()+`ORDER BY v.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(v *VisitRow) []any { return []any{v.ID} }, total), nil
}

// AddVisit adds a line to the intake log.
func (tx *Tx) AddVisit(ctx context.Context, v *models.Visit) error {
	return fault(tx.gorm(ctx).Create(v).Error)
}
