package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// relationUse is what a relationship is for besides leading from one element to another.
type relationUse uint8

const (
	asEdge relationUse = iota
	asDeclared
	asConcluded
	asArtifact
)

// relationType3 is a type of relationship of SPDX 3.0.1.
type relationType3 struct {
	name string
	use  relationUse
	sbom.Relation
}

// relationTypes3 has all of SPDX 3.0.1, Core/RelationshipType.
var relationTypes3 = []relationType3{
	{name: "other"}, // what is unknown is read as
	{name: "describes", Relation: sbom.Relation{Describes: true}},
	{name: "contains", Relation: sbom.Relation{Kind: models.EdgeContains}},
	{name: "dependsOn", Relation: sbom.Relation{Kind: models.EdgeDependsOn}},
	{name: "hasPrerequisite", Relation: sbom.Relation{Kind: models.EdgeDependsOn}},
	{name: "hasStaticLink", Relation: sbom.Relation{Kind: models.EdgeStaticLink}},
	{name: "hasDynamicLink", Relation: sbom.Relation{Kind: models.EdgeDynamicLink}},
	{name: "hasOptionalComponent", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "hasOptionalDependency", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "hasProvidedDependency", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "hasTest", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "hasTestCase", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "usesTool", Relation: sbom.Relation{Kind: models.EdgeDevDepends}},
	{name: "generates", Relation: sbom.Relation{Kind: models.EdgeGeneratedBy, Inverse: true}},
	{name: "hasVariant", Relation: sbom.Relation{Kind: models.EdgeVariantOf, Inverse: true}},
	{name: "descendantOf", Relation: sbom.Relation{Kind: models.EdgeDescendantOf}},
	{name: "ancestorOf", Relation: sbom.Relation{Kind: models.EdgeDescendantOf, Inverse: true}},
	{name: "hasDeclaredLicense", use: asDeclared},
	{name: "hasConcludedLicense", use: asConcluded},
	{name: "hasDistributionArtifact", use: asArtifact},
}

// otherRelations3 are the types that tie packages in no way the register asks about.
const otherRelations3 = `affects amendedBy availableFrom configures coordinatedBy copiedTo delegatedTo doesNotAffect expandsTo exploitCreatedBy fixedBy fixedIn foundBy
	hasAddedFile hasAssessmentFor hasAssociatedVulnerability hasDataFile hasDeletedFile hasDependencyManifest hasDocumentation hasEvidence hasExample hasHost
	hasInput hasMetadata hasOutput hasRequirement hasSpecification invokedBy modifiedBy packagedBy patchedBy publishedBy reportedBy republishedBy
	serializedInArtifact testedOn trainedOn underInvestigationFor`

// draftRelations3 are types of drafts and of SPDX 2 that mean one of SPDX 3.0.1.
var draftRelations3 = map[string]string{
	"declaredlicense": "hasDeclaredLicense", "concludedlicense": "hasConcludedLicense", "describe": "describes", "contain": "contains", "dependson": "dependsOn",
	"depends": "dependsOn", "staticlink": "hasStaticLink", "dynamiclink": "hasDynamicLink", "distributionartifact": "hasDistributionArtifact",
	"optionaldependency": "hasOptionalDependency", "provideddependency": "hasProvidedDependency", "prerequisite": "hasPrerequisite", "variant": "hasVariant",
	"test": "hasTest", "testcase": "hasTestCase", "ancestor": "ancestorOf", "descendant": "descendantOf", "generate": "generates", "copy": "copiedTo",
}

// relationNumbers3 leads from the name of a type to its number in relationTypes3.
var relationNumbers3 = func() map[string]uint8 {
	numbers := map[string]uint8{}
	for name := range strings.FieldsSeq(otherRelations3) {
		numbers[name] = 0
	}
	for number, t := range relationTypes3 {
		numbers[t.name] = uint8(number)
	}
	return numbers
}()

// looseRelations3 leads from the name without case and word breaks.
var looseRelations3 = func() map[string]string {
	names := map[string]string{}
	for draft, name := range draftRelations3 {
		names[draft] = name
	}
	for name := range relationNumbers3 {
		names[strings.ToLower(name)] = name
	}
	return names
}()

