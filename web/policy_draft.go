package web

import (
	"errors"
	"strconv"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDrafts(r *routes) {
	r.get("/policies/:id/draft", s.draft)
	r.post("/policies/:id/draft", s.beginDraft)
	r.get("/policies/:id/draft/rule", s.askRule)
	r.post("/policies/:id/draft/rule", s.saveRule)
	r.post("/policies/:id/draft/order", s.moveRule)
	r.get("/policies/:id/draft/removal", s.askRemoval)
	r.post("/policies/:id/draft/removal", s.removeRule)
	r.get("/policies/:id/draft/frame", s.askFrame)
	r.post("/policies/:id/draft/frame", s.saveFrame)
	r.get("/policies/:id/draft/text", s.askText)
	r.post("/policies/:id/draft/text", s.saveText)
	r.post("/policies/:id/draft/file", s.importText)
	r.get("/policies/:id/draft/discard", s.askDiscard)
	r.post("/policies/:id/draft/discard", s.discardDraft)
}

// draftHead is the draft of a policy, as every page of the editor needs it.
type draftHead struct {
	Row     *policyNode
	Version *store.PolicyVersionRow
	Policy  *policy.Policy
}

// Path is the address of the editor.
func (h draftHead) Path() string { return draftPath(h.Row.ID) }

// CompareAt is the address of what the draft says otherwise than the version in force; "" when there is none.
func (h draftHead) CompareAt() string {
	if h.Row.ActiveID == nil {
		return ""
	}
	return address(policyPath(h.Row.ID)+"/compare", "from", idText(*h.Row.ActiveID), "to", idText(h.Version.ID))
}

// openPolicyToWrite finds a policy that the viewer may write.
func (s *site) openPolicyToWrite(c *page) (*policyNode, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	row, err := s.findPolicy(c, id)
	if err != nil {
		return nil, err
	}
	if !mayWritePolicy(c.viewer, row.AgencyID) {
		return nil, refuseWrite(c, "write this licence policy")
	}
	return row, nil
}

// openDraft finds the draft of the policy that the address names. Where there is none, Version is nil.
func (s *site) openDraft(c *page) (*draftHead, error) {
	row, err := s.openPolicyToWrite(c)
	if err != nil {
		return nil, err
	}
	h := &draftHead{Row: row}
	if row.DraftID == nil {
		return h, nil
	}
	if h.Version, err = s.Store.PolicyVersion(c.ctx(), *row.DraftID); err != nil {
		return nil, err
	}
	h.Policy, err = policy.Parse([]byte(h.Version.Text))
	return h, err
}

// theDraft is openDraft for what needs one.
func (s *site) theDraft(c *page) (*draftHead, error) {
	h, err := s.openDraft(c)
	if err == nil && h.Version == nil {
		return nil, models.Refuse(models.NotFound, "policy-draft-not-found", "This policy has no draft. Somebody has put it in force or discarded it. Begin a new one from the policy's page.")
	}
	return h, err
}

// draftAnswers is the draft and what the reader sent about it.
func (s *site) draftAnswers(c *page) (*draftHead, *form, error) {
	h, err := s.theDraft(c)
	if err != nil {
		return nil, nil, err
	}
	f, err := c.form()
	return h, f, err
}

func (h draftHead) crumbs(last string) []crumb {
	trail := []crumb{{"Licences", "/licenses"}, {"Policies", "/policies"}, {shorten(h.Row.Name, 60), policyPath(h.Row.ID)}, {"Draft", h.Path()}}
	if last == "" {
		trail[3].Path = ""
		return trail
	}
	return append(trail, crumb{last, ""})
}

func (h draftHead) view(name, title, last string, f *form, p any) view {
	return view{Name: name, Title: title, Nav: "/licenses", Crumbs: h.crumbs(last), Form: f, Page: p}
}

// draftPage is the editor: the rules in their order, with what can be done to each.
type draftPage struct {
	*draftHead
	Form  *form
	Rules []ruleView
	From  *store.PolicyVersionRow // what a new draft begins with, when there is none
}

func (s *site) draft(c *page) error {
	h, err := s.openDraft(c)
	if err != nil {
		return err
	}
	if h.Version == nil {
		return s.showBegin(c, h, newForm())
	}
	return s.showDraft(c, h, newForm("note", h.Version.Note))
}

func (s *site) showDraft(c *page, h *draftHead, f *form) error {
	f.set("version", idText(h.Version.Version))
	return c.show(h.view("policy-draft", "Draft of "+shorten(h.Policy.Title, 80), "", f, draftPage{draftHead: h, Form: f, Rules: viewRules(h.Policy)}))
}

func (s *site) showBegin(c *page, h *draftHead, f *form) error {
	p := draftPage{draftHead: h, Form: f}
	var err error
	if p.From, err = s.lastOf(c, h.Row); err != nil {
		return err
	}
	return c.show(h.view("policy-draft", "Write a new version of "+shorten(h.Row.Name, 80), "", f, p))
}

// lastOf is the version that a new draft begins with: the one in force, else the newest.
func (s *site) lastOf(c *page, row *policyNode) (*store.PolicyVersionRow, error) {
	all, err := s.Store.PolicyVersions(c.ctx(), row.ID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].State == models.PolicyActive {
			return &all[i], nil
		}
	}
	if len(all) == 0 {
		return nil, models.NoSuch("policy-version")
	}
	return &all[0], nil
}

