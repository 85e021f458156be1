package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestTheLastEventIsKnownWithoutAsking(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	open := func() *store.Store {
		s, err := store.Open(context.Background(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s
	}
	mine, others := open(), open()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		mine.Watch(ctx)
	}()
	defer func() {
		cancel()
		<-ended
		if _, known := mine.KnownEvent(); known {
			t.Error("it is still trusted when nobody watches any more")
		}
	}()
	write := func(s *store.Store) (id int64) {
		err := store.Write(ctx, s, func(tx *store.Tx) error {
			e := &models.Event{Action: "test", ActorName: "x", Noun: "test", Title: "x"}
			err := tx.Record(ctx, e)
			id = e.ID
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	until := func(so func(known int64) bool) {
		t.Helper()
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(30 * time.Second); ; <-tick.C {
			if id, known := mine.KnownEvent(); known && so(id) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("it was not known within half a minute")
			}
		}
	}
	until(func(int64) bool { return true })
	id := write(mine)
	if known, follows := mine.KnownEvent(); !follows || known != id {
		t.Errorf("after an event %d of its own it knows %d", id, known)
	}
	id = write(others)
	until(func(known int64) bool { return known == id })
	if asked, err := others.LastEvent(ctx); err != nil || asked != id {
		t.Errorf("who does not watch is told %d, %v", asked, err)
	}
}
