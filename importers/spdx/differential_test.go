package spdx

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/spdx/tools-golang/json"
	tools "github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/yaml"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// agreed is what both readers must say of a document.
type agreed struct {
	Packages []string // "id | name | version | declared | concluded | checksums"
	Edges    []string // "id -kind-> id", each once, sorted
	Roots    []string // ids, sorted; empty when no package is described
}

func oursAgreed(t testing.TB, data []byte) agreed {
	t.Helper()
	got := read(t, string(data))
	a := agreed{}
	refs := make([]string, len(got.packages))
	for i, p := range got.packages {
		refs[i] = p.Ref
		a.Packages = append(a.Packages, packageLine(p.Ref, p.Name, p.Version, p.Declared, p.Concluded, p.Checksums))
	}
	edges, roots := map[string]bool{}, map[string]bool{}
	for _, e := range got.Edges {
		edges[fmt.Sprintf("%s -%d-> %s", refs[e.From], e.Kind, refs[e.To])] = true
	}
	for _, f := range got.Findings {
		if f.Rule == "no-root" {
			got.Roots = nil
		}
	}
	for _, r := range got.Roots {
		roots[refs[r]] = true
	}
	a.Edges, a.Roots = slices.Sorted(maps.Keys(edges)), slices.Sorted(maps.Keys(roots))
	return a
}

func packageLine(id, name, version, declared, concluded string, sums []models.Checksum) string {
	var digests []string
	for _, s := range sums {
		digests = append(digests, s.Algorithm+":"+s.Hex)
	}
	slices.Sort(digests)
	return strings.Join([]string{id, name, version, declared, concluded, strings.Join(digests, " ")}, " | ")
}

// theirsAgreed says the same from the library's document.
func theirsAgreed(doc *tools.Document) agreed {
	a := agreed{}
	isPackage := map[string]bool{}
	for _, p := range doc.Packages {
		if p == nil {
			continue
		}
		id := string(p.PackageSPDXIdentifier)
		isPackage[id] = true
		var sums []models.Checksum
		for _, s := range p.PackageChecksums {
			if name, _ := sbom.DigestName(string(s.Algorithm)); sbom.IsDigest(name, strings.ToLower(s.Value)) {
				sums = append(sums, models.Checksum{Algorithm: name, Hex: strings.ToLower(s.Value)})
			}
		}
		version := p.PackageVersion
		if version == "NOASSERTION" {
			version = ""
		}
		a.Packages = append(a.Packages, packageLine(id, p.PackageName, version, p.PackageLicenseDeclared, p.PackageLicenseConcluded, sums))
	}
	edges, roots := map[string]bool{}, map[string]bool{}
	for _, r := range doc.Relationships {
		if r == nil || r.RefA.DocumentRefID != "" || r.RefB.DocumentRefID != "" {
			continue
		}
		rel, _, _ := relationOf(r.Relationship)
		from, to := string(r.RefA.ElementRefID), string(r.RefB.ElementRefID)
		if rel.Inverse {
			from, to = to, from
		}
		switch {
		case rel.Describes && from == string(doc.SPDXIdentifier) && isPackage[to]:
			roots[to] = true
		case isPackage[from] && isPackage[to] && from != to:
			edges[fmt.Sprintf("%s -%d-> %s", from, rel.Kind, to)] = true
		}
	}
	a.Edges, a.Roots = slices.Sorted(maps.Keys(edges)), slices.Sorted(maps.Keys(roots))
	return a
}

