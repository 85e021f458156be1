package spreadsheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Column is a column that the caller wants.
type Column struct {
	Name     string   // how the caller calls it, and the first heading it is known by
	Synonyms []string // other headings that mean it; case, blanks and punctuation do not count
	Required bool     // without it the file is refused
}

// Limits bounds what one file may cost. Zero means the default of that limit; each one that is exceeded refuses the file
// with a models.Error of kind TooLarge.
type Limits struct {
	Bytes   int64 // 16 MB
	Rows    int   // 100,000
	Columns int   // 200
	Cell    int   // bytes of one cell: 32 kB
}

func (l Limits) orDefault() Limits {
	set(&l.Bytes, 16<<20)
	set(&l.Rows, 100_000)
	set(&l.Columns, 200)
	set(&l.Cell, 32<<10)
	return l
}

func set[N int | int64](limit *N, value N) {
	if *limit <= 0 {
		*limit = value
	}
}

// Table is what a file says.
type Table struct {
	Columns []string // names of the wanted columns that are there, in the order of the file
	Rows    []Row
	Notes   []string // sentences about how the file was read: a guessed encoding, columns that mean nothing
}

// Row is one row with anything in it.
type Row struct {
	Number   int               // as an office program numbers it: the first row of the file is 1
	Cells    map[string]string // by the name of the column, without white space around it; a cell that is not there is ""
	Mistakes []models.FieldError
}

// headingWithin is in how many rows from the top the headings are looked for: lists often begin with a title.
const headingWithin = 10

// Read reads a CSV file (RFC 4180 and what office programs make of it): UTF-8, UTF-16 or, with a note, Windows-1252;
// comma, semicolon or tab; quoted cells with line breaks; headings in any order.
//
// It refuses, as a models.Error, what is empty, no text, over a limit, or without a required column. A row that does not
// fit the headings is given with its mistake.
func Read(r io.Reader, columns []Column, lim Limits) (*Table, error) {
	lim = lim.orDefault()
	text, notes, err := decode(r, lim.Bytes)
	if err != nil {
		return nil, err
	}
	t := &Table{Notes: notes}
	text, comma := delimiter(text, columns)
	records, err := split(text, comma, lim)
	if err != nil {
		return nil, err
	}
	at, places, err := t.heading(records, columns)
	if err != nil {
		return nil, err
	}
	width := len(records[at].cells)
	for _, rec := range records[at+1:] {
		if row, ok := rec.row(places, width); ok {
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		return nil, refuse("no-rows", "There is no row below the headings. Fill in the list and send it again.")
	}
	return t, nil
}

// record is one row of the file as it stands there.
type record struct {
	number int
	cells  []string
}

// split reads the records of the text. Blank lines count as rows and are left out.
func split(text string, comma rune, lim Limits) ([]record, error) {
	r := reader(text, comma)
	var list []record
	folded := 0 // line breaks within cells so far: office programs do not count them
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, refuse("not-a-table", "The file cannot be read as a table: "+err.Error()+".")
		}
		line, _ := r.FieldPos(0)
		rec := record{number: line - folded, cells: make([]string, len(cells))}
		for i, c := range cells {
			folded += strings.Count(c, "\n")
			if len(c) > lim.Cell {
				return nil, tooLarge("cell-too-large", fmt.Sprintf("A cell of row %d is longer than %d bytes. A quotation mark that is opened and not closed has this effect.", rec.number, lim.Cell))
			}
			rec.cells[i] = tidy(c)
		}
		if len(list) >= lim.Rows {
			return nil, tooLarge("too-many-rows", fmt.Sprintf("The file has more than %d rows. Split it.", lim.Rows))
		}
		if len(cells) > lim.Columns {
			return nil, tooLarge("too-many-columns", fmt.Sprintf("Row %d has %d columns; at most %d are read.", rec.number, len(cells), lim.Columns))
		}
		if !rec.blank() {
			list = append(list, rec)
		}
	}
}

func reader(text string, comma rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma, true, -1, true
	return r
}

func (rec record) blank() bool {
	for _, c := range rec.cells {
		if c != "" {
			return false
		}
	}
	return true
}

// row gives the wanted cells. What stands beyond the headings is a mistake: a delimiter in a cell without quotation marks
// moves everything after it.
func (rec record) row(places map[string]int, width int) (Row, bool) {
	if rec.blank() {
		return Row{}, false
	}
	row := Row{Number: rec.number, Cells: make(map[string]string, len(places))}
	for name, i := range places {
		row.Cells[name] = ""
		if i < len(rec.cells) {
			row.Cells[name] = rec.cells[i]
		}
	}
	for _, c := range rec.cells[min(width, len(rec.cells)):] {
		if c != "" {
			row.Mistakes = append(row.Mistakes, models.FieldError{Field: "row", Code: "too-many-cells",
				Detail: fmt.Sprintf("This row has %d cells and the headings are %d. Put a cell that holds the delimiter in quotation marks.", len(rec.cells), width)})
			break
		}
	}
	return row, true
}

// tidy takes white space away from both ends, no-break spaces and byte order marks too.
func tidy(cell string) string {
	return strings.TrimSpace(strings.Trim(cell, " \t\r\n\u00a0\ufeff\u200b"))
}

func refuse(code, detail string) error { return models.Refuse(models.Invalid, code, detail) }

func tooLarge(code, detail string) error { return models.Refuse(models.TooLarge, code, detail) }
