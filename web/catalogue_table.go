package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// tableAddresses are those of a list with its words and filters as CSV and as a workbook.
func tableAddresses(path string, narrowed url.Values) (csv, xlsx string) {
	q := cloneQuery(narrowed)
	q.Set("format", "csv")
	csv = withQuery(path, q.Encode())
	q.Set("format", "xlsx")
	return csv, withQuery(path, q.Encode())
}

var catalogColumns = []spreadsheet.Column{{Title: "Software"}, {Title: "Where"}, {Title: "Answers for it"}, {Title: "Origin"}, {Title: "Licence"}, {Title: "Summary"}, {Title: "Categories"}, {Title: "Standards"}, {Title: "Status"},
	{Title: "Agencies that use it", Kind: spreadsheet.Number}, {Title: "Last commit", Kind: spreadsheet.Date}, {Title: "Last changed", Kind: spreadsheet.Date}, {Title: "Page"}}

// catalogTable answers with all that was found, in its order.
func (s *site) catalogTable(c *page, f store.CatalogFilter, format string) error {
	t := &spreadsheet.Table{Name: "Catalogue", Columns: catalogColumns}
	f.Page, f.Count = models.Page{Limit: models.MaxLimit}, nil
	for {
		found, err := s.Store.SearchCatalog(c.ctx(), c.viewer, f)
		if err != nil {
			return err
		}
		for i := range found.Items {
			t.Rows = append(t.Rows, catalogCells(&found.Items[i], c.language()))
		}
		if f.After = found.Next; f.After == "" {
			return c.table(t, "catalogue", format)
		}
		if len(t.Rows) > mostRows {
			return models.Refuse(models.TooLarge, "table-too-large", "The list has more than "+number(mostRows)+" rows. Narrow it first.")
		}
	}
}

func catalogCells(h *catalog.Hit, lang string) []string {
	e := h.Entry
	shown := catalogHitOf(h, lang)
	var categories, standards, statuses []string
	active := ""
	for _, p := range e.Parts {
		categories, standards, statuses = append(categories, p.Categories...), append(standards, p.Standards...), append(statuses, p.Status)
		if p.ActiveAt != nil {
			active = max(active, p.ActiveAt.UTC().Format("2006-01-02"))
		}
	}
	where := "Here"
	if e.ID.Kind == catalog.Foreign {
		where = "Elsewhere: " + e.Source
	}
	return []string{e.Title(), where, e.Answers, shown.Origin, shown.License, shown.Summary.Text, joined(categories), joined(standards), joined(statuses), fmt.Sprint(h.Uses), active, e.UpdatedAt.UTC().Format("2006-01-02"), shown.Path}
}

// joined is a set of words as one cell.
func joined(words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ", ")
}
