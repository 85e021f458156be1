package api

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/ospo-register/ospo/proof"
)

// verify checks what was sent, by what kind of file the proof is. The error says what cannot be read.
func (w *LogVerificationInput) verify(digest *[sha256.Size]byte, keys []string) (proof.Kind, *proof.Finding, error) {
	if len(keys) == 0 {
		return "", nil, errors.New("this register has no public key to check with: send the key of the log in keys")
	}
	file, kind := []byte(w.Proof), proof.KindOf([]byte(w.Proof))
	switch {
	case w.OlderCheckpoint != nil && (kind == proof.Consistency || w.Proof == ""):
		var newer []byte
		if w.NewerCheckpoint != nil {
			newer = []byte(*w.NewerCheckpoint)
		}
		if w.Proof == "" {
			file = nil
		}
		f, err := proof.VerifyConsistency([]byte(*w.OlderCheckpoint), newer, file, keys...)
		return proof.Consistency, f, err
	case kind == proof.Consistency:
		return "", nil, errors.New("to check that the log was only added to, send the older checkpoint that you kept, as olderCheckpoint")
	case kind == proof.Signed:
		return signature(file, keys)
	case digest != nil:
		f, err := proof.VerifyInclusion(*digest, file, keys...)
		return proof.Inclusion, f, err
	}
	f, err := proof.VerifyEntry(file, keys...)
	return proof.Inclusion, f, err
}

// signature checks a checkpoint by itself.
func signature(signed []byte, keys []string) (proof.Kind, *proof.Finding, error) {
	c, err := proof.Open(signed, keys...)
	var unsigned *proof.SignatureError
	switch {
	case errors.As(err, &unsigned):
		return proof.Signed, &proof.Finding{Summary: "The signature does not hold.", Checks: []proof.Check{{Sentence: unsigned.Sentence}}, Checkpoint: unsigned.Checkpoint}, nil
	case err != nil:
		return "", nil, err
	}
	return proof.Signed, &proof.Finding{Same: true, Summary: "The checkpoint is signed by the key of the log " + c.Origin + ".", Checks: []proof.Check{{Holds: true, Sentence: "The signature holds."}}, Checkpoint: c}, nil
}

// fromBase64 reads base64 with or without padding and line breaks.
func fromBase64(text string) ([]byte, error) {
	text = strings.TrimRight(strings.NewReplacer("\n", "", "\r", "", " ", "").Replace(text), "=")
	return base64.RawStdEncoding.DecodeString(text)
}

// sentence begins with a capital letter and ends with a point.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
