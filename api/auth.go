package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// exchange is one request under way: who asks, and what is wrong with the question before anybody has looked at it.
type exchange struct {
	inner
	viewer   models.Viewer
	url      url.URL
	mistakes []models.FieldError // query keys that nobody knows
	status   int                 // overrides the status huma has decided on; 0 does not
}

// inner gives the embedded field a name that is not that of a method.
type inner = huma.Context

type exchangeKey struct{}

// at gives the exchange that ctx belongs to.
func at(ctx context.Context) *exchange {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return &exchange{}
	}
	return x
}

func viewer(ctx context.Context) models.Viewer { return at(ctx).viewer }

// Unwrap gives huma the context it knows.
func (x *exchange) Unwrap() huma.Context { return x.inner }

// SetStatus says 400 where huma says 422 (NLGov ADR /core/error-handling/invalid-input).
func (x *exchange) SetStatus(code int) {
	if x.status != 0 {
		code = x.status
	}
	if code == http.StatusUnprocessableEntity {
		code = http.StatusBadRequest
	}
	x.inner.SetStatus(code)
}

func (x *exchange) refused() error {
	if len(x.mistakes) == 0 {
		return nil
	}
	return invalid(x.mistakes)
}

// frame surrounds every request to the engine. Those below /v1 get a request id, the headers that all answers have, and a
// problem where nobody answers or somebody panics.
func (a *api) frame(c *gin.Context) {
	if path := c.Request.URL.Path; path != prefix && !strings.HasPrefix(path, prefix+"/") {
		if c.FullPath() == "" && strings.HasPrefix(path, openCatalogPrefix+"/") {
			a.noCatalogPath(c)
			return
		}
		c.Next()
		return
	}
	id := register.Request(c.Request.Context())
	if id == "" {
		id = rand.Text()
		c.Header("X-Request-Id", id)
		c.Request = c.Request.WithContext(register.WithRequest(c.Request.Context(), id))
	}
	h := c.Writer.Header()
	h.Set("API-Version", apiVersion)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		h.Set("Cache-Control", "private, no-cache")
		h.Add("Vary", "Authorization, X-Api-Key, Cookie")
	}
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			a.Log.Error("panic", "request", id, "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
			a.write(c, ours(id))
		}
	}()
	if c.FullPath() == "" {
		a.write(c, missing(c))
		return
	}
	c.Next()
}

// missing is the problem of a path or method that does not exist.
func missing(c *gin.Context) *Problem {
	if c.Writer.Status() == http.StatusMethodNotAllowed {
		return newProblem(http.StatusMethodNotAllowed, "method-not-allowed", "This address does not answer "+c.Request.Method+". It answers "+c.Writer.Header().Get("Allow")+".")
	}
	if strings.HasSuffix(c.Request.URL.Path, "/") {
		return newProblem(http.StatusNotFound, "no-such-address", "There is nothing at this address. Addresses here do not end in a slash.")
	}
	return newProblem(http.StatusNotFound, "no-such-address", "There is nothing at this address. "+prefix+" lists where to start.")
}

// enter finds out who asks and which query keys nobody knows.
func (a *api) enter(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	x := &exchange{inner: ctx, url: *c.Request.URL}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), exchangeKey{}, x))
	var err error
	if x.viewer, err = a.identify(c.Request); err != nil {
		a.write(c, a.problem(c.Request.Context(), err))
		return
	}
	x.mistakes = unknownKeys(ctx.Operation(), c.Request.URL.RawQuery)
	a.conditional(c, x.viewer, func() { next(x) })
}

// identify gives the viewer of a request: by token, else by session, else the public.
func (a *api) identify(r *http.Request) (models.Viewer, error) {
	secret, err := token(r.Header)
	if err != nil {
		return models.Viewer{}, err
	}
	if secret != "" {
		return a.Store.TokenViewer(r.Context(), register.TokenHash(secret), time.Now().UTC())
	}
	if a.SessionViewer == nil {
		return models.Viewer{}, nil
	}
	return a.SessionViewer(r)
}

// token finds the API token in the headers, "" when there is none.
func token(h http.Header) (string, error) {
	given := h.Get("X-Api-Key")
	if auth := h.Get("Authorization"); auth != "" {
		scheme, value, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", models.Refuse(models.Unauthenticated, "wrong-scheme", "Send your API token as “Authorization: Bearer ospo_…”.")
		}
		given = strings.TrimSpace(value)
	} else if given == "" {
		return "", nil
	}
	if !strings.HasPrefix(given, register.TokenPrefix) {
		return "", models.Refuse(models.Unauthenticated, "token-invalid", "This is not an API token of this register: those begin with "+register.TokenPrefix+".")
	}
	return given, nil
}

// unknownKeys lists the query keys that the operation does not have, and those that are given twice.
func unknownKeys(op *huma.Operation, raw string) []models.FieldError {
	var known, many []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			known = append(known, p.Name)
			if p.Schema != nil && p.Schema.Type == huma.TypeArray {
				many = append(many, p.Name)
			}
		}
	}
	given, err := url.ParseQuery(raw)
	if err != nil {
		return []models.FieldError{{Field: "query", Code: "bad-format", Detail: "The part of the address after “?” cannot be read. Encode reserved characters with %."}}
	}
	var m []models.FieldError
	for key, values := range given {
		switch {
		case !slices.Contains(known, key):
			m = append(m, models.FieldError{Field: key, Code: "unknown-key", Detail: "This address has no such key. " + keySentence(known)})
		case len(values) > 1 && !slices.Contains(many, key):
			m = append(m, models.FieldError{Field: key, Code: "repeated", Detail: "Give this key once."})
		}
	}
	slices.SortFunc(m, func(a, b models.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return m
}

func keySentence(known []string) string {
	if len(known) == 0 {
		return "It takes none."
	}
	return fmt.Sprintf("It knows: %s.", strings.Join(known, ", "))
}

// signedIn refuses the public.
func signedIn(ctx context.Context, what string) error {
	if viewer(ctx).SignedIn() {
		return nil
	}
	return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to "+what+".")
}

// allowed refuses a viewer who may not do the action in the register as a whole: for reads that store gives to anybody.
func allowed(ctx context.Context, action models.Action, what string) error {
	if viewer(ctx).May(action, 0) {
		return nil
	}
	if err := signedIn(ctx, what); err != nil {
		return err
	}
	return models.Refuse(models.Forbidden, "not-allowed", "You may not "+what+". Ask an administrator of the register.")
}
