package spdx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// salvaged3 has a document of SPDX 3 for each thing that can be wrong, what was found, and which packages were read nevertheless.
var salvaged3 = []struct {
	name, text string
	found      []string
	names      []string
}{
	{"nothing is wrong", with3(`{"type":"Tool","spdxId":"urn:t","name":"t"}`), nil, []string{"alpha 1"}},
	{"null in place of an element is passed over", with3(`null`), []string{"null-element /@graph/4"}, []string{"alpha 1"}},
	{"an element may be a text, a number or a list", with3(`"x",7,[1]`), []string{"value-left-out /@graph/4", "value-left-out /@graph/5", "value-left-out /@graph/6"}, []string{"alpha 1"}},
	{"the graph may be null", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":null}`, []string{"null-value /@graph", "no-document", "missing-creation-info", "missing-spdx-version", "no-packages"}, nil},
	{"the graph may be one object", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":` + package3 + `}`,
		[]string{"wrong-type /@graph", "no-document", "missing-creation-info", "missing-spdx-version", "no-root"}, []string{"alpha 1"}},
	{"a text may be null", package3With(`"software_packageVersion":null`), []string{"null-value /@graph/3/software_packageVersion"}, []string{"alpha"}},
	{"a text may be empty", package3With(`"software_packageVersion":""`), []string{"empty-value /@graph/3/software_packageVersion"}, []string{"alpha"}},
	{"a text may be a number and keeps its digits", package3With(`"software_packageVersion":1.10`), []string{"wrong-type /@graph/3/software_packageVersion"}, []string{"alpha 1.10"}},
	{"a text may be a list", package3With(`"software_packageVersion":["1","2"]`), []string{"wrong-type /@graph/3/software_packageVersion"}, []string{"alpha 1"}},
	{"a text may be an object", package3With(`"software_packageVersion":{"x":1}`), []string{"unknown-field /@graph/3/software_packageVersion/x"}, []string{"alpha"}},
	{"a list may be a text", package3With(`"originatedBy":"urn:jo"`), []string{"wrong-type /@graph/3/originatedBy"}, []string{"alpha"}},
	{"one element may be a list", package3With(`"suppliedBy":["urn:jo"]`), []string{"wrong-type /@graph/3/suppliedBy"}, []string{"alpha"}},
	{"null stands in lists of hashes and identifiers", package3With(`"verifiedUsing":[null],"externalIdentifier":[null,7]`),
		[]string{"null-value /@graph/3/verifiedUsing/0", "null-value /@graph/3/externalIdentifier/0", "wrong-type /@graph/3/externalIdentifier/1", "dangling-reference /@graph/3"}, []string{"alpha"}},
	{"unknown properties are reported once per name", with3(beta3[:len(beta3)-2] + `,"colour":1},{"type":"Tool","colour":2}`), []string{"unknown-field /@graph/4/colour"}, []string{"alpha 1", "beta"}},
	{"properties may lack their prefix", package3With(`"packageVersion":"2"`), []string{"field-spelling /@graph/3/packageVersion"}, []string{"alpha 2"}},
	{"types may lack their prefix", strings.Replace(with3(`{"type":"Tool"}`), "software_Package", "Package", 1), []string{"field-spelling /@graph/3/type"}, []string{"alpha 1"}},
	{"a property may stand twice", package3With(`"software_packageVersion":"1","software_packageVersion":"2"`), []string{"duplicate-field /@graph/3/software_packageVersion"}, []string{"alpha 2"}},
	{"an element may have no type", with3(`{"spdxId":"urn:x","name":"x"},{}`), []string{"missing-type /@graph/4", "missing-type /@graph/5"}, []string{"alpha 1"}},
	{"an element may have an unknown type", with3(`{"type":"software_Gadget","spdxId":"urn:x"},{"type":"software_Gadget","spdxId":"urn:y"},` + relation3Text("contains", "urn:x", "")),
		[]string{"unknown-type /@graph/4/type", "original-only"}, []string{"alpha 1"}},
	{"an element may have several types", strings.Replace(with3(`{"type":"Tool"}`), `"software_Package"`, `["x:Thing","software_Package"]`, 1), []string{"unknown-type /@graph/3/type/0"}, []string{"alpha 1"}},
	{"properties without a use are named once for each kind of element", package3With(`"comment":"x","releaseTime":"2026-01-01T00:00:00Z","software_attributionText":["x"]`),
		[]string{"original-only", "original-only"}, []string{"alpha"}},

	{"there may be no SpdxDocument", context3 + strings.Replace(sound3, "SpdxDocument", "software_Sbom", 1) + package3 + "]}", []string{"no-document"}, []string{"alpha 1"}},
	{"there may be several SpdxDocuments", with3(`{"type":"SpdxDocument","spdxId":"urn:other","creationInfo":"_:info"}`), []string{"several-documents /@graph/4"}, []string{"alpha 1"}},
	{"the document may have no id", strings.Replace(with3(`{"type":"Tool"}`), `"spdxId":"urn:doc",`, "", 1), []string{"missing-namespace"}, []string{"alpha 1"}},
	{"there may be no CreationInfo", strings.Replace(with3(`{"type":"Tool"}`), `"type":"CreationInfo"`, `"type":"Bundle"`, 1), []string{"missing-creation-info", "missing-spdx-version", "original-only"}, []string{"alpha 1"}},
	{"CreationInfo may not say its version", strings.Replace(with3(`{"type":"Tool"}`), `"specVersion":"3.0.1",`, "", 1), []string{"missing-spdx-version"}, []string{"alpha 1"}},
	{"the version may be unknown", strings.Replace(with3(`{"type":"Tool"}`), `"specVersion":"3.0.1"`, `"specVersion":"3.1"`, 1), []string{"spdx-version"}, []string{"alpha 1"}},
	{"the version may be spelt in another way", strings.Replace(with3(`{"type":"Tool"}`), `"specVersion":"3.0.1"`, `"specVersion":"SPDX-3.0.1"`, 1), []string{"spdx-version-spelling"}, []string{"alpha 1"}},
	{"a date may be unreadable", strings.Replace(with3(`{"type":"Tool"}`), "2026-01-02T03:04:05Z", "yesterday", 1), []string{"bad-date /@graph/0/created"}, []string{"alpha 1"}},
	{"a creator may be a name", strings.Replace(with3(`{"type":"Tool"}`), `"createdBy":["urn:jo"]`, `"createdBy":["Person: Jo Doe"]`, 1), []string{"dangling-reference /@graph/0"}, []string{"alpha 1"}},
	{"a creator may not be there", strings.Replace(with3(`{"type":"Tool"}`), `"createdBy":["urn:jo"]`, `"createdBy":["urn:x"]`, 1), []string{"dangling-reference /@graph/0"}, []string{"alpha 1"}},
	{"a creator may be in another document", strings.Replace(with3(`{"type":"ExternalMap","externalSpdxId":"urn:x"}`), `"createdBy":["urn:jo"]`, `"createdBy":["urn:x"]`, 1), []string{"external-element /@graph/0"}, []string{"alpha 1"}},
	{"a type of SBOM may be unknown", with3(`{"type":"software_Sbom","spdxId":"urn:s","software_sbomType":["final"]}`), []string{"unknown-term /@graph/4/software_sbomType/0"}, []string{"alpha 1"}},
	{"a document may describe what it does not have", strings.Replace(with3(`{"type":"Tool"}`), `"rootElement":["urn:a"]`, `"rootElement":["urn:x"]`, 1), []string{"dangling-relationship", "no-root"}, []string{"alpha 1"}},
	{"another document may describe a package", strings.Replace(with3(`{"type":"Relationship","from":"urn:x","relationshipType":"describes","to":["urn:a"]}`), `"rootElement":["urn:a"]`, `"element":[]`, 1),
		[]string{"dangling-reference /@graph/4"}, []string{"alpha 1"}},
	{"a document may have no packages", strings.TrimSuffix(context3+strings.Replace(sound3, `,"rootElement":["urn:a"]`, "", 1), ",") + "]}", []string{"no-packages"}, nil},

	{"a package may have no id", with3(`{"type":"software_Package","name":"beta"}`), []string{"missing-spdxid /@graph/4"}, []string{"alpha 1", "beta"}},
	{"ids may stand twice", with3(`{"type":"software_Package","spdxId":"urn:a","name":"beta"}`), []string{"duplicate-spdxid /@graph/4/spdxId"}, []string{"alpha 1", "beta"}},
	{"a package and a file may have the same id", with3(`{"type":"software_File","spdxId":"urn:b","name":"f"},{"type":"software_Package","spdxId":"urn:b","name":"beta"}`),
		[]string{"duplicate-spdxid /@graph/5/spdxId"}, []string{"alpha 1", "beta"}},
	{"a package may have no name", with3(`{"type":"software_Package","spdxId":"urn:b","software_packageUrl":"pkg:npm/b@1"}`), []string{"missing-name /@graph/4/name"}, []string{"alpha 1", "pkg:npm/b@1"}},
	{"a package without a name is named by its file", with3(`{"type":"software_Package","spdxId":"urn:b"},{"type":"Relationship","from":"urn:b","relationshipType":"hasDistributionArtifact","to":["urn:f"]},{"type":"software_File","spdxId":"urn:f","name":"b.jar"}`),
		[]string{"missing-name /@graph/4/name"}, []string{"alpha 1", "b.jar"}},
	{"a package may say nothing", with3(`{"type":"software_Package"},{"type":"software_Package","comment":"x"}`), []string{"empty-package /@graph/4", "empty-package /@graph/5", "original-only"}, []string{"alpha 1"}},
	{"a supplier may not be there", package3With(`"suppliedBy":"urn:x"`), []string{"dangling-reference /@graph/3/suppliedBy"}, []string{"alpha"}},
	{"a supplier may be a name", package3With(`"suppliedBy":"ACME Inc."`), []string{"dangling-reference /@graph/3/suppliedBy"}, []string{"alpha"}},
	{"a supplier may have no name", package3With(`"suppliedBy":{"type":"Organization","spdxId":"urn:o"}`), []string{"bad-supplier /@graph/3/suppliedBy"}, []string{"alpha"}},
	{"a hash may be none", package3With(`"verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"00ff"},{"algorithm":"crc32","hashValue":"00ff00ff"},{}]`),
		[]string{"bad-checksum /@graph/3/verifiedUsing/0", "unknown-checksum-algorithm /@graph/3/verifiedUsing/1", "bad-checksum /@graph/3/verifiedUsing/2"}, []string{"alpha"}},
	{"a hash may not be there", package3With(`"verifiedUsing":["_:x"]`), []string{"dangling-reference /@graph/3"}, []string{"alpha"}},
	{"a package URL may be unreadable", package3With(`"software_packageUrl":"pkg:/"`), []string{"unreadable-purl /@graph/3/externalIdentifier"}, []string{"alpha"}},
	{"a CPE may be none", package3With(`"externalIdentifier":[{"externalIdentifierType":"cpe23","identifier":"openssl"}]`), []string{"bad-cpe /@graph/3/externalIdentifier"}, []string{"alpha"}},
	{"a purpose may be unknown", package3With(`"software_primaryPurpose":"fun"`), []string{"unknown-purpose /@graph/3/software_primaryPurpose"}, []string{"alpha"}},
	{"a version may be a range", package3With(`"software_packageVersion":"^1.2"`), []string{"version-range /@graph/3/software_packageVersion"}, []string{"alpha ^1.2"}},

	{"a relationship may be incomplete", with3(`{"type":"Relationship"},{"type":"Relationship","from":"urn:a","to":["urn:a"]},{"type":"Relationship","from":"urn:a","relationshipType":"contains","to":[]}`),
		[]string{"incomplete-relationship /@graph/4", "incomplete-relationship /@graph/5", "incomplete-relationship /@graph/6"}, []string{"alpha 1"}},
	{"a relationship may dangle", with3(relation3Text("contains", "urn:x", "")), []string{"dangling-relationship /@graph/4"}, []string{"alpha 1"}},
	{"a package may relate to itself", with3(relation3Text("contains", "urn:a", "")), []string{"self-relationship /@graph/4"}, []string{"alpha 1"}},
	{"a relationship may lead to another document", with3(relation3Text("contains", "urn:x", "") + `,{"type":"ExternalMap","externalSpdxId":"urn:x","locationHint":"https://x.test"}`),
		[]string{"external-element /@graph/4", "original-only"}, []string{"alpha 1"}},
	{"a relationship type may be misspelt", with3(relation3Text("DESCRIBES", "urn:x", "") + "," + relation3Text("DESCRIBES", "urn:jo", "")),
		[]string{"misspelt-relationship-type /@graph/4", "dangling-relationship /@graph/4"}, []string{"alpha 1"}},
	{"a relationship type may be unknown", with3(beta3 + relation3Text("likes", "urn:b", "")), []string{"unknown-relationship-type /@graph/5"}, []string{"alpha 1", "beta"}},
	{"a scope and a completeness may be unknown", with3(beta3 + relation3Text("contains", "urn:b", `,"scope":"x","completeness":"y"`)),
		[]string{"unknown-term /@graph/5", "unknown-term /@graph/5"}, []string{"alpha 1", "beta"}},
	{"a relationship may have elements inside", with3(`{"type":"Relationship","from":{"type":"software_Package","name":"beta"},"relationshipType":"contains","to":[{"type":"software_Package","name":"gamma"}]}`),
		nil, []string{"alpha 1", "beta", "gamma"}},

	{"a licence may not be there", with3(relation3Text("hasDeclaredLicense", "urn:x", "")), []string{"dangling-relationship /@graph/3"}, []string{"alpha 1"}},
	{"a package may have several licences", with3(relation3Text("hasDeclaredLicense", `https://spdx.org/licenses/MIT","https://spdx.org/licenses/ISC`, "")), []string{"several-licences /@graph/3"}, []string{"alpha 1"}},
	{"licences may contain each other", with3(relation3Text("hasDeclaredLicense", "urn:l", "") + `,{"type":"expandedlicensing_ConjunctiveLicenseSet","spdxId":"urn:l","expandedlicensing_member":["urn:l","urn:l"]}`),
		[]string{"value-left-out /@graph/3"}, []string{"alpha 1"}},
	{"a licence may be unreadable", with3(relation3Text("hasDeclaredLicense", "urn:l", "") + `,{"type":"simplelicensing_LicenseExpression","spdxId":"urn:l","simplelicensing_licenseExpression":"MIT AND AND"}`),
		[]string{"unreadable-licence /@graph/3"}, []string{"alpha 1"}},
	{"a licence text may be missing", with3(relation3Text("hasDeclaredLicense", "urn:l", "") + `,{"type":"simplelicensing_LicenseExpression","spdxId":"urn:l","simplelicensing_licenseExpression":"LicenseRef-x"}`),
		[]string{"missing-licence-text"}, []string{"alpha 1"}},
	{"a licence text may be empty", with3(`{"type":"simplelicensing_SimpleLicensingText","spdxId":"urn:t"}`), []string{"incomplete-licence-text /@graph/4"}, []string{"alpha 1"}},

	{"a document may break off in a package", with3(`{"type":"software_Package","spdxId":"urn:b","na`)[:len(with3(`{"type":"software_Package","spdxId":"urn:b","na`))-2], []string{"broken-off /@graph/4/spdxId"}, []string{"alpha 1"}},
	{"something may follow the document", with3(`{"type":"Tool"}`) + "{}", []string{"trailing-data"}, []string{"alpha 1"}},
	{"the document may be in an attestation", `{"_type":"https://in-toto.io/Statement/v1","predicate":` + with3(`{"type":"Tool"}`) + `}`, []string{"unknown-field /_type", "wrapped-document /predicate"}, []string{"alpha 1"}},
	{"the context may define terms of its own", strings.Replace(with3(`{"type":"Tool"}`), `"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"`, `["https://spdx.org/rdf/3.0.1/spdx-context.jsonld",{"x":"urn:x"}]`, 1), []string{"original-only"}, []string{"alpha 1"}},
}

func TestEveryDefectOfAGraphIsSalvagedWithAFinding(t *testing.T) {
	for _, c := range salvaged3 {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, c.text)
			if diff := cmp.Diff(c.found, got.found()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.names, got.names()); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
			for _, f := range got.Findings {
				if f.Message == "" || !strings.HasSuffix(f.Message, ".") || f.Severity == "" {
					t.Errorf("the finding %+v is not a sentence with a severity", f)
				}
			}
		})
	}
}

