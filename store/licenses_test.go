package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// statedLicenses is a document with one package for each declared licence, and the text of LicenseRef-1.
func statedLicenses(text string, declared ...string) []byte {
	var b strings.Builder
	b.WriteString(`{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://example.gov/spdx/d",
"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: test-1"]},"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"` + text + `"}],"packages":[`)
	for i, l := range declared {
		if i > 0 {
			b.WriteString(",")
		}
		name := "p" + string(rune('a'+i))
		b.WriteString(`{"SPDXID":"SPDXRef-` + name + `","name":"` + name + `","downloadLocation":"NOASSERTION","licenseDeclared":"` + l + `","licenseConcluded":"NOASSERTION"}`)
	}
	b.WriteString(`],"documentDescribes":["SPDXRef-pa"]}`)
	return []byte(b.String())
}

func TestTextsReadAsTheSameLicenceAreCountedTogetherAndOwnLicencesApart(t *testing.T) {
	s, ctx := testkit.Store(t), context.Background()
	a := sample.Asset(t, s)
	sample.SBOM(t, s, sample.Release(t, s, a.ID, "1").ID, statedLicenses("One text.", "MIT", "(MIT)", "The MIT License", "NOASSERTION", "NONE", "LicenseRef-1"))
	b := sample.Asset(t, s)
	other := sample.SBOM(t, s, sample.Release(t, s, b.ID, "1").ID, statedLicenses("Another text.", "MIT", "LicenseRef-1", "MIT AND Apache-2.0", "Apache-2.0 AND MIT"))
	counts, err := s.LicenseReport(ctx, models.Viewer{}, models.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	ids := map[string]int32{}
	for _, n := range counts {
		ids[n.Effective] = n.ExpressionID
		got = append(got, strings.Join([]string{n.Effective, n.Kind, count(n.Packages), count(n.GuessedPackages), count(n.SBOMs)}, " "))
	}
	want := []string{"MIT expression 4 1 2", "Apache-2.0 AND MIT expression 2 0 1", "LicenseRef-1 expression 1 0 1", "LicenseRef-1 expression 1 0 1", "NOASSERTION no-assertion 1 0 1", "NONE none 1 0 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	list, err := s.LicenseComponents(ctx, models.Viewer{}, models.Scope{}, ids["MIT"], "", models.Page{})
	if err != nil || len(list.Items) != 3 { // pa is the same component in both documents
		t.Errorf("%d components are under MIT, %v", len(list.Items), err)
	}
	packages, err := s.Packages(ctx, other.ID, store.PackageFilter{Expression: ids["Apache-2.0 AND MIT"]})
	if err != nil || len(packages.Items) != 2 {
		t.Errorf("%d packages are under both, %v", len(packages.Items), err)
	}
}

func count(n int) string { return string(rune('0' + n)) }
