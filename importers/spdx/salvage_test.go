package spdx

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
)

// salvaged has a document for each thing that can be wrong, what was found, and which packages were read nevertheless.
var salvaged = []struct {
	name  string
	text  string
	found []string // "rule pointer"
	names []string // "name version"
}{
	// The rows of defects on which the conformance library panics, refuses the whole document, or goes wrong.
	{"null in place of a package is passed over", withPackages(`null`), []string{"null-element /packages/1"}, []string{"alpha 1"}},
	{"null in place of a file is passed over", withMembers(`"files":[null,{"SPDXID":"SPDXRef-f"}]`), []string{"null-element /files/0"}, []string{"alpha 1"}},
	{"null in place of a relationship is passed over", withMembers(`"relationships":[null]`), []string{"null-element /relationships/0"}, []string{"alpha 1"}},
	{"null in place of an external reference is passed over", withPackage(`"externalRefs":[null]`), []string{"null-element /packages/0/externalRefs/0"}, []string{"alpha"}},
	{"null in place of a licence text is passed over", withMembers(`"hasExtractedLicensingInfos":[null]`), []string{"null-element /hasExtractedLicensingInfos/0"}, []string{"alpha 1"}},
	{"null in place of a list is read as empty", withMembers(`"files":null,"relationships":null`), []string{"null-value /files", "null-value /relationships"}, []string{"alpha 1"}},
	{"null in place of a text is read as absent", withPackage(`"versionInfo":null,"supplier":null`), []string{"null-value /packages/0/versionInfo", "null-value /packages/0/supplier"}, []string{"alpha"}},
	{"a document may lack creationInfo", `{"spdxVersion":"SPDX-2.3","name":"d","documentNamespace":"https://sbom.test/d","documentDescribes":["SPDXRef-a"],"packages":[` + alpha + `]}`,
		[]string{"missing-creation-info"}, []string{"alpha 1"}},
	{"a supplier may be empty", withPackage(`"supplier":""`), []string{"bad-supplier /packages/0/supplier"}, []string{"alpha"}},
	{"a supplier may lack its type", withPackage(`"supplier":"ACME"`), []string{"bad-supplier /packages/0/supplier"}, []string{"alpha"}},
	{"a supplier may be NONE", withPackage(`"supplier":"NONE"`), []string{"bad-supplier /packages/0/supplier"}, []string{"alpha"}},
	{"a supplier may be a number", withPackage(`"supplier":42`), []string{"wrong-type /packages/0/supplier", "bad-supplier /packages/0/supplier"}, []string{"alpha"}},
	{"a supplier may have a type and no name", withPackage(`"supplier":"Organization:  "`), []string{"bad-supplier /packages/0/supplier"}, []string{"alpha"}},
	{"an originator is judged like a supplier", withPackage(`"originator":"Tool: bot"`), []string{"bad-supplier /packages/0/originator"}, []string{"alpha"}},
	{"an id may lack SPDXRef-", sound + `"packages":[{"SPDXID":"a","name":"alpha"}]}`, []string{"spdxid-form /packages/0/SPDXID"}, []string{"alpha"}},
	{"a version of SPDX may name a patch release", strings.Replace(withMembers(`"files":[]`), "SPDX-2.3", "SPDX-2.2.1", 1), []string{"spdx-version-spelling"}, []string{"alpha 1"}},
	{"a version of SPDX may be in lower case", strings.Replace(withMembers(`"files":[]`), "SPDX-2.3", "spdx-2.3", 1), []string{"spdx-version-spelling"}, []string{"alpha 1"}},
	{"an unknown version of SPDX is read as 2.3", strings.Replace(withMembers(`"files":[]`), "SPDX-2.3", "SPDX-2.9", 1), []string{"spdx-version"}, []string{"alpha 1"}},
	{"a truth value may be a text", withPackage(`"filesAnalyzed":"false"`), []string{"original-only"}, []string{"alpha"}},
	{"a list may be a text", withPackage(`"licenseInfoFromFiles":"MIT","checksums":{"algorithm":"SHA1","checksumValue":"71c4025dd9897b364f3ebbb42c484ff43d00791c"}`),
		[]string{"wrong-type /packages/0/checksums", "original-only"}, []string{"alpha"}},
	{"a UTF-8 document may begin with a byte order mark", "\ufeff" + withMembers(`"files":[]`), []string{"utf8-bom"}, []string{"alpha 1"}},
	{"a document may be UTF-16", utf16Text(withMembers(`"files":[]`), true), []string{"utf16"}, []string{"alpha 1"}},
	{"unknown fields are reported once per name", withPackages(`{"SPDXID":"SPDXRef-b","name":"beta","colour":1},{"SPDXID":"SPDXRef-c","name":"gamma","colour":{"x":[1]}}`),
		[]string{"unknown-field /packages/1/colour"}, []string{"alpha 1", "beta", "gamma"}},
	{"the exact spelling wins over another case behind it", withPackage(`"NAME":"other"`), []string{"field-spelling /packages/0/NAME"}, []string{"alpha"}},
	{"another case is read when there is no exact spelling", withPackages(`{"SPDXID":"SPDXRef-b","Name":"beta"}`), []string{"field-spelling /packages/1/Name"}, []string{"alpha 1", "beta"}},
	{"of a field that stands twice the last value is taken", withPackage(`"versionInfo":"1","versionInfo":"2"`), []string{"duplicate-field /packages/0/versionInfo"}, []string{"alpha 2"}},
	{"of a list that stands twice all elements are taken", withMembers(`"packages":[{"SPDXID":"SPDXRef-b","name":"beta"}]`), []string{"duplicate-field /packages"}, []string{"alpha 1", "beta"}},
	{"a licence may be nonsense", withPackage(`"licenseConcluded":"(((("`), []string{"guessed-licence /packages/0/licenseConcluded"}, []string{"alpha"}},
	{"a licence may be unreadable", withPackage(`"licenseConcluded":"MIT AND AND"`), []string{"unreadable-licence /packages/0/licenseConcluded"}, []string{"alpha"}},
	{"the meaning of a licence may have to be guessed", withPackages(`{"SPDXID":"SPDXRef-b","name":"beta","licenseDeclared":"Apache License 2.0"},{"SPDXID":"SPDXRef-c","name":"gamma","licenseDeclared":"Apache License 2.0"}`),
		[]string{"guessed-licence /packages/1/licenseDeclared"}, []string{"alpha 1", "beta", "gamma"}},
	{"a checksum algorithm may be unknown", withPackage(`"checksums":[{"algorithm":"CRC32","checksumValue":"00ff00ff"}]`),
		[]string{"unknown-checksum-algorithm /packages/0/checksums/0"}, []string{"alpha"}},
	{"ids may stand twice", withPackages(`{"SPDXID":"SPDXRef-a","name":"beta"}`), []string{"duplicate-spdxid /packages/1/SPDXID"}, []string{"alpha 1", "beta"}},
	{"a relationship may dangle", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-x"}]`),
		[]string{"dangling-relationship /relationships/0"}, []string{"alpha 1"}},
	{"a document may break off in a package", strings.TrimSuffix(withPackages(`{"SPDXID":"SPDXRef-b","na`), "]}"),
		[]string{"broken-off /packages/1/SPDXID"}, []string{"alpha 1"}},
	{"a document may break off between packages", sound + `"packages":[` + alpha + `,`, []string{"broken-off /packages/0"}, []string{"alpha 1"}},
	{"a document may be malformed from some point on", withPackages(`{"SPDXID":"SPDXRef-b" "name":"beta"}`), []string{"broken-off /packages/1/SPDXID"}, []string{"alpha 1"}},
	{"something may follow the document", withMembers(`"files":[]`) + ` {"more":1}`, []string{"trailing-data"}, []string{"alpha 1"}},
	{"rubbish may follow the document", withMembers(`"files":[]`) + `]`, []string{"trailing-data"}, []string{"alpha 1"}},

	{"a package may be a text", withPackages(`"beta",7,["x"]`), []string{"value-left-out /packages/1", "value-left-out /packages/2", "value-left-out /packages/3"}, []string{"alpha 1"}},
	{"a text may be an object", withPackage(`"versionInfo":{"a":[1,{}]}`), []string{"value-left-out /packages/0/versionInfo"}, []string{"alpha"}},
	{"a text may be a list of one", withPackage(`"versionInfo":["2"]`), []string{"wrong-type /packages/0/versionInfo"}, []string{"alpha 2"}},
	{"a text may be a list of two", withPackage(`"versionInfo":["2","3"]`), []string{"value-left-out /packages/0/versionInfo"}, []string{"alpha"}},
	{"a version may be a number and keeps its digits", withPackage(`"versionInfo":1.10`), []string{"wrong-type /packages/0/versionInfo"}, []string{"alpha 1.10"}},
	{"a value may be an empty text", withPackage(`"licenseDeclared":""`), []string{"empty-value /packages/0/licenseDeclared"}, []string{"alpha"}},
	{"a text may have NUL characters", withPackage(`"versionInfo":"1\u0000.2"`), []string{"nul-character /packages/0/versionInfo"}, []string{"alpha 1.2"}},
	{"a document may be Latin-1", withMembers(`"comment":"M` + "\xfc" + `ller"`), []string{"invalid-utf8"}, []string{"alpha 1"}},
	{"packages may have the names of tags", withPackages(`{"SPDXID":"SPDXRef-b","packageName":"beta","packageVersion":"3"}`),
		[]string{"field-spelling /packages/1/packageName", "field-spelling /packages/1/packageVersion"}, []string{"alpha 1", "beta 3"}},
	{"the document may be inside another object", `{"sbom":` + withMembers(`"files":[]`) + `}`, []string{"wrapped-document /sbom"}, []string{"alpha 1"}},
	{"the document may be in an attestation", `{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":` + withMembers(`"files":[]`) + `}`,
		[]string{"unknown-field /_type", "unknown-field /predicateType", "wrapped-document /predicate"}, []string{"alpha 1"}},

	{"a document may not say its version", strings.Replace(withMembers(`"files":[]`), `"spdxVersion":"SPDX-2.3",`, "", 1), []string{"missing-spdx-version"}, []string{"alpha 1"}},
	{"a document may lack name and namespace", `{"spdxVersion":"SPDX-2.3","creationInfo":{},"documentDescribes":["SPDXRef-a"],"packages":[` + alpha + `]}`,
		[]string{"missing-document-name", "missing-namespace"}, []string{"alpha 1"}},
	{"a date may be unreadable", strings.Replace(withMembers(`"files":[]`), "2026-01-02T03:04:05Z", "yesterday", 1), []string{"bad-date /creationInfo/created"}, []string{"alpha 1"}},
	{"a date may have fractions of a second", strings.Replace(withMembers(`"files":[]`), "05Z", "05.123Z", 1), []string{"date-form /creationInfo/created"}, []string{"alpha 1"}},
	{"a creator may lack its type", strings.Replace(withMembers(`"files":[]`), "Tool: t-1", "t-1", 1), []string{"creator-without-type /creationInfo/creators/0"}, []string{"alpha 1"}},
	{"a document may have no packages", strings.TrimSuffix(sound, `"documentDescribes":["SPDXRef-a"],`) + `"files":[{"SPDXID":"SPDXRef-f"}]}`, []string{"no-packages"}, nil},

	{"a package may lack an id", withPackages(`{"name":"beta"}`), []string{"missing-spdxid /packages/1"}, []string{"alpha 1", "beta"}},
	{"a package without a name is named by its file", withPackages(`{"SPDXID":"SPDXRef-b","packageFileName":"beta.jar"}`), []string{"missing-name /packages/1/name"}, []string{"alpha 1", "beta.jar"}},
	{"a package without a name and file is named by its id", withPackages(`{"SPDXID":"SPDXRef-b","name":""}`),
		[]string{"empty-value /packages/1/name", "missing-name /packages/1/name"}, []string{"alpha 1", "b"}},
	{"a package that says nothing is left out", withPackages(`{},{"downloadLocation":"NOASSERTION"}`), []string{"empty-package /packages/1", "empty-package /packages/2"}, []string{"alpha 1"}},
	{"a version may be a range", withPackage(`"versionInfo":">= 1.2, < 2"`), []string{"version-range /packages/0/versionInfo"}, []string{"alpha >= 1.2, < 2"}},
	{"a version may have an equals sign", withPackage(`"versionInfo":"= 4.17.21"`), []string{"version-operator /packages/0/versionInfo"}, []string{"alpha 4.17.21"}},
	{"a checksum may be no digest", withPackage(`"checksums":[{"algorithm":"SHA1","checksumValue":"SOME-SHA1"},{"algorithm":"SHA256","checksumValue":"00ff"},{}]`),
		[]string{"bad-checksum /packages/0/checksums/0", "bad-checksum /packages/0/checksums/1", "bad-checksum /packages/0/checksums/2"}, []string{"alpha"}},
	{"a package URL may be unreadable", withPackage(`"externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"pkg:/"}]`),
		[]string{"unreadable-purl /packages/0/externalRefs"}, []string{"alpha"}},
	{"a package URL may need repair", withPackage(`"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:pip/alpha@1"}]`),
		[]string{"purl-repaired /packages/0/externalRefs"}, []string{"alpha"}},
	{"a package may have several package URLs", withPackage(`"externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"},{"referenceType":"purl","referenceLocator":"pkg:npm/a@2"}]`),
		[]string{"several-purls /packages/0/externalRefs"}, []string{"alpha"}},
	{"a CPE may be none", withPackage(`"externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"openssl"}]`), []string{"bad-cpe /packages/0/externalRefs"}, []string{"alpha"}},
	{"a purpose may be unknown", withPackage(`"primaryPackagePurpose":"FUN"`), []string{"unknown-purpose /packages/0/primaryPackagePurpose"}, []string{"alpha"}},

	{"a relationship may be incomplete", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS"},{}]`),
		[]string{"incomplete-relationship /relationships/0", "incomplete-relationship /relationships/1"}, []string{"alpha 1"}},
	{"DESCRIBE is read as DESCRIBES", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBE","relatedSpdxElement":"SPDXRef-a"}]`),
		[]string{"misspelt-relationship-type /relationships/0/relationshipType"}, []string{"alpha 1"}},
	{"a relationship type may be unknown", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"LIKES","relatedSpdxElement":"SPDXRef-a"}]`),
		[]string{"unknown-relationship-type /relationships/0/relationshipType"}, []string{"alpha 1"}},
	{"a package may relate to itself", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"}]`),
		[]string{"self-relationship /relationships/0"}, []string{"alpha 1"}},
	{"a relationship may lead to another document", withMembers(`"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"DocumentRef-x:SPDXRef-y"}]`),
		[]string{"external-element /relationships/0"}, []string{"alpha 1"}},
	{"a document may not say what it describes", strings.Replace(withMembers(`"files":[]`), `"documentDescribes":["SPDXRef-a"],`, "", 1), []string{"no-root"}, []string{"alpha 1"}},
	{"a document may describe what it does not have", strings.Replace(withMembers(`"files":[]`), `["SPDXRef-a"]`, `["SPDXRef-x"]`, 1),
		[]string{"dangling-relationship", "no-root"}, []string{"alpha 1"}},

	{"a licence text may be missing", withPackage(`"licenseDeclared":"MIT AND LicenseRef-x","licenseConcluded":"DocumentRef-o:LicenseRef-y"`), []string{"missing-licence-text"}, []string{"alpha"}},
	{"a licence text may lack id or text", withMembers(`"hasExtractedLicensingInfos":[{"extractedText":"x"},{"licenseId":"LicenseRef-1"}]`),
		[]string{"incomplete-licence-text /hasExtractedLicensingInfos/0", "incomplete-licence-text /hasExtractedLicensingInfos/1"}, []string{"alpha 1"}},
	{"a licence text may stand twice", withMembers(`"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"x"},{"licenseId":"LicenseRef-1","extractedText":"y"}]`),
		[]string{"duplicate-licence-text /hasExtractedLicensingInfos/1"}, []string{"alpha 1"}},

	// Tag-value.
	{"tag-value may have an unknown tag", tagHeader + tagAlpha + "PackageColour: red\n", []string{"library-refused", "unknown-field line 12"}, []string{"alpha 1"}},
	{"tag-value may have a snippet behind a package", tagHeader + tagAlpha + "SnippetSPDXID: SPDXRef-s\nSnippetByteRange: 1:2\n", []string{"library-refused", "original-only"}, []string{"alpha 1"}},
	{"tag-value may have a misplaced tag", tagHeader + tagAlpha + "FileName: f\nSPDXID: SPDXRef-f\nPackageVersion: 2\n", []string{"library-refused", "misplaced-tag line 14", "duplicate-field line 14", "original-only"}, []string{"alpha 2"}},
	{"tag-value may have an empty supplier", tagHeader + tagAlpha + "PackageSupplier:\n", []string{"library-refused", "bad-supplier line 12"}, []string{"alpha 1"}},
	{"tag-value may begin with a byte order mark", "\ufeff" + tagHeader + tagAlpha, []string{"utf8-bom"}, []string{"alpha 1"}},
	{"tag-value may have a line of more than 64 kB", tagHeader + tagAlpha + "PackageComment: " + strings.Repeat("x", 100_000) + "\n", []string{"library-refused", "original-only"}, []string{"alpha 1"}},
	{"tag-value may have a line without a tag", tagHeader + "Hello\n" + tagAlpha, []string{"library-refused", "unreadable-line line 9"}, []string{"alpha 1"}},
	{"tag-value may leave a text open", tagHeader + tagAlpha + "PackageComment: <text>open\nPackageHomePage: x\n", []string{"library-refused", "unreadable-line line 12", "original-only"}, []string{"alpha 1"}},
	{"tag-value may have a package without an id", tagHeader + "PackageName: beta\n" + tagAlpha, []string{"library-refused", "missing-spdxid line 9"}, []string{"beta", "alpha 1"}},
	{"tag-value may have the id before its package", tagHeader + "SPDXID: SPDXRef-a\nPackageName: alpha\nSPDXID: SPDXRef-b\nPackageName: beta\n", []string{"library-refused", "misplaced-tag line 9"}, []string{"alpha", "beta"}},
	{"tag-value may have tags in another case", tagHeader + tagAlpha + "packageversion: 2\n", []string{"library-refused", "field-spelling line 12", "duplicate-field line 12"}, []string{"alpha 2"}},
	{"tag-value that the library reads has findings by line too", tagHeader + tagAlpha + "PrimaryPackagePurpose: FUN\n", []string{"unknown-purpose line 10"}, []string{"alpha 1"}},

	// YAML.
	{"YAML keeps the digits of a version", "spdxVersion: SPDX-2.3\nname: d\ndocumentNamespace: n\ncreationInfo: {created: 2026-01-02T03:04:05Z, creators: ['Tool: t']}\ndocumentDescribes: [SPDXRef-a]\npackages:\n- {SPDXID: SPDXRef-a, name: alpha, versionInfo: 1.10}\n",
		nil, []string{"alpha 1.10"}},
	{"YAML may break off", "spdxVersion: SPDX-2.3\nname: d\ndocumentNamespace: n\ncreationInfo: {}\ndocumentDescribes: [SPDXRef-a]\npackages:\n- SPDXID: SPDXRef-a\n  name: alpha\n- SPDXID: SPDXRef-b\n  name: \"be",
		[]string{"broken-off line 10", "missing-name /packages/1/name"}, []string{"alpha", "b"}},
	{"YAML may have a second document", "spdxVersion: SPDX-2.3\nname: d\ndocumentNamespace: n\ncreationInfo: {}\ndocumentDescribes: [SPDXRef-a]\npackages: [{SPDXID: SPDXRef-a, name: alpha}]\n---\na: 1\n",
		[]string{"trailing-data"}, []string{"alpha"}},

	// XML and RDF.
	{"XML may break off", "<Document><spdxVersion>SPDX-2.3</spdxVersion><name>d</name><documentNamespace>n</documentNamespace><creationInfo><created>2026-01-02T03:04:05Z</created></creationInfo><documentDescribes>SPDXRef-a</documentDescribes>\n<packages><SPDXID>SPDXRef-a</SPDXID><name>alpha</name></packages><packages><SPDXID>SPDXRef-b</SPDX",
		[]string{"broken-off line 2", "missing-name /packages/1/name"}, []string{"alpha", "b"}},
	{"RDF may have a package that nothing leads to", rdfText(`<spdx:Package rdf:about="https://sbom.test/d#SPDXRef-b"><spdx:name>beta</spdx:name></spdx:Package>`), nil, []string{"alpha 1", "beta"}},
	{"RDF may have a package without an id", rdfText(`<spdx:Package><spdx:name>beta</spdx:name></spdx:Package>`), []string{"missing-spdxid line 9"}, []string{"alpha 1", "beta"}},
	{"RDF may break off", strings.TrimSuffix(rdfText(`<spdx:Package rdf:about="#SPDXRef-b"><spdx:name>beta</spdx:na`), "</rdf:RDF>\n"), []string{"broken-off line 9"}, []string{"alpha 1", "beta"}},
	{"RDF may have licences that contain each other", rdfText(`<spdx:Package rdf:about="#SPDXRef-b"><spdx:name>beta</spdx:name><spdx:licenseDeclared rdf:nodeID="A"/></spdx:Package><spdx:ConjunctiveLicenseSet rdf:nodeID="A"><spdx:member rdf:nodeID="A"/><spdx:member rdf:nodeID="A"/></spdx:ConjunctiveLicenseSet>`),
		[]string{"value-left-out line 9"}, []string{"alpha 1", "beta"}},
}

