package proof

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// mostEntry is how many bytes an entry may have.
const mostEntry = 16 << 10

// Entry is one line of the log: what happened, and the digests of what it happened to. It names no people. Its bytes are
// JSON of one line with the members in the order of their names, and without those that are empty.
type Entry struct {
	Action      string    `json:"action"`                // as in the audit trail: "decision.published"
	At          time.Time `json:"at"`                    // in UTC, to the microsecond
	Digest      string    `json:"digest,omitempty"`      // SHA-256 of the bytes of the part, or of the public document, in hexadecimal
	Dossier     string    `json:"dossier,omitempty"`     // digest of the whole dossier then
	Event       int64     `json:"event"`                 // number of the event in the audit trail
	EventDigest string    `json:"eventDigest,omitempty"` // SHA-256 of the event's text (models.Event.Text)
	From        string    `json:"from,omitempty"`        // state before a move
	Noun        string    `json:"noun"`                  // "decision"
	Number      int       `json:"number,omitempty"`      // version of the part, or number of the publication
	Part        string    `json:"part,omitempty"`        // part of the dossier: "need"
	Ref         string    `json:"ref,omitempty"`         // how the decision is called
	Role        string    `json:"role,omitempty"`        // in which role somebody acted
	To          string    `json:"to,omitempty"`          // state after a move
	V           int       `json:"v"`                     // 1, the version of this form
}

// EntryVersion is the version of the form of entries that this program writes.
const EntryVersion = 1

// Bytes is the entry as the log keeps it and as its leaf is made of.
func (e Entry) Bytes() []byte {
	e.V, e.At = EntryVersion, e.At.UTC().Truncate(time.Microsecond)
	return e.text()
}

func (e Entry) text() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		panic("proof: " + err.Error()) // strings, numbers and a time of a year below 10,000
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// ReadEntry reads an entry. Bytes that this program would write differently are refused, so that one entry has one form.
func ReadEntry(body []byte) (Entry, error) {
	if len(body) > mostEntry {
		return Entry{}, fmt.Errorf("the entry has more than %d bytes", mostEntry)
	}
	e, plain := plainEntry(body)
	if !plain {
		var err error
		if e, err = anyEntry(body); err != nil {
			return e, err
		}
	}
	for _, d := range []struct{ name, value string }{{"digest", e.Digest}, {"dossier", e.Dossier}, {"eventDigest", e.EventDigest}} {
		if d.value != "" && !isDigest(d.value) {
			return Entry{}, fmt.Errorf("the entry's %s is not a SHA-256 in 64 lower-case hexadecimal digits", d.name)
		}
	}
	return e, nil
}

// anyEntry reads the JSON of an entry, and says why it is none.
func anyEntry(body []byte) (Entry, error) {
	var e Entry
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return Entry{}, errors.New("the entry is not the JSON of an entry: " + plainJSON(err))
	}
	if e.V != EntryVersion {
		return Entry{}, fmt.Errorf("the entry is of version %d, and this program reads version %d: use a program that is as new as the entry", e.V, EntryVersion)
	}
	if e.At.Year() < 1 || e.At.Year() > 9999 {
		return Entry{}, errors.New("the entry has a time that is none")
	}
	if !bytes.Equal(e.Bytes(), body) {
		return Entry{}, errors.New("the entry is not in the one form that entries have: JSON of one line, the members in the order of their names, none empty, times in UTC")
	}
	return e, nil
}

func isDigest(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}

// plainJSON says what is wrong with JSON without the names of Go.
func plainJSON(err error) string {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fmt.Sprintf("%q cannot be a %s", kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("at byte %d: %s", syntax.Offset, syntax.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	}
	return err.Error()
}

// Says puts the entry into a sentence.
func (e Entry) Says() string {
	what := e.Noun
	if e.Ref != "" {
		what += " " + e.Ref
	}
	s := fmt.Sprintf("On %s the register logged of the %s: %s", e.At.UTC().Format("2 January 2006 at 15:04:05 UTC"), what, e.Action)
	if e.Part != "" {
		s += ", " + e.Part
		if e.Number != 0 {
			s += fmt.Sprintf(" version %d", e.Number)
		}
	} else if e.Number != 0 {
		s += fmt.Sprintf(", number %d", e.Number)
	}
	if e.From != "" || e.To != "" {
		s += fmt.Sprintf(", from %q to %q", e.From, e.To)
	}
	if e.Role != "" {
		s += ", by somebody in the role " + e.Role
	}
	return s + "."
}
