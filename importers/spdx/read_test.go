package spdx

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/ospo-register/ospo/models"
)

const whole = `{
 "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "portal", "documentNamespace": "https://sbom.test/portal",
 "comment": "made for a test",
"creationInfo": {"created": "2026-01-02T03:04:05Z", "licenseListVersion": "3.28", "comment": "SBOM Type: Build",
  "creators": ["Tool: syft-0.98.0", "Organization: ACME (oss@acme.test)", "Person: Jo Doe ()"]},
 "packages": [
  {"SPDXID": "SPDXRef-portal", "name": "portal", "versionInfo": "2.0", "supplier": "Organization: ACME (oss@acme.test)", "originator": "Person: Jo Doe",
   "packageFileName": "portal-2.0.tgz", "sourceInfo": "https://git.acme.test/portal",
   "downloadLocation": "https://acme.test/portal.tgz", "homepage": "https://acme.test", "licenseConcluded": "MIT AND LicenseRef-acme", "licenseDeclared": "NOASSERTION",
   "copyrightText": "Copyright ACME", "summary": "The portal.", "description": "A longer text.", "primaryPackagePurpose": "APPLICATION",
   "checksums": [{"algorithm": "SHA1", "checksumValue": "71C4025DD9897B364F3EBBB42C484FF43D00791C"}],
   "externalRefs": [
    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/%40acme/portal@2.0"},
    {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*"},
    {"referenceCategory": "SECURITY", "referenceType": "swid", "referenceLocator": "swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c"},
    {"referenceCategory": "SECURITY", "referenceType": "url", "referenceLocator": "https://acme.test/security"},
    {"referenceCategory": "PERSISTENT-ID", "referenceType": "gitoid", "referenceLocator": "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"},
    {"referenceCategory": "PERSISTENT-ID", "referenceType": "swh", "referenceLocator": "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"},
    {"referenceCategory": "OTHER", "referenceType": "npm", "referenceLocator": "portal@2.0"}]},
  {"SPDXID": "SPDXRef-openssl", "name": "openssl", "versionInfo": "3.0.8", "supplier": "NOASSERTION", "downloadLocation": "NOASSERTION",
   "licenseConcluded": "NOASSERTION", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "description": "Only a description.", "filesAnalyzed": false},
  {"SPDXID": "SPDXRef-jest", "name": "jest", "downloadLocation": "NONE"}],
 "files": [{"SPDXID": "SPDXRef-file", "fileName": "./index.js", "checksums": [{"algorithm": "SHA1", "checksumValue": "71c4025dd9897b364f3ebbb42c484ff43d00791c"}]}],
 "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-acme", "name": "ACME licence", "extractedText": "Do as you like."}],
 "relationships": [
  {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-portal"},
  {"spdxElementId": "SPDXRef-openssl", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-portal"},
  {"spdxElementId": "SPDXRef-portal", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-file"},
  {"spdxElementId": "SPDXRef-jest", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-portal"},
  {"spdxElementId": "SPDXRef-portal", "relationshipType": "DESCENDANT_OF", "relatedSpdxElement": "NOASSERTION"}]
}`

const wholeTagValue = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: portal
DocumentNamespace: https://sbom.test/portal
DocumentComment: <text>made for a test</text>
LicenseListVersion: 3.28
Creator: Tool: syft-0.98.0
Creator: Organization: ACME (oss@acme.test)
Creator: Person: Jo Doe ()
CreatorComment: <text>SBOM Type: Build</text>
Created: 2026-01-02T03:04:05Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-portal

