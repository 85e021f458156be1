package licenses

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

const (
	onlySuffix    = "-only"
	orLaterSuffix = "-or-later"
)

//go:embed data/versions.tsv
var versionsTSV string

// versions is the table of numbered successors; keys are identifiers in lower case.
type versions map[string]place

// place is where a version stands in its family: itself and what follows it, oldest first.
type place struct {
	family string
	onward []string
}

var theVersions = sync.OnceValue(func() versions {
	table := versions{}
	for row := range rows(versionsTSV) {
		ids := strings.Fields(row[1])
		for i, id := range ids {
			table[strings.ToLower(id)] = place{row[0], ids[i:]}
		}
	}
	return table
})

// Versions lists what the leaf may be taken as: for "X+" and "X-or-later" the leaf itself, then X alone, then every later version in the
// version table (data/versions.tsv), oldest first, each with the leaf's addition; for every other leaf just the leaf.
//
// The "+" has to be stated. That the text of a licence may itself allow a later version (MPL, EUPL, CC-BY-SA) makes no difference here.
func (l Leaf) Versions() []Leaf {
	first, later := l.first()
	if !later {
		return []Leaf{l}
	}
	return append([]Leaf{l}, onward(first)...)
}

// onward is the exact leaf and its later versions.
func onward(first Leaf) []Leaf {
	known, ok := theVersions()[strings.ToLower(first.ID)]
	if !ok || first.IsRef() {
		return []Leaf{first}
	}
	leaves := make([]Leaf, len(known.onward))
	for i, id := range known.onward {
		leaves[i] = first
		leaves[i].ID = id
	}
	return leaves
}

// span is the atoms of what the leaf may be taken as, the first version first.
func (l Leaf) span() []Leaf {
	first, later := l.first()
	if !later {
		return []Leaf{first.atom()}
	}
	span := onward(first)
	for i := range span {
		span[i] = span[i].atom()
	}
	return span
}

func (l Leaf) firstAtom() Leaf {
	first, _ := l.first()
	return first.atom()
}

// narrowsTo says whether the other leaf is this one, one of its versions, or an "or later" of one of them.
func (l Leaf) narrowsTo(other Leaf) bool {
	_, later := l.first()
	first, otherLater := other.first()
	return (later || !otherLater) && slices.Contains(l.span(), first.atom())
}

// first is the one version that the leaf certainly permits, with deprecated identifiers replaced, and whether later ones may be taken in its place.
func (l Leaf) first() (exact Leaf, later bool) {
	if listed, ok := Get(l.ID); ok {
		l.ID = listed.ID
	}
	later = l.OrLater && !contradictory(l)
	if next, ok := successor(l); ok {
		l, later = next, false
	} else if l.OrLater {
		l.OrLater = false
		if next, ok := successor(l); ok {
			l = next
		}
	}
	if base, found := strings.CutSuffix(l.ID, orLaterSuffix); found {
		if only, ok := Get(base + onlySuffix); ok {
			l.ID, later = only.ID, true
		}
	}
	l.OrLater = false
	return l, later
}

// contradictory is true for "GPL-2.0-only+", of which nothing but version 2.0 is certain.
func contradictory(l Leaf) bool { return l.OrLater && strings.HasSuffix(l.ID, onlySuffix) }

// atom is the exact leaf as a key: identifiers are the same in any case, references are not (SPDX 2.3, annex D.2; 3.0.1, annex B.2).
func (l Leaf) atom() Leaf {
	if !l.IsRef() {
		l.ID = strings.ToLower(l.ID)
	}
	if !strings.HasPrefix(l.Addition, additionRefPrefix) {
		l.Addition = strings.ToLower(l.Addition)
	}
	return l
}
