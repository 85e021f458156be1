//go:build unix

package testkit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Migrate brings an empty database up to the schema that the tests need. It must leave no connection open, and depend
// on nothing but the store's sources: a template made by a function of the same name is taken for the same schema.
type Migrate func(ctx context.Context, dsn string) error

const (
	templatePrefix = "ospo_template_"
	clonePrefix    = "ospo_test_"
	// leftBehind is when a database of a killed test on an outside server may be dropped.
	leftBehind = 2 * time.Hour
)

// DB gives the test an empty, migrated database of its own and drops it at the end. The template it is cloned from is
// made once for each content of the migrations. Tests that only read and write rows are faster in a transaction on
// SharedDB.
func DB(t testing.TB, migrate Migrate) (dsn string) {
	t.Helper()
	admin := server(t)
	name := clone(t, admin, migrate)
	t.Cleanup(func() {
		if err := drop(context.Background(), admin, name); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return onDatabase(admin, name)
}

// shared is the one thing testkit keeps for the process: its server and its common databases.
var shared struct {
	sync.Mutex
	admin     string
	databases map[string]string // by template
}

// SharedDB gives one migrated database to all tests of the process that use the same migrations. Nothing may be
// committed there: it is for transactions that are rolled back.
func SharedDB(t testing.TB, migrate Migrate) (dsn string) {
	t.Helper()
	admin := server(t)
	template := templateName(t, migrate)
	shared.Lock()
	defer shared.Unlock()
	name, ok := shared.databases[template]
	if !ok {
		name = clone(t, admin, migrate)
		if shared.databases == nil {
			shared.databases = map[string]string{}
		}
		shared.databases[template] = name
	}
	return onDatabase(admin, name)
}

// clone makes a database from the template and returns its name.
func clone(t testing.TB, admin string, migrate Migrate) string {
	t.Helper()
	ctx := t.Context()
	template := templateName(t, migrate)
	name := fmt.Sprintf("%s%d_%s", clonePrefix, time.Now().Unix(), strings.ToLower(rand.Text()[:12]))
	err := withConn(ctx, admin, func(conn *pgx.Conn) error {
		if err := ensureTemplate(ctx, conn, admin, template, migrate); err != nil {
			return err
		}
		// file_copy is the faster strategy where fsync is off.
		_, err := conn.Exec(ctx, fmt.Sprintf("create database %s template %s strategy file_copy", name, template))
		return err
	})
	if err != nil {
		t.Fatalf("making a database for the test: %v", explainCreate(err))
	}
	return name
}

// ensureTemplate makes the template unless it is there. It gets its name only when it is whole, and the advisory lock
// lets one process work while the others wait.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, admin, template string, migrate Migrate) error {
	var there bool
	const exists = "select exists (select from pg_database where datname = $1)"
	if err := conn.QueryRow(ctx, exists, template).Scan(&there); err != nil || there {
		return err
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtextextended($1, 0))", template); err != nil {
		return err
	}
	defer func() { // ending the connection frees it too
		_, _ = conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(hashtextextended($1, 0))", template)
	}()
	if err := conn.QueryRow(ctx, exists, template).Scan(&there); err != nil || there {
		return err
	}
	unfinished := template + "_new"
	if err := dropOn(ctx, conn, unfinished); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "create database "+unfinished+" template template0 encoding 'UTF8'"); err != nil {
		return err
	}
	if err := migrate(ctx, onDatabase(admin, unfinished)); err != nil {
		return fmt.Errorf("migrating the template: %w", err)
	}
	// A pool that the migrations closed may leave a server process that is on its way out.
	if _, err := conn.Exec(ctx, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", unfinished); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "alter database "+unfinished+" rename to "+template)
	return err
}

// templateName is equal for equal schemas: same migrating function, same sources of the store.
func templateName(t testing.TB, migrate Migrate) string {
	t.Helper()
	sum, err := schemaHash(runtime.FuncForPC(reflect.ValueOf(migrate).Pointer()).Name())
	if err != nil {
		t.Fatalf("reading the migrations: %v", err)
	}
	return templatePrefix + sum
}

func drop(ctx context.Context, admin, name string) error {
	return withConn(ctx, admin, func(conn *pgx.Conn) error { return dropOn(ctx, conn, name) })
}

func dropOn(ctx context.Context, conn *pgx.Conn, name string) error {
	_, err := conn.Exec(ctx, "drop database if exists "+name+" with (force)")
	return err
}

// sweep drops databases that killed test runs left on an outside server.
func sweep(ctx context.Context, admin string) error {
	return withConn(ctx, admin, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `select datname from pg_database d where starts_with(datname, $1)
			and pg_get_userbyid(datdba) = current_user
			and not exists (select from pg_stat_activity a where a.datname = d.datname)`, clonePrefix)
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			made, _, _ := strings.Cut(strings.TrimPrefix(name, clonePrefix), "_")
			seconds, notOurs := strconv.ParseInt(made, 10, 64)
			if notOurs != nil || time.Since(time.Unix(seconds, 0)) < leftBehind {
				continue
			}
			if err := dropOn(ctx, conn, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func withConn(ctx context.Context, dsn string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(context.WithoutCancel(ctx)))
}

// onDatabase is the same server and role with another database.
func onDatabase(dsn, database string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic("the address was parsed before: " + err.Error())
	}
	u.Path = "/" + database
	return u.String()
}

func explainCreate(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42501" {
		return fmt.Errorf("%w: the role in %s must be allowed to make databases (alter role … createdb)", err, serverEnv)
	}
	return err
}
