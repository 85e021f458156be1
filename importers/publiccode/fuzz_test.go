package publiccode

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(sound))
	for _, seed := range []string{
		"", "---\n", "a: *b\n", "a: &a [*a]\n", "<<: [{name: x}]\n", "? [a]\n: b\n", "name: !!str 5\n", "a: >\n  b\n", "\ufeffname: x\n", "name: \"\\0\"\n", "a:\n\tb: c\n", "a: 'b\nname: c\n",
		"%YAML 1.1\n---\nname: x\n", "it:\n  piattaforme:\n    spid: yes\nIT: {}\n", "description:\n  en_GB: []\n", "\xff\xfea\x00:\x00", "a: b: c\n", "!<tag:x> {}", "- - - a\n", "releaseDate: 2020-01-01\nreleaseDate: x\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, remarks := Read(content)
		if d == nil && models.Valid(remarks) {
			t.Error("nothing was read and nothing is said")
		}
		lines := strings.Count(string(content), "\n") + strings.Count(string(content), "\r") + 2
		last := 0
		for _, r := range remarks {
			if r.Message == "" || r.Rule == "" || !utf8.ValidString(r.Message) {
				t.Errorf("a remark says nothing: %+v", r)
			}
			if r.Line > lines || r.Line < 0 || r.Line > 0 && r.Column < 1 || r.Line < last && r.Rule != "more-remarks" {
				t.Errorf("a remark is nowhere or out of order: %+v of %d lines", r, lines)
			}
			last = r.Line
		}
		if d == nil {
			return
		}
		for key, value := range d.Kept {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				t.Errorf("%s is kept as %q", key, value)
			}
		}
		if strings.ContainsRune(d.Name, 0) {
			t.Errorf("the name is %q", d.Name)
		}
	})
}
