package web

import (
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func casePath(id int64) string { return "/decisions/" + idText(id) }

// caseHead is what every page of a case starts with, for who sees its dossier.
type caseHead struct {
	*register.CaseFile
	Path  string
	Title string
}

// openCase reads the case that the address names.
func (c *page) openCase() (*caseHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	f, err := c.site.Register.CaseFile(c.ctx(), c.viewer, id, time.Time{})
	if err != nil {
		return nil, err
	}
	return &caseHead{CaseFile: f, Path: casePath(id), Title: f.Row.Title}, nil
}

func (h *caseHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{"Decisions", "/decisions"}, {Name: h.Row.Ref}}
	if len(more) > 0 {
		way[1].Path = h.Path
	}
	return append(way, more...)
}

// words are what the regime tells people about a step; nil when it says nothing.
func (h *caseHead) words(step policy.Step) *policy.StepWords {
	for i := range h.Regime.Words {
		if h.Regime.Words[i].Step == step && step != "" {
			return &h.Regime.Words[i]
		}
	}
	return nil
}

// Currency is that of the case, for headings.
func (h *caseHead) Currency() string { return h.currency() }

// currency is that of the case: of its value, of its budget, or that of the limits of its law.
func (h *caseHead) currency() string {
	if h.Row.Currency != "" {
		return h.Row.Currency
	}
	if h.Dossier.Need != nil {
		return h.Dossier.Need.Value.BudgetMax.Currency
	}
	return h.Regime.Currency()
}

// tierWords says on which rung a candidate stands and whether it fits.
func (h *caseHead) tierWords(key string) string {
	one := h.Standing.Candidate(key)
	if one == nil {
		return ""
	}
	return "Rung " + number(one.Tier) + ". " + fitTag(one.Fit).Word + "."
}

// decisionPage is a case for who works on it: first what is to be done, then what is.
type decisionPage struct {
	*caseHead
	Form     *form
	Lead     string
	Next     *nextStep
	Others   []stepForm
	Clock    clockStrip
	Stepper  []stepperItem
	Rungs    []rungView
	Rules    ruleGroups
	Filed    []filedGroup
	Open     []openView
	Files    []store.AttachmentRow
	Views    []crumb
	MayOffer bool // a candidate can be added
	Publish  *publishForm
}

func (s *site) decision(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if !row.Full {
		return s.decisionPublic(c, row)
	}
	return s.showDecision(c, newForm())
}

// showDecision shows the page of a case; f is the form of a step, which may have been refused.
func (s *site) showDecision(c *page, f *form) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	files, err := s.Store.Attachments(c.ctx(), c.viewer, h.Row.ID, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return err
	}
	if f.Problem == nil || f.get("version") == "" {
		f.set("version", idText(h.Row.Version))
	}
	p := decisionPage{caseHead: h, Form: f, Files: files.Items, Clock: h.clock(), Stepper: h.stepper(), Rungs: h.rungs(), Rules: h.ruleGroups(), Filed: groupFiled(h, h.filed(c.viewer)), Open: h.open()}
	p.Next, p.Others = h.steps(c.viewer, f)
	p.Publish = h.publishing(c.viewer)
	p.Views = h.views(s)
	candidate, err := models.PartOf(models.PartCandidate)
	if err != nil {
		return err
	}
	p.MayOffer = candidate.Opens(&h.Row.Decision) && candidate.Role(c.viewer, h.Row.AgencyID) != ""
	return c.show(view{Name: "decision", Title: h.Row.Title, Nav: "/decisions", Crumbs: h.crumbs(), Form: f, Page: p})
}

