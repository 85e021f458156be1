package cyclonedx_test

import (
	"io"
	"testing"

	"github.com/ospo-register/ospo/exporters/cyclonedx"
	"github.com/ospo-register/ospo/internal/testkit/documents"
)

func BenchmarkFiftyThousandPackages(b *testing.B) {
	doc := documents.Large(50_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := cyclonedx.Write(io.Discard, doc); err != nil {
			b.Fatal(err)
		}
	}
}
