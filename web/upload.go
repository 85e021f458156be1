package web

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"time"

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
	err = s.sent(c, f, s.MaxBody, 0, func(filename string, body io.Reader) error {
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

// sent reads a form that has a file as its last field: the answers into f, then the file as it arrives. It must come at a fair
// pace, and whole within a time, where that is not 0.
func (s *site) sent(c *page, f *form, most int64, within time.Duration, take func(filename string, body io.Reader) error) error {
	r := c.request()
	paced := s.paced(c.g.Writer, r.Body, within)
	defer paced.release()
	r.Body = http.MaxBytesReader(c.g.Writer, paced, most+maxForm)
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

// pace is what a body must bring in each turn; a sender that is slower holds a connection for nothing.
const pace = 32 << 10

// pacedBody is a body that must bring at least pace bytes in every turn (Deps.Patience), and end in time.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	turn    time.Duration
	left    int       // bytes that this turn must still bring
	last    time.Time // when all must have come, unless it is zero
}

func (s *site) paced(w http.ResponseWriter, body io.ReadCloser, within time.Duration) *pacedBody {
	p := &pacedBody{ReadCloser: body, control: http.NewResponseController(w), turn: cmp.Or(s.Patience, 30*time.Second)}
	if within > 0 {
		p.last = time.Now().Add(within)
	}
	return p
}

func (p *pacedBody) Read(b []byte) (int, error) {
	if p.left <= 0 {
		p.left = pace
		end := time.Now().Add(p.turn)
		if !p.last.IsZero() && p.last.Before(end) {
			end = p.last
		}
		_ = p.control.SetReadDeadline(end) // where it is not supported there is no connection to guard
	}
	n, err := p.ReadCloser.Read(b)
	p.left -= n
	return n, err
}

// release lets the connection be used for the next request.
func (p *pacedBody) release() { _ = p.control.SetReadDeadline(time.Time{}) }

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
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return models.Refuse(models.Invalid, "body-too-slow", "The document came too slowly and was broken off. Send it again over a better connection, or compressed with gzip.")
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
