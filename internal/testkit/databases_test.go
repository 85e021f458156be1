//go:build unix

package testkit_test

import (
	"context"
	"errors"
	"sync/atomic"
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
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// migrations counts how often a template was made by this process.
var migrations atomic.Int32

func migrate(ctx context.Context, dsn string) error {
	migrations.Add(1)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "create extension pg_trgm; create table note (text text)")
	return errors.Join(err, conn.Close(ctx))
}

func count(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "select count(*) from note").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	for range 4 {
		t.Run("a row of another test is not seen", func(t *testing.T) {
			t.Parallel()
			conn := connect(t, testkit.DB(t, migrate))
			if _, err := conn.Exec(t.Context(), "insert into note values ('mine')"); err != nil {
				t.Fatal(err)
			}
			if n := count(t, conn); n != 1 {
				t.Fatalf("got %d rows, want 1", n)
			}
		})
	}
}

func TestTheSchemaIsMadeOnceForAllDatabases(t *testing.T) {
	connect(t, testkit.DB(t, migrate))
	before := migrations.Load()
	connect(t, testkit.DB(t, migrate))
	connect(t, testkit.SharedDB(t, migrate))
	if after := migrations.Load(); after != before {
		t.Errorf("the migrations ran %d times more", after-before)
	}
}

func TestADatabaseIsGoneAfterItsTest(t *testing.T) {
	var name string
	t.Run("the test", func(t *testing.T) {
		if err := connect(t, testkit.DB(t, migrate)).QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	var there bool
	err := connect(t, testkit.SharedDB(t, migrate)).QueryRow(t.Context(), "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	if err != nil || there {
		t.Errorf("the database %s is there: %v, %v", name, there, err)
	}
}

func TestTheSharedDatabaseIsOneForTheProcess(t *testing.T) {
	first, second := testkit.SharedDB(t, migrate), testkit.SharedDB(t, migrate)
	if first != second {
		t.Errorf("got %s and %s", first, second)
	}
	if n := count(t, connect(t, first)); n != 0 {
		t.Errorf("somebody left %d rows in it", n)
	}
}

func BenchmarkDB(b *testing.B) {
	for b.Loop() {
		testkit.DB(b, migrate)
	}
}
