package web

import (
	"errors"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/register"
)

func (s *site) mountCheck(r *routes) {
	r.get("/check", s.askCheck)
	r.post("/check", s.check)
}

// checkPage takes a document that is only checked, and then says what was found.
type checkPage struct {
	Form     *form
	Most     int64
	Result   *register.DocumentCheck // nil until a document was sent
	Tag      tag
	Facts    []fact
	Refusal  string // why nothing could be read; "" when something was
	Findings []ruleFindings
	Lists    []completeness // by every list, the newest first

	// Of a description of software only.
	Lines    []sourceLine
	Mistakes []models.Remark // the failures, by line
	More     int             // mistakes that are not in Mistakes
}

func (s *site) askCheck(c *page) error { return s.showCheck(c, checkPage{Form: newForm()}) }

func (s *site) showCheck(c *page, p checkPage) error {
	p.Most = min(s.MaxBody, register.MaxCheckBytes)
	v := view{Name: "check", Title: "Check an SBOM or a description of software", Crumbs: []crumb{{"Check a document", ""}}, Form: p.Form, Page: p}
	if p.Result != nil {
		v.Title = "What the register would say of " + shorten(orElse(p.Result.File, "the document"), 80)
		c.keepNowhere()
	}
	return c.show(v)
}

// bodyTime is how long a document by somebody without an account may take to arrive.
const bodyTime = 5 * time.Minute

func (s *site) check(c *page) error {
	if mediaType, _, err := mime.ParseMediaType(c.request().Header.Get("Content-Type")); err == nil && mediaType == "application/x-www-form-urlencoded" {
		return s.checkText(c)
	}
	p := checkPage{Form: newForm()}
	most := min(s.MaxBody, register.MaxCheckBytes)
	err := s.sent(c, p.Form, most, bodyTime, func(filename string, body io.Reader) error {
		result, err := s.Register.CheckDocument(c.ctx(), filename, body, register.Limits{Bytes: most})
		p.Result = result
		return err
	})
	if err != nil {
		if !p.Form.refused(err) {
			return err
		}
		p.Form.pointTo("file")
		return s.showCheck(c, p)
	}
	p.read()
	return s.showCheck(c, p)
}

// checkText checks a publiccode.yml that was typed or pasted.
func (s *site) checkText(c *page) error {
	p := checkPage{Form: newForm()}
	f, err := c.form()
	if err == nil {
		p.Form = f
		switch {
		case !f.Values.Has("text"):
			err = noFile()
		case strings.TrimSpace(f.Values.Get("text")) == "":
			var m models.Mistakes
			m.Add("text", "required", "Paste the text of your publiccode.yml.")
			err = m.Err()
		default:
			p.Result, err = s.Register.CheckDocument(c.ctx(), "publiccode.yml", strings.NewReader(f.Values.Get("text")), register.Limits{})
		}
	}
	if err != nil {
		if !p.Form.refused(err) {
			return err
		}
		return s.showCheck(c, p)
	}
	p.read()
	return s.showCheck(c, p)
}

// mostMended bounds a file that is put into the form again, to be mended there, in bytes.
const mostMended = 16 << 10

// mostMistakes is how many are listed above the file; all stand beside its lines.
const mostMistakes = 20

// mostShown bounds a file that is shown line by line, in bytes; of a larger one, the list of an agency, only the mistakes are.
const mostShown = 512 << 10

// readDescription says what was found in a description of software.
func (p *checkPage) readDescription() {
	r := p.Result
	p.Tag = makeTag("Valid", toneGood)
	if r.Verdict == models.Refused {
		p.Tag = makeTag("Invalid", toneBad)
	}
	warnings := 0
	for _, m := range r.Remarks {
		switch m.Severity {
		case models.Failure, models.Fatal:
			if len(p.Mistakes) < mostMistakes {
				p.Mistakes = append(p.Mistakes, m)
			} else {
				p.More++
			}
		case models.Warning:
			warnings++
		}
	}
	if len(r.Text) <= mostShown {
		p.Lines = sourceLines(r.Text, r.Remarks)
	}
	p.Form.Values.Del("text")
	if len(r.Text) <= mostMended && r.DescriptionFormat == models.PublicCode {
		p.Form.Values.Set("text", r.Text)
	}
	p.Facts = []fact{{Term: "Verdict", Tag: &p.Tag}, {Term: "Version of " + string(r.DescriptionFormat), Text: orElse(shorten(r.Version, 40), "none stated")},
		{Term: "Found", Text: plural(len(p.Mistakes)+p.More, "mistake", "mistakes") + ", " + plural(warnings, "warning", "warnings")}}
	if r.Description != nil && r.Description.Name != "" {
		p.Facts = append(p.Facts, fact{Term: "Software", Text: shorten(r.Description.Name, 120)})
	}
	if r.Descriptions > 1 {
		p.Facts = append(p.Facts, fact{Term: "Software", Text: plural(r.Descriptions, "piece", "pieces") + " of software"})
	}
	p.Facts = append(p.Facts, fact{Term: "SHA-256", Code: r.SHA256})
}

// read says in words what the check found.
func (p *checkPage) read() {
	r := p.Result
	if r.Described() {
		p.readDescription()
		return
	}
	p.Tag = makeTag(r.Verdict)
	p.Facts = []fact{{Term: "Verdict", Tag: &p.Tag}}
	if r.Verdict == models.Refused {
		for _, f := range r.Findings {
			p.Refusal = f.Message
		}
	} else {
		p.Facts = append(p.Facts, fact{Term: "Format", Text: strings.TrimSpace(word(r.Format) + " " + strings.TrimPrefix(shorten(r.Version, 40), "SPDX-"))},
			fact{Term: "Holds", Text: plural(r.Packages, "package", "packages") + ", " + plural(r.Relationships, "relationship", "relationships") + ", " + plural(r.Licenses, "distinct licence", "distinct licences")})
		p.Findings = byRule(r.Findings)
		for _, l := range quality.Lists() {
			report := l.Judge(quality.Document{Format: r.Format, SpecVersion: r.Version, Packages: r.Packages, Tallies: r.Tallies})
			p.Lists = append(p.Lists, completenessOf(report, r.Format, "this document", true))
		}
	}
	p.Facts = append(p.Facts, fact{Term: "File", Text: shorten(orElse(r.File, "without a name"), 120)}, fact{Term: "SHA-256", Code: r.SHA256})
}

// busy reports whether an error says that there is no room now.
func busy(err error) bool { return errors.Is(err, register.ErrBusy) }
