package cyclonedx

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonWriter writes elements as the JSON that says the same. The first error ends it.
type jsonWriter struct {
	*jsontext.Encoder
	err error
}

func (w *jsonWriter) token(t jsontext.Token) {
	if w.err == nil {
		w.err = w.WriteToken(t)
	}
}

// lists are the elements that JSON has as lists, and the elements that they hold.
var lists = map[string][]string{
	"components": {"component"}, "services": {"service"}, "hashes": {"hash"}, "externalReferences": {"reference"}, "dependencies": {"dependency"}, "compositions": {"composition"},
	"properties": {"property"}, "authors": {"author"}, "lifecycles": {"lifecycle"}, "assemblies": {"assembly"}, "vulnerabilities": {"vulnerability"}, "annotations": {"annotation"},
	"formulation": {"formula"}, "citations": {"citation"}, "licenses": {"license", "expression", "expression-detailed"}, "tags": {"tag"},
}

// contents are the elements with attributes and a text, and the JSON name of the text.
var contents = map[string]string{"hash": "content", "text": "content", "property": "value", "expression": "expression", "diff": "content"}

// says reports whether an element says anything.
func (e *element) says() bool {
	return e.attribute || len(e.children) > 0 || len(bytes.TrimSpace(e.text)) > 0
}

// ours reports whether an element is CycloneDX's, by its own namespace or that of an extension, or by that of the root.
func (e *element) ours(root string) bool {
	return e.space == "" || e.space == root || strings.HasPrefix(e.space, "http://cyclonedx.org/schema/") || (e.name == "Signature" && strings.Contains(e.space, "xmldsig"))
}

// element writes the value of an element.
func (w *jsonWriter) element(e *element) {
	held, isList := lists[e.name]
	switch {
	case e.attribute:
		w.token(jsontext.String(string(e.text)))
	case isList && len(e.children) > 0 && e.hasOnly(held):
		w.list(e)
	case len(e.children) == 0:
		w.token(jsontext.String(string(bytes.TrimSpace(e.text))))
	default:
		w.object(e)
	}
}

// hasOnly reports whether the children are some of those named, leaving those of other namespaces out.
func (e *element) hasOnly(names []string) bool {
	for _, child := range e.children {
		known := !child.ours(e.space)
		for _, name := range names {
			known = known || child.name == name
		}
		if !known {
			return false
		}
	}
	return true
}

func (w *jsonWriter) list(e *element) {
	w.token(jsontext.BeginArray)
	for _, child := range e.children {
		if !child.ours(e.space) {
			continue
		}
		w.listed(e.name, child)
	}
	w.token(jsontext.EndArray)
}

// listed writes an element of a list.
func (w *jsonWriter) listed(list string, e *element) {
	if list == "licenses" && e.name == "license" {
		w.token(jsontext.BeginObject)
		w.token(jsontext.String(e.name))
		w.object(e)
		w.token(jsontext.EndObject)
		return
	}
	w.object(e)
}

// object writes the members of an element; those of one name become a list.
func (w *jsonWriter) object(e *element) {
	w.token(jsontext.BeginObject)
	byName := map[string][]*element{}
	var names []string
	for _, child := range e.children {
		if !child.says() || !child.ours(e.space) {
			continue
		}
		name := memberName(e, child)
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], child)
	}
	for _, name := range names {
		w.token(jsontext.String(name))
		w.members(byName[name])
	}
	if name, text := contents[e.name], string(bytes.TrimSpace(e.text)); name != "" && text != "" && byName[name] == nil {
		w.token(jsontext.String(name))
		w.token(jsontext.String(text))
	}
	w.token(jsontext.EndObject)
}

// memberName is the name that a child has in JSON.
func memberName(parent, child *element) string {
	switch {
	case parent.name == "dependency" && child.name == "dependency":
		return "dependsOn"
	case parent.name == "expression-detailed" && child.name == "details":
		return "expressionDetails"
	}
	return child.name
}

func (w *jsonWriter) members(same []*element) {
	if len(same) == 1 && same[0].name != "provides" {
		w.element(same[0])
		return
	}
	w.token(jsontext.BeginArray)
	for _, e := range same {
		w.element(e)
	}
	w.token(jsontext.EndArray)
}
