package cyclonedx_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/cyclonedx"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/documents"
	"github.com/ospo-register/ospo/models"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return documents.Schema(t, "schema/bom-1.6.schema.json", "schema/spdx.schema.json", "schema/jsf-0.82.schemax.json")
}

func written(t documents.Failer, doc *models.WholeSBOM) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := cyclonedx.Write(&b, doc); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return b.Bytes()
}

func TestEveryRealDocumentIsWrittenValid(t *testing.T) {
	valid := schema(t)
	for name, data := range documents.Corpus(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documents.Read(t, data)
			out := written(t, before)
			documents.Valid(t, out, valid)
			var bom cdx.BOM
			if err := cdx.NewBOMDecoder(bytes.NewReader(out), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
				t.Fatalf("the format's own library does not read it: %v", err)
			}
			have := 0
			if bom.Components != nil {
				have = len(*bom.Components)
			}
			if bom.Metadata.Component != nil && documents.Distinct(before.Roots) == 1 {
				have++
			}
			if have != len(before.List) {
				t.Errorf("%d components of %d packages", have, len(before.List))
			}
		})
	}
}

func TestEveryRealDocumentReadsBackWithTheSameMeaning(t *testing.T) {
	for name, data := range documents.Corpus(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documents.Read(t, data)
			after := documents.Read(t, written(t, before))
			if complaints := documents.Complaints(after); len(complaints) > 0 {
				t.Errorf("our own reader complains: %v", complaints)
			}
			if documents.Distinct(before.Roots) > 1 { // one component stands for the document
				after.List = after.List[1:]
				after.Edges = slices.DeleteFunc(after.Edges, func(e models.Edge) bool { return e.From == 0 })
				for i := range after.Edges {
					after.Edges[i].From--
					after.Edges[i].To--
				}
			}
			packages, needs := documents.Meaning(before)
			againPackages, againNeeds := documents.Meaning(after)
			if diff := cmp.Diff(packages, againPackages); diff != "" {
				t.Errorf("packages (-before +after):\n%.3000s", diff)
			}
			if diff := cmp.Diff(needs, againNeeds); diff != "" {
				t.Errorf("dependencies (-before +after):\n%.3000s", diff)
			}
		})
	}
}

func TestWhateverStringsADocumentHoldsTheOutputIsValid(t *testing.T) {
	valid := schema(t)
	rapid.Check(t, func(t *rapid.T) {
		doc := documents.Hostile().Draw(t, "document")
		out := written(t, doc)
		documents.Valid(t, out, valid)
		want := len(doc.List)
		if documents.Distinct(doc.Roots) > 1 {
			want++
		}
		if after := documents.Read(t, out); len(after.List) != want {
			t.Fatalf("%d packages were written, %d read back", want, len(after.List))
		}
	})
}

func TestAPackageIsSaidInTheFieldsOfCycloneDX16(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	doc := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{
		Name: "shop", Namespace: "https://sbom.test/shop-1", Context: "build", Edition: "3", IssuedAt: &at,
		Creators:  []models.Creator{{Kind: "tool", Name: "syft-1.2"}, {Kind: "organization", Name: "ACME", Email: "sbom@acme.test"}, {Kind: "person", Name: "Jo"}},
		Roots:     []int32{0},
		Edges:     []models.Edge{{From: 0, To: 1, Kind: models.EdgeContains}, {From: 0, To: 2, Kind: models.EdgeDevDepends}, {From: 1, To: 2, Kind: models.EdgeVariantOf}},
		Complete:  []models.Completeness{models.Incomplete, models.Complete, models.CompletenessUnsaid},
		Extracted: []models.Extract{{Ref: "LicenseRef-eula", Name: "EULA", Text: "You may not."}},
	}, List: []models.SBOMPackage{
		{Ordinal: 0, Ref: "shop", Name: "shop", Version: "1", Declared: "LicenseRef-eula", Purpose: "OPERATING-SYSTEM"},
		{Ordinal: 1, Ref: "shop", Name: "lib", Declared: "GPLv2+", Concluded: "MIT", Supplier: "ACME", Originator: "Jo", Contact: "jo@acme.test", PURL: "pkg:npm/lib@2", CPEs: []string{"cpe:2.3:a:acme:lib:2:*:*:*:*:*:*:*"},
			Checksums: []models.Checksum{{Algorithm: "SHA256", Hex: strings.Repeat("a", 64)}, {Algorithm: "ADLER32", Hex: "ffffffff"}}, Traits: models.Archive, FileName: "lib.jar", Download: "https://acme.test/lib.jar"},
		{Ordinal: 2, Ref: "t", Name: "tester", Declared: "MIT OR Apache-2.0", Concluded: "NOASSERTION", Unknowns: models.UnknownSupplier},
	}}
	got := written(t, doc)
	testkit.Golden(t, "fields.json", got)
	documents.Valid(t, got, schema(t))
}

func TestRootsHangBelowOneComponentWhereThereAreSeveral(t *testing.T) {
	doc := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{Name: "estate", Roots: []int32{0, 1, 0}}, List: []models.SBOMPackage{{Name: "a", Ref: "a"}, {Name: "b", Ref: "document"}}}
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(written(t, doc)), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if bom.Metadata.Component == nil || bom.Metadata.Component.Name != "estate" {
		t.Fatalf("the document's component is %+v", bom.Metadata.Component)
	}
	if diff := cmp.Diff(&[]string{"a", "package-1"}, (*bom.Dependencies)[0].Dependencies); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameDocumentHasTheSameSerialNumberEveryTime(t *testing.T) {
	doc := func(namespace string) *models.WholeSBOM {
		return &models.WholeSBOM{SBOMDocument: models.SBOMDocument{Namespace: namespace}, List: []models.SBOMPackage{{Name: "a"}}}
	}
	if !bytes.Equal(written(t, doc("https://a.test")), written(t, doc("https://a.test"))) {
		t.Error("two writings of one document differ")
	}
	if bytes.Equal(written(t, doc("https://a.test")), written(t, doc("https://b.test"))) {
		t.Error("two documents have one serial number")
	}
}

func TestWhatIsOnlyNeededToDevelopIsExcludedAndReadsBackSo(t *testing.T) {
	doc := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{Roots: []int32{0}, Edges: []models.Edge{{From: 0, To: 1, Kind: models.EdgeDevDepends}, {From: 0, To: 2, Kind: models.EdgeDevDepends}, {From: 0, To: 2, Kind: models.EdgeStaticLink}}},
		List: []models.SBOMPackage{{Name: "app", Ref: "app"}, {Name: "tester", Ref: "tester"}, {Name: "both", Ref: "both"}}}
	after := documents.Read(t, written(t, doc))
	if diff := cmp.Diff([]models.Edge{{From: 0, To: 1, Kind: models.EdgeDevDepends}, {From: 0, To: 2, Kind: models.EdgeDependsOn}}, after.Edges); diff != "" {
		t.Error(diff)
	}
}
