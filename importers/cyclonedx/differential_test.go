package cyclonedx

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// agreed is what both readers must say of a document.
type agreed struct {
	Serial   string
	Root     string   // bom-ref and name
	Packages []string // "id | name | version | purl | purpose | checksums | licence ids", sorted
	Edges    []string // "id -kind-> id", each once, sorted
	Licenses []string // "id | name | licence" of components with one licence by id or expression, each once, sorted
}

// oursAgreed gives ours; of its licences only those that the library has with the same component.
func oursAgreed(got reading, licenses []string) agreed {
	a := agreed{Serial: got.Namespace}
	for _, p := range got.packages {
		a.Packages = append(a.Packages, packageLine(p.Ref, p.Name, p.Version, p.PURL, p.Purpose, p.CPEs, p.Checksums))
	}
	edges, stated := map[string]bool{}, map[string]bool{}
	for _, p := range got.packages {
		for _, license := range []string{p.Declared, p.Concluded} {
			if line := refOf(p) + " | " + license; slices.Contains(licenses, line) {
				stated[line] = true
			}
		}
	}
	for _, e := range got.Edges {
		edges[fmt.Sprintf("%s -%d-> %s", refOf(got.packages[e.From]), e.Kind, refOf(got.packages[e.To]))] = true
	}
	if len(got.Roots) > 0 && !slices.Contains(got.found(), "no-main-component") {
		a.Root = refOf(got.packages[got.Roots[0]])
	}
	slices.Sort(a.Packages)
	a.Edges, a.Licenses = slices.Sorted(maps.Keys(edges)), slices.Sorted(maps.Keys(stated))
	return a
}

func refOf(p models.SBOMPackage) string { return p.Ref + "/" + p.Name }

func packageLine(id, name, version, purl, purpose string, cpes []string, sums []models.Checksum) string {
	var digests []string
	for _, s := range sums {
		digests = append(digests, s.Algorithm+":"+s.Hex)
	}
	slices.Sort(digests)
	return strings.Join([]string{id, name, version, purl, purpose, strings.Join(cpes, " "), strings.Join(slices.Compact(digests), " ")}, " | ")
}

// theirs walks the library's document.
type theirs struct {
	agreed
	byRef    map[string]string // first component of each bom-ref, as refOf
	optional map[string]bool
	edges    map[string]bool
	licenses map[string]bool
}

func theirsAgreed(doc *cdx.BOM) agreed {
	w := &theirs{byRef: map[string]string{}, optional: map[string]bool{}, edges: map[string]bool{}, licenses: map[string]bool{}}
	w.Serial = doc.SerialNumber
	if doc.Metadata != nil {
		if c := doc.Metadata.Component; c != nil {
			w.Root = w.component(c, "")
		}
	}
	if doc.Components != nil {
		for i := range *doc.Components {
			w.component(&(*doc.Components)[i], "")
		}
	}
	if doc.Dependencies != nil {
		for _, d := range *doc.Dependencies {
			w.relate(d.Ref, d.Dependencies, models.EdgeDependsOn)
			w.relate(d.Ref, d.Provides, models.EdgeOther)
		}
	}
	slices.Sort(w.Packages)
	w.Edges, w.Licenses = slices.Sorted(maps.Keys(w.edges)), slices.Sorted(maps.Keys(w.licenses))
	return w.agreed
}

func (w *theirs) relate(from string, to *[]string, kind models.EdgeKind) {
	if to == nil {
		return
	}
	for _, t := range *to {
		if one, other := w.byRef[from], w.byRef[t]; one != "" && other != "" && from != t {
			w.edge(one, other, kind)
		}
	}
}

func (w *theirs) edge(from, to string, kind models.EdgeKind) {
	if w.optional[to] && kind != models.EdgeOther {
		kind = models.EdgeDevDepends
	}
	w.edges[fmt.Sprintf("%s -%d-> %s", from, kind, to)] = true
}

