package quality

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

var update = flag.Bool("update", false, "write the golden reports and the tables of docs/quality.md anew")

// golden compares got with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); if the new answer is right, run the test with -update:\n%s", path, diff)
	}
}

// scanned is what a scanner of container images writes in SPDX 2.3.
func scanned() (*models.SBOMDocument, []models.SBOMPackage) {
	d := &models.SBOMDocument{
		Format: models.SPDXJSON, SpecVersion: "SPDX-2.3", Namespace: "https://acme.test/spdxdocs/alpine-3e671687-395b-41f5-a30f-a58921a69b79",
		Creators: []models.Creator{{Kind: "organization", Name: "Anchore, Inc"}, {Kind: "tool", Name: "syft-0.98.0"}}, IssuedAt: at(noon.AddDate(0, -1, 0)),
		Roots: []int32{0}, Extracted: []models.Extract{{Ref: "LicenseRef-Own", Text: "You may."}},
	}
	pkgs := []models.SBOMPackage{{Ref: "image", Name: "alpine", Version: "sha256:abc", Declared: "NOASSERTION", Concluded: "NOASSERTION", Unknowns: models.UnknownSupplier | models.UnknownDownload}}
	for i := range 9 {
		p := models.SBOMPackage{
			Ref: fmt.Sprint("p", i), Name: fmt.Sprint("lib", i), Version: fmt.Sprint("1.", i), PURL: fmt.Sprintf("pkg:apk/alpine/lib%d@1.%d", i, i), Originator: "Natanael",
			Declared: []string{"MIT", "GPL-2.0-only AND LicenseRef-Own", "LicenseRef-Lost"}[i%3], Concluded: "NOASSERTION", Download: "https://alpine.test/lib",
		}
		if i == 8 {
			p.Originator, p.Supplier, p.Version = "", "Alpine", ">=1.8"
		}
		pkgs = append(pkgs, p)
		if i < 7 {
			d.Edges = append(d.Edges, models.Edge{From: 0, To: int32(i + 1), Kind: models.EdgeContains})
		}
	}
	return d, pkgs
}

// careful is a document that states all it can, in CycloneDX 1.6.
func careful() (*models.SBOMDocument, []models.SBOMPackage) {
	d := &models.SBOMDocument{
		Format: models.CycloneDXJSON, SpecVersion: "1.6", Namespace: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", Edition: "1", Context: "build", Signed: true,
		Creators: []models.Creator{{Kind: "organization", Name: "ACME", Email: "sbom@acme.example"}, {Kind: "tool", Name: "cdxgen-10.2.1"}},
		IssuedAt: at(noon.AddDate(0, 0, -1)), Roots: []int32{0}, Edges: []models.Edge{{From: 0, To: 1, Kind: models.EdgeDependsOn}},
		Complete: []models.Completeness{models.Complete, models.Complete},
	}
	var pkgs []models.SBOMPackage
	for _, name := range []string{"app", "lib"} {
		pkgs = append(pkgs, models.SBOMPackage{
			Ref: name, Name: name, Version: "1.0.0", PURL: "pkg:maven/acme/" + name + "@1.0.0", Originator: "ACME", Supplier: "ACME", Contact: "https://acme.example",
			Declared: "MIT", Concluded: "MIT", FileName: name + ".jar", Checksums: sums("SHA512", hex128), Traits: models.NotExecutable | models.Archive | models.Structured,
			Source: "https://git.acme.example/" + name, Download: "https://acme.example/" + name + ".jar", Security: "https://acme.example/.well-known/security.txt",
		})
	}
	return d, pkgs
}

// bare is a list of names, as GitHub's dependency graph was once exported.
func bare() (*models.SBOMDocument, []models.SBOMPackage) {
	return &models.SBOMDocument{Format: models.SPDXTagValue, SpecVersion: "SPDX-2.2"},
		[]models.SBOMPackage{{Name: "left-pad", Version: "^1.3.0", Unknowns: models.UnknownSupplier | models.UnknownDownload, Declared: "NOASSERTION", Checksums: sums("MD5", hex32)}}
}

func TestReportsReadAsTheyShould(t *testing.T) {
	for name, build := range map[string]func() (*models.SBOMDocument, []models.SBOMPackage){
		"scanned": scanned, "careful": careful, "bare": bare,
		"no-packages": func() (*models.SBOMDocument, []models.SBOMPackage) {
			return &models.SBOMDocument{Format: models.SPDXJSON, SpecVersion: "SPDX-2.3"}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, pkgs := build()
			golden(t, "testdata/reports/"+name+".txt", reports(d, pkgs))
		})
	}
}

func reports(d *models.SBOMDocument, pkgs []models.SBOMPackage) string {
	m := NewMeter()
	m.Now = noon
	for i := range pkgs {
		m.Package(&pkgs[i])
	}
	tallies := m.Finish(d)
	var b strings.Builder
	for _, l := range Lists() {
		r := l.Judge(Document{Format: d.Format, SpecVersion: d.SpecVersion, Packages: len(pkgs), Tallies: tallies})
		fmt.Fprintf(&b, "== %s\n%s\n%s\nadmissible: %s. %s\n\n", l.Name, r.Grade, r.Sentence, r.Admissible.Answer, r.Admissible.Sentence)
		for _, res := range r.Results {
			fmt.Fprintf(&b, "%-4s%-18s%2d %2d %2d  %s\n", res.Rule.ID, res.Outcome, res.Value, res.Unknown, res.Missing, res.Sentence)
		}
		fmt.Fprintln(&b)
		for i, better := range r.Improvements {
			fmt.Fprintf(&b, "%d. (%s, effort %d) %s\n", i+1, better.Rule.ID, better.Rule.EffortFor(d.Format), better.Words)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

func TestACarefulDocumentIsCompleteByEveryList(t *testing.T) {
	d, pkgs := careful()
	m := NewMeter()
	m.Now = noon
	for i := range pkgs {
		m.Package(&pkgs[i])
	}
	tallies := m.Finish(d)
	for _, l := range Lists() {
		if r := l.Judge(Document{d.Format, d.SpecVersion, len(pkgs), tallies}); r.Grade != GradeComplete || len(r.Improvements) != 0 {
			t.Errorf("%s: %s %v", l.ID, r.Sentence, r.Improvements)
		}
	}
}
