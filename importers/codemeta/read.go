package codemeta

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// Read reads a codemeta.json or another JSON-LD text in the words of schema.org. The description is nil only when the text describes no
// software; remarks are in the order of lines. Of several pieces of software in one text, the one that no other names as its part is taken.
func Read(content []byte) (*models.Description, []models.Remark) {
	doc := jsontree.Parse(content)
	if doc.Root == nil {
		return nil, doc.Ordered()
	}
	context := doc.Root.Get("@context")
	rename(doc.Root, aliases(context), 0)
	found := software(doc.Root)
	if len(found) == 0 {
		doc.Remark("no-software", models.Fatal, "", doc.Root, "The file describes no software. Give it @type SoftwareSourceCode, a name and a codeRepository.")
		return nil, doc.Ordered()
	}
	for _, other := range found[1:] {
		doc.Remark("more-software", models.Warning, "", other, "The file describes more than one piece of software; this one was left out. Give it a file of its own.")
	}
	r := &reader{Cursor: doc.Object(found[0], ""), d: &models.Description{Format: models.CodeMeta, FormatVersion: version(doc.Compact(context)), Kept: map[string]string{}}}
	if context.Empty() {
		doc.Remark("missing-key", models.Failure, "@context", doc.Root, `@context is missing; write "https://w3id.org/codemeta/3.0".`)
	}
	r.read()
	return r.d, doc.Ordered()
}

// version is that of CodeMeta, as its context is named; "" for plain schema.org.
func version(context string) string {
	if m := contextVersion.FindStringSubmatch(context); m != nil {
		return m[1]
	}
	if strings.Contains(context, "codemeta") {
		return "1.0" // its contexts had no version in their names
	}
	return ""
}

var contextVersion = regexp.MustCompile(`codemeta[-/](?:[a-z]+/)*v?(\d+\.\d+)`)

// types are those of schema.org that are software.
var types = []string{"SoftwareSourceCode", "SoftwareApplication", "WebApplication", "MobileApplication", "VideoGame", "APIReference", "SoftwareLibrary", "CommandLineApplication", "DesktopApplication", "ServerApplication", "SoftwareService", "SoftwareImage", "Notebook"}

// software finds what is described, the main thing first. A text that has no type at all is taken to describe one thing.
func software(root *jsontree.Value) []*jsontree.Value {
	var all []*jsontree.Value
	for _, top := range root.List() {
		if g := top.Get("@graph"); g != nil {
			all = append(all, g.List()...)
		}
		if entity := top.Get("mainEntity"); entity.Is(jsontree.Object) {
			all = append(all, entity.List()...)
		}
		all = append(all, top)
	}
	var found []*jsontree.Value
	for _, v := range all {
		if v.Kind == jsontree.Object && slices.ContainsFunc(v.Get("@type").List(), func(t *jsontree.Value) bool { return slices.Contains(types, local(t.Text)) }) {
			found = append(found, v)
		}
	}
	if len(found) == 0 && root.Kind == jsontree.Object && root.Get("@type").Empty() && (!root.Get("name").Empty() || !root.Get("codeRepository").Empty()) {
		found = append(found, root)
	}
	parts := map[string]bool{}
	for _, v := range found {
		for _, name := range []string{"softwareRequirements", "hasPart", "softwareSuggestions", "isBasedOn", "supportingData"} {
			for _, part := range v.Get(name).List() {
				parts[text(part.Get("@id"))] = true
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *jsontree.Value) int {
		return weight(a, parts) - weight(b, parts)
	})
	return found
}

func weight(v *jsontree.Value, parts map[string]bool) int {
	if id := text(v.Get("@id")); id != "" && parts[id] {
		return 1
	}
	return 0
}

// aliases are the terms that the file's own context gives another name.
func aliases(context *jsontree.Value) map[string]string {
	out := map[string]string{"id": "@id", "type": "@type"}
	for _, c := range context.List() {
		for _, m := range c.Members {
			target := m.Value.Text
			if m.Value.Kind == jsontree.Object {
				target = text(m.Value.Get("@id"))
			}
			if strings.HasPrefix(m.Name, "@") || strings.HasSuffix(target, "/") || strings.HasSuffix(target, "#") {
				continue // a keyword or a prefix
			}
			if target = local(target); target != "" {
				out[m.Name] = target
			}
		}
	}
	return out
}

var prefix = regexp.MustCompile(`^(?:schema|codemeta|sdo|so|https?://(?:www\.)?schema\.org/|https?://codemeta\.github\.io/terms/|https?://w3id\.org/codemeta/)[:/]?`)

// local is a term without its prefix or address.
func local(name string) string {
	if at := strings.IndexAny(name, ":/"); at >= 0 {
		return prefix.ReplaceAllString(name, "")
	}
	return name
}

// rename gives members the names that the terms have.
func rename(v *jsontree.Value, aliases map[string]string, depth int) {
	for i := range v.Members {
		m := &v.Members[i]
		if m.Name == "@context" {
			continue
		}
		name := local(m.Name)
		if as, ok := aliases[m.Name]; ok && (!strings.HasPrefix(as, "@") || v.Get(as) == nil) {
			name = as
		}
		m.Name = name
		rename(m.Value, aliases, depth+1)
	}
	for _, item := range v.Items {
		rename(item, aliases, depth+1)
	}
}

func text(v *jsontree.Value) string {
	if v.Is(jsontree.String) {
		return strings.TrimSpace(v.Text)
	}
	return ""
}

func at(name string, i, of int) string {
	if of < 2 {
		return name
	}
	return fmt.Sprintf("%s[%d]", name, i)
}
