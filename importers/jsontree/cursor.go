package jsontree

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/models"
)

// Get gives the value of a member, the last one when a name stands twice; nil when there is none.
func (v *Value) Get(name string) *Value {
	if v == nil {
		return nil
	}
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return nil
}

// Is reports whether there is a value and it is of the kind.
func (v *Value) Is(k Kind) bool { return v != nil && v.Kind == k }

// List gives the items of a list, or the value itself when it is none; nothing for null and for what is not there.
func (v *Value) List() []*Value {
	switch {
	case v == nil || v.Kind == Null:
		return nil
	case v.Kind == List:
		return v.Items
	}
	return []*Value{v}
}

// Empty reports whether a value says nothing: null, a blank text, an object or list of such.
func (v *Value) Empty() bool {
	if v == nil {
		return true
	}
	switch v.Kind {
	case Null:
		return true
	case String:
		return strings.TrimSpace(v.Text) == ""
	case List:
		for _, i := range v.Items {
			if !i.Empty() {
				return false
			}
		}
		return true
	case Object:
		for _, m := range v.Members {
			if !m.Value.Empty() {
				return false
			}
		}
		return true
	}
	return false
}

// Compact is the value as JSON without blanks; "" when the text broke off in it.
func (d *Document) Compact(v *Value) string {
	if v == nil || v.Cut || v.end <= v.start {
		return ""
	}
	raw := jsontext.Value(append([]byte(nil), d.content[v.start:v.end]...))
	if err := raw.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return ""
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD")
}

// Cursor reads the members of one object by name and remembers which were asked for. Names are tried in order; the first that says something counts.
type Cursor struct {
	Doc    *Document
	Value  *Value
	prefix string // of the object in the document
	path   string // of the object in what Rest fills
	used   map[string]bool
	asked  map[string]bool // names that the format has, whether or not what stands there was taken
}

// Object gives a cursor on an object; prefix is its place in the document as remarks shall name it: "releases[3]".
// A value that is no object gives a cursor that finds nothing.
func (d *Document) Object(v *Value, prefix string) *Cursor {
	c := &Cursor{Doc: d, Value: v, prefix: prefix, used: map[string]bool{}, asked: map[string]bool{}}
	if v == nil || v.Kind != Object {
		return c
	}
	seen := map[string]bool{}
	for _, m := range v.Members {
		if seen[m.Name] {
			d.Remark("duplicate-key", models.Warning, c.Key(m.Name), m.Value, "%s stands twice here; the last one was taken. Take the other out.", m.Name)
		}
		seen[m.Name] = true
	}
	return c
}

// Key is the dotted path of a member in the document.
func (c *Cursor) Key(name string) string {
	if c.prefix == "" {
		return name
	}
	return c.prefix + "." + name
}

// Within gives a cursor on an object inside this one.
func (c *Cursor) Within(v *Value, name string) *Cursor {
	in := c.Doc.Object(v, c.Key(name))
	in.path = name
	if c.path != "" {
		in.path = c.path + "." + name
	}
	return in
}

// Take gives the first named member that says something, and counts all that are named as asked for.
func (c *Cursor) Take(names ...string) (*Value, string) {
	var found *Value
	at := names[0]
	for _, n := range names {
		v := c.Value.Get(n)
		if v == nil {
			continue
		}
		c.asked[n] = true
		if found == nil && !v.Empty() {
			found, at = v, n
			c.used[n] = true
		} else if v.Empty() {
			c.used[n] = true
		}
	}
	return found, at
}

// Leave counts a member as not asked for, so that Rest keeps it.
func (c *Cursor) Leave(name string) { delete(c.used, name) }

// Text reads a text; a number or truth value is taken as written, a list of one as its item.
func (c *Cursor) Text(names ...string) string {
	v, name := c.Take(names...)
	if v == nil {
		return ""
	}
	if v.Kind == List && len(v.Items) == 1 {
		v = v.Items[0]
	}
	if v.Kind == List || v.Kind == Object {
		c.Wrong(v, name, "a text")
		return ""
	}
	if v.Kind != String {
		c.Doc.Remark("wrong-type", models.Warning, c.Key(name), v, "%s is not a text; put %s in quotation marks.", name, v.Text)
	}
	return strings.TrimSpace(v.Text)
}

// Wrong remarks that a member has the wrong type, and leaves it for Rest.
func (c *Cursor) Wrong(v *Value, name, want string) {
	c.Doc.Remark("wrong-type", models.Failure, c.Key(name), v, "%s should be %s; it was kept as it stands.", name, want)
	c.Leave(name)
}

