package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// maxJSON bounds a JSON body, in bytes.
const maxJSON = 1 << 20

// idempotencyKey documents the header that once reads.
func idempotencyKey() *huma.Param {
	most := 200
	return &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		Description: "A text of your choice, new for every thing you make. Sending the request again with the same key within a day gives the first answer and makes nothing new."}
}

// once makes a POST with an Idempotency-Key happen at most once: the answer to the first is kept and given again. Only
// successes are kept, since a refusal has changed nothing.
func (a *api) once(ctx huma.Context, next func(huma.Context)) {
	a.onceWith(ctx, next, func(c *gin.Context, digest io.Writer) (func(), error) {
		body, err := io.ReadAll(io.LimitReader(c.Request.Body, maxJSON+1))
		if err != nil {
			return nil, models.Refuse(models.Invalid, "body-broken-off", "The body did not arrive whole. Send it again.")
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		_, err = digest.Write(body)
		return func() {}, err
	})
}

// onceStreamed is once for a body that is a file of any size: it is not known to be another one before all of it is there, so it
// waits on disk.
func (a *api) onceStreamed(ctx huma.Context, next func(huma.Context)) {
	a.onceWith(ctx, next, func(c *gin.Context, digest io.Writer) (func(), error) {
		f, err := os.CreateTemp("", "ospo-body-*")
		if err != nil {
			return nil, fmt.Errorf("making room for a body: %w", err)
		}
		_ = os.Remove(f.Name()) // it lives while it is open: a program that is killed leaves nothing behind
		done := func() { _ = f.Close() }
		if err = a.spool(f, digest, a.paced(c.Writer, c.Request.Body)); err != nil {
			done()
			return nil, err
		}
		c.Request.Body = io.NopCloser(f)
		return done, nil
	})
}

// spool puts a body on disk, and goes back to its beginning.
func (a *api) spool(f *os.File, digest io.Writer, body io.Reader) error {
	most := cmp.Or(a.MaxBody, register.MaxDocument)
	n, err := io.Copy(io.MultiWriter(f, digest), io.LimitReader(body, most+1))
	var ours *models.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &ours):
		return err
	case errors.As(err, &disk):
		return fmt.Errorf("keeping a body on disk: %w", err)
	case err != nil:
		return models.Refuse(models.Invalid, "body-broken-off", "The body did not arrive whole. Send it again.")
	case n > most:
		return models.Refuse(models.TooLarge, "sbom-too-large", fmt.Sprintf("The document is larger than %s. Send one document per product, or ask the operator to raise the limit.", sbom.Size(most)))
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// onceWith looks a request up by its key. hold takes the body in, so that it can be read once more, until it is let go of.
func (a *api) onceWith(ctx huma.Context, next func(huma.Context), hold func(c *gin.Context, digest io.Writer) (release func(), err error)) {
	key := ctx.Header("Idempotency-Key")
	v := viewer(ctx.Context())
	if key == "" || !v.SignedIn() {
		next(ctx)
		return
	}
	c := humagin.Unwrap(ctx)
	if len(key) > 200 {
		a.write(c, newProblem(http.StatusBadRequest, "key-too-long", "An Idempotency-Key has at most 200 characters."))
		return
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", c.Request.Method, c.Request.URL.RequestURI())
	release, err := hold(c, h)
	if err != nil {
		a.write(c, a.problem(ctx.Context(), err))
		return
	}
	defer release()
	actor, request := fmt.Sprintf("user %d", v.UserID), h.Sum(nil)
	replay, err := a.Store.ClaimKey(ctx.Context(), actor, key, request)
	if err != nil {
		a.write(c, a.problem(ctx.Context(), err))
		return
	}
	if replay != nil {
		a.replay(c, replay, request)
		return
	}
	a.keep(ctx, c, next, actor, key)
}

// replay gives the first answer again.
func (a *api) replay(c *gin.Context, r *store.Replay, request []byte) {
	switch {
	case !bytes.Equal(r.Request, request):
		a.write(c, newProblem(http.StatusConflict, "key-used", "This Idempotency-Key was used for another request. Choose a new one for every thing you make."))
	case r.Status == nil:
		a.write(c, newProblem(http.StatusConflict, "key-in-use", "The first request with this Idempotency-Key is still under way. Ask again in a moment.").with("Retry-After", "2"))
	default:
		for k, value := range r.Header {
			c.Header(k, value)
		}
		c.Header("Idempotency-Replayed", "true")
		c.Data(*r.Status, r.Header["Content-Type"], r.Body)
	}
}

// kept are the headers of an answer that are given again with it.
var kept = []string{"Content-Type", "Location", "Etag", "Preference-Applied"}

// keep answers the request and keeps the answer. Whatever happens, the key does not stay taken without one.
func (a *api) keep(ctx huma.Context, c *gin.Context, next func(huma.Context), actor, key string) {
	rec := &recorder{ResponseWriter: c.Writer}
	c.Writer = rec
	status, header := 0, map[string]string{}
	defer func() {
		c.Writer = rec.ResponseWriter
		lasting := context.WithoutCancel(ctx.Context()) // the client may be gone; what was done stays done
		if err := a.Store.KeepAnswer(lasting, actor, key, status, header, rec.body.Bytes()); err != nil {
			a.Log.Error("keeping an answer", "error", err)
		}
	}()
	next(ctx)
	if s := c.Writer.Status(); s >= 200 && s < 300 {
		status = s
		for _, k := range kept {
			if value := c.Writer.Header().Get(k); value != "" {
				header[k] = value
			}
		}
	}
}

// recorder keeps what is written.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

func (r *recorder) WriteString(s string) (int, error) {
	r.body.WriteString(s)
	return r.ResponseWriter.WriteString(s)
}
