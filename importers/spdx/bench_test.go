package spdx

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/spdx/tools-golang/json"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit/measure"
	"github.com/ospo-register/ospo/models"
)

// largeDocument writes an SPDX 2.3 JSON of so many packages and three times as many relationships. 50,000 packages are about 67 MB.
func largeDocument(w io.Writer, packages int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"large","documentNamespace":"https://sbom.example/large",
"creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: generator-1.0","Organization: Example"]},"packages":[`)
	licenses := []string{"MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-only OR MIT", "NOASSERTION", "LGPL-2.1-or-later", "ISC", "NONE"}
	for i := range packages {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		license := licenses[i%len(licenses)]
		fmt.Fprintf(out, `{"name":"package-%[1]d","SPDXID":"SPDXRef-Package-npm-package-%[1]d-%[2]x","versionInfo":"%[3]d.%[4]d.%[1]d","supplier":"Organization: Supplier %[4]d (contact@supplier.example)",
 "originator":"NOASSERTION","downloadLocation":"https://registry.example/package-%[1]d/-/package-%[1]d.tgz","filesAnalyzed":false,
 "checksums":[{"algorithm":"SHA1","checksumValue":"%040[2]x"},{"algorithm":"SHA256","checksumValue":"%064[2]x"}],
 "homepage":"https://example.org/package-%[1]d","sourceInfo":"acquired package info from the lock file: /srv/app/package-lock.json, entry %[1]d",
 "licenseConcluded":"NOASSERTION","licenseDeclared":%[5]q,"copyrightText":"Copyright (c) 20%02[4]d the authors of package %[1]d",
 "description":"A package that stands for many like it; it was made for measuring and has the number %[1]d. Its text has the usual length.",
 "externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:example:package-%[1]d:%[3]d.%[4]d.%[1]d:*:*:*:*:*:*:*"},
 {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/package-%[1]d@%[3]d.%[4]d.%[1]d"}]}`,
			i, uint64(i)*2654435761, i%10, i%50, license)
	}
	fmt.Fprint(out, `],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-Package-npm-package-0-0"}`)
	for i := range 3*packages - 1 {
		from, to := i%packages, (i*7919+1)%packages
		if from == to {
			to = (to + 1) % packages
		}
		fmt.Fprintf(out, ",\n"+`{"spdxElementId":"SPDXRef-Package-npm-package-%d-%x","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-Package-npm-package-%d-%x"}`,
			from, uint64(from)*2654435761, to, uint64(to)*2654435761)
	}
	fmt.Fprint(out, "]}\n")
	return out.Flush()
}

func largeFile(t testing.TB, packages int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.spdx.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := largeDocument(f, packages); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// BenchmarkReadLarge reads 50,000 packages and 150,000 relationships with both readers. CPU time is user and system time of the
// whole process, the collector's included; the heap is what all objects took at its highest, garbage included.
func BenchmarkReadLarge(b *testing.B) {
	path := largeFile(b, 50_000)
	b.Run("reader=ours", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (int, int, error) {
			doc, err := Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
			if err != nil {
				return 0, 0, err
			}
			return doc.Packages, doc.Relations, nil
		})
	})
	b.Run("reader=tools-golang", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (int, int, error) {
			doc, err := json.Read(r)
			if err != nil {
				return 0, 0, err
			}
			return len(doc.Packages), len(doc.Relationships), nil
		})
	})
}

func measured(b *testing.B, path string, read func(io.Reader) (packages, relations int, err error)) {
	b.Helper()
	measure.Reading(b, path, func(r io.Reader) error {
		packages, relations, err := read(r)
		if err == nil && (packages != 50_000 || relations != 150_000) {
			err = fmt.Errorf("read %d packages and %d relationships", packages, relations)
		}
		return err
	})
}

func TestAReaderOfFiftyThousandPackagesStaysBelow64MB(t *testing.T) {
	f, err := os.Open(largeFile(t, 50_000))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := measure.WatchReading(f)
	doc, err := Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if doc.Packages != 50_000 || len(doc.Edges) != 149_999 || doc.Verdict() != models.Accepted {
		t.Errorf("read %d packages, %d edges, %v", doc.Packages, len(doc.Edges), doc.Findings)
	}
	if used := (r.Most - r.Before) >> 20; used >= 64 {
		t.Errorf("the heap grew by %d MB", used)
	}
}
