package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// licensed is the current document of a release with the licences in it as they hold for the steward of the software.
type licensed struct {
	release *models.Release
	asset   *models.Asset
	sbom    *store.SBOMRow
	sitting *sitting
	subject store.Subject
	parts   []licensedPart
	names   map[int32]string // of components, with version
	content *models.Content
	graph   *models.Graph
}

// licensedPart is a component with what holds of it.
type licensedPart struct {
	store.PartOf
	policy.Statement
	stated    string // the effective expression before anybody chose, or what stands in its place
	license   string // after that
	concluded bool   // a reviewer's word, and not the document's
	own       bool   // it is the product that the document is about
	silent    bool   // it is, and neither the document nor the software's entry states a licence of it
	nearest   int32  // the ordinal that is nearest to a root
	tie       tie
}

// mostLicensed is how many packages a document may have that is held whole while its licences are looked at by others than the judging.
const mostLicensed = MaxExportPackages

// licensed reads what a release contains. Not found where the viewer may not see the release or it has no current document, in conflict (code "sbom-reduced")
// where its content was let go.
func (r *Register) licensed(ctx context.Context, v models.Viewer, release int64) (*licensed, error) {
	l, err := r.licensedHead(ctx, v, release)
	if err != nil {
		return nil, err
	}
	if l.sbom.Packages > mostLicensed {
		return nil, models.Refuse(models.TooLarge, "release-too-large", fmt.Sprintf("The document of this release has more than %d packages, which is more than the register holds at once. Look at the releases of its parts one by one.", mostLicensed))
	}
	contents, err := r.store.Content(ctx, []int64{l.sbom.ID})
	if err != nil {
		return nil, err
	}
	if l.content = contents[l.sbom.ID]; l.content == nil {
		return nil, models.NoSuch("sbom")
	}
	list, err := r.store.Parts(ctx, []int64{l.sbom.ID})
	if err != nil {
		return nil, err
	}
	l.graph = models.NewGraph(l.content)
	return l, l.fill(ctx, list)
}

// licensedHead finds the release, its document and people's words about licences.
func (r *Register) licensedHead(ctx context.Context, v models.Viewer, release int64) (*licensed, error) {
	l := &licensed{}
	var err error
	if l.release, err = r.store.Release(ctx, v, release); err != nil {
		return nil, err
	}
	if l.asset, err = r.store.Asset(ctx, v, l.release.AssetID); err != nil {
		return nil, err
	}
	if l.sbom, err = r.store.CurrentSBOM(ctx, v, release); models.IsKind(err, models.NotFound) {
		return nil, models.Refuse(models.Conflict, "no-document", "Nobody has sent an SBOM document for "+l.asset.Title()+" "+l.release.Number+", so that its parts and their licences are not known. Send one.")
	} else if err != nil {
		return nil, err
	}
	if err := whole(l.sbom); err != nil {
		return nil, err
	}
	l.sitting, err = r.sit(ctx)
	l.subject = store.Subject{ReleaseID: release, AssetID: l.asset.ID, SBOMID: l.sbom.ID, AgencyID: l.asset.StewardID, License: l.asset.License}
	return l, err
}

// fill finds what holds of each component, and how it belongs to the product.
func (l *licensed) fill(ctx context.Context, list []store.PartOf) error {
	expressions := map[int32]bool{}
	for _, p := range list {
		expressions[p.ExpressionID] = true
	}
	if err := l.sitting.read(ctx, sortedKeys(expressions)); err != nil {
		return err
	}
	chosen := map[int32]policy.Statement{}
	place := make(map[int32]int, len(list))
	l.parts, l.names = make([]licensedPart, len(list)), make(map[int32]string, len(list))
	for i, p := range list {
		st := l.sitting.statements[p.ExpressionID]
		part := licensedPart{PartOf: p, Statement: st, stated: wordsOf(st), nearest: -1, tie: apartFromIt}
		if c := l.sitting.conclusionFor(&l.subject, p.Base, p.Name, p.Version); c != nil {
			part.Statement, _ = l.sitting.effective(&l.subject, &p)
			part.stated, part.concluded = c.Concluded, true
		} else {
			after, done := chosen[p.ExpressionID]
			if !done {
				after, _ = l.sitting.choose(&l.subject, st)
				chosen[p.ExpressionID] = after
			}
			part.Statement = after
		}
		part.license = wordsOf(part.Statement)
		l.parts[i], place[p.ComponentID] = part, i
		l.names[p.ComponentID] = strings.TrimSpace(p.Name + " " + p.Version)
	}
	l.place(place)
	return nil
}

