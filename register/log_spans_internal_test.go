package register

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

func TestTheLogIsReadInStretchesThatComeInTheirOrder(t *testing.T) {
	many, _ := keyed(t, 0)
	for name, r := range map[string]*Register{"on many connections": many, "in a transaction": New(testkit.Store(t))} {
		t.Run(name, func(t *testing.T) {
			for n := range 11 {
				publish(t, r, n, models.VisiblePublic)
			}
			var have [][]int64
			for span, err := range spans(t.Context(), r.store, 10, 3) { // the last was logged after the size was counted
				if err != nil {
					t.Fatal(err)
				}
				var indexes []int64
				for i := range span.Entries {
					indexes = append(indexes, span.Entries[i].Index)
					if span.Read[i].Number != 1 || span.Events[span.Read[i].Event] == nil || span.Nodes[proof.LeafNumber(span.Entries[i].Index)] == nil {
						t.Errorf("entry %d: not all that it speaks of", span.Entries[i].Index)
					}
				}
				have = append(have, append(indexes, span.To))
			}
			if diff := cmp.Diff([][]int64{{0, 1, 2, 3}, {3, 4, 5, 6}, {6, 7, 8, 9}, {9, 10}}, have); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadingTheLogEndsWithTheFirstStretchThatCannotBeRead(t *testing.T) {
	r, _ := keyed(t, 4)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	told := 0
	for span, err := range spans(ctx, r.store, 4, 1) {
		if told++; span != nil || !errors.Is(err, context.Canceled) {
			t.Error(span, err)
		}
	}
	if told > 1 {
		t.Errorf("told %d times", told)
	}
}

func TestOnlyATransactionHasOneConnection(t *testing.T) {
	r, _ := keyed(t, 0)
	if r.store.OneConnection() {
		t.Error("a store of its own has one connection")
	}
	if !testkit.Store(t).OneConnection() {
		t.Error("a transaction has many connections")
	}
	err := store.Snapshot(t.Context(), r.store, func(s *store.Store) error {
		if !s.OneConnection() {
			t.Error("a snapshot has many connections")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
