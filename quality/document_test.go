package quality

import (
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func at(t time.Time) *time.Time { return &t }

func TestWhatADocumentStatesOfItself(t *testing.T) {
	type doc = models.SBOMDocument
	by := func(creators ...models.Creator) doc { return doc{Format: models.SPDXJSON, Creators: creators} }
	for _, test := range []struct {
		name string
		doc  doc
		fact string
		want string
	}{
		{"an organisation is an author", by(models.Creator{Kind: "organization", Name: "ACME"}), "author", "v"},
		{"a person is an author", by(models.Creator{Kind: "person", Name: "Jane"}), "author", "v"},
		{"a tool is no author", by(models.Creator{Kind: "tool", Name: "syft-1.0"}), "author", "m"},
		{"a tool is a creator", by(models.Creator{Kind: "tool", Name: "syft-1.0"}), "creator", "v"},
		{"an author without a name is none", by(models.Creator{Kind: "person"}), "author", "m"},
		{"an anonymous author is not known", by(models.Creator{Kind: "person", Name: "anonymous"}), "author", "u"},
		{"a name beside an anonymous author", by(models.Creator{Kind: "person", Name: "anonymous"}, models.Creator{Kind: "organization", Name: "ACME"}), "author", "v"},
		{"SPDX 2 has no author without a kind", by(models.Creator{Name: "GitHub.com-Dependency-Graph"}), "author", "m"},
		{"SPDX 3 has agents of no kind", doc{Format: models.SPDX3JSONLD, Creators: []models.Creator{{Name: "Jane"}}}, "author", "v"},
		{"nobody made it", doc{}, "creator", "m"},
		{"an author with a mail address", by(models.Creator{Kind: "person", Name: "Jane", Email: "jane@example.org"}), "author-contact", "v"},
		{"an author with a web address", by(models.Creator{Kind: "organization", Name: "ACME", URL: "https://acme.example"}), "author-contact", "v"},
		{"a tool with a web address is no contact", by(models.Creator{Kind: "tool", Name: "syft-1.0", URL: "https://a.example"}), "author-contact", "m"},
		{"an author without an address", by(models.Creator{Kind: "organization", Name: "ACME"}), "author-contact", "m"},
		{"no signature", doc{}, "signature", "m"},
		{"a signature is inside and was not checked", doc{Signed: true}, "signature", "u"},
		{"a format that is known", doc{Format: models.SPDXTagValue}, "format", "v"},
		{"a format that is not known", doc{Format: "swid"}, "format", "m"},
		{"SPDX 2.3", doc{Format: models.SPDXJSON, SpecVersion: "SPDX-2.3"}, "format-version", "v"},
		{"SPDX 1.2", doc{Format: models.SPDXTagValue, SpecVersion: "SPDX-1.2"}, "format-version", "m"},
		{"a version of SPDX that never was", doc{Format: models.SPDXJSON, SpecVersion: "SPDX-2.9"}, "format-version", "m"},
		{"SPDX 3.0.1", doc{Format: models.SPDX3JSONLD, SpecVersion: "3.0.1"}, "format-version", "v"},
		{"SPDX 3.0, replaced as defective", doc{Format: models.SPDX3JSONLD, SpecVersion: "3.0.0"}, "format-version", "m"},
		{"CycloneDX 1.6", doc{Format: models.CycloneDXXML, SpecVersion: "1.6"}, "format-version", "v"},
		{"CycloneDX 1.1", doc{Format: models.CycloneDXXML, SpecVersion: "1.1"}, "format-version", "m"},
		{"no version of the format", doc{Format: models.SPDXJSON}, "format-version", "m"},
		{"the version of another format", doc{Format: models.CycloneDXJSON, SpecVersion: "2.3"}, "format-version", "m"},
		{"a generation context", doc{Context: "build"}, "context", "v"},
		{"a generation context in capitals", doc{Context: "Analyzed"}, "context", "v"},
		{"a generation context said to be unknown", doc{Context: "unknown"}, "context", "u"},
		{"a generation context nobody knows", doc{Context: "wish"}, "context", "m"},
		{"a time in the past", doc{IssuedAt: at(noon.Add(-time.Hour))}, "timestamp", "v"},
		{"a clock two minutes ahead", doc{IssuedAt: at(noon.Add(2 * time.Minute))}, "timestamp", "v"},
		{"a time in the future", doc{IssuedAt: at(noon.Add(time.Hour))}, "timestamp", "m"},
		{"the beginning of all clocks", doc{IssuedAt: at(time.Unix(0, 0))}, "timestamp", "m"},
		{"no time", doc{}, "timestamp", "m"},
		{"a tool", by(models.Creator{Kind: "tool", Name: "syft"}), "tool", "v"},
		{"no tool", by(models.Creator{Kind: "person", Name: "Jane"}), "tool", "m"},
		{"a namespace with a UUID", doc{Format: models.SPDXJSON, Namespace: "https://acme.test/sbom/3e671687-395b-41f5-a30f-a58921a69b79"}, "edition", "v"},
		{"a namespace that is only a host", doc{Format: models.SPDXJSON, Namespace: "https://acme.test/"}, "edition", "m"},
		{"a namespace copied from an example", doc{Format: models.SPDXJSON, Namespace: "https://www.example.com/x"}, "namespace", "m"},
		{"a namespace that is no URI", doc{Format: models.SPDXJSON, Namespace: "my document"}, "namespace", "m"},
		{"a namespace NOASSERTION", doc{Format: models.SPDXJSON, Namespace: "NOASSERTION"}, "namespace", "m"},
		{"a serial number", doc{Format: models.CycloneDXJSON, Namespace: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"}, "namespace", "v"},
		{"a serial number of zeros", doc{Format: models.CycloneDXJSON, Namespace: "urn:uuid:00000000-0000-0000-0000-000000000000"}, "namespace", "m"},
		{"a version of the document", doc{Format: models.CycloneDXJSON, Edition: "2"}, "edition", "v"},
		{"no version of the document", doc{Format: models.CycloneDXJSON}, "edition", "m"},
		{"no root", doc{}, "root", "m"},
		{"a root that is no package", doc{Roots: []int32{7}}, "root", "m"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := letter(measure(&test.doc)[test.fact]); got != test.want {
				t.Errorf("%s is %s, want %s", test.fact, got, test.want)
			}
		})
	}
}

func TestTheVersionOfATool(t *testing.T) {
	for name, want := range map[string]outcome{
		"syft-0.98.0": value, "Microsoft.SBOMTool-1.2.3": value, "spdx-sbom-generator-v0.0.15": value, "trivy-0.50.0-rc1": value, "scancode-toolkit 32.0.0": value,
		"build-tool-3f2a1bc": value, "@cyclonedx/bom@4.0.0": value,
		"syft-[not provided]": unknown, "sbom-tool-unknown": unknown, "bom-(devel)": unknown, "tool-NOASSERTION": unknown,
		"syft": missing, "sbom-tool": missing, "GitHub.com-Dependency-Graph": missing, "": missing, "tool-": missing, "v1": missing,
	} {
		if got := toolVersion(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestIDsOfSPDXStandInForIdentifiers(t *testing.T) {
	const own = "https://acme.test/sbom/1"
	for _, test := range []struct {
		name string
		doc  models.SBOMDocument
		pkg  models.SBOMPackage
		want string
	}{
		{"an id and a namespace", models.SBOMDocument{Format: models.SPDXJSON, Namespace: own}, models.SBOMPackage{Ref: "a"}, "v"},
		{"an id without a namespace", models.SBOMDocument{Format: models.SPDXJSON}, models.SBOMPackage{Ref: "a"}, "m"},
		{"a namespace without an id", models.SBOMDocument{Format: models.SPDXJSON, Namespace: own}, models.SBOMPackage{}, "m"},
		{"the ids of CycloneDX are its own affair", models.SBOMDocument{Format: models.CycloneDXJSON, Namespace: own}, models.SBOMPackage{Ref: "a"}, "m"},
		{"a purl needs no namespace", models.SBOMDocument{}, models.SBOMPackage{PURL: "pkg:npm/a"}, "v"},
		{"said to be unknown", models.SBOMDocument{}, models.SBOMPackage{Ref: "a", Unknowns: models.UnknownIdentifier}, "u"},
		{"said to be unknown, with an id and a namespace", models.SBOMDocument{Format: models.SPDXJSON, Namespace: own}, models.SBOMPackage{Ref: "a", Unknowns: models.UnknownIdentifier}, "v"},
		{"said to be unknown, with a namespace only", models.SBOMDocument{Format: models.SPDXJSON, Namespace: own}, models.SBOMPackage{Unknowns: models.UnknownIdentifier}, "u"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := letter(measure(&test.doc, test.pkg)["unique-identifier"]); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestHowFarTheRootReaches(t *testing.T) {
	edge := func(from, to int32, kind models.EdgeKind) models.Edge {
		return models.Edge{From: from, To: to, Kind: kind}
	}
	for _, test := range []struct {
		name     string
		roots    []int32
		edges    []models.Edge
		complete []models.Completeness
		want     models.Tally // of four packages
	}{
		{"a chain", []int32{0}, []models.Edge{edge(0, 1, models.EdgeDependsOn), edge(1, 2, models.EdgeContains), edge(2, 3, models.EdgeDynamicLink)}, nil, models.Tally{Value: 4}},
		{"a root alone reaches itself", []int32{0}, nil, nil, models.Tally{Value: 1, Missing: 3}},
		{"without a root nothing is reached", nil, []models.Edge{edge(0, 1, models.EdgeDependsOn)}, nil, models.Tally{Missing: 4}},
		{"a cycle ends", []int32{0}, []models.Edge{edge(0, 1, models.EdgeDependsOn), edge(1, 0, models.EdgeDependsOn), edge(1, 1, models.EdgeDependsOn)}, nil, models.Tally{Value: 2, Missing: 2}},
		{"a tool of the build is related too", []int32{0}, []models.Edge{edge(0, 1, models.EdgeDevDepends)}, nil, models.Tally{Value: 2, Missing: 2}},
		{"a variant is not a part", []int32{0}, []models.Edge{edge(0, 1, models.EdgeVariantOf)}, nil, models.Tally{Value: 1, Missing: 3}},
		{"edges do not lead backwards", []int32{0}, []models.Edge{edge(1, 0, models.EdgeDependsOn)}, nil, models.Tally{Value: 1, Missing: 3}},
		{"several roots", []int32{0, 2, 2}, []models.Edge{edge(0, 1, models.EdgeDependsOn)}, nil, models.Tally{Value: 3, Missing: 1}},
		{"edges to nowhere are passed over", []int32{0}, []models.Edge{edge(0, 9, models.EdgeDependsOn), edge(-1, 2, models.EdgeDependsOn)}, nil, models.Tally{Value: 1, Missing: 3}},
		{"dependencies of the root said to be unknown", []int32{0}, []models.Edge{edge(0, 1, models.EdgeDependsOn)}, []models.Completeness{models.CompletenessUnknown}, models.Tally{Value: 2, Unknown: 2}},
		{"dependencies of another said to be unknown", []int32{0}, nil, []models.Completeness{models.Complete, models.CompletenessUnknown}, models.Tally{Value: 1, Missing: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := &models.SBOMDocument{Roots: test.roots, Edges: test.edges, Complete: test.complete}
			got := measure(d, make([]models.SBOMPackage, 4)...)["dependency"]
			test.want.Fact = "dependency"
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestCompletenessHasThreeOutcomes(t *testing.T) {
	d := &models.SBOMDocument{Complete: []models.Completeness{models.Complete, models.Incomplete, models.CompletenessUnknown, models.CompletenessUnsaid, models.Complete, models.Complete}}
	got := measure(d, make([]models.SBOMPackage, 5)...)["completeness"]
	if want := (models.Tally{Fact: "completeness", Value: 3, Unknown: 1, Missing: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
