package spdx

import (
	"bytes"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// builder judges what only SPDX 2 has; the rest is the shared builder's.
type builder struct {
	*sbom.Builder
	sawInfo     bool             // creationInfo was there
	infoComment string           // its comment
	parties     map[string]party // suppliers met before that gave no finding
}

// party is who supplied or made a package.
type party struct{ name, contact string }

// newBuilder makes b a builder of SPDX 2, whose ids have a prefix that some leave out.
func newBuilder(b *sbom.Builder) *builder {
	b.Words = sbom.Dialect{Format: "SPDX", ID: "SPDXID", MissingID: "missing-spdxid", DuplicateID: "duplicate-spdxid", NoRoot: "no-root", NoPackages: "no-packages", Refs: "externalRefs", Version: "versionInfo", Checksums: "checksums", Declared: "licenseDeclared", Concluded: "licenseConcluded"}
	b.IDs.Spell(sbom.Spelling{Trim: trimID, Class: classOf, Write: writeID})
	return &builder{Builder: b, parties: map[string]party{}}
}

// addPackage judges a draft and hands the package over.
func (b *builder) addPackage(d *sbom.Draft, place sbom.Place) error {
	p := d.Package
	supplier := b.party(p.Supplier, place, "supplier", models.UnknownSupplier, p)
	originator := b.party(p.Originator, place, "originator", models.UnknownOriginator, p)
	p.Supplier, p.Originator, p.Contact = supplier.name, originator.name, originator.contact
	if p.Contact == "" {
		p.Contact = supplier.contact
	}
	p.Purpose = b.purpose(p.Purpose, place)
	if p.Source == "NOASSERTION" || p.Source == "NONE" {
		p.Source = ""
	}
	return b.AddPackage(d, place)
}

// identify notes the id that a package states.
func (b *builder) identify(d *sbom.Draft, id []byte) {
	d.OddID = !hasPrefix(id, "SPDXRef-") && !bytes.Contains(id, []byte("#SPDXRef-"))
	b.Identify(d, id)
}

// relate notes a relationship stated as text; pointer is where findings about it point, index what finish makes a pointer of.
func (b *builder) relate(from, kind, to string, index int, pointer string) error {
	if b.Doc.Relations >= b.Limits.Relationships {
		return sbom.TooManyRelationships(b.Limits.Relationships)
	}
	if from == "" || kind == "" || to == "" {
		b.Doc.Relations++
		b.Notes.Add("incomplete-relationship", pointer, "The relationship does not name both elements and its type; it was left out.")
		return nil
	}
	rel, name, rule := relationOf(kind)
	if rule != "" {
		b.Notes.Add(rule, pointer, "The relationship type %s was read as %s.", sbom.Quote(kind), name)
	}
	b.AddRelation(b.IDs.Number([]byte(from)), b.IDs.Number([]byte(to)), rel, index)
	return nil
}

// finish judges the document as a whole once all of it has been read. relationAt makes a pointer of a relationship's index.
func (b *builder) finish(relationAt func(index int) string) *models.SBOMDocument {
	d := b.Doc
	b.judgeVersion(d.SpecVersion)
	if d.Name == "" {
		b.Notes.Add("missing-document-name", "", "The document has no name.")
	}
	if d.Namespace == "" {
		b.Notes.Add("missing-namespace", "", "The document has no namespace.")
	}
	if !b.sawInfo {
		b.Notes.Add("missing-creation-info", "", "The document does not say who made it and when.")
	}
	b.judgeComments()
	return b.Finish(relationAt)
}

// judgeVersion knows the spellings in use: SPDX-2.2.1 and its like are the same format as SPDX-2.2.
func (b *builder) judgeVersion(stated string) {
	switch stated {
	case "SPDX-2.1", "SPDX-2.2", "SPDX-2.3":
		return
	case "":
		b.Notes.Add("missing-spdx-version", "", "The document does not say its SPDX version; it was read as SPDX 2.3.")
		return
	}
	number := strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(stated)), "SPDX"), "- V")
	for _, known := range []string{"2.1", "2.2", "2.3"} {
		if number == known || strings.HasPrefix(number, known+".") {
			b.Notes.Add("spdx-version-spelling", "", "The SPDX version %s was read as SPDX-%s.", sbom.Quote(stated), known)
			return
		}
	}
	b.Notes.Add("spdx-version", "", "The SPDX version %s is none of SPDX-2.1, SPDX-2.2 and SPDX-2.3; the document was read as SPDX 2.3.", sbom.Quote(stated))
}

// trimID gives the form in which ids are compared: SPDXRef-a, #SPDXRef-a, a and http://…#SPDXRef-a are the same element.
func trimID(id []byte) []byte {
	const prefix = "SPDXRef-"
	if !hasPrefix(id, prefix) {
		if i := bytes.LastIndexByte(id, '#'); i >= 0 {
			id = id[i+1:]
		}
		id = bytes.TrimSpace(id)
	}
	if hasPrefix(id, prefix) {
		return id[len(prefix):]
	}
	return id
}

func hasPrefix(id []byte, prefix string) bool {
	return len(id) >= len(prefix) && string(id[:len(prefix)]) == prefix
}

func classOf(id []byte) int32 {
	switch {
	case string(id) == "DOCUMENT":
		return sbom.IsDocument
	case string(id) == "NONE", string(id) == "NOASSERTION":
		return sbom.IsSpecial
	case hasPrefix(id, "DocumentRef-"):
		return sbom.IsExternal
	}
	return sbom.IsUnknown
}

// writeID is an id as a person writes it.
func writeID(id string, class int32) string {
	if class == sbom.IsExternal || class == sbom.IsSpecial || strings.HasPrefix(id, "DocumentRef-") {
		return id
	}
	return "SPDXRef-" + id
}
