//go:build unix

package embedded

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAKilledGoRunLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	parent := filepath.Join(newDir(t), "go")
	copyProgram(t, parent)
	cmd := exec.Command(parent, dir)
	cmd.Env = append(os.Environ(), roleEnv+"=parent")
	p := run(t, cmd)
	if line := p.next(t); len(line) < 6 || line[:6] != "ready " {
		t.Fatalf("the program did not start: %s", line)
	}
	p.signal(t, syscall.SIGKILL)
	eventually(t, "postgres has ended", atRest(t, dir))
	eventually(t, "the directory is free", func() bool {
		info, err := Describe(t.Context(), Options{Dir: dir})
		return err == nil && !info.Running
	})
}

// copyProgram copies the test program to where every user may run it.
func copyProgram(t *testing.T, to string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, from); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
