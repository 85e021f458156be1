package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
)

// Body is what a client sends to make something: a T, checked against T's schema together with the rules of the noun, so
// that all mistakes come at once.
type Body[T any] struct {
	Value T
	raw   []byte
}

// UnmarshalJSON keeps what was sent and reads as much of it as can be read; check says what cannot.
func (b *Body[T]) UnmarshalJSON(raw []byte) error {
	b.raw = bytes.Clone(raw)
	return lenient(json.Unmarshal(raw, &b.Value))
}

// Schema is T's.
func (*Body[T]) Schema(r huma.Registry) *huma.Schema { return r.Schema(reflect.TypeFor[T](), true, "") }

// check reports every mistake in the form of what was sent and, when there is one, those that rules finds in its contents.
func (b *Body[T]) check(ctx context.Context, a *api, rules func() error) error {
	r := a.huma.OpenAPI().Components.Schemas
	form := append(formMistakes(r, b.Schema(r), b.raw), at(ctx).mistakes...)
	if len(form) == 0 {
		return nil // the journey checks the rules itself
	}
	named := map[string]bool{}
	for _, f := range form {
		named[f.Field] = true
	}
	var e *models.Error
	if rules != nil && !named["body"] && errors.As(rules(), &e) {
		for _, f := range e.Fields {
			if !named[f.Field] {
				form = append(form, f)
			}
		}
	}
	return invalid(form)
}

// Patch is a JSON merge patch (RFC 7396) of a T: fields that are absent stay, null empties a field.
type Patch[T any] struct{ raw []byte }

// UnmarshalJSON keeps what was sent.
func (p *Patch[T]) UnmarshalJSON(raw []byte) error {
	p.raw = bytes.Clone(raw)
	return nil
}

// Schema is T's with every field optional.
func (*Patch[T]) Schema(r huma.Registry) *huma.Schema {
	name := strings.TrimSuffix(reflect.TypeFor[T]().Name(), "Input") + "Patch"
	ref := &huma.Schema{Ref: "#/components/schemas/" + name}
	if r.Map()[name] != nil {
		return ref
	}
	r.Schema(reflect.TypeFor[T](), true, "")
	s := *r.SchemaFromRef("#/components/schemas/" + reflect.TypeFor[T]().Name())
	s.Required, s.Properties = nil, make(map[string]*huma.Schema, len(s.Properties))
	for k, v := range r.SchemaFromRef("#/components/schemas/" + reflect.TypeFor[T]().Name()).Properties {
		optional := *v
		optional.Default = nil
		optional.Nullable = v.Ref == ""
		if each, ok := v.AdditionalProperties.(*huma.Schema); ok { // null takes one entry away
			one := *each
			one.Nullable = true
			optional.AdditionalProperties = &one
		}
		s.Properties[k] = &optional
	}
	s.PrecomputeMessages()
	r.Map()[name] = &s
	return ref
}

// check reports every mistake in the form of the patch.
func (p *Patch[T]) check(ctx context.Context, a *api) error {
	r := a.huma.OpenAPI().Components.Schemas
	form := append(formMistakes(r, p.Schema(r), p.raw), at(ctx).mistakes...)
	if len(form) == 0 {
		var trial T
		if err := json.Unmarshal(p.raw, &trial); err != nil { // a number that no field of ours can hold
			form = append(form, models.FieldError{Field: "body", Code: "out-of-range", Detail: "A number in the body is too large."})
		}
	}
	if len(form) == 0 {
		return nil
	}
	return invalid(form)
}

// apply gives the T that now becomes under the patch. check has been called.
func (p *Patch[T]) apply(now T) T {
	before, err := json.Marshal(now)
	if err != nil {
		return now
	}
	var target, change any
	if exactly(before, &target) != nil || exactly(p.raw, &change) != nil {
		return now
	}
	after, err := json.Marshal(merge(target, change))
	if err != nil {
		return now
	}
	var out T
	if json.Unmarshal(after, &out) != nil {
		return now
	}
	return out
}

// exactly reads JSON with numbers as they are written.
func exactly(raw []byte, into *any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}

// names reports whether the patch says anything of a field.
func (p *Patch[T]) names(field string) bool {
	var sent map[string]json.RawMessage
	if json.Unmarshal(p.raw, &sent) != nil {
		return false
	}
	_, ok := sent[field]
	return ok
}

// merge is MergePatch of RFC 7396, section 2.
func merge(target, patch any) any {
	change, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for name, value := range change {
		if value == nil {
			delete(object, name)
		} else {
			object[name] = merge(object[name], value)
		}
	}
	return object
}

