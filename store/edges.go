package store

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// packEdges writes edges sorted by From, To and Kind as varints: the step in From, then To, then Kind. About four bytes
// an edge. Edges are only ever asked for within one SBOM, so they need no table.
func packEdges(edges []models.Edge) []byte {
	sorted := slices.Clone(edges)
	slices.SortFunc(sorted, compareEdges)
	sorted = slices.Compact(sorted)
	b := make([]byte, 0, 4*len(sorted))
	from := int32(0)
	for _, e := range sorted {
		b = binary.AppendUvarint(b, uint64(e.From-from))
		b = binary.AppendUvarint(b, uint64(e.To))
		b = append(b, byte(e.Kind))
		from = e.From
	}
	return b
}

func compareEdges(a, b models.Edge) int {
	if a.From != b.From {
		return int(a.From - b.From)
	}
	if a.To != b.To {
		return int(a.To - b.To)
	}
	return int(a.Kind) - int(b.Kind)
}

var errEdges = errors.New("the stored edges of an SBOM cannot be read")

func unpackEdges(b []byte) ([]models.Edge, error) {
	edges := make([]models.Edge, 0, len(b)/4)
	from := int32(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errEdges
		}
		to, m := binary.Uvarint(b[n:])
		if m <= 0 || len(b) <= n+m {
			return nil, errEdges
		}
		from += int32(step)
		edges = append(edges, models.Edge{From: from, To: int32(to), Kind: models.EdgeKind(b[n+m])})
		b = b[n+m+1:]
	}
	return edges, nil
}
