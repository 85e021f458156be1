package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// publishing makes Health the publisher of what a host has; each call of harvest goes over it.
func publishing(t *testing.T, s *site, g *sample.State, host *gitserver.Server) (id int64, harvest func()) {
	t.Helper()
	s.reg.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Workers: 1})
	p := &models.Publisher{AgencyID: g.Health.ID, Name: "Health digital", Active: true, Hostings: []models.CodeHosting{{URL: host.URL + "/" + gitserver.Group, Host: models.Gitea, Group: true}}}
	by := sample.Viewer(t, s.store, g.Registrar)
	if err := s.reg.RegisterPublisher(t.Context(), by, p); err != nil {
		t.Fatal(err)
	}
	return p.ID, func() {
		t.Helper()
		h, err := s.reg.AskHarvest(t.Context(), by, p.ID)
		if err == nil {
			err = s.reg.RunHarvest(context.Background(), h.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatFailsAlikeAtManyAddressesIsSaidOnceUntilItIsMended(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	host := gitserver.New(t)
	for _, name := range []string{"one", "two", "three"} {
		host.Add(name, map[string]string{"README.md": name})
	}
	for _, name := range []string{"unfinished", "unsound"} {
		host.Add(name, map[string]string{"publiccode.yml": "publiccodeYmlVersion: \"0.5\"\nname: " + name + "\n" + name + ": yes\n"})
	}
	host.Break("one", 404)
	host.Break("two", 404)
	id, harvest := publishing(t, s, g, host)
	page := fmt.Sprintf("/publishers/%d", id)
	harvest()
	s.as(g.Registrar.ID).get(page).want(t, 200, "To mend", "2 addresses", "Which ones", "gov/<wbr>one", "gov/<wbr>two", "5 repositories, 4 of them to mend")
	host.Break("one", 0)
	harvest()
	s.as(g.Registrar.ID).get(page).want(t, 200, "5 repositories, 3 of them to mend", "gov/<wbr>two", "Has mistakes", "gov/<wbr>unsound")
	for _, name := range []string{"unfinished", "unsound"} {
		host.Commit(name, map[string]string{"publiccode.yml": strings.Replace(permitsAt(host.URL+"/gov/"+name), "Permit Desk", name, 1)})
	}
	host.Break("two", 0)
	harvest()
	s.as(g.Registrar.ID).get(page).want(t, 200, "Intake log").without(t, "To mend", "of them to mend")
}
