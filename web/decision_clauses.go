package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// clausesPage is the library of clauses with those that are in the contract.
type clausesPage struct {
	*caseHead
	Form  *form
	List  []clauseView
	In    int
	Why   string // the list cannot be changed by this person, or not now
	Words *policy.StepWords
}

// clauseView is a clause with the rule that it satisfies and how that rule stands today.
type clauseView struct {
	policy.Clause
	RuleTitle string
	Result    *tag
	In        bool
}

func (s *site) clauses(c *page) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	f := newForm("version", idText(h.Row.Version))
	if h.Dossier.Contract != nil {
		f.Values["clauses"] = h.Dossier.Contract.Value.Clauses
	}
	return s.showClauses(c, h, f)
}

func (s *site) showClauses(c *page, h *caseHead, f *form) error {
	p := clausesPage{caseHead: h, Form: f, Words: h.words("contract")}
	kind, err := models.PartOf(models.PartContract)
	if err != nil {
		return err
	}
	part := &partForm{head: h, kind: kind, form: f}
	p.Why = part.why(c.viewer)
	if p.Why == "" && h.Dossier.Contract == nil {
		p.Why = "The contract itself is not on file yet: put its terms on file first, then tick its clauses."
	}
	for _, one := range h.Regime.Clauses {
		v := clauseView{Clause: one, In: slices.Contains(f.all("clauses"), one.ID)}
		for _, r := range h.Results {
			if r.Rule == one.Rule && one.Rule != "" {
				t := makeTag(r.Outcome)
				v.RuleTitle, v.Result = r.Title, &t
			}
		}
		if v.In {
			p.In++
		}
		p.List = append(p.List, v)
	}
	return c.show(view{Name: "decision-clauses", Title: "Clauses, " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Clauses"}), Form: f, Page: p})
}

func (s *site) fileClauses(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	h, err := c.openCase()
	if err != nil {
		return err
	}
	if h.Dossier.Contract == nil {
		return models.Refuse(models.Conflict, "no-contract", "The terms of the contract are not on file yet. Put them on file first.")
	}
	terms := h.Dossier.Contract.Value
	terms.Clauses = slices.Clone(f.all("clauses"))
	text, err := models.PartBytes(&terms)
	if err != nil {
		return err
	}
	if _, err = s.Register.FilePart(c.ctx(), c.viewer, h.Row.ID, f.based(), models.PartContract, "", text); err == nil {
		return c.done(h.Path+"/clauses", "The clauses are on file with the contract.")
	}
	if !f.refused(err) {
		return err
	}
	f.rebase(h.Row.Version, h.Path)
	return s.showClauses(c, h, f)
}
