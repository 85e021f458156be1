package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// importReport is a CSV file with a row for each document that was sent, written as soon as it is known. A nil one writes nothing.
type importReport struct {
	file *os.File
	rows *csv.Writer
}

// newImportReport makes the file anew; "" makes none.
func newImportReport(path string) (*importReport, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // nobody asked for one
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("the report %s: %w", path, plain(err))
	}
	r := &importReport{file: f, rows: csv.NewWriter(f)}
	return r, r.write("path", "outcome", "code", "detail", "sbomId", "deliveryId")
}

// add writes what became of a document: accepted, salvaged, again, refused, or failed where the document is not to blame. A
// document that is read at once has no delivery.
func (r *importReport) add(i imported) error {
	if r == nil {
		return nil
	}
	switch {
	case i.failure != nil:
		return r.write(i.file, "failed", "", i.failure.Error(), "", "")
	case i.sbom == nil:
		return r.write(i.file, string(models.Refused), i.code, i.reason, "", "")
	case i.again:
		return r.write(i.file, "again", "", "", strconv.FormatInt(i.sbom.ID, 10), "")
	}
	return r.write(i.file, string(i.sbom.Verdict), "", "", strconv.FormatInt(i.sbom.ID, 10), "")
}

func (r *importReport) write(cells ...string) error {
	for i, c := range cells {
		if strings.ContainsAny(c[:min(len(c), 1)], "=+-@\t\r") { // a spreadsheet would take it for a formula
			cells[i] = "'" + c
		}
	}
	if err := r.rows.Write(cells); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	r.rows.Flush() // an import that is stopped leaves the rows of all that was done
	if err := r.rows.Error(); err != nil {
		return fmt.Errorf("writing the report: %w", plain(err))
	}
	return nil
}

func (r *importReport) close() error {
	if r == nil {
		return nil
	}
	return r.file.Close()
}
