package cyclonedx

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// packed writes a text through a packer.
func packed(t *testing.T, text string, packer func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := packer(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func utf16Text(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

func TestADocumentMayComePackedAndInOtherEncodings(t *testing.T) {
	const supplier = "Müller & Söhne 東京 🐙"
	text := withComponent(`"supplier":{"name":"` + supplier + `"}`)
	markup := xmlWith("<components><component type='library' bom-ref='b'><supplier><name>" + strings.ReplaceAll(supplier, "&", "&amp;") + "</name></supplier><name>beta</name></component></components>")
	for _, c := range []struct {
		name, text string
		found      []string
	}{
		{"plain", text, nil},
		{"plain XML", markup, nil},
		{"gzip", packed(t, text, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }), []string{"compressed"}},
		{"zstd", packed(t, text, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }), []string{"compressed"}},
		{"xz", packed(t, markup, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }), []string{"compressed"}},
		{"a byte order mark", "\xef\xbb\xbf" + text, []string{"utf8-bom"}},
		{"XML with a byte order mark", "\xef\xbb\xbf" + markup, []string{"utf8-bom"}},
		{"UTF-16", utf16Text(text), []string{"utf16"}},
		{"XML in UTF-16", utf16Text(strings.Replace(markup, "UTF-8", "UTF-16", 1)), []string{"utf16"}},
		{"CRLF", strings.ReplaceAll(strings.ReplaceAll(text, ",", ",\r\n"), "{", "{\r\n"), nil},
		{"XML with CRLF", strings.ReplaceAll(markup, "\n", "\r\n"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.text)
			if diff := cmp.Diff(c.found, got.found()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if len(got.packages) != 2 || got.packages[1].Supplier != supplier {
				t.Errorf("read %+v", got.packages)
			}
		})
	}
}

func TestWhatIsNoCycloneDXDocumentIsRefusedWithASentence(t *testing.T) {
	for _, c := range []struct{ name, text, code, says string }{
		{"nothing", " \n", "empty", "empty"},
		{"plain text", "Hello, world.", "not-an-sbom", "not a CycloneDX"},
		{"a JSON list", "[" + sound + `"x":1}]`, "not-an-sbom", "not a CycloneDX"},
		{"JSON of another kind", `{"metadata":{"name":"x"},"kind":"Pod"}`, "not-an-sbom", "neither bomFormat"},
		{"a list of components of something else", `{"components":[{"name":"x","width":3}]}`, "not-an-sbom", "neither bomFormat"},
		{"JSON that breaks off", `{"components":[{"name":"x",`, "not-an-sbom", "cannot be read from byte"},
		{"a document that breaks off before anything was read", head + `"components":[{"na`, "broken-off", "Transfer it again"},
		{"XML of another kind", "<html/>", "not-an-sbom", "not a CycloneDX"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := tryRead(c.text, sbom.Limits{})
			var refusal *models.Error
			if !errors.As(err, &refusal) || got.SBOMDocument != nil {
				t.Fatalf("read %+v, %v", got.SBOMDocument, err)
			}
			if refusal.Kind != models.Invalid || refusal.Code != c.code || !strings.Contains(refusal.Detail, c.says) {
				t.Errorf("refused as %s %s: %s", refusal.Kind, refusal.Code, refusal.Detail)
			}
		})
	}
}

func TestADocumentIsToldFromItsFirstBytes(t *testing.T) {
	long := strings.Repeat("x", sbom.Sniffed)
	for _, c := range []struct {
		name, text string
		format     models.SBOMFormat
	}{
		{"bomFormat first", sound, models.CycloneDXJSON},
		{"bomFormat late", `{"components":[],"version":1,"bomFormat":"CycloneDX"}`, models.CycloneDXJSON},
		{"components that are longer than what is looked at", `{"components":["` + long + `"],"bomFormat":"CycloneDX"}`, models.CycloneDXJSON},
		{"vulnerabilities first", `{"$schema":"x","vulnerabilities":[{"x":"` + long, models.CycloneDXJSON},
		{"inside sbom", `{"sbom":` + sound, models.CycloneDXJSON},
		{"inside an attestation", `{"_type":"x","subject":[{"name":"x"}],"predicateType":"x","predicate":{"Data":` + sound, models.CycloneDXJSON},
		{"XML", xmlWith(""), models.CycloneDXXML},
		{"XML behind a comment and with a prefix", "\n<!-- <a> --><?x?><b:bom xmlns:b='http://cyclonedx.org/schema/bom/1.4'/>", models.CycloneDXXML},
		{"SPDX", `{"spdxVersion":"SPDX-2.3","packages":[]}`, ""},
		{"SPDX with a member called metadata", `{"SPDXID":"SPDXRef-DOCUMENT","metadata":{}}`, ""},
		{"SPDX inside sbom", `{"sbom":{"spdxVersion":"SPDX-2.3","packages":[]}}`, ""},
		{"a manifest of npm", `{"name":"x","version":"1","scripts":{}}`, ""},
		{"YAML", "bomFormat: CycloneDX\n", ""},
		{"half a name", `{"bomFor`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := []byte(c.text)
			if format, ours := Choose(text[:min(len(text), sbom.Sniffed)]); format.Notation != c.format || ours != (c.format != "") {
				t.Errorf("taken for %q, %v", format.Notation, ours)
			}
		})
	}
}

func TestAFailureOfTheSourceIsNotTheDocumentsFault(t *testing.T) {
	broken := errors.New("connection lost")
	for _, text := range []string{withMembers(`"components":[]`), xmlWith("<components/>")} {
		for _, after := range []int{0, 3, len(text) - 2} {
			r := io.MultiReader(strings.NewReader(text[:after]), iotest.ErrReader(broken))
			if _, err := Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil }); !errors.Is(err, broken) {
				t.Errorf("after %d bytes of %.20q: %v", after, text, err)
			}
		}
	}
}

func TestWhatTheCallerAnswersEndsTheReading(t *testing.T) {
	enough := errors.New("enough")
	for _, text := range []string{withMembers(`"components":[]`), xmlWith(""), sound + `"components":[{"name":"x","components":[{"name":"y"},`} {
		if _, err := Read(strings.NewReader(text), sbom.Limits{}, func(*models.SBOMPackage) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
