package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
)

// WatchedAsset has what timer rules ask of a piece of software.
type WatchedAsset struct {
	ID            int64
	Title         string
	Origin        models.Origin
	Visibility    models.Visibility
	StewardID     int64
	Steward       string
	SWHID         string       `db:"swhid"`
	Sponsors      *int         // as the newest health snapshot in a published case has it
	FundingEndsOn *models.Date // likewise
}

// WatchedDeployment has what timer rules ask of a deployment.
type WatchedDeployment struct {
	ID            int64
	Asset         string
	Version       string // as it was reported
	AgencyID      int64
	Visibility    models.Visibility
	Details       models.Visibility
	SecurityEndOn *models.Date
	Remedied      bool // a remediation of the software is in force at the agency and its day has not passed
}

// watchable is for each noun in which table its subjects are, and which of them are watched.
var watchable = map[string][2]string{
	"asset":      {"assets", "a.merged_into_id IS NULL AND a.lifecycle <> 'retired'"},
	"deployment": {"deployments", "a.lifecycle IN ('running', 'phase-out') AND a.state <> 'withdrawn'"},
	"decision":   {"decisions", "a.closed_at IS NULL"},
}

// ClaimWatched takes the subjects of a noun that were never looked at, have changed since, or were looked at before a moment, and marks them as looked at. Nobody else takes them until the
// transaction ends.
func (tx *Tx) ClaimWatched(ctx context.Context, noun string, at, before time.Time, most int) ([]int64, error) {
	of := watchable[noun]
	return scalars[int64](ctx, tx.Store, `INSERT INTO watched (noun, subject_id, at, version)
		SELECT $1::text, s.id, $2::timestamptz, s.version FROM (SELECT a.id, a.version FROM `+of[0]+` a LEFT JOIN watched w ON w.noun = $1 AND w.subject_id = a.id
			WHERE `+of[1]+` AND (w.subject_id IS NULL OR w.version <> a.version OR w.at < $3) ORDER BY w.at NULLS FIRST, a.id LIMIT $4) s
		ON CONFLICT (noun, subject_id) DO UPDATE SET at = excluded.at, version = excluded.version WHERE watched.version <> excluded.version OR watched.at < $3 RETURNING subject_id`, noun, at, before, most)
}

// WatchedAssets reads what timer rules ask of software.
func (s *Store) WatchedAssets(ctx context.Context, ids []int64) ([]WatchedAsset, error) {
	return rows[WatchedAsset](ctx, s, `SELECT a.id, btrim(a.name || ' ' || a.edition) AS title, a.origin, a.visibility, a.steward_id, g.name AS steward,
			coalesce((SELECT i.value FROM asset_identifiers i WHERE i.asset_id = a.id AND i.kind = 'swhid' ORDER BY i.id LIMIT 1),
				(SELECT p.content->>'swhid' FROM decisions d JOIN decision_parts p ON p.decision_id = d.id AND p.part = 'release' WHERE d.asset_id = a.id AND d.approved_at IS NOT NULL ORDER BY p.id DESC LIMIT 1), '') AS swhid,
			(h.content->>'sponsors')::int AS sponsors, (h.content->>'fundingEndsOn')::date AS funding_ends_on
		FROM assets a JOIN agencies g ON g.id = a.steward_id
		LEFT JOIN LATERAL (SELECT h.content FROM decision_parts c JOIN decisions d ON d.id = c.decision_id AND d.visibility = 'public' JOIN decision_parts h ON h.decision_id = c.decision_id AND h.part = 'health' AND h.key = c.key
			WHERE c.part = 'candidate' AND (c.content->>'assetId')::bigint = a.id ORDER BY h.id DESC LIMIT 1) h ON true
		WHERE a.id = ANY($1) ORDER BY a.id`, ids)
}

