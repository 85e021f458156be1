package web

import (
	"io"
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountSources(r *routes) {
	r.get("/sources", s.sources)
	r.get("/sources/new", s.newSource)
	r.post("/sources", s.registerSource)
	r.get("/sources/:id", s.source)
	r.get("/sources/:id/edit", s.editSource)
	r.post("/sources/:id", s.changeSource)
	r.post("/sources/:id/readings", s.askReading)
	r.post("/sources/:id/documents", s.bringCatalogue)
	r.get("/readings/:id", s.reading)
	r.post("/readings/:id/cancel", s.cancelReading)
	r.get("/foreign-entries", s.foreignEntries)
	r.get("/foreign-entries/:id", s.foreignEntry)
}

// The words of sources.
var (
	sourceKindTerms = map[models.SourceKind]term{
		models.OpenCatalogSource: {"Open Catalog API", tonePlain}, models.PublicCodeList: {"List of publiccode.yml files, repositories or publishers", tonePlain},
		models.CodeJSONSource: {"code.json", tonePlain}, models.AgencyIndexSource: {"Agency index (code.json)", tonePlain}, models.DCATSource: {"DCAT catalogue", tonePlain},
	}
	placeTerms = map[models.SearchPlace]term{
		models.OwnRegister: {"This register", tonePlain}, models.ForeignCatalogues: {"Catalogues of other governments", tonePlain},
	}
	freshnessTerms = map[models.Freshness]term{
		models.NeverRead: {"Not read yet", toneUnknown}, models.FreshSource: {"Fresh", toneGood}, models.StaleSource: {"Stale", toneCaution},
	}
)

// sourceCard is a source as lists show it.
type sourceCard struct {
	store.SourceRow
	Fresh tag
}

func (s *site) card(row store.SourceRow) sourceCard {
	return sourceCard{row, makeTag(row.Freshness(s.now()))}
}

// sourcesPage lists the catalogues of other governments.
type sourcesPage struct {
	Form     *form
	List     []sourceCard
	Pager    pager
	Filtered bool
	MayAdd   bool
}

func (s *site) sources(c *page) error {
	f := models.SourceFilter{Query: c.query("q"), Country: c.query("country"), Page: c.at()}
	list, err := s.Store.Sources(c.ctx(), f)
	if err != nil {
		return err
	}
	p := sourcesPage{Form: &form{Values: c.request().URL.Query()}, Pager: pagerOf(c, list, "catalogue", "catalogues"), Filtered: f.Query != "" || f.Country != "", MayAdd: c.viewer.May(models.WriteSource, 0)}
	for _, row := range list.Items {
		p.List = append(p.List, s.card(row))
	}
	return c.show(view{Name: "sources", Title: "Catalogues of other governments", Nav: "/catalogue", Crumbs: []crumb{{"Other governments", ""}}, Page: p})
}

// sourcePage is one source with its log and the newest of its entries.
type sourcePage struct {
	sourceCard
	Credit    string // who is to be named with the data
	Form      *form  // of a file that is brought
	MayChange bool
	Readings  []store.ReadingRow
	Sample    []store.ForeignRow
	Most      int64
	Modes     []option
	History   history
}

func (s *site) openSource(c *page) (*store.SourceRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	return s.Store.Source(c.ctx(), id)
}

func (s *site) source(c *page) error {
	row, err := s.openSource(c)
	if err != nil {
		return err
	}
	return s.showSource(c, row, newForm("mode", string(models.ReadingKeeps)))
}

func (s *site) showSource(c *page, row *store.SourceRow, f *form) error {
	p := sourcePage{sourceCard: s.card(*row), Credit: row.Named(), Form: f, MayChange: c.viewer.May(models.WriteSource, 0), Most: register.MostCatalogue,
		Modes: []option{{Value: string(models.ReadingKeeps), Label: "Keep what is found"}, {Value: string(models.ReadingRehearsed), Label: "Only say what would change"}}}
	readings, err := s.Store.Readings(c.ctx(), row.ID, models.Page{Limit: 10})
	if err != nil {
		return err
	}
	p.Readings = readings.Items
	sample, err := s.Store.ForeignEntries(c.ctx(), c.viewer, models.ForeignFilter{Source: row.ID, Gone: models.No, Page: models.Page{Limit: 10}})
	if err != nil {
		return err
	}
	p.Sample = sample.Items
	if p.History, err = c.historyOf(models.EventFilter{Noun: "source", NounID: row.ID}); err != nil {
		return err
	}
	v := view{Name: "source", Title: row.Name, Nav: "/catalogue", Crumbs: []crumb{{"Other governments", "/sources"}, {row.Name, ""}}, Form: f, Page: p}
	if row.ReadingID != nil {
		v.Again = lookAgain
	}
	return c.show(v)
}

// sourceFormPage asks what is read, and under which licence.
type sourceFormPage struct {
	Form         *form
	New          bool
	Name         string
	Action, Back string
	Kinds        []option
	Clock        []option
}

func (s *site) newSource(c *page) error {
	if !c.viewer.May(models.WriteSource, 0) {
		return refuseWrite(c, "say which catalogues of other governments are read")
	}
	return s.showSourceForm(c, newForm("active", "yes", "everyHours", "24"), nil)
}

func (s *site) editSource(c *page) error {
	row, err := s.openSource(c)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteSource, 0) {
		return refuseWrite(c, "change which catalogues of other governments are read")
	}
	f := newForm("name", row.Name, "kind", string(row.Kind), "url", row.URL, "country", row.Country, "license", row.License, "attribution", row.Attribution, "everyHours", strconv.Itoa(row.EveryHours), "version", idText(row.Version))
	if row.Active {
		f.set("active", "yes")
	}
	return s.showSourceForm(c, f, row)
}

