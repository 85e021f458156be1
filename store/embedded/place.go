//go:build unix

package embedded

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxSocketPath is below the 104 bytes of macOS and the 108 of Linux.
const maxSocketPath = 100

// place is the directory of one cluster and who runs it.
type place struct {
	dir       string // ours
	dataDir   string // Postgres's
	socketDir string
	account   account
}

// buildsDir is where Fetch keeps what it got.
func (p place) buildsDir() string { return filepath.Join(p.dir, "builds") }

func placeOf(dir string) (place, error) {
	if dir == "" {
		return place{}, errors.New("no directory given for the private Postgres")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return place{}, fmt.Errorf("directory of the private Postgres: %w", err)
	}
	p := place{dir: abs, dataDir: filepath.Join(abs, "data")}
	if p.account, err = serverAccount(p.dataDir); err != nil {
		return place{}, err
	}
	p.socketDir = chooseSocketDir(abs, p.account)
	return p, nil
}

// findPlace makes the directory and proves that the server's user can reach it.
func findPlace(dir string) (place, error) {
	p, err := placeOf(dir)
	if err != nil {
		return place{}, err
	}
	if err := p.checkAncestors(); err != nil {
		return place{}, err
	}
	if err := p.makeDirs(p.dir); err != nil {
		return place{}, fmt.Errorf("making the directory of the private Postgres: %w", err)
	}
	return p, nil
}

// makeDirs is MkdirAll with a mode that lets the server's user through, whatever the umask.
func (p place) makeDirs(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is a file, not a directory", dir)
		}
		return nil
	}
	if err := p.makeDirs(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if p.account.dropped {
		return os.Chmod(dir, 0o711)
	}
	return nil
}

// checkAncestors names the directory that the server's user may not pass through, before anything is made.
func (p place) checkAncestors() error {
	for dir := p.dir; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission): // the one above says why
		case err != nil:
			return fmt.Errorf("looking at the directory of the private Postgres: %w", err)
		case info.IsDir() && !p.account.mayTraverse(info):
			return fmt.Errorf("the private Postgres runs as user %s, which may not enter %s (mode %04o): "+
				"choose a data directory elsewhere, such as /var/lib/ospo, or let others pass (chmod o+x %[2]s)",
				p.account.name, dir, info.Mode().Perm())
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// major is the major version the cluster was made with; 0 when there is no cluster yet.
func (p place) major() (int, error) {
	b, err := os.ReadFile(filepath.Join(p.dataDir, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the cluster's version: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("%s holds %q where the major version of a cluster is expected", filepath.Join(p.dataDir, "PG_VERSION"), strings.TrimSpace(string(b)))
	}
	return n, nil
}

// checkMajorReadable refuses a data directory that is there and is no cluster, so that nothing is put over it.
func (p place) checkMajorReadable() error {
	major, err := p.major()
	if err != nil || major != 0 {
		return err
	}
	if _, err := os.Lstat(p.dataDir); err == nil {
		return fmt.Errorf("%s exists and is no Postgres cluster (it has no PG_VERSION): move it away, or choose another data directory", p.dataDir)
	}
	return nil
}

func chooseSocketDir(dir string, a account) string {
	own := filepath.Join(dir, "run")
	if socketDirFits(own) {
		return own
	}
	name := fmt.Sprintf("ospo-%d-%x", a.uid, sha256.Sum256([]byte(dir)))[:24]
	for _, base := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()} {
		info, err := os.Stat(base)
		short := filepath.Join(base, name)
		if base != "" && err == nil && a.mayTraverse(info) && socketDirFits(short) {
			return short
		}
	}
	return filepath.Join("/tmp", name)
}

// socketDirFits: pgx and libpq take a comma for the end of one host and the start of the next.
func socketDirFits(dir string) bool {
	return len(socketFile(dir)) <= maxSocketPath && !strings.Contains(dir, ",")
}

// makeSocketDir makes the socket's directory for the server's user alone, and trusts no directory that somebody else made.
func (p place) makeSocketDir() error {
	err := os.Mkdir(p.socketDir, 0o700)
	if err == nil {
		return p.account.give(p.socketDir)
	}
	if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the directory of the socket: %w", err)
	}
	info, err := os.Lstat(p.socketDir)
	if err != nil {
		return fmt.Errorf("looking at the directory of the socket: %w", err)
	}
	owner, err := ownerOf(p.socketDir)
	if err != nil {
		return fmt.Errorf("looking at the directory of the socket: %w", err)
	}
	if !info.IsDir() || owner != p.account.uid && owner != os.Geteuid() {
		return fmt.Errorf("%s must be a directory of user %s, and is not: remove it", p.socketDir, p.account.name)
	}
	if err := os.Chmod(p.socketDir, 0o700); err != nil {
		return fmt.Errorf("closing the directory of the socket to others: %w", err)
	}
	return p.account.give(p.socketDir)
}
