package cyclonedx

import (
	"cmp"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const (
	cType sbom.Field = iota + 1
	cRef
	cSupplier
	cManufacturer
	cAuthors
	cAuthor
	cPublisher
	cGroup
	cName
	cVersion
	cRange
	cExternal
	cDescription
	cScope
	cHashes
	cLicenses
	cCopyright
	cCPE
	cPURL
	cOmnibor
	cSWHID
	cSWID
	cReferences
	cComponents
	cEvidence
	cProperties
	cDependencies
)

// componentNames are the fields of CycloneDX 1.7, and the dependencies of the extension that came before 1.2.
var componentNames = map[string]sbom.Field{
	"type": cType, "bom-ref": cRef, "supplier": cSupplier, "manufacturer": cManufacturer, "authors": cAuthors, "author": cAuthor, "publisher": cPublisher, "group": cGroup,
	"name": cName, "version": cVersion, "versionRange": cRange, "isExternal": cExternal, "description": cDescription, "scope": cScope, "hashes": cHashes, "licenses": cLicenses,
	"copyright": cCopyright, "cpe": cCPE, "purl": cPURL, "omniborId": cOmnibor, "swhid": cSWHID, "swid": cSWID, "externalReferences": cReferences, "components": cComponents,
	"evidence": cEvidence, "properties": cProperties, "dependencies": cDependencies,
	"mime-type": sbom.Skipped, "modified": sbom.Skipped, "pedigree": sbom.Skipped, "releaseNotes": sbom.Skipped, "modelCard": sbom.Skipped, "data": sbom.Skipped,
	"cryptoProperties": sbom.Skipped, "tags": sbom.Skipped, "signature": sbom.Skipped, "patentAssertions": sbom.Skipped,
}

var componentFields = sbom.FieldsOf(8, "a component", componentNames)

// part is a component on its way to be handed over. Components nest, and one that contains others goes before them although it
// ends behind them: they wait for it, unless there are too many.
type part struct {
	draft    sbom.Draft
	place    sbom.Place
	parent   *part
	ordinal  int32   // -1 until it is handed over
	early    []int32 // components in it that were handed over before it
	optional bool
	done     bool // its end was read
}

// mostWaiting bounds the components that wait for the one they are in.
const mostWaiting = 1000

func (j *reader) newPart(at sbom.Place, parent *part) *part {
	var p *part
	if n := len(j.free); n > 0 {
		p, j.free = j.free[n-1], j.free[:n-1]
	} else {
		p = &part{}
	}
	p.draft.Fresh()
	*p = part{draft: p.draft, place: at, parent: parent, ordinal: -1, early: p.early[:0]}
	j.waiting = append(j.waiting, p)
	return p
}

// handOver hands over the components whose end was read.
func (j *reader) handOver() error {
	kept := 0
	for _, p := range j.waiting {
		if !p.done {
			j.waiting[kept] = p
			kept++
			continue
		}
		before := j.b.Doc.Packages
		if err := j.b.AddPackage(&p.draft, p.place); err != nil {
			return err
		}
		if j.b.Doc.Packages > before {
			j.tie(p)
		}
		j.free = append(j.free, p)
	}
	j.waiting = j.waiting[:kept]
	return nil
}

// tie notes what contains the component just handed over, and what it contains.
func (j *reader) tie(p *part) {
	p.ordinal = p.draft.Package.Ordinal
	j.b.optional = append(j.b.optional, p.optional)
	for _, child := range p.early {
		j.contains(p.ordinal, child)
	}
	switch {
	case p.parent == nil:
	case p.parent.ordinal >= 0:
		j.contains(p.parent.ordinal, p.ordinal)
	case !p.parent.done:
		p.parent.early = append(p.parent.early, p.ordinal)
	}
}

func (j *reader) contains(parent, child int32) {
	j.b.Doc.Relations++
	j.b.AddEdge(parent, child, models.EdgeContains)
}

// components reads a list of components; parent is what they are in.
func (j *reader) components(pointer string, parent *part) {
	for l, ok := j.Elements("components"); ok && j.Element(&l); {
		if j.Enter("a component") {
			j.component(sbom.JSONPlace{List: pointer, Index: l.Index}, parent)
		}
	}
}

// component is what is stated of one besides what its draft holds.
type component struct {
	*part
	group, author, publisher string
	versions, external       string
	supplier, manufacturer   party
	authors                  []party
	found, copyright         string                // licences and copyright found in it, as evidence
	sums                     []sbom.StatedChecksum // of the file to download
	security                 int                   // rank of the address to report weaknesses to
	source                   bool                  // there is an address of its repository
	targets                  []target              // what it depends on, by the extension that came before CycloneDX 1.2
}

// component reads one component, its brace being read, and hands it over unless it is inside another or the document breaks off in it.
func (j *reader) component(at sbom.Place, parent *part) *part {
	if j.tooDeep() {
		return nil
	}
	c := component{part: j.newPart(at, parent)}
	o := sbom.Object{Fields: componentFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		if f <= cVersion {
			j.identity(&c, f)
		} else {
			j.detail(&c, f)
		}
	}
	if j.Err != nil {
		return c.part
	}
	j.judge(&c)
	c.done = true
	if parent == nil || len(j.waiting) >= mostWaiting {
		j.Err = j.handOver()
	}
	return c.part
}

// identity reads what a component is called and who made it.
func (j *reader) identity(c *component, f sbom.Field) {
	p := c.draft.Package
	switch f {
	case cType:
		p.Purpose = j.purpose(j.Word())
	case cRef:
		j.b.Identify(&c.draft, j.Stated())
	case cSupplier:
		c.supplier = j.party("the supplier")
	case cManufacturer:
		c.manufacturer = j.party("the manufacturer")
	case cAuthors:
		for l, ok := j.Elements("authors"); ok && j.Element(&l); {
			c.authors = append(c.authors, j.party("an author"))
		}
	case cAuthor:
		c.author = strings.TrimSpace(j.Word())
	case cPublisher:
		c.publisher = strings.TrimSpace(j.Word())
	case cGroup:
		c.group = strings.TrimSpace(j.Word())
	case cName:
		p.Name = j.Text()
	case cVersion:
		p.Version = j.Text()
	}
}

// detail reads the other fields of a component.
func (j *reader) detail(c *component, f sbom.Field) {
	d, p := &c.draft, c.draft.Package
	switch f {
	case cRange:
		c.versions = j.Text()
	case cExternal:
		c.external = j.scalar()
	case cDescription:
		d.Description = sbom.Cut(j.Text(), 500)
	case cScope:
		c.optional = j.isOptional(j.Word())
	case cHashes:
		d.Checksums = j.hashes(d.Checksums)
	case cLicenses:
		p.Declared, p.Concluded = j.licenses()
	case cCopyright:
		p.Copyright = j.Phrase()
	case cCPE:
		if cpe := strings.TrimSpace(j.Text()); cpe != "" {
			d.CPEs = append(d.CPEs, cpe)
		}
	case cPURL:
		if purl := strings.TrimSpace(j.Text()); purl != "" {
			d.PURLs = append(d.PURLs, purl)
		}
	case cOmnibor, cSWHID, cSWID:
		j.identifiers(p, f)
	case cReferences:
		j.externalReferences(c)
	case cComponents:
		j.components(c.place.Of("components"), c.part)
	case cEvidence:
		if j.Enter("evidence") {
			j.evidence(c)
		}
	case cProperties:
		j.readProperties(p)
	case cDependencies:
		first := len(j.targets)
		j.readTargets("dependencies", models.EdgeDependsOn, 0)
		c.targets = append(c.targets, j.targets[first:]...)
		j.targets = j.targets[:first]
	}
}

// judge makes of what was stated what the neutral package holds.
func (j *reader) judge(c *component) {
	d, p := &c.draft, c.draft.Package
	if p.Purpose == "" {
		j.b.Notes.Add("missing-component-type", c.place.Of(""), "The component %s has no type.", sbom.Quote(p.Name))
	}
	j.makers(c)
	j.version(c)
	if c.group != "" && p.Name != "" && !carries(d.PURLs, c.group) {
		j.b.Notes.Add("group-joined", c.place.Of("group"), "The package URL does not carry the group %s; it was put before the name.", sbom.Quote(c.group))
		p.Name = c.group + "/" + p.Name
	}
	if c.found != "" && p.Declared == "" && p.Concluded == "" {
		p.Concluded = c.found
		j.b.Notes.Add("licence-from-evidence", c.place.Of("evidence/licenses"), "The component states no licence; %s, found in it, was taken as concluded.", sbom.Quote(c.found))
	} else if c.found != "" {
		j.b.Notes.OriginalOnly("evidence", "licenses", 1)
	}
	if p.Copyright == "" {
		p.Copyright = c.copyright
	}
	d.FileName = p.FileName
	for _, sum := range c.sums {
		d.Checksums = withChecksum(d.Checksums, sum)
	}
	if len(c.targets) > 0 {
		from := none
		if d.HasID {
			from = d.ID
		}
		first := len(j.targets)
		j.targets = append(j.targets, c.targets...)
		j.relate(from, first, 0)
	}
}

// makers sorts out who supplied and who made the component.
func (j *reader) makers(c *component) {
	p := c.draft.Package
	supplier, maker := c.supplier, c.manufacturer
	if supplier.name == "" {
		publisher := partyOf(c.publisher)
		supplier.name, supplier.email = publisher.name, cmp.Or(supplier.email, publisher.email)
	} else if c.publisher != "" && c.publisher != supplier.name {
		j.b.Notes.OriginalOnly("a component", "publisher", 1)
	}
	author := partyOf(c.author)
	if len(c.authors) > 0 {
		author = joinedParties(c.authors)
	}
	if maker.name == "" {
		maker.name = author.name
		if maker.contact() == "" {
			maker.email, maker.url = author.email, author.url
		}
	} else if author.name != "" && author.name != maker.name {
		j.b.Notes.OriginalOnly("a component", "author", 1)
	}
	p.Supplier, p.Originator, p.Contact = supplier.name, maker.name, maker.contact()
	if p.Contact == "" {
		p.Contact = supplier.contact()
	}
	if strings.EqualFold(p.Supplier, "NOASSERTION") {
		p.Supplier, p.Unknowns = "", p.Unknowns|models.UnknownSupplier
	}
	if strings.EqualFold(p.Originator, "NOASSERTION") {
		p.Originator, p.Unknowns = "", p.Unknowns|models.UnknownOriginator
	}
}

// joinedParties makes one of several authors.
func joinedParties(people []party) (one party) {
	if len(people) == 1 {
		return people[0]
	}
	var names []string
	for _, p := range people {
		if p.name != "" {
			names = append(names, p.name)
		}
		if one.email == "" {
			one.email = p.email
		}
	}
	one.name = strings.Join(names, ", ")
	return one
}

// version judges the ranges of CycloneDX 1.7, which only what comes from outside may have.
func (j *reader) version(c *component) {
	p := c.draft.Package
	if c.versions == "" {
		return
	}
	if p.Version != "" {
		j.b.Notes.Add("version-and-range", c.place.Of("versionRange"), "The component has a version and a range of versions; the version %s was taken.", sbom.Quote(p.Version))
		return
	}
	if c.external != "true" {
		j.b.Notes.Add("range-not-external", c.place.Of("versionRange"), "The component has a range of versions, which only one with isExternal may have.")
	}
	p.Version = c.versions
	j.b.Notes.Add("version-range", c.place.Of("versionRange"), "%s is a range, not a version; it was kept as text.", sbom.Quote(c.versions))
}
