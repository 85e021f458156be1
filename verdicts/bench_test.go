package verdicts

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/policy"
)

// large is a document with n packages under the licences that real ones have, each depending on three others.
func large(n int) string {
	stated := []string{"MIT", "Apache-2.0", "ISC", "BSD-3-Clause", "GPL-2.0-or-later", "LGPL-2.1-only", "MIT OR GPL-3.0-only", "NOASSERTION", "", "BSD", "GPL-2.0-only WITH Classpath-exception-2.0", "MPL-2.0 AND MIT", "CC-BY-NC-4.0", "Apache License, Version 2.0", "AGPL-3.0-only", "LicenseRef-own"}
	list, deps := make([]pkg, n), make([][2]int, 0, 3*n)
	for i := range list {
		list[i] = pkg{name: fmt.Sprintf("package-%d", i), version: fmt.Sprintf("%d.%d.0", i%17, i%5), purl: fmt.Sprintf("pkg:npm/package-%d@%d.%d.0", i, i%17, i%5), declared: stated[i%len(stated)]}
		if i > 0 {
			deps = append(deps, [2]int{i / 3, i}, [2]int{i * 7 % i, i}, [2]int{i * 3 % n, i})
		}
	}
	return document(list, deps, "")
}

// The gate of a pipeline: a document is judged by the policy that ships, with nothing read or remembered before.
func BenchmarkGate(b *testing.B) {
	in, err := Situate(map[string]any{"asset.origin": "gov-built", "use.internal": true})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{5_000, 100_000} {
		text := large(n)
		b.Run(fmt.Sprintf("packages=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var size int
			for b.Loop() {
				p, err := policy.Compile([]policy.Source{{Policy: policy.Default()}}, licenses.Embedded())
				if err != nil {
					b.Fatal(err)
				}
				v, err := Judge(context.Background(), p, in, Words{}, strings.NewReader(text), "large.json", sbom.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				size = len(v.JSON())
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(size), "verdict-B")
			b.ReportMetric(float64(m.HeapSys)/(1<<20), "heap-MB")
		})
	}
}
