package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

// LogEntryRow is an entry of the Merkle log.
type LogEntryRow struct {
	Index      int64 // from 0
	EventID    int64
	DecisionID *int64
	Body       []byte // proof.Entry.Bytes
	Hash       []byte // the leaf
}

const logColumns = `l.index, l.event_id, l.decision_id, l.body, l.hash`

// AppendLog adds the entry of an event that this transaction has recorded just now, and fills in what the entry says of
// the event. Record holds the lock under which events are written one at a time, until the commit, so that entries are in
// the order of events. It gives the entry's place in the log.
func (tx *Tx) AppendLog(ctx context.Context, event int64, decision *int64, e proof.Entry) (index int64, err error) {
	if event != *tx.wrote {
		return 0, fmt.Errorf("event %d is not the one that the transaction has recorded last", event)
	}
	row, err := rows[models.Event](ctx, tx.Store, `SELECT `+eventColumns+` FROM events e WHERE e.id = $1`, event)
	written, err := first(row, err, "event")
	if err != nil {
		return 0, err
	}
	text, err := written.Text()
	if err != nil {
		return 0, fmt.Errorf("writing the event for the log: %w", err)
	}
	sum := sha256.Sum256(text)
	e.Event, e.At, e.Noun, e.Action, e.EventDigest = event, written.At, written.Noun, written.Action, hex.EncodeToString(sum[:])
	body := e.Bytes()
	if _, err := proof.ReadEntry(body); err != nil {
		return 0, fmt.Errorf("the log would hold an entry that cannot be read: %w", err)
	}
	if index, err = tx.LogSize(ctx); err != nil {
		return 0, err
	}
	leaf := proof.Leaf(body)
	fresh, err := proof.Append(index, leaf, tx.LogHashes(ctx))
	if err != nil {
		return 0, err
	}
	hashes := make([][]byte, len(fresh))
	for i := range fresh {
		hashes[i] = fresh[i][:]
	}
	if _, err = tx.pg.Exec(ctx, `WITH entry AS (INSERT INTO log_entries (index, event_id, decision_id, body, hash) VALUES ($1, $2, $3, $4, $5))
		INSERT INTO log_hashes (id, hash) SELECT $6 + n - 1, h FROM unnest($7::bytea[]) WITH ORDINALITY AS t (h, n)`,
		index, event, decision, body, leaf[:], proof.Stored(index), hashes); err != nil {
		return 0, fault(err)
	}
	return index, nil
}

// LogSize counts the entries of the log.
func (s *Store) LogSize(ctx context.Context) (n int64, err error) {
	err = s.pg.QueryRow(ctx, `SELECT coalesce(max(index) + 1, 0) FROM log_entries`).Scan(&n)
	return n, fault(err)
}

// LogHashes reads nodes of the log's tree.
func (s *Store) LogHashes(ctx context.Context) proof.HashReader {
	return proof.HashReaderFunc(func(numbers []int64) ([]proof.Hash, error) {
		list := make([]proof.Hash, len(numbers))
		if len(numbers) == 0 {
			return list, nil
		}
		type node struct {
			ID   int64
			Hash []byte
		}
		nodes, err := rows[node](ctx, s, `SELECT id, hash FROM log_hashes WHERE id = ANY($1)`, numbers)
		if err != nil {
			return nil, err
		}
		have := make(map[int64][]byte, len(nodes))
		for _, n := range nodes {
			have[n.ID] = n.Hash
		}
		for i, n := range numbers {
			h, ok := have[n]
			if !ok {
				return nil, fmt.Errorf("the log's node %d is missing: its table log_hashes was changed; run “ospo verify --log”", n)
			}
			copy(list[i][:], h)
		}
		return list, nil
	})
}

// LogEntry finds an entry by its place in the log, for a viewer who may see its event.
func (s *Store) LogEntry(ctx context.Context, v models.Viewer, index int64) (*LogEntryRow, error) {
	list, err := rows[LogEntryRow](ctx, s, `SELECT `+logColumns+` FROM log_entries l WHERE l.index = $1`, index)
	l, err := first(list, err, "log-entry")
	if err != nil {
		return nil, err
	}
	seen, err := s.Events(ctx, v, models.EventFilter{After: l.EventID - 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(seen) == 0 || seen[0].ID != l.EventID || seen[0].Gone {
		return nil, models.NoSuch("log-entry")
	}
	return l, nil
}

// LogEntries lists the entries from a place in the log on, at most models.MaxLimit. Every leaf is there, so that anybody can work out the root; the body is nil where the
// viewer may not see the event.
func (s *Store) LogEntries(ctx context.Context, v models.Viewer, from int64, most int) ([]LogEntryRow, error) {
	list, err := rows[LogEntryRow](ctx, s, `SELECT `+logColumns+` FROM log_entries l WHERE l.index >= $1 ORDER BY l.index LIMIT $2`, from, pageSize(models.Page{Limit: most}))
	if err != nil || len(list) == 0 {
		return list, err
	}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].EventID
	}
	events, err := s.Events(ctx, v, models.EventFilter{IDs: ids, Limit: models.MaxLimit})
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for i := range events {
		seen[events[i].ID] = !events[i].Gone
	}
	for i := range list {
		if !seen[list[i].EventID] {
			list[i].Body = nil
		}
	}
	return list, nil
}

// LogEntriesOf lists the entries of a decision in their order. Whoever asks must know that the viewer may see the decision.
func (s *Store) LogEntriesOf(ctx context.Context, decision int64) ([]LogEntryRow, error) {
	return rows[LogEntryRow](ctx, s, `SELECT `+logColumns+` FROM log_entries l WHERE l.decision_id = $1 ORDER BY l.index`, decision)
}

// LogCheckpointRow is a checkpoint that the register has signed.
type LogCheckpointRow struct {
	Size   int64
	Signed string
	At     time.Time
}

// LogCheckpoint finds the checkpoint that was signed of the first size entries.
func (s *Store) LogCheckpoint(ctx context.Context, size int64) (*LogCheckpointRow, error) {
	list, err := rows[LogCheckpointRow](ctx, s, `SELECT size, signed, at FROM log_checkpoints WHERE size = $1`, size)
	return first(list, err, "checkpoint")
}

// NewestLogCheckpoint finds the checkpoint that was signed last.
func (s *Store) NewestLogCheckpoint(ctx context.Context) (*LogCheckpointRow, error) {
	list, err := rows[LogCheckpointRow](ctx, s, `SELECT size, signed, at FROM log_checkpoints ORDER BY size DESC LIMIT 1`)
	return first(list, err, "checkpoint")
}

// LogCheckpoints lists every checkpoint that was signed, smallest first.
func (s *Store) LogCheckpoints(ctx context.Context) ([]LogCheckpointRow, error) {
	return rows[LogCheckpointRow](ctx, s, `SELECT size, signed, at FROM log_checkpoints ORDER BY size`)
}

// KeepLogCheckpoint keeps a signed checkpoint, unless another process has kept one of the same size.
func (tx *Tx) KeepLogCheckpoint(ctx context.Context, size int64, signed []byte) error {
	_, err := tx.pg.Exec(ctx, `INSERT INTO log_checkpoints (size, signed) VALUES ($1, $2) ON CONFLICT (size) DO NOTHING`, size, string(signed))
	return fault(err)
}
