package catalog

import "math/bits"

// set is a set of slots, one bit each. It may be shorter than another: what is beyond its end is not in it.
type set []uint64

func (s set) has(slot uint32) bool { return int(slot>>6) < len(s) && s[slot>>6]>>(slot&63)&1 != 0 }

// add puts a slot in, and makes room for it.
func (s *set) add(slot uint32) {
	for int(slot>>6) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[slot>>6] |= 1 << (slot & 63)
}

func (s set) remove(slot uint32) {
	if int(slot>>6) < len(s) {
		s[slot>>6] &^= 1 << (slot & 63)
	}
}

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// countBoth is how many slots are in both.
func countBoth(a, b set) int {
	if len(b) < len(a) {
		a, b = b, a
	}
	b = b[:len(a)]
	n := 0
	for i, w := range a {
		n += bits.OnesCount64(w & b[i])
	}
	return n
}

// filled are the places of the words of a set that are not empty: most searches find little.
func (s set) filled(sc *scratch) []int32 {
	sc.filled = sc.filled[:0]
	for i, w := range s {
		if w != 0 {
			sc.filled = append(sc.filled, int32(i))
		}
	}
	return sc.filled
}

// countAt is how many slots are in both, by the filled words of a.
func countAt(filled []int32, a, b set) int {
	if len(filled) > len(b)/2 {
		return countBoth(a, b)
	}
	n := 0
	for _, i := range filled {
		if int(i) >= len(b) {
			break
		}
		n += bits.OnesCount64(a[i] & b[i])
	}
	return n
}

// keep leaves only what is in other too.
func (s set) keep(other set) {
	n := min(len(s), len(other))
	for i, w := range other[:n] {
		s[i] &= w
	}
	clear(s[n:])
}

// drop takes out what is in other.
func (s set) drop(other set) {
	for i, w := range other[:min(len(s), len(other))] {
		s[i] &^= w
	}
}

// join adds what is in other; s must be as long as that.
func (s set) join(other set) {
	for i, w := range other {
		s[i] |= w
	}
}

// each walks over the slots in order.
func (s set) each(visit func(slot uint32)) {
	for i, w := range s {
		for w != 0 {
			visit(uint32(i<<6 + bits.TrailingZeros64(w)))
			w &= w - 1
		}
	}
}
