//go:build unix

package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestAStartMakesAClusterAndTheNextOneReusesIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(newDir(t), "state", "postgres") // the folders above are made as well
	s := startServer(t, Options{Dir: dir})
	exec1(t, s.DSN(), "create table kept (n int); insert into kept values (7)")
	for _, extension := range []string{"pg_trgm", "unaccent"} {
		exec1(t, s.DSN(), "create extension "+extension)
	}
	facts := map[string]string{
		"the application is not superuser":  "select (not rolsuper and not rolcreaterole and not rolcreatedb)::text from pg_roles where rolname = current_user",
		"the application owns its database": "select (pg_get_userbyid(datdba) = current_user)::text from pg_database where datname = current_database()",
		"nothing listens on TCP":            "select (current_setting('listen_addresses') = '')::text",
		"a crash loses nothing":             "select (current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' and current_setting('synchronous_commit') = 'on')::text",
		"pages carry checksums":             "select (current_setting('data_checksums') = 'on')::text",
		"text is UTF-8":                     "select (pg_encoding_to_char(encoding) = 'UTF8')::text from pg_database where datname = current_database()",
		"upper case works beyond ASCII":     "select (upper('é') = 'É')::text",
		"times are UTC":                     "select (current_setting('timezone') = 'UTC')::text",
	}
	for name, sql := range facts {
		if query[string](t, s.DSN(), sql) != "true" {
			t.Errorf("not so: %s", name)
		}
	}
	s.Stop()
	s.Stop() // twice does no harm
	if s.Err() != nil {
		t.Errorf("a stop on purpose left an error: %v", s.Err())
	}
	if _, err := os.Stat(pidFile(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the pid file was left: %v", err)
	}
	s = startServer(t, Options{Dir: dir})
	if n := query[int](t, s.DSN(), "select n from kept"); n != 7 {
		t.Errorf("the second start found %d, not 7", n)
	}
}

func TestTheSocketIsClosedToOthers(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{Dir: newDir(t), Ephemeral: true})
	info, err := os.Stat(s.place.socketDir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's directory has mode %v, %v; want 0700", info.Mode(), err)
	}
	if info, err = os.Stat(s.place.dataDir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory has mode %v, %v; want 0700", info.Mode(), err)
	}
}

// TestDataOutliveEveryEnd goes on with one cluster: each case ends the program in its own way and starts it again.
func TestDataOutliveEveryEnd(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p, dsn := startRegister(t, dir)
	exec1(t, dsn, "create table ends (text text)")
	cases := []struct {
		name string
		end  func(t *testing.T)
	}{
		{"the program is asked to end", func(t *testing.T) {
			p.signal(t, syscall.SIGTERM)
			if code := p.ProcessState.ExitCode(); code != 0 {
				t.Errorf("the program ended with %d", code)
			}
			if _, err := os.Stat(pidFile(dir)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("postgres did not end cleanly: %v", err)
			}
		}},
		{"the program is killed and started again at once", func(t *testing.T) { p.signal(t, syscall.SIGKILL) }},
		{"the program is killed and postgres ends by itself", func(t *testing.T) {
			p.signal(t, syscall.SIGKILL)
			if runtime.GOOS == "linux" { // elsewhere the next start stops it
				eventually(t, "postgres has ended", atRest(t, dir))
			}
		}},
		{"the program and postgres are killed", func(t *testing.T) {
			postgres := postgresPID(t, dir)
			kill(t, p.Process.Pid, syscall.SIGSTOP) // so that it starts no other
			kill(t, postgres, syscall.SIGKILL)
			p.signal(t, syscall.SIGKILL)
		}},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			exec1(t, dsn, "insert into ends values ('"+strings.ReplaceAll(c.name, "'", "")+"')")
			c.end(t)
		})
		p, dsn = startRegister(t, dir)
		if n := query[int](t, dsn, "select count(*) from ends"); n != i+1 {
			t.Fatalf("after %q there are %d rows, not %d", c.name, n, i+1)
		}
	}
	p.signal(t, syscall.SIGTERM)
}

