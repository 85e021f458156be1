package web

import (
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// statisticsPage is the register in numbers, and how old what it says is.
type statisticsPage struct {
	*store.Statistics
	ByOrigin chart
	Ages     []agedRow
	Legend   chart
	Came     chart // software and deployments that were registered, by month
	CameRows []cameRow
	Oldest   *store.PublisherAge
}

// agedRow is one kind of thing by how old it is.
type agedRow struct {
	Title, Text, Path string
	Ages              store.Ages
	Fresh             string // share within half a year
	Chart             chart
}

// shownAged bounds the publishers and sources that the page names, those that were left alone longest first.
const shownAged = 25

func ageChart(id, title string, a store.Ages) chart {
	return newChart(id, title, "things", "Age", []chartPart{{Label: "Within a week", Kind: "good", Count: a.Week}, {Label: "Within a month", Kind: "plain", Count: a.Month}, {Label: "Within half a year", Kind: "strong-copyleft", Count: a.Half},
		{Label: "Within a year", Kind: "severity-low", Count: a.Year}, {Label: "Longer ago", Kind: "restricted-use", Count: a.Older}, {Label: "Never, or not known", Kind: "unknown", Count: a.Unknown}})
}

func (s *site) statistics(c *page) error {
	x, err := s.Store.Statistics(c.ctx(), c.viewer)
	if err != nil {
		return err
	}
	p := statisticsPage{Statistics: x}
	var parts []chartPart
	for _, o := range x.Origins {
		parts = append(parts, chartPart{Label: word(o.Origin), Kind: originKinds[o.Origin], Count: o.Assets, Path: address("/assets", "origin", string(o.Origin))})
	}
	p.ByOrigin = newChart("origins", "Software by where it comes from", "pieces of software", "Origin", parts)
	p.age(x)
	p.came(x)
	for i := range x.Publishers {
		if x.Publishers[i].Repositories > 0 {
			p.Oldest = &x.Publishers[i]
			break
		}
	}
	x.Publishers, x.Sources = x.Publishers[:min(shownAged, len(x.Publishers))], x.Sources[:min(shownAged, len(x.Sources))]
	return c.show(view{Name: "statistics", Title: "The register in numbers", Nav: "/catalogue", Crumbs: []crumb{{Name: "The register in numbers"}}, Page: p})
}

var originKinds = map[models.Origin]string{models.GovBuilt: "good", models.OpenSource: "plain", models.Proprietary: "restricted-use", models.Service: "strong-copyleft"}

func (p *statisticsPage) age(x *store.Statistics) {
	whole := store.Ages{}
	for _, r := range []agedRow{
		{Title: "Deployments", Text: "since somebody confirmed them", Path: "/deployments", Ages: x.Confirmed},
		{Title: "SBOM documents", Text: "since they were made", Path: "/quality", Ages: x.Documents},
		{Title: "Entries of software", Text: "since they were changed", Path: "/assets", Ages: x.Entries},
		{Title: "Repositories", Text: "since they were visited", Path: "/repositories", Ages: x.Repositories},
		{Title: "Descriptions in them", Text: "since the day that they give", Path: "/repositories?described=yes", Ages: x.Descriptions},
	} {
		r.Chart, r.Fresh = ageChart("age-"+slugOf(r.Title), r.Title, r.Ages), percent(r.Ages.Week+r.Ages.Month+r.Ages.Half, r.Ages.All())
		p.Ages = append(p.Ages, r)
		whole.Week += r.Ages.All()
	}
	p.Legend = ageChart("ages", "Age", whole)
}

func (p *statisticsPage) came(x *store.Statistics) {
	var parts []chartPart
	for _, m := range x.Months {
		if m.Assets+m.Runs == 0 {
			continue
		}
		label := m.Month.Time().Format("January 2006")
		if models.DateOf(time.Now()).Time().Sub(m.Month.Time()) < 31*24*time.Hour && m.Month.Time().Month() == time.Now().UTC().Month() {
			label += ", so far"
		}
		parts = append(parts, chartPart{Label: label, Kind: "plain", Count: m.Assets + m.Runs})
		p.CameRows = append(p.CameRows, cameRow{Label: label, Software: m.Assets, Runs: m.Runs, Part: parts[len(parts)-1]})
	}
	p.Came = newChart("came", "Registered, by month", "things", "Month", parts)
}

// cameRow is what was registered in a month.
type cameRow struct {
	Label          string
	Software, Runs int
	Part           chartPart
}
