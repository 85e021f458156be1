package sbom

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Field is the number of a case in the code that reads a kind of object.
type Field uint8

// Skipped is the field number of names that a format has and the register does not keep: they are in the original only.
const Skipped Field = 0

// Fields are the names that a kind of object may have.
type Fields struct {
	kind  int    // a number of its own, below fieldKinds
	what  string // for people: "a package"
	names []string
	is    []Field
	place map[string]int // where a name stands in names
}

const (
	fieldKinds = 32
	fieldNames = 256
)

// FieldsOf makes Fields. kind is a number of its own below 32 within one format; what names the object to people; there may be
// at most 254 names and 63 field numbers.
func FieldsOf(kind int, what string, byName map[string]Field) *Fields {
	f := &Fields{kind: kind, what: what, names: slices.Sorted(maps.Keys(byName)), place: map[string]int{}}
	for i, name := range f.names {
		f.place[name] = i
		f.is = append(f.is, byName[name])
	}
	return f
}

// Number gives the field number of a name.
func (f *Fields) Number(name string) (Field, bool) {
	at, known := f.place[name]
	if !known {
		return Skipped, false
	}
	return f.is[at], true
}

// followers tells, per kind of object, which name came behind each name the last time. Generators list the members of all objects
// of a kind in one order, so that most names need no look into a map.
type followers [fieldKinds][fieldNames]uint8

// Object is the state of reading one JSON object. Make it with the Fields it may have.
type Object struct {
	*Fields
	seen uint64 // bit per field number
	last int    // place of the name before, plus one
}

// Seen has a bit for each field number that was met.
func (o *Object) Seen() uint64 { return o.seen }

// lookUp gives the place of a name.
func (j *JSON) lookUp(o *Object, name []byte) (int, bool) {
	guess := int(j.follow[o.kind][o.last])
	if guess >= len(o.names) || o.names[guess] != string(name) {
		var known bool
		if guess, known = o.place[string(name)]; !known {
			return 0, false
		}
		j.follow[o.kind][o.last] = uint8(guess)
	}
	o.last = guess + 1
	return guess, true
}

// Next reads names up to one that is known, and gives its number; its value must be read next. It ends with the object.
func (j *JSON) Next(o *Object) (Field, bool) {
	for j.Err == nil {
		if j.Dec.PeekKind() == '}' {
			_, j.Err = j.Dec.ReadToken()
			return 0, false
		}
		var raw jsontext.Value
		if raw, j.Err = j.Dec.ReadValue(); j.Err != nil {
			return 0, false
		}
		name := j.unquote(raw)
		var f Field
		if at, known := j.lookUp(o, name); known {
			if f = o.is[at]; f == Skipped {
				j.pass(o, at)
			}
		} else {
			f = j.otherwise(o, string(name))
		}
		if f == Skipped {
			j.Skip()
			continue
		}
		if bit := uint64(1) << f; o.seen&bit == 0 {
			o.seen |= bit
		} else if !j.Loose {
			j.notes.Add("duplicate-field", j.Pointer(), "%s stands twice in %s; the last value was taken, lists were joined.", Quote(string(name)), o.what)
		}
		return f, true
	}
	return 0, false
}

// pass counts a field that is known and not kept.
func (j *JSON) pass(o *Object, at int) {
	j.passed[o.kind][at]++
	j.kinds[o.kind] = o.Fields
}

// otherwise finds the field of a name that is not in the table as it stands.
func (j *JSON) otherwise(o *Object, name string) Field {
	if j.Shorten != nil {
		if at, known := o.place[j.Shorten(name)]; known {
			if o.is[at] == Skipped {
				j.pass(o, at)
			}
			return o.is[at]
		}
	}
	return j.nearly(o, name)
}

