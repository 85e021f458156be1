package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountPublishers(r *routes) {
	r.get("/publishers", s.publishers)
	r.get("/publishers/new", s.newPublisher)
	r.post("/publishers", s.registerPublisher)
	r.get("/publishers/:id", s.publisher)
	r.get("/publishers/:id/edit", s.editPublisher)
	r.post("/publishers/:id", s.changePublisher)
	r.post("/publishers/:id/harvests", s.askHarvest)
	r.get("/harvests/:id", s.harvest)
	r.post("/harvests/:id/cancel", s.cancelHarvest)
}

// publishersPage lists who publishes code.
type publishersPage struct {
	Form     *form
	List     []store.PublisherRow
	Pager    pager
	Filtered bool
	MayAdd   bool
	Last     []store.HarvestRow // the newest harvests of all publishers
	MayRun   bool
}

func (s *site) publishers(c *page) error {
	f := models.PublisherFilter{Query: c.query("q"), Agency: c.queryID("agency"), Page: c.at()}
	list, err := s.Store.Publishers(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	last, err := s.Store.Harvests(c.ctx(), c.viewer, 0, models.Page{Limit: 5})
	if err != nil {
		return err
	}
	return c.show(view{Name: "publishers", Title: "Publishers of code", Nav: "/catalogue", Crumbs: []crumb{{"Publishers", ""}}, Page: publishersPage{
		Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "publisher", "publishers"), Filtered: f.Query != "" || f.Agency != 0,
		MayAdd: c.viewer.MaySomewhere(models.WriteRepository), Last: last.Items, MayRun: c.viewer.May(models.WriteRepository, 0)}})
}

// publisherPage is one publisher with its intake log: what failed, when, and how to mend it.
type publisherPage struct {
	*store.PublisherRow
	MayChange bool
	MayHook   bool // set up a webhook about it
	Running   *store.HarvestRow
	Harvests  []store.HarvestRow
	Code      []store.RepositoryRow
	More      bool                  // there are more repositories
	Off       []store.RepositoryRow // where none is in a list: those withdrawn or switched off
	Broken    []mending
	Places    []models.CodeHosting // the first addresses; the others are in Rest
	Rest      []models.CodeHosting
	Visits    []store.VisitRow
	Pager     pager
	Form      *form
	Outcomes  []option
	Outcome   string
}

func (s *site) openPublisher(c *page) (*store.PublisherRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	return s.Store.Publisher(c.ctx(), c.viewer, id)
}

func (s *site) publisher(c *page) error {
	row, err := s.openPublisher(c)
	if err != nil {
		return err
	}
	p := publisherPage{PublisherRow: row, MayChange: c.viewer.May(models.WriteRepository, row.AgencyID), MayHook: c.viewer.MaySomewhere(models.ManageWebhooks), Form: &form{Values: c.request().URL.Query()}, Outcomes: words(models.VisitOutcomes), Outcome: c.query("outcome")}
	harvests, err := s.Store.Harvests(c.ctx(), c.viewer, row.ID, models.Page{Limit: 5})
	if err != nil {
		return err
	}
	for i := range harvests.Items {
		if p.Harvests = harvests.Items; harvests.Items[i].EndedAt == nil {
			p.Running = &harvests.Items[i]
		}
	}
	repositories, err := s.Store.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{Publisher: row.ID, Page: models.Page{Limit: 50}})
	if err != nil {
		return err
	}
	p.Code, p.More = repositories.Items, repositories.Next != ""
	if len(p.Code) == 0 {
		off, err := s.Store.Repositories(c.ctx(), c.viewer, models.RepositoryFilter{Publisher: row.ID, Inactive: true, Page: models.Page{Limit: 50}})
		if err != nil {
			return err
		}
		p.Off = off.Items
	}
	const shown = 10
	p.Places, p.Rest = row.Hostings[:min(shown, len(row.Hostings))], row.Hostings[min(shown, len(row.Hostings)):]
	if p.Broken, err = s.mendings(c, row.ID); err != nil {
		return err
	}
	visits, err := s.Store.Visits(c.ctx(), c.viewer, models.VisitFilter{Publisher: row.ID, Outcome: models.VisitOutcome(p.Outcome), Page: c.at()})
	if err != nil {
		return err
	}
	p.Visits, p.Pager = visits.Items, pagerOf(c, visits, "line", "lines")
	return c.show(view{Name: "publisher", Title: row.Name, Nav: "/catalogue", Crumbs: []crumb{{"Publishers", "/publishers"}, {row.Name, ""}}, Page: p})
}

