package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// relations has the types of SPDX 2.3, clause 11.1, and of SPDX 2.1 and 2.2.
var relations = map[string]sbom.Relation{
	"DESCRIBES":                   {Describes: true},
	"DESCRIBED_BY":                {Describes: true, Inverse: true},
	"CONTAINS":                    {Kind: models.EdgeContains},
	"CONTAINED_BY":                {Kind: models.EdgeContains, Inverse: true},
	"PACKAGE_OF":                  {Kind: models.EdgeContains, Inverse: true},
	"DEPENDS_ON":                  {Kind: models.EdgeDependsOn},
	"DEPENDENCY_OF":               {Kind: models.EdgeDependsOn, Inverse: true},
	"RUNTIME_DEPENDENCY_OF":       {Kind: models.EdgeDependsOn, Inverse: true},
	"HAS_PREREQUISITE":            {Kind: models.EdgeDependsOn},
	"PREREQUISITE_FOR":            {Kind: models.EdgeDependsOn, Inverse: true},
	"BUILD_DEPENDENCY_OF":         {Kind: models.EdgeDevDepends, Inverse: true},
	"BUILD_TOOL_OF":               {Kind: models.EdgeDevDepends, Inverse: true},
	"DEV_DEPENDENCY_OF":           {Kind: models.EdgeDevDepends, Inverse: true},
	"DEV_TOOL_OF":                 {Kind: models.EdgeDevDepends, Inverse: true},
	"TEST_DEPENDENCY_OF":          {Kind: models.EdgeDevDepends, Inverse: true},
	"TEST_TOOL_OF":                {Kind: models.EdgeDevDepends, Inverse: true},
	"TEST_OF":                     {Kind: models.EdgeDevDepends, Inverse: true},
	"TEST_CASE_OF":                {Kind: models.EdgeDevDepends, Inverse: true},
	"TESTCASE_OF":                 {Kind: models.EdgeDevDepends, Inverse: true},
	"OPTIONAL_DEPENDENCY_OF":      {Kind: models.EdgeDevDepends, Inverse: true},
	"OPTIONAL_COMPONENT_OF":       {Kind: models.EdgeDevDepends, Inverse: true},
	"PROVIDED_DEPENDENCY_OF":      {Kind: models.EdgeDevDepends, Inverse: true},
	"GENERATED_FROM":              {Kind: models.EdgeGeneratedBy},
	"GENERATES":                   {Kind: models.EdgeGeneratedBy, Inverse: true},
	"VARIANT_OF":                  {Kind: models.EdgeVariantOf},
	"STATIC_LINK":                 {Kind: models.EdgeStaticLink},
	"DYNAMIC_LINK":                {Kind: models.EdgeDynamicLink},
	"DESCENDANT_OF":               {Kind: models.EdgeDescendantOf},
	"ANCESTOR_OF":                 {Kind: models.EdgeDescendantOf, Inverse: true},
	"DEPENDENCY_MANIFEST_OF":      {},
	"EXAMPLE_OF":                  {},
	"DISTRIBUTION_ARTIFACT":       {},
	"PATCH_FOR":                   {},
	"PATCH_APPLIED":               {},
	"COPY_OF":                     {},
	"FILE_ADDED":                  {},
	"FILE_DELETED":                {},
	"FILE_MODIFIED":               {},
	"EXPANDED_FROM_ARCHIVE":       {},
	"DATA_FILE_OF":                {},
	"DATA_FILE":                   {},
	"DOCUMENTATION_OF":            {},
	"METAFILE_OF":                 {},
	"AMENDS":                      {},
	"REQUIREMENT_DESCRIPTION_FOR": {},
	"SPECIFICATION_FOR":           {},
	"OTHER":                       {},
}

// misspelt has types that generators write and no version of the standard knows.
var misspelt = map[string]string{
	"DESCRIBE":            "DESCRIBES",
	"CONTAIN":             "CONTAINS",
	"DEPEND_ON":           "DEPENDS_ON",
	"DEPENDS":             "DEPENDS_ON",
	"BUILD_DEPENDENCY":    "BUILD_DEPENDENCY_OF",
	"DEV_DEPENDENCY":      "DEV_DEPENDENCY_OF",
	"TEST_DEPENDENCY":     "TEST_DEPENDENCY_OF",
	"OPTIONAL_DEPENDENCY": "OPTIONAL_DEPENDENCY_OF",
	"RUNTIME_DEPENDENCY":  "RUNTIME_DEPENDENCY_OF",
	"PROVIDED_DEPENDENCY": "PROVIDED_DEPENDENCY_OF",
}

// relationNames leads from a type without case and word breaks to the type: RDF writes dynamicLink, others dynamic-link.
var relationNames = func() map[string]string {
	names := make(map[string]string, len(relations)+len(misspelt))
	for name := range relations {
		names[strings.ReplaceAll(name, "_", "")] = name
	}
	for name := range misspelt {
		names[strings.ReplaceAll(name, "_", "")] = name
	}
	return names
}()

var withoutBreaks = strings.NewReplacer("_", "", "-", "", " ", "")

// relationOf reads a relationship type. rule is "" or the finding that its spelling deserves; name is the type it was read as.
func relationOf(text string) (rel sbom.Relation, name, rule string) {
	if rel, ok := relations[text]; ok {
		return rel, text, ""
	}
	word := strings.TrimPrefix(strings.TrimSpace(text), "relationshipType_")
	name, ok := relationNames[withoutBreaks.Replace(strings.ToUpper(word))]
	if !ok {
		return sbom.Relation{}, "OTHER", "unknown-relationship-type"
	}
	if right, ok := misspelt[name]; ok {
		return relations[right], right, "misspelt-relationship-type"
	}
	return relations[name], name, ""
}
