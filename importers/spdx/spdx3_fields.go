package spdx

import (
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
)

// The properties of SPDX 3.0.1 that are kept or lead to what is kept. All kinds of elements share one table, because the type of an
// element may stand behind its other properties.
const (
	termID     sbom.Field = iota + 1
	termNodeID            // @id
	termType
	termName
	termSummary
	termDescription
	termComment
	termCreationInfo
	termVersion
	termDownload
	termHomepage
	termPURL
	termSource
	termCopyright
	termPurpose
	termMorePurposes
	termHashes
	termIdentifiers
	termRefs
	termOriginators
	termSupplier
	termContentIDs
	termFrom
	termTo
	termRelation
	termScope
	termCompleteness
	termCreated
	termCreatedBy
	termCreatedUsing
	termSpecVersion
	termExpression
	termListVersion
	termTexts // customIdToUri
	termLicenseText
	termMembers
	termSubject // what an operator on licences is applied to
	termAddition
	termRoots
	termElements
	termSBOMType
	termDataLicense
	termImports
	termAlgorithm
	termHashValue
	termIdentifierType
	termIdentifier
	termRefType
	termLocator
	termExternalID
	termKey
	termValue
	termGraph
	termContext
	termWrapper
	terms // how many there are
)

// keptTerms are the properties by their names in the SPDX 3.0.1 context.
var keptTerms = map[string]sbom.Field{
	"spdxId": termID, "@id": termNodeID, "type": termType, "@type": termType, "name": termName, "summary": termSummary, "description": termDescription, "comment": termComment,
	"creationInfo": termCreationInfo, "software_packageVersion": termVersion, "software_downloadLocation": termDownload, "software_homePage": termHomepage,
	"software_packageUrl": termPURL, "software_sourceInfo": termSource, "software_copyrightText": termCopyright, "software_primaryPurpose": termPurpose,
	"software_additionalPurpose": termMorePurposes, "verifiedUsing": termHashes, "externalIdentifier": termIdentifiers, "externalRef": termRefs,
	"originatedBy": termOriginators, "suppliedBy": termSupplier, "software_contentIdentifier": termContentIDs, "from": termFrom, "to": termTo,
	"relationshipType": termRelation, "scope": termScope, "completeness": termCompleteness, "created": termCreated, "createdBy": termCreatedBy,
	"createdUsing": termCreatedUsing, "specVersion": termSpecVersion, "simplelicensing_licenseExpression": termExpression,
	"simplelicensing_licenseListVersion": termListVersion, "simplelicensing_customIdToUri": termTexts, "simplelicensing_licenseText": termLicenseText,
	"expandedlicensing_member": termMembers, "expandedlicensing_subjectLicense": termSubject, "expandedlicensing_subjectExtendableLicense": termSubject,
	"expandedlicensing_subjectAddition": termAddition, "rootElement": termRoots, "element": termElements, "software_sbomType": termSBOMType,
	"dataLicense": termDataLicense, "import": termImports, "algorithm": termAlgorithm, "hashValue": termHashValue,
	"externalIdentifierType": termIdentifierType, "software_contentIdentifierType": termIdentifierType, "identifier": termIdentifier,
	"software_contentIdentifierValue": termIdentifier, "externalRefType": termRefType, "locator": termLocator, "externalSpdxId": termExternalID,
	"key": termKey, "value": termValue, "@graph": termGraph, "@context": termContext, "predicate": termWrapper, "sbom": termWrapper,
}

// ldFields are all properties of SPDX 3.0.1.
var ldFields = sbom.FieldsOf(20, "an element", func() map[string]sbom.Field {
	names := maps.Clone(keptTerms)
	for name := range strings.FieldsSeq(originalTerms) {
		names[name] = sbom.Skipped
	}
	return names
}())

