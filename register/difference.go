package register

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// difference gives the JSON objects of an event: of a thing that came into being all of its set fields, of a changed one
// only the fields that differ. Keys are spelled as in the API.
func difference(before, after any) (was, is json.RawMessage, err error) {
	b, a := fields(before), fields(after)
	if before != nil && after != nil {
		for k := range a {
			if reflect.DeepEqual(a[k], b[k]) {
				delete(a, k)
				delete(b, k)
			}
		}
	}
	if was, err = object(b); err != nil {
		return nil, nil, err
	}
	is, err = object(a)
	return was, is, err
}

// same reports whether nothing was changed: a write that changes nothing is no journey and leaves no event.
func same(before, after any) bool { return reflect.DeepEqual(fields(before), fields(after)) }

func object(m map[string]any) (json.RawMessage, error) {
	if len(m) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("writing the contents of an event: %w", err)
	}
	return b, nil
}

// unsaid are fields that say nothing about the thing itself, or that must not be kept.
var unsaid = map[string]bool{"id": true, "version": true, "createdAt": true, "updatedAt": true, "hash": true, "findings": true}

func fields(thing any) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(thing)
	for v.IsValid() && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return out
	}
	if v.Kind() == reflect.Map {
		for _, k := range v.MapKeys() {
			out[k.String()] = v.MapIndex(k).Interface()
		}
		return out
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := camel(f.Name)
		if f.Anonymous || unsaid[name] || v.Field(i).IsZero() {
			continue
		}
		out[name] = plain(v.Field(i))
	}
	return out
}

// plain turns records within records into objects with API keys.
func plain(v reflect.Value) any {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if _, ok := v.Interface().(json.Marshaler); ok {
		return v.Interface()
	}
	if s, ok := v.Interface().(fmt.Stringer); ok && v.Kind() == reflect.Struct {
		return s.String()
	}
	switch {
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = fields(v.Index(i).Interface())
			delete(list[i].(map[string]any), "assetId")
		}
		return list
	case v.Kind() == reflect.Struct:
		return fields(v.Interface())
	}
	return v.Interface()
}

// camel turns a Go field name into an API key: StewardID → stewardId, URLs → urls, PURLName → purlName.
func camel(name string) string {
	name = strings.NewReplacer("URLs", "Urls", "URL", "Url", "ID", "Id", "URI", "Uri", "SHA256", "Sha256", "PURL", "Purl", "SBOM", "Sbom").Replace(name)
	r := []rune(name)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
