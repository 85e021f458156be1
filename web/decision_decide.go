package web

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDeciding(r *routes) {
	r.get("/decisions/:id/decide", s.askToDecide)
	r.post("/decisions/:id/decide", s.decide)
}

// decideTask is what one person is asked to say of a case: an approval, an answer, an opinion or a minute.
type decideTask struct {
	Kind      models.Part
	Heading   string
	Do        string // on the button
	Questions []question
	Back      []option // where the case can be sent back to
	Waivers   []field
	Why       string // why this person may not; "" when they may
}

// decidePage is all that who decides needs, on one page.
type decidePage struct {
	*caseHead
	Form     *form
	Task     *decideTask // nil while nothing is to be decided
	Waits    string      // what the case waits for instead
	Rungs    []rungView
	MayOffer bool
	Chosen   *candidateView
	Rules    decideRules
	Grounds  map[string]string
	Eyes     []eyeLine
	Band     string
	Due      []policy.Deadline
	Today    models.Date
	Earlier  []store.EarlierDecision
	Words    *policy.StepWords
}

// decideRules are the rules that guard the decision, what nobody can tell first.
type decideRules struct {
	Undetermined, Violated, Warned, Passed []judgedRule
	NotHere                                int
}

// eyeLine is one of the two people that four eyes ask for.
type eyeLine struct {
	Text string
	Tag  tag
}

// decided are the parts that are decided on this page, by where the case stands.
var decided = map[models.DecisionState]models.PartName{models.DecisionProposed: models.PartApproval, models.ExemptionPending: models.PartAnswer, models.OpinionPending: models.PartOpinion, models.ProceduralReview: models.PartProcedure}

// taskPart is the part that is to be decided now; "" when nothing is.
func (h *caseHead) taskPart(v models.Viewer) models.PartName {
	if h.State == models.DecisionDraft && h.Row.Track == models.EmergencyTrack { // approved first, once the exemption is there
		answered := h.Dossier.Answer != nil
		answer, err := models.PartOf(models.PartAnswer)
		if err == nil && !answered && h.Dossier.Exemption != nil && answer.Role(v, h.Row.AgencyID) != "" {
			return models.PartAnswer
		}
		if h.Dossier.Proposal != nil {
			return models.PartApproval
		}
	}
	return decided[h.State]
}

func (s *site) askToDecide(c *page) error {
	f := newForm()
	h, err := c.openCase()
	if err != nil {
		return err
	}
	return s.showDecide(c, h, f)
}