// relation3 is a relationship as kept until all elements are known. One that leads to several elements is several of these.
type relation3 struct {
	from, to, place int32
	kind, complete  uint8
	dev             bool // the dependency is not shipped
}

// relations3 keeps relationships in blocks, so that growing makes no garbage.
type relations3 struct{ blocks [][]relation3 }

func (r *relations3) add(one relation3) {
	const block = 8192
	if n := len(r.blocks); n == 0 || len(r.blocks[n-1]) == block {
		size := block
		if n == 0 {
			size = 64
		}
		r.blocks = append(r.blocks, make([]relation3, 0, size))
	}
	last := &r.blocks[len(r.blocks)-1]
	*last = append(*last, one)
}

func (r *relations3) each(do func(relation3)) {
	for _, block := range r.blocks {
		for _, one := range block {
			do(one)
		}
	}
}

// takeRelation keeps a relationship.
func (j *ldReader) takeRelation(n *ldNode) {
	d := j.b.Doc
	d.Relations++
	j.ends += max(1, len(n.targets))
	if j.ends > j.b.Limits.Relationships {
		j.Err = sbom.TooManyRelationships(j.b.Limits.Relationships)
		return
	}
	stated := n.text(termRelation)
	one := relation3{from: n.from, to: none, complete: j.completeness(n), dev: j.isDev(n)}
	if n.from == none || len(stated) == 0 || (len(n.targets) == 0 && one.complete == 0) {
		j.b.Notes.Add("incomplete-relationship", j.Pointer(), "The relationship does not name both ends and its type; it was left out.")
		return
	}
	one.kind, one.place = j.relationType(stated), j.place(n)
	if len(n.targets) == 0 {
		j.relations.add(one)
	}
	for _, to := range n.targets {
		one.to = to
		j.relations.add(one)
	}
}

func (j *ldReader) relationType(stated []byte) uint8 {
	if number, known := relationNumbers3[string(stated)]; known {
		return number
	}
	text := string(stated)
	name, known := looseRelations3[strings.ToLower(withoutBreaks.Replace(text))]
	if !known {
		j.b.Notes.Once("unknown-relationship-type", text, j.Pointer(), "The relationship type %s was read as other, here and elsewhere.", sbom.Quote(text))
		return 0
	}
	j.b.Notes.Once("misspelt-relationship-type", text, j.Pointer(), "The relationship type %s was read as %s, here and elsewhere.", sbom.Quote(text), name)
	return relationNumbers3[name]
}

// isDev reports whether a relationship holds for making the product alone.
func (j *ldReader) isDev(n *ldNode) bool {
	switch scope := string(n.text(termScope)); scope {
	case "", "runtime", "other":
		return false
	case "design", "development", "build", "test":
		return true
	default:
		j.unknownTerm(scope, "a scope")
		return false
	}
}

func (j *ldReader) completeness(n *ldNode) uint8 {
	switch stated := string(n.text(termCompleteness)); stated {
	case "":
		return uint8(models.CompletenessUnsaid)
	case "complete":
		return uint8(models.Complete)
	case "incomplete":
		return uint8(models.Incomplete)
	case "noAssertion", "NOASSERTION":
		return uint8(models.CompletenessUnknown)
	default:
		j.unknownTerm(stated, "a completeness")
		return uint8(models.CompletenessUnsaid)
	}
}

// tell makes edges and roots of the relationships once all elements are known.
func (j *ldReader) tell() {
	j.relations.each(func(r relation3) {
		t := relationTypes3[r.kind]
		if t.use == asDeclared || t.use == asConcluded || r.to == none {
			return
		}
		if r.dev && t.Kind.Carries() {
			t.Kind = models.EdgeDevDepends
		}
		if t.Describes && j.b.IDs.Class[r.from] == sbom.IsUnknown {
			// Generators rename the document and forget its relationships.
			j.b.Notes.Add("dangling-reference", ldPlace{j, r.place}.Of(""), "%s is not in the document; what it describes was taken for what the document describes.", sbom.Quote(j.b.IDs.Name(r.from)))
			j.b.Roots = append(j.b.Roots, r.to)
			return
		}
		j.b.Relate(r.from, r.to, t.Relation, int(r.place))
	})
	j.relations = relations3{}
}
