package publiccode

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestNotationsAreRead(t *testing.T) {
	wide := func(little bool) []byte {
		var b bytes.Buffer
		for _, c := range "\ufeff" + sound {
			if little {
				b.Write([]byte{byte(c), byte(c >> 8)})
			} else {
				b.Write([]byte{byte(c >> 8), byte(c)})
			}
		}
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		content []byte
		rule    string
		valid   bool
	}{
		"byte order mark":              {[]byte("\ufeff" + sound), "byte-order-mark", true},
		"UTF-16, little end":           {wide(true), "not-utf-8", false},
		"UTF-16, big end":              {wide(false), "not-utf-8", false},
		"UTF-32, little end":           {widest(binary.LittleEndian, "\ufeff"+sound), "in UTF-32", false},
		"UTF-32, big end":              {widest(binary.BigEndian, sound), "in UTF-32", false},
		"Windows-1252":                 {bytes.ReplaceAll([]byte(sound), []byte("Finds"), []byte("Fin\xe0s")), "not-utf-8", false},
		"carriage returns":             {[]byte(strings.ReplaceAll(sound, "\n", "\r\n")), "", true},
		"carriage returns alone":       {[]byte(strings.ReplaceAll(sound, "\n", "\r")), "", true},
		"dashes at the end":            {[]byte(sound + "---\n"), "several-documents", false},
		"two documents":                {[]byte("---\n" + sound + "---\nname: Hydra\n"), "several-documents", false},
		"one document, well kept":      {[]byte("# of ours\n---\n" + sound + "...\n"), "", true},
		"directive of YAML 1.1":        {[]byte("%YAML 1.1\n---\n" + sound), "yaml-1.1", true},
		"an anchor and an alias":       {[]byte(strings.Replace(strings.Replace(sound, "name: Medusa", "name: &n Medusa", 1), "Ada Example", "*n", 1)), "", true},
		"an alias to nothing":          {[]byte(strings.Replace(sound, "Ada Example", "*n", 1)), "unknown-alias", false},
		"an escaped control character": {[]byte(strings.Replace(sound, "name: Medusa", "name: \"Me\\0dusa\"", 1)), "control-character", true},
		"a raw control character":      {[]byte(strings.Replace(sound, "name: Medusa", "name: Me\x01dusa", 1)), "control-character", false},
	} {
		t.Run(name, func(t *testing.T) {
			d, remarks := Read(c.content)
			if d == nil || d.Name != "Medusa" || d.License != "EUPL-1.2" {
				t.Fatalf("read %+v, %v", d, remarks)
			}
			if models.Valid(remarks) != c.valid {
				t.Errorf("valid is %t: %v", !c.valid, remarks)
			}
			if said := slices.ContainsFunc(remarks, func(r models.Remark) bool { return r.Rule == c.rule || strings.Contains(r.Message, c.rule) }); c.rule != "" && !said || c.rule == "" && len(remarks) > 0 {
				t.Errorf("remarks are %v", remarks)
			}
		})
	}
}

// widest is a text in UTF-32.
func widest(order binary.AppendByteOrder, text string) (b []byte) {
	for _, c := range text {
		b = order.AppendUint32(b, uint32(c))
	}
	return b
}

func TestRemarksCountTheLinesThatAreShown(t *testing.T) {
	for name, end := range map[string]string{"line feeds": "\n", "carriage returns": "\r", "both": "\r\n"} {
		t.Run(name, func(t *testing.T) {
			content := []byte(strings.ReplaceAll(strings.Replace(sound, "stable", "stabel", 1), "\n", end))
			_, remarks := Read(content)
			if len(remarks) != 1 || remarks[0].Line != 6 {
				t.Fatalf("remarks are %v", remarks)
			}
			if lines := strings.Split(Text(content), "\n"); len(lines) < 6 || lines[5] != "developmentStatus: stabel" {
				t.Errorf("shown are %q", lines)
			}
		})
	}
}
