package web

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/models"
)

// handler answers one request for a page. What it returns is shown as an error page.
type handler func(c *page) error

// page is one request: who asks, what for, and the means to answer.
type page struct {
	g      *gin.Context
	site   *site
	viewer models.Viewer
	sent   bool

	misread []misread // filters of the address that the list does not have
}

// view is a page ready to be shown.
type view struct {
	Name   string // template, without .html
	Title  string // of the browser's tab; the h1 is the template's
	Nav    string // path of the navigation entry that the page belongs to
	Crumbs []crumb
	Form   *form       // the page's form, so that the title says when it was refused
	Page   any         // what the template's content is about
	Status int         // 0 is 200, or what Form was refused with
	Told   template.JS // what the page says to machines, as JSON-LD (schema.org); "" is nothing
	Again  int         // seconds after which a browser without scripts opens the page anew; 0 is never
}

// crumb is one step of the way from the home page to the present one, which is the last and has no path.
type crumb struct{ Name, Path string }

// handle makes a handler into one of gin: it finds the viewer, runs it, and shows its error as a page.
func (s *site) handle(h handler) gin.HandlerFunc {
	return func(g *gin.Context) {
		c := &page{g: g, site: s}
		defer func() {
			if p := recover(); p != nil {
				c.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		err := c.open()
		if err == nil {
			err = c.sift()
		}
		if err == nil {
			err = h(c)
		}
		if err != nil {
			c.fail(err)
		}
	}
}

// open loads the session and finds the viewer.
func (c *page) open() error {
	ctx, err := c.site.session(c.g.Request)
	if err != nil {
		return err
	}
	c.g.Request = c.g.Request.WithContext(ctx)
	v, err := c.site.viewerOf(ctx)
	if models.IsKind(err, models.Unauthenticated) {
		_ = c.site.Sessions.Destroy(ctx) // the account was closed: the next request is the public's
	}
	c.viewer = v
	return err
}

func (c *page) ctx() context.Context   { return c.g.Request.Context() }
func (c *page) request() *http.Request { return c.g.Request }

// id is a number in the path; what is no number is a page that does not exist.
func (c *page) id(name string) (int64, error) {
	n, err := strconv.ParseInt(c.g.Param(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, models.NoSuch("page")
	}
	return n, nil
}

// query is a value of the address, trimmed; "" when it is not there.
func (c *page) query(name string) string { return strings.TrimSpace(c.g.Query(name)) }

// queryID is a number of the address; 0 when it is not there or is none.
func (c *page) queryID(name string) int64 {
	n, err := strconv.ParseInt(c.query(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// asked is a thing that the address names for a form, as asset or as assetId; nil when it names none.
func (c *page) asked(noun string) *int64 {
	id := c.queryID(noun + "Id")
	if id <= 0 {
		id = c.queryID(noun)
	}
	return optional(max(id, 0))
}

// at is the part of a list that the address asks for.
func (c *page) at() models.Page { return models.Page{After: c.query("after")} }

// language is the first language that the reader's browser asks for, or the default one.
func (c *page) language() string {
	first, _, _ := strings.Cut(c.g.GetHeader("Accept-Language"), ",")
	tag, _, _ := strings.Cut(first, ";")
	lang, _, _ := strings.Cut(strings.TrimSpace(tag), "-")
	if lang == "" || lang == "*" {
		return models.DefaultLanguage
	}
	return strings.ToLower(lang)
}

// show renders a view. Nothing is sent when that fails, so that an error page can still be.
func (c *page) show(v view) error {
	t, ok := c.site.templates[v.Name]
	if !ok {
		return fmt.Errorf("there is no template %s.html", v.Name)
	}
	if v.Status == 0 {
		v.Status = http.StatusOK
		if len(c.misread) > 0 {
			v.Status = http.StatusBadRequest
		}
		if v.Form != nil && v.Form.Problem != nil {
			v.Status = c.statusFor(v.Form.Problem)
		}
	}
	l := c.layout(v)
	var body bytes.Buffer
	if err := t.ExecuteTemplate(&body, "layout", l); err != nil {
		return fmt.Errorf("rendering %s: %w", v.Name, err)
	}
	if err := c.keepSession(); err != nil {
		return err
	}
	h := c.g.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" { // a page that shows a secret has said no-store
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Add("Vary", "Cookie, Accept-Language")
	c.sent = true
	c.g.Writer.WriteHeader(v.Status)
	if c.g.Request.Method != http.MethodHead {
		_, _ = c.g.Writer.Write(body.Bytes()) // the reader has gone; there is nobody to tell
	}
	return nil
}

// layout is everything around the content of a page.
type layout struct {
	view
	Site    *site
	Viewer  models.Viewer
	Links   []navItem
	Flash   string
	Footer  footer
	Styles  string // address of the style sheet
	Here    string // the path and query of this page, to come back to
	Search  string // what was searched for
	Refused bool
	Misread []misread // filters that were not understood
}

func (c *page) layout(v view) layout {
	l := layout{view: v, Site: c.site, Viewer: c.viewer, Links: c.site.nav(v.Nav, c.viewer), Here: c.g.Request.URL.RequestURI(), Search: c.query("q"), Styles: c.site.sheets[v.Name],
		Refused: v.Form != nil && v.Form.Problem != nil || len(c.misread) > 0, Misread: c.misread}
	if c.g.Request.Method != http.MethodGet || c.secret() {
		l.Here = "/"
	}
	if c.g.Request.URL.Path != "/search" {
		l.Search = ""
	}
	if keeper(c.ctx()) != "" {
		l.Flash = c.site.Sessions.PopString(c.ctx(), sessionFlash)
	}
	l.Footer = c.site.footerFor(c.ctx(), c.viewer)
	return l
}

// done ends a write: the browser goes on to a page, which says once what was done.
func (c *page) done(path, message string) error {
	if message != "" {
		c.site.Sessions.Put(c.ctx(), sessionFlash, message)
	}
	return c.redirect(http.StatusSeeOther, path)
}

// moved sends the reader on for good: the thing lives at another address now.
func (c *page) moved(path string) error { return c.redirect(http.StatusMovedPermanently, path) }

func (c *page) redirect(status int, path string) error {
	if err := c.keepSession(); err != nil {
		return err
	}
	c.sent = true
	if status == http.StatusSeeOther && c.g.GetHeader(sentByScript) != "" {
		status = http.StatusCreated // the script goes on to the page itself: following would spend its message
	}
	c.g.Redirect(status, path)
	c.g.Writer.WriteHeaderNow()
	return nil
}

// sentByScript is the header by which documents.js says that it sent a form.
const sentByScript = "X-Sent-By"

// keepSession stores a session that was changed and gives the browser its cookie. It comes before anything is sent.
func (c *page) keepSession() error {
	sm, ctx := c.site.Sessions, c.ctx()
	if keeper(ctx) != keptByUs {
		return nil
	}
	switch sm.Status(ctx) {
	case scs.Modified:
		token, expiry, err := sm.Commit(ctx)
		if err != nil {
			return fmt.Errorf("keeping the session: %w", err)
		}
		sm.WriteSessionCookie(ctx, c.g.Writer, token, expiry)
	case scs.Destroyed:
		sm.WriteSessionCookie(ctx, c.g.Writer, "", noTime)
	}
	return nil
}

// address is a path, which may have a query already, with a query from pairs of name and value; empty values are left out.
func address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	switch {
	case len(q) == 0:
		return path
	case strings.Contains(path, "?"):
		return path + "&" + q.Encode()
	}
	return path + "?" + q.Encode()
}
