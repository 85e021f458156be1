package store

import (
	"context"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
)

// DecisionRow is a decision with the names it goes by, as a viewer sees it.
type DecisionRow struct {
	models.Decision
	Agency       string
	AgencyCode   string
	RequestedBy  string
	Asset        string
	Prior        string // reference of the decision before
	RegimeID     int64
	Regime       string // code
	RegimeName   string
	RegimeNumber int
	ChosenName   string
	Full         bool // the viewer sees the dossier, not only what is published
	Held         bool // the published record does not tell what was chosen
}

const decisionFrom = `decisions d JOIN agencies g ON g.id = d.agency_id JOIN regime_versions v ON v.id = d.regime_version_id JOIN regimes r ON r.id = v.regime_id
	LEFT JOIN users u ON u.id = d.requested_by_id LEFT JOIN assets a ON a.id = d.asset_id LEFT JOIN decisions p ON p.id = d.prior_id`

// decisionSelect lists what is read of a decision; full is the clause that says whether the viewer sees the dossier.
func decisionSelect(full string) string {
	return `SELECT ` + columns("d", models.Decision{}) + `, g.name AS agency, coalesce(g.code, '') AS agency_code, coalesce(u.name, '') AS requested_by, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset,
	coalesce(p.ref, '') AS prior, r.id AS regime_id, r.code AS regime, r.name AS regime_name, v.number AS regime_number, (` + full + `) AS full,
	` + chosenName + ` AS chosen_name, EXISTS (SELECT 1 FROM json_array_elements((SELECT w.content->'withheld' FROM decision_parts w WHERE w.decision_id = d.id AND w.part = 'publication' ORDER BY w.number DESC LIMIT 1)) h
		WHERE h->>'part' IN ('proposal', 'candidate', 'candidate/' || d.chosen)) AS held`
}

// chosenName is how the candidate that is proposed is called; "" before.
const chosenName = `coalesce((SELECT btrim((c.content->>'name') || ' ' || coalesce(c.content->>'edition', '')) FROM decision_parts c WHERE c.decision_id = d.id AND c.part = 'candidate' AND c.key = d.chosen ORDER BY c.number DESC LIMIT 1), '')`

// dossierSeen is the condition that a viewer sees the whole dossier: the people of the agency, and those who see all.
func (q *query) dossierSeen(v models.Viewer) string { return q.sees(v, "'agency'", "d.agency_id") }

