package register

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/store"
)

// intake collects the packages of a document into distinct components and licences while it is read. What a LicenseRef
// stands for, and so which component a package is, is known only at the end: until then components are told apart by
// their facts as stated.
type intake struct {
	in       store.Intake
	facts    map[facts]int32  // place in in.Components
	licenses map[string]int32 // by stated text, place in stated
	stated   []string
	bytes    []byte // what was last hashed
}

// facts are what a package states of the component it is.
type facts struct {
	purl, name, version, supplier string
	declared, concluded           int32
}

// readDocument reads a document into what store keeps of it.
func readDocument(body io.Reader, lim sbom.Limits) (*store.Intake, error) {
	k, meter := &intake{facts: map[facts]int32{}, licenses: map[string]int32{}}, quality.NewMeter()
	doc, err := importers.Read(body, lim, func(p *models.SBOMPackage) error {
		meter.Package(p)
		k.in.Ordinals = append(k.in.Ordinals, k.component(p))
		return nil
	})
	if err != nil {
		return nil, err
	}
	k.in.SBOM = models.SBOM{
		Format: doc.Format, SpecVersion: clean(doc.SpecVersion), Name: clean(doc.Name), Namespace: clean(doc.Namespace), Creators: doc.Creators,
		IssuedAt: doc.IssuedAt, ListVersion: clean(doc.ListVersion), Edition: clean(doc.Edition), Context: clean(doc.Context), Signed: doc.Signed, Verdict: doc.Verdict(), Packages: doc.Packages, Relations: doc.Relations, Files: doc.Files,
		Findings: doc.Findings, MoreFindings: doc.MoreFindings,
	}
	if doc.Findings == nil {
		k.in.SBOM.Findings = []models.ReadFinding{}
	}
	k.in.SBOM.Tallies = meter.Finish(doc)
	if doc.Creators == nil {
		k.in.SBOM.Creators = []models.Creator{}
	}
	k.in.Roots, k.in.Edges = doc.Roots, doc.Edges
	k.in.Describe = describe
	k.finish(doc.Extracted)
	k.in.SBOM.Components, k.in.SBOM.Supplier = len(k.in.Components), k.supplier()
	return &k.in, nil
}

// supplier is whose document it is: the supplier of its only root, else the first organisation that made the document.
func (k *intake) supplier() string {
	if len(k.in.Roots) == 1 {
		if c := k.in.Components[k.in.Ordinals[k.in.Roots[0]]]; c.Supplier != "" {
			return c.Supplier
		}
	}
	for _, c := range k.in.SBOM.Creators {
		if c.Kind == "organization" {
			return clean(c.Name)
		}
	}
	return ""
}

// component gives the place of the component that a package is.
func (k *intake) component(p *models.SBOMPackage) int32 {
	f := facts{purl: p.PURL, name: p.Name, version: p.Version, supplier: p.Supplier, declared: k.license(p.Declared), concluded: k.license(p.Concluded)}
	at, ok := k.facts[f]
	if !ok {
		at = int32(len(k.in.Components))
		k.facts[f] = at
		c := store.ComponentFacts{PURL: clean(f.purl), Name: clean(f.name), Version: clean(f.version), Supplier: clean(f.supplier), Declared: f.declared, Concluded: f.concluded}
		if c.Version == "" && c.PURL != "" {
			if parsed, err := packages.ParsePURL(c.PURL); err == nil {
				c.Version = clean(parsed.Version)
			}
		}
		k.in.Components = append(k.in.Components, c)
	}
	return at
}

// license gives the place of a licence among those stated.
func (k *intake) license(text string) int32 {
	at, ok := k.licenses[text]
	if ok {
		return at
	}
	if tidied := clean(text); tidied != text {
		at = k.license(tidied)
	} else {
		at = int32(len(k.stated))
		k.stated = append(k.stated, text)
	}
	k.licenses[text] = at
	return at
}

