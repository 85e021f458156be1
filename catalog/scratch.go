package catalog

import "sync"

// scratch is the memory that a question is answered in. It goes back to the pool afterwards, so that a question allocates next to nothing.
type scratch struct {
	words  int // of a set
	slots  int
	sets   []set
	used   int // of sets
	open   []bool
	total  []float32 // by slot: what it scores
	single []float32 // the same for one clause
	phrase []float32 // for one phrase
	word   []float32 // for one word of it
	tries  []uint8   // by slot: clauses that it has
	uses   []uint32  // by slot: agencies that run it
	hits   []ranked
	filled []int32 // words of a set that are not empty
}

type scratchPool struct{ sync.Pool }

// scratch takes memory for a question to the index as it is.
func (x *Index) scratch() *scratch {
	sc, _ := x.pool.Get().(*scratch)
	if sc == nil {
		sc = &scratch{}
	}
	sc.words, sc.slots, sc.used = x.words(), len(x.entries), 0
	return sc
}

func (x *Index) giveBack(sc *scratch) { x.pool.Put(sc) }

// set gives an empty set of at least so many words.
func (sc *scratch) set(words int) set {
	if sc.used == len(sc.sets) {
		sc.sets = append(sc.sets, nil)
	}
	if cap(sc.sets[sc.used]) < words {
		sc.sets[sc.used] = make(set, words+words/8)
	}
	s := sc.sets[sc.used][:words]
	clear(s)
	sc.used++
	return s
}

// copy gives a copy of a set, as long as all are.
func (sc *scratch) copy(s set) set {
	c := sc.set(max(sc.words, len(s)))
	copy(c, s)
	return c
}

// floats empties a list of scores.
func (sc *scratch) floats(list *[]float32) []float32 {
	if cap(*list) < sc.slots {
		*list = make([]float32, sc.slots+sc.slots/8)
	}
	*list = (*list)[:sc.slots]
	clear(*list)
	return *list
}

func (sc *scratch) counts() []uint8 {
	if cap(sc.tries) < sc.slots {
		sc.tries = make([]uint8, sc.slots+sc.slots/8)
	}
	sc.tries = sc.tries[:sc.slots]
	clear(sc.tries)
	return sc.tries
}
