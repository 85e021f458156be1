package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// suggestPage takes software that somebody outside suggests for a case.
type suggestPage struct {
	Row  *store.DecisionRow
	Path string
	Form *form
}

// suggestionsPage is what was suggested for a case, for who answers it.
type suggestionsPage struct {
	*caseHead
	Form *form
	List []suggestionView
}

// suggestionView is one suggestion with the form that answers it; no fields when there is none.
type suggestionView struct {
	models.Suggestion
	Ask, Key, Origin *field // Ask is for the reason
}

// answerable adds the form; f is the one that was sent and refused, nil for another suggestion. While candidates are entered it may become one.
func (v *suggestionView) answerable(f *form, entered []models.CandidateOrigin) {
	suffix, sent := "-"+idText(int64(v.Number)), newForm("origin", string(models.FromOpenSource))
	if f != nil {
		suffix, sent = "", f
	}
	ask := func(name, label, hint string) *field {
		return &field{Name: name, ID: fieldID(name) + suffix, Label: label, Hint: hint, Value: sent.get(name), Mistake: sent.mistake(name), Type: "text", Rows: 2}
	}
	v.Ask = ask("reason", "What do you answer?", "")
	if len(entered) > 0 {
		v.Key, v.Origin = ask("key", "Short name as a candidate", "Small letters, digits and hyphens; only when it becomes one."), ask("origin", "Where it comes from", "")
		v.Key.Width, v.Origin.Options = "10", marked(words(entered), []string{v.Origin.Value})
	}
}

func (s *site) mountSuggestions(r *routes) {
	r.get("/decisions/:id/suggest", s.askSuggestion)
	r.post("/decisions/:id/suggest", s.suggest)
	r.get("/decisions/:id/suggestions", s.suggestions)
	r.post("/decisions/:id/suggestions/:number", s.answerSuggestion)
}

func (s *site) askSuggestion(c *page) error { return s.showSuggest(c, newForm()) }

func (s *site) showSuggest(c *page, f *form) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := suggestPage{Row: row, Path: casePath(id), Form: f}
	return c.show(view{Name: "decision-suggest", Title: "Suggest software for " + row.Ref, Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {row.Ref, p.Path}, {Name: "Suggest software"}}, Form: f, Page: p})
}

func (s *site) suggest(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	g := models.Suggestion{Name: f.get("name"), License: f.get("license"), URL: f.get("url"), Text: f.get("text"), References: f.get("references"), ByName: f.get("byName"), Contact: f.get("contact")}
	if _, err = s.Register.SuggestCandidate(c.ctx(), c.viewer, id, g); err == nil {
		return c.done(casePath(id)+"#suggestions", "Thank you. What becomes of it will be said on this page.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showSuggest(c, f)
}

func (s *site) suggestions(c *page) error { return s.showSuggestions(c, newForm(), "") }

func (s *site) showSuggestions(c *page, f *form, at string) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	p := suggestionsPage{caseHead: h, Form: f}
	list, err := s.Store.Suggestions(c.ctx(), h.Row)
	if err != nil {
		return err
	}
	kind, err := models.PartOf(models.PartCandidate)
	if err != nil {
		return err
	}
	var entered []models.CandidateOrigin
	if kind.Opens(&h.Row.Decision) {
		entered = models.CandidateOrigins
	}
	for _, g := range list {
		one := suggestionView{Suggestion: g}
		switch answers := kind.Role(c.viewer, h.Row.AgencyID) != "" && g.State == models.SuggestionReceived; {
		case answers && at == idText(int64(g.Number)):
			one.answerable(f, entered)
		case answers:
			one.answerable(nil, entered)
		}
		p.List = append(p.List, one)
	}
	return c.show(view{Name: "decision-suggestions", Title: "Suggestions, " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Suggestions"}), Form: f, Page: p})
}

func (s *site) answerSuggestion(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	number, err := c.id("number")
	if err != nil {
		return err
	}
	_, err = s.Register.AnswerSuggestion(c.ctx(), c.viewer, id, int(number), register.SuggestionAnswer{To: models.SuggestionState(f.get("do")), Key: f.get("key"), Origin: models.CandidateOrigin(f.get("origin")), Reason: f.get("reason")})
	if err == nil {
		return c.done(casePath(id)+"/suggestions", "The suggestion is answered. Everybody who sees the case reads it.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showSuggestions(c, f, idText(number))
}
