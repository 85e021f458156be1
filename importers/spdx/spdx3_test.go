package spdx

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// context3 is the beginning of a document of SPDX 3.0.1 up to the elements of its graph.
const context3 = `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[`

// sound3 are the elements 0 to 2 of a graph in which nothing is wrong; the root element is the package of package3.
const sound3 = `{"type":"CreationInfo","@id":"_:info","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["urn:jo"]},` +
	`{"type":"Person","spdxId":"urn:jo","creationInfo":"_:info","name":"Jo Doe"},` +
	`{"type":"SpdxDocument","spdxId":"urn:doc","creationInfo":"_:info","rootElement":["urn:a"]},`

// package3 is a sound package.
const package3 = `{"type":"software_Package","spdxId":"urn:a","creationInfo":"_:info","name":"alpha","software_packageVersion":"1"}`

// with3 is a graph with the package alpha as element 3 and these elements behind it.
func with3(elements string) string { return context3 + sound3 + package3 + "," + elements + "]}" }

// package3With is a graph with one package that has these members.
func package3With(members string) string {
	return context3 + sound3 + `{"type":"software_Package","spdxId":"urn:a","name":"alpha",` + members + `}]}`
}

// relation3Text is a relationship of the package alpha.
func relation3Text(kind, to, more string) string {
	return `{"type":"Relationship","spdxId":"urn:r","from":"urn:a","relationshipType":"` + kind + `","to":["` + to + `"]` + more + `}`
}

const beta3 = `{"type":"software_Package","spdxId":"urn:b","name":"beta"},`

