package web

import (
	"fmt"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountExemptions(r *routes) {
	r.get("/exemptions", s.exemptions)
	r.get("/exemptions/new", s.newExemption)
	r.post("/exemptions", s.askExemption)
	r.get("/exemptions/:id", s.exemption)
	r.post("/exemptions/:id/decision", s.decideExemption)
	r.post("/exemptions/:id/revoke", s.revokeExemption)
	r.post("/exemptions/:id/renewals", s.renewExemption)
}

func exemptionPath(id int64) string { return fmt.Sprintf("/exemptions/%d", id) }

// soonDays is how long before its last day an exemption is said to run out.
const soonDays = 60

// exemptionsPage lists exemptions, those that wait for a decision first.
type exemptionsPage struct {
	Form     *form
	Waiting  []exemptionRow
	List     []exemptionRow
	Pager    pager
	States   []option
	Agencies agencyChoice
	Filtered bool
	MayAsk   bool
}

// exemptionRow is an exemption as lists show it.
type exemptionRow struct {
	store.ExemptionRow
	Name  string // the title of its rule
	Scope string
	Soon  bool // it runs out soon
	Today models.Date
}

func newExemptionRow(x store.ExemptionRow, titles map[string]string) exemptionRow {
	now := today()
	return exemptionRow{ExemptionRow: x, Name: ruleTitle(titles, x.Rule), Scope: exemptionScope(&x), Today: now, Soon: x.State == models.ExemptionGranted && x.ExpiresOn.Before(now.AddDays(soonDays))}
}

// exemptionScope says what an exemption is for.
func exemptionScope(x *store.ExemptionRow) string {
	var parts []string
	switch {
	case x.ReleaseID != nil:
		parts = append(parts, strings.TrimSpace(x.Asset+" "+x.Release))
	case x.AssetID != nil:
		parts = append(parts, x.Asset+", every release")
	default:
		parts = append(parts, "all software")
	}
	if x.Component != "" {
		parts = append(parts, "the component "+shorten(x.Component, 100))
	}
	if x.License != "" {
		parts = append(parts, "the licence "+shorten(x.License, 80))
	}
	return strings.Join(parts, "; ")
}

// mostWaiting bounds the requests that the list names first.
const mostWaiting = 10

func (s *site) exemptions(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see exemptions from licence policies")
	}
	state, agency := models.ExemptionState(c.query("state")), c.queryID("agency")
	p := exemptionsPage{Form: &form{Values: c.request().URL.Query()}, States: words(models.ExemptionStates), Filtered: state != "" || agency != 0, MayAsk: c.viewer.MaySomewhere(models.TriageFinding)}
	titles, err := s.Register.RuleTitles(c.ctx())
	if err != nil {
		return err
	}
	list, err := s.Store.Exemptions(c.ctx(), c.viewer, state, agency, c.at())
	if err != nil {
		return err
	}
	p.Pager = pagerOf(c, list, "exemption", "exemptions")
	for _, x := range list.Items {
		p.List = append(p.List, newExemptionRow(x, titles))
	}
	if !p.Filtered && c.query("after") == "" {
		waiting, err := s.Store.Exemptions(c.ctx(), c.viewer, models.ExemptionRequested, 0, models.Page{Limit: mostWaiting})
		if err != nil {
			return err
		}
		for _, x := range waiting.Items {
			p.Waiting = append(p.Waiting, newExemptionRow(x, titles))
		}
	}
	if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
		return err
	}
	return c.show(view{Name: "exemptions", Title: "Exemptions", Nav: "/findings", Crumbs: []crumb{{"Findings", "/findings"}, {"Exemptions", ""}}, Page: p})
}

// exemptionPage is one exemption: what it lets through, on which ground, until when, and who says so.
type exemptionPage struct {
	exemptionRow
	Facts   []fact
	Covers  []store.FindingRow
	More    bool
	History history
	Forms   map[string]*form // by what they do; only those that the reader may send
	Own     bool             // the reader asked for it, and somebody else has to decide
	Options []option
}

// The forms of the page.
const (
	formDecide = "decide"
	formRevoke = "revoke"
	formRenew  = "renew"
)

func (s *site) exemption(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showExemption(c, id, "", nil)
}

func (s *site) showExemption(c *page, id int64, refused string, f *form) error {
	x, err := s.Store.Exemption(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	titles, err := s.Register.RuleTitles(c.ctx())
	if err != nil {
		return err
	}
	p := &exemptionPage{exemptionRow: newExemptionRow(*x, titles), Forms: map[string]*form{}, Own: x.RequestedByID != nil && *x.RequestedByID == c.viewer.UserID,
		Options: []option{{Value: string(models.ExemptionGranted), Label: "Grant it", Hint: "The findings it covers are exempted until its last day."}, {Value: string(models.ExemptionRefused), Label: "Refuse it", Hint: "The findings stay open."}}}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "exemption", NounID: id}); err != nil {
		return err
	}
	if err := p.covers(c); err != nil {
		return err
	}
	p.Facts = p.facts()
	decides, revokes, asks := register.MayDecideExemption(c.viewer, &p.ExemptionRow), c.viewer.May(models.GrantExemption, x.AgencyID), c.viewer.May(models.TriageFinding, x.AgencyID)
	switch x.State {
	case models.ExemptionRequested:
		if decides && !p.Own {
			p.Forms[formDecide] = newForm("to", "")
		}
	case models.ExemptionGranted, models.ExemptionExpired:
		if (decides || revokes) && x.State == models.ExemptionGranted {
			p.Forms[formRevoke] = newForm()
		}
		if asks {
			p.Forms[formRenew] = newForm("ground", x.Ground, "evidence", x.Evidence, "expiresOn", later(x.ExpiresOn, today()).AddDays(180).String())
		}
	}
	if f != nil {
		p.Forms[refused] = f
	}
	return c.show(view{Name: "exemption", Title: "Exemption: " + shorten(p.Name, 80), Nav: "/findings", Crumbs: []crumb{{"Findings", "/findings"}, {"Exemptions", "/exemptions"}, {shorten(p.Name, 60), ""}}, Form: f, Page: p})
}

