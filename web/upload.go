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
	f := newForm()
	got, err := s.deliver(c, f, func(*form) (models.Target, error) { return models.Target{ReleaseID: id}, nil })
	if err != nil {
		if !f.refused(err) {
			return err
		}
		f.pointTo("file")
		return s.showRelease(c, f)
	}
	return c.delivered(got)
}

// delivered leads on from a document that was taken: to what was read of it, or to the page that says how far it is.
func (c *page) delivered(got *register.Delivered) error {
	switch {
	case got.Delivery != nil:
		return c.done(deliveryPath(got.Delivery.ID), "The document has arrived and is kept.")
	case got.Receipt.Again:
		return c.done(receivedPath(got.Receipt.SBOM.ReleaseID, got.Receipt.SBOM.ID), "This document was there already. Nothing was changed.")
	}
	return c.done(receivedPath(got.Receipt.SBOM.ReleaseID, got.Receipt.SBOM.ID), "The document is read and kept.")
}

// deliver hands the document of a form in, for the release that the answers before it say. The answers are put into f.
func (s *site) deliver(c *page, f *form, target func(*form) (models.Target, error)) (got *register.Delivered, err error) {
	err = s.sent(c, f, s.MaxBody, func(filename string, body io.Reader) error {
		t, err := target(f)
		if err != nil {
			return err
		}
		got, err = s.Register.Deliver(c.ctx(), c.viewer, register.Handover{Door: models.DoorPage, Target: t, Filename: filename}, body, register.Limits{Bytes: s.MaxBody})
		return err
	})
	return got, err
}

// maxAnswer bounds one answer of a form that has a file, in bytes.
const maxAnswer = 4 << 10

// sent reads a form that has a file as its last field: the answers into f, then the file as it arrives.
func (s *site) sent(c *page, f *form, most int64, take func(filename string, body io.Reader) error) error {
	r := c.request()
	r.Body = http.MaxBytesReader(c.g.Writer, r.Body, most+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return noFile()
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return noFile()
		case err != nil:
			return broken(err, most)
		case part.FormName() == "file" && part.FileName() != "":
			return take(part.FileName(), limited{part, most})
		case part.FormName() == "file":
			continue
		}
		answer, err := io.ReadAll(io.LimitReader(limited{part, most}, maxAnswer))
		if err != nil {
			return err
		}
		f.Values.Add(part.FormName(), string(answer))
	}
}

func noFile() error {
	return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "No document was sent.",
		Fields: []models.FieldError{{Field: "file", Code: "required", Detail: "Choose the SBOM file on your computer."}}}
}

// limited says in words that the body was larger than is taken.
type limited struct {
	part *multipart.Part
	most int64
}

func (l limited) Read(b []byte) (int, error) {
	n, err := l.part.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken(err, l.most)
	}
	return n, err
}

func broken(err error, most int64) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Refuse(models.TooLarge, "sbom-too-large", "The document is larger than "+fileSize(most)+". Send one document per product, or ask the operator to raise the limit.")
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
