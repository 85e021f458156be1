package publiccode

import (
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// rule is one key of the standard.
type rule struct {
	key  string
	what string // what is to be written, for messages: "the name of the software"
	read func(place)

	must       bool
	mustBefore int // mandatory in the versions before 0.x, optional since

	since      int    // the minor version that brought it; 0: it was always there
	deprecated int    // the minor version that deprecated it; 0: it is in use
	instead    string // what to do about a deprecated key
	gone       bool   // not in 1.0
}

// section reads the members of a section by its rules: what is unknown, what is missing, what is deprecated.
func (r *reader) section(at place, rules []rule) {
	if at.value.kind != mapping && at.value.kind != nothing {
		r.wrongType(at, "a section with keys of its own")
		r.keep(at)
		return
	}
	read := map[string]bool{}
	var misspelt []member
	for _, m := range at.value.members {
		i := slices.IndexFunc(rules, func(k rule) bool { return k.key == m.key })
		if i < 0 {
			misspelt = append(misspelt, m)
			continue
		}
		r.apply(rules[i], at.member(m), read)
	}
	for _, m := range misspelt {
		r.unknown(at, m, rules, read)
	}
	for _, k := range rules {
		if !read[k.key] {
			r.missing(k, at)
		}
	}
}

// apply reads a value by its rule. A value that says nothing counts as not stated.
func (r *reader) apply(k rule, p place, read map[string]bool) {
	if p.value.kind == nothing || k.must && p.value.empty() {
		return
	}
	read[k.key] = true
	switch {
	case k.gone && r.next:
		r.fail("removed-key", p, fmt.Sprintf("“%s” is not in version 1. %s", p.key, k.instead))
	case k.deprecated > 0:
		r.deprecated(k, p)
	case k.since > r.minor && !r.rolling && !r.next:
		r.warn("newer-key", place{key: p.key, line: p.line, column: p.column}, fmt.Sprintf("“%s” came with version 0.%d. State that version or a newer one: publiccodeYmlVersion: \"%s\".", p.key, k.since, Latest))
	}
	k.read(p)
}

func (r *reader) deprecated(k rule, p place) {
	at := place{key: p.key, line: p.line, column: p.column}
	if k.deprecated > r.minor {
		r.note("deprecated-key", at, fmt.Sprintf("“%s” is deprecated since version 0.%d. %s", p.key, k.deprecated, k.instead))
		return
	}
	r.warn("deprecated-key", at, fmt.Sprintf("“%s” is deprecated. %s", p.key, k.instead))
}

func (r *reader) missing(k rule, at place) {
	key := k.key
	if at.key != "" {
		key = at.key + "." + k.key
	}
	p := place{key: key, line: at.line, column: at.column}
	if m, stated := at.value.get(k.key); stated { // there, and empty
		p.line, p.column = m.line, m.column
	}
	switch {
	case k.must:
		r.fail("missing-key", p, fmt.Sprintf("“%s” is missing or empty. Give %s.", key, k.what))
	case r.minor < k.mustBefore && !r.rolling:
		r.warn("missing-key", p, fmt.Sprintf("“%s” is mandatory before version 0.%d. Give %s, or state a newer version.", key, k.mustBefore, k.what))
	}
}

// unknown names a key that the standard does not have, with the one that was perhaps meant. What differs only in capitals and dashes is read all the same.
func (r *reader) unknown(at place, m member, rules []rule, read map[string]bool) {
	p := at.member(m)
	here := place{key: p.key, line: m.line, column: m.column}
	if k, same := sameLetters(m.key, rules); same {
		r.fail("unknown-key", here, fmt.Sprintf("The key is written “%s”, and not “%s”.", k.key, shown(m.key)))
		if !read[k.key] && !m.value.empty() {
			read[k.key] = true
			k.read(place{key: here.key, line: m.line, column: m.column, value: m.value})
			return
		}
		r.keep(p)
		return
	}
	if len(r.remarks) >= maxRemarks { // what is meant need not be sought when it is not said
		r.left++
		r.keep(p)
		return
	}
	message := fmt.Sprintf("publiccode.yml has no key “%s” here.", shown(p.key))
	switch now, old := renamed[m.key]; {
	case old:
		message += " " + now
		r.fromOldKey(p)
	default:
		message += meantKey(p.key, m.key, rules)
	}
	r.fail("unknown-key", here, message)
	r.keep(p)
}

func meantKey(where, key string, rules []rule) string {
	if near := nearest(key, keysOf(rules)); near != "" {
		return fmt.Sprintf(" Perhaps “%s” is meant.", near)
	}
	if place := home[key]; place != "" && place != where {
		return fmt.Sprintf(" There is “%s”: move it there.", place)
	}
	return " Leave it out."
}

func keysOf(rules []rule) []string {
	out := make([]string, len(rules))
	for i, k := range rules {
		out[i] = k.key
	}
	return out
}

func (r *reader) wrongType(at place, want string) {
	r.add("wrong-type", models.Failure, at.key, at.line, at.column, fmt.Sprintf("“%s” must be %s; here is %s.", at.key, want, at.value.kind.words()))
}
