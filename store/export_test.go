package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ospo-register/ospo/models"
)

// HasSentence reports whether a violated constraint is explained to people.
func HasSentence(constraint string) bool {
	_, ok := sentences[constraint]
	return ok
}

// PackEdges and UnpackEdges are how edges are kept.
func PackEdges(edges []models.Edge) []byte { return packEdges(edges) }

// UnpackEdges reads what PackEdges wrote.
func UnpackEdges(b []byte) ([]models.Edge, error) { return unpackEdges(b) }

// Remembered is how many components the program knows the ids of.
func (s *Store) Remembered() int {
	c := &s.shared.components
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.young)
	for h := range c.old {
		if _, both := c.young[h]; !both {
			n++
		}
	}
	return n
}

// Forget drops what is remembered.
func (s *Store) Forget() { s.shared.forget() }

// Disconnect closes every connection.
func (s *Store) Disconnect() { s.pool.Reset() }

// FindAfter remembers ids 1 to n with so many in a generation, and gives those still known and how many they are.
func FindAfter(most, n int) (found []int32, remembered int) {
	s := &shared{components: interned{most: most}}
	hash := func(i int) Hash { return Hash{byte(i), byte(i >> 8)} }
	var all []Hash
	for i := 1; i <= n; i++ {
		s.publish(0, []learnt{{table: &s.components, hashes: []Hash{hash(i)}, ids: []int32{int32(i)}}})
		all = append(all, hash(i))
	}
	remembered = len(s.components.young) + len(s.components.old)
	for _, h := range all {
		one := []int32{0}
		if len(s.components.find([]Hash{h}, one)) == 0 {
			found = append(found, one[0])
		}
	}
	return found, remembered
}

// CountStatements counts what the transaction sends from now on, gorm's aside.
func (tx *Tx) CountStatements() *int {
	n := new(int)
	tx.pg = counting{tx.pg, n}
	return n
}

type counting struct {
	querier
	n *int
}

func (c counting) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	*c.n++
	return c.querier.Exec(ctx, sql, args...)
}

func (c counting) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	*c.n++
	return c.querier.Query(ctx, sql, args...)
}

func (c counting) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	*c.n++
	return c.querier.QueryRow(ctx, sql, args...)
}

// MigrateTo brings the schema to a version.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return err
}

// SchemaVersions are the versions that a schema may have, from the first.
func (s *Store) SchemaVersions() (list []int64, err error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	for _, source := range p.ListSources() {
		list = append(list, source.Version)
	}
	return list, nil
}
