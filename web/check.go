package web

import (
	"errors"
	"io"
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
}

func (s *site) askCheck(c *page) error { return s.showCheck(c, checkPage{Form: newForm()}) }

func (s *site) showCheck(c *page, p checkPage) error {
	p.Most = min(s.MaxBody, register.MaxCheckBytes)
	v := view{Name: "check", Title: "Check an SBOM document", Crumbs: []crumb{{"Check a document", ""}}, Form: p.Form, Page: p}
	if p.Result != nil {
		v.Title = "What the register would say of " + shorten(orElse(p.Result.File, "the document"), 80)
		c.keepNowhere()
	}
	return c.show(v)
}

// bodyTime is how long a document by somebody without an account may take to arrive.
const bodyTime = 5 * time.Minute

func (s *site) check(c *page) error {
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

// read says in words what the check found.
func (p *checkPage) read() {
	r := p.Result
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
