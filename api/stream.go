package api

import (
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Stream is a body that is read as it arrives.
type Stream struct {
	Type     string `header:"Content-Type" hidden:"true"`
	Encoding string `header:"Content-Encoding" hidden:"true"`
	body     io.Reader
}

// Resolve takes hold of the body, which huma would hold in memory.
func (s *Stream) Resolve(ctx huma.Context) []error {
	s.body = ctx.BodyReader()
	return nil
}

// plain refuses a body that is wrapped up in something else.
func (s *Stream) plain() error {
	if strings.HasPrefix(s.Type, "multipart/") {
		return newProblem(http.StatusUnsupportedMediaType, "form-sent", "Send the file itself as the body, not a form: curl --data-binary @file.")
	}
	if s.Encoding != "" && s.Encoding != "identity" {
		return newProblem(http.StatusUnsupportedMediaType, "encoding-unknown", "Send the file uncompressed.")
	}
	return nil
}
