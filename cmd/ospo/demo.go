package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ospo-register/ospo/cmd/ospo/demo"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
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
	own.own, own.Mirrors = demo.Hosts(codeDir(&own)), demo.Mirrors(codeDir(&own))
	if s.level == slog.LevelInfo {
		own.level = slog.LevelWarn // a newcomer's terminal shows where to look, not every request
	}
	log := own.log(os.Stderr)
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	defer l.Close() // the server has closed it already
	if c.Reset {
		if err := forget(ctx, &own); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Starting a private Postgres in", own.DataDir)
	db, err := openDemo(ctx, &own, log, w)
	if err != nil {
		return err
	}
	defer db.close()
	token, err := officerToken(ctx, db.store)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nFor curl, the open source programme officer's token until tomorrow:\n  TOKEN=%s\n", token)
	fmt.Fprintf(w, "\nThe register is at  http://%s\nThe API is at       http://%s/api\nStop it with Ctrl-C. To start over, add --reset to the same command.\n", l.Addr(), l.Addr())
	reg := register.New(db.store)
	if err := useLogKey(ctx, &own, db.store, reg, log); err != nil {
		return err
	}
	end, err := work(ctx, &own, db.store, reg, log)
	if err != nil {
		return err
	}
	defer end()
	return serve(ctx, l, handler(&own, db.store, reg, log, true), db, log)
}

// openDemo opens the demo's database with the invented government in it. A load that broke off is thrown away first.
func openDemo(ctx context.Context, s *settings, log *slog.Logger, w io.Writer) (*database, error) {
	db, err := open(ctx, s, log, w, refuseHeld)
	if err != nil {
		return nil, err
	}
	half, err := halfLoaded(ctx, db.store)
	if err == nil && half {
		fmt.Fprintln(w, "An earlier load did not finish; starting over.")
		db.close()
		if err := forget(ctx, s); err != nil {
			return nil, err
		}
		if db, err = open(ctx, s, log, w, refuseHeld); err != nil {
			return nil, err
		}
	}
	if err == nil {
		err = fillDemo(ctx, db, codeDir(s), w)
	}
	if err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

// codeDir is where the demo keeps the code of its invented government.
func codeDir(s *settings) string { return filepath.Join(s.DataDir, "code") }

// officerToken makes a token for looking around with curl.
func officerToken(ctx context.Context, st *store.Store) (string, error) {
	u, err := st.UserByEmail(ctx, demo.Personas()[0].Email)
	if err != nil {
		return "", err
	}
	officer, err := st.Viewer(ctx, u.ID)
	if err != nil {
		return "", err
	}
	t := &models.Token{Name: "Demo", ExpiresAt: time.Now().Add(24 * time.Hour)}
	for _, a := range models.Actions {
		if officer.MaySomewhere(a) {
			t.Actions = append(t.Actions, string(a))
		}
	}
	return register.New(st).CreateToken(ctx, officer, t)
}

func halfLoaded(ctx context.Context, st *store.Store) (bool, error) {
	loaded, err := demo.Loaded(ctx, st)
	if err != nil || loaded {
		return false, err
	}
	begun, err := st.Agencies(ctx, models.AgencyFilter{})
	return begun.Total.Count > 0, err
}

// fillDemo loads the invented government unless it is there.
func fillDemo(ctx context.Context, db *database, code string, w io.Writer) error {
	loaded, err := demo.Loaded(ctx, db.store)
	if err != nil || loaded {
		return err
	}
	start := time.Now()
	err = demo.Load(ctx, register.New(db.store), db.store, code, func(done, total int, what string) {
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
