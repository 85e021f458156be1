package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/gin-gonic/gin"
)

//go:embed static
var staticFS embed.FS

// staticFile is a file that never changes under its address: the address holds a digest of the content.
type staticFile struct {
	kind string
	body []byte
}

func (s *site) loadStatic() {
	s.files = map[string]staticFile{}
	entries, err := staticFS.ReadDir("static")
	if err != nil {
		panic("web: " + err.Error()) // the files are part of the program
	}
	bodies := map[string][]byte{}
	for _, e := range entries {
		body, err := staticFS.ReadFile("static/" + e.Name())
		if err != nil {
			panic("web: " + err.Error())
		}
		if path.Ext(e.Name()) == ".css" {
			body = lean(body)
		}
		bodies[e.Name()] = body
	}
	s.casesOnly = classesOf(bodies["cases.css"])
	for class := range classesOf(bodies["style.css"]) {
		delete(s.casesOnly, class)
	}
	bodies["cases.css"] = slices.Concat(bodies["style.css"], bodies["cases.css"]) // a page needs one sheet, never two
	s.Styles, s.cases = s.keep("style.css", bodies), s.keep("cases.css", bodies)
	s.Icon, s.Script = s.keep("icon.svg", bodies), s.keep("documents.js", bodies)
}

// keep makes a file be served, and gives its address.
func (s *site) keep(name string, bodies map[string][]byte) string {
	body, ext := bodies[name], path.Ext(name)
	sum := sha256.Sum256(body)
	address := "/static/" + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	s.files[address] = staticFile{kind: mime.TypeByExtension(ext), body: body}
	return address
}

var (
	cssComments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpaces   = regexp.MustCompile(`\s*([{};])\s*|([:,])\s+`)
	cssLast     = regexp.MustCompile(`;}`)
	cssRules    = regexp.MustCompile(`\{[^{}]*\}`)
	cssClass    = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
	usedClasses = regexp.MustCompile(`class="([a-z0-9 -]*)`)
)

// lean is a style sheet without its comments and the space that means nothing: on a thin line every page waits for it once.
func lean(css []byte) []byte {
	css = cssSpaces.ReplaceAll(cssComments.ReplaceAll(css, nil), []byte("$1$2"))
	return cssLast.ReplaceAll(css, []byte("}"))
}

// classesOf are the classes that a style sheet has rules for.
func classesOf(css []byte) map[string]bool {
	classes := map[string]bool{}
	for _, match := range cssClass.FindAllSubmatch(cssRules.ReplaceAll(css, []byte(" ")), -1) {
		classes[string(match[1])] = true
	}
	return classes
}

// sheetOf is the style sheet that a page needs: the one with the rules of decisions, laws and policies when the page, or a
// part of it, uses a class that only they have.
func (s *site) sheetOf(t *template.Template) string {
	seen := map[string]bool{}
	var uses func(n parse.Node) bool
	open := func(name string) bool {
		part := t.Lookup(name)
		if seen[name] || part == nil || part.Tree == nil {
			return false
		}
		seen[name] = true
		return uses(part.Tree.Root)
	}
	uses = func(n parse.Node) bool {
		switch n := n.(type) {
		case *parse.ListNode:
			return n != nil && slices.ContainsFunc(n.Nodes, uses)
		case *parse.TextNode:
			for _, match := range usedClasses.FindAllSubmatch(n.Text, -1) {
				if slices.ContainsFunc(strings.Fields(string(match[1])), func(class string) bool { return s.casesOnly[class] }) {
					return true
				}
			}
		case *parse.TemplateNode:
			return open(n.Name)
		case *parse.IfNode:
			return uses(n.List) || uses(n.ElseList)
		case *parse.RangeNode:
			return uses(n.List) || uses(n.ElseList)
		case *parse.WithNode:
			return uses(n.List) || uses(n.ElseList)
		}
		return false
	}
	if open("content") {
		return s.cases
	}
	return s.Styles
}

func (f staticFile) serve(g *gin.Context) {
	g.Header("Cache-Control", "public, max-age=31536000, immutable")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, f.kind, f.body)
}
