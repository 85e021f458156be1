package spdx

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
)

// rdfGraph is what an RDF/XML document says, as far as SPDX 2 uses RDF/XML: nodes with properties, in turns. Names are taken
// without their namespaces, for the vocabulary of SPDX has no two that differ by it alone.
type rdfGraph struct {
	nodes     []*rdfNode // in the order of the document
	byID      map[string]*rdfNode
	namespace string // of the document, without the number sign
}

type rdfNode struct {
	kind  string // "Package"
	id    string // URI, "#…" or "_:…"; "" when it has none
	line  int
	props []*rdfProp
}

// rdfProp is one property: a text, a reference or a node within it.
type rdfProp struct {
	name string
	ref  string
	node *rdfNode
	body strings.Builder
}

// rdfFrame is an open element: a node or a property.
type rdfFrame struct {
	node *rdfNode
	prop *rdfProp
}

func (b *builder) readGraph(in *sbom.Input) (*rdfGraph, error) {
	g := &rdfGraph{byID: map[string]*rdfNode{}}
	dec := in.XML()
	var open []rdfFrame
	for {
		token, err := dec.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) || len(open) > 0 {
				err = b.BrokenMarkup(dec, err)
			} else {
				err = nil
			}
			g.findNamespace()
			return g, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > b.Limits.Depth {
				return nil, sbom.TooLarge("sbom-too-deep", "The document nests elements deeper than %d levels. No SBOM needs that; export it again.", b.Limits.Depth)
			}
			line, _ := dec.InputPos()
			open = append(open, g.open(open, t, line))
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1].prop != nil {
				open[len(open)-1].prop.body.Write(t)
			}
		}
	}
}

// open makes a frame of an element: a property within a node, else a node.
func (g *rdfGraph) open(above []rdfFrame, e xml.StartElement, line int) rdfFrame {
	if len(above) == 0 && e.Name.Local == "RDF" {
		return rdfFrame{}
	}
	if len(above) > 0 && above[len(above)-1].node != nil {
		return g.openProp(above[len(above)-1].node, e, line)
	}
	n := g.openNode(e, line)
	if len(above) > 0 && above[len(above)-1].prop != nil {
		above[len(above)-1].prop.node = n
	}
	return rdfFrame{node: n}
}

func (g *rdfGraph) openProp(n *rdfNode, e xml.StartElement, line int) rdfFrame {
	p := &rdfProp{name: e.Name.Local}
	n.props = append(n.props, p)
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "resource":
			p.ref = a.Value
		case "nodeID":
			p.ref = "_:" + a.Value
		case "parseType":
			if a.Value == "Resource" {
				p.node = &rdfNode{line: line}
				return rdfFrame{node: p.node}
			}
		}
	}
	if p.name == "type" && n.kind == "Description" {
		n.kind = lastPart(p.ref)
	}
	return rdfFrame{prop: p}
}

// openNode finds the node of that id, or makes it: a node may be described in several places.
func (g *rdfGraph) openNode(e xml.StartElement, line int) *rdfNode {
	n := &rdfNode{kind: e.Name.Local, line: line}
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "about":
			n.id = a.Value
		case "ID":
			n.id = "#" + a.Value
		case "nodeID":
			n.id = "_:" + a.Value
		case "xmlns", "base", "lang":
		default:
			if a.Name.Space != "xmlns" {
				p := &rdfProp{name: a.Name.Local}
				p.body.WriteString(a.Value)
				n.props = append(n.props, p)
			}
		}
	}
	if n.id != "" {
		if known := g.byID[n.id]; known != nil {
			if known.kind == "Description" {
				known.kind = n.kind
			}
			known.props = append(known.props, n.props...)
			return known
		}
		g.byID[n.id] = n
	}
	g.nodes = append(g.nodes, n)
	return n
}

func (g *rdfGraph) findNamespace() {
	g.namespace, _, _ = strings.Cut(g.document().id, "#")
}

// document is the SpdxDocument node; an empty one when there is none.
func (g *rdfGraph) document() *rdfNode {
	if docs := g.ofKind("SpdxDocument"); len(docs) > 0 {
		return docs[0]
	}
	return &rdfNode{}
}

func (g *rdfGraph) ofKind(kind string) []*rdfNode {
	var found []*rdfNode
	for _, n := range g.nodes {
		if n.kind == kind {
			found = append(found, n)
		}
	}
	return found
}

// target is the node a property leads to, or nil.
func (g *rdfGraph) target(p *rdfProp) *rdfNode {
	if p.node != nil || p.ref == "" {
		return p.node
	}
	if n := g.byID[p.ref]; n != nil {
		return n
	}
	if strings.HasPrefix(p.ref, "#") {
		return g.byID[g.namespace+p.ref]
	}
	return g.byID[strings.TrimPrefix(p.ref, g.namespace)]
}

// all gives the properties of that name.
func (n *rdfNode) all(name string) []*rdfProp {
	var found []*rdfProp
	for _, p := range n.props {
		if p.name == name {
			found = append(found, p)
		}
	}
	return found
}

// text is the text of the first property of that name, or the last part of what it refers to.
func (n *rdfNode) text(name string) string {
	for _, p := range n.props {
		if p.name == name {
			return p.text()
		}
	}
	return ""
}

func (p *rdfProp) text() string {
	if p.ref != "" {
		return lastPart(p.ref)
	}
	return strings.TrimSpace(p.body.String())
}

// lastPart is what stands after the last number sign or slash of a URI.
func lastPart(uri string) string {
	return uri[strings.LastIndexAny(uri, "#/")+1:]
}
