package cyclonedx

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// builder judges what only CycloneDX has; the rest is the shared builder's.
type builder struct {
	*sbom.Builder
	texts    licenseTexts
	optional []bool              // by ordinal: components that are not shipped with the product
	claims   []claim             // by id: what the compositions say
	whole    models.Completeness // what a composition says that names no element
	metadata bool                // there was metadata
}

// claim is what compositions say of one element. What they say of its dependencies goes before what they say of its parts.
type claim struct{ dependencies, parts models.Completeness }

func newBuilder(b *sbom.Builder) *builder {
	b.Words = sbom.Dialect{Format: "CycloneDX", ID: "bom-ref", MissingID: "missing-bom-ref", DuplicateID: "duplicate-bom-ref", NoRoot: "no-main-component", NoPackages: "no-components", Refs: "purl", CPE: "cpe", Version: "version", Checksums: "hashes",
		Declared: "licenses", Concluded: "licenses", Offsets: true}
	b.IDs.Spell(sbom.Spelling{Class: classOf})
	return &builder{Builder: b, texts: newLicenseTexts()}
}

// classOf knows BOM-Links, which lead to elements of other documents.
func classOf(id []byte) int32 {
	if bytes.HasPrefix(id, []byte("urn:cdx:")) {
		return sbom.IsExternal
	}
	return sbom.IsUnknown
}

// claim notes what a composition says of an element.
func (b *builder) claim(id int32, ofParts bool, c models.Completeness) {
	if grow := int(id) + 1 - len(b.claims); grow > 0 {
		b.claims = append(b.claims, make([]claim, grow)...)
	}
	if ofParts {
		b.claims[id].parts = c
	} else {
		b.claims[id].dependencies = c
	}
}

// complete gives what the compositions say by ordinal.
func (b *builder) complete() {
	for id, c := range b.claims {
		says := c.dependencies
		if says == models.CompletenessUnsaid {
			says = c.parts
		}
		class := b.IDs.Class[id]
		if class == sbom.IsUnknown && c != (claim{}) {
			b.Notes.Add("dangling-relationship", "/compositions", "A composition names %s, which is not in the document.", sbom.Quote(b.IDs.Name(int32(id))))
		}
		if class >= 0 {
			b.setComplete(class, says)
		}
	}
	for _, root := range b.Doc.Roots {
		if b.Doc.Complete == nil || b.Doc.Complete[root] == models.CompletenessUnsaid {
			b.setComplete(root, b.whole)
		}
	}
}

func (b *builder) setComplete(ordinal int32, c models.Completeness) {
	if c == models.CompletenessUnsaid {
		return
	}
	if b.Doc.Complete == nil {
		b.Doc.Complete = make([]models.Completeness, b.Doc.Packages)
	}
	b.Doc.Complete[ordinal] = c
}

// finish judges the document as a whole once all of it has been read.
func (b *builder) finish(dependencies string) *models.SBOMDocument {
	b.judgeDocument()
	b.complete()
	doc := b.Finish(func(index int) string { return dependencies + "/" + strconv.Itoa(index) })
	for i, e := range doc.Edges {
		if int(e.To) < len(b.optional) && b.optional[e.To] && e.Kind.Carries() {
			doc.Edges[i].Kind = models.EdgeDevDepends
		}
	}
	return doc
}

// versions are those of the specification, oldest first.
var versions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// serialForm is the form of a serial number, whose letters XML allows in upper case.
var serialForm = regexp.MustCompile(`^urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

func (b *builder) judgeDocument() {
	d := b.Doc
	switch {
	case d.SpecVersion == "":
		b.Notes.Add("missing-spec-version", "", "The document does not say its CycloneDX version; it was read as %s.", versions[len(versions)-1])
	case !slices.Contains(versions, d.SpecVersion):
		b.Notes.Add("spec-version", "", "The CycloneDX version %s is none of 1.0 to 1.7; the document was read as %s.", sbom.Quote(d.SpecVersion), nearest(d.SpecVersion))
	}
	switch {
	case d.Namespace == "":
		b.Notes.Add("missing-serial-number", "", "The document has no serial number.")
	case !serialForm.MatchString(d.Namespace):
		b.Notes.Add("serial-number-form", "", "The serial number %s is not urn:uuid: with a UUID; it was kept as it stands.", sbom.Quote(d.Namespace))
	}
	if d.SpecVersion == "1.0" || d.SpecVersion == "1.1" {
		return // they have no metadata
	}
	if !b.metadata {
		b.Notes.Add("missing-metadata", "", "The document does not say who made it, when, and of what.")
	} else if d.IssuedAt == nil {
		b.Notes.Add("missing-timestamp", "", "The document does not say when it was made.")
	}
}

// nearest is the version of the specification that an unknown one is read as.
func nearest(stated string) string {
	for _, known := range slices.Backward(versions) {
		if strings.HasPrefix(strings.TrimLeft(stated, "vV "), known) {
			return known
		}
	}
	return versions[len(versions)-1]
}
