package web

import (
	"fmt"
	"strconv"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAssets(r *routes) {
	r.get("/assets", s.assets)
	r.get("/assets/new", s.newAsset)
	r.post("/assets", s.registerAsset)
	r.get("/assets/:id", s.asset)
	r.get("/assets/:id/components", s.assetComponents)
	r.get("/assets/:id/sboms", s.assetSBOMs)
	r.get("/assets/:id/deployments", s.assetDeployments)
	r.get("/assets/:id/releases", s.assetReleases)
	r.get("/assets/:id/history", s.assetHistory)
	r.get("/assets/:id/edit", s.editAsset)
	r.post("/assets/:id", s.changeAsset)
	r.get("/assets/:id/merge", s.chooseMerge)
	r.post("/assets/:id/merge", s.mergeAsset)
}

// assetsPage is the list of software.
type assetsPage struct {
	Form         *form
	List         []store.AssetRow
	Pager        pager
	Filtered     bool
	Origins      []option
	Lifecycles   []option
	Classes      []option
	Sorts        []option
	Steward      *models.Agency // the branch that the list is narrowed to
	MayAdd       bool
	Language     string
	Descriptions map[int64]text
}

// text is a text with the language it is in.
type text struct{ Text, Lang string }

func (s *site) assets(c *page) error {
	f := models.AssetFilter{Query: c.query("q"), Origin: models.Origin(c.query("origin")), Lifecycle: models.AssetLifecycle(c.query("lifecycle")), Class: c.query("class"),
		License: c.query("license"), Category: c.query("category"), Parent: c.queryID("parent"), Steward: c.queryID("steward"), Sort: models.AssetSort(c.query("sort")), Page: c.at()}
	list, err := s.Store.Assets(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	facets, err := s.Store.AssetFacets(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p := assetsPage{Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "entry", "entries"), MayAdd: c.viewer.MaySomewhere(models.WriteAsset),
		Filtered: f.Query != "" || f.Origin != "" || f.Lifecycle != "" || f.Class != "" || f.License != "" || f.Category != "" || f.Steward != 0 || f.Parent != 0,
		Origins:  counted(words(models.Origins), facets, "origin"), Lifecycles: counted(words(models.AssetLifecycles), facets, "lifecycle"), Classes: counted(words(licenses.Classes()), facets, "class"),
		Sorts: []option{{Value: string(models.ByName), Label: "Name, A to Z"}, {Value: string(models.ByUpdated), Label: "Last changed first"}}, Descriptions: map[int64]text{}}
	if f.Steward != 0 {
		if p.Steward, err = s.Store.Agency(c.ctx(), f.Steward); err != nil {
			return err
		}
	}
	for i := range list.Items {
		p.Descriptions[list.Items[i].ID] = describe(&list.Items[i].Asset, c.language())
	}
	return c.show(view{Name: "assets", Title: "Software", Nav: "/assets", Crumbs: []crumb{{Name: "Software"}}, Page: p})
}

// counted adds to each option how many entries have it, and leaves out those that none has.
func counted(options []option, facets []store.Facet, name string) []option {
	n := map[string]int{}
	for _, f := range facets {
		if f.Name == name {
			n[f.Value] = f.Count
		}
	}
	var out []option
	for _, o := range options {
		if n[o.Value] > 0 {
			o.Label += " (" + number(n[o.Value]) + ")"
			out = append(out, o)
		}
	}
	return out
}

// describe is the description in the reader's language, else in another, with the language it is in.
func describe(a *models.Asset, lang string) text {
	t := text{Text: a.Description(lang)}
	for l, s := range a.Descriptions {
		if s == t.Text {
			t.Lang = l
		}
	}
	return t
}

// assetHead is what every view of an asset starts with.
type assetHead struct {
	Asset       *models.Asset
	Description text
	Steward     *models.Agency
	Tabs        []tab
	Newest      *store.ReleaseRow // most recently released; nil when there is none
	Judged      *store.ReleaseRow // the newest release that has a current SBOM; nil when none has
	Releases    models.List[store.ReleaseRow]
	Deployments models.Total
	SBOMs       models.Total
	MayChange   bool
	MayMerge    bool
	MayRelease  bool
	MayDeploy   bool
	Keeping     keepingPart
}

func assetPath(id int64) string { return fmt.Sprintf("/assets/%d", id) }

// openAsset reads the asset of the address with what all its views show. It gives nil after it has sent the reader on,
// because the asset was merged into another.
func (c *page) openAsset(current string) (*assetHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	s := c.site.Store
	a, err := s.Asset(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	if a.MergedIntoID != nil {
		to := assetPath(*a.MergedIntoID)
		if current != "" {
			to += "/" + current
		}
		return nil, c.moved(to)
	}
	h := &assetHead{Asset: a, Description: describe(a, c.language()), MayChange: c.viewer.May(models.WriteAsset, a.StewardID), MayMerge: c.viewer.May(models.MergeAsset, a.StewardID),
		MayRelease: c.viewer.May(models.WriteRelease, a.StewardID), MayDeploy: c.viewer.MaySomewhere(models.WriteDeployment)}
	if h.Steward, err = s.Agency(c.ctx(), a.StewardID); err != nil {
		return nil, err
	}
	if h.Releases, err = s.Releases(c.ctx(), c.viewer, id, models.Page{}); err != nil {
		return nil, err
	}
	runs, err := s.Deployments(c.ctx(), c.viewer, models.DeploymentFilter{Asset: id, Page: models.Page{Limit: 1}})
	if err != nil {
		return nil, err
	}
	docs, err := s.SBOMs(c.ctx(), c.viewer, id, 0, models.Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	h.Deployments, h.SBOMs = runs.Total, docs.Total
	if len(h.Releases.Items) > 0 {
		h.Newest = &h.Releases.Items[0]
	}
	if docs.Total.Count > 0 {
		if err := h.judge(c); err != nil {
			return nil, err
		}
	}
	h.tabs(current)
	return h, nil
}

// judge finds the newest release that has a current SBOM document, however far back it is.
func (h *assetHead) judge(c *page) error {
	for list := h.Releases; ; {
		for i := range list.Items {
			if list.Items[i].SBOMID != nil {
				h.Judged = &list.Items[i]
				return nil
			}
		}
		if list.Next == "" {
			return nil
		}
		var err error
		if list, err = c.site.Store.Releases(c.ctx(), c.viewer, h.Asset.ID, models.Page{After: list.Next, Limit: models.MaxLimit}); err != nil {
			return err
		}
	}
}

func (h *assetHead) tabs(current string) {
	path := assetPath(h.Asset.ID)
	components := ""
	if h.Judged != nil {
		components = number(h.Judged.Packages)
	}
	for _, t := range []tab{{Label: "Overview", Path: ""}, {Label: "Components", Path: "components", Count: components}, {Label: "Licences", Path: "licences"}, {Label: "SBOMs", Path: "sboms", Count: total(h.SBOMs)},
		{Label: "Deployments", Path: "deployments", Count: total(h.Deployments)}, {Label: "Releases", Path: "releases", Count: total(h.Releases.Total)}, {Label: "History", Path: "history"}} {
		t.Current = t.Path == current
		if t.Path == "" {
			t.Path = path
		} else {
			t.Path = path + "/" + t.Path
		}
		h.Tabs = append(h.Tabs, t)
	}
}

// crumbs is the way to a page below the asset; to the asset itself without more.
func (h *assetHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{Name: "Software", Path: "/assets"}, {Name: h.Asset.Title()}}
	if len(more) > 0 {
		way[1].Path = assetPath(h.Asset.ID)
	}
	return append(way, more...)
}

func (c *page) showAsset(name string, h *assetHead, p any) error {
	v := view{Name: name, Title: h.Asset.Title(), Nav: "/assets", Crumbs: h.crumbs(), Page: p}
	if name == "asset" {
		var err error
		if v.Told, err = c.told(h.Asset); err != nil {
			return err
		}
	}
	return c.show(v)
}

func (s *site) assetComponents(c *page) error {
	h, err := c.openAsset("components")
	if err != nil || h == nil {
		return err
	}
	p := struct {
		*assetHead
		Form    *form
		List    []store.PackageRow
		Pager   pager
		Classes []option
	}{assetHead: h, Form: &form{Values: c.request().URL.Query()}, Classes: words(licenses.Classes())}
	if h.Judged != nil {
		list, err := s.Store.Packages(c.ctx(), *h.Judged.SBOMID, store.PackageFilter{Query: c.query("q"), Class: c.query("class"), Page: c.at()})
		if err != nil {
			return err
		}
		p.List, p.Pager = list.Items, pagerOf(c, list, "package", "packages")
	}
	return c.showAsset("asset-components", h, p)
}

func (s *site) assetSBOMs(c *page) error {
	h, err := c.openAsset("sboms")
	if err != nil || h == nil {
		return err
	}
	list, err := s.Store.SBOMs(c.ctx(), c.viewer, h.Asset.ID, 0, c.at())
	if err != nil {
		return err
	}
	return c.showAsset("asset-sboms", h, struct {
		*assetHead
		List  []store.SBOMRow
		Pager pager
	}{h, list.Items, pagerOf(c, list, "document", "documents")})
}

func (s *site) assetDeployments(c *page) error {
	h, err := c.openAsset("deployments")
	if err != nil || h == nil {
		return err
	}
	list, err := s.Store.Deployments(c.ctx(), c.viewer, models.DeploymentFilter{Asset: h.Asset.ID, Page: c.at()})
	if err != nil {
		return err
	}
	return c.showAsset("asset-deployments", h, struct {
		*assetHead
		List  []store.DeploymentRow
		Pager pager
	}{h, list.Items, pagerOf(c, list, "deployment", "deployments")})
}

func (s *site) assetReleases(c *page) error {
	h, err := c.openAsset("releases")
	if err != nil || h == nil {
		return err
	}
	list := h.Releases
	if c.query("after") != "" {
		if list, err = s.Store.Releases(c.ctx(), c.viewer, h.Asset.ID, c.at()); err != nil {
			return err
		}
	}
	return c.showAsset("asset-releases", h, struct {
		*assetHead
		List  []store.ReleaseRow
		Pager pager
		Today models.Date
	}{h, list.Items, pagerOf(c, list, "release", "releases"), today()})
}

func (s *site) assetHistory(c *page) error {
	h, err := c.openAsset("history")
	if err != nil || h == nil {
		return err
	}
	events, err := c.historyOf(models.EventFilter{Asset: h.Asset.ID})
	if err != nil {
		return err
	}
	return c.showAsset("asset-history", h, struct {
		*assetHead
		History history
	}{h, events})
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
