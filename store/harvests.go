package store

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// HarvestRow is a harvest with the name of whose addresses it goes over. It counts what the viewer may see.
type HarvestRow struct {
	models.Harvest
	Publisher string // "" for all
	AgencyID  int64  // of the publisher; 0 for all
}

const harvestFrom = `harvests h LEFT JOIN publishers p ON p.id = h.publisher_id`

var harvestColumns = columns("h", models.Harvest{}) + `, coalesce(p.name, '') AS publisher, coalesce(p.agency_id, 0) AS agency_id`

// Harvests lists harvests, the newest first; publisher 0 lists those of all. Those of a withdrawn publisher are its agency's alone.
func (s *Store) Harvests(ctx context.Context, v models.Viewer, publisher int64, p models.Page) (models.List[HarvestRow], error) {
	q := &query{}
	if publisher != 0 {
		q.and("h.publisher_id = ?", publisher)
	}
	return s.harvests(ctx, v, q, p)
}

// Harvest finds a harvest.
func (s *Store) Harvest(ctx context.Context, v models.Viewer, id int64) (*HarvestRow, error) {
	q := &query{}
	q.and("h.id = ?", id)
	list, err := s.harvests(ctx, v, q, models.Page{Limit: 1})
	return first(list.Items, err, "harvest")
}

func (s *Store) harvests(ctx context.Context, v models.Viewer, q *query, p models.Page) (models.List[HarvestRow], error) {
	var none models.List[HarvestRow]
	q.and(q.seesPublisher(v))
	total, err := s.total(ctx, harvestFrom, q)
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
	if err := s.countSeen(ctx, v, list); err != nil {
		return none, err
	}
	return page(list, p, func(h *HarvestRow) []any { return []any{h.ID} }, total), nil
}

// countSeen takes what the viewer may not see out of the counts of harvests.
func (s *Store) countSeen(ctx context.Context, v models.Viewer, list []HarvestRow) error {
	if v.SeesAll() || len(list) == 0 {
		return nil
	}
	ids, by := make([]int64, len(list)), map[int64]*models.Harvest{}
	for i := range list {
		ids[i], by[list[i].ID] = list[i].ID, &list[i].Harvest
	}
	q := &query{}
	wanted, line, repository := q.arg(ids), q.seesVisit(v), q.seesRepository(v)
	counts, err := rows[struct {
		ID, Visited, Changed, Failed, Ahead int64
	}](ctx, s, `SELECT h.id, hidden.*, ahead.* FROM harvests h
		CROSS JOIN LATERAL (SELECT count(v.repository_id) AS visited, count(*) FILTER (WHERE v.changed) AS changed, count(*) FILTER (WHERE `+failedVisit+`) AS failed
			FROM `+visitFrom+` WHERE v.harvest_id = h.id AND NOT (`+line+`)) hidden
		CROSS JOIN LATERAL (SELECT count(*) AS ahead FROM repositories r LEFT JOIN publishers p ON p.id = r.publisher_id WHERE h.state IN ('waiting', 'running', 'cancelled')
			AND `+dueIn("h.id", "h.publisher_id", "h.started_at + CASE WHEN h.asked_by_id IS NULL THEN interval '0' ELSE interval '1 year' END")+` AND `+repository+`) ahead
		WHERE h.id = ANY(`+wanted+`)`, q.args...)
	for _, c := range counts {
		h := by[c.ID]
		h.Visited, h.Changed, h.Failed = h.Visited-int(c.Visited), h.Changed-int(c.Changed), h.Failed-int(c.Failed)
		if h.Found > 0 { // counted anew: to take off what is hidden would tell how much of it is still ahead
			h.Found = h.Visited + int(c.Ahead)
		}
	}
	return err
}

// dueIn is the condition that a harvest has the repository r of the publisher p, if it has one, still to visit.
func dueIn(harvest, publisher, until string) string {
	return `r.active AND (p.id = ` + publisher + ` OR ` + publisher + ` IS NULL AND p.active IS NOT FALSE) AND (r.next_at IS NULL OR r.next_at <= ` + until + `)
		AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.harvest_id = ` + harvest + ` AND v.repository_id = r.id)`
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

// CountToVisit notes how many repositories a harvest is to visit in all, those included that it has visited.
func (tx *Tx) CountToVisit(ctx context.Context, h *models.Harvest, until time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE harvests SET found = visited + (SELECT count(*) FROM repositories r LEFT JOIN publishers p ON p.id = r.publisher_id
		WHERE `+dueIn("$1", "$2::bigint", "$3")+`) WHERE id = $1`, h.ID, h.PublisherID, until)
	return fault(err)
}

// VisitRow is a line of the intake log.
type VisitRow struct {
	models.Visit
	Publisher  string
	Visibility models.Visibility
}

const (
	visitFrom  = `visits v ` + visitJoins
	visitJoins = `LEFT JOIN repositories r ON r.id = v.repository_id LEFT JOIN publishers p ON p.id = v.publisher_id`
)

var visitColumns = `SELECT ` + columns("v", models.Visit{}) + `, coalesce(CASE WHEN p.withdrawn_at IS NULL THEN p.name END, '') AS publisher, coalesce(r.visibility, 'public') AS visibility`

// failedVisit is the condition that there is something for an owner to mend.
var failedVisit = `v.outcome NOT IN ('` + strings.Join(outcomes(models.VisitOutcome.Sound), "', '") + `')`

func outcomes(which func(models.VisitOutcome) bool) (names []string) {
	for _, o := range models.VisitOutcomes {
		if which(o) {
			names = append(names, string(o))
		}
	}
	return names
}

// seesVisit is the clause that hides lines of the intake log: what happened at a repository is for those who may see it, and what the host of a withdrawn publisher said for its agency.
func (q *query) seesVisit(v models.Viewer) string {
	return `CASE WHEN r.id IS NULL THEN ` + q.seesPublisher(v) + ` ELSE ` + q.seesRepository(v) + ` END`
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
		q.and(failedVisit)
	}
	q.and(q.seesVisit(v))
	total, err := s.total(ctx, visitFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("v.id < ?", id)
	}
	list, err := rows[VisitRow](ctx, s, visitColumns+` FROM `+visitFrom+` WHERE`+q.clause()+`ORDER BY v.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(v *VisitRow) []any { return []any{v.ID} }, total), nil
}

// AddVisit adds a line to the intake log, and to the counts of its harvest: what is counted is what is listed.
func (tx *Tx) AddVisit(ctx context.Context, v *models.Visit) error {
	if err := tx.gorm(ctx).Create(v).Error; err != nil {
		return fault(err)
	}
	_, err := tx.pg.Exec(ctx, `UPDATE harvests SET visited = visited + ($4::bigint IS NOT NULL)::int, changed = changed + $2::boolean::int, failed = failed + $3::boolean::int WHERE id = $1`, v.HarvestID, v.Changed, !v.Outcome.Sound(), v.RepositoryID)
	return fault(err)
}
