// Package dcat says software as assets of a catalogue in RDF, after DCAT-AP 3.0 and ADMS-AP: one graph, written as JSON-LD, Turtle or RDF/XML.
//
// It invents nothing, leaves out personal data only as far as the description does, and never reads. Start with Write and WriteOne.
package dcat

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Catalog is one page of a catalogue.
type Catalog struct {
	Address     string // of the catalogue, whatever page this is
	Title       string
	Description string
	Publisher   models.Party
	License     string // address of the licence of the data
	Homepage    string
	Modified    time.Time
	Total       models.Total // entries on all pages; not said where it is not exact
	Page        string       // address of this page
	First, Next string       // addresses; Next is "" on the last page
	Entries     []Entry
}

// Entry is one piece of software.
type Entry struct {
	Address     string // that stays: the subject of all that is said
	Description *models.Description
	Issued      time.Time // when it came into the catalogue
	Modified    time.Time // when it was last changed there
}

// Write gives a page of the catalogue with its entries, and all that it could not say of them as it was stated; the key of a loss begins with the place
// of the entry: entries[3].roadmap. The same page gives the same bytes.
func Write(c *Catalog, n Notation) ([]byte, []models.Loss) {
	w := &writer{}
	catalog := w.iri(c.Address)
	w.add(catalog, "rdf:type", word("dcat:Catalog"))
	w.add(catalog, "rdf:type", word("hydra:Collection"))
	w.add(catalog, "dct:title", text(c.Title, "en"))
	w.add(catalog, "dct:description", text(c.Description, "en"))
	w.add(catalog, "dct:publisher", w.agent(c.Publisher))
	w.coded(catalog, "dct:language", "language", "ENG")
	w.link(catalog, "dct:license", c.License, "dct:LicenseDocument")
	w.link(catalog, "foaf:homepage", c.Homepage, "foaf:Document")
	w.instant(catalog, "dct:modified", c.Modified)
	if c.Total.Exact {
		w.add(catalog, "hydra:totalItems", typed(fmt.Sprint(c.Total.Count), "xsd:integer"))
	}
	if page, ok := address(c.Page); ok {
		w.add(catalog, "hydra:view", page)
		w.add(page, "rdf:type", word("hydra:PartialCollectionView"))
		w.link(page, "hydra:first", c.First, "")
		w.link(page, "hydra:next", c.Next, "")
	}
	for i, e := range c.Entries {
		w.losses = nil
		w.add(catalog, "dcat:dataset", w.iri(e.Address))
		w.entry(&e)
		for _, l := range w.losses {
			l.Key = fmt.Sprintf("entries[%d].%s", i, l.Key)
			w.all = append(w.all, l)
		}
	}
	return w.write(n), w.all
}

// WriteOne gives one piece of software, and all that could not be said of it as it was stated.
func WriteOne(e *Entry, n Notation) ([]byte, []models.Loss) {
	w := &writer{}
	w.entry(e)
	return w.write(n), w.losses
}

type writer struct {
	graph
	d      *models.Description
	losses []models.Loss // of the entry at hand
	all    []models.Loss
}

func (w *writer) lose(key string, kind models.LossKind, what string) {
	w.losses = append(w.losses, models.Loss{Key: key, Kind: kind, What: what})
}

// iri is the subject for an address of ours, a blank node for none.
func (w *writer) iri(s string) term {
	if t, ok := address(s); ok {
		return t
	}
	return w.blank()
}

// link adds an address, and what kind of thing is there.
func (w *writer) link(subject term, predicate, s, class string) bool {
	t, ok := address(s)
	if ok {
		w.add(subject, predicate, t)
		if class != "" {
			w.add(t, "rdf:type", word(class))
		}
	}
	return ok
}

func (w *writer) instant(subject term, predicate string, t time.Time) {
	if !t.IsZero() {
		w.add(subject, predicate, typed(t.UTC().Format(time.RFC3339), "xsd:dateTime"))
	}
}

func (w *writer) agent(p models.Party) term {
	t := w.iri(p.URI)
	w.add(t, "rdf:type", word("foaf:Agent"))
	name := p.Name
	if name == "" {
		name = p.URI // DCAT-AP 3.0 wants a name of every agent
	}
	w.add(t, "foaf:name", text(name, ""))
	return t
}

// tables are those of EU Vocabularies that are used, with what their codes stand for. It is said with each code, so that a validator that does not load
// the tables finds what DCAT-AP 3.0 wants of them.
var tables = map[string]string{"language": "dct:LinguisticSystem", "country": "dct:Location", "data-theme": "skos:Concept", "access-right": "dct:RightsStatement"}

// coded adds a code of EU Vocabularies.
func (w *writer) coded(subject term, predicate, table, code string) term {
	t := term{kind: iri, value: "http://publications.europa.eu/resource/authority/" + table + "/" + code}
	w.add(subject, predicate, t)
	w.add(t, "rdf:type", word(tables[table]))
	return t
}

func (w *writer) entry(e *Entry) {
	d := e.Description
	w.d = d
	s := w.iri(e.Address)
	w.add(s, "rdf:type", word("dcat:Dataset"))
	w.add(s, "rdf:type", word("adms:Asset"))
	// ADMS-AP wants the building block of the European interoperability reference architecture that a solution is.
	w.add(s, "dct:relation", term{kind: iri, value: "http://data.europa.eu/dr8/DigitalSolution"})
	w.add(s, "dct:title", text(d.Name, ""))
	if d.Name == "" {
		w.lose("dct:title", models.LossGap, "The name of the software.")
	}
	w.texts(s)
	w.publisher(s)
	w.add(s, "dct:identifier", text(e.Address, ""))
	for _, id := range d.Identifiers {
		w.add(s, "dct:identifier", text(id, ""))
	}
	w.words(s)
	w.places(s)
	w.dates(s, e)
	w.access(s)
	w.status(s)
	w.pointers(s)
	w.distributions(s, e)
	w.contacts(s)
	w.needs(s)
	w.without()
}

func (w *writer) texts(s term) {
	d := w.d
	said := false
	for _, lang := range slices.Sorted(maps.Keys(d.Texts)) {
		t := d.Texts[lang]
		w.add(s, "dct:title", text(t.LocalisedName, lang))
		w.add(s, "skos:altLabel", text(t.GenericName, lang))
		description := t.Long
		if description == "" {
			description = t.Short
		} else {
			w.add(s, "dct:abstract", text(t.Short, lang))
		}
		said = said || description != ""
		w.add(s, "dct:description", text(description, lang))
		for _, f := range t.Features {
			w.add(s, "schema:featureList", text(f, lang))
		}
		for _, page := range []struct{ key, url string }{{"documentation", t.Documentation}, {"apiDocumentation", t.APIDocumentation}} {
			if page.url != "" && !w.link(s, "foaf:page", page.url, "foaf:Document") {
				w.lose("description."+lang+"."+page.key, models.LossDropped, fmt.Sprintf("%q is not a web address; left out.", page.url))
			}
		}
		for _, m := range []struct {
			key    string
			stated bool
		}{{"screenshots", len(t.Screenshots) > 0}, {"videos", len(t.Videos) > 0}, {"awards", len(t.Awards) > 0}} {
			if m.stated {
				w.lose("description."+lang+"."+m.key, models.LossDropped, none)
			}
		}
	}
	if !said {
		w.lose("dct:description", models.LossGap, "What the software does, in one language at least.")
	}
}

const none = "DCAT-AP and ADMS-AP have no property for it."
