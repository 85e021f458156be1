package spdx_test

import (
	"io"
	"testing"

	"github.com/ospo-register/ospo/exporters/spdx"
	"github.com/ospo-register/ospo/internal/testkit/documents"
)

func BenchmarkFiftyThousandPackages(b *testing.B) {
	doc := documents.Large(50_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := spdx.Write(io.Discard, doc); err != nil {
			b.Fatal(err)
		}
	}
}
