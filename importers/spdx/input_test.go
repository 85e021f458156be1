package spdx

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

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// utf16Text encodes a text as little-endian UTF-16, with or without a byte order mark.
func utf16Text(text string, mark bool) string {
	var b strings.Builder
	if mark {
		b.WriteString("\xff\xfe")
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

func bigEndian(littleEndian string) string {
	swapped := []byte(littleEndian)
	for i := 0; i+1 < len(swapped); i += 2 {
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
	}
	return string(swapped)
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func TestTheEncodingIsToldFromTheBytes(t *testing.T) {
	const supplier = "Müller & Söhne 東京 🐙"
	text := withPackage(`"supplier":"Organization: ` + supplier + `"`)
	for _, c := range []struct {
		name, text, supplier string
		found                []string
	}{
		{"plain UTF-8", text, supplier, nil},
		{"UTF-8 with a byte order mark", "\xef\xbb\xbf" + text, supplier, []string{"utf8-bom"}},
		{"little-endian UTF-16 with a mark", utf16Text(text, true), supplier, []string{"utf16"}},
		{"big-endian UTF-16 with a mark", bigEndian(utf16Text(text, true)), supplier, []string{"utf16"}},
		{"little-endian UTF-16 without a mark", utf16Text(text, false), supplier, []string{"utf16"}},
		{"big-endian UTF-16 without a mark", bigEndian(utf16Text(text, false)), supplier, []string{"utf16"}},
		{"Latin-1", withPackage("\"supplier\":\"Organization: M\xfcller\""), "Müller", []string{"invalid-utf8"}},
		{"JSON escapes, as Python writes them by default", withPackage(`"supplier":"Organization: M\u00fcller \"& Co\" \ud83d\udc19"`), `Müller "& Co" 🐙`, nil},
		{"half a surrogate pair", withPackage(`"supplier":"Organization: M\ud83dller"`), "M\uFFFDller", nil},
		{"gzip", gzipped(text), supplier, []string{"compressed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"at once":           strings.NewReader(c.text),
				"byte by byte":      iotest.OneByteReader(strings.NewReader(c.text)),
				"with an early end": iotest.DataErrReader(strings.NewReader(c.text)),
			} {
				var got reading
				doc, err := Read(r, sbom.Limits{}, func(p *models.SBOMPackage) error {
					got.packages = append(got.packages, *p)
					return nil
				})
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				got.SBOMDocument = doc
				if diff := cmp.Diff(c.found, got.found()); diff != "" {
					t.Errorf("%s, findings (-want +got):\n%s", how, diff)
				}
				if len(got.packages) != 1 || got.packages[0].Supplier != c.supplier {
					t.Errorf("%s: read %+v", how, got.packages)
				}
			}
		})
	}
}

func TestWhatIsNoSPDXDocumentIsRefusedWithASentence(t *testing.T) {
	for _, c := range []struct{ name, text, code, says string }{
		{"nothing", "", "empty", "empty"},
		{"blanks", " \n\t\r\n", "empty", "empty"},
		{"a byte order mark", "\ufeff", "empty", "empty"},
		{"plain text", "Hello, world.", "not-an-sbom", "SPDX 2.1 to 3.0.1"},
		{"JSON of another kind", `{"name":"x","version":"1"}`, "not-an-sbom", "neither spdxVersion nor packages"},
		{"a lock file of npm", `{"name":"x","lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/y":{"version":"1"}}}`, "not-an-sbom", "neither spdxVersion"},
		{"a lock file of Composer", `{"packages":[{"name":"a/b","version":"1.0","license":["MIT"]}]}`, "not-an-sbom", "neither spdxVersion"},
		{"a lock file of pnpm", "lockfileVersion: 5.4\npackages:\n  /a/1.0: {resolution: {integrity: x}}\n", "not-an-sbom", "neither spdxVersion"},
		{"a manifest of winget", "PackageIdentifier: A.B\nPackageVersion: 1.0\nPackageName: B\n", "not-an-sbom", "tag-value"},
		{"a JSON number", `7`, "not-an-sbom", "SPDX 2.1 to 3.0.1"},
		{"a JSON list", `[` + withMembers(`"files":[]`) + `]`, "not-an-sbom", "each by itself"},
		{"broken JSON", `{"name": nonsense`, "not-an-sbom", "cannot be read from byte"},
		{"half a word of JSON", `{"spdx`, "not-an-sbom", "cannot be read from byte"},
		{"a document that breaks off before anything was read", sound + `"packages":[{"SPDXID":"SPDXRef-a",`, "broken-off", "Transfer it again"},
		{"YAML that breaks off before anything was read", "spdxVersion: SPDX-2.3\npackages:\n- name: \"a", "broken-off", "line 3"},
		{"CycloneDX JSON", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}`, sbom.CodeOtherFormat, "CycloneDX"},
		{"CycloneDX XML", `<?xml version="1.0"?><!-- x --><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`, sbom.CodeOtherFormat, "CycloneDX"},
		{"JSON-LD of another kind", `{"@context":"https://schema.org","@type":"SoftwareSourceCode","name":"x"}`, "not-an-sbom", "not an SPDX document"},
		{"a graph of another kind", `{"@context":["x"],"@graph":[{"@id":"x"},{"type":"Person"}]}`, "not-an-sbom", "not an SPDX document"},
		{"JSON-LD that breaks off before anything was read", `{"@context":"https://sche`, "not-an-sbom", "cannot be read from byte"},
		{"a graph of SPDX 3 that breaks off before anything was read", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"software_Pack`, "broken-off", "Transfer it again"},
		{"SPDX 3 by its version", `{"spdxVersion":"SPDX-3.0"}`, sbom.CodeOtherFormat, "SPDX 3"},
		{"a spreadsheet", "PK\x03\x04rest", sbom.CodeOtherFormat, "spreadsheet"},
		{"damaged gzip", "\x1f\x8b\x08rest", "not-an-sbom", "unpacked"},
		{"gzip that breaks off", gzipped(withMembers(`"files":[]`))[:40], "not-an-sbom", "unpacked"},
		{"XML of another kind", `<html><body/></html>`, "not-an-sbom", "root element “html”"},
		{"RDF of another kind", `<rdf:RDF xmlns:rdf="x"><foo/></rdf:RDF>`, "not-an-sbom", "RDF"},
		{"an XML declaration alone", `<?xml version="1.0"?>`, "not-an-sbom", "XML"},
		{"YAML of another kind", "packages: &a [*a, *a]\n", "not-an-sbom", "YAML"},
		{"broken YAML", "packages: [\n", "not-an-sbom", "YAML"},
		{"a line like tag-value", "Created: yesterday\n", "not-an-sbom", "tag-value"},
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

func TestTheNotationIsToldFromTheBytesNotTheName(t *testing.T) {
	for _, c := range []struct {
		name, text string
		format     models.SBOMFormat
	}{
		{"JSON", withMembers(`"files":[]`), models.SPDXJSON},
		{"JSON behind blank lines", "\n\n  " + withMembers(`"files":[]`), models.SPDXJSON},
		{"tag-value", tagHeader + tagAlpha, models.SPDXTagValue},
		{"tag-value behind comments", "# made by hand\n\n## Document\n" + tagHeader + tagAlpha, models.SPDXTagValue},
		{"tag-value whose texts look like YAML", tagHeader + tagAlpha + "PackageComment: <text>\nname: x\npackages:\n</text>\n", models.SPDXTagValue},
		{"YAML", "spdxVersion: SPDX-2.3\npackages:\n- name: alpha\n", models.SPDXYAML},
		{"YAML that begins with the id, like tag-value", "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\npackages: []\n", models.SPDXYAML},
		{"YAML inside a Document", "---\nDocument:\n  spdxVersion: SPDX-2.1\n  packages:\n  - name: alpha\n", models.SPDXYAML},
		{"RDF", rdfText(""), models.SPDXRDF},
		{"RDF without its usual prefix", strings.ReplaceAll(strings.ReplaceAll(rdfText(""), "rdf:", "r:"), ":rdf", ":r"), models.SPDXRDF},
		{"XML", "<?xml version='1.1' encoding='UTF-16'?>\n<Document><spdxVersion>SPDX-2.2</spdxVersion><packages><name>alpha</name></packages></Document>", models.SPDXXML},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, c.text); got.Format != c.format {
				t.Errorf("read as %s", got.Format)
			}
		})
	}
}

func TestAFailureOfTheSourceIsNotTheDocumentsFault(t *testing.T) {
	broken := errors.New("connection lost")
	for _, text := range []string{withMembers(`"files":[]`), tagHeader + tagAlpha, rdfText(""), "spdxVersion: SPDX-2.3\npackages:\n- name: alpha\n", "<Document><packages>"} {
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
	for _, text := range []string{withPackages(alpha), tagHeader + tagAlpha, tagHeader + tagAlpha + "Odd: 1\n", rdfText(""), rdfText(`<spdx:Package/>`)} {
		if _, err := Read(strings.NewReader(text), sbom.Limits{}, func(*models.SBOMPackage) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
