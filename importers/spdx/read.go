package spdx

import (
	"errors"
	"io"

	"github.com/ospo-register/ospo/models"
)

// Read reads one SPDX 2.x document in any notation, gzip-compressed or not, and hands its packages to each in the order of
// the document. Every package is a fresh value that the caller may keep; what each returns ends the reading and is returned.
//
// The document says what was read and what was wrong with it. It is nil exactly when the error is not: a models.Error of kind
// Invalid (code "not-an-sbom", "empty", "broken-off" or CodeOtherFormat) or TooLarge (code "sbom-too-…") when the document is refused, else a failure of r
// or of each. Packages may have been handed over before a refusal: the caller discards them.
func Read(r io.Reader, lim Limits, each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	source := &watchedSource{src: r}
	doc, err := readSource(source, lim.orDefault(), each)
	if source.failed != nil {
		return nil, source.failed
	}
	if err == nil && doc.Packages == 0 && doc.Files == 0 {
		for _, f := range doc.Findings {
			if f.Rule == "broken-off" {
				return nil, models.Refuse(models.Invalid, "broken-off", "Nothing of the document could be read. "+f.Message+" Transfer it again, or correct the syntax there.")
			}
		}
	}
	return doc, err
}

func readSource(r io.Reader, lim Limits, each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	notes := newFindings()
	in, err := open(r, lim, notes)
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadableStart(err)
	}
	format, err := sniff(head)
	if err != nil {
		return nil, err
	}
	b := newBuilder(lim, notes, each)
	b.doc.Format = format
	switch format {
	case models.SPDXJSON:
		return readJSON(in, b, false)
	case models.SPDXTagValue:
		return readTagValue(in, b)
	case models.SPDXYAML:
		return readYAML(in, b)
	case models.SPDXRDF:
		return readRDF(in, b)
	default:
		return readXML(in, b)
	}
}