func (s *site) beginDraft(c *page) error {
	h, err := s.openDraft(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if h.Version != nil {
		return c.done(h.Path(), "There is a draft already. Here it is.")
	}
	from, err := s.lastOf(c, h.Row)
	if err != nil {
		return err
	}
	if _, err = s.Register.DraftPolicy(c.ctx(), c.viewer, register.Draft{AgencyID: h.Row.AgencyID, Text: from.Text, Note: f.get("note")}); err == nil {
		return c.done(h.Path(), "The draft is begun, with the text of version "+strconv.Itoa(from.Number)+". It binds nobody until it is put in force.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showBegin(c, h, f)
}

// change gives the draft another policy, with the note that it has.
func (s *site) changeDraft(c *page, h *draftHead, f *form, next *policy.Policy) error {
	_, err := s.Register.ChangeDraft(c.ctx(), c.viewer, h.Version.ID, f.based(), string(next.YAML()), h.Version.Note)
	return err
}

// moveRule puts a rule one place up or down.
func (s *site) moveRule(c *page) error {
	h, f, err := s.draftAnswers(c)
	if err != nil {
		return err
	}
	to, err := strconv.Atoi(f.get("to"))
	if err != nil {
		return models.NoSuch("page")
	}
	next, err := h.Policy.MoveRule(f.get("rule"), to)
	if err == nil {
		err = s.changeDraft(c, h, f, next)
	}
	if err == nil {
		return c.done(h.Path()+"#rule-"+f.get("rule"), "")
	}
	if !f.refused(err) {
		return err
	}
	f.rebase(h.Version.Version, "")
	return s.showDraft(c, h, f)
}

// removalPage asks whether a rule is to go.
type removalPage struct {
	*draftHead
	Form *form
	Rule ruleView
}

func (s *site) askRemoval(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	return s.showRemoval(c, h, newForm("rule", c.query("rule"), "version", idText(h.Version.Version)))
}

func (s *site) showRemoval(c *page, h *draftHead, f *form) error {
	for _, r := range viewRules(h.Policy) {
		if r.ID == f.get("rule") {
			return c.show(h.view("policy-removal", "Remove the rule "+shorten(r.Title, 80), "Remove a rule", f, removalPage{h, f, r}))
		}
	}
	return models.NoSuch("rule")
}

func (s *site) removeRule(c *page) error {
	h, f, err := s.draftAnswers(c)
	if err != nil {
		return err
	}
	next, err := h.Policy.RemoveRule(f.get("rule"))
	if err == nil {
		err = s.changeDraft(c, h, f, next)
	}
	if err == nil {
		return c.done(h.Path()+"#rules", "The rule is removed from the draft.")
	}
	if !f.refused(err) {
		return err
	}
	if _, ok := errors.AsType[*policy.Mistakes](err); ok {
		f.Problem = models.Refuse(models.Invalid, "last-rule", "A policy needs at least one rule. Add another before you remove this one.")
	}
	f.rebase(h.Version.Version, h.Path())
	return s.showRemoval(c, h, f)
}

func (s *site) askDiscard(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	return c.show(h.view("policy-discard", "Discard the draft of "+shorten(h.Policy.Title, 80), "Discard", nil, h))
}

func (s *site) discardDraft(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	if err := s.Register.DiscardDraft(c.ctx(), c.viewer, h.Version.ID); err != nil {
		return err
	}
	return c.done(policyPath(h.Row.ID), "The draft is discarded. It stays readable for who may write policies.")
}
