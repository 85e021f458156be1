//go:build unix

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAFullDiskIsSaidAndLosesNothing(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	dir := filepath.Join(disk.dir, "postgres")
	disk.resize(t, 20)
	_, err := Start(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "no space is left on the disk") {
		t.Fatalf("the first start on a full disk got %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "data*")); err != nil || len(left) > 0 {
		t.Errorf("the failed start left %v, %v", left, err)
	}

	disk.resize(t, 120)
	s := startServer(t, Options{Dir: dir})
	exec1(t, s.DSN(), "create table kept (n int); insert into kept values (7)")
	s.Stop()

	disk.fill(t)
	_, err = Start(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "no space is left on the disk") {
		t.Errorf("the later start on a full disk got %v", err)
	}
	disk.free(t)
	s = startServer(t, Options{Dir: dir})
	if n := query[int](t, s.DSN(), "select n from kept"); n != 7 {
		t.Errorf("found %d, not 7", n)
	}

	_, err = tryQuery[string](t.Context(), s.DSN(), "select 'x' from (select pg_sleep(0)) a")
	if err != nil {
		t.Error(err)
	}
	disk.fill(t)
	_, err = tryQuery[string](t.Context(), s.DSN(), "create table large as select repeat(md5(i::text), 100) from generate_series(1, 100000) i")
	if err == nil {
		t.Error("a table larger than the disk was made")
	}
	disk.free(t)
	eventually(t, "the database answers again", func() bool {
		n, err := tryQuery[int](t.Context(), s.DSN(), "select n from kept")
		return err == nil && n == 7
	})
}

// smallDisk is a memory disk of its own.
type disk struct{ dir string }

func smallDisk(t *testing.T) disk {
	t.Helper()
	d := disk{dir: newDir(t)}
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, "size=20m,mode=0711"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, 0); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d disk) resize(t *testing.T, mb int) {
	t.Helper()
	if err := syscall.Mount("", d.dir, "", syscall.MS_REMOUNT, fmt.Sprintf("size=%dm", mb)); err != nil {
		t.Fatal(err)
	}
}

func (d disk) fill(t *testing.T) {
	t.Helper()
	f, err := os.Create(filepath.Join(d.dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	_ = f.Close()
}

func (d disk) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(filepath.Join(d.dir, "filler")); err != nil {
		t.Fatal(err)
	}
}
