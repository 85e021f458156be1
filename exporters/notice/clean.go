package notice

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is printed of a foreign text at most, in characters, lines and bytes. Real texts stay far below: the longest copyright line in three thousand
// documents has a few hundred characters, the longest licence of the SPDX list 46,000 bytes.
const (
	mostName   = 500
	mostLine   = 2000
	mostLines  = 500
	mostNotes  = 50
	mostText   = 512 << 10
	shortening = "…"
)

// printable drops what has no shape of its own and could change how the rest is shown: control characters, marks that turn the direction of
// writing, invisible joiners other than those that scripts need. What ends a line becomes LF.
func printable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\f', r == '\v', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\n', r == '\t', r == '\u200c', r == '\u200d':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r >= 0xFFFFE, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, text)
}

// line makes one line of at most so many characters; blanks in a row become one.
func line(text string, most int) string {
	text, _ = cut(strings.Join(strings.Fields(printable(text)), " "), most)
	return text
}

func cut(text string, most int) (string, bool) {
	if utf8.RuneCountInString(text) <= most {
		return text, false
	}
	n := 0
	for i := range text {
		if n == most {
			return text[:i] + shortening, true
		}
		n++
	}
	return text, false
}

// lines are the lines of a text that say something, each once, and whether some of it had to be left out.
func lines(text string) (out []string, shortened bool) {
	seen := map[string]bool{}
	for one := range strings.Lines(printable(text)) {
		one, long := cut(strings.Join(strings.Fields(one), " "), mostLine)
		if one == "" || seen[one] {
			continue
		}
		if len(out) == mostLines {
			return out, true
		}
		seen[one] = true
		out = append(out, one)
		shortened = shortened || long
	}
	return out, shortened
}

// body is a licence text fit for printing: without blanks at the ends of lines and without empty lines around it.
func body(text string) string {
	if len(text) > mostText {
		text = text[:mostText] + "\n" + shortening + " (shortened; the whole text is in the document)"
	}
	var b strings.Builder
	for one := range strings.Lines(printable(text)) {
		b.WriteString(strings.TrimRightFunc(one, unicode.IsSpace) + "\n")
	}
	return strings.Trim(b.String(), "\n")
}

// address is the text where it is a web address that may become a link, else "".
func address(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(text, " \"'<>`\\") {
		return ""
	}
	return text
}
