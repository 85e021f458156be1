package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
)

// ldKind is what becomes of an element.
type ldKind uint8

const (
	ldUntyped ldKind = iota
	ldUnknown        // no class of SPDX 3.0.1
	ldOther          // known, and in the original only
	ldDocument
	ldBOM // a collection that is not the document: Bundle, Bom, Sbom
	ldPackage
	ldFile
	ldSnippet
	ldArtifact
	ldRelationship
	ldAnnotation
	ldPerson
	ldOrganization
	ldAgent
	ldTool
	ldCreationInfo
	ldExpression
	ldLicenseText
	ldListed
	ldAllOf
	ldAnyOf
	ldWith
	ldOrLater
	ldAddition
	ldIndividual
	ldHash
	ldIdentifier
	ldRef
	ldMap
	ldEntry
	ldVerificationCode
	ldKinds // how many there are
)

// ldTypes are the classes of SPDX 3.0.1 and of its drafts by their names without a profile.
var ldTypes = map[string]ldKind{
	"SpdxDocument": ldDocument, "Bundle": ldBOM, "Bom": ldBOM, "Sbom": ldBOM,
	"Package": ldPackage, "AIPackage": ldPackage, "DatasetPackage": ldPackage, "Dataset": ldPackage, "File": ldFile, "Snippet": ldSnippet, "SoftwareArtifact": ldArtifact, "Artifact": ldArtifact,
	"Relationship": ldRelationship, "LifecycleScopedRelationship": ldRelationship, "SoftwareDependencyRelationship": ldRelationship, "Annotation": ldAnnotation,
	"CvssV2VulnAssessmentRelationship": ldRelationship, "CvssV3VulnAssessmentRelationship": ldRelationship, "CvssV4VulnAssessmentRelationship": ldRelationship,
	"EpssVulnAssessmentRelationship": ldRelationship, "ExploitCatalogVulnAssessmentRelationship": ldRelationship, "SsvcVulnAssessmentRelationship": ldRelationship,
	"VexAffectedVulnAssessmentRelationship": ldRelationship, "VexFixedVulnAssessmentRelationship": ldRelationship, "VexNotAffectedVulnAssessmentRelationship": ldRelationship,
	"VexUnderInvestigationVulnAssessmentRelationship": ldRelationship,
	"Person": ldPerson, "Organization": ldOrganization, "Agent": ldAgent, "SoftwareAgent": ldTool, "Tool": ldTool, "CreationInfo": ldCreationInfo,
	"LicenseExpression": ldExpression, "SimpleLicensingText": ldLicenseText, "CustomLicense": ldLicenseText, "ListedLicense": ldListed, "License": ldLicenseText,
	"ConjunctiveLicenseSet": ldAllOf, "DisjunctiveLicenseSet": ldAnyOf, "WithAdditionOperator": ldWith, "OrLaterOperator": ldOrLater,
	"CustomLicenseAddition": ldAddition, "ListedLicenseException": ldAddition, "IndividualLicensingInfo": ldIndividual, "IndividualElement": ldIndividual,
	"Element": ldIndividual, "AnyLicenseInfo": ldIndividual,
	"Hash": ldHash, "PackageVerificationCode": ldVerificationCode, "ExternalIdentifier": ldIdentifier, "ContentIdentifier": ldIdentifier, "ExternalRef": ldRef,
	"ExternalReference": ldRef, "ExternalMap": ldMap, "DictionaryEntry": ldEntry,
	"Build": ldOther, "Vulnerability": ldOther, "NamespaceMap": ldOther, "PositiveIntegerRange": ldOther, "EnergyConsumption": ldOther,
	"EnergyConsumptionDescription": ldOther, "Extension": ldOther, "CdxPropertiesExtension": ldOther, "CdxPropertyEntry": ldOther,
}

// ldProfileOf gives the prefix with which a class of a profile is written; those of the core have none.
var ldProfileOf = map[string]string{
	"Sbom": "software_", "Package": "software_", "File": "software_", "Snippet": "software_", "SoftwareArtifact": "software_", "ContentIdentifier": "software_",
	"AIPackage": "ai_", "EnergyConsumption": "ai_", "EnergyConsumptionDescription": "ai_", "DatasetPackage": "dataset_", "LicenseExpression": "simplelicensing_",
	"SimpleLicensingText": "simplelicensing_", "AnyLicenseInfo": "simplelicensing_", "CustomLicense": "expandedlicensing_", "ListedLicense": "expandedlicensing_",
	"ConjunctiveLicenseSet": "expandedlicensing_", "DisjunctiveLicenseSet": "expandedlicensing_", "WithAdditionOperator": "expandedlicensing_",
	"OrLaterOperator": "expandedlicensing_", "CustomLicenseAddition": "expandedlicensing_", "ListedLicenseException": "expandedlicensing_",
	"IndividualLicensingInfo": "expandedlicensing_", "Build": "build_", "Vulnerability": "security_", "CdxPropertiesExtension": "extension_", "CdxPropertyEntry": "extension_",
}

