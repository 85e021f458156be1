package dcat_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/ospo-register/ospo/importers/rdf"
)

const (
	sh   = "http://www.w3.org/ns/shacl#"
	rdfs = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
)

// shapes judge a graph by those constraints of SHACL that the shapes of DCAT-AP use, but for inverse paths.
type shapes struct{ shapes, data *rdf.Graph }

// violations names every node that breaks a shape.
func violations(t *testing.T, data *rdf.Graph) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/shapes.ttl")
	if err != nil {
		t.Fatal(err)
	}
	g, remarks := rdf.Read(rdf.Input{Content: content, Notation: rdf.Turtle})
	if len(remarks) > 0 {
		t.Fatal(remarks)
	}
	s := shapes{g, data}
	var out []string
	checked := 0
	for _, shape := range g.OfType(sh + "NodeShape") {
		for _, class := range s.of(shape, "targetClass") {
			for _, node := range data.OfType(class.Value) {
				checked++
				out = append(out, s.check(shape, node)...)
			}
		}
	}
	if checked == 0 {
		t.Fatal("no node was checked")
	}
	t.Logf("%d nodes checked", checked)
	slices.Sort(out)
	return out
}

func (s shapes) of(node rdf.Term, name string) []rdf.Term { return s.shapes.Objects(node, sh+name) }

func (s shapes) check(shape, node rdf.Term) []string {
	var out []string
	for _, p := range s.of(shape, "property") {
		paths := s.of(p, "path")
		if len(paths) != 1 || paths[0].Kind != rdf.IRI {
			continue
		}
		values := s.data.Objects(node, paths[0].Value)
		name := fmt.Sprintf("%s %s: ", node.Value, paths[0].Value)
		for _, n := range s.of(p, "minCount") {
			if len(values) < number(n) {
				out = append(out, fmt.Sprintf("%sthere are %d, at least %s are wanted", name, len(values), n.Value))
			}
		}
		for _, n := range s.of(p, "maxCount") {
			if len(values) > number(n) {
				out = append(out, fmt.Sprintf("%sthere are %d, at most %s are wanted", name, len(values), n.Value))
			}
		}
		for _, v := range values {
			for _, broken := range s.value(p, v) {
				out = append(out, name+v.Value+": "+broken)
			}
		}
	}
	return append(out, s.value(shape, node)...)
}

func number(t rdf.Term) int {
	var n int
	_, _ = fmt.Sscan(t.Value, &n)
	return n
}

// value judges one value by the constraints on a node.
func (s shapes) value(shape, v rdf.Term) []string {
	var out []string
	for _, k := range s.of(shape, "nodeKind") {
		kinds := map[string][]rdf.TermKind{"IRI": {rdf.IRI}, "Literal": {rdf.Literal}, "BlankNodeOrIRI": {rdf.IRI, rdf.Blank}}[k.Value[len(sh):]]
		if !slices.Contains(kinds, v.Kind) {
			out = append(out, "is not of kind "+k.Value)
		}
	}
	for _, d := range s.of(shape, "datatype") {
		if v.Kind != rdf.Literal || v.Datatype != d.Value {
			out = append(out, "is not a "+d.Value)
		}
	}
	for _, c := range s.of(shape, "class") {
		if !slices.Contains(s.data.OfType(c.Value), v) {
			out = append(out, "is not a "+c.Value)
		}
	}
	for _, name := range []string{"node", "shape"} {
		for _, other := range s.of(shape, name) {
			out = append(out, s.check(other, v)...)
		}
	}
	for _, st := range s.shapes.About(shape) {
		if st.Predicate != sh+"or" {
			continue
		}
		if !slices.ContainsFunc(s.list(st.Object), func(one rdf.Term) bool { return len(s.check(one, v)) == 0 }) {
			out = append(out, "is none of what is allowed")
		}
	}
	return out
}

// list opens an RDF list.
func (s shapes) list(head rdf.Term) []rdf.Term {
	var out []rdf.Term
	for head.Value != rdfs+"nil" && head.Value != "" {
		var next rdf.Term
		for _, st := range s.shapes.About(head) {
			switch st.Predicate {
			case rdfs + "first":
				out = append(out, st.Object)
			case rdfs + "rest":
				next = st.Object
			}
		}
		head = next
	}
	return out
}