// Decisions lists the decisions that the viewer may see.
func (s *Store) Decisions(ctx context.Context, v models.Viewer, f models.DecisionFilter) (models.List[DecisionRow], error) {
	var none models.List[DecisionRow]
	q := &query{}
	q.visible(v, "d", "agency_id")
	q.decisionClauses(f)
	total, err := s.total(ctx, decisionFrom, q)
	if err != nil {
		return none, err
	}
	full := q.dossierSeen(v) // what it asks with is not in the count
	order := "d.id DESC"
	var id int64
	if f.Sort == models.ByDue {
		order = "d.due_on, d.id"
		var on models.Date
		if more, err := after(f.After, &on, &id); err != nil {
			return none, err
		} else if more {
			q.and("(d.due_on, d.id) > (?, ?)", on.Time(), id)
		}
	} else if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("d.id < ?", id)
	}
	list, err := rows[DecisionRow](ctx, s, decisionSelect(full)+` FROM `+decisionFrom+` WHERE`+q.clause()+`ORDER BY `+order+` LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	key := func(d *DecisionRow) []any {
		if f.Sort == models.ByDue {
			return []any{d.DueOn, d.ID}
		}
		return []any{d.ID}
	}
	for i := range list {
		list[i].hide()
	}
	return page(list, f.Page, key, total), nil
}

// DecisionFunction is a function with the title of the newest decision for it.
type DecisionFunction struct{ Function, Title string }

// mostFunctions bounds the functions that are offered.
const mostFunctions = 300

// DecisionFunctions lists the functions that decisions were made for which the viewer may see, each with the newest.
func (s *Store) DecisionFunctions(ctx context.Context, v models.Viewer) ([]DecisionFunction, error) {
	q := &query{}
	q.visible(v, "d", "agency_id")
	q.and("d.function <> ''")
	return rows[DecisionFunction](ctx, s, `SELECT DISTINCT ON (d.function) d.function, d.title FROM decisions d WHERE`+q.clause()+`ORDER BY d.function, d.id DESC LIMIT `+q.arg(mostFunctions), q.args...)
}

// hide leaves of a decision that is only seen as published what everybody may know.
func (d *DecisionRow) hide() {
	if !d.Full {
		d.RequestedByID, d.RequestedBy, d.Digest = nil, "", nil
		if d.Held {
			d.Chosen, d.ChosenName = "", ""
		}
	}
}

func (q *query) decisionClauses(f models.DecisionFilter) {
	if f.Query != "" {
		q.and("d.search @@ websearch_to_tsquery('simple', ?) OR starts_with(d.ref, lower(?))", f.Query, f.Query)
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", f.Agency)
	}
	switch f.Branch {
	case models.Releasing:
		q.and("d.kind = 'release'")
	case models.Remediation:
		q.and("d.kind = 'remediation'")
	case models.Acquisition:
		q.and("d.kind NOT IN ('release', 'remediation')")
	}
	if f.Kind != "" {
		q.and("d.kind = ?", f.Kind)
	}
	if f.State != "" {
		q.and("d.state = ?", f.State)
	}
	if f.Open {
		q.and("d.closed_at IS NULL AND d.state NOT IN ('in-force', 'published', 'archived-copy')")
	}
	if f.Function != "" {
		q.and("d.function = ? OR starts_with(d.function, ?)", f.Function, f.Function+".")
	}
	if f.Asset != 0 {
		q.and("d.asset_id = ?", f.Asset)
	}
	if f.Regime != 0 {
		q.and("r.id = ?", f.Regime)
	}
	if f.Exempt {
		q.and(exempted)
	}
	if f.Sort == models.ByDue {
		q.and("d.due_on IS NOT NULL AND d.closed_at IS NULL")
	}
}

// exempted is the condition that the newest answer to a request for exemption grants it.
const exempted = `(SELECT x.content->>'verdict' FROM decision_parts x WHERE x.decision_id = d.id AND x.part = 'exemption-answer' ORDER BY x.number DESC LIMIT 1) IN ('granted', 'granted-limited')`

// Decision finds a decision that the viewer may see.
func (s *Store) Decision(ctx context.Context, v models.Viewer, id int64) (*DecisionRow, error) {
	return s.decision(ctx, v, "d.id = ?", id)
}

// DecisionByRef finds a decision that the viewer may see by its public reference.
func (s *Store) DecisionByRef(ctx context.Context, v models.Viewer, ref string) (*DecisionRow, error) {
	return s.decision(ctx, v, "d.ref = ?", ref)
}

func (s *Store) decision(ctx context.Context, v models.Viewer, cond string, key any) (*DecisionRow, error) {
	q := &query{}
	full := q.dossierSeen(v)
	q.and(cond, key)
	q.visible(v, "d", "agency_id")
	list, err := rows[DecisionRow](ctx, s, decisionSelect(full)+` FROM `+decisionFrom+` WHERE`+q.clause(), q.args...)
	d, err := first(list, err, "decision")
	if err == nil {
		d.hide()
	}
	return d, err
}

// DecisionParts reads the newest version of each part of a dossier until a moment, in the order in which they were first filed. The caller
// must know that the viewer sees the dossier.
func (s *Store) DecisionParts(ctx context.Context, decision int64, until time.Time) ([]models.DecisionPart, error) {
	return rows[models.DecisionPart](ctx, s, `SELECT `+columns("p", models.DecisionPart{})+` FROM decision_parts p JOIN (
			SELECT part, key, max(number) AS number, min(id) AS since FROM decision_parts WHERE decision_id = $1 AND at <= $2 GROUP BY part, key) n
		ON n.part = p.part AND n.key = p.key AND n.number = p.number WHERE p.decision_id = $1 ORDER BY n.since`, decision, until)
}

// DecisionPartVersions lists every version of a part, newest first; with no part, of all parts in the order of their writing.
func (s *Store) DecisionPartVersions(ctx context.Context, decision int64, part models.PartName, key string) ([]models.DecisionPart, error) {
	return rows[models.DecisionPart](ctx, s, `SELECT `+columns("p", models.DecisionPart{})+` FROM decision_parts p
		WHERE p.decision_id = $1 AND ($2 = '' OR p.part = $2 AND p.key = $3) ORDER BY p.id DESC`, decision, part, key)
}

// DecisionMoves lists the moves of a decision until a moment, in their order.
func (s *Store) DecisionMoves(ctx context.Context, decision int64, until time.Time) ([]models.DecisionMove, error) {
	return rows[models.DecisionMove](ctx, s, `SELECT `+columns("m", models.DecisionMove{})+` FROM decision_moves m WHERE m.decision_id = $1 AND m.at <= $2 ORDER BY m.number`, decision, until)
}

// DecisionPublications lists what was published of a decision, newest first. The caller must know that the viewer may see the decision.
func (s *Store) DecisionPublications(ctx context.Context, decision int64) ([]models.DecisionPublication, error) {
	return rows[models.DecisionPublication](ctx, s, `SELECT `+columns("p", models.DecisionPublication{})+` FROM decision_publications p WHERE p.decision_id = $1 ORDER BY p.number DESC`, decision)
}

// CreateDecision adds a decision under the next reference of its agency in the year.
func (tx *Tx) CreateDecision(ctx context.Context, d *models.Decision, code string) error {
	if err := tx.Hold(ctx, "agencies", d.AgencyID); err != nil {
		return err
	}
	prefix := fmt.Sprintf("%s-%d-", code, d.CreatedAt.Year())
	var n int
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(substr(ref, length($1) + 1)::int), 0) + 1 FROM decisions WHERE ref ~ ('^' || $1 || '[0-9]+$')`, prefix).Scan(&n); err != nil {
		return fault(err)
	}
	d.Ref, d.Version = fmt.Sprintf("%s%04d", prefix, n), 1
	return fault(tx.gorm(ctx).Create(d).Error)
}

// SaveDecision stores a changed decision.
func (tx *Tx) SaveDecision(ctx context.Context, d *models.Decision) error {
	return save(tx.gorm(ctx), d, d.ID, &d.Version)
}

// AddDecisionPart puts the next version of a part on file.
func (tx *Tx) AddDecisionPart(ctx context.Context, p *models.DecisionPart) error {
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM decision_parts WHERE decision_id = $1 AND part = $2 AND key = $3`, p.DecisionID, p.Part, p.Key).Scan(&p.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(p).Error)
}

// AddDecisionMove keeps a move.
func (tx *Tx) AddDecisionMove(ctx context.Context, m *models.DecisionMove) error {
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM decision_moves WHERE decision_id = $1`, m.DecisionID).Scan(&m.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(m).Error)
}

// AddDecisionPublication keeps what was published.
func (tx *Tx) AddDecisionPublication(ctx context.Context, p *models.DecisionPublication) error {
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM decision_publications WHERE decision_id = $1`, p.DecisionID).Scan(&p.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(p).Error)
}
