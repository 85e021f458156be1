package dcat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/importers/rdf"
	"github.com/ospo-register/ospo/models"
)

// Page is a catalogue, or one page of it.
type Page struct {
	Title        string
	License      string // of the catalogue's own data, as stated
	Next         string // the address of the next page; "" for the last
	Total        int    // entries on all pages as stated; 0 when not stated
	Descriptions []models.Description
}

// Read reads a catalogue. base is the address it was got from, against which relative addresses are read; mediaType may be "" to tell the notation
// by the content. The page is never nil; what could not be read is in the remarks, in the order of lines.
func Read(content []byte, mediaType, base string) (*Page, []models.Remark) {
	g, remarks := rdf.Read(rdf.Input{Content: content, Notation: rdf.NotationOf(mediaType), Base: base, Terms: terms})
	r := &reader{g: g, remarks: remarks, records: map[rdf.Term]rdf.Term{}}
	for _, record := range g.OfType(dcatNS + "CatalogRecord") {
		for _, about := range g.Objects(record, foaf+"primaryTopic") {
			r.records[about] = record
		}
	}
	page := &Page{}
	for _, c := range g.OfType(dcatNS+"Catalog", dcatUS+"Catalog") {
		page.Title = first(page.Title, r.one(c, dct+"title"))
		page.License = first(page.License, r.license(c))
	}
	for _, s := range g.Statements {
		switch s.Predicate {
		case hydra + "next", hydra + "nextPage":
			if s.Object.Kind == rdf.IRI && s.Object.Value != base {
				page.Next = first(page.Next, s.Object.Value)
			} else if s.Object.Kind == rdf.Literal && strings.Contains(s.Object.Value, "://") {
				page.Next = first(page.Next, s.Object.Value)
			}
		case hydra + "totalItems":
			if n, err := strconv.Atoi(s.Object.Value); err == nil && n > page.Total {
				page.Total = n
			}
		}
	}
	entries := g.OfType(software...)
	if len(entries) == 0 {
		entries = g.OfType(dcatNS+"Dataset", dcatNS+"Resource")
	}
	for _, entry := range entries {
		if len(g.About(entry)) < 2 || r.partOnly(entry) {
			continue // only named, or the page of a catalogue
		}
		if d := r.read(entry); d != nil {
			page.Descriptions = append(page.Descriptions, *d)
		}
	}
	if len(page.Descriptions) == 0 && models.Valid(r.remarks) {
		r.remarks = append(r.remarks, models.Remark{Rule: "nothing-described", Severity: models.Warning, Message: "The text lists no assets, software or datasets."})
	}
	return page, r.remarks
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

type reader struct {
	g       *rdf.Graph
	remarks []models.Remark
	records map[rdf.Term]rdf.Term // what the catalogue says of its own entry of a thing
}

// partOnly reports whether something with the type of an entry is a catalogue, a series or a release that is a distribution of another.
func (r *reader) partOnly(t rdf.Term) bool {
	for _, kind := range r.g.Objects(t, rdfNS+"type") {
		if slices.Contains([]string{dcatNS + "Catalog", dcatNS + "DatasetSeries", dcatNS + "Distribution", dcatNS + "CatalogRecord", dcatNS + "DataService"}, kind.Value) {
			return true
		}
	}
	return false
}

func (r *reader) remark(rule string, severity models.Severity, key string, about rdf.Term, format string, args ...any) {
	line := 0
	if s := r.g.About(about); len(s) > 0 {
		line = s[0].Line
	}
	r.remarks = append(r.remarks, models.Remark{Rule: rule, Severity: severity, Key: key, Line: line, Message: fmt.Sprintf(format, args...)})
}

// label is what a term is called: a literal's text, what the graph says of a thing, or its address.
func (r *reader) label(t rdf.Term) string {
	if t.Kind == rdf.Literal {
		return strings.TrimSpace(t.Value)
	}
	for _, p := range []string{foaf + "name", skos + "prefLabel", rdfsNS + "label", dct + "title", schema + "name", schemaS + "name", vcard + "fn", vcard + "organization-name", doap + "name", dct + "identifier"} {
		if o := r.g.Objects(t, p); len(o) > 0 {
			return strings.TrimSpace(pick(o).Value)
		}
	}
	if t.Kind == rdf.IRI {
		return t.Value
	}
	return ""
}

// pick gives the literal in the default language, else the first.
func pick(terms []rdf.Term) rdf.Term {
	for _, t := range terms {
		if strings.HasPrefix(t.Language, models.DefaultLanguage) {
			return t
		}
	}
	return terms[0]
}

func (r *reader) labels(t rdf.Term, predicates ...string) []string {
	var out []string
	for _, o := range r.g.Objects(t, predicates...) {
		if s := r.label(o); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) one(t rdf.Term, predicates ...string) string {
	for _, p := range predicates {
		if all := r.g.Objects(t, p); len(all) > 0 {
			return r.label(pick(all))
		}
	}
	return ""
}

// address gives the first web address that any of the predicates says.
func (r *reader) address(t rdf.Term, predicates ...string) string {
	for _, p := range predicates {
		for _, o := range r.g.Objects(t, p) {
			if s := strings.TrimSpace(o.Value); o.Kind != rdf.Blank && strings.Contains(s, "://") {
				return s
			}
		}
	}
	return ""
}
