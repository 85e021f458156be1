package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

func (s *site) mountBuiltCode(r *routes) {
	r.get("/government-code", s.builtCode)
	r.get("/statistics", s.statistics)
}

// builtPage is what government built, by agency and piece by piece.
type builtPage struct {
	Form     *form
	Agencies agencyChoice
	Whole    models.BuiltTally
	Access   chart
	By       []builtAgency
	List     []builtRow
	More     int // pieces that are not shown
	CSV      string
}

type builtAgency struct {
	models.BuiltTally
	Path  string
	Chart chart
}

type builtRow struct {
	models.BuiltCode
	Access tag
	Why    string // why not all of it is open
	Tag    tag    // of the licence
	Last   *models.Date
}

// shownBuilt bounds the pieces of software that the page names; the table to download has them all.
const shownBuilt = 100

var codeAccessTerms = map[models.CodeAccess]term{
	models.CodeOpen: {"Open", toneGood}, models.CodePartlyOpen: {"Partly open", tonePlain}, models.CodeGovernment: {"Government only", toneCaution}, models.CodeClosed: {"Closed", toneBad}, models.CodeNotSaid: {"Not said", toneUnknown},
}

// codeAccessKinds are the colours of a chart of who may have code.
var codeAccessKinds = map[models.CodeAccess]string{models.CodeOpen: "good", models.CodePartlyOpen: "plain", models.CodeGovernment: "strong-copyleft", models.CodeClosed: "restricted-use", models.CodeNotSaid: "unknown"}

func accessChart(id, title string, by map[models.CodeAccess]int) chart {
	var parts []chartPart
	for _, a := range models.CodeAccesses {
		parts = append(parts, chartPart{Label: among(codeAccessTerms, a).word, Kind: codeAccessKinds[a], Count: by[a]})
	}
	return newChart(id, title, "pieces of software", "Who may have the code", parts)
}

func (s *site) builtCode(c *page) error {
	agency := c.queryID("agency")
	list, err := s.Store.BuiltCode(c.ctx(), c.viewer, agency)
	if err != nil {
		return err
	}
	if c.query("format") == "csv" {
		return c.builtCSV(list)
	}
	p := builtPage{Form: &form{Values: c.request().URL.Query()}, CSV: address("/government-code", "agency", agencyText(agency), "format", "csv")}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	tallies := models.TallyBuilt(list, today())
	p.Whole, p.Access = tallies[0], accessChart("access", "Who may have the code", tallies[0].Access)
	for _, t := range tallies[1:] {
		p.By = append(p.By, builtAgency{t, address("/government-code", "agency", idText(t.AgencyID)), accessChart("access-"+idText(t.AgencyID), t.Agency, t.Access)})
	}
	for i := range list[:min(shownBuilt, len(list))] {
		p.List = append(p.List, builtRowOf(&list[i]))
	}
	p.More = len(list) - len(p.List)
	return c.show(view{Name: "government-code", Title: "What government built", Nav: "/catalogue", Crumbs: []crumb{{"Catalogue", "/catalogue"}, {Name: "What government built"}}, Page: p})
}

func builtRowOf(b *models.BuiltCode) builtRow {
	t := among(codeAccessTerms, b.Access())
	r := builtRow{BuiltCode: *b, Access: tag{t.word, t.tone}, Tag: tag{"Not stated", toneUnknown}, Last: b.LastActiveOn()}
	if b.License != "" {
		r.Tag = tag{}
		if !b.OpenSource() {
			r.Tag = tag{"Not open source", toneCaution}
		}
	}
	r.Why = groundWords(b.Grounds)
	return r
}

// groundWords says the grounds on which code stays closed; "" for none.
func groundWords(given []string) string {
	grounds := slices.Sorted(slices.Values(given))
	for i := range grounds {
		grounds[i] = spaced(grounds[i])
	}
	return strings.Join(grounds, ", ")
}

func (c *page) builtCSV(list []models.BuiltCode) error {
	table := [][]string{{"Agency", "Software", "Licence", "Open source", "Code", "Ground", "Described", "Last commit or release", "Other agencies", "Of those confirmed", "Page"}}
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	for i := range list {
		b := &list[i]
		table = append(table, []string{b.Agency, b.Title, b.License, yes(b.OpenSource()), among(codeAccessTerms, b.Access()).word, strings.Join(slices.Sorted(slices.Values(b.Grounds)), ", "), yes(b.Described), dateCell(b.LastActiveOn()), number(b.Agencies), number(b.Confirmed), assetPath(b.AssetID)})
	}
	return c.csv("government-code.csv", table)
}
