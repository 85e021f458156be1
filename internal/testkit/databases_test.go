//go:build unix

package testkit_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func migrate(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "create extension pg_trgm; create table note (text text)")
	return err
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	for range 4 {
		t.Run("a row of another test is not seen", func(t *testing.T) {
			t.Parallel()
			conn := connect(t, testkit.DB(t, migrate))
			if _, err := conn.Exec(t.Context(), "insert into note values ('mine')"); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := conn.QueryRow(t.Context(), "select count(*) from note").Scan(&n); err != nil || n != 1 {
				t.Fatalf("got %d rows, %v; want 1", n, err)
			}
		})
	}
}