PackageName: portal
SPDXID: SPDXRef-portal
PackageVersion: 2.0
PackageSupplier: Organization: ACME (oss@acme.test)
PackageOriginator: Person: Jo Doe
PackageFileName: portal-2.0.tgz
PackageSourceInfo: <text>https://git.acme.test/portal</text>
PackageDownloadLocation: https://acme.test/portal.tgz
PackageHomePage: https://acme.test
PackageLicenseConcluded: MIT AND LicenseRef-acme
PackageLicenseDeclared: NOASSERTION
PackageCopyrightText: <text>Copyright ACME</text>
PackageSummary: <text>The portal.</text>
PackageDescription: <text>A longer text.</text>
PrimaryPackagePurpose: APPLICATION
PackageChecksum: SHA1: 71C4025DD9897B364F3EBBB42C484FF43D00791C
ExternalRef: PACKAGE-MANAGER purl pkg:npm/%40acme/portal@2.0
ExternalRef: SECURITY cpe23Type cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*
ExternalRef: SECURITY swid swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c
ExternalRef: SECURITY url https://acme.test/security
ExternalRef: PERSISTENT-ID gitoid gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64
ExternalRef: PERSISTENT-ID swh swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2
ExternalRef: OTHER npm portal@2.0
Relationship: SPDXRef-openssl DEPENDENCY_OF SPDXRef-portal
Relationship: SPDXRef-portal CONTAINS SPDXRef-file
Relationship: SPDXRef-jest DEV_DEPENDENCY_OF SPDXRef-portal
Relationship: SPDXRef-portal DESCENDANT_OF NOASSERTION

PackageName: openssl
SPDXID: SPDXRef-openssl
PackageVersion: 3.0.8
PackageSupplier: NOASSERTION
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: Apache-2.0
PackageCopyrightText: NOASSERTION
PackageDescription: <text>Only a description.</text>

PackageName: jest
SPDXID: SPDXRef-jest
PackageDownloadLocation: NONE

FileName: ./index.js
SPDXID: SPDXRef-file
FileChecksum: SHA1: 71c4025dd9897b364f3ebbb42c484ff43d00791c

