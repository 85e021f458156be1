package register

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	exported "github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// numbers is a set of ids that knows the place of each: a bit for every id there could be, and four bytes for every member.
type numbers struct {
	bits   []uint64
	before []int32 // members before each word; after settle
	list   []int32 // ascending; after settle
}

func (s *numbers) add(id int32) {
	word := int(id) / 64
	if word >= len(s.bits) {
		s.bits = append(s.bits, make([]uint64, max(word+1-len(s.bits), len(s.bits)/4))...)
	}
	s.bits[word] |= 1 << (id % 64)
}

// settle makes the places known. Nothing may be added after it.
func (s *numbers) settle() {
	s.before = make([]int32, len(s.bits))
	n := 0
	for i, word := range s.bits {
		s.before[i] = int32(n)
		n += bits.OnesCount64(word)
	}
	s.list = make([]int32, 0, n)
	for i, word := range s.bits {
		for ; word != 0; word &= word - 1 {
			s.list = append(s.list, int32(i*64+bits.TrailingZeros64(word)))
		}
	}
}

// place is how many members are smaller than one.
func (s *numbers) place(member int32) int32 {
	word := member / 64
	return s.before[word] + int32(bits.OnesCount64(s.bits[word]&(1<<(member%64)-1)))
}

// folding is one document of many in the making: first one package per release, then their components, each once. What is held
// of a component is its id; the relationships lie on disk.
type folding struct {
	r          *Register
	list       []store.Speaking
	roots      []int32
	components numbers
	links      *links
	texts      map[int32]map[string]string // of expressions that bring texts: LicenseRefs as stated → as written
	extracted  []models.Extract
}

// fold goes through the documents of a list once. Whoever asked closes it.
func (r *Register) fold(ctx context.Context, list []store.Speaking) (*folding, error) {
	links, err := newLinks(linksHeld)
	if err != nil {
		return nil, err
	}
	f := &folding{r: r, list: list, links: links, texts: map[int32]map[string]string{}}
	if err := f.fill(ctx); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *folding) close() { f.links.close() }

func (f *folding) fill(ctx context.Context) error {
	if err := f.hangReleases(); err != nil {
		return err
	}
	for from := 0; from < len(f.list); {
		n := atOnceOf(f.list[from:])
		ids := make([]int64, n)
		for i := range n {
			ids[i] = f.list[from+i].SBOMID
		}
		contents, err := f.r.store.Content(ctx, ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			if c := contents[id]; c != nil {
				if err := f.add(uint32(from+i), c); err != nil {
					return err
				}
			}
		}
		if f.links.size() > MaxExportLinkBytes {
			return tooLargeExport()
		}
		from += n
	}
	f.components.settle()
	if err := f.links.settle(); err != nil {
		return err
	}
	return f.gatherTexts(ctx)
}

// packagesAtOnce bounds the documents whose arrays are held together, by their packages; one document is always held whole.
const packagesAtOnce = 100_000

func atOnceOf(list []store.Speaking) int {
	packages := 0
	for i, s := range list {
		if packages += s.Packages; i > 0 && packages > packagesAtOnce {
			return i
		}
	}
	return len(list)
}

// hangReleases puts releases at the top. A part hangs below every release of what was asked for, unless that has no document
// itself.
func (f *folding) hangReleases() error {
	for i, s := range f.list {
		if !s.Part {
			f.roots = append(f.roots, int32(i))
		}
	}
	for i, s := range f.list {
		if !s.Part {
			continue
		}
		for _, root := range f.roots {
			if err := f.links.add(link{uint32(root), uint32(i), models.EdgeContains}); err != nil {
				return err
			}
		}
	}
	if len(f.roots) == 0 {
		for i := range f.list {
			f.roots = append(f.roots, int32(i))
		}
	}
	return nil
}

// of is the number of a component among the links: behind the releases.
func (f *folding) of(component int32) uint32 { return uint32(len(f.list)) + uint32(component) }

// add takes the components and edges of one document in. What stands at its top hangs below the release.
func (f *folding) add(release uint32, c *models.Content) error {
	for _, id := range c.Components {
		f.components.add(id)
	}
	n := int32(len(c.Components))
	held := make([]bool, n)
	for _, e := range c.Edges {
		if e.From >= n || e.To >= n {
			continue
		}
		held[e.To] = held[e.To] || e.From != e.To
		if from, to := c.Components[e.From], c.Components[e.To]; from != to {
			if err := f.links.add(link{f.of(from), f.of(to), e.Kind}); err != nil {
				return err
			}
		}
	}
	for _, root := range c.Roots {
		if root < n {
			held[root] = false
		}
	}
	for i := range n {
		if held[i] {
			continue
		}
		if err := f.links.add(link{release, f.of(c.Components[i]), models.EdgeContains}); err != nil {
			return err
		}
	}
	return nil
}

