package spdx

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// builder makes the neutral document out of what any of the readers has read. All rules about values, ids and
// relationships are here and in values.go, so that every notation is judged alike.
type builder struct {
	doc   *models.SBOMDocument
	lim   Limits
	each  func(*models.SBOMPackage) error
	notes *findings
	ids   *idTable

	roots     []int32 // ids that the document describes
	pending   []pendingRelation
	extracts  map[string]bool   // ids of the licence texts
	refs      map[string]bool   // ids of licence texts that packages refer to
	parties   map[string]string // suppliers met before that gave no finding, and their names
	textBytes int
	sawInfo   bool // creationInfo was there
}

// pendingRelation is a relationship of which an end had not been seen when it was read.
type pendingRelation struct {
	from, to  int32 // ids
	index     int32 // for its pointer
	kind      models.EdgeKind
	describes bool
}

// draft is a package as stated, before it is judged; the builder fills the package in from it.
type draft struct {
	pkg         *models.SBOMPackage // Supplier and the like as stated
	id          int32               // number of its id, as given by identify
	hasID       bool
	oddID       bool   // the id does not begin with SPDXRef-
	fileName    string // SPDX packageFileName
	summary     string
	description string
	purls, cpes []string
	checksums   []statedChecksum
}

// fresh empties a draft for the next package; its lists keep their room.
func (d *draft) fresh() {
	*d = draft{pkg: &models.SBOMPackage{}, purls: d.purls[:0], cpes: d.cpes[:0], checksums: d.checksums[:0]}
}

type statedChecksum struct{ algorithm, value string }

// place says where the fields of one object stand in the document.
type place interface {
	of(field string) string // field is spelt as in SPDX JSON; "" is the object itself
}

// jsonPlace is an element of a list; its pointer is made only when a finding wants it.
type jsonPlace struct {
	list  string
	index int
}

func (p jsonPlace) of(field string) string {
	pointer := p.list + "/" + strconv.Itoa(p.index)
	if field == "" {
		return pointer
	}
	return pointer + "/" + field
}

func newBuilder(lim Limits, notes *findings, each func(*models.SBOMPackage) error) *builder {
	return &builder{doc: &models.SBOMDocument{}, lim: lim, each: each, notes: notes, ids: newIDTable(), extracts: map[string]bool{}, parties: map[string]string{}, refs: map[string]bool{}}
}

// addPackage judges a draft and hands the package over.
func (b *builder) addPackage(d *draft, place place) error {
	p := d.pkg
	if b.isEmpty(d) {
		b.notes.add("empty-package", place.of(""), "A package states neither name nor id nor anything to know it by; it was left out.")
		return nil
	}
	if b.doc.Packages >= b.lim.Packages {
		return tooLarge("sbom-too-many-packages", "The document has more than %d packages. Split it, or ask the administrator to raise the limit.", b.lim.Packages)
	}
	p.Ordinal = int32(b.doc.Packages)
	b.doc.Packages++
	b.know(d, place)
	p.Version = b.version(p.Version, place)
	p.Supplier = b.party(p.Supplier, place, "supplier")
	p.Originator = b.party(p.Originator, place, "originator")
	p.Declared = strings.TrimSpace(p.Declared)
	p.Concluded = strings.TrimSpace(p.Concluded)
	b.noteRefs(p.Declared)
	b.noteRefs(p.Concluded)
	p.Copyright = strings.TrimSpace(p.Copyright)
	if p.Copyright == "NOASSERTION" {
		p.Copyright = ""
	}
	p.Purpose = b.purpose(p.Purpose, place)
	p.Description = cut(d.summary, 500)
	if p.Description == "" {
		p.Description = cut(d.description, 500)
	}
	if len(d.checksums) > 0 {
		p.Checksums = make([]models.Checksum, 0, len(d.checksums))
	}
	for i, sum := range d.checksums {
		if c, ok := b.checksum(sum, place, i); ok {
			p.Checksums = append(p.Checksums, c)
		}
	}
	b.name(d, place)
	return b.each(p)
}