// nearly finds a name that is right but for its case, or reports that it is unknown.
func (j *JSON) nearly(o *Object, name string) Field {
	for at, right := range o.names {
		if !strings.EqualFold(right, name) {
			continue
		}
		f := o.is[at]
		if f != Skipped && o.seen&(1<<f) != 0 {
			j.notes.Add("field-spelling", j.Pointer(), "%s was passed over, for %s has the right spelling %s too.", Quote(name), o.what, Quote(right))
			return Skipped
		}
		j.notes.Add("field-spelling", j.Pointer(), "%s was read as %s.", Quote(name), Quote(right))
		return f
	}
	if j.Alias != nil {
		if right, ok := j.Alias(o.Fields, name); ok {
			j.notes.Once("field-spelling", name, j.Pointer(), "%s was read as %s, here and elsewhere.", Quote(name), Quote(right))
			return o.is[o.place[right]]
		}
	}
	j.notes.Once("unknown-field", o.what+"/"+name, j.Pointer(), "%s has no field %s in %s; it was not read, here and elsewhere.", j.format, Quote(name), o.what)
	return Skipped
}

// Enter steps into an object; what is no object becomes a finding and is passed over.
func (j *JSON) Enter(what string) bool {
	if j.Err != nil {
		return false
	}
	switch kind := j.Dec.PeekKind(); kind {
	case '{':
		_, j.Err = j.Dec.ReadToken()
		return j.Err == nil
	case 'n':
		j.Skip()
		j.notes.Add("null-element", j.Pointer(), "There is null in place of %s; it was passed over.", what)
	case 0:
		_, j.Err = j.Dec.ReadToken()
	default:
		j.Skip()
		j.notes.Add("value-left-out", j.Pointer(), "There is %s in place of %s; it was left out.", KindName(kind), what)
	}
	return false
}

// List is the state of reading a JSON list. A single value in its place counts as a list of one.
type List struct {
	Index  int // of the element at hand
	single bool
}

// Elements steps into a list; walk through it with Element. It reports false when there is none to read.
func (j *JSON) Elements(what string) (List, bool) {
	if j.Err != nil {
		return List{}, false
	}
	switch kind := j.Dec.PeekKind(); kind {
	case '[':
		_, j.Err = j.Dec.ReadToken()
		return List{Index: -1}, j.Err == nil
	case 'n':
		j.Skip()
		j.notes.Once("null-value", what, j.Pointer(), "The list of %s is null; it was read as empty, here and elsewhere.", what)
	case 0:
		_, j.Err = j.Dec.ReadToken()
	default:
		if !j.Loose {
			j.notes.Add("wrong-type", j.Pointer(), "There is %s in place of the list of %s; it was read as a list of one.", KindName(kind), what)
		}
		return List{Index: -1, single: true}, true
	}
	return List{}, false
}

// Element moves to the next element of the list, or steps out of it.
func (j *JSON) Element(l *List) bool {
	if j.Err != nil {
		return false
	}
	l.Index++
	if l.single {
		return l.Index == 0
	}
	switch j.Dec.PeekKind() {
	case ']', 0:
		_, j.Err = j.Dec.ReadToken()
		return false
	}
	return true
}

// Bytes reads a value that the format has as a string. It is valid until the next read; nil when there is none.
func (j *JSON) Bytes() []byte {
	if j.Err != nil {
		return nil
	}
	kind := j.Dec.PeekKind()
	switch kind {
	case '"':
		var raw jsontext.Value
		raw, j.Err = j.Dec.ReadValue()
		return j.unquote(raw)
	case 'n':
		j.Skip()
		j.notes.Once("null-value", j.LastName(), j.Pointer(), "The value is null; it was read as absent, here and in other fields of this name.")
	case '0', 't', 'f':
		raw, err := j.Dec.ReadValue()
		j.Err = err
		j.buf = append(j.buf[:0], raw...)
		j.notes.Add("wrong-type", j.Pointer(), "There is %s in place of a text; it was read as %s.", KindName(kind), Quote(string(raw)))
		return j.buf
	case '[':
		return j.onlyElement()
	case 0:
		_, j.Err = j.Dec.ReadToken()
	default:
		j.Skip()
		j.notes.Add("value-left-out", j.Pointer(), "There is %s in place of a text; it was left out.", KindName(kind))
	}
	return nil
}

