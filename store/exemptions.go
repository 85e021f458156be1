package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ExemptionRow is an exemption with the names it goes by.
type ExemptionRow struct {
	models.Exemption
	Agency      string
	Asset       string
	Release     string
	RequestedBy string
	DecidedBy   string
	Policy      string
	SetByID     *int64 // the agency whose policy the rule is in; nil: the government's
	Findings    int    // that it covers now
}

const exemptionFrom = `exemptions x JOIN agencies g ON g.id = x.agency_id LEFT JOIN assets a ON a.id = x.asset_id LEFT JOIN releases r ON r.id = x.release_id
	LEFT JOIN license_policies p ON p.id = x.policy_id LEFT JOIN users q ON q.id = x.requested_by_id LEFT JOIN users d ON d.id = x.decided_by_id`

var exemptionSelect = `SELECT ` + columns("x", models.Exemption{}) + `, g.name AS agency, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset, coalesce(r.number, '') AS release,
	coalesce(q.name, '') AS requested_by, coalesce(d.name, '') AS decided_by, coalesce(p.name, '') AS policy, p.agency_id AS set_by_id, (SELECT count(*) FROM findings f WHERE f.exemption_id = x.id)::int AS findings FROM ` + exemptionFrom

// Exemptions lists exemptions that the viewer may see, newest first; empty arguments do not restrict.
func (s *Store) Exemptions(ctx context.Context, v models.Viewer, state models.ExemptionState, agency int64, p models.Page) (models.List[ExemptionRow], error) {
	var none models.List[ExemptionRow]
	q := &query{}
	q.where = append(q.where, q.sees(v, "'agency'", "x.agency_id"))
	if state != "" {
		q.and("x.state = ?", state)
	}
	if agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = x.agency_id)", agency)
	}
	total, err := s.total(ctx, exemptionFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("x.id < ?", id)
	}
	list, err := rows[ExemptionRow](ctx, s, exemptionSelect+` WHERE`+q.clause()+`ORDER BY x.id DESC LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(x *ExemptionRow) []any { return []any{x.ID} }, total), nil
}

// Exemption finds an exemption that the viewer may see.
func (s *Store) Exemption(ctx context.Context, v models.Viewer, id int64) (*ExemptionRow, error) {
	q := &query{}
	q.and("x.id = ?", id)
	q.where = append(q.where, q.sees(v, "'agency'", "x.agency_id"))
	list, err := rows[ExemptionRow](ctx, s, exemptionSelect+` WHERE`+q.clause(), q.args...)
	return first(list, err, "exemption")
}

// GrantedExemptions lists the exemptions that hold on a day.
func (s *Store) GrantedExemptions(ctx context.Context, on models.Date) ([]models.Exemption, error) {
	return rows[models.Exemption](ctx, s, `SELECT `+columns("x", models.Exemption{})+` FROM exemptions x WHERE x.state = 'granted' AND x.expires_on >= $1 ORDER BY x.id`, on.Time())
}

// ExpiredExemptions lists the exemptions whose last day is before a day and that nobody has ended.
func (s *Store) ExpiredExemptions(ctx context.Context, on models.Date) ([]models.Exemption, error) {
	return rows[models.Exemption](ctx, s, `SELECT `+columns("x", models.Exemption{})+` FROM exemptions x WHERE x.state = 'granted' AND x.expires_on < $1 ORDER BY x.id`, on.Time())
}

// SaveExemption adds or changes an exemption.
func (tx *Tx) SaveExemption(ctx context.Context, x *models.Exemption) error {
	return fault(tx.gorm(ctx).Save(x).Error)
}
