package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ospo-register/ospo/cmd/ospo/demo"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store/embedded"
)

// demoCommand runs the register on a private database of its own that holds an invented government.
type demoCommand struct {
	Reset bool `help:"Throw the demo's data away and start over."`
}

// Run loads the demo once and serves it until it is told to end.
func (c *demoCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	if s.DatabaseURL != "" {
		return errors.New("the demo keeps its invented data in a private database: unset OSPO_DATABASE_URL, or run “ospo serve”")
	}
	own := *s
	dir, err := s.postgresDir()
	if err != nil {
		return err
	}
	own.DataDir = filepath.Join(filepath.Dir(dir), "demo")
	log := s.log(os.Stderr)
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // closed by the server already
	if c.Reset {
		if err := forget(ctx, &own); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Starting a private Postgres in", own.DataDir)
	db, err := open(ctx, &own, log, w, refuseHeld)
	if err != nil {
		return err
	}
	defer db.close()
	if err := fillDemo(ctx, db, w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nThe register is at  http://%s\nThe API is at       http://%s/api\nStop it with Ctrl-C. Start over with “ospo demo --reset”.\n", l.Addr(), l.Addr())
	return serve(ctx, l, handler(&own, db.store, log, true), db, log)
}

// fillDemo loads the invented government unless it is there.
func fillDemo(ctx context.Context, db *database, w io.Writer) error {
	loaded, err := demo.Loaded(ctx, db.store)
	if err != nil || loaded {
		return err
	}
	start := time.Now()
	err = demo.Load(ctx, register.New(db.store), db.store, func(done, total int, what string) {
		fmt.Fprintf(w, "\rLoading the demo government: %d of %d  %-50.50s", done, total, what)
	})
	fmt.Fprintln(w)
	if err != nil {
		return fmt.Errorf("loading the demo government: %w; start over with --reset", err)
	}
	_, err = fmt.Fprintf(w, "Loaded in %.1f seconds.\n", time.Since(start).Seconds())
	return err
}

// forget deletes the demo's private database, and refuses while another program runs it.
func forget(ctx context.Context, s *settings) error {
	dir, err := s.postgresDir()
	if err != nil {
		return err
	}
	info, err := embedded.Describe(ctx, embedded.Options{Dir: dir, BinDir: s.PostgresBin})
	if err != nil {
		return err
	}
	if info.Running {
		return &embedded.HeldError{Dir: dir, PID: info.PID, DSN: info.DSN}
	}
	if err := os.RemoveAll(info.DataDir); err != nil {
		return fmt.Errorf("throwing the demo's data away: %w", err)
	}
	return nil
}
