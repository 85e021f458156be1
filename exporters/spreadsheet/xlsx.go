package spreadsheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// WriteXLSX writes a workbook with a sheet for each table: the head in bold and always in sight, columns as wide as what
// stands in them, numbers and days as such, addresses to be followed. Text is text: no cell holds a formula, and a cell
// that is opened and closed again does not become one. Rows go out one after the other; the sheet is not held as cells.
// Without a table it writes nothing and says so.
func WriteXLSX(w io.Writer, tables ...*Table) error {
	if len(tables) == 0 {
		return errors.New("a workbook needs a table")
	}
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	b := &book{file: f, names: map[string]bool{}}
	if err := b.design(); err != nil {
		return fmt.Errorf("writing a workbook: %w", err)
	}
	for i, t := range tables {
		if err := b.sheet(i, t); err != nil {
			return fmt.Errorf("writing the sheet “%s”: %w", t.Name, err)
		}
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("writing a workbook: %w", err)
	}
	return nil
}

type book struct {
	file   *excelize.File
	names  map[string]bool // of sheets, in small letters: they must differ in more than case
	head   int
	styles map[Kind]int
}

func (b *book) design() error {
	text, amount, day := "@", "#,##0.00", "yyyy-mm-dd"
	designs := map[Kind]*excelize.Style{
		Text:   {CustomNumFmt: &text, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}},
		Number: {Alignment: &excelize.Alignment{Vertical: "top"}},
		Money:  {CustomNumFmt: &amount, Alignment: &excelize.Alignment{Vertical: "top"}},
		Date:   {CustomNumFmt: &day, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}},
		Link:   {CustomNumFmt: &text, Font: &excelize.Font{Color: "0B57D0", Underline: "single"}, Alignment: &excelize.Alignment{Vertical: "top"}},
	}
	b.styles = map[Kind]int{}
	for _, k := range []Kind{Text, Number, Money, Date, Link} {
		id, err := b.file.NewStyle(designs[k])
		if err != nil {
			return err
		}
		b.styles[k] = id
	}
	var err error
	b.head, err = b.file.NewStyle(&excelize.Style{CustomNumFmt: &text, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EAED"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	return err
}

func (b *book) sheet(number int, t *Table) error {
	name := b.name(t.Name)
	if number == 0 {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range t.widths() {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: b.head, Value: writable(c.Title)}
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	links := 0
	for i, row := range t.Rows {
		if err := b.row(out, name, i+2, t, row, &links); err != nil {
			return err
		}
	}
	return out.Flush()
}

// mostLinks is how many addresses of one sheet can be followed; the rest stand as text. Excel takes 65,530, but the time
// that the library needs grows with their square: 0.4 s for these, 6 s for 20,000.
const mostLinks = 5_000

func (b *book) row(out *excelize.StreamWriter, sheet string, number int, t *Table, row []string, links *int) error {
	cells := make([]any, len(row))
	for i, cell := range row {
		k := t.kind(i, cell)
		if cell == "" {
			continue
		}
		cells[i] = excelize.Cell{StyleID: b.styles[k], Value: value(k, cell)}
		if k != Link || *links >= mostLinks || len(cell) > 2000 {
			continue
		}
		at, err := excelize.CoordinatesToCellName(i+1, number)
		if err != nil {
			return err
		}
		if err := b.file.SetCellHyperLink(sheet, at, cell, "External"); err != nil {
			return err
		}
		*links++
	}
	return out.SetRow("A"+strconv.Itoa(number), cells)
}

func value(k Kind, cell string) any {
	switch k {
	case Number, Money:
		if n, err := strconv.ParseFloat(cell, 64); err == nil {
			return n
		}
	case Date:
		if day, err := time.Parse(time.DateOnly, cell); err == nil && day.Year() >= 1900 { // days before 1900 are none to Excel
			return day
		}
	}
	return writable(cell)
}

// writable leaves out what XML 1.0 cannot hold and cuts what is longer than a cell may be.
func writable(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(cell, "\ufffd"))
	if utf8.RuneCountInString(cell) > excelize.TotalCellChars {
		cell = string([]rune(cell)[:excelize.TotalCellChars-1]) + "…"
	}
	return cell
}

// name makes a name that a sheet may have (at most 31 characters, without []:*?/\ and without an apostrophe at its ends) and no other sheet has.
func (b *book) name(wanted string) string {
	wanted = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(wanted, ""))
	wanted = strings.Trim(strings.Join(strings.Fields(wanted), " "), " '")
	if wanted == "" {
		wanted = "Table"
	}
	name := cut(wanted, 31)
	for n := 2; b.names[strings.ToLower(name)]; n++ {
		more := " " + strconv.Itoa(n)
		name = cut(wanted, 31-len(more)) + more
	}
	b.names[strings.ToLower(name)] = true
	return name
}

// cut counts as Excel does, in units of UTF-16.
func cut(s string, most int) string {
	var b strings.Builder
	for _, r := range s {
		if most--; r > 0xffff {
			most--
		}
		if most < 0 {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " '")
}

// widths are the widths of the columns in characters, from 8 to 60, by the head and the first thousand rows.
func (t *Table) widths() []float64 {
	widths := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = width(c.Title)
	}
	for _, row := range t.Rows[:min(len(t.Rows), 1000)] {
		for i, cell := range row[:min(len(row), len(widths))] {
			widths[i] = max(widths[i], width(cell))
		}
	}
	for i := range widths {
		widths[i] = min(max(widths[i]+2, 8), 60)
	}
	return widths
}

func width(cell string) float64 {
	most := 0
	for line := range strings.Lines(cell) {
		most = max(most, utf8.RuneCountInString(line))
	}
	return float64(most)
}
