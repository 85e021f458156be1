package spdx

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// small keeps a fuzzed document from costing more than it teaches.
var small = sbom.Limits{Bytes: 1 << 20, TagValueBytes: 1 << 18, MarkupBytes: 1 << 16, Packages: 1000, Relationships: 1000, StringLength: 1 << 16, TextBytes: 1 << 16}

func FuzzReadJSON(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "{") {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte(whole))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadSPDX3(f *testing.F) {
	for _, c := range salvaged3 {
		f.Add([]byte(c.text))
	}
	f.Add([]byte(wholeGraph))
	f.Add([]byte(expanded(wholeGraph)))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadTagValue(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "SPDXVersion") && len(c.text) < 10_000 {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte(wholeTagValue))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadYAML(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "spdxVersion:") {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte("---\nDocument:\n  spdxVersion: 'SPDX-2.1'\n  packages: &p\n  - {name: alpha, versionInfo: 1.10, x: ~}\n  files: *p\n"))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadRDF(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "<rdf") {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte(wholeRDF))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadXML(f *testing.F) {
	f.Add([]byte("<Document><spdxVersion>SPDX-2.2</spdxVersion><packages><SPDXID>SPDXRef-a</SPDXID><name>alpha</name></packages><packages/></Document>"))
	f.Add([]byte("<?xml version='1.0'?><!-- c --><SpdxDocument><Document><relationships><spdxElementId>&amp;</spdxElementId></relationships></Document></SpdxDocument>"))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

// readSoundly holds what must be true of any input whatever: a refusal is one of ours, and what is read is sound.
func readSoundly(t *testing.T, data []byte) {
	count := 0
	doc, err := Read(bytes.NewReader(data), small, func(p *models.SBOMPackage) error {
		if int(p.Ordinal) != count || p.Name == "" || strings.ContainsRune(p.Name, 0) {
			t.Errorf("package %d is %+v", count, p)
		}
		count++
		return nil
	})
	if err != nil {
		var refusal *models.Error
		if !errors.As(err, &refusal) || refusal.Code == "" || refusal.Detail == "" || doc != nil {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	if doc.Packages != count || len(doc.Findings) > models.MaxFindings {
		t.Errorf("says %d packages, handed over %d; %d findings", doc.Packages, count, len(doc.Findings))
	}
	for _, e := range doc.Edges {
		if e.From < 0 || e.To < 0 || int(e.From) >= count || int(e.To) >= count || e.From == e.To {
			t.Errorf("the edge %+v leads nowhere", e)
		}
	}
	for _, r := range doc.Roots {
		if r < 0 || int(r) >= count {
			t.Errorf("the root %d is no package", r)
		}
	}
	for _, finding := range doc.Findings {
		if finding.Severity == "" || finding.Message == "" {
			t.Errorf("the finding %+v says nothing", finding)
		}
	}
}
