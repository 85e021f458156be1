package web

import (
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRepositories(r *routes) {
	s.mountBuiltCode(r)
	s.mountRepositoryWithdrawal(r)
	s.mountAnalyses(r)
	s.mountCrawlers(r)
	r.get("/repositories", s.repositories)
	r.get("/repositories/new", s.newRepository)
	r.post("/repositories", s.registerRepository)
	r.get("/repositories/:id", s.repository)
	r.get("/repositories/:id/edit", s.editRepository)
	r.post("/repositories/:id", s.changeRepository)
	r.post("/repositories/:id/mirror", s.setMirror)
}

// repositoriesPage lists places where code is kept.
type repositoriesPage struct {
	Form     *form
	List     []store.RepositoryRow
	Pager    pager
	States   []option
	Outcomes []option
	Answers  []option
	Filtered bool
	MayAdd   bool
}

func (s *site) repositories(c *page) error {
	f := models.RepositoryFilter{Query: c.query("q"), Agency: c.queryID("agency"), Publisher: c.queryID("publisher"), State: models.RepositoryState(c.query("state")), Outcome: models.VisitOutcome(c.query("outcome")),
		Described: models.YesNo(c.query("described")), Sort: models.ByUpdated, Page: c.at()}
	list, err := s.Store.Repositories(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	return c.show(view{Name: "repositories", Title: "Repositories", Nav: "/catalogue", Crumbs: []crumb{{"Repositories", ""}}, Page: repositoriesPage{
		Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "repository", "repositories"), States: words(models.RepositoryStates), Outcomes: words(models.VisitOutcomes),
		Answers:  []option{{Value: string(models.Yes), Label: "Yes"}, {Value: string(models.No), Label: "No"}},
		Filtered: f.Query != "" || f.Agency != 0 || f.Publisher != 0 || f.State != "" || f.Outcome != "" || f.Described != "", MayAdd: c.viewer.MaySomewhere(models.WriteRepository)}})
}

// repositoryPage is one repository: what was read in it, how alive it is, and what happened when it was asked.
type repositoryPage struct {
	*store.RepositoryRow
	MayChange    bool
	Lines        []sourceLine
	Measurements []models.Measurement
	Measured     time.Time // the newest of them
	Revisions    []models.Revision
	Analyses     []models.Analysis
	Mirror       *models.RepositoryMirror
	Copy         string // address that git clones the copy from; "" when none is handed out
	Visits       []store.VisitRow
	Same         []store.RepositoryRow
	History      history
}

// sourceLine is a line of the file that describes the software, with what there is to say of it.
type sourceLine struct {
	Number  int
	Text    string
	Remarks []models.Remark
}

// mostLines bounds the lines of a file that a page shows, and mostRemarksBeside the remarks beside them; lines with remarks are shown wherever they stand.
const mostLines, mostRemarksBeside = 600, 80

func sourceLines(source string, remarks []models.Remark) []sourceLine {
	by := map[int][]models.Remark{}
	for _, r := range remarks {
		by[r.Line] = append(by[r.Line], r)
	}
	var out []sourceLine
	if len(by[0]) > 0 {
		out = append(out, sourceLine{Remarks: by[0][:min(len(by[0]), mostRemarksBeside)]})
	}
	n, beside := 0, len(by[0])
	for line := range strings.Lines(source) {
		n++
		if beside += len(by[n]); n > mostLines && len(by[n]) == 0 || beside > mostRemarksBeside {
			continue
		}
		out = append(out, sourceLine{Number: n, Text: shorten(strings.TrimRight(line, "\r\n"), 300), Remarks: by[n]})
	}
	return out
}

func (s *site) repository(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Repository(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := repositoryPage{RepositoryRow: row, MayChange: c.viewer.May(models.WriteRepository, row.AgencyID), Lines: sourceLines(row.Source, row.Remarks)}
	if err := s.fillRepository(c, &p); err != nil {
		return err
	}
	return c.show(view{Name: "repository", Title: row.Canonical, Nav: "/catalogue", Crumbs: []crumb{{"Repositories", "/repositories"}, {shorten(row.Canonical, 60), ""}}, Page: p})
}

func (s *site) fillRepository(c *page, p *repositoryPage) (err error) {
	if p.Measurements, err = s.measurements(c, p.ID); err != nil {
		return err
	}
	for _, m := range p.Measurements {
		if m.MeasuredAt.After(p.Measured) {
			p.Measured = m.MeasuredAt
		}
	}
	if p.Revisions, err = s.Store.Revisions(c.ctx(), p.ID, 20); err != nil {
		return err
	}
	if p.Analyses, err = s.Store.Analyses(c.ctx(), p.ID); err != nil {
		return err
	}
	if p.Mirror, err = s.Store.Mirror(c.ctx(), p.ID); err != nil {
		return err
	}
	if _, err := s.Register.ServeMirror(c.ctx(), c.viewer, p.ID); err == nil {
		p.Copy = c.origin() + "/git/" + idText(p.ID) + ".git"
	} else if !models.IsKind(err, models.NotFound) {
		return err
	}
	visits, err := s.Store.Visits(c.ctx(), c.viewer, models.VisitFilter{Repository: p.ID, Page: models.Page{Limit: 10}})
	if err != nil {
		return err
	}
	p.Visits = visits.Items
	if p.RootCommit != "" {
		same, err := s.Store.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{RootCommit: p.RootCommit, Page: models.Page{Limit: 20}})
		if err != nil {
			return err
		}
		for _, r := range same.Items {
			if r.ID != p.ID {
				p.Same = append(p.Same, r)
			}
		}
	}
	p.History, err = c.historyOf(models.EventFilter{Noun: "repository", NounID: p.ID})
	return err
}

// measurements are the newest ones in the order of models.Metrics.
func (s *site) measurements(c *page, repository int64) ([]models.Measurement, error) {
	list, err := s.Store.Measurements(c.ctx(), repository)
	if err != nil {
		return nil, err
	}
	var out []models.Measurement
	for _, metric := range models.Metrics {
		for _, m := range list {
			if m.Metric == metric {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// repositoryFormPage asks where code is, whose, and of which software.
type repositoryFormPage struct {
	Form         *form
	New          bool
	Action, Back string
	Agencies     agencyChoice
	Software     []option
	Publishers   []option
	Sights       []option
	Active       []option
}

func (s *site) newRepository(c *page) error {
	if !c.viewer.MaySomewhere(models.WriteRepository) {
		return refuseWrite(c, "add repositories")
	}
	f := newForm("active", "yes", "agencyId", orElse(c.query("agencyId"), c.query("agency")), "assetId", c.assetText(c.asked("asset")), "publisherId", publisherThings.text(c, c.asked("publisher")), "visibility", string(models.VisiblePublic))
	if id := c.asked("asset"); id != nil && f.get("agencyId") == "" {
		a, err := s.Store.Asset(c.ctx(), c.viewer, *id)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		if err == nil {
			f.set("agencyId", idText(a.StewardID))
		}
	}
	return s.showRepositoryForm(c, f, nil)
}

func (s *site) editRepository(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Repository(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteRepository, row.AgencyID) {
		return refuseWrite(c, "change this agency's repositories")
	}
	f := newForm("url", row.URL, "agencyId", idText(row.AgencyID), "aliases", strings.Join(row.Aliases, "\n"), "visibility", string(row.Visibility), "version", idText(row.Version))
	f.set("assetId", c.assetText(row.AssetID))
	f.set("publisherId", publisherThings.text(c, row.PublisherID))
	if row.Active {
		f.set("active", "yes")
	}
	return s.showRepositoryForm(c, f, row)
}

func (s *site) showRepositoryForm(c *page, f *form, row *store.RepositoryRow) error {
	p := repositoryFormPage{Form: f, New: row == nil, Action: "/repositories", Back: "/repositories", Sights: words(models.Visibilities), Active: []option{{Value: "yes", Label: "Show it, and go over it by the clock"}}}
	title, crumbs := "Add a repository", []crumb{{"Repositories", "/repositories"}}
	if row != nil {
		p.Action, title = "/repositories/"+idText(row.ID), "Change the repository"
		p.Back = p.Action
		crumbs = append(crumbs, crumb{shorten(row.Canonical, 60), p.Back})
		f.rebase(row.Version, p.Back)
	}
	var err error
	if p.Agencies, err = c.agencyChoice(models.WriteRepository); err != nil {
		return err
	}
	if p.Software, err = softwareThings.offered(c); err != nil {
		return err
	}
	if p.Publishers, err = publisherThings.offered(c); err != nil {
		return err
	}
	return c.show(view{Name: "repository-form", Title: title, Nav: "/catalogue", Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

func (s *site) registerRepository(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var r models.Repository
	if err = c.readRepository(f, &r); err == nil {
		if err = s.Register.RegisterRepository(c.ctx(), c.viewer, &r); err == nil {
			return c.done("/repositories/"+idText(r.ID), "The repository is in the register. The next harvest reads it.")
		}
	}
	if f.refused(err) {
		s.pointToTaken(c, f, &r)
		return s.showRepositoryForm(c, f, nil)
	}
	return err
}

// pointToTaken leads to the repository that has the address already, where the viewer may see it.
func (s *site) pointToTaken(c *page, f *form, r *models.Repository) {
	if f.Problem.Code != "repository-exists" || f.Problem.Existing != "" { // else the refusal leads there itself
		return
	}
	for _, u := range append([]string{r.URL}, r.Aliases...) {
		canonical, err := models.CanonicalURL(u)
		if err != nil {
			continue
		}
		if row, err := s.Store.RepositoryAt(c.ctx(), c.viewer, canonical); err == nil {
			f.There = &crumb{Name: row.Canonical, Path: "/repositories/" + idText(row.ID)}
			return
		}
	}
}

func (s *site) changeRepository(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	row, err := s.Store.Repository(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	read := row.Repository
	if err = c.readRepository(f, &read); err == nil {
		_, err = s.Register.ChangeRepository(c.ctx(), c.viewer, id, f.based(), func(r *models.Repository) {
			r.AgencyID, r.AssetID, r.PublisherID, r.URL, r.Host, r.Aliases, r.Visibility, r.Active = read.AgencyID, read.AssetID, read.PublisherID, read.URL, read.Host, read.Aliases, read.Visibility, read.Active
		})
		if err == nil {
			return c.done("/repositories/"+idText(id), "The repository is changed.")
		}
	}
	if f.refused(err) {
		s.pointToTaken(c, f, &read)
		return s.showRepositoryForm(c, f, row)
	}
	return err
}

func (c *page) readRepository(f *form, r *models.Repository) (err error) {
	var m models.Mistakes
	r.AgencyID = c.agencyID(f, &m, "agencyId")
	if url := f.get("url"); url != r.URL {
		r.URL, r.Host = url, ""
	}
	if r.AssetID, err = c.assetID(f, &m, "assetId"); err != nil {
		return err
	}
	if r.PublisherID, err = publisherThings.id(c, f, &m, "publisherId"); err != nil {
		return err
	}
	r.Visibility, r.Active, r.Aliases = models.Visibility(f.get("visibility")), f.get("active") == "yes", nil
	for line := range strings.Lines(f.get("aliases")) {
		if u := strings.TrimSpace(line); u != "" {
			if _, err := models.CanonicalURL(u); err != nil {
				m.Add("aliases", "bad-url", "“"+u+"”: "+err.Error()+".")
			}
			r.Aliases = append(r.Aliases, u)
		}
	}
	return m.Err()
}

func (s *site) setMirror(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	want, said := models.No, "The copy is not kept up to date any more. What is there stays."
	if f.get("mirror") == string(models.Yes) {
		want, said = models.Yes, "The next harvest makes a copy."
	}
	if err := s.Register.SetMirror(c.ctx(), c.viewer, id, want); err != nil {
		return err
	}
	return c.done("/repositories/"+idText(id), said)
}
