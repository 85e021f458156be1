package dcat

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// prefixes are the namespaces of all terms that are written, by name.
var prefixes = []struct{ name, namespace string }{
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"adms", "http://www.w3.org/ns/adms#"},
	{"dcat", "http://www.w3.org/ns/dcat#"},
	{"dct", "http://purl.org/dc/terms/"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"hydra", "http://www.w3.org/ns/hydra/core#"},
	{"owl", "http://www.w3.org/2002/07/owl#"},
	{"prov", "http://www.w3.org/ns/prov#"},
	{"schema", "http://schema.org/"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"spdx", "http://spdx.org/rdf/terms#"},
	{"vcard", "http://www.w3.org/2006/vcard/ns#"},
}

type kind byte

const (
	iri kind = iota
	blank
	literal
)

// term is a subject or an object. A term of a vocabulary is a name with its prefix: "dcat:Dataset".
type term struct {
	kind     kind
	value    string // an absolute IRI, the name of a blank node or the text of a literal
	language string
	datatype string // with prefix
}

type statement struct {
	subject   term
	predicate string // with prefix
	object    term
}

// graph is what is said, in the order in which it was said; nothing twice.
type graph struct {
	statements []statement
	said       map[statement]bool
	blanks     int
}

func (g *graph) add(subject term, predicate string, object term) {
	if g.said == nil {
		g.said = map[statement]bool{}
	}
	s := statement{subject, predicate, object}
	if g.said[s] || object.kind == literal && object.value == "" {
		return
	}
	g.said[s] = true
	g.statements = append(g.statements, s)
}

func (g *graph) blank() term {
	g.blanks++
	return term{kind: blank, value: fmt.Sprintf("b%d", g.blanks)}
}

// text is a literal in a language, or in none. What no XML can hold is left out (XML 1.0, 2.2), so that all notations say the same.
func text(s, language string) term {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if !tag.MatchString(language) {
		language = ""
	}
	return term{kind: literal, value: strings.ReplaceAll(s, "\r\n", "\n"), language: strings.ToLower(language)}
}

func typed(s, datatype string) term { return term{kind: literal, value: s, datatype: datatype} }

var tag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

// full is the IRI of a name with a prefix.
func full(name string) string {
	prefix, local, _ := strings.Cut(name, ":")
	for _, p := range prefixes {
		if p.name == prefix {
			return p.namespace + local
		}
	}
	panic("no namespace for " + name) // names are constants of this package
}

// word is a term of a vocabulary.
func word(name string) term { return term{kind: iri, value: full(name)} }

// address is an absolute IRI, with what may not stand in one escaped (RFC 3987, 2.2); ok is false when it is none.
func address(s string) (term, bool) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && (u.Opaque == "" || strings.ContainsAny(s, " \t\n")) || !utf8.ValidString(s) {
		return term{}, false
	}
	var b strings.Builder
	for _, r := range s {
		if r <= 0x20 || r == 0x7F || strings.ContainsRune("<>\"{}|\\^`", r) || !printable(r) {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
	return term{kind: iri, value: b.String()}, true
}

// printable leaves out what RFC 3987 does not let stand in an IRI beyond ASCII.
func printable(r rune) bool {
	return r < 0x80 || r >= 0xA0 && r < 0xE000 || r >= 0xF900 && r < 0xFDD0 || r >= 0xFDF0 && r < 0xFFF0 || r >= 0x10000 && r < 0xE0000 && r&0xFFFE != 0xFFFE
}

// short is an IRI as a name with a prefix, where its last part may stand there in all notations.
func short(i string) (string, bool) {
	for _, p := range prefixes {
		if local, ok := strings.CutPrefix(i, p.namespace); ok && name.MatchString(local) {
			return p.name + ":" + local, true
		}
	}
	return "", false
}

var name = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// subjects gives the statements of each subject together, in the order of first mention.
func (g *graph) subjects() [][]statement {
	at := map[term]int{}
	var out [][]statement
	for _, s := range g.statements {
		i, ok := at[s.subject]
		if !ok {
			i = len(out)
			at[s.subject] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	for _, group := range out {
		slices.SortStableFunc(group, func(a, b statement) int {
			switch {
			case a.predicate == b.predicate:
				return 0
			case a.predicate == "rdf:type":
				return -1
			case b.predicate == "rdf:type":
				return 1
			}
			return strings.Compare(a.predicate, b.predicate)
		})
	}
	return out
}
