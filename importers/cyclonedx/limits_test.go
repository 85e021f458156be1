package cyclonedx

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestEachLimitRefusesWithItsOwnCode(t *testing.T) {
	blanks := strings.Repeat(" ", 300_000)
	component := `{"type":"library","name":"x"}`
	for _, c := range []struct {
		name, text string
		lim        sbom.Limits
		code       string
	}{
		{"JSON of too many bytes", withMembers(`"components":[]`) + blanks, sbom.Limits{Bytes: 200_000}, "sbom-too-large"},
		{"XML of too many bytes", xmlWith(blanks), sbom.Limits{MarkupBytes: 200_000}, "sbom-too-large"},
		{"JSON of too many components", withMembers(`"components":[` + component + `,` + component + `]`), sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"JSON of too many nested components", withMembers(`"components":[{"name":"y","components":[` + component + `,` + component + `]}]`), sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"JSON of too many dependencies", withMembers(`"dependencies":[{"ref":"a","dependsOn":["b","c","d"]}]`), sbom.Limits{Relationships: 2}, "sbom-too-many-relationships"},
		{"100,000 levels of components", sound + `"components":[` + strings.Repeat(`{"name":"x","components":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of components in XML", xmlHead + strings.Repeat(`<components><component type="library"><name>x</name>`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of services", sound + `"services":[` + strings.Repeat(`{"services":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of dependencies", sound + `"dependencies":[` + strings.Repeat(`{"ref":"a","dependsOn":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of licences", sound + `"components":[{"licenses":[` + strings.Repeat(`{"license":`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of tools", sound + `"metadata":{"tools":` + strings.Repeat(`{"components":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of contacts", sound + `"metadata":{"supplier":` + strings.Repeat(`{"contact":[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"100,000 levels of what is not kept", sound + `"vulnerabilities":` + strings.Repeat(`[`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"too long a value", withComponent(`"version":"` + strings.Repeat("x", 3<<20) + `"`), sbom.Limits{StringLength: 1000}, "sbom-string-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := tryRead(c.text, c.lim)
			var refusal *models.Error
			if !errors.As(err, &refusal) || got.SBOMDocument != nil {
				t.Fatalf("read %+v, %v", got.SBOMDocument, err)
			}
			if refusal.Kind != models.TooLarge || refusal.Code != c.code || refusal.Detail == "" {
				t.Errorf("refused as %s %s: %s", refusal.Kind, refusal.Code, refusal.Detail)
			}
		})
	}
}

// TestFloodsOfDefectsAreReadInLinearTime has inputs on which a reader that removes, searches or reports them one by one takes minutes.
func TestFloodsOfDefectsAreReadInLinearTime(t *testing.T) {
	const many = 50_000
	flood := func(element string) string { return strings.TrimSuffix(strings.Repeat(element+",", many), ",") }
	for _, c := range []struct{ name, text, rule string }{
		{"a million null dependencies", withMembers(`"dependencies":[` + strings.Repeat("null,", 1_000_000) + `null]`), "null-element"},
		{"dependencies without ref", withMembers(`"dependencies":[` + flood("{}") + `]`), "incomplete-relationship"},
		{"dependencies that lead nowhere", withMembers(`"dependencies":[{"ref":"a","dependsOn":[` + flood(`"x"`) + `]}]`), "dangling-relationship"},
		{"dependencies on itself", withMembers(`"dependencies":[{"ref":"a","dependsOn":[` + flood(`"a"`) + `]}]`), "self-relationship"},
		{"null components", withMembers(`"components":[` + flood("null") + `]`), "null-element"},
		{"components of one bom-ref", withMembers(`"components":[` + flood(`{"bom-ref":"a","name":"a","type":"file"}`) + `]`), "duplicate-bom-ref"},
		{"nested components without a type", withMembers(`"components":[{"type":"library","bom-ref":"b","name":"b","components":[` + flood(`{"bom-ref":"","name":"c"}`) + `]}]`), "missing-component-type"},
		{"empty licences", withLicenses(flood(`{"license":{}}`)), "empty-licence"},
		{"brackets for expressions", withMembers(`"components":[` + flood(`{"type":"file","bom-ref":"b","name":"b","licenses":[{"expression":"((((("},{"expression":")))"}]}`) + `]`), "duplicate-bom-ref"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			got := read(t, c.text)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			kept := 0
			for _, f := range got.Findings {
				if f.Rule == c.rule {
					kept++
				}
			}
			if kept != 20 || got.MoreFindings < many-20-1 {
				t.Errorf("kept %d findings of %s and counted %d more", kept, c.rule, got.MoreFindings)
			}
		})
	}
}

func TestLongValuesAndBracketsAreReadInLinearTime(t *testing.T) {
	long := strings.Repeat("x", 5<<20)
	for _, text := range []string{
		withComponent(`"description":"` + long + `","copyright":"` + long + `","purl":"pkg:npm/` + long + `","group":"` + long + `"`),
		withLicenses(`{"expression":"` + strings.Repeat("(", 1<<20) + `"},{"license":{"name":"` + long + `"}},{"license":{"id":"` + long + `"}}`),
		withLicenses(`{"expression":"` + strings.Repeat("(MIT OR ", 50_000) + `"},{"license":{"id":"MIT"}}`),
		xmlWith("<components><component type='library' bom-ref='b'><name>" + long + "</name></component></components>"),
	} {
		start := time.Now()
		if got := read(t, text); got.Packages != 2 {
			t.Errorf("read %d packages of %.200s", got.Packages, text)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %s", took)
		}
	}
}

func TestADependencyCycleIsReadAsItStands(t *testing.T) {
	got := read(t, withMembers(`"components":[{"type":"library","bom-ref":"b","name":"beta"}],"dependencies":[{"ref":"a","dependsOn":["b"]},{"ref":"b","dependsOn":["a"]}]`))
	if len(got.Edges) != 2 || got.Verdict() != models.Accepted {
		t.Errorf("read %v, %v", got.edges(), got.found())
	}
}

func TestEntitiesThatADocumentDefinesAreNotReplaced(t *testing.T) {
	bomb := `<!DOCTYPE bom [<!ENTITY a "aaaaaaaaaa">` + "\n"
	for c := 'b'; c <= 'k'; c++ {
		bomb += `<!ENTITY ` + string(c) + ` "` + strings.Repeat("&"+string(c-1)+";", 10) + `">` + "\n"
	}
	bomb += `<!ENTITY outside SYSTEM "file:///etc/hostname">]>`
	text := strings.Replace(xmlWith("<components><component type='library' bom-ref='b'><name>&k;</name><version>&outside;</version></component></components>"), "<bom ", bomb+"<bom ", 1)
	got := read(t, text)
	if p := got.packages[1]; p.Name != "&k;" || p.Version != "&outside;" {
		t.Errorf("read %.80q %.80q", p.Name, p.Version)
	}
	if found := got.found(); len(found) != 1 || found[0] != "xml-doctype" {
		t.Errorf("found %v", found)
	}
}
