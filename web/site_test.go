package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/web"
)

// site is the pages over a store, without a network.
type site struct {
	t      *testing.T
	store  *store.Store
	reg    *register.Register
	engine *gin.Engine
	deps   web.Deps
	cookie *http.Cookie
}

func newSite(t *testing.T, s *store.Store) *site {
	t.Helper()
	return newSiteWith(t, s, func(*web.Deps) {})
}

func newSiteWith(t *testing.T, s *store.Store, change func(*web.Deps)) *site {
	t.Helper()
	gin.SetMode(gin.TestMode)
	reg := register.New(s)
	sessions := scs.New()
	sessions.Store = s.Sessions()
	d := web.Deps{Store: s, Register: reg, Sessions: sessions,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Version: "test", MaxBody: 8 << 20}
	change(&d)
	if err := d.Register.UseLogKey(logKey()); err != nil {
		t.Fatal(err)
	}
	engine := gin.New()
	web.Mount(engine, d)
	return &site{t: t, store: s, reg: reg, engine: engine, deps: d}
}

// logKey signs the log in every test: several sites may stand on one store.
var logKey = sync.OnceValue(func() string {
	private, _, err := proof.NewKey("register.example.gov/log")
	if err != nil {
		panic(err)
	}
	return private
})

// as gives the same pages to somebody who is signed in.
func (s *site) as(user int64) *site {
	s.t.Helper()
	sm := s.deps.Sessions
	ctx, err := sm.Load(context.Background(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	sm.Put(ctx, "user", user)
	token, _, err := sm.Commit(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	other := *s
	other.cookie = &http.Cookie{Name: sm.Cookie.Name, Value: token}
	return &other
}

// answer is what a request got.
type answer struct {
	Status   int
	Body     string
	Location string
	Header   http.Header
}

func (s *site) do(r *http.Request) answer {
	s.t.Helper()
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	w := httptest.NewRecorder()
	s.engine.ServeHTTP(w, r)
	return answer{Status: w.Code, Body: w.Body.String(), Location: w.Header().Get("Location"), Header: w.Header()}
}

func (s *site) get(path string) answer {
	s.t.Helper()
	return s.do(request(http.MethodGet, path))
}

func request(method, path string) *http.Request { return httptest.NewRequest(method, path, nil) }

// post sends a form of pairs of name and value.
func (s *site) post(path string, pairs ...string) answer {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// want checks the status and that the page says each text.
func (a answer) want(t *testing.T, status int, texts ...string) answer {
	t.Helper()
	if a.Status != status {
		t.Errorf("status is %d, want %d\n%s", a.Status, status, mainOf(a.Body))
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("the page does not say %q\n%s", text, mainOf(a.Body))
		}
	}
	return a
}

func mainOf(body string) string {
	if _, after, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(after, "</main>")
	}
	return body
}

func TestThePublicCanOpenTheHomePage(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	a := s.get("/").want(t, 200, "<h1>", `lang="en"`, "Skip to main content")
	if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type is %q", got)
	}
}

func TestAnAddressThatLeadsNowhereIsAPage(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/nowhere").want(t, 404, "Page not found", "Go to the home page")
}

func TestStaticFilesMayBeKeptForever(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	body := s.get("/").Body
	_, after, _ := strings.Cut(body, `rel="stylesheet" href="`)
	path, _, _ := strings.Cut(after, `"`)
	a := s.get(path).want(t, 200, "--ink")
	if got := a.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("the style sheet at %s is sent with Cache-Control %q", path, got)
	}
}

// giveRole gives a person of the sample government one more role in the whole register.
func giveRole(t *testing.T, s *site, user int64, role models.Role) {
	t.Helper()
	if err := s.reg.GiveRole(context.Background(), sample.By, &models.Membership{UserID: user, Role: role}); err != nil {
		t.Fatal(err)
	}
}

func bodyOf(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

func TestAFormsAddressCannotBeOpened(t *testing.T) {
	s, g := government(t)
	s.engine.HandleMethodNotAllowed = true
	s.get("/releases/"+number(g.CaseDesk42.ID)+"/sboms").want(t, 405, "This address only takes forms")
}

func TestAnAccountThatWasClosedIsSignedOut(t *testing.T) {
	public, g := government(t)
	s := public.as(g.Registrar.ID)
	s.get("/").want(t, 200, "Rosa Registrar")
	if err := s.reg.CloseUser(context.Background(), sample.By, g.Registrar.ID); err != nil {
		t.Fatal(err)
	}
	s.get("/").want(t, 401, "This account was closed")
	s.get("/").want(t, 200, "Sign in")
	if v, err := s.deps.Viewer(request(http.MethodGet, "/")); err != nil || v.SignedIn() {
		t.Errorf("a request without a session is made by %v, %v", v, err)
	}
}

func TestAFaultOfOursTellsItsNumberAndNothingElse(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	s.store.Close()
	a := s.get("/assets")
	if a.Status != 500 && a.Status != 503 {
		t.Errorf("without a database the page answers %d", a.Status)
	}
	for _, ours := range []string{"pool", "sql", "closed"} {
		if strings.Contains(strings.ToLower(mainOf(a.Body)), ours) {
			t.Errorf("the page says %q\n%s", ours, mainOf(a.Body))
		}
	}
}
