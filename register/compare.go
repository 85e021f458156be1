package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// SBOMComparison is what became of one document in another.
type SBOMComparison struct {
	From, To *store.SBOMRow
	*models.Comparison
}

// CompareSBOMs says what became of the packages, licences, suppliers and relationships of one document in another. They may
// be of different releases and assets. Not found where the viewer may not see one of them, in conflict (code
// "sbom-reduced") where a retention rule let the packages of one go.
func (r *Register) CompareSBOMs(ctx context.Context, v models.Viewer, from, to int64) (*SBOMComparison, error) {
	x := &SBOMComparison{}
	var err error
	for _, side := range []struct {
		id   int64
		into **store.SBOMRow
	}{{from, &x.From}, {to, &x.To}} {
		if *side.into, err = r.store.SBOM(ctx, v, side.id); err != nil {
			return nil, err
		}
		if err := whole(*side.into); err != nil {
			return nil, err
		}
	}
	contents, err := r.store.Content(ctx, []int64{from, to})
	if err != nil {
		return nil, err
	}
	facts, err := r.comparedFacts(ctx, contents)
	if err != nil {
		return nil, err
	}
	x.Comparison = models.Compare(compared(contents[from], facts), compared(contents[to], facts), func(ecosystem, a, b string) int {
		return packages.Order(packages.Ecosystem(ecosystem), a, b)
	})
	return x, nil
}

// comparedFacts reads every component of the documents once.
func (r *Register) comparedFacts(ctx context.Context, contents map[int64]*models.Content) (map[int32]models.ComparedPackage, error) {
	var ids []int32
	for _, c := range contents {
		ids = append(ids, c.Components...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	facts := make(map[int32]models.ComparedPackage, len(ids))
	for part := range slices.Chunk(ids, componentsAtOnce) {
		list, err := r.store.ComponentRows(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			p := models.ComparedPackage{Name: c.Name, Version: c.Version, PURL: c.PURL, Base: c.Base, Ecosystem: c.Ecosystem, Supplier: c.Supplier,
				Declared: c.Declared, Concluded: c.Concluded, Effective: c.Effective}
			if strings.Contains(p.Effective, "LicenseRef-") {
				p.Texts = c.EffectiveID
			}
			facts[c.ID] = p
		}
	}
	return facts, nil
}

// compared is a document as it is compared, without packages said twice.
func compared(c *models.Content, facts map[int32]models.ComparedPackage) *models.ComparedSBOM {
	s := &models.ComparedSBOM{}
	if c == nil {
		return s
	}
	at := make(map[int32]int32, len(c.Components))
	s.Ordinals, s.Edges = make([]int32, len(c.Components)), c.Edges
	for i, id := range c.Components {
		place, there := at[id]
		if !there {
			place = int32(len(s.Packages))
			at[id] = place
			s.Packages = append(s.Packages, facts[id])
		}
		s.Ordinals[i] = place
	}
	return s
}
