package spdx

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// ldFile3 is the deployable file of a package.
type ldFile3 struct {
	name   string
	hashes []sbom.StatedChecksum
	traits models.Trait
}

// findArtifacts reads the files that packages are distributed as.
func (j *ldReader) findArtifacts(f *ldFacts) error {
	if len(f.files) == 0 {
		return nil
	}
	return j.kept.walk(func(r *ldRecord) error {
		if _, wanted := f.files[r.id]; !wanted || r.kind == ldPackage {
			return nil
		}
		file := ldFile3{name: string(r.bytes())}
		file.hashes = j.hashes(r, nil)
		for _, id := range r.ids(nil) {
			if p, known := j.parts[id]; known && p.kind == ldHash {
				file.hashes = append(file.hashes, sbom.StatedChecksum{Algorithm: p.name, Value: p.value})
			}
		}
		file.traits = traitsOf(r)
		f.files[r.id] = file
		return nil
	})
}

// traitsOf reads what kind of file it is. BSI TR-03183-2 has additionalPurpose name what holds, so that a list that is there says of
// what it does not name that it does not hold.
func traitsOf(r *ldRecord) models.Trait {
	var purposes []string
	for range r.count() {
		purposes = append(purposes, string(r.bytes()))
	}
	if stated := r.count() == 1; !stated {
		return 0
	}
	traits := models.NotExecutable | models.NotArchive
	if slices.Contains(purposes, "executable") {
		traits = traits&^models.NotExecutable | models.Executable
	}
	if slices.Contains(purposes, "archive") {
		traits = traits&^models.NotArchive | models.Archive
	}
	switch {
	case slices.Contains(purposes, "container"):
		traits |= models.Structured
	case slices.Contains(purposes, "firmware"):
		traits |= models.Unstructured
	}
	return traits
}

func (j *ldReader) hashes(r *ldRecord, into []sbom.StatedChecksum) []sbom.StatedChecksum {
	for range r.count() {
		algorithm, value := r.hash()
		into = append(into, sbom.StatedChecksum{Algorithm: j.Known(algorithm), Value: string(value)})
	}
	return into
}

// handOver completes each package with what relationships say of it.
func (j *ldReader) handOver(f *ldFacts) error {
	var d sbom.Draft
	var ids []int32
	at := int32(0)
	return j.kept.walk(func(r *ldRecord) error {
		if r.kind != ldPackage {
			return nil
		}
		d.Fresh()
		place := sbom.Place(ldPlace{j, r.place})
		j.draft(&d, r, place)
		p := d.Package
		ids = next(&f.declared, at, ids)
		p.Declared = j.licenseAt(ids, place, "hasDeclaredLicense")
		ids = next(&f.concluded, at, ids)
		p.Concluded = j.licenseAt(ids, place, "hasConcludedLicense")
		ids = next(&f.artifacts, at, ids)
		j.distributed(&d, f, ids)
		before := j.b.Doc.Packages
		err := j.b.AddPackage(&d, place)
		if j.b.Doc.Packages > before && f.complete != nil {
			j.b.Doc.Complete = append(j.b.Doc.Complete, f.complete[at])
		}
		at++
		return err
	})
}

// distributed gives the package the name, the digests and the traits of its file.
func (j *ldReader) distributed(d *sbom.Draft, f *ldFacts, ids []int32) {
	p := d.Package
	for i, id := range ids {
		file := f.files[id]
		if i > 0 {
			j.b.Notes.OriginalOnly("a package", "all but the first hasDistributionArtifact", 1)
			return
		}
		p.FileName, p.Traits = file.name, file.traits
		for _, sum := range file.hashes {
			if !slices.Contains(d.Checksums, sum) {
				d.Checksums = append(d.Checksums, sum)
			}
		}
	}
}

