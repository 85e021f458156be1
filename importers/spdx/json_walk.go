package spdx

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// field is the number of a case in the code that reads a kind of object.
type field uint8

// skipped is the field number of names that SPDX has and the register does not read.
const skipped field = 0

// fields are the names that a kind of object may have.
type fields struct {
	kind  int    // a number of its own, below fieldKinds
	what  string // for people: "a package"
	names []string
	is    []field
	place map[string]int // where a name stands in names
}

const fieldKinds = 9

func fieldsOf(kind int, what string, byName map[string]field) *fields {
	f := &fields{kind: kind, what: what, names: slices.Sorted(maps.Keys(byName)), place: map[string]int{}}
	for i, name := range f.names {
		f.place[name] = i
		f.is = append(f.is, byName[name])
	}
	return f
}

// followers tells, per kind of object, which name came behind each name the last time. Generators list the members of all objects
// of a kind in one order, so that most names need no look into a map.
type followers [fieldKinds][64]uint8

// object is the state of reading one JSON object.
type object struct {
	*fields
	seen uint64 // bit per field number
	last int    // place of the name before, plus one
}

// lookUp gives the place of a name.
func (j *jsonReader) lookUp(o *object, name []byte) (int, bool) {
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

// next reads names up to one that is known, and gives its number; its value must be read next. It ends with the object.
func (j *jsonReader) next(o *object) (field, bool) {
	for j.err == nil {
		if j.dec.PeekKind() == '}' {
			_, j.err = j.dec.ReadToken()
			return 0, false
		}
		var raw jsontext.Value
		if raw, j.err = j.dec.ReadValue(); j.err != nil {
			return 0, false
		}
		name := j.unquote(raw)
		var f field
		if at, known := j.lookUp(o, name); known {
			f = o.is[at]
		} else {
			f = j.nearly(o, string(name))
		}
		if f == skipped {
			j.skip()
			continue
		}
		if bit := uint64(1) << f; o.seen&bit == 0 {
			o.seen |= bit
		} else if !j.loose {
			j.b.notes.add("duplicate-field", j.pointer(), "%s stands twice in %s; the last value was taken, lists were joined.", quote(string(name)), o.what)
		}
		return f, true
	}
	return 0, false
}

// nearly finds a name that is right but for its case, or reports that it is unknown.
func (j *jsonReader) nearly(o *object, name string) field {
	for at, right := range o.names {
		if !strings.EqualFold(right, name) {
			continue
		}
		f := o.is[at]
		if f != skipped && o.seen&(1<<f) != 0 {
			j.b.notes.add("field-spelling", j.pointer(), "%s was passed over, for %s has the right spelling %s too.", quote(name), o.what, quote(right))
			return skipped
		}
		j.b.notes.add("field-spelling", j.pointer(), "%s was read as %s.", quote(name), quote(right))
		return f
	}
	if right, ok := tagNames[name]; ok && o.fields == packageFields {
		j.b.notes.once("field-spelling", name, j.pointer(), "%s is a tag of the tag-value notation; it was read as %s, here and elsewhere.", quote(name), quote(right))
		return o.is[o.place[right]]
	}
	j.b.notes.once("unknown-field", o.what+"/"+name, j.pointer(), "SPDX has no field %s in %s; it was not read, here and elsewhere.", quote(name), o.what)
	return skipped
}

// tagNames are names of the tag-value notation that generators put into JSON.
var tagNames = map[string]string{
	"packageName": "name", "packageVersion": "versionInfo", "packageSupplier": "supplier", "packageOriginator": "originator", "packageChecksums": "checksums",
	"packageDownloadLocation": "downloadLocation", "packageHomepage": "homepage", "packageHomePage": "homepage", "packageLicenseDeclared": "licenseDeclared",
	"packageLicenseConcluded": "licenseConcluded", "packageCopyrightText": "copyrightText", "packageSummary": "summary", "packageDescription": "description",
	"version": "versionInfo", "packageComment": "comment", "packageSourceInfo": "sourceInfo",
}

// enter steps into an object; what is no object becomes a finding and is passed over.
func (j *jsonReader) enter(what string) bool {
	if j.err != nil {
		return false
	}
	switch kind := j.dec.PeekKind(); kind {
	case '{':
		_, j.err = j.dec.ReadToken()
		return j.err == nil
	case 'n':
		j.skip()
		j.b.notes.add("null-element", j.pointer(), "There is null in place of %s; it was passed over.", what)
	case 0:
		_, j.err = j.dec.ReadToken()
	default:
		j.skip()
		j.b.notes.add("value-left-out", j.pointer(), "There is %s in place of %s; it was left out.", kindName(kind), what)
	}
	return false
}

// list is the state of reading a JSON list. A single value in its place counts as a list of one.
type list struct {
	index  int // of the element at hand
	single bool
}

// list steps into a list. It reports false when there is none to read.
func (j *jsonReader) list(what string) (list, bool) {
	if j.err != nil {
		return list{}, false
	}
	switch kind := j.dec.PeekKind(); kind {
	case '[':
		_, j.err = j.dec.ReadToken()
		return list{index: -1}, j.err == nil
	case 'n':
		j.skip()
		j.b.notes.once("null-value", what, j.pointer(), "The list of %s is null; it was read as empty, here and elsewhere.", what)
	case 0:
		_, j.err = j.dec.ReadToken()
	default:
		if !j.loose {
			j.b.notes.add("wrong-type", j.pointer(), "There is %s in place of the list of %s; it was read as a list of one.", kindName(kind), what)
		}
		return list{index: -1, single: true}, true
	}
	return list{}, false
}

// element moves to the next element of the list, or steps out of it.
func (j *jsonReader) element(l *list) bool {
	if j.err != nil {
		return false
	}
	l.index++
	if l.single {
		return l.index == 0
	}
	switch j.dec.PeekKind() {
	case ']', 0:
		_, j.err = j.dec.ReadToken()
		return false
	}
	return true
}

// bytes reads a value that SPDX has as a string. It is valid until the next read; nil when there is none.
func (j *jsonReader) bytes() []byte {
	if j.err != nil {
		return nil
	}
	kind := j.dec.PeekKind()
	switch kind {
	case '"':
		var raw jsontext.Value
		raw, j.err = j.dec.ReadValue()
		return j.unquote(raw)
	case 'n':
		j.skip()
		j.b.notes.once("null-value", j.lastName(), j.pointer(), "The value is null; it was read as absent, here and in other fields of this name.")
	case '0', 't', 'f':
		raw, err := j.dec.ReadValue()
		j.err = err
		j.buf = append(j.buf[:0], raw...)
		j.b.notes.add("wrong-type", j.pointer(), "There is %s in place of a text; it was read as %s.", kindName(kind), quote(string(raw)))
		return j.buf
	case '[':
		return j.onlyElement()
	case 0:
		_, j.err = j.dec.ReadToken()
	default:
		j.skip()
		j.b.notes.add("value-left-out", j.pointer(), "There is %s in place of a text; it was left out.", kindName(kind))
	}
	return nil
}

// onlyElement reads ["MIT"] as "MIT".
func (j *jsonReader) onlyElement() []byte {
	_, j.err = j.dec.ReadToken()
	var text []byte
	l := list{index: -1}
	count := 0
	for j.element(&l) {
		if j.dec.PeekKind() == '"' && text == nil {
			text = bytes.Clone(j.bytes())
		} else {
			j.skip()
		}
		count++
	}
	switch {
	case j.err != nil:
	case text != nil && count == 1:
		j.b.notes.add("wrong-type", j.pointer(), "There is a list in place of a text; its only element was taken.")
	default:
		j.b.notes.add("value-left-out", j.pointer(), "There is a list of %d in place of a text; it was left out.", count)
		return nil
	}
	return text
}

// text reads a string of its own.
func (j *jsonReader) text() string { return string(j.stated()) }

// word reads a string that is likely to be met again, and gives the same one each time.
func (j *jsonReader) word() string { return j.known(j.stated()) }

func (j *jsonReader) known(raw []byte) string {
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

// phrase reads a string that is NOASSERTION, or else unlikely to be met again.
func (j *jsonReader) phrase() string {
	const noAssertion, none = "NOASSERTION", "NONE"
	switch raw := j.stated(); string(raw) {
	case noAssertion:
		return noAssertion
	case none:
		return none
	default:
		return string(raw)
	}
}

// stated is bytes, with a finding for an empty text.
func (j *jsonReader) stated() []byte {
	raw := j.bytes()
	if raw != nil && len(raw) == 0 && !j.loose {
		j.b.notes.once("empty-value", j.lastName(), j.pointer(), "The value is an empty text; it was read as absent, here and in other fields of this name.")
	}
	return raw
}

// skip passes over the next value, however large it is.
func (j *jsonReader) skip() {
	if kind := j.dec.PeekKind(); kind != '{' && kind != '[' {
		_, j.err = j.dec.ReadToken()
		return
	}
	depth := j.dec.StackDepth()
	for j.err == nil {
		if _, j.err = j.dec.ReadToken(); j.err != nil {
			return
		}
		now := j.dec.StackDepth()
		if now <= depth {
			return
		}
		if now > j.b.lim.Depth {
			j.err = tooLarge("sbom-too-deep", "The document nests objects and lists deeper than %d levels. No SBOM needs that; export it again.", j.b.lim.Depth)
		}
	}
}

// unquote gives the content of a JSON string. It is valid until the next read.
func (j *jsonReader) unquote(raw jsontext.Value) []byte {
	if len(raw) < 2 {
		return nil
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	// Lone surrogates come out as U+FFFD; the error says no more than that.
	j.buf, _ = jsontext.AppendUnquote(j.buf[:0], raw)
	if bytes.IndexByte(j.buf, 0) >= 0 {
		j.b.notes.add("nul-character", j.pointer(), "The value has NUL characters; they were left out.")
		j.buf = bytes.ReplaceAll(j.buf, []byte{0}, nil)
	}
	return j.buf
}

func (j *jsonReader) pointer() string { return string(j.dec.StackPointer()) }

// lastName is the name of the field just read.
func (j *jsonReader) lastName() string {
	for pointer := j.dec.StackPointer(); pointer != ""; pointer = pointer.Parent() {
		if name := pointer.LastToken(); strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return ""
}

func kindName(kind jsontext.Kind) string {
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
