package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// rungView is one rung of the law with its candidates, the best in front.
type rungView struct {
	policy.RungStanding
	List []candidateView
}

// candidateView is a candidate with what was worked out of it.
type candidateView struct {
	policy.CandidateStanding
	File    *models.CandidateFile
	Path    string
	FitTag  tag
	OSSTag  tag
	Covers  string // "91 %"
	Cost    string // in all, without the currency where it is that of the case
	License string
	Lacks   string // "with two cost lines missing"
	Chosen  bool
}

func (h *caseHead) candidateView(key string) (candidateView, bool) {
	one, file := h.Standing.Candidate(key), h.Dossier.Candidate(key)
	if one == nil || file == nil {
		return candidateView{}, false
	}
	v := candidateView{CandidateStanding: *one, File: file, Path: h.Path + "/candidate/" + key, FitTag: fitTag(one.Fit), OSSTag: ossTag(one.OSS), Chosen: key == h.Row.Chosen && key != ""}
	v.Cost = amount(one.Total)
	if one.Total.Currency == h.currency() {
		v.Cost = decimal(one.Total.Amount)
	}
	if one.Coverage != nil {
		v.Covers = percent(int(*one.Coverage*1000+0.5), 1000)
	}
	if file.License != nil {
		v.License = file.License.Value.Expression
	}
	if n := len(one.MissingLines); n > 0 && file.Cost != nil {
		v.Lacks = plural(n, "line", "lines") + " missing"
	}
	return v, true
}

// rungs lists the rungs with their candidates; those that stand on none come last.
func (h *caseHead) rungs() []rungView {
	var list []rungView
	seen := map[string]bool{}
	for _, r := range h.Standing.Rungs {
		v := rungView{RungStanding: r}
		if rest, ok := strings.CutPrefix(r.Sentence, fmt.Sprintf("Rung %d (%s)", r.Rung, r.Title)); ok { // the heading says that
			v.Sentence = capital(strings.TrimLeft(rest, ": "))
		}
		for _, key := range r.Keys {
			if one, ok := h.candidateView(key); ok {
				v.List = append(v.List, one)
				seen[key] = true
			}
		}
		list = append(list, v)
	}
	rest := rungView{RungStanding: policy.RungStanding{Title: "On no rung yet"}}
	for _, one := range h.Standing.Candidates {
		if v, ok := h.candidateView(one.Key); ok && !seen[one.Key] {
			rest.List = append(rest.List, v)
		}
	}
	if len(rest.List) > 0 {
		list = append(list, rest)
	}
	return list
}

// ruleGroups are the rules by what came out: what is undetermined first, then what is broken.
type ruleGroups struct {
	Stops, Passes []judgedRule
	Later         []judgedRule // of steps that the case has not come to
	NotHere       int
}

type judgedRule struct {
	models.RuleResult
	Tag  tag
	Text string
}

func (h *caseHead) ruleGroups() ruleGroups {
	var g ruleGroups
	asked := h.gatesAsked()
	for _, r := range h.Results {
		v := judgedRule{RuleResult: r, Tag: makeTag(r.Outcome), Text: resultText(r)}
		switch {
		case r.Outcome == models.RuleNotHere:
			g.NotHere++
		case !asked[models.Gate(r.Gate)]:
			g.Later = append(g.Later, v)
		case r.Outcome == models.RulePasses:
			g.Passes = append(g.Passes, v)
		default:
			g.Stops = append(g.Stops, v)
		}
	}
	slices.SortStableFunc(g.Stops, func(a, b judgedRule) int { return strings.Compare(string(a.Outcome), string(b.Outcome)) }) // "undetermined" comes before "violation"
	return g
}

// gatesAsked are the gates that the case has passed or stands before; timers are asked at any time.
func (h *caseHead) gatesAsked() map[models.Gate]bool {
	asked := map[models.Gate]bool{models.GateTimer: true}
	add := func(gates []models.Gate) {
		for _, g := range gates {
			asked[g] = true
		}
	}
	for _, m := range h.Moves {
		for _, line := range models.Moves {
			if line.Branch == h.Row.Branch() && line.From == m.From && line.To == m.To && line.OnTrack(h.Row.Track) {
				add(line.Gates)
			}
		}
	}
	for _, n := range h.Next {
		add(n.Gates)
	}
	return asked
}

// stepperItem is one state on the way of a case.
type stepperItem struct {
	Name    string
	On      *time.Time
	Due     *models.Date
	Done    bool
	Current bool
	Tone    string
}

// stepper is the way of the case: where it was, where it is, and where the straight way leads.
func (h *caseHead) stepper() []stepperItem {
	at := map[models.DecisionState]time.Time{models.DecisionDraft: h.Row.CreatedAt}
	been := []models.DecisionState{models.DecisionDraft}
	for _, m := range h.Moves {
		i := slices.Index(been, m.To)
		switch {
		case i < 0:
			been = append(been, m.To)
		case wentBack(h.Row.Branch(), m):
			been = been[:i+1] // what came after is to be done again
		}
		at[m.To] = m.At
	}
	var list []stepperItem
	for _, state := range been {
		when := at[state]
		item := stepperItem{Name: word(state), On: &when, Done: state != h.State, Current: state == h.State, Tone: "done"}
		if item.Current {
			item.Tone, item.Due = "now", h.Row.DueOn
		}
		if item.Current || !slices.Contains(aside, state) {
			list = append(list, item)
		}
	}
	for _, state := range h.ahead(been) {
		list = append(list, stepperItem{Name: word(state), Tone: "ahead"})
	}
	return list
}

// wentBack reports whether a move was one that goes back.
func wentBack(branch models.DecisionBranch, m models.DecisionMove) bool {
	return slices.ContainsFunc(models.Moves, func(line models.Move) bool {
		return line.Branch == branch && line.From == m.From && line.To == m.To && line.Back
	})
}

// ahead are the states to which the straight way leads from where the case stands.
func (h *caseHead) ahead(been []models.DecisionState) (list []models.DecisionState) {
	walk := h.Row.Decision
	walk.State = h.State
	terms := h.Regime.Terms(&walk, h.Dossier)
	been = slices.Clone(been)
	for range models.DecisionStates {
		moves := walk.MovesFrom(terms)
		next, ok := straight(moves, been)
		if !ok && len(moves) > 0 && slices.Contains(been, moves[0].To) && !moves[0].Back { // a step aside that leads back to the way, as the procedural review does
			walk.State = moves[0].To
			next, ok = straight(walk.MovesFrom(terms), been)
		}
		if !ok {
			return list
		}
		walk.State = next
		been, list = append(been, next), append(list, next)
	}
	return list
}

// straight is the next state of the straight way that the case has not been at.
func straight(moves []models.Move, been []models.DecisionState) (models.DecisionState, bool) {
	for _, m := range moves {
		if !m.Back && !slices.Contains(aside, m.To) && !slices.Contains(been, m.To) {
			return m.To, true
		}
	}
	return "", false
}
