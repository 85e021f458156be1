package spdx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// readXML reads SPDX's XML, which is its JSON with elements for members: repeated elements are a list. (RDF is another notation: see readRDF.)
func readXML(in *sbom.Input, b *builder) (*models.SBOMDocument, error) {
	if err := in.Limit(b.Limits.MarkupBytes); err != nil {
		return nil, err
	}
	root, err := b.decodeXML(in)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := root.write(jsontext.NewEncoder(&out)); err != nil {
		return nil, err
	}
	return readJSON(&out, b, true)
}

// xmlElement is one element: either its text counts or its children do.
type xmlElement struct {
	name     string
	text     strings.Builder
	children []*xmlElement
}

// decodeXML builds the tree. Where the markup breaks off, what came before is kept.
func (b *builder) decodeXML(in *sbom.Input) (*xmlElement, error) {
	root := &xmlElement{}
	open := []*xmlElement{root}
	dec := in.XML()
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 1 {
			break
		}
		if err != nil {
			return root.documentElement(), b.BrokenMarkup(dec, err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > b.Limits.Depth {
				return nil, sbom.TooLarge("sbom-too-deep", "The document nests elements deeper than %d levels. No SBOM needs that; export it again.", b.Limits.Depth)
			}
			child := &xmlElement{name: t.Name.Local}
			top.children = append(top.children, child)
			open = append(open, child)
		case xml.EndElement:
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			top.text.Write(t)
		}
	}
	return root.documentElement(), nil
}

func (e *xmlElement) documentElement() *xmlElement {
	if len(e.children) == 0 {
		return e
	}
	return e.children[0]
}

// write gives the element as JSON; elements of one name become a list.
func (e *xmlElement) write(enc *jsontext.Encoder) error {
	if len(e.children) == 0 {
		return enc.WriteToken(jsontext.String(e.text.String()))
	}
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	byName := map[string][]*xmlElement{}
	var names []string
	for _, child := range e.children {
		if len(child.children) == 0 && strings.TrimSpace(child.text.String()) == "" {
			continue // an empty element says nothing
		}
		if byName[child.name] == nil {
			names = append(names, child.name)
		}
		byName[child.name] = append(byName[child.name], child)
	}
	for _, name := range names {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := writeAll(enc, byName[name]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

func writeAll(enc *jsontext.Encoder, same []*xmlElement) error {
	if len(same) == 1 {
		return same[0].write(enc)
	}
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for _, e := range same {
		if err := e.write(enc); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndArray)
}
