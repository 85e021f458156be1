package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// CreateSignInLink keeps the hash of a one-time link.
func (tx *Tx) CreateSignInLink(ctx context.Context, hash []byte, user int64, expires time.Time) error {
	_, err := tx.pg.Exec(ctx, `INSERT INTO sign_in_links (hash, user_id, expires_at) VALUES ($1, $2, $3)`, hash, user, expires)
	return fault(err)
}

// UseSignInLink spends a link and gives its person. A spent, expired or unknown link is one and the same refusal.
func (tx *Tx) UseSignInLink(ctx context.Context, hash []byte, at time.Time) (user int64, err error) {
	err = tx.pg.QueryRow(ctx, `UPDATE sign_in_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id`, hash, at).Scan(&user)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, models.Refuse(models.Unauthenticated, "link-spent", "This sign-in link was used already or has expired. Ask for a new one.")
	}
	return user, fault(err)
}

// Sessions keeps signed-in browsers; it is the store that scs asks for. Sessions are no records: they have no history.
type Sessions struct{ s *Store }

// Sessions gives the session store.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// Find gives the data of a session that has not expired.
func (x *Sessions) Find(token string) (b []byte, found bool, err error) {
	return x.FindCtx(context.Background(), token)
}

// Commit keeps the data of a session until expiry.
func (x *Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return x.CommitCtx(context.Background(), token, b, expiry)
}

// Delete ends a session.
func (x *Sessions) Delete(token string) error { return x.DeleteCtx(context.Background(), token) }

// FindCtx is Find with a context.
func (x *Sessions) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = x.s.pg.QueryRow(ctx, `SELECT data FROM sessions WHERE token = $1 AND expiry > now()`, token).Scan(&b)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx is Commit with a context. It also clears away expired sessions, a few at a time.
func (x *Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, err := x.s.pg.Exec(ctx, `WITH old AS (DELETE FROM sessions WHERE token IN (SELECT token FROM sessions WHERE expiry < now() LIMIT 20))
		INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3) ON CONFLICT (token) DO UPDATE SET data = $2, expiry = $3`, token, b, expiry)
	return err
}

// DeleteCtx is Delete with a context.
func (x *Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := x.s.pg.Exec(ctx, `DELETE FROM sessions WHERE token = $1`, token)
	return err
}

// Replay is the answer once given to a request with an idempotency key.
type Replay struct {
	Request []byte // hash of method, path and body
	Status  *int   // nil while the first request is still running
	Header  map[string]string
	Body    []byte
}

// ClaimKey takes an idempotency key for a request. When it is taken already it gives what is known of the first use.
// Keys are kept for a day; one whose request was never answered, because the program ended meanwhile, for ten minutes.
func (s *Store) ClaimKey(ctx context.Context, actor, key string, request []byte) (*Replay, error) {
	tag, err := s.pg.Exec(ctx, `WITH old AS (DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day' AND (actor, key) <> ($1, $2))
		INSERT INTO idempotency_keys AS k (actor, key, request) VALUES ($1, $2, $3)
		ON CONFLICT (actor, key) DO UPDATE SET request = excluded.request, status = NULL, header = NULL, body = NULL, created_at = now()
			WHERE k.created_at < now() - interval '1 day' OR k.status IS NULL AND k.created_at < now() - interval '10 minutes'`, actor, key, request)
	if err != nil || tag.RowsAffected() == 1 {
		return nil, fault(err)
	}
	var r Replay
	err = s.pg.QueryRow(ctx, `SELECT request, status, coalesce(header, '{}'), body FROM idempotency_keys WHERE actor = $1 AND key = $2`, actor, key).Scan(&r.Request, &r.Status, &r.Header, &r.Body)
	return &r, fault(err)
}

// KeepAnswer stores the answer under the key, or frees the key when status is 0, so that the request may be repeated.
func (s *Store) KeepAnswer(ctx context.Context, actor, key string, status int, header map[string]string, body []byte) error {
	var err error
	if status == 0 {
		_, err = s.pg.Exec(ctx, `DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2`, actor, key)
	} else {
		_, err = s.pg.Exec(ctx, `UPDATE idempotency_keys SET status = $3, header = $4, body = $5 WHERE actor = $1 AND key = $2`, actor, key, status, header, body)
	}
	return fault(err)
}
