package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// FacetCount is a facet with how many entries each of its values has.
type FacetCount struct {
	Facet  Facet
	Values []ValueCount // the most frequent first; of agencies those that stand higher before those below them where they have as many
}

// ValueCount is a value with how many of the entries have it that the text and all other facets leave.
type ValueCount struct {
	Value  string
	Label  string // name of an agency; "" where the value is its own label
	Count  int
	Chosen bool
}

// count counts facets. Each is counted with every filter but its own, so that the numbers say what choosing one value more would add.
// Values that no entry has are left out, unless they are chosen.
func (x *Index) count(q Query, found set, filters []filter, l *lens, sc *scratch) []FacetCount {
	narrowed := sc.copy(found)
	for _, f := range filters {
		narrowed.keep(f.set)
	}
	var out []FacetCount
	for i := range x.facets {
		f := &x.facets[i]
		if !slices.Contains(q.Count, f.kind.facet) || f.kind.facet == FacetVisibility && !l.government && !l.all {
			continue
		}
		among := narrowed
		if slices.ContainsFunc(filters, func(o filter) bool { return o.facet == f.kind.facet }) {
			among = sc.copy(found)
			for _, o := range filters {
				if o.facet != f.kind.facet {
					among.keep(o.set)
				}
			}
		}
		out = append(out, FacetCount{Facet: f.kind.facet, Values: x.countValues(f, q.Filters[f.kind.facet], among, l, sc)})
	}
	return out
}

func (x *Index) countValues(f *facetValues, chosen []string, among set, l *lens, sc *scratch) []ValueCount {
	list := make([]ValueCount, 0, min(len(f.values), 64))
	take := func(text string, n int) {
		if is := slices.Contains(chosen, text); n > 0 || is {
			list = append(list, ValueCount{Value: text, Count: n, Chosen: is})
		}
	}
	left := set(nil)
	if f.kind.rest != "" {
		left = sc.copy(among)
	}
	filled := among.filled(sc)
	for _, v := range f.values {
		mark := sc.used
		s := v.resolve(l, sc)
		take(v.text, countAt(filled, among, s))
		left.drop(s)
		sc.used = mark
	}
	if f.kind.rest != "" {
		take(f.kind.rest, left.count())
	}
	for _, text := range chosen {
		if _, ok := f.of[text]; !ok && text != f.kind.rest {
			take(text, 0)
		}
	}
	if f.kind.agency {
		x.label(list)
	}
	slices.SortFunc(list, func(a, b ValueCount) int {
		if a.Count != b.Count { // most differ in it, and to compare all costs much
			return b.Count - a.Count
		}
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return slices.CompactFunc(list, func(a, b ValueCount) bool { return a.Value == b.Value })
}

func (x *Index) label(list []ValueCount) {
	for i := range list {
		id, err := strconv.ParseInt(list[i].Value, 10, 64)
		if err == nil {
			list[i].Label = x.agencies[id].Name
		}
	}
}

// uses is how many agencies run the entry, as far as the viewer sees.
func (x *Index) uses(slot uint32, l *lens) int {
	n := 0
	for _, u := range x.entries[slot].Uses {
		if l.sight.Sees(u.Visibility, u.Agency) {
			n++
		}
	}
	return n
}

// allUses gives uses by slot.
func (x *Index) allUses(l *lens, sc *scratch) []uint32 {
	if cap(sc.uses) < sc.slots {
		sc.uses = make([]uint32, sc.slots+sc.slots/8)
	}
	sc.uses = sc.uses[:sc.slots]
	for slot, e := range x.entries {
		sc.uses[slot] = 0
		if e == nil {
			continue
		}
		for _, u := range e.Uses {
			if u.Visibility == models.VisiblePublic || l.all || u.Visibility == models.VisibleGovernment && l.government || l.sight.Sees(u.Visibility, u.Agency) {
				sc.uses[slot]++
			}
		}
	}
	return sc.uses
}
