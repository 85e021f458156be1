package web

import (
	"fmt"
	"net/http"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountUsers(r *routes) {
	r.get("/users", s.users)
	r.get("/users/new", s.newUser)
	r.post("/users", s.createUser)
	r.get("/users/:id", s.user)
	r.post("/users/:id/roles", s.giveRole)
	r.post("/users/:id/roles/:role/end", s.endRole)
	r.post("/users/:id/link", s.makeLink)
	r.post("/users/:id/close", s.closeUser)
}

func userPath(id int64) string { return fmt.Sprintf("/users/%d", id) }

// needManager refuses everybody who may not manage people.
func (c *page) needManager() error {
	if err := c.needPerson("see the people of the register"); err != nil {
		return err
	}
	if !c.viewer.May(models.ManageUsers, 0) {
		return models.Refuse(models.Forbidden, "not-allowed", "Only administrators of the register see its people. Ask one of them to add somebody or to give a role.")
	}
	return nil
}

func (s *site) users(c *page) error {
	if err := c.needManager(); err != nil {
		return err
	}
	list, err := s.Store.Users(c.ctx(), c.at())
	if err != nil {
		return err
	}
	return c.show(view{Name: "users", Title: "People and roles", Crumbs: []crumb{{"People and roles", ""}}, Page: struct {
		List  []store.UserRow
		Pager pager
	}{list.Items, pagerOf(c, list, "person", "people")}})
}

// newUserPage asks who is to be added.
type newUserPage struct{ Form *form }

func (s *site) newUser(c *page) error {
	if err := c.needManager(); err != nil {
		return err
	}
	return c.showNewUser(newForm())
}

func (c *page) showNewUser(f *form) error {
	return c.show(view{Name: "user-new", Title: "Add a person", Form: f, Page: newUserPage{f}, Crumbs: []crumb{{"People and roles", "/users"}, {"Add a person", ""}}})
}

func (s *site) createUser(c *page) error {
	if err := c.needManager(); err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	u := &models.User{Name: f.get("name"), Email: f.get("email")}
	if err := s.Register.CreateUser(c.ctx(), c.viewer, u); err != nil {
		if !f.refused(err) {
			return err
		}
		return c.showNewUser(f)
	}
	return c.done(userPath(u.ID), u.Name+" is added. Now give a role, and make a sign-in link.")
}

// userPage is one person, for administrators.
type userPage struct {
	User     *models.User
	Roles    []store.MembershipRow
	Tokens   []tokenRow
	Form     *form // of giving a role
	Choices  []option
	Agencies agencyChoice
	Link     string // a sign-in link just made; shown once
	LinkLife string
	Self     bool
}

func (s *site) user(c *page) error {
	if err := c.needManager(); err != nil {
		return err
	}
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showUser(c, id, &userPage{Form: newForm()}, http.StatusOK)
}

func (s *site) showUser(c *page, id int64, p *userPage, status int) error {
	var err error
	if p.User, err = s.Store.User(c.ctx(), id); err != nil {
		return err
	}
	if p.Roles, err = s.Store.Memberships(c.ctx(), id); err != nil {
		return err
	}
	if p.Tokens, err = s.tokenRows(c, id); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	for _, o := range words(models.Roles) {
		o.Hint = roleDoes[models.Role(o.Value)]
		p.Choices = append(p.Choices, o)
	}
	p.Self = id == c.viewer.UserID
	p.LinkLife = plural(int(register.LinkLife.Hours()), "hour", "hours")
	if p.Link != "" {
		c.keepNowhere()
	}
	v := view{Name: "user", Title: p.User.Name, Form: p.Form, Page: p, Crumbs: []crumb{{"People and roles", "/users"}, {p.User.Name, ""}}}
	if p.Form.Problem == nil {
		v.Status = status
	}
	return c.show(v)
}

func (s *site) giveRole(c *page) error {
	id, f, err := c.userForm()
	if err != nil {
		return err
	}
	var m models.Mistakes
	given := &models.Membership{UserID: id, Role: models.Role(f.get("role")), AgencyID: optional(c.agencyID(f, &m, "agencyId"))}
	if given.Role.WholeRegister() {
		given.AgencyID = nil
	}
	switch {
	case given.Role == "":
		m.Add("role", "required", "Choose a role.")
	case !given.Role.WholeRegister() && given.AgencyID == nil:
		m.Add("agencyId", "required", "Say in which agency.")
	}
	if err = m.Err(); err == nil {
		err = s.Register.GiveRole(c.ctx(), c.viewer, given)
	}
	if err == nil {
		return c.done(userPath(id), "The role is given.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showUser(c, id, &userPage{Form: f}, http.StatusOK)
}

// userForm reads what every form about a person needs.
func (c *page) userForm() (int64, *form, error) {
	if err := c.needManager(); err != nil {
		return 0, nil, err
	}
	id, err := c.id("id")
	if err != nil {
		return 0, nil, err
	}
	f, err := c.form()
	return id, f, err
}

func (s *site) endRole(c *page) error {
	id, _, err := c.userForm()
	if err != nil {
		return err
	}
	role, err := c.id("role")
	if err != nil {
		return err
	}
	m, err := s.Store.Membership(c.ctx(), role)
	if err != nil || m.UserID != id {
		return models.NoSuch("membership")
	}
	if err := s.Register.EndRole(c.ctx(), c.viewer, role); err != nil {
		return err
	}
	return c.done(userPath(id), "The role is ended.")
}

// makeLink makes a sign-in link and shows it once, for the administrator to hand over.
func (s *site) makeLink(c *page) error {
	id, _, err := c.userForm()
	if err != nil {
		return err
	}
	secret, err := s.Register.SignInLink(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	return s.showUser(c, id, &userPage{Form: newForm(), Link: c.origin() + "/sign-in/" + secret}, http.StatusCreated)
}

// origin is how the reader's browser reaches the register: https where its cookies are for https only.
func (c *page) origin() string {
	scheme := "http://"
	if c.site.Sessions.Cookie.Secure || c.request().TLS != nil {
		scheme = "https://"
	}
	return scheme + c.request().Host
}

func (s *site) closeUser(c *page) error {
	id, _, err := c.userForm()
	if err != nil {
		return err
	}
	if id == c.viewer.UserID {
		return models.Refuse(models.Conflict, "own-account", "You cannot close your own account. Ask another administrator.")
	}
	if err := s.Register.CloseUser(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done(userPath(id), "The account is closed. Its sessions and tokens do not work any more.")
}
