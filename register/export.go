package register

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/ospo-register/ospo/exporters/cyclonedx"
	exported "github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/exporters/spdx"
	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// ExportFormat is a format that documents are written in for others, as in the URL.
type ExportFormat string

// The formats of an export.
const (
	ExportSPDX      ExportFormat = "spdx-2.3"
	ExportCycloneDX ExportFormat = "cyclonedx-1.6"
)

// ExportFormats lists them in the order of a page.
var ExportFormats = []ExportFormat{ExportSPDX, ExportCycloneDX}

const (
	mostWriters = 2 // documents written at once: each takes a processor, and disk

	// MaxExportPackages bounds the packages of one document that is written in another form: it is held in memory.
	MaxExportPackages = 200_000
	// MaxExportEdges bounds the relationships of one document that is written in another form.
	MaxExportEdges = 2_000_000
	// MaxExportReleases bounds the releases of a portfolio, whose names are held in memory.
	MaxExportReleases = 200_000
	// MaxExportLinkBytes bounds what the relationships of a portfolio take on disk while it is written, about six bytes each
	// for every document that says them.
	MaxExportLinkBytes = 4 << 30
)

// Export is a document written for others. It is on disk, so that a slow taker keeps nobody else waiting. Whoever asked
// for it reads it to its end and closes it.
type Export struct {
	Filename  string
	MediaType string
	Size      int64 // bytes
	Packages  int
	file      *os.File
}

// Read reads on.
func (e *Export) Read(b []byte) (int, error) { return e.file.Read(b) }

// Seek goes elsewhere in it, for requests for a range.
func (e *Export) Seek(offset int64, whence int) (int64, error) { return e.file.Seek(offset, whence) }

// Close lets go of it.
func (e *Export) Close() error { return e.file.Close() }

// ExportSBOM writes a document in another form: the packages, relationships and licences of the original, read once more,
// with each licence in canonical form. The same document gives the same bytes every time.
//
// It is not found where the viewer may not see the asset, in conflict (code "sbom-reduced") where a retention rule let the
// content go, and too large (code "export-too-large") beyond MaxExportPackages or MaxExportEdges.
func (r *Register) ExportSBOM(ctx context.Context, v models.Viewer, id int64, format ExportFormat) (*Export, error) {
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	s, err := r.store.SBOM(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if err := whole(s); err != nil {
		return nil, err
	}
	if s.Packages > MaxExportPackages {
		return nil, tooLargeDocument()
	}
	done, err := r.writing(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	doc, err := r.reread(ctx, s)
	if err != nil {
		return nil, err
	}
	doc.Namespace = exportID("sbom", fmt.Sprintf("%x", s.SHA256), string(format))
	if doc.IssuedAt == nil {
		doc.IssuedAt = &s.ReceivedAt
	}
	if doc.Name == "" {
		doc.Name = s.Asset + " " + s.Release
	}
	doc.Comment = joinLines(doc.Comment, fmt.Sprintf("Written by the register from the %s document with SHA-256 %x, received %s.", s.Format, s.SHA256, s.ReceivedAt.UTC().Format("2006-01-02")))
	return writeExport(wholeFor(doc, format), format, s.Asset+" "+s.Release)
}

// whole refuses documents of which only the header is kept.
func whole(s *store.SBOMRow) error {
	if s.ReducedAt == nil {
		return nil
	}
	return models.Refuse(models.Conflict, "sbom-reduced", "Packages and original of the document for "+s.Asset+" "+s.Release+" were let go on "+s.ReducedAt.UTC().Format("2006-01-02")+" by a retention rule; only its summary is kept. Ask its sender for the file.")
}

func checkFormat(format ExportFormat) error {
	if slices.Contains(ExportFormats, format) {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The register does not write this format.",
		Fields: []models.FieldError{{Field: "format", Code: "unknown-value", Detail: "Choose spdx-2.3 or cyclonedx-1.6."}}}
}

func tooLargeExport() error {
	return models.Refuse(models.TooLarge, "export-too-large", fmt.Sprintf("This would be more than %d releases in one document, or more relationships than the register has room for. Export single assets or releases, or an agency further down.", MaxExportReleases))
}

func tooLargeDocument() error {
	return models.Refuse(models.TooLarge, "export-too-large", fmt.Sprintf("The document has more than %d packages or %d relationships; the register writes only smaller ones in another form. The original is served at any size.", MaxExportPackages, MaxExportEdges))
}

// writing waits until one more document may be written; done makes room for the next.
func (r *Register) writing(ctx context.Context) (done func(), err error) {
	select {
	case r.writers <- struct{}{}:
		return func() { <-r.writers }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// reread reads the original of a document whole.
func (r *Register) reread(ctx context.Context, s *store.SBOMRow) (*models.WholeSBOM, error) {
	body, err := r.store.Original(ctx, s.OriginalID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // read to its end, or the error says why not
	doc := &models.WholeSBOM{List: make([]models.SBOMPackage, 0, s.Packages)}
	read, err := importers.Read(body, Limits{Relationships: 5 * MaxExportEdges}, doc.Add)
	if err != nil {
		return nil, fmt.Errorf("reading the original of document %d once more: %w", s.ID, err)
	}
	doc.SBOMDocument = *read
	if len(doc.List) > MaxExportPackages || len(doc.Edges) > MaxExportEdges {
		return nil, tooLargeDocument()
	}
	return doc, nil
}

// exportID is a URI that no other export has, and that the same one has every time.
func exportID(of ...string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("ospo-register export\x00"+strings.Join(of, "\x00"))).URN()
}

func joinLines(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// wholeFor gives a document that is held to the writer of a format.
func wholeFor(doc *models.WholeSBOM, format ExportFormat) *exported.Document {
	if format == ExportCycloneDX {
		return cyclonedx.Whole(doc)
	}
	return spdx.Whole(doc)
}

// writeExport writes a document to disk.
func writeExport(doc *exported.Document, format ExportFormat, title string) (*Export, error) {
	f, err := temporary()
	if err != nil {
		return nil, err
	}
	e := &Export{file: f, Packages: doc.Packages}
	switch format {
	case ExportCycloneDX:
		e.MediaType, e.Filename = cyclonedx.MediaType, slug(title)+".cdx.json"
		err = cyclonedx.WriteLong(f, doc)
	default:
		e.MediaType, e.Filename = spdx.MediaType, slug(title)+".spdx.json"
		err = spdx.WriteLong(f, doc)
	}
	if err == nil {
		if e.Size, err = f.Seek(0, io.SeekCurrent); err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("writing the export: %w", err)
	}
	return e, nil
}

// slug makes a file name of a title: ASCII letters, digits, dots and hyphens.
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)), r == '.' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 100 {
			break
		}
	}
	if name := strings.Trim(b.String(), "-."); name != "" {
		return name
	}
	return "sbom"
}
