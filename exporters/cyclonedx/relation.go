package cyclonedx

import (
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/ospo-register/ospo/models"
)

// words name relationships that CycloneDX has no place for.
var words = map[models.EdgeKind]string{
	models.EdgeGeneratedBy: "generated-from", models.EdgeVariantOf: "variant-of", models.EdgeDescendantOf: "descendant-of",
}

// relate sorts edges into dependencies and others. A component that is only needed to develop is not part of the product:
// its scope says so.
func (s *writer) relate() {
	n := len(s.doc.List)
	s.needs, s.excluded = make([][]int32, n), make([]bool, n)
	shipped := make([]bool, n)
	for _, r := range s.doc.Roots {
		shipped[r] = true
	}
	for _, e := range s.doc.Edges {
		switch {
		case e.Kind.Carries():
			shipped[e.To] = true
			s.needs[e.From] = append(s.needs[e.From], e.To)
		case e.Kind == models.EdgeDevDepends:
			s.excluded[e.To] = true
			s.needs[e.From] = append(s.needs[e.From], e.To)
		default:
			word := words[e.Kind]
			if word == "" {
				word = "related-to"
			}
			s.others[e.From] = append(s.others[e.From], cdx.Property{Name: "ospo:" + word, Value: s.refs[e.To]})
		}
	}
	for i := range n {
		s.excluded[i] = s.excluded[i] && !shipped[i]
		slices.Sort(s.needs[i])
		s.needs[i] = slices.Compact(s.needs[i])
	}
}

func (s *writer) dependency(ordinal int32) cdx.Dependency {
	if ordinal == topOrdinal {
		return cdx.Dependency{Ref: s.top, Dependencies: s.names(distinct(s.doc.Roots))}
	}
	return cdx.Dependency{Ref: s.refs[ordinal], Dependencies: s.names(s.needs[ordinal])}
}

func (s *writer) names(ordinals []int32) *[]string {
	var list []string
	for _, o := range ordinals {
		list = append(list, s.refs[o])
	}
	return some(list)
}

// aggregates are how CycloneDX 1.6 says how complete the dependencies of a component are.
var aggregates = []struct {
	of models.Completeness
	as cdx.CompositionAggregate
}{
	{models.Complete, cdx.CompositionAggregateComplete}, {models.Incomplete, cdx.CompositionAggregateIncomplete}, {models.CompletenessUnknown, cdx.CompositionAggregateUnknown},
}

func (s *writer) compositions() []cdx.Composition {
	var list []cdx.Composition
	for _, a := range aggregates {
		var refs []cdx.BOMReference
		for i, c := range s.doc.Complete {
			if c == a.of {
				refs = append(refs, cdx.BOMReference(s.refs[i]))
			}
		}
		if len(refs) > 0 {
			list = append(list, cdx.Composition{Aggregate: a.as, Dependencies: &refs})
		}
	}
	return list
}