// place says of each component where it stands in the document; of one that stands there several times the closest counts.
func (l *licensed) place(at map[int32]int) {
	ties := ties(l.content)
	for ordinal, id := range l.content.Components {
		i, there := at[id]
		if !there {
			continue
		}
		part := &l.parts[i]
		part.tie = min(part.tie, ties[ordinal])
		if part.nearest < 0 || nearer(l.graph.Depth(int32(ordinal)), l.graph.Depth(part.nearest)) {
			part.nearest = int32(ordinal)
		}
	}
	if len(l.content.Roots) == 1 && int(l.content.Roots[0]) < len(l.content.Components) {
		if i, there := at[l.content.Components[l.content.Roots[0]]]; there {
			l.parts[i].own = true
			l.entry(&l.parts[i])
		}
	}
}

// entry puts the licence of the software's entry in where the document states none of the product.
func (l *licensed) entry(p *licensedPart) {
	if p.Kind != licenses.ReadAbsent && p.Kind != licenses.ReadNoAssertion {
		return
	}
	own := licenses.Read(l.subject.License)
	if own.Kind != licenses.ReadExpression {
		p.silent = true
		return
	}
	p.Statement, _ = l.sitting.choose(&l.subject, policy.StatementOf(own))
	p.license = wordsOf(p.Statement)
}

// passedOn reports whether a component goes along with the product: not what is needed only to develop, build or test it or is optional, and not the product
// itself where government built it.
func (l *licensed) passedOn(p *licensedPart) bool {
	return p.tie != apartFromIt && (!p.own || l.asset.Origin != models.GovBuilt)
}

// unlicensed counts, of what is passed on, the components that nobody has licensed and those whose licence is not known. The checklist, the publication and the notice
// of a release count alike.
func (l *licensed) unlicensed() (none, unknown int) {
	for i := range l.parts {
		switch p := &l.parts[i]; {
		case !l.passedOn(p), p.Kind == licenses.ReadExpression:
		case p.Kind == licenses.ReadNone:
			none++
		default:
			unknown++
		}
	}
	return none, unknown
}

func nearer(depth, than int) bool { return depth >= 0 && (than < 0 || depth < than) }

// path names the shortest way from the product to a component.
func (l *licensed) path(p *licensedPart) []string {
	if p.nearest < 0 {
		return nil
	}
	steps := shorten(l.graph.Path(p.nearest))
	names := make([]string, len(steps))
	for i, o := range steps {
		names[i] = "…"
		if o >= 0 {
			names[i] = l.names[l.content.Components[o]]
		}
	}
	return names
}

// tie is how close a package is to the product of its document, from what the document says of the two.
type tie uint8

const (
	inIt        tie = iota // contained, linked statically, generated from or made of it: its code is in the product
	needed                 // depended on, or nothing is said of it: whether its code is in the product is open
	called                 // linked dynamically
	apartFromIt            // needed only to develop, build or test, or optional
)

// linking is how the tie is judged: what is open counts as included.
func (t tie) linking() licenses.Linking {
	switch t {
	case called:
		return licenses.Linked
	case apartFromIt:
		return licenses.Separate
	}
	return licenses.Included
}

func tieOf(kind models.EdgeKind) (tie, bool) {
	switch kind {
	case models.EdgeContains, models.EdgeStaticLink, models.EdgeGeneratedBy, models.EdgeVariantOf, models.EdgeDescendantOf:
		return inIt, true
	case models.EdgeDependsOn:
		return needed, true
	case models.EdgeDynamicLink:
		return called, true
	case models.EdgeDevDepends:
		return apartFromIt, true
	}
	return 0, false
}

// ties says of every package of a document how it belongs to what the document is about: of all ways that lead to it the closest counts, and a way is as
// loose as its loosest step. What no way leads to counts as needed.
func ties(c *models.Content) []tie {
	n := len(c.Components)
	next, reached := make([][]models.Edge, n), make([]bool, n)
	led := make([]bool, n)
	for _, e := range c.Edges {
		if _, ok := tieOf(e.Kind); ok && e.From != e.To && int(e.From) < n && int(e.To) < n {
			next[e.From] = append(next[e.From], e)
			led[e.To] = true
		}
	}
	out := slices.Repeat([]tie{needed}, n)
	var queue []int32
	begin := func(i int32) {
		if !reached[i] {
			reached[i], out[i] = true, inIt
			queue = append(queue, i)
		}
	}
	for _, r := range c.Roots {
		if int(r) < n {
			begin(r)
		}
	}
	for i := range n {
		if len(c.Roots) == 0 && !led[i] && len(next[i]) > 0 {
			begin(int32(i))
		}
	}
	for level := inIt; level <= apartFromIt; level++ {
		for at := 0; at < len(queue); at++ { // what was reached before may lead further now
			for _, e := range next[queue[at]] {
				if t, _ := tieOf(e.Kind); t <= level && !reached[e.To] {
					reached[e.To], out[e.To] = true, level
					queue = append(queue, e.To)
				}
			}
		}
	}
	return out
}

// byName orders components for lists that people read.
func byName(a, b *licensedPart) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version), cmp.Compare(a.ComponentID, b.ComponentID))
}
