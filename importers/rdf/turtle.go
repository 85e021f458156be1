package rdf

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
)

// turtle reads RDF 1.1 Turtle. Its methods follow the grammar, chapter 6.5.
type turtle struct {
	g        *Graph
	s        string
	at       int
	line     int
	base     string
	prefixes map[string]string
	known    map[string]Definition // prefixes of the caller, for those that the text forgot to declare
	blanks   int
	depth    int
	remarks  []models.Remark
	counted  [2]int // up to where lines were counted for remarks, and how many
	full     bool
}

// turtleError is what broke a sentence.
type turtleError struct {
	at   int
	what string
}

func (e *turtleError) Error() string { return e.what }

func readTurtle(g *Graph, in Input) []models.Remark {
	t := &turtle{g: g, s: strings.TrimPrefix(strings.ToValidUTF8(string(in.Content), "\uFFFD"), "\ufeff"), line: 1, base: in.Base, prefixes: map[string]string{}, known: in.Terms}
	for t.blank(); t.at < len(t.s) && !t.full; t.blank() {
		t.depth = 0
		if err := t.sentence(); err != nil {
			if len(t.remarks) == mostRemarks {
				t.remark("too-much", err.at, "There are more sentences that cannot be read; the text was read no further.")
				break
			}
			t.remark("bad-sentence", err.at, "This sentence of Turtle cannot be read from here on: "+err.what+". The next one was read.")
			t.skip()
		}
	}
	if t.full {
		t.remark("too-much", t.at, "The text makes more than 2,000,000 statements; it was read no further. Ask for it in pages.")
	}
	return t.remarks
}

func (t *turtle) remark(rule string, at int, message string) {
	if at < t.counted[0] {
		t.counted = [2]int{}
	}
	t.counted = [2]int{at, t.counted[1] + strings.Count(t.s[t.counted[0]:at], "\n")}
	line := 1 + t.counted[1]
	column := utf8.RuneCountInString(t.s[strings.LastIndexByte(t.s[:at], '\n')+1:at]) + 1
	t.remarks = append(t.remarks, models.Remark{Rule: rule, Severity: models.Failure, Line: line, Column: column, Message: message})
}

func (t *turtle) fail(format string, args ...any) *turtleError {
	return &turtleError{t.at, fmt.Sprintf(format, args...)}
}

// skip goes behind the next full stop that ends a line.
func (t *turtle) skip() {
	for t.at < len(t.s) {
		c := t.s[t.at]
		t.step(1)
		if c == '.' && (t.at == len(t.s) || t.s[t.at] == '\n' || t.s[t.at] == '\r') {
			return
		}
	}
}

func (t *turtle) step(n int) {
	t.line += strings.Count(t.s[t.at:t.at+n], "\n")
	t.at += n
}

// blank goes over blanks and comments.
func (t *turtle) blank() {
	for t.at < len(t.s) {
		switch t.s[t.at] {
		case ' ', '\t', '\r', '\n':
			t.step(1)
		case '#':
			end := strings.IndexByte(t.s[t.at:], '\n')
			if end < 0 {
				end = len(t.s) - t.at
			}
			t.at += end
		default:
			return
		}
	}
}

// eat takes a text if it comes next.
func (t *turtle) eat(word string) bool {
	t.blank()
	if !strings.HasPrefix(t.s[t.at:], word) {
		return false
	}
	t.step(len(word))
	return true
}

// keyword takes a word whatever its case, if a blank or a sign follows it.
func (t *turtle) keyword(word string) bool {
	rest := t.s[t.at:]
	if len(rest) <= len(word) || !strings.EqualFold(rest[:len(word)], word) || !strings.ContainsRune(" \t\r\n<#", rune(rest[len(word)])) {
		return false
	}
	t.step(len(word))
	return true
}