LicenseID: LicenseRef-acme
ExtractedText: <text>Do as you like.</text>
LicenseName: ACME licence
`

const wholeRDF = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:spdx="http://spdx.org/rdf/terms#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:doap="http://usefulinc.com/ns/doap#">
 <spdx:SpdxDocument rdf:about="https://sbom.test/portal#SPDXRef-DOCUMENT">
  <spdx:specVersion>SPDX-2.3</spdx:specVersion>
  <spdx:dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/>
  <spdx:name>portal</spdx:name>
  <rdfs:comment>made for a test</rdfs:comment>
  <spdx:creationInfo><spdx:CreationInfo>
   <spdx:created>2026-01-02T03:04:05Z</spdx:created><spdx:licenseListVersion>3.28</spdx:licenseListVersion>
   <spdx:creator>Tool: syft-0.98.0</spdx:creator><spdx:creator>Organization: ACME (oss@acme.test)</spdx:creator><spdx:creator>Person: Jo Doe ()</spdx:creator><rdfs:comment>SBOM Type: Build</rdfs:comment>
  </spdx:CreationInfo></spdx:creationInfo>
  <spdx:hasExtractedLicensingInfo><spdx:ExtractedLicensingInfo rdf:about="https://sbom.test/portal#LicenseRef-acme">
   <spdx:licenseId>LicenseRef-acme</spdx:licenseId><spdx:name>ACME licence</spdx:name><spdx:extractedText>Do as you like.</spdx:extractedText>
  </spdx:ExtractedLicensingInfo></spdx:hasExtractedLicensingInfo>
  <spdx:relationship><spdx:Relationship>
   <spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
   <spdx:relatedSpdxElement><spdx:Package rdf:about="https://sbom.test/portal#SPDXRef-portal">
    <spdx:name>portal</spdx:name><spdx:versionInfo>2.0</spdx:versionInfo><spdx:supplier>Organization: ACME (oss@acme.test)</spdx:supplier><spdx:originator>Person: Jo Doe</spdx:originator>
    <spdx:packageFileName>portal-2.0.tgz</spdx:packageFileName><spdx:sourceInfo>https://git.acme.test/portal</spdx:sourceInfo>
    <spdx:downloadLocation>https://acme.test/portal.tgz</spdx:downloadLocation><doap:homepage>https://acme.test</doap:homepage>
    <spdx:licenseConcluded><spdx:ConjunctiveLicenseSet><spdx:member rdf:resource="http://spdx.org/licenses/MIT"/><spdx:member rdf:resource="https://sbom.test/portal#LicenseRef-acme"/></spdx:ConjunctiveLicenseSet></spdx:licenseConcluded>
    <spdx:licenseDeclared rdf:resource="http://spdx.org/rdf/terms#noassertion"/>
    <spdx:copyrightText>Copyright ACME</spdx:copyrightText><spdx:summary>The portal.</spdx:summary><spdx:description>A longer text.</spdx:description>
    <spdx:primaryPackagePurpose rdf:resource="http://spdx.org/rdf/terms#purpose_application"/>
    <spdx:checksum><spdx:Checksum><spdx:algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_sha1"/><spdx:checksumValue>71C4025DD9897B364F3EBBB42C484FF43D00791C</spdx:checksumValue></spdx:Checksum></spdx:checksum>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceCategory rdf:resource="http://spdx.org/rdf/terms#referenceCategory_packageManager"/><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/purl"/><spdx:referenceLocator>pkg:npm/%40acme/portal@2.0</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceType><spdx:ReferenceType rdf:about="http://spdx.org/rdf/references/cpe23Type"/></spdx:referenceType><spdx:referenceLocator>cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/swid"/><spdx:referenceLocator>swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceCategory rdf:resource="http://spdx.org/rdf/terms#referenceCategory_security"/><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/url"/><spdx:referenceLocator>https://acme.test/security</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/gitoid"/><spdx:referenceLocator>gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/swh"/><spdx:referenceLocator>swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource="http://spdx.org/rdf/references/npm"/><spdx:referenceLocator>portal@2.0</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef>
    <spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_contains"/><spdx:relatedSpdxElement rdf:resource="#SPDXRef-file"/></spdx:Relationship></spdx:relationship>
    <spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_descendantOf"/><spdx:relatedSpdxElement rdf:resource="http://spdx.org/rdf/terms#noassertion"/></spdx:Relationship></spdx:relationship>
   </spdx:Package></spdx:relatedSpdxElement>
  </spdx:Relationship></spdx:relationship>
 </spdx:SpdxDocument>
 <spdx:Package rdf:about="https://sbom.test/portal#SPDXRef-openssl">
  <spdx:name>openssl</spdx:name><spdx:versionInfo>3.0.8</spdx:versionInfo><spdx:supplier>NOASSERTION</spdx:supplier><spdx:downloadLocation rdf:resource="http://spdx.org/rdf/terms#noassertion"/>
  <spdx:licenseConcluded rdf:resource="http://spdx.org/rdf/terms#noassertion"/><spdx:licenseDeclared rdf:resource="http://spdx.org/licenses/Apache-2.0"/>
  <spdx:filesAnalyzed>false</spdx:filesAnalyzed><spdx:copyrightText>NOASSERTION</spdx:copyrightText><spdx:description>Only a description.</spdx:description>
  <spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_dependencyOf"/><spdx:relatedSpdxElement rdf:resource="https://sbom.test/portal#SPDXRef-portal"/></spdx:Relationship></spdx:relationship>
 </spdx:Package>
 <spdx:Package rdf:about="#SPDXRef-jest"><spdx:name>jest</spdx:name><spdx:downloadLocation>NONE</spdx:downloadLocation>
  <spdx:relationship><spdx:Relationship><spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_devDependencyOf"/><spdx:relatedSpdxElement rdf:resource="https://sbom.test/portal#SPDXRef-portal"/></spdx:Relationship></spdx:relationship>
 </spdx:Package>
 <spdx:File rdf:about="https://sbom.test/portal#SPDXRef-file"><spdx:fileName>./index.js</spdx:fileName></spdx:File>
</rdf:RDF>
`

// xmlText writes decoded JSON as SPDX's XML.
func xmlText(name string, value any) string {
	switch v := value.(type) {
	case []any:
		var b strings.Builder
		for _, element := range v {
			b.WriteString(xmlText(name, element))
		}
		return b.String()
	case map[string]any:
		var b strings.Builder
		for _, member := range []string{"SPDXID", "spdxVersion", "creationInfo", "created", "creators", "licenseListVersion", "name", "dataLicense", "comment", "documentNamespace", "packages", "files", "relationships",
			"hasExtractedLicensingInfos", "licenseId", "extractedText", "versionInfo", "supplier", "originator", "packageFileName", "sourceInfo", "downloadLocation", "homepage", "licenseConcluded", "licenseDeclared", "copyrightText", "summary",
			"description", "primaryPackagePurpose", "checksums", "algorithm", "checksumValue", "externalRefs", "referenceCategory", "referenceType", "referenceLocator", "filesAnalyzed", "fileName",
			"spdxElementId", "relationshipType", "relatedSpdxElement"} {
			if inner, ok := v[member]; ok {
				b.WriteString(xmlText(member, inner))
			}
		}
		return "<" + name + ">" + b.String() + "</" + name + ">"
	}
	return fmt.Sprintf("<%s>%v</%s>", name, value, name)
}

