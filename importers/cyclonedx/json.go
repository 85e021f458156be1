package cyclonedx

import (
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// reader streams one CycloneDX JSON document into a builder.
type reader struct {
	*sbom.JSON
	b            *builder
	shaped       bool              // something was met that only CycloneDX documents have
	formatted    bool              // bomFormat was there
	dependencies string            // pointer of the list of dependencies
	waiting      []*part           // components that are not handed over, in the order in which they begin
	free         []*part           // for use again
	targets      []target          // ends of the dependencies at hand
	references   map[string]string // what is said of the types of references that are not kept
	set          licenseSet        // for use again
}

// readJSON reads r to its end. The document is nil when the error is not nil. loose says that the JSON was made of XML.
func readJSON(r io.Reader, b *builder, loose bool) (*models.SBOMDocument, error) {
	j := &reader{JSON: sbom.NewJSON(r, b.Builder), b: b, dependencies: "/dependencies", shaped: loose, references: map[string]string{}}
	j.Loose = loose
	if j.Enter("the document") {
		j.document("")
	}
	broken, err := j.Ended()
	switch {
	case err != nil:
		return nil, err
	case !j.shaped && broken != "":
		return nil, sbom.NotAnSBOM("The file looks like JSON but cannot be read " + broken + ", and nothing before that is a CycloneDX document.")
	case !j.shaped:
		return nil, sbom.NotAnSBOM("The file is JSON, but not an SBOM: it has neither bomFormat nor anything else that only CycloneDX has. Export the SBOM as CycloneDX JSON or SPDX JSON.")
	case broken != "":
		if err := j.handOver(); err != nil {
			return nil, err
		}
		j.BreakOff(broken, b.Doc.Packages)
	}
	if !j.formatted && !loose && broken == "" {
		b.Notes.Add("bom-format", "", "The document does not say that it is CycloneDX; it was read as such.")
	}
	j.NotKept()
	return b.finish(j.dependencies), nil
}

// scalar reads a value that may be a text, a number or a truth value.
func (j *reader) scalar() string {
	if j.Err != nil {
		return ""
	}
	switch j.Dec.PeekKind() {
	case '0', 't', 'f':
		raw, err := j.Dec.ReadValue()
		j.Err = err
		return string(raw)
	}
	return j.Text()
}

// count passes over a list of elements that are not kept, or over one, and counts them. Their ids are noted, so that what refers to
// them does not lead nowhere.
func (j *reader) count(what string) (n int) {
	if j.Err == nil && j.Dec.PeekKind() == '{' {
		j.passOver()
		return 1
	}
	for l, ok := j.Elements(what); ok && j.Element(&l); n++ {
		j.passOver()
	}
	return n
}

// passOver reads the id of an object and nothing else.
func (j *reader) passOver() {
	if j.Dec.PeekKind() != '{' || !j.Enter("an element") {
		j.Skip()
		return
	}
	for j.Err == nil && j.Dec.PeekKind() != '}' {
		var name jsontext.Token
		if name, j.Err = j.Dec.ReadToken(); j.Err != nil {
			return
		}
		if name.String() == "bom-ref" {
			j.b.Mark(j.Bytes(), sbom.IsElement)
		} else {
			j.Skip()
		}
	}
	if j.Err == nil {
		_, j.Err = j.Dec.ReadToken()
	}
}

// texts reads a list of texts; one text counts as a list of it.
func (j *reader) texts(what string) (list []string) {
	if j.Dec.PeekKind() == '"' {
		if text := j.Text(); text != "" {
			list = append(list, text)
		}
		return list
	}
	for l, ok := j.Elements(what); ok && j.Element(&l); {
		if text := j.Text(); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// tooDeep refuses what is nested deeper than the limit.
func (j *reader) tooDeep() bool {
	if j.Dec.StackDepth() > j.b.Limits.Depth && j.Err == nil {
		j.Err = sbom.TooLarge("sbom-too-deep", "The document nests objects and lists deeper than %d levels. No SBOM needs that; export it again.", j.b.Limits.Depth)
	}
	return j.Err != nil
}
