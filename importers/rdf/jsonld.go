package rdf

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

type jsonReader struct {
	g      *Graph
	doc    *jsontree.Document
	blanks int
	full   bool
}

// readJSON reads JSON-LD 1.1 as far as catalogues use it: contexts in the text with prefixes, types, languages and containers, those of terms and
// types, graphs, lists and reverse properties. Contexts elsewhere are not fetched; framing and @nest are not known.
func readJSON(g *Graph, in Input) []models.Remark {
	r := &jsonReader{g: g, doc: jsontree.Parse(in.Content)}
	root := &context{base: in.Base, given: in.Terms, terms: map[string]term{}, work: new(int)}
	for _, v := range r.doc.Root.List() {
		r.value(v, term{}, root, "")
	}
	if r.full {
		r.doc.Remark("too-much", models.Failure, "", nil, "The text makes more than 2,000,000 statements; it was read no further. Ask for it in pages.")
	}
	if len(g.Statements) == 0 && models.Valid(r.doc.Remarks) {
		r.doc.Remark("no-statements", models.Failure, "", r.doc.Root, "The text makes no statements that can be understood. Give it an @context.")
	}
	return r.doc.Ordered()
}

func (r *jsonReader) add(s Term, predicate string, o Term, v *jsontree.Value, reverse bool) {
	if o.Kind == 0 || s.Kind == 0 {
		return
	}
	if reverse {
		if o.Kind == Literal {
			return
		}
		s, o = o, s
	}
	if !r.g.add(Statement{s, predicate, o, r.doc.Line(v)}) {
		r.full = true
	}
}

func (r *jsonReader) newBlank() Term {
	r.blanks++
	return Term{Kind: Blank, Value: fmt.Sprintf("_:.%d", r.blanks)}
}

// value reads what a property says once; the zero Term means nothing.
func (r *jsonReader) value(v *jsontree.Value, def term, c *context, key string) Term {
	switch v.Kind {
	case jsontree.Null:
		return Term{}
	case jsontree.Object:
		return r.object(v, def, c, key)
	case jsontree.List:
		return r.list(v.Items, def, c, key) // a list of lists
	case jsontree.Bool, jsontree.Number:
		kind := xsd + "integer"
		switch {
		case strings.Contains(def.kind, ":"):
			kind = def.kind
		case v.Kind == jsontree.Bool:
			kind = xsd + "boolean"
		case strings.ContainsAny(v.Text, ".eE"):
			kind = xsd + "double"
		}
		return Term{Kind: Literal, Value: v.Text, Datatype: kind}
	}
	switch def.kind {
	case "@id":
		return r.reference(v.Text, c)
	case "@vocab":
		if iri := c.find(v.Text).id; iri != "" {
			return Term{Kind: IRI, Value: iri}
		}
		return r.reference(v.Text, c)
	case "", "@none", "@json":
		t := Term{Kind: Literal, Value: v.Text, Language: c.lang}
		if def.language != nil {
			t.Language = *def.language
		}
		return t
	}
	return Term{Kind: Literal, Value: v.Text, Datatype: def.kind}
}

// reference is a thing that is named by its address.
func (r *jsonReader) reference(s string, c *context) Term {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "_:") {
		return Term{Kind: Blank, Value: s}
	}
	if prefix, rest, ok := strings.Cut(s, ":"); ok && !strings.HasPrefix(rest, "//") {
		if t, ok := c.terms[prefix]; ok {
			return Term{Kind: IRI, Value: t.id + rest}
		}
	}
	return Term{Kind: IRI, Value: resolve(c.base, s)}
}

// object reads an object: a value, a list, a set or a node.
func (r *jsonReader) object(v *jsontree.Value, def term, c *context, key string) Term {
	if own := v.Get("@context"); own != nil {
		c = c.with(own, 0)
	}
	at := map[string]*jsontree.Value{}
	for _, m := range v.Members {
		if id := c.find(m.Name).id; strings.HasPrefix(id, "@") {
			at[id] = m.Value
		}
	}
	switch {
	case at["@value"] != nil:
		inner := at["@value"]
		if inner.Kind == jsontree.Null {
			return Term{}
		}
		t := Term{Kind: Literal, Value: inner.Text, Language: text(at["@language"])}
		if kind := at["@type"]; kind.Is(jsontree.String) {
			t.Datatype = c.iri(kind.Text, nil, 0)
		}
		if inner.Kind == jsontree.Object || inner.Kind == jsontree.List {
			t.Value = r.doc.Compact(inner)
		}
		return t
	case at["@list"] != nil:
		return r.list(at["@list"].List(), def, c, key)
	}
	return r.node(v, at, c, key)
}

