package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Problem is every answer that is not a success (RFC 9457).
type Problem struct {
	Type      string    `json:"type" doc:"Always about:blank: the status says what sort of problem it is, the code which one" example:"about:blank"`
	Title     string    `json:"title" doc:"The status in words" example:"Bad Request"`
	Status    int       `json:"status" doc:"The HTTP status" example:"400"`
	Detail    string    `json:"detail" doc:"What happened and what to do, for people" example:"Some of what was sent cannot be accepted. Correct the fields named and send it again."`
	Code      string    `json:"code" doc:"Which problem it is, for programs; it does not change" example:"invalid-input"`
	Errors    []Mistake `json:"errors,omitempty" doc:"Every mistake in what was sent"`
	Existing  string    `json:"existing,omitempty" doc:"Of a conflict with something that is there already: where it is" example:"/v1/repositories/12"`
	RequestID string    `json:"requestId,omitempty" doc:"Of problems on our side: the number to give the operator"`

	headers http.Header
}

// Mistake is one thing that is wrong with the input.
type Mistake struct {
	Field  string `json:"field" doc:"The query key or the field of the body" example:"urls[0].kind"`
	Code   string `json:"code" doc:"What is wrong, for programs" example:"unknown-value"`
	Detail string `json:"detail" doc:"What to do, for people" example:"Use one of: repository, home."`
}

func newProblem(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// Error is the sentence for people.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders gives huma the headers that belong to the problem.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (p *Problem) with(header, value string) *Problem {
	if p.headers == nil {
		p.headers = http.Header{}
	}
	p.headers.Set(header, value)
	return p
}

// statuses says which status each kind of refusal has.
func statuses(k models.ErrorKind) int {
	switch k {
	case models.NotFound:
		return http.StatusNotFound
	case models.Invalid:
		return http.StatusBadRequest
	case models.Conflict:
		return http.StatusConflict
	case models.Forbidden:
		return http.StatusForbidden
	case models.Unauthenticated:
		return http.StatusUnauthorized
	case models.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// problem turns an error into its answer. What is not a refusal of ours is logged and answered with nothing but the
// request's id.
func (a *api) problem(ctx context.Context, err error) huma.StatusError {
	var done huma.StatusError
	if errors.As(err, &done) {
		return done
	}
	var e *models.Error
	id := register.Request(ctx)
	switch {
	case errors.As(err, &e):
		return refusal(e)
	case store.IsTimeout(err):
		a.Log.Warn("a question took too long", "request", id, "error", err)
		return newProblem(http.StatusServiceUnavailable, "took-too-long", "The question took too long to answer. Narrow it, for example by an agency or a name, or try again later.").with("Retry-After", "30")
	case store.IsUnavailable(err):
		a.Log.Error("the database is not available", "request", id, "error", err)
		return newProblem(http.StatusServiceUnavailable, "unavailable", "The register cannot reach its database at the moment. Try again in a minute.").with("Retry-After", "60")
	case ctx.Err() != nil:
		return newProblem(http.StatusServiceUnavailable, "broken-off", "The request was broken off.")
	}
	a.Log.Error("a request failed", "request", id, "error", err)
	return ours(id)
}

// ours is the problem of a fault on our side.
func ours(id string) *Problem {
	p := newProblem(http.StatusInternalServerError, "internal", "Something went wrong on our side. Please tell the operator of the register the number in requestId.")
	p.RequestID = id
	return p
}

func refusal(e *models.Error) *Problem {
	status := statuses(e.Kind)
	switch e.Code {
	case "changed-meanwhile":
		status = http.StatusPreconditionFailed
	case codeTooSlow:
		status = http.StatusRequestTimeout
	}
	if e.RetryAfter > 0 {
		status = http.StatusTooManyRequests
	}
	p := newProblem(status, e.Code, e.Detail)
	if e.RetryAfter > 0 {
		p = p.with("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	}
	if e.Existing != "" {
		p.Existing = prefix + e.Existing
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, Mistake(f))
	}
	if status == http.StatusUnauthorized {
		p = p.with("WWW-Authenticate", `Bearer realm="ospo"`)
	}
	return p
}

func invalid(fields []models.FieldError) *models.Error {
	var m models.Mistakes
	for _, f := range fields {
		m.Add(f.Field, f.Code, f.Detail)
	}
	e := &models.Error{}
	errors.As(m.Err(), &e)
	return e
}

// write answers with a problem outside of huma, and ends the request.
func (a *api) write(c *gin.Context, err huma.StatusError) {
	c.Abort()
	if c.Writer.Written() {
		return
	}
	var h huma.HeadersError
	if errors.As(err, &h) {
		for k, values := range h.GetHeaders() {
			c.Writer.Header()[k] = values
		}
	}
	b, failed := json.Marshal(err)
	if failed != nil {
		a.Log.Error("writing a problem", "error", failed)
	}
	c.Data(err.GetStatus(), "application/problem+json", b)
}

// transform makes a Problem of what huma itself has to say.
func (a *api) transform(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	x := at(ctx.Context())
	p := a.fromHuma(ctx.Context(), x, m)
	x.status = p.Status
	return p, nil
}

func (a *api) fromHuma(ctx context.Context, x *exchange, m *huma.ErrorModel) *Problem {
	switch {
	case m.Status == http.StatusRequestEntityTooLarge:
		return newProblem(m.Status, "body-too-large", "The body is larger than 1 MB. Send less at once.")
	case m.Status == http.StatusRequestTimeout:
		return newProblem(m.Status, codeTooSlow, "The body did not arrive in time. Send it again.")
	case m.Detail == "request body is required":
		return newProblem(http.StatusBadRequest, "body-missing", "This needs a body of JSON.")
	case m.Detail == "cannot read request body":
		return newProblem(http.StatusBadRequest, "body-broken-off", "The body did not arrive whole. Send it again.")
	case m.Status >= http.StatusInternalServerError:
		a.Log.Error("a request failed", "request", register.Request(ctx), "error", m.Detail)
		return ours(register.Request(ctx))
	}
	fields := x.mistakes
	for _, e := range m.Errors {
		if strings.HasPrefix(e.Message, huma.ErrUnknownContentType.Error()) {
			return newProblem(http.StatusUnsupportedMediaType, "not-json", "Send the body as application/json, or a PATCH as application/merge-patch+json.")
		}
		fields = append(fields, mistakeOf(e))
	}
	return refusal(invalid(fields))
}
