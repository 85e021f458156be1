//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// StateDir is where the register keeps its data when nobody says: a system directory for root, else the user's own.
// The private Postgres lives in its folder "postgres".
func StateDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/ospo", nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ospo"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home directory to keep the data in (%w): set OSPO_DATA_DIR", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "ospo"), nil
	}
	return filepath.Join(home, ".local", "state", "ospo"), nil
}

// Describe says where the private Postgres of o.Dir lives, whether or not it runs. It changes nothing.
func Describe(ctx context.Context, o Options) (Info, error) {
	o = o.withDefaults()
	p, err := placeOf(o.Dir)
	if err != nil {
		return Info{}, err
	}
	info := Info{Dir: p.dir, DataDir: p.dataDir, SocketDir: p.socketDir, User: p.account.name}
	if info.Major, err = p.major(); err != nil {
		return Info{}, err
	}
	in, err := choose(ctx, o, p)
	if missing := (*NoPostgresError)(nil); err != nil && !errors.As(err, &missing) {
		return Info{}, err
	}
	info.Installation = in
	info.DSN = dsn(p.socketDir, Role, o.Database)
	h, running, err := peek(p)
	if err != nil {
		return Info{}, err
	}
	if info.Running = running; running {
		info.PID, info.Postgres = h.PID, h.Postgres
		if h.Socket != "" {
			info.SocketDir = h.Socket
			info.DSN = dsn(h.Socket, Role, o.Database)
			info.Installation.BinDir, info.Installation.Version = h.BinDir, h.Version
		}
	}
	info.Psql = psqlCommand(info)
	return info, nil
}

// peek reads who holds the lock without waiting for it.
func peek(p place) (holder, bool, error) {
	f, err := os.Open(lockFile(p.dir))
	if errors.Is(err, fs.ErrNotExist) {
		return holder{}, false, nil
	}
	if err != nil {
		return holder{}, false, fmt.Errorf("reading the lock of the private Postgres: %w", err)
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return readHolder(f), true, nil
	}
	if err != nil {
		return holder{}, false, fmt.Errorf("looking at the lock of the private Postgres: %w", err)
	}
	return holder{}, false, nil
}

// psqlCommand can be pasted into a shell. A fetched build has no psql; the one on PATH serves any version.
func psqlCommand(info Info) string {
	program := filepath.Join(info.Installation.BinDir, "psql")
	if _, err := exec.LookPath("psql"); err == nil {
		program = "psql"
	} else if _, err := os.Stat(program); info.Installation.BinDir == "" || err != nil {
		return ""
	}
	return shellQuote(program) + " " + shellQuote(info.DSN)
}

func shellQuote(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
