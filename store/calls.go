package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// CallRow is a call as lists show it.
type CallRow struct {
	models.Call
	Agency  string
	Asset   string // "" when it is about something that is not there yet
	Members int    // agencies in a joint development, who calls included
}

const callFrom = `calls k JOIN agencies g ON g.id = k.agency_id LEFT JOIN assets a ON a.id = k.asset_id`

var callSelect = `SELECT ` + columns("k", models.Call{}) + `, g.name AS agency, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset,
	(SELECT count(*) FROM call_members m WHERE m.call_id = k.id AND m.left_at IS NULL)::int AS members FROM ` + callFrom

// callVisible hides calls that are themselves hidden or whose software is. Who calls, and who has joined, always see it.
func (q *query) callVisible(v models.Viewer) {
	if v.SeesAll() {
		return
	}
	q.where = append(q.where, "("+q.sees(v, "k.visibility", "k.agency_id")+") AND (k.asset_id IS NULL OR "+q.sees(v, "a.visibility", "a.steward_id")+") OR "+q.sees(v, "'agency'", "k.agency_id")+
		" OR EXISTS (SELECT 1 FROM call_members m WHERE m.call_id = k.id AND m.left_at IS NULL AND ("+q.sees(v, "'agency'", "m.agency_id")+"))")
}

// Calls lists calls, newest first.
func (s *Store) Calls(ctx context.Context, v models.Viewer, f models.CallFilter) (models.List[CallRow], error) {
	var none models.List[CallRow]
	q := &query{}
	q.callVisible(v)
	if f.Query != "" {
		q.and("lower(unaccent(k.title || ' ' || k.text || ' ' || k.skills::text)) LIKE '%' || lower(unaccent(?)) || '%'", escapeLike(f.Query))
	}
	if f.Kind != "" {
		q.and("k.kind = ?", f.Kind)
	}
	if f.State != "" {
		q.and("k.state = ?", f.State)
	}
	if f.Agency != 0 {
		q.and(`EXISTS (SELECT 1 FROM agency_closure l WHERE l.ancestor_id = ? AND (l.descendant_id = k.agency_id OR EXISTS (SELECT 1 FROM call_members m WHERE m.call_id = k.id AND m.left_at IS NULL AND m.agency_id = l.descendant_id)))`, f.Agency)
	}
	if f.Asset != 0 {
		q.and("k.asset_id = ?", f.Asset)
	}
	if f.Skill != "" {
		q.and("EXISTS (SELECT 1 FROM jsonb_array_elements_text(k.skills) w WHERE lower(w) = lower(?))", f.Skill)
	}
	if f.GoodFirst {
		q.and("k.good_first")
	}
	total, err := s.total(ctx, callFrom, q)
	if err != nil {
		return none, err
	}
	if err := newestAfter(q, "k.id", f.Page); err != nil {
		return none, err
	}
	list, err := rows[CallRow](ctx, s, callSelect+` WHERE`+q.clause()+`ORDER BY k.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(k *CallRow) []any { return []any{k.ID} }, total), nil
}

// Call finds a call.
func (s *Store) Call(ctx context.Context, v models.Viewer, id int64) (*CallRow, error) {
	q := &query{}
	q.and("k.id = ?", id)
	q.callVisible(v)
	list, err := rows[CallRow](ctx, s, callSelect+` WHERE`+q.clause(), q.args...)
	return first(list, err, "call")
}

// CallMemberRow is an agency in a joint development, with its name.
type CallMemberRow struct {
	models.CallMember
	Agency string
}

// CallMembers lists the agencies in a joint development, former ones last. The caller has found the call for the viewer.
func (s *Store) CallMembers(ctx context.Context, call int64) ([]CallMemberRow, error) {
	return rows[CallMemberRow](ctx, s, `SELECT `+columns("m", models.CallMember{})+`, g.name AS agency FROM call_members m JOIN agencies g ON g.id = m.agency_id WHERE m.call_id = $1 ORDER BY m.left_at IS NOT NULL, m.id`, call)
}

// CallsOver lists the calls that are open past their last day.
func (s *Store) CallsOver(ctx context.Context, today models.Date) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM calls WHERE state = 'open' AND ends_on < $1 ORDER BY id LIMIT 500`, today.Time())
}

// CreateCall adds a call.
func (tx *Tx) CreateCall(ctx context.Context, k *models.Call) error {
	k.Version = 1
	return fault(tx.gorm(ctx).Create(k).Error)
}

// SaveCall stores a changed call.
func (tx *Tx) SaveCall(ctx context.Context, k *models.Call) error {
	return save(tx.gorm(ctx), k, k.ID, &k.Version)
}

// SaveCallMember adds an agency to a joint development, or stores that it has left.
func (tx *Tx) SaveCallMember(ctx context.Context, m *models.CallMember) error {
	return fault(tx.gorm(ctx).Save(m).Error)
}
