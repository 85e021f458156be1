package publiccode

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const width = 100 // columns that a folded text keeps to, where its words allow it

// page writes block YAML 1.2 with two blanks for each level, keys in the order in which they are given.
type page struct {
	out    strings.Builder
	indent int
	item   bool // the next line begins an item of a list
	said   bool // something other than a comment was written
}

func (p *page) line(text string) {
	pad := strings.Repeat("  ", p.indent)
	if p.item {
		pad, p.item = pad[2:]+"- ", false
	}
	p.out.WriteString(pad + text + "\n")
	p.said = true
}

// comment is a line that says what is still to be filled in.
func (p *page) comment(text string) {
	p.out.WriteString(strings.Repeat("  ", p.indent) + "# " + text + "\n")
}

// word writes a member with a text as it is best read; nothing when it is empty.
func (p *page) word(key, value string) {
	if value != "" {
		p.line(scalar(key) + ": " + scalar(value))
	}
}

// quoted writes a member whose value looks like something else than text: a version, a date.
func (p *page) quoted(key, value string) {
	if value != "" {
		p.line(scalar(key) + ": " + quote(value))
	}
}

// text writes a member with text of any length as a block, where a block says exactly the same.
func (p *page) text(key, value string) {
	body := strings.TrimSuffix(value, "\n")
	chomp := "-"
	if body != value {
		chomp = ""
	}
	switch {
	case value == "":
	case !inBlock(body):
		p.quoted(key, value)
	case !strings.Contains(body, "\n") && utf8.RuneCountInString(body) <= width-20 && chomp == "-":
		p.word(key, value)
	case !strings.Contains(body, "\n"):
		p.line(scalar(key) + ": >" + chomp)
		p.block(fold(body))
	default:
		p.line(scalar(key) + ": |" + chomp)
		p.block(strings.Split(body, "\n"))
	}
}

func (p *page) block(lines []string) {
	for _, l := range lines {
		if l == "" {
			p.out.WriteString("\n")
			continue
		}
		p.out.WriteString(strings.Repeat("  ", p.indent+1) + l + "\n")
	}
}

func (p *page) list(key string, values []string) {
	if len(values) == 0 {
		return
	}
	p.line(scalar(key) + ":")
	for _, v := range values {
		p.out.WriteString(strings.Repeat("  ", p.indent+1) + "- " + scalar(v) + "\n")
	}
}

// section writes a mapping; only its comments when body says nothing.
func (p *page) section(key string, body func(*page)) {
	p.nested(key, &page{indent: p.indent + 1}, body)
}

func (p *page) nested(key string, inner *page, body func(*page)) {
	body(inner)
	switch {
	case inner.said:
		p.line(scalar(key) + ":")
		p.out.WriteString(inner.out.String())
	case inner.out.Len() > 0:
		for line := range strings.Lines(inner.out.String()) {
			p.comment(strings.TrimSpace(line)[2:])
		}
	}
}

// blank sets off what follows, if anything is before it.
func (p *page) blank() {
	if p.out.Len() > 0 && !strings.HasSuffix(p.out.String(), "\n\n") {
		p.out.WriteString("\n")
	}
}

// items writes a list of mappings.
func (p *page) items(key string, n int, body func(p *page, i int)) {
	p.nested(key, &page{indent: p.indent + 2}, func(inner *page) {
		for i := range n {
			inner.item = true
			body(inner, i)
			inner.item = false
		}
	})
}

var (
	plain = regexp.MustCompile(`^[\p{L}][\p{L}\p{M}\p{N} ._/()+'&,@-]*$`)
	// reserved are plain words that some version of YAML reads as something else than text (YAML 1.1, types bool, null and float; 1.2, 10.3).
	reserved = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}
)

// scalar writes a text on one line, without quotes where nobody can take it for anything but text.
func scalar(s string) string {
	if plain.MatchString(s) && !strings.HasSuffix(s, " ") && !slices.Contains(reserved, strings.ToLower(s)) {
		return s
	}
	return quote(s)
}

// quote writes a text in double quotes (YAML 1.2.2, 7.3.1). Bytes that are not UTF-8 become U+FFFD.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case !printable(r) && r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		case !printable(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// printable leaves out what YAML 1.2.2, 5.1, does not let stand for itself, and line ends that YAML 1.1 knew.
func printable(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0, r == 0x2028, r == 0x2029, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true
}

// inBlock reports whether a block scalar can say the text: nothing that must be escaped, no line of white space alone, none at either end.
func inBlock(s string) bool {
	if !utf8.ValidString(s) || s == "" || strings.TrimSpace(s) != s {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if blank := strings.TrimSpace(line) == ""; blank && line != "" || strings.HasPrefix(line, "\t") {
			return false
		}
		for _, r := range line {
			if r != '\t' && !printable(r) {
				return false
			}
		}
	}
	return true
}

// fold breaks a text of one line at single blanks, where a folded block puts the blank back (YAML 1.2.2, 8.1.3).
func fold(s string) []string {
	var lines []string
	words := strings.Split(s, " ")
	line, length := "", 0
	for i, w := range words {
		n := utf8.RuneCountInString(w)
		single := i > 0 && w != "" && words[i-1] != "" && !strings.HasPrefix(w, "\t") && !strings.HasSuffix(words[i-1], "\t")
		if single && length+1+n > width {
			lines = append(lines, line)
			line, length = w, n
			continue
		}
		if i > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+w, length+n
	}
	return append(lines, line)
}
