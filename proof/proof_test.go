package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/proof"
)

// memory is a log as a test keeps one.
type memory struct {
	origin, private, public string
	bodies                  [][]byte
	nodes                   []proof.Hash
}

func (m *memory) ReadHashes(numbers []int64) ([]proof.Hash, error) {
	var out []proof.Hash
	for _, n := range numbers {
		if n >= int64(len(m.nodes)) {
			return nil, fmt.Errorf("node %d of %d", n, len(m.nodes))
		}
		out = append(out, m.nodes[n])
	}
	return out, nil
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

func must[T any](t fataler) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newLog(t fataler, origin string) *memory {
	t.Helper()
	private, public, err := proof.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	return &memory{origin: origin, private: private, public: public}
}

func (m *memory) add(t fataler, body []byte) {
	t.Helper()
	fresh := must[[]proof.Hash](t)(proof.Append(int64(len(m.bodies)), proof.Leaf(body), m))
	m.bodies, m.nodes = append(m.bodies, body), append(m.nodes, fresh...)
}

func (m *memory) signed(t fataler, size int64) []byte {
	t.Helper()
	root := must[proof.Hash](t)(proof.Root(size, m))
	return must[[]byte](t)(proof.Sign(proof.Checkpoint{Origin: m.origin, Size: size, Root: root}, m.private))
}

func (m *memory) included(t fataler, index, size int64) []byte {
	t.Helper()
	return must[*proof.InclusionProof](t)(proof.ProveInclusion(m.bodies[index], index, size, m.signed(t, size), m)).Bytes()
}

func (m *memory) grown(t fataler, old, size int64) []byte {
	t.Helper()
	return must[*proof.ConsistencyProof](t)(proof.ProveConsistency(old, size, m.signed(t, size), m)).Bytes()
}

func document(n int) []byte { return fmt.Appendf(nil, `{"ref":"TT-2026-%04d"}`, n) }

func entry(n int, doc []byte) proof.Entry {
	sum := sha256.Sum256(doc)
	return proof.Entry{Event: int64(n + 1), At: time.Date(2026, 11, 23, 9, 30, n%60, 123456000, time.UTC), Noun: "decision", Ref: fmt.Sprintf("TT-2026-%04d", n),
		Action: "decision.published", Role: "procurement", Number: 1, Digest: hex.EncodeToString(sum[:]), EventDigest: strings.Repeat("0a", 32)}
}

// decisions is a log of published decisions.
func decisions(t fataler, n int) *memory {
	t.Helper()
	m := newLog(t, "register.example.gov/log")
	for i := range n {
		m.add(t, entry(i, document(i)).Bytes())
	}
	return m
}

func TestEveryEntryOfEveryLogIsProvedAndNoOther(t *testing.T) {
	m := decisions(t, 200)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 200).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		file := m.included(t, index, size)
		f := must[*proof.Finding](t)(proof.VerifyInclusion(sha256.Sum256(document(int(index))), file, m.public))
		if !f.Same || f.Checkpoint.Size != size || f.Entry.Event != index+1 {
			t.Fatal(f)
		}
		other := rapid.Int64Range(0, 199).Draw(t, "other")
		if other == index {
			return
		}
		if f := must[*proof.Finding](t)(proof.VerifyInclusion(sha256.Sum256(document(int(other))), file, m.public)); f.Same {
			t.Fatal("another document is proved")
		}
		p := must[*proof.InclusionProof](t)(proof.ReadInclusion(file))
		p.Index = other
		if f := must[*proof.Finding](t)(proof.VerifyEntry(p.Bytes(), m.public)); f.Same {
			t.Fatal("another place in the log is proved")
		}
		p.Index, p.Body = index, m.bodies[other]
		if f := must[*proof.Finding](t)(proof.VerifyEntry(p.Bytes(), m.public)); f.Same {
			t.Fatal("another entry is proved")
		}
	})
}

func TestEveryLogGrowsOutOfEveryEarlierOneAndOutOfNoOther(t *testing.T) {
	m := decisions(t, 200)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 200).Draw(t, "size")
		old := rapid.Int64Range(0, size).Draw(t, "old")
		f := must[*proof.Finding](t)(proof.VerifyConsistency(m.signed(t, old), m.signed(t, size), m.grown(t, old, size), m.public))
		if !f.Same {
			t.Fatal(f)
		}
		if old == 0 {
			return
		}
		changed := rapid.Int64Range(0, old-1).Draw(t, "changed") // the log is written anew with one entry changed
		rewritten := &memory{origin: m.origin, private: m.private, public: m.public}
		for i, body := range m.bodies[:size] {
			if int64(i) == changed {
				body = bytes.Replace(body, []byte("published"), []byte("withdrawn"), 1)
			}
			rewritten.add(t, body)
		}
		f = must[*proof.Finding](t)(proof.VerifyConsistency(m.signed(t, old), nil, rewritten.grown(t, old, size), m.public))
		if f.Same {
			t.Fatal("a log that was written anew passes for the old one")
		}
	})
}

