package spreadsheet

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

var columns = []Column{
	{Name: "code", Synonyms: []string{"national code", "id"}, Required: true},
	{Name: "name", Synonyms: []string{"agency"}, Required: true},
	{Name: "phone", Synonyms: []string{"telephone"}},
}

// wide writes text as UTF-16, with its mark when asked.
func wide(text, little, mark string) string {
	var b strings.Builder
	b.WriteString(mark)
	for _, u := range utf16.Encode([]rune(text)) {
		if little != "" {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		} else {
			b.WriteByte(byte(u >> 8))
			b.WriteByte(byte(u))
		}
	}
	return b.String()
}

func TestAListIsReadHoweverAnOfficeProgramWroteIt(t *testing.T) {
	const plain = "code,name,phone\nA1,Café,+999 1\n"
	want := []Row{{Number: 2, Cells: map[string]string{"code": "A1", "name": "Café", "phone": "+999 1"}}}
	tests := []struct {
		name, text string
		notes      int
	}{
		{"as it should be", plain, 0},
		{"with a byte order mark", "\ufeff" + plain, 0},
		{"as UTF-16, little end first, with its mark", wide(plain, "little", "\xff\xfe"), 0},
		{"as UTF-16, big end first, with its mark", wide(plain, "", "\xfe\xff"), 0},
		{"as UTF-16 without a mark", wide(plain, "little", ""), 0},
		{"as big-ended UTF-16 without a mark", wide(plain, "", ""), 0},
		{"as Windows-1252", "code,name,phone\nA1,Caf\xe9,+999 1\n", 1},
		{"with semicolons", "code;name;phone\nA1;Café;+999 1\n", 0},
		{"with tabs", "code\tname\tphone\nA1\tCafé\t+999 1\n", 0},
		{"with lines that end in CR LF", "code,name,phone\r\nA1,Café,+999 1\r\n", 0},
		{"with lines that end in CR", "code,name,phone\rA1,Café,+999 1\r", 0},
		{"without a last line end", "code,name,phone\nA1,Café,+999 1", 0},
		{"with quotation marks", "\"code\",\"name\",\"phone\"\n\"A1\",\"Café\",\"+999 1\"\n", 0},
		{"with headings in capitals", "CODE,Name,PHONE\nA1,Café,+999 1\n", 0},
		{"with other words for the same headings", "National Code,Agency,Telephone\nA1,Café,+999 1\n", 0},
		{"with headings in another order", "phone,name,code\n+999 1,Café,A1\n", 0},
		{"with blanks around cells", " code , name ,phone\n A1 ,\u00a0Café\u00a0, +999 1\n", 0},
		{"with a column that means nothing", "code,name,remark,phone\nA1,Café,x,+999 1\n", 1},
		{"with empty columns at the end", "code,name,phone,,\nA1,Café,+999 1,,\n", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := Read(strings.NewReader(tt.text), columns, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, table.Rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if len(table.Notes) != tt.notes {
				t.Errorf("notes %q, want %d", table.Notes, tt.notes)
			}
		})
	}
}

func TestRowsKeepTheNumberAnOfficeProgramShows(t *testing.T) {
	tests := []struct {
		name, text string
		want       map[string]int // code to row
	}{
		{"below the headings", "code,name\nA,x\nB,y\n", map[string]int{"A": 2, "B": 3}},
		{"past blank lines", "code,name\n\nA,x\n\n\nB,y\n", map[string]int{"A": 3, "B": 6}},
		{"past empty rows", "code,name\n,\nA,x\n", map[string]int{"A": 3}},
		{"past a cell with line breaks", "code,name\nA,\"x\nx\nx\"\nB,y\n", map[string]int{"A": 2, "B": 3}},
		{"below a title", "Agencies of the state\n\ncode,name\nA,x\n", map[string]int{"A": 4}},
		{"below the line that names the delimiter", "sep=;\ncode;name\nA;x\n", map[string]int{"A": 3}},
		{"where a name holds the other delimiter", "code;name\nA;x, y, z\nB;u, v, w\n", map[string]int{"A": 2, "B": 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := Read(strings.NewReader(tt.text), columns, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, r := range table.Rows {
				got[r.Cells["code"]] = r.Number
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoListIsRefusedWithASentence(t *testing.T) {
	tests := []struct {
		name, text, code, says string
		lim                    Limits
	}{
		{name: "an empty file", text: "", code: "empty", says: "empty"},
		{name: "blank lines", text: "\n \n", code: "empty", says: "empty"},
		{name: "headings alone", text: "code,name\n", code: "no-rows", says: "no row"},
		{name: "a workbook", text: "PK\x03\x04rest", code: "workbook", says: "Save the sheet as CSV"},
		{name: "an old workbook", text: "\xd0\xcf\x11\xe0rest", code: "workbook", says: "Save the sheet as CSV"},
		{name: "bytes that are no text", text: "code,name\nA\x00,b\nC\xff,d", code: "not-a-table", says: "NUL"},
		{name: "no known heading", text: "colour,size\nred,2\n", code: "bad-headings", says: "“colour”, “size”"},
		{name: "a required column missing", text: "code,phone\nA,1\n", code: "bad-headings", says: "no column “name”"},
		{name: "a column twice", text: "code,name,agency\nA,b,c\n", code: "bad-headings", says: "2 columns mean “name”"},
		{name: "too many bytes", text: "code,name\nA,b\n", code: "list-too-large", says: "larger", lim: Limits{Bytes: 5}},
		{name: "too many rows", text: "code,name\nA,b\nC,d\n", code: "too-many-rows", says: "Split", lim: Limits{Rows: 2}},
		{name: "too many columns", text: "code,name,x\nA,b,c\n", code: "too-many-columns", says: "at most 2", lim: Limits{Columns: 2}},
		{name: "a quotation mark that never closes", text: "code,name\nA,\"" + strings.Repeat("b", 50), code: "cell-too-large", says: "quotation mark", lim: Limits{Cell: 40}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.text), columns, tt.lim)
			if !models.HasCode(err, tt.code) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want code %s with %q", err, tt.code, tt.says)
			}
		})
	}
}

func TestARowWithMoreCellsThanHeadingsHasAMistake(t *testing.T) {
	table, err := Read(strings.NewReader("code,name\nA,Roads, bridges\nB,Water\n"), columns, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m := table.Rows[0].Mistakes; len(m) != 1 || m[0].Code != "too-many-cells" {
		t.Errorf("got %v", m)
	}
	if m := table.Rows[1].Mistakes; m != nil {
		t.Errorf("got %v", m)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"code,name,phone\nA1,Café,+999 1\n", "\ufeffcode;name\nA;b\n", "sep=\t\ncode\tname\nA\tb\n", "code,name\nA,\"b\nc\"\n", "code,name\nA,\"b", "code,name\n\"\"\"A\",b\"c\n",
		wide("code,name\nA,b\n", "little", "\xff\xfe"), wide("code,name\nA,b\n", "", ""), "code,name\nA,Caf\xe9\n", "title\n\ncode,name\nA,b\n", "\xff\xfe\x00", "code,name\rA,b\r", "PK\x03\x04",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := Read(strings.NewReader(string(b)), columns, Limits{Rows: 1000, Columns: 50, Cell: 1000})
		if err != nil {
			if !models.IsKind(err, models.Invalid) && !models.IsKind(err, models.TooLarge) {
				t.Fatalf("refused without a kind: %v", err)
			}
			return
		}
		last := 0
		for _, r := range table.Rows {
			if r.Number <= last {
				t.Fatalf("row %d follows row %d", r.Number, last)
			}
			last = r.Number
		}
	})
}
