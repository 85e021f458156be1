package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// openPoint is one thing that stands in the way of the next step, with the page that cures it.
type openPoint struct {
	ID     string
	Tag    *tag
	Title  string
	Text   string
	Cure   string
	Law    string
	Action string
	Path   string
	Waiver *field // the viewer may let the rule pass, with a reason
}

// stepForm is a step that may be taken, as a form.
type stepForm struct {
	register.NextMove
	Heading string
	Who     string // who may
	Mine    bool
	Todos   []openPoint
	Warns   []openPoint
	Words   *policy.StepWords
	Reason  field
	Open    bool
	Wait    *models.Date // the standstill runs until the end of this day
}

// nextStep is the step that the case is on its way to.
type nextStep struct {
	Step  stepForm
	Count string // "two things"
}

// gateSteps says which words of the law tell people about a gate.
var gateSteps = map[models.Gate]policy.Step{models.GateNeed: "need", models.GateScan: "scan", models.GateEvaluation: "evaluation", models.GateProposal: "proposal", models.GateExemption: "exemption", models.GateApproval: "approval",
	models.GateContract: "contract", models.GateRegistration: "registration", models.GateRemediation: "remediation"}

// stateSteps says which words of the law tell people about where a case goes.
var stateSteps = map[models.DecisionState]policy.Step{models.NeedConfirmed: "need", models.DecisionScanning: "scan", models.ScanClosed: "scan", models.PublicCallOut: "public-call", models.DecisionEvaluating: "evaluation",
	models.DecisionEvaluated: "evaluation", models.DecisionProposed: "proposal", models.ExemptionPending: "exemption", models.OpinionPending: "opinion", models.ProceduralReview: "procedural-review", models.DecisionApproved: "approval",
	models.DecisionAnnounced: "announcement", models.InProcurement: "procurement", models.AwardProposed: "procurement", models.Standstill: "standstill", models.DecisionContracted: "contract", models.AdoptedFree: "contract",
	models.DecisionRegistered: "registration", models.DecisionInForce: "publication", models.UnderReview: "review", models.ReleaseDecided: "release", models.ReleasePublished: "publication"}

var partSteps = map[models.PartName]policy.Step{models.PartNeed: "need", models.PartScan: "scan", models.PartCandidate: "scan", models.PartLicense: "evaluation", models.PartHealth: "evaluation", models.PartKnockouts: "evaluation",
	models.PartCost: "evaluation", models.PartLockIn: "evaluation", models.PartCriteria: "evaluation", models.PartScores: "evaluation", models.PartProposal: "proposal", models.PartJustification: "proposal",
	models.PartImpossibility: "proposal", models.PartExemption: "exemption", models.PartAnswer: "exemption", models.PartOpinion: "opinion", models.PartProcedure: "procedural-review", models.PartApproval: "approval",
	models.PartNotices: "announcement", models.PartProcurement: "procurement", models.PartChallenges: "standstill", models.PartContract: "contract", models.PartRegistration: "registration",
	models.PartPublication: "publication", models.PartReview: "review", models.PartRelease: "release", models.PartRemediation: "remediation"}

func stepOfPart(name models.PartName) policy.Step { return partSteps[name] }

// aside are states that a case goes to only when there is reason to.
var aside = []models.DecisionState{models.ExemptionPending, models.OpinionPending, models.PublicCallOut, models.DecisionRejected, models.DecisionChallenged, models.UnderReview}

// steps finds the step that the case is on its way to, and the others that it has.
func (h *caseHead) steps(v models.Viewer, f *form) (*nextStep, []stepForm) {
	if len(h.Next) == 0 {
		return nil, nil
	}
	main := h.mainMove()
	var next *nextStep
	var others []stepForm
	for i := range h.Next {
		one := h.stepForm(v, h.Next[i], f)
		if i != main && !one.Open || i == main && f.Problem != nil && f.get("to") != string(one.To) && f.get("to") != "" {
			for j := range one.Todos {
				one.Todos[j].ID = "" // the summary leads to the step that was tried
			}
		}
		if i == main {
			next = &nextStep{Step: one, Count: things(len(one.Todos))}
			continue
		}
		others = append(others, one)
	}
	return next, others
}

