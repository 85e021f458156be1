//go:build unix

package testkit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
)

// asPackage makes this test program one of several packages of a test run.
const asPackage = "TESTKIT_AS_PACKAGE"

// TestPackage is what a package of the run does: it says which server it got, and stays until its input ends.
func TestPackage(t *testing.T) {
	conn := connect(t, testkit.DB(t, migrate))
	if os.Getenv(asPackage) == "" {
		return // in the run itself a database is all there is to show
	}
	var server string
	if err := conn.QueryRow(t.Context(), "select pg_postmaster_start_time()::text").Scan(&server); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("server %s\n", server)
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// pkg is another test process.
type pkg struct {
	*exec.Cmd
	stay interface{ Close() error }
}

// startPackages starts n test processes in a temp directory of their own and returns the server that each one got.
func startPackages(t *testing.T, temp string, n int, env ...string) (packages []pkg, servers []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	outs := make([]*lineReader, n)
	for i := range n {
		cmd := exec.Command(self, "-test.run=^TestPackage$")
		cmd.Env = append(append(os.Environ(), asPackage+"=1", "TMPDIR="+temp, "TESTKIT_LINGER=100ms"), env...)
		stay, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		outs[i] = &lineReader{lines: make(chan string, 100)}
		cmd.Stdout, cmd.Stderr = outs[i], outs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill() // most have ended by now
			_ = cmd.Wait()
		})
		packages = append(packages, pkg{cmd, stay})
	}
	for _, out := range outs {
		select {
		case server := <-out.lines:
			servers = append(servers, server)
		case <-time.After(time.Minute):
			t.Fatal("a package did not get a server within a minute")
		}
	}
	return packages, servers
}

// lineReader hands on the lines that name a server, or tell why there is none.
type lineReader struct {
	rest  []byte
	lines chan string
}

func (r *lineReader) Write(b []byte) (int, error) {
	r.rest = append(r.rest, b...)
	for {
		line, rest, whole := bytes.Cut(r.rest, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		r.rest = rest
		if text := string(line); strings.HasPrefix(text, "server ") || strings.Contains(text, "_test.go") {
			r.lines <- text
		}
	}
}

// newTemp is a temp directory that the server's user may reach even when we are root.
func newTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ospo-testkit-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !yes(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute it is still not so: %s", what)
		}
	}
}

func noServerIn(t *testing.T, temp string) func() bool {
	return func() bool {
		homes, err := filepath.Glob(filepath.Join(temp, "ospo-testkit-*", "postgres"))
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ps", "-A", "-o", "args").Output()
		if err != nil {
			t.Fatal(err)
		}
		return len(homes) == 0 && !strings.Contains(string(out), temp)
	}
}

func TestAllPackagesOfARunShareOneServerThatEndsWithTheLast(t *testing.T) {
	t.Parallel()
	temp := newTemp(t)
	packages, servers := startPackages(t, temp, 3)
	for _, s := range servers {
		if s != servers[0] || !strings.HasPrefix(s, "server ") {
			t.Errorf("the packages got different servers: %q", servers)
		}
	}
	for _, p := range packages {
		_ = p.stay.Close()
		if err := p.Wait(); err != nil {
			t.Errorf("a package failed: %v", err)
		}
	}
	eventually(t, "the server and its directory are gone", noServerIn(t, temp))
}

func TestAKilledRunLeavesNoServer(t *testing.T) {
	t.Parallel()
	temp := newTemp(t)
	packages, _ := startPackages(t, temp, 2)
	for _, p := range packages {
		if err := p.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
	}
	eventually(t, "the server and its directory are gone", noServerIn(t, temp))
	packages, servers := startPackages(t, temp, 1)
	if !strings.HasPrefix(servers[0], "server ") {
		t.Errorf("the next run got %q", servers)
	}
	_ = packages[0].stay.Close()
	eventually(t, "the second server is gone", noServerIn(t, temp))
}

func TestAnOutsideServerIsUsedAndCleanedOfOldTestDatabases(t *testing.T) {
	t.Parallel()
	outside := testkit.DB(t, migrate)
	conn := connect(t, outside)
	old := "ospo_test_1000000000_left"
	fresh := fmt.Sprintf("ospo_test_%d_inuse", time.Now().Unix())
	for _, name := range []string{old, fresh} {
		if _, err := conn.Exec(t.Context(), "create database "+name); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := connectNow(t, outside).Exec(context.Background(), "drop database "+fresh); err != nil {
			t.Error(err)
		}
	})
	temp := newTemp(t)
	packages, servers := startPackages(t, temp, 1, "OSPO_TEST_DATABASE_URL="+outside)
	var own string
	if err := conn.QueryRow(t.Context(), "select 'server ' || pg_postmaster_start_time()::text").Scan(&own); err != nil || servers[0] != own {
		t.Errorf("the package used %q, not %q, %v", servers[0], own, err)
	}
	_ = packages[0].stay.Close()
	if err := packages[0].Wait(); err != nil {
		t.Error(err)
	}
	var oldLeft, freshLeft bool
	if err := conn.QueryRow(t.Context(), "select bool_or(datname = $1), bool_or(datname = $2) from pg_database", old, fresh).Scan(&oldLeft, &freshLeft); err != nil {
		t.Fatal(err)
	}
	if oldLeft || !freshLeft {
		t.Errorf("old database left: %v, young one kept: %v", oldLeft, freshLeft)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("a server was started beside the outside one: %v", left)
	}
}

func connectNow(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
