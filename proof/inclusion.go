package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// inclusionHeader is the first line of a proof of inclusion.
const inclusionHeader = "c2sp.org/tlog-proof@v1"

// mostNodes is how many nodes a proof may have: c2sp.org/tlog-witness allows 63, and no tree is as deep.
const mostNodes = 63

// InclusionProof shows that an entry is in a log. As a file (c2sp.org/tlog-proof@v1, with the entry's bytes as extra data) it
// has all that is needed to check it but the key and the document.
type InclusionProof struct {
	Body   []byte // the entry's bytes
	Index  int64  // which entry of the log it is, from 0
	Nodes  []Hash // from the leaf's neighbour upwards
	Signed []byte // the signed checkpoint
}

// ProveInclusion makes the proof for an entry in the log of a signed checkpoint of size entries.
func ProveInclusion(body []byte, index, size int64, signed []byte, have HashReader) (*InclusionProof, error) {
	nodes, err := proveEntry(size, index, have)
	if err != nil {
		return nil, err
	}
	return &InclusionProof{body, index, nodes, signed}, nil
}

// Bytes is the proof as a file.
func (p *InclusionProof) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(inclusionHeader + "\nextra " + base64.StdEncoding.EncodeToString(p.Body) + "\nindex " + strconv.FormatInt(p.Index, 10) + "\n")
	for _, h := range p.Nodes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteByte('\n')
	b.Write(p.Signed)
	return b.Bytes()
}

// ReadInclusion reads the file of a proof. It checks its form and proves nothing.
func ReadInclusion(file []byte) (*InclusionProof, error) {
	if len(file) > MostBytes {
		return nil, fmt.Errorf("the proof has more than %d bytes", MostBytes)
	}
	r := &lines{rest: mended(file)}
	if r.next() != inclusionHeader {
		return nil, errors.New("this is not a proof that something was logged: such a file begins with the line " + inclusionHeader)
	}
	extra, ok := strings.CutPrefix(r.next(), "extra ")
	if !ok {
		return nil, r.wrong("should have the entry, after the word extra: without it there is nothing to compare a document with")
	}
	body, err := base64.StdEncoding.DecodeString(extra)
	if err != nil || base64.StdEncoding.EncodeToString(body) != extra {
		return nil, r.wrong("has an entry that is not whole base64")
	}
	p := &InclusionProof{Body: body}
	index, ok := strings.CutPrefix(r.next(), "index ")
	if p.Index, err = readNumber(index); !ok || err != nil {
		return nil, r.wrong("should have the word index and the number of the entry")
	}
	if p.Nodes, err = r.hashes(); err != nil {
		return nil, err
	}
	if _, p.Signed, err = claimed(r.rest); err != nil {
		return nil, err
	}
	return p, nil
}

// VerifyInclusion checks that a document, of which it gets the SHA-256, was logged: its digest is in the entry, the entry is
// in the log of the checkpoint, and one of the public keys of that log has signed the checkpoint. An error says that there
// is nothing to check: a file that cannot be read, or no key.
func VerifyInclusion(document [sha256.Size]byte, file []byte, keys ...string) (*Finding, error) {
	f, err := VerifyEntry(file, keys...)
	if err != nil || !f.Same {
		return f, err
	}
	have := hex.EncodeToString(document[:])
	switch f.Entry.Digest {
	case have:
		f.holds("The document has the SHA-256 " + have + ", which the entry names: it is byte for byte what was logged.")
		f.Summary = "The document is the one that was logged, unchanged."
		return f, nil
	case "":
		return f.fails("The proof is not of this document.", "The entry that is proved names no document."), nil
	}
	return f.fails("The document is not the one that was logged.", "The document has the SHA-256 "+have+", and the entry names "+f.Entry.Digest+
		". It was changed after it was logged, or this proof belongs to another document. One changed character is enough, a line end too: compare the file as it was downloaded, not a copy that was opened and saved."), nil
}

// VerifyEntry checks that the entry of a proof is in the log, and that the log's key has signed it. Errors are as of VerifyInclusion.
func VerifyEntry(file []byte, keys ...string) (*Finding, error) {
	if _, err := verifiers(keys); err != nil {
		return nil, err
	}
	p, err := ReadInclusion(file)
	if err != nil {
		return nil, err
	}
	e, err := ReadEntry(p.Body)
	if err != nil {
		return nil, err
	}
	f := &Finding{Entry: &e}
	if !f.opens(p.Signed, keys) {
		return f, nil
	}
	c := f.Checkpoint
	if p.Index >= c.Size {
		return f.fails("It is not proved that this was logged.", fmt.Sprintf("The proof is for entry %d, and the log of the checkpoint has %d entries, counted from 0. The checkpoint is older than the entry, or the proof was changed.", p.Index, c.Size)), nil
	}
	if !holds(p.Nodes, c.Size, c.Root, p.Index, Leaf(p.Body)) {
		return f.fails("It is not proved that this was logged.", fmt.Sprintf("The entry does not lead to the root of the log: it is not entry %d of the %d that %s signed. The entry or the proof was changed, or it was never logged.", p.Index, c.Size, c.Origin)), nil
	}
	f.holds(fmt.Sprintf("The entry is number %d of the %d entries of that log, counted from 0.", p.Index, c.Size))
	f.holds(e.Says())
	f.Same, f.Summary = true, "The entry is in the log."
	return f, nil
}

// opens checks a signed checkpoint and notes what came of it.
func (f *Finding) opens(signed []byte, keys []string) bool {
	c, err := Open(signed, keys...)
	var unsigned *SignatureError
	if errors.As(err, &unsigned) {
		f.Checkpoint = unsigned.Checkpoint
		f.fails("The signature does not hold.", unsigned.Sentence)
		return false
	}
	if err != nil { // its form was read before
		f.fails("The signature does not hold.", err.Error())
		return false
	}
	f.Checkpoint = c
	f.holds(fmt.Sprintf("The checkpoint of %d entries is signed by the key of the log %s.", c.Size, c.Origin))
	return true
}

// lines reads a file line by line and knows where it is.
type lines struct {
	rest []byte
	at   int
}

func (l *lines) next() string {
	line, rest, _ := bytes.Cut(l.rest, []byte("\n"))
	l.rest, l.at = rest, l.at+1
	return string(line)
}

func (l *lines) wrong(what string) error {
	return fmt.Errorf("the proof cannot be read: line %d %s. Download it again", l.at, what)
}

// hashes reads lines of hashes up to the empty line after them.
func (l *lines) hashes() ([]Hash, error) {
	var list []Hash
	for {
		ended := len(l.rest) == 0
		line := l.next()
		if ended {
			return nil, l.wrong("should be an empty line and then the checkpoint, and the file ends")
		}
		if line == "" {
			return list, nil
		}
		h, err := readHash(line)
		if err != nil {
			return nil, l.wrong("is not a hash in base64")
		}
		if list = append(list, h); len(list) > mostNodes {
			return nil, l.wrong(fmt.Sprintf("is one hash more than the %d that a proof may have", mostNodes))
		}
	}
}

func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(line)
}
