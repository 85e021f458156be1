//go:build unix

package embedded

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAClusterOfAnotherMajorVersionIsRefusedAndNotTouched(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := startServer(t, Options{Dir: dir, Ephemeral: true})
	s.Stop()
	version := filepath.Join(dataDir(dir), "PG_VERSION")
	if err := os.WriteFile(version, []byte("14\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dataDir(dir))
	_, err := Start(t.Context(), Options{Dir: dir, Ephemeral: true})
	missing, ok := errors.AsType[*NoPostgresError](err)
	if !ok || missing.Want != 14 {
		t.Fatalf("the start got %v", err)
	}
	for _, part := range []string{"Postgres 14", fmt.Sprintf("Postgres %d", s.install.Major), "nothing was touched", BinEnv} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message does not say %q: %v", part, err)
		}
	}
	if after := snapshot(t, dataDir(dir)); after != before {
		t.Error("the cluster was touched")
	}
	if info, err := Describe(t.Context(), Options{Dir: dir}); err != nil || info.Major != 14 || info.Installation.BinDir != "" {
		t.Errorf("Describe says %+v, %v", info, err)
	}
}

// snapshot is a digest of every file's name, mode, size, time and content.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(h, path, info.Mode(), info.Size(), info.ModTime())
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			h.Write(b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestADirectoryThatIsNoClusterIsRefusedAndNotTouched(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, want string }{
		{"it holds something else", "letter.txt", "dear minister", "is no Postgres cluster"},
		{"its version cannot be read", "PG_VERSION", "fifteen", "where the major version of a cluster is expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := newDir(t)
			if err := asServerOwner(t, dir); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dataDir(dir), c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, dataDir(dir))
			_, err := Start(t.Context(), Options{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the start got %v", err)
			}
			if snapshot(t, dataDir(dir)) != before {
				t.Error("the directory was touched")
			}
		})
	}
}

// asServerOwner makes the data directory of the server's user.
func asServerOwner(t *testing.T, dir string) error {
	t.Helper()
	p, err := placeOf(dir)
	if err != nil {
		return err
	}
	return errors.Join(os.Mkdir(p.dataDir, 0o700), p.account.give(p.dataDir))
}

func TestADirectoryTheServerCannotReachIsNamed(t *testing.T) {
	t.Parallel()
	home := newDir(t)
	closed := filepath.Join(home, "closed")
	mode := os.FileMode(0) // for an ordinary user, who is the server's user, nothing less will do
	if os.Geteuid() == 0 {
		mode = 0o700
	}
	if err := os.Mkdir(closed, mode); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	_, err := Start(t.Context(), Options{Dir: filepath.Join(closed, "deep", "postgres")})
	if err == nil || !strings.Contains(err.Error(), "may not enter "+closed+" ") {
		t.Errorf("the start got %v", err)
	}
	_ = os.Chmod(closed, 0o700)
	if left, err := os.ReadDir(closed); err != nil || len(left) > 0 {
		t.Errorf("something was made there: %v, %v", left, err)
	}
}

func TestAnUnusualDirectoryNameStillGetsASocket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, dir string }{
		{"the path is longer than a socket's may be", strings.Repeat("long/", 25)},
		{"the path has a comma, which ends a host in an address", "a,b"},
		{"the path has a space, a quote and letters beyond ASCII", `it's "ours" é`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, Options{Dir: filepath.Join(newDir(t), c.dir), Ephemeral: true})
			if n := query[int](t, s.DSN(), "select 1"); n != 1 {
				t.Error(n)
			}
			if len(socketFile(s.place.socketDir)) > maxSocketPath {
				t.Errorf("the socket's path is too long: %s", s.place.socketDir)
			}
			if info, err := os.Stat(s.place.socketDir); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the socket's directory is open to others: %v, %v", info, err)
			}
			s.Stop()
			if !strings.HasPrefix(s.place.socketDir, s.place.dir) {
				t.Cleanup(func() { _ = os.RemoveAll(s.place.socketDir) })
			}
		})
	}
}

func TestASocketDirectoryThatSomebodyElsePreparedIsRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	elsewhere := newDir(t)
	if err := os.Symlink(elsewhere, filepath.Join(dir, "run")); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("the start got %v", err)
	}
}

func TestFindSaysWhatItSawAndWhyItDoesNotFit(t *testing.T) {
	t.Parallel()
	programs := func(version string) string {
		bin := newDir(t)
		_ = os.Chmod(bin, 0o755)
		for _, name := range []string{"postgres", "initdb"} {
			if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\necho '"+version+"'\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		return bin
	}
	for _, c := range []struct{ name, says, want string }{
		{"too old", "postgres (PostgreSQL) 14.9 (Debian 14.9-1)", "14.9 in "},
		{"not a Postgres", "mongod 7", `calls itself "mongod 7"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Start(t.Context(), Options{Dir: newDir(t), BinDir: programs(c.says)})
			missing, ok := errors.AsType[*NoPostgresError](err)
			if !ok || len(missing.Found) != 1 || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "ospo db fetch") {
				t.Errorf("the start got %v", err)
			}
		})
	}
	t.Run("none at all", func(t *testing.T) {
		_, err := Start(t.Context(), Options{Dir: newDir(t), BinDir: newDir(t)})
		if err == nil || !strings.Contains(err.Error(), "offers none") {
			t.Errorf("the start got %v", err)
		}
	})
}

func TestVersionsAreOrderedByNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ older, newer string }{
		{"15.9", "15.18"}, {"15.18", "18.1"}, {"18beta1", "18.0"}, {"9.6", "15.0"},
	} {
		if compareVersions(c.older, c.newer) >= 0 || compareVersions(c.newer, c.older) <= 0 {
			t.Errorf("%s is not older than %s", c.older, c.newer)
		}
	}
}

func TestMemorySettingsFitTheMachine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		memory uint64
		want   []string
	}{
		{"half a gigabyte", 512 * mebi, []string{"shared_buffers = '64MB'", "work_mem = '4MB'", "effective_cache_size = '256MB'"}},
		{"four gigabytes", 4096 * mebi, []string{"shared_buffers = '512MB'", "work_mem = '16MB'", "maintenance_work_mem = '128MB'"}},
		{"a large machine", 256 << 30, []string{"shared_buffers = '4096MB'", "work_mem = '64MB'", "maintenance_work_mem = '1024MB'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conf := postgresqlConf(Options{}, c.memory)
			for _, line := range c.want {
				if !strings.Contains(conf, line+"\n") {
					t.Errorf("%q is not in\n%s", line, conf)
				}
			}
			if strings.Contains(conf, "fsync") {
				t.Error("real data must not touch fsync")
			}
		})
	}
}