// showDecide shows the page; f holds the answers, which may have been refused.
func (s *site) showDecide(c *page, h *caseHead, f *form) error {
	p := decidePage{caseHead: h, Form: f, Rungs: h.rungs(), Grounds: h.grounds(), Today: today(), Due: h.Deadlines}
	var err error
	if name := h.taskPart(c.viewer); name != "" {
		if p.Task, err = s.decideTask(c, h, name, f); err != nil {
			return err
		}
		p.Words = h.words(stepOfPart(name))
	} else {
		p.Waits = "The case stands at “" + word(h.State) + "”. Nothing is to be decided here now."
	}
	p.Rules = h.decideRules()
	if v, ok := h.candidateView(h.Row.Chosen); ok {
		p.Chosen = &v
	}
	p.Eyes, p.Band = h.fourEyes(c.viewer), h.band()
	if h.Row.Function != "" {
		all, err := s.Store.EarlierDecisions(c.ctx(), c.viewer, []string{h.Row.Function})
		if err != nil {
			return err
		}
		p.Earlier = slices.DeleteFunc(all, func(e store.EarlierDecision) bool { return e.ID == h.Row.ID })
	}
	return c.show(view{Name: "decision-decide", Title: "Decide " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Decide"}), Form: f, Page: p})
}

// decideTask makes the form of what is to be said.
func (s *site) decideTask(c *page, h *caseHead, name models.PartName, f *form) (*decideTask, error) {
	kind, err := models.PartOf(name)
	if err != nil {
		return nil, err
	}
	p := &partForm{head: h, kind: kind, form: f}
	if kind.Keying == models.KeyPerson {
		p.key = idText(c.viewer.UserID)
	}
	t := &decideTask{Kind: kind, Why: p.why(c.viewer)}
	t.Heading, t.Do = taskWords(name)
	if name == models.PartApproval && t.Why == "" && h.tookPart(c.viewer) {
		t.Why = "You asked for this software or scored it, so that somebody else decides."
	}
	if t.Why != "" {
		return t, nil
	}
	if f.get("version") == "" {
		if err := p.start(); err != nil {
			return nil, err
		}
		h.suggest(name, f)
	}
	lists, err := s.caseLists(c, h, nil)
	if err != nil {
		return nil, err
	}
	a := &asker{form: f, path: h.Path + "/decide", lists: lists, rows: h.givenRows}
	t.Questions = a.ask(reflect.TypeOf(p.content()).Elem(), "")
	for _, n := range h.Next {
		if n.Back && n.Role != "" && n.To != models.DecisionClosed && name == models.PartApproval {
			t.Back = append(t.Back, option{Value: string(n.To), Label: n.Title})
		}
		if n.To == models.DecisionApproved && name == models.PartApproval {
			for _, todo := range h.ruleTodos(c.viewer, n.Stops, f, true) {
				if todo.Waiver != nil {
					w := *todo.Waiver
					w.Label, w.Hint = "Let "+todo.Title+" pass, because", todo.Text
					t.Waivers = append(t.Waivers, w)
				}
			}
		}
	}
	return t, nil
}

func taskWords(name models.PartName) (heading, do string) {
	switch name {
	case models.PartAnswer:
		return "Answer the request for exemption", "Give this answer"
	case models.PartOpinion:
		return "Give the opinion", "Give this opinion"
	case models.PartProcedure:
		return "Confirm the procedure", "File this minute"
	}
	return "Your decision", "Decide"
}

// suggest fills in what follows from the case.
func (h *caseHead) suggest(name models.PartName, f *form) {
	switch {
	case name == models.PartApproval && f.get("band") == "":
		f.set("band", h.bandTitle())
	case name == models.PartAnswer && h.Dossier.Answer == nil && h.Dossier.Exemption != nil:
		x := h.Dossier.Exemption.Value
		f.Values["grounds"] = x.Grounds
		if x.ExpiresOn != nil {
			f.set("expiresOn", x.ExpiresOn.String())
		}
	}
}

// decideRules sorts the rules that guard the decision; all rules while none is near.
func (h *caseHead) decideRules() decideRules {
	var gates []models.Gate
	for _, n := range h.Next {
		if n.To == models.DecisionApproved || n.To == models.ReleaseDecided {
			gates = append(gates, n.Gates...)
		}
	}
	if len(gates) == 0 && h.State != models.DecisionDraft { // it waits beside the way
		gates = []models.Gate{models.GateEvaluation, models.GateProposal, models.GateExemption, models.GateApproval}
	}
	var g decideRules
	for _, r := range h.Results {
		if len(gates) > 0 && !slices.Contains(gates, models.Gate(r.Gate)) {
			continue
		}
		v := judgedRule{RuleResult: r, Tag: makeTag(r.Outcome), Text: resultText(r)}
		switch {
		case r.Outcome == models.RuleUndetermined:
			g.Undetermined = append(g.Undetermined, v)
		case r.Outcome == models.RuleViolated && r.Severity == "block":
			g.Violated = append(g.Violated, v)
		case r.Outcome == models.RuleViolated:
			g.Warned = append(g.Warned, v)
		case r.Outcome == models.RulePasses:
			g.Passed = append(g.Passed, v)
		default:
			g.NotHere++
		}
	}
	return g
}

// Count says how the rules stand, in a sentence.
func (g decideRules) Count() string {
	if len(g.Undetermined)+len(g.Violated)+len(g.Warned) == 0 {
		return "All " + plural(len(g.Passed), "rule that applies passes", "rules that apply pass") + "."
	}
	return fmt.Sprintf("%s undetermined, %s broken, %s; %s.", number(len(g.Undetermined)), number(len(g.Violated)), plural(len(g.Warned), "warning", "warnings"), plural(len(g.Passed), "rule passes", "rules pass"))
}

// grounds are the grounds of exemption by their ids.
func (h *caseHead) grounds() map[string]string {
	words := map[string]string{}
	for _, g := range h.Regime.Exemptions {
		words[g.ID] = g.Title
	}
	return words
}

// fourEyes says who has done what, and whether the viewer is somebody else.
func (h *caseHead) fourEyes(v models.Viewer) []eyeLine {
	line := func(who, did string, same bool) eyeLine {
		if same {
			return eyeLine{who + " " + did + ": that is you, so that somebody else decides.", tag{"Not you", toneBad}}
		}
		return eyeLine{who + " " + did + ".", tag{"Another", toneGood}}
	}
	var list []eyeLine
	if h.Row.RequestedByID != nil {
		list = append(list, line(h.Row.RequestedBy, "asked for the software", *h.Row.RequestedByID == v.UserID))
	}
	for i := range h.Dossier.Scores {
		sheet := &h.Dossier.Scores[i]
		list = append(list, line(sheet.ByName, "scored it", sheet.ByID != nil && *sheet.ByID == v.UserID))
	}
	for i := range h.Dossier.Approvals {
		a := &h.Dossier.Approvals[i]
		list = append(list, eyeLine{a.ByName + ": " + strings.ToLower(enumWord("verdict", a.Value.Verdict)) + ", " + a.At.Format("2 Jan 2006") + ".", tag{"On file", tonePlain}})
	}
	return list
}

// tookPart reports whether the viewer asked for the software or scored it: two pairs of eyes see each approval.
func (h *caseHead) tookPart(v models.Viewer) bool {
	return slices.ContainsFunc(h.fourEyes(v), func(e eyeLine) bool { return e.Tag.Tone == toneBad })
}

func (h *caseHead) bandTitle() string {
	band, err := h.Regime.Band(h.worth())
	if err != nil {
		return ""
	}
	return orElse(band.Title, word(band.Role))
}

// worth is what the case is about: the cost of what is proposed, or the value that was expected.
func (h *caseHead) worth() models.Money {
	if one := h.Standing.Candidate(h.Row.Chosen); one != nil && !one.Total.IsZero() {
		return one.Total
	}
	if h.Row.Value == nil {
		return models.Money{}
	}
	return models.Money{Amount: *h.Row.Value, Currency: h.Row.Currency}
}

// band says in words who approves what this is worth.
func (h *caseHead) band() string {
	worth := h.worth()
	if worth.IsZero() {
		return "Nobody has said yet what it is worth, so that it cannot be told who approves it."
	}
	band, err := h.Regime.Band(worth)
	switch {
	case err != nil:
		return "The law names no band for " + amount(worth) + "."
	case band.UpTo == nil:
		return amount(worth) + " is for: " + orElse(band.Title, word(band.Role)) + ", without a limit."
	}
	return amount(worth) + " is for: " + orElse(band.Title, word(band.Role)) + ", up to " + amount(*band.UpTo) + "."
}

// decide files what was said, and takes the step that follows from it.
func (s *site) decide(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	h, err := c.openCase()
	if err != nil {
		return err
	}
	kind, err := models.PartOf(models.PartName(f.get("part")))
	if err != nil {
		return models.NoSuch("page")
	}
	p := &partForm{head: h, kind: kind, form: f}
	if kind.Keying == models.KeyPerson {
		p.key = idText(c.viewer.UserID)
	}
	row, err := s.filePart(c, p, p.content())
	if err != nil {
		if !f.refused(err) {
			return err
		}
		f.rebase(h.Row.Version, h.Path)
		return s.showDecide(c, h, f)
	}
	step, ok := h.stepAfter(kind.Name, f)
	if !ok {
		return c.done(h.Path, kind.Title+": it is on file.")
	}
	moved, err := s.Register.MoveDecision(c.ctx(), c.viewer, h.Row.ID, row.Version, step)
	if err == nil {
		return c.done(h.Path, kind.Title+": it is on file. The case stands at “"+word(moved.State)+"” now.")
	}
	if !f.refused(err) {
		return err
	}
	return s.stepNotTaken(c, kind, f)
}

// stepAfter is the step that follows from what was said; false when the case stays where it is.
func (h *caseHead) stepAfter(name models.PartName, f *form) (register.Step, bool) {
	step := register.Step{Reason: f.get("text"), Waivers: map[string]string{}}
	for key := range f.Values {
		if rule, ok := strings.CutPrefix(key, "waiver."); ok && f.get(key) != "" {
			step.Waivers[rule] = f.get(key)
		}
	}
	switch {
	case name != models.PartApproval && h.State != models.DecisionDraft:
		step.To, step.Reason = models.DecisionProposed, ""
	case name != models.PartApproval:
		return step, false
	case f.get("verdict") == "approve":
		step.To, step.Reason = models.DecisionApproved, ""
	case f.get("verdict") == "reject" && h.State == models.DecisionProposed:
		step.To = models.DecisionRejected
	case f.get("verdict") == "return" && f.get("back") != "":
		step.To = models.DecisionState(f.get("back"))
	default:
		return step, false
	}
	return step, true
}

// stepNotTaken shows the page again: what was said is on file, and rules stop the step.
func (s *site) stepNotTaken(c *page, kind models.Part, f *form) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	problem := *f.Problem
	problem.Detail = kind.Title + ": it is on file. The step was not taken. " + problem.Detail
	problem.Fields = slices.Clone(problem.Fields)
	for i, e := range problem.Fields {
		if !slices.ContainsFunc(h.Results, func(r models.RuleResult) bool { return r.Rule == e.Field }) {
			problem.Fields[i].Field = "rules"
		}
	}
	f.Problem = &problem
	f.set("version", idText(h.Row.Version))
	return s.showDecide(c, h, f)
}
