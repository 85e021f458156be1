package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"

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
	for _, e := range entries {
		body, err := staticFS.ReadFile("static/" + e.Name())
		if err != nil {
			panic("web: " + err.Error())
		}
		if path.Ext(e.Name()) == ".css" {
			body = lean(body)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		address := "/static/" + strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		s.files[address] = staticFile{kind: mime.TypeByExtension(ext), body: body}
		switch e.Name() {
		case "style.css":
			s.Styles = address
		case "icon.svg":
			s.Icon = address
		case "documents.js":
			s.Script = address
		}
	}
}

var (
	cssComments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpaces   = regexp.MustCompile(`\s*([{};])\s*`)
)

// lean is a style sheet without its comments and the space between its rules: on a thin line every page waits for it once.
func lean(css []byte) []byte {
	return cssSpaces.ReplaceAll(cssComments.ReplaceAll(css, nil), []byte("$1"))
}

func (f staticFile) serve(g *gin.Context) {
	g.Header("Cache-Control", "public, max-age=31536000, immutable")
	g.Header("X-Content-Type-Options", "nosniff")
	g.Data(http.StatusOK, f.kind, f.body)
}
