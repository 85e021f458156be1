package cyclonedx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const (
	docFormat sbom.Field = iota + 1
	docSchema
	docVersion
	docSerial
	docEdition
	docMetadata
	docComponents
	docServices
	docDependencies
	docCompositions
	docSignature
	docProperties
	docWrapper
	docCounted // and those above: lists that are counted and not kept
)

// documentFields are those of CycloneDX 1.7, those of attestations, and those that whole documents stand in.
var documentFields = sbom.FieldsOf(0, "the document", map[string]sbom.Field{
	"bomFormat": docFormat, "$schema": docSchema, "specVersion": docVersion, "serialNumber": docSerial, "version": docEdition, "metadata": docMetadata,
	"components": docComponents, "services": docServices, "dependencies": docDependencies, "compositions": docCompositions, "signature": docSignature, "Signature": docSignature,
	"vulnerabilities": docCounted, "annotations": docCounted + 1, "formulation": docCounted + 2, "declarations": docCounted + 3, "definitions": docCounted + 4, "citations": docCounted + 5,
	"externalReferences": docCounted + 6, "properties": docProperties,
	"sbom": docWrapper, "bom": docWrapper, "predicate": docWrapper, "Data": docWrapper, "Document": docWrapper,
	"_type": sbom.Skipped, "subject": sbom.Skipped, "predicateType": sbom.Skipped, "Timestamp": sbom.Skipped,
})

// documentShape are the fields that make a JSON object a CycloneDX document. A list of components alone does not.
const documentShape = 1<<docFormat | 1<<docSerial | 1<<docCompositions

// document reads the members of the document, or of an object that wraps it. prefix is the pointer of the object.
func (j *reader) document(prefix string) {
	o := sbom.Object{Fields: documentFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		j.shaped = j.shaped || documentShape&(1<<f) != 0
		j.formatted = j.formatted || f == docFormat
		j.documentField(f, prefix)
	}
}

func (j *reader) documentField(f sbom.Field, prefix string) {
	d := j.b.Doc
	switch f {
	case docFormat:
		if format := j.Text(); format != "CycloneDX" {
			j.b.Notes.Add("bom-format", j.Pointer(), "bomFormat is %s in place of CycloneDX; the document was read as CycloneDX all the same.", sbom.Quote(format))
		}
	case docSchema:
		j.shaped = strings.Contains(strings.ToLower(j.Text()), "cyclonedx") || j.shaped
	case docVersion:
		d.SpecVersion = strings.TrimSpace(j.Text())
		j.shaped = j.shaped || strings.HasPrefix(d.SpecVersion, "1.")
	case docSerial:
		d.Namespace = j.Text()
	case docEdition:
		d.Edition = j.scalar()
	case docMetadata:
		if j.Enter("metadata") {
			j.b.metadata = true
			j.metadata(prefix + "/metadata")
		}
	case docComponents:
		j.components(prefix+"/components", nil)
	case docServices:
		n := j.services()
		j.aside(n, "services")
	case docDependencies:
		j.dependencies = prefix + "/dependencies"
		j.dependencyList()
	case docCompositions:
		j.compositions()
	case docSignature:
		d.Signed = j.Dec.PeekKind() == '{' || j.Dec.PeekKind() == '['
		j.Skip()
	case docProperties:
		j.readProperties(nil)
	case docWrapper:
		j.wrapper()
	default:
		name := j.LastName()
		j.aside(j.count(name), name)
	}
}

// aside says how many elements of the document are in the original only.
func (j *reader) aside(n int, what string) {
	if n > 0 && j.Err == nil {
		j.b.Notes.Add("original-only", j.Pointer(), "The document has %d entries under %s; the original alone has them.", n, what)
	}
}

// wrapper reads {"sbom": {…}} and its like: code-hosting services and attestations put the document into an object.
func (j *reader) wrapper() {
	if j.Dec.PeekKind() != '{' || j.shaped {
		j.Skip()
		return
	}
	pointer := j.Pointer()
	if strings.Count(pointer, "/") > 3 || !j.Enter("the document") {
		j.Skip()
		return
	}
	j.document(pointer)
	if j.shaped && !j.Loose {
		j.b.Notes.Add("wrapped-document", pointer, "The document is inside another object.")
	}
}

var serviceFields = sbom.FieldsOf(1, "a service", map[string]sbom.Field{
	"bom-ref": 1, "services": 2, "provider": sbom.Skipped, "group": sbom.Skipped, "name": sbom.Skipped, "version": sbom.Skipped, "description": sbom.Skipped, "endpoints": sbom.Skipped,
	"authenticated": sbom.Skipped, "x-trust-boundary": sbom.Skipped, "trustZone": sbom.Skipped, "data": sbom.Skipped, "licenses": sbom.Skipped, "patentAssertions": sbom.Skipped,
	"externalReferences": sbom.Skipped, "releaseNotes": sbom.Skipped, "properties": sbom.Skipped, "tags": sbom.Skipped, "signature": sbom.Skipped,
})

