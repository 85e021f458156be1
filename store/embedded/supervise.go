//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// stopGrace is how long a fast shutdown may take before the server is told to quit, and then to die.
	stopGrace = 10 * time.Second
	// socketGrace is how long the server may take to open its socket; it does so before it recovers.
	socketGrace = time.Minute
	// restartQuiet is how long a server must have run to be restarted when it dies: once, not in a loop.
	restartQuiet = 10 * time.Minute
)

// server is one run of the postgres program.
type server struct {
	*child
	said    *tail
	program fileState
	began   time.Time
}

// launch starts the postgres program and returns when it answers queries and our role and database exist.
func (s *Server) launch(ctx context.Context) (*server, error) {
	program := filepath.Join(s.install.BinDir, "postgres")
	cmd := exec.Command(program, "-D", s.place.dataDir, "-p", port, "-c", "listen_addresses=",
		"-c", "unix_socket_directories="+quoteList(s.place.socketDir), "-c", "unix_socket_permissions=0700", "-c", "log_line_prefix=")
	s.place.confine(cmd)
	said := newTail(func(line string) { logServerLine(s.opts.Log, line) })
	cmd.Stdout, cmd.Stderr = said, said
	// Orphaned backends of a killed server keep its output open.
	cmd.WaitDelay = time.Second
	state, err := stateOf(program)
	if err != nil {
		return nil, fmt.Errorf("looking at the postgres program: %w", err)
	}
	began := time.Now()
	c, err := start(cmd)
	if err != nil {
		return nil, fmt.Errorf("starting postgres: %w", err)
	}
	srv := &server{child: c, said: said, program: state, began: began}
	note := holder{PID: os.Getpid(), Postgres: cmd.Process.Pid, BinDir: s.install.BinDir, Version: s.install.Version, Socket: s.place.socketDir}
	err = s.lock.note(note)
	if err == nil {
		err = s.awaitReady(ctx, srv)
	}
	if err == nil {
		note.DSN = s.DSN()
		err = s.lock.note(note)
	}
	if err != nil {
		srv.stop()
		return nil, err
	}
	s.opts.Log.Info("private Postgres is ready", "version", s.install.Version, "socket", s.place.socketDir, "took", time.Since(began).Round(time.Millisecond))
	return srv, nil
}

// awaitReady returns after a successful query: an open socket alone does not mean that recovery is over.
func (s *Server) awaitReady(ctx context.Context, srv *server) error {
	nextWord := time.Now().Add(10 * time.Second)
	for {
		err := s.setUp(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-srv.done:
			return fmt.Errorf("postgres did not start: %w", explain(srv.said, s.place.dir, srv.err))
		case <-ctx.Done():
			return fmt.Errorf("waiting for postgres to be ready was given up: %w", context.Cause(ctx))
		default:
		}
		pg, answered := errors.AsType[*pgconn.PgError](err)
		recovering := answered && pg.Code == "57P03" // "the database system is starting up"
		if answered && !recovering || !recovering && time.Since(srv.began) > socketGrace {
			return fmt.Errorf("preparing the database: %w", explain(srv.said, s.place.dir, err))
		}
		if time.Now().After(nextWord) {
			s.opts.Log.Info("postgres is still getting ready; after a crash this can take minutes", "waited", time.Since(srv.began).Round(time.Second), "it answers", err)
			nextWord = time.Now().Add(10 * time.Second)
		}
		select {
		case <-srv.done:
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// setUp makes the application's role and database where they are missing.
func (s *Server) setUp(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, dsn(s.place.socketDir, superuser, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var role, database bool
	err = conn.QueryRow(ctx, `select exists (select from pg_roles where rolname = $1), exists (select from pg_database where datname = $2)`,
		Role, s.opts.Database).Scan(&role, &database)
	if err != nil {
		return err
	}
	if !role {
		if _, err := conn.Exec(ctx, "create role "+Role+" login nosuperuser"); err != nil {
			return err
		}
	}
	if !database {
		_, err = conn.Exec(ctx, "create database "+pgx.Identifier{s.opts.Database}.Sanitize()+" owner "+Role)
	}
	return err
}

// supervise keeps the server running until Stop, and ends when it cannot.
func (s *Server) supervise(srv *server) {
	defer close(s.done)
	defer s.lock.release()
	tick := time.NewTicker(s.opts.upgradeCheck)
	defer tick.Stop()
	for {
		select {
		case <-s.stopping:
			srv.stop()
			return
		case <-tick.C:
			if !srv.program.replaced() {
				continue
			}
			s.opts.Log.Warn("the postgres program was replaced: restarting it, because the old one cannot load the new libraries", "program", srv.program.path)
			srv.stop()
		case <-srv.done:
			s.opts.Log.Error("postgres ended by itself", "error", srv.err, "said", srv.said.String())
			if time.Since(s.restart) < restartQuiet {
				s.err = fmt.Errorf("postgres ended twice within %s: %w", restartQuiet, explain(srv.said, s.place.dir, srv.err))
				return
			}
			s.restart = time.Now()
		}
		next, err := s.again()
		if err != nil {
			s.err = fmt.Errorf("restarting postgres: %w", err)
			return
		}
		srv = next
	}
}

// again starts the server after it ended; Stop interrupts it.
func (s *Server) again() (*server, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-s.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	return s.launch(ctx)
}

// stop is a fast shutdown: sessions are ended, data are written. A server that does not manage is made to.
func (srv *server) stop() {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		_ = srv.cmd.Process.Signal(sig) // it may have ended already
		select {
		case <-srv.done:
			return
		case <-time.After(stopGrace):
		}
	}
	<-srv.done
}

// quoteList makes one entry of a list setting, whatever the path contains.
func quoteList(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// logServerLine gives the server's words the level that an operator of the register wants: an error of a statement is
// reported by whoever sent the statement.
func logServerLine(log *slog.Logger, line string) {
	level := slog.LevelDebug
	severity, _, _ := strings.Cut(line, ":")
	switch severity {
	case "WARNING":
		level = slog.LevelWarn
	case "PANIC":
		level = slog.LevelError
	}
	log.Log(context.Background(), level, "postgres: "+line)
}

// fileState recognises that a package manager has replaced a program.
type fileState struct {
	path     string
	size     int64
	modified time.Time
}

func stateOf(path string) (fileState, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}, err
	}
	return fileState{path: path, size: info.Size(), modified: info.ModTime()}, nil
}

// replaced is false while the file is missing: an upgrade is under way and the old server still runs.
func (f fileState) replaced() bool {
	now, err := stateOf(f.path)
	return err == nil && now != f
}
