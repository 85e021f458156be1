package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Index holds entries and answers questions about them. Any number may ask at once; whoever changes it must be alone with it.
//
// An entry lives in a slot. To change it is to leave its slot empty and to take a new one at the end, so that every list of slots is in
// order without sorting. Dead tells how many are empty: an index with many is best built anew.
type Index struct {
	today    models.Date
	agencies map[int64]Agency
	synonyms *Synonyms

	entries []*Entry // by slot; nil where none lives any more
	at      map[ID]uint32
	alive   set
	seen    leveled // entries, by who may see them
	guards  guards
	facets  []facetValues
	runs    map[int64]*leveled // what each agency itself runs

	vocabulary
	traits  []slotTerm // words that tell what entries are for, entry by entry
	starts  []uint32   // by slot: where its words begin in traits
	byName  map[string][]namedSlot
	names   []string // by slot: what it stands under in a list by name
	name    order
	updated order

	byAddress map[string][]addressed
	twins     []twin

	licenses map[string]licensed
	pool     *scratchPool
}

// namedSlot is an entry that is called by a key, as its own name or as another.
type namedSlot struct {
	slot  uint32
	alias bool
}

// order ranks the living entries.
type order struct {
	slots []uint32 // first to last
	ranks []uint32 // by slot
}

// New makes an empty index for a day. The agencies must be all that entries name: one that is not among them has no name and stands below nobody.
// Without synonyms it has those that come with the program.
func New(today models.Date, agencies []Agency, synonyms *Synonyms) *Index {
	if synonyms == nil {
		synonyms = OwnSynonyms()
	}
	x := &Index{today: today, agencies: make(map[int64]Agency, len(agencies)), synonyms: synonyms, at: map[ID]uint32{}, guards: newGuards(), facets: newFacets(), runs: map[int64]*leveled{},
		vocabulary: newVocabulary(), byName: map[string][]namedSlot{}, byAddress: map[string][]addressed{}, licenses: map[string]licensed{}, pool: &scratchPool{}}
	for _, a := range agencies {
		if !slices.Contains(a.Above, a.ID) {
			a.Above = append(slices.Clone(a.Above), a.ID)
		}
		x.agencies[a.ID] = a
	}
	return x
}

// Len is how many entries it holds.
func (x *Index) Len() int { return len(x.at) }

// Dead is how many slots are empty.
func (x *Index) Dead() int { return len(x.entries) - len(x.at) }

// Today is the day by which activity is told.
func (x *Index) Today() models.Date { return x.today }

// Agency is the agency of an id as the index knows it.
func (x *Index) Agency(id int64) (Agency, bool) {
	a, ok := x.agencies[id]
	return a, ok
}

// words is how many words of a set all slots take.
func (x *Index) words() int { return (len(x.entries) + 63) / 64 }

// Change takes entries out and puts entries in; one that is there already is replaced. The entries belong to the index afterwards.
func (x *Index) Change(gone []ID, entries []*Entry) {
	from := len(x.entries)
	for _, id := range gone {
		x.drop(id)
	}
	for _, e := range entries {
		x.drop(e.ID)
		x.put(e)
	}
	x.twins = slices.DeleteFunc(x.twins, func(t twin) bool { return !x.alive.has(t.foreign) || !x.alive.has(t.own) })
	x.settle()
	x.order(from)
}

// Entry finds an entry that is seen.
func (x *Index) Entry(sight models.Sight, id ID) (*Entry, bool) {
	slot, ok := x.at[id]
	if !ok || !sight.Sees(x.entries[slot].Visibility, x.entries[slot].Steward) {
		return nil, false
	}
	return x.entries[slot], true
}

func (x *Index) drop(id ID) {
	slot, ok := x.at[id]
	if !ok {
		return
	}
	delete(x.at, id)
	e := x.entries[slot]
	x.entries[slot] = nil
	x.alive.remove(slot)
	x.unpair(slot, e)
	for _, name := range append([]string{e.Name, e.Title()}, e.Aliases...) {
		key := nameKey(name)
		x.byName[key] = slices.DeleteFunc(x.byName[key], func(n namedSlot) bool { return n.slot == slot })
		if len(x.byName[key]) == 0 {
			delete(x.byName, key)
		}
	}
}

func (x *Index) put(e *Entry) {
	slot := uint32(len(x.entries))
	e.Answers = x.agencies[e.Steward].Name
	for i := range e.Uses {
		e.Uses[i].Name = x.agencies[e.Uses[i].Agency].Name
	}
	x.entries = append(x.entries, e)
	x.at[e.ID] = slot
	x.alive.add(slot)
	x.seen.add(slot, x.guards.find(e.Visibility, e.Steward), x.guards.list)
	x.pair(slot, e)
	x.markEntry(slot, e)
	x.read(slot, e)
	for i, name := range append([]string{e.Name, e.Title()}, e.Aliases...) {
		key := nameKey(name)
		if key != "" && !slices.ContainsFunc(x.byName[key], func(n namedSlot) bool { return n.slot == slot }) {
			x.byName[key] = append(x.byName[key], namedSlot{slot, i > 1})
		}
	}
	for i := range e.Parts {
		for tag, t := range e.Parts[i].Texts {
			if t.Long != "" {
				t.Long = ""
				e.Parts[i].Texts[tag] = t
			}
		}
	}
}

// few is up to how many new things are put in their places one by one.
const few = 200

// order gives the entries from a slot on their places in each order that lists are given in.
func (x *Index) order(from int) {
	var fresh []uint32
	for slot := from; slot < len(x.entries); slot++ {
		name := ""
		if e := x.entries[slot]; e != nil {
			name = sortName(e)
			fresh = append(fresh, uint32(slot))
		}
		x.names = append(x.names, name)
	}
	x.name.change(x, fresh, x.compareNames)
	x.updated.change(x, fresh, x.compareUpdated)
}

func (x *Index) compareNames(a, b uint32) int {
	return cmp.Or(strings.Compare(x.names[a], x.names[b]), compareIDs(x.entries[a].ID, x.entries[b].ID))
}

func (x *Index) compareUpdated(a, b uint32) int {
	return cmp.Or(x.entries[b].UpdatedAt.Compare(x.entries[a].UpdatedAt), compareIDs(x.entries[a].ID, x.entries[b].ID))
}

func (o *order) change(x *Index, fresh []uint32, compare func(a, b uint32) int) {
	o.slots = slices.DeleteFunc(o.slots, func(slot uint32) bool { return !x.alive.has(slot) })
	if len(fresh) > few {
		o.slots = append(o.slots, fresh...)
		slices.SortFunc(o.slots, compare)
	} else {
		for _, slot := range fresh {
			at, _ := slices.BinarySearchFunc(o.slots, slot, compare)
			o.slots = slices.Insert(o.slots, at, slot)
		}
	}
	o.ranks = slices.Grow(o.ranks[:0], len(x.entries))[:len(x.entries)]
	for rank, slot := range o.slots {
		o.ranks[slot] = uint32(rank)
	}
}

// sortName is what an entry stands under in a list by name.
func sortName(e *Entry) string { return fold(e.Title()) }

func compareIDs(a, b ID) int {
	return cmp.Or(-strings.Compare(string(a.Kind), string(b.Kind)), cmp.Compare(a.Number, b.Number)) // own ones first
}
