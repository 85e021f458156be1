package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

func (s *site) mountCrawlers(r *routes) {
	r.get("/crawler-catalogs", s.crawlerCatalogs)
	r.get("/crawler-catalogs/new", s.newCrawlerCatalog)
	r.post("/crawler-catalogs", s.registerCrawlerCatalog)
	r.get("/crawler-catalogs/:id", s.crawlerCatalog)
	r.get("/crawler-catalogs/:id/edit", s.editCrawlerCatalog)
	r.post("/crawler-catalogs/:id", s.changeCrawlerCatalog)
	r.post("/crawler-catalogs/:id/analyses", s.writeCatalogAnalysis)
	r.post("/crawler-catalogs/:id/withdraw", s.withdrawCrawlerCatalog)
	r.get("/crawler-logs", s.crawlerLogs)
	s.mountBundles(r)
}

// listedAtOnce is how much of the lists for crawlers one page shows.
const listedAtOnce = 50

// openList asks for a list of the Open Catalog API as a page shows it: what is switched off as well.
func (c *page) openList() models.OpenCatalogFilter {
	return models.OpenCatalogFilter{All: true, OpenCatalogPage: models.OpenCatalogPage{Cursor: c.query("after"), Size: listedAtOnce}}
}

// onward is the address of the next part of a list; "" when that was all.
func (c *page) onward(next string) string {
	if next == "" {
		return ""
	}
	q := c.request().URL.Query()
	q.Set("after", next)
	return withQuery(c.request().URL.Path, q.Encode())
}

// crawlerCatalogsPage lists the places that crawlers go over.
type crawlerCatalogsPage struct {
	List   []models.CrawlerCatalog
	Next   string
	MayAdd bool
}

func (s *site) crawlerCatalogs(c *page) error {
	list, err := s.Store.CrawlerCatalogs(c.ctx(), c.openList())
	if err != nil {
		return err
	}
	return c.show(view{Name: "crawler-catalogs", Title: "Catalogues for crawlers", Nav: "/catalogue", Crumbs: []crumb{{"Publishers", "/publishers"}, {"Catalogues for crawlers", ""}},
		Page: crawlerCatalogsPage{list.Items, c.onward(list.Next), c.viewer.May(models.WriteRepository, 0)}})
}

// crawlerCatalogPage is one of them, with what scanners wrote of it.
type crawlerCatalogPage struct {
	*models.CrawlerCatalog
	Analyses []catalogAnalysis
	Form     *form
	History  history
	Places   []string

	MayChange, MayWrite bool
}

// catalogAnalysis is what one scanner wrote of a catalogue.
type catalogAnalysis struct {
	Namespace string
	Tree      treeNode
}

func (s *site) openCrawlerCatalog(c *page) (*models.CrawlerCatalog, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	return s.Store.CrawlerCatalog(c.ctx(), id)
}

func (s *site) crawlerCatalog(c *page) error {
	return s.showCrawlerCatalog(c, newForm("body", "{\n  \"v\": 1\n}"))
}

func (s *site) showCrawlerCatalog(c *page, f *form) error {
	k, err := s.openCrawlerCatalog(c)
	if err != nil {
		return err
	}
	p := crawlerCatalogPage{CrawlerCatalog: k, Form: f, Places: sourceTexts(k.Sources), MayChange: c.viewer.May(models.WriteRepository, 0), MayWrite: c.viewer.May(models.WriteAnalysis, 0)}
	for _, name := range slices.Sorted(maps.Keys(k.Analyses)) {
		tree, err := treeOf(k.Analyses[name])
		if err != nil {
			return err
		}
		p.Analyses = append(p.Analyses, catalogAnalysis{name, tree})
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "crawler-catalog", NounID: k.ID}); err != nil {
		return err
	}
	return c.show(view{Name: "crawler-catalog", Title: k.Name, Nav: "/catalogue", Crumbs: []crumb{{"Catalogues for crawlers", "/crawler-catalogs"}, {k.Name, ""}}, Form: f, Page: p})
}

func sourceTexts(sources []models.CatalogSource) []string {
	var out []string
	for _, x := range sources {
		out = append(out, strings.Join(append(strings.Fields(x.Driver+" "+x.URL), x.Args...), " "))
	}
	return out
}

// crawlerCatalogForm asks which places crawlers go over.
type crawlerCatalogForm struct {
	Form               *form
	New, Root          bool
	Name, Action, Back string
	Active             []option
}

func (s *site) newCrawlerCatalog(c *page) error {
	if !c.viewer.May(models.WriteRepository, 0) {
		return refuseWrite(c, "say which places crawlers go over")
	}
	return s.showCrawlerForm(c, newForm("active", "yes"), nil)
}

