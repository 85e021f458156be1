package spdx

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

// sound is the beginning of a JSON document in which nothing is wrong; it lacks packages and the closing brace.
const sound = `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://sbom.test/d",` +
	`"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},"documentDescribes":["SPDXRef-a"],`

// alpha is a sound package.
const alpha = `{"SPDXID":"SPDXRef-a","name":"alpha","versionInfo":"1"}`

// withPackage is a document with one package that has these members besides id and name.
func withPackage(members string) string {
	return sound + `"packages":[{"SPDXID":"SPDXRef-a","name":"alpha",` + members + `}]}`
}

// withPackages is a document with the package alpha and these elements behind it.
func withPackages(elements string) string {
	return sound + `"packages":[` + alpha + `,` + elements + `]}`
}

// withMembers is a document with the package alpha and these members besides.
func withMembers(members string) string {
	return sound + `"packages":[` + alpha + `],` + members + `}`
}

// tagHeader is the beginning of a tag-value document in which nothing is wrong: lines 1 to 8.
const tagHeader = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: d
DocumentNamespace: https://sbom.test/d
Creator: Tool: t-1
Created: 2026-01-02T03:04:05Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
`

// tagAlpha is a sound package: lines 9 to 11.
const tagAlpha = `PackageName: alpha
SPDXID: SPDXRef-a
PackageVersion: 1
`
