package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

const (
	mirrorPrefix  = "/git"
	bundleName    = "repository.bundle"
	bundlesAtOnce = 2 // each packs a whole repository
)

// mirrors serves the copies that the register keeps of repositories, so that git clones and fetches them by their address: /git/17.git. They are not part of
// the API that is described: git has a protocol of its own (gitprotocol-http, "dumb").
func (a *api) mirrors() {
	m := &mirrors{api: a, bundling: make(chan struct{}, bundlesAtOnce)}
	a.engine.GET(mirrorPrefix+"/:copy/*file", m.serve)
	a.engine.HEAD(mirrorPrefix+"/:copy/*file", m.serve)
	a.engine.POST(mirrorPrefix+"/:copy/*file", m.readOnly) // what git sends when somebody pushes
}

type mirrors struct {
	*api
	bundling chan struct{}
}

func (m *mirrors) serve(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Authorization, X-Api-Key, Cookie")
	h.Set("No-Gzip-Compression", "1") // packs are compressed already
	if c.Query("service") == "git-receive-pack" {
		m.readOnly(c)
		return
	}
	id, ok := copyID(c.Param("copy"))
	v, err := m.who(c.Request)
	if err == nil && !ok {
		err = models.NoSuch("copy")
	}
	if err == nil && c.Param("file") == "/"+bundleName {
		err = m.bundle(c, v, id)
	} else if err == nil {
		var files http.Handler
		if files, err = m.Register.ServeMirror(c.Request.Context(), v, id); err == nil {
			http.StripPrefix(mirrorPrefix+"/"+c.Param("copy"), files).ServeHTTP(c.Writer, c.Request)
		}
	}
	if err != nil {
		m.refuse(c, err)
	}
}

// copyID reads “17.git”.
func copyID(name string) (int64, bool) {
	number, ok := strings.CutSuffix(name, ".git")
	id, err := strconv.ParseInt(number, 10, 64)
	return id, ok && err == nil && id > 0 && strconv.FormatInt(id, 10) == number
}

// who finds the viewer as everywhere. Besides that git may send the token as a password, which is the way its helpers keep one.
func (m *mirrors) who(r *http.Request) (models.Viewer, error) {
	if name, password, ok := r.BasicAuth(); ok {
		secret := password
		if strings.HasPrefix(name, register.TokenPrefix) {
			secret = name
		}
		if !strings.HasPrefix(secret, register.TokenPrefix) {
			return models.Viewer{}, models.Refuse(models.Unauthenticated, "token-invalid", "Give an API token of the register as the password: it begins with "+register.TokenPrefix+".")
		}
		return m.Store.TokenViewer(r.Context(), register.TokenHash(secret), time.Now().UTC())
	}
	return m.identify(r)
}

// bundle sends the whole copy as one file.
func (m *mirrors) bundle(c *gin.Context, v models.Viewer, id int64) error {
	if c.Request.Method == http.MethodHead {
		_, err := m.Register.ServeMirror(c.Request.Context(), v, id)
		return err
	}
	select {
	case m.bundling <- struct{}{}:
		defer func() { <-m.bundling }()
	default:
		c.Header("Retry-After", "60")
		c.String(http.StatusServiceUnavailable, "%d bundles are being packed. Ask again in a minute.\n", bundlesAtOnce)
		return nil
	}
	if _, err := m.Register.ServeMirror(c.Request.Context(), v, id); err != nil {
		return err
	}
	c.Header("Content-Type", "application/x-git-bundle")
	c.Header("Content-Disposition", `attachment; filename="`+strconv.FormatInt(id, 10)+`.bundle"`)
	c.Header("Cache-Control", "private, no-cache")
	if err := m.Register.WriteBundle(c.Request.Context(), v, id, c.Writer); err != nil {
		if c.Writer.Size() <= 0 {
			return err
		}
		m.Log.WarnContext(c.Request.Context(), "a bundle broke off", "repository", id, "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes the beginning for the whole
	}
	return nil
}

// readOnly refuses a push.
func (m *mirrors) readOnly(c *gin.Context) {
	c.String(http.StatusForbidden, "This copy can only be read. Push to the repository that it is a copy of.\n")
}

// refuse says in plain text what is the matter: git shows it, people read it.
func (m *mirrors) refuse(c *gin.Context, err error) {
	var e *models.Error
	switch {
	case !errors.As(err, &e):
		m.Log.ErrorContext(c.Request.Context(), "serving a copy failed", "error", err)
		c.String(http.StatusInternalServerError, "The register failed here. Its log says more.\n")
	case e.Kind == models.Unauthenticated:
		c.Header("WWW-Authenticate", `Basic realm="ospo", charset="UTF-8"`)
		c.String(http.StatusUnauthorized, "%s\n", e.Detail)
	case e.Kind == models.NotFound:
		c.String(http.StatusNotFound, "There is no such copy, or it is not for you to see. Code that is not open to everybody is cloned with an API token.\n")
	default:
		c.String(http.StatusForbidden, "%s\n", e.Detail)
	}
}
