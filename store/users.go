package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// UserRow is a person as lists show them.
type UserRow struct {
	models.User
	Roles []MembershipRow
}

// MembershipRow is a role with the name of its agency.
type MembershipRow struct {
	models.Membership
	Agency string // "" for the whole register
}

// User finds a person by id.
func (s *Store) User(ctx context.Context, id int64) (*models.User, error) {
	var u models.User
	err := s.gorm(ctx).Where("id = ?", id).Take(&u).Error
	return &u, found(err, "user")
}

// UserByEmail finds a person by e-mail address, which is kept in lower case.
func (s *Store) UserByEmail(ctx context.Context, email string) (*models.User, error) {
	var u models.User
	err := s.gorm(ctx).Where("email = lower(?)", email).Take(&u).Error
	return &u, found(err, "user")
}

// Users lists people by name with their present roles.
func (s *Store) Users(ctx context.Context, p models.Page) (models.List[UserRow], error) {
	var none models.List[UserRow]
	q := &query{}
	total, err := s.total(ctx, "users u", q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(p.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(u.name, u.id) > (?, ?)", name, id)
	}
	users, err := rows[models.User](ctx, s, `SELECT u.id, u.email, u.name, u.disabled_at, u.created_at FROM users u WHERE`+q.clause()+`ORDER BY u.name, u.id LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	items, ids, by := make([]UserRow, len(users)), make([]int64, len(users)), map[int64]int{}
	for i, u := range users {
		items[i].User, ids[i], by[u.ID] = u, u.ID, i
	}
	roles, err := s.memberships(ctx, ids)
	if err != nil {
		return none, err
	}
	for _, r := range roles {
		u := &items[by[r.UserID]]
		u.Roles = append(u.Roles, r)
	}
	return page(items, p, func(u *UserRow) []any { return []any{u.Name, u.ID} }, total), nil
}

// Memberships lists the present roles of a person.
func (s *Store) Memberships(ctx context.Context, user int64) ([]MembershipRow, error) {
	return s.memberships(ctx, []int64{user})
}

func (s *Store) memberships(ctx context.Context, users []int64) ([]MembershipRow, error) {
	return rows[MembershipRow](ctx, s, `SELECT m.id, m.user_id, m.agency_id, m.role, m.created_at, m.ended_at, coalesce(g.name, '') AS agency
		FROM memberships m LEFT JOIN agencies g ON g.id = m.agency_id WHERE m.user_id = ANY($1) AND m.ended_at IS NULL ORDER BY m.id`, users)
}

// AgencyStaff lists the people with a role in the agency itself.
func (s *Store) AgencyStaff(ctx context.Context, agency int64) ([]struct {
	models.Membership
	Name, Email string
}, error) {
	return rows[struct {
		models.Membership
		Name, Email string
	}](ctx, s, `SELECT m.id, m.user_id, m.agency_id, m.role, m.created_at, m.ended_at, u.name, u.email FROM memberships m JOIN users u ON u.id = m.user_id
		WHERE m.agency_id = $1 AND m.ended_at IS NULL AND u.disabled_at IS NULL ORDER BY m.role, u.name`, agency)
}

// Membership finds one role.
func (s *Store) Membership(ctx context.Context, id int64) (*models.Membership, error) {
	var m models.Membership
	err := s.gorm(ctx).Where("id = ?", id).Take(&m).Error
	return &m, found(err, "membership")
}

// HasAdministrator reports whether anybody can run the register.
func (s *Store) HasAdministrator(ctx context.Context) (has bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.role = 'administrator' AND m.ended_at IS NULL AND u.disabled_at IS NULL)`).Scan(&has)
	return has, err
}

// Viewer makes the viewer that a person is, with everything their roles cover.
func (s *Store) Viewer(ctx context.Context, user int64) (models.Viewer, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return models.Viewer{}, err
	}
	if u.DisabledAt != nil {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "user-disabled", "This account was closed. Ask an administrator of the register.")
	}
	covers, err := rows[struct {
		Role     models.Role
		Whole    bool
		Agencies []int64
	}](ctx, s, `SELECT m.role, m.agency_id IS NULL AS whole, coalesce(array_agg(c.descendant_id) FILTER (WHERE c.descendant_id IS NOT NULL), '{}') AS agencies
		FROM memberships m LEFT JOIN agency_closure c ON c.ancestor_id = m.agency_id
		WHERE m.user_id = $1 AND m.ended_at IS NULL GROUP BY m.id, m.role, m.agency_id ORDER BY m.id`, user)
	if err != nil {
		return models.Viewer{}, err
	}
	v := models.Viewer{UserID: u.ID, Name: u.Name, Email: u.Email}
	for _, c := range covers {
		v.Grants = append(v.Grants, models.Grant{Role: c.Role, All: c.Whole, Agencies: set(c.Agencies)})
	}
	return v, nil
}

