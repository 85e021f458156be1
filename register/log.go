package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// logKeys sign the log's checkpoints and open those that were signed before.
type logKeys struct {
	private string
	public  []string // the one that belongs to private first, then former ones
}

func (k *logKeys) origin() string { return proof.Origin(k.private) }

// UseLogKey has the log signed with a private key from now on. Former are public keys that it was signed with before. It is to
// be called before anything else is.
func (r *Register) UseLogKey(private string, former ...string) error {
	public, err := proof.PublicKey(private)
	if err != nil {
		return err
	}
	for _, f := range former {
		if proof.Origin(f) != proof.Origin(private) {
			return fmt.Errorf("the former key %.60q is of another log than %s", f, proof.Origin(private))
		}
	}
	r.logKeys = &logKeys{private, append([]string{public}, former...)}
	return nil
}

// LogKeys are the public keys that checkpoints of the log are signed with, the one in use first; none when the register has
// no key.
func (r *Register) LogKeys() []string {
	if r.logKeys == nil {
		return nil
	}
	return append([]string(nil), r.logKeys.public...)
}

// logged is what a decision's event says in the log besides what every event says.
type logged struct {
	decision int64
	entry    proof.Entry // without event, time, noun and action, which are the event's
}

// recordLeaf writes the journey's one event and its entry in the log. It is the last step of a transaction that changes a decision.
func recordLeaf(ctx context.Context, tx *store.Tx, by models.Viewer, e event, l logged) (index int64, err error) {
	id, err := recordEvent(ctx, tx, by, e)
	if err != nil {
		return 0, err
	}
	return tx.AppendLog(ctx, id, optional(l.decision), l.entry)
}

// Checkpoint is the log as it is now, signed. As long as nothing is logged it is the same bytes each time. It is anybody's.
func (r *Register) Checkpoint(ctx context.Context) ([]byte, error) {
	signed, _, err := r.checkpoint(ctx)
	return signed, err
}

func (r *Register) checkpoint(ctx context.Context) ([]byte, proof.Checkpoint, error) {
	var none proof.Checkpoint
	if r.logKeys == nil {
		return nil, none, models.Refuse(models.Conflict, "no-log-key", "This register has no key to sign its log with, so that it cannot give proofs. Its operator names a file with the key in OSPO_LOG_KEY and starts it again.")
	}
	kept, err := r.store.NewestLogCheckpoint(ctx)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return nil, none, err
	}
	size, err := r.store.LogSize(ctx) // after the checkpoint, so that it is never the smaller one
	if err != nil {
		return nil, none, err
	}
	if kept != nil {
		c, err := r.opened(ctx, kept, size)
		if err != nil {
			return nil, none, err
		}
		if kept.Size == size {
			return []byte(kept.Signed), c, nil
		}
	}
	root, err := proof.Root(size, r.store.LogHashes(ctx))
	if err != nil {
		return nil, none, err
	}
	c := proof.Checkpoint{Origin: r.logKeys.origin(), Size: size, Root: root}
	signed, err := proof.Sign(c, r.logKeys.private)
	if err != nil {
		return nil, none, err
	}
	if err := store.Write(ctx, r.store, func(tx *store.Tx) error { return tx.KeepLogCheckpoint(ctx, size, signed) }); err != nil {
		return nil, none, err
	}
	if kept, err = r.store.LogCheckpoint(ctx, size); err != nil { // another process may have been first
		return nil, none, err
	}
	if c, err = r.opened(ctx, kept, size); err != nil {
		return nil, none, err
	}
	return []byte(kept.Signed), c, nil
}

// opened checks that what was signed before is of this register's key and is what the log still begins with: a log never
// signs what contradicts itself.
func (r *Register) opened(ctx context.Context, kept *store.LogCheckpointRow, size int64) (proof.Checkpoint, error) {
	c, err := proof.Open([]byte(kept.Signed), r.logKeys.public...)
	var unsigned *proof.SignatureError
	if errors.As(err, &unsigned) {
		return c, models.Refuse(models.Conflict, "other-log-key", "The log was signed with another key than the one this program has, so that it signs nothing: "+unsigned.Sentence+" All programs on one database need the same key; a former one is named in the file of the key.")
	}
	if err != nil {
		return c, fmt.Errorf("reading the checkpoint of %d entries: %w", kept.Size, err)
	}
	changed := models.Refuse(models.Conflict, "log-changed", fmt.Sprintf("The log is not what it was when its checkpoint of %d entries was signed, so that nothing more is signed. The operator runs “ospo verify --log” to learn what was changed.", c.Size))
	if c.Size != kept.Size || c.Size > size {
		return c, changed
	}
	root, err := proof.Root(c.Size, r.store.LogHashes(ctx))
	if err != nil {
		return c, err
	}
	if root != c.Root {
		return c, changed
	}
	return c, nil
}

// InclusionProof is the file by which anybody shows that an entry is in the log, for a viewer who may see its event.
func (r *Register) InclusionProof(ctx context.Context, by models.Viewer, index int64) ([]byte, error) {
	entry, err := r.store.LogEntry(ctx, by, index)
	if err != nil {
		return nil, err
	}
	signed, c, err := r.checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	p, err := proof.ProveInclusion(entry.Body, entry.Index, c.Size, signed, r.store.LogHashes(ctx))
	if err != nil {
		return nil, err
	}
	return p.Bytes(), nil
}

// ConsistencyProof is the file by which anybody shows that the log of size entries grew out of its first old ones. A size of 0
// asks for the log as it is now; any other must have been signed. It is anybody's.
func (r *Register) ConsistencyProof(ctx context.Context, old, size int64) ([]byte, error) {
	signed, c, err := r.checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	if size != 0 && size != c.Size {
		kept, err := r.store.LogCheckpoint(ctx, size)
		if err != nil {
			return nil, models.Refuse(models.NotFound, "checkpoint-not-found", fmt.Sprintf("No checkpoint of %d entries was signed. Ask for the proof up to the newest one, which has %d.", size, c.Size))
		}
		signed, c.Size = []byte(kept.Signed), kept.Size
	}
	if old < 0 || old > c.Size {
		return nil, models.Refuse(models.Invalid, "no-such-size", fmt.Sprintf("The log of %d entries did not grow out of one of %d. Name the size in the second line of the older checkpoint.", c.Size, old))
	}
	p, err := proof.ProveConsistency(old, c.Size, signed, r.store.LogHashes(ctx))
	if err != nil {
		return nil, err
	}
	return p.Bytes(), nil
}
