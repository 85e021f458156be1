package cyclonedx

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit/measure"
	"github.com/ospo-register/ospo/models"
)

// largeDocument writes a CycloneDX 1.6 JSON of so many components and three times as many dependencies.
func largeDocument(w io.Writer, components int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,"metadata":{"timestamp":"2026-01-01T00:00:00Z",
"tools":{"components":[{"type":"application","name":"generator","version":"1.0"}]},"component":{"type":"application","bom-ref":"root","name":"large","version":"1"}},"components":[`)
	licenses := []string{`{"license":{"id":"MIT"}}`, `{"license":{"id":"Apache-2.0"}}`, `{"expression":"GPL-2.0-only OR MIT"}`, `{"license":{"id":"ISC"}}`}
	for i := range components {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		fmt.Fprintf(out, `{"type":"library","bom-ref":"pkg:npm/package-%[1]d@%[3]d.%[4]d.%[1]d","supplier":{"name":"Supplier %[4]d","contact":[{"email":"contact@supplier.example"}]},"author":"Author %[4]d",
 "name":"package-%[1]d","version":"%[3]d.%[4]d.%[1]d","description":"A package that stands for many like it; it was made for measuring and has the number %[1]d. Its text has the usual length.",
 "scope":"required","hashes":[{"alg":"SHA-1","content":"%040[2]x"},{"alg":"SHA-256","content":"%064[2]x"}],"licenses":[%[5]s],"copyright":"Copyright (c) 20%02[4]d the authors of package %[1]d",
 "cpe":"cpe:2.3:a:example:package-%[1]d:%[3]d.%[4]d.%[1]d:*:*:*:*:*:*:*","purl":"pkg:npm/package-%[1]d@%[3]d.%[4]d.%[1]d",
 "externalReferences":[{"type":"website","url":"https://example.org/package-%[1]d"},{"type":"distribution","url":"https://registry.example/package-%[1]d/-/package-%[1]d.tgz"}],
 "properties":[{"name":"generator:location","value":"/srv/app/package-lock.json, entry %[1]d"},{"name":"generator:kind","value":"npm"}]}`,
			i, uint64(i)*2654435761, i%10, i%50, licenses[i%len(licenses)])
	}
	ref := func(i int) string { return fmt.Sprintf("pkg:npm/package-%d@%d.%d.%[1]d", i, i%10, i%50) }
	fmt.Fprintf(out, `],"dependencies":[{"ref":"root","dependsOn":[%q]}`, ref(0))
	for i := range components {
		fmt.Fprintf(out, ",\n"+`{"ref":%q,"dependsOn":[%q,%q,%q]}`, ref(i), ref((i*7919+1)%components), ref((i*31+2)%components), ref((i+3)%components))
	}
	fmt.Fprint(out, "]}\n")
	return out.Flush()
}

func largeFile(t testing.TB, components int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.cdx.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := largeDocument(f, components); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// BenchmarkReadLarge reads 50,000 components and 150,000 dependencies with both readers. CPU time is user and system time of the
// whole process, the collector's included; the heap is what all objects took at its highest, garbage included.
func BenchmarkReadLarge(b *testing.B) {
	path := largeFile(b, 50_000)
	b.Run("reader=ours", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (int, error) {
			doc, err := Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
			if err != nil {
				return 0, err
			}
			return doc.Packages, nil
		})
	})
	b.Run("reader=cyclonedx-go", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (int, error) {
			doc := new(cdx.BOM)
			if err := cdx.NewBOMDecoder(r, cdx.BOMFileFormatJSON).Decode(doc); err != nil {
				return 0, err
			}
			return len(*doc.Components) + 1, nil
		})
	})
}

func measured(b *testing.B, path string, read func(io.Reader) (packages int, err error)) {
	b.Helper()
	measure.Reading(b, path, func(r io.Reader) error {
		packages, err := read(r)
		if err == nil && packages != 50_001 {
			err = fmt.Errorf("read %d packages", packages)
		}
		return err
	})
}

func TestAReaderOfFiftyThousandComponentsStaysBelow64MB(t *testing.T) {
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
	if doc.Packages != 50_001 || len(doc.Edges) < 149_000 || doc.Verdict() != models.Accepted {
		t.Errorf("read %d packages, %d edges, %v", doc.Packages, len(doc.Edges), doc.Findings)
	}
	if used := (r.Most - r.Before) >> 20; used >= 64 {
		t.Errorf("the heap grew by %d MB", used)
	}
}
