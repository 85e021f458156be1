package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// MostBuilt bounds the report on what government built.
const MostBuilt = 20_000

// BuiltCode lists the software that government built and the viewer may see, by the agency that answers for it and by name, with what the viewer may know of its code; in an agency
// with all below it, or with 0 everywhere. At most MostBuilt entries.
func (s *Store) BuiltCode(ctx context.Context, v models.Viewer, agency int64) ([]models.BuiltCode, error) {
	return s.builtCode(ctx, v, agency, 0)
}

// BuiltCodeOf is what BuiltCode says of one piece of software.
func (s *Store) BuiltCodeOf(ctx context.Context, v models.Viewer, asset int64) (*models.BuiltCode, error) {
	list, err := s.builtCode(ctx, v, 0, asset)
	return first(list, err, "asset")
}

// builtCode is about all of government's software, or that of an agency or one piece when they are not 0.
func (s *Store) builtCode(ctx context.Context, v models.Viewer, agency, asset int64) ([]models.BuiltCode, error) {
	q := &query{}
	q.visible(v, "a", "steward_id")
	q.and("a.origin = 'gov-built' AND a.merged_into_id IS NULL")
	if agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = a.steward_id)", agency)
	}
	if asset != 0 {
		q.and("a.id = ?", asset)
	}
	code := q.sees(v, "r.visibility", "r.agency_id") + " OR " + q.holds(v, "r.asset_id")
	runs := q.sees(v, "d.visibility", "d.agency_id")
	decisions, dossier := q.sees(v, "d.visibility", "d.agency_id"), q.dossierSeen(v)
	today := q.arg(models.DateOf(now()).Time())
	return rows[models.BuiltCode](ctx, s, `WITH a AS (SELECT a.id, btrim(a.name || ' ' || a.edition) AS title, a.steward_id, g.name AS agency, a.license FROM assets a JOIN agencies g ON g.id = a.steward_id WHERE`+q.clause()+`),
		code AS (SELECT r.asset_id, bool_or(r.visibility = 'public' AND r.state <> 'gone') AS open, bool_or(r.visibility <> 'public') AS hidden, bool_or(r.description IS NOT NULL) AS described, bool_or(r.description IS NOT NULL AND r.valid) AS valid, max(r.last_commit_at) AS commit_at
			FROM repositories r JOIN a ON a.id = r.asset_id WHERE r.active AND (`+code+`) GROUP BY r.asset_id),
		runs AS (SELECT d.asset_id, count(DISTINCT d.agency_id)::int AS agencies, (count(DISTINCT d.agency_id) FILTER (WHERE d.state = 'confirmed' AND d.valid_until_on >= `+today+`))::int AS confirmed
			FROM deployments d JOIN a ON a.id = d.asset_id AND d.agency_id <> a.steward_id WHERE d.state <> 'withdrawn' AND d.lifecycle IN ('running', 'phase-out') AND (`+runs+`) GROUP BY d.asset_id),
		decided AS (SELECT DISTINCT ON (d.asset_id) d.asset_id, d.id AS decision_id, CASE WHEN `+dossier+` THEN p.content::json ELSE t.doc END AS release
			FROM decisions d JOIN a ON a.id = d.asset_id
			LEFT JOIN LATERAL (SELECT p.content FROM decision_parts p WHERE p.decision_id = d.id AND p.part = 'release' ORDER BY p.number DESC LIMIT 1) p ON true
			LEFT JOIN LATERAL (SELECT convert_from(p.document, 'UTF8')::json->'release' AS doc FROM decision_publications p WHERE p.decision_id = d.id ORDER BY p.number DESC LIMIT 1) t ON true
			WHERE d.kind = 'release' AND d.state IN ('decided', 'published', 'under-review', 'archived-copy', 'handed-over') AND (`+decisions+`) ORDER BY d.asset_id, d.id DESC),
		parts AS (SELECT x.asset_id, x.decision_id, coalesce(json_agg(DISTINCT s->>'verdict') FILTER (WHERE s->>'verdict' <> ''), '[]')::text AS verdicts, coalesce(json_agg(DISTINCT s->>'ground') FILTER (WHERE s->>'ground' <> ''), '[]')::text AS grounds
			FROM decided x LEFT JOIN LATERAL json_array_elements(CASE json_typeof(x.release->'subsets') WHEN 'array' THEN x.release->'subsets' ELSE '[]'::json END) s ON true GROUP BY x.asset_id, x.decision_id)
		SELECT a.id AS asset_id, a.title, a.steward_id AS agency_id, a.agency, a.license, coalesce(c.open, FALSE) OR c.asset_id IS NULL AND EXISTS (SELECT 1 FROM asset_urls u WHERE u.asset_id = a.id AND u.kind = 'repository') AS open, coalesce(c.hidden, FALSE) AS hidden,
			coalesce(p.verdicts, '[]') AS verdicts, coalesce(p.grounds, '[]') AS grounds, coalesce(p.decision_id, 0) AS decision_id, coalesce(c.described, FALSE) AS described, coalesce(c.valid, FALSE) AS valid, c.commit_at,
			(SELECT max(r.released_on) FROM releases r WHERE r.asset_id = a.id) AS released_on, coalesce(u.agencies, 0) AS agencies, coalesce(u.confirmed, 0) AS confirmed
		FROM a LEFT JOIN code c ON c.asset_id = a.id LEFT JOIN runs u ON u.asset_id = a.id LEFT JOIN parts p ON p.asset_id = a.id ORDER BY a.agency, a.title, a.id LIMIT `+q.arg(MostBuilt), q.args...)
}
