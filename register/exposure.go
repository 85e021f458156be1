package register

import (
	"context"
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// Exposure answers "who runs it?": the components that match, and everything that contains them.
type Exposure struct {
	Components models.List[store.ComponentRow] // the first page of what matched and may be seen
	Counts     store.Exposure
	Agencies   []store.ExposedAgency // those with most deployments, at most MostAgencies
	Uses       models.List[Use]
	Ecosystems []store.Facet // purl types among the matches, most first, before Ecosystem narrowed them
	Versions   int           // components the viewer may see that matched before the version was judged
	Capped     bool          // more than store.MaxCandidates matched; narrow the question
}

// MostAgencies bounds the ranking of agencies in an Exposure.
const MostAgencies = 50

// Use is a release that contains a matching component, how it got there, and who runs it.
type Use struct {
	store.Use
	Ways        []Way
	Deployments []store.DeploymentRow // as far as the viewer may know their version
}

// Way is how a document's product came to contain a component.
type Way struct {
	Component int32
	Ordinal   int32    // the package of the document that is meant: the one nearest to the product
	Depth     int      // steps from the product: 1 is direct; -1 when the document does not connect it
	Path      []string // names and versions from the product to the component; nil when not connected
}

// Direct reports whether the product itself names the component.
func (w Way) Direct() bool { return w.Depth == 0 || w.Depth == 1 }

// Exposure finds components by purl, name or licence within a version range, and everything that contains them.
// f.Page walks through the uses.
func (r *Register) Exposure(ctx context.Context, v models.Viewer, f models.ComponentFilter) (*Exposure, error) {
	candidates, within, err := r.match(ctx, f)
	if err != nil {
		return nil, err
	}
	if index := r.store.Index(); index != nil {
		if x, err := r.indexedExposure(ctx, v, f, index, candidates, within); x != nil || err != nil {
			return x, err
		}
	}
	ids, all := idsOf(candidates, within), idsOf(candidates, nil)
	x := &Exposure{Capped: len(all) > store.MaxCandidates}
	if x.Ecosystems, err = r.store.Ecosystems(ctx, v, ids); err != nil {
		return nil, err
	}
	if f.Ecosystem != "" {
		if ids, err = r.store.OfEcosystem(ctx, ids, f.Ecosystem); err != nil {
			return nil, err
		}
	}
	// What nobody showed the viewer must not be counted either.
	named, err := r.store.Components(ctx, v, all, models.Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	x.Versions = named.Total.Count
	if len(ids) == 0 {
		x.Uses.Total.Exact, x.Components.Total.Exact = true, true
		return x, nil
	}
	if x.Components, err = r.store.Components(ctx, v, ids, models.Page{Limit: 100}); err != nil {
		return nil, err
	}
	if x.Counts, err = r.store.Exposed(ctx, v, ids); err != nil {
		return nil, err
	}
	if x.Agencies, err = r.store.ExposedAgencies(ctx, v, ids, MostAgencies); err != nil {
		return nil, err
	}
	x.Uses, err = r.Uses(ctx, v, ids, f.Page)
	return x, err
}

// Uses lists the releases whose current document contains any of the components, with the ways to it and who runs them.
func (r *Register) Uses(ctx context.Context, v models.Viewer, components []int32, p models.Page) (models.List[Use], error) {
	var none models.List[Use]
	uses, err := r.store.Uses(ctx, v, components, p)
	if err != nil {
		return none, err
	}
	list := models.List[Use]{Next: uses.Next, Total: uses.Total}
	for _, u := range uses.Items {
		list.Items = append(list.Items, Use{Use: u})
	}
	if err := r.addWays(ctx, list.Items); err != nil {
		return none, err
	}
	return list, r.addDeployments(ctx, v, list.Items)
}

// MostVersions bounds how many versions of a package are looked at.
const MostVersions = 500

// Versions lists the components that are the same package as c in any version, newest first by the rules of its
// ecosystem, as far as the viewer may see them: by purl, or by name where c has none. It looks at MostVersions at most.
func (r *Register) Versions(ctx context.Context, v models.Viewer, c *models.Component) ([]store.ComponentRow, error) {
	f := models.ComponentFilter{}
	if c.Base == "" {
		f.Name = c.Name
	}
	candidates, err := r.store.Candidates(ctx, f, c.Base, "")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(candidates, func(a, b store.Candidate) int {
		return packages.Order(packages.Ecosystem(c.Ecosystem), b.Version, a.Version)
	})
	var ids []int32
	for _, o := range candidates {
		if c.Base != "" || o.Ecosystem == "" {
			ids = append(ids, o.ID)
		}
	}
	ids = ids[:min(len(ids), MostVersions)]
	var list []store.ComponentRow
	for part := range slices.Chunk(ids, models.MaxLimit) {
		some, err := r.store.Components(ctx, v, part, models.Page{Limit: models.MaxLimit})
		if err != nil {
			return nil, err
		}
		list = append(list, some.Items...)
	}
	slices.SortStableFunc(list, func(a, b store.ComponentRow) int {
		return packages.Order(packages.Ecosystem(c.Ecosystem), b.Version, a.Version)
	})
	return list, nil
}

// match gives the components in the filter but for its range of versions, and which of them are in the range.
func (r *Register) match(ctx context.Context, f models.ComponentFilter) (candidates []store.Candidate, within []bool, err error) {
	var m models.Mistakes
	var base, exact string
	if f.PURL == "" && f.Name == "" && f.Query == "" && f.License == "" {
		m.Add("name", "required", "Give a purl, a name or a licence to look for.")
	}
	if f.PURL != "" {
		p, err := packages.ParsePURL(f.PURL)
		if err != nil {
			m.Add("purl", "bad-purl", "This is not a readable package URL: "+err.Error()+".")
		} else {
			base, exact = p.Base(), p.Version
		}
	}
	bounds, err := packages.ParseRange(f.Version)
	if err != nil {
		m.Add("version", "bad-range", err.Error())
	}
	if err := m.Err(); err != nil {
		return nil, nil, err
	}
	if candidates, err = r.store.Candidates(ctx, f, base, exact); err != nil {
		return nil, nil, err
	}
	within = make([]bool, len(candidates))
	for i, c := range candidates {
		within[i] = bounds.Contains(packages.Ecosystem(c.Ecosystem), c.Version)
	}
	return candidates, within, nil
}

// idsOf gives the ids of those that are within; of all when within is nil.
func idsOf(candidates []store.Candidate, within []bool) []int32 {
	var ids []int32
	for i, c := range candidates {
		if within == nil || within[i] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (r *Register) addDeployments(ctx context.Context, v models.Viewer, uses []Use) error {
	releases, by := make([]int64, len(uses)), map[int64]int{}
	for i, u := range uses {
		releases[i], by[u.ReleaseID] = u.ReleaseID, i
	}
	list, err := r.store.UseDeployments(ctx, v, releases)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ReleaseID != nil {
			u := &uses[by[*d.ReleaseID]]
			u.Deployments = append(u.Deployments, d)
		}
	}
	return nil
}
