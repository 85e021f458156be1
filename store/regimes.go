package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// RegimeRow is a regime with whom it binds and its versions that matter now.
type RegimeRow struct {
	models.Regime
	Agency       string // "" for all of government
	ActiveID     *int64
	ActiveNumber int
	DraftID      *int64
	Decisions    int // that are, or were, judged by it
}

const regimeSelect = `SELECT r.id, r.agency_id, r.code, r.name, r.created_at, coalesce(g.name, '') AS agency, a.id AS active_id, coalesce(a.number, 0) AS active_number, d.id AS draft_id,
	(SELECT count(*) FROM decisions x JOIN regime_versions w ON w.id = x.regime_version_id WHERE w.regime_id = r.id)::int AS decisions
	FROM regimes r LEFT JOIN agencies g ON g.id = r.agency_id LEFT JOIN regime_versions a ON a.regime_id = r.id AND a.state = 'active' LEFT JOIN regime_versions d ON d.regime_id = r.id AND d.state = 'draft'`

// Regimes lists the regimes: those in force first, those of all government before others. A regime is law, and public.
func (s *Store) Regimes(ctx context.Context) ([]RegimeRow, error) {
	return rows[RegimeRow](ctx, s, regimeSelect+` ORDER BY a.id IS NULL, g.name NULLS FIRST, r.code`)
}

// Regime finds a regime.
func (s *Store) Regime(ctx context.Context, id int64) (*RegimeRow, error) {
	list, err := rows[RegimeRow](ctx, s, regimeSelect+` WHERE r.id = $1`, id)
	return first(list, err, "regime")
}

// RegimeVersionRow is a version with its regime and the people it went through.
type RegimeVersionRow struct {
	models.RegimeVersion
	AgencyID    *int64
	Code        string
	Regime      string // its name
	Agency      string
	CreatedBy   string
	ActivatedBy string
}

var regimeVersionSelect = `SELECT ` + columns("v", models.RegimeVersion{}) + `, r.agency_id, r.code, r.name AS regime, coalesce(g.name, '') AS agency, coalesce(c.name, '') AS created_by, coalesce(u.name, '') AS activated_by
	FROM regime_versions v JOIN regimes r ON r.id = v.regime_id LEFT JOIN agencies g ON g.id = r.agency_id LEFT JOIN users c ON c.id = v.created_by_id LEFT JOIN users u ON u.id = v.activated_by_id`

// RegimeVersions lists the versions of a regime, newest first.
func (s *Store) RegimeVersions(ctx context.Context, regime int64) ([]RegimeVersionRow, error) {
	return rows[RegimeVersionRow](ctx, s, regimeVersionSelect+` WHERE v.regime_id = $1 ORDER BY v.number DESC`, regime)
}

// RegimeVersion finds a version of a regime.
func (s *Store) RegimeVersion(ctx context.Context, id int64) (*RegimeVersionRow, error) {
	list, err := rows[RegimeVersionRow](ctx, s, regimeVersionSelect+` WHERE v.id = $1`, id)
	return first(list, err, "regime-version")
}

// RegimeInForce finds the version that binds an agency on a day: that of the nearest agency above it that has one, its own first.
func (s *Store) RegimeInForce(ctx context.Context, agency int64, on models.Date) (*RegimeVersionRow, error) {
	list, err := rows[RegimeVersionRow](ctx, s, regimeVersionSelect+` LEFT JOIN agency_closure k ON k.ancestor_id = r.agency_id AND k.descendant_id = $1
		WHERE v.state IN ('active', 'superseded') AND v.valid_from <= $2 AND (v.valid_to IS NULL OR v.valid_to >= $2) AND (r.agency_id IS NULL OR k.depth IS NOT NULL)
		ORDER BY k.depth NULLS LAST, v.valid_from DESC, v.activated_at DESC LIMIT 1`, agency, on.Time())
	return first(list, err, "regime")
}

// RegimeVersionsOver lists the versions in force, or to come in force, that bind the very same agency (nil: all of government).
func (s *Store) RegimeVersionsOver(ctx context.Context, agency *int64) ([]RegimeVersionRow, error) {
	return rows[RegimeVersionRow](ctx, s, regimeVersionSelect+` WHERE v.state = 'active' AND r.agency_id IS NOT DISTINCT FROM $1 ORDER BY v.valid_from`, agency)
}

// CreateRegime adds a regime.
func (tx *Tx) CreateRegime(ctx context.Context, r *models.Regime) error {
	return fault(tx.gorm(ctx).Create(r).Error)
}

// CreateRegimeVersion adds a version with the next number of its regime.
func (tx *Tx) CreateRegimeVersion(ctx context.Context, v *models.RegimeVersion) error {
	v.Version = 1
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM regime_versions WHERE regime_id = $1`, v.RegimeID).Scan(&v.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(v).Error)
}

// SaveRegimeVersion stores a changed version.
func (tx *Tx) SaveRegimeVersion(ctx context.Context, v *models.RegimeVersion) error {
	return save(tx.gorm(ctx), v, v.ID, &v.Version)
}
