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

// scopes finds what is only needed to develop: it is not part of the product, and its scope says so.
func (s *writer) scopes() error {
	s.excluded = make([]bool, s.doc.Packages)
	shipped := make([]bool, s.doc.Packages)
	for _, r := range s.doc.Roots {
		shipped[r] = true
	}
	err := s.doc.EachEdge(func(e models.Edge) error {
		switch {
		case e.Kind.Carries():
			shipped[e.To] = true
		case e.Kind == models.EdgeDevDepends:
			s.excluded[e.To] = true
		}
		return nil
	})
	for i := range s.excluded {
		s.excluded[i] = s.excluded[i] && !shipped[i]
	}
	return err
}

// needs reports whether a relationship is a dependency of CycloneDX.
func needs(k models.EdgeKind) bool { return k.Carries() || k == models.EdgeDevDepends }

// relations adds the relationships that are no dependencies to the properties of a component.
func (s *writer) relations(outgoing []models.Edge, list []cdx.Property) []cdx.Property {
	for _, e := range outgoing {
		if needs(e.Kind) {
			continue
		}
		word := words[e.Kind]
		if word == "" {
			word = "related-to"
		}
		list = append(list, cdx.Property{Name: "ospo:" + word, Value: s.doc.Ref(e.To)})
	}
	return list
}

// dependencies writes what each component needs.
func (s *writer) dependencies(add func(any) error) error {
	if s.top != "" {
		if err := add(cdx.Dependency{Ref: s.top, Dependencies: s.names(s.roots)}); err != nil {
			return err
		}
	}
	along := s.doc.Outgoing()
	var outgoing []models.Edge
	var ordinals []int32
	for i := range int32(s.doc.Packages) {
		var err error
		if outgoing, err = along.Of(i, outgoing[:0]); err != nil {
			return err
		}
		ordinals = ordinals[:0]
		for _, e := range outgoing {
			if needs(e.Kind) {
				ordinals = append(ordinals, e.To)
			}
		}
		slices.Sort(ordinals)
		ordinals = slices.Compact(ordinals)
		if err := add(cdx.Dependency{Ref: s.doc.Ref(i), Dependencies: s.names(ordinals)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *writer) names(ordinals []int32) *[]string {
	var list []string
	for _, o := range ordinals {
		list = append(list, s.doc.Ref(o))
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
				refs = append(refs, cdx.BOMReference(s.doc.Ref(int32(i))))
			}
		}
		if len(refs) > 0 {
			list = append(list, cdx.Composition{Aggregate: a.as, Dependencies: &refs})
		}
	}
	return list
}
