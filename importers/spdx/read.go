package spdx

import (
	"io"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// Read reads one SPDX document of version 2 or 3 in any notation, packed or not; see sbom.Read for what it promises.
func Read(r io.Reader, lim sbom.Limits, each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	return sbom.Read(r, lim, Choose, each)
}

var readers = map[models.SBOMFormat]func(*sbom.Input, *builder) (*models.SBOMDocument, error){
	models.SPDXJSON:     func(in *sbom.Input, b *builder) (*models.SBOMDocument, error) { return readJSON(in, b, false) },
	models.SPDXTagValue: readTagValue,
	models.SPDXYAML:     readYAML,
	models.SPDXRDF:      readRDF,
	models.SPDXXML:      readXML,
	models.SPDX3JSONLD:  func(in *sbom.Input, b *builder) (*models.SBOMDocument, error) { return readJSONLD(in, b.Builder) },
}

// Choose tells the notation from the first bytes of a document. The error refuses what is none.
func Choose(head []byte) (sbom.Format, error) {
	notation, err := sniff(head)
	if err != nil {
		return sbom.Format{}, err
	}
	return sbom.Format{Notation: notation, Read: func(in *sbom.Input, b *sbom.Builder) (*models.SBOMDocument, error) {
		return readers[notation](in, newBuilder(b))
	}}, nil
}
