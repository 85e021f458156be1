package web

import (
	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountChecklists(r *routes) {
	r.get("/checklists", s.checklists)
	r.get("/assets/:id/checklists", s.assetChecklists)
	r.get("/assets/:id/checklists/:standard", s.checklist)
	r.get("/assets/:id/checklists/:standard/:indicator", s.indicator)
	r.post("/assets/:id/checklists/:standard/:indicator", s.answerIndicator)
	r.get("/assets/:id/sdgs", s.editSDGs)
	r.post("/assets/:id/sdgs", s.setSDGs)
}

func checklistsPath(asset int64) string { return assetPath(asset) + "/checklists" }

// answerKinds are the colours of answers in pictures.
var answerKinds = map[models.Answer]string{models.AnswerMet: "good", models.AnswerPartly: "caution", models.AnswerNotMet: "severity-high", models.AnswerNotApplicable: "plain", models.AnswerUnknown: "unknown"}

func answersChart(id, title, heading string, counts map[models.Answer]int) chart {
	parts := make([]chartPart, len(models.Answers))
	for i, a := range models.Answers {
		parts[i] = chartPart{Label: word(a), Kind: answerKinds[a], Count: counts[a]}
	}
	return newChart(id, title, "questions", heading, parts)
}

// checklistCard is how far one piece of software meets one standard, in short.
type checklistCard struct {
	*register.StandardChecklist
	Path  string
	Chart chart
}

func newChecklistCard(l *register.StandardChecklist) checklistCard {
	title := l.Standard.Short + " " + l.Standard.Version
	return checklistCard{l, checklistsPath(l.Asset.ID) + "/" + l.Standard.ID, answersChart("a-"+l.Standard.ID, title, "Answer", l.Counts)}
}

// Met is the number of questions that are met, of those that apply.
func (k checklistCard) Met() int { return k.Counts[models.AnswerMet] }

// Apply is the number of questions that apply.
func (k checklistCard) Apply() int { return len(k.Lines) - k.Counts[models.AnswerNotApplicable] }

// Unknowns is the number of questions without an answer.
func (k checklistCard) Unknowns() int { return k.Counts[models.AnswerUnknown] }

// checklistsRow is a line of the overview.
type checklistsRow struct {
	store.ChecklistRow
	Standard  *checklists.Standard
	Path      string
	Apply     int
	StaleHere int
	Chart     chart
}

// checklistsPage lists software of which somebody has answered a standard.
type checklistsPage struct {
	Form      *form
	Standards []*checklists.Standard
	Choices   []option
	Agencies  agencyChoice
	List      []checklistsRow
	Pager     pager
	Filtered  bool
}

func (s *site) checklists(c *page) error {
	f := models.ChecklistFilter{Agency: c.queryID("agency"), Standard: c.query("standard"), Page: c.at()}
	list, err := s.Store.Checklists(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p := checklistsPage{Form: &form{Values: c.request().URL.Query()}, Standards: checklists.Standards(), Pager: pagerOf(c, list, "checklist", "checklists"), Filtered: f.Agency != 0 || f.Standard != ""}
	for _, k := range p.Standards {
		p.Choices = append(p.Choices, option{Value: k.ID, Label: k.Name})
	}
	for i := range list.Items {
		if row, ok := newChecklistsRow(list.Items[i]); ok {
			p.List = append(p.List, row)
		}
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "checklists", Title: "Checklists", Nav: "/catalogue", Crumbs: []crumb{{"Checklists", ""}}, Page: p})
}

// newChecklistsRow is false for a standard that the register does not ask by any more.
func newChecklistsRow(r store.ChecklistRow) (checklistsRow, bool) {
	k, ok := checklists.ByID(r.Standard)
	if !ok {
		return checklistsRow{}, false
	}
	questions := len(k.Indicators)
	counts := map[models.Answer]int{models.AnswerMet: r.Met, models.AnswerPartly: r.Partly, models.AnswerNotMet: r.NotMet, models.AnswerNotApplicable: r.NotApplicable, models.AnswerUnknown: max(questions-r.Answered, 0)}
	return checklistsRow{ChecklistRow: r, Standard: k, Path: checklistsPath(r.AssetID) + "/" + k.ID, Apply: questions - r.NotApplicable, StaleHere: r.Stale(k.FreshMonths, today()),
		Chart: answersChart("c-"+idText(r.AssetID)+"-"+k.ID, r.Asset+": "+k.Short, "Answer", counts)}, true
}

// assetChecklistsPage is how far a piece of software meets every standard, and which goals it serves.
type assetChecklistsPage struct {
	*assetHead
	Cards     []checklistCard
	Goals     []goalLine
	MayAnswer bool
}

// goalLine is a development goal that software serves.
type goalLine struct {
	Goal            int16
	Name, Relevance string
}

func goalLines(list []models.AssetSDG) []goalLine {
	lines := make([]goalLine, len(list))
	for i, g := range list {
		lines[i] = goalLine{g.Goal, models.GoalName(g.Goal), g.Relevance}
	}
	return lines
}

func (s *site) assetChecklists(c *page) error {
	h, err := c.openAsset("checklists")
	if err != nil || h == nil {
		return err
	}
	p := assetChecklistsPage{assetHead: h, MayAnswer: c.viewer.May(models.WriteChecklist, h.Asset.StewardID)}
	for _, k := range checklists.Standards() {
		l, err := s.Register.StandardChecklist(c.ctx(), c.viewer, h.Asset.ID, k.ID)
		if err != nil {
			return err
		}
		p.Cards = append(p.Cards, newChecklistCard(l))
	}
	goals, err := s.Store.AssetSDGs(c.ctx(), h.Asset.ID)
	if err != nil {
		return err
	}
	p.Goals = goalLines(goals)
	return c.show(view{Name: "asset-checklists", Title: "Standards that " + h.Asset.Title() + " meets", Nav: "/catalogue", Crumbs: h.crumbs(crumb{Name: "Checklists"}), Page: p})
}

// checklistPage is one standard put before one piece of software.
type checklistPage struct {
	*assetHead
	checklistCard
	MayAnswer bool
	Known     bool // the reader may see evidence in words
	Next      string
}

func (s *site) checklist(c *page) error {
	h, err := c.openAsset("checklists/" + c.g.Param("standard"))
	if err != nil || h == nil {
		return err
	}
	l, err := s.Register.StandardChecklist(c.ctx(), c.viewer, h.Asset.ID, c.g.Param("standard"))
	if err != nil {
		return err
	}
	p := checklistPage{assetHead: h, checklistCard: newChecklistCard(l), MayAnswer: c.viewer.May(models.WriteChecklist, h.Asset.StewardID), Known: c.viewer.InGovernment()}
	p.Next = p.toAnswer()
	return c.show(view{Name: "checklist", Title: l.Standard.Short + " – " + h.Asset.Title(), Nav: "/catalogue", Crumbs: h.crumbs(crumb{"Checklists", checklistsPath(h.Asset.ID)}, crumb{Name: l.Standard.Short}), Page: p})
}

// toAnswer is the address of the question to answer first: one that the register has found something of, else one that nobody has answered, else one
// whose evidence is old; "" when there is none.
func (p *checklistPage) toAnswer() string {
	for _, wants := range []func(*register.StandardLine) bool{(*register.StandardLine).Open, func(l *register.StandardLine) bool { return l.Given == nil }, func(l *register.StandardLine) bool { return l.Stale || l.Older }} {
		for i := range p.Lines {
			if wants(&p.Lines[i]) {
				return p.checklistCard.Path + "/" + p.Lines[i].ID
			}
		}
	}
	return ""
}
