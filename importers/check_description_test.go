package importers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestADescriptionOfSoftwareIsToldByItsNameOrItsKeysAndJudged(t *testing.T) {
	const (
		repository = `{"name": "Desk", "repositoryURL": "https://code.example.gov/desk", "description": "A desk.", "permissions": {"licenses": [{"name": "MIT", "URL": "https://opensource.org/license/mit"}], "usageType": ["openSource"]}, "laborHours": 12, "tags": ["desk"], "contact": {"email": "desk@example.gov"}, "status": "Production", "vcs": "git", "organization": "Ministry", "homepageURL": "https://example.gov/desk"}`
		index      = `{"agency": "DOX", "version": "2.0.0", "measurementType": {"method": "projects"}, "releases": [%s, %s]}`
		meta       = `{"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode", "name": "Desk", "codeRepository": "https://code.example.gov/desk", "license": "https://spdx.org/licenses/MIT"}`
	)
	for _, tc := range []struct {
		name, file, text string
		kind             importers.Kind
		format           models.DescriptionFormat
		verdict          models.SBOMVerdict
		software         int
	}{
		{"a repository's code.json by its name", "a/code.json", repository, importers.Description, models.CodeJSON, models.Accepted, 1},
		{"a repository's code.json by its keys", "download", repository, importers.Description, models.CodeJSON, models.Accepted, 1},
		{"the list of an agency", "inventory.json", fmt.Sprintf(index, repository, repository), importers.Description, models.CodeJSON, models.Accepted, 2},
		{"a list with a mistake", "code.json", `{"version": "2.0.0", "measurementType": {"method": "projects"}, "releases": []}`, importers.Description, models.CodeJSON, models.Refused, 0},
		{"CodeMeta by its name", "codemeta.json", meta, importers.Description, models.CodeMeta, models.Accepted, 1},
		{"CodeMeta by its keys", "-", "\ufeff\n" + meta, importers.Description, models.CodeMeta, models.Accepted, 1},
		{"a code.json that is no JSON", "code.json", "name: Desk", importers.Description, models.CodeJSON, models.Refused, 0},
		{"an SBOM in SPDX 3, which has a context too", "x.json", `{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [{"type": "CreationInfo", "@id": "_:creationInfo", "creationInfo": "SoftwareSourceCode"}]}`, importers.Unknown, "", models.Refused, 0},
		{"an SBOM whose package is called agency", "x.json", `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "agency", "version": "releases"}]}`, importers.SBOM, "", models.Accepted, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := importers.Check(tc.file, strings.NewReader(tc.text), sbom.Limits{})
			if tc.kind == importers.Unknown && r.Kind != importers.Description { // what it is instead is not asked here
				return
			}
			if r.Kind != tc.kind || r.DescriptionFormat != tc.format || r.Verdict != tc.verdict || r.Descriptions != tc.software || r.SHA256 == "" {
				t.Errorf("%s %s, %s with %d described: %+v %+v", r.Kind, r.DescriptionFormat, r.Verdict, r.Descriptions, r.Remarks, r.Findings)
			}
		})
	}
}
