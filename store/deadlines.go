package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// Deadline is a day that the law sets for a case, as package policy has worked it out.
type Deadline struct {
	Kind  string // as policy.DeadlineKind
	OnDay models.Date
	Title string // what is due
	Text  string // how it was counted
	Law   string // the article, where the regime names one
}

// DeadlineRow is a deadline with its case.
type DeadlineRow struct {
	Deadline
	DecisionID  int64
	Ref         string
	Case        string // its title
	State       models.DecisionState
	AgencyID    int64
	Agency      string
	Version     int64     // of the case that the day is of: a calendar takes a greater one for a change
	ScheduledAt time.Time // when it was worked out
}

// DeadlineFilter chooses deadlines. Empty fields do not restrict.
type DeadlineFilter struct {
	Agency   int64 // this agency and all below it
	Decision int64
	From, To models.Date // first and last day
	Mine     bool        // only of cases of which the viewer sees the dossier
	Most     int         // 0: MaxDeadlines
}

// MaxDeadlines bounds the deadlines of one answer.
const MaxDeadlines = 2000

// Deadlines lists the days that the law sets for the cases that the viewer may see, the nearest first. Who does not see the dossier learns, of what is published, when it can be challenged and when it
// is looked at again.
func (s *Store) Deadlines(ctx context.Context, v models.Viewer, f DeadlineFilter) ([]DeadlineRow, error) {
	q := &query{}
	q.visible(v, "d", "agency_id")
	full := q.dossierSeen(v)
	if f.Mine {
		q.where = append(q.where, full)
	} else {
		q.where = append(q.where, `(`+full+`) OR d.published_at IS NOT NULL AND l.kind IN ('standstill', 'challenge', 'review')`)
	}
	q.and("d.closed_at IS NULL")
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", f.Agency)
	}
	if f.Decision != 0 {
		q.and("d.id = ?", f.Decision)
	}
	if !f.From.IsZero() {
		q.and("l.on_day >= ?", f.From)
	}
	if !f.To.IsZero() {
		q.and("l.on_day <= ?", f.To)
	}
	most := MaxDeadlines
	if f.Most > 0 {
		most = f.Most
	}
	return rows[DeadlineRow](ctx, s, `SELECT l.kind, l.on_day, l.title, l.text, l.law, d.id AS decision_id, d.ref, d.title AS "case", d.state, d.agency_id, g.name AS agency, s.version, s.at AS scheduled_at
		FROM decision_deadlines l JOIN decision_schedules s ON s.decision_id = l.decision_id JOIN decisions d ON d.id = l.decision_id JOIN agencies g ON g.id = d.agency_id
		WHERE`+q.clause()+`ORDER BY l.on_day, d.id, l.kind LIMIT `+q.arg(most), q.args...)
}

// Unscheduled lists cases whose days are not worked out as they now stand, or were worked out before a moment, those that wait longest first.
func (s *Store) Unscheduled(ctx context.Context, before time.Time, most int) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT d.id FROM decisions d LEFT JOIN decision_schedules s ON s.decision_id = d.id
		WHERE s.decision_id IS NULL OR s.version <> d.version OR s.at < $1 AND d.closed_at IS NULL ORDER BY s.at NULLS FIRST, d.id LIMIT $2`, before, most)
}

// SetDeadlines keeps the days of a case as it stands in a version, in place of those before.
func (tx *Tx) SetDeadlines(ctx context.Context, decision, version int64, at time.Time, list []Deadline) error {
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM decision_deadlines WHERE decision_id = $1`, decision)
	for _, l := range list {
		b.Queue(`INSERT INTO decision_deadlines (decision_id, kind, on_day, title, text, law) VALUES ($1, $2, $3, $4, $5, $6)`, decision, l.Kind, l.OnDay, l.Title, l.Text, l.Law)
	}
	b.Queue(`INSERT INTO decision_schedules (decision_id, version, at) VALUES ($1, $2, $3) ON CONFLICT (decision_id) DO UPDATE SET version = excluded.version, at = excluded.at`, decision, version, at)
	return fault(tx.pg.SendBatch(ctx, b).Close())
}

// Reminded reports whether a reminder of a deadline was written that many days before it or later.
func (s *Store) Reminded(ctx context.Context, decision int64, kind string, on models.Date, days int) (was bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM events e WHERE e.noun = 'decision' AND e.noun_id = $1 AND e.action = 'decision.reminded'
		AND e.after->>'deadline' = $2 AND e.after->>'on' = $3 AND (e.after->>'daysBefore')::int <= $4)`, decision, kind, on.String(), days).Scan(&was)
	return was, fault(err)
}

// OverOpinions lists the cases that wait for an opinion of which the last day is before a day.
func (s *Store) OverOpinions(ctx context.Context, day models.Date) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT d.id FROM decisions d JOIN decision_deadlines l ON l.decision_id = d.id AND l.kind = 'opinion' WHERE d.state = 'opinion-pending' AND l.on_day < $1 ORDER BY d.id`, day)
}

// OverExemptions lists the cases that have not ended of which the exemption held until before a day, and of which nobody has said so yet.
func (s *Store) OverExemptions(ctx context.Context, day models.Date) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT d.id FROM decisions d CROSS JOIN LATERAL (SELECT x.at, x.content FROM decision_parts x WHERE x.decision_id = d.id AND x.part = 'exemption-answer' ORDER BY x.number DESC LIMIT 1) x
		WHERE d.closed_at IS NULL AND x.content->>'verdict' IN ('granted', 'granted-limited') AND (x.content->>'expiresOn')::date < $1
		AND NOT EXISTS (SELECT 1 FROM events e WHERE e.noun = 'decision' AND e.noun_id = d.id AND e.action = 'decision.exemption-expired' AND e.at >= x.at) ORDER BY d.id`, day)
}
