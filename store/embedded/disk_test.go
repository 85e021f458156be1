//go:build linux

package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const diskSentence = "no space is left on the disk"

func TestAFullDiskIsSaidAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := smallDisk{dir: newDir(t)}
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, "size=20m,mode=0711"); err != nil {
		limitedFiles(t, d.dir) // who may not mount gets the same effect for initdb from a limit on file size
		return
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, 0); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(d.dir, "postgres")
	_, err := Start(t.Context(), Options{Dir: dir})
	firstStartFailed(t, dir, fmt.Sprint(err))

	d.resize(t, 120)
	s := startServer(t, Options{Dir: dir})
	exec1(t, s.DSN(), "create table kept (n int); insert into kept values (7)")
	s.Stop()
	d.fill(t)
	if _, err = Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), diskSentence) {
		t.Errorf("the later start on a full disk got %v", err)
	}
	d.free(t)

	s = startServer(t, Options{Dir: dir})
	if n := query[int](t, s.DSN(), "select n from kept"); n != 7 {
		t.Errorf("found %d, not 7", n)
	}
	d.fill(t)
	if _, err = tryQuery[string](t.Context(), s.DSN(), "create table large as select repeat(md5(i::text), 100) from generate_series(1, 100000) i"); err == nil {
		t.Error("a table larger than the disk was made")
	}
	d.free(t)
	eventually(t, "the database answers again", func() bool {
		n, err := tryQuery[int](t.Context(), s.DSN(), "select n from kept")
		return err == nil && n == 7
	})
}

func firstStartFailed(t *testing.T, dir, said string) {
	t.Helper()
	if !strings.Contains(said, diskSentence) {
		t.Fatalf("the first start on a full disk got %s", said)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "data*")); err != nil || len(left) > 0 {
		t.Errorf("the failed start left %v, %v", left, err)
	}
}

func limitedFiles(t *testing.T, dir string) {
	t.Helper()
	register := registerCommand(dir)
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -f 64; exec "$@"`, "sh"}, register.Args...)...)
	cmd.Env = register.Env
	p := run(t, cmd)
	firstStartFailed(t, dir, p.next(t))
	_ = p.Wait() // it ends with the failure it has said
	_, dsn := startRegister(t, dir)
	if n := query[int](t, dsn, "select 7"); n != 7 {
		t.Error(n)
	}
}

// smallDisk is a memory disk of the test's own.
type smallDisk struct{ dir string }

func (d smallDisk) resize(t *testing.T, megabytes int) {
	t.Helper()
	if err := syscall.Mount("", d.dir, "", syscall.MS_REMOUNT, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		t.Fatal(err)
	}
}

func (d smallDisk) filler() string { return filepath.Join(d.dir, "filler") }

func (d smallDisk) fill(t *testing.T) {
	t.Helper()
	f, err := os.Create(d.filler())
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	_ = f.Close()
}

func (d smallDisk) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		t.Fatal(err)
	}
}
