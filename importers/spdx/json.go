package spdx

import (
	"io"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// jsonReader streams one SPDX 2 JSON document into a builder.
type jsonReader struct {
	*sbom.JSON
	b         *builder
	draft     sbom.Draft
	format    string // what the document turned out to be instead of SPDX 2: "CycloneDX", "SPDX 3"
	shaped    bool   // something was met that only SPDX 2 documents have
	relations string // pointer of the list of relationships
}

// readJSON reads r to its end. The document is nil when the error is not nil.
func readJSON(r io.Reader, b *builder, loose bool) (*models.SBOMDocument, error) {
	j := &jsonReader{JSON: sbom.NewJSON(r, b.Builder), b: b, relations: "/relationships"}
	j.Loose, j.Alias = loose, tagName
	if j.Dec.PeekKind() == '[' {
		return nil, sbom.NotAnSBOM("The file is a JSON list, not an SPDX document. If it holds several documents, send each by itself.")
	}
	if j.Enter("the document") {
		j.document("")
	}
	if err := j.outcome(); err != nil {
		return nil, err
	}
	j.NotKept()
	return b.finish(func(index int) string { return sbom.JSONPlace{List: j.relations, Index: index}.Of("") }), nil
}

// outcome decides what an end of reading means: a refusal, or a finding.
func (j *jsonReader) outcome() error {
	broken, err := j.Ended()
	switch {
	case err != nil:
		return err
	case j.format != "":
		return sbom.OtherFormat(j.format)
	case !j.shaped && broken != "":
		return sbom.NotAnSBOM("The file looks like JSON but cannot be read " + broken + ", and nothing before that is an SPDX document.")
	case !j.shaped:
		return sbom.NotAnSBOM("The file is JSON, but not an SPDX document: it has neither spdxVersion nor packages. Export the SBOM as SPDX 2.3.")
	case broken != "":
		j.BreakOff(broken, j.b.Doc.Packages)
	}
	return nil
}

// tagNames are names of the tag-value notation that generators put into JSON.
var tagNames = map[string]string{
	"packageName": "name", "packageVersion": "versionInfo", "packageSupplier": "supplier", "packageOriginator": "originator", "packageChecksums": "checksums",
	"packageDownloadLocation": "downloadLocation", "packageHomepage": "homepage", "packageHomePage": "homepage", "packageLicenseDeclared": "licenseDeclared",
	"packageLicenseConcluded": "licenseConcluded", "packageCopyrightText": "copyrightText", "packageSummary": "summary", "packageDescription": "description",
	"version": "versionInfo", "packageComment": "comment", "packageSourceInfo": "sourceInfo",
}

func tagName(o *sbom.Fields, name string) (string, bool) {
	right, ok := tagNames[name]
	return right, ok && o == packageFields
}
