package register_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/measure"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// distinct is an SPDX document of packages that no other number has, each needing three of those before it.
func distinct(from, n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		var b strings.Builder
		fmt.Fprintf(&b, `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d%[1]d","documentNamespace":"https://example.gov/%[1]d","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t-1"]},"documentDescribes":["SPDXRef-%[1]d"],"packages":[`, from)
		flush := func() error {
			_, err := io.WriteString(w, b.String())
			b.Reset()
			return err
		}
		for i := from; i < from+n; i++ {
			if i > from {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"SPDXID":"SPDXRef-%[1]d","name":"@scope-%[2]d/package-%[1]d","versionInfo":"%[3]d.%[4]d.0","supplier":"Organization: Supplier %[2]d","downloadLocation":"NOASSERTION","licenseDeclared":"%[5]s","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/%%40scope-%[2]d/package-%[1]d@%[3]d.%[4]d.0"}]}`+"\n",
				i, i%997, i%7, i%31, []string{"MIT", "Apache-2.0", "EUPL-1.2", "GPL-2.0-only OR MIT"}[i%4])
			if b.Len() > 64<<10 && flush() != nil {
				return
			}
		}
		b.WriteString(`],"relationships":[`)
		for i := from + 1; i < from+n; i++ {
			for k := range 3 {
				if i > from+1 || k > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, `{"spdxElementId":"SPDXRef-%d","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-%d"}`, from+(i-from)*(k+1)/5, i)
			}
			if b.Len() > 64<<10 && flush() != nil {
				return
			}
		}
		b.WriteString(`]}`)
		_ = w.CloseWithError(flush())
	}()
	return r
}

// BenchmarkExportPortfolio writes EXPORT_PACKAGES distinct packages, of documents of EXPORT_EACH, as one.
func BenchmarkExportPortfolio(b *testing.B) {
	packages, each := setting("EXPORT_PACKAGES", 100_000), setting("EXPORT_EACH", 20_000)
	s, err := store.Open(ctx, testkit.OwnDSN(b))
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	must(err)
	b.Cleanup(s.Close)
	r := register.New(s)
	agency := &models.Agency{URI: "https://www.example.gov/a", Code: "a", Name: "Ministry", Kind: models.Ministry}
	must(r.RegisterAgency(ctx, system, agency))
	asset := &models.Asset{Name: "System", Origin: models.OpenSource, StewardID: agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	must(r.RegisterAsset(ctx, system, asset))
	for from := 0; from < packages; from += each {
		release := &models.Release{AssetID: asset.ID, Number: fmt.Sprint(from)}
		must(r.RegisterRelease(ctx, system, release))
		_, err := r.ReceiveSBOM(ctx, system, release.ID, "", distinct(from, min(each, packages-from)), register.Limits{})
		must(err)
	}
	for _, format := range register.ExportFormats {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				runtime.GC()
				before := measure.HeapBytes() // what taking the documents in left behind
				var heap uint64
				stop := measure.WatchHeap(&heap)
				begun := time.Now()
				p, err := r.AgencyPortfolio(ctx, models.Viewer{}, agency.ID)
				must(err)
				e, err := r.ExportPortfolio(ctx, p, format)
				must(err)
				b.ReportMetric(time.Since(begun).Seconds(), "s")
				stop()
				b.ReportMetric(float64(heap)/(1<<20), "heap-MB")
				b.ReportMetric(float64(heap-min(heap, before))/(1<<20), "more-MB")
				b.ReportMetric(float64(e.Size)/(1<<20), "MB")
				if e.Packages < packages {
					b.Fatalf("%d packages", e.Packages)
				}
				if to := os.Getenv("EXPORT_TO"); to != "" {
					f, err := os.Create(to + "-" + string(format))
					must(err)
					_, err = io.Copy(f, e)
					must(err)
					must(f.Close())
				}
				must(e.Close())
			}
		})
	}
}