func (t *turtle) sentence() *turtleError {
	switch {
	case t.eat("@prefix"):
		return t.prefix(".")
	case t.eat("@base"):
		return t.setBase(".")
	case t.keyword("PREFIX"):
		return t.prefix("")
	case t.keyword("BASE"):
		return t.setBase("")
	}
	subject, bare, err := t.subject()
	if err != nil {
		return err
	}
	t.blank()
	if !bare || t.at < len(t.s) && t.s[t.at] != '.' {
		if err := t.predicates(subject); err != nil {
			return err
		}
	}
	if !t.eat(".") {
		return t.fail("a full stop is missing")
	}
	return nil
}

func (t *turtle) prefix(end string) *turtleError {
	t.blank()
	colon := strings.IndexByte(t.s[t.at:], ':')
	if colon < 0 || strings.ContainsAny(t.s[t.at:t.at+colon], " \t\r\n<") {
		return t.fail("a prefix is missing")
	}
	name := t.s[t.at : t.at+colon]
	t.step(colon + 1)
	t.blank()
	iri, err := t.iriref()
	if err != nil {
		return err
	}
	t.prefixes[name] = iri
	if end != "" && !t.eat(end) {
		return t.fail("a full stop is missing")
	}
	return nil
}

func (t *turtle) setBase(end string) *turtleError {
	t.blank()
	iri, err := t.iriref()
	if err != nil {
		return err
	}
	t.base = iri
	if end != "" && !t.eat(end) {
		return t.fail("a full stop is missing")
	}
	return nil
}

// subject reads one; bare means that it is a blank node with its own statements, which may stand alone.
func (t *turtle) subject() (subject Term, bare bool, err *turtleError) {
	t.blank()
	bare = strings.HasPrefix(t.s[t.at:], "[")
	subject, err = t.object()
	if err == nil && subject.Kind == Literal {
		err = t.fail("a text cannot be what is spoken of")
	}
	return subject, bare, err
}

// predicates reads what is said of a subject.
func (t *turtle) predicates(subject Term) *turtleError {
	for {
		t.blank()
		predicate := typeIRI
		if !t.keyword("a") {
			p, err := t.iri()
			if err != nil {
				return err
			}
			predicate = p
		}
		for {
			line := t.line
			object, err := t.object()
			if err != nil {
				return err
			}
			if !t.g.add(Statement{subject, predicate, object, line}) {
				t.full = true
				return nil
			}
			if !t.eat(",") {
				break
			}
		}
		if !t.eat(";") {
			return nil
		}
		for t.eat(";") {
		}
		if t.blank(); t.at >= len(t.s) || t.s[t.at] == '.' || t.s[t.at] == ']' {
			return nil
		}
	}
}

func (t *turtle) newBlank() Term {
	t.blanks++
	return Term{Kind: Blank, Value: fmt.Sprintf("_:.%d", t.blanks)} // a dot: no label in the text begins so
}

// nested reads what stands in [ ].
func (t *turtle) nested() (Term, *turtleError) {
	b := t.newBlank()
	if t.eat("]") {
		return b, nil
	}
	if t.depth++; t.depth > mostDepth {
		return b, t.fail("it nests deeper than %d levels", mostDepth)
	}
	if err := t.predicates(b); err != nil {
		return b, err
	}
	t.depth--
	if !t.eat("]") {
		return b, t.fail("a closing square bracket is missing")
	}
	return b, nil
}

// collection reads what stands in ( ).
func (t *turtle) collection() (Term, *turtleError) {
	if t.depth++; t.depth > mostDepth {
		return Term{}, t.fail("it nests deeper than %d levels", mostDepth)
	}
	head := Term{Kind: IRI, Value: nilIRI}
	var last Term
	for !t.eat(")") {
		item, err := t.object()
		if err != nil {
			return head, err
		}
		b := t.newBlank()
		if head.Value == nilIRI {
			head = b
		} else if !t.g.add(Statement{last, restIRI, b, t.line}) {
			t.full = true
		}
		if !t.g.add(Statement{b, firstIRI, item, t.line}) {
			t.full = true
		}
		last = b
	}
	if last.Kind != 0 && !t.g.add(Statement{last, restIRI, Term{Kind: IRI, Value: nilIRI}, t.line}) {
		t.full = true
	}
	t.depth--
	return head, nil
}