// mainMove is the move on the straight way to the end.
func (h *caseHead) mainMove() int {
	reviewed := !slices.ContainsFunc(h.Next, func(n register.NextMove) bool {
		return n.To == models.DecisionApproved && slices.ContainsFunc(n.Missing, func(e models.FieldError) bool { return e.Field == "procedure" })
	})
	best := -1
	for i := range h.Next {
		n := &h.Next[i]
		switch {
		case n.Back, n.To == models.ProceduralReview && reviewed:
			continue
		case n.To == models.OpinionPending && slices.ContainsFunc(h.Results, func(r models.RuleResult) bool { return r.Rule == "A1" && r.Outcome == models.RuleViolated }):
			return i
		case slices.Contains(aside, n.To):
			continue
		case best < 0:
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	return slices.IndexFunc(h.Next, func(n register.NextMove) bool { return !n.Back })
}

func things(n int) string {
	words := []string{"nothing", "one thing", "two things", "three things", "four things", "five things", "six things", "seven things", "eight things", "nine things"}
	if n < len(words) {
		return words[n]
	}
	return number(n) + " things"
}

func (h *caseHead) stepForm(v models.Viewer, n register.NextMove, f *form) stepForm {
	chosen := f.get("to") == string(n.To)
	s := stepForm{NextMove: n, Heading: n.Title, Who: rolesWords(n.By), Mine: n.Role != "", Open: chosen && f.Problem != nil}
	if n.To == models.DecisionContracted && h.Row.StandstillOn != nil && !h.Row.StandstillOn.Before(models.DateOf(h.At)) {
		s.Wait = h.Row.StandstillOn
	}
	s.Reason = field{Name: "reason", ID: "f-reason-" + string(n.To), Label: "Reason", Rows: 2, Optional: !n.Back, Type: "text"}
	if chosen {
		s.Reason.ID, s.Reason.Value, s.Reason.Mistake = "f-reason", f.get("reason"), f.mistake("reason")
	}
	s.Todos = h.missing(n)
	for _, t := range h.ruleTodos(v, n.Stops, f, chosen) { // a part that is not there breaks its rules: it is named once
		if !slices.ContainsFunc(h.missing(n), func(o openPoint) bool { return o.Action == t.Action }) || t.Waiver != nil {
			s.Todos = append(s.Todos, t)
		}
	}
	s.Warns = h.ruleTodos(models.Viewer{}, n.Warns, f, false)
	if len(n.Gates) > 0 {
		s.Words = h.words(gateSteps[n.Gates[len(n.Gates)-1]])
	}
	if w := h.words(stateSteps[n.To]); w != nil {
		s.Words = w
	}
	return s
}

// missing says what is not on file yet that the step rests upon.
func (h *caseHead) missing(n register.NextMove) []openPoint {
	var list []openPoint
	add := func(name models.PartName, text string) {
		list = append(list, openPoint{Text: text, Path: h.partPath(name), Action: partTitle(name)})
	}
	for _, name := range n.Needs {
		if !slices.ContainsFunc(h.Parts, func(p models.DecisionPart) bool { return p.Part == name }) {
			add(name, "is not on file yet.")
		}
	}
	for _, e := range n.Missing {
		switch e.Field {
		case "parts", "reason":
		case "exemption":
			add(models.PartAnswer, e.Detail)
		default:
			if _, err := models.PartOf(models.PartName(e.Field)); err == nil && !slices.ContainsFunc(list, func(t openPoint) bool { return t.Action == partTitle(models.PartName(e.Field)) }) {
				add(models.PartName(e.Field), e.Detail)
			}
		}
	}
	return list
}

// partPath is the page of a part. What stands on file for each candidate is reached from the candidates.
func (h *caseHead) partPath(name models.PartName) string {
	kind, err := models.PartOf(name)
	switch {
	case err != nil:
		return h.Path
	case name == models.PartCost:
		return h.Path + "/costs"
	case name == models.PartPublication && h.Dossier.Publication != nil:
		return h.Path + "#publish"
	case kind.Keying == models.KeyCandidate && h.Row.Chosen != "":
		return h.Path + "/" + string(name) + "/" + h.Row.Chosen
	case name == models.PartCandidate:
		return h.Path + "/candidate"
	case kind.Keying == models.KeyCandidate:
		return h.Path + "#candidates"
	}
	return h.Path + "/" + string(name)
}

// ruleParts says which part cures a rule; for a national rule it is that of its gate.
var ruleParts = map[string]models.PartName{"N1": models.PartNeed, "N2": models.PartNeed, "N3": models.PartNeed, "S1": models.PartScan, "S2": models.PartScan, "E1": models.PartScores, "E2": models.PartCandidate, "E3": models.PartCost, "E4": models.PartCost,
	"E5": models.PartKnockouts, "E6": models.PartLicense, "E7": models.PartCandidate, "E8": models.PartMitigations, "C1": models.PartProposal, "C2": models.PartProposal, "C3": models.PartProposal, "C4": models.PartProposal,
	"C5": models.PartJustification, "C6": models.PartCandidate, "C7": models.PartJustification, "X1": models.PartExemption, "X2": models.PartAnswer, "X3": models.PartAnswer, "X4": models.PartExemption, "A1": models.PartOpinion,
	"A2": models.PartApproval, "D1": models.PartContract, "D2": models.PartRelease, "D3": models.PartRelease, "D4": models.PartRegistration, "D5": models.PartContract, "P1": models.PartContract, "P2": models.PartPublication,
	"P3": models.PartReview, "G5": models.PartRemediation}

var gateParts = map[models.Gate]models.PartName{models.GateNeed: models.PartNeed, models.GateScan: models.PartScan, models.GateEvaluation: models.PartScores, models.GateProposal: models.PartProposal, models.GateExemption: models.PartAnswer,
	models.GateApproval: models.PartApproval, models.GateContract: models.PartContract, models.GateRegistration: models.PartRegistration, models.GateRemediation: models.PartRemediation}

// ruleTodos says what rules stand in the way.
func (h *caseHead) ruleTodos(v models.Viewer, results []models.RuleResult, f *form, chosen bool) []openPoint {
	var list []openPoint
	for _, r := range results {
		tagged := makeTag(r.Outcome)
		t := openPoint{ID: fieldID(r.Rule), Tag: &tagged, Title: resultTitle(r), Text: resultText(r), Cure: r.Cure, Law: r.Law}
		name, known := ruleParts[r.Rule]
		if !known {
			name, known = gateParts[models.Gate(r.Gate)]
		}
		if known {
			t.Path, t.Action = h.partPath(name), partTitle(name)
		}
		if role := h.waiver(r.Rule); role != "" && v.Holds(role, h.Row.AgencyID) {
			w := field{Name: "waiver." + r.Rule, ID: fieldID("waiver " + r.Rule), Label: "Let it pass, because", Rows: 2, Optional: true}
			if chosen {
				w.Value = f.get(w.Name)
			}
			t.Waiver = &w
		}
		list = append(list, t)
	}
	return list
}

// resultTitle is a rule of the law with its id, or what a dossier says against itself in words.
func resultTitle(r models.RuleResult) string {
	if policy.IsClash(r.Rule) {
		return r.Title
	}
	return r.Rule + " " + r.Title
}

// resultText says in a sentence what came out of a rule.
func resultText(r models.RuleResult) string {
	if r.Outcome == models.RuleUndetermined && len(r.Missing) > 0 {
		return "It cannot be told, because this is not on file: " + strings.Join(r.Missing, "; ") + "."
	}
	return r.Message
}

// waiver is the role that may let a rule pass; "" for nobody.
func (h *caseHead) waiver(rule string) models.Role {
	for _, r := range h.Regime.On() {
		if r.ID == rule {
			return r.Waiver
		}
	}
	return policy.ClashWaiver(rule)
}

// publishForm publishes the case as its part says.
type publishForm struct {
	Editions int
	Tier     models.Visibility
}

// publishing offers to publish what the part “publication” says, where the viewer may.
func (h *caseHead) publishing(v models.Viewer) *publishForm {
	kind, err := models.PartOf(models.PartPublication)
	if err != nil || h.Dossier.Publication == nil || kind.Role(v, h.Row.AgencyID) == "" || !kind.Opens(&h.Row.Decision) {
		return nil
	}
	return &publishForm{Editions: len(h.Publication), Tier: h.Dossier.Publication.Value.Tier}
}

func (s *site) moveDecision(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	step := register.Step{To: models.DecisionState(f.get("to")), Reason: f.get("reason"), Waivers: map[string]string{}}
	for name := range f.Values {
		if rule, ok := strings.CutPrefix(name, "waiver."); ok && f.get(name) != "" {
			step.Waivers[rule] = f.get(name)
		}
	}
	row, err := s.Register.MoveDecision(c.ctx(), c.viewer, id, f.based(), step)
	if err == nil {
		return c.done(casePath(id), "The case stands at “"+word(row.State)+"” now.")
	}
	return s.stepRefused(c, f, err)
}

func (s *site) publishDecision(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	if _, err = s.Register.PublishDecision(c.ctx(), c.viewer, id, f.based(), f.get("note")); err == nil {
		return c.done(casePath(id), "The decision is published.")
	}
	return s.stepRefused(c, f, err)
}

// stepRefused shows the case again with what stood in the way.
func (s *site) stepRefused(c *page, f *form, err error) error {
	if !f.refused(err) {
		return err
	}
	if f.Problem.Code == "changed-meanwhile" {
		h, err := c.openCase()
		if err != nil {
			return err
		}
		f.rebase(h.Row.Version, h.Path)
	}
	for i, e := range f.Problem.Fields {
		if _, err := models.PartOf(models.PartName(e.Field)); err == nil || e.Field == "parts" {
			f.Problem.Fields[i].Field = "next" // the summary leads to the list of what is missing
		}
	}
	return s.showDecision(c, f)
}
