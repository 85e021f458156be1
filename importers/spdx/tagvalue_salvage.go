package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// tagReader salvages a tag-value document line by line: each line that cannot be used becomes a finding, and no more than that line is lost.
type tagReader struct {
	tagLines
	b *builder

	shaped    bool // an SPDXID was met
	section   section
	sawID     bool        // the element at hand has its id
	nextID    string      // an id that stood before the element it belongs to
	pkg       *sbom.Draft // the package at hand; it stays at hand while its files are listed
	at        *tagPlace
	extract   *models.Extract
	extractAt int
}

type section int

const (
	inHeader section = iota
	inPackages
	inFiles
	inSnippets
	inLicenses
)

// tagPlace knows on which line each field of a package stands.
type tagPlace struct {
	start int
	lines [pkgSource + 1]int
}

// Of gives the line of a field.
func (p *tagPlace) Of(name string) string {
	name, _, _ = strings.Cut(name, "/")
	if f, known := packageFields.Number(name); known && p.lines[f] > 0 {
		return linePlace(p.lines[f]).Of("")
	}
	return linePlace(p.start).Of("")
}

func newTagReader(data []byte, b *builder) *tagReader {
	return &tagReader{tagLines: tagLines{rest: data}, b: b}
}

func (t *tagReader) read() error {
	for t.next() {
		if t.open {
			t.b.Notes.Add("unreadable-line", t.place(), "<text> is not closed; the rest of its line was taken.")
		}
		if err := t.take(); err != nil {
			return err
		}
	}
	t.endLicense()
	if err := t.endPackage(); err != nil {
		return err
	}
	if t.b.Doc.SpecVersion == "" && !t.shaped {
		return sbom.NotAnSBOM("The file has lines like those of SPDX tag-value, but neither SPDXVersion nor any SPDXID.")
	}
	return nil
}

func (t *tagReader) place() string { return linePlace(t.line).Of("") }

// take reads one line.
func (t *tagReader) take() error {
	if len(t.raw) > t.b.Limits.StringLength {
		return sbom.TooLarge("sbom-string-too-long", "The value on line %d is longer than %s. Shorten it, or ask the administrator to raise the limit.", t.line, sbom.Size(int64(t.b.Limits.StringLength)))
	}
	if t.tag == "" {
		t.b.Notes.Add("unreadable-line", t.place(), "%s is not a tag with a value; it was left out.", sbom.Quote(string(t.raw)))
		return nil
	}
	if f, ok := packageTags[t.tag]; ok {
		t.packageLine(f)
		return nil
	}
	if handle, ok := otherTags[t.tag]; ok {
		return handle(t, t.value())
	}
	if what, ok := originalTags[t.tag]; ok {
		t.misplaced(what)
		return nil
	}
	if right, ok := nearestTag(t.tag); ok {
		t.b.Notes.Add("field-spelling", t.place(), "%s was read as %s.", sbom.Quote(t.tag), sbom.Quote(right))
		t.tag = right
		return t.take()
	}
	t.b.Notes.Once("unknown-field", t.tag, t.place(), "SPDX has no tag %s; it was not read, here and elsewhere.", sbom.Quote(t.tag))
	return nil
}

func (t *tagReader) header(into *string, value string) error {
	if *into != "" && *into != value {
		t.b.Notes.Add("duplicate-field", t.place(), "%s stands twice; the last value was taken.", sbom.Quote(t.tag))
	}
	*into = value
	return nil
}

func (t *tagReader) creator(value string) error {
	t.b.sawInfo = true
	t.b.creator(value, t.place())
	return nil
}

func (t *tagReader) created(value string) error {
	t.b.sawInfo = true
	if value != "" {
		t.b.Created(value, t.place())
	}
	return nil
}

// id takes an SPDXID for the element at hand, or for the next one when that has its own.
func (t *tagReader) id(value string) error {
	t.shaped = true
	switch {
	case value == "":
		t.b.Notes.Add("empty-value", t.place(), "The SPDXID is empty.")
	case t.sawID || t.section == inLicenses || t.section == inSnippets:
		t.nextID = value
		t.b.Notes.Once("misplaced-tag", "SPDXID", t.place(), "The SPDXID %s stands before its element; it was taken for the element that follows, here and elsewhere.", sbom.Quote(value))
	case t.section == inHeader:
		t.b.Mark([]byte(value), sbom.IsDocument)
		t.sawID = true
	case t.section == inPackages:
		t.b.identify(t.pkg, []byte(value))
		t.at.lines[pkgID] = t.line
		t.sawID = true
	case t.section == inFiles:
		t.b.Mark([]byte(value), sbom.IsFile)
		t.sawID = true
	}
	return nil
}

// enter starts an element, whose id may have stood before it.
func (t *tagReader) enter(s section) error {
	t.section, t.sawID = s, false
	if t.nextID == "" {
		return nil
	}
	id := t.nextID
	t.nextID = ""
	return t.id(id)
}

