package cyclonedx

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

var licenseText = base64.StdEncoding.EncodeToString([]byte("Do as you like.\n"))

// wholeJSON has every field that the register keeps.
var wholeJSON = `{"$schema":"http://cyclonedx.org/schema/bom-1.7.schema.json","bomFormat":"CycloneDX","specVersion":"1.7","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":3,
"metadata":{"timestamp":"2026-01-02T04:04:05+01:00","lifecycles":[{"phase":"post-build"}],"licenses":[{"license":{"id":"CC0-1.0"}}],
 "tools":{"components":[{"type":"application","bom-ref":"t","author":"x","name":"maker","version":"2.1"}],"services":[{"name":"helper"}]},
 "authors":[{"name":"Ada","email":"ada@one.test"}],"manufacturer":{"name":"One","url":["https://one.test"]},"supplier":{"name":"Two","contact":[{"name":"Desk","email":"desk@two.test"}]},
 "component":{"type":"application","bom-ref":"a","name":"alpha","version":"1","components":[{"type":"file","bom-ref":"f","name":"alpha.bin"}]}},
"components":[
 {"type":"library","bom-ref":"b","supplier":{"name":"Two","url":["https://two.test"]},"manufacturer":{"name":"Three","contact":[{"email":"hello@three.test"}]},
  "group":"org.test","name":"beta","version":"2.0","description":"The second.","copyright":"© Three",
  "hashes":[{"alg":"SHA-256","content":"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}],
  "licenses":[{"license":{"id":"MIT","acknowledgement":"declared"}},{"expression":"ISC OR Zlib","acknowledgement":"declared"},{"license":{"name":"Like It","text":{"encoding":"base64","content":"` + licenseText + `"},"acknowledgement":"concluded"}}],
  "cpe":"cpe:2.3:a:three:beta:2.0:*:*:*:*:*:*:*","purl":"pkg:maven/org.test/beta@2.0","omniborId":["gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"],
  "swhid":["swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"],"swid":{"tagId":"swid-1","name":"beta"},
  "externalReferences":[{"type":"vcs","url":"https://git.test/beta"},{"type":"website","url":"https://beta.test"},{"type":"advisories","url":"https://beta.test/a"},{"type":"rfc-9116","url":"https://beta.test/security.txt"},
   {"type":"distribution","url":"https://beta.test/beta.jar","hashes":[{"alg":"MD5","content":"d41d8cd98f00b204e9800998ecf8427e"}]}],
  "properties":[{"name":"bsi:component:filename","value":"beta.jar"},{"value":"executable","name":"bsi:component:executable"},{"name":"bsi:component:archive","value":"no archive"},{"name":"bsi:component:structured","value":"unstructured"}]},
 {"type":"machine-learning-model","bom-ref":"c","authors":[{"name":"Ada","email":"ada@one.test"},{"name":"Bob"}],"publisher":"Four","name":"gamma","scope":"excluded","versionRange":"vers:npm/1|2","isExternal":true,
  "evidence":{"licenses":[{"license":{"id":"MIT"}}],"copyright":[{"text":"© Ada"},{"text":"© Bob"}]}}],
"dependencies":[{"ref":"a","dependsOn":["b","c"]},{"ref":"b","provides":["c"]}],
"compositions":[{"aggregate":"complete","dependencies":["a"],"assemblies":["b"]},{"aggregate":"incomplete_third_party_only","dependencies":["b"]},{"aggregate":"unknown","assemblies":["c"]}],
"signature":{"algorithm":"ES256","value":"x"}}`