func set(ids []int64) map[int64]bool {
	m := make(map[int64]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// TokenViewer makes the viewer that a token is, by the token's hash. It says that the token was used at most once a minute.
func (s *Store) TokenViewer(ctx context.Context, hash []byte, at time.Time) (models.Viewer, error) {
	refuse := models.Refuse(models.Unauthenticated, "token-invalid", "This token is unknown, expired or revoked. Make a new one on the page “Your tokens”.")
	var t models.Token
	if err := s.gorm(ctx).Where("hash = ? AND revoked_at IS NULL AND expires_at > ?", hash, at).Take(&t).Error; err != nil {
		if models.IsKind(found(err, "token"), models.NotFound) {
			return models.Viewer{}, refuse
		}
		return models.Viewer{}, fault(err)
	}
	v, err := s.tokenViewer(ctx, &t)
	if err != nil {
		return v, err
	}
	_, err = s.pg.Exec(ctx, `UPDATE tokens SET last_used_at = $2::timestamptz WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`, t.ID, at)
	return v, fault(err)
}

// SenderViewer makes the viewer again that handed something in: a person, or a token of theirs that still holds.
func (s *Store) SenderViewer(ctx context.Context, user int64, token *int64, at time.Time) (models.Viewer, error) {
	if token == nil {
		return s.Viewer(ctx, user)
	}
	t, err := s.Token(ctx, *token)
	if err != nil {
		return models.Viewer{}, err
	}
	if t.RevokedAt != nil || t.ExpiresAt.Before(at) {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "token-invalid", "The token that the document was sent with has expired or was revoked since. Send it again with a new one.")
	}
	return s.tokenViewer(ctx, t)
}

func (s *Store) tokenViewer(ctx context.Context, t *models.Token) (models.Viewer, error) {
	v, err := s.Viewer(ctx, t.UserID)
	if err != nil {
		return v, err
	}
	v.TokenID, v.Actions = t.ID, make([]models.Action, 0, len(t.Actions))
	for _, a := range t.Actions {
		v.Actions = append(v.Actions, models.Action(a))
	}
	if t.AgencyID != nil {
		covered, err := scalars[int64](ctx, s, `SELECT descendant_id FROM agency_closure WHERE ancestor_id = $1`, *t.AgencyID)
		if err != nil {
			return models.Viewer{}, err
		}
		v.Scope = &models.Grant{Agencies: set(covered)}
	}
	return v, nil
}

// Tokens lists a person's tokens, newest first.
func (s *Store) Tokens(ctx context.Context, user int64) ([]models.Token, error) {
	var list []models.Token
	err := s.gorm(ctx).Where("user_id = ?", user).Order("id DESC").Limit(models.MaxLimit).Find(&list).Error
	return list, fault(err)
}

// Token finds one token.
func (s *Store) Token(ctx context.Context, id int64) (*models.Token, error) {
	var t models.Token
	err := s.gorm(ctx).Where("id = ?", id).Take(&t).Error
	return &t, found(err, "token")
}

// CreateUser adds a person.
func (tx *Tx) CreateUser(ctx context.Context, u *models.User) error {
	return fault(tx.gorm(ctx).Create(u).Error)
}

// SaveUser stores a changed person.
func (tx *Tx) SaveUser(ctx context.Context, u *models.User) error {
	return fault(tx.gorm(ctx).Save(u).Error)
}

// CreateMembership gives a role.
func (tx *Tx) CreateMembership(ctx context.Context, m *models.Membership) error {
	return fault(tx.gorm(ctx).Create(m).Error)
}

// SaveMembership stores a changed role.
func (tx *Tx) SaveMembership(ctx context.Context, m *models.Membership) error {
	return fault(tx.gorm(ctx).Save(m).Error)
}

// CreateToken adds a token.
func (tx *Tx) CreateToken(ctx context.Context, t *models.Token) error {
	return fault(tx.gorm(ctx).Create(t).Error)
}

// SaveToken stores a changed token.
func (tx *Tx) SaveToken(ctx context.Context, t *models.Token) error {
	return fault(tx.gorm(ctx).Save(t).Error)
}
