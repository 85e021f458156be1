package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// userCommand manages people from the machine the register runs on.
type userCommand struct {
	Add  userAdd  `cmd:"" help:"Add a person and print their sign-in link."`
	Link userLink `cmd:"" help:"Print a new one-time sign-in link for a person."`
	Role userRole `cmd:"" help:"Give a person a role."`
	List userList `cmd:"" help:"List people and their roles."`
}

type userAdd struct {
	Email  string `arg:"" help:"The person's e-mail address at work."`
	Name   string `required:"" help:"The person's name."`
	Role   string `required:"" help:"reader, registrar, procurement-officer, ospo-staff, auditor or administrator."`
	Agency string `help:"The national code of the agency, for roles that are held in one."`
}

// Run adds the person.
func (c *userAdd) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		m, err := membership(ctx, db.store, c.Role, c.Agency)
		if err != nil {
			return err
		}
		u := &models.User{Email: c.Email, Name: c.Name}
		if err := reg.CreateUser(ctx, by, u); err != nil {
			return err
		}
		m.UserID = u.ID
		if err := reg.GiveRole(ctx, by, m); err != nil {
			return err
		}
		return printLink(ctx, s, reg, by, u, w)
	})
}

type userLink struct {
	Email string `arg:"" help:"The person's e-mail address."`
}

// Run prints a link.
func (c *userLink) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		u, err := db.store.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		return printLink(ctx, s, reg, by, u, w)
	})
}

type userRole struct {
	Email  string `arg:"" help:"The person's e-mail address."`
	Role   string `arg:"" help:"reader, registrar, procurement-officer, ospo-staff, auditor or administrator."`
	Agency string `help:"The national code of the agency, for roles that are held in one."`
}

// Run gives the role.
func (c *userRole) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		u, err := db.store.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		m, err := membership(ctx, db.store, c.Role, c.Agency)
		if err != nil {
			return err
		}
		m.UserID = u.ID
		if err := reg.GiveRole(ctx, by, m); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s is %s now.\n", u.Name, m.Role)
		return err
	})
}

type userList struct{}

// Run lists people.
func (userList) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, _ *register.Register, _ models.Viewer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "E-mail\tName\tRole\tAgency")
		p := models.Page{Limit: models.MaxLimit}
		for {
			list, err := db.store.Users(ctx, p)
			if err != nil {
				return err
			}
			for _, u := range list.Items {
				if len(u.Roles) == 0 {
					fmt.Fprintf(t, "%s\t%s\tnone\t\n", u.Email, u.Name)
				}
				for _, r := range u.Roles {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.Email, u.Name, r.Role, r.Agency)
				}
			}
			if p.After = list.Next; p.After == "" {
				return t.Flush()
			}
		}
	})
}

// withRegister opens the register for one command, beside a running one when there is one.
func withRegister(ctx context.Context, s *settings, w io.Writer, do func(*database, *register.Register, models.Viewer) error) error {
	db, err := open(ctx, s, s.log(io.Discard), w, joinHeld)
	if err != nil {
		return err
	}
	defer db.close()
	return do(db, register.New(db.store), models.SystemViewer("Command line"))
}

func membership(ctx context.Context, st *store.Store, role, agency string) (*models.Membership, error) {
	m := &models.Membership{Role: models.Role(role)}
	if agency != "" {
		a, err := st.AgencyByCode(ctx, agency)
		if err != nil {
			return nil, err
		}
		m.AgencyID = &a.ID
	}
	return m, m.Validate()
}

func printLink(ctx context.Context, s *settings, reg *register.Register, by models.Viewer, u *models.User, w io.Writer) error {
	secret, err := reg.SignInLink(ctx, by, u.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s can sign in once within %d hours at\n  %s/sign-in/%s\n", u.Name, int(register.LinkLife.Hours()), s.address(), secret)
	return err
}

// address is where people reach the pages.
func (s *settings) address() string {
	if s.PublicURL != "" {
		return s.PublicURL
	}
	return "http://" + s.Listen
}

// inviteAdministrator prints a sign-in link for the first administrator while there is none.
func inviteAdministrator(ctx context.Context, s *settings, st *store.Store, w io.Writer) error {
	has, err := st.HasAdministrator(ctx)
	if err != nil || has {
		return err
	}
	reg, by := register.New(st), models.SystemViewer("Command line")
	u, err := st.UserByEmail(ctx, "administrator@localhost.localdomain")
	if models.IsKind(err, models.NotFound) {
		u = &models.User{Email: "administrator@localhost.localdomain", Name: "First administrator"}
		err = reg.CreateUser(ctx, by, u)
	}
	if err != nil {
		return err
	}
	if err := reg.GiveRole(ctx, by, &models.Membership{UserID: u.ID, Role: models.Administrator}); err != nil {
		return err
	}
	fmt.Fprintln(w, "Nobody can run this register yet, so here is a link for its first administrator.")
	return printLink(ctx, s, reg, by, u, w)
}
