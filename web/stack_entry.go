package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// stackEntryPage is one entry of the stack with those before and after it.
type stackEntryPage struct {
	stackView
	Facts   []fact
	Chain   []store.StackRow // other entries that it superseded or that superseded it
	Against []register.StackUse
	End     *form // nil when the reader may not take it out
	Holds   bool
	History history
}

func (s *site) stackEntry(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showStackEntry(c, id, nil)
}

func (s *site) showStackEntry(c *page, id int64, refused *form) error {
	row, err := s.Store.StackEntry(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &stackEntryPage{stackView: stackView{*row, row.Stale(today())}, Holds: row.EndedAt == nil}
	if p.Holds && c.viewer.May(models.WriteStack, value(row.AgencyID)) {
		p.End = newForm()
	}
	if refused != nil {
		p.End = refused
	}
	chain, err := s.Store.StackHistory(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	for _, e := range chain {
		if e.ID != id {
			p.Chain = append(p.Chain, e)
		}
	}
	if err := p.readAgainst(c); err != nil {
		return err
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "stack-entry", NounID: id}); err != nil {
		return err
	}
	p.Facts = p.facts()
	title := row.Name + " for " + row.Function
	return c.show(view{Name: "stack-entry", Title: title, Nav: "/catalogue", Crumbs: []crumb{{"The stack", "/stack"}, {title, ""}}, Form: refused, Page: p})
}

// readAgainst finds what runs against this entry, as far as the reader may know.
func (p *stackEntryPage) readAgainst(c *page) error {
	if !p.Holds || !c.viewer.InGovernment() {
		return nil
	}
	found, err := c.site.Register.AgainstStack(c.ctx(), c.viewer, value(p.AgencyID))
	if err != nil {
		return err
	}
	for _, u := range found.Uses {
		if u.EntryID == p.ID && len(p.Against) < shownAgainst {
			p.Against = append(p.Against, u)
		}
	}
	return nil
}

func (p *stackEntryPage) facts() []fact {
	status := makeTag(p.Status)
	list := []fact{{Term: "Status", Tag: &status}, {Term: "Function", Text: p.Function, Path: address("/stack", "function", p.Function)}}
	if p.AssetID != nil {
		list = append(list, fact{Term: "Software", Text: p.Name, Path: assetPath(*p.AssetID)})
	}
	if p.AgencyID != nil {
		list = append(list, fact{Term: "Holds for", Text: p.Agency, Path: agencyPath(*p.AgencyID)})
	} else {
		list = append(list, fact{Term: "Holds for", Text: "All of government"})
	}
	if p.Minimum != "" {
		list = append(list, fact{Term: "From version", Text: p.Minimum})
	}
	until := fact{Term: "Holds until", Time: date(p.ValidUntilOn)}
	if p.IsStale {
		until.Tag = &tag{Word: "Run out", Tone: toneCaution}
	}
	list = append(list, fact{Term: "Tried", Time: date(p.ValidatedOn)}, fact{Term: "Tried by", Text: p.ValidatedBy}, until)
	if p.DecisionRef != "" {
		list = append(list, fact{Term: "Decision", Text: p.DecisionRef, Path: "/decisions/" + idText(value(p.DecisionID))})
	}
	return list
}

func (s *site) endStackEntry(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if _, err = s.Register.EndStackEntry(c.ctx(), c.viewer, id, f.get("reason")); err == nil {
		return c.done("/stack", "It is not in the stack any more. What was said of it stays to be read.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showStackEntry(c, id, f)
}

// stackForm puts software into the stack, or another entry in the place of one.
type stackForm struct {
	Form      *form
	Former    *store.StackRow // that is superseded; nil of a new one
	Statuses  []option
	Functions []option
	Agencies  agencyChoice
	Back      string
}

func (s *site) newStackEntry(c *page) error {
	f := newForm("function", c.query("function"), "assetId", c.assetText(optional(c.queryID("asset"))), "validatedOn", today().String(), "validUntilOn", today().AddDays(models.StackDays).String(), "supersedesId", c.query("supersedes"))
	if id := f.id("supersedesId"); id != 0 {
		e, err := s.Store.StackEntry(c.ctx(), c.viewer, id)
		if err != nil {
			return err
		}
		f.set("function", e.Function)
		f.set("assetId", c.assetText(e.AssetID))
		f.set("name", e.Name)
		if e.AssetID != nil {
			f.set("name", "")
		}
		f.set("status", string(e.Status))
		f.set("referents", e.Referents)
		f.set("minimum", e.Minimum)
		f.set("validatedBy", e.ValidatedBy)
		f.set("conditions", e.Conditions)
		f.set("justification", e.Justification)
		f.set("decisionId", e.DecisionRef)
	}
	return s.showStackForm(c, f)
}

func (s *site) showStackForm(c *page, f *form) (err error) {
	if !c.viewer.May(models.WriteStack, 0) {
		return refuseWrite(c, "say what the stack of government is")
	}
	p := stackForm{Form: f, Statuses: stackChoices(), Back: "/stack"}
	title := "Put software into the stack"
	if id := f.id("supersedesId"); id != 0 {
		if p.Former, err = s.Store.StackEntry(c.ctx(), c.viewer, id); err != nil {
			return err
		}
		p.Back, title = stackPath(id), "Say it anew"
	}
	if p.Functions, err = s.functionsKnown(c); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(models.WriteStack); err != nil {
		return err
	}
	return c.show(view{Name: "stack-form", Title: title, Nav: "/catalogue", Crumbs: []crumb{{"The stack", "/stack"}, {title, ""}}, Form: f, Page: p})
}

func stackChoices() []option {
	list := words(models.StackStatuses)
	for i, hint := range []string{"The first choice.", "May be used.", "No new uses.", "Those who use it move away."} {
		list[i].Hint = hint
	}
	return list
}

func (s *site) addStackEntry(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	asset, err := c.assetID(f, &m, "assetId")
	if err != nil {
		return err
	}
	e := &models.StackEntry{Function: f.get("function"), AssetID: asset, Name: f.get("name"), Status: models.StackStatus(f.get("status")), Referents: f.get("referents"), Minimum: f.get("minimum"),
		ValidatedBy: f.get("validatedBy"), Conditions: f.get("conditions"), Justification: f.get("justification"), DecisionID: c.decisionNamed(f, &m, "decisionId"), SupersedesID: optional(f.id("supersedesId"))}
	if e.AgencyID = optional(c.agencyID(f, &m, "agencyId")); e.SupersedesID != nil {
		if former, err := s.Store.StackEntry(c.ctx(), c.viewer, *e.SupersedesID); err == nil {
			e.Function, e.AgencyID = former.Function, former.AgencyID
		}
	}
	if d := f.date(&m, "validatedOn"); d != nil {
		e.ValidatedOn = *d
	}
	if d := f.date(&m, "validUntilOn"); d != nil {
		e.ValidUntilOn = *d
	}
	if err = m.Err(); err == nil {
		err = s.Register.AddStackEntry(c.ctx(), c.viewer, e)
	}
	if err == nil {
		return c.done(stackPath(e.ID), e.Name+" is in the stack for "+e.Function+".")
	}
	if !f.refused(err) {
		return err
	}
	return s.showStackForm(c, f)
}

// decisionNamed is the decision that the form names by its reference; nil when it names none. What is not found is noted in m.
func (c *page) decisionNamed(f *form, m *models.Mistakes, name string) *int64 {
	ref := f.get(name)
	if ref == "" {
		return nil
	}
	d, err := c.site.Store.DecisionByRef(c.ctx(), c.viewer, ref)
	if err != nil {
		m.Add(name, "unknown", "There is no decision “"+ref+"” that you may see. Write its reference as on its page.")
		return nil
	}
	return &d.ID
}
