package sbom

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// CycloneDXRules lists the rules that only documents in CycloneDX can break.
func CycloneDXRules() []Rule { return slices.Clone(cycloneDXRules) }

var cycloneDXRules = []Rule{
	{"bom-format", models.Warning, "The document does not say that it is CycloneDX.", "State bomFormat with the value CycloneDX."},
	{"missing-spec-version", models.Warning, "The document does not say its CycloneDX version; it was read as the newest.", "State specVersion, for instance 1.6."},
	{"spec-version", models.Warning, "The CycloneDX version is none of 1.0 to 1.7; the document was read as the nearest.", "State one of these versions in specVersion, or in the namespace in XML."},
	{"xml-namespace", models.Warning, "The root element is not in a namespace of CycloneDX.", "State the namespace, for instance http://cyclonedx.org/schema/bom/1.6."},
	{"xml-doctype", models.Warning, "The document has a document type declaration; it was passed over.", "Leave the declaration out, and write texts in place of entities."},
	{"missing-serial-number", models.Note, "The document has no serial number.", "State serialNumber: urn:uuid: with a UUID of its own."},
	{"serial-number-form", models.Warning, "The serial number is not urn:uuid: with a UUID; it was kept as it stands.", "Write it like urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79."},
	{"missing-metadata", models.Note, "The document does not say who made it, when, and of what.", "State metadata with timestamp, tools, authors and component."},
	{"missing-timestamp", models.Note, "The document does not say when it was made.", "State metadata.timestamp."},
	{"unknown-phase", models.Warning, "A lifecycle phase is not in CycloneDX's list; the context was read as unknown.", "Use design, pre-build, build, post-build, operations, discovery or decommission."},
	{"several-lifecycles", models.Note, "The document names several lifecycles; the first known one was taken for its context.", "Nothing to do, or name the one in which the document was made."},

	{"no-components", models.Note, "The document has no components, as CycloneDX allows.", "Describe at least the delivered product in metadata.component."},
	{"no-main-component", models.Note, "The document does not say which component it is of, as CycloneDX allows; those at the top of others were taken.", "State metadata.component."},
	{"missing-bom-ref", models.Note, "A component has no bom-ref; no dependency can name it.", "Give every component a bom-ref."},
	{"duplicate-bom-ref", models.Warning, "Several elements have the same bom-ref; all were kept, and dependencies refer to the first.", "Give every element a bom-ref of its own."},
	{"missing-component-type", models.Warning, "A component has no type.", "State type, for instance library."},
	{"unknown-component-type", models.Warning, "A component's type is not in CycloneDX's list.", "Use one of the listed types."},
	{"unknown-scope", models.Warning, "A component's scope is not in CycloneDX's list; it was read as required.", "Use required, optional or excluded."},
	{"group-joined", models.Note, "A component has a group that its package URL does not carry; it was put before the name.", "State a package URL with the group as its namespace."},
	{"version-and-range", models.Warning, "A component has both a version and a range of versions; the version was taken.", "State one of them."},
	{"range-not-external", models.Warning, "A component has a range of versions without being external.", "State the version that is delivered, or isExternal."},
	{"hash-algorithm-spelling", models.Warning, "A hash algorithm is not spelt as in CycloneDX, but is known.", "Spell it as CycloneDX does, for instance SHA-256."},
	{"property-without-name", models.Warning, "A property has no name; it was passed over.", "Name it."},
	{"unknown-property-value", models.Warning, "A property of BSI's taxonomy has a value that it does not allow; it was passed over.", "Use the values of BSI TR-03183-2."},

	{"empty-licence", models.Failure, "A licence has neither id nor name nor expression.", "State one of them."},
	{"licence-id-and-name", models.Warning, "A licence has an id and a name or expression besides; the id was taken.", "State one of them."},
	{"several-licence-ids", models.Warning, "A licence has several ids; all were taken.", "Make a licence of each, or an expression of all."},
	{"unknown-licence-id", models.Warning, "A licence id is not in the SPDX licence list; it was kept as stated.", "Use an id of the list; state other licences under name."},
	{"licence-form", models.Warning, "A licence is not in the form that CycloneDX has for it; it was read as meant.", "Write {\"license\": {\"id\": …}} or {\"expression\": …}."},
	{"licence-expression-mixed", models.Warning, "An expression stands beside other licences, which CycloneDX has from 1.7 on; all were taken.", "Say all of it in one expression."},
	{"several-licences", models.Note, "A component has several licences and does not say how they go together; they were joined with AND.", "Write one expression."},
	{"licence-from-evidence", models.Note, "A component states no licence; those found in it as evidence were taken as concluded.", "State licenses of the component."},
	{"unknown-acknowledgement", models.Warning, "A licence is acknowledged neither as declared nor as concluded; it was read as declared.", "Use declared or concluded."},
	{"licence-text-encoding", models.Warning, "A licence text is not encoded as it says, and was kept as it stands, or not as CycloneDX allows, and was left out.", "Write it plain or in base64."},

	{"unknown-aggregate", models.Warning, "A composition states a completeness that CycloneDX does not have; it was passed over.", "Use one of the listed values, for instance complete."},
}
