package web

import (
	"fmt"
	"net/http"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountQuestions(r *routes) {
	r.get("/questions", s.questions)
	r.get("/questions/:id", s.question)
	r.post("/questions/:id/messages", s.writeToQuestion)
	r.post("/questions/:id/close", s.closeQuestion)
	r.get("/questions/asked/:link", s.askedQuestion)
	r.post("/questions/asked/:link", s.writeToAskedQuestion)
	r.get("/assets/:id/ask", s.askAboutAsset)
	r.post("/assets/:id/ask", s.sendAboutAsset)
	r.get("/reuse/calls/:id/ask", s.askAboutCall)
	r.post("/reuse/calls/:id/ask", s.sendAboutCall)
}

func questionPath(id int64) string { return fmt.Sprintf("/questions/%d", id) }

// questionsPage is the inbox: what waits for the reader, what they asked, and what else there is.
type questionsPage struct {
	ForMe  []store.QuestionRow
	More   int // that wait for the reader and are not shown
	Mine   []store.QuestionRow
	Offers []store.ReferentRow
	Form   *form
	List   []store.QuestionRow
	Pager  pager
	States []option
	Today  models.Date
	Asset  *models.Asset // whose questions are shown; nil: all
}

// shownQuestions bounds the parts of the inbox that are not paged.
const shownQuestions = 50

func (s *site) questions(c *page) error {
	if c.viewer.UserID == 0 {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in to see the questions that were put to you, and those that you asked.")
	}
	p := questionsPage{Form: &form{Values: c.request().URL.Query()}, States: words(models.QuestionStates), Today: today()}
	waiting, err := s.Store.Questions(c.ctx(), c.viewer, models.QuestionFilter{ForMe: true, Open: true, Page: models.Page{Limit: shownQuestions}})
	if err != nil {
		return err
	}
	p.ForMe, p.More = waiting.Items, waiting.Total.Count-len(waiting.Items)
	mine, err := s.Store.Questions(c.ctx(), c.viewer, models.QuestionFilter{Mine: true, Page: models.Page{Limit: shownQuestions}})
	if err != nil {
		return err
	}
	p.Mine = mine.Items
	if p.Offers, err = s.Store.ReferentsOf(c.ctx(), c.viewer); err != nil {
		return err
	}
	f := models.QuestionFilter{State: models.QuestionState(c.query("state")), Asset: c.queryID("asset"), Page: c.at()}
	if f.Asset != 0 {
		if p.Asset, err = s.Store.Asset(c.ctx(), c.viewer, f.Asset); err != nil {
			return err
		}
	}
	all, err := s.Store.Questions(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.List, p.Pager = all.Items, pagerOf(c, all, "question", "questions")
	return c.show(view{Name: "questions", Title: "Questions for you", Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {"Questions", ""}}, Page: p})
}

// questionPage is a question with what was written to it.
type questionPage struct {
	*store.QuestionRow
	Messages  []store.QuestionMessageRow
	Form      *form // nil when the reader may not write to it
	Asker     bool  // the reader asked it
	MayClose  bool
	Reached   string
	About     string // path of what it is about
	Name      string // of what it is about
	Overdue   bool
	Write     string // where the form goes
	Anonymous bool   // read by its address, without an account
}

func (s *site) question(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showQuestion(c, id, nil)
}

func aboutOf(n *store.QuestionRow) (name, path string) {
	if n.CallID != nil {
		return n.Call, callPath(*n.CallID)
	}
	return n.Asset, assetPath(*n.AssetID)
}

func (s *site) showQuestion(c *page, id int64, f *form) error {
	n, err := s.Store.Question(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &questionPage{QuestionRow: n, Asker: n.AskedByID != nil && *n.AskedByID == c.viewer.UserID, Reached: reachSentence(&n.Question), Overdue: n.Overdue(today()), Write: questionPath(id) + "/messages"}
	p.Name, p.About = aboutOf(n)
	if p.Messages, err = s.Store.QuestionMessages(c.ctx(), id); err != nil {
		return err
	}
	if n.State != models.QuestionClosed && c.viewer.UserID != 0 && (p.Asker || n.AnsweredBy(c.viewer)) {
		p.Form, p.MayClose = newForm(), true
	}
	if f != nil {
		p.Form = f
	}
	return c.show(view{Name: "question", Title: shorten(n.Title, 80), Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {"Questions", "/questions"}, {shorten(n.Title, 60), ""}}, Form: f, Page: p})
}

func (s *site) writeToQuestion(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if err := s.Register.WriteToQuestion(c.ctx(), c.viewer, id, f.get("body")); err != nil {
		if !f.refused(err) {
			return err
		}
		return s.showQuestion(c, id, f)
	}
	return c.done(questionPath(id), "Your words are there for everybody who reads this question.")
}

func (s *site) closeQuestion(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if err := s.Register.CloseQuestion(c.ctx(), c.viewer, id, 0); err != nil {
		return err
	}
	return c.done(questionPath(id), "The question is closed.")
}

// askedQuestion is the page by which somebody without an account reads the answer. Its address is a secret.
func (s *site) askedQuestion(c *page) error { return s.showAsked(c, nil) }

func (s *site) showAsked(c *page, f *form) error {
	c.keepFromLogs()
	n, err := s.Register.OpenQuestion(c.ctx(), c.g.Param("link"))
	if err != nil {
		return err
	}
	p := &questionPage{QuestionRow: n.QuestionRow, Messages: n.Messages, Asker: true, Anonymous: true, Reached: reachSentence(&n.Question), Overdue: n.Overdue(today()), Write: "/questions/asked/" + c.g.Param("link")}
	p.Name, p.About = aboutOf(n.QuestionRow)
	if n.State != models.QuestionClosed {
		p.Form = newForm()
	}
	if f != nil {
		p.Form = f
	}
	return c.show(view{Name: "question", Title: "Your question", Crumbs: []crumb{{shorten(n.Title, 60), ""}}, Form: f, Page: p})
}

func (s *site) writeToAskedQuestion(c *page) error {
	c.keepFromLogs()
	f, err := c.form()
	if err != nil {
		return err
	}
	if err := s.Register.WriteByQuestionLink(c.ctx(), c.g.Param("link"), f.get("body")); err != nil {
		if !f.refused(err) {
			return err
		}
		return s.showAsked(c, f)
	}
	return c.redirect(http.StatusSeeOther, "/questions/asked/"+c.g.Param("link"))
}

// askPage is the form for a question.
type askPage struct {
	Form      *form
	Name      string // of what the question is about
	Path      string // of the form
	Back      string
	Whom      string // whom it will reach
	Known     bool   // the reader is signed in
	Agencies  agencyChoice
	Asked     bool   // somebody without an account has asked
	Secret    string // the address of the answer; shown once
	KeepDays  int
	DueDays   int
	Referents []store.ReferentRow
}

func (s *site) askAboutAsset(c *page) error { return s.showAsk(c, newForm(), nil) }
func (s *site) askAboutCall(c *page) error  { return s.showAskCall(c, newForm(), nil) }

func (s *site) showAsk(c *page, f *form, asked func(*askPage)) error {
	h, err := c.openAsset("ask")
	if err != nil || h == nil {
		return err
	}
	p := &askPage{Form: f, Name: h.Asset.Title(), Path: assetPath(h.Asset.ID) + "/ask", Back: assetPath(h.Asset.ID)}
	if p.Referents, err = s.Store.Referents(c.ctx(), c.viewer, h.Asset.ID); err != nil {
		return err
	}
	if n := len(p.Referents); n > 0 {
		p.Whom = "It reaches all of the " + plural(n, "person", "people") + " who offered to answer questions about it."
		if n == 1 {
			p.Whom = "It reaches the person who offered to answer questions about it."
		}
	} else {
		p.Whom = "Nobody has offered to answer questions about it yet, so it reaches the registrars of " + h.Steward.Name + "."
	}
	return s.fillAsk(c, p, f, asked, view{Nav: "/assets", Crumbs: h.crumbs(crumb{Name: "Ask"})})
}

func (s *site) showAskCall(c *page, f *form, asked func(*askPage)) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	k, err := s.Store.Call(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &askPage{Form: f, Name: k.Title, Path: callPath(id) + "/ask", Back: callPath(id), Whom: "It reaches the people of " + k.Agency + " who look after its calls."}
	return s.fillAsk(c, p, f, asked, view{Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {shorten(k.Title, 60), callPath(id)}, {"Ask", ""}}})
}

