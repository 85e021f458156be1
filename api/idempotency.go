package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
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
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, maxJSON+1))
	if err != nil {
		a.write(c, newProblem(http.StatusBadRequest, "body-broken-off", "The body did not arrive whole. Send it again."))
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", c.Request.Method, c.Request.URL.RequestURI())
	h.Write(body)
	actor, request := fmt.Sprintf("user %d", v.UserID), h.Sum(nil)
	replay, err := a.Store.ClaimKey(ctx.Context(), actor, key, request)
	if err != nil {
		a.write(c, a.problem(ctx.Context(), err))
		return
	}
	if replay != nil {
		switch {
		case !bytes.Equal(replay.Request, request):
			a.write(c, newProblem(http.StatusConflict, "key-used", "This Idempotency-Key was used for another request. Choose a new one for every thing you make."))
		case replay.Status == nil:
			a.write(c, newProblem(http.StatusConflict, "key-in-use", "The first request with this Idempotency-Key is still under way. Ask again in a moment.").with("Retry-After", "2"))
		default:
			for k, value := range replay.Header {
				c.Header(k, value)
			}
			c.Header("Idempotency-Replayed", "true")
			c.Data(*replay.Status, replay.Header["Content-Type"], replay.Body)
		}
		return
	}
	a.keep(ctx, c, next, actor, key)
}

// kept are the headers of an answer that are given again with it.
var kept = []string{"Content-Type", "Location", "Etag"}

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
