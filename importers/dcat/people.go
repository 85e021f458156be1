package dcat

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/rdf"
	"github.com/ospo-register/ospo/models"
)

func (r *reader) people(t rdf.Term, d *models.Description) {
	for _, o := range r.g.Objects(t, dct+"publisher", schema+"publisher", dct+"creator", doap+"vendor") {
		p := models.Party{Name: r.label(o)}
		if o.Kind == rdf.IRI {
			p.URI = o.Value
			if p.Name == o.Value {
				p.Name = ""
			}
		}
		if p != (models.Party{}) {
			d.Organisation = p
			break
		}
	}
	for _, o := range r.g.Objects(t, schema+"funder") {
		d.FundedBy = append(d.FundedBy, models.Party{Name: r.label(o)})
	}
	for _, o := range r.g.Objects(t, dcatNS+"contactPoint", adms+"contactPoint", doap+"maintainer", schema+"maintainer") {
		c := models.Contact{Name: r.one(o, vcard+"fn", vcard+"hasFN", foaf+"name", schema+"name", vcard+"organization-name")}
		c.Email = strings.TrimPrefix(r.reach(o, vcard+"hasEmail", vcard+"email", foaf+"mbox", schema+"email"), "mailto:")
		c.Phone = strings.TrimPrefix(r.reach(o, vcard+"hasTelephone", vcard+"tel", foaf+"phone", schema+"telephone"), "tel:")
		if o.Kind == rdf.Literal {
			c.Name = o.Value
		}
		if c != (models.Contact{}) && !slices.Contains(d.Contacts, c) {
			d.Contacts = append(d.Contacts, c)
		}
	}
}

// reach is an address of mail or a telephone number, which vcard keeps in a node of its own at times.
func (r *reader) reach(t rdf.Term, predicates ...string) string {
	for _, o := range r.g.Objects(t, predicates...) {
		if v := r.g.Objects(o, vcard+"hasValue", vcard+"value"); len(v) > 0 {
			return strings.TrimSpace(v[0].Value)
		}
		if o.Kind == rdf.Blank {
			continue
		}
		v := strings.TrimSpace(o.Value)
		if _, path, web := strings.Cut(v, "://"); web { // a number or a mailbox that its notation took for an address on the same site
			v = path[strings.LastIndexByte(path, '/')+1:]
		}
		return v
	}
	return ""
}

// placed are the predicates that have a place in a description. Those that may say more than was taken are not among them.
var placed = func() map[string]bool {
	out := map[string]bool{}
	for space, names := range map[string]string{
		rdfNS:   "type",
		rdfsNS:  "label",
		dct:     "title alternative description abstract publisher creator license language conformsTo relation isVersionOf identifier issued modified created subject accessRights",
		dc:      "title description subject",
		dcatNS:  "contactPoint landingPage keyword theme version downloadURL",
		adms:    "includedAsset identifier contactPoint",
		admssw:  "repository package programmingLanguage",
		foaf:    "homepage page logo",
		skos:    "altLabel",
		owl:     "versionInfo",
		prov:    "wasDerivedFrom",
		doap:    "name shortdesc description repository release homepage download-page bug-database license category os programming-language created vendor maintainer",
		pod:     "accessLevel",
		schema:  "name description codeRepository url downloadUrl logo license softwareVersion keywords applicationCategory operatingSystem programmingLanguage isBasedOn softwareRequirements identifier inLanguage datePublished dateModified dateCreated publisher funder maintainer",
		schemaS: "name description codeRepository url logo license softwareVersion programmingLanguage datePublished dateModified",
	} {
		for name := range strings.FieldsSeq(names) {
			out[space+name] = true
		}
	}
	return out
}()

// kept keeps what has no place, by predicate.
func (r *reader) kept(t rdf.Term, d *models.Description) {
	kept := map[string][]any{}
	for _, s := range r.g.About(t) {
		if !placed[s.Predicate] {
			kept[s.Predicate] = append(kept[s.Predicate], r.plain(s.Object, 0))
		}
	}
	for predicate, values := range kept {
		if b, err := json.Marshal(values); err == nil {
			if d.Kept == nil {
				d.Kept = map[string]string{}
			}
			d.Kept[predicate] = string(b)
		}
	}
}

// plain is a term as JSON: a text, or an object of what a node without a name says.
func (r *reader) plain(t rdf.Term, depth int) any {
	if t.Kind != rdf.Blank || depth > 3 {
		return t.Value
	}
	out := map[string][]any{}
	for _, s := range r.g.About(t) {
		out[s.Predicate] = append(out[s.Predicate], r.plain(s.Object, depth+1))
	}
	return out
}
