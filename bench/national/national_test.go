package national_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// TestTheSameSeedGivesTheSameBytes holds digests: measurements of another day are comparable only while they do not change.
func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	want := map[string]string{
		"spdx":       "478e90b22331dd4c",
		"spdx3":      "e3f2e6b0c1df4cd9",
		"cyclonedx":  "57f7a2c9c64865b0",
		"government": "fc2e88bdd2155ca6",
	}
	got := map[string]string{}
	for _, f := range national.Formats {
		n, h := national.New(national.S, 1), sha256.New()
		for _, i := range []int{0, 7, 499, 500} {
			if err := n.Document(i).Write(h, f); err != nil {
				t.Fatal(err)
			}
		}
		got[string(f)] = fmt.Sprintf("%x", h.Sum(nil)[:8])
	}
	h := sha256.New()
	for _, size := range []national.Size{national.S, national.M, national.L} {
		n := national.New(size, 1)
		for i := 0; i < size.Agencies; i += 7 {
			fmt.Fprint(h, n.Agency(i))
		}
		for i := 0; i < size.Assets; i += 97 {
			fmt.Fprint(h, n.Asset(i), n.Release(i))
		}
		for i := 0; i < size.Deployments; i += 97 {
			fmt.Fprint(h, n.Deployment(i))
		}
	}
	got["government"] = fmt.Sprintf("%x", h.Sum(nil)[:8])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnotherSeedGivesOtherDocuments(t *testing.T) {
	var a, b bytes.Buffer
	_ = national.New(national.S, 1).Document(3).Write(&a, national.SPDX2) // a buffer takes everything
	_ = national.New(national.S, 2).Document(3).Write(&b, national.SPDX2)
	if bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two seeds give the same document")
	}
}

func TestOurReadersTakeTheDocumentsWhole(t *testing.T) {
	n := national.New(national.S, 1)
	for _, f := range national.Formats {
		for i := range 10 {
			d := n.Document(i * 31)
			doc := read(t, d, f)
			if doc.Verdict() != models.Accepted || doc.Packages != d.Packages() || len(doc.Roots) != 1 || len(doc.Edges) != d.Relationships()-1 {
				t.Errorf("%s: document %d of %d packages, %d relationships was %s with %d packages, %d edges, %d roots, %v", f, i*31, d.Packages(), d.Relationships(), doc.Verdict(), doc.Packages, len(doc.Edges), len(doc.Roots), doc.Findings)
			}
		}
	}
}

func read(t *testing.T, d *national.Document, f national.Format) *models.SBOMDocument {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(d.Write(w, f)) }()
	doc, err := importers.Read(r, sbom.Limits{}, func(p *models.SBOMPackage) error {
		if p.PURL == "" || p.Version == "" || p.Supplier == "" || len(p.Checksums) != 1 {
			t.Errorf("a package lacks something: %+v", p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSizesAreWhatTheySay(t *testing.T) {
	for _, size := range []national.Size{national.S, national.M, national.L} {
		n := national.New(size, 1)
		releases := map[int]bool{}
		for i := range size.Documents {
			releases[size.ReleaseOf(i)] = true
		}
		if len(releases) != size.Documents {
			t.Errorf("%s: %d documents on %d releases", size.Name, size.Documents, len(releases))
		}
		titles := map[[3]any]bool{}
		for i := range size.Assets {
			a := n.Asset(i)
			titles[[3]any{a.Steward, a.Name, a.Edition}] = true
		}
		if len(titles) != size.Assets {
			t.Errorf("%s: only %d of %d assets have a title of their own", size.Name, len(titles), size.Assets)
		}
		packages := 0
		for i := range 500 {
			packages += n.Document(i).Packages()
		}
		if mean := packages / 500; mean < 950 || mean > 1200 {
			t.Errorf("%s: %d packages a document on average", size.Name, mean)
		}
	}
}

func TestEveryAgencyIsBelowOneThatCameBefore(t *testing.T) {
	n := national.New(national.M, 1)
	for i := range n.Size.Agencies {
		if a := n.Agency(i); a.Parent >= i || (a.Parent < 0) != (i == 0) {
			t.Errorf("agency %d is below %d", i, a.Parent)
		}
	}
}

// BenchmarkDocument says how fast documents come: they must not be what a measurement waits for.
func BenchmarkDocument(b *testing.B) {
	n := national.New(national.M, 1)
	packages := 0
	for i := 0; b.Loop(); i++ {
		d := n.Document(i % 100)
		packages += d.Packages()
		if err := d.Write(io.Discard, national.SPDX2); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packages), "ns/package")
}
