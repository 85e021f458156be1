package sbom

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
)

// Object writes one JSON object whose lists are too long to be held: first what is short, then the lists one element
// after the other. The first error ends the writing and is given by Close.
type Object struct {
	w   *bufio.Writer
	enc *json.Encoder
	err error
}

// NewObject writes the members of head, which must be a struct with at least one.
func NewObject(w io.Writer, head any) *Object {
	o := &Object{w: bufio.NewWriterSize(w, 64<<10)}
	o.enc = json.NewEncoder(o.w)
	o.enc.SetEscapeHTML(false)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if o.err = enc.Encode(head); o.err == nil {
		_, o.err = o.w.Write(bytes.TrimSuffix(bytes.TrimSpace(b.Bytes()), []byte("}")))
	}
	return o
}

// List writes a member that is a list. fill adds its elements one after the other and ends with the first error, which add
// gives it too. An empty list is left out.
func (o *Object) List(name string, fill func(add func(element any) error) error) {
	if o.err != nil {
		return
	}
	begun := false
	err := fill(func(element any) error {
		if begun {
			o.write(",")
		} else {
			o.write(",\n" + strconv.Quote(name) + ":[\n")
			begun = true
		}
		if o.err == nil {
			o.err = o.enc.Encode(element)
		}
		return o.err
	})
	if o.err == nil {
		o.err = err
	}
	if begun {
		o.write("]")
	}
}

// Fill adds the elements of a list that is held.
func Fill[T any](list []T, shape func(T) any) func(add func(element any) error) error {
	return func(add func(element any) error) error {
		for _, x := range list {
			if err := add(shape(x)); err != nil {
				return err
			}
		}
		return nil
	}
}

// Close ends the object.
func (o *Object) Close() error {
	o.write("}\n")
	if o.err == nil {
		o.err = o.w.Flush()
	}
	return o.err
}

func (o *Object) write(text string) {
	if o.err == nil {
		_, o.err = o.w.WriteString(text)
	}
}

func numbered(i int) string { return "package-" + strconv.Itoa(i) }
