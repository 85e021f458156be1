package rdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (t *turtle) object() (Term, *turtleError) {
	t.blank()
	if t.at >= len(t.s) {
		return Term{}, t.fail("it ends too early")
	}
	switch c := t.s[t.at]; {
	case c == '[':
		t.step(1)
		return t.nested()
	case c == '(':
		t.step(1)
		return t.collection()
	case c == '"' || c == '\'':
		return t.literal()
	case strings.HasPrefix(t.s[t.at:], "_:"):
		t.step(2)
		label := t.name()
		if label == "" {
			return Term{}, t.fail("a blank node has no name")
		}
		return Term{Kind: Blank, Value: "_:" + label}, nil
	case c == '+' || c == '-' || c >= '0' && c <= '9' || c == '.' && t.at+1 < len(t.s) && t.s[t.at+1] >= '0' && t.s[t.at+1] <= '9':
		return t.number()
	}
	for _, word := range []string{"true", "false"} {
		rest := t.s[t.at:]
		if strings.HasPrefix(rest, word) && (len(rest) == len(word) || strings.ContainsRune(" \t\r\n.,;])#", rune(rest[len(word)]))) {
			t.step(len(word))
			return Term{Kind: Literal, Value: word, Datatype: xsd + "boolean"}, nil
		}
	}
	iri, err := t.iri()
	return Term{Kind: IRI, Value: iri}, err
}

func (t *turtle) iri() (string, *turtleError) {
	if t.at < len(t.s) && t.s[t.at] == '<' {
		return t.iriref()
	}
	start := t.at
	prefix := t.name()
	if t.at >= len(t.s) || t.s[t.at] != ':' {
		t.at = start
		return "", t.fail("a name or an address in pointed brackets is missing")
	}
	space, ok := t.prefixes[prefix]
	if known := t.known[prefix+":"].IRI; !ok && known != "" {
		t.remark("undeclared-prefix", start, fmt.Sprintf("The prefix %q is not declared; it was taken for <%s>. Declare it.", prefix, known))
		t.prefixes[prefix], space, ok = known, known, true
	}
	if !ok {
		t.at = start
		return "", t.fail("the prefix %q is not declared", prefix)
	}
	t.at++
	return space + t.localName(), nil
}

