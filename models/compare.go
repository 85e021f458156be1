package models

import (
	"cmp"
	"slices"
	"strings"
)

// ComparedSBOM is what of a document a comparison looks at. Packages that state the same facts stand once.
type ComparedSBOM struct {
	Packages []ComparedPackage
	Ordinals []int32 // for each package of the document, in its order, its place in Packages
	Edges    []Edge  // by place in the document
}

// ComparedPackage is what of a package a comparison looks at.
type ComparedPackage struct {
	Name      string
	Version   string
	PURL      string
	Base      string // purl without version and what follows; "" without a purl
	Ecosystem string
	Supplier  string
	Declared  string // as stated
	Concluded string // as stated
	Effective string // as read
	Texts     int32  // tells apart LicenseRefs in Effective that stand for different texts; 0 where there are none
}

// ChangeKind says what became of a package, as in the URL of a filter.
type ChangeKind string

const (
	PackageAdded    ChangeKind = "added"
	PackageRemoved  ChangeKind = "removed"
	VersionChanged  ChangeKind = "version"
	LicenseChanged  ChangeKind = "license"
	SupplierChanged ChangeKind = "supplier"
)

// ChangeKinds lists them in the order of a report.
var ChangeKinds = []ChangeKind{PackageAdded, PackageRemoved, VersionChanged, LicenseChanged, SupplierChanged}

// PackageChange is one line of a comparison: a package of one document with the one it became in the other.
type PackageChange struct {
	From, To *ComparedPackage // nil when it was not there
	Kinds    []ChangeKind     // why it is listed, in the order of ChangeKinds; never empty
	Older    bool             // the version went back
}

// Is reports whether the change is of the kind, among others perhaps.
func (c *PackageChange) Is(kind ChangeKind) bool { return slices.Contains(c.Kinds, kind) }

// Name is that of the package, as it is now.
func (c *PackageChange) Name() string {
	if c.To != nil {
		return c.To.Name
	}
	return c.From.Name
}

// EdgeChange is one relationship between packages that is in one of the documents only.
type EdgeChange struct {
	Added    bool
	From, To string // name and version
	Kind     EdgeKind
	Rewired  bool // both packages are in both documents: it is only the relationship that changed
}

// MaxEdgeChanges bounds the relationships that a comparison lists; all are counted.
const MaxEdgeChanges = 1000

// Comparison is what became of one document in another.
type Comparison struct {
	Changes      []PackageChange // by name, then version
	Unchanged    int             // packages of which nothing that is compared differs
	EdgesAdded   int
	EdgesRemoved int
	Edges        []EdgeChange // at most MaxEdgeChanges, those between packages that stayed first
}

// Count says how many packages changed in this way.
func (c *Comparison) Count(kind ChangeKind) int {
	n := 0
	for i := range c.Changes {
		if c.Changes[i].Is(kind) {
			n++
		}
	}
	return n
}

// Compare says what became of one document in another. A package is the same by the base of its purl, and where one side
// has none by its name; of several versions of one, equal ones are a pair, then the newest with the newest. order is how
// two versions of an ecosystem are ordered. It takes time in proportion to the packages and edges, but for sorting.
func Compare(from, to *ComparedSBOM, order func(ecosystem, a, b string) int) *Comparison {
	p := &pairing{from: from.Packages, to: to.Packages, order: order, toOf: unpaired(len(from.Packages)), fromOf: unpaired(len(to.Packages))}
	every := func(*ComparedPackage) bool { return true }
	bare := func(c *ComparedPackage) bool { return c.Base == "" }
	p.pair(key, every, every)
	p.pair(name, bare, every)
	p.pair(name, every, bare)
	result := &Comparison{}
	for i := range p.from {
		c := PackageChange{From: &p.from[i]}
		if j := p.toOf[i]; j >= 0 {
			c.To = &p.to[j]
		}
		result.add(c, order)
	}
	for j := range p.to {
		if p.fromOf[j] < 0 {
			result.add(PackageChange{To: &p.to[j]}, order)
		}
	}
	slices.SortStableFunc(result.Changes, func(a, b PackageChange) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name())), strings.Compare(a.version(), b.version()))
	})
	result.edges(p, from, to)
	return result
}