func (s *site) editCrawlerCatalog(c *page) error {
	k, err := s.openCrawlerCatalog(c)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteRepository, 0) {
		return refuseWrite(c, "say which places crawlers go over")
	}
	f := newForm("name", k.Name, "alternativeId", k.AlternativeID, "publishersNamespace", k.PublishersNamespace, "scopes", strings.Join(k.Scopes, "\n"), "sources", strings.Join(sourceTexts(k.Sources), "\n"))
	if k.Active {
		f.set("active", "yes")
	}
	return s.showCrawlerForm(c, f, k)
}

func (s *site) showCrawlerForm(c *page, f *form, k *models.CrawlerCatalog) error {
	p := crawlerCatalogForm{Form: f, New: k == nil, Action: "/crawler-catalogs", Back: "/crawler-catalogs", Active: []option{{Value: "yes", Label: "Crawlers go over it"}}}
	title, crumbs := "Add a catalogue for crawlers", []crumb{{"Catalogues for crawlers", "/crawler-catalogs"}}
	if k != nil {
		p.Name, p.Root, p.Action = k.Name, k.IsRoot(), "/crawler-catalogs/"+idText(k.ID)
		p.Back, title = p.Action, "Change "+k.Name
		crumbs = append(crumbs, crumb{k.Name, p.Back})
	}
	return c.show(view{Name: "crawler-catalog-form", Title: title, Nav: "/catalogue", Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

func readCrawlerCatalog(f *form, k *models.CrawlerCatalog) {
	k.Name, k.AlternativeID, k.PublishersNamespace, k.Scopes, k.Active = f.get("name"), f.get("alternativeId"), f.get("publishersNamespace"), lines(f.get("scopes")), f.get("active") == "yes"
	k.Sources = nil
	for _, line := range lines(f.get("sources")) {
		var x models.CatalogSource
		for _, word := range strings.Fields(line) {
			switch {
			case x.URL != "":
				x.Args = append(x.Args, word)
			case strings.Contains(word, "://") || x.Driver != "":
				x.URL = word
			default:
				x.Driver = word
			}
		}
		if x.URL == "" {
			x.Driver, x.URL = "", x.Driver // said of the address by the journey
		}
		k.Sources = append(k.Sources, x)
	}
}

// whole leads what is wrong with one line to the field that has all of them.
func (f *form) whole(names ...string) {
	for i := range f.Problem.Fields {
		for _, name := range names {
			if strings.HasPrefix(f.Problem.Fields[i].Field, name+"[") {
				f.Problem.Fields[i].Field = name
			}
		}
	}
}

func (s *site) registerCrawlerCatalog(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var k models.CrawlerCatalog
	readCrawlerCatalog(f, &k)
	if err = s.Register.RegisterCrawlerCatalog(c.ctx(), c.viewer, &k); err == nil {
		return c.done("/crawler-catalogs/"+idText(k.ID), "The catalogue is there for crawlers.")
	}
	if f.refused(err) {
		f.whole("sources", "scopes")
		return s.showCrawlerForm(c, f, nil)
	}
	return err
}

func (s *site) changeCrawlerCatalog(c *page) error {
	k, err := s.openCrawlerCatalog(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	_, err = s.Register.ChangeCrawlerCatalog(c.ctx(), c.viewer, k.ID, func(k *models.CrawlerCatalog) error {
		readCrawlerCatalog(f, k)
		return nil
	})
	if err == nil {
		return c.done("/crawler-catalogs/"+idText(k.ID), "The catalogue is changed.")
	}
	if f.refused(err) {
		f.whole("sources", "scopes")
		return s.showCrawlerForm(c, f, k)
	}
	return err
}

func (s *site) writeCatalogAnalysis(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var given map[string]json.RawMessage
	if f.get("remove") != "" {
		given = map[string]json.RawMessage{f.get("remove"): json.RawMessage("null")}
	} else {
		given, err = analysisGiven(f)
	}
	if err == nil {
		if _, err = s.Register.WriteCatalogAnalyses(c.ctx(), c.viewer, id, given); err == nil {
			return c.done("/crawler-catalogs/"+idText(id), "The analyses are changed.")
		}
	}
	if f.refused(err) {
		f.analysisFields()
		return s.showCrawlerCatalog(c, f)
	}
	return err
}

func (s *site) withdrawCrawlerCatalog(c *page) error {
	k, err := s.openCrawlerCatalog(c)
	if err != nil {
		return err
	}
	err = s.Register.WithdrawCrawlerCatalog(c.ctx(), c.viewer, k.ID)
	if models.IsKind(err, models.Conflict) {
		f := newForm("body", "{\n  \"v\": 1\n}")
		f.refused(models.Refuse(models.Conflict, "catalog-not-empty", "Publishers or software came by way of this catalogue and are still there. Withdraw those first."))
		return s.showCrawlerCatalog(c, f)
	}
	if err != nil {
		return err
	}
	return c.done("/crawler-catalogs", k.Name+" is withdrawn.")
}
