package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/web"
)

// demo is the same pages where visitors may choose whom to be.
func (s *site) demo() *site {
	d := s.deps
	d.Demo = true
	engine := gin.New()
	web.Mount(engine, d)
	other := *s
	other.engine, other.deps = engine, d
	return &other
}

// holding is the same browser with the cookie that an answer gave it.
func (s *site) holding(a answer) *site {
	s.t.Helper()
	other := *s
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == s.deps.Sessions.Cookie.Name {
			other.cookie = &http.Cookie{Name: c.Name, Value: c.Value}
		}
	}
	return &other
}

func (s *site) link(user *models.User) string {
	s.t.Helper()
	secret, err := s.reg.SignInLink(context.Background(), sample.By, user.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return "/sign-in/" + secret
}

func TestALinkIsSpentByItsButtonNotByOpeningIt(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := s.link(g.Registrar)
	for range 3 { // mail programs open links before people do
		a := s.get(path).want(t, 200, "The link in your hands works once.", `method="post"`)
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("the page with the secret may be kept: %q", a.Header)
		}
	}
	a := s.post(path, "next", "/assets")
	if a.Status != 303 || a.Location != "/assets" {
		t.Fatalf("signing in answers %d and leads to %q", a.Status, a.Location)
	}
	in := s.holding(a)
	in.get("/account").want(t, 200, "Rosa Registrar", "Registrar", "Ministry of Health</a> and all below it", "You are signed in as Rosa Registrar.", "Send and withdraw SBOM documents"[1:])
	in.get("/account").want(t, 200).without(t, "You are signed in as")
	s.post(path).want(t, 401, "This link does not work any more", "How to get a new link")
	s.post("/sign-in/never-made").want(t, 401, "This link does not work any more")
}

func TestSigningInRenewsTheSessionAndSigningOutEndsIt(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	before := s.as(g.Reader.ID)
	in := before.holding(before.post(s.link(g.Registrar)))
	if in.cookie.Value == before.cookie.Value {
		t.Error("the session kept its token when somebody signed in")
	}
	in.get("/account").want(t, 200, "Rosa Registrar")
	before.get("/account").want(t, 401)
	a := in.post("/sign-out")
	if a.Status != 303 || a.Location != "/" {
		t.Errorf("signing out answers %d and leads to %q", a.Status, a.Location)
	}
	in.get("/account").want(t, 401, "Sign in to see your account.", `/sign-in?next=%2Faccount`)
}