// wholeGraph says in SPDX 3 what whole says in SPDX 2, and what only SPDX 3 can say; agents and licences stand behind their use.
const wholeGraph = `{"@graph": [
 {"type": "software_Package", "spdxId": "https://sbom.test/portal/portal", "creationInfo": "_:info", "name": "portal", "software_packageVersion": "2.0",
  "suppliedBy": "https://sbom.test/portal/acme", "originatedBy": ["https://sbom.test/portal/jo"], "software_downloadLocation": "https://acme.test/portal.tgz",
  "software_homePage": "https://acme.test", "software_copyrightText": "Copyright ACME", "summary": "The portal.", "description": "A longer text.",
  "software_primaryPurpose": "application", "software_packageUrl": "pkg:npm/%40acme/portal@2.0", "software_sourceInfo": "https://git.acme.test/portal",
  "externalIdentifier": [
   {"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*"},
   {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/%40acme/portal@2.0"},
   {"type": "ExternalIdentifier", "externalIdentifierType": "swid", "identifier": "swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c"},
   {"type": "ExternalIdentifier", "externalIdentifierType": "gitoid", "identifier": "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"}],
  "software_contentIdentifier": [{"type": "software_ContentIdentifier", "software_contentIdentifierType": "swhid", "software_contentIdentifierValue": "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"}],
  "externalRef": [{"type": "ExternalRef", "externalRefType": "securityOther", "locator": ["https://acme.test/.well-known/security.txt"]}],
  "verifiedUsing": [{"type": "Hash", "algorithm": "sha1", "hashValue": "71c4025dd9897b364f3ebbb42c484ff43d00791c"}, "_:hash"]},
 {"type": "software_Package", "spdxId": "https://sbom.test/portal/openssl", "creationInfo": "_:info", "name": "openssl", "software_packageVersion": "3.0.8",
  "software_downloadLocation": "NOASSERTION", "software_copyrightText": "NOASSERTION", "suppliedBy": "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement", "description": "Only a description."},
 {"type": "ai_AIPackage", "spdxId": "https://sbom.test/portal/model", "creationInfo": "_:info", "name": "model", "software_primaryPurpose": "model"},
 {"type": "LifecycleScopedRelationship", "spdxId": "https://sbom.test/portal/r0", "from": "https://sbom.test/portal/portal", "relationshipType": "dependsOn", "scope": "test", "completeness": "incomplete", "to": ["https://sbom.test/portal/model"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r1", "from": "https://sbom.test/portal/portal", "relationshipType": "dependsOn", "completeness": "complete", "to": ["https://sbom.test/portal/openssl"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r2", "from": "https://sbom.test/portal/openssl", "relationshipType": "dependsOn", "completeness": "complete", "to": ["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r3", "from": "https://sbom.test/portal/portal", "relationshipType": "hasConcludedLicense", "to": ["https://sbom.test/portal/both"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r4", "from": "https://sbom.test/portal/portal", "relationshipType": "hasDeclaredLicense", "to": ["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r5", "from": "https://sbom.test/portal/openssl", "relationshipType": "hasDeclaredLicense", "to": ["_:apache"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r6", "from": "https://sbom.test/portal/portal", "relationshipType": "hasDistributionArtifact", "to": ["https://sbom.test/portal/file"]},
 {"type": "Relationship", "spdxId": "https://sbom.test/portal/r7", "from": "https://sbom.test/portal/portal", "relationshipType": "availableFrom", "to": ["https://sbom.test/portal/acme"]},
 {"type": "expandedlicensing_ConjunctiveLicenseSet", "spdxId": "https://sbom.test/portal/both", "expandedlicensing_member": ["https://spdx.org/licenses/MIT", "https://sbom.test/portal/LicenseRef-acme"]},
 {"type": "simplelicensing_LicenseExpression", "spdxId": "_:apache", "simplelicensing_licenseExpression": "Apache-2.0", "simplelicensing_licenseListVersion": "3.28"},
 {"type": "expandedlicensing_CustomLicense", "spdxId": "https://sbom.test/portal/LicenseRef-acme", "name": "ACME licence", "simplelicensing_licenseText": "Do as you like."},
 {"type": "Hash", "@id": "_:hash", "algorithm": "blake2b256", "hashValue": "71c4025dd9897b364f3ebbb42c484ff43d00791c71c4025dd9897b364f3ebbb4"},
 {"type": "software_File", "spdxId": "https://sbom.test/portal/file", "name": "portal-2.0.tgz", "software_additionalPurpose": ["archive", "container"],
  "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "71C4025DD9897B364F3EBBB42C484FF43D00791C71C4025DD9897B364F3EBBB4"}]},
 {"type": "Person", "spdxId": "https://sbom.test/portal/jo", "name": "Jo Doe", "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "urlScheme", "identifier": "https://jo.test"}]},
 {"type": "Organization", "spdxId": "https://sbom.test/portal/acme", "name": "ACME", "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "oss@acme.test"}]},
 {"type": "Annotation", "spdxId": "https://sbom.test/portal/note", "annotationType": "review", "subject": "https://sbom.test/portal/portal", "statement": "Fine."},
 {"type": "software_Sbom", "spdxId": "https://sbom.test/portal/sbom", "creationInfo": "_:info", "software_sbomType": ["build"], "rootElement": ["https://sbom.test/portal/portal"]},
 {"type": "SpdxDocument", "spdxId": "https://sbom.test/portal/doc", "name": "portal", "comment": "made for a test", "rootElement": ["https://sbom.test/portal/sbom"], "dataLicense": "https://spdx.org/licenses/CC0-1.0",
  "creationInfo": {"type": "CreationInfo", "specVersion": "3.0.1", "created": "2026-01-02T03:04:05Z", "createdBy": ["https://sbom.test/portal/acme", {"type": "Person", "name": "Kim", "spdxId": "_:kim"}], "createdUsing": ["https://sbom.test/portal/tool"]}},
 {"type": "CreationInfo", "@id": "_:info", "specVersion": "3.0.1", "created": "2020-01-02T03:04:05Z", "createdBy": ["https://sbom.test/portal/jo"]},
 {"type": "Tool", "spdxId": "https://sbom.test/portal/tool", "name": "syft-1.2"}
], "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}`