func (r *jsonReader) list(items []*jsontree.Value, def term, c *context, key string) Term {
	next := Term{Kind: IRI, Value: nilIRI}
	for i := len(items) - 1; i >= 0 && !r.full; i-- {
		o := r.value(items[i], def, c, key)
		if o.Kind == 0 {
			continue
		}
		cell := r.newBlank()
		r.add(cell, firstIRI, o, items[i], false)
		r.add(cell, restIRI, next, items[i], false)
		next = cell
	}
	return next
}

func (r *jsonReader) node(v *jsontree.Value, at map[string]*jsontree.Value, c *context, key string) Term {
	var node Term
	if id := at["@id"]; id.Is(jsontree.String) {
		node = r.reference(id.Text, c)
	} else {
		node = r.newBlank()
	}
	for _, t := range at["@type"].List() {
		if own := c.terms[t.Text].context; own != nil {
			c = c.with(own, 0)
		}
	}
	for _, t := range at["@type"].List() {
		iri := c.iri(t.Text, nil, 0)
		if iri == "" {
			iri = resolve(c.base, t.Text)
		}
		r.add(node, typeIRI, Term{Kind: IRI, Value: iri}, t, false)
	}
	for _, m := range v.Members {
		def := c.find(m.Name)
		path := m.Name
		if key != "" {
			path = key + "." + m.Name
		}
		switch def.id {
		case "@graph", "@included":
			for _, item := range m.Value.List() {
				r.value(item, term{}, c, path)
			}
		case "@reverse":
			for _, back := range m.Value.Members {
				reverse := c.find(back.Name)
				reverse.reverse, reverse.kind = true, "@id"
				r.property(node, reverse, back.Value, c, path)
			}
		case "":
			r.doc.Once("unknown-term", models.Note, path, m.Value, "%s is no term of the text's context; it was passed over.", m.Name)
		default:
			if !strings.HasPrefix(def.id, "@") {
				r.property(node, def, m.Value, c, path)
			}
		}
	}
	return node
}

func (r *jsonReader) property(node Term, def term, v *jsontree.Value, c *context, path string) {
	if def.context != nil {
		c = c.with(def.context, 0)
	}
	if v.Kind == jsontree.Object && c.keyword(v, "@value") == nil && c.keyword(v, "@id") == nil {
		container := def.container
		if container == perhapsLanguages && byLanguage(v) {
			container = "@language"
		}
		switch container {
		case "@language":
			for _, m := range v.Members {
				for _, item := range m.Value.List() {
					t := Term{Kind: Literal, Value: item.Text, Language: m.Name}
					if c.find(m.Name).id == "@none" {
						t.Language = ""
					}
					if item.Kind == jsontree.String {
						r.add(node, def.id, t, item, def.reverse)
					}
				}
			}
			return
		case "@index", "@id", "@type", "@graph":
			for _, m := range v.Members {
				for _, item := range m.Value.List() {
					o := r.value(item, def, c, path)
					r.add(node, def.id, o, item, def.reverse)
				}
			}
			return
		}
	}
	if list := c.keyword(v, "@list"); def.container == "@list" && list == nil {
		r.add(node, def.id, r.list(v.List(), def, c, path), v, def.reverse)
		return
	}
	for _, item := range r.flat(v, c) {
		if r.full {
			return
		}
		r.add(node, def.id, r.value(item, def, c, path), item, def.reverse)
	}
}

// languageName is what an object by language has for names.
var languageName = regexp.MustCompile(`^(?:@none|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)$`)

// byLanguage reports whether an object holds texts by language: JSON-LD 1.1, 4.6.3.
func byLanguage(v *jsontree.Value) bool {
	for _, m := range v.Members {
		if !languageName.MatchString(m.Name) {
			return false
		}
		for _, item := range m.Value.List() {
			if item.Kind != jsontree.String {
				return false
			}
		}
	}
	return len(v.Members) > 0
}

// flat are the values of a property: lists within lists and sets are none of their own (JSON-LD 1.1 API, 5.1.2).
func (r *jsonReader) flat(v *jsontree.Value, c *context) []*jsontree.Value {
	if set := c.keyword(v, "@set"); set != nil {
		v = set
	}
	if v.Kind != jsontree.List {
		return v.List()
	}
	var out []*jsontree.Value
	for _, item := range v.Items {
		out = append(out, r.flat(item, c)...)
	}
	return out
}

func text(v *jsontree.Value) string {
	if v.Is(jsontree.String) {
		return v.Text
	}
	return ""
}
