package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// relation is what a relationship type says in active voice.
type relation struct {
	kind      models.EdgeKind
	inverse   bool // the words run from the object to the subject: A DEPENDENCY_OF B is B DEPENDS_ON A
	describes bool // between a document and what it is about
}

// relations has the types of SPDX 2.3, clause 11.1, and of SPDX 2.1 and 2.2.
var relations = map[string]relation{
	"DESCRIBES":                   {describes: true},
	"DESCRIBED_BY":                {describes: true, inverse: true},
	"CONTAINS":                    {kind: models.EdgeContains},
	"CONTAINED_BY":                {kind: models.EdgeContains, inverse: true},
	"PACKAGE_OF":                  {kind: models.EdgeContains, inverse: true},
	"DEPENDS_ON":                  {kind: models.EdgeDependsOn},
	"DEPENDENCY_OF":               {kind: models.EdgeDependsOn, inverse: true},
	"RUNTIME_DEPENDENCY_OF":       {kind: models.EdgeDependsOn, inverse: true},
	"HAS_PREREQUISITE":            {kind: models.EdgeDependsOn},
	"PREREQUISITE_FOR":            {kind: models.EdgeDependsOn, inverse: true},
	"BUILD_DEPENDENCY_OF":         {kind: models.EdgeDevDepends, inverse: true},
	"BUILD_TOOL_OF":               {kind: models.EdgeDevDepends, inverse: true},
	"DEV_DEPENDENCY_OF":           {kind: models.EdgeDevDepends, inverse: true},
	"DEV_TOOL_OF":                 {kind: models.EdgeDevDepends, inverse: true},
	"TEST_DEPENDENCY_OF":          {kind: models.EdgeDevDepends, inverse: true},
	"TEST_TOOL_OF":                {kind: models.EdgeDevDepends, inverse: true},
	"TEST_OF":                     {kind: models.EdgeDevDepends, inverse: true},
	"TEST_CASE_OF":                {kind: models.EdgeDevDepends, inverse: true},
	"TESTCASE_OF":                 {kind: models.EdgeDevDepends, inverse: true},
	"OPTIONAL_DEPENDENCY_OF":      {kind: models.EdgeDevDepends, inverse: true},
	"OPTIONAL_COMPONENT_OF":       {kind: models.EdgeDevDepends, inverse: true},
	"PROVIDED_DEPENDENCY_OF":      {kind: models.EdgeDevDepends, inverse: true},
	"GENERATED_FROM":              {kind: models.EdgeGeneratedBy},
	"GENERATES":                   {kind: models.EdgeGeneratedBy, inverse: true},
	"VARIANT_OF":                  {kind: models.EdgeVariantOf},
	"STATIC_LINK":                 {kind: models.EdgeStaticLink},
	"DYNAMIC_LINK":                {kind: models.EdgeDynamicLink},
	"DESCENDANT_OF":               {kind: models.EdgeDescendantOf},
	"ANCESTOR_OF":                 {kind: models.EdgeDescendantOf, inverse: true},
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
func relationOf(text string) (rel relation, name, rule string) {
	if rel, ok := relations[text]; ok {
		return rel, text, ""
	}
	word := strings.TrimPrefix(strings.TrimSpace(text), "relationshipType_")
	name, ok := relationNames[withoutBreaks.Replace(strings.ToUpper(word))]
	if !ok {
		return relation{}, "OTHER", "unknown-relationship-type"
	}
	if right, ok := misspelt[name]; ok {
		return relations[right], right, "misspelt-relationship-type"
	}
	return relations[name], name, ""
}
