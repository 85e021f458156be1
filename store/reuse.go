package store

import "context"

// mergeReuse moves what agencies say and ask of each other from one asset to another. Where both have an open one of a kind, that of the former ends.
func (tx *Tx) mergeReuse(ctx context.Context, from, into int64) error {
	return tx.execAll(ctx, []string{
		`UPDATE use_claims c SET state = 'withdrawn', reason = 'Stated of the entry that this one was merged into too.', decided_at = now(), version = version + 1, updated_at = now() WHERE asset_id = $1 AND state = 'waiting'
			AND EXISTS (SELECT 1 FROM use_claims k WHERE k.asset_id = $2 AND k.state = 'waiting' AND (k.agency_id = c.agency_id OR k.agency_id IS NULL AND c.agency_id IS NULL AND k.key = c.key))`,
		`UPDATE use_claims SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
		`UPDATE referents f SET ended_at = now() WHERE asset_id = $1 AND ended_at IS NULL AND EXISTS (SELECT 1 FROM referents k WHERE k.asset_id = $2 AND k.user_id = f.user_id AND k.ended_at IS NULL)`,
		`UPDATE referents SET asset_id = $2 WHERE asset_id = $1`,
		`UPDATE calls SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
		`UPDATE questions SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
		`UPDATE access_requests x SET state = 'withdrawn', reason = 'Asked of the entry that this one was merged into too.', ended_at = now(), version = version + 1, updated_at = now() WHERE asset_id = $1 AND state = 'requested'
			AND EXISTS (SELECT 1 FROM access_requests k WHERE k.asset_id = $2 AND k.state = 'requested' AND k.agency_id = x.agency_id)`,
		`UPDATE access_requests SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
	}, from, into)
}

// handOverReuse moves the same from an agency to its successor.
func (tx *Tx) handOverReuse(ctx context.Context, from, to int64) error {
	return tx.execAll(ctx, []string{
		`UPDATE use_claims c SET state = 'withdrawn', reason = 'The same is stated of the agency that took over.', decided_at = now(), version = version + 1, updated_at = now() WHERE agency_id = $1 AND state = 'waiting'
			AND EXISTS (SELECT 1 FROM use_claims k WHERE k.asset_id = c.asset_id AND k.agency_id = $2 AND k.state = 'waiting')`,
		`UPDATE use_claims SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
		`UPDATE referents SET agency_id = $2 WHERE agency_id = $1`,
		`UPDATE calls SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
		`UPDATE call_members m SET left_at = now() WHERE agency_id = $1 AND left_at IS NULL AND EXISTS (SELECT 1 FROM call_members k WHERE k.call_id = m.call_id AND k.agency_id = $2 AND k.left_at IS NULL)`,
		`UPDATE call_members SET agency_id = $2 WHERE agency_id = $1`,
		`UPDATE questions SET agency_id = $2 WHERE agency_id = $1`,
		`UPDATE access_requests x SET state = 'withdrawn', reason = 'The agency that took over has asked too.', ended_at = now(), version = version + 1, updated_at = now() WHERE agency_id = $1 AND state = 'requested'
			AND EXISTS (SELECT 1 FROM access_requests k WHERE k.asset_id = x.asset_id AND k.state = 'requested' AND k.agency_id = $2)`,
		`UPDATE access_requests SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
	}, from, to)
}

func (tx *Tx) execAll(ctx context.Context, list []string, args ...any) error {
	for _, sql := range list {
		if _, err := tx.pg.Exec(ctx, sql, args...); err != nil {
			return fault(err)
		}
	}
	return nil
}
