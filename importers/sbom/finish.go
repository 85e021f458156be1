package sbom

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Finish judges the document as a whole once all of it has been read. relationAt makes a pointer of a relationship's index.
func (b *Builder) Finish(relationAt func(index int) string) *models.SBOMDocument {
	b.resolve(relationAt)
	b.findRoots()
	b.findTexts()
	b.Notes.notKept()
	if b.Doc.Packages == 0 {
		b.Notes.Add(b.Words.NoPackages, "", "The document has no packages; it names %d files.", b.Doc.Files)
	}
	b.Doc.Findings, b.Doc.MoreFindings = b.Notes.list, b.Notes.more
	return b.Doc
}

// resolve turns the relationships that had to wait into edges, or says why they lead nowhere.
func (b *Builder) resolve(relationAt func(int) string) {
	for _, r := range b.pending {
		from, to := b.IDs.Class[r.from], b.IDs.Class[r.to]
		switch {
		case from == IsUnknown || to == IsUnknown:
			missing := r.to
			if from == IsUnknown {
				missing = r.from
			}
			b.Notes.Add("dangling-relationship", relationAt(int(r.index)), "The relationship names %s, which is not in the document; it was left out.", Quote(b.IDs.Name(missing)))
		case from == IsDocument && r.describes:
			b.Roots = append(b.Roots, r.to)
		case r.from == r.to:
			b.Notes.Add("self-relationship", relationAt(int(r.index)), "The relationship leads from %s to itself; it was left out.", b.IDs.Name(r.from))
		case from >= 0 && to >= 0:
			b.AddEdge(from, to, r.kind)
		case from == IsExternal || to == IsExternal:
			b.Notes.Add("external-element", relationAt(int(r.index)), "The relationship leads to an element of another document; it was counted, not followed.")
		}
	}
	b.pending = nil
}

// findRoots gives the packages that the document describes, by id or already by ordinal, else those at the top of others.
func (b *Builder) findRoots() {
	seen := make(map[int32]bool, len(b.Roots))
	described := len(b.Doc.Roots) > 0
	for _, ordinal := range b.Doc.Roots {
		seen[ordinal] = true
	}
	for _, id := range b.Roots {
		class := b.IDs.Class[id]
		described = described || class == IsFile || class >= 0
		if class >= 0 && !seen[class] {
			seen[class] = true
			b.Doc.Roots = append(b.Doc.Roots, class)
		}
		if class == IsUnknown {
			b.Notes.Add("dangling-relationship", "", "The document describes %s, which is not in it.", b.IDs.Name(id))
		}
	}
	if described || b.Doc.Packages == 0 {
		return
	}
	pointed, points := make([]bool, b.Doc.Packages), make([]bool, b.Doc.Packages)
	for _, e := range b.Doc.Edges {
		pointed[e.To], points[e.From] = true, true
	}
	// A package that nothing is tied to is not the product: that it is somewhere in it is all the document says.
	for ordinal := range pointed {
		if !pointed[ordinal] && (points[ordinal] || b.Doc.Packages == 1) {
			b.Doc.Roots = append(b.Doc.Roots, int32(ordinal))
		}
	}
	taken := "no package stands at the top of others, so the way to none is known."
	if n := len(b.Doc.Roots); n > 0 {
		taken = fmt.Sprintf("%d of %d packages stand at the top of others and were taken.", n, b.Doc.Packages)
	}
	b.Notes.Add(b.Words.NoRoot, "", "The document does not say which package it describes; %s", taken)
}

// findTexts looks for the licence texts that packages refer to.
func (b *Builder) findTexts() {
	for _, ref := range slices.Sorted(maps.Keys(b.refs)) {
		if !b.extracts[ref] {
			b.Notes.Add("missing-licence-text", "", "A package refers to %s, whose text is not in the document.", Quote(ref))
		}
	}
}
