package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

// BenchmarkLicensedRelease measures what a person waits for who asks about a release with many packages.
func BenchmarkLicensedRelease(b *testing.B) {
	s := testkit.Store(b)
	r := register.New(s)
	if _, err := r.ShipPolicy(ctx); err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{5000, 50_000} {
		release := sample.Release(b, s, sample.Asset(b, s).ID, "1")
		receipt, err := r.ReceiveSBOM(ctx, system, release.ID, "sbom.json", strings.NewReader(largeDocument(n)), sbom.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		for name, ask := range map[string]func() error{
			"publication": func() error { _, err := r.Publication(ctx, models.Viewer{}, release.ID, "EUPL-1.2"); return err },
			"obligations": func() error {
				_, err := r.Obligations(ctx, models.Viewer{}, release.ID, licenses.UseDistributeBinary)
				return err
			},
			"notice": func() error {
				x, err := r.Notice(ctx, models.Viewer{}, release.ID, register.NoticeText)
				if err != nil {
					return err
				}
				return x.Close()
			},
			"verdict": func() error { _, err := r.SBOMVerdict(ctx, models.Viewer{}, receipt.SBOM.ID, 0, nil); return err },
			"expression": func() error {
				_, err := r.CheckPolicy(ctx, models.Viewer{}, register.PolicyCheck{Kind: verdicts.Expression, Body: strings.NewReader("MIT")})
				return err
			},
		} {
			b.Run(fmt.Sprintf("%s of %d packages", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := ask(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
