package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// papers are what a citizen has of a log: files, and the key.
type papers struct {
	dir, document, proof, older, newer, between, key string
}

func citizen(t *testing.T) papers {
	t.Helper()
	private, public, err := proof.NewKey("register.example.gov/log")
	if err != nil {
		t.Fatal(err)
	}
	var nodes []proof.Hash
	have := proof.HashReaderFunc(func(numbers []int64) (out []proof.Hash, err error) {
		for _, n := range numbers {
			out = append(out, nodes[n])
		}
		return out, nil
	})
	var bodies [][]byte
	for n := range 9 {
		sum := sha256.Sum256(fmt.Appendf(nil, `{"case":%d}`, n))
		body := proof.Entry{Event: int64(n + 1), At: time.Unix(1_790_000_000, 0), Noun: "decision", Ref: fmt.Sprintf("health-2026-%d", n), Action: "decision.published", Number: 1, Digest: hex.EncodeToString(sum[:])}.Bytes()
		fresh, err := proof.Append(int64(n), proof.Leaf(body), have)
		if err != nil {
			t.Fatal(err)
		}
		bodies, nodes = append(bodies, body), append(nodes, fresh...)
	}
	signed := func(size int64) []byte {
		root, err := proof.Root(size, have)
		if err != nil {
			t.Fatal(err)
		}
		text, err := proof.Sign(proof.Checkpoint{Origin: "register.example.gov/log", Size: size, Root: root}, private)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	included, err := proof.ProveInclusion(bodies[4], 4, 9, signed(9), have)
	if err != nil {
		t.Fatal(err)
	}
	grown, err := proof.ProveConsistency(5, 9, signed(9), have)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return papers{dir, write(t, dir, "decision.json", `{"case":4}`), write(t, dir, "decision.tlog-proof", string(included.Bytes())),
		write(t, dir, "older.txt", string(signed(5))), write(t, dir, "newer.txt", string(signed(9))), write(t, dir, "between.txt", string(grown.Bytes())), public}
}

func TestProofsAreCheckedOfflineAndTheExitStatusSaysWhatCameOfIt(t *testing.T) {
	t.Setenv("OSPO_DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing") // whatever opens a database fails
	p, other := citizen(t), citizen(t)
	key := write(t, p.dir, "key", "# the key of the register\n"+p.key+"\n")
	changed := write(t, p.dir, "changed.json", `{"case": 4}`)
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a document and its proof", []string{p.document, "--proof", p.proof, "--key", p.key}, 0, "decision.json: same"},
		{"in any order, told by content", []string{p.proof, p.document, "--key", key}, 0, "unchanged"},
		{"a proof alone", []string{p.proof, "--key", key}, 0, "health-2026-4: decision.published"},
		{"a document that was changed", []string{changed, "--proof", p.proof, "--key", p.key}, 1, "changed.json: different"},
		{"the key of another register", []string{p.document, "--proof", p.proof, "--key", other.key}, 1, "is not signed by the key that is given"},
		{"an older checkpoint and the proof to a newer one", []string{p.older, "--proof", p.between, "--key", p.key}, 0, "only added to"},
		{"two checkpoints and the proof, in any order", []string{p.newer, p.older, p.between, "--key", p.key}, 0, "only added to"},
		{"the same checkpoint twice", []string{p.newer, p.newer, "--key", p.key}, 0, "only added to"},
		{"no key", []string{p.document, "--proof", p.proof}, 2, "no public key is given"},
		{"a key that is none", []string{p.document, "--proof", p.proof, "--key", "nothing"}, 2, "is neither a key"},
		{"a proof that is none", []string{p.document, "--proof", p.document, "--key", p.key}, 2, "is no proof"},
		{"a file that is not there", []string{p.document, "--proof", "missing", "--key", p.key}, 2, "no such file"},
		{"two sizes and no proof between", []string{p.older, p.newer, "--key", p.key}, 2, "5 and 9 entries"},
		{"two documents", []string{p.document, changed, "--proof", p.proof, "--key", p.key}, 2, "name one document"},
		{"two proofs", []string{p.document, p.proof, "--proof", p.proof, "--key", p.key}, 2, "one proof more"},
		{"a checkpoint alone", []string{p.older, "--key", p.key}, 2, "two checkpoints of the same size"},
		{"nothing", nil, 2, "Name one verdict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errOut := command(t, append([]string{"verify"}, c.args...)...)
			if code != c.status || !strings.Contains(out+errOut, c.says) {
				t.Errorf("exit status %d, not %d and %q:\n%s%s", code, c.status, c.says, out, errOut)
			}
		})
	}
}