// services counts services and notes their ids, so that dependencies on them do not lead nowhere.
func (j *reader) services() (n int) {
	for l, ok := j.Elements("services"); ok && j.Element(&l); {
		if !j.Enter("a service") || j.tooDeep() {
			continue
		}
		n++
		o := sbom.Object{Fields: serviceFields}
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			if f == 1 {
				j.b.Mark(j.Bytes(), sbom.IsElement)
			} else {
				n += j.services()
			}
		}
	}
	return n
}

const (
	depRef sbom.Field = iota + 1
	depOn
	depProvides
)

var dependencyFields = sbom.FieldsOf(2, "a dependency", map[string]sbom.Field{"ref": depRef, "dependsOn": depOn, "provides": depProvides})

// target is the far end of a dependency, by id.
type target struct {
	id   int32
	kind models.EdgeKind
}

func (j *reader) dependencyList() {
	for l, ok := j.Elements("dependencies"); ok && j.Element(&l); {
		if j.Enter("a dependency") {
			j.dependency(l.Index)
		}
	}
}

// none is no id.
const none int32 = -1

// dependency reads one element with what it depends on, and gives its id.
func (j *reader) dependency(index int) int32 {
	first, from := len(j.targets), none
	if j.tooDeep() {
		return none
	}
	o := sbom.Object{Fields: dependencyFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case depRef:
			if ref := j.Bytes(); len(ref) > 0 {
				from = j.b.IDs.Number(ref)
			}
		case depOn:
			j.readTargets("dependsOn", models.EdgeDependsOn, index)
		case depProvides:
			j.readTargets("provides", models.EdgeOther, index)
		}
	}
	j.relate(from, first, index)
	return from
}

// readTargets reads a list of ids. In XML of CycloneDX 1.1 the elements may have dependencies of their own.
func (j *reader) readTargets(what string, kind models.EdgeKind, index int) {
	for l, ok := j.Elements(what); ok && j.Element(&l); {
		id := none
		if j.Dec.PeekKind() == '{' && j.Enter("a dependency") {
			id = j.dependency(index)
		} else if ref := j.Bytes(); len(ref) > 0 {
			id = j.b.IDs.Number(ref)
		}
		if id != none {
			j.targets = append(j.targets, target{id, kind})
		}
	}
}

// relate makes relationships of the targets from first on, and forgets them.
func (j *reader) relate(from int32, first, index int) {
	found := j.targets[first:]
	j.targets = j.targets[:first]
	if j.Err != nil {
		return
	}
	if from == none {
		j.b.Notes.Add("incomplete-relationship", j.Pointer(), "The dependency does not say what depends (ref); it was left out, with %d things depended on.", len(found))
		return
	}
	for _, t := range found {
		if j.b.Doc.Relations >= j.b.Limits.Relationships {
			j.Err = sbom.TooManyRelationships(j.b.Limits.Relationships)
			return
		}
		j.b.AddRelation(from, t.id, sbom.Relation{Kind: t.kind}, index)
	}
}

const (
	compAggregate sbom.Field = iota + 1
	compAssemblies
	compDependencies
	compVulnerabilities
)

var compositionFields = sbom.FieldsOf(3, "a composition", map[string]sbom.Field{
	"aggregate": compAggregate, "assemblies": compAssemblies, "dependencies": compDependencies, "vulnerabilities": compVulnerabilities, "bom-ref": sbom.Skipped, "signature": sbom.Skipped,
})

func (j *reader) compositions() {
	for l, ok := j.Elements("compositions"); ok && j.Element(&l); {
		if j.Enter("a composition") {
			j.composition()
		}
	}
}

// composition reads what is said of the completeness of some elements.
func (j *reader) composition() {
	first := len(j.targets)
	aggregate := ""
	o := sbom.Object{Fields: compositionFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case compAggregate:
			aggregate = j.Text()
		case compAssemblies:
			j.readTargets("assemblies", models.EdgeContains, 0)
		case compDependencies:
			j.readTargets("dependencies", models.EdgeDependsOn, 0)
		default:
			j.Skip()
		}
	}
	says, known := aggregates[aggregate]
	if !known && j.Err == nil {
		j.b.Notes.Add("unknown-aggregate", j.Pointer(), "%s is not a completeness that CycloneDX has; the composition was passed over.", sbom.Quote(aggregate))
	}
	for _, t := range j.targets[first:] {
		if known {
			j.b.claim(t.id, t.kind == models.EdgeContains, says)
		}
	}
	j.targets = j.targets[:first]
	if named := uint64(1<<compAssemblies | 1<<compDependencies | 1<<compVulnerabilities); known && o.Seen()&named == 0 {
		j.b.whole = says // it is about what the document describes
	}
}

// aggregates are the values of CycloneDX 1.7, compositions.aggregate.
var aggregates = map[string]models.Completeness{
	"complete": models.Complete, "unknown": models.CompletenessUnknown, "not_specified": models.CompletenessUnsaid, "incomplete": models.Incomplete,
	"incomplete_first_party_only": models.Incomplete, "incomplete_first_party_proprietary_only": models.Incomplete, "incomplete_first_party_opensource_only": models.Incomplete,
	"incomplete_third_party_only": models.Incomplete, "incomplete_third_party_proprietary_only": models.Incomplete, "incomplete_third_party_opensource_only": models.Incomplete,
}
