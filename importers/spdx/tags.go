package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
)

// packageTags are the tags of SPDX 2.3, clause 7, that are kept, as the field of SPDX JSON that says the same.
var packageTags = map[string]sbom.Field{
	"PackageVersion": pkgVersion, "PackageFileName": pkgFileName, "PackageSupplier": pkgSupplier, "PackageOriginator": pkgOriginator,
	"PackageDownloadLocation": pkgDownload, "PackageChecksum": pkgChecksums, "PackageHomePage": pkgHomepage, "PackageLicenseConcluded": pkgConcluded,
	"PackageLicenseDeclared": pkgDeclared, "PackageCopyrightText": pkgCopyright, "PackageSummary": pkgSummary, "PackageDescription": pkgDescription,
	"ExternalRef": pkgRefs, "PrimaryPackagePurpose": pkgPurpose, "PackageSourceInfo": pkgSource,
}

// otherTags are all the rest of SPDX 2.3 that is kept or leads to what is.
var otherTags = map[string]func(*tagReader, string) error{
	"SPDXVersion":        func(t *tagReader, v string) error { return t.header(&t.b.Doc.SpecVersion, v) },
	"DataLicense":        func(t *tagReader, v string) error { return t.header(&t.b.Doc.DataLicense, v) },
	"DocumentName":       func(t *tagReader, v string) error { return t.header(&t.b.Doc.Name, v) },
	"DocumentNamespace":  func(t *tagReader, v string) error { return t.header(&t.b.Doc.Namespace, v) },
	"DocumentComment":    func(t *tagReader, v string) error { return t.header(&t.b.Doc.Comment, v) },
	"CreatorComment":     func(t *tagReader, v string) error { return t.header(&t.b.infoComment, v) },
	"LicenseListVersion": func(t *tagReader, v string) error { return t.header(&t.b.Doc.ListVersion, v) },
	"Creator":            (*tagReader).creator,
	"Created":            (*tagReader).created,
	"SPDXID":             (*tagReader).id,
	"PackageName":        (*tagReader).startPackage,
	"FileName":           (*tagReader).startFile,
	"SnippetSPDXID":      (*tagReader).startSnippet,
	"LicenseID":          (*tagReader).startLicense,
	"LicenseName":        (*tagReader).licenseName,
	"ExtractedText":      (*tagReader).licenseText,
	"Relationship":       (*tagReader).relationship,
}

// originalTags are the tags that are not kept, with what they say something of.
var originalTags = map[string]string{
	"FilesAnalyzed": "a package", "PackageVerificationCode": "a package", "PackageLicenseInfoFromFiles": "a package", "PackageLicenseComments": "a package",
	"PackageComment": "a package", "PackageAttributionText": "a package", "ReleaseDate": "a package", "BuiltDate": "a package", "ValidUntilDate": "a package",
	"ExternalRefComment": "an external reference", "RelationshipComment": "a relationship", "LicenseCrossReference": "a licence text", "LicenseComment": "a licence text",
	"ExternalDocumentRef": "the document", "Annotator": "the document", "AnnotationDate": "the document", "AnnotationType": "the document", "SPDXREF": "the document",
	"AnnotationComment": "the document", "Reviewer": "the document", "ReviewDate": "the document", "ReviewComment": "the document",
	"FileType": aFile, "FileChecksum": aFile, "LicenseConcluded": aFile, "LicenseInfoInFile": aFile, "LicenseComments": aFile, "FileCopyrightText": aFile,
	"FileComment": aFile, "FileNotice": aFile, "FileContributor": aFile, "FileAttributionText": aFile, "FileDependency": aFile, "ArtifactOfProjectName": aFile,
	"ArtifactOfProjectHomePage": aFile, "ArtifactOfProjectURI": aFile, "SnippetFromFileSPDXID": aFile, "SnippetByteRange": aFile, "SnippetLineRange": aFile,
	"SnippetLicenseConcluded": aFile, "LicenseInfoInSnippet": aFile, "SnippetLicenseComments": aFile, "SnippetCopyrightText": aFile, "SnippetComment": aFile,
	"SnippetName": aFile, "SnippetAttributionText": aFile,
}

const aFile = "a file or snippet"

// nearestTag finds a tag that is right but for its case.
func nearestTag(tag string) (string, bool) {
	for right := range packageTags {
		if strings.EqualFold(right, tag) {
			return right, true
		}
	}
	for right := range otherTags {
		if strings.EqualFold(right, tag) {
			return right, true
		}
	}
	for right := range originalTags {
		if strings.EqualFold(right, tag) {
			return right, true
		}
	}
	return "", false
}