func TestEveryDefectIsSalvagedWithAFinding(t *testing.T) {
	for _, c := range salvaged {
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

func TestEveryRuleHasAnExampleAndAWayOut(t *testing.T) {
	shown := map[string]bool{"compressed": true, "licence-text-left-out": true} // shown by tests of their own
	for _, c := range salvaged {
		for _, f := range c.found {
			rule, _, _ := strings.Cut(f, " ")
			shown[rule] = true
		}
	}
	for _, c := range salvaged3 {
		for _, f := range c.found {
			rule, _, _ := strings.Cut(f, " ")
			shown[rule] = true
		}
	}
	known := map[string]bool{}
	for _, rule := range sbom.Rules() {
		known[rule.ID] = true
		if slices.Contains(sbom.CycloneDXRules(), rule) {
			continue
		}
		if !shown[rule.ID] {
			t.Errorf("no example shows the rule %s", rule.ID)
		}
		if rule.Meaning == "" || rule.Cure == "" || rule.Severity == "" {
			t.Errorf("the rule %s lacks its meaning, cure or severity", rule.ID)
		}
	}
	for rule := range shown {
		if !known[rule] {
			t.Errorf("the rule %s is not in the table", rule)
		}
	}
}

// rdfText is an RDF document with the package alpha and more in lines 9 and on.
func rdfText(more string) string {
	return `<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<spdx:SpdxDocument rdf:about="https://sbom.test/d#SPDXRef-DOCUMENT"><spdx:specVersion>SPDX-2.3</spdx:specVersion><spdx:name>d</spdx:name>
<spdx:creationInfo><spdx:CreationInfo><spdx:created>2026-01-02T03:04:05Z</spdx:created><spdx:creator>Tool: t-1</spdx:creator></spdx:CreationInfo></spdx:creationInfo>
<spdx:describesPackage>
<spdx:Package rdf:about="https://sbom.test/d#SPDXRef-a"><spdx:name>alpha</spdx:name><spdx:versionInfo>1</spdx:versionInfo></spdx:Package>
</spdx:describesPackage>

</spdx:SpdxDocument>
` + more + "</rdf:RDF>\n"
}