// draft takes what a package states out of its record.
func (j *ldReader) draft(d *sbom.Draft, r *ldRecord, place sbom.Place) {
	p := d.Package
	p.Name = string(r.bytes())
	p.Version = string(r.bytes())
	if purl := r.bytes(); len(purl) > 0 {
		j.purl(d, string(purl))
	}
	p.Download, p.Homepage, p.Source, p.Copyright = j.phrase(r.bytes()), asserted(r.bytes()), asserted(r.bytes()), j.phrase(r.bytes())
	p.Purpose = j.purpose(r.bytes(), place)
	d.Summary, d.Description = string(r.bytes()), string(r.bytes())
	j.parties(p, r, place)
	for range r.count() {
		j.identify(d, string(r.bytes()), string(r.bytes()))
	}
	for range r.count() {
		j.refer(p, string(r.bytes()), string(r.bytes()))
	}
	d.Checksums = j.hashes(r, d.Checksums)
	for _, id := range r.ids(nil) {
		j.elsewhere(d, id, place)
	}
	d.Checksums = slices.DeleteFunc(d.Checksums, func(sum sbom.StatedChecksum) bool {
		if sum.Value == "NOASSERTION" {
			p.Unknowns |= models.UnknownChecksum
		}
		return sum.Value == "NOASSERTION"
	})
	if r.id != none {
		d.ID, d.HasID = r.id, true
		p.Ref = j.ref(r.id)
	}
}

// elsewhere takes a hash, an identifier or a reference that stands by itself in the graph.
func (j *ldReader) elsewhere(d *sbom.Draft, id int32, place sbom.Place) {
	switch part := j.parts[id]; part.kind {
	case ldHash:
		d.Checksums = append(d.Checksums, sbom.StatedChecksum{Algorithm: part.name, Value: part.value})
	case ldIdentifier:
		j.identify(d, part.name, part.value)
	case ldRef:
		j.refer(d.Package, part.name, part.value)
	default:
		if j.b.IDs.Class[id] == sbom.IsUnknown {
			j.b.Notes.Add("dangling-reference", place.Of(""), "The package refers to %s, which is not in the document.", sbom.Quote(j.b.IDs.Name(id)))
		}
	}
}

// phrase makes a text, the same one for the words that are met again and again.
func (j *ldReader) phrase(text []byte) string {
	switch string(text) {
	case "NOASSERTION":
		return "NOASSERTION"
	case "NONE":
		return "NONE"
	}
	return string(text)
}

// asserted makes a text, unless it says that nothing is said.
func asserted(text []byte) string {
	if specialWord := string(text); specialWord == "NOASSERTION" || specialWord == "NONE" {
		return ""
	}
	return string(text)
}

// ref is the id of a package as people know it: without the address that it shares with the document.
func (j *ldReader) ref(id int32) string {
	name := j.b.IDs.Name(id)
	if strings.HasPrefix(name, "\x00") {
		return ""
	}
	name = strings.TrimPrefix(name, j.space)
	return strings.TrimPrefix(name, "SPDXRef-")
}

func (j *ldReader) purl(d *sbom.Draft, purl string) {
	switch {
	case purl == "NOASSERTION":
		d.Package.Unknowns |= models.UnknownIdentifier
	case purl != "" && !slices.Contains(d.PURLs, purl):
		d.PURLs = append(d.PURLs, purl)
	}
}

// identify sorts an external or content identifier.
func (j *ldReader) identify(d *sbom.Draft, kind, value string) {
	p := d.Package
	switch kind {
	case "packageUrl", "purl":
		j.purl(d, value)
	case "cpe22", "cpe23", "cpe22Type", "cpe23Type":
		if value == "NOASSERTION" {
			p.Unknowns |= models.UnknownIdentifier
			return
		}
		d.CPEs = append(d.CPEs, value)
	case "swid", "swhid", "gitoid":
		p.Identifiers = identified(p.Identifiers, kind, value)
	case "swh":
		p.Identifiers = identified(p.Identifiers, "swhid", value)
	default:
		if strings.HasPrefix(value, "pkg:") {
			j.purl(d, value)
			return
		}
		j.b.Notes.OriginalOnly("a package", "externalIdentifier of type "+sbom.Cut(kind, 40), 1)
	}
}

