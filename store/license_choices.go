package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ChoiceRow is a choice with the names it goes by.
type ChoiceRow struct {
	models.LicenseChoice
	Agency string
	Asset  string
	By     string
}

// ConclusionRow is a conclusion with the names it goes by.
type ConclusionRow struct {
	models.LicenseConclusion
	Agency string
	Asset  string
	By     string
}

// reached is the condition that a person's word about a licence concerns: everything in force, or what touches an asset.
func reached(v models.Viewer, asset int64) *query {
	q := &query{}
	q.and("t.ended_at IS NULL")
	q.where = append(q.where, "t.asset_id IS NULL OR "+q.sees(v, "a.visibility", "a.steward_id"))
	if asset != 0 {
		q.and("t.reach = 'everywhere' OR t.asset_id = ? OR EXISTS (SELECT 1 FROM assets o JOIN agency_closure c ON c.descendant_id = o.steward_id WHERE o.id = ? AND c.ancestor_id = t.agency_id)", asset, asset)
	}
	return q
}

const reachedFrom = ` t LEFT JOIN agencies g ON g.id = t.agency_id LEFT JOIN assets a ON a.id = t.asset_id LEFT JOIN users u ON u.id = t.created_by_id WHERE`

const reachedNames = `, coalesce(g.name, '') AS agency, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset, coalesce(u.name, '') AS by FROM `

// LicenseChoices lists the choices in force, newest first; with an asset those that reach it.
func (s *Store) LicenseChoices(ctx context.Context, v models.Viewer, asset int64) ([]ChoiceRow, error) {
	q := reached(v, asset)
	return rows[ChoiceRow](ctx, s, `SELECT `+columns("t", models.LicenseChoice{})+reachedNames+`license_choices`+reachedFrom+q.clause()+`ORDER BY t.id DESC LIMIT 10000`, q.args...)
}

// LicenseConclusions lists the conclusions in force, newest first; with an asset those that reach it.
func (s *Store) LicenseConclusions(ctx context.Context, v models.Viewer, asset int64) ([]ConclusionRow, error) {
	q := reached(v, asset)
	return rows[ConclusionRow](ctx, s, `SELECT `+columns("t", models.LicenseConclusion{})+reachedNames+`license_conclusions`+reachedFrom+q.clause()+`ORDER BY t.id DESC LIMIT 10000`, q.args...)
}

// LicenseChoice finds a choice.
func (s *Store) LicenseChoice(ctx context.Context, id int64) (*models.LicenseChoice, error) {
	var c models.LicenseChoice
	err := s.gorm(ctx).Where("id = ?", id).Take(&c).Error
	return &c, found(err, "license-choice")
}

// LicenseConclusion finds a conclusion.
func (s *Store) LicenseConclusion(ctx context.Context, id int64) (*models.LicenseConclusion, error) {
	var c models.LicenseConclusion
	err := s.gorm(ctx).Where("id = ?", id).Take(&c).Error
	return &c, found(err, "license-conclusion")
}

// SaveLicenseChoice adds or changes a choice.
func (tx *Tx) SaveLicenseChoice(ctx context.Context, c *models.LicenseChoice) error {
	return fault(tx.gorm(ctx).Save(c).Error)
}

// SaveLicenseConclusion adds or changes a conclusion.
func (tx *Tx) SaveLicenseConclusion(ctx context.Context, c *models.LicenseConclusion) error {
	return fault(tx.gorm(ctx).Save(c).Error)
}
