package sbom

import (
	"hash/maphash"
)

// What an id stands for; a value from 0 upward is the ordinal of a package.
const (
	IsUnknown  int32 = -1 // mentioned, not (yet) seen
	IsFile     int32 = -2
	IsDocument int32 = -3
	IsExternal int32 = -4 // DocumentRef-…: an element of another document
	IsSpecial  int32 = -5 // NONE, NOASSERTION
	IsSnippet  int32 = -6
	IsElement  int32 = -7 // anything else that the document describes
)

// IDTable numbers the ids of one document in the order they are met and knows what each stands for. It is a plain
// open-addressing table over one byte slice, because documents with a million files exist and a map of strings
// costs three times as much.
type IDTable struct {
	spelling Spelling
	seed     maphash.Seed
	slots    []slot   // the length is a power of two, at least twice as many as there are ids
	text     []byte   // all ids, one after the other
	ends     []uint32 // where each ends in text
	Class    []int32  // what each stands for
}

type slot struct {
	hash uint32 // upper half of the id's hash
	next int32  // number+1 of the id, 0 when free
}

// Spelling says how a format writes ids. What is nil leaves ids as they stand.
type Spelling struct {
	Trim  func(id []byte) []byte              // the form in which ids are compared, a part of id
	Class func(id []byte) int32               // what an id stands for by its spelling alone
	Write func(id string, class int32) string // the trimmed id as a person writes it
}

// Spell sets the spelling. It comes before the first id.
func (t *IDTable) Spell(s Spelling) { t.spelling = s }

// NewIDTable makes an empty table.
func NewIDTable() *IDTable {
	return &IDTable{seed: maphash.MakeSeed(), slots: make([]slot, 64)}
}

// Count is how many ids there are.
func (t *IDTable) Count() int { return len(t.ends) }

// Number finds the id or adds it.
func (t *IDTable) Number(id []byte) int32 {
	if t.spelling.Trim != nil {
		id = t.spelling.Trim(id)
	}
	hash := maphash.Bytes(t.seed, id)
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for ; t.slots[at].next != 0; at = (at + 1) & mask {
		if s := t.slots[at]; s.hash == uint32(hash>>32) && string(t.Bytes(s.next-1)) == string(id) {
			return s.next - 1
		}
	}
	t.text = append(t.text, id...)
	t.ends = append(t.ends, uint32(len(t.text)))
	t.Class = append(t.Class, t.classOf(id))
	n := int32(len(t.ends))
	t.slots[at] = slot{uint32(hash >> 32), n}
	if len(t.ends)*2 > len(t.slots) {
		t.grow()
	}
	return n - 1
}

func (t *IDTable) grow() {
	t.slots = make([]slot, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for n := range t.ends {
		hash := maphash.Bytes(t.seed, t.Bytes(int32(n)))
		at := hash & mask
		for t.slots[at].next != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot{uint32(hash >> 32), int32(n) + 1}
	}
}

// Bytes is the id as it is compared. It is valid until the next Number.
func (t *IDTable) Bytes(n int32) []byte {
	start := uint32(0)
	if n > 0 {
		start = t.ends[n-1]
	}
	return t.text[start:t.ends[n]]
}

// Name is the id as a person writes it.
func (t *IDTable) Name(n int32) string {
	id := string(t.Bytes(n))
	if t.spelling.Write != nil {
		return t.spelling.Write(id, t.Class[n])
	}
	return id
}

func (t *IDTable) classOf(id []byte) int32 {
	if t.spelling.Class != nil {
		return t.spelling.Class(id)
	}
	return IsUnknown
}
