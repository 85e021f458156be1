package cyclonedx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// reading is what Read gave, with its packages.
type reading struct {
	*models.SBOMDocument
	packages []models.SBOMPackage
}

func read(t testing.TB, text string) reading {
	t.Helper()
	got, err := tryRead(text, sbom.Limits{})
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return got
}

func tryRead(text string, lim sbom.Limits) (reading, error) {
	var got reading
	doc, err := Read(strings.NewReader(text), lim, func(p *models.SBOMPackage) error {
		got.packages = append(got.packages, *p)
		return nil
	})
	got.SBOMDocument = doc
	return got, err
}

// found lists the findings as "rule pointer".
func (r reading) found() []string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, strings.TrimSpace(f.Rule+" "+f.Pointer))
	}
	return list
}

// names lists the packages as "name version".
func (r reading) names() []string {
	var list []string
	for _, p := range r.packages {
		list = append(list, strings.TrimSpace(p.Name+" "+p.Version))
	}
	return list
}

// edges lists the edges by the packages' names, as "a -1-> b" with the kind of the edge.
func (r reading) edges() []string {
	var list []string
	for _, e := range r.Edges {
		list = append(list, fmt.Sprintf("%s -%d-> %s", r.packages[e.From].Name, e.Kind, r.packages[e.To].Name))
	}
	return list
}

// head is the beginning of a JSON document in which nothing is wrong, without its metadata.
const head = `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,`

// sound is head with metadata: the document is about the component alpha.
const sound = head + `"metadata":{"timestamp":"2026-01-02T03:04:05Z","component":{"type":"application","bom-ref":"a","name":"alpha","version":"1"}},`

// withComponent is a document with a library beta that has these members besides.
func withComponent(members string) string {
	return sound + `"components":[{"type":"library","bom-ref":"b","name":"beta",` + members + `}]}`
}

// withLicenses is a document whose component has these licences.
func withLicenses(elements string) string { return withComponent(`"licenses":[` + elements + `]`) }

// withMembers is a document about alpha with these members besides.
func withMembers(members string) string { return sound + members + `}` }

// xmlHead is the beginning of an XML document in which nothing is wrong.
const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
<metadata><timestamp>2026-01-02T03:04:05Z</timestamp><component type="application" bom-ref="a"><name>alpha</name><version>1</version></component></metadata>
`

// xmlWith is an XML document about alpha with these elements besides.
func xmlWith(elements string) string { return xmlHead + elements + "</bom>\n" }
