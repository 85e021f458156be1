package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/ospo-register/ospo/models"
)

// totals remembers how many entries lists have, for as long as nothing in the register has changed. To count twenty thousand entries
// costs ten times as much as to find a page of them.
type totals struct {
	mu    sync.Mutex
	event int64 // the last event when they were counted
	known map[string]models.Total
}

// mostTotals bounds how many are remembered.
const mostTotals = 10_000

// steadyTotal is total for conditions that only changes of the register can change: none that depend on today's date.
func (s *Store) steadyTotal(ctx context.Context, from string, q *query) (models.Total, error) {
	if s.totals == nil { // in a transaction, which must count its own writes
		return s.total(ctx, from, q)
	}
	last, err := s.LastEvent(ctx)
	if err != nil {
		return models.Total{}, fault(err)
	}
	key := fmt.Sprint(from, q.clause(), q.args)
	if t, ok := s.totals.get(last, key); ok {
		return t, nil
	}
	t, err := s.total(ctx, from, q)
	if err == nil {
		s.totals.put(last, key, t)
	}
	return t, err
}

func (t *totals) get(event int64, key string) (models.Total, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.event != event {
		return models.Total{}, false
	}
	total, ok := t.known[key]
	return total, ok
}

// put remembers a count that began when event was the last one.
func (t *totals) put(event int64, key string, total models.Total) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.event > event {
		return // counted too early
	}
	if t.event < event || t.known == nil || len(t.known) >= mostTotals {
		t.event, t.known = event, map[string]models.Total{}
	}
	t.known[key] = total
}
