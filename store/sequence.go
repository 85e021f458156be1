package store

import (
	"context"
	"sync/atomic"
	"time"
)

// sequence is the id of the last event that is committed. While Watch runs it is known without asking: Postgres tells of every
// event, and this process's own are noted before their writer learns that they are committed.
type sequence struct {
	last atomic.Int64
	live atomic.Bool // Watch has a connection that answered lately
}

// eventsChannel is where transactions tell that they have written an event.
const eventsChannel = "ospo_events"

// heartbeat is how long Watch trusts a connection that is silent.
const heartbeat = 3 * time.Second

// note takes over an id, unless a later one is known.
func (q *sequence) note(id int64) {
	for {
		known := q.last.Load()
		if id <= known || q.last.CompareAndSwap(known, id) {
			return
		}
	}
}

// LastEvent is the id of the last event that is committed. An event of another process may be missing for the moment that its
// message takes, and for some seconds where a connection to the database has died unnoticed.
func (s *Store) LastEvent(ctx context.Context) (int64, error) {
	if id, known := s.KnownEvent(); known {
		return id, nil
	}
	var id int64
	err := s.pg.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM events`).Scan(&id)
	return id, fault(err)
}

// KnownEvent is LastEvent where it is known without asking.
func (s *Store) KnownEvent() (id int64, known bool) {
	if s.sequence == nil || !s.sequence.live.Load() {
		return 0, false
	}
	return s.sequence.last.Load(), true
}

// Watch keeps LastEvent known until ctx ends, and begins again whenever the connection is lost.
func (s *Store) Watch(ctx context.Context) {
	for ctx.Err() == nil {
		_ = s.listen(ctx) // what failed: the connection; until there is another, LastEvent asks
		s.sequence.live.Store(false)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (s *Store) listen(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	defer func() { _ = conn.Conn().Close(context.WithoutCancel(ctx)) }() // it is not to be given back listening
	if _, err := conn.Exec(ctx, `LISTEN `+eventsChannel); err != nil {
		return err
	}
	for {
		var id int64
		asking, cancel := context.WithTimeout(ctx, heartbeat)
		err := conn.QueryRow(asking, `SELECT coalesce(max(id), 0) FROM events`).Scan(&id)
		cancel()
		if err != nil {
			return err
		}
		s.sequence.note(id)
		s.sequence.live.Store(true)
		waiting, cancel := context.WithTimeout(ctx, heartbeat)
		_, err = conn.Conn().WaitForNotification(waiting)
		silent := waiting.Err() != nil
		cancel()
		if err != nil && (!silent || ctx.Err() != nil) {
			return err
		}
	}
}
