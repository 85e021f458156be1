package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MostBytes is how long a file of a proof, a checkpoint or keys may be.
const MostBytes = 1 << 20

// Checkpoint says what a log was at a size: what its first entries hash to.
type Checkpoint struct {
	Origin string // the log's name
	Size   int64  // how many entries it had
	Root   Hash
}

// Text is the checkpoint as it is signed (c2sp.org/tlog-checkpoint, “Note text”), without extension lines.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// Sign gives the signed checkpoint. The key must be of the checkpoint's log. The same checkpoint and key give the same bytes.
func Sign(c Checkpoint, private string) ([]byte, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, errNotPrivate
	}
	if signer.Name() != c.Origin {
		return nil, fmt.Errorf("the key is of the log %s, and the checkpoint of %s", signer.Name(), c.Origin)
	}
	if c.Size < 0 || c.Size > MostEntries {
		return nil, fmt.Errorf("a log cannot have %d entries", c.Size)
	}
	return note.Sign(&note.Note{Text: c.Text()}, signer)
}

// SignatureError says that a checkpoint can be read but is not shown to be what a log signed. Read without a signature is
// who knows whose word.
type SignatureError struct {
	Checkpoint Checkpoint // what it claims
	Sentence   string
}

func (e *SignatureError) Error() string { return e.Sentence }

// Open reads a signed checkpoint and checks that one of the public keys has signed it, which must be one of the log that it
// names. Signatures of keys that are not given, such as those of witnesses, are left alone. The error is a SignatureError
// when it can be read but is not signed so.
func Open(signed []byte, keys ...string) (Checkpoint, error) {
	known, err := verifiers(keys)
	if err != nil {
		return Checkpoint{}, err
	}
	c, signed, err := claimed(signed)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(signed, known)
	var wrong *note.InvalidSignatureError
	var none *note.UnverifiedNoteError
	switch {
	case errors.As(err, &wrong):
		return Checkpoint{}, &SignatureError{c, "The signature of " + wrong.Name + " does not fit the checkpoint: the checkpoint was changed after it was signed, or the signature is false."}
	case errors.As(err, &none):
		return Checkpoint{}, &SignatureError{c, "The checkpoint of " + c.Origin + " is not signed by the key that is given. It is of another log, was signed with another key of this one, or is false."}
	case err != nil:
		return Checkpoint{}, errNotCheckpoint
	}
	for _, s := range n.Sigs {
		if s.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, &SignatureError{c, "The checkpoint says that it is of the log " + c.Origin + ", and is signed by " + n.Sigs[0].Name + " alone. Whose log it is must have signed it."}
}

// Claimed reads what a signed checkpoint claims and checks no signature.
func Claimed(signed []byte) (Checkpoint, error) {
	c, _, err := claimed(signed)
	return c, err
}

var errNotCheckpoint = errors.New("this is not a signed checkpoint: it has the log's name, its size, its root in base64, an empty line, and then lines of signatures that begin with —")

// claimed reads a signed checkpoint and gives it as it was before mail or an editor changed its line ends.
func claimed(signed []byte) (Checkpoint, []byte, error) {
	if len(signed) > MostBytes {
		return Checkpoint{}, nil, fmt.Errorf("the checkpoint has more than %d bytes", MostBytes)
	}
	signed = mended(signed)
	_, err := note.Open(signed, nil)
	var none *note.UnverifiedNoteError // which is what every note is when no key is known
	if !errors.As(err, &none) {
		return Checkpoint{}, nil, errNotCheckpoint
	}
	lines := strings.Split(none.Note.Text, "\n")
	if len(lines) < 4 {
		return Checkpoint{}, nil, errNotCheckpoint
	}
	c := Checkpoint{Origin: lines[0]}
	for _, l := range lines[:len(lines)-1] {
		if l == "" {
			return Checkpoint{}, nil, errNotCheckpoint
		}
	}
	if c.Size, err = readNumber(lines[1]); err != nil {
		return Checkpoint{}, nil, errNotCheckpoint
	}
	if c.Root, err = readHash(lines[2]); err != nil {
		return Checkpoint{}, nil, errNotCheckpoint
	}
	return c, signed, nil
}

// mended takes back what mail and editors do to text: a mark at its beginning, line ends of two characters, a last line
// without an end, empty lines after it. Nothing that is signed can be made of something else this way.
func mended(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.TrimRight(text, "\n")
	return append(bytes.Clone(text), '\n')
}

// readNumber reads a number of entries: decimal, without leading zeroes.
func readNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > MostEntries || strconv.FormatInt(n, 10) != s {
		return 0, errors.New("not a number of entries")
	}
	return n, nil
}

// readHash reads a hash in base64, in its one form.
func readHash(s string) (Hash, error) {
	h, err := tlog.ParseHash(s)
	if err == nil && h.String() != s {
		err = errors.New("not a hash")
	}
	return h, err
}
