package register

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
)

// generated makes an SPDX document of different packages, each depending on the next, while it is read, and notes how large the
// heap gets.
type generated struct {
	packages, next int
	rest           bytes.Buffer
	before, most   uint64
}

func (g *generated) Read(p []byte) (int, error) {
	g.most = max(g.most, heap())
	for g.rest.Len() < len(p) && g.next <= g.packages+1 {
		switch g.next {
		case 0:
			g.rest.WriteString(`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"large","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},"packages":[`)
		case g.packages + 1:
			g.rest.WriteString(`{"SPDXID":"SPDXRef-last","name":"last","downloadLocation":"NONE"}]}`)
		default:
			fmt.Fprintf(&g.rest, `{"SPDXID":"SPDXRef-Package-%[1]d","name":"package-%[1]d","versionInfo":"1.%[1]d.0","supplier":"Organization: Supplier %[2]d","downloadLocation":"https://registry.example/package-%[1]d.tgz",
"licenseDeclared":"MIT","licenseConcluded":"NOASSERTION","copyrightText":"Copyright the authors of package %[1]d, who wrote it to have something to measure with",
"checksums":[{"algorithm":"SHA256","checksumValue":"%064[1]x"}],"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/package-%[1]d@1.%[1]d.0"}]},`+"\n", g.next, g.next%500)
		}
		g.next++
	}
	return g.rest.Read(p)
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func TestADocumentOf100000DifferentPackagesIsReadWithin128MB(t *testing.T) {
	runtime.GC()
	g := &generated{packages: 99_999, before: heap()}
	in, err := readDocument(io.Reader(g), sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if after := heap() - g.before; after > 64<<20 {
		t.Errorf("what is kept of it takes %d MB", after>>20)
	}
	if used := g.most - g.before; used > 128<<20 {
		t.Errorf("the heap grew by %d MB while it was read, garbage included", used>>20)
	}
	if in.SBOM.Packages != 100_000 || len(in.Components) != 100_000 || len(in.Ordinals) != 100_000 {
		t.Errorf("%d packages, %d components", in.SBOM.Packages, len(in.Components))
	}
}

func TestTwoHundredDocumentsAtOnceStayWithinOneBound(t *testing.T) {
	r := New(nil) // reading needs no store
	runtime.GC()
	before := heap()
	var most atomic.Uint64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			g := &generated{packages: 999}
			s, err := r.spoolBody(g, sbom.Limits{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.close()
			body, leave, err := r.admission.enter(t.Context(), s.open(), s.size)
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			in, err := readDocument(body, sbom.Limits{})
			if err != nil || in.SBOM.Packages != 1000 {
				t.Errorf("read %+v: %v", in, err)
			}
			for now := max(g.most, heap()); ; {
				if was := most.Load(); was >= now || most.CompareAndSwap(was, now) {
					break
				}
			}
		})
	}
	wg.Wait()
	if used := most.Load() - before; used > 128<<20 {
		t.Errorf("200 documents of together 100 MB took %d MB, garbage included", used>>20)
	}
	if len(r.pieces.free) != r.pieces.made || r.pieces.made > allPieces {
		t.Errorf("%d pieces of memory were made, %d came back", r.pieces.made, len(r.pieces.free))
	}
}

func TestAComponentIsKnownByItsFactsForEver(t *testing.T) {
	read := func(packages string) []string {
		in, err := readDocument(strings.NewReader(`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[`+packages+`],"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"Do as you like."}]}`), sbom.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, at := range in.Ordinals {
			out = append(out, fmt.Sprintf("%x", in.Components[at].Hash))
		}
		if len(in.Components) != in.SBOM.Components {
			t.Errorf("%d components are said to be %d", len(in.Components), in.SBOM.Components)
		}
		return out
	}
	const web = `"name":"web","downloadLocation":"NONE","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/web@2.1"}]`
	for _, tc := range []struct{ name, packages, want string }{
		{"a name alone", `{"SPDXID":"SPDXRef-a","name":"a","downloadLocation":"NONE"}`, "1e6854dad5ecf402037225e567a891b6"},
		{"a purl, a supplier and licences", `{"SPDXID":"SPDXRef-a","versionInfo":"2.1","supplier":"Organization: ACME","licenseDeclared":"MIT","licenseConcluded":"LicenseRef-1",` + web + `}`, "bc3f2e6ae29bdefa925aacced3099b8b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := read(tc.packages); len(got) != 1 || got[0] != tc.want {
				t.Errorf("the component has the hash %v, want %s: those stored before would not be found again", got, tc.want)
			}
		})
	}
	same := read(`{"SPDXID":"SPDXRef-a","versionInfo":"2.1",` + web + `},{"SPDXID":"SPDXRef-b",` + web + `},{"SPDXID":"SPDXRef-c","versionInfo":"2.1\u0000",` + web + `},{"SPDXID":"SPDXRef-d","versionInfo":"2.2",` + web + `}`)
	if same[0] != same[1] || same[0] != same[2] || same[0] == same[3] {
		t.Errorf("a version in the purl alone, or with what cannot be kept, makes another component: %v", same)
	}
}
