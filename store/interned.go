package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgtype"
)

// Hash identifies a shared row by its content: the first 16 bytes of a SHA-256.
type Hash [16]byte

// interned remembers the ids of the shared rows of one table. Such rows are never changed or deleted, so an id stays
// true, whoever writes beside us; it is learnt only from a transaction that has committed.
type interned struct {
	mu         sync.Mutex
	most       int            // ids in one generation
	young, old map[Hash]int32 // when young is full it becomes old, and what is old and unasked for is forgotten
}

// find fills in the ids it knows and returns the places of the others.
func (c *interned) find(hashes []Hash, ids []int32) (unknown []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, h := range hashes {
		id, ok := c.young[h]
		if !ok {
			if id, ok = c.old[h]; ok {
				c.put(h, id)
			}
		}
		if ids[i] = id; !ok {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

func (c *interned) put(h Hash, id int32) {
	if c.young == nil || len(c.young) >= c.most {
		c.young, c.old = map[Hash]int32{}, c.young
	}
	c.young[h] = id
}

// shared is what all transactions of a program have in common.
type shared struct {
	mu                      sync.Mutex
	era                     int // counts how often everything was forgotten
	expressions, components interned
	compressors             sync.Pool // of *zstd.Encoder
}

func newShared() *shared {
	// Two generations of half a million components take some 50 MB.
	return &shared{expressions: interned{most: 1 << 15}, components: interned{most: 1 << 19}}
}

// forget drops every id. It is called for each new connection: the server behind it may be one that was set back to an
// earlier state, where ids stand for other rows.
func (s *shared) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.era++
	for _, c := range []*interned{&s.expressions, &s.components} {
		c.mu.Lock()
		c.young, c.old = nil, nil
		c.mu.Unlock()
	}
}

func (s *shared) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.era
}

// learnt is what one transaction found out and nobody else may know before it commits.
type learnt struct {
	table  *interned
	hashes []Hash
	ids    []int32
}

// publish tells the other transactions what one that has committed had learnt since the era began.
func (s *shared) publish(era int, news []learnt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if era != s.era {
		return
	}
	for _, n := range news {
		n.table.mu.Lock()
		for i, h := range n.hashes {
			n.table.put(h, n.ids[i])
		}
		n.table.mu.Unlock()
	}
}

// internBatch is how many rows one statement inserts: it bounds what is in memory twice.
const internBatch = 5000

// intern gives every hash its id: from memory, else from the table, else by inserting it. insert gets the places of the
// missing in the order of their hashes, so that two writers cannot deadlock, and answers with ids and hashes.
func (tx *Tx) intern(ctx context.Context, known *interned, table string, hashes []Hash, insert func(missing []int) (sql string, args []any)) ([]int32, error) {
	ids := make([]int32, len(hashes))
	news := known.find(hashes, ids)
	if len(news) == 0 {
		return ids, nil
	}
	slices.SortFunc(news, func(a, b int) int { return bytes.Compare(hashes[a][:], hashes[b][:]) })
	for batch := range slices.Chunk(news, internBatch) {
		missing, err := tx.lookUp(ctx, table, hashes, ids, batch)
		if err != nil || len(missing) == 0 {
			if err != nil {
				return nil, err
			}
			continue
		}
		sql, args := insert(missing)
		if err := tx.numbers(ctx, hashes, ids, missing, sql, args...); err != nil {
			return nil, err
		}
		// Another writer may have been quicker: his rows were not returned, and are seen now that he has committed.
		missing, err = tx.lookUp(ctx, table, hashes, ids, missing)
		if err != nil || len(missing) > 0 {
			return nil, cmp.Or(err, fmt.Errorf("%s: %d rows were not found after inserting them", table, len(missing)))
		}
	}
	n := learnt{table: known, hashes: make([]Hash, len(news)), ids: make([]int32, len(news))}
	for i, at := range news {
		n.hashes[i], n.ids[i] = hashes[at], ids[at]
	}
	*tx.news = append(*tx.news, n)
	return ids, nil
}

// lookUp asks the table for those of some places, sorted by hash, that have no id yet and returns what it does not have.
func (tx *Tx) lookUp(ctx context.Context, table string, hashes []Hash, ids []int32, places []int) ([]int, error) {
	missing := func() (left []int) {
		for _, at := range places {
			if ids[at] == 0 {
				left = append(left, at)
			}
		}
		return left
	}
	wanted := missing()
	if len(wanted) == 0 {
		return nil, nil
	}
	err := tx.numbers(ctx, hashes, ids, wanted, `SELECT id, hash FROM `+table+` WHERE hash = ANY($1)`, column(wanted, func(at int) []byte { return hashes[at][:] }))
	return missing(), err
}

// numbers runs a statement that answers with ids and hashes, and fills the ids in at those places, which are sorted by hash.
func (tx *Tx) numbers(ctx context.Context, hashes []Hash, ids []int32, places []int, sql string, args ...any) error {
	r, err := tx.pg.Query(ctx, sql, args...)
	if err != nil {
		return fault(err)
	}
	defer r.Close()
	var id int32
	var hash pgtype.DriverBytes
	for r.Next() {
		if err := r.Scan(&id, &hash); err != nil {
			return err
		}
		if i, ok := slices.BinarySearchFunc(places, []byte(hash), func(at int, h []byte) int { return bytes.Compare(hashes[at][:], h) }); ok {
			ids[places[i]] = id
		}
	}
	return fault(r.Err())
}

// column takes one field of every row, as unnest wants it.
func column[R, T any](rows []R, get func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = get(r)
	}
	return out
}
