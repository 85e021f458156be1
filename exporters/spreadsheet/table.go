package spreadsheet

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what the cells of a column hold.
type Kind string

// The kinds.
const (
	Text   Kind = "text"
	Number Kind = "number" // a decimal number with a point, as 0.91
	Money  Kind = "money"  // the same, shown with two decimals and thousands apart; the title or another column names the currency
	Date   Kind = "date"   // a full-date, as 2026-11-22
	Link   Kind = "link"   // an address that begins with http:// or https://
)

// Column is one column.
type Column struct {
	Title string
	Kind  Kind
}

// Table is rows below a head. A row may be shorter than the head; what it has beyond it is written as text. An empty
// cell is an empty cell, and one that does not say what its column holds ("not known" among amounts) is written as text.
type Table struct {
	Name    string // of the sheet
	Columns []Column
	Rows    [][]string
}

// kind is what is in a cell: that of its column if it can be read as such, else text.
func (t *Table) kind(column int, cell string) Kind {
	if column >= len(t.Columns) {
		return Text
	}
	k, ok := t.Columns[column].Kind, false
	switch k {
	case Number, Money:
		ok = number.MatchString(cell)
	case Date:
		_, err := time.Parse(time.DateOnly, cell)
		ok = err == nil
	case Link:
		u, err := url.Parse(cell)
		ok = err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
	}
	if ok {
		return k
	}
	return Text
}

var number = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?$`)

// Harmless keeps an office program from running a cell as a formula when it opens a CSV file: what begins like one gets
// an apostrophe in front. The signs of full width count too: some programs take them for the plain ones.
func Harmless(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
