package cyclonedx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// salvaged has a document for each thing that can be wrong, what was found, and which packages were read nevertheless.
var salvaged = []struct {
	name  string
	text  string
	found []string
	names []string
}{
	{"nothing wrong", sound + `"components":[]}`, nil, []string{"alpha 1"}},
	{"no bomFormat", strings.Replace(sound, `"bomFormat":"CycloneDX",`, "", 1) + `"components":[]}`, []string{"bom-format"}, []string{"alpha 1"}},
	{"another bomFormat", strings.Replace(sound, `"CycloneDX"`, `"Other"`, 1) + `"components":[]}`, []string{"bom-format /bomFormat"}, []string{"alpha 1"}},
	{"no specVersion", strings.Replace(sound, `"specVersion":"1.6",`, "", 1) + `"components":[]}`, []string{"missing-spec-version"}, []string{"alpha 1"}},
	{"a specVersion to come", strings.Replace(sound, `"1.6"`, `"2.0"`, 1) + `"components":[]}`, []string{"spec-version"}, []string{"alpha 1"}},
	{"a specVersion that is a number", strings.Replace(sound, `"1.6"`, `1.6`, 1) + `"components":[]}`, []string{"wrong-type /specVersion"}, []string{"alpha 1"}},
	{"XML without a namespace", strings.Replace(xmlWith(""), ` xmlns="http://cyclonedx.org/schema/bom/1.6"`, "", 1), []string{"xml-namespace", "missing-spec-version"}, []string{"alpha 1"}},
	{"XML with a document type declaration", strings.Replace(xmlWith(""), "<bom ", `<!DOCTYPE bom [<!ENTITY a "b">]><bom `, 1), []string{"xml-doctype"}, []string{"alpha 1"}},
	{"no serial number", strings.Replace(sound, `"serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",`, "", 1) + `"components":[]}`, []string{"missing-serial-number"}, []string{"alpha 1"}},
	{"a bare UUID for a serial number", strings.Replace(sound, "urn:uuid:", "", 1) + `"components":[]}`, []string{"serial-number-form"}, []string{"alpha 1"}},
	{"no components", head + `"metadata":{"timestamp":"2026-01-02T03:04:05Z"},"components":[]}`, []string{"no-components"}, nil},
	{"no metadata", head + `"components":[{"type":"library","bom-ref":"b","name":"beta"}]}`, []string{"missing-metadata", "no-main-component"}, []string{"beta"}},
	{"metadata without a timestamp", head + `"metadata":{"component":{"type":"library","bom-ref":"b","name":"beta"}}}`, []string{"missing-timestamp"}, []string{"beta"}},
	{"a date that is none", strings.Replace(sound, "2026-01-02T03:04:05Z", "yesterday", 1) + `"components":[]}`, []string{"bad-date /metadata/timestamp", "missing-timestamp"}, []string{"alpha 1"}},
	{"an unknown phase", strings.Replace(sound, `"timestamp"`, `"lifecycles":[{"phase":"lunch"}],"timestamp"`, 1) + `"components":[]}`, []string{"unknown-phase /metadata/lifecycles/0/phase"}, []string{"alpha 1"}},
	{"several phases", strings.Replace(sound, `"timestamp"`, `"lifecycles":[{"name":"x"},{"phase":"build"}],"timestamp"`, 1) + `"components":[]}`, []string{"several-lifecycles /metadata/lifecycles"}, []string{"alpha 1"}},
	{"a document in another", `{"sbom":` + sound + `"components":[]}}`, []string{"wrapped-document /sbom"}, []string{"alpha 1"}},
	{"an attestation", `{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://cyclonedx.org/bom","predicate":` + sound + `"components":[]}}`, []string{"wrapped-document /predicate", "original-only"}, []string{"alpha 1"}},
	{"a document that breaks off", sound + `"components":[{"type":"library","bom-ref":"b","name":"beta"},{"type":"lib`, []string{"broken-off /components/1/type"}, []string{"alpha 1", "beta"}},
	{"a nested list that breaks off", sound + `"components":[{"type":"library","bom-ref":"b","name":"beta","components":[{"type":"library","bom-ref":"c","name":"gamma"},`, []string{"broken-off /components/0/components/0"}, []string{"alpha 1", "gamma"}},
	{"XML that breaks off", xmlHead + "<components><component type='library' bom-ref='b'><name>beta</name></component><component", []string{"broken-off line 4"}, []string{"alpha 1", "beta"}},

	{"a component without bom-ref", withMembers(`"components":[{"type":"library","name":"beta"}]`), []string{"missing-bom-ref /components/0"}, []string{"alpha 1", "beta"}},
	{"an empty bom-ref", withMembers(`"components":[{"type":"library","bom-ref":"","name":"beta"}]`), []string{"empty-value /components/0/bom-ref", "missing-bom-ref /components/0"}, []string{"alpha 1", "beta"}},
	{"two components of one bom-ref", withMembers(`"components":[{"type":"library","bom-ref":"a","name":"beta"}]`), []string{"duplicate-bom-ref /components/0/bom-ref"}, []string{"alpha 1", "beta"}},
	{"a component without type", withMembers(`"components":[{"bom-ref":"b","name":"beta"}]`), []string{"missing-component-type /components/0"}, []string{"alpha 1", "beta"}},
	{"an unknown type", withMembers(`"components":[{"type":"gem","bom-ref":"b","name":"beta"}]`), []string{"unknown-component-type /components/0/type"}, []string{"alpha 1", "beta"}},
	{"no name", withMembers(`"components":[{"type":"library","bom-ref":"b"}]`), []string{"missing-name /components/0/name"}, []string{"alpha 1", "b"}},
	{"nothing but a type", withMembers(`"components":[{"type":"library"}]`), []string{"empty-package /components/0"}, []string{"alpha 1"}},
	{"null and a text for components", withMembers(`"components":[null,"x",{"type":"library","bom-ref":"b","name":"beta"}]`), []string{"null-element /components/0", "value-left-out /components/1"}, []string{"alpha 1", "beta"}},
	{"values of the wrong type", withComponent(`"version":1.5,"purl":{},"description":["x"],"cpe":null,"hashes":"x","licenses":7,"externalReferences":[1]`),
		[]string{"wrong-type /components/0/version", "value-left-out /components/0/purl", "wrong-type /components/0/description", "null-value /components/0/cpe", "wrong-type /components/0/hashes",
			"value-left-out /components/0/hashes", "wrong-type /components/0/licenses", "value-left-out /components/0/licenses", "value-left-out /components/0/externalReferences/0"}, []string{"alpha 1", "beta 1.5"}},
	{"an unknown scope", withComponent(`"scope":"some"`), []string{"unknown-scope /components/0/scope"}, []string{"alpha 1", "beta"}},
	{"a group without a package URL", withComponent(`"group":"org.test"`), []string{"group-joined /components/0/group"}, []string{"alpha 1", "org.test/beta"}},
	{"a group that the package URL has", withComponent(`"group":"@Org","purl":"pkg:npm/%40org/beta@1"`), nil, []string{"alpha 1", "beta"}},
	{"a version and a range", withComponent(`"version":"1","versionRange":"vers:npm/>1","isExternal":true`), []string{"version-and-range /components/0/versionRange"}, []string{"alpha 1", "beta 1"}},
	{"a range of what is not external", withComponent(`"versionRange":"vers:npm/1|2"`), []string{"range-not-external /components/0/versionRange", "version-range /components/0/versionRange"}, []string{"alpha 1", "beta vers:npm/1|2"}},
	{"a hash algorithm in another spelling", withComponent(`"hashes":[{"alg":"MD2","content":"d41d8cd98f00b204e9800998ecf8427e"}]`), []string{"hash-algorithm-spelling /components/0/hashes/0"}, []string{"alpha 1", "beta"}},
	{"an unknown hash algorithm", withComponent(`"hashes":[{"alg":"FOO","content":"d41d"}]`), []string{"unknown-checksum-algorithm /components/0/hashes/0"}, []string{"alpha 1", "beta"}},
	{"a hash of the wrong length", withComponent(`"hashes":[{"alg":"SHA-1","content":"d41d"}]`), []string{"bad-checksum /components/0/hashes/0"}, []string{"alpha 1", "beta"}},
	{"a hash of the wrong length of what is to be downloaded", withComponent(`"externalReferences":[{"type":"distribution","url":"x","hashes":[{"alg":"SHA-1","content":"d41d"}]}]`),
		[]string{"bad-checksum /components/0/externalReferences/0"}, []string{"alpha 1", "beta"}},
	{"a CPE that is none", withComponent(`"cpe":"x"`), []string{"bad-cpe /components/0/cpe"}, []string{"alpha 1", "beta"}},
	{"a package URL that is none", withComponent(`"purl":"x"`), []string{"unreadable-purl /components/0/purl"}, []string{"alpha 1", "beta"}},
	{"a property without a name", withComponent(`"properties":[{"value":"x"}]`), []string{"property-without-name /components/0/properties/0"}, []string{"alpha 1", "beta"}},
	{"a value that BSI does not have", withComponent(`"properties":[{"name":"bsi:component:archive","value":"perhaps"}]`), []string{"unknown-property-value /components/0/properties/0"}, []string{"alpha 1", "beta"}},

	{"a licence without anything", withLicenses(`{"license":{}}`), []string{"empty-licence /components/0/licenses/0"}, []string{"alpha 1", "beta"}},
	{"a licence with id and name", withLicenses(`{"license":{"id":"MIT","name":"MIT License"}}`), []string{"licence-id-and-name /components/0/licenses/0"}, []string{"alpha 1", "beta"}},
	{"a licence with two ids", withLicenses(`{"license":{"id":["MIT","ISC"]}}`), []string{"several-licence-ids /components/0/licenses/0", "several-licences /components/0/licenses"}, []string{"alpha 1", "beta"}},
	{"an id that is not listed", withLicenses(`{"license":{"id":"Acme-1"}}`), []string{"unknown-licence-id /components/0/licenses/0", "unreadable-licence /components/0/licenses"}, []string{"alpha 1", "beta"}},
	{"texts for licences", withLicenses(`"MIT"`), []string{"licence-form /components/0/licenses/0"}, []string{"alpha 1", "beta"}},
	{"a licence without its object", withLicenses(`{"id":"MIT"}`), []string{"licence-form /components/0/licenses/0"}, []string{"alpha 1", "beta"}},
	{"an expression in a licence", withLicenses(`{"license":{"expression":"MIT OR ISC"}}`), []string{"licence-form /components/0/licenses/0/license"}, []string{"alpha 1", "beta"}},
	{"an expression beside others", withLicenses(`{"expression":"MIT OR ISC"},{"license":{"id":"MIT"}}`), []string{"licence-expression-mixed /components/0/licenses", "several-licences /components/0/licenses"}, []string{"alpha 1", "beta"}},
	{"two licences", withLicenses(`{"license":{"id":"MIT"}},{"license":{"id":"ISC"}}`), []string{"several-licences /components/0/licenses"}, []string{"alpha 1", "beta"}},
	{"licences in the evidence alone", withComponent(`"evidence":{"licenses":[{"license":{"id":"MIT"}}]}`), []string{"licence-from-evidence /components/0/evidence/licenses"}, []string{"alpha 1", "beta"}},
	{"an unknown acknowledgement", withLicenses(`{"license":{"id":"MIT","acknowledgement":"guessed"}}`), []string{"unknown-acknowledgement /components/0/licenses/0"}, []string{"alpha 1", "beta"}},
	{"a text in no base64", withLicenses(`{"license":{"name":"Acme","text":{"encoding":"base64","content":"*"}}}`),
		[]string{"licence-text-encoding /components/0/licenses/0/license/text"}, []string{"alpha 1", "beta"}},
	{"a text in base85", withLicenses(`{"license":{"id":"MIT","text":{"encoding":"base85","content":"*"}}}`), []string{"licence-text-encoding /components/0/licenses/0/license/text"}, []string{"alpha 1", "beta"}},

	{"a dependency without ref", withMembers(`"dependencies":[{"dependsOn":["a"]},null,{"ref":"a","dependsOn":[]}]`), []string{"incomplete-relationship /dependencies/0", "null-element /dependencies/1"}, []string{"alpha 1"}},
	{"dependencies that lead nowhere", withMembers(`"dependencies":[{"ref":"a","dependsOn":["x"]},{"ref":"y","dependsOn":["a"]}]`), []string{"dangling-relationship /dependencies/0", "dangling-relationship /dependencies/1"}, []string{"alpha 1"}},
	{"a dependency on itself", withMembers(`"dependencies":[{"ref":"a","dependsOn":["a"]}]`), []string{"self-relationship /dependencies/0"}, []string{"alpha 1"}},
	{"a dependency on another document", withMembers(`"dependencies":[{"ref":"a","dependsOn":["urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#x"]}]`), []string{"external-element /dependencies/0"}, []string{"alpha 1"}},
	{"a composition of what is not there", withMembers(`"compositions":[{"aggregate":"complete","dependencies":["x"]}]`), []string{"dangling-relationship /compositions"}, []string{"alpha 1"}},
	{"an unknown completeness", withMembers(`"compositions":[{"aggregate":"nearly","dependencies":["a"]}]`), []string{"unknown-aggregate /compositions/0"}, []string{"alpha 1"}},
	{"what the register does not keep", withMembers(`"services":[{"bom-ref":"s","name":"x"}],"vulnerabilities":[{"bom-ref":"v"},{}],"definitions":{},"dependencies":[{"ref":"a","dependsOn":["s","v"]}]`),
		[]string{"original-only /services", "original-only /vulnerabilities", "original-only /definitions", "original-only"}, []string{"alpha 1"}},
}

