package dcat_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/dcat"
	"github.com/ospo-register/ospo/models"
)

const turtle = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix adms: <http://www.w3.org/ns/adms#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix v: <http://www.w3.org/2006/vcard/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix x: <http://example.org/ns#> .
<https://example.org/catalogue> a dcat:Catalog ; dct:title "Catalogue"@en ; dct:license <http://creativecommons.org/licenses/by/4.0/> ; dcat:dataset <https://example.org/permits> .
<https://example.org/catalogue?page=1> a hydra:PartialCollectionView ; hydra:next <https://example.org/catalogue?page=2> ; hydra:totalItems 31 .
<https://example.org/permits> a dcat:Asset ; dct:title "Permits"@en, "Vergunningen"@nl ; dct:description "Applies for permits."@en ; skos:altLabel "workflow"@en ;
  dct:publisher <https://example.org/id/city> ; dcat:contactPoint [ a v:Kind ; v:fn "Desk" ; v:hasEmail <mailto:desk@example.org> ; v:hasTelephone <tel:+31> ] ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://code.example.org/permits.git> ; dct:license <http://spdx.org/licenses/EUPL-1.2> ] ;
  dcat:keyword "permits"@en ; dcat:theme <http://example.org/theme/environment> ; dcat:landingPage <https://example.org/permits/about> ;
  dct:language <http://publications.europa.eu/resource/authority/language/NLD> ; dct:spatial <http://publications.europa.eu/resource/authority/country/NLD> ;
  dct:relation <https://code.example.org/base> ; dct:modified "2026-03-01"^^<http://www.w3.org/2001/XMLSchema#date> ; owl:versionInfo "1.4" ; adms:includedAsset [ dct:title "PostgreSQL" ] ;
  adms:status <http://purl.org/adms/status/Completed> ; x:colour "blue" .
<https://example.org/id/city> a foaf:Agent ; foaf:name "City" .
<https://example.org/record> a dcat:CatalogRecord ; foaf:primaryTopic <https://example.org/permits> ; dct:modified "2026-04-02T00:00:00Z" .
<https://example.org/data> a dcat:Dataset ; dct:title "Not software" .`

const xml = `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" xmlns:adms="http://www.w3.org/ns/adms#">
<adms:Asset rdf:about="https://example.org/permits"><dct:title xml:lang="en">Permits</dct:title><dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="https://code.example.org/permits.git"/>
<dct:license rdf:resource="http://spdx.org/licenses/EUPL-1.2"/></dcat:Distribution></dcat:distribution></adms:Asset></rdf:RDF>`

const us = `{"@context":"https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld","@type":"dcat:Catalog","conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":[{"@type":"dcat:Dataset","title":"Permits",
"identifier":"p-1","accessLevel":"public","publisher":{"@type":"org:Organization","name":"City"},"contactPoint":{"@type":"vcard:Contact","fn":"Desk","hasEmail":"mailto:desk@example.org"},"license":"https://spdx.org/licenses/EUPL-1.2.html",
"distribution":[{"@type":"dcat:Distribution","accessURL":"https://code.example.org/permits.git"}],"keyword":["permits"],"modified":"2026-03-01"}]}`