func TestAPostgresThatDiesIsStartedAgainOnce(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := startServer(t, Options{Dir: dir, Ephemeral: true, leftoverGrace: 100 * time.Millisecond})
	exec1(t, s.DSN(), "create table kept (n int); insert into kept values (7)")

	// A backend that computes does not notice that its server is dead; it holds the shared memory.
	busy := make(chan error, 1)
	go func() {
		_, err := tryQuery[string](context.Background(), s.DSN(), "do $$ begin loop end loop; end $$")
		busy <- err
	}()
	eventually(t, "the endless statement runs", func() bool {
		return query[bool](t, s.AdminDSN(), "select exists (select from pg_stat_activity where query like 'do %' and state = 'active')")
	})
	first := postgresPID(t, dir)
	kill(t, first, syscall.SIGKILL)
	if err := <-busy; err == nil {
		t.Error("the orphaned statement ended without an error")
	}
	eventually(t, "another postgres answers", func() bool {
		select {
		case <-s.Done():
			t.Fatalf("the supervisor ended: %v", s.Err())
		default:
		}
		n, err := tryQuery[int](t.Context(), s.DSN(), "select n from kept")
		return err == nil && n == 7
	})
	eventually(t, "the note names the new server", func() bool {
		h, running, err := peek(s.place)
		return err == nil && running && h.Postgres != first && h.DSN != ""
	})
	kill(t, postgresPID(t, dir), syscall.SIGKILL)
	select {
	case <-s.Done():
	case <-time.After(time.Minute):
		t.Fatal("the second death in a row did not end the supervisor")
	}
	if s.Err() == nil || !strings.Contains(s.Err().Error(), "twice") {
		t.Errorf("the supervisor ended with %v", s.Err())
	}
}

func TestAReplacedProgramIsStartedAnew(t *testing.T) {
	t.Parallel()
	bin := wrappedPrograms(t)
	dir := newDir(t)
	s := startServer(t, Options{Dir: dir, BinDir: bin, Ephemeral: true, upgradeCheck: 10 * time.Millisecond})
	first := postgresPID(t, dir)
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(bin, "postgres"), later, later); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another postgres answers", func() bool {
		pid, err := notedPID(pidFile(dir))
		_, bad := tryQuery[int](t.Context(), s.DSN(), "select 1")
		return err == nil && pid != 0 && pid != first && bad == nil
	})
}

// wrappedPrograms is a folder of scripts that run the machine's programs, so that one can be replaced.
func wrappedPrograms(t *testing.T) string {
	t.Helper()
	found, err := Find(t.Context(), newDir(t))
	if err != nil || len(found) == 0 {
		t.Fatalf("this test needs a Postgres on the machine: %v", err)
	}
	bin := newDir(t)
	if err := os.Chmod(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		script := "#!/bin/sh\nexec " + shellQuote(filepath.Join(found[0].BinDir, name)) + " \"$@\"\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestTheSecondOfTwoStartsLearnsWhoHoldsTheDirectory(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	p, dsn := startRegister(t, dir)
	_, err := Start(t.Context(), Options{Dir: dir})
	held, ok := errors.AsType[*HeldError](err)
	if !ok || held.PID != p.Process.Pid || held.DSN != dsn || held.Dir != dir {
		t.Fatalf("the second start got %+v", err)
	}
	if n := query[int](t, held.DSN, "select 1"); n != 1 {
		t.Errorf("the holder's database answered %d", n)
	}
	info, err := Describe(t.Context(), Options{Dir: dir})
	if err != nil || !info.Running || info.PID != p.Process.Pid || info.Postgres != postgresPID(t, dir) || info.DSN != dsn || info.Major < OldestMajor {
		t.Errorf("Describe says %+v, %v", info, err)
	}
	p.signal(t, syscall.SIGTERM)
	if info, err = Describe(t.Context(), Options{Dir: dir}); err != nil || info.Running || info.PID != 0 {
		t.Errorf("after the end Describe says %+v, %v", info, err)
	}
}

func TestOfManyStartsAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	var wait sync.WaitGroup
	results := make([]error, 4)
	servers := make([]*Server, len(results))
	for i := range results {
		wait.Go(func() { servers[i], results[i] = Start(t.Context(), Options{Dir: dir, Ephemeral: true}) })
	}
	wait.Wait()
	won := 0
	for i, err := range results {
		if err == nil {
			won++
			servers[i].Stop()
		} else if _, held := errors.AsType[*HeldError](err); !held {
			t.Errorf("a start failed with %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d starts won", won)
	}
}

func TestAStartThatIsGivenUpLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if at, _ := filepath.Glob(filepath.Join(dir, "data.new-*", "PG_VERSION")); len(at) > 0 {
				cancel()
			}
		}
	}()
	if s, err := Start(ctx, Options{Dir: dir, Ephemeral: true}); err == nil {
		s.Stop()
		t.Fatal("the start was not given up")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "data*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	startServer(t, Options{Dir: dir, Ephemeral: true}).Stop()
}