func wholeOf3() (models.SBOMDocument, []models.SBOMPackage) {
	issued := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const digest = "71c4025dd9897b364f3ebbb42c484ff43d00791c"
	return models.SBOMDocument{
			Format: models.SPDX3JSONLD, SpecVersion: "3.0.1", Name: "portal", Namespace: "https://sbom.test/portal/doc", Context: "build", DataLicense: "CC0-1.0", Comment: "made for a test", IssuedAt: &issued, ListVersion: "3.28",
			Creators: []models.Creator{{Kind: "organization", Name: "ACME", Email: "oss@acme.test"}, {Kind: "person", Name: "Kim"}, {Kind: "tool", Name: "syft-1.2"}},
			Packages: 3, Files: 1, Roots: []int32{0}, Relations: 8,
			Edges:     []models.Edge{{From: 0, To: 2, Kind: models.EdgeDevDepends}, {From: 0, To: 1, Kind: models.EdgeDependsOn}},
			Extracted: []models.Extract{{Ref: "LicenseRef-acme", Name: "ACME licence", Text: "Do as you like."}},
			Complete:  []models.Completeness{models.Incomplete, models.Complete, models.CompletenessUnsaid},
		}, []models.SBOMPackage{
			{Ordinal: 0, Ref: "portal", Name: "portal", Version: "2.0", PURL: "pkg:npm/%40acme/portal@2.0", CPEs: []string{"cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*"}, Supplier: "ACME", Originator: "Jo Doe",
				Contact: "https://jo.test", Declared: "NOASSERTION", Concluded: "MIT AND LicenseRef-acme", Copyright: "Copyright ACME", Download: "https://acme.test/portal.tgz", Homepage: "https://acme.test",
				Purpose: "APPLICATION", Description: "The portal.", FileName: "portal-2.0.tgz", Source: "https://git.acme.test/portal", Security: "https://acme.test/.well-known/security.txt",
				Checksums: []models.Checksum{{Algorithm: "SHA1", Hex: digest}, {Algorithm: "BLAKE2B-256", Hex: digest + digest[:24]}, {Algorithm: "SHA256", Hex: digest + digest[:24]}},
				Identifiers: []models.Identifier{{Scheme: "swid", Value: "swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c"},
					{Scheme: "gitoid", Value: "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"}, {Scheme: "swhid", Value: "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"}},
				Traits: models.NotExecutable | models.Archive | models.Structured},
			{Ordinal: 1, Ref: "openssl", Name: "openssl", Version: "3.0.8", Declared: "Apache-2.0", Download: "NOASSERTION", Description: "Only a description.",
				Unknowns: models.UnknownSupplier | models.UnknownDownload | models.UnknownCopyright},
			{Ordinal: 2, Ref: "model", Name: "model", Purpose: "MODEL"},
		}
}

// expanded writes a graph with the names of properties and types as IRIs, and texts as values, as an expanding JSON-LD writer does.
func expanded(text string) string {
	const terms = "https://spdx.org/rdf/3.0.1/terms/"
	pairs := []string{`"type": "software_`, `"@type": "` + terms + `Software/`, `"type": "ai_`, `"@type": "` + terms + `AI/`, `"type": "simplelicensing_`, `"@type": "` + terms + `SimpleLicensing/`,
		`"type": "expandedlicensing_`, `"@type": "` + terms + `ExpandedLicensing/`, `"type": "`, `"@type": "` + terms + `Core/`, `"software_`, `"` + terms + `Software/`,
		`"simplelicensing_`, `"` + terms + `SimpleLicensing/`, `"expandedlicensing_`, `"` + terms + `ExpandedLicensing/`, `"spdxId"`, `"@id"`, `"name": "portal"`, `"` + terms + `Core/name": [{"@value": "portal"}]`,
		`"relationshipType": "`, `"` + terms + `Core/relationshipType": "` + terms + `Core/RelationshipType/`, `"creationInfo": "_:info"`, `"` + terms + `Core/creationInfo": {"@id": "_:info"}`}
	return strings.NewReplacer(pairs...).Replace(text)
}

