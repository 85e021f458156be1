package rdf

import (
	"maps"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
)

// term is what a context says of a name (JSON-LD 1.1, 9.15.1).
type term struct {
	id        string // expanded; a keyword or an IRI
	kind      string // @type: "@id", "@vocab", the IRI of a datatype
	language  *string
	container string
	reverse   bool
	context   *jsontree.Value // of its own
}

// context is the active one.
type context struct {
	base  string
	vocab string
	lang  string
	terms map[string]term
	given map[string]Definition // what the caller knows
	work  *int                  // terms copied so far in the whole text
}

// perhapsLanguages is the container of terms whose context is elsewhere: it may be one of languages.
const perhapsLanguages = "?"

// mostWork bounds how many terms are copied for contexts within contexts.
const mostWork = 5_000_000

// with gives the context with another laid over it. Addresses of contexts elsewhere add nothing: they are not fetched.
func (c *context) with(v *jsontree.Value, depth int) *context {
	if v == nil || depth > 8 {
		return c
	}
	switch v.Kind {
	case jsontree.List:
		out := c
		for _, item := range v.Items {
			out = out.with(item, depth+1)
		}
		return out
	case jsontree.Null:
		return &context{base: c.base, given: c.given, terms: map[string]term{}, work: c.work}
	case jsontree.Object:
	default:
		return c
	}
	if *c.work += len(c.terms) + len(v.Members); *c.work > mostWork {
		return c
	}
	out := &context{c.base, c.vocab, c.lang, maps.Clone(c.terms), c.given, c.work}
	if b := v.Get("@base"); b.Is(jsontree.String) {
		out.base = resolve(c.base, b.Text)
	}
	if l := v.Get("@language"); l != nil {
		out.lang = l.Text
	}
	own := map[string]*jsontree.Value{}
	for _, m := range v.Members {
		own[m.Name] = m.Value
	}
	if vocab := v.Get("@vocab"); vocab != nil {
		out.vocab = out.iri(vocab.Text, own, 0)
	}
	for _, m := range v.Members {
		if !strings.HasPrefix(m.Name, "@") {
			out.define(m.Name, m.Value, own)
		}
	}
	return out
}

func (c *context) define(name string, v *jsontree.Value, own map[string]*jsontree.Value) {
	if v.Kind != jsontree.Object {
		c.terms[name] = term{id: c.iri(v.Text, own, 0)}
		return
	}
	t := term{context: v.Get("@context")}
	if id := v.Get("@id"); id != nil {
		t.id = c.iri(id.Text, own, 0)
	} else if reverse := v.Get("@reverse"); reverse != nil {
		t.id, t.reverse = c.iri(reverse.Text, own, 0), true
	} else {
		delete(own, name)
		t.id = c.iri(name, own, 0)
	}
	if kind := v.Get("@type"); kind != nil {
		t.kind = c.iri(kind.Text, own, 0)
	}
	if l := v.Get("@language"); l != nil {
		t.language = &l.Text
	}
	for _, container := range v.Get("@container").List() {
		if container.Text != "@set" {
			t.container = container.Text
		}
	}
	c.terms[name] = t
}

// iri expands a name of the vocabulary: a keyword, a term, a name with a prefix, or one of @vocab. own are the terms that are being defined.
func (c *context) iri(name string, own map[string]*jsontree.Value, depth int) string {
	if strings.HasPrefix(name, "@") || name == "" || depth > 8 {
		return name
	}
	if v, ok := own[name]; ok && depth < 8 {
		target := v
		if v.Kind == jsontree.Object {
			target = v.Get("@id")
		}
		if target.Is(jsontree.String) && target.Text != name {
			return c.iri(target.Text, own, depth+1)
		}
	}
	if t, ok := c.terms[name]; ok {
		return t.id
	}
	if prefix, rest, ok := strings.Cut(name, ":"); ok {
		if strings.HasPrefix(rest, "//") || prefix == "_" {
			return name
		}
		if _, declared := own[prefix]; declared {
			return c.iri(prefix, own, depth+1) + rest
		}
		if t, ok := c.terms[prefix]; ok {
			return t.id + rest
		}
		if d, ok := c.given[prefix+":"]; ok {
			return d.IRI + rest
		}
		return name
	}
	if c.vocab != "" {
		return c.vocab + name
	}
	return c.given[name].IRI
}

// find gives what is known of a member's name; its id is "" when nothing is.
func (c *context) find(name string) term {
	if t, ok := c.terms[name]; ok {
		return t
	}
	id := c.iri(name, nil, 0)
	t := term{id: id}
	if d, ok := c.given[name]; ok && d.IRI != "" && (c.vocab == "" || d.IRI == id) {
		t.id = d.IRI
		if d.Refers {
			t.kind = "@id"
		} else {
			t.container = perhapsLanguages
		}
		return t
	}
	if !strings.HasPrefix(id, "@") && !strings.Contains(id, ":") {
		t.id = ""
	}
	if d, ok := c.given[id]; ok && d.Refers {
		t.kind = "@id" // the caller knows the IRI though the text's own context does not say what its texts are
	}
	return t
}

// keyword gives the member of an object that is a keyword or another name for it; nil when there is none.
func (c *context) keyword(v *jsontree.Value, word string) *jsontree.Value {
	if !v.Is(jsontree.Object) {
		return nil
	}
	for _, m := range v.Members {
		if m.Name == word || !strings.HasPrefix(m.Name, "@") && c.find(m.Name).id == word {
			return m.Value
		}
	}
	return nil
}
