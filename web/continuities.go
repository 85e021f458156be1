package web

import (
	"fmt"
	"html/template"
	"strconv"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountContinuities(r *routes) {
	r.get("/continuity", s.risks)
	r.get("/assets/:id/continuity", s.continuity)
	r.get("/assets/:id/continuity/edit", s.editContinuity)
	r.post("/assets/:id/continuity/edit", s.writeContinuity)
}

func continuityPath(asset int64) string { return assetPath(asset) + "/continuity" }

// riskView is one risk of a piece of software, in words.
type riskView struct {
	Title, Reason, Cure string
	Tone                string
}

func riskViews(r *store.RiskRow) []riskView {
	list := make([]riskView, len(r.Risks))
	for i, k := range r.Risks {
		list[i] = riskView{Title: k.Title(), Reason: r.Reason(k, today()), Cure: k.Cure(), Tone: riskTone(k)}
	}
	return list
}

// riskyRow is a piece of software that may not go on, as the list shows it.
type riskyRow struct {
	store.RiskRow
	Why  []riskView
	More int // agencies in production that are not named
}

// risksPage lists software that may not go on.
type risksPage struct {
	Form     *form
	List     []riskyRow
	Pager    pager
	Tallies  riskChart
	Critical int // pieces of software with a risk that something critical depends on
	Focus    *riskView
	Risks    []option
	Levels   []option
	Agencies agencyChoice
	Filtered bool
	Pressing string // address of the same list for what something critical depends on
}

func (s *site) risks(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see what may not go on")
	}
	f := models.RiskFilter{Agency: c.queryID("agency"), Risk: models.ContinuityRisk(c.query("risk")), Asset: c.queryID("asset"), Page: c.at()}
	if n, err := strconv.ParseInt(c.query("criticality"), 10, 16); err == nil && n > 0 && n < int64(len(criticalityWords)) {
		f.Criticality = int16(n)
	}
	p := risksPage{Form: &form{Values: c.request().URL.Query()}, Risks: words(models.ContinuityRisks), Filtered: f.Agency != 0 || f.Risk != "" || f.Criticality != 0 || f.Asset != 0}
	for n := 2; n < len(criticalityWords); n++ {
		p.Levels = append(p.Levels, option{Value: strconv.Itoa(n), Label: "At least " + criticality(int16(n))})
	}
	list, err := s.Store.ContinuityRisks(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Pager = pagerOf(c, list.List, "piece of software", "pieces of software")
	for i := range list.Items {
		r := &list.Items[i]
		p.List = append(p.List, riskyRow{RiskRow: *r, Why: riskViews(r), More: max(r.Agencies-len(r.Exposed), 0)})
	}
	p.count(c, f, list)
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "continuity", Title: "What may not go on", Nav: "/catalogue", Crumbs: []crumb{{"What may not go on", ""}}, Page: p})
}

// count says the picture of the risks, and how much of it is critical.
func (p *risksPage) count(c *page, f models.RiskFilter, list store.RiskPage) {
	p.Tallies = newRiskChart(list.Tallies, func(r models.ContinuityRisk) string {
		return address("/continuity", "risk", string(r), "agency", c.query("agency"), "criticality", c.query("criticality"))
	})
	if f.Risk != "" && f.Risk.Title() != "" {
		p.Focus = &riskView{Title: f.Risk.Title(), Cure: f.Risk.Cure()}
	}
	if f.Criticality < models.CriticalFrom {
		p.Pressing, p.Critical = address("/continuity", "criticality", strconv.Itoa(models.CriticalFrom), "agency", c.query("agency"), "risk", c.query("risk")), list.Critical
	}
}

// riskChart ranks the risks by how much software they hold for: a bar for each, the part first on which something critical depends.
type riskChart struct {
	Rows []riskBar
	most int
}

// riskBar is one risk with its counts.
type riskBar struct {
	store.RiskTally
	Path string
	most int
}

