package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/store/embedded"
)

// database is an open register database, and the private server behind it when this program runs one.
type database struct {
	store  *store.Store
	server *embedded.Server // nil for the ministry's own server, and for one that another ospo runs
}

// attach says what a command does when another ospo runs the private Postgres already.
type attach int

const (
	refuseHeld attach = iota // it wants to be the one that runs it
	joinHeld                 // it works beside it
)

// open gives the database that the settings name. A private one is started, made when there is none, and migrated; the
// ministry's own server must have been migrated on purpose.
func open(ctx context.Context, s *settings, log *slog.Logger, say io.Writer, held attach) (*database, error) {
	if s.DatabaseURL != "" {
		db, err := connect(ctx, s.DatabaseURL)
		if err != nil {
			return nil, err
		}
		if err := current(ctx, db.store); err != nil {
			db.close()
			return nil, err
		}
		return db, nil
	}
	dir, err := s.postgresDir()
	if err != nil {
		return nil, err
	}
	server, err := startPrivate(ctx, embedded.Options{Dir: dir, BinDir: s.PostgresBin, Log: log}, say)
	var other *embedded.HeldError
	if errors.As(err, &other) && held == joinHeld && other.DSN != "" {
		db, err := connect(ctx, other.DSN)
		if err != nil {
			return nil, err
		}
		if err := current(ctx, db.store); err != nil { // the running program is of another version
			db.close()
			return nil, err
		}
		return db, nil
	}
	if err != nil {
		return nil, err
	}
	db, err := connect(ctx, server.DSN())
	if err != nil {
		server.Stop()
		return nil, err
	}
	db.server = server
	if _, err := db.store.Migrate(ctx); err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

// startPrivate starts the private Postgres, and fetches one where the machine has none.
func startPrivate(ctx context.Context, o embedded.Options, say io.Writer) (*embedded.Server, error) {
	server, err := embedded.Start(ctx, o)
	var none *embedded.NoPostgresError
	if !errors.As(err, &none) || o.BinDir != "" || none.Want != 0 {
		return server, err
	}
	fmt.Fprintln(say, "This machine has no Postgres that fits.")
	if _, fetchErr := embedded.Fetch(ctx, embedded.FetchOptions{Dir: o.Dir, Say: say}); fetchErr != nil {
		return nil, errors.Join(err, fetchErr)
	}
	return embedded.Start(ctx, o)
}

func connect(ctx context.Context, dsn string) (*database, error) {
	st, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return &database{store: st}, nil
}

// current refuses a schema that this program does not fit.
func current(ctx context.Context, st *store.Store) error {
	have, want, err := st.SchemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case have < want:
		return fmt.Errorf("the database is at version %d and this program needs %d: make a backup, then run “ospo migrate”", have, want)
	case have > want:
		return fmt.Errorf("the database is at version %d and this program knows %d: run the newer program", have, want)
	}
	return nil
}

func (d *database) close() {
	d.store.Close()
	if d.server != nil {
		d.server.Stop()
	}
}

// done is closed when the private Postgres has ended by itself; without one it never is.
func (d *database) done() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}

type migrateCommand struct{}

// Run migrates the database, the private one too.
func (migrateCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	log := s.log(w)
	if s.DatabaseURL == "" {
		db, err := open(ctx, s, log, w, joinHeld)
		if err != nil {
			return err
		}
		defer db.close()
		_, err = fmt.Fprintln(w, "The private database is at this program's version.")
		return err
	}
	db, err := connect(ctx, s.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.close()
	steps, err := db.store.Migrate(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Done. Steps taken: %d. The database is at this program's version.\n", steps)
	return err
}
