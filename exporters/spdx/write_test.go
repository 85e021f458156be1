package spdx_test

import (
	"bytes"
	"flag"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	tools "github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/spdx"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/documents"
	"github.com/ospo-register/ospo/models"
)

var published = flag.String("published", "", "the SPDX project's own JSON schema, checked besides")

func schemas(t *testing.T) []*jsonschema.Schema {
	t.Helper()
	files := []string{"testdata/emitted.schema.json"}
	if *published != "" {
		files = append(files, *published)
	}
	var list []*jsonschema.Schema
	for _, f := range files {
		list = append(list, documents.Schema(t, f))
	}
	return list
}

func written(t documents.Failer, doc *models.WholeSBOM) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := spdx.Write(&b, doc); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return b.Bytes()
}

func TestEveryRealDocumentIsWrittenValidAndReadsBackTheSame(t *testing.T) {
	valid := schemas(t)
	for name, data := range documents.Corpus(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documents.Read(t, data)
			out := written(t, before)
			documents.Valid(t, out, valid...)
			after := documents.Read(t, out)
			if complaints := documents.Complaints(after); len(complaints) > 0 {
				t.Errorf("our own reader complains: %v", complaints)
			}
			if diff := cmp.Diff(documents.Facts(before, sameKind), documents.Facts(after, sameKind)); diff != "" {
				t.Errorf("read back differently (-before +after):\n%.3000s", diff)
			}
		})
	}
}

func TestToolsOfTheProjectReadWhatIsWritten(t *testing.T) {
	for name, data := range documents.Corpus(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documents.Read(t, data)
			if len(before.List) > 1000 {
				return // the library takes twenty times as long as we do; larger documents show nothing new
			}
			doc, err := tools.Read(bytes.NewReader(written(t, before)))
			if err != nil {
				t.Fatal(err)
			}
			if err := spdxlib.ValidateDocument(doc); err != nil && !strings.HasPrefix(err.Error(), " used") { // it takes NONE and NOASSERTION for packages without a name
				t.Errorf("tools-golang: %v", err)
			}
			if len(doc.Packages) != len(before.List) {
				t.Errorf("tools-golang reads %d packages of %d", len(doc.Packages), len(before.List))
			}
		})
	}
}

func TestWhateverStringsADocumentHoldsTheOutputIsValid(t *testing.T) {
	valid := schemas(t)
	rapid.Check(t, func(t *rapid.T) {
		doc := documents.Hostile().Draw(t, "document")
		out := written(t, doc)
		documents.Valid(t, out, valid...)
		after := documents.Read(t, out)
		if len(after.List) != len(doc.List) {
			t.Fatalf("%d packages were written, %d read back", len(doc.List), len(after.List))
		}
		if len(after.Roots) != documents.Distinct(doc.Roots) && len(doc.Roots) > 0 {
			t.Fatalf("roots %v became %v", doc.Roots, after.Roots)
		}
	})
}

func TestAPackageIsSaidInTheFieldsOfSPDX23(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	doc := &models.WholeSBOM{SBOMDocument: models.SBOMDocument{
		Name: "shop", Namespace: "https://sbom.test/shop-1", Context: "build", IssuedAt: &at,
		Creators:  []models.Creator{{Kind: "tool", Name: "syft-1.2"}, {Kind: "organization", Name: "ACME (NL)", Email: ""}, {Name: "somebody"}},
		Roots:     []int32{0},
		Edges:     []models.Edge{{From: 0, To: 1, Kind: models.EdgeDependsOn}, {From: 0, To: 2, Kind: models.EdgeDevDepends}},
		Complete:  []models.Completeness{models.Incomplete, models.Complete, models.CompletenessUnsaid},
		Extracted: []models.Extract{{Ref: "LicenseRef-acme_eula", Name: "EULA", Text: "You may not."}},
	}, List: []models.SBOMPackage{
		{Ordinal: 0, Ref: "shop", Name: "shop", Version: "1", Declared: "LicenseRef-acme_eula", Purpose: "OPERATING-SYSTEM"},
		{Ordinal: 1, Ref: "shop", Name: "lib", Declared: "GPLv2+", Concluded: "MIT", Supplier: "ACME", Originator: "Jo", Contact: "jo@acme.test", PURL: "pkg:npm/lib@2", CPEs: []string{"cpe:2.3:a:acme:lib:2:*:*:*:*:*:*:*"},
			Checksums: []models.Checksum{{Algorithm: "BLAKE2B-256", Hex: strings.Repeat("a", 64)}, {Algorithm: "CRC", Hex: "ff"}}, Traits: models.Archive},
		{Ordinal: 2, Ref: "bad id!", Name: "tester", Declared: "see file, ask Bob", Unknowns: models.UnknownSupplier},
	}}
	got := written(t, doc)
	testkit.Golden(t, "fields.json", got)
	documents.Valid(t, got, schemas(t)...)
}

// sameKind keeps the kinds of edges apart: SPDX 2.3 has words for all of them.
func sameKind(k models.EdgeKind) string { return strconv.Itoa(int(k)) }
