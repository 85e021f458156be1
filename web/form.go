package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// maxForm bounds the body of a form without files, in bytes.
const maxForm = 1 << 20

// form is what a person answered, and what was wrong with it.
type form struct {
	Values  url.Values
	Problem *models.Error // nil when nothing was refused
	Changed string        // where to see what somebody else changed meanwhile; "" when nobody did
	There   *crumb        // what is in the register already; nil when nothing is, or it is not for the reader
}

// form reads what a form of a page sent.
func (c *page) form() (*form, error) {
	r := c.request()
	r.Body = http.MaxBytesReader(c.g.Writer, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, models.Refuse(models.TooLarge, "form-too-large", "The form is larger than "+fileSize(tooLarge.Limit)+". Shorten the longest answer and send it again.")
		}
		return nil, models.Refuse(models.Invalid, "form-unreadable", "The form did not arrive whole. Send it again.")
	}
	return &form{Values: r.PostForm}, nil
}

// submitted reads which thing the address names and what a form about it sent.
func (c *page) submitted() (id int64, f *form, err error) {
	if id, err = c.id("id"); err != nil {
		return 0, nil, err
	}
	f, err = c.form()
	return id, f, err
}

// exemption reads what every request for an exemption says.
func (f *form) exemption(m *models.Mistakes) *models.Exemption {
	x := &models.Exemption{Ground: f.get("ground"), Evidence: f.get("evidence")}
	if day := f.date(m, "expiresOn"); day != nil {
		x.ExpiresOn = *day
	}
	return x
}

// newForm is a form with answers that are known already, as pairs of name and value.
func newForm(pairs ...string) *form {
	f := &form{Values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Set(pairs[i], pairs[i+1])
	}
	return f
}

// get is an answer, trimmed; "" when there is none.
func (f *form) get(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// set replaces an answer.
func (f *form) set(name, value string) { f.Values.Set(name, value) }

// all is every answer of that name.
func (f *form) all(name string) []string { return f.Values[name] }

// id is an answer that is the number of a thing; 0 when it is none.
func (f *form) id(name string) int64 {
	n, err := strconv.ParseInt(f.get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// date is an answer that is a day, or nil when there is none. A mistake is noted in m.
func (f *form) date(m *models.Mistakes, name string) *models.Date {
	s := f.get(name)
	if s == "" {
		return nil
	}
	d, err := models.ParseDate(s)
	if err != nil {
		m.Add(name, "bad-date", "Write the date as year-month-day, such as 2026-11-22.")
		return nil
	}
	return &d
}

// based is the version of the thing that the form was filled in for.
func (f *form) based() int64 { return f.id("version") }

// refused takes note of a refusal that the person can act upon in the form, and reports whether it was one. Any other
// error is for the caller to return.
func (f *form) refused(err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case models.Invalid, models.Conflict, models.TooLarge:
		f.Problem = e
		return true
	}
	return false
}

// rebase prepares a form whose thing was changed by somebody else meanwhile to be sent again: now on the present version,
// with a word on where to see what changed.
func (f *form) rebase(version int64, history string) {
	if f.Problem == nil || f.Problem.Code != "changed-meanwhile" {
		return
	}
	f.set("version", strconv.FormatInt(version, 10))
	f.Changed = history
	f.Problem = models.Refuse(models.Conflict, "changed-meanwhile", "Somebody changed this while you were filling in the form. Your answers are still here. Look at what changed, then send them again if they still hold.")
}

// pointTo makes the whole refusal one of a single field, such as the file that was sent, so that the summary leads there.
func (f *form) pointTo(field string) {
	p := f.Problem
	fields := []models.FieldError{{Field: field, Code: p.Code, Detail: p.Detail}}
	if len(p.Fields) > 0 {
		fields = slices.Clone(p.Fields)
		for i := range fields {
			fields[i].Field = field
		}
	}
	f.Problem = &models.Error{Kind: p.Kind, Code: p.Code, Detail: "What was sent was not taken.", Fields: fields}
}

// mistake is what is wrong with one field; "" when nothing is.
func (f *form) mistake(name string) string {
	if f.Problem == nil {
		return ""
	}
	for _, e := range f.Problem.Fields {
		if e.Field == name {
			return e.Detail
		}
	}
	return ""
}

// option is one choice of a field.
type option struct {
	Value, Label, Hint string
	Chosen             bool
}

// field is one question of a form with its answer, as the parts for forms show it.
type field struct {
	Name, ID, Label, Hint, Value, Mistake string
	Type, Width, Autocomplete, Accept     string
	Keys                                  string // inputmode: which keys a touch screen shows
	Rows                                  int
	Optional                              bool
	Options                               []option
	Empty                                 string // label of the choice that is none, for select
}

// codeSuffix marks the field that asks for an agency by its national code (see agencyID) instead of from a list.
const codeSuffix = ".code"

// fieldID is the id in the page of a form field: brackets and dots are not for ids.
func fieldID(name string) string {
	name = strings.TrimSuffix(name, codeSuffix)
	return "f-" + strings.Trim(strings.Map(func(r rune) rune {
		switch r {
		case '[', ']', '.', ' ':
			return '-'
		}
		return r
	}, name), "-")
}

// makeField is the template function "field": the form, the name of the field, its label, and then pairs of a property
// (hint, type, keys, width, rows, options, empty, optional, autocomplete, accept) and its value.
func makeField(f *form, name, label string, more ...any) (field, error) {
	d := field{Name: name, ID: fieldID(name), Label: label, Value: f.Values.Get(name), Mistake: f.mistake(strings.TrimSuffix(name, codeSuffix)), Type: "text", Rows: 4}
	for i := 0; i+1 < len(more); i += 2 {
		switch v := more[i+1]; more[i] {
		case "hint":
			d.Hint, _ = v.(string)
		case "type":
			d.Type, _ = v.(string)
		case "keys":
			d.Keys, _ = v.(string)
		case "width":
			d.Width, _ = v.(string)
		case "autocomplete":
			d.Autocomplete, _ = v.(string)
		case "accept":
			d.Accept, _ = v.(string)
		case "empty":
			d.Empty, _ = v.(string)
		case "rows":
			d.Rows, _ = v.(int)
		case "optional":
			d.Optional, _ = v.(bool)
		case "options":
			d.Options, _ = v.([]option)
		default:
			return d, errors.New("field " + name + " has no such property")
		}
	}
	chosen := map[string]bool{}
	for _, v := range f.Values[name] {
		chosen[v] = true
	}
	d.Options = append([]option(nil), d.Options...)
	for i := range d.Options {
		d.Options[i].Chosen = chosen[d.Options[i].Value]
	}
	return d, nil
}
