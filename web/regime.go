package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// regimePage is a law in one of its versions, in words.
type regimePage struct {
	Row         *store.RegimeRow
	Version     *store.RegimeVersionRow
	Regime      *policy.Regime
	Own         bool // the page is the version's own, not the law's
	Model       string
	ModelTitle  string
	Lines       []regimeLine
	Rungs       []string
	Rules       []regimeRuleView
	Steps       []stepWordsView
	Holidays    []policy.Holiday
	Unsettled   []string
	Facts       []fact
	Versions    []store.RegimeVersionRow
	Choices     []option
	Form        *form
	MayWrite    bool
	MayActivate bool
	Today       models.Date
}

// stepWordsView is what a law says to people at a step.
type stepWordsView struct {
	policy.StepWords
	Title string
}

func (s *site) regime(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Regime(c.ctx(), id)
	if err != nil {
		return err
	}
	switch {
	case row.ActiveID != nil:
		id = *row.ActiveID
	case row.DraftID != nil:
		id = *row.DraftID
	default:
		all, err := s.Store.RegimeVersions(c.ctx(), row.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return models.NoSuch("regime-version")
		}
		id = all[0].ID
	}
	return s.showRegime(c, row, id, false)
}

func (s *site) regimeVersion(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	v, err := s.Store.RegimeVersion(c.ctx(), id)
	if err != nil {
		return err
	}
	row, err := s.Store.Regime(c.ctx(), v.RegimeID)
	if err != nil {
		return err
	}
	return s.showRegime(c, row, id, true)
}

func (s *site) showRegime(c *page, row *store.RegimeRow, version int64, own bool) error {
	v, g, err := s.readRegime(c, version)
	if err != nil {
		return err
	}
	p := regimePage{Row: row, Version: v, Regime: g, Own: own, Model: modelWords[g.Preference.Model], ModelTitle: modelTitles[g.Preference.Model], Lines: regimeLines(g), Rungs: rungWords(g), Today: today()}
	for _, r := range g.On() {
		p.Rules = append(p.Rules, viewRegimeRule(r))
	}
	for _, w := range g.Words {
		p.Steps = append(p.Steps, stepWordsView{w, orElse(stepTitles[w.Step], capital(string(w.Step)))})
	}
	if err := p.calendar(); err != nil {
		return err
	}
	if p.MayWrite, err = s.mayRegime(c, models.WriteRegime, v.AgencyID); err != nil {
		return err
	}
	if p.MayActivate, err = s.mayRegime(c, models.ActivateRegime, v.AgencyID); err != nil {
		return err
	}
	if err := p.versions(c); err != nil {
		return err
	}
	p.Facts = p.facts(c.viewer)
	title, crumbs := g.Title, []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {Name: shorten(g.Title, 60)}}
	if own {
		title += ", " + versionName(v.Number)
		crumbs[2].Path = regimePath(row.ID)
		crumbs = append(crumbs, crumb{Name: capital(versionName(v.Number))})
	}
	return c.show(view{Name: "regime", Title: shorten(title, 120), Nav: "/decisions", Crumbs: crumbs, Page: p})
}

// nextHolidays is how many of them are shown.
const nextHolidays = 6

func (p *regimePage) calendar() error {
	cal, err := p.Regime.WorkingDays()
	if err != nil {
		return err
	}
	year := p.Today.Time().Year()
	for _, y := range []int{year, year + 1} {
		for _, h := range cal.On(y) {
			if !h.Date.Before(p.Today) && len(p.Holidays) < nextHolidays {
				p.Holidays = append(p.Holidays, h)
			}
		}
	}
	p.Unsettled = cal.Unsettled(year + 1)
	return nil
}

func (p *regimePage) versions(c *page) error {
	var err error
	if p.Versions, err = c.site.Store.RegimeVersions(c.ctx(), p.Row.ID); err != nil {
		return err
	}
	p.Form = newForm("to", idText(p.Version.ID))
	for _, v := range p.Versions {
		p.Choices = append(p.Choices, option{Value: idText(v.ID), Label: capital(versionName(v.Number)) + ", " + strings.ToLower(word(v.State))})
		if v.ID != p.Version.ID && p.Form.get("from") == "" {
			p.Form.set("from", idText(v.ID))
		}
	}
	return nil
}