func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func TestAnAssetOfACatalogueIsReadWhole(t *testing.T) {
	page, remarks := dcat.Read([]byte(turtle), "text/turtle; charset=utf-8", "https://example.org/catalogue?page=1")
	want := &dcat.Page{Title: "Catalogue", License: "http://creativecommons.org/licenses/by/4.0/", Next: "https://example.org/catalogue?page=2", Total: 31, Descriptions: []models.Description{{
		Format: models.CatalogDCAT, Name: "Permits", URL: "https://code.example.org/permits.git", LandingURL: "https://example.org/permits/about", License: "EUPL-1.2", SoftwareVersion: "1.4",
		Texts:        map[string]models.DescriptionText{"en": {Short: "Applies for permits.", GenericName: "workflow"}, "nl": {LocalisedName: "Vergunningen"}},
		Organisation: models.Party{Name: "City", URI: "https://example.org/id/city"}, Contacts: []models.Contact{{Name: "Desk", Email: "desk@example.org", Phone: "+31"}},
		Tags: []string{"permits"}, Categories: []string{"http://example.org/theme/environment"}, Languages: []string{"nl"}, Countries: []string{"NL"}, BasedOn: []string{"https://code.example.org/base"},
		Open: []models.Dependency{{Name: "PostgreSQL"}}, Status: "stable", ModifiedOn: day("2026-03-01"), MetadataOn: day("2026-04-02"), Identifiers: []string{"https://example.org/permits"},
		Kept: map[string]string{
			"http://example.org/ns#colour":           `["blue"]`,
			"http://purl.org/dc/terms/spatial":       `["http://publications.europa.eu/resource/authority/country/NLD"]`,
			"http://www.w3.org/ns/adms#status":       `["http://purl.org/adms/status/Completed"]`,
			"http://www.w3.org/ns/dcat#distribution": `[{"http://purl.org/dc/terms/license":["http://spdx.org/licenses/EUPL-1.2"],"http://www.w3.org/1999/02/22-rdf-syntax-ns#type":["http://www.w3.org/ns/dcat#Distribution"],"http://www.w3.org/ns/dcat#accessURL":["https://code.example.org/permits.git"]}]`,
		}}}}
	if diff := cmp.Diff(want, page, cmp.Comparer(func(a, b models.Date) bool { return a == b })); diff != "" || len(remarks) > 0 {
		t.Error(remarks, diff)
	}
}

func TestCataloguesOfManyKindsAreRead(t *testing.T) {
	for name, tt := range map[string]struct{ text, mediaType string }{
		"ADMS in RDF/XML":                   {xml, "application/rdf+xml"},
		"Project Open Data without context": {us, "application/ld+json"},
		"the same, served as JSON":          {us, "application/json"},
		"DOAP":                              {`@prefix doap: <http://usefulinc.com/ns/doap#> . <https://example.org/permits> a doap:Project ; doap:name "Permits" ; doap:license <https://spdx.org/licenses/EUPL-1.2> ; doap:repository [ a doap:GitRepository ; doap:location <https://code.example.org/permits.git> ] .`, ""},
		"schema.org in a catalogue":         {`{"@context":{"@vocab":"http://schema.org/"},"@graph":[{"@type":"SoftwareSourceCode","@id":"https://example.org/permits","name":"Permits","codeRepository":{"@id":"https://code.example.org/permits.git"},"license":"https://spdx.org/licenses/EUPL-1.2"}]}`, ""},
		"DCAT 3 with its own prefixes":      {`{"@context":{"d":"http://www.w3.org/ns/dcat#","t":"http://purl.org/dc/terms/"},"@id":"https://example.org/permits","@type":"d:Dataset","t:title":{"@value":"Permits","@language":"en"},"d:distribution":{"d:accessURL":{"@id":"https://code.example.org/permits.git"},"t:license":{"@id":"https://spdx.org/licenses/EUPL-1.2.html"}}}`, ""},
		"DCAT 3 with relative addresses":    {`@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . <permits> a dcat:Dataset ; dct:title "Permits" ; dct:license <https://spdx.org/licenses/EUPL-1.2> ; dcat:distribution </permits#d> . </permits#d> dcat:accessURL <https://code.example.org/permits.git> .`, "text/turtle"},
	} {
		t.Run(name, func(t *testing.T) {
			page, remarks := dcat.Read([]byte(tt.text), tt.mediaType, "https://example.org/")
			if len(page.Descriptions) != 1 {
				t.Fatalf("read %+v, %v", page, remarks)
			}
			if d := page.Descriptions[0]; d.Name != "Permits" || d.URL != "https://code.example.org/permits.git" || d.License != "EUPL-1.2" {
				t.Errorf("read %+v", d)
			}
		})
	}
}

func TestAnEntryThatSaysNothingIsLeftOutAndNamed(t *testing.T) {
	page, remarks := dcat.Read([]byte(`@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://example.org/a> a dcat:Dataset ; dct:issued "soon" .
<https://example.org/b> a dcat:Dataset ; dct:title "B" ; dct:issued "soon" .`), "", "")
	if len(page.Descriptions) != 1 || page.Descriptions[0].Name != "B" || len(remarks) != 2 || remarks[0].Rule != "nothing-described" || remarks[0].Line != 2 || remarks[1].Rule != "bad-date" {
		t.Errorf("read %+v, %v", page.Descriptions, remarks)
	}
}

