package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// reference sorts an external reference of a package (SPDX 2.3, 7.21) by its type, which RDF and some generators write as a URI. The
// category matters for the type url alone: PACKAGE-MANAGER and PACKAGE_MANAGER are both in use, and the type says more.
func (b *builder) reference(d *sbom.Draft, category, kind, locator string) {
	p := d.Package
	switch kind[strings.LastIndexByte(kind, '/')+1:] {
	case "purl":
		if locator == "NOASSERTION" {
			p.Unknowns |= models.UnknownIdentifier
			return
		}
		d.PURLs = append(d.PURLs, locator)
	case "cpe22Type", "cpe23Type":
		if locator == "NOASSERTION" {
			p.Unknowns |= models.UnknownIdentifier
			return
		}
		d.CPEs = append(d.CPEs, locator)
	case "swid":
		p.Identifiers = identified(p.Identifiers, "swid", locator)
	case "swh":
		p.Identifiers = identified(p.Identifiers, "swhid", locator)
	case "gitoid":
		p.Identifiers = identified(p.Identifiers, "gitoid", locator)
	case "url":
		if isSecurity(category) || isSecurityTxt(locator) {
			b.security(p, locator)
		} else {
			b.Notes.OriginalOnly("an external reference", "url", 1)
		}
	default:
		if isSecurityTxt(locator) {
			b.security(p, locator)
			return
		}
		b.Notes.OriginalOnly("an external reference", sbom.Cut(kind, 60), 1)
	}
}

// identified adds an identifier, unless it is there already.
func identified(known []models.Identifier, scheme, value string) []models.Identifier {
	value = strings.TrimSpace(value)
	for _, k := range known {
		if k.Value == value && k.Scheme == scheme {
			return known
		}
	}
	if value == "" {
		return known
	}
	return append(known, models.Identifier{Scheme: scheme, Value: value})
}

// security notes where weaknesses are reported to. A security.txt (RFC 9116) is better than any other address.
func (b *builder) security(p *models.SBOMPackage, locator string) {
	switch {
	case p.Security == "" || isSecurityTxt(locator) && !isSecurityTxt(p.Security):
		p.Security = locator
	case p.Security != locator:
		b.Notes.OriginalOnly("a package", "all but one address for security", 1)
	}
}

func isSecurity(category string) bool {
	return strings.EqualFold(strings.TrimPrefix(category, "referenceCategory_"), "SECURITY")
}

func isSecurityTxt(locator string) bool { return strings.HasSuffix(locator, "/security.txt") }
