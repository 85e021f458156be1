package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// indicatorPage is one question of a standard about one piece of software.
type indicatorPage struct {
	*assetHead
	*register.StandardLine
	Standard *checklists.Standard
	Form     *form // nil when the reader may not answer
	Path     string
	Back     string
	Previous string
	Next     string
	Number   int
	Count    int
	Answers  []option
	Earlier  []store.ChecklistAnswerRow // other answers than the one that counts
	Known    bool                       // the reader may see evidence in words
}

// openIndicator opens a question that exists about software that the viewer may see.
func (s *site) openIndicator(c *page) (*indicatorPage, error) {
	standard, indicator := c.g.Param("standard"), c.g.Param("indicator")
	h, err := c.openAsset("checklists/" + standard + "/" + indicator)
	if err != nil || h == nil {
		return nil, err
	}
	l, err := s.Register.StandardChecklist(c.ctx(), c.viewer, h.Asset.ID, standard)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l.Lines, func(line register.StandardLine) bool { return line.ID == indicator })
	if i < 0 {
		return nil, models.NoSuch("page")
	}
	back := checklistsPath(h.Asset.ID) + "/" + standard
	p := &indicatorPage{assetHead: h, StandardLine: &l.Lines[i], Standard: l.Standard, Back: back, Path: back + "/" + indicator, Number: i + 1, Count: len(l.Lines), Known: c.viewer.InGovernment()}
	if i > 0 {
		p.Previous = back + "/" + l.Lines[i-1].ID
	}
	if i+1 < len(l.Lines) {
		p.Next = back + "/" + l.Lines[i+1].ID
	}
	return p, nil
}

func (s *site) indicator(c *page) error {
	p, err := s.openIndicator(c)
	if err != nil || p == nil {
		return err
	}
	if c.viewer.May(models.WriteChecklist, p.Asset.StewardID) {
		p.Form = p.propose()
	}
	return s.showIndicator(c, p)
}

// propose is the form with what is known: the answer that counts, else what the register has found, for a person to take over. Nothing is answered before.
func (p *indicatorPage) propose() *form {
	f := newForm("onDay", today().String())
	if p.Given != nil {
		f.set("answer", string(p.Given.Answer))
		f.set("evidence", p.Given.Evidence)
		f.set("links", strings.Join(p.Given.Links, "\n"))
		return f
	}
	var says, links []string
	for _, x := range p.Found {
		says = append(says, x.Says)
		if link := webAddress(x.Link); link != "" && !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	f.set("evidence", strings.Join(says, "\n"))
	f.set("links", strings.Join(links, "\n"))
	return f
}

func (s *site) showIndicator(c *page, p *indicatorPage) error {
	earlier, err := s.Store.AnswerHistory(c.ctx(), c.viewer, p.Asset.ID, p.Standard.ID, p.ID)
	if err != nil {
		return err
	}
	if len(earlier) > 1 {
		p.Earlier = earlier[1:]
	}
	for _, a := range models.Answers {
		p.Answers = append(p.Answers, option{Value: string(a), Label: word(a), Hint: answerHints[a]})
	}
	return c.show(view{Name: "checklist-question", Title: p.Title + " – " + p.Asset.Title(), Nav: "/catalogue", Form: p.Form, Page: p,
		Crumbs: p.crumbs(crumb{"Checklists", checklistsPath(p.Asset.ID)}, crumb{p.Standard.Short, p.Back}, crumb{Name: p.Title})})
}

var answerHints = map[models.Answer]string{
	models.AnswerMet: "Everything that it must have is there.", models.AnswerPartly: "Some of it is there.", models.AnswerNotMet: "Somebody looked, and it is not there.",
	models.AnswerNotApplicable: "The question makes no sense for this software. Say why.", models.AnswerUnknown: "Nobody has looked, or who looked could not tell.",
}

func (s *site) answerIndicator(c *page) error {
	p, err := s.openIndicator(c)
	if err != nil {
		return err
	}
	if p == nil {
		return nil
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	a := &models.ChecklistAnswer{AssetID: p.Asset.ID, Standard: p.Standard.ID, Indicator: p.ID, Answer: models.Answer(f.get("answer")), Evidence: f.get("evidence"), Links: lines(f.get("links"))}
	if d := f.date(&m, "onDay"); d != nil {
		a.OnDay = *d
	}
	if err = m.Err(); err == nil {
		err = s.Register.AnswerChecklist(c.ctx(), c.viewer, a)
	}
	if err == nil {
		to := p.Back
		if f.get("then") == "next" && p.Next != "" {
			to = p.Next
		}
		return c.done(to, "“"+p.Title+"” is answered.")
	}
	if !f.refused(err) {
		return err
	}
	for i := range f.Problem.Fields {
		if strings.HasPrefix(f.Problem.Fields[i].Field, "links[") {
			f.Problem.Fields[i].Field = "links"
		}
	}
	p.Form = f
	return s.showIndicator(c, p)
}