// WatchedDeployments reads what timer rules ask of deployments, on a day.
func (s *Store) WatchedDeployments(ctx context.Context, ids []int64, on models.Date) ([]WatchedDeployment, error) {
	return rows[WatchedDeployment](ctx, s, `SELECT d.id, btrim(a.name || ' ' || a.edition) AS asset, d.version_text AS version, d.agency_id, d.visibility, d.details, r.security_end_on,
			EXISTS (SELECT 1 FROM decisions m JOIN agency_closure k ON k.ancestor_id = m.agency_id AND k.descendant_id = d.agency_id
				CROSS JOIN LATERAL (SELECT p.content FROM decision_parts p WHERE p.decision_id = m.id AND p.part = 'remediation' ORDER BY p.number DESC LIMIT 1) p
				WHERE m.asset_id = d.asset_id AND m.kind = 'remediation' AND m.state = 'in-force' AND (p.content->>'dueOn')::date >= $2) AS remedied
		FROM deployments d JOIN assets a ON a.id = d.asset_id LEFT JOIN releases r ON r.id = d.release_id WHERE d.id = ANY($1) ORDER BY d.id`, ids, on)
}

// FollowedDecisions tells of decisions which of them another case that is open follows: one that names it as the one before, or that is about software which it became.
func (s *Store) FollowedDecisions(ctx context.Context, ids []int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT d.id FROM decisions d WHERE d.id = ANY($1) AND EXISTS (SELECT 1 FROM decisions n WHERE n.id <> d.id AND n.closed_at IS NULL AND (n.prior_id = d.id
		OR n.id > d.id AND n.agency_id = d.agency_id AND n.kind IN ('renewal', 'extension', 'expansion', 'replacement') AND n.asset_id IN (SELECT d.asset_id UNION ALL
			SELECT e.value::bigint FROM decision_parts p CROSS JOIN LATERAL json_array_elements_text(p.content->'assetIds') e WHERE p.decision_id = d.id AND p.part = 'registration')))`, ids)
}

// WatchResult is what one timer rule says of one subject.
type WatchResult struct {
	SubjectID int64
	Result    models.RuleResult
	Facts     string // what is known of the subject, in a sentence or two
	Regime    string // code and number of the version that judged
}

// SetWatchResults keeps what timer rules say of subjects, in place of what they said before, and gives the places in the list of those that are broken now and were not before.
func (tx *Tx) SetWatchResults(ctx context.Context, noun string, ids []int64, list []WatchResult, at time.Time) (fresh []int, err error) {
	n := len(list)
	subject, rule, outcome, severity, result, facts, regime := make([]int64, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, w := range list {
		text, err := json.Marshal(w.Result)
		if err != nil {
			return nil, fmt.Errorf("writing a result: %w", err)
		}
		subject[i], rule[i], outcome[i], severity[i], result[i], facts[i], regime[i] = w.SubjectID, w.Result.Rule, string(w.Result.Outcome), w.Result.Severity, string(text), w.Facts, w.Regime
	}
	if _, err := tx.pg.Exec(ctx, `DELETE FROM watch_results w WHERE w.noun = $1 AND w.subject_id = ANY($2) AND NOT EXISTS (SELECT 1 FROM unnest($3::bigint[], $4::text[]) AS g (s, r) WHERE g.s = w.subject_id AND g.r = w.rule)`,
		noun, ids, subject, rule); err != nil {
		return nil, fault(err)
	}
	return scalars[int](ctx, tx.Store, `WITH given AS (SELECT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) WITH ORDINALITY AS g (subject_id, rule, outcome, severity, result, facts, regime, place)),
		kept AS (INSERT INTO watch_results AS w (noun, subject_id, rule, outcome, severity, result, facts, regime, since) SELECT $1, g.subject_id, g.rule, g.outcome, g.severity, g.result::jsonb, g.facts, g.regime, $9::timestamptz FROM given g
			ON CONFLICT (noun, subject_id, rule) DO UPDATE SET outcome = excluded.outcome, severity = excluded.severity, result = excluded.result, facts = excluded.facts, regime = excluded.regime,
				since = CASE WHEN w.outcome = excluded.outcome THEN w.since ELSE excluded.since END)
		SELECT (g.place - 1)::int FROM given g LEFT JOIN watch_results w ON w.noun = $1 AND w.subject_id = g.subject_id AND w.rule = g.rule
		WHERE g.outcome = 'violation' AND w.outcome IS DISTINCT FROM 'violation' ORDER BY g.place`, noun, subject, rule, outcome, severity, result, facts, regime, at)
}
