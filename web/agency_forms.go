package web

import (
	"github.com/ospo-register/ospo/models"
)

// agencyFormPage asks for what the register keeps of a public body, for its new place, or for its successor.
type agencyFormPage struct {
	*agencyHead  // nil for a new one
	New          bool
	Form         *form
	Action, Back string
	Kinds        []option
	Agencies     agencyChoice // parents or successors
	Today        models.Date
}

func (s *site) newAgency(c *page) error {
	if !c.viewer.May(models.WriteAgency, c.queryID("under")) {
		return refuseWrite(c, "add agencies to the register")
	}
	return s.showAgencyForm(c, "agency-form", newForm("kind", string(models.Department), "parentId", c.query("under")), nil, "Add an agency")
}

func (s *site) editAgency(c *page) error { return s.askAgency(c, "agency-form", "Change") }
func (s *site) askMove(c *page) error    { return s.askAgency(c, "agency-move", "Move") }
func (s *site) askAgencyMerge(c *page) error {
	return s.askAgency(c, "agency-merge", "Merge")
}

// askAgency shows a form for an agency that is there.
func (s *site) askAgency(c *page, name, last string) error {
	h, err := c.openAgency("")
	if err != nil {
		return err
	}
	if !h.MayChange {
		if h.Agency.State != models.AgencyActive {
			return models.Refuse(models.Conflict, "agency-not-active", "This agency no longer acts, so its entry is closed to changes. Change its successor.")
		}
		return refuseWrite(c, "change agencies")
	}
	a := h.Agency
	f := newForm("name", a.Name, "code", a.Code, "uri", a.URI, "kind", string(a.Kind), "email", a.Email, "phone", a.Phone, "website", a.Website, "version", idText(a.Version))
	if a.ParentID != nil {
		f.set("parentId", idText(*a.ParentID))
	}
	return s.showAgencyForm(c, name, f, h, last)
}

func (s *site) showAgencyForm(c *page, name string, f *form, h *agencyHead, last string) error {
	p := agencyFormPage{agencyHead: h, New: h == nil, Form: f, Action: "/agencies", Back: "/agencies", Kinds: words(models.AgencyKinds), Today: today()}
	v := view{Name: name, Title: last, Nav: "/agencies", Crumbs: []crumb{{Name: "Agencies", Path: "/agencies"}, {Name: last}}, Form: f}
	if h != nil {
		p.Back = agencyPath(h.Agency.ID)
		p.Action = p.Back
		v.Title, v.Crumbs = last+" "+h.Agency.Name, h.crumbs(crumb{Name: last})
		f.rebase(h.Agency.Version, p.Back+"/history")
	}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	if h != nil {
		p.Agencies.without(idText(h.Agency.ID))
	}
	v.Page = p
	return c.show(v)
}

func (s *site) registerAgency(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	a := &models.Agency{ParentID: optional(c.agencyID(f, &m, "parentId"))}
	readAgency(f, a)
	if m.Err() != nil {
		m.Include(a.Validate())
	}
	if err = m.Err(); err == nil {
		if err = s.Register.RegisterAgency(c.ctx(), c.viewer, a); err == nil {
			return c.done(agencyPath(a.ID), a.Name+" is in the register.")
		}
	}
	if f.refused(err) {
		return s.showAgencyForm(c, "agency-form", f, nil, "Add an agency")
	}
	return err
}

func readAgency(f *form, a *models.Agency) {
	a.Name, a.Code, a.URI, a.Kind = f.get("name"), f.get("code"), f.get("uri"), models.AgencyKind(f.get("kind"))
	a.Email, a.Phone, a.Website = f.get("email"), f.get("phone"), f.get("website")
}

func (s *site) changeAgency(c *page) error {
	return s.write(c, "agency-form", "Change", "The agency is changed.", func(f *form, id int64) error {
		_, err := s.Register.ChangeAgency(c.ctx(), c.viewer, id, f.based(), func(a *models.Agency) { readAgency(f, a) })
		return err
	})
}

func (s *site) moveAgency(c *page) error {
	return s.write(c, "agency-move", "Move", "The agency stands elsewhere from today on.", func(f *form, id int64) error {
		var m models.Mistakes
		parent := optional(c.agencyID(f, &m, "parentId"))
		if err := m.Err(); err != nil {
			return err
		}
		_, err := s.Register.ChangeAgency(c.ctx(), c.viewer, id, f.based(), func(a *models.Agency) { a.ParentID = parent })
		return err
	})
}

func (s *site) mergeAgency(c *page) error {
	return s.write(c, "agency-merge", "Merge", "The successor has taken over everything.", func(f *form, id int64) error {
		var m models.Mistakes
		successor := c.agencyID(f, &m, "successorId")
		if successor == 0 && m.Err() == nil {
			m.Add("successorId", "required", "Choose the agency that takes over.")
		}
		if err := m.Err(); err != nil {
			return err
		}
		_, err := s.Register.MergeAgency(c.ctx(), c.viewer, id, successor, f.based())
		return err
	})
}

// write runs a journey on an agency from a form, and shows the form again when it was refused.
func (s *site) write(c *page, name, last, message string, journey func(f *form, id int64) error) error {
	h, err := c.openAgency("")
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if err = journey(f, h.Agency.ID); err == nil {
		return c.done(agencyPath(h.Agency.ID), message)
	}
	if f.refused(err) {
		return s.showAgencyForm(c, name, f, h, last)
	}
	return err
}
