// Package store says where things are kept: all SQL, the migrations and the bulk paths of the register live here.
//
// A Store only reads. A Tx reads and writes, and only Write makes one, so that every change belongs to a transaction that
// register opened. What a viewer may see is a clause in each read (visibility.go): what is not visible is not found.
// Start with store.go, then the plural file of the noun you are after.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/ospo-register/ospo/catalog"
)

// Store reads. It is safe for concurrent use, unless it came from a transaction.
type Store struct {
	db   *gorm.DB // records
	pg   querier  // reports and bulk
	pool *pgxpool.Pool
	sql  *sql.DB

	shared *shared
	index  *atomic.Pointer[Index] // outside of a transaction: answers some reads from memory, once there
	totals *totals                // outside of a transaction

	catalogue *catalogue        // outside of a transaction
	synonyms  *catalog.Synonyms // inside a transaction; nil: those that come with the program

	sequence *sequence // outside of a transaction

	conn  *sql.Conn // inside a transaction: its connection
	tx    pgx.Tx    // inside a transaction
	news  *[]learnt // inside a transaction: what the others may know once it has committed
	wrote *int64    // inside a transaction: the last event it has written
}

// Tx is a Store that also writes. It lives as long as the function given to Write runs.
type Tx struct{ *Store }

// querier is what a pool and a transaction have in common.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// StatementTimeout bounds every statement; beyond it the answer is a 503 with advice (IsTimeout).
const StatementTimeout = 30 * time.Second

// Open connects to the database at dsn and checks that it is Postgres 15 or newer. It changes nothing; see Migrate.
func Open(ctx context.Context, dsn string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read: %w", err)
	}
	if cfg.MaxConns < 8 {
		cfg.MaxConns = 8
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "ospo"
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = fmt.Sprint(StatementTimeout.Milliseconds())
	cfg.ConnConfig.RuntimeParams["jit"] = "off" // compiling costs more than our longest statement gains
	common := newShared()
	cfg.AfterConnect = func(context.Context, *pgx.Conn) error {
		common.forget()
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	s, err := fromPool(ctx, pool, common)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

func fromPool(ctx context.Context, pool *pgxpool.Pool, common *shared) (*Store, error) {
	var version int
	if err := pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&version); err != nil {
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	if version < 150000 {
		return nil, fmt.Errorf("the database server is Postgres %d; the register needs Postgres 15 or newer", version/10000)
	}
	db := stdlib.OpenDBFromPool(pool)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		return nil, fmt.Errorf("starting gorm: %w", err)
	}
	return &Store{db: g, pg: pool, pool: pool, sql: db, shared: common, index: &atomic.Pointer[Index]{}, totals: &totals{}, sequence: &sequence{}, catalogue: &catalogue{}}, nil
}

// Close gives back the connections.
func (s *Store) Close() {
	_ = s.sql.Close() // closes nothing the pool does not close
	s.pool.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// Pool is for statistics only.
func (s *Store) Pool() *pgxpool.Stat { return s.pool.Stat() }

// attempts is how often a transaction is tried when Postgres asks to retry it.
const attempts = 4

// Write runs fn in one transaction: gorm records, COPY and plain SQL together. When fn or the commit fails nothing is
// kept. It is run again when Postgres reports a serialization failure or a deadlock, so fn must not keep state of its
// own between runs. Within a transaction it nests as a savepoint.
func Write(ctx context.Context, s *Store, fn func(tx *Tx) error) error {
	if s.tx != nil {
		return fault(pgx.BeginFunc(ctx, s.tx, func(inner pgx.Tx) error { return fn(s.within(ctx, s.conn, inner)) }))
	}
	var err error
	for range attempts {
		err = s.once(ctx, fn)
		var pgErr *pgconn.PgError
		if !errors.As(err, &pgErr) || (pgErr.Code != "40001" && pgErr.Code != "40P01") {
			break
		}
	}
	return fault(err)
}

func (s *Store) once(ctx context.Context, fn func(tx *Tx) error) error {
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // back to the pool; the transaction has ended
	pc, err := rawConn(conn)
	if err != nil {
		return err
	}
	era := s.shared.now()
	var inner *Tx
	err = pgx.BeginFunc(ctx, pc, func(tx pgx.Tx) error {
		inner = s.within(ctx, conn, tx)
		return fn(inner)
	})
	if err == nil {
		s.shared.publish(era, *inner.news)
		s.sequence.note(*inner.wrote)
	}
	return err
}

func rawConn(conn *sql.Conn) (*pgx.Conn, error) {
	var pc *pgx.Conn
	err := conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver connection %T", dc)
		}
		pc = c.Conn()
		return nil
	})
	return pc, err
}

func (s *Store) within(ctx context.Context, conn *sql.Conn, tx pgx.Tx) *Tx {
	wrote := s.wrote
	if wrote == nil {
		wrote = new(int64)
	}
	g := s.db.Session(&gorm.Session{Context: ctx, NewDB: true})
	g.Statement.ConnPool = txPool{conn}
	return &Tx{&Store{db: g, pg: tx, pool: s.pool, sql: s.sql, shared: s.shared, conn: conn, tx: tx, news: new([]learnt), wrote: wrote, synonyms: s.knownSynonyms()}}
}

// txPool shows gorm a connection whose transaction is ours: without BeginTx gorm cannot begin or commit one of its own.
type txPool struct{ conn *sql.Conn }

func (p txPool) PrepareContext(ctx context.Context, q string) (*sql.Stmt, error) {
	return p.conn.PrepareContext(ctx, q)
}

func (p txPool) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return p.conn.ExecContext(ctx, q, args...)
}

func (p txPool) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return p.conn.QueryContext(ctx, q, args...)
}

func (p txPool) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	return p.conn.QueryRowContext(ctx, q, args...)
}

var errNotOurs = errors.New("the transaction belongs to store.Write")

// Commit and Rollback make gorm treat this as a transaction and nest by savepoint.
func (txPool) Commit() error   { return errNotOurs }
func (txPool) Rollback() error { return errNotOurs }

// Trial gives a Store on a transaction that is rolled back when done is called. Tests stand on it.
func Trial(ctx context.Context, s *Store) (trial *Store, done func(), err error) {
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	pc, err := rawConn(conn)
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	tx, err := pc.Begin(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return s.within(ctx, conn, tx).Store, func() {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // nothing is to be kept either way
		_ = conn.Close()
	}, nil
}

func (s *Store) gorm(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }

// Hold locks one record until the transaction ends, so that what is read of it next is what will be changed. A record
// that does not exist is not an error here: reading it is.
func (tx *Tx) Hold(ctx context.Context, table string, id int64) error {
	_, err := tx.pg.Exec(ctx, `SELECT 1 FROM `+pgx.Identifier{table}.Sanitize()+` WHERE id = $1 FOR UPDATE`, id)
	return fault(err)
}
