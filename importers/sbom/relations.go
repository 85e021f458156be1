package sbom

import "github.com/ospo-register/ospo/models"

// AddRelation notes a relationship between two ids, as numbered by the id table.
func (b *Builder) AddRelation(from, to int32, rel Relation, index int) {
	b.Doc.Relations++
	b.Relate(from, to, rel, index)
}

// Relate is AddRelation for one of the ends of a relationship that has been counted.
func (b *Builder) Relate(from, to int32, rel Relation, index int) {
	if rel.Inverse {
		from, to = to, from
	}
	one, other := b.IDs.Class[from], b.IDs.Class[to]
	switch {
	case one >= 0 && other >= 0 && from != to:
		b.AddEdge(one, other, rel.Kind)
	case one == IsDocument && rel.Describes:
		b.Roots = append(b.Roots, to)
	case (one == IsFile && other != IsUnknown) || (other == IsFile && one != IsUnknown):
		// Between files, and from packages to files: counted only.
	default:
		b.pending = append(b.pending, pendingRelation{from, to, int32(index), rel.Kind, rel.Describes})
	}
}

// AddEdge notes an edge between two packages, by ordinal.
func (b *Builder) AddEdge(from, to int32, kind models.EdgeKind) {
	b.Doc.Edges = append(b.Doc.Edges, models.Edge{From: from, To: to, Kind: kind})
}