func TestEveryNotationSaysTheSame(t *testing.T) {
	issued := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want := models.SBOMDocument{
		SpecVersion: "SPDX-2.3", Name: "portal", Namespace: "https://sbom.test/portal", DataLicense: "CC0-1.0", Comment: "made for a test\nSBOM Type: Build", Context: "build", IssuedAt: &issued, ListVersion: "3.28",
		Creators: []models.Creator{{Kind: "tool", Name: "syft-0.98.0"}, {Kind: "organization", Name: "ACME", Email: "oss@acme.test"}, {Kind: "person", Name: "Jo Doe"}},
		Packages: 3, Files: 1, Roots: []int32{0}, Relations: 5,
		Edges:     []models.Edge{{From: 0, To: 1, Kind: models.EdgeDependsOn}, {From: 0, To: 2, Kind: models.EdgeDevDepends}},
		Extracted: []models.Extract{{Ref: "LicenseRef-acme", Name: "ACME licence", Text: "Do as you like."}},
	}
	packages := []models.SBOMPackage{
		{Ordinal: 0, Ref: "portal", Name: "portal", Version: "2.0", PURL: "pkg:npm/%40acme/portal@2.0", CPEs: []string{"cpe:2.3:a:acme:portal:2.0:*:*:*:*:*:*:*"}, Supplier: "ACME", Originator: "Jo Doe", Contact: "oss@acme.test",
			Declared: "NOASSERTION", Concluded: "MIT AND LicenseRef-acme", Copyright: "Copyright ACME", Download: "https://acme.test/portal.tgz", Homepage: "https://acme.test", Purpose: "APPLICATION",
			Description: "The portal.", Checksums: []models.Checksum{{Algorithm: "SHA1", Hex: "71c4025dd9897b364f3ebbb42c484ff43d00791c"}},
			FileName: "portal-2.0.tgz", Source: "https://git.acme.test/portal", Security: "https://acme.test/security", Identifiers: []models.Identifier{
				{Scheme: "swid", Value: "swid:2df9de35-0aff-4a86-ace6-f7dddd1ade4c"}, {Scheme: "gitoid", Value: "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"},
				{Scheme: "swhid", Value: "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"}}},
		{Ordinal: 1, Ref: "openssl", Name: "openssl", Version: "3.0.8", Declared: "Apache-2.0", Concluded: "NOASSERTION", Download: "NOASSERTION", Description: "Only a description.",
			Unknowns: models.UnknownSupplier | models.UnknownDownload | models.UnknownCopyright},
		{Ordinal: 2, Ref: "jest", Name: "jest", Download: "NONE"},
	}
	var decoded any
	if err := json.Unmarshal([]byte(whole), &decoded); err != nil {
		t.Fatal(err)
	}
	inYAML, err := yaml.JSONToYAML([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		format     models.SBOMFormat
		found      []string
	}{
		{"JSON", whole, models.SPDXJSON, nil},
		{"tag-value through the library", wholeTagValue, models.SPDXTagValue, nil},
		{"tag-value salvaged", wholeTagValue + "OddTag: 1\n", models.SPDXTagValue, []string{"library-refused", "unknown-field line 65"}},
		{"YAML", string(inYAML), models.SPDXYAML, nil},
		{"XML", xmlText("Document", decoded), models.SPDXXML, nil},
		{"RDF", wholeRDF, models.SPDXRDF, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.text)
			original := []string{"original-only", "original-only", "original-only"} // of files, packages and references
			if diff := cmp.Diff(append(c.found, original...), got.found()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			document := *got.SBOMDocument
			document.Findings = nil
			want.Format = c.format
			if diff := cmp.Diff(want, document); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(packages, got.packages); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheOrderOfTheMembersDoesNotMatter(t *testing.T) {
	backwards := `{"relationships":[
		{"spdxElementId":"SPDXRef-b","relationshipType":"DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-a"},
		{"relatedSpdxElement":"SPDXRef-f","relationshipType":"CONTAINS","spdxElementId":"SPDXRef-a"},
		{"spdxElementId":"SPDXRef-a","relationshipType":"DESCRIBED_BY","relatedSpdxElement":"SPDXRef-me"}],
		"files":[{"SPDXID":"SPDXRef-f"}],"packages":[{"SPDXID":"SPDXRef-b","name":"beta"},` + alpha + `],
		"creationInfo":{},"name":"d","documentNamespace":"n","SPDXID":"SPDXRef-me","spdxVersion":"SPDX-2.2"}`
	got := read(t, backwards)
	if diff := cmp.Diff([]string{"alpha -1-> beta"}, got.edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{1}, got.Roots); diff != "" {
		t.Errorf("roots (-want +got):\n%s", diff)
	}
	if len(got.Findings) > 0 || got.Relations != 3 {
		t.Errorf("found %v, counted %d relationships", got.found(), got.Relations)
	}
}

func TestRelationshipsAreTurnedToActiveVoice(t *testing.T) {
	for kind, want := range map[string]string{
		"DEPENDS_ON": "alpha -1-> beta", "DEPENDENCY_OF": "beta -1-> alpha", "RUNTIME_DEPENDENCY_OF": "beta -1-> alpha", "HAS_PREREQUISITE": "alpha -1-> beta", "PREREQUISITE_FOR": "beta -1-> alpha",
		"CONTAINS": "alpha -2-> beta", "CONTAINED_BY": "beta -2-> alpha", "PACKAGE_OF": "beta -2-> alpha",
		"BUILD_DEPENDENCY_OF": "beta -3-> alpha", "DEV_DEPENDENCY_OF": "beta -3-> alpha", "TEST_DEPENDENCY_OF": "beta -3-> alpha", "OPTIONAL_DEPENDENCY_OF": "beta -3-> alpha", "PROVIDED_DEPENDENCY_OF": "beta -3-> alpha",
		"GENERATED_FROM": "alpha -4-> beta", "GENERATES": "beta -4-> alpha", "VARIANT_OF": "alpha -5-> beta", "STATIC_LINK": "alpha -6-> beta", "DYNAMIC_LINK": "alpha -7-> beta",
		"DESCENDANT_OF": "alpha -8-> beta", "ANCESTOR_OF": "beta -8-> alpha", "OTHER": "alpha -0-> beta", "DESCRIBES": "alpha -0-> beta",
		"depends-on": "alpha -1-> beta", "dependsOn": "alpha -1-> beta", "relationshipType_dynamicLink": "alpha -7-> beta", "DEPEND_ON": "alpha -1-> beta", "LIKES": "alpha -0-> beta",
	} {
		t.Run(kind, func(t *testing.T) {
			got := read(t, withPackages(`{"SPDXID":"SPDXRef-b","name":"beta"}],"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"`+kind+`","relatedSpdxElement":"SPDXRef-b"}`))
			if diff := cmp.Diff([]string{want}, got.edges()); diff != "" {
				t.Errorf("edges (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheRootsOfADocument(t *testing.T) {
	const beta = `{"SPDXID":"SPDXRef-b","name":"beta"}`
	const dependsOn = `"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-b"}`
	for _, c := range []struct {
		name, members string
		roots         []int32
	}{
		{"documentDescribes names them", `"documentDescribes":["SPDXRef-b","SPDXRef-b"],` + dependsOn + `]`, []int32{1}},
		{"DESCRIBES names them", dependsOn + `,{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-b"}]`, []int32{1}},
		{"DESCRIBED_BY names them", dependsOn + `,{"spdxElementId":"SPDXRef-b","relationshipType":"DESCRIBED_BY","relatedSpdxElement":"SPDXRef-DOCUMENT"}]`, []int32{1}},
		{"a described file is no root, and no other is looked for", `"documentDescribes":["SPDXRef-f"],"files":[{"SPDXID":"SPDXRef-f"}]`, nil},
		{"without a description, what stands at the top", dependsOn + `]`, []int32{0}},
		{"without any relationship, none of several", `"files":[]`, nil},
		{"in a circle, none", dependsOn + `,{"spdxElementId":"SPDXRef-b","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"}]`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, strings.Replace(sound, `"documentDescribes":["SPDXRef-a"],`, "", 1)+`"packages":[`+alpha+`,`+beta+`],`+c.members+`}`)
			if diff := cmp.Diff(c.roots, got.Roots); diff != "" {
				t.Errorf("roots (-want +got):\n%s", diff)
			}
		})
	}
}
