package web

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountBundles(r *routes) {
	r.get("/software-bundles", s.bundles)
	r.get("/software-bundles/new", s.newBundle)
	r.post("/software-bundles", s.registerBundle)
	r.get("/software-bundles/:id", s.bundle)
	r.get("/software-bundles/:id/edit", s.editBundle)
	r.post("/software-bundles/:id", s.changeBundle)
	r.post("/software-bundles/:id/withdraw", s.withdrawBundle)
}

// bundlesPage lists bundles of software.
type bundlesPage struct {
	List   []models.SoftwareBundle
	Next   string
	MayAdd bool
}

func (s *site) bundles(c *page) error {
	list, err := s.Store.SoftwareBundles(c.ctx(), c.viewer, c.openList())
	if err != nil {
		return err
	}
	return c.show(view{Name: "software-bundles", Title: "Bundles of software", Nav: "/catalogue", Crumbs: []crumb{{"Catalogue", "/catalogue"}, {"Bundles", ""}}, Page: bundlesPage{list.Items, c.onward(list.Next), c.viewer.May(models.WriteRepository, 0)}})
}

// bundlePage is one bundle with its software.
type bundlePage struct {
	*models.SoftwareBundle
	Code      []store.RepositoryRow
	More      int
	History   history
	MayChange bool
}

// shownBundled bounds the software of a bundle that its page shows.
const shownBundled = 100

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F-]{36}$`)

func (s *site) openBundle(c *page) (*models.SoftwareBundle, error) {
	id := c.g.Param("id")
	if !uuidForm.MatchString(id) {
		return nil, models.NoSuch("page")
	}
	return s.Store.SoftwareBundle(c.ctx(), c.viewer, id)
}

// bundled reads the repositories of a bundle, at most n of them.
func (c *page) bundled(b *models.SoftwareBundle, n int) ([]store.RepositoryRow, error) {
	var out []store.RepositoryRow
	for _, uuid := range b.Repositories[:min(n, len(b.Repositories))] {
		list, err := c.site.Store.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{UUID: uuid, Inactive: true})
		if err != nil {
			return nil, err
		}
		out = append(out, list.Items...)
	}
	return out, nil
}

func (s *site) bundle(c *page) error {
	b, err := s.openBundle(c)
	if err != nil {
		return err
	}
	p := bundlePage{SoftwareBundle: b, More: max(len(b.Repositories)-shownBundled, 0), MayChange: c.viewer.May(models.WriteRepository, 0)}
	if p.Code, err = c.bundled(b, shownBundled); err != nil {
		return err
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "software-bundle", NounID: b.ID}); err != nil {
		return err
	}
	return c.show(view{Name: "software-bundle", Title: b.Name, Nav: "/catalogue", Crumbs: []crumb{{"Bundles", "/software-bundles"}, {b.Name, ""}}, Page: p})
}

// bundleForm asks what is in a bundle.
type bundleForm struct {
	Form               *form
	New                bool
	Name, Action, Back string
	Active             []option
}

func (s *site) newBundle(c *page) error {
	if !c.viewer.May(models.WriteRepository, 0) {
		return refuseWrite(c, "put software into bundles")
	}
	return s.showBundleForm(c, newForm("active", "yes"), nil)
}

func (s *site) editBundle(c *page) error {
	b, err := s.openBundle(c)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteRepository, 0) {
		return refuseWrite(c, "put software into bundles")
	}
	rows, err := c.bundled(b, models.MostBundled)
	if err != nil {
		return err
	}
	code := make([]string, len(rows))
	for i, r := range rows {
		code[i] = r.Canonical
	}
	f := newForm("name", b.Name, "description", b.Description, "softwareIds", strings.Join(code, "\n"))
	if b.Active {
		f.set("active", "yes")
	}
	return s.showBundleForm(c, f, b)
}

func (s *site) showBundleForm(c *page, f *form, b *models.SoftwareBundle) error {
	p := bundleForm{Form: f, New: b == nil, Action: "/software-bundles", Back: "/software-bundles", Active: []option{{Value: "yes", Label: "Show it"}}}
	title, crumbs := "Make a bundle", []crumb{{"Bundles", "/software-bundles"}}
	if b != nil {
		p.Name, p.Action = b.Name, bundlePath(b)
		p.Back, title = p.Action, "Change "+b.Name
		crumbs = append(crumbs, crumb{b.Name, p.Back})
	}
	return c.show(view{Name: "software-bundle-form", Title: title, Nav: "/catalogue", Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

// readBundle reads the form. Every address that is no repository of the register is a mistake.
func (c *page) readBundle(f *form, b *models.SoftwareBundle) error {
	b.Name, b.Description, b.Active, b.Repositories = f.get("name"), f.get("description"), f.get("active") == "yes", nil
	var m models.Mistakes
	given := lines(f.get("softwareIds"))
	if len(given) > models.MostBundled {
		m.Add("softwareIds", "too-many", "A bundle has at most "+number(models.MostBundled)+" pieces of software.")
		return m.Err()
	}
	for i, line := range given {
		address := line
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		canonical, err := models.CanonicalURL(address)
		if err != nil {
			m.Add("softwareIds", "unknown", fmt.Sprintf("Line %d: “%s” is no address of a repository.", i+1, shorten(line, 80)))
			continue
		}
		row, err := c.site.Store.RepositoryAt(c.ctx(), c.viewer, canonical)
		switch {
		case models.IsKind(err, models.NotFound):
			m.Add("softwareIds", "unknown", fmt.Sprintf("Line %d: no repository of the register has the address “%s”.", i+1, shorten(line, 80)))
		case err != nil:
			return err
		default:
			b.Repositories = append(b.Repositories, row.UUID)
		}
	}
	if m.Err() != nil {
		m.Include(b.Validate())
	}
	return m.Err()
}

func (s *site) registerBundle(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var b models.SoftwareBundle
	if err = c.readBundle(f, &b); err == nil {
		if err = s.Register.RegisterSoftwareBundle(c.ctx(), c.viewer, &b); err == nil {
			return c.done(bundlePath(&b), "The bundle is made.")
		}
	}
	if f.refused(err) {
		return s.showBundleForm(c, f, nil)
	}
	return err
}

func (s *site) changeBundle(c *page) error {
	b, err := s.openBundle(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var read models.SoftwareBundle
	if err = c.readBundle(f, &read); err == nil {
		_, err = s.Register.ChangeSoftwareBundle(c.ctx(), c.viewer, b.UUID, func(b *models.SoftwareBundle) error {
			b.Name, b.Description, b.Active, b.Repositories = read.Name, read.Description, read.Active, read.Repositories
			return nil
		})
		if err == nil {
			return c.done(bundlePath(b), "The bundle is changed.")
		}
	}
	if f.refused(err) {
		return s.showBundleForm(c, f, b)
	}
	return err
}

func (s *site) withdrawBundle(c *page) error {
	b, err := s.openBundle(c)
	if err != nil {
		return err
	}
	if err := s.Register.WithdrawSoftwareBundle(c.ctx(), c.viewer, b.UUID); err != nil {
		return err
	}
	return c.done("/software-bundles", b.Name+" is withdrawn. Its software stays.")
}
