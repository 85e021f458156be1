//go:build unix

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the operating-system user the server runs as.
type account struct {
	uid, gid int
	name     string
	// dropped is true when we are root and the server is somebody else, because Postgres refuses to run as root.
	dropped bool
}

// serverAccount chooses the user: ourselves, or for root the owner of an existing cluster, else "postgres", else "nobody".
func serverAccount(dataDir string) (account, error) {
	owner, err := ownerOf(dataDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) { // checkAncestors names the closed one
		return account{}, fmt.Errorf("looking at the cluster: %w", err)
	}
	exists := err == nil
	if os.Geteuid() != 0 {
		if exists && owner != os.Geteuid() {
			return account{}, fmt.Errorf("%s belongs to user %s and this program runs as %s: start it as %[2]s, or choose another data directory",
				dataDir, userName(owner), userName(os.Geteuid()))
		}
		return account{uid: os.Geteuid(), gid: os.Getegid(), name: userName(os.Geteuid())}, nil
	}
	if exists {
		if owner == 0 {
			return account{}, fmt.Errorf("%s belongs to root, and Postgres refuses to run as root: give it to the user postgres (chown -R postgres %[1]s)", dataDir)
		}
		u, err := user.LookupId(strconv.Itoa(owner))
		if err != nil {
			return account{}, fmt.Errorf("%s belongs to user number %d, which has no name on this machine: chown it to the user postgres", dataDir, owner)
		}
		return dropTo(u)
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return dropTo(u)
		}
	}
	return account{}, errors.New("Postgres refuses to run as root, and this machine has neither a user postgres nor a user nobody: add one, or start as an ordinary user")
}

func dropTo(u *user.User) (account, error) {
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	return account{uid: uid, gid: gid, name: u.Username, dropped: true}, nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

func ownerOf(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return int(info.Sys().(*syscall.Stat_t).Uid), nil
}

// give makes the server's user the owner of path; nothing to do when that is ourselves.
func (a account) give(path string) error {
	if !a.dropped {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// mayTraverse tells whether the account may pass through the directory, by its mode bits.
func (a account) mayTraverse(info fs.FileInfo) bool {
	st := info.Sys().(*syscall.Stat_t)
	switch mode := info.Mode().Perm(); {
	case a.uid == int(st.Uid):
		return mode&0o100 != 0
	case a.gid == int(st.Gid):
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}