// finish reads the licences, now that the texts are known that LicenseRefs stand for, and gives the components their hashes.
func (k *intake) finish(extracted []models.Extract) {
	texts := make(map[string]models.Extract, len(extracted))
	for _, x := range extracted {
		texts[x.Ref] = x
	}
	for i, text := range k.stated {
		k.in.Expressions = append(k.in.Expressions, expression(text, texts))
		k.keepTexts(int32(i), texts)
	}
	k.facts = nil // no longer needed, and large
	seen, places := make(map[store.Hash]int32, len(k.in.Components)), make([]int32, len(k.in.Components))
	distinct := k.in.Components[:0]
	for i, c := range k.in.Components {
		c.Effective = k.effective(c)
		c.Hash, k.bytes = digest(k.bytes, c.PURL, c.Name, c.Version, c.Supplier, string(k.in.Expressions[c.Declared].Hash), string(k.in.Expressions[c.Concluded].Hash))
		at, ok := seen[c.Hash]
		if !ok { // else only what does not count told them apart
			at = int32(len(distinct))
			seen[c.Hash] = at
			distinct = append(distinct, c)
		}
		places[i] = at
	}
	if k.in.Components = distinct; len(distinct) < len(places) {
		for i, at := range k.in.Ordinals {
			k.in.Ordinals[i] = places[at]
		}
	}
}

// effective is the place of the licence that decides.
func (k *intake) effective(c store.ComponentFacts) int32 {
	if licenses.ConclusionDecides(licenses.ReadingKind(k.in.Expressions[c.Declared].Kind), licenses.ReadingKind(k.in.Expressions[c.Concluded].Kind)) {
		return c.Concluded
	}
	return c.Declared
}

// keepTexts keeps the texts that the LicenseRefs of a licence stand for.
func (k *intake) keepTexts(at int32, texts map[string]models.Extract) {
	if len(texts) == 0 {
		return
	}
	for _, leaf := range licenses.Read(k.stated[at]).Expression.Refs() {
		x, ok := texts[leaf.ID]
		if !ok || leaf.Document != "" {
			continue
		}
		h := sha256.Sum256([]byte(clean(x.Text)))
		k.in.Texts = append(k.in.Texts, store.LicenseText{Expression: at, Ref: leaf.ID, Hash: h[:], Name: clean(x.Name), Text: clean(x.Text)})
	}
}

// expression reads a stated licence. A LicenseRef means what its document says, so the texts are part of what the
// expression is: LicenseRef-1 of two documents are two licences.
func expression(text string, texts map[string]models.Extract) models.LicenseExpression {
	reading := licenses.Read(text)
	parts := []string{text}
	var leaves []string
	for _, leaf := range reading.Expression.Leaves() {
		leaves = append(leaves, leaf.ID)
		if x, ok := texts[leaf.ID]; ok && leaf.IsRef() {
			parts = append(parts, leaf.ID, clean(x.Text))
		}
	}
	slices.Sort(leaves)
	hash, _ := digest(nil, parts...)
	e := models.LicenseExpression{Hash: hash[:], Stated: text, Kind: string(reading.Kind), Guessed: reading.Guessed,
		Class: string(reading.Class()), Leaves: slices.Compact(leaves)}
	if reading.Kind == licenses.ReadExpression {
		e.Canonical = reading.Canonical
	}
	return e
}

// describe makes the row of a component from what its document states.
func describe(f *store.ComponentFacts) models.Component {
	c := models.Component{PURL: f.PURL, Name: f.Name, Version: f.Version, Supplier: f.Supplier}
	if c.PURL == "" {
		return c
	}
	parsed, err := packages.ParsePURL(c.PURL)
	if err != nil {
		return c
	}
	upstream, _ := parsed.Upstream()
	c.Base, c.Ecosystem, c.PURLName, c.Upstream = clean(parsed.Base()), string(parsed.Ecosystem()), clean(strings.ToLower(parsed.Name)), clean(strings.ToLower(upstream))
	return c
}

// digest is the first 16 bytes of the SHA-256 over the parts with their lengths. It writes them into room, and gives that
// back to be used again.
func digest(room []byte, parts ...string) (store.Hash, []byte) {
	room = room[:0]
	for _, p := range parts {
		room = binary.LittleEndian.AppendUint64(room, uint64(len(p)))
		room = append(room, p...)
	}
	sum := sha256.Sum256(room)
	return store.Hash(sum[:16]), room
}

// clean makes text that Postgres can keep: valid UTF-8 without NUL. The original keeps what was there.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "")
}
