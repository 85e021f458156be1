package cyclonedx

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// small keeps a fuzzed document from costing more than it teaches.
var small = sbom.Limits{Bytes: 1 << 20, MarkupBytes: 1 << 16, Packages: 1000, Relationships: 1000, StringLength: 1 << 16, TextBytes: 1 << 16}

func FuzzReadJSON(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "{") {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte(wholeJSON))
	f.Fuzz(func(t *testing.T, data []byte) { readSoundly(t, data) })
}

func FuzzReadXML(f *testing.F) {
	for _, c := range salvaged {
		if strings.HasPrefix(c.text, "<") {
			f.Add([]byte(c.text))
		}
	}
	f.Add([]byte(wholeXML))
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
	if doc.Packages != count || len(doc.Findings) > models.MaxFindings || (doc.Complete != nil && len(doc.Complete) != count) {
		t.Errorf("says %d packages, handed over %d; %d findings, %d times completeness", doc.Packages, count, len(doc.Findings), len(doc.Complete))
	}
	for _, e := range doc.Edges {
		if e.From < 0 || e.To < 0 || int(e.From) >= count || int(e.To) >= count || e.From == e.To {
			t.Errorf("the edge %+v leads nowhere", e)
		}
	}
	for _, r := range doc.Roots {
		if r < 0 || int(r) >= count {
			t.Errorf("the root %d is none", r)
		}
	}
	for _, finding := range doc.Findings {
		if sbom.SeverityOf(finding.Rule) == "" || finding.Message == "" {
			t.Errorf("the finding %+v has no severity or says nothing", finding)
		}
	}
}
