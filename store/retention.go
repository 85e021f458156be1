package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// RetentionRow is a retention rule with the names it goes by.
type RetentionRow struct {
	models.RetentionRule
	Agency string // "" for all of government
	MadeBy string
}

// RetentionRules lists the rules in force, that of all government first, then by agency.
func (s *Store) RetentionRules(ctx context.Context) ([]RetentionRow, error) {
	return rows[RetentionRow](ctx, s, `SELECT `+columns("t", models.RetentionRule{})+`, coalesce(g.name, '') AS agency, coalesce(u.name, '') AS made_by
		FROM retention_rules t LEFT JOIN agencies g ON g.id = t.agency_id LEFT JOIN users u ON u.id = t.created_by_id WHERE t.ended_at IS NULL ORDER BY g.name NULLS FIRST, t.id`)
}

// RetentionRule finds a rule.
func (s *Store) RetentionRule(ctx context.Context, id int64) (*models.RetentionRule, error) {
	var r models.RetentionRule
	err := s.gorm(ctx).Where("id = ?", id).Take(&r).Error
	return &r, found(err, "retention-rule")
}

// CreateRetentionRule adds a rule.
func (tx *Tx) CreateRetentionRule(ctx context.Context, r *models.RetentionRule) error {
	return fault(tx.gorm(ctx).Create(r).Error)
}

// SaveRetentionRule stores a changed rule.
func (tx *Tx) SaveRetentionRule(ctx context.Context, r *models.RetentionRule) error {
	return fault(tx.gorm(ctx).Save(r).Error)
}

// Reducible is a document that the rules in force let go of.
type Reducible struct {
	SBOMRow
	Kept int64 // bytes that its content and original take in the database
}

// Reducible lists the documents that the rules in force let go of at a moment, of those that the viewer may see, oldest first,
// at most so many. For each document that does not speak for its release it picks the rule of the nearest agency at or above
// the steward, else that of all government, and counts the former documents of its release from the newest. (It is one statement
// so that a rule never applies to a part.)
func (s *Store) Reducible(ctx context.Context, v models.Viewer, at time.Time, most int) ([]Reducible, error) {
	q := &query{}
	now, limit := q.arg(at), q.arg(most)
	q.visible(v, "a", "steward_id")
	ids, err := scalars[int64](ctx, s, `
	WITH former AS (
		SELECT s.id, a.steward_id, row_number() OVER (PARTITION BY s.release_id ORDER BY s.id DESC) AS place, s.received_at
		FROM sboms s JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id
		WHERE s.state <> 'current' AND s.reduced_at IS NULL AND`+q.clause()+`),
	ruled AS (
		SELECT f.id, f.place, f.received_at, t.keep_last, t.keep_days FROM former f CROSS JOIN LATERAL (
			SELECT t.keep_last, t.keep_days FROM retention_rules t LEFT JOIN agency_closure c ON c.ancestor_id = t.agency_id AND c.descendant_id = f.steward_id
			WHERE t.ended_at IS NULL AND (t.agency_id IS NULL OR c.ancestor_id IS NOT NULL)
			ORDER BY (t.agency_id IS NULL), c.depth LIMIT 1) t)
	SELECT id FROM ruled WHERE place > keep_last AND received_at < `+now+`::timestamptz - keep_days * interval '1 day' ORDER BY id LIMIT `+limit, q.args...)
	if err != nil {
		return nil, err
	}
	return rows[Reducible](ctx, s, `SELECT `+sbomColumns+`, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, r.number AS release, '' AS received_by,
			coalesce((SELECT sum(pg_column_size(x.*)) FROM sbom_contents x WHERE x.sbom_id = s.id), 0) + coalesce((SELECT sum(length(o.bytes)) FROM sbom_originals o WHERE o.sbom_id = s.id), 0) AS kept
		FROM `+sbomFrom+` WHERE s.id = ANY($1) ORDER BY s.id`, ids)
}

// ReduceSBOM lets go of a document's content and, unless another document still has the same bytes, of its original. The
// header, the findings, the tallies and the licence counts stay.
func (tx *Tx) ReduceSBOM(ctx context.Context, id int64, at time.Time) error {
	for _, sql := range []string{
		`UPDATE sboms SET reduced_at = $2 WHERE id = $1 AND $2::timestamptz IS NOT NULL`,
		`DELETE FROM sbom_contents WHERE sbom_id = $1 AND $2::timestamptz IS NOT NULL`,
		`DELETE FROM sbom_originals o WHERE o.sbom_id = (SELECT original_id FROM sboms WHERE id = $1) AND $2::timestamptz IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM sboms s WHERE s.original_id = o.sbom_id AND s.reduced_at IS NULL)`,
	} {
		if _, err := tx.pg.Exec(ctx, sql, id, at); err != nil {
			return fault(err)
		}
	}
	return nil
}