// ldWords are the kinds for people.
var ldWords = [ldKinds]string{
	ldUntyped: "an element without a type", ldUnknown: "an element of unknown type", ldOther: "an element", ldDocument: "the document", ldBOM: "an Sbom", ldPackage: "a package",
	ldFile: "a file", ldSnippet: "a snippet", ldArtifact: "an artifact", ldRelationship: "a relationship", ldAnnotation: "an annotation", ldPerson: "an agent",
	ldOrganization: "an agent", ldAgent: "an agent", ldTool: "a tool", ldCreationInfo: "a CreationInfo", ldExpression: "a licence", ldLicenseText: "a licence",
	ldListed: "a licence", ldAllOf: "a licence", ldAnyOf: "a licence", ldWith: "a licence", ldOrLater: "a licence", ldAddition: "a licence", ldIndividual: "an element",
	ldHash: "a hash", ldIdentifier: "an external identifier", ldRef: "an external reference", ldMap: "an import", ldEntry: "a dictionary entry",
	ldVerificationCode: "a verification code",
}

// bareType gives a class without its profile, its prefix or the rest of its IRI.
func bareType(stated string) string {
	return stated[strings.LastIndexAny(stated, "/#:_")+1:]
}

// termSet makes a set of terms.
func termSet(of ...sbom.Field) (set uint64) {
	for _, term := range of {
		set |= 1 << term
	}
	return set
}

// ldKept are the terms of each kind that are made use of. Those of kinds that are not kept at all are not listed one by one.
var ldKept = func() [ldKinds]uint64 {
	var kept [ldKinds]uint64
	for kind := range kept {
		kept[kind] = termSet(termID, termNodeID, termType, termCreationInfo, termContext, termGraph, termWrapper)
	}
	agent := termSet(termName, termIdentifiers)
	for _, kind := range []ldKind{ldPerson, ldOrganization, ldAgent, ldTool} {
		kept[kind] |= agent
	}
	for _, kind := range []ldKind{ldUntyped, ldUnknown, ldOther, ldAnnotation, ldVerificationCode} {
		kept[kind] = ^uint64(0)
	}
	kept[ldDocument] |= termSet(termName, termComment, termRoots, termElements, termDataLicense, termImports, termSBOMType)
	kept[ldBOM] |= termSet(termName, termRoots, termElements, termSBOMType, termImports)
	kept[ldPackage] |= termSet(termName, termSummary, termDescription, termVersion, termDownload, termHomepage, termPURL, termSource,
		termCopyright, termPurpose, termMorePurposes, termHashes, termIdentifiers, termRefs, termOriginators, termSupplier, termContentIDs)
	kept[ldFile] |= termSet(termName, termPurpose, termMorePurposes, termHashes)
	kept[ldArtifact] |= kept[ldFile]
	kept[ldRelationship] |= termSet(termFrom, termTo, termRelation, termScope, termCompleteness)
	kept[ldCreationInfo] |= termSet(termCreated, termCreatedBy, termCreatedUsing, termSpecVersion, termComment)
	kept[ldExpression] |= termSet(termExpression, termListVersion, termTexts)
	kept[ldLicenseText] |= termSet(termName, termLicenseText)
	kept[ldListed] |= termSet(termName)
	kept[ldAddition] |= termSet(termName)
	kept[ldIndividual] |= termSet(termName)
	kept[ldAllOf] |= termSet(termMembers)
	kept[ldAnyOf] |= termSet(termMembers)
	kept[ldWith] |= termSet(termSubject, termAddition)
	kept[ldOrLater] |= termSet(termSubject)
	kept[ldHash] |= termSet(termAlgorithm, termHashValue)
	kept[ldIdentifier] |= termSet(termIdentifierType, termIdentifier)
	kept[ldRef] |= termSet(termRefType, termLocator)
	kept[ldMap] |= termSet(termExternalID)
	kept[ldEntry] |= termSet(termKey, termValue)
	return kept
}()
