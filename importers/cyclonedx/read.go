package cyclonedx

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// Read reads one CycloneDX document in JSON or XML, packed or not; see sbom.Read for what it promises.
func Read(r io.Reader, lim sbom.Limits, each func(*models.SBOMPackage) error) (*models.SBOMDocument, error) {
	return sbom.Read(r, lim, func(head []byte) (sbom.Format, error) {
		if len(bytes.TrimSpace(head)) == 0 {
			return sbom.Format{}, models.Refuse(models.Invalid, "empty", "The file is empty. Send the SBOM document itself.")
		}
		format, ours := Choose(head)
		if !ours {
			return sbom.Format{}, sbom.NotAnSBOM("The file is not a CycloneDX document. Send CycloneDX as JSON or XML.")
		}
		return format, nil
	}, each)
}

// Choose tells from the first bytes whether a document is CycloneDX, and in which notation.
func Choose(head []byte) (format sbom.Format, ours bool) {
	switch text := bytes.TrimLeft(head, " \t\r\n\x00"); {
	case len(text) > 0 && text[0] == '{' && isOurs(sbom.OutlineOf(text)):
		return sbom.Format{Notation: models.CycloneDXJSON, Read: func(in *sbom.Input, b *sbom.Builder) (*models.SBOMDocument, error) {
			return readJSON(in, newBuilder(b), false)
		}}, true
	case len(text) > 0 && text[0] == '<':
		if _, root, _ := sbom.RootElement(text); strings.EqualFold(root, "bom") {
			return sbom.Format{Notation: models.CycloneDXXML, Read: func(in *sbom.Input, b *sbom.Builder) (*models.SBOMDocument, error) {
				return readXML(in, newBuilder(b))
			}}, true
		}
	}
	return sbom.Format{}, false
}

// isOurs goes by the first member that only one format has; bomFormat decides wherever it stands.
func isOurs(o sbom.Outline) bool {
	if o.Has("bomFormat") {
		return true
	}
	ours := []string{"components", "compositions", "vulnerabilities", "formulation", "serialNumber", "services", "metadata", "citations", "declarations", "dependencies"}
	others := []string{"spdxVersion", "SPDXID", "spdxId", "creationInfo", "documentNamespace", "documentDescribes", "packages", "relationships", "hasExtractedLicensingInfos", "@graph", "@context"}
	for _, name := range o.Names {
		switch {
		case slices.Contains(others, name):
			return false
		case slices.Contains(ours, name):
			return true
		}
	}
	return false
}