func TestWhatIsWrongIsFoundAndTheRestIsRead(t *testing.T) {
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

func TestEveryRuleOfCycloneDXHasAnExampleAndAWayOut(t *testing.T) {
	shown := map[string]bool{}
	for _, c := range salvaged {
		for _, f := range c.found {
			rule, _, _ := strings.Cut(f, " ")
			shown[rule] = true
			if sbom.SeverityOf(rule) == "" {
				t.Errorf("the rule %s is not in the table", rule)
			}
		}
	}
	for _, rule := range sbom.CycloneDXRules() {
		if !shown[rule.ID] {
			t.Errorf("no example shows the rule %s", rule.ID)
		}
		if rule.Meaning == "" || rule.Cure == "" || rule.Severity == "" {
			t.Errorf("the rule %s lacks its meaning, cure or severity", rule.ID)
		}
	}
}

func TestADocumentWithoutAnythingWrongIsAccepted(t *testing.T) {
	for _, text := range []string{sound + `"components":[]}`, xmlWith("")} {
		if got := read(t, text); got.Verdict() != models.Accepted || len(got.Findings) > 0 {
			t.Errorf("%s: %v", got.Verdict(), got.found())
		}
	}
}

func TestWhatIsNotKeptOfComponentsIsCounted(t *testing.T) {
	const parts = `"components":[{"bom-ref":"a","type":"library","name":"alpha","version":"1","pedigree":{"notes":"n"},"modified":false,"properties":[{"name":"x","value":"1"},{"name":"y","value":"2"}],
		"externalReferences":[{"type":"chat","url":"https://a.test"},{"type":"chat","url":"https://b.test"}]},{"bom-ref":"b","type":"library","name":"beta","pedigree":{"notes":"n"},"licenses":[{"license":{"id":"MIT","licensing":{"lastRenewal":"2026-01-01T00:00:00Z"}}}]}]}`
	for _, tt := range []struct{ name, document string }{{"JSON", sound + parts}, {"an XML of the same", `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
		<component bom-ref="a" type="library"><name>alpha</name><version>1</version><pedigree><notes>n</notes></pedigree><modified>false</modified><properties><property name="x">1</property><property name="y">2</property></properties>
		<externalReferences><reference type="chat"><url>https://a.test</url></reference><reference type="chat"><url>https://b.test</url></reference></externalReferences></component>
		<component bom-ref="b" type="library"><name>beta</name><licenses><license><id>MIT</id><licensing><lastRenewal>2026-01-01T00:00:00Z</lastRenewal></licensing></license></licenses><pedigree><notes>n</notes></pedigree></component></components></bom>`}} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Read(strings.NewReader(tt.document), sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range doc.Findings {
				if f.Rule == "original-only" {
					said = append(said, f.Message)
				}
			}
			want := []string{"Of a component the original alone has: external references of type chat (2), modified (1), pedigree (2), properties (2).", "Of a licence the original alone has: licensing (1)."}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}
