package spdx

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit/measure"
	"github.com/ospo-register/ospo/models"
)

// largeGraph writes an SPDX 3.0.1 document of so many packages and three times as many relationships. 50,000 packages are about 77 MB.
func largeGraph(w io.Writer, packages int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	const space = "https://sbom.example/large/"
	id := func(i int) string { return fmt.Sprintf("%sPackage-npm-package-%d-%x", space, i, uint64(i)*2654435761) }
	fmt.Fprintf(out, `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
{"type":"CreationInfo","@id":"_:info","specVersion":"3.0.1","created":"2026-01-01T00:00:00Z","createdBy":["%[1]sAgent-0"],"createdUsing":["%[1]sTool"]},
{"type":"SpdxDocument","spdxId":"%[1]sDocument","creationInfo":"_:info","name":"large","rootElement":["%[2]s"]},
{"type":"Tool","spdxId":"%[1]sTool","creationInfo":"_:info","name":"generator-1.0"}`, space, id(0))
	for i, license := range []string{"MIT", "Apache-2.0", "BSD-3-Clause", "GPL-2.0-only OR MIT", "NOASSERTION", "LGPL-2.1-or-later", "ISC", "NONE"} {
		fmt.Fprintf(out, ",\n"+`{"type":"simplelicensing_LicenseExpression","spdxId":"%sLicense-%d","creationInfo":"_:info","simplelicensing_licenseExpression":%q}`, space, i, license)
	}
	for i := range packages {
		fmt.Fprintf(out, ",\n"+`{"type":"software_Package","spdxId":"%[6]s","creationInfo":"_:info","name":"package-%[1]d","software_packageVersion":"%[3]d.%[4]d.%[1]d","suppliedBy":"%[5]sAgent-%[4]d",
 "software_downloadLocation":"https://registry.example/package-%[1]d/-/package-%[1]d.tgz","verifiedUsing":[{"type":"Hash","algorithm":"sha1","hashValue":"%040[2]x"},{"type":"Hash","algorithm":"sha256","hashValue":"%064[2]x"}],
 "software_homePage":"https://example.org/package-%[1]d","software_sourceInfo":"acquired package info from the lock file: /srv/app/package-lock.json, entry %[1]d",
 "software_copyrightText":"Copyright (c) 20%02[4]d the authors of package %[1]d",
 "description":"A package that stands for many like it; it was made for measuring and has the number %[1]d. Its text has the usual length.",
 "externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"cpe23","identifier":"cpe:2.3:a:example:package-%[1]d:%[3]d.%[4]d.%[1]d:*:*:*:*:*:*:*"}],
 "software_packageUrl":"pkg:npm/package-%[1]d@%[3]d.%[4]d.%[1]d"}`, i, uint64(i)*2654435761, i%10, i%50, space, id(i))
	}
	for i := range 2 * packages {
		from, to := i%packages, (i*7919+1)%packages
		if from == to {
			to = (to + 1) % packages
		}
		fmt.Fprintf(out, ",\n"+`{"type":"Relationship","spdxId":"%sRelationship-%d","creationInfo":"_:info","from":"%s","relationshipType":"dependsOn","to":["%s"],"completeness":"complete"}`, space, i, id(from), id(to))
	}
	for i := range packages {
		fmt.Fprintf(out, ",\n"+`{"type":"Relationship","spdxId":"%[1]sLicensed-%[2]d","creationInfo":"_:info","from":"%[3]s","relationshipType":"hasDeclaredLicense","to":["%[1]sLicense-%[4]d"]}`, space, i, id(i), i%8)
	}
	for i := range 50 { // agents behind their use
		fmt.Fprintf(out, ",\n"+`{"type":"Organization","spdxId":"%[1]sAgent-%[2]d","creationInfo":"_:info","name":"Supplier %[2]d","externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"email","identifier":"contact@supplier.example"}]}`, space, i)
	}
	fmt.Fprint(out, "]}\n")
	return out.Flush()
}

func largeGraphFile(t testing.TB, packages int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.spdx3.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := largeGraph(f, packages); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// plainElement has the fields that are needed of an element, for encoding/json.
type plainElement struct {
	Type             string   `json:"type"`
	ID               string   `json:"spdxId"`
	NodeID           string   `json:"@id"`
	Name             string   `json:"name"`
	Version          string   `json:"software_packageVersion"`
	PURL             string   `json:"software_packageUrl"`
	Download         string   `json:"software_downloadLocation"`
	Homepage         string   `json:"software_homePage"`
	Source           string   `json:"software_sourceInfo"`
	Copyright        string   `json:"software_copyrightText"`
	Description      string   `json:"description"`
	Supplier         string   `json:"suppliedBy"`
	Originators      []string `json:"originatedBy"`
	From             string   `json:"from"`
	To               []string `json:"to"`
	RelationshipType string   `json:"relationshipType"`
	Completeness     string   `json:"completeness"`
	Expression       string   `json:"simplelicensing_licenseExpression"`
	Roots            []string `json:"rootElement"`
	Created          string   `json:"created"`
	CreatedBy        []string `json:"createdBy"`
	CreatedUsing     []string `json:"createdUsing"`
	SpecVersion      string   `json:"specVersion"`
	VerifiedUsing    []struct {
		Algorithm string `json:"algorithm"`
		HashValue string `json:"hashValue"`
	} `json:"verifiedUsing"`
	ExternalIdentifier []struct {
		Type       string `json:"externalIdentifierType"`
		Identifier string `json:"identifier"`
	} `json:"externalIdentifier"`
}

// BenchmarkReadLargeGraph reads 50,000 packages and 150,000 relationships of SPDX 3.0.1 with our reader and with encoding/json, which
// only decodes the needed fields and ties nothing together. The figures are those of BenchmarkReadLarge.
func BenchmarkReadLargeGraph(b *testing.B) {
	path := largeGraphFile(b, 50_000)
	b.Run("reader=ours", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (int, int, error) {
			doc, err := Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
			if err != nil {
				return 0, 0, err
			}
			return doc.Packages, doc.Relations, nil
		})
	})
	b.Run("reader=plain-json", func(b *testing.B) {
		measured(b, path, func(r io.Reader) (packages, relations int, err error) {
			var doc struct {
				Graph []plainElement `json:"@graph"`
			}
			data, err := io.ReadAll(r)
			if err != nil {
				return 0, 0, err
			}
			if err := json.Unmarshal(data, &doc); err != nil {
				return 0, 0, err
			}
			for _, e := range doc.Graph {
				switch e.Type {
				case "software_Package":
					packages++
				case "Relationship":
					relations++
				}
			}
			return packages, relations, nil
		})
	})
}

func TestAReaderOfAGraphOfFiftyThousandPackagesStaysBelow64MB(t *testing.T) {
	f, err := os.Open(largeGraphFile(t, 50_000))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := measure.WatchReading(f)
	doc, err := Read(r, sbom.Limits{}, func(p *models.SBOMPackage) error {
		if p.Ordinal%1000 == 0 {
			r.Most = max(r.Most, measure.HeapBytes())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Packages != 50_000 || len(doc.Edges) != 100_000 || doc.Verdict() != models.Accepted || len(doc.Complete) != 50_000 {
		t.Errorf("read %d packages, %d edges, %v", doc.Packages, len(doc.Edges), doc.Findings)
	}
	if used := (r.Most - r.Before) >> 20; used >= 64 {
		t.Errorf("the heap grew by %d MB", used)
	}
}