// formMistakes lists where raw differs from what the schema asks for.
func formMistakes(r huma.Registry, s *huma.Schema, raw []byte) []models.FieldError {
	var sent any
	if err := json.Unmarshal(raw, &sent); err != nil {
		return []models.FieldError{{Field: "body", Code: "not-json", Detail: "The body is not JSON that can be read."}}
	}
	var res huma.ValidateResult
	huma.Validate(r, s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, sent, &res)
	var m []models.FieldError
	for _, err := range res.Errors {
		var e *huma.ErrorDetail
		if errors.As(err, &e) {
			m = append(m, mistakeOf(e))
		}
	}
	object, ok := sent.(map[string]any)
	for s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	for k := range object { // huma forgives the wrong case
		exact := s.Properties[k] != nil || s.AdditionalProperties == true
		if ok && !exact && !slices.ContainsFunc(m, func(f models.FieldError) bool { return f.Field == k }) {
			m = append(m, unknownField(k))
		}
	}
	slices.SortFunc(m, func(a, b models.FieldError) int { return strings.Compare(a.Field+" "+a.Code, b.Field+" "+b.Code) })
	return slices.Compact(m)
}

func unknownField(name string) models.FieldError {
	return models.FieldError{Field: name, Code: "unknown-field", Detail: "There is no such field, or it cannot be set here."}
}

// lenient ignores that a value has another type than its field: check names all of those.
func lenient(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return nil
	}
	return err
}

// mistakeOf puts what huma found into the words of the register.
func mistakeOf(e *huma.ErrorDetail) models.FieldError {
	field := e.Location
	for _, in := range []string{"body.", "query.", "path.", "header."} {
		field = strings.TrimPrefix(field, in)
	}
	if field == "" {
		field = "body"
	}
	if name, ok := strings.CutPrefix(e.Message, "expected required property "); ok {
		name = strings.TrimSuffix(name, " to be present")
		if field != "body" {
			name = field + "." + name
		}
		return models.FieldError{Field: name, Code: "required", Detail: "This is needed."}
	}
	for _, w := range wordings {
		tail, ok := strings.CutPrefix(e.Message, w.huma)
		switch {
		case !ok:
		case strings.HasSuffix(w.ours, " "):
			return models.FieldError{Field: field, Code: w.code, Detail: w.ours + strings.Trim(tail, `"`) + "."}
		default:
			return models.FieldError{Field: field, Code: w.code, Detail: w.ours}
		}
	}
	return models.FieldError{Field: field, Code: "invalid", Detail: "This value cannot be accepted."}
}

// wordings gives for the beginning of each sentence of huma's our code and sentence; one that ends in a space is
// completed by the rest of huma's.
var wordings = []struct{ huma, code, ours string }{
	{"unexpected property", "unknown-field", "There is no such field, or it cannot be set here."},
	{"required ", "required", "This is needed."},
	{"expected value to be one of ", "unknown-value", "Use one of: "},
	{"expected length <= ", "too-long", "The longest this can be, in characters, is "},
	{"expected length >= ", "too-short", "The shortest this can be, in characters, is "},
	{"expected number >= ", "out-of-range", "The smallest number this can be is "},
	{"expected number <= ", "out-of-range", "The largest number this can be is "},
	{"expected array length <= ", "too-many", "The most entries this can have is "},
	{"expected array length >= ", "too-few", "The fewest entries this can have is "},
	{"expected string to be RFC 3339 date-time", "bad-instant", "Write the instant as 2026-11-22T09:30:00Z."},
	{"expected string to be RFC 3339 date", "bad-date", "Write the date as 2026-11-22."},
	{"expected string to match pattern", "bad-format", "This is not written in the form that is asked for."},
	{"expected string", "wrong-type", "Give text."},
	{"expected integer", "wrong-type", "Give a whole number."},
	{"invalid integer", "wrong-type", "Give a whole number."},
	{"expected number", "wrong-type", "Give a number."},
	{"expected boolean", "wrong-type", "Give true or false."},
	{"invalid boolean", "wrong-type", "Give true or false."},
	{"expected array", "wrong-type", "Give a list."},
	{"expected object", "wrong-type", "Give an object."},
	{"unexpected end of JSON", "not-json", "The body is not JSON that can be read."},
	{"invalid character", "not-json", "The body is not JSON that can be read."},
	{"unknown query parameter", "unknown-key", "This address has no such key."},
}
