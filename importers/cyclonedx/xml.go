package cyclonedx

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

// readXML reads CycloneDX's XML: it is turned into the JSON that says the same.
func readXML(in *sbom.Input, b *builder) (*models.SBOMDocument, error) {
	if err := in.Limit(b.Limits.MarkupBytes); err != nil {
		return nil, err
	}
	root, err := b.decodeXML(in)
	if err != nil {
		return nil, err
	}
	b.namespace(root.space)
	var out bytes.Buffer
	w := jsonWriter{Encoder: jsontext.NewEncoder(&out, jsontext.AllowInvalidUTF8(true))}
	w.object(root)
	if w.err != nil {
		return nil, w.err
	}
	root = nil
	return readJSON(&out, b, true)
}

// schema begins the names of CycloneDX's namespaces; what follows is the version.
const schema = "http://cyclonedx.org/schema/bom/"

// namespace reads the version, which XML states in the namespace.
func (b *builder) namespace(uri string) {
	version, ours := strings.CutPrefix(uri, schema)
	if !ours {
		b.Notes.Add("xml-namespace", "", "The root element is in the namespace %s, not in one of CycloneDX; the document was read as CycloneDX all the same.", sbom.Quote(uri))
		return
	}
	b.Doc.SpecVersion = strings.TrimSpace(version)
}

// element is one XML element: its attributes come first among the children.
type element struct {
	name, space string
	attribute   bool
	text        []byte
	children    []*element
}

// decodeXML builds the tree. Where the markup breaks off, what came before is kept. Entities that the document defines are not
// known here, so that none is ever replaced by more than a character.
func (b *builder) decodeXML(in *sbom.Input) (*element, error) {
	root := &element{}
	open := []*element{root}
	words := map[string]string{} // names met before, so that each is kept once
	dec := in.XML()
	for {
		token, err := dec.Token()
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
			if len(bytes.TrimSpace(top.text)) == 0 {
				top.text = nil // the blanks before a child say nothing
			}
			child := newElement(t, words)
			top.children = append(top.children, child)
			open = append(open, child)
		case xml.EndElement:
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			top.text = append(top.text, t...)
		case xml.Directive:
			b.Notes.Once("xml-doctype", "", "", "The document has a document type declaration; it was passed over, and entities that it defines stand as they are.")
		}
	}
	return root.documentElement(), nil
}

// jsonNames are attributes and elements whose JSON names are others.
var jsonNames = map[string]string{"content-type": "contentType", "license-identifier": "licenseIdentifier"}

func newElement(t xml.StartElement, words map[string]string) *element {
	e := &element{name: word(words, t.Name.Local), space: t.Name.Space}
	for _, a := range t.Attr {
		if a.Name.Space != "" || a.Name.Local == "xmlns" {
			continue
		}
		name := a.Name.Local
		if other, ok := jsonNames[name]; ok {
			name = other
		}
		e.children = append(e.children, &element{name: word(words, name), space: t.Name.Space, attribute: true, text: []byte(a.Value)})
	}
	return e
}

// word gives the same string for the same name each time.
func word(words map[string]string, name string) string {
	const most = 1000
	if known, ok := words[name]; ok {
		return known
	}
	if len(words) < most {
		words[name] = name
	}
	return name
}

func (e *element) documentElement() *element {
	for _, child := range e.children {
		return child
	}
	return e
}
