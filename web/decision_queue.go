package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountReports(r *routes) {
	r.get("/decisions/queue", s.queue)
	r.get("/decisions/exemptions", s.exemptionsInForce)
	r.get("/decisions/report", s.decisionReport)
}

// queuePage is what waits for a decision, by the day that the law sets.
type queuePage struct {
	Form     *form
	Agencies agencyChoice
	List     []queueRow
	Pager    pager
	Past     int // of those shown, whose day is past
	Week     int // whose day is within seven days
	Today    models.Date
}

// queueRow is a case that waits.
type queueRow struct {
	register.QueuedDecision
	Left tag // days left, in words
	Path string
}

// queueSize is how many cases one page judges anew.
const queueSize = 15

func (s *site) queue(c *page) error {
	if !c.viewer.InGovernment() {
		return models.NoSuch("page")
	}
	p := queuePage{Form: &form{Values: c.request().URL.Query()}, Today: today()}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	at := c.at()
	at.Limit = queueSize
	list, err := s.Register.DecisionQueue(c.ctx(), c.viewer, models.DecisionFilter{Agency: c.queryID("agency"), Page: at})
	if err != nil {
		return err
	}
	for _, q := range list.Items {
		row := queueRow{QueuedDecision: q, Path: casePath(q.ID)}
		if _, waits := decided[q.State]; waits && q.Full {
			row.Path += "/decide"
		}
		switch left := q.DueOn.DaysSince(p.Today); {
		case left < 0:
			row.Left = tag{plural(-left, "day", "days") + " past", toneBad}
			p.Past++
		case left <= 7:
			row.Left = tag{capital(ago(*q.DueOn, p.Today)), toneCaution}
			p.Week++
		default:
			row.Left = tag{plural(left, "day", "days") + " left", tonePlain}
		}
		p.List = append(p.List, row)
	}
	p.Pager = pagerOf(c, list, "case", "cases")
	return c.show(view{Name: "decision-queue", Title: "What waits, by legal deadline", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Queue"}}, Page: p})
}

// exemptionsInForcePage is the exemptions from open source first that hold today.
type exemptionsInForcePage struct {
	Form     *form
	Agencies agencyChoice
	List     []grantedRow
	ByGround chart
	ByPerson chart
	Repeated int
	Endless  int
	Today    models.Date
}

// grantedRow is an exemption in words.
type grantedRow struct {
	store.GrantedExemption
	Words []string
	Soon  bool // it ends within 90 days
}

func (s *site) exemptionsInForce(c *page) error {
	if !c.viewer.InGovernment() {
		return models.NoSuch("page")
	}
	p := exemptionsInForcePage{Form: &form{Values: c.request().URL.Query()}, Today: today()}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	list, err := s.Store.ExemptionsGranted(c.ctx(), c.viewer, c.queryID("agency"), p.Today)
	if err != nil {
		return err
	}
	laws := map[int64]regimeWords{}
	grounds, people := map[string]int{}, map[string]int{}
	for _, e := range list {
		if laws[e.VersionID] == nil {
			if laws[e.VersionID], _, err = s.regimeWordsOf(c, e.VersionID); err != nil {
				return err
			}
		}
		row := grantedRow{GrantedExemption: e, Words: laws[e.VersionID].all(e.Grounds), Soon: e.ExpiresOn != nil && e.ExpiresOn.DaysSince(p.Today) <= 90}
		for _, g := range row.Words {
			grounds[g]++
		}
		people[e.ByName]++
		if e.Repeated > 0 {
			p.Repeated++
		}
		if e.ExpiresOn == nil {
			p.Endless++
		}
		p.List = append(p.List, row)
	}
	p.ByGround = rankingOf("by-ground", "Exemptions in force, by ground", "exemptions", "Ground", grounds)
	p.ByPerson = rankingOf("by-person", "Exemptions in force, by who granted them", "exemptions", "Person", people)
	return c.show(view{Name: "decision-exemptions", Title: "Exemptions in force", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Exemptions in force"}}, Page: p})
}

// rankingOf counts things by their names, the most first.
func rankingOf(id, title, of, heading string, counts map[string]int) chart {
	var parts []chartPart
	for name, n := range counts {
		parts = append(parts, chartPart{Label: name, Count: n})
	}
	slices.SortFunc(parts, func(a, b chartPart) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Label, b.Label)) })
	return newChart(id, title, of, heading, parts)
}

// decisionReportPage is what was chosen, counted from what was published.
type decisionReportPage struct {
	Form     *form
	Agencies agencyChoice
	Total    int
	Unknown  int // of which nothing was published
	Open     chart
	ByRung   chart
	ByModel  chart
	Years    []openShare
	ByAgency []openShare
	Exempt   int
}

// openShare is how much of what was chosen is open source, in a year or in an agency.
type openShare struct {
	Label, Path            string
	Chart                  chart
	Yes, No, Open, NotTold int
	All                    int
	Share                  string // of those of which it is known
	rank                   int
}

func (s *site) decisionReport(c *page) error {
	p := decisionReportPage{Form: &form{Values: c.request().URL.Query()}}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	list, err := s.Store.DecisionTallies(c.ctx(), c.viewer, c.queryID("agency"))
	if err != nil {
		return err
	}
	p.count(list)
	return c.show(view{Name: "decision-report", Title: "What was chosen", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "What was chosen"}}, Page: p})
}

