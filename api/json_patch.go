package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// What a JSON patch may cost (Open Catalog API).
const (
	mostOperations = 100
	mostPointer    = 255    // characters
	mostCopied     = 10_000 // values that copy may make in all: copies of copies double
)

// operation is one step of a JSON patch (RFC 6902, 4).
type operation struct {
	Op    string          `json:"op"`
	Path  *string         `json:"path"`
	From  *string         `json:"from"`
	Value json.RawMessage `json:"value"`

	path, from []string
	value      any
}

func unpatchable(detail string) error { return catalogRefusal(http.StatusUnprocessableEntity, detail) }

// readOperations reads a JSON patch. fixed are members, at whatever depth, that may only be tested.
func readOperations(raw []byte, fixed []string) ([]operation, error) {
	var ops []operation
	if err := json.Unmarshal(raw, &ops); err != nil || ops == nil {
		return nil, catalogRefusal(http.StatusBadRequest, "invalid or malformed JSON: a JSON patch is an array of operations")
	}
	switch {
	case len(ops) == 0:
		return nil, unpatchable("patch must contain at least one operation")
	case len(ops) > mostOperations:
		return nil, unpatchable("patch must not exceed 100 operations")
	}
	for i := range ops {
		if err := ops[i].read(fixed); err != nil {
			return nil, err
		}
	}
	return ops, nil
}

func (o *operation) read(fixed []string) error {
	for _, p := range []*string{o.Path, o.From} {
		if p != nil && len([]rune(*p)) > mostPointer {
			return unpatchable("path and from must not exceed 255 characters")
		}
	}
	var ok bool
	if o.path, ok = pointer(o.Path); !ok {
		return unpatchable("an operation needs a path, which is empty or begins with “/”")
	}
	switch o.Op {
	case "add", "replace", "test":
		if o.Value == nil {
			return unpatchable("the operation " + o.Op + " needs a value")
		}
		if err := exactly(o.Value, &o.value); err != nil {
			return unpatchable("the value of an operation cannot be read")
		}
	case "move", "copy":
		if o.from, ok = pointer(o.From); !ok {
			return unpatchable("the operation " + o.Op + " needs from, which begins with “/”")
		}
	case "remove":
	default:
		return unpatchable("op must be one of add, remove, replace, move, copy, test")
	}
	if o.Op == "test" {
		return nil
	}
	if len(o.path) == 0 {
		return unpatchable("an operation on the whole is not allowed")
	}
	for _, at := range [][]string{o.path, o.from} {
		if len(at) > 0 && slices.Contains(fixed, at[len(at)-1]) || len(at) > 1 && slices.Contains(fixed, at[0]) {
			return unpatchable("operation not allowed on a read-only field: /" + strings.Join(at, "/"))
		}
	}
	return nil
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// pointer reads a JSON pointer (RFC 6901, 3).
func pointer(p *string) ([]string, bool) {
	if p == nil || *p != "" && !strings.HasPrefix(*p, "/") {
		return nil, false
	}
	if *p == "" {
		return nil, true
	}
	parts := strings.Split((*p)[1:], "/")
	for i := range parts {
		parts[i] = unescape.Replace(parts[i])
	}
	return parts, true
}

// applyOperations gives what a document becomes under a JSON patch: all of it or, with an error, nothing (RFC 6902, 5).
func applyOperations(doc any, ops []operation) (any, error) {
	var err error
	copied := 0
	for _, o := range ops {
		switch o.Op {
		case "test":
			var is any
			if is, err = lookUp(doc, o.path); err == nil && !reflect.DeepEqual(is, o.value) {
				err = unpatchable("the test of /" + strings.Join(o.path, "/") + " failed: it has another value")
			}
		case "add":
			doc, err = putAt(doc, o.path, clone(o.value), true)
		case "replace":
			if _, err = lookUp(doc, o.path); err == nil {
				doc, err = putAt(doc, o.path, clone(o.value), false)
			}
		case "remove":
			doc, err = dropAt(doc, o.path)
		default: // move and copy
			var v any
			if v, err = lookUp(doc, o.from); err != nil {
				return nil, err
			}
			if copied += values(v); copied > mostCopied {
				return nil, unpatchable("the patch copies too much")
			}
			if v = clone(v); o.Op == "move" {
				if len(o.path) > len(o.from) && slices.Equal(o.path[:len(o.from)], o.from) {
					return nil, unpatchable("a value cannot be moved into itself")
				}
				if doc, err = dropAt(doc, o.from); err != nil {
					return nil, err
				}
			}
			doc, err = putAt(doc, o.path, v, true)
		}
		if err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// clone gives a copy that shares nothing, so that a later step does not change what an earlier one put elsewhere.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = clone(v[k])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = clone(v[i])
		}
		return out
	}
	return v
}

// values counts what clone has to make.
func values(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			n += values(v[k])
		}
	case []any:
		for i := range v {
			n += values(v[i])
		}
	}
	return n
}

func nothingAt(path []string) error {
	return unpatchable("there is nothing at /" + strings.Join(path, "/"))
}

func lookUp(doc any, path []string) (any, error) {
	for i, name := range path {
		switch v := doc.(type) {
		case map[string]any:
			next, there := v[name]
			if !there {
				return nil, nothingAt(path[:i+1])
			}
			doc = next
		case []any:
			n, ok := entryAt(name, len(v))
			if !ok {
				return nil, nothingAt(path[:i+1])
			}
			doc = v[n]
		default:
			return nil, nothingAt(path[:i+1])
		}
	}
	return doc, nil
}

// entryAt reads the place in an array that has n entries (RFC 6901, 4).
func entryAt(name string, n int) (int, bool) {
	i, err := strconv.Atoi(name)
	return i, err == nil && i >= 0 && i < n && strconv.Itoa(i) == name
}

// putAt sets a member or an entry; with insert a value goes between the entries of an array, or behind them.
func putAt(doc any, path []string, value any, insert bool) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	holder, err := lookUp(doc, path[:len(path)-1])
	if err != nil {
		return nil, err
	}
	last := path[len(path)-1]
	switch v := holder.(type) {
	case map[string]any:
		v[last] = value
		return doc, nil
	case []any:
		n, ok := entryAt(last, len(v))
		if insert && (last == "-" || last == strconv.Itoa(len(v))) {
			n, ok = len(v), true
		}
		if !ok {
			return nil, nothingAt(path)
		}
		if insert {
			v = slices.Insert(slices.Clone(v), n, value)
		} else {
			v[n] = value
		}
		return putAt(doc, path[:len(path)-1], v, false)
	}
	return nil, nothingAt(path)
}

func dropAt(doc any, path []string) (any, error) {
	if _, err := lookUp(doc, path); err != nil {
		return nil, err
	}
	if len(path) == 0 {
		return nil, unpatchable("the whole cannot be removed")
	}
	holder, err := lookUp(doc, path[:len(path)-1])
	if err != nil {
		return nil, err
	}
	last := path[len(path)-1]
	if v, ok := holder.([]any); ok {
		n, _ := entryAt(last, len(v))
		return putAt(doc, path[:len(path)-1], slices.Delete(slices.Clone(v), n, n+1), false)
	}
	delete(holder.(map[string]any), last)
	return doc, nil
}