// Texts reads a list of texts; a single text is a list of one.
func (c *Cursor) Texts(names ...string) []string {
	v, name := c.Take(names...)
	if v == nil {
		return nil
	}
	if v.Kind != List && v.Kind != Object {
		c.Doc.Remark("wrong-type", models.Warning, c.Key(name), v, "%s should be a list; write it in square brackets.", name)
	}
	var out []string
	for _, item := range v.List() {
		switch {
		case item.Empty():
		case item.Kind == Object || item.Kind == List:
			c.Wrong(item, name, "a list of texts")
		default:
			out = append(out, strings.TrimSpace(item.Text))
		}
	}
	return out
}

// Number reads a number; nil when there is none. A number in quotation marks is understood.
func (c *Cursor) Number(names ...string) *float64 {
	v, name := c.Take(names...)
	if v == nil {
		return nil
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(v.Text), ",", ""), 64)
	if err != nil || v.Kind != Number && v.Kind != String || n-n != 0 { // n-n: neither infinite nor no number
		c.Wrong(v, name, "a number")
		return nil
	}
	if v.Kind == String {
		c.Doc.Remark("wrong-type", models.Warning, c.Key(name), v, "%s is a number in quotation marks; write it without them.", name)
	}
	return &n
}

// Bool reads a truth value; nil when there is none. 1, 0 and words in quotation marks are understood.
func (c *Cursor) Bool(names ...string) *bool {
	v, name := c.Take(names...)
	if v == nil {
		return nil
	}
	var is bool
	switch strings.ToLower(strings.TrimSpace(v.Text)) {
	case "true", "1", "yes":
		is = true
	case "false", "0", "no":
	default:
		c.Wrong(v, name, "true or false")
		return nil
	}
	if v.Kind != Bool {
		c.Doc.Once("wrong-type", models.Warning, c.Key(name), v, "%s should be true or false, without quotation marks.", name)
	}
	return &is
}

// Date reads a day; of a moment the day in its own time zone is taken. What is no day is left for Rest.
func (c *Cursor) Date(names ...string) *models.Date {
	v, name := c.Take(names...)
	if v == nil {
		return nil
	}
	d, exact := Day(v.Text)
	if d == nil || v.Kind != String {
		c.Doc.Remark("bad-date", models.Failure, c.Key(name), v, "%s is not a date; write it as 2026-11-22.", name)
		c.Leave(name)
		return nil
	}
	if !exact {
		c.Doc.Remark("date-form", models.Warning, c.Key(name), v, "%s was read as %s; write dates so.", name, d)
	}
	return d
}

// Day reads a day as 2026-11-22, as the beginning of a moment, or without leading noughts; exact is false for the last, and for a moment that is none. nil: it is none.
func Day(s string) (d *models.Date, exact bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-1-2", "2006-01", "2006", "20060102"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1900 {
			continue
		}
		date, err := models.ParseDate(t.Format(time.DateOnly))
		if err != nil {
			continue
		}
		return &date, strings.HasPrefix(layout, "2006-01-02")
	}
	if day, _, moment := strings.Cut(s, "T"); moment && len(day) == len(time.DateOnly) {
		d, _ = Day(day)
	}
	return d, false
}

// Address reads a web address; what is none is remarked and kept as it stands.
func (c *Cursor) Address(names ...string) string {
	s := c.Text(names...)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err == nil && u.Host != "" && u.Scheme != "" && !strings.ContainsAny(s, "{}<>") { // braces are those of a template that nobody filled in
		return s
	}
	v, name := c.Take(names...)
	c.Doc.Remark("bad-url", models.Failure, c.Key(name), v, "%s is not a full web address; write it with https:// at its beginning.", name)
	c.Leave(name)
	return ""
}

// Rest puts every member that was not asked for, and says something, into kept, by dotted key, and remarks once
// on each name that the format does not have.
func (c *Cursor) Rest(kept map[string]string, known func(key string) bool) {
	if c.Value == nil {
		return
	}
	for _, m := range c.Value.Members {
		if c.used[m.Name] || m.Value.Empty() {
			continue
		}
		key := m.Name
		if c.path != "" {
			key = c.path + "." + m.Name
		}
		if _, there := kept[key]; there {
			key = fmt.Sprintf("%s#%d", key, len(kept))
		}
		kept[key] = c.Doc.Compact(m.Value)
		if c.asked[m.Name] {
			continue // what could not be taken of it has its own remark
		}
		if known == nil || !known(index.ReplaceAllString(c.path+"."+m.Name, "")) {
			c.Doc.Once("unknown-key", models.Note, c.Key(m.Name), m.Value, "%s is not a key of this format; it was kept as it stands.", m.Name)
		}
	}
}