func (b *builder) isEmpty(d *draft) bool {
	p := d.pkg
	return p.Name == "" && !d.hasID && p.Version == "" && d.fileName == "" && len(d.purls) == 0 && len(d.cpes) == 0 &&
		p.Declared == "" && p.Concluded == "" && p.Supplier == "" && len(d.checksums) == 0
}

// know registers the package's id and reads its package URLs and CPEs.
func (b *builder) know(d *draft, place place) {
	p := d.pkg
	if d.hasID {
		b.register(d, place)
	} else {
		b.notes.add("missing-spdxid", place.of(""), "The package %s has no SPDXID; it was kept, but no relationship can name it.", quote(p.Name))
	}
	for _, text := range d.purls {
		b.purl(p, text, place)
	}
	for _, cpe := range d.cpes {
		if len(cpe) < 4 || !strings.EqualFold(cpe[:4], "cpe:") {
			b.notes.add("bad-cpe", place.of("externalRefs"), "%s is not a CPE; it was left out.", quote(cpe))
			continue
		}
		p.CPEs = append(p.CPEs, cpe)
	}
}

func (b *builder) purl(p *models.SBOMPackage, text string, place place) {
	if text == "" || text == "NOASSERTION" || text == "NONE" {
		return
	}
	purl, err := packages.ParsePURL(text)
	if err != nil {
		b.notes.add("unreadable-purl", place.of("externalRefs"), "A package URL was left out: %v.", err)
		return
	}
	if len(purl.Repairs) > 0 {
		b.notes.add("purl-repaired", place.of("externalRefs"), "The package URL %s was repaired. %s", quote(text), strings.Join(purl.Repairs, " "))
	}
	canonical := text
	if !isCanonical(text, purl) {
		canonical = purl.String()
	}
	switch {
	case p.PURL == "":
		p.PURL = canonical
	case canonical != p.PURL:
		b.notes.add("several-purls", place.of("externalRefs"), "The package has the package URL %s besides %s; the latter was taken.", quote(canonical), quote(p.PURL))
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

// identify notes the id that a package states.
func (b *builder) identify(d *draft, id []byte) {
	if len(bytes.TrimSpace(id)) == 0 {
		return
	}
	d.id, d.hasID = b.ids.number(id), true
	d.oddID = !hasPrefix(id, "SPDXRef-") && !bytes.Contains(id, []byte("#SPDXRef-"))
	d.pkg.Ref = string(b.ids.bytes(d.id))
}

// register lets relationships find a package under its id.
func (b *builder) register(d *draft, place place) {
	if d.oddID {
		b.notes.add("spdxid-form", place.of("SPDXID"), "The id %s does not begin with SPDXRef-; it was taken as it stands.", quote(d.pkg.Ref))
	}
	switch b.ids.class[d.id] {
	case isUnknown, isExternal, isSpecial:
		b.ids.class[d.id] = d.pkg.Ordinal
	default:
		b.notes.add("duplicate-spdxid", place.of("SPDXID"), "The id %s is in use already; both elements were kept, relationships refer to the first.", quote(b.ids.name(d.id)))
	}
}

// name finds a name for a package that states none.
func (b *builder) name(d *draft, place place) {
	p := d.pkg
	p.Name = strings.TrimSpace(p.Name)
	if p.Name != "" {
		return
	}
	from := "file name"
	p.Name = d.fileName
	if p.Name == "" && p.PURL != "" {
		from, p.Name = "package URL", p.PURL
	}
	if p.Name == "" {
		from, p.Name = "SPDXID", p.Ref
	}
	if p.Name == "" {
		from, p.Name = "number in the document", "package "+strconv.Itoa(int(p.Ordinal))
	}
	b.notes.add("missing-name", place.of("name"), "The package has no name; its %s %s was taken.", from, quote(p.Name))
}

func (b *builder) registerQuietly(id []byte, class int32) {
	if len(id) == 0 {
		return
	}
	if n := b.ids.number(id); b.ids.class[n] == isUnknown {
		b.ids.class[n] = class
	}
}

// describe notes that the document describes the element.
func (b *builder) describe(id []byte) {
	if len(bytes.TrimSpace(id)) > 0 {
		b.roots = append(b.roots, b.ids.number(id))
	}
}

// addRelation notes a relationship between two ids, as numbered by the id table.
func (b *builder) addRelation(from, to int32, rel relation, index int) {
	b.doc.Relations++
	if rel.inverse {
		from, to = to, from
	}
	one, other := b.ids.class[from], b.ids.class[to]
	switch {
	case one >= 0 && other >= 0 && from != to:
		b.addEdge(one, other, rel.kind)
	case one == isDocument && rel.describes:
		b.roots = append(b.roots, to)
	case (one == isFile && other != isUnknown) || (other == isFile && one != isUnknown):
		// Between files, and from packages to files: counted only.
	default:
		b.pending = append(b.pending, pendingRelation{from, to, int32(index), rel.kind, rel.describes})
	}
}

// relate notes a relationship stated as text; pointer is where findings about it point, index what finish makes a pointer of.
func (b *builder) relate(from, kind, to string, index int, pointer string) error {
	if b.doc.Relations >= b.lim.Relationships {
		return tooManyRelationships(b.lim.Relationships)
	}
	if from == "" || kind == "" || to == "" {
		b.doc.Relations++
		b.notes.add("incomplete-relationship", pointer, "The relationship does not name both elements and its type; it was left out.")
		return nil
	}
	rel, name, rule := relationOf(kind)
	if rule != "" {
		b.notes.add(rule, pointer, "The relationship type %s was read as %s.", quote(kind), name)
	}
	b.addRelation(b.ids.number([]byte(from)), b.ids.number([]byte(to)), rel, index)
	return nil
}

func (b *builder) addEdge(from, to int32, kind models.EdgeKind) {
	b.doc.Edges = append(b.doc.Edges, models.Edge{From: from, To: to, Kind: kind})
}

// noteRefs remembers which licence texts an expression refers to. (Those in other documents, DocumentRef-x:LicenseRef-y, are not looked for.)
func (b *builder) noteRefs(expression string) {
	const prefix, most = "LicenseRef-", 10_000
	for {
		before, rest, found := strings.Cut(expression, prefix)
		if !found || len(b.refs) >= most {
			return
		}
		end := strings.IndexFunc(rest, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-'
		})
		if end < 0 {
			end = len(rest)
		}
		if !strings.HasSuffix(before, ":") && !b.refs[prefix+rest[:end]] {
			b.refs[prefix+rest[:end]] = true
		}
		expression = rest[end:]
	}
}

// addExtract keeps a licence text that the document brings along.
func (b *builder) addExtract(x models.Extract, pointer string) {
	switch {
	case x.Ref == "":
		b.notes.add("incomplete-licence-text", pointer, "A licence text has no id; it was passed over.")
		return
	case b.extracts[x.Ref]:
		b.notes.add("duplicate-licence-text", pointer, "There is already a licence text %s; the first was kept.", quote(x.Ref))
		return
	case b.textBytes+len(x.Text) > b.lim.TextBytes:
		b.notes.add("licence-text-left-out", pointer, "With the text of %s all licence texts are larger than %s; it was left out.", quote(x.Ref), size(int64(b.lim.TextBytes)))
		x.Text = ""
	case strings.TrimSpace(x.Text) == "":
		b.notes.add("incomplete-licence-text", pointer, "%s has no text.", quote(x.Ref))
	}
	if x.Name == "NOASSERTION" {
		x.Name = ""
	}
	b.textBytes += len(x.Text)
	b.extracts[x.Ref] = true
	b.doc.Extracted = append(b.doc.Extracted, x)
}