// wholeXML says the same.
var wholeXML = `<?xml version="1.0" encoding="UTF-8"?>
<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.7" xmlns:x="urn:other" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="3">
<c:metadata><c:timestamp>2026-01-02T04:04:05+01:00</c:timestamp><c:lifecycles><c:lifecycle><c:phase>post-build</c:phase></c:lifecycle></c:lifecycles>
 <c:tools><c:components><c:component type="application" bom-ref="t"><c:author>x</c:author><c:name>maker</c:name><c:version>2.1</c:version></c:component></c:components><c:services><c:service><c:name>helper</c:name></c:service></c:services></c:tools>
 <c:authors><c:author><c:name>Ada</c:name><c:email>ada@one.test</c:email></c:author></c:authors>
 <c:component type="application" bom-ref="a"><c:name>alpha</c:name><c:version>1</c:version><x:name>other</x:name><c:components><c:component type="file" bom-ref="f"><c:name>alpha.bin</c:name></c:component></c:components></c:component>
 <c:manufacturer><c:name>One</c:name><c:url>https://one.test</c:url></c:manufacturer><c:supplier><c:name>Two</c:name><c:contact><c:name>Desk</c:name><c:email>desk@two.test</c:email></c:contact></c:supplier>
 <c:licenses><c:license><c:id>CC0-1.0</c:id></c:license></c:licenses></c:metadata>
<c:components>
 <c:component type="library" bom-ref="b"><c:supplier><c:name>Two</c:name><c:url>https://two.test</c:url></c:supplier><c:manufacturer><c:name>Three</c:name><c:contact><c:email>hello@three.test</c:email></c:contact></c:manufacturer>
  <c:group>org.test</c:group><c:name> beta
  </c:name><c:version>2.0</c:version><c:description><![CDATA[The second.]]></c:description>
  <c:hashes><c:hash alg="SHA-256">E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855</c:hash></c:hashes>
  <c:licenses><c:license acknowledgement="declared"><c:id>MIT</c:id></c:license><c:expression acknowledgement="declared">ISC OR Zlib</c:expression><c:license acknowledgement="concluded"><c:name>Like It</c:name><c:text encoding="base64">` + licenseText + `</c:text></c:license></c:licenses>
  <c:copyright>&#169; Three</c:copyright><c:cpe>cpe:2.3:a:three:beta:2.0:*:*:*:*:*:*:*</c:cpe><c:purl>pkg:maven/org.test/beta@2.0</c:purl>
  <c:omniborId>gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64</c:omniborId><c:swhid>swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2</c:swhid><c:swid tagId="swid-1" name="beta"/>
  <c:externalReferences><c:reference type="vcs"><c:url>https://git.test/beta</c:url></c:reference><c:reference type="website"><c:url>https://beta.test</c:url></c:reference><c:reference type="advisories"><c:url>https://beta.test/a</c:url></c:reference>
   <c:reference type="rfc-9116"><c:url>https://beta.test/security.txt</c:url></c:reference><c:reference type="distribution"><c:url>https://beta.test/beta.jar</c:url><c:hashes><c:hash alg="MD5">d41d8cd98f00b204e9800998ecf8427e</c:hash></c:hashes></c:reference></c:externalReferences>
  <c:properties><c:property name="bsi:component:filename">beta.jar</c:property><c:property name="bsi:component:executable">executable</c:property><c:property name="bsi:component:archive">no archive</c:property><c:property name="bsi:component:structured">unstructured</c:property></c:properties></c:component>
 <c:component type="machine-learning-model" bom-ref="c" isExternal="true"><c:authors><c:author><c:name>Ada</c:name><c:email>ada@one.test</c:email></c:author><c:author><c:name>Bob</c:name></c:author></c:authors><c:publisher>Four</c:publisher><c:name>gamma</c:name><c:versionRange>vers:npm/1|2</c:versionRange><c:scope>excluded</c:scope>
  <c:evidence><c:licenses><c:license><c:id>MIT</c:id></c:license></c:licenses><c:copyright><c:text>© Ada</c:text><c:text>© Bob</c:text></c:copyright></c:evidence></c:component>
</c:components>
<c:dependencies><c:dependency ref="a"><c:dependency ref="b"/><c:dependency ref="c"/></c:dependency><c:dependency ref="b"><c:provides ref="c"/></c:dependency></c:dependencies>
<c:compositions><c:composition><c:aggregate>complete</c:aggregate><c:assemblies><c:assembly ref="b"/></c:assemblies><c:dependencies><c:dependency ref="a"/></c:dependencies></c:composition>
 <c:composition><c:aggregate>incomplete_third_party_only</c:aggregate><c:dependencies><c:dependency ref="b"/></c:dependencies></c:composition>
 <c:composition><c:aggregate>unknown</c:aggregate><c:assemblies><c:assembly ref="c"/></c:assemblies></c:composition></c:compositions>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>
</c:bom>`

