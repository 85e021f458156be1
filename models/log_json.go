package models

import (
	"bytes"
	"encoding/json"
	"slices"
)

// jsonSpace is what may stand between the parts of JSON (RFC 8259, section 2).
const jsonSpace = " \t\r\n"

// deepest is how deep sortedJSON goes by itself.
const deepest = 32

// sortedJSON appends the first value of a text to out in the one form of oneForm and gives what follows it. It makes no maps,
// which is what costs when a log of many entries is checked. It is not ok of what is rare or wrong: names with letters
// that may need escapes, a name twice, great depth, and what is no JSON. Then oneForm reads it all anew.
func sortedJSON(out, text []byte, depth int) (line, rest []byte, ok bool) {
	text = bytes.TrimLeft(text, jsonSpace)
	if len(text) == 0 || depth > deepest {
		return out, text, false
	}
	switch text[0] {
	case '{':
		return sortedObject(out, text[1:], depth)
	case '[':
		return sortedArray(out, text[1:], depth)
	case '"':
		return sortedString(out, text)
	}
	n := bytes.IndexAny(text, ",]} \t\r\n")
	if n < 0 {
		n = len(text)
	}
	return append(out, text[:n]...), text[n:], json.Valid(text[:n]) // a number as it is, true, false or null
}

func sortedArray(out, text []byte, depth int) (line, rest []byte, ok bool) {
	out = append(out, '[')
	if text = bytes.TrimLeft(text, jsonSpace); bytes.HasPrefix(text, []byte("]")) {
		return append(out, ']'), text[1:], true
	}
	for {
		if out, text, ok = sortedJSON(out, text, depth+1); !ok {
			return out, text, false
		}
		text = bytes.TrimLeft(text, jsonSpace)
		switch {
		case len(text) > 0 && text[0] == ',':
			out, text = append(out, ','), text[1:]
		case len(text) > 0 && text[0] == ']':
			return append(out, ']'), text[1:], true
		default:
			return out, text, false
		}
	}
}

// member is where a member with its value stands in what is written.
type member struct {
	name     []byte
	from, to int
}

// sortedObject writes the members as they come, and then puts them in the order of their names.
func sortedObject(out, text []byte, depth int) (line, rest []byte, ok bool) {
	var space [16]member // so that few need memory of their own
	members := space[:0]
	out = append(out, '{')
	if text = bytes.TrimLeft(text, jsonSpace); bytes.HasPrefix(text, []byte("}")) {
		return append(out, '}'), text[1:], true
	}
	begin := len(out)
	for {
		text = bytes.TrimLeft(text, jsonSpace)
		n := plainString(text)
		if n == 0 {
			return out, text, false
		}
		m := member{name: text[1 : n-1], from: len(out)}
		out = append(append(out, text[:n]...), ':')
		if text = bytes.TrimLeft(text[n:], jsonSpace); !bytes.HasPrefix(text, []byte(":")) {
			return out, text, false
		}
		if out, text, ok = sortedJSON(out, text[1:], depth+1); !ok {
			return out, text, false
		}
		m.to = len(out)
		members = append(members, m)
		text = bytes.TrimLeft(text, jsonSpace)
		switch {
		case len(text) > 0 && text[0] == ',':
			out, text = append(out, ','), text[1:]
		case len(text) > 0 && text[0] == '}':
			out, ok = inOrder(out, begin, members)
			return append(out, '}'), text[1:], ok
		default:
			return out, text, false
		}
	}
}

// inOrder puts the members that stand at the end of out in the order of their names. It is not ok of a name that is there twice.
func inOrder(out []byte, begin int, members []member) (line []byte, ok bool) {
	byName := func(a, b member) int { return bytes.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(members, byName) {
		slices.SortFunc(members, byName)
		was := bytes.Clone(out[begin:])
		out = out[:begin]
		for i, m := range members {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, was[m.from-begin:m.to-begin]...)
		}
	}
	for i := 1; i < len(members); i++ {
		if bytes.Equal(members[i].name, members[i-1].name) {
			return out, false
		}
	}
	return out, true
}

// plainString is how long a string at the beginning of a text is, with its quotes, that is written as it is; 0 when there is none.
func plainString(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for i, c := range text[1:] {
		switch {
		case c == '"':
			return i + 2
		case c < ' ' || c > '~' || c == '\\':
			return 0
		}
	}
	return 0
}

func sortedString(out, text []byte) (line, rest []byte, ok bool) {
	if n := plainString(text); n > 0 {
		return append(out, text[:n]...), text[n:], true
	}
	end := 1
	for ; end < len(text) && text[end] != '"'; end++ {
		if text[end] == '\\' {
			end++
		}
	}
	if end >= len(text) {
		return out, text, false
	}
	var s string
	if json.Unmarshal(text[:end+1], &s) != nil {
		return out, text, false
	}
	one, err := jsonLine(s)
	return append(out, one...), text[end+1:], err == nil
}