// views leads to the other pages of the case.
func (h *caseHead) views(s *site) []crumb {
	var list []crumb
	for _, v := range []struct {
		name, path string
		when       bool
	}{
		{"Compare the candidates", "compare", len(h.Dossier.Candidates) > 0}, {"Costs side by side", "costs", len(h.Dossier.Candidates) > 0}, {"Score sheets", "scores", h.Dossier.Criteria != nil},
		{"Clauses of the contract", "clauses", len(h.Regime.Clauses) > 0}, {"Decide", "decide", true}, {"Correct the case", "amend", register.Amendable(h.State)}, {"Suggestions of the public", "suggestions", h.Row.Visibility == models.VisiblePublic}, {"History and audit", "history", true}, {"What the public is told", "public", h.Dossier.Publication != nil}, {"Decision document", "document", len(h.Publication) > 0}, {"Proof", "proof", len(h.Publication) > 0},
	} {
		if v.when && s.has("/decisions/:id/"+v.path) {
			list = append(list, crumb{v.name, h.Path + "/" + v.path})
		}
	}
	return list
}

// filedPart is a part on file with the page where it is read or changed.
type filedPart struct {
	*models.DecisionPart
	Name, Path, Digest string
}

// filedGroup is the parts of the case, or those about one candidate.
type filedGroup struct {
	Title string // of the candidate; "" for the parts of the case
	List  []filedPart
}

// groupFiled puts what is on file about each candidate together, after what is about the case.
func groupFiled(h *caseHead, parts []filedPart) []filedGroup {
	groups := []filedGroup{{}}
	of := map[string]int{}
	for i := range h.Dossier.Candidates {
		one := &h.Dossier.Candidates[i]
		of[one.Key] = len(groups)
		groups = append(groups, filedGroup{Title: one.Title()})
	}
	for _, p := range parts {
		kind, err := models.PartOf(p.Part)
		if i, ok := of[p.Key]; err == nil && kind.Keying == models.KeyCandidate && ok {
			p.Name = kind.Title
			groups[i].List = append(groups[i].List, p)
			continue
		}
		groups[0].List = append(groups[0].List, p)
	}
	return groups
}

func (h *caseHead) filed(v models.Viewer) []filedPart {
	var list []filedPart
	for i := range h.Parts {
		p := &h.Parts[i]
		one := filedPart{DecisionPart: p, Name: h.partName(p), Path: h.Path + "/" + p.Address(), Digest: hexText(p.Digest)}
		switch {
		case p.Part == models.PartScores:
			one.Path = h.Path + "/scores"
		case p.Part == models.PartApproval && (v.UserID == 0 || p.Key != idText(v.UserID)):
			one.Path = ""
		case p.Part == models.PartApproval:
			one.Path = h.Path + "/approval"
		}
		list = append(list, one)
	}
	order := map[models.PartName]int{}
	for i, kind := range models.Parts {
		order[kind.Name] = i
	}
	slices.SortStableFunc(list, func(a, b filedPart) int { return order[a.Part] - order[b.Part] })
	return list
}

// openView is a part that nobody has written yet and that may be written now.
type openView struct {
	Name, Path, Who string
	Mine            bool
}

// inEmergency are the parts that a draft may have already, but needs in an emergency only.
var inEmergency = []models.PartName{models.PartMitigations, models.PartProposal, models.PartJustification, models.PartImpossibility, models.PartExemption, models.PartAnswer, models.PartApproval, models.PartRelease}

func (h *caseHead) open() []openView {
	var list []openView
	for _, p := range h.CaseFile.Open {
		if !p.Gaps || p.Keying == models.KeyCandidate && p.Name != models.PartCandidate {
			continue
		}
		if h.State == models.DecisionDraft && h.Row.Track != models.EmergencyTrack && slices.Contains(inEmergency, p.Name) {
			continue
		}
		list = append(list, openView{Name: p.Title, Path: h.Path + "/" + string(p.Name), Who: rolesWords(p.By), Mine: p.Role != ""})
	}
	slices.SortStableFunc(list, func(a, b openView) int {
		switch {
		case a.Mine == b.Mine:
			return 0
		case a.Mine:
			return -1
		}
		return 1
	})
	return list
}
