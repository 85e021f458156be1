package spreadsheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode reads the whole file as text and says what had to be guessed.
func decode(r io.Reader, most int64) (text string, notes []string, err error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return "", nil, fmt.Errorf("reading the list: %w", err)
	}
	if int64(len(b)) > most {
		return "", nil, tooLarge("list-too-large", fmt.Sprintf("The file is larger than %d MB. Split it.", most>>20))
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")) {
		return "", nil, refuse("workbook", "This is a workbook. Save the sheet as CSV (UTF-8) and send that file.")
	}
	text, notes, err = asText(b)
	if err != nil {
		return "", nil, err
	}
	if strings.TrimSpace(text) == "" {
		return "", nil, refuse("empty", "The file is empty.")
	}
	if strings.ContainsRune(text, 0) {
		return "", nil, refuse("not-a-table", "The file holds NUL characters, so it is no text. Save the list as CSV (UTF-8).")
	}
	if !strings.Contains(text, "\n") { // old programs end lines with a carriage return alone
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return text, notes, nil
}

func asText(b []byte) (text string, notes []string, err error) {
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		b = rest
	}
	if order, ok := utf16Order(b); ok {
		out, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", nil, refuse("bad-encoding", "The file begins like UTF-16 and cannot be read as such. Save it as CSV (UTF-8).")
		}
		return string(out), nil, nil
	}
	if utf8.Valid(b) {
		return string(b), nil, nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return "", nil, refuse("bad-encoding", "The file is neither UTF-8 nor Windows-1252. Save it as CSV (UTF-8).")
	}
	return string(out), []string{"The file is not UTF-8; it was read as Windows-1252. Check names with accents."}, nil
}

// utf16Order tells UTF-16 by its byte order mark, or by every other byte of the beginning being zero.
func utf16Order(b []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	}
	head := b[:min(len(b)&^1, 64)]
	if len(head) < 4 {
		return unicode.LittleEndian, false
	}
	even, odd := 0, 0
	for i, c := range head {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	half := len(head) / 2
	switch {
	case odd > half*9/10 && even == 0:
		return unicode.LittleEndian, true
	case even > half*9/10 && odd == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// delimiter finds what stands between cells: what the first line names (“sep=;”, as office programs write it), else the
// one with which most wanted headings are found. It gives the text without that first line's content.
func delimiter(text string, columns []Column) (rest string, comma rune) {
	first, after, _ := strings.Cut(text, "\n")
	if sep, ok := strings.CutPrefix(strings.ToLower(strings.TrimRight(first, "\r")), "sep="); ok && len(sep) == 1 && strings.Contains(delimiters, sep) {
		return "\n" + after, rune(sep[0])
	}
	best, meant := 0, headings(columns)
	for _, candidate := range delimiters {
		r := reader(text, candidate)
		for range headingWithin {
			cells, err := r.Read()
			if err != nil {
				break
			}
			for i := range cells {
				cells[i] = tidy(cells[i])
			}
			if n := len(locate(record{cells: cells}, meant)); n > best {
				best, comma = n, candidate
			}
		}
	}
	if best == 0 {
		comma = ','
	}
	return text, comma
}

// delimiters are those that are looked for, the commonest first.
const delimiters = ",;\t|"
