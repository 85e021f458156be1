//go:build unix

package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/store/embedded"
)

// keeperEnv makes a test program the keeper of the server in the directory it names.
const keeperEnv = "TESTKIT_KEEPER"

// linger is how long the server waits for the next test process: packages are compiled between the runs of others.
const linger = 20 * time.Second

// lingerEnv is a shorter time, for the test of this.
const lingerEnv = "TESTKIT_LINGER"

func lingering() (time.Duration, error) {
	text := os.Getenv(lingerEnv)
	if text == "" {
		return linger, nil
	}
	return time.ParseDuration(text)
}

// The server must outlive the test process that started it and end after the last one, so it needs a process of its
// own; the only program that is certain to be there is this one.
func init() {
	if dir := os.Getenv(keeperEnv); dir != "" {
		os.Exit(keep(dir))
	}
}

func keep(dir string) int {
	// The server must not inherit the pipe: the one who waits reads to its end.
	syscall.CloseOnExec(3)
	word := os.NewFile(3, "word")
	err := keepServer(dir, func(dsn string) {
		fmt.Fprintf(word, "ready %s", dsn)
		word.Close()
	})
	if err != nil {
		fmt.Fprintln(word, err)
		return 1
	}
	return 0
}

// keepServer starts the server, says where it is, and stops it when nobody has held the lease for a while.
func keepServer(dir string, ready func(dsn string)) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	wait, err := lingering()
	if err != nil {
		return err
	}
	removeStale(filepath.Dir(dir), dir)
	home := filepath.Join(dir, "postgres")
	if err := os.RemoveAll(filepath.Join(home, "data")); err != nil {
		return err
	}
	in, err := programs(ctx)
	if err != nil {
		return err
	}
	s, err := embedded.Start(ctx, embedded.Options{Dir: home, BinDir: in.BinDir, Ephemeral: true})
	if err != nil {
		return err
	}
	err = withConn(ctx, s.AdminDSN(), func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "alter role "+embedded.Role+" createdb")
		return err
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "dsn"), []byte(s.DSN()), 0o600)
	}
	if err != nil {
		s.Stop()
		return err
	}
	ready(s.DSN())
	unused, err := awaitUnused(ctx, filepath.Join(dir, "lease"), wait, s.Done())
	s.Stop()
	err = errors.Join(err, os.Remove(filepath.Join(dir, "dsn")), os.RemoveAll(home))
	if unused != nil {
		// Whoever waits for the lease finds no server and starts the next keeper.
		unused.Close()
	}
	return err
}

// awaitUnused returns the lease, locked against newcomers, once nobody has held it for the time of the linger.
func awaitUnused(ctx context.Context, path string, wait time.Duration, ended <-chan struct{}) (*os.File, error) {
	lastUse := time.Now()
	tick := time.NewTicker(min(wait, 250*time.Millisecond))
	defer tick.Stop()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case <-ctx.Done():
			return f, nil
		case <-ended:
			return f, nil
		case <-tick.C:
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			lastUse = time.Now()
			continue
		}
		if time.Since(lastUse) > wait {
			return f, nil
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_UN); err != nil {
			return f, err
		}
	}
}

// removeStale removes what killed keepers of other checkouts or versions left in the temp directory.
func removeStale(temp, own string) {
	entries, err := os.ReadDir(temp)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(temp, e.Name())
		if dir == own || !e.IsDir() || !strings.HasPrefix(e.Name(), dirPrefix()) {
			continue
		}
		f, err := os.OpenFile(filepath.Join(dir, "postgres", "lock"), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(filepath.Join(dir, "postgres")) // what stays is found by the next keeper
		}
		f.Close()
	}
}