func later(a, b models.Date) models.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// covers finds what the exemption covers now or, while it is asked for, what it would.
func (p *exemptionPage) covers(c *page) error {
	f := models.FindingFilter{Agency: p.AgencyID, Rule: p.Rule, Component: p.Component, Page: models.Page{Limit: models.MaxLimit}}
	switch p.State {
	case models.ExemptionRequested:
		f.State = models.FindingOpen
	case models.ExemptionGranted:
		f.State = models.FindingExempted
	default:
		return nil
	}
	if p.AssetID != nil {
		f.Asset = *p.AssetID
	}
	if p.ReleaseID != nil {
		f.Release = *p.ReleaseID
	}
	list, err := c.site.Store.Findings(c.ctx(), c.viewer, f)
	p.More = list.Next != ""
	for _, row := range list.Items {
		if p.ExemptionRow.Covers(&row.Finding) && (row.ExemptionID == nil || *row.ExemptionID == p.ID) {
			p.Covers = append(p.Covers, row)
		}
	}
	return err
}

func (p *exemptionPage) facts() []fact {
	state := makeTag(p.State)
	list := []fact{{Term: "State", Tag: &state}, {Term: "For", Text: p.Agency, Path: agencyPath(p.AgencyID)}, {Term: "Rule", Text: p.Name, Path: address("/findings", "rule", p.Rule, "state", anyState)}}
	if p.AssetID != nil {
		list = append(list, fact{Term: "Software", Text: p.Asset, Path: assetPath(*p.AssetID) + "/licences"})
	}
	if p.ReleaseID != nil {
		list = append(list, fact{Term: "Release", Text: p.Release, Path: releasePath(*p.ReleaseID)})
	}
	if p.Component != "" {
		list = append(list, fact{Term: "Component", Code: shorten(p.Component, 200)})
	}
	if p.License != "" {
		list = append(list, fact{Term: "Licence", Code: shorten(p.License, 200)})
	}
	last := fact{Term: "Last day", Time: date(p.ExpiresOn)}
	if p.Soon {
		last.Tag = &tag{Word: "Soon", Tone: toneCaution}
	}
	list = append(list, last, fact{Term: "Asked for by", Text: orElse(p.RequestedBy, "a program") + ", ", Time: date(p.RequestedAt)})
	if p.DecidedAt != nil {
		list = append(list, fact{Term: "Decided by", Text: orElse(p.DecidedBy, "a program") + ", ", Time: date(p.DecidedAt)})
	}
	if p.EndedAt != nil {
		list = append(list, fact{Term: "Ended", Time: date(p.EndedAt)})
	}
	if p.RenewsID != nil {
		list = append(list, fact{Term: "Takes over from", Text: "the one before", Path: exemptionPath(*p.RenewsID)})
	}
	return append(list, fact{Term: "Renewed", Text: renewedWords(p.Renewals)})
}

func renewedWords(n int) string {
	if n == 0 {
		return "never"
	}
	return plural(n, "time", "times")
}

func (s *site) decideExemption(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	to := models.ExemptionState(f.get("to"))
	return s.moveExemption(c, id, formDecide, f, s.Register.DecideExemption(c.ctx(), c.viewer, id, to, f.get("decision")), "The exemption is "+strings.ToLower(word(to))+".")
}

func (s *site) revokeExemption(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	err = s.Register.RevokeExemption(c.ctx(), c.viewer, id, f.get("revocation"))
	if err != nil && f.refused(err) {
		f.rename("decision", "revocation")
		return s.showExemption(c, id, formRevoke, f)
	}
	return s.moveExemption(c, id, formRevoke, f, err, "The exemption is revoked. What it covered opens again in a moment.")
}

func (s *site) moveExemption(c *page, id int64, which string, f *form, err error, said string) error {
	if err == nil {
		return c.done(exemptionPath(id), said)
	}
	if !f.refused(err) {
		return err
	}
	return s.showExemption(c, id, which, f)
}

func (s *site) renewExemption(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := f.exemption(&m)
	if err = m.Err(); err == nil {
		err = s.Register.RenewExemption(c.ctx(), c.viewer, id, x)
	}
	if err == nil {
		return c.done(exemptionPath(x.ID), "The renewal is asked for. Another person decides on it.")
	}
	return s.moveExemption(c, id, formRenew, f, err, "")
}
