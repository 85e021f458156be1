package web_test

import (
	"context"
	"encoding/json"
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

// harvested gives Health a publisher with a described repository, one with mistakes and one that failed.
func harvested(t *testing.T, s *site, g *sample.State) (publisher, repository, harvest int64) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	host := gitserver.New(t)
	ctx, by := context.Background(), sample.Viewer(t, s.store, g.Registrar)
	host.Add("intake", map[string]string{"publiccode.yml": "publiccodeYmlVersion: \"0.5\"\nname: Intake Desk\nurl: " + host.URL + "/gov/intake\nsurprise: yes\n", "SECURITY.md": "Write to us."})
	host.Tag("intake", "v1.0")
	host.Add("gone", map[string]string{"README.md": "Gone"})
	host.Break("gone", 404)
	s.reg.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Workers: 1})
	p := &models.Publisher{AgencyID: g.Health.ID, Name: "Health digital", Email: "code@health.example", Active: true, Hostings: []models.CodeHosting{{URL: host.URL + "/" + gitserver.Group, Host: models.Gitea, Group: true}}}
	must(s.reg.RegisterPublisher(ctx, by, p))
	h, err := s.reg.AskHarvest(ctx, by, p.ID)
	must(err)
	must(s.reg.RunHarvest(ctx, h.ID))
	c, err := models.CanonicalURL(host.URL + "/gov/intake")
	must(err)
	r, err := s.store.RepositoryAt(ctx, by, c)
	must(err)
	_, err = s.reg.WriteAnalyses(ctx, sample.By, r.ID, map[string]json.RawMessage{"scanner": json.RawMessage(`{"v":1,"grade":"A"}`)})
	must(err)
	return p.ID, r.ID, h.ID
}

func addRepositoryAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	p, r, h := harvested(t, s, g)
	all["/publishers/:id"], all["/publishers/:id/edit"] = fmt.Sprintf("/publishers/%d", p), fmt.Sprintf("/publishers/%d/edit", p)
	all["/repositories/:id"], all["/repositories/:id/edit"] = fmt.Sprintf("/repositories/%d", r), fmt.Sprintf("/repositories/%d/edit", r)
	all["/repositories/:id/analyses"], all["/repositories/:id/analyses/:namespace"] = fmt.Sprintf("/repositories/%d/analyses", r), fmt.Sprintf("/repositories/%d/analyses/scanner", r)
	addCrawlerAddresses(t, s, g, all, r)
	all["/repositories/:id/withdraw"] = fmt.Sprintf("/repositories/%d/withdraw", r)
	all["/harvests/:id"] = fmt.Sprintf("/harvests/%d", h)
}

func TestTheOwnerSeesWhatFailedAndHowToMendIt(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	p, r, h := harvested(t, s, g)
	registrar := s.as(g.Registrar.ID)
	registrar.get(fmt.Sprintf("/publishers/%d", p)).want(t, 200, ": 2 repositories, ", "To mend", "Intake log", "code@health.example", "Harvest now")
	registrar.get(fmt.Sprintf("/harvests/%d", h)).want(t, 200, "2 to mend", "To mend<", "Gone")
	registrar.get(fmt.Sprintf("/repositories/%d", r)).want(t, 200, "surprise", "Mistake", "Not measurable", "Measured on <time", "swh:<wbr>1:<wbr>rel:", "scanner")
	s.get(fmt.Sprintf("/publishers/%d", p)).want(t, 200, "Health digital").without(t, "code@health.example", "Harvest now")
	s.get("/repositories?outcome=gone").want(t, 200, "1 repository", "tag-bad\">Gone")
}

func TestAPublisherIsAddedWithAllMistakesAtOnce(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	registrar.post("/publishers", "name", "", "agencyId", number(g.Health.ID), "hostings", "nonsense", "email", "nobody").want(t, 400, `href="#f-name"`, `href="#f-hostings"`, "nonsense")
	a := registrar.post("/publishers", "name", "Clinics", "agencyId", number(g.Health.ID), "hostings", "https://codeberg.org/clinics\nhttps://git.example.org/desk single", "active", "yes").want(t, 303)
	registrar.get(a.Location).want(t, 200, "every repository below it", "one repository", "Gitea or Forgejo")
	s.as(g.Reader.ID).post("/publishers", "name", "Others", "agencyId", number(g.Health.ID)).want(t, 403)
}

func TestARepositoryIsLinkedByHand(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	a := registrar.post("/repositories", "url", "https://git.example.org/health/desk", "agencyId", number(g.Health.ID), "visibility", "government", "active", "yes").want(t, 303)
	registrar.post(a.Location, "url", "https://git.example.org/health/desk-2", "agencyId", number(g.Health.ID), "assetId", number(g.CaseDesk.ID), "visibility", "government", "active", "yes", "version", "1").want(t, 303)
	registrar.get(a.Location).want(t, 200, "The code of", "git.example.org/health/desk-2", "Also known as")
	s.get(a.Location).want(t, 404)
	registrar.post(a.Location, "url", "https://git.example.org/health/desk-2", "agencyId", number(g.Health.ID), "assetId", "999999", "visibility", "government", "version", "2").want(t, 400, "There is no such software")

}

