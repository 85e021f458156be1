package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRegimes(r *routes) {
	r.get("/regimes", s.regimes)
	r.get("/regimes/rules", s.regimeRules)
	r.get("/regimes/calendars", s.calendars)
	r.get("/regimes/new", s.askRegime)
	r.post("/regimes", s.beginRegime)
	r.get("/regimes/:id", s.regime)
	r.get("/regimes/:id/compare", s.compareRegime)
	r.get("/regime-versions/:id", s.regimeVersion)
	r.get("/regime-versions/:id/document", s.regimeDocument)
	s.mountRegimeDrafts(r)
}

func regimePath(id int64) string        { return "/regimes/" + idText(id) }
func regimeVersionPath(id int64) string { return "/regime-versions/" + idText(id) }
func regimeDraftPath(id int64) string   { return regimePath(id) + "/draft" }

// mayRegime reports whether the viewer may do something to the law of an agency; what binds all of government is for who may at every agency at the top.
func (s *site) mayRegime(c *page, a models.Action, agency *int64) (bool, error) {
	if agency != nil {
		return c.viewer.May(a, *agency), nil
	}
	if !c.viewer.MaySomewhere(a) {
		return false, nil
	}
	tops, err := s.Store.RootAgencies(c.ctx())
	if err != nil {
		return false, err
	}
	for _, top := range tops {
		if !c.viewer.May(a, top) {
			return false, nil
		}
	}
	return true, nil
}

// regimesPage lists the laws that judge decisions.
type regimesPage struct {
	Active, Drafts []regimeRow
	MayWrite       bool
}

// regimeRow is a law in the list.
type regimeRow struct {
	store.RegimeRow
	Binds string
	Model tag
	From  *models.Date
	Draft bool // it is marked as no legal advice
}

func (s *site) regimes(c *page) error {
	list, err := s.Store.Regimes(c.ctx())
	if err != nil {
		return err
	}
	p := regimesPage{MayWrite: c.viewer.MaySomewhere(models.WriteRegime)}
	seen := map[int64]bool{}
	for _, row := range list {
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		one := regimeRow{RegimeRow: row, Binds: regimeBinds(row.AgencyID, row.Agency)}
		id := row.ActiveID
		if id == nil {
			id = row.DraftID
		}
		if id != nil {
			v, g, err := s.readRegime(c, *id)
			if err != nil {
				return err
			}
			one.Model, one.From, one.Draft = tag{modelTitles[g.Preference.Model], tonePlain}, v.ValidFrom, g.NotAdvice
		}
		if row.ActiveID != nil {
			p.Active = append(p.Active, one)
		} else {
			p.Drafts = append(p.Drafts, one)
		}
	}
	return c.show(view{Name: "regimes", Title: "The laws that decisions are judged by", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Laws"}}, Page: p})
}

func regimeBinds(agency *int64, name string) string {
	if agency == nil {
		return "all of government"
	}
	return name + " and all below it"
}

// readRegime reads a version of a law with its rules as they read when it was put in force.
func (s *site) readRegime(c *page, version int64) (*store.RegimeVersionRow, *policy.Regime, error) {
	v, err := s.Store.RegimeVersion(c.ctx(), version)
	if err != nil {
		return nil, nil, err
	}
	g, err := policy.ParseRegime([]byte(v.Text))
	if err == nil && v.Book != "" {
		g, err = g.ByBook(v.Book)
	}
	return v, g, err
}

// newRegimePage asks for whom a law is drafted, and what it begins with.
type newRegimePage struct {
	Form     *form
	Agencies agencyChoice
	Whole    bool // all of government may be chosen
	Presets  []option
}

func (s *site) askRegime(c *page) error {
	return s.showNewRegime(c, newForm("agencyId", c.query("agency")))
}

func (s *site) showNewRegime(c *page, f *form) error {
	if !c.viewer.MaySomewhere(models.WriteRegime) {
		return refuseWrite(c, "draft a law")
	}
	p := newRegimePage{Form: f}
	var err error
	if p.Whole, err = s.mayRegime(c, models.WriteRegime, nil); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(models.WriteRegime); err != nil {
		return err
	}
	for _, one := range policy.Presets() {
		p.Presets = append(p.Presets, option{Value: one.Code, Label: one.Title})
	}
	return c.show(view{Name: "regime-new", Title: "Draft a law", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {Name: "Draft a law"}}, Form: f, Page: p})
}

func (s *site) beginRegime(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	agency := optional(c.agencyID(f, &m, "agencyId"))
	text := ""
	for _, one := range policy.Presets() {
		if one.Code == f.get("preset") {
			text = string(one.Text)
		}
	}
	if text == "" {
		m.Add("preset", "required", "Choose what the draft begins with.")
	}
	if code := strings.TrimSpace(f.get("code")); code != "" && text != "" {
		text = strings.Replace(text, "\ncode: "+f.get("preset")+"\n", "\ncode: "+code+"\n", 1)
	}
	if err = m.Err(); err == nil {
		var v *store.RegimeVersionRow
		if v, err = s.Register.DraftRegime(c.ctx(), c.viewer, register.RegimeDraft{AgencyID: agency, Text: text, Note: f.get("note")}); err == nil {
			return c.done(regimeDraftPath(v.RegimeID), "The draft is begun. It judges nothing until counsel puts it in force.")
		}
	}
	if !f.refused(err) {
		return err
	}
	return s.showNewRegime(c, f)
}

// regimeRules says what the rules mean that a law can switch on.
func (s *site) regimeRules(c *page) error {
	type gated struct {
		Gate  string
		Rules []regimeRuleView
	}
	var list []gated
	for _, gate := range models.Gates {
		one := gated{Gate: gateTitles[gate]}
		for _, r := range policy.Rules() {
			if r.Gate == gate {
				one.Rules = append(one.Rules, viewRegimeRule(r))
			}
		}
		if len(one.Rules) > 0 {
			list = append(list, one)
		}
	}
	return c.show(view{Name: "regime-rules", Title: "The rules that a law can switch on", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {Name: "Rules"}},
		Page: struct {
			Gates []gated
			Count int
		}{list, len(policy.Rules())}})
}

