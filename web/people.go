package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountPeople(r *routes) {
	r.get("/sign-in", s.askSignIn)
	r.post("/sign-in", s.signInAs)
	r.get("/sign-in/:token", s.askUseLink)
	r.post("/sign-in/:token", s.useLink)
	r.post("/sign-out", s.signOut)
	r.get("/account", s.account)
}

// signInPage says how to get in, and in a demo offers whom to be.
type signInPage struct {
	Next     string
	Demo     bool
	Personas []persona
}

// persona is a person of the demo with what they are.
type persona struct {
	ID    int64
	Name  string
	Roles []string
	Does  string
}

// mostPersonas bounds the choice of a demo.
const mostPersonas = 24

func (s *site) askSignIn(c *page) error {
	p := signInPage{Next: localPath(c.query("next")), Demo: s.Demo}
	if s.Demo {
		list, err := s.Store.Users(c.ctx(), models.Page{Limit: models.MaxLimit})
		if err != nil {
			return err
		}
		p.Personas = personas(list.Items)
	}
	return c.show(view{Name: "sign-in", Title: "Sign in", Page: p, Crumbs: []crumb{{"Sign in", ""}}})
}

// personas are the open accounts that have a role, those who do most first.
func personas(users []store.UserRow) []persona {
	type ranked struct {
		persona
		rank int
	}
	var list []ranked
	for _, u := range users {
		if u.DisabledAt != nil || len(u.Roles) == 0 {
			continue
		}
		p := ranked{persona: persona{ID: u.ID, Name: u.Name}}
		for _, m := range u.Roles {
			p.Roles = append(p.Roles, roleWords(m))
			if n := slices.Index(personaOrder, m.Role); n >= 0 && (p.Does == "" || n < p.rank) {
				p.rank, p.Does = n, roleDoes[m.Role]
			}
		}
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]persona, 0, mostPersonas)
	for _, p := range list[:min(len(list), mostPersonas)] {
		out = append(out, p.persona)
	}
	return out
}

var personaOrder = []models.Role{models.Registrar, models.Procurement, models.OSPOStaff, models.Counsel, models.Requester, models.Evaluator, models.Adviser, models.ProceduralReviewer, models.Approver, models.ExemptionAuthority, models.OpinionGiver,
	models.ReleaseOfficer, models.ReviewBody, models.Auditor, models.Administrator, models.Reader}

// roleDoes says what somebody with the role does here.
var roleDoes = map[models.Role]string{
	models.Reader:        "Sees what the agency sees.",
	models.Registrar:     "Keeps the agency’s entries: software, releases, SBOM documents, and what it runs.",
	models.Procurement:   "Looks for what government has before it buys, and runs decisions.",
	models.Counsel:       "Writes the agency’s licence policy, concludes licences and decides on exemptions.",
	models.OSPOStaff:     "Keeps the register’s content for every agency.",
	models.Auditor:       "Sees everything with its history, and changes nothing.",
	models.Administrator: "Lets people in and gives roles.",

	models.Requester:          "Says what is needed, and why.",
	models.Evaluator:          "Scores what might meet the need, with evidence.",
	models.Adviser:            "Says whether conditions of the law are met.",
	models.ProceduralReviewer: "Confirms the procedure, never the choice.",
	models.Approver:           "Takes the decision.",
	models.ExemptionAuthority: "Grants or refuses exemptions from open source first.",
	models.OpinionGiver:       "Gives the opinion that some laws ask for before.",
	models.ReleaseOfficer:     "Decides what code is opened.",
	models.ReviewBody:         "Registers what became of challenges.",
}

func roleWords(m store.MembershipRow) string {
	if m.Agency == "" {
		return word(m.Role)
	}
	return word(m.Role) + ", " + m.Agency
}

// signInAs makes the reader one of the personas. There is no such thing outside a demo.
func (s *site) signInAs(c *page) error {
	if !s.Demo {
		return models.NoSuch("page")
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	list, err := s.Store.Users(c.ctx(), models.Page{Limit: models.MaxLimit})
	if err != nil {
		return err
	}
	for _, p := range personas(list.Items) {
		if p.ID == f.id("user") {
			if err := c.signIn(p.ID); err != nil {
				return err
			}
			return c.done(localPath(f.get("next")), "You are now "+p.Name+".")
		}
	}
	return models.NoSuch("user")
}

// linkPage shows the button that spends a sign-in link. Opening the address alone spends nothing: mail programs and
// scanners open links too.
type linkPage struct{ Token, Next string }

func (s *site) askUseLink(c *page) error {
	c.keepFromLogs()
	return c.show(view{Name: "sign-in-link", Title: "Sign in", Page: linkPage{Token: c.g.Param("token"), Next: localPath(c.query("next"))}})
}

// keepFromLogs keeps the address, which is a secret, from other sites' logs and shared caches.
func (c *page) keepFromLogs() {
	c.g.Header("Referrer-Policy", "no-referrer")
	c.keepNowhere()
}

// keepNowhere keeps a page with a secret out of every cache, the browser's too.
func (c *page) keepNowhere() { c.g.Header("Cache-Control", "no-store") }

func (s *site) useLink(c *page) error {
	c.keepFromLogs()
	f, err := c.form()
	if err != nil {
		return err
	}
	v, err := s.Register.SignIn(c.ctx(), c.g.Param("token"))
	if models.IsKind(err, models.Unauthenticated) {
		return c.show(view{Name: "sign-in-spent", Title: "This link does not work any more", Status: http.StatusUnauthorized, Page: err.Error()})
	}
	if err != nil {
		return err
	}
	if err := c.signIn(v.UserID); err != nil {
		return err
	}
	return c.done(localPath(f.get("next")), "You are signed in as "+v.Name+".")
}

func (s *site) signOut(c *page) error {
	if err := c.signOut(); err != nil {
		return err
	}
	return c.redirect(http.StatusSeeOther, "/")
}

// accountPage is who the reader is.
type accountPage struct {
	User   *models.User
	Roles  []store.MembershipRow
	Does   map[models.Role]string
	May    []string // what they may do somewhere, in plain words
	Tokens int
}

func (s *site) account(c *page) error {
	if err := c.needPerson("see your account"); err != nil {
		return err
	}
	p := accountPage{Does: roleDoes}
	var err error
	if p.User, err = s.Store.User(c.ctx(), c.viewer.UserID); err != nil {
		return err
	}
	if p.Roles, err = s.Store.Memberships(c.ctx(), c.viewer.UserID); err != nil {
		return err
	}
	for _, a := range models.Actions {
		if c.viewer.MaySomewhere(a) {
			p.May = append(p.May, strings.ToLower(actionWords[a][:1])+actionWords[a][1:])
		}
	}
	tokens, err := s.Store.Tokens(c.ctx(), c.viewer.UserID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if tokenState(t, s.now()) == tokenHolds {
			p.Tokens++
		}
	}
	return c.show(view{Name: "account", Title: "Your account", Page: p, Crumbs: []crumb{{"Your account", ""}}})
}

// needPerson refuses the public.
func (c *page) needPerson(what string) error {
	if c.viewer.UserID == 0 {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in to "+what+".")
	}
	return nil
}
