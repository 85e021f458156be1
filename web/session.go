package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/ospo-register/ospo/models"
)

// What a session keeps.
const (
	sessionUser  = "user"  // int64: who is signed in
	sessionFlash = "flash" // string: what was just done, to be said once
)

var noTime time.Time

type sessionLoaded struct{}

// session loads the session of a request into its context.
func (d Deps) session(r *http.Request) (context.Context, error) {
	token := ""
	if cookie, err := r.Cookie(d.Sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := d.Sessions.Load(r.Context(), token)
	if err != nil {
		return nil, fmt.Errorf("reading the session: %w", err)
	}
	return context.WithValue(ctx, sessionLoaded{}, true), nil
}

// hasSession reports whether the session was loaded; scs panics when it is asked without.
func hasSession(_ *scs.SessionManager, ctx context.Context) bool {
	loaded, _ := ctx.Value(sessionLoaded{}).(bool)
	return loaded
}

// Viewer is who is signed in with the browser that sent the request; the zero Viewer, the public, when nobody is. An
// account that was closed meanwhile is an Unauthenticated error.
func (d Deps) Viewer(r *http.Request) (models.Viewer, error) {
	ctx, err := d.session(r)
	if err != nil {
		return models.Viewer{}, err
	}
	return d.viewerOf(ctx)
}

func (d Deps) viewerOf(ctx context.Context) (models.Viewer, error) {
	id := d.Sessions.GetInt64(ctx, sessionUser)
	if id == 0 {
		return models.Viewer{}, nil
	}
	v, err := d.Store.Viewer(ctx, id)
	if models.IsKind(err, models.NotFound) {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "user-unknown", "This account is not in the register any more. Sign in again.")
	}
	return v, err
}

// signIn makes the session that of a person, under a new token.
func (c *page) signIn(user int64) error {
	if err := c.site.Sessions.RenewToken(c.ctx()); err != nil {
		return fmt.Errorf("renewing the session: %w", err)
	}
	c.site.Sessions.Put(c.ctx(), sessionUser, user)
	return nil
}

// signOut ends the session.
func (c *page) signOut() error {
	if err := c.site.Sessions.Destroy(c.ctx()); err != nil {
		return fmt.Errorf("ending the session: %w", err)
	}
	return nil
}

// NewSessions makes the session manager that Deps needs: cookies for this site only, out of reach of scripts, kept for
// twelve hours or two without a request. store is Store.Sessions(). secure is for a register that is reached by https.
func NewSessions(store scs.CtxStore, cookies CookieSafety) *scs.SessionManager {
	sm := scs.New()
	sm.Store = store
	sm.Lifetime = 12 * time.Hour
	sm.HashTokenInStore = true
	sm.Cookie.Name = "ospo_session"
	sm.Cookie.HttpOnly = true
	sm.Cookie.SameSite = http.SameSiteLaxMode
	sm.Cookie.Persist = false
	sm.Cookie.Secure = cookies == OnlyHTTPS
	return sm
}

// CookieSafety says over which connections the session cookie may travel.
type CookieSafety string

const (
	OnlyHTTPS CookieSafety = "https"
	AlsoHTTP  CookieSafety = "http" // for a register on this machine only
)