// calendarPage is the days that are free in a country.
type calendarPage struct {
	Form      *form
	Codes     []option
	Code      string
	Calendar  *policy.Calendar
	Year      int
	Days      []policy.Holiday
	Unsettled []string
	Before    string
	After     string
}

func (s *site) calendars(c *page) error {
	p := calendarPage{Form: &form{Values: c.request().URL.Query()}, Code: c.query("code"), Year: int(c.queryID("year"))}
	for _, code := range policy.CalendarCodes() {
		cal, err := policy.CalendarFor(code)
		if err != nil {
			return err
		}
		p.Codes = append(p.Codes, option{Value: code, Label: cal.Title})
	}
	if p.Code == "" {
		p.Code = p.Codes[0].Value
		if inForce, err := s.calendarInForce(c); err != nil {
			return err
		} else if inForce != "" {
			p.Code = inForce
		}
	}
	if p.Year < 1990 || p.Year > 2099 {
		p.Year = today().Time().Year()
	}
	var err error
	if p.Calendar, err = policy.CalendarFor(p.Code); err != nil {
		return err
	}
	p.Form.set("code", p.Code)
	p.Days, p.Unsettled = p.Calendar.On(p.Year), p.Calendar.Unsettled(p.Year)
	p.Before, p.After = address("/regimes/calendars", "code", p.Code, "year", idText(int64(p.Year-1))), address("/regimes/calendars", "code", p.Code, "year", idText(int64(p.Year+1)))
	return c.show(view{Name: "calendars", Title: "Working days: " + p.Calendar.Title, Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {Name: "Calendars"}}, Page: p})
}

// calendarInForce is the calendar of the first law that is in force; "" for none.
func (s *site) calendarInForce(c *page) (string, error) {
	list, err := s.Store.Regimes(c.ctx())
	if err != nil {
		return "", err
	}
	for _, row := range list {
		if row.ActiveID != nil {
			_, g, err := s.readRegime(c, *row.ActiveID)
			if err != nil {
				return "", err
			}
			return g.Calendar, nil
		}
	}
	return "", nil
}
