package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/jobs"
	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/web"
)

// drain is how long requests under way may take when the program is asked to end.
const drain = 20 * time.Second

// listen takes the address, and says what to do when it is taken.
func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program; choose another address, for example --listen 127.0.0.1:8081", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w; choose another address with --listen", address, err)
	}
	return l, nil
}

// handler wires pages, API and what watches over them into one handler.
func handler(s *settings, st *store.Store, reg *register.Register, log *slog.Logger, demo bool) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.ContextWithFallback = true
	engine.RedirectTrailingSlash, engine.RedirectFixedPath = false, false
	engine.HandleMethodNotAllowed = true
	_ = engine.SetTrustedProxies(nil) // cannot fail for nil
	m := newMetrics(st)
	engine.Use(m.watch(log), protect(s), sameSite())
	engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "alive\n") })
	engine.GET("/readyz", ready(st))
	engine.GET("/metrics", gin.WrapH(m.handler()))

	sessions := newSessions(s, st)
	var printer *web.Printer
	if s.PDFBrowser != "" {
		printer = web.NewPrinter(s.PDFBrowser)
	}
	pages := web.Mount(engine, web.Deps{Store: st, Register: reg, Sessions: sessions, Log: log, Version: version(), Demo: demo, MaxBody: s.maxBytes, APIPage: "/api", Printer: printer})
	api.Mount(engine, api.Deps{Store: st, Register: reg, Log: log, Version: version(), MaxBody: s.maxBytes, SessionViewer: pages.Viewer, PublicURL: strings.TrimSuffix(s.PublicURL, "/"), Ending: s.ending})

	return gzhttp.GzipHandler(engine)
}

func newSessions(s *settings, st *store.Store) *scs.SessionManager {
	m := scs.New()
	m.Store = st.Sessions()
	m.Lifetime, m.IdleTimeout, m.HashTokenInStore = 14*24*time.Hour, 3*24*time.Hour, true
	m.Cookie.Name, m.Cookie.HttpOnly, m.Cookie.SameSite = "ospo_session", true, http.SameSiteLaxMode
	m.Cookie.Secure = strings.HasPrefix(s.PublicURL, "https://")
	return m
}

// protect sets the headers that keep a page from being more than it is.
func protect(s *settings) gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		if strings.HasPrefix(s.PublicURL, "https://") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		c.Next()
	}
}

// sameSite refuses what a page of another site makes a browser send.
func sameSite() gin.HandlerFunc {
	const detail = "A page of another site sent this, so nothing was done. Open the register itself and send it from there. If you did, tell its operator: a proxy in front must pass Host on unchanged."
	protection := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if protection.Check(c.Request) == nil {
			return
		}
		c.Abort()
		if !strings.HasPrefix(c.Request.URL.Path, "/v1/") {
			c.String(http.StatusForbidden, "%s\n", detail)
			return
		}
		c.Header("Content-Type", "application/problem+json")
		c.JSON(http.StatusForbidden, api.Problem{Type: "about:blank", Title: http.StatusText(http.StatusForbidden), Status: http.StatusForbidden, Code: "other-site", Detail: detail})
	}
}

// ready reports whether this node can serve: the database answers and has the schema this program needs.
func ready(st *store.Store) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), 5*time.Second)
		defer cancel()
		have, want, err := st.SchemaVersion(ctx)
		switch {
		case err != nil:
			c.String(http.StatusServiceUnavailable, "The database does not answer.\n")
		case have != want:
			c.String(http.StatusServiceUnavailable, "The database is at version %d; this program needs %d.\n", have, want)
		default:
			c.String(http.StatusOK, "ready\n")
		}
	}
}

// work starts what runs by itself; end lets it finish.
func work(ctx context.Context, s *settings, st *store.Store, reg *register.Register, log *slog.Logger) (end func(), err error) {
	reg.UseAttachmentRules(s.filing)
	reg.UseOpenContracting(s.contracting())
	reg.UseOpenData(s.openData())
	reg.UseHarvesting(s.harvesting())
	reg.UseWebhooks(s.webhooks())
	if s.synonyms != nil {
		st.UseSynonyms(s.synonyms)
	}
	shipped, err := reg.ShipPolicy(ctx)
	if err != nil {
		return nil, err
	}
	if shipped {
		log.Info("the licence policy that comes with the register is in force; have counsel read it and make it yours")
	}
	if n, err := reg.ShipRegimes(ctx); err != nil {
		return nil, err
	} else if n > 0 {
		log.Info("laws on open source first wait as drafts; counsel reads one, mends it and puts it in force", "regimes", n)
	}
	if n, err := reg.RefreshClasses(ctx); err != nil {
		return nil, err
	} else if n > 0 {
		log.Info("licences are sorted anew", "expressions", n)
	}
	runner, err := jobs.Start(context.WithoutCancel(ctx), jobs.Deps{Store: st, Register: reg, Log: log, Limits: register.Limits{Bytes: s.maxBytes}})
	if err != nil {
		return nil, err
	}
	building, stop := context.WithCancel(ctx)
	go texts.Identify("MIT") // the first time takes a second, which nobody who hands in a document should wait
	go st.Watch(building)
	go func() { // until it is there, the database answers
		if err := reg.UseIndex(building); err != nil && building.Err() == nil {
			log.Warn("“who runs it?” is answered by the database: the index could not be built", "error", err)
		}
		if err := st.UseCatalogue(building); err != nil && building.Err() == nil {
			log.Warn("the catalogue could not be read; it is tried again when somebody asks it", "error", err)
		}
	}()
	return func() {
		stop()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if err := runner.Stop(last); err != nil {
			log.Warn("ending background work", "error", err)
		}
	}, nil
}

// serve answers requests until ctx ends or the database does, then lets requests under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, db *database, log *slog.Logger) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var gone error
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-db.done():
		gone = errors.New("the private Postgres has ended; its last words are in the log above")
	case <-ctx.Done():
	}
	log.Info("finishing the requests under way")
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(last); err != nil && gone == nil {
		return fmt.Errorf("some requests did not finish in %s: %w", drain, err)
	}
	return gone
}

type serveCommand struct{}

// Run serves the register until it is told to end.
func (serveCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	log := s.log(w)
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	defer l.Close() // the server has closed it already
	db, err := open(ctx, s, log, w, refuseHeld)
	if err != nil {
		return err
	}
	defer db.close()
	if err := inviteAdministrator(ctx, s, db.store, w); err != nil {
		return err
	}
	reg := register.New(db.store)
	if err := useLogKey(ctx, s, db.store, reg, log); err != nil {
		return err
	}
	end, err := work(ctx, s, db.store, reg, log)
	if err != nil {
		return err
	}
	defer end()
	s.ending = ctx.Done()
	log.Info("serving", "address", "http://"+l.Addr().String(), "version", version())
	return serve(ctx, l, handler(s, db.store, reg, log, false), db, log)
}

type openAPICommand struct{}

// Run prints the OpenAPI description.
func (openAPICommand) Run(w io.Writer) error {
	gin.SetMode(gin.ReleaseMode)
	doc, err := api.Mount(gin.New(), api.Deps{Version: version()}).OpenAPI().DowngradeYAML()
	if err != nil {
		return fmt.Errorf("writing the description of the API: %w", err)
	}
	_, err = w.Write(doc)
	return err
}