// componentsAtOnce is how many components are asked for in one statement.
const componentsAtOnce = 4_000

// gatherTexts finds the texts that components bring along, so that they are known before the first licence is written.
func (f *folding) gatherTexts(ctx context.Context) error {
	brought := map[string]bool{}
	for part := range slices.Chunk(f.components.list, componentsAtOnce) {
		expressions, err := f.r.store.ExpressionsWithTexts(ctx, part)
		if err != nil {
			return err
		}
		expressions = slices.DeleteFunc(expressions, func(e int32) bool { return f.texts[e] != nil })
		texts, err := f.r.store.TextsOf(ctx, expressions)
		if err != nil {
			return err
		}
		for _, e := range expressions {
			f.texts[e] = map[string]string{}
			for _, t := range texts[e] {
				ref := t.Ref + "-" + hex.EncodeToString(t.Hash[:4])
				f.texts[e][t.Ref] = ref
				if !brought[ref] {
					brought[ref] = true
					f.extracted = append(f.extracted, models.Extract{Ref: ref, Name: t.Name, Text: t.Text})
				}
			}
		}
	}
	return nil
}

var licenseRef = regexp.MustCompile(`LicenseRef-[A-Za-z0-9.-]+`)

// own makes the references of a licence unmistakable: LicenseRef-1 of two documents are two licences.
func (f *folding) own(stated string, expression int32) string {
	refs := f.texts[expression]
	if len(refs) == 0 || !strings.Contains(stated, "LicenseRef-") {
		return stated
	}
	return licenseRef.ReplaceAllStringFunc(stated, func(ref string) string {
		if known, ok := refs[ref]; ok {
			return known
		}
		return ref
	})
}

// document is what was folded, ready to be written.
func (f *folding) document(ctx context.Context) *exported.Document {
	releases := int32(len(f.list))
	doc := &exported.Document{
		Each: func(take func(*models.SBOMPackage) error) error { return f.each(ctx, take) },
		Ref: func(ordinal int32) string {
			if ordinal < releases {
				return fmt.Sprintf("release-of-document-%d", f.list[ordinal].SBOMID)
			}
			return fmt.Sprintf("component-%d", f.components.list[ordinal-releases])
		},
		Walk: func() func() (models.Edge, error) {
			next := f.links.walk()
			ordinal := func(of uint32) int32 {
				if of < uint32(releases) {
					return int32(of)
				}
				return releases + f.components.place(int32(of-uint32(releases)))
			}
			return func() (models.Edge, error) {
				l, err := next()
				if err != nil {
					return models.Edge{}, err
				}
				return models.Edge{From: ordinal(l.from), To: ordinal(l.to), Kind: l.kind}, nil
			}
		},
	}
	doc.Packages, doc.Roots, doc.Extracted = len(f.list)+len(f.components.list), f.roots, f.extracted
	return doc
}

// each hands the releases over, then what is known of the components.
func (f *folding) each(ctx context.Context, take func(*models.SBOMPackage) error) error {
	for i, s := range f.list {
		if err := take(&models.SBOMPackage{Ordinal: int32(i), Name: s.Asset, Version: s.Release, Supplier: s.Steward, Purpose: "APPLICATION"}); err != nil {
			return err
		}
	}
	ordinal := int32(len(f.list))
	for part := range slices.Chunk(f.components.list, componentsAtOnce) {
		list, err := f.r.store.ComponentRows(ctx, part)
		if err != nil {
			return err
		}
		if len(list) != len(part) {
			return fmt.Errorf("of %d components only %d are there", len(part), len(list))
		}
		for _, c := range list {
			p := models.SBOMPackage{Ordinal: ordinal, Name: c.Name, Version: c.Version, PURL: c.PURL, Supplier: c.Supplier,
				Declared: f.own(c.Declared, c.DeclaredID), Concluded: f.own(c.Concluded, c.ConcludedID)}
			ordinal++
			if err := take(&p); err != nil {
				return err
			}
		}
	}
	return nil
}
