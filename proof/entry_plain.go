package proof

import (
	"bytes"
	"strconv"
	"time"
)

// plainEntry reads an entry as this program writes them nearly always: every member in its place, in plain letters. It is many
// times as fast as reading any JSON, and a log has many entries. What it takes for an entry counts only when that is
// written as these very bytes; all else is left to anyEntry.
func plainEntry(body []byte) (Entry, bool) {
	var e Entry
	l := plainLine{rest: body, holds: true}
	l.expect("{")
	e.Action = l.text("action")
	at := l.text("at")
	e.Digest, e.Dossier = l.text("digest"), l.text("dossier")
	e.Event = l.number("event")
	e.EventDigest, e.From, e.Noun = l.text("eventDigest"), l.text("from"), l.text("noun")
	e.Number = int(l.number("number"))
	e.Part, e.Ref, e.Role, e.To = l.text("part"), l.text("ref"), l.text("role"), l.text("to")
	e.V = int(l.number("v"))
	var err error
	if e.At, err = time.Parse(time.RFC3339Nano, at); err != nil || !l.holds || e.V != EntryVersion || e.At.Year() < 1 || e.At.Year() > 9999 {
		return Entry{}, false
	}
	return e, bytes.Equal(e.Bytes(), body)
}

// plainLine is what is left to read of an entry.
type plainLine struct {
	rest  []byte
	holds bool
}

func (l *plainLine) expect(s string) bool {
	if !bytes.HasPrefix(l.rest, []byte(s)) {
		return false
	}
	l.rest = l.rest[len(s):]
	return true
}

// member goes to the value of a member; it stays where it is when another comes first.
func (l *plainLine) member(name string) bool {
	rest := l.rest
	if l.expect(`"`) && l.expect(name) && l.expect(`":`) {
		return true
	}
	l.rest = rest
	return false
}

// end goes over what is after a value.
func (l *plainLine) end() {
	l.holds = l.holds && (l.expect(",") || l.expect("}"))
}

// text reads a member that has no escapes; "" when it is left out.
func (l *plainLine) text(name string) string {
	if !l.member(name) {
		return ""
	}
	if !l.expect(`"`) {
		l.holds = false
		return ""
	}
	for i, c := range l.rest {
		if c == '"' {
			s := string(l.rest[:i])
			l.rest = l.rest[i+1:]
			l.end()
			return s
		}
		if c < ' ' || c > '~' || c == '\\' {
			break
		}
	}
	l.holds = false
	return ""
}

// number reads a member that is a whole number; 0 when it is left out.
func (l *plainLine) number(name string) int64 {
	if !l.member(name) {
		return 0
	}
	n := bytes.IndexAny(l.rest, ",}")
	if n < 0 {
		l.holds = false
		return 0
	}
	v, err := strconv.ParseInt(string(l.rest[:n]), 10, 64)
	l.holds = l.holds && err == nil
	l.rest = l.rest[n:]
	l.end()
	return v
}
