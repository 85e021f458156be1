package spdx

import (
	"bytes"
	"hash/maphash"
	"strings"
)

// What an id stands for; a value from 0 upward is the ordinal of a package.
const (
	isUnknown  int32 = -1 // mentioned, not (yet) seen
	isFile     int32 = -2
	isDocument int32 = -3
	isExternal int32 = -4 // DocumentRef-…: an element of another document
	isSpecial  int32 = -5 // NONE, NOASSERTION
	isSnippet  int32 = -6
)

// idTable numbers the ids of one document in the order they are met and knows what each stands for. It is a plain
// open-addressing table over one byte slice, because documents with a million files exist and a map of strings
// costs three times as much.
type idTable struct {
	seed  maphash.Seed
	slots []slot   // the length is a power of two, at least twice as many as there are ids
	text  []byte   // all ids, one after the other
	ends  []uint32 // where each ends in text
	class []int32  // what each stands for
}

type slot struct {
	hash uint32 // upper half of the id's hash
	next int32  // number+1 of the id, 0 when free
}

func newIDTable() *idTable {
	return &idTable{seed: maphash.MakeSeed(), slots: make([]slot, 64)}
}

// trimID gives the form in which ids are compared: SPDXRef-a, #SPDXRef-a, a and http://…#SPDXRef-a are the same element.
func trimID(id []byte) []byte {
	const prefix = "SPDXRef-"
	if !hasPrefix(id, prefix) {
		if i := bytes.LastIndexByte(id, '#'); i >= 0 {
			id = id[i+1:]
		}
		id = bytes.TrimSpace(id)
	}
	if hasPrefix(id, prefix) {
		return id[len(prefix):]
	}
	return id
}

func hasPrefix(id []byte, prefix string) bool {
	return len(id) >= len(prefix) && string(id[:len(prefix)]) == prefix
}

// number finds the id or adds it.
func (t *idTable) number(id []byte) int32 {
	id = trimID(id)
	hash := maphash.Bytes(t.seed, id)
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for ; t.slots[at].next != 0; at = (at + 1) & mask {
		if s := t.slots[at]; s.hash == uint32(hash>>32) && string(t.bytes(s.next-1)) == string(id) {
			return s.next - 1
		}
	}
	t.text = append(t.text, id...)
	t.ends = append(t.ends, uint32(len(t.text)))
	t.class = append(t.class, classOf(id))
	n := int32(len(t.ends))
	t.slots[at] = slot{uint32(hash >> 32), n}
	if len(t.ends)*2 > len(t.slots) {
		t.grow()
	}
	return n - 1
}

func classOf(id []byte) int32 {
	switch {
	case string(id) == "DOCUMENT":
		return isDocument
	case string(id) == "NONE", string(id) == "NOASSERTION":
		return isSpecial
	case hasPrefix(id, "DocumentRef-"):
		return isExternal
	}
	return isUnknown
}

func (t *idTable) grow() {
	t.slots = make([]slot, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for n := range t.ends {
		hash := maphash.Bytes(t.seed, t.bytes(int32(n)))
		at := hash & mask
		for t.slots[at].next != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot{uint32(hash >> 32), int32(n) + 1}
	}
}

func (t *idTable) bytes(n int32) []byte {
	start := uint32(0)
	if n > 0 {
		start = t.ends[n-1]
	}
	return t.text[start:t.ends[n]]
}

// name is the id as a person writes it.
func (t *idTable) name(n int32) string {
	id := string(t.bytes(n))
	if t.class[n] == isExternal || t.class[n] == isSpecial || strings.HasPrefix(id, "DocumentRef-") {
		return id
	}
	return "SPDXRef-" + id
}
