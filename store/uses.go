package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Uses counts the agencies that use a piece of software, each once and never in a mixed number: those that say so themselves by how fresh that is, and apart
// from them those of which only others say so.
type Uses struct {
	Agencies  int // that say so themselves: Confirmed + Stale + Claimed
	Own       int // 1 when the steward is one of them: its use proves nothing to others
	Confirmed int // confirmed it, and the confirmation holds
	Recent    int // confirmed it within the last models.AttestationDays days
	Stale     int // had confirmed it, and the confirmation has run out
	Claimed   int // have registered it, and nobody has confirmed it
	Stated    int // only others say that they use it, and they have not answered
	Unmatched int // names of which nobody knows which agency is meant
}

// UseStated is the state of a UseRow besides those of a deployment.
const UseStated models.DeploymentState = "stated" // by others only

// UseRow is one agency that uses a piece of software, or is said to.
type UseRow struct {
	AgencyID     *int64                 // nil when nobody knows which is meant
	Agency       string                 // as stated when AgencyID is nil
	State        models.DeploymentState // confirmed, stale, claimed or UseStated
	ConfirmedOn  *models.Date
	ValidUntilOn *models.Date
	Since        time.Time // when it was first registered or stated
	Deployments  int
	DeploymentID int64 // one of them; 0 of a claim
	ClaimID      int64 // 0 of a deployment
	Origin       models.UseClaimOrigin
	Recent       bool
}

// usesSQL gives one row for each agency that the viewer may know of. Planned deployments are no use yet.
func usesSQL(q *query, v models.Viewer, asset int64) string {
	id, today := q.arg(asset), q.arg(models.DateOf(now()).Time())
	dq := &query{args: q.args}
	dq.deploymentVisible(v)
	dq.where = append(dq.where, "d.asset_id = "+id, "d.state <> 'withdrawn'", "d.lifecycle IN ('running', 'phase-out')")
	runs := `SELECT d.agency_id, g.name AS agency, CASE WHEN bool_or(d.state = 'confirmed' AND d.valid_until_on >= ` + today + `) THEN 'confirmed' WHEN bool_or(d.state = 'confirmed') THEN 'stale' ELSE 'claimed' END AS state,
			max(d.confirmed_on) AS confirmed_on, max(d.valid_until_on) AS valid_until_on, min(d.created_at) AS since, count(*)::int AS deployments, min(d.id) AS deployment_id, 0::bigint AS claim_id, '' AS origin,
			coalesce(max(d.confirmed_on) >= ` + today + `::date - ` + dq.arg(models.AttestationDays) + `::int, FALSE) AS recent
		FROM ` + deploymentFrom + ` WHERE` + dq.clause() + `GROUP BY d.agency_id, g.name`
	cq := &query{args: dq.args}
	cq.useClaimVisible(v)
	cq.where = append(cq.where, "c.asset_id = "+id, "c.state = 'waiting'")
	claims := `SELECT DISTINCT ON (c.agency_id, c.key) c.agency_id, coalesce(g.name, c.stated) AS agency, 'stated' AS state, NULL::date AS confirmed_on, NULL::date AS valid_until_on, c.created_at AS since, 0 AS deployments, 0::bigint AS deployment_id, c.id AS claim_id, c.origin, FALSE AS recent
		FROM ` + useClaimFrom + ` WHERE` + cq.clause() + `AND (c.agency_id IS NULL OR NOT EXISTS (SELECT 1 FROM runs r WHERE r.agency_id = c.agency_id)) ORDER BY c.agency_id, c.key, c.id`
	q.args = cq.args
	return `WITH runs AS (` + runs + `), uses AS (SELECT * FROM runs UNION ALL SELECT * FROM (` + claims + `) c) `
}

// UsesOf counts who uses a piece of software, as far as the viewer may know.
func (s *Store) UsesOf(ctx context.Context, v models.Viewer, asset int64) (Uses, error) {
	q := &query{}
	with := usesSQL(q, v, asset)
	list, err := rows[Uses](ctx, s, with+`SELECT (count(*) FILTER (WHERE state <> 'stated'))::int AS agencies, (count(*) FILTER (WHERE state <> 'stated' AND agency_id = (SELECT steward_id FROM assets WHERE id = `+q.arg(asset)+`)))::int AS own, (count(*) FILTER (WHERE state = 'confirmed'))::int AS confirmed, (count(*) FILTER (WHERE recent))::int AS recent,
		(count(*) FILTER (WHERE state = 'stale'))::int AS stale, (count(*) FILTER (WHERE state = 'claimed'))::int AS claimed,
		(count(*) FILTER (WHERE state = 'stated' AND agency_id IS NOT NULL))::int AS stated, (count(*) FILTER (WHERE agency_id IS NULL))::int AS unmatched FROM uses`, q.args...)
	if err != nil {
		return Uses{}, err
	}
	return list[0], nil
}

// UsesBy lists who uses a piece of software, surest first, at most the number asked for.
func (s *Store) UsesBy(ctx context.Context, v models.Viewer, asset int64, most int) ([]UseRow, error) {
	q := &query{}
	with := usesSQL(q, v, asset)
	return rows[UseRow](ctx, s, with+`SELECT * FROM uses ORDER BY array_position(ARRAY['confirmed', 'stale', 'claimed', 'stated'], state), agency_id IS NULL, confirmed_on DESC NULLS LAST, agency LIMIT `+q.arg(most), q.args...)
}
