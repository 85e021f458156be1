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
	slots []int32  // number+1 of the id, 0 when free; the length is a power of two
	text  []byte   // all ids, one after the other
	ends  []uint32 // where each ends in text
	class []int32  // what each stands for
}

func newIDTable() *idTable {
	return &idTable{seed: maphash.MakeSeed(), slots: make([]int32, 64)}
}

// trimID gives the form in which ids are compared: SPDXRef-a, #SPDXRef-a, a and http://…#SPDXRef-a are the same element.
func trimID(id []byte) []byte {
	if i := bytes.LastIndexByte(id, '#'); i >= 0 {
		id = id[i+1:]
	}
	return bytes.TrimPrefix(bytes.TrimSpace(id), []byte("SPDXRef-"))
}

// number finds the id or adds it.
func (t *idTable) number(id []byte) int32 {
	id = trimID(id)
	slot := t.find(id)
	if n := t.slots[slot]; n != 0 {
		return n - 1
	}
	n := int32(len(t.ends))
	t.text = append(t.text, id...)
	t.ends = append(t.ends, uint32(len(t.text)))
	t.class = append(t.class, classOf(id))
	t.slots[slot] = n + 1
	if len(t.ends)*4 > len(t.slots)*3 {
		t.grow()
	}
	return n
}

func classOf(id []byte) int32 {
	switch {
	case string(id) == "DOCUMENT":
		return isDocument
	case string(id) == "NONE", string(id) == "NOASSERTION":
		return isSpecial
	case bytes.HasPrefix(id, []byte("DocumentRef-")):
		return isExternal
	}
	return isUnknown
}

func (t *idTable) find(id []byte) uint64 {
	mask := uint64(len(t.slots) - 1)
	slot := maphash.Bytes(t.seed, id) & mask
	for t.slots[slot] != 0 && string(t.bytes(t.slots[slot]-1)) != string(id) {
		slot = (slot + 1) & mask
	}
	return slot
}

func (t *idTable) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	for n := range t.ends {
		t.slots[t.find(t.bytes(int32(n)))] = int32(n) + 1
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
