package opencatalog

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
)

// Software is one entry of a catalogue.
type Software struct {
	ID          string
	URL         string
	Aliases     []string
	Source      string // the text of its publiccode.yml; "" when the catalogue has none
	Active      bool
	Vitality    string // as a crawler wrote it
	CatalogID   string
	CreatedAt   *time.Time
	UpdatedAt   *time.Time
	Description models.Description // of Source; with no more than the address when that cannot be read
	Remarks     []models.Remark    // on Source
}

// Page is one page of an answer.
type Page struct {
	Software []Software
	Next     string // relative to the address that was asked, as the API gives it; "" for the last page
}

// ReadSoftware reads an answer of /software, of /catalogs/{id}/software or of /software/{id}. The page is nil only when nothing could be read; an
// entry that cannot be read is remarked and left out.
func ReadSoftware(content []byte) (*Page, []models.Remark) {
	doc := jsontree.Parse(content)
	list, next := unwrap(doc)
	if list == nil {
		return nil, doc.Ordered()
	}
	page := &Page{Next: next}
	for i, item := range list {
		at := fmt.Sprintf("data[%d]", i)
		if item.Kind != jsontree.Object || item.Cut {
			doc.Remark("wrong-type", models.Failure, at, item, "An entry is an object in braces, and whole; this one was left out.")
			continue
		}
		c := doc.Object(item, at)
		s := Software{ID: c.Text("id"), Aliases: c.Texts("aliases"), Source: raw(item, "publiccodeYml"), Vitality: c.Text("vitality"), CatalogID: c.Text("catalogId"), Active: true}
		if active := c.Bool("active"); active != nil {
			s.Active = *active
		}
		s.CreatedAt, s.UpdatedAt = moment(c, "createdAt"), moment(c, "updatedAt")
		if s.URL = c.Address("url"); s.URL == "" && s.Source == "" {
			doc.Remark("missing-key", models.Failure, at+".url", item, "This entry has neither url nor publiccodeYml; it was left out.")
			continue
		}
		s.describe()
		page.Software = append(page.Software, s)
	}
	return page, doc.Ordered()
}

// describe reads the publiccode.yml. Without one, the last part of the address is all there is for a name.
func (s *Software) describe() {
	var d *models.Description
	if strings.TrimSpace(s.Source) != "" {
		d, s.Remarks = publiccode.Read([]byte(s.Source))
	}
	if d == nil {
		d = &models.Description{Format: models.OpenCatalog, URL: s.URL}
	}
	if d.URL == "" {
		d.URL = s.URL
	}
	if s.URL == "" {
		s.URL = d.URL
	}
	if d.Name == "" {
		d.Name = strings.TrimSuffix(path.Base(strings.TrimRight(s.URL, "/")), ".git")
	}
	s.Description = *d
}

// unwrap finds the list of an answer: data, items, the bare list, or one thing by itself.
func unwrap(doc *jsontree.Document) (list []*jsontree.Value, next string) {
	root := doc.Root
	if root.Is(jsontree.List) {
		return append([]*jsontree.Value{}, root.Items...), ""
	}
	if !root.Is(jsontree.Object) {
		if root != nil {
			doc.Remark("not-an-answer", models.Fatal, "", root, "This is no answer of the Open Catalog API: an object with data is expected.")
		}
		return nil, ""
	}
	for _, name := range []string{"data", "items", "publishers", "software"} {
		if v := root.Get(name); v.Is(jsontree.List) {
			if link := root.Get("links").Get("next"); link.Is(jsontree.String) {
				next = link.Text
			}
			return append([]*jsontree.Value{}, v.Items...), next
		}
	}
	if root.Get("id") != nil || root.Get("url") != nil {
		return []*jsontree.Value{root}, ""
	}
	doc.Remark("not-an-answer", models.Fatal, "", root, "This is no answer of the Open Catalog API: it has no data. Check the address; it should end in /v1/software.")
	return nil, ""
}

// raw is a text with its blanks.
func raw(v *jsontree.Value, name string) string {
	if t := v.Get(name); t.Is(jsontree.String) {
		return t.Text
	}
	return ""
}

func moment(c *jsontree.Cursor, name string) *time.Time {
	s := c.Text(name)
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		v, _ := c.Take(name)
		c.Doc.Remark("bad-time", models.Warning, c.Key(name), v, "%s is not a moment; write it as 2026-11-22T09:00:00Z.", name)
		return nil
	}
	return &t
}