func newRiskChart(tallies []store.RiskTally, path func(models.ContinuityRisk) string) riskChart {
	ch := riskChart{most: 1}
	for _, t := range tallies {
		ch.most = max(ch.most, t.Assets)
	}
	for _, t := range tallies {
		ch.Rows = append(ch.Rows, riskBar{RiskTally: t, Path: path(t.Risk), most: ch.most})
	}
	return ch
}

// SVG is the bar of one risk against the most frequent one. The numbers stand beside it in the table.
func (b riskBar) SVG() template.HTML {
	at := func(n int) float64 { return float64(n) / float64(b.most) * 100 }
	return template.HTML(fmt.Sprintf(`<svg class="chart-rank" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-severity-high" width="%.1f" height="10"/><rect class="fill-severity-low" x="%.1f" width="%.1f" height="10"/></svg>`, //nolint:gosec // numbers only
		at(b.Critical), at(b.Critical), at(b.Assets-b.Critical)))
}

// continuityPage is what keeps one piece of software going.
type continuityPage struct {
	*assetHead
	*store.ContinuityRow
	Why      []riskView
	Depends  *riskyRow // who runs it; nil when no risk is known
	Ends     []ending
	Code     []store.RepositoryRow
	MayWrite bool
	Today    models.Date
	Said     bool // anything was written
	Changes  history
}

// ending is a day on which something that keeps the software going ends.
type ending struct {
	What, Who, Path string
	On              *models.Date // nil: no end was said
	Ago             string
	Tag             tag
	Bar             template.HTML
}

func (s *site) continuity(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see what keeps software going")
	}
	h, err := c.openAsset("continuity")
	if err != nil || h == nil {
		return err
	}
	p := continuityPage{assetHead: h, MayWrite: c.viewer.May(models.WriteChecklist, h.Asset.StewardID), Today: today()}
	if p.ContinuityRow, err = s.Store.Continuity(c.ctx(), c.viewer, h.Asset.ID); err != nil {
		return err
	}
	p.Said = p.ContinuityRow.ID != 0
	risks, err := s.Store.ContinuityRisks(c.ctx(), c.viewer, models.RiskFilter{Asset: h.Asset.ID, Page: models.Page{Limit: 1}})
	if err != nil {
		return err
	}
	if len(risks.Items) > 0 {
		r := &risks.Items[0]
		p.Why, p.Depends = riskViews(r), &riskyRow{RiskRow: *r, More: max(r.Agencies-len(r.Exposed), 0)}
	}
	if p.Code, err = s.Store.RepositoriesOf(c.ctx(), c.viewer, h.Asset.ID); err != nil {
		return err
	}
	p.Ends = p.endings()
	if p.Said {
		if p.Changes, err = c.historyOf(models.EventFilter{Noun: "continuity", NounID: p.ContinuityRow.ID}); err != nil {
			return err
		}
	}
	return c.show(view{Name: "asset-continuity", Title: "What keeps " + h.Asset.Title() + " going", Nav: "/catalogue", Crumbs: h.crumbs(crumb{Name: "Continuity"}), Page: p})
}

// endings lists what ends and when, the nearest first, then what has no end.
func (p *continuityPage) endings() []ending {
	var list []ending
	add := func(what, who, path string, on *models.Date) {
		list = append(list, ending{What: what, Who: who, Path: path, On: on})
	}
	for _, k := range p.Keepers {
		add(word(k.Kind), k.Name, webAddress(k.URL), k.UntilOn)
	}
	if p.FundedUntilOn != nil {
		add("Money", "", webAddress(p.FundingSource), p.FundedUntilOn)
	}
	if p.Newest != nil && p.Newest.SecurityEndOn != nil {
		add("Security support", "of release "+p.Newest.Number, releasePath(p.Newest.ID), p.Newest.SecurityEndOn)
	}
	sortEndings(list)
	most := 365
	for _, e := range list {
		if e.On != nil {
			most = max(most, e.On.DaysSince(p.Today))
		}
	}
	for i := range list {
		list[i].judge(p.Today, most)
	}
	return list
}
