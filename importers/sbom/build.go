package sbom

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// Builder makes the neutral document out of what a reader of any format has read. The rules about values, ids and
// relationships that all formats share are here, so that every one is judged alike.
type Builder struct {
	Doc    *models.SBOMDocument
	Limits Limits
	Notes  *Findings
	IDs    *IDTable
	Roots  []int32 // ids that the document describes
	Words  Dialect

	each      func(*models.SBOMPackage) error
	pending   []pendingRelation
	extracts  map[string]bool // ids of the licence texts
	licenses  map[uint64]bool // licences read already, by hash
	refs      map[string]bool // ids of licence texts that packages refer to
	textBytes int
}

// Dialect is how a format calls what the shared findings speak of.
type Dialect struct {
	Format      string // "SPDX"
	ID          string // what elements are known by: "SPDXID", "bom-ref"
	MissingID   string // rule for a package without one
	DuplicateID string // rule for two elements with the same
	NoRoot      string // rule for a document that does not say what it describes
	NoPackages  string // rule for a document without packages
	Refs        string // field in which package URLs stand: "externalRefs"
	CPE         string // field in which CPEs stand; "" is Refs
	Version     string // "versionInfo"
	Checksums   string // "checksums"
	Offsets     bool   // dates may have offsets and fractions of seconds, as RFC 3339 has them
	Declared    string // "licenseDeclared"
	Concluded   string // "licenseConcluded"
}

// pendingRelation is a relationship of which an end had not been seen when it was read.
type pendingRelation struct {
	from, to  int32 // ids
	index     int32 // for its pointer
	kind      models.EdgeKind
	describes bool
}

// Relation is what a relationship says in active voice.
type Relation struct {
	Kind      models.EdgeKind
	Inverse   bool // the words run from the object to the subject: A DEPENDENCY_OF B is B DEPENDS_ON A
	Describes bool // between a document and what it is about
}

// Draft is a package as stated, before it is judged; AddPackage fills the package in from it.
type Draft struct {
	Package     *models.SBOMPackage
	ID          int32 // number of its id, as given by Identify
	HasID       bool
	OddID       bool   // the id is not formed as the format wants
	FileName    string // a name to fall back on
	Summary     string
	Description string
	PURLs, CPEs []string
	Checksums   []StatedChecksum
}

// Fresh empties a draft for the next package; its lists keep their room.
func (d *Draft) Fresh() {
	*d = Draft{Package: &models.SBOMPackage{}, PURLs: d.PURLs[:0], CPEs: d.CPEs[:0], Checksums: d.Checksums[:0]}
}

// StatedChecksum is a digest as a document has it.
type StatedChecksum struct{ Algorithm, Value string }

// Place says where the fields of one object stand in the document.
type Place interface {
	Of(field string) string // field is spelt as in the document; "" is the object itself
}

// JSONPlace is an element of a list; its pointer is made only when a finding wants it.
type JSONPlace struct {
	List  string
	Index int
}

// Of gives the JSON Pointer of a field.
func (p JSONPlace) Of(field string) string {
	pointer := p.List + "/" + strconv.Itoa(p.Index)
	if field == "" {
		return pointer
	}
	return pointer + "/" + field
}

// NewBuilder makes a Builder for one document; Read does so for readers.
func NewBuilder(lim Limits, notes *Findings, each func(*models.SBOMPackage) error) *Builder {
	return &Builder{Words: Dialect{NoRoot: "no-root", NoPackages: "no-packages"}, Doc: &models.SBOMDocument{}, Limits: lim, each: each, Notes: notes, IDs: NewIDTable(), extracts: map[string]bool{}, licenses: map[uint64]bool{}, refs: map[string]bool{}}
}

// AddPackage judges a draft and hands the package over. Supplier, Originator, Purpose and the licences of d.Package are
// taken as they are; readers have made of them what their format means.
func (b *Builder) AddPackage(d *Draft, place Place) error {
	p := d.Package
	if b.isEmpty(d) {
		b.Notes.Add("empty-package", place.Of(""), "A package states neither name nor id nor anything to know it by; it was left out.")
		return nil
	}
	if b.Doc.Packages >= b.Limits.Packages {
		return TooManyPackages(b.Limits.Packages)
	}
	p.Ordinal = int32(b.Doc.Packages)
	b.Doc.Packages++
	b.know(d, place)
	if p.Version == "NOASSERTION" {
		p.Unknowns |= models.UnknownVersion
	}
	p.Version = b.version(p.Version, place)
	p.Declared = strings.TrimSpace(p.Declared)
	p.Concluded = strings.TrimSpace(p.Concluded)
	b.readLicense(p.Declared, place, b.Words.Declared)
	b.readLicense(p.Concluded, place, b.Words.Concluded)
	if p.FileName == "NOASSERTION" {
		p.FileName = ""
		p.Unknowns |= models.UnknownFileName
	}
	p.Copyright = strings.TrimSpace(p.Copyright)
	if p.Copyright == "NOASSERTION" {
		p.Copyright = ""
		p.Unknowns |= models.UnknownCopyright
	}
	if p.Download == "NOASSERTION" {
		p.Unknowns |= models.UnknownDownload
	}
	p.Description = Cut(d.Summary, 500)
	if p.Description == "" {
		p.Description = Cut(d.Description, 500)
	}
	if len(d.Checksums) > 0 {
		p.Checksums = make([]models.Checksum, 0, len(d.Checksums))
	}
	for i, sum := range d.Checksums {
		if c, ok := b.checksum(sum, place, i); ok {
			p.Checksums = append(p.Checksums, c)
		}
	}
	b.name(d, place)
	return b.each(p)
}

