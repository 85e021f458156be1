package web

import (
	"bytes"
	"errors"
	"io"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRegimeDrafts(r *routes) {
	r.get("/regimes/:id/draft", s.regimeDraft)
	r.post("/regimes/:id/draft", s.beginRegimeDraft)
	r.post("/regimes/:id/draft/text", s.saveRegimeText)
	r.post("/regimes/:id/draft/file", s.importRegimeText)
	r.get("/regimes/:id/draft/activate", s.askActivateRegime)
	r.post("/regimes/:id/draft/activate", s.activateRegime)
	r.get("/regimes/:id/draft/discard", s.askDiscardRegime)
	r.post("/regimes/:id/draft/discard", s.discardRegime)
}

// regimeDraftPage is the editor of a draft, or asks to begin one.
type regimeDraftPage struct {
	Row         *store.RegimeRow
	Version     *store.RegimeVersionRow // nil while there is no draft
	From        *store.RegimeVersionRow // what a new draft begins with
	Path        string
	Form        *form
	Places      []mistakePlace
	Most        int64
	MayActivate bool
	CompareAt   string
	Today       models.Date
}

// openRegimeDraft finds the law that the address names, with its draft, for who may do something to it.
func (s *site) openRegimeDraft(c *page, a models.Action) (*regimeDraftPage, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	row, err := s.Store.Regime(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	may, err := s.mayRegime(c, a, row.AgencyID)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, refuseWrite(c, "do this to the law")
	}
	p := &regimeDraftPage{Row: row, Path: regimeDraftPath(id), Most: policy.MostBytes, Today: today()}
	if p.MayActivate, err = s.mayRegime(c, models.ActivateRegime, row.AgencyID); err != nil {
		return nil, err
	}
	if row.DraftID != nil {
		if p.Version, err = s.Store.RegimeVersion(c.ctx(), *row.DraftID); err != nil {
			return nil, err
		}
		if row.ActiveID != nil {
			p.CompareAt = address(regimePath(id)+"/compare", "from", idText(*row.ActiveID), "to", idText(p.Version.ID))
		}
		return p, nil
	}
	all, err := s.Store.RegimeVersions(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if p.From == nil || all[i].State == models.PolicyActive {
			p.From = &all[i]
		}
	}
	return p, nil
}

// theRegimeDraft is openRegimeDraft for what needs a draft.
func (s *site) theRegimeDraft(c *page, a models.Action) (*regimeDraftPage, error) {
	p, err := s.openRegimeDraft(c, a)
	if err == nil && p.Version == nil {
		return nil, models.Refuse(models.NotFound, "regime-draft-not-found", "This law has no draft. Somebody has put it in force or discarded it. Begin a new one from the law's page.")
	}
	return p, err
}

func (p *regimeDraftPage) crumbs(last string) []crumb {
	trail := []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {shorten(p.Row.Name, 60), regimePath(p.Row.ID)}, {Name: "Draft"}}
	if last != "" {
		trail[3].Path = p.Path
		trail = append(trail, crumb{Name: last})
	}
	return trail
}

func (s *site) regimeDraft(c *page) error {
	p, err := s.openRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	if p.Version == nil && p.From == nil {
		return models.NoSuch("regime-version")
	}
	p.Form = newForm()
	if p.Version != nil {
		p.Form = newForm("version", idText(p.Version.Version), "text", p.Version.Text, "note", p.Version.Note)
	}
	return s.showRegimeDraft(c, p)
}

func (s *site) showRegimeDraft(c *page, p *regimeDraftPage) error {
	return c.show(view{Name: "regime-draft", Title: "Draft of " + shorten(p.Row.Name, 80), Nav: "/decisions", Crumbs: p.crumbs(""), Form: p.Form, Page: p})
}

func (s *site) beginRegimeDraft(c *page) error {
	p, err := s.openRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	if p.Form, err = c.form(); err != nil {
		return err
	}
	if p.Version != nil {
		return c.done(p.Path, "There is a draft already. Here it is.")
	}
	_, err = s.Register.DraftRegime(c.ctx(), c.viewer, register.RegimeDraft{AgencyID: p.Row.AgencyID, Text: p.From.Text, Note: p.Form.get("note")})
	if err == nil {
		return c.done(p.Path, "The draft is begun, with the text of version "+idText(int64(p.From.Number))+". It judges nothing until it is put in force.")
	}
	if !p.Form.refused(err) {
		return err
	}
	return s.showRegimeDraft(c, p)
}

func (s *site) saveRegimeText(c *page) error {
	p, err := s.theRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	if p.Form, err = c.form(); err != nil {
		return err
	}
	return s.keepRegimeText(c, p, unixLines(p.Form.Values.Get("text")))
}

