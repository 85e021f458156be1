package spdx

import (
	"strings"
)

const (
	pkgID field = iota + 1
	pkgName
	pkgVersion
	pkgFileName
	pkgSupplier
	pkgOriginator
	pkgDownload
	pkgChecksums
	pkgHomepage
	pkgConcluded
	pkgDeclared
	pkgCopyright
	pkgSummary
	pkgDescription
	pkgRefs
	pkgPurpose
	pkgFiles
	pkgRelations
)

// packageFields are those of SPDX 2.3, clause 7, in JSON, and the id of drafts of SPDX 2.1.
var packageFields = fieldsOf(3, "a package", map[string]field{
	"SPDXID": pkgID, "id": pkgID, "name": pkgName, "versionInfo": pkgVersion, "packageFileName": pkgFileName, "supplier": pkgSupplier, "originator": pkgOriginator,
	"downloadLocation": pkgDownload, "checksums": pkgChecksums, "homepage": pkgHomepage, "licenseConcluded": pkgConcluded, "licenseDeclared": pkgDeclared,
	"copyrightText": pkgCopyright, "summary": pkgSummary, "description": pkgDescription, "externalRefs": pkgRefs, "primaryPackagePurpose": pkgPurpose,
	"files": pkgFiles, "filesAnalyzed": skipped, "hasFiles": skipped, "packageVerificationCode": skipped, "sourceInfo": skipped, "licenseInfoFromFiles": skipped,
	"licenseComments": skipped, "comment": skipped, "attributionTexts": skipped, "annotations": skipped, "releaseDate": skipped, "builtDate": skipped,
	"validUntilDate": skipped, "relationships": pkgRelations,
})

func (j *jsonReader) packages(pointer string) {
	at := &jsonPlace{list: pointer}
	for l, ok := j.list("packages"); ok && j.element(&l); {
		if j.enter("a package") {
			at.index = l.index
			j.pack(at)
		}
	}
}

// pack reads one package and hands it over, unless the document breaks off in it.
func (j *jsonReader) pack(at place) *draft {
	o := object{fields: packageFields}
	d := &j.draft
	d.fresh()
	for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
		j.packageField(d, f, at)
	}
	if j.err == nil {
		j.shaped = j.shaped || (d.hasID && !d.oddID)
		j.err = j.b.addPackage(d, at)
	}
	return d
}

func (j *jsonReader) packageField(d *draft, f field, at place) {
	p := d.pkg
	switch f {
	case pkgID:
		j.b.identify(d, j.stated())
	case pkgName:
		p.Name = j.text()
	case pkgVersion:
		p.Version = j.text()
	case pkgFileName:
		d.fileName = j.text()
	case pkgSupplier:
		p.Supplier = j.supplier()
	case pkgOriginator:
		p.Originator = j.supplier()
	case pkgDownload:
		p.Download = j.phrase()
	case pkgChecksums:
		j.checksums(d)
	case pkgHomepage:
		p.Homepage = j.phrase()
	case pkgConcluded:
		p.Concluded = j.word()
	case pkgDeclared:
		p.Declared = j.word()
	case pkgCopyright:
		p.Copyright = j.phrase()
	case pkgSummary:
		d.summary = cut(j.text(), 500)
	case pkgDescription:
		d.description = cut(j.text(), 500)
	case pkgRefs:
		j.externalRefs(d)
	case pkgPurpose:
		p.Purpose = j.word()
	case pkgFiles:
		j.elements("files", isFile)
	case pkgRelations:
		j.relationships(p.Ref)
	}
}

// supplier reads a supplier; an empty one is a mistake, not an absent one (SPDX 2.3, 7.5 has NOASSERTION for that).
func (j *jsonReader) supplier() string {
	raw := j.bytes()
	if raw != nil && len(raw) == 0 {
		j.b.notes.add("bad-supplier", j.pointer(), "The value is empty; it was read as unknown.")
	}
	return j.known(raw)
}

const (
	sumAlgorithm field = iota + 1
	sumValue
)

var checksumFields = fieldsOf(4, "a checksum", map[string]field{"algorithm": sumAlgorithm, "checksumValue": sumValue, "value": sumValue})

func (j *jsonReader) checksums(d *draft) {
	for l, ok := j.list("checksums"); ok && j.element(&l); {
		if !j.enter("a checksum") {
			continue
		}
		o := object{fields: checksumFields}
		var sum statedChecksum
		for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
			switch f {
			case sumAlgorithm:
				sum.algorithm = j.word()
			case sumValue:
				sum.value = j.text()
			}
		}
		d.checksums = append(d.checksums, sum)
	}
}

const (
	refCategory field = iota + 1
	refType
	refLocator
)

var externalRefFields = fieldsOf(5, "an external reference", map[string]field{"referenceCategory": skipped, "referenceType": refType, "referenceLocator": refLocator, "comment": skipped})

// externalRefs reads SPDX 2.3, 7.21. The category is not looked at: PACKAGE-MANAGER and PACKAGE_MANAGER are both in use, and the type says more.
func (j *jsonReader) externalRefs(d *draft) {
	for l, ok := j.list("external references"); ok && j.element(&l); {
		if !j.enter("an external reference") {
			continue
		}
		o := object{fields: externalRefFields}
		var kind, locator string
		for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
			switch f {
			case refType:
				kind = j.word()
			case refLocator:
				locator = j.text()
			}
		}
		d.reference(kind, locator)
	}
}