func (b *Builder) isEmpty(d *Draft) bool {
	p := d.Package
	return p.Name == "" && !d.HasID && p.Version == "" && d.FileName == "" && p.FileName == "" && len(d.PURLs) == 0 && len(d.CPEs) == 0 &&
		p.Declared == "" && p.Concluded == "" && p.Supplier == "" && len(d.Checksums) == 0
}

// know registers the package's id and reads its package URLs and CPEs.
func (b *Builder) know(d *Draft, place Place) {
	p := d.Package
	if d.HasID {
		b.register(d, place)
	} else {
		b.Notes.Add(b.Words.MissingID, place.Of(""), "The package %s has no %s; it was kept, but no relationship can name it.", Quote(p.Name), b.Words.ID)
	}
	for _, text := range d.PURLs {
		b.purl(p, text, place)
	}
	for _, cpe := range d.CPEs {
		if len(cpe) < 4 || !strings.EqualFold(cpe[:4], "cpe:") {
			b.Notes.Add("bad-cpe", place.Of(cmp.Or(b.Words.CPE, b.Words.Refs)), "%s is not a CPE; it was left out.", Quote(cpe))
			continue
		}
		p.CPEs = append(p.CPEs, cpe)
	}
}

func (b *Builder) purl(p *models.SBOMPackage, text string, place Place) {
	if text == "" || text == "NOASSERTION" || text == "NONE" {
		return
	}
	if p.PURL == "" && packages.PlainPURL(text) {
		p.PURL = text
		return
	}
	purl, err := packages.ParsePURL(text)
	if err != nil {
		b.Notes.Add("unreadable-purl", place.Of(b.Words.Refs), "A package URL was left out: %v.", err)
		return
	}
	if len(purl.Repairs) > 0 {
		b.Notes.Add("purl-repaired", place.Of(b.Words.Refs), "The package URL %s was repaired. %s", Quote(text), strings.Join(purl.Repairs, " "))
	}
	canonical := text
	if !isCanonical(text, purl) {
		canonical = purl.String()
	}
	switch {
	case p.PURL == "":
		p.PURL = canonical
	case canonical != p.PURL:
		b.Notes.Add("several-purls", place.Of(b.Words.Refs), "The package has the package URL %s besides %s; the latter was taken.", Quote(canonical), Quote(p.PURL))
	}
}

// isCanonical tells without making it that the canonical form of a package URL is the text it was read from: all parts stand in it
// in order, and none has a character that might have to be escaped.
func isCanonical(text string, p packages.PURL) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != '.' && c != '-' && c != '_' && c != '/' && c != '@' && (c != ':' || i != 3) {
			return false
		}
	}
	rest, ok := strings.CutPrefix(text, "pkg:")
	for _, part := range []struct{ before, text string }{{"", p.Type}, {"/", p.Namespace}, {"/", p.Name}, {"@", p.Version}} {
		if ok && part.text != "" {
			rest, ok = strings.CutPrefix(rest, part.before)
			if ok {
				rest, ok = strings.CutPrefix(rest, part.text)
			}
		}
	}
	return ok && rest == "" && strings.Count(text, "@") <= 1
}

// Identify notes the id that a package states, without blanks; an empty one is none.
func (b *Builder) Identify(d *Draft, id []byte) {
	if len(bytes.TrimSpace(id)) == 0 {
		return
	}
	d.ID, d.HasID = b.IDs.Number(id), true
	d.Package.Ref = string(b.IDs.Bytes(d.ID))
}

// register lets relationships find a package under its id.
func (b *Builder) register(d *Draft, place Place) {
	if d.OddID {
		b.Notes.Add("spdxid-form", place.Of(b.Words.ID), "The id %s does not begin with SPDXRef-; it was taken as it stands.", Quote(d.Package.Ref))
	}
	switch b.IDs.Class[d.ID] {
	case IsUnknown, IsExternal, IsSpecial:
		b.IDs.Class[d.ID] = d.Package.Ordinal
	default:
		b.Notes.Add(b.Words.DuplicateID, place.Of(b.Words.ID), "The id %s is in use already; both elements were kept, relationships refer to the first.", Quote(b.IDs.Name(d.ID)))
	}
}

// name finds a name for a package that states none.
func (b *Builder) name(d *Draft, place Place) {
	p := d.Package
	p.Name = strings.TrimSpace(p.Name)
	if p.Name != "" {
		return
	}
	from := "file name"
	p.Name = d.FileName
	if p.Name == "" {
		p.Name = p.FileName
	}
	if p.Name == "" && p.PURL != "" {
		from, p.Name = "package URL", p.PURL
	}
	if p.Name == "" {
		from, p.Name = b.Words.ID, p.Ref
	}
	if p.Name == "" {
		from, p.Name = "number in the document", "package "+strconv.Itoa(int(p.Ordinal))
	}
	b.Notes.Add("missing-name", place.Of("name"), "The package has no name; its %s %s was taken.", from, Quote(p.Name))
}

// Mark notes what an id stands for, unless that is known.
func (b *Builder) Mark(id []byte, class int32) {
	if len(id) == 0 {
		return
	}
	if n := b.IDs.Number(id); b.IDs.Class[n] == IsUnknown {
		b.IDs.Class[n] = class
	}
}

// Describe notes that the document describes the element.
func (b *Builder) Describe(id []byte) {
	if len(bytes.TrimSpace(id)) > 0 {
		b.Roots = append(b.Roots, b.IDs.Number(id))
	}
}
