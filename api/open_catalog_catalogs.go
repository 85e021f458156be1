package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// crawlerCatalog is a list of places that crawlers go over.
type crawlerCatalog struct {
	ID                  string          `json:"id"`
	Name                string          `json:"name"`
	AlternativeID       string          `json:"alternativeId,omitempty"`
	Active              bool            `json:"active"`
	PublishersNamespace string          `json:"publishersNamespace,omitempty"`
	Scopes              []string        `json:"scopes,omitempty"`
	Sources             []catalogSource `json:"sources"`
	CreatedAt           time.Time       `json:"createdAt"`
	UpdatedAt           time.Time       `json:"updatedAt"`
}

type catalogSource struct {
	Driver string   `json:"driver,omitempty"`
	URL    string   `json:"url"`
	Args   []string `json:"args,omitempty"`
}

type crawlerCatalogInput struct {
	Name                string          `json:"name"`
	AlternativeID       *string         `json:"alternativeId"`
	Active              *bool           `json:"active"`
	PublishersNamespace *string         `json:"publishersNamespace"`
	Scopes              []string        `json:"scopes"`
	Sources             []catalogSource `json:"sources"`
}

func (in *crawlerCatalogInput) check(m *catalogMistakes) {
	if m.required("name", in.Name) {
		m.most("name", in.Name, 255)
	}
	if in.AlternativeID != nil && strings.TrimSpace(*in.AlternativeID) == "" {
		m.add("alternativeId", "min", *in.AlternativeID)
	}
	m.most("alternativeId", textOf(in.AlternativeID), 255)
	m.most("publishersNamespace", textOf(in.PublishersNamespace), 255)
	if len(in.Scopes) > 20 {
		m.add("scopes", "max", "")
	}
	for _, s := range in.Scopes {
		if m.required("scopes", s) {
			m.most("scopes", s, 64)
		}
	}
	if len(in.Sources) > 100 {
		m.add("sources", "max", "")
	}
	for _, s := range in.Sources {
		m.url("url", s.URL, 2000)
		m.most("driver", s.Driver, 64)
		if len(s.Args) > 20 {
			m.add("args", "max", "")
		}
		for _, arg := range s.Args {
			if m.required("args", arg) {
				m.most("args", arg, 2048)
			}
		}
	}
}

func (in *crawlerCatalogInput) write(k *models.CrawlerCatalog) {
	k.Name, k.AlternativeID, k.PublishersNamespace, k.Scopes = in.Name, textOf(in.AlternativeID), textOf(in.PublishersNamespace), in.Scopes
	if in.Active != nil {
		k.Active = *in.Active
	}
	k.Sources = each(in.Sources, func(s *catalogSource) models.CatalogSource { return models.CatalogSource(*s) })
}

func shapeCrawlerCatalog(k *models.CrawlerCatalog) crawlerCatalog {
	return crawlerCatalog{ID: k.UUID, Name: k.Name, AlternativeID: k.AlternativeID, Active: k.Active, PublishersNamespace: k.PublishersNamespace, Scopes: k.Scopes,
		Sources: each(k.Sources, func(s *models.CatalogSource) catalogSource { return catalogSource(*s) }), CreatedAt: utc(k.CreatedAt), UpdatedAt: utc(k.UpdatedAt)}
}

// catalogOf finds the catalogue that an address below /catalogs names. It is nil below other addresses, and for the root as long as that has no settings.
func (a *api) catalogOf(x *catalogCall) (*models.CrawlerCatalog, error) {
	if !strings.HasPrefix(x.c.FullPath(), openCatalogPrefix+"/catalogs/") {
		return nil, nil //nolint:nilnil // no catalogue is what belongs to none
	}
	name := x.c.Param("id")
	if plain, err := url.PathUnescape(name); err == nil { // publiccode-crawler escapes it twice
		name = plain
	}
	k, err := a.Store.CrawlerCatalogNamed(x.ctx(), name)
	if name == models.RootCatalog && models.IsKind(err, models.NotFound) {
		return nil, nil //nolint:nilnil // the root is there before anybody writes down its settings
	}
	return k, err
}