// onlyElement reads ["MIT"] as "MIT".
func (j *JSON) onlyElement() []byte {
	_, j.Err = j.Dec.ReadToken()
	var text []byte
	l := List{Index: -1}
	count := 0
	for j.Element(&l) {
		if j.Dec.PeekKind() == '"' && text == nil {
			text = bytes.Clone(j.Bytes())
		} else {
			j.Skip()
		}
		count++
	}
	switch {
	case j.Err != nil:
	case text != nil && count == 1:
		j.notes.Add("wrong-type", j.Pointer(), "There is a list in place of a text; its only element was taken.")
	default:
		j.notes.Add("value-left-out", j.Pointer(), "There is a list of %d in place of a text; it was left out.", count)
		return nil
	}
	return text
}

// Text reads a string of its own.
func (j *JSON) Text() string { return string(j.Stated()) }

// Word reads a string that is likely to be met again, and gives the same one each time.
func (j *JSON) Word() string { return j.Known(j.Stated()) }

// Known gives the same string for the same short text each time.
func (j *JSON) Known(raw []byte) string {
	const longest, most = 100, 4096
	if len(raw) > longest {
		return string(raw)
	}
	if word, ok := j.words[string(raw)]; ok {
		return word
	}
	word := string(raw)
	if len(j.words) < most {
		j.words[word] = word
	}
	return word
}

// Phrase reads a string that is NOASSERTION, or else unlikely to be met again.
func (j *JSON) Phrase() string {
	const noAssertion, none = "NOASSERTION", "NONE"
	switch raw := j.Stated(); string(raw) {
	case noAssertion:
		return noAssertion
	case none:
		return none
	default:
		return string(raw)
	}
}

// Stated is Bytes, with a finding for an empty text.
func (j *JSON) Stated() []byte {
	raw := j.Bytes()
	if raw != nil && len(raw) == 0 && !j.Loose {
		j.notes.Once("empty-value", j.LastName(), j.Pointer(), "The value is an empty text; it was read as absent, here and in other fields of this name.")
	}
	return raw
}

// Skip passes over the next value, however large it is.
func (j *JSON) Skip() {
	if kind := j.Dec.PeekKind(); kind != '{' && kind != '[' {
		_, j.Err = j.Dec.ReadToken()
		return
	}
	depth := j.Dec.StackDepth()
	for j.Err == nil {
		if _, j.Err = j.Dec.ReadToken(); j.Err != nil {
			return
		}
		now := j.Dec.StackDepth()
		if now <= depth {
			return
		}
		if now > j.depth {
			j.Err = TooLarge("sbom-too-deep", "The document nests objects and lists deeper than %d levels. No SBOM needs that; export it again.", j.depth)
		}
	}
}

// unquote gives the content of a JSON string. It is valid until the next read.
func (j *JSON) unquote(raw jsontext.Value) []byte {
	if len(raw) < 2 {
		return nil
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	// Lone surrogates come out as U+FFFD; the error says no more than that.
	j.buf, _ = jsontext.AppendUnquote(j.buf[:0], raw)
	if bytes.IndexByte(j.buf, 0) >= 0 {
		j.notes.Add("nul-character", j.Pointer(), "The value has NUL characters; they were left out.")
		j.buf = bytes.ReplaceAll(j.buf, []byte{0}, nil)
	}
	return j.buf
}

// Pointer is the JSON Pointer of the value just read.
func (j *JSON) Pointer() string { return string(j.Dec.StackPointer()) }

// LastName is the name of the field just read.
func (j *JSON) LastName() string {
	for pointer := j.Dec.StackPointer(); pointer != ""; pointer = pointer.Parent() {
		if name := pointer.LastToken(); strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return ""
}

// KindName is what a JSON value is, for people.
func KindName(kind jsontext.Kind) string {
	switch kind {
	case '"':
		return "a text"
	case '0':
		return "a number"
	case 't', 'f':
		return "a truth value"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 'n':
		return "null"
	}
	return "nothing"
}
