package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// amendPage puts right how a case is called, which function it is for and what it is expected to cost.
type amendPage struct {
	*caseHead
	Form      *form
	Functions []option
	Why       string // it cannot be amended any more
}

func (s *site) askAmend(c *page) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	f := newForm("version", idText(h.Row.Version), "title", h.Row.Title, "function", h.Row.Function, "value.currency", h.currency())
	if h.Row.Value != nil {
		f.set("value.amount", string(*h.Row.Value))
	}
	return s.showAmend(c, h, f)
}

func (s *site) showAmend(c *page, h *caseHead, f *form) error {
	if !c.viewer.MaySomewhere(models.WriteDecision) {
		return refuseWrite(c, "correct a decision")
	}
	p := amendPage{caseHead: h, Form: f}
	if !register.Amendable(h.State) {
		p.Why = "The case stands at “" + word(h.State) + "” and is what it was decided as. A case goes back with a reason."
	}
	var err error
	if p.Functions, err = s.functionsKnown(c); err != nil {
		return err
	}
	return c.show(view{Name: "decision-amend", Title: "Correct " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Correct the case"}), Form: f, Page: p})
}

func (s *site) amendDecision(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	title, function, value := f.get("title"), strings.ToUpper(f.get("function")), models.Money{}
	if f.get("value.amount") != "" {
		value = models.Money{Amount: decimalOf(f.get("value.amount")), Currency: strings.ToUpper(f.get("value.currency"))}
	}
	if _, err = s.Register.AmendDecision(c.ctx(), c.viewer, id, f.based(), register.Amendment{Title: &title, Function: &function, Value: &value}); err == nil {
		return c.done(casePath(id), "The case is corrected.")
	}
	if !f.refused(err) {
		return err
	}
	h, err := c.openCase()
	if err != nil {
		return err
	}
	f.rebase(h.Row.Version, h.Path)
	return s.showAmend(c, h, f)
}
