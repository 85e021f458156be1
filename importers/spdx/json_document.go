package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const (
	docVersion sbom.Field = iota + 1
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
var documentFields = sbom.FieldsOf(0, "the document", map[string]sbom.Field{
	"spdxVersion": docVersion, "specVersion": docOldVersion, "dataLicense": docDataLicense, "SPDXID": docID, "id": docID, "name": docName,
	"documentNamespace": docNamespace, "comment": docComment, "creationInfo": docCreation, "documentDescribes": docDescribes,
	"packages": docPackages, "files": docFiles, "snippets": docSnippets, "relationships": docRelations,
	"hasExtractedLicensingInfos": docExtracted, "extractedLicenseInfos": docExtracted,
	"externalDocumentRefs": sbom.Skipped, "annotations": sbom.Skipped, "revieweds": sbom.Skipped, "reviewers": sbom.Skipped,
	"sbom": docWrapper, "SPDX": docWrapper, "Document": docWrapper, "SpdxDocument": docWrapper, "predicate": docWrapper,
	"bomFormat": docCycloneDX, "@graph": docGraph, "@context": docContext,
})

// documentShape are the fields that make a JSON object an SPDX 2 document. A list of packages alone does not: lock files have that too.
const documentShape = 1<<docVersion | 1<<docCreation | 1<<docNamespace | 1<<docDescribes | 1<<docDataLicense | 1<<docExtracted

// document reads the members of the document, or of an object that wraps it. prefix is the pointer of the object.
func (j *jsonReader) document(prefix string) {
	o := sbom.Object{Fields: documentFields}
	for f, ok := j.Next(&o); ok && j.format == ""; f, ok = j.Next(&o) {
		j.shaped = j.shaped || documentShape&(1<<f) != 0
		j.documentField(f, prefix)
	}
}

func (j *jsonReader) documentField(f sbom.Field, prefix string) {
	d := j.b.Doc
	switch f {
	case docVersion:
		d.SpecVersion = j.Text()
		j.refuseVersion(d.SpecVersion)
	case docOldVersion:
		if version := j.Text(); strings.HasPrefix(version, "SPDX-") && d.SpecVersion == "" {
			d.SpecVersion, j.shaped = version, true
		}
	case docDataLicense:
		d.DataLicense = j.Text()
	case docID:
		j.documentID()
	case docName:
		d.Name = j.Text()
	case docNamespace:
		d.Namespace = j.Text()
	case docComment:
		d.Comment = j.Text()
	case docCreation:
		if j.Enter("creationInfo") {
			j.creationInfo()
		}
	case docDescribes:
		j.describes(prefix + "/documentDescribes")
	case docPackages:
		j.packages(prefix + "/packages")
	case docFiles:
		j.elements("files", sbom.IsFile)
	case docSnippets:
		j.elements("snippets", sbom.IsSnippet)
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
		j.b.Notes.Add("wrapped-document", pointer, "The SPDX document is inside another object.")
	}
}

// otherFormat recognises what is JSON and an SBOM, but not SPDX 2.
func (j *jsonReader) otherFormat(f sbom.Field) {
	if f == docContext && j.Dec.PeekKind() != '"' {
		j.Skip()
		return
	}
	if f == docGraph {
		j.Skip()
		if !j.shaped {
			j.format = spdx3
		}
		return
	}
	switch value := j.Text(); {
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
	id := j.Bytes()
	if len(id) == 0 {
		return
	}
	if n := j.b.IDs.Number(id); j.b.IDs.Class[n] == sbom.IsUnknown {
		j.b.IDs.Class[n] = sbom.IsDocument
	}
}

const (
	infoCreated sbom.Field = iota + 1
	infoCreators
	infoListVersion
	infoComment
)

var creationFields = sbom.FieldsOf(1, "creationInfo", map[string]sbom.Field{"created": infoCreated, "creators": infoCreators, "licenseListVersion": infoListVersion, "comment": infoComment})

func (j *jsonReader) creationInfo() {
	j.b.sawInfo = true
	o := sbom.Object{Fields: creationFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case infoCreated:
			if created := j.Text(); created != "" {
				j.b.Created(created, j.Pointer())
			}
		case infoListVersion:
			j.b.Doc.ListVersion = j.Text()
		case infoComment:
			j.b.infoComment = j.Text()
		case infoCreators:
			for l, ok := j.Elements("creators"); ok && j.Element(&l); {
				if creator := j.Text(); j.Err == nil {
					j.b.creator(creator, j.Pointer())
				}
			}
		}
	}
}

// describes reads documentDescribes: ids, or in drafts of SPDX 2.1 whole packages and files.
func (j *jsonReader) describes(pointer string) {
	for l, ok := j.Elements("documentDescribes"); ok && j.Element(&l); {
		if j.Dec.PeekKind() != '{' {
			j.b.Describe(j.Bytes())
		} else if j.Enter("an element") {
			j.described(sbom.JSONPlace{List: pointer, Index: l.Index})
		}
	}
}

const (
	licID sbom.Field = iota + 1
	licName
	licText
)

var licenseTextFields = sbom.FieldsOf(2, "a licence text", map[string]sbom.Field{
	"licenseId": licID, "name": licName, "extractedText": licText, "seeAlsos": sbom.Skipped, "crossRefs": sbom.Skipped, "comment": sbom.Skipped,
	"identifier": licID, "licenseName": licName,
})

func (j *jsonReader) licenseTexts() {
	for l, ok := j.Elements("licence texts"); ok && j.Element(&l); {
		if !j.Enter("a licence text") {
			continue
		}
		o := sbom.Object{Fields: licenseTextFields}
		var x models.Extract
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case licID:
				x.Ref = j.Text()
			case licName:
				x.Name = j.Text()
			case licText:
				x.Text = j.Text()
			}
		}
		if j.Err == nil {
			j.b.AddExtract(x, j.Pointer())
		}
	}
}