// component notes one component and those in it, and gives what it is known by.
func (w *theirs) component(c *cdx.Component, parent string) string {
	purl := ""
	if p, err := packages.ParsePURL(strings.TrimSpace(c.PackageURL)); err == nil && c.PackageURL != "" {
		purl = p.String()
	}
	name := strings.TrimSpace(c.Name)
	if group := strings.TrimSpace(c.Group); group != "" && name != "" && !carries([]string{c.PackageURL}, group) {
		name = group + "/" + name
	}
	if name == "" {
		name = c.BOMRef
	}
	if name == "" && purl == "" && c.CPE == "" && c.Version == "" && c.Components == nil {
		return "" // it says nothing; ours leaves it out
	}
	key := strings.TrimSpace(c.BOMRef) + "/" + name
	if c.BOMRef != "" && w.byRef[c.BOMRef] == "" {
		w.byRef[c.BOMRef] = key
	}
	if c.Scope == cdx.ScopeOptional || c.Scope == cdx.ScopeExcluded {
		w.optional[key] = true
	}
	var cpes []string
	if cpe := strings.TrimSpace(c.CPE); strings.HasPrefix(strings.ToLower(cpe), "cpe:") {
		cpes = append(cpes, cpe)
	}
	version := strings.TrimSpace(c.Version)
	if version == "" {
		version = c.VersionRange
	}
	purpose, known := purposes[string(c.Type)]
	if !known && c.Type != "" {
		purpose = "OTHER"
	}
	w.Packages = append(w.Packages, packageLine(c.BOMRef, name, version, purl, purpose, cpes, w.checksums(c)))
	if one := onlyLicense(c); one != "" {
		w.licenses[key+" | "+one] = true
	}
	if parent != "" {
		w.edge(parent, key, models.EdgeContains)
	}
	if c.Components != nil {
		for i := range *c.Components {
			w.component(&(*c.Components)[i], key)
		}
	}
	return key
}

// onlyLicense is the licence of a component that has one, by id or expression.
func onlyLicense(c *cdx.Component) string {
	if c.Licenses == nil || len(*c.Licenses) != 1 {
		return ""
	}
	choice := (*c.Licenses)[0]
	if choice.License != nil {
		return choice.License.ID
	}
	return strings.TrimSpace(choice.Expression)
}

// checksums are those of the component and of what is to be downloaded.
func (w *theirs) checksums(c *cdx.Component) (sums []models.Checksum) {
	have := map[string]bool{}
	add := func(hashes *[]cdx.Hash, more bool) {
		if hashes == nil {
			return
		}
		for _, h := range *hashes {
			name, _ := sbom.DigestName(string(h.Algorithm))
			value := strings.ToLower(strings.TrimSpace(h.Value))
			if more && have[name] {
				continue
			}
			have[name] = true
			if sbom.IsDigest(name, value) {
				sums = append(sums, models.Checksum{Algorithm: name, Hex: value})
			}
		}
	}
	add(c.Hashes, false)
	if c.ExternalReferences != nil {
		for _, r := range *c.ExternalReferences {
			if r.Type == cdx.ERTypeDistribution || r.Type == cdx.ERTypeDistributionIntake {
				add(r.Hashes, true)
				break
			}
		}
	}
	return sums
}

// libraryErrs are documents of which the library says something else, and why it is the one that errs.
var libraryErrs = map[string]string{"valid-component-depgraph-1.0.xml": "it does not read the dependencies of the extension that came before 1.2"}

func TestBothReadersAgreeOnEveryDocumentThatTheLibraryReads(t *testing.T) {
	for format, least := range map[models.SBOMFormat]int{models.CycloneDXJSON: 300, models.CycloneDXXML: 200} {
		t.Run(string(format), func(t *testing.T) {
			compared, refused := 0, 0
			for _, d := range everyDocument(t) {
				chosen, ours := Choose(d.data)
				if !ours || chosen.Notation != format {
					continue
				}
				theirs, err := library(d.data, format)
				if err != nil {
					refused++
					continue
				}
				compared++
				want := theirsAgreed(theirs)
				got := oursAgreed(read(t, string(d.data)), want.Licenses)
				if diff := cmp.Diff(want, got); diff != "" && libraryErrs[d.name] == "" {
					t.Errorf("%s (-library +ours):\n%s", d.name, diff)
				}
			}
			t.Logf("compared %d documents; the library refuses %d", compared, refused)
			if compared < least {
				t.Errorf("only %d documents were compared", compared)
			}
		})
	}
}

// library reads with cyclonedx-go, making an error of its panics.
func library(data []byte, format models.SBOMFormat) (doc *cdx.BOM, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	notation := cdx.BOMFileFormatJSON
	if format == models.CycloneDXXML {
		notation = cdx.BOMFileFormatXML
	}
	doc = new(cdx.BOM)
	return doc, cdx.NewBOMDecoder(bytes.NewReader(data), notation).Decode(doc)
}
