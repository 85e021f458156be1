package spdx

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// finish judges the document as a whole once all of it has been read. relationAt makes a pointer of a relationship's index.
func (b *builder) finish(relationAt func(index int) string) *models.SBOMDocument {
	b.resolve(relationAt)
	b.findRoots()
	b.findTexts()
	b.judgeHeader()
	b.doc.Findings, b.doc.MoreFindings = b.notes.list, b.notes.more
	return b.doc
}

// resolve turns the relationships that had to wait into edges, or says why they lead nowhere.
func (b *builder) resolve(relationAt func(int) string) {
	for _, r := range b.pending {
		from, to := b.ids.class[r.from], b.ids.class[r.to]
		switch {
		case from == isUnknown || to == isUnknown:
			missing := r.to
			if from == isUnknown {
				missing = r.from
			}
			b.notes.add("dangling-relationship", relationAt(int(r.index)), "The relationship names %s, which is not in the document; it was left out.", quote(b.ids.name(missing)))
		case from == isDocument && r.describes:
			b.roots = append(b.roots, r.to)
		case r.from == r.to:
			b.notes.add("self-relationship", relationAt(int(r.index)), "The relationship leads from %s to itself; it was left out.", b.ids.name(r.from))
		case from >= 0 && to >= 0:
			b.addEdge(from, to, r.kind)
		case from == isExternal || to == isExternal:
			b.notes.add("external-element", relationAt(int(r.index)), "The relationship leads to an element of another document; it was counted, not followed.")
		}
	}
	b.pending = nil
}

// findRoots gives the packages that the document describes, else those at the top of others.
func (b *builder) findRoots() {
	seen := make(map[int32]bool, len(b.roots))
	described := false
	for _, id := range b.roots {
		class := b.ids.class[id]
		described = described || class == isFile || class >= 0
		if class >= 0 && !seen[class] {
			seen[class] = true
			b.doc.Roots = append(b.doc.Roots, class)
		}
		if class == isUnknown {
			b.notes.add("dangling-relationship", "", "The document describes %s, which is not in it.", b.ids.name(id))
		}
	}
	if described || b.doc.Packages == 0 {
		return
	}
	pointed, points := make([]bool, b.doc.Packages), make([]bool, b.doc.Packages)
	for _, e := range b.doc.Edges {
		pointed[e.To], points[e.From] = true, true
	}
	// A package that nothing is tied to is not the product: that it is somewhere in it is all the document says.
	for ordinal := range pointed {
		if !pointed[ordinal] && (points[ordinal] || b.doc.Packages == 1) {
			b.doc.Roots = append(b.doc.Roots, int32(ordinal))
		}
	}
	taken := "no package stands at the top of others, so the way to none is known."
	if n := len(b.doc.Roots); n > 0 {
		taken = fmt.Sprintf("%d of %d packages stand at the top of others and were taken.", n, b.doc.Packages)
	}
	b.notes.add("no-root", "", "The document does not say which package it describes; %s", taken)
}

// findTexts looks for the licence texts that packages refer to.
func (b *builder) findTexts() {
	for _, ref := range slices.Sorted(maps.Keys(b.refs)) {
		if !b.extracts[ref] {
			b.notes.add("missing-licence-text", "", "A package refers to %s, whose text is not in the document.", quote(ref))
		}
	}
}

// judgeHeader says what the document fails to state about itself.
func (b *builder) judgeHeader() {
	d := b.doc
	b.judgeVersion(d.SpecVersion)
	if d.Name == "" {
		b.notes.add("missing-document-name", "", "The document has no name.")
	}
	if d.Namespace == "" {
		b.notes.add("missing-namespace", "", "The document has no namespace.")
	}
	if !b.sawInfo {
		b.notes.add("missing-creation-info", "", "The document does not say who made it and when.")
	}
	if d.Packages == 0 {
		b.notes.add("no-packages", "", "The document has no packages; it names %d files.", d.Files)
	}
}

// judgeVersion knows the spellings in use: SPDX-2.2.1 and its like are the same format as SPDX-2.2.
func (b *builder) judgeVersion(stated string) {
	switch stated {
	case "SPDX-2.1", "SPDX-2.2", "SPDX-2.3":
		return
	case "":
		b.notes.add("missing-spdx-version", "", "The document does not say its SPDX version; it was read as SPDX 2.3.")
		return
	}
	number := strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(stated)), "SPDX"), "- V")
	for _, known := range []string{"2.1", "2.2", "2.3"} {
		if number == known || strings.HasPrefix(number, known+".") {
			b.notes.add("spdx-version-spelling", "", "The SPDX version %s was read as SPDX-%s.", quote(stated), known)
			return
		}
	}
	b.notes.add("spdx-version", "", "The SPDX version %s is none of SPDX-2.1, SPDX-2.2 and SPDX-2.3; the document was read as SPDX 2.3.", quote(stated))
}
