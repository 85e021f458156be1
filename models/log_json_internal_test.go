package models

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// byMaps is the one form as it is defined: read into maps, and written with the names in order.
func byMaps(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return jsonLine(v)
}

var oneForms = map[string]string{
	"members in another order, with spaces": ` { "b" : 1 , "a" : [ 1.50, -2e+7, true , null, "x" ], "aa":{} , "B": { "z":[], "y" : false } } `,
	"as the database gives it":              `{"at": "2026-11-01T00:01:00Z", "days": {"due": null, "closed": null}, "note": "<é> & \u2028", "value": 1.50}`,
	"escapes that none needs":               `{"a": "\u0041\/\n\"", "b": "\ud83d\ude00 \ud800"}`,
	"a name with an escape":                 `{"b": 1, "\u0061": 2}`,
	"a name of another alphabet":            `{"я": 1, "é": 2, "z": 3}`,
	"a name twice":                          `{"a": 1, "b": 2, "a": {"c": 3}}`,
	"an empty name":                         `{"b": 0, "": "x"}`,
	"a number alone":                        `0`,
	"null alone":                            `null`,
	"nothing":                               `[]`,
	"something after it":                    `{"a":1} {"b":2}`,
	"a comma too many":                      `[1,]`,
	"a comma too few":                       `{"a":1 "b":2}`,
	"a number that is none":                 `{"a":01}`,
	"a word":                                `nul`,
	"an end that comes too soon":            `{"a":[1,{"b":"c`,
	"a string with a line end in it":        "\"a\nb\"",
	"bytes that are no letters":             "{\"a\":\"\xff\"}",
	"more members than there is space for":  `{"t":1,"s":1,"r":1,"q":1,"p":1,"o":1,"n":1,"m":1,"l":1,"k":1,"j":1,"i":1,"h":1,"g":1,"f":1,"e":1,"d":1,"c":1,"b":1,"a":1}`,
	"deeper than most":                      string(bytes.Repeat([]byte("["), 40)) + string(bytes.Repeat([]byte("]"), 40)),
}

func sameForm(t *testing.T, text []byte) {
	t.Helper()
	kept := bytes.Clone(text)
	want, wrong := byMaps(text)
	have, err := oneForm(text)
	if (err == nil) != (wrong == nil) {
		t.Fatalf("%q: %v, and by maps %v", text, err, wrong)
	}
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(kept, text) {
		t.Error("what was read is changed")
	}
}

func TestTheOneFormOfJSONIsWhatMapsGive(t *testing.T) {
	for name, text := range oneForms {
		t.Run(name, func(t *testing.T) { sameForm(t, []byte(text)) })
	}
}

func TestWhatTheDatabaseGivesIsPutInOrderWithoutMaps(t *testing.T) {
	for _, name := range []string{"members in another order, with spaces", "as the database gives it", "more members than there is space for"} {
		if _, _, ok := sortedJSON(nil, []byte(oneForms[name]), 0); !ok {
			t.Error(name)
		}
	}
}

func FuzzOneForm(f *testing.F) {
	for _, text := range oneForms {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 0 {
			sameForm(t, text)
		}
	})
}
