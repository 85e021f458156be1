package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAgencies(r *routes) {
	r.get("/agencies", s.agencies)
	r.get("/agencies/new", s.newAgency)
	r.post("/agencies", s.registerAgency)
	r.get("/agencies/import", s.askImport)
	r.post("/agencies/import", s.importAgencies)
	r.get("/agencies/:id", s.agency)
	r.get("/agencies/:id/history", s.agencyHistory)
	r.get("/agencies/:id/edit", s.editAgency)
	r.post("/agencies/:id", s.changeAgency)
	r.get("/agencies/:id/move", s.askMove)
	r.post("/agencies/:id/move", s.moveAgency)
	r.get("/agencies/:id/merge", s.askAgencyMerge)
	r.post("/agencies/:id/merge", s.mergeAgency)
}

// agenciesPage is the list of public bodies: a tree, or what a filter found.
type agenciesPage struct {
	Form     *form
	Tree     []branch
	List     []models.Agency
	Pager    pager
	Filtered bool
	Deep     bool // the tree is cut: bodies below the second level are on their parents' pages
	Kinds    []option
	States   []option
	MayAdd   bool
	Count    int
}

// branch is an agency with those below it.
type branch struct {
	models.Agency
	Below []branch
}

// treeSize bounds the tree of one page.
const treeSize = 600

func (s *site) agencies(c *page) error {
	f := models.AgencyFilter{Query: c.query("q"), Kind: models.AgencyKind(c.query("kind")), State: models.AgencyState(c.query("state")), Under: c.queryID("under"), Page: c.at()}
	p := agenciesPage{Form: &form{Values: c.request().URL.Query()}, Kinds: words(models.AgencyKinds), States: words([]models.AgencyState{models.AgencyActive, models.AgencyMerged, models.AgencyClosed}),
		MayAdd: c.viewer.May(models.WriteAgency, 0), Filtered: f.Query != "" || f.Kind != "" || f.State != "" || f.Under != 0}
	if p.Filtered {
		list, err := s.Store.Agencies(c.ctx(), f)
		if err != nil {
			return err
		}
		p.List, p.Pager = list.Items, pagerOf(c, list, "agency", "agencies")
	} else if err := s.tree(c, &p); err != nil {
		return err
	}
	return c.show(view{Name: "agencies", Title: "Agencies", Nav: "/agencies", Crumbs: []crumb{{Name: "Agencies"}}, Page: p})
}

func (s *site) tree(c *page, p *agenciesPage) error {
	f := models.AgencyFilter{State: models.AgencyActive, Page: models.Page{Limit: models.MaxLimit}}
	below := map[int64][]models.Agency{}
	for p.Count = 0; ; {
		list, err := s.Store.Agencies(c.ctx(), f)
		if err != nil {
			return err
		}
		for _, a := range list.Items {
			parent := int64(0)
			if a.ParentID != nil {
				parent = *a.ParentID
			}
			below[parent] = append(below[parent], a)
		}
		p.Count += len(list.Items)
		if list.Next == "" {
			break
		}
		if list.Total.Count > treeSize {
			p.Count, p.Deep = list.Total.Count, true
			return s.topOfTree(c, p)
		}
		f.After = list.Next
	}
	p.Tree = grow(below, 0)
	return nil
}

func grow(below map[int64][]models.Agency, parent int64) []branch {
	var list []branch
	for _, a := range below[parent] {
		list = append(list, branch{Agency: a, Below: grow(below, a.ID)})
	}
	return list
}

// topOfTree is the tree down to the second level.
func (s *site) topOfTree(c *page, p *agenciesPage) error {
	top, err := s.Store.AgencyChildren(c.ctx(), 0)
	if err != nil {
		return err
	}
	for _, a := range top {
		children, err := s.Store.AgencyChildren(c.ctx(), a.ID)
		if err != nil {
			return err
		}
		b := branch{Agency: a}
		for _, child := range children[:min(len(children), treeSize)] {
			b.Below = append(b.Below, branch{Agency: child})
		}
		p.Tree = append(p.Tree, b)
	}
	return nil
}

// agencyHead is what every view of an agency starts with.
type agencyHead struct {
	Agency    *models.Agency
	Way       []models.Agency // from the top down to the agency itself
	Successor *models.Agency  // of a merged one
	Tabs      []tab
	MayChange bool
}

func (c *page) openAgency(current string) (*agencyHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	a, err := c.site.Store.Agency(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	h := &agencyHead{Agency: a, MayChange: c.viewer.May(models.WriteAgency, a.ID) && a.State == models.AgencyActive}
	if h.Way, err = c.site.Store.AgencyPath(c.ctx(), id); err != nil {
		return nil, err
	}
	if a.SuccessorID != nil {
		if h.Successor, err = c.site.Store.Agency(c.ctx(), *a.SuccessorID); err != nil {
			return nil, err
		}
	}
	path := agencyPath(id)
	h.Tabs = []tab{{Label: "Overview", Path: path, Current: current == ""}, {Label: "History", Path: path + "/history", Current: current == "history"}}
	return h, nil
}

func (h *agencyHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{Name: "Agencies", Path: "/agencies"}}
	for _, a := range h.Way {
		way = append(way, crumb{Name: a.Name, Path: agencyPath(a.ID)})
	}
	if len(more) == 0 {
		way[len(way)-1].Path = ""
	}
	return append(way, more...)
}