func wholePackages() []models.SBOMPackage {
	return []models.SBOMPackage{
		{Ordinal: 0, Ref: "a", Name: "alpha", Version: "1", Purpose: "APPLICATION"},
		{Ordinal: 1, Ref: "f", Name: "alpha.bin", Purpose: "FILE"},
		{Ordinal: 2, Ref: "b", Name: "beta", Version: "2.0", PURL: "pkg:maven/org.test/beta@2.0", CPEs: []string{"cpe:2.3:a:three:beta:2.0:*:*:*:*:*:*:*"}, Supplier: "Two", Originator: "Three", Contact: "hello@three.test",
			Declared: "MIT AND (ISC OR Zlib)", Concluded: "LicenseRef-Like-It", Copyright: "© Three", Download: "https://beta.test/beta.jar", Homepage: "https://beta.test", Purpose: "LIBRARY", Description: "The second.",
			Checksums:   []models.Checksum{{Algorithm: "SHA256", Hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, {Algorithm: "MD5", Hex: "d41d8cd98f00b204e9800998ecf8427e"}},
			Identifiers: []models.Identifier{{Scheme: "omnibor", Value: "gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"}, {Scheme: "swhid", Value: "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"}, {Scheme: "swid", Value: "swid-1"}},
			FileName:    "beta.jar", Source: "https://git.test/beta", Security: "https://beta.test/security.txt", Traits: models.Executable | models.NotArchive | models.Unstructured},
		{Ordinal: 3, Ref: "c", Name: "gamma", Version: "vers:npm/1|2", Supplier: "Four", Originator: "Ada, Bob", Contact: "ada@one.test", Concluded: "MIT", Copyright: "© Ada\n© Bob", Purpose: "MACHINE-LEARNING-MODEL"},
	}
}

func wholeDocument() *models.SBOMDocument {
	issued := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return &models.SBOMDocument{
		SpecVersion: "1.7", Namespace: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", Edition: "3", Context: "analyzed", Signed: true, DataLicense: "CC0-1.0", IssuedAt: &issued,
		Creators: []models.Creator{{Kind: "tool", Name: "maker-2.1"}, {Kind: "tool", Name: "helper"}, {Kind: "person", Name: "Ada", Email: "ada@one.test"},
			{Kind: "organization", Name: "One", URL: "https://one.test"}, {Kind: "organization", Name: "Two", Email: "desk@two.test"}},
		Packages: 4, Roots: []int32{0}, Relations: 4,
		Edges:     []models.Edge{{From: 0, To: 1, Kind: models.EdgeContains}, {From: 0, To: 2, Kind: models.EdgeDependsOn}, {From: 0, To: 3, Kind: models.EdgeDevDepends}, {From: 2, To: 3, Kind: models.EdgeOther}},
		Extracted: []models.Extract{{Ref: "LicenseRef-Like-It", Name: "Like It", Text: "Do as you like.\n"}},
		Complete:  []models.Completeness{models.Complete, models.CompletenessUnsaid, models.Incomplete, models.CompletenessUnknown},
	}
}

func TestEverythingThatTheRegisterKeepsIsReadFromJSONAndFromXML(t *testing.T) {
	for format, text := range map[models.SBOMFormat]string{models.CycloneDXJSON: wholeJSON, models.CycloneDXXML: wholeXML} {
		t.Run(string(format), func(t *testing.T) {
			got := read(t, text)
			if diff := cmp.Diff(wholePackages(), got.packages); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
			want := wholeDocument()
			want.Format, want.Findings = format, got.Findings
			if diff := cmp.Diff(want, got.SBOMDocument); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			for _, f := range got.Findings {
				if f.Severity != models.Note && f.Rule != "version-range" {
					t.Errorf("found %+v", f)
				}
			}
		})
	}
}

func TestTheOrderOfMembersDoesNotMatter(t *testing.T) {
	const text = `{"components":[{"components":[{"components":[{"name":"delta","bom-ref":"d","type":"library"}],"name":"gamma","bom-ref":"c","type":"library"}],"name":"beta","bom-ref":"b","type":"library"}],
"compositions":[{"dependencies":["a"],"aggregate":"complete"}],"dependencies":[{"dependsOn":["b"],"ref":"a"}],
"metadata":{"component":{"name":"alpha","bom-ref":"a","type":"application"},"timestamp":"2026-01-02T03:04:05Z"},"serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","specVersion":"1.5","bomFormat":"CycloneDX"}`
	got := read(t, text)
	if diff := cmp.Diff([]string{"beta", "gamma", "delta", "alpha"}, got.names()); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"beta -2-> gamma", "gamma -2-> delta", "alpha -1-> beta"}, got.edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{3}, got.Roots); diff != "" || len(got.Findings) > 0 || got.Complete[3] != models.Complete {
		t.Errorf("roots (-want +got):\n%s%v, %v", diff, got.found(), got.Complete)
	}
}

