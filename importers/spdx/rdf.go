package spdx

import (
	"bytes"

	"github.com/ospo-register/ospo/models"
)

// readRDF lets the library read the document, and salvages what the library refuses or reads in part.
func readRDF(in *input, b *builder) (*models.SBOMDocument, error) {
	data, err := in.all(b.lim.MarkupBytes)
	if err != nil {
		return nil, err
	}
	g, err := b.readGraph(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	doc, err := libraryRead(models.SPDXRDF, data)
	switch stated := len(g.ofKind("Package")); {
	case err != nil:
		b.notes.add("library-refused", "", "The conformance library could not read the document (%s); our own reader did.", quote(err.Error()))
		err = g.fill(b)
	case len(doc.Packages) != stated:
		b.notes.add("library-refused", "", "The conformance library read %d of %d packages; our own reader read the document.", len(doc.Packages), stated)
		err = g.fill(b)
	default:
		err = b.fromLibrary(doc, g.document().text("specVersion"), g.lines())
	}
	if err != nil {
		return nil, err
	}
	return b.finish(func(line int) string { return linePlace(line).of("") }), nil
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
