package proof

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a node of the log's tree: SHA-256 as in RFC 6962, section 2.1.
type Hash = tlog.Hash

// HashReader gives stored nodes of a log's tree by their numbers, which are the order in which they become known.
type HashReader = tlog.HashReader

// HashReaderFunc makes a HashReader of a function.
type HashReaderFunc = tlog.HashReaderFunc

// MostEntries is how many entries a log may have for this package to speak of it.
const MostEntries = 1 << 48

// Leaf is the hash of an entry's bytes as the log's tree holds it (RFC 6962, section 2.1: a zero byte goes before).
func Leaf(body []byte) Hash { return tlog.RecordHash(body) }

// LeafNumber is where the leaf of an entry is among the stored nodes.
func LeafNumber(index int64) int64 { return tlog.StoredHashIndex(0, index) }

// Stored is how many nodes a log of size entries keeps.
func Stored(size int64) int64 { return tlog.StoredHashCount(size) }

// Append gives the nodes to store for the entry that follows on size entries, to be numbered from Stored(size) on. It
// reads at most as many nodes as size has binary digits.
func Append(size int64, leaf Hash, have HashReader) ([]Hash, error) {
	return tlog.StoredHashesForRecordHash(size, leaf, have)
}

// Root is the hash of the log's first size entries; of none it is the hash of nothing.
func Root(size int64, have HashReader) (Hash, error) { return tlog.TreeHash(size, have) }

// Edge is the right edge of a growing tree: what is needed to work out every node again from the leaves alone, in the
// memory of one node for each binary digit of the size. Its zero value is the empty log.
type Edge struct {
	size  int64
	whole []Hash // roots of whole subtrees, largest first
}

// Size is how many leaves were added.
func (e *Edge) Size() int64 { return e.size }

// Add puts a leaf at the end and gives the nodes that the log stores for it, as Append does.
func (e *Edge) Add(leaf Hash) []Hash {
	fresh := []Hash{leaf}
	for n := e.size; n&1 == 1; n >>= 1 {
		leaf = tlog.NodeHash(e.whole[len(e.whole)-1], leaf)
		e.whole = e.whole[:len(e.whole)-1]
		fresh = append(fresh, leaf)
	}
	e.whole = append(e.whole, leaf)
	e.size++
	return fresh
}

// Root is the hash of the leaves added so far.
func (e *Edge) Root() Hash {
	if e.size == 0 {
		empty, _ := tlog.TreeHash(0, nil) // reads nothing, so that it cannot fail
		return empty
	}
	root := e.whole[len(e.whole)-1]
	for i := len(e.whole) - 2; i >= 0; i-- {
		root = tlog.NodeHash(e.whole[i], root)
	}
	return root
}

// proveEntry gives the nodes by which an entry's leaf leads to the root of the first size entries.
func proveEntry(size, index int64, have HashReader) ([]Hash, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("the log of %d entries has no entry %d", size, index)
	}
	return tlog.ProveRecord(size, index, have)
}

// proveGrowth gives the nodes by which the root of the first old entries leads to that of the first size.
func proveGrowth(size, old int64, have HashReader) ([]Hash, error) {
	if old < 0 || old > size {
		return nil, fmt.Errorf("a log of %d entries did not grow out of one of %d", size, old)
	}
	if old == 0 || old == size {
		return nil, nil // nothing to show: every log grows out of the empty one, and out of itself
	}
	return tlog.ProveTree(size, old, have)
}

// holds reports whether the nodes lead from an entry's leaf to the root (RFC 6962, section 2.1.1).
func holds(nodes []Hash, size int64, root Hash, index int64, leaf Hash) bool {
	return tlog.CheckRecord(nodes, size, root, index, leaf) == nil
}

// grew reports whether the nodes lead from the old root to the new one (RFC 6962, section 2.1.2).
func grew(nodes []Hash, size int64, root Hash, old int64, oldRoot Hash) bool {
	switch old {
	case 0:
		empty := (&Edge{}).Root()
		return len(nodes) == 0 && oldRoot == empty && (size > 0 || root == empty)
	case size:
		return len(nodes) == 0 && oldRoot == root
	}
	return tlog.CheckTree(nodes, size, root, old, oldRoot) == nil
}
