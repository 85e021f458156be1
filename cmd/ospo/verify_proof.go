package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
)

// provable is what was given to check, sorted by what it is.
type provable struct {
	documents   []string // names of files
	checkpoints [][]byte
	names       []string // of the checkpoints
	kind        proof.Kind
	proof       []byte
	proofName   string
}

func (p *provable) proves() bool { return p.kind != proof.Neither || len(p.checkpoints) > 0 }

// given reads the files that are given as far as they are of a log.
func (c *verifyCommand) given() (*provable, error) {
	p := &provable{}
	for _, name := range c.Files {
		text, err := readAtMost(name, proof.MostBytes)
		if err != nil {
			return nil, cannotProve(err)
		}
		switch kind := proof.KindOf(text); kind {
		case proof.Signed:
			p.checkpoints, p.names = append(p.checkpoints, text), append(p.names, name)
		case proof.Inclusion, proof.Consistency:
			if p.kind != proof.Neither || c.Proof != "" {
				return nil, cannotProve(fmt.Errorf("%s is one proof more; check them one by one", name))
			}
			p.kind, p.proof, p.proofName = kind, text, name
		default:
			p.documents = append(p.documents, name)
		}
	}
	if c.Proof == "" {
		return p, nil
	}
	text, err := readAtMost(c.Proof, proof.MostBytes)
	if err != nil {
		return nil, cannotProve(err)
	}
	p.proof, p.proofName, p.kind = text, c.Proof, proof.KindOf(text)
	if p.kind != proof.Inclusion && p.kind != proof.Consistency {
		return nil, cannotProve(fmt.Errorf("%s is no proof: such a file begins with c2sp.org/tlog-proof@v1, or with the word old and a number", c.Proof))
	}
	return p, nil
}

func cannotProve(err error) error {
	return models.Refuse(models.Invalid, "cannot-verify", "This cannot be checked: "+err.Error()+".")
}

// verifyProof says same or different of what a proof is about. It needs no database. The exit status is as of Run.
func (c *verifyCommand) verifyProof(p *provable, w io.Writer) error {
	keys, err := c.keys()
	if err != nil {
		return cannotProve(err)
	}
	name, check := p.proofName, func() (*proof.Finding, error) { return proof.VerifyEntry(p.proof, keys...) }
	switch {
	case p.kind == proof.Inclusion && len(p.documents) == 1 && len(p.checkpoints) == 0:
		name = p.documents[0]
		sum, err := digestOf(name)
		if err != nil {
			return cannotProve(err)
		}
		check = func() (*proof.Finding, error) { return proof.VerifyInclusion(sum, p.proof, keys...) }
	case p.kind == proof.Inclusion && len(p.documents) == 0 && len(p.checkpoints) == 0:
	case p.kind != proof.Inclusion && len(p.documents) == 0 && (len(p.checkpoints) == 2 || len(p.checkpoints) == 1 && p.kind == proof.Consistency):
		older, newer := p.inOrder()
		name = p.names[0]
		check = func() (*proof.Finding, error) { return proof.VerifyConsistency(older, newer, p.proof, keys...) }
	default:
		return cannotProve(errors.New("name one document with its proof, or an older checkpoint with the proof to a newer one, or two checkpoints of the same size"))
	}
	found, err := check()
	if err != nil {
		return cannotProve(err)
	}
	return say(w, name, found)
}

// inOrder gives the older checkpoint first; the newer one is nil when there is none.
func (p *provable) inOrder() (older, newer []byte) {
	if len(p.checkpoints) == 1 {
		return p.checkpoints[0], nil
	}
	list := slices.Clone(p.checkpoints)
	slices.SortStableFunc(list, func(a, b []byte) int {
		x, _ := proof.Claimed(a) // both were told by being one
		y, _ := proof.Claimed(b)
		return cmp.Compare(x.Size, y.Size)
	})
	return list[0], list[1]
}

func digestOf(name string) (sum [sha256.Size]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, fmt.Errorf("%s: %w", name, plain(err))
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, fmt.Errorf("%s: %w", name, plain(err))
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// keys reads the public keys that are given, each as it is or in a file.
func (c *verifyCommand) keys() ([]string, error) {
	var keys []string
	for _, k := range c.Key {
		if _, public, err := proof.ReadKeys(k); err == nil {
			keys = append(keys, public...)
			continue
		}
		text, err := readAtMost(k, proof.MostBytes)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%.80q is neither a key, which is written name+8 hexadecimal digits+base64, nor a file", k)
		}
		if err != nil {
			return nil, err
		}
		_, public, err := proof.ReadKeys(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		keys = append(keys, public...)
	}
	return keys, nil
}

func say(w io.Writer, name string, f *proof.Finding) error {
	word := map[bool]string{true: "same", false: "different"}
	fmt.Fprintf(w, "%s: %s\n  %s\n", name, word[f.Same], f.Summary)
	for _, c := range f.Checks {
		fmt.Fprintf(w, "  %s %s\n", map[bool]string{true: "✓", false: "✗"}[c.Holds], c.Sentence)
	}
	if !f.Same {
		return quiet(1)
	}
	return nil
}

// verifyLog checks the whole log of the register's database. The exit status is as of Run.
func (c *verifyCommand) verifyLog(ctx context.Context, s *settings, w io.Writer) error {
	keys, err := c.keys()
	if err != nil {
		return cannotProve(err)
	}
	given, err := c.given()
	if err != nil {
		return err
	}
	if len(given.documents) > 0 || given.kind != proof.Neither {
		return cannotProve(errors.New("with --log, name nothing but signed checkpoints that were kept elsewhere"))
	}
	if len(keys) == 0 {
		if keys, err = s.ownKeys(); err != nil {
			return cannotProve(err)
		}
	}
	db, err := open(ctx, s, s.log(io.Discard), io.Discard, joinHeld)
	if err != nil {
		return cannotProve(err)
	}
	defer db.close()
	report, err := register.New(db.store).VerifyLog(ctx, register.LogCheck{Keys: keys, Kept: given.checkpoints}, nil)
	if err != nil {
		return err
	}
	return sayLog(w, report)
}

func sayLog(w io.Writer, r *register.LogReport) error {
	word := "same"
	if !r.Same() {
		word = fmt.Sprintf("different in %d places", r.Total)
	}
	fmt.Fprintf(w, "The log: %s\n  %d entries were worked out again in %.1f s, and compared with %d events, %d parts, %d moves, %d publications, %d entries about files and %d decisions.\n", word, r.Size, r.Took.Seconds(),
		r.Rows["events"], r.Rows["decision_parts"], r.Rows["decision_moves"], r.Rows["decision_publications"], r.Rows["attachments"], r.Rows["decisions"])
	fmt.Fprintf(w, "  %d signed checkpoints hold, %d of them kept elsewhere. The newest one of the register speaks of %d entries. The root is %s.\n", r.Checkpoints, r.Kept, r.Signed, r.Root)
	if r.Unverified {
		fmt.Fprintln(w, "  No key is there, so that no signature was checked: name it with --key.")
	}
	for _, d := range r.Differences {
		fmt.Fprintf(w, "  %s: %s\n", d.Row, d.Sentence)
		if !d.LoggedAt.IsZero() {
			fmt.Fprintf(w, "    logged or signed at %s\n", d.LoggedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
		}
	}
	if more := r.Total - len(r.Differences); more > 0 {
		fmt.Fprintf(w, "  and %d more.\n", more)
	}
	if !r.Same() {
		return quiet(1)
	}
	return nil
}
