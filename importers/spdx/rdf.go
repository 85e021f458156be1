package spdx

import (
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// readRDF reads RDF/XML with a reader of our own. The library's parses in goroutines, where no recover reaches its panics, refuses
// most real documents, passes over packages and mangles every letter that is not ASCII; library_test.go has the particulars.
func readRDF(in *sbom.Input, b *builder) (*models.SBOMDocument, error) {
	if err := in.Limit(b.Limits.MarkupBytes); err != nil {
		return nil, err
	}
	g, err := b.readGraph(in)
	if err != nil {
		return nil, err
	}
	if err := g.fill(b); err != nil {
		return nil, err
	}
	return b.finish(func(line int) string { return linePlace(line).Of("") }), nil
}
