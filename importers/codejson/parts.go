package codejson

import (
	"fmt"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

func (r *release) dates() {
	v, name := r.Take("date", "updated", "Updated", "dates")
	r.d.ModifiedOn = r.Date("Update_Date")
	if v == nil {
		return
	}
	items := v.List()
	if len(items) > 1 {
		r.Doc.Once("wrong-type", models.Warning, r.Key(name), v, "%s should be one object; the first that says a date was taken.", name)
	}
	for i, item := range items {
		if item.Kind != jsontree.Object {
			r.Wrong(item, name, "an object with created, lastModified and metadataLastUpdated")
			continue
		}
		at := name
		if v.Kind == jsontree.List {
			at = fmt.Sprintf("%s[%d]", name, i)
		}
		c := r.Within(item, at)
		r.first(&r.d.CreatedOn, c.Date("created", "Created"))
		r.first(&r.d.ModifiedOn, c.Date("lastModified", "modified"))
		r.first(&r.d.MetadataOn, c.Date("metadataLastUpdated", "metaDataLastUpdated", "LastMetadataUpdate", "lastUpdated"))
		if r.d.ModifiedOn == nil {
			r.d.ModifiedOn = c.Date("lastCommit", "LastCommitDate")
		}
		c.Rest(r.d.Kept, func(string) bool { return true })
	}
}

func (r *release) first(to **models.Date, d *models.Date) {
	if *to == nil {
		*to = d
	}
}

// contacts reads one contact or a list of them; a bare text is an address of mail or a name.
func (r *release) contacts(names ...string) []models.Contact {
	v, name := r.Take(names...)
	if name == "contact" && v.Is(jsontree.List) {
		r.Doc.Once("wrong-type", models.Warning, r.Key(name), v, "contact should be one object.")
	}
	var out []models.Contact
	for i, item := range v.List() {
		at := name
		if v.Kind == jsontree.List && len(v.Items) > 1 {
			at = fmt.Sprintf("%s[%d]", name, i)
		}
		var k models.Contact
		switch s := strings.TrimSpace(item.Text); {
		case item.Empty():
			continue
		case item.Kind == jsontree.Object:
			c := r.Within(item, at)
			k = models.Contact{Name: c.Text("name"), Email: c.Text("email"), Phone: c.Text("phone")}
			c.Rest(r.d.Kept, known)
		case item.Kind == jsontree.String && strings.Contains(s, "@"):
			k.Email = s
		case item.Kind == jsontree.String:
			k.Name = s
		default:
			r.Wrong(item, name, "an object with name and email")
			continue
		}
		k.Email = strings.TrimPrefix(k.Email, "mailto:")
		if k != (models.Contact{}) {
			out = append(out, k)
		}
	}
	return out
}

func (r *release) related(name string) []models.RelatedCode {
	v, _ := r.Take(name)
	var out []models.RelatedCode
	for i, item := range v.List() {
		var k models.RelatedCode
		switch {
		case item.Kind == jsontree.Object:
			c := r.Within(item, fmt.Sprintf("%s[%d]", name, i))
			k = models.RelatedCode{Name: c.Text("name", "codeName"), URL: c.Text("URL", "url", "codeURL"), Government: c.Bool("isGovernmentRepo")}
			if k.Name != "" || k.URL != "" {
				c.Rest(r.d.Kept, nil)
			}
		case item.Kind == jsontree.String && strings.Contains(item.Text, "://"):
			k.URL = strings.TrimSpace(item.Text)
		case item.Kind == jsontree.String:
			k.Name = strings.TrimSpace(item.Text)
		case !item.Empty():
			r.Wrong(item, name, "a list of objects with name and URL")
		}
		if k.Name != "" || k.URL != "" {
			out = append(out, k)
		}
	}
	return out
}
