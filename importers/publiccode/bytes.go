package publiccode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/ospo-register/ospo/models"
)

// decode gives the characters of a file with a line feed at the end of each line, and says when they are not in UTF-8, which the standard demands.
func (r *reader) decode(content []byte) string {
	source := strings.ReplaceAll(strings.ReplaceAll(r.characters(content), "\r\n", "\n"), "\r", "\n") // YAML 1.2.2, 5.4: each of the three ends a line
	first := strings.IndexFunc(source, unprintable)
	if first < 0 {
		return source
	}
	before := source[:first]
	r.add("control-character", models.Failure, "", strings.Count(before, "\n")+1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1,
		"Here stands a control character, which nobody can see and YAML does not allow. Type the line anew; the file was read without it and others like it.")
	return strings.Map(func(c rune) rune {
		if unprintable(c) {
			return -1
		}
		return c
	}, source)
}

// unprintable are the characters that a YAML file must not hold: YAML 1.2.2, 5.1.
func unprintable(c rune) bool {
	return c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f && c < 0xa0 && c != 0x85 || c == 0xfffe || c == 0xffff
}

func (r *reader) characters(content []byte) string {
	const resave = " Save it as UTF-8, the only encoding that publiccode.yml allows."
	if order, wide := widestOrder(content); wide {
		r.add("not-utf-8", models.Failure, "", 1, 1, "The file is in UTF-32."+resave)
		return fromUTF32(content, order)
	}
	if order, wide := wideOrder(content); wide {
		r.add("not-utf-8", models.Failure, "", 1, 1, "The file is in UTF-16."+resave)
		if decoded, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(content); err == nil {
			return string(decoded)
		}
		return string(bytes.ReplaceAll(content, []byte{0}, nil))
	}
	if bare, marked := bytes.CutPrefix(content, []byte("\ufeff")); marked {
		r.add("byte-order-mark", models.Warning, "", 1, 1, "The file begins with a byte order mark, which the validator of the catalogues takes for a part of the first key. Save it as UTF-8 without one.")
		content = bare
	}
	if utf8.Valid(content) {
		return string(content)
	}
	line, column := firstBroken(content)
	r.add("not-utf-8", models.Failure, "", line, column, "From here on the file is not in UTF-8, the only encoding that publiccode.yml allows. Save it as UTF-8; it was read as if it were in Windows-1252.")
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(content)
	if err != nil {
		return strings.ToValidUTF8(string(content), "\ufffd")
	}
	return string(decoded)
}

// Text is the characters of a file, in the lines that remarks count.
func Text(content []byte) string { return (&reader{}).decode(content) }

// widestOrder reports whether bytes look like UTF-32: by their mark, or because three of the first four bytes are zero.
func widestOrder(b []byte) (binary.ByteOrder, bool) {
	switch {
	case len(b) < 4:
		return nil, false
	case b[2] == 0 && b[3] == 0 && (b[0] != 0 && b[1] == 0 || b[0] == 0xff && b[1] == 0xfe):
		return binary.LittleEndian, true
	case b[0] == 0 && b[1] == 0 && (b[2] == 0 && b[3] != 0 || b[2] == 0xfe && b[3] == 0xff):
		return binary.BigEndian, true
	}
	return nil, false
}

func fromUTF32(b []byte, order binary.ByteOrder) string {
	var out strings.Builder
	for ; len(b) >= 4; b = b[4:] {
		c := order.Uint32(b)
		switch {
		case c == 0xfeff && out.Len() == 0:
		case c > utf8.MaxRune:
			out.WriteRune(utf8.RuneError)
		default:
			out.WriteRune(rune(c))
		}
	}
	return out.String()
}

// wideOrder reports whether bytes look like UTF-16: by their mark, or because every other byte of the beginning is zero.
func wideOrder(b []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), len(b) > 3 && b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0:
		return unicode.LittleEndian, true
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}), len(b) > 3 && b[0] == 0 && b[1] != 0 && b[2] == 0 && b[3] != 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

func firstBroken(b []byte) (line, column int) {
	line, column = 1, 1
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && size == 1:
			return line, column
		case c == '\n', c == '\r' && !bytes.HasPrefix(b, []byte("\r\n")):
			line, column = line+1, 1
		default:
			column++
		}
		b = b[size:]
	}
	return line, column
}

// clean takes characters out of a text that nobody can see and a database cannot keep.
func (r *reader) clean(s string, line, column int) string {
	bad := func(c rune) bool {
		return c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f || c == 0xfeff || c == 0xfffe || c == 0xffff
	}
	if !strings.ContainsFunc(s, bad) && utf8.ValidString(s) {
		return s
	}
	r.add("control-character", models.Warning, "", line, column, "The text has control characters, which nobody can see; they were left out. Type the text anew.")
	return strings.Map(func(c rune) rune {
		if bad(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// syntax says what is wrong with the notation, in words for those who do not know YAML by heart.
func (r *reader) syntax(err error, offset int) {
	line, column, said := 0, 0, ""
	var fault *yaml.SyntaxError
	if errors.As(err, &fault) {
		said = fault.GetMessage()
		if token := fault.GetToken(); token != nil && token.Position != nil {
			line, column = token.Position.Line+offset, token.Position.Column
		}
	} else {
		line, column, said = offset+1, 1, err.Error()
	}
	r.add("yaml-syntax", models.Failure, "", line, column, advice(said))
}

func advice(said string) string {
	for _, known := range []struct{ part, say string }{
		{"found character '\t'", "A tab stands at the beginning of the line. YAML allows only spaces there: replace the tab, two spaces for each level."},
		{"tab character", "A tab stands at the beginning of the line. YAML allows only spaces there: replace the tab, two spaces for each level."},
		{"mapping value is not allowed", "A colon stands where none may be. Put a text that holds a colon and a space in quotes, and let keys of one section begin in the same column."},
		{"value is not allowed in this context", "The value does not fit where it stands. Let keys of one section begin in the same column, and put a text that holds a colon, or goes on in the next line, in quotes."},
		{"could not find end character", "A quotation mark is opened here and not closed. Close it at the end of the text."},
		{"must be specified", "A bracket is opened and not closed before the next line. Close it, or write one entry to a line with “- ” before it."},
		{"non-map value", "The line is neither a key with a colon nor an entry of a list. Write “key: value”, or indent the line when it belongs to the text above."},
		{"reserved character", "A value must not begin with this character. Put the value in quotes."},
		{"unexpected key name", "A key stands where none may be. Let keys of one section begin in the same column."},
	} {
		if strings.Contains(said, known.part) {
			return known.say
		}
	}
	return fmt.Sprintf("The notation is broken here (%s). Check the quotation marks, colons and indentation of this line and the one before.", strings.TrimRight(shown(said), "."))
}
