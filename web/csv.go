package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// csv answers with a table for a spreadsheet (RFC 4180), in UTF-8 with the mark that office programs want.
func (c *page) csv(filename string, table [][]string) error {
	var body bytes.Buffer
	body.WriteString("\ufeff")
	w := csv.NewWriter(&body)
	w.UseCRLF = true
	for _, row := range table {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = spreadsheet.Harmless(cell)
		}
		if err := w.Write(cells); err != nil {
			return fmt.Errorf("writing a table: %w", err)
		}
	}
	w.Flush()
	if err := c.keepSession(); err != nil {
		return err
	}
	h := c.g.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filename}))
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie")
	c.sent = true
	c.g.Data(http.StatusOK, "text/csv; charset=utf-8", body.Bytes())
	return nil
}

// mostRows bounds a downloaded table.
const mostRows = 20_000

// exposureCSV is the whole answer, one row for each deployment and matching component, or for each release that nobody
// is known to run.
func (c *page) exposureCSV(f models.ComponentFilter) error {
	table := [][]string{{"Agency", "Service", "Environment", "Criticality", "Software", "Release", "Component", "How it got in", "Way", "Technical owner", "Technical e-mail", "Business owner", "Business e-mail", "State", "Confirmed until", "Page"}}
	f.Page = models.Page{Limit: models.MaxLimit}
	for {
		x, err := c.site.Register.Exposure(c.ctx(), c.viewer, f)
		if err != nil {
			return err
		}
		for _, u := range x.Uses.Items {
			runs := u.Deployments
			if len(runs) == 0 {
				runs = []store.DeploymentRow{{Asset: u.Asset}}
			}
			for _, d := range runs {
				for _, w := range u.Ways {
					named := wayOf(u.SBOMID, w)
					table = append(table, append(runCells(d), u.Asset, u.Release, named.Name, named.Word, strings.Join(w.Path, " › "), d.TechnicalOwner, d.TechnicalEmail, d.BusinessOwner, d.BusinessEmail,
						stateCell(d), dateCell(d.ValidUntilOn), pageCell(d, u.ReleaseID)))
				}
			}
		}
		if x.Uses.Next == "" {
			return c.csv("who-runs-it.csv", table)
		}
		if len(table) > mostRows {
			return models.Refuse(models.TooLarge, "table-too-large", "The answer has more than "+number(mostRows)+" rows. Narrow the question, for example with a version or a licence.")
		}
		f.After = x.Uses.Next
	}
}

func runCells(d store.DeploymentRow) []string {
	if d.ID == 0 {
		return []string{"", "", "", ""}
	}
	return []string{d.Agency, d.Service, word(d.Environment), criticality(d.Criticality)}
}

func stateCell(d store.DeploymentRow) string {
	if d.ID == 0 {
		return "No deployment known"
	}
	return word(d.State)
}

func dateCell(d *models.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func pageCell(d store.DeploymentRow, release int64) string {
	if d.ID == 0 {
		return releasePath(release)
	}
	return deploymentPath(d.ID)
}
