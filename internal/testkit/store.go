package testkit

import (
	"context"
	"testing"

	"github.com/ospo-register/ospo/store"
)

func migrate(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Migrate(ctx)
	return err
}

// Store gives an empty, migrated store on a transaction that is rolled back when the test ends. Tests that use it must
// not run in parallel: they share the package's database.
func Store(t testing.TB) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, SharedDB(t, migrate))
	if err != nil {
		t.Fatal(err)
	}
	trial, done, err := store.Trial(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		done()
		s.Close()
	})
	return trial
}

// OwnStore gives an empty, migrated store on a database of its own, for tests about locks, several connections, crashes
// and pages.
func OwnStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), DB(t, migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// SharedDSN is the address of the package's migrated database, for tests that look at the schema itself.
func SharedDSN(t testing.TB) string { return SharedDB(t, migrate) }

// OwnDSN is the address of an empty, migrated database of the test's own.
func OwnDSN(t testing.TB) string { return DB(t, migrate) }
