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

// asking is one role of whoever asks, with what is known of them and of their token. There is one without a role where they have none.
type asking struct {
	ID          int64
	Name, Email string
	DisabledAt  *time.Time
	Role        *models.Role // nil: none
	Whole       bool
	Agencies    []int64
}

// askingColumns and askingRoles are asked with every request of somebody who is signed in, so that all is read at once.
const (
	askingColumns = `u.id, u.name, u.email, u.disabled_at, m.role, m.agency_id IS NULL AS whole, array(SELECT c.descendant_id FROM agency_closure c WHERE c.ancestor_id = m.agency_id) AS agencies`
	askingRoles   = ` LEFT JOIN memberships m ON m.user_id = u.id AND m.ended_at IS NULL `
)

// Viewer makes the viewer that a person is, with everything their roles cover.
func (s *Store) Viewer(ctx context.Context, user int64) (models.Viewer, error) {
	list, err := rows[asking](ctx, s, `SELECT `+askingColumns+` FROM users u`+askingRoles+`WHERE u.id = $1 ORDER BY m.id`, user)
	if err != nil {
		return models.Viewer{}, err
	}
	if len(list) == 0 {
		return models.Viewer{}, models.NoSuch("user")
	}
	return viewerOf(list)
}

// ActingFor is the program with the rights that a registrar of an agency has, for the agency and all below it, and with no others.
func (s *Store) ActingFor(ctx context.Context, name string, agency int64) (models.Viewer, error) {
	var below []int64
	err := s.pg.QueryRow(ctx, `SELECT array_agg(descendant_id) FROM agency_closure WHERE ancestor_id = $1`, agency).Scan(&below)
	return models.Viewer{System: true, Name: name, Grants: []models.Grant{{Role: models.Registrar, Agencies: set(below)}}}, fault(err)
}

func viewerOf(list []asking) (models.Viewer, error) {
	u := &list[0]
	if u.DisabledAt != nil {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "user-disabled", "This account was closed. Ask an administrator of the register.")
	}
	v := models.Viewer{UserID: u.ID, Name: u.Name, Email: u.Email}
	for _, r := range list {
		if r.Role != nil {
			v.Grants = append(v.Grants, models.Grant{Role: *r.Role, All: r.Whole, Agencies: set(r.Agencies)})
		}
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
	list, err := rows[tokenAsking](ctx, s, `SELECT `+tokenColumns+`, `+askingColumns+` FROM tokens t JOIN users u ON u.id = t.user_id`+askingRoles+
		`WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 ORDER BY m.id`, hash, at)
	if err != nil {
		return models.Viewer{}, err
	}
	if len(list) == 0 {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "token-invalid", "This token is unknown, expired or revoked. Make a new one on the page “Your tokens”.")
	}
	v, err := viewerOfToken(list)
	if used := list[0].LastUsedAt; err != nil || used != nil && !used.Before(at.Add(-time.Minute)) {
		return v, err
	}
	_, err = s.pg.Exec(ctx, `UPDATE tokens SET last_used_at = $2::timestamptz WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`, v.TokenID, at)
	return v, fault(err)
}

// tokenAsking is asking by a token.
type tokenAsking struct {
	asking
	TokenID    int64
	LastUsedAt *time.Time
	Actions    models.StringList
	Scoped     bool
	Covered    []int64 // where it is scoped: agencies
}

const tokenColumns = `t.id AS token_id, t.last_used_at, t.actions, t.agency_id IS NOT NULL AS scoped, array(SELECT c.descendant_id FROM agency_closure c WHERE c.ancestor_id = t.agency_id) AS covered`

func viewerOfToken(list []tokenAsking) (models.Viewer, error) {
	roles := make([]asking, len(list))
	for i := range list {
		roles[i] = list[i].asking
	}
	v, err := viewerOf(roles)
	if err != nil {
		return v, err
	}
	t := &list[0]
	v.TokenID, v.Actions = t.TokenID, make([]models.Action, 0, len(t.Actions))
	for _, a := range t.Actions {
		v.Actions = append(v.Actions, models.Action(a))
	}
	if t.Scoped {
		v.Scope = &models.Grant{Agencies: set(t.Covered)}
	}
	return v, nil
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
	list, err := rows[tokenAsking](ctx, s, `SELECT `+tokenColumns+`, `+askingColumns+` FROM tokens t JOIN users u ON u.id = t.user_id`+askingRoles+`WHERE t.id = $1 ORDER BY m.id`, *token)
	if err != nil {
		return models.Viewer{}, err
	}
	if len(list) == 0 {
		return models.Viewer{}, models.NoSuch("token")
	}
	return viewerOfToken(list)
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