// reference sorts an external reference by its type, which RDF and some generators write as a URI.
func (d *draft) reference(kind, locator string) {
	switch kind[strings.LastIndexByte(kind, '/')+1:] {
	case "purl":
		d.purls = append(d.purls, locator)
	case "cpe22Type", "cpe23Type":
		d.cpes = append(d.cpes, locator)
	}
}

const (
	elemID field = iota + 1
	elemFile
)

// elementFields are those of files and snippets, of which only the id is wanted, and the File of {"File": {…}}.
var elementFields = fieldsOf(6, "a file or snippet", map[string]field{
	"SPDXID": elemID, "id": elemID, "File": elemFile, "fileName": skipped, "name": skipped, "checksums": skipped, "fileTypes": skipped, "licenseConcluded": skipped,
	"licenseInfoInFiles": skipped, "licenseInfoFromFiles": skipped, "licenseInfoInSnippets": skipped, "licenseComments": skipped, "copyrightText": skipped, "comment": skipped,
	"noticeText": skipped, "fileContributors": skipped, "attributionTexts": skipped, "annotations": skipped, "artifactOfs": skipped, "artifactOf": skipped,
	"fileDependencies": skipped, "ranges": skipped, "snippetFromFile": skipped, "relationships": skipped, "checksum": skipped, "sha1": skipped, "copyright": skipped,
})

// elements notes the ids of a list of files or snippets. Files are counted; they may be inside a package, and drafts of SPDX 2.1 refer to them by id.
func (j *jsonReader) elements(what string, class int32) {
	for l, ok := j.list(what); ok && j.element(&l); {
		if j.dec.PeekKind() == '"' {
			j.addElement(j.bytes(), class)
		} else if j.enter("one of the " + what) {
			j.oneElement(class)
		}
	}
}

// oneElement reads a file or snippet, its brace being read, and gives its id.
func (j *jsonReader) oneElement(class int32) string {
	o := object{fields: elementFields}
	id, nested := "", false
	for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
		switch f {
		case elemID:
			id = j.text()
		case elemFile:
			if j.enter("a file") {
				id = j.oneElement(class)
				nested = true
			}
		}
	}
	if j.err == nil && !nested {
		j.addElement([]byte(id), class)
	}
	return id
}

func (j *jsonReader) addElement(id []byte, class int32) {
	if class == isFile {
		j.b.doc.Files++
	}
	j.b.registerQuietly(id, class)
}

const (
	inPackage field = iota + 1
	inFile
)

var nestedFields = fieldsOf(7, "an element of documentDescribes", map[string]field{"Package": inPackage, "File": inFile})

// described reads {"Package": {…}} or {"File": {…}} in documentDescribes, as drafts of SPDX 2.1 have it.
func (j *jsonReader) described(at place) {
	o := object{fields: nestedFields}
	for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
		switch {
		case f == inPackage && j.enter("a package"):
			if d := j.pack(at); d.hasID {
				j.b.roots = append(j.b.roots, d.id)
			}
		case f == inFile && j.enter("a file"):
			j.b.describe([]byte(j.oneElement(isFile)))
		}
	}
}

const (
	relFrom field = iota + 1
	relType
	relTo
	relToDraft // in drafts of SPDX 2.1 a relationship stands in its subject and names the other end only
)

var relationFields = fieldsOf(8, "a relationship", map[string]field{"spdxElementId": relFrom, "relationshipType": relType, "relatedSpdxElement": relTo, "relatedSpdxElementId": relToDraft, "comment": skipped, "annotations": skipped})

// relationships reads a list of relationships; subject is the id of the element that it stands in.
func (j *jsonReader) relationships(subject string) {
	for l, ok := j.list("relationships"); ok && j.element(&l); {
		if !j.enter("a relationship") {
			continue
		}
		if j.b.doc.Relations >= j.b.lim.Relationships {
			j.err = tooManyRelationships(j.b.lim.Relationships)
			return
		}
		j.relationship(subject, l.index)
	}
}

func (j *jsonReader) relationship(subject string, index int) {
	const none = -1
	from, to, known := int32(none), int32(none), false
	var rel relation
	o := object{fields: relationFields}
	for f, ok := j.next(&o); ok; f, ok = j.next(&o) {
		text := j.bytes()
		switch {
		case len(text) == 0:
		case f == relFrom:
			from = j.b.ids.number(text)
		case f == relTo:
			to = j.b.ids.number(text)
		case f == relToDraft && subject != "":
			from, to = j.b.ids.number([]byte(subject)), j.b.ids.number(text)
		case f == relType:
			rel, known = j.relationType(text), true
		}
	}
	switch {
	case j.err != nil:
	case from == none || to == none || !known:
		j.b.doc.Relations++
		j.b.notes.add("incomplete-relationship", j.pointer(), "The relationship does not name both elements and its type; it was left out.")
	default:
		j.b.addRelation(from, to, rel, index)
	}
}

func (j *jsonReader) relationType(text []byte) relation {
	if rel, ok := relations[string(text)]; ok {
		return rel
	}
	rel, name, rule := relationOf(string(text))
	if rule != "" {
		j.b.notes.add(rule, j.pointer(), "The relationship type %s was read as %s.", quote(string(text)), name)
	}
	return rel
}