func TestSigningInLeadsOnlyToPagesOfTheRegister(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	for _, elsewhere := range []string{"https://example.com/", "//example.com", `/\example.com`, "javascript:alert(1)", ""} {
		if a := s.post(s.link(g.Registrar), "next", elsewhere); a.Location != "/" {
			t.Errorf("%q leads to %q", elsewhere, a.Location)
		}
		s.demo().get("/sign-in?next="+strings.ReplaceAll(elsewhere, `\`, "%5C")).want(t, 200, `name="next" value="/"`)
	}
}

func TestOnlyADemoLetsVisitorsChooseWhomToBe(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/sign-in").want(t, 200, "There is no password.", "ospo user link").without(t, "Sign in as", "Rosa Registrar")
	s.post("/sign-in", "user", number(g.Admin.ID)).want(t, 404)
	if err := s.reg.CloseUser(context.Background(), sample.By, g.Buyer.ID); err != nil {
		t.Fatal(err)
	}
	demo := s.demo()
	demo.get("/sign-in?next=/components").want(t, 200, "This is a demo", "Sign in as Rosa Registrar", "Registrar, Ministry of Health", "Lets people in and gives roles.", `name="next" value="/components"`).without(t, "Bela Buyer")
	demo.post("/sign-in", "user", number(g.Buyer.ID)).want(t, 404)
	a := demo.post("/sign-in", "user", number(g.Auditor.ID), "next", "/events")
	if a.Status != 303 || a.Location != "/events" {
		t.Errorf("choosing answers %d and leads to %q", a.Status, a.Location)
	}
	demo.holding(a).get("/events").want(t, 200, "Aino Auditor", "You are now Aino Auditor.")
}

var secretText = regexp.MustCompile(register.TokenPrefix + `[A-Za-z0-9_-]{43}`)

func TestATokensSecretIsShownOnceAndTheTokenCanBeRevoked(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/tokens").want(t, 401)
	s.post("/tokens", "name", "x").want(t, 401)
	registrar := s.as(g.Registrar.ID)
	registrar.get("/tokens").want(t, 200, "You have none yet.", "Send and withdraw SBOM documents", "Ministry of Health").without(t, "Add people and give roles")
	registrar.post("/tokens", "days", "0").want(t, 400, "Choose how long it works")
	registrar.post("/tokens", "days", "90", "name", "").want(t, 400, "Name the token by what will use it", "Choose at least one thing")
	a := registrar.post("/tokens", "name", "Build server", "actions", "sboms:write", "actions", "government:read", "agencyId", number(g.Insurance.ID), "days", "30").want(t, 201, "The token “<bdi>Build server</bdi>” is made")
	secret := secretText.FindString(a.Body)
	if secret == "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the secret is %q, kept as %q", secret, a.Header.Get("Cache-Control"))
	}
	if b := registrar.get("/tokens").want(t, 200, "Build server", "in National Insurance Board and below", "Works"); strings.Contains(b.Body, secret) {
		t.Error("the secret is shown a second time")
	}
	list, err := s.store.Tokens(context.Background(), g.Registrar.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d tokens, %v", len(list), err)
	}
	s.as(g.Auditor.ID).get("/events?noun=token").want(t, 200, "made an API token", "Send and withdraw SBOM documents", "Expires at").without(t, "sboms:write")
	revoke := "/tokens/" + number(list[0].ID) + "/revoke"
	s.as(g.Officer.ID).post(revoke).want(t, 404)
	if a := registrar.post(revoke); a.Status != 303 || a.Location != "/tokens" {
		t.Errorf("revoking answers %d and leads to %q", a.Status, a.Location)
	}
	registrar.get("/tokens").want(t, 200, "Revoked", "The token is revoked.")
}

func TestAdministratorsLetPeopleInAndOthersDoNotSeeThem(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	for _, path := range []string{"/users", "/users/new", "/users/" + number(g.Reader.ID)} {
		s.get(path).want(t, 401, "Sign in")
		for _, u := range []*models.User{g.Officer, g.Auditor, g.Registrar} {
			s.as(u.ID).get(path).want(t, 403, "Only administrators").without(t, "Remi Reader")
		}
	}
	admin := s.as(g.Admin.ID)
	admin.get("/users").want(t, 200, "Remi Reader", "Reader, Port Clinic", "7 people")
	admin.post("/users", "name", "", "email", "no address").want(t, 400, "This is needed.", "Give an e-mail address")
	admin.post("/users", "name", "Again", "email", strings.ToUpper(g.Reader.Email)).want(t, 409)
	a := admin.post("/users", "name", "Nora New", "email", "Nora@health.example.gov")
	if a.Status != 303 || !strings.HasPrefix(a.Location, "/users/") {
		t.Fatalf("adding answers %d and leads to %q\n%s", a.Status, a.Location, mainOf(a.Body))
	}
	page := a.Location
	admin.get(page).want(t, 200, "nora@health.example.gov", "No role: sees what everybody sees.")
	admin.post(page+"/roles", "role", "registrar").want(t, 400, "Say in which agency.", `value="registrar" checked`)
	admin.post(page+"/roles").want(t, 400, "Choose a role.")
	for _, role := range [][]string{{"role", "registrar", "agencyId", number(g.Health.ID)}, {"role", "auditor", "agencyId", number(g.Health.ID)}} {
		if a := admin.post(page+"/roles", role...); a.Status != 303 {
			t.Errorf("giving %v answers %d", role, a.Status)
		}
	}
	b := admin.get(page).want(t, 200, "Ministry of Health", "The whole register")
	ends := regexp.MustCompile(page+`/roles/\d+/end`).FindAllString(b.Body, -1)
	if len(ends) != 2 {
		t.Fatalf("there are %d roles to end", len(ends))
	}
	admin.post(strings.Replace(ends[0], page, "/users/"+number(g.Reader.ID), 1)).want(t, 404)
	if a := admin.post(ends[0]); a.Status != 303 {
		t.Errorf("ending a role answers %d", a.Status)
	}
	admin.get(page).want(t, 200, "The role is ended.").without(t, "Ministry of Health</a>")
}

func TestAnAdministratorMakesALinkAndClosesAnAccount(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	page := "/users/" + number(g.Reader.ID)
	s.as(g.Officer.ID).post(page+"/link").want(t, 403)
	admin := s.as(g.Admin.ID)
	a := admin.post(page+"/link").want(t, 201, "The sign-in link is made", "http://example.com/sign-in/")
	secret := regexp.MustCompile(`/sign-in/[A-Za-z0-9_-]{43}`).FindString(a.Body)
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page with the link may be kept")
	}
	reader := s.holding(s.post(secret))
	reader.get("/account").want(t, 200, "Remi Reader")
	admin.get(page).want(t, 200).without(t, "/sign-in/")
	s.as(g.Auditor.ID).post(page+"/close").want(t, 403)
	if a := admin.post(page + "/close"); a.Status != 303 {
		t.Errorf("closing answers %d", a.Status)
	}
	reader.get("/account").want(t, 401, "This account was closed.")
	admin.get(page).want(t, 200, "Closed").without(t, "Make a sign-in link", "Give a role")
	admin.post("/users/"+number(g.Admin.ID)+"/close").want(t, 409, "You cannot close your own account.")
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	guarded := http.NewCrossOriginProtection().Handler(s.engine)
	r := httptest.NewRequest(http.MethodPost, "/sign-out", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.AddCookie(s.as(g.Admin.ID).cookie)
	w := httptest.NewRecorder()
	if guarded.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("a form of another site answers %d", w.Code)
	}
}
