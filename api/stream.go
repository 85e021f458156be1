package api

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/models"
)

// Stream is a body that is read as it arrives.
type Stream struct {
	Type     string `header:"Content-Type" hidden:"true"`
	Encoding string `header:"Content-Encoding" hidden:"true"`
	body     io.Reader
	writer   http.ResponseWriter
	within   time.Duration // in which all of it must have come; 0: however long it takes at a fair pace
}

// Resolve takes hold of the body, which huma would hold in memory.
func (s *Stream) Resolve(ctx huma.Context) []error {
	s.body, s.writer = ctx.BodyReader(), humagin.Unwrap(ctx).Writer
	return nil
}

// plain refuses a body that is a form instead of a file, and one that came compressed.
func (s *Stream) plain() error {
	if strings.HasPrefix(s.Type, "multipart/") {
		return newProblem(http.StatusUnsupportedMediaType, "form-sent", "Send the file itself as the body, not a form: curl --data-binary @file.")
	}
	if s.Encoding != "" && s.Encoding != "identity" {
		return newProblem(http.StatusUnsupportedMediaType, "encoding-unknown", "Send the file uncompressed.")
	}
	return nil
}

// document gives the file that a request carries: it must come at a fair pace, and a Content-Encoding is undone, since that
// is how it travels and not what it is (RFC 9110, 8.4). A file that is itself compressed stays as it is, and so does one that came
// as xz, which no registered coding is: the readers of documents unpack it within their own limits. The caller closes it.
func (a *api) document(s *Stream) (io.ReadCloser, error) {
	if strings.HasPrefix(s.Type, "multipart/") {
		return nil, newProblem(http.StatusUnsupportedMediaType, "form-sent", "Send the file itself as the body, not a form: curl --data-binary @file.")
	}
	paced := a.paced(s.writer, s.body)
	if s.within > 0 {
		paced.last = time.Now().Add(s.within)
	}
	if strings.EqualFold(strings.TrimSpace(s.Encoding), "xz") {
		return &unwrapped{src: paced, open: openXZ}, nil
	}
	return unwrap(paced, s.Encoding)
}

// openXZ passes on what is packed with xz, and nothing else.
func openXZ(r io.Reader) (io.ReadCloser, error) {
	const mark = "\xfd7zXZ\x00"
	packed := bufio.NewReader(r)
	head, err := packed.Peek(len(mark))
	switch {
	case len(head) > 0 && !strings.HasPrefix(mark, string(head)), len(head) > 0 && errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	}
	return io.NopCloser(packed), nil
}

// unwrap undoes a Content-Encoding.
func unwrap(body io.Reader, encoding string) (io.ReadCloser, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return io.NopCloser(body), nil
	case "gzip", "x-gzip":
		return &unwrapped{src: body, open: func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }}, nil
	case "zstd":
		return &unwrapped{src: body, open: func(r io.Reader) (io.ReadCloser, error) {
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow))
			if err != nil {
				return nil, err
			}
			return z.IOReadCloser(), nil
		}}, nil
	}
	return nil, newProblem(http.StatusUnsupportedMediaType, "encoding-unknown", "Send the body as it is, or with Content-Encoding gzip or zstd. A document that is the whole body may come with xz too.")
}

// mostWindow bounds the memory that a compressed body may ask for (RFC 8878, 3.1.1.1.2, recommends to support 8 MB).
const mostWindow = 8 << 20

// unwrapped reads what was compressed for the way. It opens late, so that who may not send is refused first.
type unwrapped struct {
	src  io.Reader
	open func(io.Reader) (io.ReadCloser, error)
	in   io.ReadCloser
}

func (u *unwrapped) Read(p []byte) (int, error) {
	if u.in == nil {
		in, err := u.open(u.src)
		if err != nil {
			return 0, broken(err)
		}
		u.in = in
	}
	n, err := u.in.Read(p)
	return n, broken(err)
}

func (u *unwrapped) Close() error {
	if u.in == nil {
		return nil
	}
	return u.in.Close()
}

// broken says that compressed bytes cannot be read, and passes on what is already a refusal.
func broken(err error) error {
	var ours *models.Error
	if err == nil || err == io.EOF || errors.As(err, &ours) { //nolint:errorlint // a reader's end is io.EOF itself
		return err
	}
	return models.Refuse(models.Invalid, "encoding-broken", "The body is not compressed as Content-Encoding says, or did not arrive whole. Send it again.")
}

// pace is what a body must bring in each turn; a sender that is slower holds a connection for nothing.
const pace = 32 << 10

// paced reads the body of a request that must come at a fair pace: at least pace bytes in every turn (Deps.Patience).
func (a *api) paced(w http.ResponseWriter, body io.Reader) *pacedReader {
	turn := a.Patience
	if turn <= 0 {
		turn = 30 * time.Second
	}
	return &pacedReader{src: body, control: http.NewResponseController(w), turn: turn}
}

type pacedReader struct {
	src     io.Reader
	control *http.ResponseController
	turn    time.Duration
	left    int       // bytes that this turn must still bring
	last    time.Time // when all must have come, unless it is zero
}

func (r *pacedReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		r.left = pace
		end := time.Now().Add(r.turn)
		if !r.last.IsZero() && r.last.Before(end) {
			end = r.last
		}
		_ = r.control.SetReadDeadline(end) // where it is not supported there is no connection to guard
	}
	n, err := r.src.Read(p)
	r.left -= n
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, models.Refuse(models.Invalid, codeTooSlow, "The body came too slowly and was broken off. Send it again over a better connection, or compressed with Content-Encoding: gzip.")
	case err != nil:
		_ = r.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// codeTooSlow marks a refusal that is answered as 408.
const codeTooSlow = "body-too-slow"