// mending is one thing that went wrong, at one address or at many.
type mending struct {
	store.VisitRow // the newest; Detail is "" when it is another at each address
	Addresses      []store.VisitRow
}

// mendings are what is to mend at the addresses of a publisher; what is mended in the same way is said once.
func (s *site) mendings(c *page, publisher int64) ([]mending, error) {
	list, err := s.Store.ToMend(c.ctx(), c.viewer, publisher)
	if err != nil {
		return nil, err
	}
	var out []mending
	for _, v := range list {
		i := slices.IndexFunc(out, func(m mending) bool { return m.Outcome == v.Outcome && m.Cure == v.Cure })
		if i < 0 {
			out, i = append(out, mending{VisitRow: v}), len(out)
		}
		if out[i].Detail != v.Detail {
			out[i].Detail = ""
		}
		out[i].Addresses = append(out[i].Addresses, v)
	}
	return out, nil
}

// publisherFormPage asks who publishes, and where.
type publisherFormPage struct {
	Form         *form
	New          bool
	Name         string
	Action, Back string
	Agencies     agencyChoice
	Clock        []option
}

func (s *site) newPublisher(c *page) error {
	if !c.viewer.MaySomewhere(models.WriteRepository) {
		return refuseWrite(c, "add publishers of code")
	}
	return s.showPublisherForm(c, newForm("active", "yes", "agencyId", c.query("agency")), nil)
}

func (s *site) editPublisher(c *page) error {
	row, err := s.openPublisher(c)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteRepository, row.AgencyID) {
		return refuseWrite(c, "change where this agency publishes code")
	}
	var lines []string
	for _, h := range row.Hostings {
		line := h.URL
		if !h.Group {
			line += " single"
		}
		lines = append(lines, line)
	}
	f := newForm("name", row.Name, "agencyId", idText(row.AgencyID), "alternativeId", row.AlternativeID, "email", row.Email, "hostings", strings.Join(lines, "\n"), "version", idText(row.Version))
	if row.Active {
		f.set("active", "yes")
	}
	return s.showPublisherForm(c, f, row)
}