// ChangeColumns are the headings of the rows that Row gives.
var ChangeColumns = []string{"change", "name", "ecosystem", "version before", "version after", "licence before", "licence after", "supplier before", "supplier after", "purl before", "purl after"}

// Row is the change as a line of a table; cells are as stated by others, so a writer of spreadsheets must guard against formulas.
func (c *PackageChange) Row() []string {
	var was, is ComparedPackage
	if c.From != nil {
		was = *c.From
	}
	if c.To != nil {
		is = *c.To
	}
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = string(k)
	}
	return []string{strings.Join(kinds, " "), c.Name(), cmp.Or(is.Ecosystem, was.Ecosystem), was.Version, is.Version, was.Effective, is.Effective, was.Supplier, is.Supplier, was.PURL, is.PURL}
}

func (c *PackageChange) version() string {
	if c.To != nil {
		return c.To.Version
	}
	return c.From.Version
}

func (r *Comparison) add(c PackageChange, order func(ecosystem, a, b string) int) {
	switch {
	case c.From == nil:
		c.Kinds = []ChangeKind{PackageAdded}
	case c.To == nil:
		c.Kinds = []ChangeKind{PackageRemoved}
	default:
		if c.From.Version != c.To.Version {
			c.Kinds = append(c.Kinds, VersionChanged)
			c.Older = c.From.Version != "" && c.To.Version != "" && order(c.To.Ecosystem, c.To.Version, c.From.Version) < 0
		}
		if c.From.Effective != c.To.Effective || c.From.Texts != c.To.Texts {
			c.Kinds = append(c.Kinds, LicenseChanged)
		}
		if !strings.EqualFold(strings.TrimSpace(c.From.Supplier), strings.TrimSpace(c.To.Supplier)) {
			c.Kinds = append(c.Kinds, SupplierChanged)
		}
	}
	if len(c.Kinds) == 0 {
		r.Unchanged++
		return
	}
	r.Changes = append(r.Changes, c)
}

// pairing finds for each package of one side the one of the other that it became.
type pairing struct {
	from, to     []ComparedPackage
	toOf, fromOf []int32 // partner, or -1
	order        func(ecosystem, a, b string) int
}

