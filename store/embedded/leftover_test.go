//go:build unix

package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAStalePidFileDoesNotKeepPostgresFromStarting goes on with one cluster; Postgres alone refuses for ever in some cases.
func TestAStalePidFileDoesNotKeepPostgresFromStarting(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := startServer(t, Options{Dir: dir, Ephemeral: true})
	exec1(t, s.DSN(), "create table kept (n int); insert into kept values (7)")
	real, err := os.ReadFile(pidFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.Stop()
	withPID := func(pid int) string {
		_, rest, _ := strings.Cut(string(real), "\n")
		return fmt.Sprintf("%d\n%s", pid, rest)
	}
	cases := []struct {
		name string
		file func(t *testing.T) string
	}{
		{"the process is dead", func(t *testing.T) string {
			cmd := asServer(t, dir, exec.Command("true"))
			if err := cmd.Run(); err != nil {
				t.Fatal(err)
			}
			return withPID(cmd.Process.Pid)
		}},
		{"the number is that of a living process of the same user", func(t *testing.T) string {
			return withPID(sleeper(t, dir, "/").Process.Pid)
		}},
		{"the number is that of another user's process", func(t *testing.T) string { return withPID(os.Getpid()) }},
		{"the number is that of a zombie", func(t *testing.T) string {
			cmd := asServer(t, dir, exec.Command("true"))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Wait() })
			eventually(t, "the process is a zombie", func() bool {
				out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(cmd.Process.Pid)).Output()
				return err == nil && strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
			})
			return withPID(cmd.Process.Pid)
		}},
		{"the file is empty", func(t *testing.T) string { return "" }},
		{"the file is cut short", func(t *testing.T) string { return "12" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(pidFile(dir), []byte(c.file(t)), 0o600); err != nil {
				t.Fatal(err)
			}
			s := startServer(t, Options{Dir: dir, Ephemeral: true})
			if n := query[int](t, s.DSN(), "select n from kept"); n != 7 {
				t.Errorf("found %d, not 7", n)
			}
			s.Stop()
		})
	}
}

// sleeper is a process of the server's user with the given working directory.
func sleeper(t *testing.T, dir, cwd string) *exec.Cmd {
	t.Helper()
	cmd := asServer(t, dir, exec.Command("sleep", "600"))
	cmd.Dir = cwd
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

func TestAPostgresLeftBehindIsStoppedIfItIsOursAndNamedIfNot(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	quick := Options{Dir: dir, Ephemeral: true, leftoverGrace: 100 * time.Millisecond}
	s := startServer(t, quick)
	install := s.install
	s.Stop()

	t.Run("one that somebody else started is left alone", func(t *testing.T) {
		foreign := startForeign(t, dir, install)
		_, err := Start(t.Context(), quick)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("kill -INT %d", foreign.Process.Pid)) {
			t.Errorf("the start beside it got %v", err)
		}
		if pid := postgresPID(t, dir); pid != foreign.Process.Pid {
			t.Errorf("its pid file now names %d", pid)
		}
		if err := foreign.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = foreign.Wait()
	})
	t.Run("one that a killed program started is stopped", func(t *testing.T) {
		orphan := startForeign(t, dir, install)
		note := fmt.Sprintf(`{"pid":1,"postgres":%d}`, orphan.Process.Pid)
		if err := os.WriteFile(lockFile(dir), []byte(note), 0o644); err != nil {
			t.Fatal(err)
		}
		go orphan.Wait()
		s := startServer(t, quick)
		if pid := postgresPID(t, dir); pid == orphan.Process.Pid {
			t.Error("the orphan still serves")
		}
		s.Stop()
	})
}

// startForeign runs postgres on the cluster without a supervisor.
func startForeign(t *testing.T, dir string, in Installation) *exec.Cmd {
	t.Helper()
	cmd := asServer(t, dir, exec.Command(filepath.Join(in.BinDir, "postgres"), "-D", dataDir(dir), "-c", "listen_addresses=",
		"-c", "unix_socket_directories="+filepath.Join(dir, "run")))
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	eventually(t, "the other postgres runs", func() bool {
		_, err := os.Stat(socketFile(filepath.Join(dir, "run")))
		pid, noted := notedPID(pidFile(dir))
		return err == nil && noted == nil && pid == cmd.Process.Pid
	})
	return cmd
}

func TestAnInterruptedInitdbIsNotTakenForACluster(t *testing.T) {
	t.Parallel()
	t.Run("what a killed initdb left is cleared away", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		p := run(t, registerCommand(dir))
		eventually(t, "initdb is at work", func() bool {
			at, err := filepath.Glob(filepath.Join(dir, "data.new-*", "base"))
			return err == nil && len(at) > 0
		})
		p.signal(t, syscall.SIGKILL)
		if _, err := os.Stat(dataDir(dir)); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("there is a cluster already: %v", err)
		}
		s := startServer(t, Options{Dir: dir, Ephemeral: true})
		if n := query[int](t, s.DSN(), "select 1"); n != 1 {
			t.Error(n)
		}
		s.Stop()
		startServer(t, Options{Dir: dir, Ephemeral: true})
		if left, err := filepath.Glob(filepath.Join(dir, "data.new-*")); err != nil || len(left) > 0 {
			t.Errorf("%v is left, %v", left, err)
		}
	})
	t.Run("a role or database that was not made yet is made", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		s := startServer(t, Options{Dir: dir, Ephemeral: true, Database: "first"})
		s.Stop()
		s = startServer(t, Options{Dir: dir, Ephemeral: true})
		if name := query[string](t, s.DSN(), "select current_database()::text"); name != "ospo" {
			t.Error(name)
		}
	})
}
