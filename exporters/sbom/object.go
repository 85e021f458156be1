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

// List writes a member that is a list of n elements; at gives each when it is its turn. An empty list is left out.
func (o *Object) List(name string, n int, at func(i int) any) {
	for i := 0; i < n && o.err == nil; i++ {
		o.write(separator(name, i))
		if o.err == nil {
			o.err = o.enc.Encode(at(i))
		}
	}
	if n > 0 {
		o.write("]")
	}
}

func separator(name string, i int) string {
	if i > 0 {
		return ","
	}
	return ",\n" + strconv.Quote(name) + ":[\n"
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