func TestTheFormOfARepositoryOffersWhatItCanBelongTo(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	clinics := registrar.post("/publishers", "name", "Clinics", "agencyId", number(g.Health.ID), "hostings", "https://codeberg.org/clinics", "active", "yes").want(t, 303).Location
	publisher := strings.TrimPrefix(clinics, "/publishers/")
	add := "/repositories/new?agency=" + number(g.Health.ID) + "&publisher=" + publisher
	registrar.get(clinics).want(t, 200, strings.ReplaceAll(add, "&", "&amp;"), "/webhooks/new?scope=publisher&amp;scopeId="+publisher)
	desk := "Case Desk (" + number(g.CaseDesk.ID) + ")"
	registrar.get(add+"&assetId="+number(g.CaseDesk.ID)).want(t, 200, `value="`+desk+`"`, `<option value="`+desk+`">`, `value="Clinics (`+publisher+`)"`, `<option value="`+number(g.Health.ID)+`" selected>`)
	a := registrar.post("/repositories", "url", "https://git.example.org/health/desk", "agencyId", number(g.Health.ID), "assetId", "case desk", "publisherId", "clinics", "visibility", "agency", "active", "yes").want(t, 303)
	registrar.get(a.Location+"/edit").want(t, 200, `value="`+desk+`"`, `value="Clinics (`+publisher+`)"`)
	registrar.post("/repositories", "url", "https://git.example.org/x", "agencyId", number(g.Health.ID), "assetId", "Nothing", "publisherId", "Nobody", "visibility", "public").want(t, 400, "There is no software called “Nothing”", "There is no publisher called “Nobody”")

	registrar.post("/repositories", "url", "https://git.example.org/health/desk.git", "agencyId", number(g.Health.ID), "visibility", "public").want(t, 409, `href="`+a.Location+`"`, ">Open ")
	buyer := s.as(g.InsuranceRegistrar.ID)
	if again := buyer.post("/repositories", "url", "https://git.example.org/health/desk.git", "agencyId", number(g.Insurance.ID), "visibility", "public"); again.Status == 200 || strings.Contains(again.Body, a.Location) {
		t.Errorf("a repository that its reader may not see is linked (%d)\n%s", again.Status, mainOf(again.Body))
	}
}

func TestARepositoryIsWithdrawnAndPutBackOnPages(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	registrar.get("/repositories/new").want(t, 200, `name="url" type="text" value="" inputmode="url"`)
	publisher := registrar.post("/publishers", "name", "Clinics", "agencyId", number(g.Health.ID), "hostings", "https://git.example.org/health", "active", "yes").want(t, 303).Location
	registrar.get(publisher).want(t, 200, "None are known yet. Start a harvest.")
	path := registrar.post("/repositories", "url", "https://git.example.org/health/desk", "agencyId", number(g.Health.ID), "assetId", "Case Desk", "publisherId", "Clinics", "visibility", "public", "active", "yes").want(t, 303).Location
	s.get(path).want(t, 200).without(t, "/withdraw")
	s.get(path+"/withdraw").want(t, 401)
	s.as(g.Reader.ID).post(path+"/withdraw").want(t, 403)
	registrar.get(path).want(t, 200, path+"/withdraw")
	registrar.get(path+"/withdraw").want(t, 200, "It leaves every list", "can switch it on again", "stays there, and in the open data", assetOf(g.CaseDesk)+"/edit").without(t, "feeds and the open data")
	registrar.post(path+"/withdraw").want(t, 303)
	registrar.get(path).want(t, 200, "It was withdrawn on", "Switch it on again", "withdrew a repository", "people of "+g.Health.Name+" and of the open source programme office").without(t, path+"/withdraw")
	registrar.post("/repositories", "url", "https://git.example.org/health/desk", "agencyId", number(g.Health.ID), "visibility", "public").want(t, 409, "switch on number "+strings.TrimPrefix(path, "/repositories/")+" again")
	registrar.get(publisher).want(t, 200, "were withdrawn or switched off", path).without(t, "None are known yet")
	s.as(g.Officer.ID).get(path).want(t, 200, "It was withdrawn on")
	registrar.get(assetOf(g.CaseDesk)).want(t, 200, "Its repository was withdrawn from the register")
	s.get(assetOf(g.CaseDesk)).want(t, 200, "could be measured").without(t, "withdrawn from the register", "not in the register yet")
	registrar.get(path+"/withdraw").want(t, 409, "withdrawn already")
	s.get(path).want(t, 404)
	s.get("/repositories").want(t, 200).without(t, "git.example.org/health/desk")
	registrar.post(path+"/put-back").want(t, 303)
	s.get(path).want(t, 200).without(t, "withdrawn")
	s.post(path+"/put-back").want(t, 401)
}
