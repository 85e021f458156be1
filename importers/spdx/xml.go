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

// tokens makes a lenient decoder. The declaration is passed over: the text is UTF-8 by now whatever it says, and XML 1.1 reads like 1.0.
func tokens(in *sbom.Input) *xml.Decoder {
	const longest = 1024
	head, _ := in.Peek(longest)
	if bytes.HasPrefix(head, []byte("<?xml")) {
		if end := bytes.Index(head, []byte("?>")); end >= 0 {
			_, _ = in.Discard(end + len("?>"))
		}
	}
	dec := xml.NewDecoder(in)
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	return dec
}

// decodeXML builds the tree. Where the markup breaks off, what came before is kept.
func (b *builder) decodeXML(in *sbom.Input) (*xmlElement, error) {
	root := &xmlElement{}
	open := []*xmlElement{root}
	dec := tokens(in)
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 1 {
			break
		}
		if err != nil {
			return root.documentElement(), b.brokenMarkup(dec, err)
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

// brokenMarkup makes a finding of an error, unless it is a limit.
func (b *builder) brokenMarkup(dec *xml.Decoder, err error) error {
	var refusal *models.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	line, _ := dec.InputPos()
	b.Notes.Add("broken-off", linePlace(line).Of(""), "The document cannot be read from line %d on (%v); what came before was kept.", line, err)
	return nil
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
