package api

import (
	"bytes"
	"fmt"
	"mime"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

const (
	csvType      = "text/csv; charset=utf-8"
	workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	variesByForm = "Accept, Authorization, X-Api-Key, Cookie"
)

// Tabled asks for a list in a form.
type Tabled struct {
	Format TableFormat `query:"format"`
	Accept string      `header:"Accept" hidden:"true"`
}

// form is the form asked for: by the key, else by the header.
func (t *Tabled) form() TableFormat {
	if t.Format != "" {
		return t.Format
	}
	switch offered(t.Accept, "application/json", "text/csv", workbookType) {
	case "text/csv":
		return "csv"
	case workbookType:
		return "xlsx"
	}
	return "json"
}

// offered is the media type among those we write that an Accept header gives the most weight (RFC 9110, 12.4.2); "" when it names none of them.
func offered(accept string, types ...string) string {
	return negotiation.SelectQValue(strings.ToLower(accept), types)
}

// TableAnswer is a list in one of its forms.
type TableAnswer struct {
	Link        string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key; absent on the last page and for tables (RFC 8288)"`
	Type        string `header:"Content-Type" hidden:"true"`
	Vary        string `header:"Vary" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        any
}

// describeTable describes the forms of a list whose JSON is T's.
func describeTable[T any](a *api, path string) {
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	a.huma.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")}, "text/csv": text, workbookType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

// tableAnswer writes tables as a file. A CSV file holds the first of them.
func tableAnswer(form TableFormat, name string, tables ...*spreadsheet.Table) (*TableAnswer, error) {
	var b bytes.Buffer
	out := &TableAnswer{Type: csvType, Vary: variesByForm, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + string(form)})}
	err := error(nil)
	if form == "xlsx" {
		out.Type = workbookType
		err = spreadsheet.WriteXLSX(&b, tables...)
	} else {
		err = spreadsheet.WriteCSV(&b, tables[0])
	}
	if err != nil {
		return nil, fmt.Errorf("writing a table: %w", err)
	}
	out.Body = b.Bytes()
	return out, nil
}

// decisionTable is one row for each decision.
func decisionTable(list []store.DecisionRow) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Decisions", Columns: columns("ref", "agency", "title", "branch", "kind", "track", "function", "state", "regime", "regimeNumber:number", "value:money", "currency", "chosen", "createdOn:date", "approvedOn:date",
		"publishedOn:date", "dueOn:date", "reviewOn:date", "closedOn:date")}
	for i := range list {
		d := &list[i]
		t.Rows = append(t.Rows, []string{d.Ref, d.Agency, d.Title, string(d.Branch()), string(d.Kind), string(d.Track), d.Function, string(d.State), d.Regime, strconv.Itoa(d.RegimeNumber), decimal(d.Value), d.Currency, d.ChosenName,
			dayOf(&d.CreatedAt), dayOf(d.ApprovedAt), dayOf(d.PublishedAt), dateText(d.DueOn), dateText(d.ReviewOn), dayOf(d.ClosedAt)})
	}
	return t
}

func decimal(d *models.Decimal) string {
	if d == nil {
		return ""
	}
	return string(*d)
}

// dayOf is the day of a moment that may be missing, in UTC.
func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return models.DateOf(*t).String()
}

func dateText(d *models.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// columns are the columns of a table by their titles; what follows a colon is what they hold, else text.
func columns(titles ...string) []spreadsheet.Column {
	return each(titles, func(t *string) spreadsheet.Column {
		title, kind, said := strings.Cut(*t, ":")
		if !said {
			kind = string(spreadsheet.Text)
		}
		return spreadsheet.Column{Title: title, Kind: spreadsheet.Kind(kind)}
	})
}
