package web

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountReleases(r *routes) {
	r.get("/assets/:id/releases/new", s.newRelease)
	r.post("/assets/:id/releases", s.registerRelease)
	r.get("/releases/:id", s.release)
	r.get("/releases/:id/edit", s.editRelease)
	r.get("/releases/:id/history", s.releaseHistory)
	r.post("/releases/:id", s.changeRelease)
	r.post("/releases/:id/sboms", s.receiveSBOM)
	r.get("/releases/:id/sboms/:sbom", s.receivedSBOM)
}

// releaseHead is what every view of a release starts with.
type releaseHead struct {
	Release   *models.Release
	Asset     *models.Asset
	Tabs      []tab
	MayChange bool
	MaySend   bool
	Today     models.Date
}

func (c *page) openRelease(current string) (*releaseHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	r, err := c.site.Store.Release(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	a, err := c.site.Store.Asset(c.ctx(), c.viewer, r.AssetID)
	if err != nil {
		return nil, err
	}
	h := &releaseHead{Release: r, Asset: a, MayChange: c.viewer.May(models.WriteRelease, a.StewardID), MaySend: c.viewer.May(models.WriteSBOM, a.StewardID), Today: today()}
	path := releasePath(r.ID)
	h.Tabs = []tab{{Label: "Overview", Path: path, Current: current == ""}, {Label: "History", Path: path + "/history", Current: current == "history"}}
	return h, nil
}

func (h *releaseHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{Name: "Software", Path: "/assets"}, {Name: h.Asset.Title(), Path: assetPath(h.Asset.ID)}, {Name: "Release " + h.Release.Number}}
	if len(more) > 0 {
		way[2].Path = releasePath(h.Release.ID)
	}
	return append(way, more...)
}

func (h *releaseHead) view(name string, p any) view {
	return view{Name: name, Title: h.Asset.Title() + " " + h.Release.Number, Nav: "/assets", Crumbs: h.crumbs(), Page: p}
}

// releaseOverview is the page of a release.
type releaseOverview struct {
	*releaseHead
	Form      *form // of the upload
	Dates     []sourcedDate
	Current   *store.SBOMRow // the document that speaks for the release; nil when none does
	Documents []documentRow
	UnderWay  []store.DeliveryRow // documents that are being read, and those that came to nothing last
	List      string              // the list that the grades are by
	Licenses  chart
	Runs      []store.DeploymentRow
	RunPager  pager
	MaxBody   int64
}

// sourcedDate is a date of a release with where it comes from.
type sourcedDate struct {
	Name   string
	On     *models.Date
	Source string
	Link   string // the source, when it is a web address
}

func (s *site) release(c *page) error { return s.showRelease(c, newForm()) }

func (s *site) showRelease(c *page, f *form) error {
	h, err := c.openRelease("")
	if err != nil {
		return err
	}
	p := releaseOverview{releaseHead: h, Form: f, MaxBody: s.MaxBody, List: theList().Short}
	r := h.Release
	for _, d := range []sourcedDate{{Name: "Released", On: r.ReleasedOn, Source: r.ReleasedSource}, {Name: "End of sales", On: r.SalesEndOn, Source: r.SalesEndSource},
		{Name: "End of security support", On: r.SecurityEndOn, Source: r.SecurityEndSource}, {Name: "End of life", On: r.LifeEndOn, Source: r.LifeEndSource}} {
		d.Link = webAddress(d.Source)
		p.Dates = append(p.Dates, d)
	}
	docs, err := s.Store.SBOMs(c.ctx(), c.viewer, 0, r.ID, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return err
	}
	for i := range docs.Items {
		p.Documents = append(p.Documents, c.documentRow(&docs.Items[i]))
		if docs.Items[i].State == models.SBOMCurrent {
			p.Current = &docs.Items[i]
		}
	}
	if p.Current != nil {
		counts, err := s.Store.LicenseReport(c.ctx(), c.viewer, models.Scope{Release: r.ID})
		if err != nil {
			return err
		}
		p.Licenses = licenseChart("licenses", "Licences in release "+r.Number, counts, address("/licenses", "release", idText(r.ID)))
	}
	runs, err := s.Store.Deployments(c.ctx(), c.viewer, models.DeploymentFilter{Release: r.ID, Page: c.at()})
	if err != nil {
		return err
	}
	p.Runs, p.RunPager = runs.Items, pagerOf(c, runs, "deployment", "deployments")
	if h.MaySend {
		if p.UnderWay, err = c.underWay(r.ID); err != nil {
			return err
		}
	}
	v := h.view("release", p)
	v.Form = f
	return c.show(v)
}

func (s *site) releaseHistory(c *page) error {
	h, err := c.openRelease("history")
	if err != nil {
		return err
	}
	events, err := c.historyOf(models.EventFilter{Noun: "release", NounID: h.Release.ID})
	if err != nil {
		return err
	}
	return c.show(h.view("release-history", struct {
		*releaseHead
		History history
	}{h, events}))
}

