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
	spdx3       = "The document is SPDX 3, but not in the JSON-LD that SPDX 3 is exchanged in. Export it with @context and @graph, or as SPDX 2.3."
	cycloneDX   = "The document is CycloneDX, but not in the JSON or XML that CycloneDX is exchanged in. Export it as one of these."
	spreadsheet = "The file is a ZIP archive or a spreadsheet. Unpack it and send the document itself: SPDX as JSON, tag-value, YAML, RDF or XML, or CycloneDX as JSON or XML."
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
		if text[0] == '[' && yamlLine.Match(text) {
			break
		}
		if outline := sbom.OutlineOf(text); outline.Has("@graph", "@context") {
			return models.SPDX3JSONLD, nil
		}
		return models.SPDXJSON, nil
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
	return "", sbom.NotAnSBOM("The file is not an SBOM document that is known. Send SPDX 2.1 to 3.0.1 or CycloneDX 1.2 to 1.7.")
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
