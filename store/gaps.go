package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// notEnded restricts deployments d to those that reports count.
func (q *query) notEnded() { q.and("d.state <> 'withdrawn' AND d.lifecycle <> 'ended'") }

// lacks restricts deployments d to those that run or are planned and lack something; Overview counts the same ones.
func (q *query) lacks(gap models.Gap) {
	q.notEnded()
	today := models.DateOf(now()).Time()
	switch gap {
	case models.LacksConfirmation:
		q.and("d.state = 'claimed' OR d.valid_until_on < ?", today)
	case models.LacksSBOM:
		q.and("d.environment = 'production' AND NOT EXISTS (SELECT 1 FROM sboms s WHERE s.release_id = d.release_id AND s.state = 'current')")
	case models.LacksSupport:
		q.and("EXISTS (SELECT 1 FROM releases r WHERE r.id = d.release_id AND r.security_end_on < ?)", today)
	default:
		q.and("FALSE")
	}
}

// AssetFacets counts the assets that the filter's Query and Steward choose by origin, lifecycle and class of the declared
// licence, before these narrow the list.
func (s *Store) AssetFacets(ctx context.Context, v models.Viewer, f models.AssetFilter) ([]Facet, error) {
	q := assetQuery(v, models.AssetFilter{Query: f.Query, Steward: f.Steward})
	return rows[Facet](ctx, s, `WITH chosen AS MATERIALIZED (SELECT a.origin, a.lifecycle, coalesce(l.class, 'unknown') AS class FROM `+assetFrom+` WHERE`+q.clause()+`)
		SELECT 'origin' AS name, origin AS value, count(*)::int FROM chosen GROUP BY origin
		UNION ALL SELECT 'lifecycle', lifecycle, count(*)::int FROM chosen GROUP BY lifecycle
		UNION ALL SELECT 'class', class, count(*)::int FROM chosen GROUP BY class ORDER BY name, count DESC, value`, q.args...)
}
