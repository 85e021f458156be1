package catalog

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// guard says who may see something besides who sees its entry: a place in guards; 0 lets everybody pass.
type guard uint16

// guarded is what a guard asks for.
type guarded struct {
	visibility models.Visibility
	owner      int64
}

// nobody is the guard of what only those see who see everything: there are more owners than a guard can tell apart.
const nobody guard = 1

// guards tells guards apart.
type guards struct {
	list []guarded
	of   map[guarded]guard
}

func newGuards() guards {
	return guards{list: []guarded{{models.VisiblePublic, 0}, {models.VisibleAgency, 0}}, of: map[guarded]guard{}}
}

func (g *guards) find(v models.Visibility, owner int64) guard {
	if v == models.VisiblePublic {
		return 0
	}
	key := guarded{v, owner}
	if known, ok := g.of[key]; ok {
		return known
	}
	if len(g.list) > 65_000 {
		return nobody
	}
	g.list = append(g.list, key)
	g.of[key] = guard(len(g.list) - 1)
	return g.of[key]
}

// openness orders visibilities from closed to open.
func openness(v models.Visibility) int { return -slices.Index(models.Visibilities, v) }

// within is the guard of a part of an entry: none where everybody who sees the entry sees the part too.
func (g *guards) within(e *Entry, v models.Visibility, owner int64) guard {
	if owner == e.Steward && openness(v) >= openness(e.Visibility) {
		return 0
	}
	return g.find(v, owner)
}

// lens is what a viewer sees of an index, worked out once for a question.
type lens struct {
	sight           models.Sight
	all, government bool
	own             bool   // sees guarded things that neither all nor government covers
	open            []bool // by guard
	visible         set    // entries
}

// look works out what a viewer sees. The lens is valid until the scratch is used again.
func (x *Index) look(sight models.Sight, sc *scratch) lens {
	l := lens{sight: sight, all: sight.Sees(models.VisibleAgency, 0), government: sight.Sees(models.VisibleGovernment, 0)}
	sc.open = slices.Grow(sc.open[:0], len(x.guards.list))[:len(x.guards.list)]
	l.open = sc.open
	for i, g := range x.guards.list {
		l.open[i] = i == 0 || sight.Sees(g.visibility, g.owner)
		if i > 0 && l.open[i] && !l.all && (!l.government || g.visibility != models.VisibleGovernment) {
			l.own = true
		}
	}
	l.visible = sc.set(x.words())
	copy(l.visible, x.seen.resolve(&l, sc))
	l.visible.keep(x.alive)
	x.withoutTwins(&l)
	return l
}

// leveled is a set of entries that differs by who looks: what all see, what government sees besides, and all of it.
// A level that is nil is the same as the one before.
type leveled struct {
	base, government, all set
	guarded               []guardedSlot // what is not in base, by whom it is seen
}

type guardedSlot struct {
	slot  uint32
	guard guard
}

// add puts a slot in for those whom the guard lets pass.
func (v *leveled) add(slot uint32, g guard, list []guarded) {
	forGovernment := g == 0 || list[g].visibility == models.VisibleGovernment
	switch {
	case g == 0:
		v.base.add(slot)
	case forGovernment && v.government == nil:
		v.government = append(set{}, v.base...) // never nil
	case !forGovernment && v.all == nil:
		v.all = append(set{}, v.base...)
		if v.government != nil {
			v.all = append(set{}, v.government...)
		}
	}
	if v.government != nil && forGovernment {
		v.government.add(slot)
	}
	if v.all != nil {
		v.all.add(slot)
	}
	if g != 0 {
		v.guarded = append(v.guarded, guardedSlot{slot, g})
	}
}

// resolve gives the set as a viewer sees it. It may hold slots of dead or invisible entries.
func (v *leveled) resolve(l *lens, sc *scratch) set {
	s := v.base
	if v.government != nil && (l.government || l.all) {
		s = v.government
	}
	if v.all != nil && l.all {
		s = v.all
	}
	if !l.own {
		return s
	}
	var copied set
	for _, g := range v.guarded {
		if !l.open[g.guard] || s.has(g.slot) {
			continue
		}
		if copied == nil {
			copied = sc.set(max(len(s), sc.words))
			copy(copied, s)
			s = copied
		}
		copied[g.slot>>6] |= 1 << (g.slot & 63)
	}
	return s
}
