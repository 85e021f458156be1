package spdx

import (
	"bytes"
	"strings"

	tools "github.com/spdx/tools-golang/spdx"

	"github.com/ospo-register/ospo/models"
)

// readRDF lets the library read the document, and salvages what the library refuses or reads in part.
func readRDF(in *input, b *builder) (*models.SBOMDocument, error) {
	data, err := in.all(b.lim.MarkupBytes, b.notes)
	if err != nil {
		return nil, err
	}
	g, err := b.readGraph(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	doc, err := libraryRead(models.SPDXRDF, data)
	switch {
	case err != nil:
		b.notes.add("library-refused", "", "The conformance library could not read the document (%s); our own reader did.", quote(err.Error()))
		err = g.fill(b)
	case !g.agrees(doc):
		b.notes.add("library-refused", "", "The conformance library did not read exactly the packages that the document names; our own reader read it.")
		err = g.fill(b)
	default:
		g.describe(b)
		err = b.fromLibrary(doc, g.document().text("specVersion"), g.lines())
	}
	if err != nil {
		return nil, err
	}
	return b.finish(func(line int) string { return linePlace(line).of("") }), nil
}

// agrees reports whether the library read every package once. It passes over packages that no relationship leads to, and reads others twice.
func (g *rdfGraph) agrees(doc *tools.Document) bool {
	stated := map[string]bool{}
	for _, n := range g.ofKind("Package") {
		stated[strings.TrimPrefix(g.elementID(n.id, n), "SPDXRef-")] = true
	}
	if len(stated) != len(g.ofKind("Package")) || len(stated) != len(doc.Packages) {
		return false
	}
	for _, p := range doc.Packages {
		if p == nil || !stated[string(p.PackageSPDXIdentifier)] {
			return false
		}
		delete(stated, string(p.PackageSPDXIdentifier))
	}
	return true
}

// describe notes the packages under describesPackage, which the library does not tell from others.
func (g *rdfGraph) describe(b *builder) {
	for _, p := range g.document().all("describesPackage") {
		b.describe([]byte(g.elementID(p.ref, g.target(p))))
	}
}

// lines tells where each id is described first.
func (g *rdfGraph) lines() map[string]int {
	lines := make(map[string]int, len(g.nodes))
	for _, n := range g.nodes {
		if id := lastPart(n.id); lines[id] == 0 {
			lines[id] = n.line
		}
	}
	return lines
}