// originalTerms are the properties of SPDX 3.0.1 that are not kept.
const originalTerms = `
	annotationType beginIntegerRange builtTime contentType definingArtifact endIntegerRange endTime extension identifierLocator issuingAuthority locationHint
	namespace namespaceMap packageVerificationCodeExcludedFile prefix profileConformance releaseTime standardName startTime statement subject supportLevel
	validUntilTime context
	software_attributionText software_byteRange software_fileKind software_lineRange software_snippetFromFile
	expandedlicensing_additionText expandedlicensing_deprecatedVersion expandedlicensing_isDeprecatedAdditionId expandedlicensing_isDeprecatedLicenseId
	expandedlicensing_isFsfLibre expandedlicensing_isOsiApproved expandedlicensing_licenseXml expandedlicensing_listVersionAdded expandedlicensing_obsoletedBy
	expandedlicensing_seeAlso expandedlicensing_standardAdditionTemplate expandedlicensing_standardLicenseHeader expandedlicensing_standardLicenseTemplate
	ai_autonomyType ai_domain ai_energyConsumption ai_energyQuantity ai_energyUnit ai_finetuningEnergyConsumption ai_hyperparameter
	ai_inferenceEnergyConsumption ai_informationAboutApplication ai_informationAboutTraining ai_limitation ai_metric ai_metricDecisionThreshold
	ai_modelDataPreprocessing ai_modelExplainability ai_safetyRiskAssessment ai_standardCompliance ai_trainingEnergyConsumption ai_typeOfModel
	ai_useSensitivePersonalInformation
	build_buildEndTime build_buildId build_buildStartTime build_buildType build_configSourceDigest build_configSourceEntrypoint build_configSourceUri
	build_environment build_parameter
	dataset_anonymizationMethodUsed dataset_confidentialityLevel dataset_dataCollectionProcess dataset_dataPreprocessing dataset_datasetAvailability
	dataset_datasetNoise dataset_datasetSize dataset_datasetType dataset_datasetUpdateMechanism dataset_hasSensitivePersonalInformation
	dataset_intendedUse dataset_knownBias dataset_sensor
	extension_cdxPropName extension_cdxPropValue extension_cdxProperty
	security_actionStatement security_actionStatementTime security_assessedElement security_catalogType security_decisionType security_exploited
	security_impactStatement security_impactStatementTime security_justificationType security_locator security_modifiedTime security_percentile
	security_probability security_publishedTime security_score security_severity security_statusNotes security_vectorString security_vexVersion
	security_withdrawnTime`

// termNames are the terms as a person knows them, for what is said of an element that states one without a use for it.
var termNames = func() [terms]string {
	var named [terms]string
	for name, term := range keptTerms {
		if term != termNodeID && (named[term] == "" || name < named[term]) {
			named[term] = name
		}
	}
	return named
}()

// ldAliases are names of drafts and of generators that mean a property of SPDX 3.0.1.
var ldAliases = map[string]string{
	"externalIdentifiers": "externalIdentifier", "externalReference": "externalRef", "externalRefs": "externalRef", "imports": "import", "namespaces": "namespaceMap",
	"externalId": "externalSpdxId", "homepage": "software_homePage", "licenseText": "simplelicensing_licenseText", "licenseId": "name", "id": "spdxId",
	"begin": "beginIntegerRange", "end": "endIntegerRange", "originators": "originatedBy", "supplier": "suppliedBy", "elements": "element", "rootElements": "rootElement",
	"profile": "profileConformance",
}

// ldProfiles are the prefixes of the names in the context.
var ldProfiles = []string{"software", "simplelicensing", "expandedlicensing", "ai", "dataset", "build", "security", "extension"}

// ldAlias knows the names of drafts, and names that lack the prefix of their profile.
func ldAlias(o *sbom.Fields, name string) (string, bool) {
	if right, ok := ldAliases[name]; ok {
		return right, true
	}
	profile, bare, prefixed := strings.Cut(name, "_")
	if !prefixed {
		bare = name
	} else if !slices.Contains(ldProfiles, profile) {
		return "", false
	}
	for _, profile := range append([]string{""}, ldProfiles...) {
		right := bare
		if profile != "" {
			right = profile + "_" + bare
		}
		if _, known := o.Number(right); known && right != name {
			return right, true
		}
	}
	return "", false
}

// shortTerm gives the short form of a property written as an IRI: https://spdx.org/rdf/3.0.1/terms/Software/packageVersion, or
// spdx:Software/packageVersion.
func shortTerm(name string) string {
	if strings.IndexByte(name, '/') < 0 {
		return name
	}
	profile, property := "", name
	if at := strings.LastIndexByte(name, '/'); at >= 0 {
		profile, property = name[:at], name[at+1:]
	}
	profile = strings.ToLower(profile[strings.LastIndexAny(profile, "/:")+1:])
	if profile == "core" {
		return property
	}
	return profile + "_" + property
}