// releaseFormPage asks for what a person says of a release.
type releaseFormPage struct {
	Form         *form
	Asset        *models.Asset
	Release      *models.Release // the one that is changed; nil for a new one
	Action, Back string
}

func (s *site) newRelease(c *page) error {
	h, err := c.openAsset("releases/new")
	if err != nil || h == nil {
		return err
	}
	if !h.MayRelease {
		return refuseWrite(c, "add releases to this software")
	}
	return showReleaseForm(c, newForm("number", c.query("number"), "releasedOn", c.query("releasedOn")), h.Asset, nil)
}

func (s *site) editRelease(c *page) error {
	h, err := c.openRelease("")
	if err != nil {
		return err
	}
	if !h.MayChange {
		return refuseWrite(c, "change this release")
	}
	r := h.Release
	f := newForm("number", r.Number, "notes", r.Notes, "version", idText(r.Version))
	for _, d := range datesOf(r) {
		if *d.on != nil {
			f.set(d.name+"On", (*d.on).String())
		}
		f.set(d.name+"Source", *d.source)
	}
	return showReleaseForm(c, f, h.Asset, r)
}

func showReleaseForm(c *page, f *form, a *models.Asset, r *models.Release) error {
	p := releaseFormPage{Form: f, Asset: a, Release: r, Action: assetPath(a.ID) + "/releases", Back: assetPath(a.ID) + "/releases"}
	v := view{Name: "release-form", Title: "Add a release of " + a.Title(), Nav: "/assets", Form: f,
		Crumbs: []crumb{{Name: "Software", Path: "/assets"}, {Name: a.Title(), Path: assetPath(a.ID)}, {Name: "Add a release"}}}
	if r != nil {
		p.Action, p.Back = releasePath(r.ID), releasePath(r.ID)
		v.Title, v.Crumbs[2].Name = "Change release "+r.Number, "Change release "+r.Number
	}
	v.Page = p
	return c.show(v)
}

// releaseDate is one of the dates of a release with its source.
type releaseDate struct {
	name   string
	on     **models.Date
	source *string
}

func datesOf(r *models.Release) []releaseDate {
	return []releaseDate{{"released", &r.ReleasedOn, &r.ReleasedSource}, {"salesEnd", &r.SalesEndOn, &r.SalesEndSource}, {"securityEnd", &r.SecurityEndOn, &r.SecurityEndSource}, {"lifeEnd", &r.LifeEndOn, &r.LifeEndSource}}
}

// readRelease reads the answers into r. Mistakes in dates come together with those that r.Validate finds.
func readRelease(f *form, r *models.Release) error {
	var m models.Mistakes
	r.Number, r.Notes = f.get("number"), f.get("notes")
	unread := map[string]bool{}
	for _, d := range datesOf(r) {
		*d.on, *d.source = f.date(&m, d.name+"On"), f.get(d.name+"Source")
		unread[d.name+"On"] = f.get(d.name+"On") != "" && *d.on == nil
	}
	if m.Err() == nil {
		return nil
	}
	var also models.Mistakes
	also.Include(r.Validate())
	if e, ok := also.Err().(*models.Error); ok { //nolint:errorlint // just made
		for _, field := range e.Fields {
			if !unread[field.Field] {
				m.Add(field.Field, field.Code, field.Detail)
			}
		}
	}
	return m.Err()
}

func (s *site) registerRelease(c *page) error {
	h, err := c.openAsset("releases")
	if err != nil || h == nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	r := &models.Release{AssetID: h.Asset.ID}
	if err = readRelease(f, r); err == nil {
		if err = s.Register.RegisterRelease(c.ctx(), c.viewer, r); err == nil {
			return c.done(releasePath(r.ID), "Release "+r.Number+" is in the register. Send its SBOM document next.")
		}
	}
	if f.refused(err) {
		return showReleaseForm(c, f, h.Asset, nil)
	}
	return err
}

func (s *site) changeRelease(c *page) error {
	h, err := c.openRelease("")
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	read := *h.Release
	if err = readRelease(f, &read); err == nil {
		_, err = s.Register.ChangeRelease(c.ctx(), c.viewer, h.Release.ID, f.based(), func(r *models.Release) {
			read.UpdatedAt = r.UpdatedAt
			*r = read
		})
		if err == nil {
			return c.done(releasePath(h.Release.ID), "The release is changed.")
		}
	}
	if f.refused(err) {
		f.rebase(h.Release.Version, releasePath(h.Release.ID)+"/history")
		return showReleaseForm(c, f, h.Asset, h.Release)
	}
	return err
}

func receivedPath(release, sbom int64) string {
	return fmt.Sprintf("/releases/%d/sboms/%d", release, sbom)
}
