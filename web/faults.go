package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// faultPage is what an error page says.
type faultPage struct {
	Heading string
	Detail  string
	Fields  []models.FieldError
	SignIn  string // address of the sign-in page when signing in may help
	Request string // the request's id, when the fault is ours
}

var faultHeadings = map[models.ErrorKind]string{
	models.NotFound:        "Page not found",
	models.Invalid:         "Something in the request is not right",
	models.Conflict:        "This cannot be done now",
	models.Forbidden:       "You may not do this",
	models.Unauthenticated: "Sign in to go on",
	models.TooLarge:        "This is too large",
}

// fail shows an error as a page. What is not a models.Error is our own fault: it is logged and told without its text.
func (c *page) fail(err error) {
	p, status := c.fault(err)
	if c.sent {
		return
	}
	if showErr := c.show(view{Name: "fault", Title: p.Heading, Page: p, Status: status}); showErr != nil {
		c.site.Log.ErrorContext(c.ctx(), "showing an error page failed", "error", showErr, "request", register.Request(c.ctx()))
		http.Error(c.g.Writer, p.Heading+"\n\n"+p.Detail, status)
	}
}

// secret reports whether the address of the page is one: a sign-in link or an upload link.
func (c *page) secret() bool { return c.g.Param("token") != "" || c.g.Param("link") != "" }

// loggedPath is what the log may say of the address.
func (c *page) loggedPath() string {
	if c.secret() {
		return c.g.FullPath()
	}
	return c.g.Request.URL.Path
}

func (c *page) fault(err error) (faultPage, int) {
	if e, ok := errors.AsType[*models.Error](err); ok {
		p := faultPage{Heading: faultHeadings[e.Kind], Detail: e.Detail, Fields: e.Fields}
		if e.Code == "page-not-found" {
			p.Detail = "Check the address, or look for what you want from the home page."
		}
		if !c.viewer.SignedIn() && (e.Kind == models.Unauthenticated || e.Kind == models.NotFound || e.Kind == models.Forbidden) && c.site.has("/sign-in") {
			p.SignIn = "/sign-in"
			if c.g.Request.Method == http.MethodGet && !c.secret() {
				p.SignIn += "?next=" + url.QueryEscape(c.g.Request.URL.RequestURI())
			}
		}
		return p, c.statusFor(e)
	}
	if errors.Is(err, context.Canceled) && c.ctx().Err() != nil {
		return faultPage{Heading: "The request was broken off"}, http.StatusServiceUnavailable
	}
	if busy(err) {
		c.g.Header("Retry-After", "30")
		return faultPage{Heading: "Too many documents are being checked", Detail: "There is no room for one more at this moment. Try again in half a minute."}, http.StatusServiceUnavailable
	}
	id := register.Request(c.ctx())
	if store.IsTimeout(err) || store.IsUnavailable(err) {
		c.site.Log.WarnContext(c.ctx(), "page not answered in time", "path", c.loggedPath(), "error", err, "request", id)
		c.g.Header("Retry-After", "30")
		return faultPage{Heading: "The register is busy", Detail: "The answer took too long, or the database is not ready. Ask for less, for example with a filter, or try again in half a minute.", Request: id}, http.StatusServiceUnavailable
	}
	c.site.Log.ErrorContext(c.ctx(), "page failed", "path", c.loggedPath(), "error", err, "request", id)
	return faultPage{Heading: "Something went wrong here", Detail: "This is our fault, not yours. Nothing was changed. Try again; if it happens again, tell the people who run this register and give them the number below.", Request: id}, http.StatusInternalServerError
}