func TestAGraphSaysTheSameHoweverItIsWritten(t *testing.T) {
	document, packages := wholeOf3()
	for name, text := range map[string]string{
		"with the terms of the context":                  wholeGraph,
		"with the terms as IRIs":                         expanded(wholeGraph),
		"inside an attestation":                          `{"predicate": ` + wholeGraph + `}`,
		"in UTF-16":                                      utf16Text(wholeGraph, true),
		"with a byte order mark, carriage returns, gzip": gzipped("\ufeff" + strings.ReplaceAll(wholeGraph, "\n", "\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, text)
			for _, f := range got.Findings {
				if f.Severity != models.Note {
					t.Errorf("found %+v", f)
				}
			}
			read := *got.SBOMDocument
			read.Findings = nil
			if diff := cmp.Diff(document, read); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(packages, got.packages); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADocumentMayBeOneObjectWithItsElementsInside(t *testing.T) {
	got := read(t, `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","type":"SpdxDocument","spdxId":"urn:doc","name":"d",
		"creationInfo":{"type":"CreationInfo","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":[{"type":"Organization","spdxId":"urn:acme","name":"ACME"}]},
		"rootElement":[{"type":"software_Package","spdxId":"urn:a","name":"alpha","suppliedBy":"urn:acme"}],
		"element":["urn:a",{"type":"Relationship","spdxId":"urn:r","from":"urn:a","relationshipType":"contains","to":[{"type":"software_Package","spdxId":"urn:b","name":"beta"}]},
		 {"type":"Relationship","spdxId":"urn:s","from":"urn:a","relationshipType":"hasDeclaredLicense","to":[{"type":"simplelicensing_LicenseExpression","spdxId":"urn:l","simplelicensing_licenseExpression":"MIT"}]}]}`)
	if got.Verdict() != models.Accepted || got.Name != "d" || len(got.Creators) != 1 || got.packages[0].Supplier != "ACME" || got.packages[0].Declared != "MIT" {
		t.Errorf("read %+v %+v", got.SBOMDocument, got.packages)
	}
	if diff := cmp.Diff([]string{"alpha -2-> beta"}, got.edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{0}, got.Roots); diff != "" {
		t.Errorf("roots (-want +got):\n%s", diff)
	}
}

func TestRelationshipsOfAGraphAreTurnedToActiveVoice(t *testing.T) {
	for kind, want := range map[string]string{
		"dependsOn": "alpha -1-> beta", "hasPrerequisite": "alpha -1-> beta", "contains": "alpha -2-> beta", "hasStaticLink": "alpha -6-> beta", "hasDynamicLink": "alpha -7-> beta",
		"hasOptionalComponent": "alpha -3-> beta", "hasOptionalDependency": "alpha -3-> beta", "hasProvidedDependency": "alpha -3-> beta", "hasTest": "alpha -3-> beta", "hasTestCase": "alpha -3-> beta",
		"usesTool": "alpha -3-> beta", "generates": "beta -4-> alpha", "hasVariant": "beta -5-> alpha", "descendantOf": "alpha -8-> beta", "ancestorOf": "beta -8-> alpha",
		"describes": "alpha -0-> beta", "other": "alpha -0-> beta", "packagedBy": "alpha -0-> beta", "hasDistributionArtifact": "alpha -0-> beta",
		"DEPENDS_ON": "alpha -1-> beta", "https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/contains": "alpha -2-> beta", "likes": "alpha -0-> beta",
	} {
		t.Run(kind, func(t *testing.T) {
			got := read(t, with3(beta3+relation3Text(kind, "urn:b", "")))
			if diff := cmp.Diff([]string{want}, got.edges()); diff != "" {
				t.Errorf("edges (-want +got):\n%s", diff)
			}
		})
	}
	for scope, want := range map[string]string{"runtime": "alpha -1-> beta", "other": "alpha -1-> beta", "development": "alpha -3-> beta", "build": "alpha -3-> beta", "test": "alpha -3-> beta", "design": "alpha -3-> beta"} {
		got := read(t, with3(beta3+relation3Text("dependsOn", "urn:b", `,"scope":"`+scope+`"`)))
		if diff := cmp.Diff([]string{want}, got.edges()); diff != "" {
			t.Errorf("scope %s (-want +got):\n%s", scope, diff)
		}
	}
}

func TestLicencesOfAGraphAreWrittenAsExpressions(t *testing.T) {
	const elements = `{"type":"expandedlicensing_ListedLicense","spdxId":"https://spdx.org/licenses/MIT","name":"MIT License"},
		{"type":"simplelicensing_LicenseExpression","spdxId":"urn:or","simplelicensing_licenseExpression":"MIT OR ISC"},
		{"type":"simplelicensing_LicenseExpression","spdxId":"urn:ref","simplelicensing_licenseExpression":"LicenseRef-x","simplelicensing_customIdToUri":[{"type":"DictionaryEntry","key":"LicenseRef-x","value":"urn:text"}]},
		{"type":"simplelicensing_SimpleLicensingText","spdxId":"urn:text","simplelicensing_licenseText":"Do."},
		{"type":"expandedlicensing_ConjunctiveLicenseSet","spdxId":"urn:and","expandedlicensing_member":["urn:or","https://spdx.org/licenses/Apache-2.0"]},
		{"type":"expandedlicensing_DisjunctiveLicenseSet","spdxId":"urn:any","expandedlicensing_member":["urn:and","urn:text"]},
		{"type":"expandedlicensing_OrLaterOperator","spdxId":"urn:later","expandedlicensing_subjectLicense":"https://spdx.org/licenses/GPL-2.0"},
		{"type":"expandedlicensing_WithAdditionOperator","spdxId":"urn:with","expandedlicensing_subjectExtendableLicense":"urn:later","expandedlicensing_subjectAddition":"urn:cp"},
		{"type":"expandedlicensing_ListedLicenseException","spdxId":"urn:cp","name":"Classpath-exception-2.0"},
		{"type":"expandedlicensing_IndividualLicensingInfo","spdxId":"https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense"},`
	for id, want := range map[string]string{
		"https://spdx.org/licenses/MIT": "MIT", "urn:or": "MIT OR ISC", "urn:ref": "LicenseRef-x", "urn:text": "LicenseRef-x", "urn:and": "(MIT OR ISC) AND Apache-2.0",
		"urn:any": "((MIT OR ISC) AND Apache-2.0) OR LicenseRef-x", "urn:later": "GPL-2.0+", "urn:with": "GPL-2.0+ WITH Classpath-exception-2.0",
		"https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense": "NONE", "expandedlicensing_NoAssertionLicense": "NOASSERTION", "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement": "NONE",
		"https://spdx.org/rdf/3.0.1/terms/Licensing/None": "NONE", "https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion": "NOASSERTION",
		"MIT": "MIT", `urn:or","urn:later`: "(MIT OR ISC) AND GPL-2.0+", `urn:or","NOASSERTION`: "MIT OR ISC",
	} {
		got := read(t, with3(elements+relation3Text("hasDeclaredLicense", id, "")))
		if got.packages[0].Declared != want {
			t.Errorf("%s was read as %q", id, got.packages[0].Declared)
		}
	}
}

func TestTheCompletenessOfAPackageIsThatOfItsDependencies(t *testing.T) {
	relation := func(kind, completeness string) string {
		return relation3Text(kind, "urn:b", `,"completeness":"`+completeness+`"`)
	}
	for _, c := range []struct {
		name, relations string
		complete        []models.Completeness
	}{
		{"nothing is said", relation3Text("dependsOn", "urn:b", ""), nil},
		{"complete", relation("dependsOn", "complete"), []models.Completeness{models.Complete, 0}},
		{"of other relationships it does not matter", relation("hasVariant", "complete"), nil},
		{"not known", relation("contains", "noAssertion"), []models.Completeness{models.CompletenessUnknown, 0}},
		{"one incomplete list spoils the others", relation("contains", "incomplete") + "," + relation("dependsOn", "complete"), []models.Completeness{models.Incomplete, 0}},
		{"an empty list may be complete", `{"type":"Relationship","from":"urn:a","relationshipType":"dependsOn","to":[],"completeness":"complete"}`, []models.Completeness{models.Complete, 0}},
		{"a dependency on what is not known is not known", relation3Text("dependsOn", "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement", ""), []models.Completeness{models.CompletenessUnknown, 0}},
	} {
		got := read(t, with3(beta3+c.relations))
		if diff := cmp.Diff(c.complete, got.Complete); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestEachLimitRefusesAGraphWithItsOwnCode(t *testing.T) {
	const relations = `{"type":"Relationship","from":"urn:a","relationshipType":"contains","to":["urn:b","urn:b","urn:b"]}`
	deep := strings.Repeat(`{"element":[`, 100_000)
	for _, c := range []struct {
		name, text string
		lim        sbom.Limits
		code       string
	}{
		{"bytes", with3(package3) + strings.Repeat(" ", 300_000), sbom.Limits{Bytes: 200_000}, "sbom-too-large"},
		{"packages", with3(beta3 + strings.ReplaceAll(package3, "urn:a", "urn:c")), sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"relationships", with3(relations), sbom.Limits{Relationships: 2}, "sbom-too-many-relationships"},
		{"levels of elements", context3 + deep, sbom.Limits{}, "sbom-too-deep"},
		{"levels of graphs", context3 + strings.Repeat(`{"@graph":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"levels of values", package3With(`"software_packageVersion":` + strings.Repeat("[", 100_000)), sbom.Limits{}, "sbom-too-deep"},
		{"levels in what is passed over", with3(`{"extension":` + strings.Repeat(`[`, 100_000)), sbom.Limits{}, "sbom-too-deep"},
		{"the length of a value", package3With(`"name":"` + strings.Repeat("x", 3<<20)), sbom.Limits{StringLength: 1000}, "sbom-string-too-long"},
		{"what has to be kept of agents", with3(strings.Repeat(`{"type":"Person","spdxId":"urn:p","name":"`+strings.Repeat("x", 1000)+`"},`, 300) + package3), sbom.Limits{HeldBytes: 200_000}, "sbom-holds-too-much"},
		{"what has to be kept", with3(strings.Repeat(`{"type":"software_File","name":"`+strings.Repeat("x", 70_000)+`"},`, 10) + package3), sbom.Limits{HeldBytes: 10}, "sbom-holds-too-much"},
	} {
		t.Run(c.name, func(t *testing.T) { refusesAs(t, c.text, c.lim, c.code) })
	}
}
