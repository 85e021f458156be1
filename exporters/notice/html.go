package notice

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
	"sync"
)

//go:embed notice.html.tmpl
var layoutHTML string

var htmlTemplate = sync.OnceValues(func() (*template.Template, error) { return template.New("notice").Parse(layoutHTML) })

// HTML writes the notice as one page that needs nothing else: no script, no picture, nothing from elsewhere; its own policy forbids them too.
// It has one h1, headings in order, lists and a list of contents, and prints well. Errors as of Text. The same Document gives the same bytes.
func HTML(w io.Writer, d Document) error {
	p, err := gather(&d)
	if err != nil {
		return err
	}
	layout, err := htmlTemplate()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := layout.Execute(out, struct {
		*page
		HeadSummary, HeadGaps, HeadComponents, HeadTexts, AboutTexts string
	}{p, headSummary, headGaps, headComponents, headTexts, aboutTexts}); err != nil {
		return err
	}
	return out.Flush()
}
