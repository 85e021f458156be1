package dcat

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// Notation is a way to write a graph down.
type Notation string

const (
	JSONLD Notation = "jsonld"
	Turtle Notation = "turtle"
	RDFXML Notation = "rdfxml"
)

// Notations lists them, the preferred first.
var Notations = []Notation{JSONLD, Turtle, RDFXML}

// MediaType is what an answer in the notation is served as.
func (n Notation) MediaType() string {
	switch n {
	case Turtle:
		return "text/turtle"
	case RDFXML:
		return "application/rdf+xml"
	}
	return "application/ld+json"
}

// Extension is the end of the name of a file in the notation.
func (n Notation) Extension() string {
	switch n {
	case Turtle:
		return "ttl"
	case RDFXML:
		return "rdf"
	}
	return "jsonld"
}

func (g *graph) write(n Notation) []byte {
	switch n {
	case Turtle:
		return g.turtle()
	case RDFXML:
		return g.xml()
	}
	return g.jsonLD()
}

// turtle writes RDF 1.1 Turtle: one block for each subject.
func (g *graph) turtle() []byte {
	var b bytes.Buffer
	for _, p := range prefixes {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", p.name, p.namespace)
	}
	for _, group := range g.subjects() {
		b.WriteString("\n" + turtleTerm(group[0].subject))
		for i, s := range group {
			switch {
			case i > 0 && s.predicate == group[i-1].predicate:
				b.WriteString(", ")
			case i > 0:
				b.WriteString(" ;\n    " + turtlePredicate(s.predicate) + " ")
			default:
				b.WriteString(" " + turtlePredicate(s.predicate) + " ")
			}
			b.WriteString(turtleTerm(s.object))
		}
		b.WriteString(" .\n")
	}
	return b.Bytes()
}

func turtlePredicate(p string) string {
	if p == "rdf:type" {
		return "a"
	}
	return p
}

var turtleEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

func turtleTerm(t term) string {
	switch t.kind {
	case blank:
		return "_:" + t.value
	case literal:
		s := `"` + turtleEscapes.Replace(t.value) + `"`
		switch {
		case t.language != "":
			return s + "@" + t.language
		case t.datatype != "":
			return s + "^^" + t.datatype
		}
		return s
	}
	if s, ok := short(t.value); ok {
		return s
	}
	return "<" + t.value + ">"
}

// xml writes RDF 1.1 XML: one description for each subject.
func (g *graph) xml() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<rdf:RDF")
	for _, p := range prefixes {
		fmt.Fprintf(&b, "\n    xmlns:%s=\"%s\"", p.name, p.namespace)
	}
	b.WriteString(">\n")
	for _, group := range g.subjects() {
		b.WriteString("  <rdf:Description " + reference("about", group[0].subject) + ">\n")
		for _, s := range group {
			b.WriteString("    <" + s.predicate)
			switch {
			case s.object.kind != literal:
				b.WriteString(" " + reference("resource", s.object) + "/>\n")
				continue
			case s.object.language != "":
				b.WriteString(` xml:lang="` + s.object.language + `"`)
			case s.object.datatype != "":
				b.WriteString(` rdf:datatype="` + full(s.object.datatype) + `"`)
			}
			b.WriteString(">" + escaped(s.object.value) + "</" + s.predicate + ">\n")
		}
		b.WriteString("  </rdf:Description>\n")
	}
	b.WriteString("</rdf:RDF>\n")
	return b.Bytes()
}

func reference(attribute string, t term) string {
	if t.kind == blank {
		return `rdf:nodeID="` + t.value + `"`
	}
	return `rdf:` + attribute + `="` + escaped(t.value) + `"`
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

// jsonLD writes JSON-LD 1.1, flattened, with a context of prefixes only, so that no program has to fetch one.
func (g *graph) jsonLD() []byte {
	context := map[string]string{}
	for _, p := range prefixes {
		context[p.name] = p.namespace
	}
	nodes := []map[string]any{}
	for _, group := range g.subjects() {
		node := map[string]any{"@id": jsonID(group[0].subject)}
		for _, s := range group {
			if s.predicate == "rdf:type" {
				node["@type"] = append(list(node["@type"]), jsonID(s.object))
				continue
			}
			node[s.predicate] = append(list(node[s.predicate]), jsonValue(s.object))
		}
		for key, value := range node {
			if values, ok := value.([]any); ok && len(values) == 1 {
				node[key] = values[0]
			}
		}
		nodes = append(nodes, node)
	}
	out, err := json.MarshalIndent(map[string]any{"@context": context, "@graph": nodes}, "", "  ")
	if err != nil {
		panic(err) // texts, lists and objects only
	}
	return append(out, '\n')
}

func list(v any) []any {
	values, _ := v.([]any)
	return values
}

func jsonID(t term) string {
	if t.kind == blank {
		return "_:" + t.value
	}
	if s, ok := short(t.value); ok {
		return s
	}
	return t.value
}

func jsonValue(t term) any {
	switch {
	case t.kind != literal:
		return map[string]string{"@id": jsonID(t)}
	case t.language != "":
		return map[string]string{"@value": t.value, "@language": t.language}
	case t.datatype != "":
		return map[string]string{"@value": t.value, "@type": t.datatype}
	}
	return t.value
}
