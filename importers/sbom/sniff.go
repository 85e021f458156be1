package sbom

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// wrappers are names under which a whole document stands inside another JSON object: code-hosting services and attestations do that.
var wrappers = []string{"sbom", "SPDX", "Document", "SpdxDocument", "predicate", "bom", "Data"}

// Outline is what a glance at the beginning of a JSON document tells.
type Outline struct {
	Names []string // of the document's members, in its order, as far as the beginning goes
	Path  []string // names of the objects that wrap it
}

// Has reports whether the document has a member of one of these names.
func (o Outline) Has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(o.Names, n) })
}

// OutlineOf looks at the beginning of a JSON document. Where it ends in the middle of something, or is no JSON, what came
// before counts.
func OutlineOf(head []byte) Outline {
	var o Outline
	dec := jsontext.NewDecoder(bytes.NewReader(head), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return o
	}
	const most = 200
	for len(o.Names) < most {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != '"' {
			return o
		}
		text := name.String() // the next look at the input voids the token
		o.Names = append(o.Names, text)
		if dec.PeekKind() == '{' && slices.Contains(wrappers, text) && len(o.Path) < 3 {
			if _, err := dec.ReadToken(); err != nil {
				return o
			}
			o.Path, o.Names = append(o.Path, text), nil
			continue
		}
		if err := dec.SkipValue(); err != nil {
			return o
		}
	}
	return o
}

var (
	rootTag = regexp.MustCompile(`<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^>]*)`)
	markup  = regexp.MustCompile(`(?s)<!--.*?-->|<\?.*?\?>|<![^>]*>`)
)

// RootElement gives prefix, name and attributes of the root element of an XML document; "" for all when there is none.
func RootElement(head []byte) (prefix, name, attributes string) {
	root := rootTag.FindSubmatch(markup.ReplaceAll(head, nil))
	if root == nil {
		return "", "", ""
	}
	return string(root[1]), string(root[2]), string(root[3])
}
