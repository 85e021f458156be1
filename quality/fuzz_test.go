package quality

import (
	"testing"

	"github.com/ospo-register/ospo/models"
)

// FuzzTexts feeds foreign text to everything that judges one: nothing panics, blanks around it change nothing, and no text is
// both a version and a placeholder.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{
		"", " ", "1.2.3", "^1", "1.x", "[1,2)", "NOASSERTION", "[not provided]", "(", "[[]", "()", "syft-0.98.0", "tool-", "a-[", "$", "${v}", "1 ||", "1,",
		"pkg:npm/a@1", "pkg:", "pkg:/", "pkg:npm/", "pkg:npm//", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", "swh:1:cnt:", "gitoid:blob:sha256:0", "urn:uuid:", "urn:",
		"https://a.test/1", "://", "%zz", "SPDX-", "LicenseRef-a AND (MIT", "\xff\xfe", "v", "vers:npm/1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := versionOf(text), versionOf(" "+text+"\t"); a != b {
			t.Errorf("%q is a version %v, with blanks around it %v", text, a, b)
		}
		if versionOf(text) == value && said(text) != value {
			t.Errorf("%q is a version and a placeholder", text)
		}
		m := NewMeter()
		m.Package(&models.SBOMPackage{
			Name: text, Version: text, PURL: text, CPEs: []string{text}, Supplier: text, Declared: text, Concluded: text, Download: text, Source: text, Security: text,
			Checksums: []models.Checksum{{Algorithm: text, Hex: text}, {Algorithm: "SHA256", Hex: text}}, FileName: text,
			Identifiers: []models.Identifier{{Scheme: "swhid", Value: text}, {Scheme: "gitoid", Value: text}, {Scheme: "uuid", Value: text}, {Scheme: text, Value: text}},
		})
		d := &models.SBOMDocument{
			Format: models.SPDXJSON, SpecVersion: text, Namespace: text, Edition: text, Context: text, Roots: []int32{0},
			Creators: []models.Creator{{Kind: "tool", Name: text}, {Kind: "person", Name: text, Email: text, URL: text}}, Extracted: []models.Extract{{Ref: text, Text: text}},
		}
		for _, tally := range m.Finish(d) {
			if tally.Value < 0 || tally.Unknown < 0 || tally.Missing < 0 || tally.Value+tally.Unknown+tally.Missing != 1 {
				t.Errorf("%q: %+v does not add up to one", text, tally)
			}
		}
	})
}
