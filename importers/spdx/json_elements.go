package spdx

import "github.com/ospo-register/ospo/importers/sbom"

const (
	pkgID sbom.Field = iota + 1
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
	pkgSource
)

// packageFields are those of SPDX 2.3, clause 7, in JSON, and the id of drafts of SPDX 2.1.
var packageFields = sbom.FieldsOf(3, "a package", map[string]sbom.Field{
	"SPDXID": pkgID, "id": pkgID, "name": pkgName, "versionInfo": pkgVersion, "packageFileName": pkgFileName, "supplier": pkgSupplier, "originator": pkgOriginator,
	"downloadLocation": pkgDownload, "checksums": pkgChecksums, "homepage": pkgHomepage, "licenseConcluded": pkgConcluded, "licenseDeclared": pkgDeclared,
	"copyrightText": pkgCopyright, "summary": pkgSummary, "description": pkgDescription, "externalRefs": pkgRefs, "primaryPackagePurpose": pkgPurpose,
	"files": pkgFiles, "filesAnalyzed": sbom.Skipped, "hasFiles": sbom.Skipped, "packageVerificationCode": sbom.Skipped, "sourceInfo": pkgSource, "licenseInfoFromFiles": sbom.Skipped,
	"licenseComments": sbom.Skipped, "comment": sbom.Skipped, "attributionTexts": sbom.Skipped, "annotations": sbom.Skipped, "releaseDate": sbom.Skipped, "builtDate": sbom.Skipped,
	"validUntilDate": sbom.Skipped, "relationships": pkgRelations,
})

func (j *jsonReader) packages(pointer string) {
	at := &sbom.JSONPlace{List: pointer}
	for l, ok := j.Elements("packages"); ok && j.Element(&l); {
		if j.Enter("a package") {
			at.Index = l.Index
			j.pack(at)
		}
	}
}

// pack reads one package and hands it over, unless the document breaks off in it.
func (j *jsonReader) pack(at sbom.Place) *sbom.Draft {
	o := sbom.Object{Fields: packageFields}
	d := &j.draft
	d.Fresh()
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		j.packageField(d, f, at)
	}
	if j.Err == nil {
		j.shaped = j.shaped || (d.HasID && !d.OddID)
		j.Err = j.b.addPackage(d, at)
	}
	return d
}

func (j *jsonReader) packageField(d *sbom.Draft, f sbom.Field, at sbom.Place) {
	p := d.Package
	switch f {
	case pkgID:
		j.b.identify(d, j.Stated())
	case pkgName:
		p.Name = j.Text()
	case pkgVersion:
		p.Version = j.Text()
	case pkgFileName:
		p.FileName = j.Text()
	case pkgSource:
		p.Source = j.Phrase()
	case pkgSupplier:
		p.Supplier = j.supplier()
	case pkgOriginator:
		p.Originator = j.supplier()
	case pkgDownload:
		p.Download = j.Phrase()
	case pkgChecksums:
		j.checksums(d)
	case pkgHomepage:
		p.Homepage = j.Phrase()
	case pkgConcluded:
		p.Concluded = j.Word()
	case pkgDeclared:
		p.Declared = j.Word()
	case pkgCopyright:
		p.Copyright = j.Phrase()
	case pkgSummary:
		d.Summary = sbom.Cut(j.Text(), 500)
	case pkgDescription:
		d.Description = sbom.Cut(j.Text(), 500)
	case pkgRefs:
		j.externalRefs(d)
	case pkgPurpose:
		p.Purpose = j.Word()
	case pkgFiles:
		j.elements("files", sbom.IsFile)
	case pkgRelations:
		j.relationships(p.Ref)
	}
}

// supplier reads a supplier; an empty one is a mistake, not an absent one (SPDX 2.3, 7.5 has NOASSERTION for that).
func (j *jsonReader) supplier() string {
	raw := j.Bytes()
	if raw != nil && len(raw) == 0 {
		j.b.Notes.Add("bad-supplier", j.Pointer(), "The value is empty; it was read as unknown.")
	}
	return j.Known(raw)
}

const (
	sumAlgorithm sbom.Field = iota + 1
	sumValue
)

var checksumFields = sbom.FieldsOf(4, "a checksum", map[string]sbom.Field{"algorithm": sumAlgorithm, "checksumValue": sumValue, "value": sumValue})

func (j *jsonReader) checksums(d *sbom.Draft) {
	for l, ok := j.Elements("checksums"); ok && j.Element(&l); {
		if !j.Enter("a checksum") {
			continue
		}
		o := sbom.Object{Fields: checksumFields}
		var sum sbom.StatedChecksum
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case sumAlgorithm:
				sum.Algorithm = j.Word()
			case sumValue:
				sum.Value = j.Text()
			}
		}
		d.Checksums = append(d.Checksums, sum)
	}
}

const (
	refType sbom.Field = iota + 1
	refLocator
	refCategory
)

var externalRefFields = sbom.FieldsOf(5, "an external reference", map[string]sbom.Field{"referenceCategory": refCategory, "referenceType": refType, "referenceLocator": refLocator, "comment": sbom.Skipped})

// externalRefs reads SPDX 2.3, 7.21.
func (j *jsonReader) externalRefs(d *sbom.Draft) {
	for l, ok := j.Elements("external references"); ok && j.Element(&l); {
		if !j.Enter("an external reference") {
			continue
		}
		o := sbom.Object{Fields: externalRefFields}
		var category, kind, locator string
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case refCategory:
				category = j.Word()
			case refType:
				kind = j.Word()
			case refLocator:
				locator = j.Text()
			}
		}
		j.b.reference(d, category, kind, locator)
	}
}

