package jsontree

import (
	"bytes"
	"errors"
	"io"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/models"
)

// The limits of one text. Past them nothing more is read.
const (
	MostBytes  = 64 << 20
	mostDepth  = 64
	mostValues = 2_000_000
)

// Kind is what a value is.
type Kind byte

const (
	Null   Kind = 'n'
	Bool   Kind = 'b'
	String Kind = 's'
	Number Kind = '0'
	Object Kind = '{'
	List   Kind = '['
)

// Value is one value of a text. The nil Value is one that is not there.
type Value struct {
	Kind    Kind
	Text    string // of a string; a number, true and false as written
	Items   []*Value
	Members []Member
	Cut     bool // the text broke off within it

	start, end int
}

// Member is a name and its value in an object.
type Member struct {
	Name  string
	Value *Value
}

// Document is a text that was read.
type Document struct {
	Root    *Value          // nil when nothing could be read
	Remarks []models.Remark // in the order in which they were made; see Ordered

	content []byte
	lines   []int // offsets of the starts of lines
	values  int
	noted   map[string]int // how often a rule was broken at a kind of place, and where its remark is
	passed  int
}

// Parse reads a JSON text. It never fails: what could not be read is a remark of the document. Byte order marks and UTF-16 are understood.
func Parse(content []byte) *Document {
	d := &Document{noted: map[string]int{}}
	if len(content) > MostBytes {
		d.Remark("too-large", models.Fatal, "", nil, "The file is larger than 64 MB; nothing of it was read. Split it.")
		return d
	}
	d.content = plain(content)
	d.lines = []int{0}
	for at, c := range d.content {
		if c == '\n' {
			d.lines = append(d.lines, at+1)
		}
	}
	if len(bytes.TrimSpace(d.content)) == 0 {
		d.Remark("empty", models.Fatal, "", nil, "The file is empty. Write a JSON object in it.")
		return d
	}
	if !utf8.Valid(d.content) {
		d.Remark("not-utf-8", models.Warning, "", nil, "The file is not in UTF-8; characters that could not be read were replaced. Save it as UTF-8.")
	}
	dec := jsontext.NewDecoder(bytes.NewReader(d.content), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	root, err := d.read(dec, 0)
	d.Root = root
	if err != nil {
		d.broken(dec, err)
		return d
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		d.remarkAt("trailing-data", models.Warning, "", int(dec.InputOffset()), "Something follows after the end of the JSON text; it was not read. Take it out.")
	}
	return d
}

// plain is the text in UTF-8 without a byte order mark.
func plain(content []byte) []byte {
	if after, ok := bytes.CutPrefix(content, []byte("\xef\xbb\xbf")); ok {
		return after
	}
	little := bytes.HasPrefix(content, []byte("\xff\xfe"))
	if !little && !bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return content
	}
	var units []uint16
	for i := 2; i+1 < len(content); i += 2 {
		a, b := uint16(content[i]), uint16(content[i+1])
		if little {
			a, b = b, a
		}
		units = append(units, a<<8|b)
	}
	return []byte(string(utf16.Decode(units)))
}

var errTooMuch = errors.New("limit")

func (d *Document) read(dec *jsontext.Decoder, depth int) (*Value, error) {
	d.values++
	if depth > mostDepth || d.values > mostValues {
		return nil, errTooMuch
	}
	kind := dec.PeekKind()
	if kind != '{' && kind != '[' {
		return scalar(dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	v := &Value{Kind: Kind(kind), start: int(dec.InputOffset()) - 1, Cut: true}
	for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
		name := ""
		if kind == '{' {
			token, err := dec.ReadToken()
			if err != nil {
				return v, err
			}
			name = clean(token.String())
		}
		item, err := d.read(dec, depth+1)
		if item != nil && kind == '{' {
			v.Members = append(v.Members, Member{name, item})
		} else if item != nil {
			v.Items = append(v.Items, item)
		}
		if err != nil {
			return v, err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return v, err
	}
	v.end, v.Cut = int(dec.InputOffset()), false
	return v, nil
}

func scalar(dec *jsontext.Decoder) (*Value, error) {
	raw, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	end := int(dec.InputOffset())
	v := &Value{start: end - len(raw), end: end, Text: string(raw)}
	switch raw.Kind() {
	case '"':
		v.Kind = String
		unquoted, err := jsontext.AppendUnquote(nil, raw)
		if err != nil && !utf8.Valid(raw) {
			err = nil // unquoted has replacement characters
		}
		v.Text = clean(string(unquoted))
		return v, err
	case '0':
		v.Kind = Number
	case 'n':
		v.Kind, v.Text = Null, ""
	default:
		v.Kind = Bool
	}
	return v, nil
}

// clean takes out what a database cannot hold in a text.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

// broken remarks on a text that could not be read to its end.
func (d *Document) broken(dec *jsontext.Decoder, err error) {
	severity, kept := models.Failure, "What comes before was read."
	if d.Root == nil || len(d.Root.Members)+len(d.Root.Items) == 0 {
		severity, kept = models.Fatal, "Nothing could be read."
	}
	if errors.Is(err, errTooMuch) {
		d.remarkAt("too-much", severity, "", int(dec.InputOffset()), "The file nests deeper than 64 levels or has more than 2,000,000 values; it was read no further. "+kept)
		return
	}
	at, what := int(dec.InputOffset()), err.Error()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at = int(syntax.ByteOffset)
		if syntax.Err != nil {
			what = syntax.Err.Error()
		}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		at, what = len(d.content), "the text ends too early"
	}
	d.remarkAt("broken-json", severity, "", at, "This is not JSON from here on: "+strings.TrimPrefix(what, "jsontext: ")+". "+kept)
}

// position gives the line and the column, in characters, of an offset; both counted from 1.
func (d *Document) position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(d.content))
	i := sort.SearchInts(d.lines, offset+1) - 1
	if i < 0 {
		return 0, 0
	}
	return i + 1, utf8.RuneCount(d.content[d.lines[i]:offset]) + 1
}

// Line is the line on which a value begins, counted from 1.
func (d *Document) Line(v *Value) int {
	line, _ := d.position(v.start)
	return line
}
