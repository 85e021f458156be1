package spdx

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// What is recognised and refused, with what to do.
const (
	spdx3       = "The document is SPDX 3. This release reads SPDX 2.1 to 2.3: export the SBOM as SPDX 2.3, which the same tools offer."
	cycloneDX   = "The document is CycloneDX. This release reads SPDX 2.1 to 2.3: export the SBOM as SPDX 2.3, or convert it, and send that."
	spreadsheet = "The file is a ZIP archive or a spreadsheet. This release reads SPDX 2.1 to 2.3 as JSON, tag-value, YAML, RDF and XML: unpack or export it as one of these."
)

var (
	tagLine  = regexp.MustCompile(`(?m)^\s*(SPDXVersion|DataLicense|DocumentName|DocumentNamespace|PackageName|PackageVersion|PackageLicenseDeclared|PackageDownloadLocation|Creator|Created|Relationship|FileName|LicenseID):`)
	yamlLine = regexp.MustCompile(`(?m)^\s*(- )?["']?(spdxVersion|dataLicense|documentNamespace|documentDescribes|creationInfo|packages|relationships|hasExtractedLicensingInfos|versionInfo)["']?\s*:`)
)

// sniff tells the notation from the first bytes. The error refuses what is none.
func sniff(head []byte) (models.SBOMFormat, error) {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return "", sbom.OtherFormat(spreadsheet)
	}
	text := bytes.TrimLeft(head, " \t\r\n\x00")
	if len(text) == 0 {
		return "", models.Refuse(models.Invalid, "empty", "The file is empty. Send the SBOM document itself.")
	}
	switch text[0] {
	case '{', '[':
		if text[0] == '{' || !yamlLine.Match(text) {
			return models.SPDXJSON, nil
		}
	case '<':
		return sniffMarkup(text)
	}
	tags, keys := len(tagLine.FindAll(head, 50)), len(yamlLine.FindAll(head, 50))
	switch {
	case tags > keys:
		return models.SPDXTagValue, nil
	case keys > 0:
		return models.SPDXYAML, nil
	}
	if strings.Contains(string(text), "bomFormat:") {
		return "", sbom.OtherFormat(cycloneDX)
	}
	return "", sbom.NotAnSBOM("The file is not an SBOM document that this release knows. Send SPDX 2.1 to 2.3 as JSON, tag-value, YAML, RDF or XML.")
}

func sniffMarkup(text []byte) (models.SBOMFormat, error) {
	prefix, name, _ := sbom.RootElement(text)
	switch {
	case name == "":
		return "", sbom.NotAnSBOM("The file is XML, but not an SBOM. Send SPDX or CycloneDX.")
	case name == "RDF":
		return models.SPDXRDF, nil
	case name == "Document", name == "SpdxDocument":
		if prefix != "" {
			return models.SPDXRDF, nil
		}
		return models.SPDXXML, nil
	case name == "bom":
		return "", sbom.OtherFormat(cycloneDX)
	}
	return "", sbom.NotAnSBOM("The file is XML with the root element " + sbom.Quote(name) + ", not an SBOM. Send SPDX or CycloneDX.")
}