func TestMoreComponentsThanMayWaitForTheOneTheyAreInKeepTheirPlace(t *testing.T) {
	var b strings.Builder
	const many = 2500
	for range many {
		b.WriteString(`{"type":"library","name":"part","components":[{"type":"file","name":"leaf"}]},`)
	}
	got := read(t, sound+`"components":[{"type":"application","bom-ref":"whole","components":[`+strings.TrimSuffix(b.String(), ",")+`],"name":"whole"}]}`)
	if got.Packages != 2*many+2 || len(got.Edges) != 2*many {
		t.Fatalf("read %d packages and %d edges", got.Packages, len(got.Edges))
	}
	for _, e := range got.Edges {
		from, to := got.packages[e.From].Name, got.packages[e.To].Name
		if (from != "whole" || to != "part") && (from != "part" || to != "leaf") {
			t.Fatalf("%s contains %s", from, to)
		}
	}
}

func TestWhoMadeAndSuppliedAComponentIsReadFromTheFieldsInTurn(t *testing.T) {
	for _, c := range []struct{ name, members, supplier, originator, contact string }{
		{"a supplier", `"supplier":{"name":"S","url":["https://s.test"]}`, "S", "", "https://s.test"},
		{"a publisher", `"publisher":"P"`, "P", "", ""},
		{"a supplier before a publisher", `"publisher":"P","supplier":{"name":"S"}`, "S", "", ""},
		{"a manufacturer before authors", `"manufacturer":{"name":"M"},"authors":[{"name":"A","email":"a@a.test"}],"author":"B"`, "", "M", ""},
		{"authors before an author", `"authors":[{"name":"A","email":"a@a.test"}],"author":"B"`, "", "A", "a@a.test"},
		{"an author with a mail address", `"author":"Ada L <ada@a.test>"`, "", "Ada L", "ada@a.test"},
		{"a publisher with a mail address", `"publisher":"Team <team@a.test>"`, "Team", "", "team@a.test"},
		{"angle brackets without a mail address", `"author":"Ada <x>"`, "", "Ada <x>", ""},
		{"a supplier known by its contact", `"supplier":{"contact":[{"name":"Desk","email":"d@s.test"}]}`, "Desk", "", "d@s.test"},
		{"one that is said not to be known", `"supplier":{"name":"NOASSERTION"}`, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := read(t, withComponent(c.members)).packages[1]
			if p.Supplier != c.supplier || p.Originator != c.originator || p.Contact != c.contact {
				t.Errorf("supplied by %q, made by %q, reached at %q", p.Supplier, p.Originator, p.Contact)
			}
		})
	}
}

