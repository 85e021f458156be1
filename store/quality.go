package store

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
)

// QualityFilter chooses the documents that a report on quality adds up. Empty fields do not restrict.
type QualityFilter struct {
	AgencyID int64     // whose software they are of, with the agencies below it
	Supplier string    // whose documents they are
	From     time.Time // received at this moment or later
	Until    time.Time // and before this one
}

// QualityRow is what several documents state, added up.
type QualityRow struct {
	ID        int64  // of the agency; 0 where the documents have something else in common
	Name      string // the first day of the month as 2026-11-01, or the name of the agency or supplier; "" when no supplier is known
	Documents int
	Packages  int
	Tallies   []models.Tally
}

// QualityByMonth adds up the documents of each month, oldest first, at most the last 120. Withdrawn documents never count.
func (s *Store) QualityByMonth(ctx context.Context, v models.Viewer, f QualityFilter) ([]QualityRow, error) {
	list, err := s.qualityBy(ctx, v, f, `0::bigint`, `to_char(s.received_at AT TIME ZONE 'UTC', 'YYYY-MM-01')`, "name DESC", 120)
	slices.Reverse(list)
	return list, err
}

// QualityByAgency adds up the documents of each agency's software, those with most packages first, at most 200.
func (s *Store) QualityByAgency(ctx context.Context, v models.Viewer, f QualityFilter) ([]QualityRow, error) {
	return s.qualityBy(ctx, v, f, `a.steward_id`, `(SELECT g.name FROM agencies g WHERE g.id = a.steward_id)`, "packages DESC, name", 200)
}

// QualityBySupplier adds up the documents of each supplier, those with most packages first, at most 200.
func (s *Store) QualityBySupplier(ctx context.Context, v models.Viewer, f QualityFilter) ([]QualityRow, error) {
	return s.qualityBy(ctx, v, f, `0::bigint`, `s.supplier`, "packages DESC, name", 200)
}

func (s *Store) qualityBy(ctx context.Context, v models.Viewer, f QualityFilter, id, name, order string, most int) ([]QualityRow, error) {
	q := &query{}
	q.and("s.state <> 'withdrawn'")
	q.visible(v, "a", "steward_id")
	if f.AgencyID != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure x WHERE x.descendant_id = a.steward_id AND x.ancestor_id = ?)", f.AgencyID)
	}
	if f.Supplier != "" {
		q.and("s.supplier <> '' AND lower(left(s.supplier, 200)) = lower(left(?, 200))", f.Supplier)
	}
	if !f.From.IsZero() {
		q.and("s.received_at >= ?", f.From)
	}
	if !f.Until.IsZero() {
		q.and("s.received_at < ?", f.Until)
	}
	list, err := rows[QualityRow](ctx, s, `WITH seen AS (SELECT `+id+` AS id, `+name+` AS name, s.packages, s.tallies FROM `+sbomFrom+` WHERE`+q.clause()+`),
		most AS (SELECT id, name, count(*) AS documents, sum(packages) AS packages FROM seen GROUP BY id, name ORDER BY `+order+` LIMIT `+q.arg(most)+`),
		stated AS (SELECT x.id, x.name, t.fact, coalesce(sum(t.value), 0) AS value, coalesce(sum(t.unknown), 0) AS unknown, coalesce(sum(t.missing), 0) AS missing
			FROM seen x JOIN most USING (id, name), jsonb_to_recordset(x.tallies) AS t (fact text, value bigint, unknown bigint, missing bigint) GROUP BY x.id, x.name, t.fact)
		SELECT m.id, m.name, m.documents, m.packages, coalesce((SELECT jsonb_agg(jsonb_build_object('fact', t.fact, 'value', t.value, 'unknown', t.unknown, 'missing', t.missing) ORDER BY t.fact)
			FROM stated t WHERE t.id = m.id AND t.name = m.name), '[]') AS tallies
		FROM most m ORDER BY `+order, q.args...)
	return list, err
}
