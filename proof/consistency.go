package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ConsistencyProof shows that a log grew out of what it was: nothing before the old size was changed or taken away. As a file
// it is what witnesses are sent (c2sp.org/tlog-witness, “add-checkpoint”): the old size, nodes, and the newer signed checkpoint.
type ConsistencyProof struct {
	Old    int64
	Nodes  []Hash
	Signed []byte // the newer signed checkpoint
}

// ProveConsistency makes the proof from the first old entries to the log of a signed checkpoint of size entries.
func ProveConsistency(old, size int64, signed []byte, have HashReader) (*ConsistencyProof, error) {
	nodes, err := proveGrowth(size, old, have)
	if err != nil {
		return nil, err
	}
	return &ConsistencyProof{old, nodes, signed}, nil
}

// Bytes is the proof as a file.
func (p *ConsistencyProof) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString("old " + strconv.FormatInt(p.Old, 10) + "\n")
	for _, h := range p.Nodes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteByte('\n')
	b.Write(p.Signed)
	return b.Bytes()
}

func isOldLine(line string) bool {
	number, ok := strings.CutPrefix(line, "old ")
	_, err := readNumber(number)
	return ok && err == nil
}

// ReadConsistency reads the file of a proof. It checks its form and proves nothing.
func ReadConsistency(file []byte) (*ConsistencyProof, error) {
	if len(file) > MostBytes {
		return nil, fmt.Errorf("the proof has more than %d bytes", MostBytes)
	}
	r := &lines{rest: mended(file)}
	old, ok := strings.CutPrefix(r.next(), "old ")
	p := &ConsistencyProof{}
	var err error
	if p.Old, err = readNumber(old); !ok || err != nil {
		return nil, errors.New("this is not a proof that a log was only added to: such a file begins with the word old and the older size")
	}
	if p.Nodes, err = r.hashes(); err != nil {
		return nil, err
	}
	if _, p.Signed, err = claimed(r.rest); err != nil {
		return nil, err
	}
	return p, nil
}

// VerifyConsistency checks that the log of the newer checkpoint grew out of that of the older one, which somebody has kept.
// Both must be signed by one of the public keys of the same log. The newer one may be nil: it is in the file then. The file may be nil for
// two checkpoints of the same size, which must be the same. Errors are as of VerifyInclusion.
func VerifyConsistency(older, newer, file []byte, keys ...string) (*Finding, error) {
	if _, err := verifiers(keys); err != nil {
		return nil, err
	}
	p, err := between(older, newer, file)
	if err != nil {
		return nil, err
	}
	f := &Finding{}
	if !f.opens(older, keys) {
		return f, nil
	}
	old := f.Checkpoint
	if !f.opens(p.Signed, keys) {
		return f, nil
	}
	c := f.Checkpoint
	if newer != nil && !f.agrees(newer, keys) {
		return f, nil
	}
	if old.Origin != c.Origin {
		return f.fails("The checkpoints are of two logs.", "The older checkpoint is of "+old.Origin+" and the newer one of "+c.Origin+"."), nil
	}
	if p.Old != old.Size {
		return f.fails("It is not proved that the log was only added to.", fmt.Sprintf("The proof begins at %d entries and the older checkpoint has %d: ask for a proof from %d entries on.", p.Old, old.Size, old.Size)), nil
	}
	if old.Size == c.Size && old.Root != c.Root {
		return f.twoHistories(c.Size), nil
	}
	if old.Size > c.Size || !grew(p.Nodes, c.Size, c.Root, old.Size, old.Root) {
		return f.fails("It is not proved that the log was only added to.", fmt.Sprintf("The log of %d entries does not lead to the log of %d: what was logged before the older checkpoint was changed or taken away, or the proof was. "+
			"Download the proof again; if it still does not fit, the register rewrote its log, and the older checkpoint proves it.", old.Size, c.Size)), nil
	}
	f.holds(fmt.Sprintf("The log of %d entries begins with the same %d entries that the older checkpoint speaks of.", c.Size, old.Size))
	f.Same, f.Summary = true, "The log was only added to: nothing that it held was changed or taken away."
	return f, nil
}

// agrees checks that the newer checkpoint as it is given is the one that the proof leads to, of the same size.
func (f *Finding) agrees(newer []byte, keys []string) bool {
	led := f.Checkpoint
	if !f.opens(newer, keys) {
		return false
	}
	if f.Checkpoint.Root != led.Root {
		f.twoHistories(led.Size)
		return false
	}
	f.Checks = f.Checks[:len(f.Checks)-1] // it is the same as the one before, said once
	return true
}

func (f *Finding) twoHistories(size int64) *Finding {
	return f.fails("The log has two histories.", fmt.Sprintf("Both checkpoints are signed and both speak of the first %d entries, and they are not the same: somebody was shown another log. Keep both files; they prove it.", size))
}

// between finds the proof between two checkpoints: what the file says, or that there is nothing between them.
func between(older, newer, file []byte) (*ConsistencyProof, error) {
	old, err := Claimed(older)
	if err != nil {
		return nil, fmt.Errorf("the older checkpoint: %w", err)
	}
	if file == nil {
		c, err := Claimed(newer)
		if err != nil {
			return nil, fmt.Errorf("the newer checkpoint: %w", err)
		}
		if c.Size != old.Size {
			return nil, fmt.Errorf("the checkpoints are of %d and %d entries, so that a proof is needed that the one grew out of the other: the register gives it", old.Size, c.Size)
		}
		return &ConsistencyProof{Old: old.Size, Signed: newer}, nil
	}
	p, err := ReadConsistency(file)
	if err != nil || newer == nil {
		return p, err
	}
	want, err := Claimed(newer)
	if err != nil {
		return nil, fmt.Errorf("the newer checkpoint: %w", err)
	}
	have, err := Claimed(p.Signed)
	if err != nil {
		return nil, err
	}
	if have.Size != want.Size || have.Origin != want.Origin {
		return nil, fmt.Errorf("the proof leads to a checkpoint of %d entries of %s, and the one that is given has %d of %s: ask for the proof between the two that you have", have.Size, have.Origin, want.Size, want.Origin)
	}
	return p, nil
}
