package publiccode

import (
	"encoding/json"
	"strconv"
	"strings"
)

type kind int

const (
	nothing kind = iota // null, or no value at all
	text
	number
	truth // true or false
	list
	mapping
)

// words say what a kind is, for messages.
func (k kind) words() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "a section with keys of its own"}[k]
}

// node is a value of the document, free of notation. Aliased values are shared.
type node struct {
	kind         kind
	text         string // of a text, number or truth, as written
	line, column int
	items        []*node
	members      []member
	weight       int // values below it and itself, aliases written out
}

type member struct {
	key          string
	line, column int
	value        *node
}

func (n *node) get(key string) (member, bool) {
	for _, m := range n.members {
		if m.key == key {
			return m, true
		}
	}
	return member{}, false
}

// empty reports whether a value says nothing.
func (n *node) empty() bool {
	switch n.kind {
	case nothing:
		return true
	case text:
		return strings.TrimSpace(n.text) == ""
	case list:
		return len(n.items) == 0
	case mapping:
		return len(n.members) == 0
	default:
		return false
	}
}

// json is the value as compact JSON, members in the order of the document.
func (n *node) json() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	switch n.kind {
	case nothing:
		b.WriteString("null")
	case truth:
		b.WriteString(strings.ToLower(n.text))
	case number:
		if json.Valid([]byte(n.text)) {
			b.WriteString(n.text)
			return
		}
		b.WriteString(quoted(n.text))
	case text:
		b.WriteString(quoted(n.text))
	case list:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case mapping:
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(m.key))
			b.WriteByte(':')
			m.value.write(b)
		}
		b.WriteByte('}')
	}
}

func quoted(s string) string {
	out, err := json.Marshal(s)
	if err != nil { // a string cannot fail; if it ever did, Go's notation is the nearest
		return strconv.Quote(s)
	}
	return string(out)
}
