package spreadsheet_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
)

func costs() *spreadsheet.Table {
	return &spreadsheet.Table{Name: "Costs [of: all]", Columns: []spreadsheet.Column{{"Line", spreadsheet.Text}, {"Amount (TTD)", spreadsheet.Money}, {"Share", spreadsheet.Number}, {"On", spreadsheet.Date}, {"Where", spreadsheet.Link}},
		Rows: [][]string{
			{"Training", "40000.50", "0.91", "2026-11-22", "https://decisions.example.gov/7"},
			{"=HYPERLINK(\"https://evil.example\")", "-5", "not known", "soon", "javascript:alert(1)"},
			{"", "", "", "", ""},
			{"short"},
		}}
}

func TestACSVFileHoldsNothingThatAnOfficeProgramWouldRun(t *testing.T) {
	var b bytes.Buffer
	if err := spreadsheet.WriteCSV(&b, costs()); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffLine,Amount (TTD),Share,On,Where\r\n" +
		"Training,40000.50,0.91,2026-11-22,https://decisions.example.gov/7\r\n" +
		"\"'=HYPERLINK(\"\"https://evil.example\"\")\",-5,not known,soon,javascript:alert(1)\r\n" +
		",,,,\r\nshort,,,,\r\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatBeginsLikeAFormulaGetsAnApostrophe(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "a=b": "a=b", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "＝1+1": "'＝1+1", "é": "é",
	} {
		if got := spreadsheet.Harmless(cell); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
}

func opened(t interface{ Fatal(...any) }, tables ...*spreadsheet.Table) *excelize.File {
	var b bytes.Buffer
	if err := spreadsheet.WriteXLSX(&b, tables...); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAWorkbookHasNumbersAsNumbersAndDaysAsDays(t *testing.T) {
	f := opened(t, costs())
	sheet := f.GetSheetList()[0]
	for cell, want := range map[string]struct {
		shown, raw string
		kind       excelize.CellType
	}{
		"A1": {"Line", "Line", excelize.CellTypeInlineString},
		"A2": {"Training", "Training", excelize.CellTypeInlineString},
		"B2": {"40,000.50", "40000.5", excelize.CellTypeUnset},
		"C2": {"0.91", "0.91", excelize.CellTypeUnset},
		"D2": {"2026-11-22", "46348", excelize.CellTypeUnset},
		"A3": {"=HYPERLINK(\"https://evil.example\")", "=HYPERLINK(\"https://evil.example\")", excelize.CellTypeInlineString},
		"B3": {"-5.00", "-5", excelize.CellTypeUnset},
		"C3": {"not known", "not known", excelize.CellTypeInlineString},
		"D3": {"soon", "soon", excelize.CellTypeInlineString},
	} {
		shown, err := f.GetCellValue(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		kind, _ := f.GetCellType(sheet, cell)
		if shown != want.shown || raw != want.raw || kind != want.kind {
			t.Errorf("%s shows %q, holds %q as %v; want %q, %q, %v", cell, shown, raw, kind, want.shown, want.raw, want.kind)
		}
		if formula, _ := f.GetCellFormula(sheet, cell); formula != "" {
			t.Errorf("%s is the formula %q", cell, formula)
		}
	}
}

func TestAddressesOfAWorkbookCanBeFollowedAndOthersCannot(t *testing.T) {
	f := opened(t, costs())
	sheet := f.GetSheetList()[0]
	if ok, to, err := f.GetCellHyperLink(sheet, "E2"); err != nil || !ok || to != "https://decisions.example.gov/7" {
		t.Errorf("the address leads to %q: %v %v", to, ok, err)
	}
	if ok, to, _ := f.GetCellHyperLink(sheet, "E3"); ok {
		t.Errorf("a script can be followed: %q", to)
	}
}

func TestTheHeadOfASheetStaysInSightAndColumnsFit(t *testing.T) {
	f := opened(t, costs())
	sheet := f.GetSheetList()[0]
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head is not fixed: %+v %v", panes, err)
	}
	for column, want := range map[string]float64{"A": 36, "B": 14, "C": 11} {
		if got, err := f.GetColWidth(sheet, column); err != nil || got != want {
			t.Errorf("column %s is %v wide, want %v (%v)", column, got, want, err)
		}
	}
}

func TestSheetsHaveNamesThatExcelTakes(t *testing.T) {
	long := strings.Repeat("a", 40)
	f := opened(t, &spreadsheet.Table{Name: "Costs [of: all]"}, &spreadsheet.Table{Name: long}, &spreadsheet.Table{Name: strings.ToUpper(long)}, &spreadsheet.Table{Name: "'/?*'"})
	if diff := cmp.Diff([]string{"Costs of all", strings.Repeat("a", 31), strings.Repeat("A", 29) + " 2", "Table"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
}

func TestAWorkbookWithoutATableIsRefused(t *testing.T) {
	var b bytes.Buffer
	if err := spreadsheet.WriteXLSX(&b); err == nil || b.Len() > 0 {
		t.Errorf("wrote %d bytes: %v", b.Len(), err)
	}
}

func TestAnyTextComesThroughAWorkbookAndACSVFileAsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.RuneFrom([]rune("=+-@'\"<>&;,\t\n\x00\x0b\u202eé𝄞a1 _x000D_"))).Draw(t, "cell")
		table := &spreadsheet.Table{Name: cell, Columns: []spreadsheet.Column{{cell, spreadsheet.Text}}, Rows: [][]string{{cell}}}
		f := opened(t, table)
		sheet := f.GetSheetList()[0]
		got, err := f.GetCellValue(sheet, "A2")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r == 0 || r == 0x0b {
				return -1
			}
			return r
		}, cell)
		if got != want {
			t.Fatalf("%q came back as %q", want, got)
		}
		if formula, _ := f.GetCellFormula(sheet, "A2"); formula != "" {
			t.Fatalf("%q became a formula", cell)
		}
		var b bytes.Buffer
		if err := spreadsheet.WriteCSV(&b, table); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if cell == "" && len(rows) == 0 {
			return // a row with one empty cell is an empty line
		}
		if back := strings.TrimPrefix(rows[len(rows)-1][0], "'"); !strings.Contains(cell, "'") && back != cell {
			t.Fatalf("%q came back as %q", cell, back)
		}
	})
}

func TestATableOfManyRowsIsWritten(t *testing.T) {
	table := &spreadsheet.Table{Name: "Decisions", Columns: []spreadsheet.Column{{"Reference", spreadsheet.Text}, {"Value", spreadsheet.Money}, {"Page", spreadsheet.Link}}}
	for i := range 20_000 {
		n := strconv.Itoa(i)
		table.Rows = append(table.Rows, []string{"health-2026-" + n, n + ".00", "https://decisions.example.gov/" + n})
	}
	f := opened(t, table)
	if got, err := f.GetCellValue("Decisions", "A20001"); err != nil || got != "health-2026-19999" {
		t.Errorf("the last row is %q (%v)", got, err)
	}
}
