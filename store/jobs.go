package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// MaxTries is how often a job is tried before it is given up.
const MaxTries = 5

// JobClient makes a client of the job queue on this store's connections. With a zero Config it inserts jobs and works none.
func (s *Store) JobClient(cfg *river.Config) (*river.Client[pgx.Tx], error) {
	cfg.MaxAttempts = MaxTries
	c, err := river.NewClient(riverpgxv5.New(s.pool), cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the job queue: %w", err)
	}
	return c, nil
}

// Queue adds a job. It is worked once the transaction is committed, and not at all when it is not.
func (tx *Tx) Queue(ctx context.Context, args river.JobArgs) (id int64, err error) {
	c, err := tx.JobClient(&river.Config{})
	if err != nil {
		return 0, err
	}
	added, err := c.InsertTx(ctx, tx.tx, args, nil)
	if err != nil {
		return 0, fmt.Errorf("adding a job: %w", err)
	}
	return added.Job.ID, nil
}

// queueSchema makes or updates the tables of the job queue; it runs as a step of Migrate.
func queueSchema(pool *pgxpool.Pool) func(context.Context, *sql.DB) error {
	return func(ctx context.Context, _ *sql.DB) error {
		m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
		if err != nil {
			return err
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
}

// The spaces keep our advisory locks apart from each other and from all others.
const (
	deliveryLocks = 7_201_010
	harvestLocks  = 7_201_011
	rootLocks     = 7_201_013
	askerLocks    = 7_201_014
	askedLocks    = 7_201_015
)

// TryHoldDelivery makes this process the only one at work on a delivery until release is called. It reports false when
// another is. The lock ends with the connection, so with the process too.
func (s *Store) TryHoldDelivery(ctx context.Context, id int64) (release func(), held bool, err error) {
	return s.tryHold(ctx, deliveryLocks, id)
}

// TryHoldHarvest does the same for a harvest.
func (s *Store) TryHoldHarvest(ctx context.Context, id int64) (release func(), held bool, err error) {
	return s.tryHold(ctx, harvestLocks, id)
}

func (s *Store) tryHold(ctx context.Context, space int, id int64) (release func(), held bool, err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, false, err
	}
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, ($2 % 2147483647)::int)`, space, id).Scan(&held); err != nil || !held {
		conn.Release()
		return nil, false, err
	}
	return func() {
		if _, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1, ($2 % 2147483647)::int)`, space, id); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx)) // the lock ends with it
		}
		conn.Release()
	}, true, nil
}