func TestACompositionThatNamesNothingIsAboutWhatTheDocumentDescribes(t *testing.T) {
	for _, c := range []struct {
		name, compositions string
		want               []models.Completeness
	}{
		{"alone", `{"aggregate":"incomplete"}`, []models.Completeness{models.Incomplete, models.CompletenessUnsaid}},
		{"beside one that names the root", `{"aggregate":"incomplete"},{"aggregate":"complete","dependencies":["a"]}`, []models.Completeness{models.Complete, models.CompletenessUnsaid}},
		{"about weaknesses", `{"aggregate":"incomplete","vulnerabilities":["v"]}`, nil},
		{"about nothing that is said", `{"aggregate":"not_specified","dependencies":["b"]}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, withMembers(`"components":[{"type":"library","bom-ref":"b","name":"beta"}],"compositions":[`+c.compositions+`]`))
			if diff := cmp.Diff(c.want, got.Complete); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLicencesAreJoinedSoThatNothingIsLost(t *testing.T) {
	for _, c := range []struct{ name, elements, declared, concluded string }{
		{"an id", `{"license":{"id":"MIT"}}`, "MIT", ""},
		{"an expression", `{"expression":"MIT OR ISC"}`, "MIT OR ISC", ""},
		{"two ids", `{"license":{"id":"MIT"}},{"license":{"id":"ISC"}}`, "MIT AND ISC", ""},
		{"the same twice", `{"license":{"id":"MIT"}},{"license":{"id":"MIT"}}`, "MIT", ""},
		{"an id and an expression with OR", `{"license":{"id":"MIT"}},{"expression":"ISC or Zlib"}`, "MIT AND (ISC or Zlib)", ""},
		{"a name that is an id", `{"license":{"name":"MIT"}}`, "MIT", ""},
		{"a name that everyone knows", `{"license":{"name":"Apache License, Version 2.0"}}`, "Apache License, Version 2.0", ""},
		{"two names that everyone knows", `{"license":{"name":"Apache License, Version 2.0"}},{"license":{"name":"The MIT License"}}`, "Apache-2.0 AND MIT", ""},
		{"a name that no one knows", `{"license":{"name":"Acme's Terms (2020)"}}`, "LicenseRef-Acme-s-Terms-2020", ""},
		{"a name of its own form", `{"license":{"name":"LicenseRef-scancode-x"}}`, "LicenseRef-scancode-x", ""},
		{"two names that look alike", `{"license":{"name":"Acme 1"}},{"license":{"name":"Acme-1"}}`, "LicenseRef-Acme-1 AND LicenseRef-Acme-1-2", ""},
		{"a name in letters that ids do not have", `{"license":{"name":"自由"}}`, "LicenseRef-unnamed", ""},
		{"nothing known", `{"expression":"NOASSERTION"}`, "NOASSERTION", ""},
		{"nothing known beside an id", `{"expression":"NOASSERTION"},{"license":{"id":"MIT"}}`, "MIT", ""},
		{"declared and concluded", `{"license":{"id":"MIT","acknowledgement":"declared"}},{"expression":"ISC","acknowledgement":"concluded"}`, "MIT", "ISC"},
		{"an expression that is none beside an id", `{"expression":"((foo bar"},{"license":{"id":"MIT"}}`, "LicenseRef-foo-bar AND MIT", ""},
		{"an empty list", ``, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := read(t, withLicenses(c.elements)).packages[1]
			if p.Declared != c.declared || p.Concluded != c.concluded {
				t.Errorf("declared %q, concluded %q", p.Declared, p.Concluded)
			}
		})
	}
}

func TestANameWithoutATextIsKeptBesideItsId(t *testing.T) {
	got := read(t, withLicenses(`{"license":{"name":"Acme's Terms"}}`))
	if diff := cmp.Diff([]models.Extract{{Ref: "LicenseRef-Acme-s-Terms", Name: "Acme's Terms"}}, got.Extracted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestADependencyMayStandInItsXMLComponentAsBefore12(t *testing.T) {
	got := read(t, `<bom xmlns="http://cyclonedx.org/schema/bom/1.1" xmlns:dg="http://cyclonedx.org/schema/ext/dependency-graph/1.0" version="1"><components>
<component type="library" bom-ref="b"><name>beta</name><version>1</version><dg:dependencies><dg:dependency ref="c"><dg:dependency ref="d"/></dg:dependency></dg:dependencies></component>
<component type="library" bom-ref="c"><name>gamma</name><version>1</version></component><component type="library" bom-ref="d"><name>delta</name><version>1</version></component></components></bom>`)
	if diff := cmp.Diff([]string{"gamma -1-> delta", "beta -1-> gamma"}, got.edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
}