func TestAnEdgeWorksOutTheSameNodesAndRootsAsTheLog(t *testing.T) {
	m := decisions(t, 300)
	var e proof.Edge
	var nodes []proof.Hash
	for size := int64(0); ; size++ {
		if want := must[proof.Hash](t)(proof.Root(size, m)); e.Root() != want || e.Size() != size {
			t.Fatalf("the root of %d entries differs", size)
		}
		if int64(len(nodes)) != proof.Stored(size) {
			t.Fatalf("%d nodes for %d entries", len(nodes), size)
		}
		if size == 300 {
			break
		}
		nodes = append(nodes, e.Add(proof.Leaf(m.bodies[size]))...)
	}
	if diff := cmp.Diff(m.nodes, nodes); diff != "" {
		t.Error(diff)
	}
}

func TestAFileThatMailHasTouchedIsStillTheSameFile(t *testing.T) {
	m := decisions(t, 7)
	sum := sha256.Sum256(document(3))
	file := m.included(t, 3, 7)
	for name, touched := range map[string][]byte{
		"line ends of Windows": bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")),
		"a mark in front":      append([]byte("\ufeff"), file...),
		"no last line end":     bytes.TrimSuffix(file, []byte("\n")),
		"empty lines after it": append(bytes.Clone(file), "\n\n"...),
	} {
		t.Run(name, func(t *testing.T) {
			if f := must[*proof.Finding](t)(proof.VerifyInclusion(sum, touched, m.public)); !f.Same {
				t.Error(f)
			}
			if k := proof.KindOf(touched); k != proof.Inclusion {
				t.Errorf("it is taken for %q", k)
			}
		})
	}
}

func TestWhatDoesNotFitIsSaidInWords(t *testing.T) {
	m, stranger := decisions(t, 9), newLog(t, "register.example.gov/log")
	witness := newLog(t, "witness.example/w1")
	sum := sha256.Sum256(document(4))
	file := m.included(t, 4, 9)
	p := must[*proof.InclusionProof](t)(proof.ReadInclusion(file))
	edit := func(change func(*proof.InclusionProof)) []byte {
		q := *p
		q.Nodes = append([]proof.Hash(nil), p.Nodes...)
		change(&q)
		return q.Bytes()
	}
	for _, c := range []struct {
		name     string
		document [32]byte
		file     []byte
		key      string
		want     string
	}{
		{"another document", sha256.Sum256([]byte("another")), file, m.public, "It was changed after it was logged, or this proof belongs to another document."},
		{"a changed node", sum, edit(func(q *proof.InclusionProof) { q.Nodes[1][7] ^= 1 }), m.public, "The entry does not lead to the root of the log"},
		{"a node left out", sum, edit(func(q *proof.InclusionProof) { q.Nodes = q.Nodes[:2] }), m.public, "The entry does not lead to the root of the log"},
		{"a node too many", sum, edit(func(q *proof.InclusionProof) { q.Nodes = append(q.Nodes, q.Nodes[0]) }), m.public, "The entry does not lead to the root of the log"},
		{"a checkpoint older than the entry", sum, edit(func(q *proof.InclusionProof) { q.Signed = m.signed(t, 4) }), m.public, "The checkpoint is older than the entry"},
		{"a checkpoint with another size", sum, edit(func(q *proof.InclusionProof) { q.Signed = bytes.Replace(q.Signed, []byte("\n9\n"), []byte("\n8\n"), 1) }), m.public, "the checkpoint was changed after it was signed"},
		{"the key of another register", sum, file, stranger.public, "is not signed by the key that is given"},
		{"a witness's key for the log's", sum, edit(func(q *proof.InclusionProof) {
			c := must[proof.Checkpoint](t)(proof.Claimed(q.Signed))
			c.Origin = witness.origin
			q.Signed = bytes.Replace(must[[]byte](t)(proof.Sign(c, witness.private)), []byte(witness.origin+"\n"), []byte(m.origin+"\n"), 1)
		}), witness.public, "does not fit"},
		{"an entry that names no document", sum, func() []byte {
			l := newLog(t, m.origin)
			l.private = m.private
			l.add(t, proof.Entry{Event: 1, At: time.Unix(0, 0), Noun: "decision", Action: "decision.moved", From: "need", To: "scan"}.Bytes())
			return l.included(t, 0, 1)
		}(), m.public, "names no document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := proof.VerifyInclusion(c.document, c.file, c.key)
			if err != nil {
				t.Fatal(err)
			}
			last := f.Checks[len(f.Checks)-1]
			if f.Same || last.Holds || !strings.Contains(last.Sentence, c.want) || f.Summary == "" {
				t.Errorf("not %q:\n%+v", c.want, f)
			}
		})
	}
}

