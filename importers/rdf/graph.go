package rdf

import (
	"bytes"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// Notation is a way to write RDF down.
type Notation string

const (
	Turtle Notation = "turtle"
	XML    Notation = "rdf-xml"
	JSONLD Notation = "json-ld"
)

const (
	ns       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	typeIRI  = ns + "type"
	firstIRI = ns + "first"
	restIRI  = ns + "rest"
	nilIRI   = ns + "nil"
	xsd      = "http://www.w3.org/2001/XMLSchema#"
)

const (
	mostBytes      = jsontree.MostBytes
	mostStatements = 2_000_000
	mostDepth      = 64
	mostRemarks    = 1_000
)

// TermKind is what a term is.
type TermKind byte

const (
	IRI TermKind = iota + 1
	Blank
	Literal
)

// Term is a subject or an object.
type Term struct {
	Kind     TermKind
	Value    string // an IRI, the name of a blank node with "_:" before it, or the text of a literal
	Language string // BCP 47, of a literal
	Datatype string // IRI, of a literal; "" for plain text
}

// Statement says of its subject that the object is what the predicate names.
type Statement struct {
	Subject   Term
	Predicate string
	Object    Term
	Line      int // where it stands; 0 when that is not known
}

// Graph is what a text says.
type Graph struct {
	Statements []Statement
	by         map[Term][]int // statements of a subject
	order      []Term         // subjects as they come
}

// Definition is what a JSON-LD text may leave to a context elsewhere: the IRI of a term, and whether its texts are IRIs.
type Definition struct {
	IRI    string
	Refers bool
}

// Input is a text to read.
type Input struct {
	Content  []byte
	Notation Notation              // "" to tell by the content
	Base     string                // the address it was got from; "" for none
	Terms    map[string]Definition // for JSON-LD without its context
}

// Read reads a text. The graph holds what could be read, and remarks say what could not, in the order of lines.
func Read(in Input) (*Graph, []models.Remark) {
	g := &Graph{by: map[Term][]int{}}
	if len(in.Content) > mostBytes {
		return g, []models.Remark{{Rule: "too-large", Severity: models.Fatal, Message: "The text is larger than 64 MB; nothing of it was read. Ask for it in pages."}}
	}
	if len(bytes.TrimSpace(in.Content)) == 0 {
		return g, []models.Remark{{Rule: "empty", Severity: models.Fatal, Message: "The text is empty."}}
	}
	if in.Notation == "" {
		in.Notation = sniff(in.Content)
	}
	switch in.Notation {
	case JSONLD:
		return g, readJSON(g, in)
	case XML:
		return g, readXML(g, in)
	}
	return g, readTurtle(g, in)
}

// NotationOf tells the notation by a media type; "" when it names none.
func NotationOf(mediaType string) Notation {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "text/turtle", "application/x-turtle", "application/n-triples", "text/n3":
		return Turtle
	case "application/rdf+xml":
		return XML
	case "application/ld+json":
		return JSONLD
	}
	return ""
}

func sniff(content []byte) Notation {
	head := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("[{")), bytes.HasPrefix(head, []byte("[\n")), bytes.HasPrefix(head, []byte("[ {")):
		return JSONLD
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<rdf:")), bytes.HasPrefix(head, []byte("<!--")), bytes.HasPrefix(head, []byte("<!DOCTYPE")), bytes.HasPrefix(head, []byte("<RDF")):
		return XML
	}
	return Turtle
}

// add keeps a statement; false means that there are too many.
func (g *Graph) add(s Statement) bool {
	if len(g.Statements) >= mostStatements {
		return false
	}
	if _, known := g.by[s.Subject]; !known {
		g.order = append(g.order, s.Subject)
	}
	g.by[s.Subject] = append(g.by[s.Subject], len(g.Statements))
	g.Statements = append(g.Statements, s)
	return true
}

// About gives the statements of a subject in the order of the text.
func (g *Graph) About(subject Term) []Statement {
	var out []Statement
	for _, i := range g.by[subject] {
		out = append(out, g.Statements[i])
	}
	return out
}

// Objects gives what any of the predicates say of a subject, with the lists of RDF opened.
func (g *Graph) Objects(subject Term, predicates ...string) []Term {
	var out []Term
	for _, p := range predicates {
		for _, i := range g.by[subject] {
			if s := g.Statements[i]; s.Predicate == p {
				out = append(out, g.opened(s.Object)...)
			}
		}
	}
	return out
}

// opened gives the items of a list, or the term itself when it is none.
func (g *Graph) opened(t Term) []Term {
	if t.Kind == Literal {
		return []Term{t}
	}
	var items []Term
	seen := map[Term]bool{}
	for at := t; at.Value != nilIRI && !seen[at]; {
		seen[at] = true
		var first, rest *Term
		for _, i := range g.by[at] {
			switch s := g.Statements[i]; s.Predicate {
			case firstIRI:
				first = &s.Object
			case restIRI:
				rest = &s.Object
			}
		}
		if first == nil {
			break
		}
		items = append(items, *first)
		if rest == nil {
			break
		}
		at = *rest
	}
	if len(items) == 0 && t.Value != nilIRI {
		return []Term{t}
	}
	return items
}

// OfType gives the subjects that have any of the types, in the order of the text.
func (g *Graph) OfType(types ...string) []Term {
	var out []Term
	for _, subject := range g.order {
		for _, t := range g.Objects(subject, typeIRI) {
			if contains(types, t.Value) {
				out = append(out, subject)
				break
			}
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
