package jsontree_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

func wide(s string) []byte {
	out := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestATextIsReadHoweverItWasSaved(t *testing.T) {
	for name, content := range map[string][]byte{
		"as it should be":                      []byte(`{"a":"é"}`),
		"with a byte order mark":               []byte("\xef\xbb\xbf" + `{"a":"é"}`),
		"as UTF-16":                            wide(`{"a":"é"}`),
		"with an escape":                       []byte(`{"a":"\u00e9"}`),
		"with a name twice":                    []byte(`{"a":1,"a":"é"}`),
		"with something after its end":         []byte(`{"a":"é"} {`),
		"broken off in the member after it":    []byte(`{"a":"é","b":[1,`),
		"with a comma too many, as in a hurry": []byte(`{"a":"é",}`),
	} {
		t.Run(name, func(t *testing.T) {
			d := jsontree.Parse(content)
			if got := d.Object(d.Root, "").Text("a"); got != "é" {
				t.Errorf("got %q, %v", got, d.Remarks)
			}
		})
	}
}

func TestWhatCannotBeReadIsBoundedAndSaid(t *testing.T) {
	for name, tt := range map[string]struct{ content, rule string }{
		"nested too deep":        {strings.Repeat("[", 100_000), "too-much"},
		"nothing":                {" \n", "empty"},
		"another format":         {"<rdf>", "broken-json"},
		"too many values":        {"[" + strings.Repeat("0,", 2_100_000) + "0]", "too-much"},
		"bytes that are no text": {"{\"a\":\"\xff\"}", "not-utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			d := jsontree.Parse([]byte(tt.content))
			if len(d.Remarks) == 0 || d.Remarks[0].Rule != tt.rule {
				t.Errorf("got %v", d.Remarks)
			}
		})
	}
	if d := jsontree.Parse(make([]byte, jsontree.MostBytes+1)); d.Root != nil || d.Remarks[0].Rule != "too-large" {
		t.Error("more than 64 MB were read")
	}
}

func TestRemarksAreCappedAndCounted(t *testing.T) {
	d := jsontree.Parse([]byte("[" + strings.Repeat("0,", 999) + "0]"))
	for range d.Root.Items {
		d.Remark("rule", models.Note, "items[1].a", d.Root, "Words.")
		d.Once("once", models.Note, "items[1].a", d.Root, "Words.")
	}
	got := d.Ordered()
	if len(got) != 202 || got[201].Rule != "more-remarks" || !strings.Contains(got[201].Message, "800 more") {
		t.Errorf("%d remarks, the last is %v", len(got), got[len(got)-1])
	}
}

func TestWhatWasNotAskedForIsLeftOver(t *testing.T) {
	d := jsontree.Parse([]byte(`{"a":1,"b":{"c":2,"d":" x "},"e":null,"f":[ 1, "\u0000" ]}`))
	c := d.Object(d.Root, "at")
	in := c.Within(d.Root.Get("b"), "b")
	in.Text("c")
	c.Take("b")
	kept := map[string]string{}
	in.Rest(kept, nil)
	c.Rest(kept, func(key string) bool { return key == ".a" })
	if len(kept) != 3 || kept["a"] != "1" || kept["b.d"] != `" x "` || kept["f"] != `[1,"\u0000"]` {
		t.Errorf("kept %v", kept)
	}
	if len(d.Remarks) != 3 || d.Remarks[1].Key != "at.b.d" {
		t.Errorf("remarks %v", d.Remarks)
	}
}

func TestWhatWasAskedForAndCouldNotBeTakenIsNoUnknownKey(t *testing.T) {
	doc := jsontree.Parse([]byte(`{"name":{"a":"b"},"home":"nowhere","colour":"red"}`))
	c := doc.Object(doc.Root, "")
	c.Text("name")
	c.Address("home")
	kept := map[string]string{}
	c.Rest(kept, nil)
	if diff := cmp.Diff(map[string]string{"name": `{"a":"b"}`, "home": `"nowhere"`, "colour": `"red"`}, kept); diff != "" {
		t.Error(diff)
	}
	var said []string
	for _, r := range doc.Ordered() {
		said = append(said, r.Rule+" "+r.Key)
	}
	if diff := cmp.Diff([]string{"wrong-type name", "bad-url home", "unknown-key colour"}, said); diff != "" {
		t.Error(diff)
	}
}

func TestDaysAreReadInTheFormsThatAreInUse(t *testing.T) {
	for text, want := range map[string]string{"2014-04-05": "2014-04-05", "2014-4-5": "2014-04-05", "2014-04-05T23:59:59+02:00": "2014-04-05", "2014-04-05T23:59:59-0500": "2014-04-05", "2014-04-05T01:02:03Z+0200": "2014-04-05", "2014-13-05T01:02:03": "", "2014": "2014-01-01", "20140405": "2014-04-05", "05/04/2014": "", "0000-00-00": "", "": ""} {
		got := ""
		if d, _ := jsontree.Day(text); d != nil {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"x",null,true,{"b":-1e5}]}`, `{"a":"\ud800"}`, "\xff\xfe{\x00", "\xfe\xff", "\xef\xbb\xbf[]", `{"a":1}{`, `[[[[`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d := jsontree.Parse(content)
		if d.Root == nil && len(d.Remarks) == 0 {
			t.Fatal("nothing was read and nothing was said")
		}
		c := d.Object(d.Root, "")
		c.Text("a")
		c.Date("a")
		c.Number("a")
		c.Bool("a")
		c.Texts("a")
		c.Address("a")
		c.Rest(map[string]string{}, nil)
		d.Ordered()
	})
}