func TestAWitnessCosignsAndTheLogsKeyStillDecides(t *testing.T) {
	m, witness := decisions(t, 3), newLog(t, "witness.example/w1")
	signed := m.signed(t, 3)
	c := must[proof.Checkpoint](t)(proof.Open(signed, m.public))
	own := c
	own.Origin = witness.origin
	other := must[[]byte](t)(proof.Sign(own, witness.private))
	line := other[bytes.LastIndex(other, []byte("\n\n"))+2:]
	both := append(bytes.Clone(signed), line...)
	if got := must[proof.Checkpoint](t)(proof.Open(both, m.public)); got != c {
		t.Error(got)
	}
	if _, err := proof.Open(both, witness.public); err == nil {
		t.Error("the witness's key alone opens the checkpoint of a log that is not its own")
	}
}

func TestTwoSignedCheckpointsOfOneSizeThatDifferAreTwoHistories(t *testing.T) {
	m := decisions(t, 6)
	other := &memory{origin: m.origin, private: m.private, public: m.public}
	for _, b := range m.bodies[1:] {
		other.add(t, b)
	}
	other.add(t, m.bodies[0])
	for name, file := range map[string][]byte{"without a proof": nil, "with a proof of one": m.grown(t, 6, 6)} {
		t.Run(name, func(t *testing.T) {
			f := must[*proof.Finding](t)(proof.VerifyConsistency(m.signed(t, 6), other.signed(t, 6), file, m.public))
			if f.Same || f.Summary != "The log has two histories." {
				t.Errorf("%+v", f)
			}
		})
	}
	if f := must[*proof.Finding](t)(proof.VerifyConsistency(m.signed(t, 6), m.signed(t, 6), nil, m.public)); !f.Same {
		t.Errorf("%+v", f)
	}
}

func TestWhatCannotBeCheckedSaysWhatToDo(t *testing.T) {
	m := decisions(t, 8)
	a, b := m.signed(t, 3), m.signed(t, 8)
	file := m.included(t, 2, 8)
	cut := func(at int) []byte {
		all := bytes.SplitAfter(file, []byte("\n"))
		return bytes.Join(append(all[:at:at], all[at+1:]...), nil)
	}
	inclusion := func(file []byte, keys ...string) error {
		_, err := proof.VerifyInclusion([32]byte{}, file, keys...)
		return err
	}
	consistency := func(older, newer, file []byte) error {
		_, err := proof.VerifyConsistency(older, newer, file, m.public)
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"no key", inclusion(file), "no public key is given"},
		{"no public key", inclusion(file, m.private), "is not a public key"},
		{"another file", inclusion([]byte(`{"ref":"TT"}`), m.public), "this is not a proof that something was logged"},
		{"no entry", inclusion(cut(1), m.public), "line 2 should have the entry"},
		{"no index", inclusion(cut(2), m.public), "line 3 should have the word index"},
		{"no hashes and no checkpoint", inclusion(file[:bytes.Index(file, []byte("\n\n"))], m.public), "the file ends"},
		{"a line that is no hash", inclusion(bytes.Replace(file, []byte("index 2\n"), []byte("index 2\nhello\n"), 1), m.public), "line 4 is not a hash"},
		{"an index with a zero in front", inclusion(bytes.Replace(file, []byte("index 2"), []byte("index 02"), 1), m.public), "line 3"},
		{"too many hashes", inclusion(bytes.Replace(file, []byte("index 2\n"), []byte("index 2\n"+strings.Repeat("B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n", 64)), 1), m.public), "more than the 63"},
		{"too long", inclusion(bytes.Repeat([]byte("a"), proof.MostBytes+1), m.public), "more than 1048576 bytes"},
		{"an entry that is not one", inclusion(must[*proof.InclusionProof](t)(proof.ProveInclusion([]byte(`{}`), 0, 8, b, m)).Bytes(), m.public), "version 0"},
		{"two sizes and no proof", consistency(a, b, nil), "3 and 8 entries, so that a proof is needed"},
		{"a proof to another checkpoint", consistency(a, m.signed(t, 7), m.grown(t, 3, 8)), "ask for the proof between the two"},
		{"no checkpoint", consistency([]byte("hello"), b, nil), "the older checkpoint: this is not a signed checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("not %q: %v", c.want, c.err)
			}
		})
	}
}

func TestAProofFromAnotherSizeThanTheKeptCheckpointIsNoProof(t *testing.T) {
	m := decisions(t, 8)
	f := must[*proof.Finding](t)(proof.VerifyConsistency(m.signed(t, 3), nil, m.grown(t, 4, 8), m.public))
	if last := f.Checks[len(f.Checks)-1]; f.Same || !strings.Contains(last.Sentence, "ask for a proof from 3 entries on") {
		t.Errorf("%+v", f)
	}
}