// nameSigns are the signs of names: Turtle 1.1, PN_CHARS, and the full stop.
var nameSigns = &unicode.RangeTable{
	R16: []unicode.Range16{
		{'-', '.', 1}, {'0', '9', 1}, {'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1}, {0xb7, 0xb7, 1}, {0xc0, 0xd6, 1}, {0xd8, 0xf6, 1}, {0xf8, 0x37d, 1}, {0x37f, 0x1fff, 1},
		{0x200c, 0x200d, 1}, {0x203f, 0x2040, 1}, {0x2070, 0x218f, 1}, {0x2c00, 0x2fef, 1}, {0x3001, 0xd7ff, 1}, {0xf900, 0xfdcf, 1}, {0xfdf0, 0xfffd, 1},
	},
	R32: []unicode.Range32{{0x10000, 0xeffff, 1}},
}

// name reads letters, digits and the signs that may stand in a prefix or a label; a full stop at the end is not part of it.
func (t *turtle) name() string {
	start := t.at
	for t.at < len(t.s) {
		r, n := utf8.DecodeRuneInString(t.s[t.at:])
		if !unicode.Is(nameSigns, r) {
			break
		}
		t.at += n
	}
	for t.at > start && t.s[t.at-1] == '.' {
		t.at--
	}
	return t.s[start:t.at]
}

// localName reads PN_LOCAL: a name in which colons, %hh and escaped signs may stand too.
func (t *turtle) localName() string {
	var b strings.Builder
	for t.at < len(t.s) {
		c := t.s[t.at]
		switch {
		case c == '\\' && t.at+1 < len(t.s) && strings.IndexByte("_~.-!$&'()*+,;=/?#@%", t.s[t.at+1]) >= 0:
			b.WriteByte(t.s[t.at+1])
			t.at += 2
		case c == ':' || c == '%':
			b.WriteByte(c)
			t.at++
		case c == '.' && t.at+1 < len(t.s) && (t.s[t.at+1] == ':' || t.s[t.at+1] == '%' || t.s[t.at+1] == '\\'):
			b.WriteByte(c)
			t.at++
		default:
			part := t.name()
			if part == "" {
				return b.String()
			}
			b.WriteString(part)
		}
	}
	return b.String()
}

func (t *turtle) iriref() (string, *turtleError) {
	if t.at >= len(t.s) || t.s[t.at] != '<' {
		return "", t.fail("an address in pointed brackets is missing")
	}
	end := strings.IndexAny(t.s[t.at:], ">\n")
	if end < 0 || t.s[t.at+end] == '\n' {
		return "", t.fail("an address has no closing bracket")
	}
	raw := t.s[t.at+1 : t.at+end]
	if strings.ContainsRune(raw, '\\') {
		unescaped, ok := unescape(raw)
		if !ok {
			return "", t.fail("an address has an escape that means nothing")
		}
		raw = unescaped
	}
	t.at += end + 1
	return resolve(t.base, strings.TrimSpace(raw)), nil
}

func (t *turtle) literal() (Term, *turtleError) {
	quote := t.s[t.at : t.at+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(t.s[t.at:], long) {
		quote = long
	}
	start := t.at + len(quote)
	end, escaped := -1, false
	for i := start; i < len(t.s) && end < 0 && (len(quote) == 3 || t.s[i] != '\n'); i++ {
		switch {
		case t.s[i] == '\\':
			escaped = true
			i++
		case strings.HasPrefix(t.s[i:], quote):
			end = i
			for len(quote) == 3 && end+3 < len(t.s) && t.s[end+3] == quote[0] {
				end++ // quotation marks before the closing ones belong to the text
			}
		}
	}
	if end < 0 {
		return Term{}, t.fail("a text has no closing quotation mark")
	}
	lit := Term{Kind: Literal, Value: t.s[start:end]}
	if escaped {
		unescaped, ok := unescape(lit.Value)
		if !ok {
			return Term{}, t.fail("a text has an escape that means nothing")
		}
		lit.Value = unescaped
	}
	lit.Value = strings.ReplaceAll(lit.Value, "\x00", "\uFFFD")
	t.step(end + len(quote) - t.at)
	if t.at < len(t.s) && t.s[t.at] == '@' {
		t.at++
		lit.Language = t.name()
	} else if strings.HasPrefix(t.s[t.at:], "^^") {
		t.at += 2
		t.blank()
		iri, err := t.iri()
		if err != nil {
			return lit, err
		}
		lit.Datatype = iri
	}
	return lit, nil
}

func (t *turtle) number() (Term, *turtleError) {
	start := t.at
	for t.at < len(t.s) && strings.IndexByte("+-0123456789.eE", t.s[t.at]) >= 0 {
		t.at++
	}
	for t.at > start && t.s[t.at-1] == '.' {
		t.at--
	}
	word := t.s[start:t.at]
	if _, err := strconv.ParseFloat(word, 64); err != nil && !strings.Contains(err.Error(), "range") {
		t.at = start
		return Term{}, t.fail("%q is no number", word)
	}
	kind := "integer"
	if strings.ContainsAny(word, "eE") {
		kind = "double"
	} else if strings.ContainsRune(word, '.') {
		kind = "decimal"
	}
	return Term{Kind: Literal, Value: word, Datatype: xsd + kind}, nil
}

// unescape reads \n, \u00e9, \U0001F600 and their kin.
func unescape(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i >= len(s) {
			return "", false
		}
		if at := strings.IndexByte(`tbnrf"'\`, s[i]); at >= 0 {
			b.WriteByte("\t\b\n\r\f\"'\\"[at])
			continue
		}
		digits := map[byte]int{'u': 4, 'U': 8}[s[i]]
		if digits == 0 || i+digits >= len(s) {
			return "", false
		}
		n, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32)
		if err != nil {
			return "", false
		}
		b.WriteRune(rune(n))
		i += digits
	}
	return b.String(), true
}
