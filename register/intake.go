package register

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// intake collects the packages of a document into distinct components and licences.
type intake struct {
	packages    []stated
	expressions map[string]int32 // by stated text
	in          store.Intake
	texts       map[string]models.Extract
}

// stated is what is kept of a package until the document has been read to its end: only then are the texts known that
// its LicenseRefs stand for, and so whether it is a component we know.
type stated struct {
	component           models.Component
	declared, concluded string
}

// readDocument reads a document into what store keeps of it.
func readDocument(body io.Reader, lim sbom.Limits) (*store.Intake, error) {
	k := &intake{expressions: map[string]int32{}, texts: map[string]models.Extract{}}
	doc, err := importers.Read(body, lim, func(p *models.SBOMPackage) error {
		k.packages = append(k.packages, stated{component: componentOf(p), declared: p.Declared, concluded: p.Concluded})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, x := range doc.Extracted {
		k.texts[x.Ref] = x
	}
	k.in.SBOM = models.SBOM{
		Format: doc.Format, SpecVersion: clean(doc.SpecVersion), Name: clean(doc.Name), Namespace: clean(doc.Namespace), Creators: doc.Creators,
		IssuedAt: doc.IssuedAt, ListVersion: clean(doc.ListVersion), Edition: clean(doc.Edition), Context: clean(doc.Context), Signed: doc.Signed, Verdict: doc.Verdict(), Packages: doc.Packages, Relations: doc.Relations, Files: doc.Files,
		Findings: doc.Findings, MoreFindings: doc.MoreFindings,
	}
	if doc.Findings == nil {
		k.in.SBOM.Findings = []models.ReadFinding{}
	}
	k.in.SBOM.Tallies = []models.Tally{}
	if doc.Creators == nil {
		k.in.SBOM.Creators = []models.Creator{}
	}
	k.in.Roots, k.in.Edges = doc.Roots, doc.Edges
	k.fold()
	k.in.SBOM.Components = len(k.in.Components)
	return &k.in, nil
}

// fold makes one component of packages that state the same facts.
func (k *intake) fold() {
	seen := map[string]int32{}
	k.in.Ordinals = make([]int32, 0, len(k.packages))
	for _, p := range k.packages {
		f := store.ComponentFacts{Component: p.component, Declared: k.expression(p.declared), Concluded: k.expression(p.concluded)}
		f.Effective = f.Concluded
		if says := k.in.Expressions[f.Concluded].Kind; says == string(licenses.ReadAbsent) || says == string(licenses.ReadNoAssertion) {
			// SPDX 2.3, 7.13: without a conclusion the declared licence is all there is.
			f.Effective = f.Declared
			if k.in.Expressions[f.Declared].Kind == string(licenses.ReadAbsent) {
				f.Effective = f.Concluded
			}
		}
		f.Hash = digest(f.PURL, f.Name, f.Version, f.Supplier, string(k.in.Expressions[f.Declared].Hash), string(k.in.Expressions[f.Concluded].Hash))
		at, ok := seen[string(f.Hash)]
		if !ok {
			at = int32(len(k.in.Components))
			seen[string(f.Hash)] = at
			k.in.Components = append(k.in.Components, f)
		}
		k.in.Ordinals = append(k.in.Ordinals, at)
	}
	k.packages = nil
}

// expression gives the place of a stated licence among the document's expressions.
func (k *intake) expression(text string) int32 {
	text = clean(text)
	if at, ok := k.expressions[text]; ok {
		return at
	}
	e := expression(text, k.texts)
	at := int32(len(k.in.Expressions))
	k.expressions[text] = at
	k.in.Expressions = append(k.in.Expressions, e)
	for _, leaf := range licenses.Read(text).Expression.Refs() {
		x, ok := k.texts[leaf.ID]
		if !ok || leaf.Document != "" {
			continue
		}
		h := sha256.Sum256([]byte(clean(x.Text)))
		k.in.Texts = append(k.in.Texts, store.LicenseText{Expression: at, Ref: leaf.ID, Hash: h[:], Name: clean(x.Name), Text: clean(x.Text)})
	}
	return at
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
	e := models.LicenseExpression{Hash: digest(parts...), Stated: text, Kind: string(reading.Kind), Guessed: reading.Guessed,
		Class: string(reading.Class()), Leaves: slices.Compact(leaves)}
	if reading.Kind == licenses.ReadExpression {
		e.Canonical = reading.Canonical
	}
	return e
}

func componentOf(p *models.SBOMPackage) models.Component {
	c := models.Component{PURL: clean(p.PURL), Name: clean(p.Name), Version: clean(p.Version), Supplier: clean(p.Supplier)}
	if c.PURL == "" {
		return c
	}
	parsed, err := packages.ParsePURL(c.PURL)
	if err != nil {
		return c
	}
	upstream, _ := parsed.Upstream()
	c.Base, c.Ecosystem, c.PURLName, c.Upstream = parsed.Base(), string(parsed.Ecosystem()), strings.ToLower(parsed.Name), strings.ToLower(upstream)
	if c.Version == "" {
		c.Version = parsed.Version
	}
	return c
}

// digest is the first 16 bytes of the SHA-256 over the parts with their lengths.
func digest(parts ...string) []byte {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)[:16]
}

// clean makes text that Postgres can keep: valid UTF-8 without NUL. The original keeps what was there.
func clean(s string) string {
	if !strings.ContainsRune(s, 0) && strings.ToValidUTF8(s, "�") == s {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "")
}
