package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// receiveSBOM takes the document that a form of the release page sends. The file is handed on as it arrives.
func (s *site) receiveSBOM(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	receipt, err := s.receive(c, id)
	if err != nil {
		f := newForm()
		if !f.refused(err) {
			return err
		}
		f.pointTo("file")
		return s.showRelease(c, f)
	}
	message := "The document is read and kept."
	if receipt.Again {
		message = "This document was there already. Nothing was changed."
	}
	return c.done(receivedPath(id, receipt.SBOM.ID), message)
}

func (s *site) receive(c *page, release int64) (*register.Receipt, error) {
	r := c.request()
	r.Body = http.MaxBytesReader(c.g.Writer, r.Body, s.MaxBody+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, noFile()
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, noFile()
		case err != nil:
			return nil, s.broken(err)
		case part.FormName() != "file" || part.FileName() == "":
			continue
		}
		receipt, err := s.Register.ReceiveSBOM(c.ctx(), c.viewer, release, part.FileName(), limited{part, s}, register.Limits{Bytes: s.MaxBody})
		return receipt, err
	}
}

func noFile() error {
	return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "No document was sent.",
		Fields: []models.FieldError{{Field: "file", Code: "required", Detail: "Choose the SBOM file on your computer."}}}
}

// limited says in words that the body was larger than the server takes.
type limited struct {
	part *multipart.Part
	site *site
}

func (l limited) Read(b []byte) (int, error) {
	n, err := l.part.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = l.site.broken(err)
	}
	return n, err
}

func (s *site) broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Refuse(models.TooLarge, "sbom-too-large", "The document is larger than "+fileSize(s.MaxBody)+". Send one document per product, or ask the operator to raise the limit.")
	}
	return models.Refuse(models.Invalid, "body-broken-off", "The document did not arrive whole. Send it again.")
}

// receivedPage says what was read of a document, and what was not.
type receivedPage struct {
	*releaseHead
	SBOM   *store.SBOMRow
	Digest string
	Lost   int // findings that say something was left out or is doubtful
}

func (s *site) receivedSBOM(c *page) error {
	h, err := c.openRelease("")
	if err != nil {
		return err
	}
	id, err := c.id("sbom")
	if err != nil {
		return err
	}
	doc, err := s.Store.SBOM(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if doc.ReleaseID != h.Release.ID {
		return models.NoSuch("sbom")
	}
	p := receivedPage{releaseHead: h, SBOM: doc, Digest: hexText(doc.SHA256)}
	for _, f := range doc.Findings {
		if f.Severity != models.Note {
			p.Lost++
		}
	}
	v := h.view("sbom-received", p)
	v.Title, v.Crumbs = "What was read of "+orElse(doc.Filename, "the document"), h.crumbs(crumb{Name: "What was read"})
	return c.show(v)
}
