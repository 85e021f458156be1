package web

import (
	"bytes"
	"io"
	"mime"
	"net/http"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDecisions(r *routes) {
	r.get("/decisions", s.decisions)
	r.get("/decisions/new", s.askNewDecision)
	r.post("/decisions/new", s.goOnWithNewDecision)
	r.get("/decision-check", s.checkDecision)
	r.get("/decisions/:id", s.decision)
	r.post("/decisions/:id/moves", s.moveDecision)
	r.post("/decisions/:id/publications", s.publishDecision)
	r.get("/decisions/steps", s.decisionTable)
	r.get("/decisions/:id/amend", s.askAmend)
	r.post("/decisions/:id/amend", s.amendDecision)
	r.get("/decisions/:id/compare", s.compareCandidates)
	r.get("/decisions/:id/costs", s.compareCosts)
	r.get("/decisions/:id/scores", s.scores)
	r.post("/decisions/:id/scores", s.fileScores)
	r.get("/decisions/:id/clauses", s.clauses)
	r.post("/decisions/:id/clauses", s.fileClauses)
	s.mountSuggestions(r)
	s.mountDecisionParts(r)
}

// decisionsPage is the list of decisions.
type decisionsPage struct {
	Form         *form
	List         []store.DecisionRow
	Pager        pager
	Filtered     bool
	Queue        bool // by the day that the law sets
	Agencies     agencyChoice
	States       []option
	Kinds        []option
	Sorts        []option
	Today        models.Date
	MayOpen      bool
	InGovernment bool
	CSV, XLSX    string
}

func (c *page) decisionFilter() models.DecisionFilter {
	f := models.DecisionFilter{Query: c.query("q"), Agency: c.queryID("agency"), Kind: models.DecisionKind(c.query("kind")), State: models.DecisionState(c.query("state")), Function: c.query("function"), Open: c.query("open") != "",
		Asset: c.queryID("asset"), Regime: c.queryID("regime"), Exempt: c.query("exempt") != "", Page: c.at()}
	if c.query("sort") == string(models.ByDue) {
		f.Sort = models.ByDue
	}
	return f
}

func (s *site) decisions(c *page) error {
	f := c.decisionFilter()
	if format := c.query("format"); format == "csv" || format == "xlsx" {
		return s.decisionsTable(c, f, format)
	}
	list, err := s.Store.Decisions(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	query := c.request().URL.Query()
	query.Del("after")
	query.Del("from")
	path := withQuery("/decisions", query.Encode())
	p := decisionsPage{Form: &form{Values: c.request().URL.Query()}, List: list.Items, Pager: pagerOf(c, list, "decision", "decisions"), Queue: f.Sort == models.ByDue, Today: today(), MayOpen: c.viewer.MaySomewhere(models.WriteDecision),
		InGovernment: c.viewer.InGovernment(), States: words(models.DecisionStates), Kinds: decisionKinds(), Sorts: []option{{Value: string(models.ByDue), Label: "The next day that the law sets"}}, CSV: address(path, "format", "csv"), XLSX: address(path, "format", "xlsx")}
	f.Page, f.Sort = models.Page{}, ""
	p.Filtered = f != models.DecisionFilter{}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "decisions", Title: "Decisions", Nav: "/decisions", Crumbs: []crumb{{Name: "Decisions"}}, Page: p})
}

func decisionKinds() []option {
	return words(append(append([]models.DecisionKind{}, models.AcquisitionKinds...), models.DecideRelease, models.DecideRemedy))
}

// decisionColumns are those of the table to download.
var decisionColumns = []spreadsheet.Column{{Title: "Reference"}, {Title: "Title"}, {Title: "Agency"}, {Title: "Kind"}, {Title: "Track"}, {Title: "Function"}, {Title: "State"}, {Title: "Value", Kind: spreadsheet.Money}, {Title: "Currency"}, {Title: "Chosen"},
	{Title: "Law"}, {Title: "Version of the law", Kind: spreadsheet.Number}, {Title: "Due", Kind: spreadsheet.Date}, {Title: "Opened", Kind: spreadsheet.Date}, {Title: "Approved", Kind: spreadsheet.Date}, {Title: "Published", Kind: spreadsheet.Date}, {Title: "Page"}}

func (s *site) decisionsTable(c *page, f models.DecisionFilter, format string) error {
	t := &spreadsheet.Table{Name: "Decisions", Columns: decisionColumns}
	f.Page = models.Page{Limit: models.MaxLimit}
	for {
		list, err := s.Store.Decisions(c.ctx(), c.viewer, f)
		if err != nil {
			return err
		}
		for i := range list.Items {
			t.Rows = append(t.Rows, decisionCells(&list.Items[i]))
		}
		if f.After = list.Next; f.After == "" {
			return c.table(t, "decisions", format)
		}
		if len(t.Rows) > mostRows {
			return models.Refuse(models.TooLarge, "table-too-large", "The list has more than "+number(mostRows)+" rows. Narrow it first.")
		}
	}
}

func decisionCells(d *store.DecisionRow) []string {
	day := func(v any) string {
		if at, ok := timeOf(v); ok {
			return at.Format("2006-01-02")
		}
		return ""
	}
	amount := ""
	if d.Value != nil {
		amount = string(*d.Value)
	}
	return []string{d.Ref, d.Title, d.Agency, word(d.Kind), word(d.Track), d.Function, word(d.State), amount, d.Currency, d.ChosenName, d.RegimeName, number(d.RegimeNumber), day(d.DueOn), day(d.CreatedAt), day(d.ApprovedAt), day(d.PublishedAt), casePath(d.ID)}
}

// table answers with a table as CSV or as a workbook.
func (c *page) table(t *spreadsheet.Table, name, format string) error {
	write, kind := func(w io.Writer) error { return spreadsheet.WriteCSV(w, t) }, "text/csv; charset=utf-8"
	if format == "xlsx" {
		write, kind = func(w io.Writer) error { return spreadsheet.WriteXLSX(w, t) }, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	if err := c.keepSession(); err != nil {
		return err
	}
	h := c.g.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format}))
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie")
	c.sent = true
	c.g.Data(http.StatusOK, kind, body.Bytes())
	return nil
}
