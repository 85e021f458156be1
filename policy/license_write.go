package policy

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// YAML is the canonical form: keys in one order, nothing left out that Parse has filled in, no comments. Parse of it gives an equal policy.
func (p *Policy) YAML() []byte {
	w := &writer{}
	w.text(0, "id", p.ID)
	w.text(0, "title", p.Title)
	w.text(0, "about", p.About)
	w.text(0, "basis", p.Basis)
	if len(p.Sets) > 0 {
		w.line(0, "sets:")
		for _, set := range p.Sets {
			w.list(1, set.Name, set.IDs)
		}
	}
	if len(p.Rules) > 0 {
		w.line(0, "rules:")
	}
	for _, rule := range p.Rules {
		w.rule(rule)
	}
	w.line(0, "otherwise:")
	w.text(1, "outcome", string(p.Otherwise.Outcome))
	w.text(1, "severity", string(p.Otherwise.Severity))
	w.text(1, "message", p.Otherwise.Message)
	w.text(1, "cure", p.Otherwise.Cure)
	return w.Bytes()
}

type writer struct {
	bytes.Buffer
	dash bool // the next line begins an item of a list
}

func (w *writer) rule(r Rule) {
	w.dash = true
	w.text(2, "id", r.ID)
	w.text(2, "title", r.Title)
	m := r.Licenses
	if m.named() || m.axes() > 0 || len(m.Statement) > 0 {
		w.line(2, "licenses:")
		w.list(3, "ids", m.IDs)
		w.list(3, "sets", m.Sets)
		w.list(3, "categories", valuesOf(m.Categories))
		w.list(3, "classes", valuesOf(m.Classes))
		w.list(3, "openness", valuesOf(m.Openness))
		w.list(3, "reciprocity", valuesOf(m.Reciprocity))
		w.list(3, "limits", valuesOf(m.Limits))
		w.list(3, "patents", valuesOf(m.Patents))
		w.list(3, "statement", valuesOf(m.Statement))
	}
	w.text(2, "when", r.When)
	w.text(2, "outcome", string(r.Outcome))
	w.text(2, "severity", string(r.Severity))
	w.text(2, "message", r.Message)
	w.text(2, "basis", r.Basis)
	w.text(2, "cure", r.Cure)
	w.text(2, "reference", r.Reference)
}

func (w *writer) line(level int, text string) {
	indent := strings.Repeat("  ", level)
	if w.dash {
		indent, w.dash = indent[2:]+"- ", false
	}
	w.WriteString(indent + text + "\n")
}

func (w *writer) text(level int, key, value string) {
	switch {
	case value == "" && !w.dash:
	case blockable(value):
		w.line(level, key+": |-")
		for line := range strings.SplitSeq(value, "\n") {
			w.line(level+1, line)
		}
	default:
		w.line(level, key+": "+quoted(value))
	}
}

func (w *writer) list(level int, key string, values []string) {
	if len(values) == 0 {
		return
	}
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = quoted(value)
	}
	w.line(level, key+": ["+strings.Join(words, ", ")+"]")
}

var (
	plain    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([ ./+()_-]+[A-Za-z0-9]+)*\)?\.?$`)
	reserved = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n|nan|inf)$`)
)

// quoted is the text as YAML reads it back: plain where nothing in it has a meaning, in double quotes otherwise.
func quoted(text string) string {
	if plain.MatchString(text) && !reserved.MatchString(text) {
		return text
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(c) || c != ' ' && unicode.IsSpace(c):
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// blockable says whether a text of several lines can stand as a literal block and be read back as it is.
func blockable(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		odd := strings.ContainsFunc(line, func(c rune) bool { return unicode.IsControl(c) || c != ' ' && unicode.IsSpace(c) })
		if line == "" || odd || strings.TrimSpace(line) != line {
			return false
		}
	}
	return true
}
