package spdx

import (
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"

	"github.com/ospo-register/ospo/models"
)

// relation is a relationship to write. Ends below zero are not packages.
type relation struct {
	from, to int32
	name     string
}

const (
	theDocument int32 = -1 - iota
	none
	notKnown
)

// names are the relationships of SPDX 2.3, clause 11, that say what an edge says. The words of a dependency that is not
// shipped run from what is needed to what needs it.
var names = map[models.EdgeKind]string{
	models.EdgeOther: common.TypeRelationshipOther, models.EdgeDependsOn: common.TypeRelationshipDependsOn, models.EdgeContains: common.TypeRelationshipContains,
	models.EdgeDevDepends: common.TypeRelationshipDevDependencyOf, models.EdgeGeneratedBy: common.TypeRelationshipGeneratedFrom, models.EdgeVariantOf: common.TypeRelationshipVariantOf,
	models.EdgeStaticLink: common.TypeRelationshipStaticLink, models.EdgeDynamicLink: common.TypeRelationshipDynamicLink, models.EdgeDescendantOf: common.TypeRelationshipDescendantOf,
}

// relate lists what is written of roots, edges and completeness. tools-golang reads documentDescribes and does not write
// it, so the document's subject is a relationship; a document that names none says that it is not known.
func (s *writer) relate() {
	d := s.doc
	for _, r := range d.Roots {
		s.relations = append(s.relations, relation{theDocument, r, common.TypeRelationshipDescribe})
	}
	if len(d.Roots) == 0 && len(d.List) > 0 {
		s.relations = append(s.relations, relation{theDocument, notKnown, common.TypeRelationshipDescribe})
	}
	needs := make([]bool, len(d.List))
	for _, e := range d.Edges {
		name, from, to := names[e.Kind], e.From, e.To
		if name == "" {
			name = common.TypeRelationshipOther
		}
		if e.Kind == models.EdgeDevDepends {
			from, to = to, from
		}
		needs[e.From] = needs[e.From] || e.Kind.Carries()
		s.relations = append(s.relations, relation{from, to, name})
	}
	for i, c := range d.Complete { // SPDX 2.3, 11.1: NONE says that there is none, NOASSERTION that it is not known
		switch {
		case c == models.Complete && !needs[i]:
			s.relations = append(s.relations, relation{int32(i), none, common.TypeRelationshipDependsOn})
		case c == models.Incomplete, c == models.CompletenessUnknown:
			s.relations = append(s.relations, relation{int32(i), notKnown, common.TypeRelationshipDependsOn})
		}
	}
}

func (s *writer) relationship(i int) any {
	r := s.relations[i]
	return &v2_3.Relationship{RefA: s.end(r.from), RefB: s.end(r.to), Relationship: r.name}
}

func (s *writer) end(of int32) common.DocElementID {
	switch of {
	case theDocument:
		return common.DocElementID{ElementRefID: "DOCUMENT"}
	case none:
		return common.DocElementID{SpecialID: "NONE"}
	case notKnown:
		return common.DocElementID{SpecialID: noAssertion}
	}
	return common.DocElementID{ElementRefID: common.ElementID(s.ids[of])}
}
