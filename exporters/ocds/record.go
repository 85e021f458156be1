package ocds

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Record is the record of a contracting process: its releases as they are, the compiled release and the versioned one
// (OCDS 1.1, merging). The releases may come in any order; all must be of one process and have identifiers of their own. They are
// merged by their dates, and by the order given where those are equal.
func Record(releases ...[]byte) ([]byte, error) {
	if len(releases) == 0 {
		return nil, models.Refuse(models.Conflict, "no-release", "A record needs at least one release.")
	}
	var list []map[string]any
	seen := map[string]bool{}
	for _, r := range releases {
		one, err := tree(r)
		if err != nil {
			return nil, fmt.Errorf("a release cannot be read: %w", err)
		}
		id, _ := one["id"].(string)
		if ocid := one["ocid"]; len(list) > 0 && ocid != list[0]["ocid"] || seen[id] {
			return nil, models.Refuse(models.Conflict, "mixed-releases", fmt.Sprintf("The release %q is of another process (%v), or there twice.", id, ocid))
		}
		seen[id] = true
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b map[string]any) int { return cmp.Compare(dateOf(a), dateOf(b)) })
	compiled, versioned := map[string]any{}, map[string]any{}
	for _, one := range list {
		compile(compiled, one)
		version(versioned, one, one)
	}
	last := list[len(list)-1]
	compiled["id"], compiled["date"], compiled["tag"] = fmt.Sprintf("%v-%v", last["ocid"], last["date"]), last["date"], []any{"compiled"}
	versioned["ocid"] = last["ocid"]
	return encoded(struct {
		OCID      any              `json:"ocid"`
		Releases  []map[string]any `json:"releases"`
		Compiled  map[string]any   `json:"compiledRelease"`
		Versioned map[string]any   `json:"versionedRelease"`
	}{last["ocid"], list, compiled, versioned})
}

// ReleaseID is the identifier of a release, as Release made it.
func ReleaseID(release []byte) (string, error) {
	one, err := tree(release)
	if err != nil {
		return "", fmt.Errorf("a release cannot be read: %w", err)
	}
	id, _ := one["id"].(string)
	return id, nil
}

// tree reads JSON with numbers as they are written.
func tree(text []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("something stands behind it")
	}
	return m, nil
}

func dateOf(r map[string]any) string { s, _ := r["date"].(string); return s }

// omitted are the fields that are of a release and not of the process (omitWhenMerged in the release schema).
func omitted(field string, top bool) bool {
	return top && (field == "id" || field == "date" || field == "tag")
}

// wholly are lists of objects that are replaced whole: wholeListMerge in the release schema, and the candidates of our extension.
var wholly = map[string]bool{"additionalIdentifiers": true, "additionalClassifications": true, "candidates": true}

// elements gives the objects of a list that is merged by their ids; false for every other value.
func elements(field string, v any) ([]map[string]any, bool) {
	list, ok := v.([]any)
	if !ok || wholly[field] {
		return nil, false
	}
	objects := make([]map[string]any, len(list))
	for i := range list {
		if objects[i], ok = list[i].(map[string]any); !ok {
			return nil, false
		}
	}
	return objects, true
}

// compile lays a release, or an object in one, over what there is.
func compile(out, in map[string]any) {
	_, top := in["ocid"]
	for field, v := range in {
		if omitted(field, top) {
			continue
		}
		if v == nil {
			delete(out, field)
			continue
		}
		if o, ok := v.(map[string]any); ok {
			below, ok := out[field].(map[string]any)
			if !ok {
				below = map[string]any{}
				out[field] = below
			}
			compile(below, o)
			continue
		}
		if objects, ok := elements(field, v); ok {
			have, _ := out[field].([]any)
			out[field] = compileList(have, objects)
			continue
		}
		out[field] = v
	}
}

func compileList(have []any, objects []map[string]any) []any {
	for _, o := range objects {
		into := find(have, o["id"])
		if into == nil {
			into = map[string]any{}
			have = append(have, into)
		}
		compile(into, o)
	}
	return have
}

func find(list []any, id any) map[string]any {
	if id == nil {
		return nil
	}
	for _, one := range list {
		if m, ok := one.(map[string]any); ok && m["id"] == id {
			return m
		}
	}
	return nil
}

// version lays a release, or an object in one, over what there is, keeping every value with the release that it is from.
func version(out, in, release map[string]any) {
	_, top := in["ocid"]
	for _, field := range slices.Sorted(maps.Keys(in)) {
		v := in[field]
		if omitted(field, top) || top && field == "ocid" {
			continue
		}
		if o, ok := v.(map[string]any); ok {
			below, ok := out[field].(map[string]any)
			if !ok {
				below = map[string]any{}
				out[field] = below
			}
			version(below, o, release)
			continue
		}
		if objects, ok := elements(field, v); ok {
			have, _ := out[field].([]any)
			out[field] = versionList(have, objects, release)
			continue
		}
		values, _ := out[field].([]any)
		if n := len(values); n > 0 && same(values[n-1].(map[string]any)["value"], v) {
			continue
		}
		out[field] = append(values, map[string]any{"releaseID": release["id"], "releaseDate": release["date"], "releaseTag": release["tag"], "value": v})
	}
}

// versionList keeps the ids of the elements as they are: by them they are found.
func versionList(have []any, objects []map[string]any, release map[string]any) []any {
	for _, o := range objects {
		into := find(have, o["id"])
		if into == nil {
			into = map[string]any{}
			if id, ok := o["id"]; ok {
				into["id"] = id
			}
			have = append(have, into)
		}
		rest := maps.Clone(o)
		delete(rest, "id")
		version(into, rest, release)
	}
	return have
}
