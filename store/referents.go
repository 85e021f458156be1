package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ReferentRow is a referent with the names of person, agency and software.
type ReferentRow struct {
	models.Referent
	Name   string // "" for who is not in government
	Agency string
	Asset  string
}

const referentFrom = `referents f JOIN users u ON u.id = f.user_id JOIN agencies g ON g.id = f.agency_id JOIN assets a ON a.id = f.asset_id`

// referentActs holds for referents who still offer to answer, can sign in and have a role in the agency they speak for, or above it.
const referentActs = `f.ended_at IS NULL AND u.disabled_at IS NULL AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = f.user_id AND m.ended_at IS NULL
	AND (m.agency_id IS NULL OR EXISTS (SELECT 1 FROM agency_closure l WHERE l.ancestor_id = m.agency_id AND l.descendant_id = f.agency_id)))`

var referentSelect = `SELECT ` + columns("f", models.Referent{}) + `, u.name, g.name AS agency, btrim(a.name || ' ' || a.edition) AS asset FROM ` + referentFrom

// Referents lists who can be asked about a piece of software. Who is not in government learns of which agency they are, and nothing about the person.
func (s *Store) Referents(ctx context.Context, v models.Viewer, asset int64) ([]ReferentRow, error) {
	q := &query{}
	q.and("f.asset_id = ?", asset)
	q.where = append(q.where, referentActs)
	q.visible(v, "a", "steward_id")
	list, err := rows[ReferentRow](ctx, s, referentSelect+` WHERE`+q.clause()+`ORDER BY g.name, f.id`, q.args...)
	if !v.InGovernment() {
		for i := range list {
			list[i].Name, list[i].UserID, list[i].Note = "", 0, ""
		}
	}
	return list, err
}

// ReferentsOf lists what a person has offered to answer questions about.
func (s *Store) ReferentsOf(ctx context.Context, v models.Viewer) ([]ReferentRow, error) {
	q := &query{}
	q.and("f.user_id = ? AND f.ended_at IS NULL", v.UserID)
	q.visible(v, "a", "steward_id")
	return rows[ReferentRow](ctx, s, referentSelect+` WHERE`+q.clause()+`ORDER BY a.name, f.id`, q.args...)
}

// Referent finds a referent that has not ended, of software that the viewer may see.
func (s *Store) Referent(ctx context.Context, v models.Viewer, id int64) (*ReferentRow, error) {
	q := &query{}
	q.and("f.id = ?", id)
	q.visible(v, "a", "steward_id")
	list, err := rows[ReferentRow](ctx, s, referentSelect+` WHERE`+q.clause(), q.args...)
	if len(list) > 0 && !v.InGovernment() {
		return nil, models.NoSuch("referent")
	}
	return first(list, err, "referent")
}

// IsReferent reports whether a person answers questions about a piece of software, and for which agency.
func (s *Store) IsReferent(ctx context.Context, user, asset int64) (agency int64, is bool, err error) {
	ids, err := scalars[int64](ctx, s, `SELECT f.agency_id FROM referents f JOIN users u ON u.id = f.user_id WHERE f.user_id = $1 AND f.asset_id = $2 AND `+referentActs, user, asset)
	if len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, err
}

// CountReferents counts the people who answer questions about a piece of software.
func (s *Store) CountReferents(ctx context.Context, asset int64) (n int, err error) {
	err = s.pg.QueryRow(ctx, `SELECT count(*)::int FROM referents f JOIN users u ON u.id = f.user_id WHERE f.asset_id = $1 AND `+referentActs, asset).Scan(&n)
	return n, fault(err)
}

// CountStaff counts the people who hold one of the roles for an agency, there or above it; agency 0 counts those who hold it in the register as a whole.
func (s *Store) CountStaff(ctx context.Context, agency int64, roles ...models.Role) (n int, err error) {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	err = s.pg.QueryRow(ctx, `SELECT count(DISTINCT u.id)::int FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.role = ANY($2) AND m.ended_at IS NULL AND u.disabled_at IS NULL
		AND ($1 = 0 AND m.agency_id IS NULL OR EXISTS (SELECT 1 FROM agency_closure l WHERE l.ancestor_id = m.agency_id AND l.descendant_id = $1))`, agency, words).Scan(&n)
	return n, fault(err)
}

// CreateReferent adds a referent.
func (tx *Tx) CreateReferent(ctx context.Context, f *models.Referent) error {
	return fault(tx.gorm(ctx).Create(f).Error)
}

// EndReferent ends what a person has offered.
func (tx *Tx) EndReferent(ctx context.Context, f *models.Referent) error {
	return fault(tx.gorm(ctx).Model(f).Update("ended_at", f.EndedAt).Error)
}
