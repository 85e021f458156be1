package ocds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

func (w *writer) planning(told map[string]bool) *planning {
	p := &planning{Documents: w.documents("planning", told), Milestones: w.milestones(), OSS: w.decided()}
	var why []string
	if n := w.d.Need; n != nil {
		why = append(why, text(n.Value.Problem))
		if b := (budget{text(n.Value.BudgetLine), money(n.Value.BudgetMax)}); b != (budget{}) {
			p.Budget = &b
		}
	}
	if w.d.Proposal != nil {
		why = append(why, text(w.d.Proposal.Value.Summary))
	}
	p.Rationale = strings.TrimSpace(strings.Join(why, "\n\n"))
	return p
}

// milestones are the steps before anything is bought that the law asks for.
func (w *writer) milestones() []milestone {
	var list []milestone
	reached := func(id, title, kind string, state models.DecisionState) {
		if m := w.Reached(state); m != nil {
			list = append(list, milestone{ID: id, Title: title, Type: kind, Code: id, Met: instant(m.At), Status: "met"})
		}
	}
	reached("need", "The need is confirmed", "preProcurement", models.NeedConfirmed)
	if s := w.d.Scan; s != nil && s.Value.PublicCall != nil {
		c := s.Value.PublicCall
		list = append(list, milestone{ID: "public-call", Title: "The need is published for offers", Type: "engagement", Code: "public-call", Due: ends(&c.EndsOn), Met: starts(&c.PublishedOn), Status: "met"})
	}
	reached("scan", "The market scan is closed", "preProcurement", models.ScanClosed)
	reached("evaluation", "The candidates are evaluated", "assessment", models.DecisionEvaluated)
	list = append(list, w.answers()...)
	for i, a := range w.approvals() {
		m := milestone{ID: "approval-" + strconv.Itoa(i+1), Title: "Decision on the case", Type: "approval", Code: "approval", Met: instant(a.At), Status: "met", Description: "By the " + strings.ReplaceAll(string(a.Role), "-", " ") + "."}
		if a.Value.Verdict != "approve" {
			m.Status, m.Description = "notMet", m.Description+" The verdict: "+a.Value.Verdict+"."
		}
		list = append(list, m)
	}
	return list
}

func (w *writer) approvals() []models.Filed[models.Approval] {
	list := slices.Clone(w.d.Approvals)
	slices.SortStableFunc(list, func(a, b models.Filed[models.Approval]) int { return a.At.Compare(b.At) })
	return list
}

// answers are those of others who have a say before the decision: the exemption authority, the central body, the panel.
func (w *writer) answers() []milestone {
	var list []milestone
	if a := w.d.Answer; a != nil {
		m := milestone{ID: "exemption", Title: "Exemption from open source first", Type: "approval", Code: "exemption", Met: instant(a.At), Status: "met", Description: strings.ReplaceAll(a.Value.Verdict, "-", ", ") + "."}
		if !a.Value.Granted() {
			m.Status = "notMet"
		}
		list = append(list, m)
	} else if w.d.Exemption != nil {
		list = append(list, milestone{ID: "exemption", Title: "Exemption from open source first", Type: "approval", Code: "exemption", Status: "scheduled"})
	}
	if o := w.d.Opinion; o != nil {
		list = append(list, milestone{ID: "opinion", Title: "Prior opinion of " + text(o.Value.Body), Type: "assessment", Code: "opinion", Due: ends(w.d.OpinionDue), Met: instant(o.At), Status: "met", Description: o.Value.Verdict + "."})
	} else if due := w.d.OpinionDue; w.d.OpinionAt != nil {
		m := milestone{ID: "opinion", Title: "Prior opinion", Type: "assessment", Code: "opinion", Due: ends(due), Status: "scheduled"}
		if due != nil && due.Before(models.DateOf(w.At)) {
			m.Status = "notMet"
		}
		list = append(list, m)
	}
	if p := w.d.Procedure; p != nil {
		m := milestone{ID: "procedure", Title: "Procedural review", Type: "assessment", Code: "procedure", Met: instant(p.At), Status: "met"}
		if !p.Value.Regular {
			m.Status = "notMet"
		}
		list = append(list, m)
	}
	return list
}

// decided is the extension: by what law open source came first, and what came of it.
func (w *writer) decided() *ossDecision {
	o := &ossDecision{Regime: text(w.Regime.Code), Model: w.Regime.Model, Outcome: w.outcome(), Review: starts(w.Decision.ReviewOn), SBOM: address(w.SBOM)}
	if w.Regime.Version > 0 {
		o.Version = strconv.Itoa(w.Regime.Version)
	}
	fit := 0
	for i := range w.d.Candidates {
		f := &w.d.Candidates[i]
		_, s := w.Candidate(f.Key)
		if s.OSS == "yes" && s.Fit == "yes" {
			fit++
		}
		if text(f.Value.Name) == "" {
			continue // withheld
		}
		c := ossCandidate{Name: text(f.Title()), Origin: string(f.Value.Origin), OSS: s.OSS, Tier: s.Tier, Fit: s.Fit, Eliminated: text(s.Eliminated)}
		if e := f.Value.Elimination; e != nil {
			c.Eliminated = text(e.Text)
		}
		o.Candidates = append(o.Candidates, c)
		if f.Cost != nil && o.Horizon == 0 {
			o.Horizon = f.Cost.Value.HorizonMonths
		}
	}
	if len(w.Standings) > 0 && len(o.Candidates) == len(w.d.Candidates) { // a withheld candidate may have been a fitting one
		o.Fit = &fit
	}
	if j := w.d.Justification; j != nil {
		o.Justification = text(j.Value.Text)
	}
	if f, _ := w.chosen(); f != nil && f.LockIn != nil {
		o.Sovereignty = f.LockIn.Value.Sovereignty
	}
	if a := w.d.Answer; a != nil && a.Value.Granted() {
		o.Exemption = &ossExemption{Ground: text(strings.Join(a.Value.Grounds, ", ")), GrantedBy: string(a.Role), Expires: ends(a.Value.ExpiresOn), URL: address(w.Page)}
	}
	o.Release = w.opened()
	return o
}

// outcome says what came of putting open source first: what is chosen is open source, is not, or nobody can tell; none while nothing is chosen.
func (w *writer) outcome() string {
	switch _, s := w.chosen(); {
	case w.Chosen() == "":
		return "none"
	case s.OSS == "yes":
		return "open-source"
	case s.OSS == "no":
		return "not-open-source"
	}
	return "undetermined"
}

// opened is the release decision; for several parts it is open only when all are, and the grounds are those of the parts that are not.
func (w *writer) opened() *ossRelease {
	r := w.d.Release
	if r == nil || len(r.Value.Subsets) == 0 {
		return nil
	}
	told := &ossRelease{SWHID: text(r.Value.SWHID)}
	var grounds, verdicts []string
	for _, s := range r.Value.Subsets {
		if !slices.Contains(verdicts, s.Verdict) {
			verdicts = append(verdicts, s.Verdict)
		}
		if s.Verdict != "open" && s.Ground != "" {
			grounds = append(grounds, fmt.Sprintf("%s: %s", text(s.Name), text(s.Ground)))
		}
		if s.Verdict == "open" && told.Repository == "" {
			told.Repository = address(s.RepositoryURL)
		}
	}
	if told.Verdict = verdicts[0]; len(verdicts) > 1 {
		told.Verdict = "partly-open"
		if !slices.Contains(verdicts, "open") {
			told.Verdict = "government-only"
		}
	}
	told.Ground = strings.Join(grounds, "; ")
	return told
}