func TestFloodsOfDefectsInAGraphAreReadInLinearTime(t *testing.T) {
	const many = 200_000
	flood := func(element string) string { return strings.TrimSuffix(strings.Repeat(element+",", many), ",") }
	for _, c := range []struct{ name, text, rule string }{
		{"null elements", flood("null"), "null-element"},
		{"elements without a type", flood("{}"), "missing-type"},
		{"relationships without ends", flood(`{"type":"Relationship"}`), "incomplete-relationship"},
		{"relationships to nowhere", flood(`{"type":"Relationship","from":"urn:a","relationshipType":"contains","to":["urn:x"]}`), "dangling-relationship"},
		{"packages of one id", flood(package3), "duplicate-spdxid"},
		{"packages that say nothing", flood(`{"type":"software_Package"}`), "empty-package"},
		{"documents", flood(`{"type":"SpdxDocument"}`), "several-documents"},
		{"licences of one package", flood(relation3Text("hasDeclaredLicense", "urn:x", "")), ""},
		{"agents inside of packages", flood(`{"type":"software_Package","name":"b","originatedBy":[{"type":"Person","name":"Jo"}]}`), "missing-spdxid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, with3(c.text))
			kept := 0
			for _, f := range got.Findings {
				if f.Rule == c.rule {
					kept++
				}
			}
			if c.rule != "" && (kept != 20 || got.MoreFindings < many-20-1 || got.Verdict() != models.Salvaged) {
				t.Errorf("kept %d findings of %s and counted %d more", kept, c.rule, got.MoreFindings)
			}
		})
	}
}
