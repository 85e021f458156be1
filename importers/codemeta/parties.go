package codemeta

import (
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// people reads who stands behind the software. Authors and contributors are kept as they stand: they are not who to ask.
func (r *reader) people() {
	d := r.d
	for _, p := range r.parties("publisher", "producer", "sourceOrganization", "provider") {
		if d.Organisation == (models.Party{}) {
			d.Organisation = p
		}
	}
	d.FundedBy = append(r.parties("funder"), r.parties("sponsor")...)
	d.CopyrightOwner = strings.Join(r.many("copyrightHolder"), ", ")
	v, name := r.Take("maintainer", "contactPoint")
	list := items(v)
	for i, item := range list {
		c := r.Within(item, at(name, i, len(list)))
		k := models.Contact{Name: said(item)}
		if item.Kind == jsontree.Object {
			k = models.Contact{Name: person(item), Email: strings.TrimPrefix(said(item.Get("email")), "mailto:"), Phone: said(item.Get("telephone")), Affiliation: said(item.Get("affiliation"))}
			for _, n := range []string{"@id", "@type", "name", "givenName", "familyName", "email", "telephone", "affiliation", "role", "identifier", "url"} {
				c.Take(n)
			}
			c.Rest(d.Kept, nil)
		}
		if k != (models.Contact{}) {
			d.Contacts = append(d.Contacts, k)
		}
	}
}

func person(v *jsontree.Value) string {
	if name := said(v.Get("name")); name != "" {
		return name
	}
	return strings.TrimSpace(said(v.Get("givenName")) + " " + said(v.Get("familyName")))
}

// parties reads bodies by name and address.
func (r *reader) parties(names ...string) []models.Party {
	v, _ := r.Take(names...)
	var out []models.Party
	for _, item := range items(v) {
		p := models.Party{Name: said(item)}
		if item.Kind == jsontree.Object {
			p = models.Party{Name: person(item)}
			for _, n := range []string{"@id", "url", "sameAs", "identifier"} {
				if s := address(item.Get(n)); strings.Contains(s, ":") && p.URI == "" && !strings.HasPrefix(s, "_:") {
					p.URI = s
				}
			}
		} else if strings.Contains(p.Name, "://") {
			p = models.Party{URI: p.Name}
		}
		if p != (models.Party{}) {
			out = append(out, p)
		}
	}
	return out
}

// needs reads what the software needs to run, and may use.
func (r *reader) needs() {
	for _, n := range []struct {
		names    []string
		optional string
	}{{[]string{"softwareRequirements", "requirements", "depends"}, ""}, {[]string{"softwareSuggestions", "suggests"}, "yes"}} {
		v, name := r.Take(n.names...)
		for _, item := range items(v) {
			k := models.Dependency{Name: said(item), Optional: n.optional != ""}
			if item.Kind == jsontree.Object {
				k.Version = said(item.Get("version"))
				if s := said(item.Get("softwareVersion")); s != "" {
					k.Version = s
				}
				if len(item.Members) > 4 {
					r.Leave(name)
				}
			}
			if k.Name != "" {
				r.d.Open = append(r.d.Open, k)
			}
		}
	}
}
