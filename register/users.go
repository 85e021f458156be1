package register

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CreateUser adds a person who can then be given roles and a sign-in link.
func (r *Register) CreateUser(ctx context.Context, by models.Viewer, u *models.User) error {
	u.Email, u.Name = strings.ToLower(strings.TrimSpace(u.Email)), tidy(u.Name)
	if err := u.Validate(); err != nil {
		return err
	}
	if err := may(by, models.ManageUsers, 0, "add people"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		u.ID = 0
		if err := tx.CreateUser(ctx, u); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "user.created", noun: "user", id: u.ID, title: u.Name, after: u})
	})
}

// CloseUser ends a person's access at once: sessions and tokens of a closed account no longer hold.
func (r *Register) CloseUser(ctx context.Context, by models.Viewer, id int64) error {
	if err := may(by, models.ManageUsers, 0, "close accounts"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "users", id); err != nil {
			return err
		}
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		if u.DisabledAt != nil {
			return models.Refuse(models.Conflict, "user-closed", "This account is closed already.")
		}
		before, at := *u, r.now()
		u.DisabledAt = &at
		if err := tx.SaveUser(ctx, u); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "user.closed", noun: "user", id: u.ID, title: u.Name, before: before, after: u})
	})
}

// GiveRole gives a person a role, in an agency or in the whole register.
func (r *Register) GiveRole(ctx context.Context, by models.Viewer, m *models.Membership) error {
	if err := m.Validate(); err != nil {
		return err
	}
	if err := may(by, models.ManageUsers, 0, "give roles"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		u, err := tx.User(ctx, m.UserID)
		if err != nil {
			return invalidReference(err, "userId", "There is no such person.")
		}
		m.ID = 0
		if err := tx.CreateMembership(ctx, m); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "role.given", noun: "user", id: u.ID, title: u.Name, agency: value(m.AgencyID), after: m})
	})
}

// EndRole takes a role away.
func (r *Register) EndRole(ctx context.Context, by models.Viewer, id int64) error {
	if err := may(by, models.ManageUsers, 0, "end roles"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "memberships", id); err != nil {
			return err
		}
		m, err := tx.Membership(ctx, id)
		if err != nil {
			return err
		}
		if m.EndedAt != nil {
			return models.Refuse(models.Conflict, "role-ended", "This role has ended already.")
		}
		u, err := tx.User(ctx, m.UserID)
		if err != nil {
			return err
		}
		before, at := *m, r.now()
		m.EndedAt = &at
		if err := tx.SaveMembership(ctx, m); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "role.ended", noun: "user", id: u.ID, title: u.Name, agency: value(m.AgencyID), before: before, after: m})
	})
}

// TokenPrefix marks our secrets, so that scanners of leaked credentials can recognise them.
const TokenPrefix = "ospo_"

// CreateToken makes an API token for the viewer and gives its secret, which is shown once and never kept.
func (r *Register) CreateToken(ctx context.Context, by models.Viewer, t *models.Token) (secret string, err error) {
	if by.UserID == 0 || by.TokenID != 0 {
		return "", models.Refuse(models.Unauthenticated, "sign-in-first", "Tokens are made by a person who is signed in, not by another token.")
	}
	t.UserID, t.Name = by.UserID, tidy(t.Name)
	if err := checkToken(by, t, r.now()); err != nil {
		return "", err
	}
	secret = TokenPrefix + randomText()
	t.ID, t.Hash, t.Hint, t.LastUsedAt, t.RevokedAt = 0, TokenHash(secret), secret[:len(TokenPrefix)+4], nil, nil
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		t.ID = 0
		if err := tx.CreateToken(ctx, t); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "token.created", noun: "token", id: t.ID, title: t.Name, agency: value(t.AgencyID), after: t})
	})
	return secret, err
}

func checkToken(by models.Viewer, t *models.Token, now time.Time) error {
	var m models.Mistakes
	if t.Name == "" || len(t.Name) > 100 {
		m.Add("name", "required", "Name the token by what will use it, in at most 100 characters.")
	}
	if len(t.Actions) == 0 {
		m.Add("actions", "required", "Choose at least one thing the token may do.")
	}
	for _, a := range t.Actions {
		if !slices.Contains(models.Actions, models.Action(a)) {
			m.Add("actions", "unknown-value", "“"+a+"” is not something a token can be allowed to do.")
		} else if !by.MaySomewhere(models.Action(a)) {
			m.Add("actions", "not-yours", "You may not do “"+a+"” yourself, so no token of yours may.")
		}
	}
	if t.AgencyID != nil && !slices.ContainsFunc(by.Grants, func(g models.Grant) bool { return g.All || g.Agencies[*t.AgencyID] }) {
		m.Add("agencyId", "not-yours", "You have no role in this agency.")
	}
	if !t.ExpiresAt.After(now) || t.ExpiresAt.After(now.AddDate(0, 0, models.MaxTokenDays)) {
		m.Add("expiresAt", "out-of-range", "Choose an end within the next 366 days.")
	}
	return m.Err()
}

// RevokeToken ends a token at once. A person revokes their own; an administrator anybody's.
func (r *Register) RevokeToken(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "tokens", id); err != nil {
			return err
		}
		t, err := tx.Token(ctx, id)
		if err != nil || (t.UserID != by.UserID && !by.May(models.ManageUsers, 0)) {
			return models.NoSuch("token")
		}
		if t.RevokedAt != nil {
			return models.Refuse(models.Conflict, "token-revoked", "This token is revoked already.")
		}
		before, at := *t, r.now()
		t.RevokedAt = &at
		if err := tx.SaveToken(ctx, t); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "token.revoked", noun: "token", id: t.ID, title: t.Name, agency: value(t.AgencyID), before: before, after: t})
	})
}

// LinkLife is how long a sign-in link can be used.
const LinkLife = 24 * time.Hour

// SignInLink makes a one-time secret with which the person can sign in within LinkLife.
func (r *Register) SignInLink(ctx context.Context, by models.Viewer, user int64) (secret string, err error) {
	if err := may(by, models.ManageUsers, 0, "make sign-in links"); err != nil {
		return "", err
	}
	secret = randomText()
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		u, err := tx.User(ctx, user)
		if err != nil {
			return err
		}
		if u.DisabledAt != nil {
			return models.Refuse(models.Conflict, "user-closed", "This account is closed.")
		}
		if err := tx.CreateSignInLink(ctx, TokenHash(secret), u.ID, r.now().Add(LinkLife)); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "link.created", noun: "user", id: u.ID, title: u.Name})
	})
	return secret, err
}

// SignIn spends a one-time link and gives the viewer its person is.
func (r *Register) SignIn(ctx context.Context, secret string) (models.Viewer, error) {
	var v models.Viewer
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		id, err := tx.UseSignInLink(ctx, TokenHash(secret), r.now())
		if err != nil {
			return err
		}
		if v, err = tx.Viewer(ctx, id); err != nil {
			return err
		}
		return record(ctx, tx, v, event{action: "user.signed-in", noun: "user", id: id, title: v.Name})
	})
	return v, err
}

// TokenHash is what is kept of a secret. Secrets are 256 random bits, so a plain SHA-256 is enough and quick.
func TokenHash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

func randomText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
