//go:build unix

package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// roleEnv makes the test program one of the programs that the tests start and kill.
const roleEnv = "EMBEDDED_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "register":
		os.Exit(runRegister(os.Args[1]))
	case "parent":
		os.Exit(runParent(os.Args[1]))
	}
	os.Exit(m.Run())
}

// runRegister is what the register does with its private Postgres, and nothing else.
func runRegister(dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	gone := WatchParent(ctx)
	s, err := Start(ctx, Options{Dir: dir, Ephemeral: true})
	if err != nil {
		fmt.Println("failed", strings.ReplaceAll(err.Error(), "\n", " | "))
		return 1
	}
	fmt.Println("ready", s.DSN())
	select {
	case <-ctx.Done():
	case <-gone:
	case <-s.Done():
	}
	s.Stop()
	if s.Err() != nil {
		fmt.Println("ended", s.Err())
		return 1
	}
	return 0
}

// runParent starts the register and waits for it, as "go run" does.
func runParent(dir string) int {
	cmd := registerCommand(dir)
	cmd.Stdout = os.Stdout
	if err := cmd.Run(); err != nil {
		return 1
	}
	return 0
}

func registerCommand(dir string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self, dir)
	cmd.Env = append(os.Environ(), roleEnv+"=register")
	return cmd
}

// program is a started test program and what it says.
type program struct {
	*exec.Cmd
	lines chan string
}

func run(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: cmd, lines: make(chan string, 10)}
	go func() {
		for in := bufio.NewScanner(out); in.Scan(); {
			p.lines <- in.Text()
		}
		close(p.lines)
		_, _ = io.Copy(io.Discard, out)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // most have ended by now
		_ = cmd.Wait()
	})
	return p
}

// startRegister runs the program and returns when its database answers.
func startRegister(t *testing.T, dir string) (p *program, dsn string) {
	t.Helper()
	p = run(t, registerCommand(dir))
	line := p.next(t)
	dsn, ok := strings.CutPrefix(line, "ready ")
	if !ok {
		t.Fatalf("the program did not start: %s", line)
	}
	return p, dsn
}

func (p *program) next(t *testing.T) string {
	t.Helper()
	select {
	case line := <-p.lines:
		return line
	case <-time.After(time.Minute):
		t.Fatal("the program said nothing for a minute")
		return ""
	}
}

func (p *program) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := p.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // ended by a signal, as we want
}

// newDir is a directory that the server's user may reach even when we are root; t.TempDir is closed to others.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ospo-embedded-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("removing the test's directory: %v", err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func startServer(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func query[T any](t *testing.T, dsn, sql string) T {
	t.Helper()
	v, err := tryQuery[T](t.Context(), dsn, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func tryQuery[T any](ctx context.Context, dsn, sql string) (v T, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return v, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return v, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
}

func exec1(t *testing.T, dsn, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	// Ephemeral servers commit before they write, and the tests kill them.
	if _, err := conn.Exec(t.Context(), "set synchronous_commit = on"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// eventually asks again and again until the answer is yes or a minute has passed.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !yes(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute it is still not so: %s", what)
		}
	}
}

// asServer makes a command run as the user the server runs as.
func asServer(t *testing.T, dir string, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	p, err := placeOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	p.confine(cmd)
	return cmd
}

func dataDir(dir string) string { return filepath.Join(dir, "data") }
func pidFile(dir string) string { return filepath.Join(dir, "data", "postmaster.pid") }
func postgresPID(t *testing.T, dir string) int {
	t.Helper()
	pid, err := notedPID(pidFile(dir))
	if err != nil || pid == 0 {
		t.Fatalf("no postgres runs: %d, %v", pid, err)
	}
	return pid
}

func kill(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
}

func atRest(t *testing.T, dir string) func() bool {
	return func() bool {
		pids, err := processesIn(dataDir(dir))
		if err != nil {
			t.Fatal(err)
		}
		return len(pids) == 0
	}
}