func TestWhatIsNoCatalogueIsSaid(t *testing.T) {
	for _, text := range []string{"", "{}", "<html></html>", `<http://a/> <http://b/> <http://c/> .`} {
		if page, remarks := dcat.Read([]byte(text), "", ""); len(page.Descriptions) > 0 || len(remarks) == 0 {
			t.Errorf("%q: %+v %v", text, page, remarks)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{turtle, xml, us, `{"@graph":[{"@type":"dcat:Dataset","dct:title":[{"@list":["a"]}],"dcat:distribution":{"dcat:accessURL":"b"},"dct:language":"xx","dct:spatial":"ZZZ"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		page, remarks := dcat.Read(content, "", "https://example.org/")
		if len(page.Descriptions) == 0 && len(remarks) == 0 {
			t.Fatal("nothing was read and nothing was said")
		}
	})
}

func TestTheTermsOfPublishedContextsAreKnownWithoutThem(t *testing.T) {
	want := models.Description{Format: models.CatalogDCAT, Name: "Gauge", URL: "https://code.example/gauge.git", LandingURL: "https://gauge.example/", License: "EUPL-1.2", Tags: []string{"river", "water"}, ReleasedOn: day("2026-01-02"),
		Organisation: models.Party{Name: "Water Board"}, Categories: []string{"Environment"}, Identifiers: []string{"https://gauge.example/#it"},
		Texts: map[string]models.DescriptionText{"en": {Short: "Reads gauges."}, "nl": {LocalisedName: "Peilmeter"}}}
	for name, text := range map[string]string{
		"DCAT-AP 3, by class": `{"@context":"https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld","@id":"https://gauge.example/#it","@type":"Dataset","Dataset.title":[{"@value":"Gauge","@language":"en"},{"@value":"Peilmeter","@language":"nl"}],
			"Dataset.description":{"@value":"Reads gauges.","@language":"en"},"Dataset.landingPage":"https://gauge.example/","Dataset.keyword":["river","water"],"Dataset.releaseDate":"2026-01-02","Dataset.publisher":{"@type":"Agent","Agent.name":"Water Board"},
			"Dataset.theme":{"@type":"Concept","Concept.preferredLabel":"Environment"},"Dataset.datasetDistribution":{"@type":"Distribution","Distribution.accessUrl":"https://code.example/gauge.git","Distribution.licence":"https://spdx.org/licenses/EUPL-1.2"}}`,
		"DCAT-AP 3, as its examples": `{"@context":"https://example.org/context.jsonld","@graph":[{"@id":"https://gauge.example/#it","@type":["Dataset"],"title":{"en":"Gauge","nl":"Peilmeter"},"description":{"en":"Reads gauges."},"landingPage":"https://gauge.example/",
			"keyword":{"en":["river","water"]},"releaseDate":"2026-01-02","publisher":{"name":{"en":"Water Board"}},"theme":{"preferredLabel":{"en":"Environment"}},"datasetDistribution":"_:d"},
			{"@id":"_:d","@type":"Distribution","accessUrl":"https://code.example/gauge.git","licence":"https://spdx.org/licenses/EUPL-1.2"}]}`,
		"DCAT-US 3": `{"@context":"https://raw.githubusercontent.com/DOI-DO/dcat-us/main/context/dcat-us-3.0.jsonld","@id":"https://gauge.example/#it","@type":"Dataset","titleMap":{"en":"Gauge","nl":"Peilmeter"},"descriptionMap":{"en":["Reads gauges."]},"landingPage":"https://gauge.example/",
			"keywordMap":{"en":["river","water"]},"issued":"2026-01-02","publisher":{"@type":"Organization","prefLabel":"Water Board"},"theme":[{"@type":"Concept","prefLabelMap":{"en":"Environment"}}],
			"distribution":[{"@type":"Distribution","accessURL":"https://code.example/gauge.git","license":"https://spdx.org/licenses/EUPL-1.2"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			page, remarks := dcat.Read([]byte(text), "application/ld+json", "https://gauge.example/feed")
			if len(page.Descriptions) != 1 || !models.Valid(remarks) {
				t.Fatalf("read %+v, %v", page, remarks)
			}
			got := page.Descriptions[0]
			got.Kept = nil
			if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b models.Date) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLicencesOfEUVocabulariesAreReadBySPDXIdentifier(t *testing.T) {
	for code, want := range map[string]string{"EUPL_1_2": "EUPL-1.2", "CC_BYNCND_3_0": "CC-BY-NC-ND-3.0", "CC_BY_4_0": "CC-BY-4.0", "APACHE_2_0": "Apache-2.0", "CC0": "CC0-1.0", "MIT": "MIT",
		"COM_REUSE": "http://publications.europa.eu/resource/authority/licence/COM_REUSE"} {
		page, _ := dcat.Read([]byte(`<https://e.example/a> a <http://www.w3.org/ns/dcat#Dataset>; <http://purl.org/dc/terms/title> "A"; <http://purl.org/dc/terms/license> <http://publications.europa.eu/resource/authority/licence/`+code+`> .`), "text/turtle", "")
		if len(page.Descriptions) != 1 || page.Descriptions[0].License != want {
			t.Errorf("%s: %+v", code, page.Descriptions)
		}
	}
}

func TestNumbersAndMailboxesAreNoAddresses(t *testing.T) {
	const asset = `"@id":"https://e.example/a","@type":"dcat:Dataset","dct:title":"A","dcat:contactPoint":{"vcard:fn":"Ann","vcard:hasEmail":"mailto:ann@e.example","vcard:hasTelephone":"+49 40 1234"}`
	for name, text := range map[string]string{
		"by the text's own context": `{"@context":{"dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/","vcard":"http://www.w3.org/2006/vcard/ns#","vcard:hasTelephone":{"@type":"@id"}},` + asset + `}`,
		"by a context elsewhere":    `{"@context":"https://e.example/context",` + asset + `}`,
	} {
		page, _ := dcat.Read([]byte(text), "application/ld+json", "https://e.example/feeds/all")
		if len(page.Descriptions) != 1 {
			t.Fatalf("%s: %+v", name, page)
		}
		if diff := cmp.Diff([]models.Contact{{Name: "Ann", Email: "ann@e.example", Phone: "+49 40 1234"}}, page.Descriptions[0].Contacts); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestPublishedExamplesSayTheSameWithTheirContextAndWithoutIt(t *testing.T) {
	turtles, err := filepath.Glob("testdata/*.ttl")
	if err != nil || len(turtles) < 5 {
		t.Fatal(turtles, err)
	}
	describe := func(name string) models.Description {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		page, remarks := dcat.Read(content, "", "https://e.example/")
		if len(page.Descriptions) != 1 || !models.Valid(remarks) {
			t.Fatalf("%s: %+v, %v", name, page, remarks)
		}
		d := page.Descriptions[0]
		d.Kept = nil
		return d
	}
	for _, name := range turtles {
		whole, bare := describe(name), describe(strings.TrimSuffix(name, ".ttl")+".jsonld")
		if diff := cmp.Diff(whole, bare, cmp.Comparer(func(a, b models.Date) bool { return a == b })); diff != "" || whole.Name == "" {
			t.Errorf("%s (-Turtle +JSON-LD):\n%s", name, diff)
		}
	}
}

func TestWhatOnlyProfilesAskForSaysNothingOfTheSoftware(t *testing.T) {
	page, _ := dcat.Read([]byte(`@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://e.example/a> a dcat:Dataset ; dct:title "A" ; dct:relation <http://data.europa.eu/dr8/DigitalSolution> ;
  dcat:distribution [ dcat:accessURL <https://get.example/a.zip> ; dcat:downloadURL <https://get.example/a.zip> ] .`), "text/turtle", "")
	if d := page.Descriptions[0]; d.BasedOn != nil || d.URL != "" || d.DownloadURL != "https://get.example/a.zip" {
		t.Errorf("read %+v", d)
	}
}
