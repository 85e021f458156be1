package spdx

import (
	"bytes"
	"fmt"

	tools "github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/tagvalue"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// libraryRead reads a whole tag-value document with spdx/tools-golang. The library knows no deadline: what bounds it is the size
// of data, which the caller has limited. A panic in it comes back as an error.
func libraryRead(data []byte) (doc *tools.Document, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			doc, err = nil, fmt.Errorf("it failed within: %v", caught)
		}
	}()
	return tagvalue.Read(bytes.NewReader(data))
}

// fromLibrary hands over what the library has read. lines tells where each SPDXID stands. The version is given apart because
// the library changes it to 2.3.
func (b *builder) fromLibrary(doc *tools.Document, version string, lines map[string]int) error {
	d := b.Doc
	d.SpecVersion, d.DataLicense, d.Name, d.Namespace, d.Comment = version, doc.DataLicense, doc.DocumentName, doc.DocumentNamespace, doc.DocumentComment
	b.Mark([]byte(doc.SPDXIdentifier), sbom.IsDocument)
	b.libraryCreation(doc)
	for _, p := range doc.Packages {
		if p == nil {
			b.Notes.Add("null-element", "", "A package is empty; it was passed over.")
			continue
		}
		d := b.libraryDraft(p)
		if id := string(p.PackageSPDXIdentifier); id != "" {
			b.identify(d, []byte("SPDXRef-"+id))
		}
		if err := b.addPackage(d, linePlace(lines["SPDXRef-"+string(p.PackageSPDXIdentifier)])); err != nil {
			return err
		}
		b.libraryFiles(p.Files)
	}
	b.libraryFiles(doc.Files)
	for _, s := range doc.Snippets {
		b.Mark([]byte(s.SnippetSPDXIdentifier), sbom.IsSnippet)
	}
	for _, l := range doc.OtherLicenses {
		if l != nil {
			b.AddExtract(models.Extract{Ref: l.LicenseIdentifier, Name: l.LicenseName, Text: l.ExtractedText}, linePlace(lines[l.LicenseIdentifier]).Of(""))
		}
	}
	for index, r := range doc.Relationships {
		if r == nil {
			continue
		}
		if err := b.relate(libraryID(r.RefA), r.Relationship, libraryID(r.RefB), index, ""); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) libraryCreation(doc *tools.Document) {
	info := doc.CreationInfo
	if info == nil {
		return
	}
	b.sawInfo = len(info.Creators) > 0 || info.Created != ""
	b.Doc.ListVersion, b.infoComment = info.LicenseListVersion, info.CreatorComment
	if info.Created != "" {
		b.Created(info.Created, "")
	}
	for _, c := range info.Creators {
		b.creator(c.CreatorType+": "+c.Creator, "")
	}
}

func (b *builder) libraryFiles(files []*tools.File) {
	for _, f := range files {
		if f != nil {
			b.Doc.Files++
			b.Mark([]byte(f.FileSPDXIdentifier), sbom.IsFile)
		}
	}
}

func (b *builder) libraryDraft(p *tools.Package) *sbom.Draft {
	d := &sbom.Draft{Summary: p.PackageSummary, Description: p.PackageDescription, Package: &models.SBOMPackage{
		Name: p.PackageName, Version: p.PackageVersion, Declared: p.PackageLicenseDeclared, Concluded: p.PackageLicenseConcluded,
		Copyright: p.PackageCopyrightText, Download: p.PackageDownloadLocation, Homepage: p.PackageHomePage, Purpose: p.PrimaryPackagePurpose,
		FileName: p.PackageFileName, Source: p.PackageSourceInfo,
	}}
	if s := p.PackageSupplier; s != nil {
		d.Package.Supplier = typed(s.SupplierType, s.Supplier)
	}
	if o := p.PackageOriginator; o != nil {
		d.Package.Originator = typed(o.OriginatorType, o.Originator)
	}
	for _, sum := range p.PackageChecksums {
		d.Checksums = append(d.Checksums, sbom.StatedChecksum{Algorithm: string(sum.Algorithm), Value: sum.Value})
	}
	for _, ref := range p.PackageExternalReferences {
		if ref != nil {
			b.reference(d, ref.Category, ref.RefType, ref.Locator)
		}
	}
	return d
}

func typed(kind, name string) string {
	if kind == "" {
		return name
	}
	return kind + ": " + name
}

func libraryID(id common.DocElementID) string {
	switch {
	case id.SpecialID != "":
		return id.SpecialID
	case id.DocumentRefID != "":
		return "DocumentRef-" + string(id.DocumentRefID) + ":SPDXRef-" + string(id.ElementRefID)
	case id.ElementRefID == "":
		return ""
	}
	return "SPDXRef-" + string(id.ElementRefID)
}