// libraryErrs are documents of which the conformance library says something else, and why it is the one that errs.
var libraryErrs = map[string]string{
	"spdx_tools-python--SPDXJsonExample.json":            "it does not read documentDescribes of SPDX 2.1",
	"spdx_tools-python--SPDXJsonExampleEmptyArrays.json": "it does not read documentDescribes of SPDX 2.1",
	"spdx_tools-python--json-simple-plus.json":           "it does not read documentDescribes of SPDX 2.1",
	"spdx_tools-python--yaml-simple.new.yaml":            "it does not read documentDescribes of SPDX 2.1",
	"spdx_tools-python--yaml-simple-plus.yaml":           "it does not read documentDescribes of SPDX 2.1",
	"spdx_tools-python--yaml-simple-multi-package.yaml":  "it does not read documentDescribes of SPDX 2.1",
	"guacsec_guac--small-spdx.json":                      "it does not read packageName and its like in JSON",
	"guacsec_guac--invalid-spdx-identifier-spdx.json":    "it does not read packageName and its like in JSON",
	"guacsec_guac--go-spdx-multi-arch_1.json":            "it gives no name to a package without one",
	"guacsec_guac--go-spdx-multi-arch_2.json":            "it gives no name to a package without one",
	"interlynk-io_sbomqs--complete-sbom.spdx.json":       "it takes SPDXRef-DOCUMENT for another element when the document calls itself SPDXRef-Document",
	"chainguard-dev_bom-shelter--julia.spdx.json":        "it keeps a blank behind a licence",
}

func TestBothReadersAgreeOnEveryJSONDocumentThatTheLibraryReads(t *testing.T) {
	compared := compareReaders(t, models.SPDXJSON, func(data []byte) (*tools.Document, error) { return json.Read(bytes.NewReader(data)) })
	if compared < 90 {
		t.Errorf("only %d documents were compared", compared)
	}
}

func TestBothReadersAgreeOnEveryYAMLDocumentThatTheLibraryReads(t *testing.T) {
	compared := compareReaders(t, models.SPDXYAML, func(data []byte) (*tools.Document, error) { return yaml.Read(bytes.NewReader(data)) })
	if compared < 5 {
		t.Errorf("only %d documents were compared", compared)
	}
}

func compareReaders(t *testing.T, format models.SBOMFormat, library func([]byte) (*tools.Document, error)) (compared int) {
	for _, d := range everyDocument(t) {
		if got, err := sniff(d.data); err != nil || got != format {
			continue
		}
		theirs, err := recovered(library, d.data)
		if err != nil || strings.HasPrefix(theirs.SPDXVersion, "SPDX-3") {
			continue
		}
		compared++
		if diff := gocmp.Diff(theirsAgreed(theirs), oursAgreed(t, d.data)); diff != "" && libraryErrs[d.name] == "" {
			t.Errorf("%s (-library +ours):\n%s", d.name, diff)
		}
	}
	return compared
}

// recovered makes an error of the library's panics.
func recovered(library func([]byte) (*tools.Document, error), data []byte) (doc *tools.Document, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	return library(data)
}

func TestBothWaysThroughTagValueAgree(t *testing.T) {
	compared := 0
	for _, d := range everyDocument(t) {
		if format, err := sniff(d.data); err != nil || format != models.SPDXTagValue {
			continue
		}
		through := read(t, string(d.data))
		if slices.Contains(through.found(), "library-refused") {
			continue
		}
		compared++
		var ours reading
		b := newBuilder(sbom.NewBuilder(sbom.Limits{}.OrDefault(), sbom.NewFindings(), func(p *models.SBOMPackage) error {
			ours.packages = append(ours.packages, *p)
			return nil
		}))
		b.Doc.Format = models.SPDXTagValue
		if err := newTagReader(d.data, b).read(); err != nil {
			t.Fatal(err)
		}
		ours.SBOMDocument = b.finish(func(int) string { return "" })
		for _, r := range []reading{through, ours} {
			r.Findings = nil
			slices.SortFunc(r.Edges, func(a, b models.Edge) int {
				return cmp.Or(int(a.From-b.From), int(a.To-b.To), int(a.Kind)-int(b.Kind))
			})
		}
		if diff := gocmp.Diff(through, ours, gocmp.AllowUnexported(reading{})); diff != "" {
			t.Errorf("%s (-library +ours):\n%s", d.name, diff)
		}
	}
	if compared < 12 {
		t.Errorf("only %d documents were compared", compared)
	}
}
