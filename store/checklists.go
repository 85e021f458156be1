package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ChecklistAnswerRow is an answer with the name of who gave it.
type ChecklistAnswerRow struct {
	models.ChecklistAnswer
	By string
}

// ChecklistAnswers lists the answers that count for a standard about a piece of software, one for each question that anybody has answered. Who answered, and
// evidence in words, are for government. The caller has checked that the viewer sees the software.
func (s *Store) ChecklistAnswers(ctx context.Context, v models.Viewer, asset int64, standard string) ([]ChecklistAnswerRow, error) {
	return s.answers(ctx, v, `SELECT DISTINCT ON (c.indicator) `+columns("c", models.ChecklistAnswer{})+`, coalesce(u.name, '') AS by FROM checklist_answers c LEFT JOIN users u ON u.id = c.user_id
		WHERE c.asset_id = $1 AND c.standard = $2 ORDER BY c.indicator, c.id DESC`, asset, standard)
}

// AnswerHistory lists all answers to one question about a piece of software, or to all of the standard when indicator is "", newest first; at most 100.
func (s *Store) AnswerHistory(ctx context.Context, v models.Viewer, asset int64, standard, indicator string) ([]ChecklistAnswerRow, error) {
	return s.answers(ctx, v, `SELECT `+columns("c", models.ChecklistAnswer{})+`, coalesce(u.name, '') AS by FROM checklist_answers c LEFT JOIN users u ON u.id = c.user_id
		WHERE c.asset_id = $1 AND c.standard = $2 AND ($3 = '' OR c.indicator = $3) ORDER BY c.id DESC LIMIT 100`, asset, standard, indicator)
}

func (s *Store) answers(ctx context.Context, v models.Viewer, sql string, args ...any) ([]ChecklistAnswerRow, error) {
	list, err := rows[ChecklistAnswerRow](ctx, s, sql, args...)
	if !v.InGovernment() {
		for i := range list {
			list[i].By, list[i].UserID, list[i].Evidence = "", nil, ""
		}
	}
	return list, err
}

// ChecklistRow counts the answers that count of one standard about a piece of software.
type ChecklistRow struct {
	AssetID       int64
	Asset         string
	StewardID     int64
	Steward       string
	Standard      string
	Met           int
	Partly        int
	NotMet        int
	NotApplicable int
	Answered      int          // with an answer other than unknown
	Oldest        *models.Date // of the evidence that counts
	OnDays        []models.Date
}

// Checklists lists software of which somebody has answered a standard, by name. OnDays are the days of the evidence, from which follows how much of it is
// stale.
func (s *Store) Checklists(ctx context.Context, v models.Viewer, f models.ChecklistFilter) (models.List[ChecklistRow], error) {
	var none models.List[ChecklistRow]
	q := &query{}
	q.visible(v, "a", "steward_id")
	q.and("a.merged_into_id IS NULL")
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = a.steward_id)", f.Agency)
	}
	if f.Standard != "" {
		q.and("n.standard = ?", f.Standard)
	}
	const from = `(SELECT c.asset_id, c.standard, count(*) FILTER (WHERE c.answer = 'met')::int AS met, count(*) FILTER (WHERE c.answer = 'partly')::int AS partly, count(*) FILTER (WHERE c.answer = 'not-met')::int AS not_met,
			count(*) FILTER (WHERE c.answer = 'not-applicable')::int AS not_applicable, count(*) FILTER (WHERE c.answer <> 'unknown')::int AS answered,
			min(c.on_day) FILTER (WHERE c.answer <> 'unknown') AS oldest, array_agg(c.on_day) FILTER (WHERE c.answer <> 'unknown') AS on_days
		FROM (SELECT DISTINCT ON (asset_id, standard, indicator) asset_id, standard, answer, on_day FROM checklist_answers ORDER BY asset_id, standard, indicator, id DESC) c GROUP BY c.asset_id, c.standard) n
		JOIN assets a ON a.id = n.asset_id JOIN agencies g ON g.id = a.steward_id`
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var name, standard string
	var id int64
	if more, err := after(f.After, &name, &id, &standard); err != nil {
		return none, err
	} else if more {
		q.and("(btrim(a.name || ' ' || a.edition), a.id, n.standard) > (?, ?::bigint, ?)", name, id, standard)
	}
	list, err := rows[ChecklistRow](ctx, s, `SELECT a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, g.name AS steward, n.standard, n.met, n.partly, n.not_met, n.not_applicable, n.answered, n.oldest, n.on_days
		FROM `+from+` WHERE`+q.clause()+`ORDER BY btrim(a.name || ' ' || a.edition), a.id, n.standard LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(r *ChecklistRow) []any { return []any{r.Asset, r.AssetID, r.Standard} }, total), nil
}

// CreateChecklistAnswer adds an answer.
func (tx *Tx) CreateChecklistAnswer(ctx context.Context, a *models.ChecklistAnswer) error {
	return fault(tx.gorm(ctx).Create(a).Error)
}

// AssetSDGs lists the development goals that a piece of software serves, by number. The caller has checked that the viewer sees it.
func (s *Store) AssetSDGs(ctx context.Context, asset int64) ([]models.AssetSDG, error) {
	return rows[models.AssetSDG](ctx, s, `SELECT asset_id, goal, relevance FROM asset_sdgs WHERE asset_id = $1 ORDER BY goal`, asset)
}

// SaveAssetSDGs replaces the goals of a piece of software and counts the change in its version.
func (tx *Tx) SaveAssetSDGs(ctx context.Context, a *models.Asset, list []models.AssetSDG) error {
	if _, err := tx.pg.Exec(ctx, `DELETE FROM asset_sdgs WHERE asset_id = $1`, a.ID); err != nil {
		return fault(err)
	}
	for _, g := range list {
		if _, err := tx.pg.Exec(ctx, `INSERT INTO asset_sdgs (asset_id, goal, relevance) VALUES ($1, $2, $3)`, a.ID, g.Goal, g.Relevance); err != nil {
			return fault(err)
		}
	}
	if err := tx.pg.QueryRow(ctx, `UPDATE assets SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version`, a.ID, a.UpdatedAt).Scan(&a.Version); err != nil {
		return fault(err)
	}
	return nil
}

// ProductionAgencies counts the agencies that run a piece of software in production, as far as the viewer may see it.
func (s *Store) ProductionAgencies(ctx context.Context, v models.Viewer, asset int64) (n int, err error) {
	q := &query{}
	q.and("d.asset_id = ? AND d.environment = 'production' AND d.lifecycle <> 'ended' AND d.state <> 'withdrawn'", asset)
	q.deploymentVisible(v)
	err = s.pg.QueryRow(ctx, `SELECT count(DISTINCT d.agency_id) FROM `+deploymentFrom+` WHERE`+q.clause(), q.args...).Scan(&n)
	return n, fault(err)
}

// Stale counts the answers whose evidence is older than so many months on a day.
func (r *ChecklistRow) Stale(months int, today models.Date) (n int) {
	for _, on := range r.OnDays {
		if on.AddMonths(months).Before(today) {
			n++
		}
	}
	return n
}
