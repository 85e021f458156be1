package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// server is the API over HTTP, on the sample government and a database of its own.
type server struct {
	t      testing.TB
	dsn    string
	base   string
	store  *store.Store
	state  *sample.State
	log    *bytes.Buffer
	tokens map[string]string // secret by who
	made   map[string]string // addresses of what was made to be read, by what it is
}

// public is who asks without a token.
const public = ""

func newServer(t testing.TB) *server {
	t.Helper()
	return newServerWith(t, func(*api.Deps) {})
}

// newServerFor takes everybody without a token for the person whose browser session it is.
func newServerFor(t testing.TB, session func(*http.Request) (models.Viewer, error)) *server {
	t.Helper()
	return newServerWith(t, func(d *api.Deps) { d.SessionViewer = session })
}

// newServerWith is the server with something else than usual.
func newServerWith(t testing.TB, change func(*api.Deps)) *server {
	t.Helper()
	gin.SetMode(gin.TestMode)
	dsn := testkit.DB(t, migrate)
	st, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	s := &server{t: t, dsn: dsn, store: st, state: sample.Government(t, st), log: &bytes.Buffer{}, tokens: map[string]string{}, made: map[string]string{}}
	engine := gin.New()
	d := api.Deps{Store: st, Register: signing(t, register.New(st)), Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test", MaxBody: 1 << 20}
	change(&d)
	api.Mount(engine, d)
	h := httptest.NewServer(engine)
	t.Cleanup(h.Close)
	s.base = h.URL
	for who, u := range map[string]*models.User{"admin": s.state.Admin, "officer": s.state.Officer, "registrar": s.state.Registrar, "insurance": s.state.InsuranceRegistrar,
		"buyer": s.state.Buyer, "auditor": s.state.Auditor, "reader": s.state.Reader} {
		s.tokens[who] = s.token(u)
	}
	return s
}

// signing gives the register a key to sign its log with, and a prefix to tell open contracting data under.
func signing(t testing.TB, r *register.Register) *register.Register {
	t.Helper()
	private, _, err := proof.NewKey("register.example.gov/log")
	if err == nil {
		err = r.UseLogKey(private)
	}
	r.UseOpenContracting(publisher)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func migrate(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Migrate(ctx)
	return err
}

// token makes a token of the person that may do all the person may.
func (s *server) token(u *models.User) string {
	s.t.Helper()
	ctx := context.Background()
	v, err := s.store.Viewer(ctx, u.ID)
	s.must(err)
	token := models.Token{Name: "test", ExpiresAt: time.Now().AddDate(0, 0, 2)}
	for _, a := range models.Actions {
		if v.MaySomewhere(a) {
			token.Actions = append(token.Actions, string(a))
		}
	}
	secret, err := register.New(s.store).CreateToken(ctx, v, &token)
	s.must(err)
	return secret
}

func (s *server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// object reads the body as a JSON object.
func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(a.body, &m); err != nil {
		t.Fatalf("the body is no object: %v: %s", err, a.body)
	}
	return m
}

// items are the entries of a list.
func (a answer) items(t testing.TB) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal(a.body, &list); err != nil {
		t.Fatalf("the body is no list: %v: %s", err, a.body)
	}
	return list.Items
}

// mistakes are field and code of a problem's errors, in order.
func (a answer) mistakes(t testing.TB) []string {
	t.Helper()
	var p struct {
		Errors []struct{ Field, Code string }
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("the body is no problem: %v: %s", err, a.body)
	}
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Field+" "+e.Code)
	}
	return out
}

// ask sends a request as somebody. body is sent as it is when it is text or bytes, else as JSON; headers are "Name: value".
func (s *server) ask(who, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		s.must(err)
		r = bytes.NewReader(j)
	}
	if !strings.HasPrefix(path, "http") {
		path = s.base + path
	}
	req, err := http.NewRequest(method, path, r)
	s.must(err)
	if who != public {
		req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	s.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	s.must(err)
	return answer{res.StatusCode, res.Header, b}
}

// get asks and expects 200.
func (s *server) get(who, path string) answer {
	s.t.Helper()
	a := s.ask(who, http.MethodGet, path, nil)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s as %q: %d %s", path, who, a.status, a.body)
	}
	return a
}

// expect asks and expects a status.
func (s *server) expect(status int, who, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	a := s.ask(who, method, path, body, headers...)
	if a.status != status {
		s.t.Errorf("%s %s as %q: got %d, want %d: %s", method, path, who, a.status, status, a.body)
	}
	return a
}

// soon is an instant in the near future.
func soon() string { return time.Now().AddDate(0, 0, 3).UTC().Format(time.RFC3339) }

func path(format string, args ...any) string { return fmt.Sprintf("/v1"+format, args...) }
