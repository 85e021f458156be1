package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/store"
)

func TestAnIdempotencyKeyIsFreeAgainWhenItsTimeIsOver(t *testing.T) {
	ctx := context.Background()
	dsn := testkit.DB(t, func(ctx context.Context, dsn string) error {
		s, err := store.Open(ctx, dsn)
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.Migrate(ctx)
		return err
	})
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, tc := range []struct {
		name, age string
		answered  bool
		free      bool
	}{
		{"a request under way", "1 minute", false, false},
		{"a request whose program has ended", "11 minutes", false, true},
		{"an answer that is kept", "23 hours", true, false},
		{"an answer of yesterday", "25 hours", true, true},
	} {
		if r, err := s.ClaimKey(ctx, "user 1", tc.name, []byte("first")); r != nil || err != nil {
			t.Fatalf("%s: a new key is taken: %+v, %v", tc.name, r, err)
		}
		if tc.answered {
			if err := s.KeepAnswer(ctx, "user 1", tc.name, 201, map[string]string{"Location": "/x"}, []byte("made")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := conn.Exec(ctx, `UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1`, tc.name, tc.age); err != nil {
			t.Fatal(err)
		}
		r, err := s.ClaimKey(ctx, "user 1", tc.name, []byte("second"))
		if err != nil {
			t.Fatal(err)
		}
		if (r == nil) != tc.free {
			t.Errorf("%s: got %+v", tc.name, r)
		}
		if r != nil && (string(r.Request) != "first" || (r.Status != nil) != tc.answered) {
			t.Errorf("%s: remembers %+v", tc.name, r)
		}
		if other, err := s.ClaimKey(ctx, "user 2", tc.name, []byte("theirs")); other != nil || err != nil {
			t.Errorf("%s: another person's key is taken: %+v, %v", tc.name, other, err)
		}
	}
}
