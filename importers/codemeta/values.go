package codemeta

import (
	"net/url"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// items are the values of a term, with @list and @set opened.
func items(v *jsontree.Value) []*jsontree.Value {
	var out []*jsontree.Value
	for _, item := range v.List() {
		inner := item.Get("@list")
		if inner == nil {
			inner = item.Get("@set")
		}
		if inner != nil {
			out = append(out, inner.List()...)
		} else {
			out = append(out, item)
		}
	}
	return out
}

// said is what a value says in one text: itself, its @value, name, title, url or @id.
func said(v *jsontree.Value) string {
	if v == nil {
		return ""
	}
	if v.Kind != jsontree.Object {
		if v.Kind == jsontree.List {
			return ""
		}
		return strings.TrimSpace(v.Text)
	}
	for _, name := range []string{"@value", "name", "title", "identifier", "value", "url", "codeRepository", "@id"} {
		inner := v.Get(name)
		if inner.Is(jsontree.Object) {
			inner = inner.Get("@value")
		}
		if inner != nil && inner.Kind != jsontree.List && inner.Kind != jsontree.Object && strings.TrimSpace(inner.Text) != "" {
			return strings.TrimSpace(inner.Text)
		}
	}
	return ""
}

// address is what a value says where an address is wanted.
func address(v *jsontree.Value) string {
	if v.Is(jsontree.Object) {
		for _, name := range []string{"@id", "@value", "url", "codeRepository", "contentUrl"} {
			if s := said(v.Get(name)); s != "" && !strings.HasPrefix(s, "_:") {
				return s
			}
		}
		return ""
	}
	return said(v)
}

// many reads a term as texts. A person's or a thing's object gives its name.
func (r *reader) many(names ...string) []string {
	v, name := r.Take(names...)
	var out []string
	for _, item := range items(v) {
		s := said(item)
		if s == "" {
			if !item.Empty() {
				r.Wrong(item, name, "a text or an object with a name")
			}
			continue
		}
		if item.Kind == jsontree.Object && len(item.Members) > 2 {
			r.Leave(name) // more is said than the name
		}
		out = append(out, s)
	}
	return out
}

func (r *reader) one(names ...string) string {
	all := r.many(names...)
	if len(all) == 0 {
		return ""
	}
	if _, name := r.Take(names...); len(all) > 1 {
		r.Leave(name)
	}
	return all[0]
}

// split reads a term whose texts may be lists with commas between.
func (r *reader) split(names ...string) []string {
	var out []string
	for _, s := range r.many(names...) {
		if strings.Contains(s, "://") {
			out = append(out, s)
			continue
		}
		for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ',' || c == ';' }) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// link reads a web address; what is none is remarked and kept.
func (r *reader) link(names ...string) string {
	v, name := r.Take(names...)
	for i, item := range items(v) {
		s := strings.TrimPrefix(address(item), "git+")
		u, err := url.Parse(s)
		if err == nil && u.Scheme != "" && u.Host != "" {
			if i > 0 || len(v.List()) > 1 {
				r.Leave(name)
			}
			return s
		}
		if !item.Empty() {
			r.Doc.Remark("bad-url", models.Failure, r.Key(name), item, "%s is not a full web address; write it with https:// at its beginning.", name)
			r.Leave(name)
		}
	}
	return ""
}

func (r *reader) day(names ...string) *models.Date {
	v, name := r.Take(names...)
	list := items(v)
	if len(list) == 0 {
		return nil
	}
	d, exact := jsontree.Day(said(list[0]))
	switch {
	case d == nil:
		r.Doc.Remark("bad-date", models.Failure, r.Key(name), v, "%s is not a date; write it as 2026-11-22.", name)
		r.Leave(name)
	case !exact:
		r.Doc.Remark("date-form", models.Warning, r.Key(name), v, "%s was read as %s; write dates so.", name, d)
	}
	return d
}