// refer sorts an external reference.
func (j *ldReader) refer(p *models.SBOMPackage, kind, locator string) {
	switch {
	case locator == "" || locator == "NOASSERTION":
		return
	case isSecurityTxt(locator), kind == "securityOther" && p.Security == "", kind == "securityPolicy" && p.Security == "":
		if p.Security == "" || !isSecurityTxt(p.Security) {
			p.Security = locator
			return
		}
	case (kind == "vcs" || strings.EqualFold(kind, "sourceArtifact")) && !strings.Contains(p.Source, "://"):
		if p.Source != "" {
			j.b.Notes.OriginalOnly("a package", "software_sourceInfo beside an address of the source", 1)
		}
		p.Source = locator
		return
	case (strings.EqualFold(kind, "binaryArtifact") || kind == "altDownloadLocation") && (p.Download == "" || p.Download == "NOASSERTION"):
		p.Download = locator
		return
	case kind == "altWebPage" && p.Homepage == "":
		p.Homepage = locator
		return
	}
	j.b.Notes.OriginalOnly("an external reference", sbom.Cut(kind, 40), 1)
}

// parties finds out who supplied and who made a package.
func (j *ldReader) parties(p *models.SBOMPackage, r *ldRecord, place sbom.Place) {
	var contact string
	if supplier := int32(r.number()); supplier != none {
		a, unknown := j.party(supplier, place, "suppliedBy")
		if unknown {
			p.Unknowns |= models.UnknownSupplier
		}
		p.Supplier, contact = a.name, a.contact()
	}
	for range r.count() {
		a, unknown := j.party(int32(r.number()), place, "originatedBy")
		switch {
		case unknown:
			p.Unknowns |= models.UnknownOriginator
		case p.Originator == "":
			p.Originator = a.name
		case a.name != "":
			p.Originator += ", " + a.name
		}
		if p.Contact == "" {
			p.Contact = a.contact()
		}
	}
	if p.Contact == "" {
		p.Contact = contact
	}
}

// party finds an agent; unknown is true when the document says that it does not know.
func (j *ldReader) party(id int32, place sbom.Place, field string) (a agent3, unknown bool) {
	a, known := j.agents[id]
	switch {
	case known && (a.name == "NOASSERTION" || a.name == "NONE"):
		return agent3{}, true
	case known && a.name == "" && a.contact() == "":
		j.b.Notes.Add("bad-supplier", place.Of(field), "The agent %s has no name; it was read as unknown.", sbom.Quote(j.b.IDs.Name(id)))
		return a, false
	case known && a.name == "":
		a.name = a.contact()
		return a, false
	case known:
		return a, false
	case j.b.IDs.Class[id] == sbom.IsSpecial:
		return agent3{}, true
	case j.b.IDs.Class[id] == sbom.IsExternal:
		j.b.Notes.Add("external-element", place.Of(field), "%s is in another document; it was counted, not followed.", sbom.Quote(j.b.IDs.Name(id)))
		return agent3{}, false
	}
	return j.namedAgent(id, place.Of(field), field), false
}

// purposes3 are the purposes of SPDX 3.0.1, Software/SoftwarePurpose, in the spelling of SPDX 2.
var purposes3 = func() map[string]string {
	const all = `application archive bom configuration container data device diskImage deviceDriver documentation evidence executable file filesystemImage firmware
		framework install library manifest model module operatingSystem other patch platform requirement source specification test`
	named := map[string]string{}
	for name := range strings.FieldsSeq(all) {
		var upper strings.Builder
		for _, c := range name {
			if c >= 'A' && c <= 'Z' {
				upper.WriteByte('-')
			}
			upper.WriteString(strings.ToUpper(string(c)))
		}
		named[name] = upper.String()
	}
	return named
}()

func (j *ldReader) purpose(text []byte, place sbom.Place) string {
	if len(text) == 0 {
		return ""
	}
	if purpose, known := purposes3[string(text)]; known {
		return purpose
	}
	loose := strings.ToLower(withoutBreaks.Replace(string(text)))
	for name, purpose := range purposes3 {
		if strings.ToLower(name) == loose {
			return purpose
		}
	}
	j.b.Notes.Add("unknown-purpose", place.Of("software_primaryPurpose"), "%s is not a purpose that SPDX has; it was left out.", sbom.Quote(string(text)))
	return ""
}
