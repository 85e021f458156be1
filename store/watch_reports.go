package store

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// WatchRow is what one timer rule says of something in the register, as a viewer sees it.
type WatchRow struct {
	ID        int64
	Noun      string // asset, deployment or decision
	SubjectID int64
	Title     string
	AgencyID  int64
	Agency    string
	Rule      string
	Outcome   models.RuleOutcome
	Severity  string
	Result    models.RuleResult
	Facts     string
	Regime    string
	Since     time.Time // since when it comes out so
	At        time.Time // when it was worked out last
}

// watchFrom is what the viewer may see of what the watch has found: what is watched still, decisions whose dossier they see, deployments whose details they see.
func (q *query) watchFrom(v models.Viewer, f models.WatchFilter) string {
	q.and("w.outcome = ?", orViolation(f.Outcome))
	if f.Rule != "" {
		q.and("w.rule = ?", f.Rule)
	}
	if f.Noun != "" {
		q.and("w.noun = ?", f.Noun)
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = s.agency_id)", f.Agency)
	}
	seen := &query{args: q.args}
	seen.deploymentVisible(v)
	deployments := seen.clause() + " AND (" + seen.sees(v, "d.details", "d.agency_id") + ")"
	if !v.InGovernment() { // what runs without security fixes is no map for attackers, whatever else of it is public
		deployments = " FALSE "
	}
	assets, decisions := seen.sees(v, "a.visibility", "a.steward_id"), seen.dossierSeen(v)
	q.args = seen.args
	still := func(noun, alias string) string { return strings.ReplaceAll(watchable[noun][1], "a.", alias+".") }
	return `watch_results w JOIN watched k ON k.noun = w.noun AND k.subject_id = w.subject_id JOIN LATERAL (
		SELECT btrim(a.name || ' ' || a.edition) AS title, a.steward_id AS agency_id FROM assets a WHERE w.noun = 'asset' AND a.id = w.subject_id AND ` + still("asset", "a") + ` AND (` + assets + `)
		UNION ALL SELECT btrim(a.name || ' ' || a.edition) || CASE WHEN d.service = '' THEN '' ELSE ', ' || d.service END, d.agency_id FROM deployments d JOIN assets a ON a.id = d.asset_id
			WHERE w.noun = 'deployment' AND d.id = w.subject_id AND ` + still("deployment", "d") + ` AND ` + deployments + `
		UNION ALL SELECT d.ref || ' ' || d.title, d.agency_id FROM decisions d WHERE w.noun = 'decision' AND d.id = w.subject_id AND ` + still("decision", "d") + ` AND (` + decisions + `)) s ON true JOIN agencies g ON g.id = s.agency_id`
}

func orViolation(o models.RuleOutcome) models.RuleOutcome {
	if o == "" {
		return models.RuleViolated
	}
	return o
}

// Watched lists what the watch has found, as far as the viewer may see it: blocks before warnings, what was found last first.
func (s *Store) Watched(ctx context.Context, v models.Viewer, f models.WatchFilter) (models.List[WatchRow], error) {
	none, q := models.List[WatchRow]{}, &query{}
	from := q.watchFrom(v, f)
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var severity string
	var id int64
	if more, err := after(f.After, &severity, &id); err != nil {
		return none, err
	} else if more {
		q.and("w.severity > ? OR w.severity = ? AND w.id < ?", severity, severity, id)
	}
	list, err := rows[WatchRow](ctx, s, `SELECT w.id, w.noun, w.subject_id, s.title, s.agency_id, g.name AS agency, w.rule, w.outcome, w.severity, w.result, w.facts, w.regime, w.since, k.at
		FROM `+from+` WHERE`+q.clause()+`ORDER BY w.severity, w.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(r *WatchRow) []any { return []any{r.Severity, r.ID} }, total), nil
}

// WatchTally counts what one rule says.
type WatchTally struct {
	Rule     string
	Title    string
	Severity string
	Outcome  models.RuleOutcome
	Subjects int
}

// WatchTallies counts what the watch has found by rule, as far as the viewer may see it.
func (s *Store) WatchTallies(ctx context.Context, v models.Viewer, agency int64) ([]WatchTally, error) {
	var all []WatchTally
	for _, outcome := range []models.RuleOutcome{models.RuleViolated, models.RuleUndetermined} {
		q := &query{}
		from := q.watchFrom(v, models.WatchFilter{Agency: agency, Outcome: outcome})
		list, err := rows[WatchTally](ctx, s, `SELECT w.rule, min(w.result->>'title') AS title, min(w.severity) AS severity, w.outcome, count(*)::int AS subjects FROM `+from+` WHERE`+q.clause()+`GROUP BY w.rule, w.outcome ORDER BY w.rule`, q.args...)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// Undecided is software that an agency runs although nobody has decided on it.
type Undecided struct {
	AgencyID    int64
	Agency      string
	AssetID     int64
	Asset       string
	Origin      models.Origin
	Deployments int
	Since       *models.Date // of the oldest of them; nil: not known
}

// WithoutDecision lists proprietary software and services that an agency runs and on which neither it nor an agency above it has a case, as far as the viewer may see them.
func (s *Store) WithoutDecision(ctx context.Context, v models.Viewer, agency int64, p models.Page) (models.List[Undecided], error) {
	none, q := models.List[Undecided]{}, &query{}
	q.deploymentVisible(v)
	q.and("a.origin IN ('proprietary', 'service') AND " + strings.ReplaceAll(watchable["deployment"][1], "a.", "d."))
	q.and(`NOT EXISTS (SELECT 1 FROM decisions n JOIN agency_closure k ON k.ancestor_id = n.agency_id AND k.descendant_id = d.agency_id WHERE n.state <> 'rejected' AND (n.asset_id = a.id
		OR EXISTS (SELECT 1 FROM decision_parts c WHERE c.decision_id = n.id AND c.part = 'candidate' AND (c.content->>'assetId')::bigint = a.id AND c.key = n.chosen)
		OR EXISTS (SELECT 1 FROM decision_parts c CROSS JOIN LATERAL json_array_elements_text(c.content->'assetIds') e WHERE c.decision_id = n.id AND c.part = 'registration' AND e.value::bigint = a.id)))`)
	if agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", agency)
	}
	grouped := `(SELECT d.agency_id, d.asset_id, g.name AS agency, btrim(a.name || ' ' || a.edition) AS asset, a.origin, count(*)::int AS deployments, min(d.installed_on) AS since FROM ` + deploymentFrom + ` WHERE` + q.clause() + `GROUP BY d.agency_id, d.asset_id, g.name, a.name, a.edition, a.origin) x`
	outer := &query{args: q.args}
	total, err := s.total(ctx, grouped, outer)
	if err != nil {
		return none, err
	}
	var run int
	var of, id int64
	if more, err := after(p.After, &run, &of, &id); err != nil {
		return none, err
	} else if more {
		outer.and("(-x.deployments, x.agency_id, x.asset_id) > (?::int, ?::bigint, ?::bigint)", -run, of, id)
	}
	list, err := rows[Undecided](ctx, s, `SELECT x.* FROM `+grouped+` WHERE`+outer.clause()+`ORDER BY -x.deployments, x.agency_id, x.asset_id LIMIT `+outer.arg(limit(p)), outer.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(u *Undecided) []any { return []any{u.Deployments, u.AgencyID, u.AssetID} }, total), nil
}
