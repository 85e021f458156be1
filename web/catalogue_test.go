package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// addCatalogueAddresses adds pages of the catalogue with everything that they can show.
func addCatalogueAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	for i := range 9 {
		sample.Asset(t, s.store, func(a *models.Asset) {
			a.Name, a.StewardID, a.Origin, a.License = fmt.Sprintf("Permit Desk %d", i), g.Health.ID, models.Origins[i%4], []string{"", "MIT", "EUPL-1.2"}[i%3]
			a.Descriptions, a.Categories = map[string]string{"en": "Handles building permits from the request to the notice", "de": "Für Baugenehmigungen"}, []string{[]string{"gis", "e-learning", "case-management"}[i%3]}
		})
	}
	all["/catalogue"] = "/catalogue?q=bulding+permit&origin=gov-built&origin=open-source&class=permissive&class=weak-copyleft&class=unknown"
	all["/catalogue/compare"] = fmt.Sprintf("/catalogue/compare?id=own-%d&id=own-%d&id=own-999999999", g.CaseDesk.ID, g.Portal.ID)
}

func TestTheCatalogueIsNarrowedByCheckboxesAndWidenedByChips(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/catalogue").want(t, 200, "<h1>Catalogue</h1>", `name="origin" value="gov-built"`, `href="/assets/`+number(g.CaseDesk.ID)+`"`, "What was found, by origin").without(t, "Narrowed to", ">Here</", ">Elsewhere</", fmt.Sprintf("/assets/%d\"", g.Secret.ID))
	a := s.get("/catalogue?q=desk&origin=gov-built&sort=name").want(t, 200, "What there is for “<bdi>desk</bdi>”", `value="gov-built" checked`, "Origin: Built by government", `href="/catalogue?q=desk&amp;sort=name"`, `<option value="name" selected>`)
	if strings.Count(a.Body, `<li><p><a href="/assets/`) == 0 {
		t.Error("nothing is listed")
	}
	s.get("/catalogue?q=Tax+Lens").want(t, 200).without(t, fmt.Sprintf("/assets/%d\"", g.Secret.ID))
	s.as(g.Buyer.ID).get("/catalogue?q=Tax+Lens").want(t, 200, fmt.Sprintf("/assets/%d\"", g.Secret.ID))
	s.as(g.Buyer.ID).get("/catalogue").want(t, 200, "Who sees it", "Government only")
}

func TestTheCatalogueSaysWhatWasPerhapsMeantAndWhyItFound(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	sample.Asset(t, s.store, func(a *models.Asset) {
		a.Name, a.StewardID, a.Descriptions = "PermitDesk", g.Health.ID, map[string]string{"en": "Handles building permits"}
	})
	s.get("/catalogue?q=bulding+permit").want(t, 200, "Did you mean", `href="/catalogue?q=building&#43;permit"`, "“bulding” as “building” in its summary")
	s.get("/catalogue?q=baugenehmigung").want(t, 200, "PermitDesk", "which means “baugenehmigung”")
}

func TestACatalogueThatFindsNothingSaysWhatToDo(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	s.get("/catalogue?q=zzqqzz").want(t, 200, "Nothing that you can see serves this.", `href="/search?q=zzqqzz"`, "Register it")
	s.get("/catalogue?q=desk&origin=service&category=gis").want(t, 200, "Nothing fits these words and filters together.", "Look without filters", "Category: GIS")
	s.get("/catalogue?q="+strings.Repeat("a", 201)).want(t, 400, "longer than 200 characters")
	for _, q := range []string{"%27", "%5C", "%25", "a%00b", "%F0%9F%A6%8A", "%3Cscript%3E", "%FF%FE"} {
		s.get("/catalogue?q="+q).want(t, 200)
	}
	s.get("/catalogue?q=desk&steward=x&usedBy=-1&sort=no&after=").want(t, 400, misunderstood, "usedBy", "Case Desk")
	s.get("/catalogue?after=x").want(t, 400, "not one this register gave")
}

func TestUpToFiveEntriesAreComparedSideBySide(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get(fmt.Sprintf("/catalogue/compare?id=own-%d&id=own-%d&id=own-%d", g.CaseDesk.ID, g.Portal.ID, g.Secret.ID)).want(t, 200, "1 entry is not there", "Used by", "Origin", "Who answers for it").without(t, "Tax Lens")
	s.get("/catalogue/compare").want(t, 200, "Nothing was chosen.")
	s.get("/catalogue/compare?id=nonsense").want(t, 400, misunderstood, "Nothing was chosen.")
	ids := ""
	for i := range 6 {
		ids += fmt.Sprintf("&id=own-%d", i+1)
	}
	s.get("/catalogue/compare?"+ids).want(t, 400, "Five entries can be compared at a time")
}

func TestThePageOfProprietarySoftwareNamesOpenAlternatives(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	make := func(name string, origin models.Origin, license string) *models.Asset {
		return sample.Asset(t, s.store, func(a *models.Asset) {
			a.Name, a.StewardID, a.Origin, a.License, a.Categories, a.Descriptions = name, g.Health.ID, origin, license, []string{"call-center-management"}, nil
		})
	}
	closed, open := make("MegaCall", models.Proprietary, ""), make("Free Calls", models.OpenSource, "EUPL-1.2")
	make("OtherCall", models.Proprietary, "")
	s.get("/assets/"+number(closed.ID)).want(t, 200, "Open alternatives", "Free Calls", "Is for call center management too").without(t, "OtherCall", "Open Portal")
	s.get("/assets/"+number(open.ID)).want(t, 200).without(t, "Open alternatives")
}

func TestWhatWasFoundIsDownloadedAsATable(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/catalogue?q=desk&origin=gov-built").want(t, 200, `href="/catalogue?format=csv&amp;origin=gov-built&amp;q=desk"`, `href="/catalogue?format=xlsx&amp;origin=gov-built&amp;q=desk"`)
	a := s.get("/catalogue?format=csv&origin=gov-built&q=desk").want(t, 200, "Software,Where,Answers for it", fmt.Sprintf(",/assets/%d\r\n", g.CaseDesk.ID)).without(t, "Tax Lens")
	if got := a.Header.Get("Content-Disposition"); !strings.Contains(got, "catalogue.csv") {
		t.Errorf("the table is sent as %q", got)
	}
	s.get("/catalogue?format=csv").want(t, 200).without(t, fmt.Sprintf("/assets/%d\r\n", g.Secret.ID))
	s.as(g.Buyer.ID).get("/catalogue?format=csv").want(t, 200, fmt.Sprintf("/assets/%d\r\n", g.Secret.ID))
	if book := s.get("/catalogue?format=xlsx").want(t, 200); !strings.HasPrefix(book.Body, "PK") {
		t.Error("the workbook is none")
	}
}

func TestTheCatalogueSaysHowGovernmentStandsToWhatItFinds(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/catalogue").want(t, 200).without(t, "in the stack:")
	keep(t, s, g)
	s.get("/catalogue?q=Case+Desk").want(t, 200, `in the stack: <strong class="tag tag-good">Recommended</strong>`)
	s.get(fmt.Sprintf("/catalogue/compare?id=own-%d&id=own-%d", g.CaseDesk.ID, g.Portal.ID)).want(t, 200, "In the stack", `tag-good">Recommended`, "Not in it")
	s.get(fmt.Sprintf("/catalogue/compare?id=own-%d", g.Portal.ID)).want(t, 200).without(t, "In the stack")
}