func (s *site) fillAsk(c *page, p *askPage, f *form, asked func(*askPage), v view) error {
	p.Known, p.KeepDays, p.DueDays = c.viewer.UserID != 0, models.KeepAskerDays, models.AnswerWorkingDays
	if p.Known {
		var err error
		if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
			return err
		}
	}
	if asked != nil {
		asked(p)
		c.keepFromLogs()
	}
	v.Name, v.Title, v.Form, v.Page = "ask", "Ask about "+shorten(p.Name, 80), f, p
	return c.show(v)
}

func (s *site) sendAboutAsset(c *page) error {
	return s.send(c, s.showAsk, func(n *models.Question, id int64) { n.AssetID = &id })
}

func (s *site) sendAboutCall(c *page) error {
	return s.send(c, s.showAskCall, func(n *models.Question, id int64) { n.CallID = &id })
}

// send takes a question. Who is signed in goes on to its page; who is not gets the address of the answer, once.
func (s *site) send(c *page, again func(*page, *form, func(*askPage)) error, about func(*models.Question, int64)) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	n := &models.Question{Title: f.get("title"), Body: f.get("body"), AskerName: f.get("name"), AskerEmail: f.get("email"), AgencyID: optional(c.agencyID(f, &m, "agencyId"))}
	about(n, id)
	var secret string
	if err = m.Err(); err == nil {
		secret, err = s.Register.AskQuestion(c.ctx(), c.viewer, n)
	}
	switch {
	case err != nil && f.refused(err):
		return again(c, f, nil)
	case err != nil:
		return err
	case secret == "":
		return c.done(questionPath(n.ID), "Your question is sent. You find it here and on your page “Questions”.")
	}
	return again(c, newForm(), func(p *askPage) {
		p.Asked, p.Secret, p.Whom = true, c.origin()+"/questions/asked/"+secret, reachSentence(n)
	})
}

// waitingQuestions counts the questions that wait for the reader.
func (c *page) waitingQuestions() (int, error) {
	if c.viewer.UserID == 0 {
		return 0, nil
	}
	list, err := c.site.Store.Questions(c.ctx(), c.viewer, models.QuestionFilter{ForMe: true, Open: true, Page: models.Page{Limit: 1}})
	return list.Total.Count, err
}