func (h *agencyHead) view(name string, p any, more ...crumb) view {
	return view{Name: name, Title: h.Agency.Name, Nav: "/agencies", Crumbs: h.crumbs(more...), Page: p}
}

// agencyOverview is the page of an agency.
type agencyOverview struct {
	*agencyHead
	Overview  store.Overview
	Runs      models.List[store.DeploymentRow]
	Stewards  models.List[store.AssetRow]
	Below     []models.Agency
	Licenses  chart
	Documents int
	Staff     []staffMember
	Inside    bool // the reader is in government
	Parents   []standing
	Todo      []todo
	MayDeploy bool
	MayAdd    bool
}

// staffMember is a person with a role in an agency, for people of government to call.
type staffMember struct {
	Name, Email string
	Role        models.Role
}

// standing is a time during which an agency stood under another.
type standing struct {
	Under  *models.Agency // nil: at the top
	FromOn models.Date
	Until  *models.Date
}

func (s *site) agency(c *page) error {
	h, err := c.openAgency("")
	if err != nil {
		return err
	}
	id := h.Agency.ID
	p := agencyOverview{agencyHead: h, MayDeploy: c.viewer.May(models.WriteDeployment, id), MayAdd: c.viewer.May(models.WriteAsset, id)}
	if p.Overview, err = s.Store.Overview(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	if p.Runs, err = s.Store.Deployments(c.ctx(), c.viewer, models.DeploymentFilter{Agency: id, Lifecycle: models.NotEnded, Page: models.Page{Limit: 8}}); err != nil {
		return err
	}
	if p.Stewards, err = s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Steward: id, Page: models.Page{Limit: 8}}); err != nil {
		return err
	}
	if p.Below, err = s.Store.AgencyChildren(c.ctx(), id); err != nil {
		return err
	}
	counts, err := s.Store.LicenseReport(c.ctx(), c.viewer, models.Scope{Agency: id})
	if err != nil {
		return err
	}
	p.Licenses = licenseChart("licenses", "Licences in what the agency runs and keeps", counts, address("/licenses", "agency", idText(id)))
	if err := s.people(c, &p); err != nil {
		return err
	}
	p.Todo = agencyNeeds(id, p.Overview, p.MayDeploy)
	open, err := s.findingsCard(c, id)
	if err != nil {
		return err
	}
	if open.Path != "" { // there are some, and the reader may see them
		p.Todo = append(p.Todo, todo{Title: open.Number + " " + open.Text, Text: capital(open.Detail) + ".", Action: open.Action, Path: open.Path, Tone: toneCaution})
	}
	return c.show(h.view("agency", p))
}

// people reads whom to call, and where the agency stood before.
func (s *site) people(c *page, p *agencyOverview) error {
	if p.Inside = c.viewer.InGovernment(); p.Inside {
		staff, err := s.Store.AgencyStaff(c.ctx(), p.Agency.ID)
		if err != nil {
			return err
		}
		for _, m := range staff {
			p.Staff = append(p.Staff, staffMember{Name: m.Name, Email: m.Email, Role: m.Role})
		}
	}
	parents, err := s.Store.AgencyParents(c.ctx(), p.Agency.ID)
	if err != nil || len(parents) < 2 {
		return err
	}
	for _, at := range parents {
		w := standing{FromOn: at.FromOn, Until: at.UntilOn}
		if at.ParentID != nil {
			if w.Under, err = s.Store.Agency(c.ctx(), *at.ParentID); err != nil {
				return err
			}
		}
		p.Parents = append(p.Parents, w)
	}
	return nil
}

// agencyNeeds lists what an agency has to do, with links to the rows.
func agencyNeeds(id int64, o store.Overview, mine bool) []todo {
	var list []todo
	open := o.Deployments - o.ConfirmedDeployments
	act := func(gap models.Gap) string {
		return address("/deployments", "agency", agencyText(id), "lacks", string(gap))
	}
	if open > 0 && mine {
		list = append(list, todo{Title: plural(open, "deployment needs", "deployments need") + " a confirmation", Text: "Of " + number(o.Deployments) + ".", Action: "Confirm them", Path: act(models.LacksConfirmation), Tone: toneCaution})
	}
	if o.PastSupport > 0 {
		list = append(list, todo{Title: plural(o.PastSupport, "piece of software runs", "pieces of software run") + " past the end of its security support", Text: "Faults found since then are not mended.", Action: "See where", Path: act(models.LacksSupport), Tone: toneBad})
	}
	return list
}

// agencyText is an agency's number in an address; "" for the whole government.
func agencyText(id int64) string {
	if id == 0 {
		return ""
	}
	return idText(id)
}

func (s *site) agencyHistory(c *page) error {
	h, err := c.openAgency("history")
	if err != nil {
		return err
	}
	events, err := c.historyOf(models.EventFilter{Noun: "agency", NounID: h.Agency.ID})
	if err != nil {
		return err
	}
	return c.show(h.view("agency-history", struct {
		*agencyHead
		History history
	}{h, events}))
}
