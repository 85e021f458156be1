package register

import (
	"cmp"
	"context"
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// indexedExposure answers from memory what Exposure answers by SQL. Without a result and an error the index cannot say.
func (r *Register) indexedExposure(ctx context.Context, v models.Viewer, f models.ComponentFilter, index *store.Index, candidates []store.Candidate, within []bool) (*Exposure, error) {
	wanted := idsOf(candidates, within)
	if f.Ecosystem != "" {
		wanted = nil
		for i, c := range candidates {
			if within[i] && c.Ecosystem == f.Ecosystem {
				wanted = append(wanted, c.ID)
			}
		}
	}
	a, err := index.Ask(ctx, v, wanted, MostAgencies, f.Page)
	if err != nil || !a.ByCursor {
		return nil, err
	}
	x := &Exposure{Capped: len(candidates) > store.MaxCandidates, Counts: a.Counts, Agencies: a.Agencies}
	seen := index.Seen(v, idsOf(candidates, nil))
	x.Versions = len(seen)
	x.Ecosystems = facets(candidates, within, seen)
	if x.Components, err = r.store.ComponentsOf(ctx, a.Seen, models.Page{Limit: 100}); err != nil {
		return nil, err
	}
	x.Uses = models.List[Use]{Next: a.Uses.Next, Total: a.Uses.Total}
	for _, u := range a.Uses.Items {
		x.Uses.Items = append(x.Uses.Items, Use{Use: u})
	}
	if err := r.addWays(ctx, x.Uses.Items); err != nil {
		return nil, err
	}
	return x, r.addDeployments(ctx, v, x.Uses.Items)
}

// facets counts the components in the range that are seen by purl type, most first.
func facets(candidates []store.Candidate, within []bool, seen map[int32]bool) []store.Facet {
	counts := map[string]int{}
	for i, c := range candidates {
		if within[i] && c.Ecosystem != "" && seen[c.ID] {
			counts[c.Ecosystem]++
		}
	}
	var list []store.Facet
	for value, n := range counts {
		list = append(list, store.Facet{Name: "ecosystem", Value: value, Count: n})
	}
	slices.SortFunc(list, func(a, b store.Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}
