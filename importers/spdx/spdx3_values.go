package spdx

import (
	"bytes"

	"github.com/ospo-register/ospo/importers/sbom"
)

// value reads a text, which expanded JSON-LD puts into an object or a list. It is valid until the next read.
func (j *ldReader) value() []byte {
	if j.tooDeep() {
		return nil
	}
	switch j.Dec.PeekKind() {
	case '{':
		return j.valueObject()
	case '[':
		return j.onlyValue()
	}
	return j.Stated()
}

// onlyValue reads the list of one text that expanded JSON-LD has in place of it.
func (j *ldReader) onlyValue() []byte {
	var text []byte
	count := 0
	expanded := false
	for l, ok := j.Elements("texts"); ok && j.Element(&l); {
		expanded = expanded || j.Dec.PeekKind() == '{'
		if got := j.value(); count == 0 {
			text = bytes.Clone(got)
		}
		count++
	}
	if j.Err == nil && (!expanded || count != 1) {
		j.b.Notes.Add("wrong-type", j.Pointer(), "There is a list of %d in place of a text; its first element was taken.", count)
	}
	return text
}

const (
	valueText sbom.Field = iota + 1
	valueRest
)

var valueFields = sbom.FieldsOf(21, "a value", map[string]sbom.Field{"@value": valueText, "@id": valueText, "@type": valueRest, "@language": valueRest})

func (j *ldReader) valueObject() []byte {
	if !j.Enter("a text") {
		return nil
	}
	var text []byte
	o := sbom.Object{Fields: valueFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		if f == valueText {
			text = bytes.Clone(j.Stated())
		} else {
			j.Skip()
		}
	}
	return text
}

// lastTerm is the last part of a term written as an IRI.
func lastTerm(text []byte) []byte {
	return text[bytes.LastIndexAny(text, "/#:")+1:]
}
