package web

import (
	"bytes"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/verdicts"
)

// keptPage is a verdict that somebody had kept, and what came out when it was made again.
type keptPage struct {
	Row    *store.PolicyCheckRow
	Answer *policyAnswer
	Form   *form
	Again  *register.Verification // nil until it was made again
}

func policyCheckPath(id int64) string { return "/policy-checks/" + idText(id) }

// openKept finds the verdict that the address names, where the viewer may see it.
func (s *site) openKept(c *page) (*store.PolicyCheckRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	return s.Store.PolicyCheck(c.ctx(), c.viewer, id)
}

func (s *site) keptCheck(c *page) error {
	row, err := s.openKept(c)
	if err != nil {
		return err
	}
	return s.showKept(c, keptPage{Row: row, Form: newForm()})
}

func (s *site) showKept(c *page, p keptPage) error {
	v, err := verdicts.ReadVerdict(p.Row.Verdict)
	if err != nil {
		return err
	}
	p.Answer = s.answerOf(c, v)
	p.Answer.KeptAt = &p.Row.CreatedAt
	return c.show(view{Name: "policy-kept", Title: "Verdict on " + shorten(p.Answer.Heading(), 100), Nav: "/licenses", Crumbs: []crumb{{"Licences", "/licenses"}, {"Try the policy", "/policy-check"}, {"A kept verdict", ""}}, Form: p.Form, Page: p})
}

// verifyKept makes the verdict again from what the register holds.
func (s *site) verifyKept(c *page) error {
	row, err := s.openKept(c)
	if err != nil {
		return err
	}
	p := keptPage{Row: row, Form: newForm()}
	if p.Again, err = s.Register.VerifyVerdict(c.ctx(), c.viewer, bytes.NewReader(row.Verdict)); err != nil && !p.Form.refused(err) {
		return err
	}
	return s.showKept(c, p)
}

// keptDocument hands the verdict out as the document that anybody can check again.
func (s *site) keptDocument(c *page) error {
	row, err := s.openKept(c)
	if err != nil {
		return err
	}
	return c.download(download{"verdict-" + hexText(row.Digest)[:12] + ".json", "application/json", int64(len(row.Verdict))}, bytes.NewReader(row.Verdict))
}

// keeping reads whether the form asks to have the verdict kept.
func keeping(f *form, v models.Viewer) register.Keeping {
	if v.SignedIn() && f.get("keep") == string(register.KeepVerdict) {
		return register.KeepVerdict
	}
	return register.KeepNothing
}
