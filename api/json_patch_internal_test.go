package api

import (
	"encoding/json"
	"testing"
)

// FuzzJSONPatch holds that no patch, however odd, breaks the program, names a fixed member or changes the document when it is refused.
func FuzzJSONPatch(f *testing.F) {
	for _, seed := range []string{
		`[{"op":"replace","path":"/url","value":"https://code.example.org/a"}]`,
		`[{"op":"add","path":"/aliases/-","value":"https://code.example.org/b"},{"op":"remove","path":"/aliases/0"}]`,
		`[{"op":"move","from":"/aliases/0","path":"/vitality"},{"op":"copy","from":"/url","path":"/aliases/0"}]`,
		`[{"op":"test","path":"/id","value":"1"}]`, `[{"op":"replace","path":"/id","value":"2"}]`, `[{"op":"add","path":"/a~1b~0c","value":{"x":[1,{}]}}]`,
		`[{"op":"add","path":"","value":1}]`, `[{"op":"remove","path":"/aliases/-1"}]`, `[{"op":"copy","from":"/aliases","path":"/aliases/-"},{"op":"copy","from":"/aliases","path":"/aliases/-"}]`, `[null]`, `{}`, `[{"op":3}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		ops, err := readOperations(raw, immutable)
		if err != nil {
			return
		}
		doc := map[string]any{"id": "1", "url": "https://code.example.org/c", "aliases": []any{"https://code.example.org/d"}, "active": true}
		after, err := applyOperations(clone(doc), ops)
		if err != nil {
			return
		}
		if is, ok := after.(map[string]any); !ok || is["id"] != "1" {
			t.Errorf("the id became %v", after)
		}
		if _, err := json.Marshal(after); err != nil {
			t.Error(err)
		}
	})
}
