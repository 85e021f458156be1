package sbom

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// AddRelation notes a relationship between two ids, as numbered by the id table.
func (b *Builder) AddRelation(from, to int32, rel Relation, index int) {
	b.Doc.Relations++
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

// noteRefs remembers which licence texts an expression refers to. (Those in other documents, DocumentRef-x:LicenseRef-y, are not looked for.)
func (b *Builder) noteRefs(expression string) {
	const prefix, most = "LicenseRef-", 10_000
	for {
		before, rest, found := strings.Cut(expression, prefix)
		if !found || len(b.refs) >= most {
			return
		}
		end := strings.IndexFunc(rest, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-'
		})
		if end < 0 {
			end = len(rest)
		}
		if !strings.HasSuffix(before, ":") && !b.refs[prefix+rest[:end]] {
			b.refs[prefix+rest[:end]] = true
		}
		expression = rest[end:]
	}
}

// AddExtract keeps a licence text that the document brings along.
func (b *Builder) AddExtract(x models.Extract, pointer string) {
	switch {
	case x.Ref == "":
		b.Notes.Add("incomplete-licence-text", pointer, "A licence text has no id; it was passed over.")
		return
	case b.extracts[x.Ref]:
		b.Notes.Add("duplicate-licence-text", pointer, "There is already a licence text %s; the first was kept.", Quote(x.Ref))
		return
	case b.textBytes+len(x.Text) > b.Limits.TextBytes:
		b.Notes.Add("licence-text-left-out", pointer, "With the text of %s all licence texts are larger than %s; it was left out.", Quote(x.Ref), Size(int64(b.Limits.TextBytes)))
		x.Text = ""
	case strings.TrimSpace(x.Text) == "":
		b.Notes.Add("incomplete-licence-text", pointer, "%s has no text.", Quote(x.Ref))
	}
	if x.Name == "NOASSERTION" {
		x.Name = ""
	}
	b.textBytes += len(x.Text)
	b.extracts[x.Ref] = true
	b.Doc.Extracted = append(b.Doc.Extracted, x)
}
