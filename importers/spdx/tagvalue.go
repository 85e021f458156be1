package spdx

import (
	"bytes"
	"cmp"
	"errors"
	"strconv"

	tools "github.com/spdx/tools-golang/spdx"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// linePlace is a line of a notation made of lines; 0 is no known one.
type linePlace int

func (l linePlace) Of(string) string {
	if l == 0 {
		return ""
	}
	return "line " + strconv.Itoa(int(l))
}

// readTagValue lets the library read the document, and salvages what the library refuses.
func readTagValue(in *sbom.Input, b *builder) (*models.SBOMDocument, error) {
	data, err := in.All(b.Limits.TagValueBytes, b.Notes)
	if err != nil {
		return nil, err
	}
	outline := outlineOf(data)
	for tag := range outline.passed {
		b.Notes.OriginalOnly(cmp.Or(originalTags[tag], aFile), tag, 1)
	}
	var doc *tools.Document
	switch {
	case outline.open:
		err = errors.New("a text is not closed")
	case outline.textCost > mostTextCost:
		err = errors.New("its texts have so many lines that the library would take minutes")
	default:
		doc, err = libraryRead(data)
	}
	switch {
	case err != nil:
		b.Notes.Add("library-refused", "", "The conformance library could not read the document (%s); our own reader did.", sbom.Quote(err.Error()))
		err = newTagReader(data, b).read()
	case len(doc.Packages) < outline.packages:
		b.Notes.Add("library-refused", "", "The conformance library read %d of %d packages; our own reader read the document.", len(doc.Packages), outline.packages)
		err = newTagReader(data, b).read()
	default:
		err = b.fromLibrary(doc, outline.version, outline.lines)
	}
	if err != nil {
		return nil, err
	}
	return b.finish(func(line int) string { return linePlace(line).Of("") }), nil
}

// outline is what a glance over the tags of a document tells.
type outline struct {
	version  string
	packages int
	lines    map[string]int  // of each SPDXID and LicenseID
	passed   map[string]bool // tags that are not kept
	open     bool            // a text is not closed, so that the library would take all the rest for it
	textCost int             // bytes that the library copies for texts of several lines
}

// mostTextCost bounds what the library may copy: it joins the lines of a text one by one, copying what it has each time, so that
// 8 MB of short lines keep it busy for minutes.
const mostTextCost = 4 << 30

func outlineOf(data []byte) outline {
	o := outline{lines: map[string]int{}, passed: map[string]bool{}}
	lines := tagLines{rest: data}
	for lines.next() {
		o.open = o.open || lines.open
		o.textCost += (lines.passed - lines.line) * len(lines.raw) / 2
		switch lines.tag {
		case "SPDXVersion":
			if o.version == "" {
				o.version = lines.value()
			}
		case "PackageName":
			o.packages++
		case "SPDXID", "LicenseID":
			if id := lines.value(); o.lines[id] == 0 {
				o.lines[id] = lines.line
			}
		case "FileName":
			o.passed[lines.tag] = true
		default:
			if originalTags[lines.tag] != "" {
				o.passed[lines.tag] = true
			}
		}
	}
	return o
}

// tagLines walks over the lines "Tag: value" of a document; a value in <text>…</text> may go over several.
type tagLines struct {
	rest    []byte
	line    int    // of the tag at hand, from 1
	tag     string // "" when the line is none
	raw     []byte // what stands after the colon, without blanks around it, or between <text> and </text>
	passed  int    // lines before rest
	noClose bool   // there is no </text> any more, so that looking for it again is in vain
	open    bool   // <text> without </text>
}

var (
	textOpen  = []byte("<text>")
	textClose = []byte("</text>")
)

// next moves to the next line that is neither empty nor a comment.
func (t *tagLines) next() bool {
	for len(t.rest) > 0 {
		line := t.takeLine()
		t.line = t.passed
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' {
			continue
		}
		t.split(trimmed)
		return true
	}
	return false
}

func (t *tagLines) takeLine() []byte {
	t.passed++
	end := bytes.IndexAny(t.rest, "\n\r")
	if end < 0 {
		line := t.rest
		t.rest = nil
		return line
	}
	line := t.rest[:end]
	if t.rest[end] == '\r' && end+1 < len(t.rest) && t.rest[end+1] == '\n' {
		end++
	}
	t.rest = t.rest[end+1:]
	return line
}

func (t *tagLines) split(line []byte) {
	tag, value, found := bytes.Cut(line, []byte(":"))
	t.tag, t.raw, t.open = "", line, false
	if !found {
		return
	}
	t.tag, t.raw = string(bytes.TrimSpace(tag)), bytes.TrimSpace(value)
	if !bytes.HasPrefix(t.raw, textOpen) {
		return
	}
	if body, _, closed := bytes.Cut(t.raw[len(textOpen):], textClose); closed {
		t.raw = body
		return
	}
	t.takeText()
}

// takeText joins the lines up to </text>. Without one, the value ends with its line.
func (t *tagLines) takeText() {
	first := t.raw[len(textOpen):]
	end := -1
	if !t.noClose {
		end = bytes.Index(t.rest, textClose)
	}
	if end < 0 {
		t.noClose, t.open, t.raw = true, true, first
		return
	}
	t.raw = append(append(bytes.Clone(first), '\n'), t.rest[:end]...)
	t.passed += bytes.Count(t.rest[:end], []byte("\n"))
	t.rest = t.rest[end+len(textClose):]
	if next := bytes.IndexByte(t.rest, '\n'); next >= 0 {
		t.rest = t.rest[next+1:]
		t.passed++
	} else {
		t.rest = nil
	}
}

func (t *tagLines) value() string { return string(t.raw) }