// The parts of a chart of open source choices, with their colours.
var openParts = []struct{ outcome, label, kind string }{{"yes", "Open source", "good"}, {"no", "Not open source", "restricted-use"}, {"undetermined", "Undetermined", "strong-copyleft"}, {"", "Not published", "unknown"}}

func openChart(id, title string, by map[string]int) chart {
	var parts []chartPart
	for _, one := range openParts {
		parts = append(parts, chartPart{Label: one.label, Kind: one.kind, Count: by[one.outcome]})
	}
	return newChart(id, title, "decisions", "What was chosen", parts)
}

// count adds up what is alike.
func (p *decisionReportPage) count(list []store.DecisionTally) {
	all, rungs, modelsOf := map[string]int{}, map[string]int{}, map[string]int{}
	years, agencies := map[int]map[string]int{}, map[int64]map[string]int{}
	names := map[int64]string{}
	for _, t := range list {
		p.Total += t.Decisions
		all[t.Open] += t.Decisions
		if t.Exempt {
			p.Exempt += t.Decisions
		}
		if years[t.Year] == nil {
			years[t.Year] = map[string]int{}
		}
		if agencies[t.AgencyID] == nil {
			agencies[t.AgencyID] = map[string]int{}
		}
		years[t.Year][t.Open] += t.Decisions
		agencies[t.AgencyID][t.Open] += t.Decisions
		names[t.AgencyID] = t.Agency
		if !t.Published {
			p.Unknown += t.Decisions
			continue
		}
		rung := "Not told"
		if t.Rung > 0 {
			rung = fmt.Sprintf("Rung %d: %s", t.Rung, t.RungTitle)
		}
		rungs[rung] += t.Decisions
		modelsOf[orElse(capital(t.Model), "Not told")] += t.Decisions
	}
	p.Open = openChart("open", "Open source among what was chosen", all)
	p.ByRung = rankingOf("by-rung", "By rung", "decisions", "Rung", rungs)
	p.ByModel = rankingOf("by-model", "By how the law prefers open source", "decisions", "Model", modelsOf)
	for year, by := range years {
		p.Years = append(p.Years, shareOf(idText(int64(year)), "", by, year))
	}
	slices.SortFunc(p.Years, func(a, b openShare) int { return b.rank - a.rank })
	for id, by := range agencies {
		p.ByAgency = append(p.ByAgency, shareOf(names[id], address("/decisions/report", "agency", idText(id)), by, 0))
	}
	slices.SortFunc(p.ByAgency, func(a, b openShare) int { return cmp.Or(b.All-a.All, strings.Compare(a.Label, b.Label)) })
}

// Unknown is of how many nobody can tell.
func (o openShare) Unknown() int { return o.Open + o.NotTold }

func shareOf(label, path string, by map[string]int, rank int) openShare {
	o := openShare{Label: label, Path: path, Yes: by["yes"], No: by["no"], Open: by["undetermined"], NotTold: by[""], rank: rank}
	o.All = o.Yes + o.No + o.Open + o.NotTold
	o.Share = percent(o.Yes, o.Yes+o.No)
	o.Chart = openChart("share-"+slugOf(label), label, by)
	return o
}
