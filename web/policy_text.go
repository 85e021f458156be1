package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// textPage asks for the whole text of a draft.
type textPage struct {
	*draftHead
	Form   *form
	Places []mistakePlace
	Most   int64
}

// mistakePlace is a mistake with the lines around it.
type mistakePlace struct {
	policy.Mistake
	ID     string
	Number int // from 1
	Lines  []numberedLine
}

// numberedLine is a line of a policy's text.
type numberedLine struct {
	Number int
	Text   string
	Here   bool
	Caret  string // spaces up to the mistake
}

func (s *site) askText(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	return s.showText(c, h, newForm("version", idText(h.Version.Version), "text", h.Version.Text, "note", h.Version.Note), nil)
}

func (s *site) showText(c *page, h *draftHead, f *form, places []mistakePlace) error {
	return c.show(h.view("policy-text", "The draft as text", "As text", f, textPage{h, f, places, policy.MostBytes}))
}

func (s *site) saveText(c *page) error {
	h, f, err := s.draftAnswers(c)
	if err != nil {
		return err
	}
	return s.keepText(c, h, f, unixLines(f.Values.Get("text")))
}

// keepText gives the draft a text, or shows what is wrong with it, each mistake with the lines around it.
func (s *site) keepText(c *page, h *draftHead, f *form, text string) error {
	_, err := s.Register.ChangeDraft(c.ctx(), c.viewer, h.Version.ID, f.based(), text, f.get("note"))
	if err == nil {
		return c.done(h.Path(), "The draft is changed.")
	}
	if !f.refused(err) {
		return err
	}
	f.set("text", text)
	var places []mistakePlace
	if m, ok := errors.AsType[*policy.Mistakes](err); ok {
		places = placesOf(m, text)
		f.Problem = &models.Error{Kind: models.Invalid, Code: "bad-policy", Detail: "The text is no policy yet. The draft was not changed."}
		for _, p := range places {
			f.Problem.Fields = append(f.Problem.Fields, models.FieldError{Field: p.ID, Code: p.Code, Detail: p.Said()})
		}
	}
	f.rebase(h.Version.Version, policyVersionPath(h.Version.ID))
	return s.showText(c, h, f, places)
}

// Said is the mistake with its place in front.
func (p mistakePlace) Said() string {
	where := fmt.Sprintf("Line %d, column %d", p.Line, p.Column)
	if p.Rule != "" {
		where += ", rule " + p.Rule
	}
	if p.ConditionLine > 0 {
		where += fmt.Sprintf(", line %d, column %d of the condition", p.ConditionLine, p.ConditionColumn)
	}
	return where + ": " + p.Sentence
}

// linesAround is how many lines stand before and after that of a mistake.
const linesAround = 2

func placesOf(m *policy.Mistakes, text string) []mistakePlace {
	all := strings.Split(text, "\n")
	places := make([]mistakePlace, len(m.List))
	for i, mistake := range m.List {
		p := mistakePlace{Mistake: mistake, Number: i + 1, ID: fmt.Sprintf("mistake-%d", i+1)}
		for n := max(1, mistake.Line-linesAround); n <= min(len(all), mistake.Line+linesAround); n++ {
			if n == mistake.Line {
				p.Lines = append(p.Lines, lineAt(n, all[n-1], mistake.Column))
				continue
			}
			p.Lines = append(p.Lines, numberedLine{Number: n, Text: shorten(all[n-1], lineShown)})
		}
		places[i] = p
	}
	return places
}

// What is shown of a line, and of it before a mistake, in characters.
const (
	lineShown  = 110
	aheadShown = 50
)

// lineAt is the part of a line around a column, counted from 1, with what points at it.
func lineAt(n int, text string, column int) numberedLine {
	runes := []rune(text)
	at := min(max(column-1, 0), len(runes))
	l := numberedLine{Number: n, Here: true}
	from := 0
	if len(runes) > lineShown && at > aheadShown {
		from, l.Text, l.Caret = at-aheadShown, "…", " "
	}
	l.Text += string(runes[from:min(len(runes), from+lineShown)])
	if from+lineShown < len(runes) {
		l.Text += "…"
	}
	l.Caret += strings.Repeat(" ", at-from)
	return l
}

// importText takes the text of a draft from a file.
func (s *site) importText(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	f := newForm("note", h.Version.Note)
	var text []byte
	err = s.sent(c, f, policy.MostBytes, 0, func(_ string, body io.Reader) error {
		text, err = io.ReadAll(io.LimitReader(body, policy.MostBytes+1))
		if err == nil && len(text) > policy.MostBytes {
			return models.Refuse(models.TooLarge, "form-too-large", "")
		}
		return err
	})
	if err == nil {
		text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		if !isText(text) {
			err = models.Refuse(models.Invalid, "not-text", "The file is no text in UTF-8. Save the policy as a YAML file and send that.")
		}
	}
	if err == nil {
		return s.keepText(c, h, f, unixLines(string(text)))
	}
	if !f.refused(err) {
		return err
	}
	f.Problem = fileProblem(f.Problem)
	f.set("text", h.Version.Text)
	f.set("version", idText(h.Version.Version))
	return s.showText(c, h, f, nil)
}

// fileProblem says of the file what was wrong with it.
func fileProblem(e *models.Error) *models.Error {
	detail := e.Detail
	switch e.Code {
	case "invalid-input":
		detail = "Choose the file with the policy."
	case "sbom-too-large", "form-too-large":
		detail = "The file is larger than " + fileSize(policy.MostBytes) + ". A policy is shorter than that."
	}
	return &models.Error{Kind: e.Kind, Code: e.Code, Detail: "The file was not taken.", Fields: []models.FieldError{{Field: "file", Code: e.Code, Detail: detail}}}
}

// isText reports whether bytes are a text that a database and a browser can hold.
func isText(b []byte) bool { return utf8.Valid(b) && !bytes.ContainsRune(b, 0) }
