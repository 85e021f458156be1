package texts

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ospo-register/ospo/licenses"
)

func TestEveryLicenseOfTheListHasAText(t *testing.T) {
	for _, license := range licenses.All() {
		text, ok := Text(license.ID)
		if !ok || len(strings.TrimSpace(text)) < 60 {
			t.Errorf("%s has no text (%d bytes)", license.ID, len(text))
		}
		if !utf8.ValidString(text) || strings.Contains(text, "\r") {
			t.Errorf("the text of %s is not UTF-8 with LF", license.ID)
		}
	}
}

func TestATextIsWhatItsIdentifierSays(t *testing.T) {
	for _, c := range []struct{ id, begins, holds string }{
		{"MIT", "MIT License", "THE SOFTWARE IS PROVIDED \"AS IS\""},
		{"mit", "MIT License", "<copyright holders>"},
		{"Apache-2.0", "Apache License", "Grant of Patent License"},
		{"EUPL-1.2", "EUROPEAN UNION PUBLIC LICENCE", "Appendix"},
		{"GPL-2.0", "GNU GENERAL PUBLIC LICENSE\nVersion 2", "END OF TERMS"},
		{"GPL-2.0+", "GNU GENERAL PUBLIC LICENSE\nVersion 2", "END OF TERMS"},
		{"GPL-2.0-with-classpath-exception", "GNU GENERAL PUBLIC LICENSE\nVersion 2", "An independent module is a module which is not derived"},
		{"StandardML-NJ", "STANDARD ML", "Lucent"},
		{"Classpath-exception-2.0", "Class Path Exception", "independent module"},
		{"llvm-exception", "---- LLVM Exceptions", "Combined\nSoftware"},
	} {
		text, ok := Text(c.id)
		if !ok || !strings.HasPrefix(text, c.begins) || !strings.Contains(text, c.holds) {
			t.Errorf("the text of %s (found: %v) does not begin with %q or does not hold %q:\n%.200s", c.id, ok, c.begins, c.holds, text)
		}
	}
}

func TestWhatIsNotOnTheListHasNoText(t *testing.T) {
	for _, id := range []string{"", "MIT OR ISC", "LicenseRef-1", "GPL", "NONE", "../data/README", "SHL-2.1"} {
		if text, ok := Text(id); ok || text != "" {
			t.Errorf("%q has the text %.40q", id, text)
		}
	}
}

// The list's exceptions without a text here are told in data/README.md.
func TestEveryExceptionFileIsOfAListedException(t *testing.T) {
	entries, err := exceptions.ReadDir("data/exceptions")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		id := strings.TrimSuffix(entry.Name(), ".txt")
		exception, ok := licenses.GetException(id)
		if !ok || exception.ID != id {
			t.Errorf("%s is not the name of a listed exception", entry.Name())
		}
		if text, ok := Text(id); !ok || len(text) < 200 || strings.Contains(text, "license text here") {
			t.Errorf("the text of %s is not whole: %.80q", id, text)
		}
	}
	if len(entries) != 14 {
		t.Errorf("%d exceptions have a text; data/README.md says 14", len(entries))
	}
}

func TestOneTextUnpacksOneFrameOnly(t *testing.T) {
	for id, at := range index() {
		frame, ok := unpackFrame(at)
		if !ok || len(frame) > 320<<10 {
			t.Fatalf("the frame of %s unpacks (%v) to %d bytes", id, ok, len(frame))
		}
	}
	if size := len(packed) + len(indexTSV); size > 1<<20 {
		t.Errorf("the texts take %d bytes in the program", size)
	}
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text("GPL-3.0-only")
	}
}
