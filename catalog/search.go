package catalog

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Result is what a query found.
type Result struct {
	Hits       []Hit
	Total      int
	Next       *Place // nil on the last page
	Facets     []FacetCount
	Suggestion string // the query as it was perhaps meant; "" when every word is known
	Loosely    bool   // nothing has all the words: these have at least half of them
}

// Hit is an entry that was found.
type Hit struct {
	Entry *Entry
	Score float32
	Uses  int   // agencies that run it, as far as the viewer sees
	Why   []Why // what of the query was found where
}

// Why says where a word of the query was found.
type Why struct {
	Word   string // as it was typed
	Found  string // the word that stands there, folded
	How    How
	Fields []Field // the weightiest first
}

// Search answers a query as the viewer sees the register.
func (x *Index) Search(sight models.Sight, q Query) *Result {
	sc := x.scratch()
	defer x.giveBack(sc)
	l := x.look(sight, sc)
	m := matches{found: l.visible}
	text := strings.TrimSpace(q.Text) != ""
	if text {
		m = x.match(q.Text, &l, sc)
	}
	filters := x.filters(q.Filters, &l, sc)
	r := &Result{Loosely: m.loosely}
	if len(q.Count) > 0 {
		r.Facets = x.count(q, m.found, filters, &l, sc)
	}
	found := sc.copy(m.found)
	for _, f := range filters {
		found.keep(f.set)
	}
	r.Total = found.count()
	x.page(r, q, found, &m, &l, sc)
	if text {
		for i := range r.Hits {
			r.Hits[i].Why = x.why(x.at[r.Hits[i].Entry.ID], &m, &l)
		}
		r.Suggestion = x.suggest(&m, &l)
	}
	return r
}

// filter is what one facet leaves.
type filter struct {
	facet Facet
	set   set
}

// filters works out what each facet leaves: entries that have any of its chosen values.
func (x *Index) filters(chosen map[Facet][]string, l *lens, sc *scratch) []filter {
	var out []filter
	for i := range x.facets {
		f := &x.facets[i]
		texts := chosen[f.kind.facet]
		if len(texts) == 0 {
			continue
		}
		any := sc.set(x.words())
		for _, text := range texts {
			if v, ok := f.of[text]; ok {
				any.join(v.resolve(l, sc))
			} else if text != "" && text == f.kind.rest {
				any.join(x.rest(f, l, sc))
			}
		}
		out = append(out, filter{f.kind.facet, any})
	}
	return out
}

// rest are the visible entries that have no value of a facet.
func (x *Index) rest(f *facetValues, l *lens, sc *scratch) set {
	rest := sc.copy(l.visible)
	for _, v := range f.values {
		rest.drop(v.resolve(l, sc))
	}
	return rest
}

// ranked is an entry with its place: the less the earlier.
type ranked struct {
	place uint64
	slot  uint32
}

// page finds the hits of one page.
func (x *Index) page(r *Result, q Query, found set, m *matches, l *lens, sc *scratch) {
	most := max(q.Limit, 1) + 1
	var best []ranked
	if o := x.ready(q, m); o != nil && r.Total*r.Total > most*len(o.slots) { // where much is found, the first of it are soon met
		best = o.walk(found, x.after(q), most, sc)
	} else {
		best = x.best(q, found, most, m, l, sc)
	}
	for i, h := range best {
		if i == most-1 {
			last := r.Hits[i-1]
			r.Next = &Place{ID: last.Entry.ID, Name: x.names[best[i-1].slot], Score: last.Score, At: last.Entry.UpdatedAt, Uses: last.Uses}
			break
		}
		hit := Hit{Entry: x.entries[h.slot], Uses: x.uses(h.slot, l)}
		if m.total != nil {
			hit.Score = m.total[h.slot]
		}
		r.Hits = append(r.Hits, hit)
	}
}

// best finds the first of what was found, in order, by a heap of as many as are wanted.
func (x *Index) best(q Query, found set, most int, m *matches, l *lens, sc *scratch) []ranked {
	place, after := x.places(q, m, l, sc), x.after(q)
	heap := sc.hits[:0] // the last of those kept on top
	found.each(func(slot uint32) {
		p := ranked{place(slot), slot}
		switch {
		case q.After != nil && p.place < after:
		case len(heap) < most:
			heap = append(heap, p)
			up(heap)
		case p.place < heap[0].place:
			heap[0] = p
			down(heap)
		}
	})
	sc.hits = heap
	slices.SortFunc(heap, func(a, b ranked) int { return cmp.Compare(a.place, b.place) })
	return heap
}

// ready is the order of a query where it is kept; nil where it has to be worked out.
func (x *Index) ready(q Query, m *matches) *order {
	switch {
	case q.Sort == ByUpdated:
		return &x.updated
	case q.Sort == ByName || q.Sort != ByUse && m.total == nil:
		return &x.name
	}
	return nil
}

// walk gives the first of what was found, from a place on.
func (o *order) walk(found set, from uint64, most int, sc *scratch) []ranked {
	list := sc.hits[:0]
	for place := int(from); place < len(o.slots) && len(list) < most; place++ {
		if slot := o.slots[place]; found.has(slot) {
			list = append(list, ranked{uint64(place), slot})
		}
	}
	sc.hits = list
	return list
}

// places gives how entries are ordered: what counts first in the upper half, the place by name in the lower.
func (x *Index) places(q Query, m *matches, l *lens, sc *scratch) func(slot uint32) uint64 {
	switch {
	case q.Sort == ByUpdated:
		return func(slot uint32) uint64 { return uint64(x.updated.ranks[slot]) }
	case q.Sort == ByUse:
		uses := x.allUses(l, sc)
		return func(slot uint32) uint64 { return uint64(math.MaxUint32-uses[slot])<<32 | uint64(x.name.ranks[slot]) }
	case q.Sort == ByName || m.total == nil:
		return func(slot uint32) uint64 { return uint64(x.name.ranks[slot]) }
	}
	return func(slot uint32) uint64 { return upper(m.total[slot]) | uint64(x.name.ranks[slot]) }
}

// upper orders scores, which are not negative, from the greatest.
func upper(score float32) uint64 { return uint64(^math.Float32bits(score)) << 32 }

// after gives the first place behind that of the query, whether the entry there is still in the index or not.
func (x *Index) after(q Query) uint64 {
	if q.After == nil {
		return 0
	}
	a := q.After
	behind := func(o *order, before func(slot uint32) int) uint64 {
		return uint64(sort.Search(len(o.slots), func(i int) bool { return before(o.slots[i]) > 0 }))
	}
	byName := func(slot uint32) int {
		return cmp.Or(strings.Compare(x.names[slot], a.Name), compareIDs(x.entries[slot].ID, a.ID))
	}
	switch {
	case q.Sort == ByUpdated:
		return behind(&x.updated, func(slot uint32) int {
			return cmp.Or(a.At.Compare(x.entries[slot].UpdatedAt), compareIDs(x.entries[slot].ID, a.ID))
		})
	case q.Sort == ByUse:
		return uint64(math.MaxUint32-uint32(a.Uses))<<32 | behind(&x.name, byName)
	case q.Sort == ByName || strings.TrimSpace(q.Text) == "":
		return behind(&x.name, byName)
	}
	return upper(a.Score) | behind(&x.name, byName)
}

func up(heap []ranked) {
	for i := len(heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if heap[parent].place >= heap[i].place {
			return
		}
		heap[parent], heap[i] = heap[i], heap[parent]
		i = parent
	}
}

func down(heap []ranked) {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && heap[child+1].place > heap[child].place {
			child++
		}
		if heap[i].place >= heap[child].place {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