func (p *regimePage) facts(viewer models.Viewer) []fact {
	v := p.Version
	state := makeTag(v.State)
	facts := []fact{{Term: "Binds", Text: capital(regimeBinds(v.AgencyID, v.Agency))}, {Term: "Version", Text: idText(int64(v.Number)), Tag: &state}}
	if v.ValidFrom != nil && v.State != models.PolicyDraft {
		facts = append(facts, fact{Term: "In force from", Time: date(v.ValidFrom)})
	}
	if v.ValidTo != nil && v.State != models.PolicyDraft {
		facts = append(facts, fact{Term: "Until", Time: date(v.ValidTo)})
	}
	if viewer.InGovernment() && v.ActivatedBy != "" {
		facts = append(facts, fact{Term: "Put in force by", Text: v.ActivatedBy})
	}
	facts = append(facts, fact{Term: "Model", Text: p.ModelTitle}, fact{Term: "Rules", Text: number(len(p.Rules))})
	if p.Row.Decisions > 0 {
		facts = append(facts, fact{Term: "Judges", Text: plural(p.Row.Decisions, "decision", "decisions"), Path: address("/decisions", "regime", idText(p.Row.ID))})
	}
	return append(facts, fact{Term: "Digest", Code: shorten(hexText(v.Digest), 16)})
}

// Now reports whether the version binds today.
func (p regimePage) Now() bool { return p.Version.State == models.PolicyActive && !p.Later() }

// Later reports whether the version is to come in force.
func (p regimePage) Later() bool {
	return p.Version.State == models.PolicyActive && p.Version.ValidFrom != nil && p.Today.Before(*p.Version.ValidFrom)
}

// Grants says who may grant an exemption on a ground.
func (regimePage) Grants(g policy.Ground) string {
	return orElse(g.Decider, capital(rolesWords(g.Roles)))
}

// Ends says how long an exemption on a ground may last.
func (regimePage) Ends(g policy.Ground) string {
	if g.MaxDays == 0 {
		return "no cap, but it ends on a day"
	}
	return "at most " + days(g.MaxDays)
}

// Shown says how much of an exemption is published.
func (regimePage) Shown(g policy.Ground) string {
	return map[string]string{"full": "all of it", "existence-only": "only that there is one", "none": "nothing"}[orElse(g.Publish, "full")]
}

// BandLine says who approves up to which value.
func (regimePage) BandLine(b policy.Band) string {
	who := orElse(b.Title, capital(word(b.Role)))
	if b.UpTo == nil {
		return who + ", without a limit"
	}
	return who + ", up to " + amount(*b.UpTo)
}

// regimeDocument hands a version out as the YAML text that its author wrote.
func (s *site) regimeDocument(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	v, err := s.Store.RegimeVersion(c.ctx(), id)
	if err != nil {
		return err
	}
	return c.download(download{slugOf(v.Code) + "-version-" + idText(int64(v.Number)) + ".yaml", "application/yaml; charset=utf-8", int64(len(v.Text))}, strings.NewReader(v.Text))
}

// regimeComparison sets two versions of a law side by side.
type regimeComparison struct {
	From, To *store.RegimeVersionRow
	Path     string
	Added    []regimeRuleView
	Removed  []regimeRuleView
	Changed  []regimeRuleChange
	Rest     []partChange
	Same     int
}

// regimeRuleChange is a rule that both have and that says something else.
type regimeRuleChange struct {
	Rule  regimeRuleView
	Parts []partChange
}