// keepRegimeText gives the draft a text, or shows what is wrong with it, each mistake with the lines around it.
func (s *site) keepRegimeText(c *page, p *regimeDraftPage, text string) error {
	f := p.Form
	_, err := s.Register.ChangeRegimeDraft(c.ctx(), c.viewer, p.Version.ID, f.based(), text, f.get("note"))
	if err == nil {
		return c.done(p.Path, "The draft is changed.")
	}
	if !f.refused(err) {
		return err
	}
	f.set("text", text)
	if m, ok := errors.AsType[*policy.Mistakes](err); ok {
		p.Places = placesOf(m, text)
		f.Problem = &models.Error{Kind: models.Invalid, Code: "bad-regime", Detail: "The text is no law yet. The draft was not changed."}
		for _, one := range p.Places {
			f.Problem.Fields = append(f.Problem.Fields, models.FieldError{Field: one.ID, Code: one.Code, Detail: one.Said()})
		}
	}
	f.rebase(p.Version.Version, regimeVersionPath(p.Version.ID))
	return s.showRegimeDraft(c, p)
}

// importRegimeText takes the text of a draft from a file.
func (s *site) importRegimeText(c *page) error {
	p, err := s.theRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	p.Form = newForm("note", p.Version.Note)
	var text []byte
	err = s.sent(c, p.Form, policy.MostBytes, 0, func(_ string, body io.Reader) error {
		text, err = io.ReadAll(io.LimitReader(body, policy.MostBytes+1))
		if err == nil && len(text) > policy.MostBytes {
			return models.Refuse(models.TooLarge, "form-too-large", "")
		}
		return err
	})
	if err == nil {
		if text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")); isText(text) {
			return s.keepRegimeText(c, p, unixLines(string(text)))
		}
		err = models.Refuse(models.Invalid, "not-text", "The file is no text in UTF-8. Save the law as a YAML file and send that.")
	}
	if !p.Form.refused(err) {
		return err
	}
	p.Form.Problem = fileProblem(p.Form.Problem)
	p.Form.set("text", p.Version.Text)
	p.Form.set("version", idText(p.Version.Version))
	return s.showRegimeDraft(c, p)
}

func (s *site) askActivateRegime(c *page) error {
	p, err := s.theRegimeDraft(c, models.ActivateRegime)
	if err != nil {
		return err
	}
	from := today()
	if p.Version.ValidFrom != nil && from.Before(*p.Version.ValidFrom) {
		from = *p.Version.ValidFrom
	}
	p.Form = newForm("version", idText(p.Version.Version), "from", from.String())
	return s.showActivateRegime(c, p)
}

func (s *site) showActivateRegime(c *page, p *regimeDraftPage) error {
	return c.show(view{Name: "regime-activate", Title: "Put in force: " + shorten(p.Row.Name, 80), Nav: "/decisions", Crumbs: p.crumbs("Put in force"), Form: p.Form, Page: p})
}

func (s *site) activateRegime(c *page) error {
	p, err := s.theRegimeDraft(c, models.ActivateRegime)
	if err != nil {
		return err
	}
	if p.Form, err = c.form(); err != nil {
		return err
	}
	var m models.Mistakes
	from := p.Form.date(&m, "from")
	if from == nil && m.Err() == nil {
		m.Add("from", "required", "Say from which day on it binds.")
	}
	if p.Form.get("read") == "" {
		m.Add("read", "required", "Confirm that you have read it as counsel.")
	}
	if err = m.Err(); err == nil {
		if err = s.Register.ActivateRegime(c.ctx(), c.viewer, p.Version.ID, p.Form.based(), from); err == nil {
			return c.done(regimePath(p.Row.ID), "The law is in force from "+from.Time().Format("2 January 2006")+". Cases that are opened from then on are judged by it; those opened before are not.")
		}
	}
	if !p.Form.refused(err) {
		return err
	}
	p.Form.rebase(p.Version.Version, regimeVersionPath(p.Version.ID))
	return s.showActivateRegime(c, p)
}

func (s *site) askDiscardRegime(c *page) error {
	p, err := s.theRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	return c.show(view{Name: "regime-discard", Title: "Discard the draft of " + shorten(p.Row.Name, 80), Nav: "/decisions", Crumbs: p.crumbs("Discard"), Page: p})
}

func (s *site) discardRegime(c *page) error {
	p, err := s.theRegimeDraft(c, models.WriteRegime)
	if err != nil {
		return err
	}
	if err := s.Register.DiscardRegimeDraft(c.ctx(), c.viewer, p.Version.ID); err != nil {
		return err
	}
	return c.done(regimePath(p.Row.ID), "The draft is discarded. It is kept and judges nothing.")
}