func (t *tagReader) startPackage(name string) error {
	t.endLicense()
	if err := t.endPackage(); err != nil {
		return err
	}
	t.pkg = &sbom.Draft{Package: &models.SBOMPackage{Name: name}}
	t.at = &tagPlace{start: t.line}
	t.at.lines[pkgName] = t.line
	return t.enter(inPackages)
}

func (t *tagReader) endPackage() error {
	if t.pkg == nil {
		return nil
	}
	d := t.pkg
	t.pkg = nil
	return t.b.addPackage(d, t.at)
}

func (t *tagReader) startFile(string) error {
	t.endLicense()
	t.b.Doc.Files++
	return t.enter(inFiles)
}

func (t *tagReader) startSnippet(id string) error {
	t.endLicense()
	t.b.Mark([]byte(id), sbom.IsSnippet)
	t.section, t.sawID = inSnippets, true
	return nil
}

func (t *tagReader) startLicense(id string) error {
	t.endLicense()
	t.extract, t.extractAt = &models.Extract{Ref: id}, t.line
	t.section = inLicenses
	return nil
}

func (t *tagReader) licenseName(name string) error {
	if t.extract != nil {
		t.extract.Name = name
	}
	return nil
}

func (t *tagReader) licenseText(text string) error {
	if t.extract != nil {
		t.extract.Text = text
	}
	return nil
}

func (t *tagReader) endLicense() {
	if t.extract != nil {
		t.b.AddExtract(*t.extract, linePlace(t.extractAt).Of(""))
		t.extract = nil
	}
}

// relationship reads "SPDXRef-a CONTAINS SPDXRef-b".
func (t *tagReader) relationship(value string) error {
	parts := strings.Fields(value)
	if len(parts) < 3 {
		parts = append(parts, "", "", "")
	}
	return t.b.relate(parts[0], parts[1], parts[2], t.line, t.place())
}

// misplaced notes a tag of a package that stands elsewhere, and reports whether there is no package to take it for.
func (t *tagReader) misplaced(what string) bool {
	switch {
	case what != "a package":
	case t.pkg == nil:
		t.b.Notes.Add("misplaced-tag", t.place(), "%s stands outside of any package; it was left out.", sbom.Quote(t.tag))
		return true
	case t.section != inPackages:
		t.b.Notes.Once("misplaced-tag", t.tag, t.place(), "%s stands behind the section of its package; it was taken for the package before, here and elsewhere.", sbom.Quote(t.tag))
	}
	return false
}

// packageLine reads one line of a package.
func (t *tagReader) packageLine(f sbom.Field) {
	if t.misplaced("a package") {
		return
	}
	if t.at.lines[f] > 0 && f != pkgChecksums && f != pkgRefs {
		t.b.Notes.Add("duplicate-field", t.place(), "%s stands twice in a package; the last value was taken.", sbom.Quote(t.tag))
	}
	t.at.lines[f] = t.line
	t.packageValue(f, t.value())
}

func (t *tagReader) packageValue(f sbom.Field, value string) {
	p := t.pkg.Package
	switch f {
	case pkgVersion:
		p.Version = value
	case pkgFileName:
		p.FileName = value
	case pkgSupplier, pkgOriginator:
		t.supplier(f, value)
	case pkgDownload:
		p.Download = value
	case pkgSource:
		p.Source = value
	case pkgHomepage:
		p.Homepage = value
	case pkgConcluded:
		p.Concluded = value
	case pkgDeclared:
		p.Declared = value
	case pkgCopyright:
		p.Copyright = value
	case pkgSummary:
		t.pkg.Summary = value
	case pkgDescription:
		t.pkg.Description = value
	case pkgPurpose:
		p.Purpose = value
	case pkgChecksums:
		algorithm, digest, _ := strings.Cut(value, ":")
		t.pkg.Checksums = append(t.pkg.Checksums, sbom.StatedChecksum{Algorithm: algorithm, Value: digest})
	case pkgRefs:
		t.reference(value)
	}
}

func (t *tagReader) supplier(f sbom.Field, value string) {
	if value == "" {
		t.b.Notes.Add("bad-supplier", t.place(), "%s is empty; it was read as unknown.", sbom.Quote(t.tag))
	}
	if f == pkgSupplier {
		t.pkg.Package.Supplier = value
	} else {
		t.pkg.Package.Originator = value
	}
}

// reference reads "PACKAGE-MANAGER purl Package:npm/left-pad@1.3.0".
func (t *tagReader) reference(value string) {
	parts := strings.Fields(value)
	if len(parts) < 3 {
		t.b.Notes.Add("value-left-out", t.place(), "The external reference %s does not have a category, a type and a locator; it was left out.", sbom.Quote(value))
		return
	}
	t.b.reference(t.pkg, parts[0], parts[1], strings.Join(parts[2:], " "))
}