func (s *site) showSourceForm(c *page, f *form, row *store.SourceRow) error {
	p := sourceFormPage{Form: f, New: row == nil, Action: "/sources", Back: "/sources", Kinds: words(models.SourceKinds), Clock: []option{{Value: "yes", Label: "Read it by the clock"}}}
	title, crumbs := "Add a catalogue", []crumb{{"Other governments", "/sources"}}
	if row != nil {
		p.Name, p.Action = row.Name, "/sources/"+idText(row.ID)
		p.Back, title = p.Action, "Change "+row.Name
		crumbs = append(crumbs, crumb{row.Name, p.Back})
		f.rebase(row.Version, p.Back)
	}
	return c.show(view{Name: "source-form", Title: title, Nav: "/catalogue", Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

func readSource(f *form, s *models.Source) {
	s.Name, s.Kind, s.URL, s.Country, s.License, s.Attribution, s.Active = f.get("name"), models.SourceKind(f.get("kind")), f.get("url"), f.get("country"), f.get("license"), f.get("attribution"), f.get("active") == "yes"
	hours, err := strconv.Atoi(f.get("everyHours"))
	if err != nil {
		hours = -1 // said of the field by the journey
	}
	s.EveryHours = hours
}

func (s *site) registerSource(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var source models.Source
	readSource(f, &source)
	if err := s.Register.RegisterSource(c.ctx(), c.viewer, &source); err != nil {
		if f.refused(err) {
			return s.showSourceForm(c, f, nil)
		}
		return err
	}
	return c.done("/sources/"+idText(source.ID), source.Name+" is a source. Read it now, or wait until the clock does.")
}

func (s *site) changeSource(c *page) error {
	row, err := s.openSource(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	_, err = s.Register.ChangeSource(c.ctx(), c.viewer, row.ID, f.based(), func(source *models.Source) { readSource(f, source) })
	if err == nil {
		return c.done("/sources/"+idText(row.ID), "The source is changed.")
	}
	if f.refused(err) {
		return s.showSourceForm(c, f, row)
	}
	return err
}

func (s *site) askReading(c *page) error {
	row, err := s.openSource(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	r, err := s.Register.AskReading(c.ctx(), c.viewer, row.ID, modeOf(f))
	if models.IsKind(err, models.Conflict) {
		return c.done("/sources/"+idText(row.ID), "A reading is under way already.")
	}
	if err != nil {
		return err
	}
	return c.done("/readings/"+idText(r.ID), "The reading begins in a moment.")
}

func modeOf(f *form) models.ReadingMode {
	if f.get("mode") == string(models.ReadingRehearsed) {
		return models.ReadingRehearsed
	}
	return models.ReadingKeeps
}

// bringTime is how long a catalogue that is brought may take to arrive.
const bringTime = 15 * time.Minute

func (s *site) bringCatalogue(c *page) error {
	row, err := s.openSource(c)
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WriteSource, 0) {
		return refuseWrite(c, "bring catalogues of other governments")
	}
	f := newForm()
	var got *store.ReadingRow
	err = s.sent(c, f, register.MostCatalogue, bringTime, func(filename string, body io.Reader) error {
		content, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		got, err = s.Register.BringCatalogue(c.ctx(), c.viewer, row.ID, []register.SourceDocument{{Filename: filename, Content: content}}, modeOf(f))
		return err
	})
	if err != nil {
		if !f.refused(err) {
			return err
		}
		f.pointTo("file")
		return s.showSource(c, row, f)
	}
	told := "The file is read."
	if got.State == models.HarvestBroken {
		told = "" // the page says why
	}
	return c.done("/readings/"+idText(got.ID), told)
}

// readingPage says what a reading found.
type readingPage struct {
	*store.ReadingRow
	Lines   []models.ReadingLine
	Pager   pager
	MayStop bool
	Dry     bool
}

func (s *site) reading(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	r, err := s.Store.Reading(c.ctx(), id)
	if err != nil {
		return err
	}
	lines, err := s.Store.ReadingLines(c.ctx(), id, c.at())
	if err != nil {
		return err
	}
	p := readingPage{ReadingRow: r, Lines: lines.Items, Pager: pagerOf(c, lines, "line", "lines"), MayStop: r.EndedAt == nil && c.viewer.May(models.WriteSource, 0), Dry: r.Mode == models.ReadingRehearsed}
	v := view{Name: "reading", Title: "Reading of " + r.Source, Nav: "/catalogue", Crumbs: []crumb{{"Other governments", "/sources"}, {r.Source, "/sources/" + idText(r.SourceID)}, {"Reading", ""}}, Page: p}
	if r.EndedAt == nil {
		v.Again = lookAgain
	}
	return c.show(v)
}

func (s *site) cancelReading(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if _, err := s.Register.CancelReading(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done("/readings/"+idText(id), "The reading is stopped. What was kept stays.")
}
