//go:build !unix

package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// errUnsupported is what every function here answers: peer authentication and the supervisor need a Unix.
var errUnsupported = errors.New("a private Postgres needs Linux or macOS: install Postgres and set OSPO_DATABASE_URL")

// Server cannot exist on this system.
type Server struct{}

// Start answers that this system has no private Postgres.
func Start(context.Context, Options) (*Server, error) { return nil, errUnsupported }

// DSN is never called: Start gives no Server.
func (s *Server) DSN() string { return "" }

// AdminDSN is never called: Start gives no Server.
func (s *Server) AdminDSN() string { return "" }

// Done is never called: Start gives no Server.
func (s *Server) Done() <-chan struct{} { return nil }

// Err is never called: Start gives no Server.
func (s *Server) Err() error { return errUnsupported }

// Stop is never called: Start gives no Server.
func (s *Server) Stop() {}

// Find answers that this system has no private Postgres.
func Find(context.Context, string) ([]Installation, error) { return nil, errUnsupported }

// Describe answers that this system has no private Postgres.
func Describe(context.Context, Options) (Info, error) { return Info{}, errUnsupported }

// Fetch answers that this system has no private Postgres.
func Fetch(context.Context, FetchOptions) (Installation, error) {
	return Installation{}, errUnsupported
}

// WatchParent never closes its channel here.
func WatchParent(context.Context) <-chan struct{} { return make(chan struct{}) }

// StateDir is where the register keeps its data when nobody says.
func StateDir() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "ospo"), err
}
