package models

import (
	"errors"
	"strings"
	"time"
)

// ErrorKind says what sort of refusal an Error is; each kind has one HTTP status at the edge.
type ErrorKind string

const (
	NotFound        ErrorKind = "not-found"       // 404: no such thing, or none that this viewer may see
	Invalid         ErrorKind = "invalid"         // 400: the input breaks a rule; Fields says which, all at once
	Conflict        ErrorKind = "conflict"        // 409: the input is fine, the present state forbids it; 429 when it says after which time it no longer does
	Forbidden       ErrorKind = "forbidden"       // 403: this actor may not; Detail says whom to ask
	Unauthenticated ErrorKind = "unauthenticated" // 401: no actor, or a credential that does not hold
	TooLarge        ErrorKind = "too-large"       // 413: over a limit; Detail names the limit and its setting
)

// Error is the one error type that crosses package borders and reaches people. Anything else is our own fault: it is
// logged and answered as a plain 500.
type Error struct {
	Kind   ErrorKind
	Code   string       // stable, kebab-case, for programs: "asset-name-taken"
	Detail string       // what happened and what to do, one or two sentences for a person
	Fields []FieldError // every mistake in the input, not only the first

	Existing   string        // of a Conflict: the path, in pages as over the API, of what is there already and may be seen: "/repositories/12"
	RetryAfter time.Duration // of a Conflict with how much was asked: it passes by itself in this time (429); 0 for all others
}

// FieldError is one mistake in one field of the input.
type FieldError struct {
	Field  string // as the caller spells it, camelCase, dotted for depth: "identifiers[0].value"
	Code   string // "required", "too-long", "unknown-value", …
	Detail string
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Detail
	}
	var b strings.Builder
	b.WriteString(e.Detail)
	for _, f := range e.Fields {
		b.WriteString("\n  " + f.Field + ": " + f.Detail)
	}
	return b.String()
}

// Refuse makes an Error without fields.
func Refuse(kind ErrorKind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// NoSuch is the answer for a thing that is not there or not visible; noun is the glossary's word.
func NoSuch(noun string) *Error {
	return Refuse(NotFound, noun+"-not-found", "There is no such "+strings.ReplaceAll(noun, "-", " ")+", or you may not see it.")
}

// IsKind reports whether err is, or wraps, an Error of the kind.
func IsKind(err error, kind ErrorKind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// HasCode reports whether err is, or wraps, an Error with the code.
func HasCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// Mistakes collects every mistake in an input before anything is refused.
type Mistakes struct{ list []FieldError }

// Add notes one mistake.
func (m *Mistakes) Add(field, code, detail string) {
	m.list = append(m.list, FieldError{Field: field, Code: code, Detail: detail})
}

// Err is nil when nothing was noted, else one Invalid error with all of them.
func (m *Mistakes) Err() error {
	if len(m.list) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "invalid-input", Detail: "Some of what was sent cannot be accepted. Correct the fields named and send it again.", Fields: m.list}
}

// Include adds the mistakes of an Invalid error; any other error is ignored, nil too.
func (m *Mistakes) Include(err error) {
	var e *Error
	if errors.As(err, &e) && e.Kind == Invalid {
		m.list = append(m.list, e.Fields...)
	}
}
