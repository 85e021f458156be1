package api

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
)

// unchanged remembers the marks of representations for as long as nothing in the register has changed: whoever asks for one again
// with its mark gets 304 without anything being read.
type unchanged struct {
	mu    sync.Mutex
	event int64  // the last event when they were made
	day   string // some representations say what is so today
	marks map[string]string
}

// mostMarks bounds how many are remembered.
const mostMarks = 20_000

// request is what a representation depends on beside the register.
func (u *unchanged) request(c *gin.Context, v models.Viewer) string {
	h := c.Request.Header
	return strings.Join([]string{strconv.FormatInt(v.UserID, 10), strconv.FormatInt(v.TokenID, 10), h.Get("Accept"), h.Get("Accept-Encoding"), h.Get("Accept-Language"), c.Request.URL.RequestURI()}, "\n")
}

func (u *unchanged) find(event int64, request string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.event != event || u.day != today() {
		return ""
	}
	return u.marks[request]
}

func (u *unchanged) keep(event int64, request, mark string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	day := today()
	if u.event > event {
		return // made before something changed
	}
	if u.event < event || u.day != day || len(u.marks) >= mostMarks {
		u.event, u.day, u.marks = event, day, map[string]string{}
	}
	u.marks[request] = mark
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

// withoutEvents reports whether what is at a path changes in ways that no event tells: progress, when a token was used last, and what judging brings up to date about findings.
func withoutEvents(path string) bool {
	for _, p := range []string{"/deliveries", "/uploads", "/tokens", "/findings", "/exemptions", "/calendars"} {
		if strings.HasPrefix(path, prefix+p) {
			return true
		}
	}
	return false
}

// conditional answers a request for a representation that the asker has, or lets next answer and remembers its mark.
func (a *api) conditional(c *gin.Context, v models.Viewer, next func()) {
	known := c.GetHeader("If-None-Match")
	if a.Store == nil || c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead || withoutEvents(c.FullPath()) {
		next()
		return
	}
	event, follows := a.Store.KnownEvent()
	if !follows {
		next()
		return
	}
	request := a.unchanged.request(c, v)
	if known != "" {
		if mark := a.unchanged.find(event, request); mark != "" && strings.TrimPrefix(known, "W/") == mark {
			c.Header("ETag", mark)
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return
		}
	}
	next()
	if mark := c.Writer.Header().Get("ETag"); mark != "" && (c.Writer.Status() == http.StatusOK || c.Writer.Status() == http.StatusNotModified) {
		a.unchanged.keep(event, request, mark)
	}
}
