package sbom

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Rule is one thing a reader may find, in words for the list on the pages and in the documentation.
type Rule struct {
	ID       string // stable: findings refer to it
	Severity models.Severity
	Meaning  string // what is wrong
	Cure     string // what the producer of the document does about it
}

// Rules lists every rule, in the order in which a document meets them.
func Rules() []Rule { return slices.Concat(rules, cycloneDXRules) }

var rules = []Rule{
	{"utf8-bom", models.Note, "The document begins with a byte order mark.", "Write plain UTF-8 without a mark."},
	{"utf16", models.Note, "The document is encoded in UTF-16.", "Write UTF-8."},
	{"compressed", models.Note, "The document came compressed.", "Nothing to do."},
	{"invalid-utf8", models.Warning, "Some bytes are not UTF-8; they were read as Latin-1.", "Write UTF-8."},
	{"nul-character", models.Warning, "There are NUL characters, which no text may have; they were left out.", "Write texts without them."},
	{"wrapped-document", models.Note, "The document is inside another object.", "Nothing to do."},
	{"broken-off", models.Failure, "The document breaks off or is malformed from some point on; what came before was kept.", "Transfer it again, or correct the syntax at the place named."},
	{"trailing-data", models.Warning, "Something follows after the end of the document; it was not read.", "Send one document per file."},
	{"library-refused", models.Note, "The conformance library could not read the document; our own reader did.", "See the other findings; with none of them, nothing."},

	{"unknown-field", models.Note, "A field or tag that the format does not know; reported once per name and not read.", "Put what it says into a field of the format, an annotation (SPDX) or a property (CycloneDX)."},
	{"duplicate-field", models.Warning, "A field stands twice in one object; the last value was taken, lists were joined.", "Write each field once."},
	{"field-spelling", models.Warning, "The name of a field or type is right but for its case, form or prefix; it was read as meant.", "Spell it as the format does."},
	{"original-only", models.Note, "Fields that the register does not keep; they are in the original, which is kept as it came.", "Nothing to do."},
	{"null-element", models.Warning, "A list has an empty element; it was passed over.", "Leave the element out."},
	{"null-value", models.Note, "A field is null; it was read as absent.", "Leave the field out, or write NOASSERTION."},
	{"empty-value", models.Note, "A field is an empty text; it was read as absent.", "Leave the field out, or write NOASSERTION."},
	{"wrong-type", models.Warning, "A value has another type than the format wants and was read as what it plainly means.", "Write the type that the format wants."},
	{"value-left-out", models.Failure, "A value has a type that cannot be read as what the format wants; it was left out.", "Write the type that the format wants."},
	{"unreadable-line", models.Failure, "A line is not a tag with a value; it was left out.", "Write “Tag: value”, and put text of several lines between <text> and </text>."},
	{"misplaced-tag", models.Warning, "A tag stands where SPDX does not have it.", "Move the line to the section it belongs to."},

	{"missing-spdx-version", models.Warning, "The document does not say its SPDX version.", "State spdxVersion, for instance SPDX-2.3, or in SPDX 3 specVersion in CreationInfo."},
	{"spdx-version", models.Warning, "The SPDX version is none of SPDX-2.1, SPDX-2.2, SPDX-2.3, 3.0.0 and 3.0.1; the document was read as the nearest.", "State one of these versions."},
	{"spdx-version-spelling", models.Note, "The SPDX version is spelt in an unusual way or names a patch release.", "Write SPDX-2.3, or 3.0.1."},
	{"missing-creation-info", models.Warning, "The document does not say who made it and when.", "State creationInfo (in SPDX 3 CreationInfo) with the date and the creators."},
	{"missing-document-name", models.Warning, "The document has no name.", "State name."},
	{"missing-namespace", models.Warning, "The document has no namespace.", "State documentNamespace (in SPDX 3 spdxId), a URI of its own for each document."},
	{"bad-date", models.Failure, "The date of creation cannot be read; it was left out.", "Write it like 2026-11-22T10:30:00Z."},
	{"date-form", models.Note, "The date of creation is not in the form that the format wants, but could be read.", "Write it like 2026-11-22T10:30:00Z."},
	{"creator-without-type", models.Warning, "A creator does not begin with Tool:, Organization: or Person:.", "Say which it is."},
	{"no-document", models.Warning, "An SPDX 3 graph has no SpdxDocument.", "Add an SpdxDocument with its spdxId, its CreationInfo and its rootElement."},
	{"several-documents", models.Warning, "An SPDX 3 graph has several SpdxDocuments; the first was taken.", "Write one document per file, and import what it needs of others."},
	{"missing-type", models.Failure, "An element of an SPDX 3 graph has no type; it was left out.", "State its type."},
	{"unknown-type", models.Note, "SPDX does not have the type of an element; it is in the original only.", "Use a class of SPDX 3.0.1, or an Extension."},
	{"unknown-term", models.Warning, "A value is not one of the terms that SPDX has for its field; it was left out.", "Use one of the terms that SPDX has."},
	{"no-packages", models.Warning, "The document has no packages.", "Describe at least the delivered product as a package."},

	{"missing-spdxid", models.Warning, "A package has no SPDXID; no relationship can name it.", "Give every package an SPDXID."},
	{"spdxid-form", models.Warning, "An SPDXID does not begin with SPDXRef-.", "Write SPDXRef- and letters, digits, points and hyphens."},
	{"duplicate-spdxid", models.Warning, "Several elements have the same SPDXID; all were kept, and relationships refer to the first.", "Give every element an SPDXID of its own."},
	{"missing-name", models.Warning, "A package has no name; another of its values was taken.", "State the name."},
	{"empty-package", models.Failure, "A package says nothing at all; it was left out.", "Remove it, or state its name and version."},
	{"version-range", models.Warning, "The version is a range of versions; it was kept as text and does not compare as a version.", "State the version that is installed."},
	{"version-operator", models.Note, "The version has an equals sign in front; the version alone was taken.", "State the bare version."},
	{"bad-supplier", models.Warning, "A supplier or originator is not Organization:, Person: or NOASSERTION.", "Write “Organization: name” or “Person: name”."},
	{"bad-checksum", models.Failure, "A checksum is not hexadecimal or has the wrong length for its algorithm; it was left out.", "State the digest in hexadecimal."},
	{"unknown-checksum-algorithm", models.Warning, "A checksum has an algorithm that the format does not know; it was kept as stated.", "Use SHA256 or SHA512."},
	{"unreadable-purl", models.Failure, "A package URL cannot be read; it was left out.", "Write it by the package-url specification, type and name at least."},
	{"purl-repaired", models.Note, "A package URL does not follow the package-url specification, but could be repaired.", "Write it by the package-url specification."},
	{"dangling-reference", models.Warning, "An element refers to an agent or another part that is not in the document.", "Describe what is referred to, or remove the reference."},
	{"several-purls", models.Note, "A package has several package URLs; the first was taken.", "State one; put other builds into packages of their own."},
	{"bad-cpe", models.Failure, "A CPE does not begin with cpe:; it was left out.", "Write it as cpe:2.3:…."},
	{"unknown-purpose", models.Warning, "A primary purpose is not in SPDX's list; it was left out.", "Use one of the listed purposes, or OTHER."},

	{"incomplete-relationship", models.Failure, "A relationship lacks an element or its type; it was left out.", "State spdxElementId, relationshipType and relatedSpdxElement, or in CycloneDX ref and dependsOn."},
	{"misspelt-relationship-type", models.Warning, "A relationship type is misspelt; it was read as the one meant.", "Use the types of SPDX 2.3, clause 11."},
	{"unknown-relationship-type", models.Warning, "A relationship type is not in SPDX; it was read as OTHER.", "Use the types of SPDX 2.3, clause 11."},
	{"dangling-relationship", models.Failure, "A relationship names an element that is not in the document; it was left out.", "Describe the element, or remove the relationship."},
	{"self-relationship", models.Warning, "A relationship leads from a package to itself; it was left out.", "Remove it."},
	{"external-element", models.Note, "A relationship leads to an element of another document; it was counted, not followed.", "Nothing to do."},
	{"no-root", models.Warning, "The document does not say which package it describes; those at the top of others were taken.", "State DESCRIBES relationships or documentDescribes."},

	{"several-licences", models.Note, "A package has several licences where one expression belongs; they were joined with AND.", "State one licence expression that has them all."},
	{"unreadable-licence", models.Warning, "A licence is no SPDX expression and cannot be read as one; it was kept as stated.", "Write an SPDX licence expression, or refer to the text as LicenseRef-…."},
	{"guessed-licence", models.Note, "A licence is no SPDX expression, but its meaning could be guessed; it was kept as stated.", "Write it as the SPDX expression named."},
	{"missing-licence-text", models.Note, "A package refers to a licence text (LicenseRef-…) that the document does not bring along.", "State the text under hasExtractedLicensingInfos, or in CycloneDX under text of the licence."},
	{"incomplete-licence-text", models.Warning, "A licence text has no LicenseRef id or no text.", "State licenseId and extractedText."},
	{"duplicate-licence-text", models.Warning, "Several licence texts have the same id; the first was kept.", "Give each text an id of its own."},
	{"licence-text-left-out", models.Failure, "The licence texts are larger together than the limit; this one was left out.", "Refer to listed licences by id, and state each text once."},
}

var severities = func() map[string]models.Severity {
	byID := make(map[string]models.Severity, len(rules)+len(cycloneDXRules))
	for _, r := range Rules() {
		byID[r.ID] = r.Severity
	}
	return byID
}()

// SeverityOf is the severity of a rule.
func SeverityOf(rule string) models.Severity { return severities[rule] }
