package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestEdgesComeBackSortedAndOnce(t *testing.T) {
	edge := rapid.Custom(func(t *rapid.T) models.Edge {
		return models.Edge{From: rapid.Int32Range(0, 1<<30).Draw(t, "from"), To: rapid.Int32Range(0, 1<<30).Draw(t, "to"), Kind: models.EdgeKind(rapid.Uint8().Draw(t, "kind"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		edges := rapid.SliceOf(edge).Draw(t, "edges")
		got, err := store.UnpackEdges(store.PackEdges(append(edges, edges...)))
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(edges)
		slices.SortFunc(want, func(a, b models.Edge) int {
			if a.From != b.From {
				return int(a.From) - int(b.From)
			}
			if a.To != b.To {
				return int(a.To) - int(b.To)
			}
			return int(a.Kind) - int(b.Kind)
		})
		if diff := cmp.Diff(slices.Compact(want), got); diff != "" && len(got)+len(want) > 0 {
			t.Error(diff)
		}
	})
}

func FuzzUnpackEdges(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = store.UnpackEdges(b) })
}