// catalogAsked restricts a list to the catalogue that the address names.
func (a *api) catalogAsked(x *catalogCall, f *models.OpenCatalogFilter) (*models.CrawlerCatalog, error) {
	k, err := a.catalogOf(x)
	switch {
	case err != nil || x.c.Param("id") == "":
	case k == nil || k.IsRoot():
		f.Root = true
	default:
		f.Catalog = k.ID
	}
	return k, err
}

// belongs reports whether what has a catalogue, or none, is of the one asked for.
func belongs(k *models.CrawlerCatalog, has *int64) bool {
	if k == nil || k.IsRoot() {
		return has == nil
	}
	return has != nil && *has == k.ID
}

func renamed(err error, from, to string) error {
	var e *models.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i := range out.Fields {
		if out.Fields[i].Field == from {
			out.Fields[i].Field = to
		}
	}
	return &out
}

func (a *api) listCrawlerCatalogs(x *catalogCall) error {
	f, err := x.catalogFilter()
	if err != nil {
		return err
	}
	l, err := a.Store.CrawlerCatalogs(x.ctx(), f)
	return answerList(x, l, err, shapeCrawlerCatalog)
}

// catalogKept finds a catalogue with settings.
func (a *api) catalogKept(x *catalogCall) (*models.CrawlerCatalog, error) {
	k, err := a.catalogOf(x)
	if err == nil && k == nil {
		err = models.NoSuch("crawler-catalog")
	}
	return k, err
}

func (a *api) getCrawlerCatalog(x *catalogCall) error {
	k, err := a.catalogKept(x)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCrawlerCatalog(k))
	return nil
}

func (a *api) createCrawlerCatalog(x *catalogCall) error {
	var in crawlerCatalogInput
	if err := readCatalogBody(a, x, &in); err != nil {
		return err
	}
	k := models.CrawlerCatalog{Active: true}
	in.write(&k)
	if err := a.Register.RegisterCrawlerCatalog(x.ctx(), x.v, &k); err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCrawlerCatalog(&k))
	return nil
}

func (a *api) patchCrawlerCatalog(x *catalogCall) error {
	k, err := a.catalogKept(x)
	if err != nil {
		return err
	}
	patch, err := readCatalogPatch(a, x, &crawlerCatalogInput{})
	if err != nil {
		return err
	}
	k, err = a.Register.ChangeCrawlerCatalog(x.ctx(), x.v, k.ID, func(k *models.CrawlerCatalog) error {
		var in crawlerCatalogInput
		if err := patch.apply(shapeCrawlerCatalog(k), &in); err != nil {
			return err
		}
		in.write(k)
		return nil
	})
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCrawlerCatalog(k))
	return nil
}

func (a *api) withdrawCrawlerCatalog(x *catalogCall) error {
	k, err := a.catalogKept(x)
	if err != nil {
		return err
	}
	if err := a.Register.WithdrawCrawlerCatalog(x.ctx(), x.v, k.ID); err != nil {
		return err
	}
	x.c.Status(http.StatusNoContent)
	return nil
}

func (a *api) getCatalogAnalysis(x *catalogCall) error {
	k, err := a.catalogKept(x)
	if err != nil {
		return err
	}
	return answerCatalogAnalyses(x, k)
}

func answerCatalogAnalyses(x *catalogCall, k *models.CrawlerCatalog) error {
	out := map[string]json.RawMessage{}
	for name, body := range k.Analyses {
		out[name] = body
	}
	x.c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) patchCatalogAnalysis(x *catalogCall) error {
	k, err := a.catalogKept(x)
	if err != nil {
		return err
	}
	given, err := a.analysesGiven(x)
	if err != nil {
		return err
	}
	if k, err = a.Register.WriteCatalogAnalyses(x.ctx(), x.v, k.ID, given); err != nil {
		return err
	}
	return answerCatalogAnalyses(x, k)
}
