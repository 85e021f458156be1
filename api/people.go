package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// User is a person who can sign in.
type User struct {
	ID        int64        `json:"id"`
	Email     string       `json:"email"`
	Name      string       `json:"name"`
	ClosedAt  *time.Time   `json:"closedAt" doc:"When the account was closed"`
	CreatedAt time.Time    `json:"createdAt"`
	Roles     []Membership `json:"roles"`
}

// UserInput is what is said of a new person.
type UserInput struct {
	Email string `json:"email" maxLength:"200" example:"r.ramdeen@health.example.gov"`
	Name  string `json:"name" maxLength:"200" example:"Riya Ramdeen"`
}

// Membership is a role of a person.
type Membership struct {
	ID       int64     `json:"id"`
	UserID   int64     `json:"userId"`
	Role     Role      `json:"role"`
	AgencyID *int64    `json:"agencyId" doc:"null: in the whole register"`
	Agency   string    `json:"agency"`
	SinceAt  time.Time `json:"sinceAt"`
}

// MembershipInput is a role to give.
type MembershipInput struct {
	Role     Role   `json:"role"`
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"For roles that are held in an agency: it and all below it"`
}

// Me is who asks, as the register sees it.
type Me struct {
	SignedIn bool     `json:"signedIn"`
	UserID   *int64   `json:"userId"`
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	TokenID  *int64   `json:"tokenId" doc:"The API token that was sent"`
	Actions  []Action `json:"actions" doc:"What you may do, somewhere"`
	Roles    []Held   `json:"roles"`
}

// Held is a role of whoever asks.
type Held struct {
	Role     Role   `json:"role"`
	AgencyID *int64 `json:"agencyId" doc:"null: in the whole register"`
	Agency   string `json:"agency"`
}

func shapeMembership(m *store.MembershipRow) Membership {
	return Membership{ID: m.ID, UserID: m.UserID, Role: Role(m.Role), AgencyID: m.AgencyID, Agency: m.Agency, SinceAt: utc(m.CreatedAt)}
}

func shapeUser(u *models.User, roles []store.MembershipRow) User {
	return User{ID: u.ID, Email: u.Email, Name: u.Name, ClosedAt: instant(u.DisabledAt), CreatedAt: utc(u.CreatedAt), Roles: each(roles, shapeMembership)}
}

func (a *api) people() {
	const tag = "People"
	get(a, "/me", about{id: "getMe", tag: tag, summary: "Who you are here, and what you may do"}, a.getMe)
	get(a, "/users", about{id: "listUsers", tag: tag, summary: "List people", text: "For administrators.", signedIn: true}, a.listUsers)
	post(a, "/users", about{id: "createUser", tag: tag, summary: "Add a person", text: "For administrators.", status: 201}, a.createUser)
	get(a, "/users/{id}", about{id: "getUser", tag: tag, summary: "A person with their roles", text: "For administrators.", signedIn: true}, a.getUser)
	post(a, "/users/{id}/transitions", about{id: "closeUser", tag: tag, summary: "Close an account", text: "Sessions and tokens end at once."}, a.closeUser)
	get(a, "/users/{id}/memberships", about{id: "listMemberships", tag: tag, summary: "List the roles of a person", text: "For administrators.", signedIn: true}, a.listMemberships)
	post(a, "/users/{id}/memberships", about{id: "giveRole", tag: tag, summary: "Give a role", text: "For administrators.", status: 201}, a.giveRole)
	post(a, "/memberships/{id}/transitions", about{id: "endRole", tag: tag, summary: "End a role", text: "For administrators.", status: 204}, a.endRole)
}

func (a *api) getMe(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) {
	v := viewer(ctx)
	me := Me{SignedIn: v.SignedIn(), Name: v.Name, Email: v.Email, Actions: []Action{}, Roles: []Held{}}
	for _, action := range models.Actions {
		if v.MaySomewhere(action) {
			me.Actions = append(me.Actions, Action(action))
		}
	}
	if v.TokenID != 0 {
		me.TokenID = &v.TokenID
	}
	if v.UserID == 0 {
		return &struct{ Body Me }{me}, nil
	}
	me.UserID = &v.UserID
	roles, err := a.Store.Memberships(ctx, v.UserID)
	me.Roles = each(roles, func(m *store.MembershipRow) Held {
		return Held{Role: Role(m.Role), AgencyID: m.AgencyID, Agency: m.Agency}
	})
	return &struct{ Body Me }{me}, err
}

func (a *api) listUsers(ctx context.Context, in *struct{ Paging }) (*Page[User], error) {
	if err := allowed(ctx, models.ManageUsers, "see the people of the register"); err != nil {
		return nil, err
	}
	l, err := a.Store.Users(ctx, in.page())
	return page(ctx, l, func(u *store.UserRow) User { return shapeUser(&u.User, u.Roles) }), err
}

func (a *api) createUser(ctx context.Context, in *struct{ Body Body[UserInput] }) (*Made[User], error) {
	u := models.User{Email: in.Body.Value.Email, Name: in.Body.Value.Name}
	if err := in.Body.check(ctx, a, u.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.CreateUser(ctx, viewer(ctx), &u); err != nil {
		return nil, err
	}
	return made("users", u.ID, 1, shapeUser(&u, nil))
}

func (a *api) user(ctx context.Context, id int64) (User, error) {
	if err := allowed(ctx, models.ManageUsers, "see the people of the register"); err != nil {
		return User{}, err
	}
	u, err := a.Store.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	roles, err := a.Store.Memberships(ctx, id)
	return shapeUser(u, roles), err
}

func (a *api) getUser(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[User], error) {
	u, err := a.user(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, u, in.Unless)
}

// UserTransition closes an account.
type UserTransition struct {
	To string `json:"to" enum:"closed"`
}

func (a *api) closeUser(ctx context.Context, in *struct {
	ID
	Body Body[UserTransition]
}) (*One[User], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.CloseUser(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	u, err := a.user(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, u, Unless{})
}

func (a *api) listMemberships(ctx context.Context, in *ID) (*struct{ Body List[Membership] }, error) {
	u, err := a.user(ctx, in.ID)
	return &struct{ Body List[Membership] }{complete(u.Roles, func(m *Membership) Membership { return *m })}, err
}

func (a *api) giveRole(ctx context.Context, in *struct {
	ID
	Body Body[MembershipInput]
}) (*struct{ Body Membership }, error) {
	m := models.Membership{UserID: in.ID.ID, AgencyID: in.Body.Value.AgencyID, Role: models.Role(in.Body.Value.Role)}
	if err := in.Body.check(ctx, a, m.Validate); err != nil {
		return nil, err
	}
	if err := allowed(ctx, models.ManageUsers, "give roles"); err != nil {
		return nil, err
	}
	if _, err := a.Store.User(ctx, m.UserID); err != nil {
		return nil, err
	}
	if err := a.Register.GiveRole(ctx, viewer(ctx), &m); err != nil {
		return nil, err
	}
	out := Membership{ID: m.ID, UserID: m.UserID, Role: Role(m.Role), AgencyID: m.AgencyID, SinceAt: utc(m.CreatedAt)}
	if m.AgencyID != nil {
		g, err := a.Store.Agency(ctx, *m.AgencyID)
		if err != nil {
			return nil, err
		}
		out.Agency = g.Name
	}
	return &struct{ Body Membership }{out}, nil
}

// MembershipTransition ends a role.
type MembershipTransition struct {
	To string `json:"to" enum:"ended"`
}

func (a *api) endRole(ctx context.Context, in *struct {
	ID
	Body Body[MembershipTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.EndRole(ctx, viewer(ctx), in.ID.ID)
}
