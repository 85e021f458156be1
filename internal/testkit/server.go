//go:build unix

package testkit

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/store/embedded"
)

// serverEnv names a server to use instead of starting one.
const serverEnv = "OSPO_TEST_DATABASE_URL"

// server gives the address of the run's Postgres, for a role that may make databases.
func server(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.admin == "" {
		dsn, err := attach(context.Background())
		if err != nil {
			t.Fatalf("no Postgres for the test: %v", err)
		}
		shared.admin = dsn
	}
	return shared.admin
}

func attach(ctx context.Context) (string, error) {
	if dsn := os.Getenv(serverEnv); dsn != "" {
		if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
			return "", fmt.Errorf("%s must be a URL that begins with postgresql://", serverEnv)
		}
		if err := sweep(ctx, dsn); err != nil {
			return "", fmt.Errorf("the server in %s: %w", serverEnv, err)
		}
		return dsn, nil
	}
	dir, err := serverDir(ctx)
	if err != nil {
		return "", err
	}
	if err := lease(dir); err != nil {
		return "", err
	}
	// One of the processes that arrive together starts the keeper; the others wait here.
	starting, err := lockedFile(filepath.Join(dir, "starting"), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer starting.Close()
	if dsn, ok := running(ctx, dir); ok {
		return dsn, nil
	}
	return startKeeper(dir)
}

// serverDir is the same for all test processes of one user, checkout and Postgres, and closed to other users.
func serverDir(ctx context.Context) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	in, err := programs(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(root + "\x00" + in.Version + "\x00" + in.BinDir))
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("%s%x", dirPrefix(), sum[:6]))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if st := info.Sys().(*syscall.Stat_t); !info.IsDir() || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s is not a directory of ours: remove it", dir)
	}
	if os.Geteuid() == 0 {
		// The server runs as another user then, who must get through.
		err = os.Chmod(dir, 0o711)
	}
	return dir, err
}

// programs chooses the newest Postgres of the machine, one that "ospo db fetch" got included. Zero when there is none.
func programs(ctx context.Context) (embedded.Installation, error) {
	data := os.Getenv("OSPO_DATA_DIR")
	if data == "" {
		var err error
		if data, err = embedded.StateDir(); err != nil {
			return embedded.Installation{}, err
		}
	}
	found, err := embedded.Find(ctx, filepath.Join(data, "postgres"))
	if err != nil || len(found) == 0 {
		return embedded.Installation{}, err
	}
	return found[0], nil
}

func dirPrefix() string { return fmt.Sprintf("ospo-testkit-%d-", os.Geteuid()) }

// lease tells the keeper that this process uses the server, until the process ends, however it ends.
func lease(dir string) error {
	f, err := lockedFile(filepath.Join(dir, "lease"), syscall.LOCK_SH)
	if err != nil {
		return err
	}
	leased = f
	return nil
}

// leased keeps the file from being closed by the garbage collector.
var leased *os.File //nolint:unused // held, never read

func lockedFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, err
		}
	}
}

// running proves with a query that the server of the directory lives.
func running(ctx context.Context, dir string) (string, bool) {
	b, err := os.ReadFile(filepath.Join(dir, "dsn"))
	if err != nil {
		return "", false
	}
	dsn := string(b)
	err = withConn(ctx, dsn, func(conn *pgx.Conn) error { return conn.Ping(ctx) })
	return dsn, err == nil
}

// startKeeper runs this test program again as the keeper and waits for its word.
func startKeeper(dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), keeperEnv+"="+dir)
	cmd.Dir = dir
	// Not our standard output: "go test" waits until everybody has closed that.
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	w.Close()
	if err != nil {
		return "", fmt.Errorf("starting the keeper: %w", err)
	}
	go func() { _ = cmd.Wait() }() // reaps it in case it ends before us
	said, err := io.ReadAll(bufio.NewReader(r))
	if err != nil {
		return "", fmt.Errorf("waiting for the keeper: %w", err)
	}
	dsn, ok := strings.CutPrefix(string(said), "ready ")
	if !ok {
		return "", fmt.Errorf("the keeper of the test server failed: %s", strings.TrimSpace(string(said)))
	}
	return dsn, nil
}
