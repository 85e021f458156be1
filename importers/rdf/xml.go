package rdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
)

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// element is an open element: a node, a property of one, or a literal in XML.
type element struct {
	node     Term   // of a node element
	property string // of a property element: the predicate
	subject  Term   // of a property element: what it speaks of
	object   Term   // of a property element: what was found in it
	lang     string
	base     string
	datatype string
	kind     string // parseType
	items    []Term // of a collection
	text     strings.Builder
	members  int // rdf:li so far
	line     int
}

type xmlReader struct {
	g       *Graph
	dec     *xml.Decoder
	open    []*element
	blanks  int
	literal int // depth in parseType="Literal"
	remarks []models.Remark
}

// readXML reads RDF 1.1 XML Syntax, chapter 7. rdf:bagID and reification are passed over.
func readXML(g *Graph, in Input) []models.Remark {
	content := in.Content
	r := &xmlReader{g: g}
	if broken := brokenUTF8(content); broken >= 0 {
		line := bytes.Count(content[:broken], []byte("\n")) + 1
		r.remarks = append(r.remarks, models.Remark{Rule: "not-utf-8", Severity: models.Failure, Line: line, Message: "From here on the text is not in UTF-8, though it says so; signs that could not be read were replaced. Save it as UTF-8."})
		content = bytes.ToValidUTF8(content, []byte("\uFFFD"))
	}
	r.dec = xml.NewDecoder(bytes.NewReader(content))
	r.dec.CharsetReader = charset
	r.dec.Entity = map[string]string{}
	root := &element{base: in.Base}
	r.open = []*element{root}
	for {
		token, err := r.dec.Token()
		if errors.Is(err, io.EOF) && len(r.open) == 1 {
			break
		}
		if err != nil {
			r.remark("broken-xml", "This is not XML from here on: "+strings.TrimPrefix(err.Error(), "XML syntax error on ")+". What comes before was read.")
			break
		}
		if err := r.token(token); err != nil {
			r.remark("too-much", err.Error())
			break
		}
	}
	if len(g.Statements) == 0 && len(r.remarks) == 0 {
		r.remark("no-statements", "The text makes no statements. RDF/XML has descriptions within rdf:RDF.")
	}
	return r.remarks
}

// otherEncoding is an XML declaration that names another encoding than UTF-8.
var otherEncoding = regexp.MustCompile(`^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["'](?:[^uU]|[uU][^tT])`)

// brokenUTF8 finds where a text that should be in UTF-8 is not; -1 when it is, or says that it is in another encoding.
func brokenUTF8(content []byte) int {
	if utf8.Valid(content) || otherEncoding.Match(content) {
		return -1
	}
	at := 0
	for at < len(content) {
		c, n := utf8.DecodeRune(content[at:])
		if c == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}

func (r *xmlReader) remark(rule, message string) {
	line, column := r.dec.InputPos()
	r.remarks = append(r.remarks, models.Remark{Rule: rule, Severity: models.Failure, Line: line, Column: column, Message: message})
}

var errStatements = errors.New("the text makes more than 2,000,000 statements; it was read no further. Ask for it in pages")

func (r *xmlReader) add(s, o Term, p string, line int) error {
	if !r.g.add(Statement{s, p, o, line}) {
		return errStatements
	}
	return nil
}

func (r *xmlReader) top() *element { return r.open[len(r.open)-1] }

func (r *xmlReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		r.entities(string(t))
	case xml.StartElement:
		if r.literal > 0 {
			r.literal++
			return nil
		}
		if len(r.open) > 2*mostDepth {
			return fmt.Errorf("the text nests elements deeper than %d levels; it was read no further", mostDepth)
		}
		return r.start(t)
	case xml.CharData:
		if top := r.top(); top.property != "" {
			top.text.Write(t)
		}
	case xml.EndElement:
		if r.literal > 1 {
			r.literal--
			return nil
		}
		r.literal = 0
		return r.end()
	}
	return nil
}

func (r *xmlReader) start(t xml.StartElement) error {
	top := r.top()
	line, _ := r.dec.InputPos()
	e := &element{lang: top.lang, base: top.base, line: line}
	for _, a := range t.Attr {
		if a.Name.Space == xmlSpace && a.Name.Local == "lang" {
			e.lang = a.Value
		} else if a.Name.Space == xmlSpace && a.Name.Local == "base" {
			e.base = resolve(top.base, a.Value)
		}
	}
	r.open = append(r.open, e)
	if len(r.open) == 2 && t.Name.Space == ns && t.Name.Local == "RDF" {
		return nil
	}
	if top.node.Kind != 0 {
		return r.property(top, e, t)
	}
	return r.node(top, e, t)
}

