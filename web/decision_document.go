package web

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/ospo-register/ospo/models"
)

// documentPage is a decision as on paper.
type documentPage struct {
	*publicPage
	Bare bool   // nothing of the site is around it
	Site string // address of the register, as far as the request tells it; ""
}

// documentOf reads the edition that the address asks for.
func (s *site) documentOf(c *page) (*documentPage, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	p, err := s.publicOf(c, row, int(c.queryID("edition")))
	if err != nil {
		return nil, err
	}
	p.Whole = true
	return &documentPage{publicPage: p, Site: c.origin()}, nil
}

// decisionDocument is the decision to print.
func (s *site) decisionDocument(c *page) error {
	p, err := s.documentOf(c)
	if err != nil {
		return err
	}
	return c.show(view{Name: "decision-document", Title: "Decision " + p.Ref, Nav: "/decisions", Page: p, Crumbs: []crumb{{"Decisions", "/decisions"}, {p.Ref, p.Path}, {Name: "Document"}}})
}

// decisionPDF is the same as a file, where the operator has named a browser that prints it.
func (s *site) decisionPDF(c *page) error {
	if s.Printer == nil {
		return models.NoSuch("page")
	}
	p, err := s.documentOf(c)
	if err != nil {
		return err
	}
	p.Bare = true
	text, err := s.bare("decision-document", "Decision "+p.Ref, p)
	if err != nil {
		return err
	}
	file, err := s.Printer.Print(c.ctx(), text)
	if err != nil {
		return err
	}
	name := p.Ref + ".pdf"
	if p.Number > 0 {
		name = publishedName(p.Ref, p.Number) + ".pdf"
	}
	return c.download(download{name, "application/pdf", int64(len(file))}, bytes.NewReader(file))
}

// bare is a page by itself: one HTML document that needs nothing besides.
func (s *site) bare(name, title string, data any) ([]byte, error) {
	t, ok := s.templates[name]
	if !ok {
		return nil, fmt.Errorf("there is no template %s.html", name)
	}
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, "bare", map[string]any{"Title": title, "Page": data, "Styles": template.CSS(s.files[s.cases].body)}) //nolint:gosec // the style sheet is part of the program
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", name, err)
	}
	return b.Bytes(), nil
}