const (
	elemID sbom.Field = iota + 1
	elemFile
)

// elementFields are those of files and snippets, of which only the id is wanted, and the File of {"File": {…}}.
var elementFields = sbom.FieldsOf(6, aFile, map[string]sbom.Field{
	"SPDXID": elemID, "id": elemID, "File": elemFile, "fileName": sbom.Skipped, "name": sbom.Skipped, "checksums": sbom.Skipped, "fileTypes": sbom.Skipped, "licenseConcluded": sbom.Skipped,
	"licenseInfoInFiles": sbom.Skipped, "licenseInfoFromFiles": sbom.Skipped, "licenseInfoInSnippets": sbom.Skipped, "licenseComments": sbom.Skipped, "copyrightText": sbom.Skipped, "comment": sbom.Skipped,
	"noticeText": sbom.Skipped, "fileContributors": sbom.Skipped, "attributionTexts": sbom.Skipped, "annotations": sbom.Skipped, "artifactOfs": sbom.Skipped, "artifactOf": sbom.Skipped,
	"fileDependencies": sbom.Skipped, "ranges": sbom.Skipped, "snippetFromFile": sbom.Skipped, "relationships": sbom.Skipped, "checksum": sbom.Skipped, "sha1": sbom.Skipped, "copyright": sbom.Skipped,
})

// elements notes the ids of a list of files or snippets. Files are counted; they may be inside a package, and drafts of SPDX 2.1 refer to them by id.
func (j *jsonReader) elements(what string, class int32) {
	for l, ok := j.Elements(what); ok && j.Element(&l); {
		if j.Dec.PeekKind() == '"' {
			j.addElement(j.Bytes(), class)
		} else if j.Enter("one of the " + what) {
			j.oneElement(class)
		}
	}
}

// oneElement reads a file or snippet, its brace being read, and gives its id.
func (j *jsonReader) oneElement(class int32) string {
	o := sbom.Object{Fields: elementFields}
	id, nested := "", false
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case elemID:
			id = j.Text()
		case elemFile:
			if j.Enter("a file") {
				id = j.oneElement(class)
				nested = true
			}
		}
	}
	if j.Err == nil && !nested {
		j.addElement([]byte(id), class)
	}
	return id
}

func (j *jsonReader) addElement(id []byte, class int32) {
	if class == sbom.IsFile {
		j.b.Doc.Files++
	}
	j.b.Mark(id, class)
}

const (
	inPackage sbom.Field = iota + 1
	inFile
)

var nestedFields = sbom.FieldsOf(7, "an element of documentDescribes", map[string]sbom.Field{"Package": inPackage, "File": inFile})

// described reads {"Package": {…}} or {"File": {…}} in documentDescribes, as drafts of SPDX 2.1 have it.
func (j *jsonReader) described(at sbom.Place) {
	o := sbom.Object{Fields: nestedFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch {
		case f == inPackage && j.Enter("a package"):
			if d := j.pack(at); d.HasID {
				j.b.Roots = append(j.b.Roots, d.ID)
			}
		case f == inFile && j.Enter("a file"):
			j.b.Describe([]byte(j.oneElement(sbom.IsFile)))
		}
	}
}

const (
	relFrom sbom.Field = iota + 1
	relType
	relTo
	relToDraft // in drafts of SPDX 2.1 a relationship stands in its subject and names the other end only
)

var relationFields = sbom.FieldsOf(8, "a relationship", map[string]sbom.Field{"spdxElementId": relFrom, "relationshipType": relType, "relatedSpdxElement": relTo, "relatedSpdxElementId": relToDraft, "comment": sbom.Skipped, "annotations": sbom.Skipped})

// relationships reads a list of relationships; subject is the id of the element that it stands in.
func (j *jsonReader) relationships(subject string) {
	for l, ok := j.Elements("relationships"); ok && j.Element(&l); {
		if !j.Enter("a relationship") {
			continue
		}
		if j.b.Doc.Relations >= j.b.Limits.Relationships {
			j.Err = sbom.TooManyRelationships(j.b.Limits.Relationships)
			return
		}
		j.relationship(subject, l.Index)
	}
}

func (j *jsonReader) relationship(subject string, index int) {
	const none = -1
	from, to, known := int32(none), int32(none), false
	var rel sbom.Relation
	o := sbom.Object{Fields: relationFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		text := j.Bytes()
		switch {
		case len(text) == 0:
		case f == relFrom:
			from = j.b.IDs.Number(text)
		case f == relTo:
			to = j.b.IDs.Number(text)
		case f == relToDraft && subject != "":
			from, to = j.b.IDs.Number([]byte(subject)), j.b.IDs.Number(text)
		case f == relType:
			rel, known = j.relationType(text), true
		}
	}
	switch {
	case j.Err != nil:
	case from == none || to == none || !known:
		j.b.Doc.Relations++
		j.b.Notes.Add("incomplete-relationship", j.Pointer(), "The relationship does not name both elements and its type; it was left out.")
	default:
		j.b.AddRelation(from, to, rel, index)
	}
}

func (j *jsonReader) relationType(text []byte) sbom.Relation {
	if rel, ok := relations[string(text)]; ok {
		return rel
	}
	rel, name, rule := relationOf(string(text))
	if rule != "" {
		j.b.Notes.Add(rule, j.Pointer(), "The relationship type %s was read as %s.", sbom.Quote(string(text)), name)
	}
	return rel
}
