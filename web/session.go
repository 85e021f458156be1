package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ospo-register/ospo/models"
)

// What a session keeps.
const (
	sessionUser  = "user"  // int64: who is signed in
	sessionFlash = "flash" // string: what was just done, to be said once
)

var noTime time.Time

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
	if ctx == r.Context() {
		return context.WithValue(ctx, sessionKept{}, keptByOthers), nil
	}
	return context.WithValue(ctx, sessionKept{}, keptByUs), nil
}

// sessionKept is the key of who stores a changed session: the page, or a middleware of scs around the whole engine.
type sessionKept struct{}

const (
	keptByUs     = "page"
	keptByOthers = "middleware"
)

// keeper is who stores the session; "" while none is loaded, where scs would panic.
func keeper(ctx context.Context) string {
	who, _ := ctx.Value(sessionKept{}).(string)
	return who
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
