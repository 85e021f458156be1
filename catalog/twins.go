package catalog

import "slices"

// twin is an entry of another government's catalogue for software that this register has an entry for: the code of both lies at the same
// address. Whoever sees that it does finds ours alone.
type twin struct {
	foreign, own uint32
	guard        guard // of the address, as ours has it
}

// addressed is an entry whose code lies at an address.
type addressed struct {
	slot  uint32
	guard guard
}

// pair notes where the code of an entry lies, and whose lies there too.
func (x *Index) pair(slot uint32, e *Entry) {
	for _, a := range e.Addresses {
		if a.Canonical == "" {
			continue
		}
		this := addressed{slot, x.guards.within(e, a.Visibility, a.Owner)}
		for _, other := range x.byAddress[a.Canonical] {
			switch kind := x.entries[other.slot].ID.Kind; {
			case kind == e.ID.Kind:
			case kind == Own:
				x.twins = append(x.twins, twin{slot, other.slot, other.guard})
			default:
				x.twins = append(x.twins, twin{other.slot, slot, this.guard})
			}
		}
		x.byAddress[a.Canonical] = append(x.byAddress[a.Canonical], this)
	}
}

// unpair forgets where the code of an entry lies; its twins go when all changes are made.
func (x *Index) unpair(slot uint32, e *Entry) {
	for _, a := range e.Addresses {
		x.byAddress[a.Canonical] = slices.DeleteFunc(x.byAddress[a.Canonical], func(o addressed) bool { return o.slot == slot })
		if len(x.byAddress[a.Canonical]) == 0 {
			delete(x.byAddress, a.Canonical)
		}
	}
}

// withoutTwins takes foreign entries out of what is visible whose software is seen here.
func (x *Index) withoutTwins(l *lens) {
	for _, t := range x.twins {
		if l.open[t.guard] && l.visible.has(t.own) {
			l.visible.remove(t.foreign)
		}
	}
}