func unpaired(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// key is what a package is known by: SBOMs write the same name for packages of different ecosystems.
func key(c *ComparedPackage) string {
	if c.Base != "" {
		return c.Base
	}
	return "\x00" + c.Ecosystem + "\x00" + strings.ToLower(c.Name)
}

func name(c *ComparedPackage) string { return strings.ToLower(c.Name) }

type group struct{ from, to []int32 }

// pair makes pairs of those that are still without one and that both sides take into account.
func (p *pairing) pair(by func(*ComparedPackage) string, fromToo, toToo func(*ComparedPackage) bool) {
	groups := map[string]*group{}
	var inOrder []*group
	for i := range p.from {
		if p.toOf[i] >= 0 || !fromToo(&p.from[i]) {
			continue
		}
		k := by(&p.from[i])
		g := groups[k]
		if g == nil {
			g = &group{}
			groups[k] = g
			inOrder = append(inOrder, g)
		}
		g.from = append(g.from, int32(i))
	}
	if len(inOrder) == 0 {
		return
	}
	for j := range p.to {
		if p.fromOf[j] >= 0 || !toToo(&p.to[j]) {
			continue
		}
		if g := groups[by(&p.to[j])]; g != nil {
			g.to = append(g.to, int32(j))
		}
	}
	for _, g := range inOrder {
		p.match(g)
	}
}

// match pairs within one package: first what is the same in all, then in purl and version, then in version, then the newest.
func (p *pairing) match(g *group) {
	if len(g.to) == 0 {
		return
	}
	if len(g.from) > 1 || len(g.to) > 1 {
		p.same(g, func(c *ComparedPackage) ComparedPackage { return *c })
		p.same(g, func(c *ComparedPackage) ComparedPackage {
			return ComparedPackage{PURL: c.PURL, Version: c.Version}
		})
		p.same(g, func(c *ComparedPackage) ComparedPackage { return ComparedPackage{Version: c.Version} })
	}
	p.newestFirst(p.from, g.from)
	p.newestFirst(p.to, g.to)
	for n := range min(len(g.from), len(g.to)) {
		p.join(g.from[n], g.to[n])
	}
}

// same pairs those that are equal in what of gives, and leaves the others in the group.
func (p *pairing) same(g *group, of func(*ComparedPackage) ComparedPackage) {
	if len(g.from) == 0 || len(g.to) == 0 {
		return
	}
	waiting := map[ComparedPackage][]int32{}
	for _, j := range g.to {
		k := of(&p.to[j])
		waiting[k] = append(waiting[k], j)
	}
	g.from = slices.DeleteFunc(g.from, func(i int32) bool {
		k := of(&p.from[i])
		list := waiting[k]
		if len(list) == 0 {
			return false
		}
		p.join(i, list[0])
		waiting[k] = list[1:]
		return true
	})
	g.to = slices.DeleteFunc(g.to, func(j int32) bool { return p.fromOf[j] >= 0 })
}

func (p *pairing) join(i, j int32) { p.toOf[i], p.fromOf[j] = j, i }

func (p *pairing) newestFirst(of []ComparedPackage, list []int32) {
	slices.SortStableFunc(list, func(a, b int32) int {
		return p.order(of[a].Ecosystem, of[b].Version, of[a].Version)
	})
}

// edgeKey is an edge between packages that are numbered alike on both sides.
type edgeKey struct {
	from, to int32
	kind     EdgeKind
}

// edges compares relationships between packages, whatever their versions.
func (r *Comparison) edges(p *pairing, from, to *ComparedSBOM) {
	number := func(j int32) int32 { // packages of the second document go by the number of the first where they have one
		if i := p.fromOf[j]; i >= 0 {
			return i
		}
		return int32(len(p.from)) + j
	}
	before := edgeSet(from, func(i int32) int32 { return i })
	after := edgeSet(to, number)
	stayed := func(n int32) bool {
		return int(n) < len(p.from) && p.toOf[n] >= 0
	}
	label := func(n int32) string {
		var c *ComparedPackage
		switch {
		case int(n) >= len(p.from):
			c = &p.to[int(n)-len(p.from)]
		case p.toOf[n] >= 0:
			c = &p.to[p.toOf[n]]
		default:
			c = &p.from[n]
		}
		return strings.TrimSpace(c.Name + " " + c.Version)
	}
	only := func(these, those map[edgeKey]bool, added bool) int {
		n := 0
		for e := range these {
			if those[e] {
				continue
			}
			n++
			r.Edges = append(r.Edges, EdgeChange{Added: added, From: label(e.from), To: label(e.to), Kind: e.kind, Rewired: stayed(e.from) && stayed(e.to)})
		}
		return n
	}
	r.EdgesAdded = only(after, before, true)
	r.EdgesRemoved = only(before, after, false)
	slices.SortFunc(r.Edges, func(a, b EdgeChange) int {
		return cmp.Or(-compareBool(a.Rewired, b.Rewired), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind), compareBool(a.Added, b.Added))
	})
	r.Edges = slices.Clip(r.Edges[:min(len(r.Edges), MaxEdgeChanges)])
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func edgeSet(s *ComparedSBOM, number func(int32) int32) map[edgeKey]bool {
	set := make(map[edgeKey]bool, len(s.Edges))
	n := int32(len(s.Ordinals))
	for _, e := range s.Edges {
		if e.From < 0 || e.To < 0 || e.From >= n || e.To >= n {
			continue
		}
		if k := (edgeKey{number(s.Ordinals[e.From]), number(s.Ordinals[e.To]), e.Kind}); k.from != k.to {
			set[k] = true
		}
	}
	return set
}