// node is production 7.2.11, nodeElement.
func (r *xmlReader) node(top, e *element, t xml.StartElement) error {
	for _, a := range t.Attr {
		switch {
		case is(a, "about"):
			e.node = Term{Kind: IRI, Value: resolve(e.base, a.Value)}
		case is(a, "ID"):
			e.node = Term{Kind: IRI, Value: resolve(e.base, "#"+a.Value)}
		case is(a, "nodeID"):
			e.node = Term{Kind: Blank, Value: "_:" + a.Value}
		}
	}
	if e.node.Kind == 0 {
		e.node = r.newBlank()
	}
	if top.property != "" {
		if top.kind == "Collection" {
			top.items = append(top.items, e.node)
		} else {
			top.object = e.node
		}
	}
	if t.Name.Space != ns || t.Name.Local != "Description" {
		if err := r.add(e.node, Term{Kind: IRI, Value: t.Name.Space + t.Name.Local}, typeIRI, e.line); err != nil {
			return err
		}
	}
	return r.attributes(e.node, e, t.Attr)
}

// attributes are properties written as attributes, production 7.2.25.
func (r *xmlReader) attributes(node Term, e *element, attrs []xml.Attr) error {
	for _, a := range attrs {
		if !says(a) {
			continue
		}
		o := Term{Kind: Literal, Value: a.Value, Language: e.lang}
		if a.Name.Space == ns {
			o = Term{Kind: IRI, Value: resolve(e.base, a.Value)}
		}
		if err := r.add(node, o, a.Name.Space+a.Name.Local, e.line); err != nil {
			return err
		}
	}
	return nil
}

// property is production 7.2.14, propertyElt.
func (r *xmlReader) property(top, e *element, t xml.StartElement) error {
	e.subject, e.property = top.node, t.Name.Space+t.Name.Local
	if t.Name.Space == ns && t.Name.Local == "li" {
		top.members++
		e.property = fmt.Sprintf("%s_%d", ns, top.members)
	}
	for _, a := range t.Attr {
		switch {
		case is(a, "resource"):
			e.object = Term{Kind: IRI, Value: resolve(e.base, a.Value)}
		case is(a, "nodeID"):
			e.object = Term{Kind: Blank, Value: "_:" + a.Value}
		case is(a, "datatype"):
			e.datatype = resolve(e.base, a.Value)
		case is(a, "parseType"):
			e.kind = a.Value
		}
	}
	switch e.kind {
	case "Resource":
		e.object = r.newBlank()
		e.node = e.object // what stands in it are properties
	case "", "Collection":
	default:
		r.literal = 1
		e.datatype = ns + "XMLLiteral"
	}
	if e.object.Kind == 0 && e.kind == "" && slices.ContainsFunc(t.Attr, says) {
		e.object = r.newBlank() // production 7.2.21, emptyPropertyElt
	}
	if e.object.Kind != 0 {
		return r.attributes(e.object, e, t.Attr)
	}
	return nil
}

// says reports whether an attribute is a property.
func says(a xml.Attr) bool {
	return a.Name.Space != "" && a.Name.Space != "xmlns" && a.Name.Space != xmlSpace && a.Name.Local != "xmlns" && (a.Name.Space != ns || a.Name.Local == "type")
}

func (r *xmlReader) end() error {
	e := r.top()
	r.open = r.open[:len(r.open)-1]
	if e.property == "" {
		return nil
	}
	switch {
	case e.kind == "Collection":
		e.object = Term{Kind: IRI, Value: nilIRI}
		for i := len(e.items) - 1; i >= 0; i-- {
			cell := r.newBlank()
			if err := errors.Join(r.add(cell, e.items[i], firstIRI, e.line), r.add(cell, e.object, restIRI, e.line)); err != nil {
				return errStatements
			}
			e.object = cell
		}
	case e.object.Kind == 0:
		e.object = Term{Kind: Literal, Value: strings.ReplaceAll(e.text.String(), "\x00", "\uFFFD"), Datatype: e.datatype}
		if e.datatype == "" {
			e.object.Language = e.lang
		}
	}
	return r.add(e.subject, e.object, e.property, e.line)
}

func (r *xmlReader) newBlank() Term {
	r.blanks++
	return Term{Kind: Blank, Value: fmt.Sprintf("_:.%d", r.blanks)}
}

// is reports whether an attribute is one of RDF's; old documents write them without a prefix.
func is(a xml.Attr, name string) bool {
	return a.Name.Local == name && (a.Name.Space == ns || a.Name.Space == "")
}

var entity = regexp.MustCompile(`<!ENTITY\s+([\w.-]+)\s+(?:"([^"&%<]{0,500})"|'([^'&%<]{0,500})')\s*>`)

// entities takes the names for addresses that RDF/XML documents like to declare. Those made of others are not taken, so that nothing can swell.
func (r *xmlReader) entities(directive string) {
	for _, m := range entity.FindAllStringSubmatch(directive, 100) {
		r.dec.Entity[m[1]] = m[2] + m[3]
	}
}

// charset reads the one encoding besides UTF-8 that old tools write.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "us-ascii", "ascii", "utf8":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252", "iso-8859-15":
		content, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		runes := make([]rune, len(content))
		for i, c := range content {
			runes[i] = rune(c)
		}
		return strings.NewReader(string(runes)), nil
	}
	return nil, fmt.Errorf("the encoding %s is not known here; save the text in UTF-8", label)
}
