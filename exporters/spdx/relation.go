package spdx

import (
	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"

	"github.com/ospo-register/ospo/models"
)

// Ends of a relationship below zero are not packages.
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

// relate writes what is said of roots, edges and completeness. tools-golang reads documentDescribes and does not write
// it, so the document's subject is a relationship; a document that names none says that it is not known.
func (s *writer) relate(add func(any) error) error {
	d := s.doc
	say := func(from, to int32, name string) error {
		return add(&v2_3.Relationship{RefA: s.end(from), RefB: s.end(to), Relationship: name})
	}
	for _, r := range d.Roots {
		if err := say(theDocument, r, common.TypeRelationshipDescribe); err != nil {
			return err
		}
	}
	if len(d.Roots) == 0 && d.Packages > 0 {
		if err := say(theDocument, notKnown, common.TypeRelationshipDescribe); err != nil {
			return err
		}
	}
	needs := make([]bool, len(d.Complete))
	err := d.EachEdge(func(e models.Edge) error {
		name, from, to := names[e.Kind], e.From, e.To
		if name == "" {
			name = common.TypeRelationshipOther
		}
		if e.Kind == models.EdgeDevDepends {
			from, to = to, from
		}
		if int(e.From) < len(needs) && e.Kind.Carries() {
			needs[e.From] = true
		}
		return say(from, to, name)
	})
	for i, c := range d.Complete { // SPDX 2.3, 11.1: NONE says that there is none, NOASSERTION that it is not known
		if err != nil {
			return err
		}
		switch {
		case c == models.Complete && !needs[i]:
			err = say(int32(i), none, common.TypeRelationshipDependsOn)
		case c == models.Incomplete, c == models.CompletenessUnknown:
			err = say(int32(i), notKnown, common.TypeRelationshipDependsOn)
		}
	}
	return err
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
	return common.DocElementID{ElementRefID: common.ElementID(s.doc.Ref(of))}
}
