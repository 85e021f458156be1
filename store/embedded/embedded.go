//go:build unix

package embedded

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// superuser is the role initdb makes; only this package and an operator's psql use it.
	superuser = "postgres"
	// port is part of the socket's file name; nothing listens on TCP.
	port = "5432"
)

// Server is a running private Postgres and its supervisor.
type Server struct {
	opts    Options
	place   place
	install Installation
	lock    *lock
	restart time.Time // when it was last started again because it had died

	stopping chan struct{} // closed by Stop
	stopOnce sync.Once
	done     chan struct{} // closed when no server runs any more and the directory is free
	err      error         // why it ended by itself; read after done
}

// Start makes the cluster when there is none, starts the server and returns when it answers queries.
//
// It fails with *HeldError when another process supervises the same directory, and with *NoPostgresError when no
// usable programs are found. Cancelling ctx gives up the start; it does not stop a server that has started.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	p, err := findPlace(o.Dir)
	if err != nil {
		return nil, err
	}
	l, err := takeLock(p)
	if err != nil {
		return nil, err
	}
	s := &Server{opts: o, place: p, lock: l, stopping: make(chan struct{}), done: make(chan struct{})}
	if err := s.prepare(ctx); err != nil {
		l.release()
		return nil, err
	}
	proc, err := s.launch(ctx)
	if err != nil {
		l.release()
		return nil, err
	}
	go s.supervise(proc)
	return s, nil
}

// prepare brings the directory to the point where the server can be started: programs chosen, leftovers of a crash
// cleared, cluster made, settings written.
func (s *Server) prepare(ctx context.Context) error {
	if err := s.place.checkMajorReadable(); err != nil {
		return err
	}
	in, err := choose(ctx, s.opts, s.place)
	if err != nil {
		return err
	}
	s.install = in
	if err := s.place.makeSocketDir(); err != nil {
		return err
	}
	if err := clearLeftovers(ctx, s.place, s.lock.previous, s.opts); err != nil {
		return err
	}
	if err := initialise(ctx, s.place, in, s.opts); err != nil {
		return err
	}
	return writeSettings(s.place, s.opts)
}

// DSN is the address of the application's database as a URL that pgx and psql take, for the role ospo.
func (s *Server) DSN() string { return dsn(s.place.socketDir, Role, s.opts.Database) }

// AdminDSN is the same database seen by the superuser: for tests and repairs, never for the application.
func (s *Server) AdminDSN() string { return dsn(s.place.socketDir, superuser, s.opts.Database) }

// Done is closed when the server has ended, by Stop or by itself; Err then says why.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is nil after Stop, and otherwise says why the server ended. It may be read once Done is closed.
func (s *Server) Err() error { return s.err }

// Stop ends the server with a fast shutdown, waits for it and frees the directory. It may be called more than once.
func (s *Server) Stop() {
	s.stopOnce.Do(func() { close(s.stopping) })
	<-s.done
}

func dsn(socketDir, role, database string) string {
	// url.Values writes a space as "+", which pgx and libpq read as a plus.
	u := url.URL{Scheme: "postgresql", User: url.User(role), Path: "/" + database}
	u.RawQuery = "host=" + strings.ReplaceAll(url.QueryEscape(socketDir), "+", "%20") + "&port=" + port
	return u.String()
}

func socketFile(dir string) string { return filepath.Join(dir, ".s.PGSQL."+port) }
