package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// queueVersion is the step that makes the job queue's own tables, which its library keeps. A newer library with newer
// tables needs another such step.
const queueVersion = 5

func (s *Store) provider() (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120), lock.WithUnlockTimeout(1, 30))
	if err != nil {
		return nil, err
	}
	queue := goose.NewGoMigration(queueVersion, &goose.GoFunc{RunDB: queueSchema(s.pool)}, nil)
	return goose.NewProvider(goose.DialectPostgres, s.sql, dir, goose.WithSessionLocker(locker), goose.WithGoMigrations(queue))
}

// Migrate brings the schema to this program's version, under a lock that other nodes wait for. It reports the steps taken.
func (s *Store) Migrate(ctx context.Context) (steps int, err error) {
	p, err := s.provider()
	if err != nil {
		return 0, fmt.Errorf("preparing the migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrating the database: %w", err)
	}
	return len(done), nil
}

// SchemaVersion reports the schema's version and the one this program needs.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int64, err error) {
	p, err := s.provider()
	if err != nil {
		return 0, 0, fmt.Errorf("preparing the migrations: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	have, want, err = p.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("reading the schema version: %w", err)
	}
	return have, want, nil
}