func keyedBy(t *testing.T, dir, origin, dsn string, log io.Writer) *register.Register {
	t.Helper()
	st, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	reg := register.New(st)
	if err := useLogKey(t.Context(), &settings{DataDir: dir, PublicURL: origin}, st, reg, slog.New(slog.NewTextHandler(log, nil))); err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestTheKeyOfTheLogIsMadeOnceAndNeverAnewForALogThatWasSigned(t *testing.T) {
	dir, dsn := t.TempDir(), testkit.OwnDSN(t)
	var log strings.Builder
	first := keyedBy(t, dir, "https://register.example.gov", dsn, &log)
	file := filepath.Join(dir, "log-key")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	if keys := first.LogKeys(); len(keys) != 1 || !strings.HasPrefix(keys[0], "register.example.gov/log+") {
		t.Error(keys)
	}
	again := keyedBy(t, dir, "https://another.example.gov", dsn, &log)
	if first.LogKeys()[0] != again.LogKeys()[0] {
		t.Error("another key at the second start")
	}
	if _, err := again.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	keyedBy(t, dir, "", dsn, &log)
	if !strings.Contains(log.String(), "chmod 600") {
		t.Error("nothing is said of a key that others can read")
	}
	former := first.LogKeys()[0]
	if err := os.WriteFile(file, []byte(former+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	renewed := keyedBy(t, dir, "", dsn, &log)
	if keys := renewed.LogKeys(); len(keys) != 2 || keys[1] != former || proof.Origin(keys[0]) != proof.Origin(former) {
		t.Errorf("a file of a former key does not get a new one: %v", keys)
	}
	if _, err := renewed.Checkpoint(t.Context()); err != nil {
		t.Error(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if lost := keyedBy(t, dir, "", dsn, &log); lost.LogKeys() != nil || !strings.Contains(log.String(), "the file of its key is gone") {
		t.Error("a signed log gets another key")
	}
}

func TestAnOperatorChecksTheWholeLog(t *testing.T) {
	dir, dsn := t.TempDir(), testkit.OwnDSN(t)
	reg := keyedBy(t, dir, "https://register.example.gov", dsn, io.Discard)
	signed, err := reg.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := write(t, dir, "kept.txt", string(signed))
	code, out, errOut := command(t, "verify", "--log", kept, "--database-url", dsn, "--data-dir", dir)
	if code != 0 || !strings.Contains(out, "The log: same") || !strings.Contains(out, "2 signed checkpoints hold, 1 of them kept elsewhere") {
		t.Errorf("exit status %d:\n%s%s", code, out, errOut)
	}
	other := citizen(t)
	if code, out, errOut = command(t, "verify", "--log", other.older, "--key", other.key, "--database-url", dsn, "--data-dir", dir); code != 1 || !strings.Contains(out, "entries were taken away from its end") {
		t.Errorf("exit status %d:\n%s%s", code, out, errOut)
	}
	if code, _, errOut = command(t, "verify", "--log", other.document, "--database-url", dsn, "--data-dir", dir); code != 2 || !strings.Contains(errOut, "nothing but signed checkpoints") {
		t.Errorf("exit status %d: %s", code, errOut)
	}
}
