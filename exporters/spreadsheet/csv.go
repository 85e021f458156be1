package spreadsheet

import (
	"encoding/csv"
	"fmt"
	"io"
)

// WriteCSV writes a table as CSV (RFC 4180): in UTF-8 with the mark that office programs want, lines that end in CRLF,
// the head first. Cells of text that an office program would run as a formula get an apostrophe in front; numbers do not,
// negative ones included. The errors are those of w.
func WriteCSV(w io.Writer, t *Table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("writing a table: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = Harmless(c.Title)
	}
	if err := out.Write(head); err != nil {
		return fmt.Errorf("writing a table: %w", err)
	}
	for _, row := range t.Rows {
		cells := make([]string, max(len(row), len(t.Columns)))
		for i, cell := range row {
			if cells[i] = cell; t.kind(i, cell) == Text {
				cells[i] = Harmless(cell)
			}
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("writing a table: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing a table: %w", err)
	}
	return nil
}