func (s *site) compareRegime(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	p := regimeComparison{Path: regimePath(id)}
	var from, to *policy.Regime
	if p.From, from, err = s.readRegime(c, c.queryID("from")); err != nil {
		return err
	}
	if p.To, to, err = s.readRegime(c, c.queryID("to")); err != nil {
		return err
	}
	if p.From.RegimeID != id || p.To.RegimeID != id {
		return models.NoSuch("regime-version")
	}
	p.compare(from, to)
	title := capital(versionName(p.From.Number)) + " and " + versionName(p.To.Number) + " of " + shorten(to.Title, 80)
	return c.show(view{Name: "regime-compare", Title: title, Nav: "/decisions", Page: p, Crumbs: []crumb{{"Decisions", "/decisions"}, {"Laws", "/regimes"}, {shorten(to.Title, 60), p.Path}, {Name: "Compare"}}})
}

func (p *regimeComparison) compare(from, to *policy.Regime) {
	before := map[string]policy.RegimeRule{}
	for _, r := range from.On() {
		before[r.ID] = r
	}
	for _, r := range to.On() {
		was, ok := before[r.ID]
		delete(before, r.ID)
		if !ok {
			p.Added = append(p.Added, viewRegimeRule(r))
		} else if parts := changedParts(regimeRuleParts(was), regimeRuleParts(r)); len(parts) > 0 {
			p.Changed = append(p.Changed, regimeRuleChange{viewRegimeRule(r), parts})
		} else {
			p.Same++
		}
	}
	for _, r := range from.On() {
		if _, gone := before[r.ID]; gone {
			p.Removed = append(p.Removed, viewRegimeRule(r))
		}
	}
	p.Rest = changedLines(regimeText(from), regimeText(to))
}

func regimeRuleParts(r policy.RegimeRule) []rulePart {
	return []rulePart{{"Title", r.Title}, {"Severity", string(r.Severity)}, {"Guards", gateTitles[r.Gate]}, {"Applies when", r.Needs}, {"Is broken when", r.When}, {"Message", r.Message}, {"Law", r.Law}, {"Cure", r.Cure}, {"May be let pass by", string(r.Waiver)}}
}

// regimeText is what a law says besides its rules, part by part.
func regimeText(g *policy.Regime) []rulePart {
	list := []rulePart{{"Title", g.Title}, {"About", g.About}, {"Calendar", g.Calendar}, {"Model", modelTitles[g.Preference.Model]}, {"Rungs", strings.Join(rungWords(g), "\n")}}
	for _, l := range regimeLines(g) {
		list = append(list, rulePart(l))
	}
	var page regimePage
	for _, e := range g.Exemptions {
		list = append(list, rulePart{"Ground: " + e.Title, page.Grants(e) + ", " + page.Ends(e) + ", published: " + page.Shown(e) + ". " + e.Text})
	}
	for i, b := range g.Approval.Bands {
		list = append(list, rulePart{"Approval band " + number(i+1), page.BandLine(b)})
	}
	for _, w := range g.Words {
		list = append(list, rulePart{"Words: " + orElse(stepTitles[w.Step], string(w.Step)), strings.TrimSpace(w.Text + " " + w.Article)})
	}
	for _, one := range g.Clauses {
		list = append(list, rulePart{"Clause: " + one.Title, one.Text})
	}
	for _, l := range g.Law {
		list = append(list, rulePart{"Law: " + strings.TrimSpace(l.Law+" "+l.Article), strings.TrimSpace(l.Text + " " + l.Note)})
	}
	return list
}

// changedLines finds what differs between two lists of parts by their labels.
func changedLines(before, after []rulePart) []partChange {
	was := map[string]string{}
	for _, b := range before {
		was[b.Label] = b.Text
	}
	var list []partChange
	seen := map[string]bool{}
	for _, a := range after {
		seen[a.Label] = true
		if was[a.Label] != a.Text {
			list = append(list, partChange{a.Label, was[a.Label], a.Text})
		}
	}
	for _, b := range before {
		if !seen[b.Label] && b.Text != "" {
			list = append(list, partChange{b.Label, b.Text, ""})
		}
	}
	return list
}

// Alike reports whether both versions say the same.
func (p regimeComparison) Alike() bool {
	return len(p.Added)+len(p.Removed)+len(p.Changed)+len(p.Rest) == 0
}
