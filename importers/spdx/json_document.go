package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

const (
	docVersion field = iota + 1
	docDataLicense
	docID
	docName
	docNamespace
	docComment
	docCreation
	docDescribes
	docPackages
	docFiles
	docSnippets
	docRelations
	docExtracted
	docOldVersion
	docWrapper
	docCycloneDX
	docGraph
	docContext
)

// documentFields are those of SPDX 2.3 JSON, those of older drafts that are still met, and those that give another format away.
var documentFields = fieldsOf(0, "the document", map[string]field{
	"spdxVersion": docVersion, "specVersion": docOldVersion, "dataLicense": docDataLicense, "SPDXID": docID, "id": docID, "name": docName,
	"documentNamespace": docNamespace, "comment": docComment, "creationInfo": docCreation, "documentDescribes": docDescribes,
	"packages": docPackages, "files": docFiles, "snippets": docSnippets, "relationships": docRelations,
	"hasExtractedLicensingInfos": docExtracted, "extractedLicenseInfos": docExtracted,
	"externalDocumentRefs": skipped, "annotations": skipped, "revieweds": skipped, "reviewers": skipped,
	"sbom": docWrapper, "SPDX": docWrapper, "Document": docWrapper, "SpdxDocument": docWrapper, "predicate": docWrapper,
	"bomFormat": docCycloneDX, "@graph": docGraph, "@context": docContext,
})

// documentShape are the fields that make a JSON object an SPDX 2 document. A list of packages alone does not: lock files have that too.
const documentShape = 1<<docVersion | 1<<docCreation | 1<<docNamespace | 1<<docDescribes | 1<<docDataLicense | 1<<docExtracted

// document reads the members of the document, or of an object that wraps it. prefix is the pointer of the object.
func (j *jsonReader) document(prefix string) {
	o := object{fields: documentFields}
	for f, ok := j.next(&o); ok && j.format == ""; f, ok = j.next(&o) {
		j.shaped = j.shaped || documentShape&(1<<f) != 0
		j.documentField(f, prefix)
	}
}

func (j *jsonReader) documentField(f field, prefix string) {
	d := j.b.doc
	switch f {
	case docVersion:
		d.SpecVersion = j.text()
		j.refuseVersion(d.SpecVersion)
	case docOldVersion:
		if version := j.text(); strings.HasPrefix(version, "SPDX-") && d.SpecVersion == "" {
			d.SpecVersion, j.shaped = version, true
		}
	case docDataLicense:
		d.DataLicense = j.text()
	case docID:
		j.documentID()
	case docName:
		d.Name = j.text()
	case docNamespace:
		d.Namespace = j.text()
	case docComment:
		d.Comment = j.text()
	case docCreation:
		if j.enter("creationInfo") {
			j.creationInfo()
		}
	case docDescribes:
		j.describes(prefix + "/documentDescribes")
	case docPackages:
		j.packages(prefix + "/packages")
	case docFiles:
		j.elements("files", isFile)
	case docSnippets:
		j.elements("snippets", isSnippet)
	case docRelations:
		j.relations = prefix + "/relationships"
		j.relationships("SPDXRef-DOCUMENT")
	case docExtracted:
		j.licenseTexts()
	case docWrapper:
		j.wrapper()
	case docCycloneDX, docGraph, docContext:
		j.otherFormat(f)
	}
}

// wrapper reads {"sbom": {…}} and its like: code-hosting services and attestations put the document into an object.
func (j *jsonReader) wrapper() {
	if j.dec.PeekKind() != '{' || j.shaped {
		j.skip()
		return
	}
	pointer := j.pointer()
	if strings.Count(pointer, "/") > 3 || !j.enter("the document") {
		j.skip()
		return
	}
	j.document(pointer)
	if j.shaped && !j.loose {
		j.b.notes.add("wrapped-document", pointer, "The SPDX document is inside another object.")
	}
}

// otherFormat recognises what is JSON and an SBOM, but not SPDX 2.
func (j *jsonReader) otherFormat(f field) {
	if f == docContext && j.dec.PeekKind() != '"' {
		j.skip()
		return
	}
	if f == docGraph {
		j.skip()
		if !j.shaped {
			j.format = spdx3
		}
		return
	}
	switch value := j.text(); {
	case f == docCycloneDX && !j.shaped:
		j.format = cycloneDX
	case strings.Contains(value, "spdx.org/rdf/3"):
		j.format = spdx3
	}
}

func (j *jsonReader) refuseVersion(version string) {
	if strings.HasPrefix(strings.ToUpper(version), "SPDX-3") {
		j.format = spdx3
	}
}

// documentID lets relationships find the document under an id other than SPDXRef-DOCUMENT.
func (j *jsonReader) documentID() {
	id := j.bytes()
	if len(id) == 0 {
		return
	}
	if n := j.b.ids.number(id); j.b.ids.class[n] == isUnknown {
		j.b.ids.class[n] = isDocument
	}
}

const (
	infoCreated field = iota + 1
	infoCreators
	infoListVersion
)

var creationFields = fieldsOf(1, "creationInfo", map[string]field{"created": infoCreated, "creators": infoCreators, "licenseListVersion": infoListVersion, "comment": skipped})

func (j *jsonReader) creationInfo() {
	j.b.sawInfo = true
	o := object{fields: creationFields}
	for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
		switch f {
		case infoCreated:
			if created := j.text(); created != "" {
				j.b.created(created, j.pointer())
			}
		case infoListVersion:
			j.b.doc.ListVersion = j.text()
		case infoCreators:
			for l, ok := j.list("creators"); ok && j.element(&l); {
				if creator := j.text(); j.err == nil {
					j.b.creator(creator, j.pointer())
				}
			}
		}
	}
}

// describes reads documentDescribes: ids, or in drafts of SPDX 2.1 whole packages and files.
func (j *jsonReader) describes(pointer string) {
	for l, ok := j.list("documentDescribes"); ok && j.element(&l); {
		if j.dec.PeekKind() != '{' {
			j.b.describe(j.bytes())
		} else if j.enter("an element") {
			j.described(jsonPlace{pointer, l.index})
		}
	}
}

const (
	licID field = iota + 1
	licName
	licText
)

var licenseTextFields = fieldsOf(2, "a licence text", map[string]field{
	"licenseId": licID, "name": licName, "extractedText": licText, "seeAlsos": skipped, "crossRefs": skipped, "comment": skipped,
	"identifier": licID, "licenseName": licName,
})

func (j *jsonReader) licenseTexts() {
	for l, ok := j.list("licence texts"); ok && j.element(&l); {
		if !j.enter("a licence text") {
			continue
		}
		o := object{fields: licenseTextFields}
		var x models.Extract
		for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
			switch f {
			case licID:
				x.Ref = j.text()
			case licName:
				x.Name = j.text()
			case licText:
				x.Text = j.text()
			}
		}
		if j.err == nil {
			j.b.addExtract(x, j.pointer())
		}
	}
}
