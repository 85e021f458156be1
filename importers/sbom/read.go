package sbom

import (
	"errors"
	"fmt"
	"io"

	"github.com/ospo-register/ospo/models"
)

// Format is a notation and its reader.
type Format struct {
	Notation models.SBOMFormat
	Read     func(in *Input, b *Builder) (*models.SBOMDocument, error)
}

// Read opens one document, lets choose tell its format from the first bytes, at most Sniffed, and reads it: every package goes to
// each in the order of the document, as a fresh value that the caller may keep; what each returns ends the reading and is returned.
//
// The document says what was read and what was wrong with it. It is nil exactly when the error is not: a models.Error of kind
// Invalid (code "not-an-sbom", "empty", "broken-off" or CodeOtherFormat) or TooLarge (code "sbom-too-…") when the document is
// refused, else a failure of r or of each. Packages may have been handed over before a refusal: the caller discards them. A panic
// of a reader is such a failure too.
func Read(r io.Reader, lim Limits, choose func(head []byte) (Format, error), each func(*models.SBOMPackage) error) (doc *models.SBOMDocument, err error) {
	lim = lim.OrDefault()
	source := &watchedSource{src: r, deadline: lim.deadline()}
	defer func() {
		if caught := recover(); caught != nil {
			doc, err = nil, fmt.Errorf("reading an SBOM panicked: %v", caught)
		}
	}()
	doc, err = readSource(source, lim, choose, each)
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

func readSource(r io.Reader, lim Limits, choose func([]byte) (Format, error), each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	notes := NewFindings()
	in, err := open(r, lim, notes)
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadableStart(err)
	}
	format, err := choose(head)
	if err != nil {
		return nil, err
	}
	b := NewBuilder(lim, notes, each)
	b.Doc.Format = format.Notation
	return format.Read(in, b)
}