func (s *site) showPublisherForm(c *page, f *form, row *store.PublisherRow) error {
	p := publisherFormPage{Form: f, New: row == nil, Action: "/publishers", Back: "/publishers", Clock: []option{{Value: "yes", Label: "Go over its repositories by the clock"}}}
	title := "Add a publisher"
	crumbs := []crumb{{"Publishers", "/publishers"}}
	if row != nil {
		p.Name, p.Action = row.Name, "/publishers/"+idText(row.ID)
		p.Back, title = p.Action, "Change "+row.Name
		crumbs = append(crumbs, crumb{row.Name, p.Back})
		f.rebase(row.Version, p.Back)
	}
	var err error
	if p.Agencies, err = c.agencyChoice(models.WriteRepository); err != nil {
		return err
	}
	return c.show(view{Name: "publisher-form", Title: title, Nav: "/catalogue", Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

func (s *site) registerPublisher(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var p models.Publisher
	err = c.readPublisher(f, &p)
	if err == nil {
		if err = s.Register.RegisterPublisher(c.ctx(), c.viewer, &p); err == nil {
			return c.done("/publishers/"+idText(p.ID), p.Name+" is in the register. Start a harvest to see what it publishes.")
		}
	}
	if f.refused(err) {
		return s.showPublisherForm(c, f, nil)
	}
	return err
}

func (s *site) changePublisher(c *page) error {
	row, err := s.openPublisher(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	read := row.Publisher
	if err = c.readPublisher(f, &read); err == nil {
		_, err = s.Register.ChangePublisher(c.ctx(), c.viewer, row.ID, f.based(), func(p *models.Publisher) {
			p.AgencyID, p.Name, p.AlternativeID, p.Email, p.Active, p.Hostings = read.AgencyID, read.Name, read.AlternativeID, read.Email, read.Active, read.Hostings
		})
		if err == nil {
			return c.done("/publishers/"+idText(row.ID), "The publisher is changed.")
		}
	}
	if f.refused(err) {
		return s.showPublisherForm(c, f, row)
	}
	return err
}

// readPublisher reads the form; each line of addresses is one, with the word “single” after it when it is one repository.
func (c *page) readPublisher(f *form, p *models.Publisher) error {
	var m models.Mistakes
	p.AgencyID = c.agencyID(f, &m, "agencyId")
	p.Name, p.AlternativeID, p.Email, p.Active = f.get("name"), f.get("alternativeId"), f.get("email"), f.get("active") == "yes"
	had := map[string]models.CodeHosting{}
	for _, h := range p.Hostings {
		had[h.URL] = h
	}
	p.Hostings = nil
	for line := range strings.Lines(f.get("hostings")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		h := had[words[0]]
		h.URL, h.Group = words[0], len(words) == 1 || words[1] != "single"
		if _, err := models.CanonicalURL(h.URL); err != nil {
			m.Add("hostings", "bad-url", "“"+h.URL+"”: "+err.Error()+".")
		}
		p.Hostings = append(p.Hostings, h)
	}
	if m.Err() != nil { // everything else that is wrong is said in the same breath
		rest := *p
		rest.Hostings = nil
		m.Include(rest.Validate())
	}
	return m.Err()
}

func (s *site) askHarvest(c *page) error {
	row, err := s.openPublisher(c)
	if err != nil {
		return err
	}
	h, err := s.Register.AskHarvest(c.ctx(), c.viewer, row.ID)
	if models.IsKind(err, models.Conflict) {
		return c.done("/publishers/"+idText(row.ID), "A harvest is under way already.")
	}
	if err != nil {
		return err
	}
	return c.done("/harvests/"+idText(h.ID), "The harvest begins in a moment.")
}

// harvestPage says how far a harvest is, and what failed in it.
type harvestPage struct {
	*store.HarvestRow
	Percent int
	MayStop bool
	Failing []store.VisitRow
	Pager   pager
}

func (s *site) harvest(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	h, err := s.Store.Harvest(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	failed, err := s.Store.Visits(c.ctx(), c.viewer, models.VisitFilter{Harvest: id, Failed: true, Page: c.at()})
	if err != nil {
		return err
	}
	p := harvestPage{HarvestRow: h, Failing: failed.Items, Pager: pagerOf(c, failed, "address", "addresses"), MayStop: h.EndedAt == nil && c.viewer.May(models.WriteRepository, h.AgencyID)}
	if h.Found > 0 {
		p.Percent = min(100, 100*h.Visited/h.Found)
	}
	title := "Harvest of " + orElse(h.Publisher, "all publishers")
	v := view{Name: "harvest", Title: title, Nav: "/catalogue", Crumbs: []crumb{{"Publishers", "/publishers"}, {title, ""}}, Page: p}
	if h.PublisherID != nil {
		v.Crumbs = []crumb{{"Publishers", "/publishers"}, {h.Publisher, "/publishers/" + idText(*h.PublisherID)}, {"Harvest", ""}}
	}
	if h.EndedAt == nil {
		v.Again = lookAgain
	}
	return c.show(v)
}

func (s *site) cancelHarvest(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if _, err := s.Register.CancelHarvest(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done("/harvests/"+idText(id), "The harvest is stopped. What was read stays.")
}
