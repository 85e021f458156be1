package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/store/embedded"
)

func TestDBSaysWhereThePrivatePostgresLives(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	var out bytes.Buffer
	if err := (dbWhereCommand{}).Run(t.Context(), &settings{DataDir: dir}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{filepath.Join(dir, "postgres", "data"), "none yet", "not running", "postgresql://ospo@/ospo?host=", "psql"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("asking where it lives made the directory")
	}
}

func TestDBDescribesEveryStateOfThePrivatePostgres(t *testing.T) {
	t.Parallel()
	programs := embedded.Installation{BinDir: "/usr/lib/postgresql/15/bin", Version: "15.18", Major: 15}
	for _, c := range []struct {
		name string
		info embedded.Info
		want []string
	}{
		{"running", embedded.Info{DataDir: "/d", Major: 15, Installation: programs, Running: true, PID: 11, Postgres: 12, Psql: "psql 'x'", User: "postgres"},
			[]string{"Postgres 15.18 in /usr/lib/postgresql/15/bin, run by user postgres", "process 12, started by ospo process 11", "Look inside:\n\n  psql 'x'"}},
		{"starting", embedded.Info{Major: 15, Installation: programs, Running: true, PID: 11}, []string{"starting, by process 11"}},
		{"without programs", embedded.Info{}, []string{"none that fit", "ospo db fetch", "apt install postgresql-client"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := describePrivate(c.info, &out); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not in\n%s", want, out.String())
				}
			}
		})
	}
}

func TestDBDescribesTheMinistrysOwnServerWithoutItsPassword(t *testing.T) {
	t.Parallel()
	dsn := strings.Replace(testkit.DB(t, noMigration), "postgresql://ospo@", "postgresql://ospo:hush@", 1)
	var out bytes.Buffer
	if err := (dbWhereCommand{}).Run(t.Context(), &settings{DatabaseURL: dsn}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "It answers, and is Postgres ") || strings.Contains(out.String(), "hush") {
		t.Errorf("it said\n%s", out.String())
	}
	err := (dbWhereCommand{}).Run(t.Context(), &settings{DatabaseURL: "postgresql://ospo:hush@/none?host=" + t.TempDir()}, &out)
	if err == nil || !strings.Contains(err.Error(), "does not answer") || strings.Contains(err.Error(), "hush") {
		t.Errorf("of a server that is away it said %v", err)
	}
}

func TestDBFetchRefusesAFileThatIsNotThePinnedBuild(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "package.tgz")
	if err := os.WriteFile(file, []byte("not it"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "ospo-fetch-") // t.TempDir is closed to the server's user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = dbFetchCommand{From: file}.Run(t.Context(), &settings{DataDir: dir}, &out)
	if err == nil || !strings.Contains(err.Error(), "is not the Postgres build we know") {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(out.String(), "MB") {
		t.Errorf("it did not say how big: %s", out.String())
	}
}

// noMigration leaves the database empty.
func noMigration(context.Context, string) error { return nil }

func TestTheBackupInTheOperationsReachesThePrivatePostgres(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	label := regexp.MustCompile(`ospo db \| sed -n 's/\^ \*([A-Za-z]+):? \*//p'`).FindSubmatch(guide)
	if label == nil {
		t.Fatal("docs/operations.md does not say how to reach the private Postgres")
	}
	var out bytes.Buffer
	if err := describePrivate(embedded.Info{DSN: "postgresql://ospo@/ospo?host=%2Frun", Psql: "psql 'x'"}, &out); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^ *` + string(label[1]) + ` +postgresql://ospo@/ospo`).Match(out.Bytes()) {
		t.Errorf("“%s” leads to no address in\n%s", label[0], out.String())
	}
}
