package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	laws "github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

func TestTheWorkedExampleRunsThroughThePages(t *testing.T) {
	e := newExample(t, testkit.Store(t))
	e.open()
	page := fmt.Sprintf("/decisions/%d", e.id)
	for i, step := range e.steps {
		s := e.at(step.At).as(e.who(step).ID)
		for _, file := range step.Files {
			e.file(s, "", file).want(t, 303)
		}
		if step.To == "" {
			continue
		}
		if step.To == models.DecisionInForce {
			s.get(page).want(t, 200, "Publish the decision first")
			s.post(page+"/publications", "version", e.version()).want(t, 303)
		}
		if i > 0 {
			s.get(page).want(t, 200, `name="to" value="`+string(step.To)+`"`)
		}
		a := s.post(page+"/moves", "version", e.version(), "to", string(step.To))
		if a.Status != 303 {
			t.Fatalf("%s: %s", step.Title, mainOf(a.Body))
		}
	}
	last := e.at(e.steps[len(e.steps)-1].At).as(e.people["registrar"].ID)
	last.get(page).want(t, 200, "In force", "No rule that can be told today is broken")
	last.get(page+"/compare").want(t, 200, "Rung 2: Open source", "Not met", "Met", "AGPL-3.0-or-later")
	last.get(page+"/costs").want(t, 200, "790,000", "610,000", "Leaving today’s software")
	last.get(page+"/scores").want(t, 200, "What the evaluators gave", "Eva Evaluator")
	last.get(page+"/clauses").want(t, 200, "Satisfies rule")
}

var brokenRule = regexp.MustCompile(`tag-(bad|caution)">(Violation|Undetermined)</strong></div><div><h3>([A-Z][0-9]+) `)

// shownRules are the rules that the page of the case says are broken, and those that it cannot tell.
func shownRules(body string) (violated, undetermined []string) {
	for _, m := range brokenRule.FindAllStringSubmatch(html.UnescapeString(body), -1) {
		if m[2] == "Violation" {
			violated = append(violated, m[3])
		} else {
			undetermined = append(undetermined, m[3])
		}
	}
	slices.Sort(violated)
	slices.Sort(undetermined)
	return violated, undetermined
}

// exampleDeviation is one line of deviations.json.
type exampleDeviation struct {
	Name, Title  string
	State        models.DecisionState
	Files        []string
	Without      []string
	By           map[string]struct{ Person int64 }
	Rules        []string
	Undetermined []string
}

// refusedAtOnce are deviations that the register does not let onto the file at all, with what it says.
var refusedAtOnce = map[string]string{"evaluator-approves": "who evaluates does not approve"}

func TestEachDeviationShowsTheRulesThatItBreaks(t *testing.T) {
	gates := map[string]models.Gate{}
	for _, r := range laws.Rules() {
		gates[r.ID] = r.Gate
	}
	for _, d := range readExample[[]exampleDeviation](t, "deviations.json") {
		t.Run(d.Title, func(t *testing.T) {
			e := newExample(t, testkit.Store(t))
			if e.deviate(d) {
				return
			}
			page := e.at(e.now).as(e.people["procurement-officer"].ID).get(fmt.Sprintf("/decisions/%d", e.id)).want(t, 200)
			violated, undetermined := shownRules(page.Body)
			asked := func(rules []string) []string { // a rule of a step that the case cannot come to is not asked yet
				return slices.DeleteFunc(append([]string{}, rules...), func(id string) bool { return !slices.Contains(e.gates, gates[id]) })
			}
			if diff := cmp.Diff(asked(d.Rules), append([]string{}, violated...)); diff != "" {
				t.Errorf("at %s the page shows other rules as broken (-want +got):\n%s", e.state, diff)
			}
			if diff := cmp.Diff(asked(d.Undetermined), append([]string{}, undetermined...)); diff != "" {
				t.Errorf("at %s the page shows other rules as undetermined (-want +got):\n%s", e.state, diff)
			}
			if len(d.Rules) > 0 && len(violated) == 0 {
				t.Error("the page shows no rule as broken")
			}
		})
	}
}

// deviate plays the example until a deviation shows: quickly, but for the parts that deviate, which go through their pages as late as the case takes them. It reports whether the register refused one.
func (e *example) deviate(d exampleDeviation) (refused bool) {
	e.t.Helper()
	e.open()
	e.state, e.gates = models.DecisionDraft, []models.Gate{models.GateTimer}
	left := slices.Clone(d.Files)
	for i, step := range e.steps {
		e.now = step.At
		for _, file := range step.Files {
			if !slices.Contains(d.Without, file) {
				e.quickly(step, file)
			}
		}
		if step.To == "" {
			continue
		}
		for _, file := range slices.Clone(left) {
			if !e.takenLater(file, i, d.State) {
				a := e.file(e.at(step.At).as(e.writer(d, file).ID), "deviations/"+d.Name, file)
				if says := refusedAtOnce[d.Name]; says != "" && a.Status != 303 {
					a.want(e.t, a.Status, says)
					return true
				}
				a.want(e.t, 303)
				left = slices.DeleteFunc(left, func(f string) bool { return f == file })
			}
		}
		e.gates = append(e.gates, e.gatesOut()...)
		if e.state == d.State || !e.moves(step) {
			return false
		}
	}
	return false
}

// takenLater reports whether a part may still be filed after a step and before the state in which the deviation shows.
func (e *example) takenLater(file string, after int, until models.DecisionState) bool {
	name, _, _ := strings.Cut(file, ".")
	name, _, _ = strings.Cut(name, "_")
	kind, err := models.PartOf(models.PartName(name))
	if err != nil {
		e.t.Fatal(err)
	}
	state := e.state
	for _, step := range e.steps[after:] {
		if state == until {
			return false
		}
		if step.To != "" {
			if state = step.To; state == models.DecisionApproved && kind.Late {
				return false // what was decided upon stays as it was
			}
			if slices.Contains(kind.Open, state) {
				return true
			}
		}
	}
	return false
}

// gatesOut are the gates of all moves out of the state.
func (e *example) gatesOut() (gates []models.Gate) {
	for _, m := range models.Moves {
		if m.Branch == models.Acquisition && m.From == e.state && m.OnTrack(models.FullTrack) && m.Position != models.BuyThenDecide {
			gates = append(gates, m.Gates...)
		}
	}
	return gates
}

// quickly files a part without its page.
func (e *example) quickly(step exampleStep, file string) {
	e.t.Helper()
	kind, key, content := e.content("", file)
	text, err := json.Marshal(content)
	if err != nil {
		e.t.Fatal(err)
	}
	e.at(step.At)
	if _, err := e.pages.deps.Register.FilePart(context.Background(), sample.Viewer(e.t, e.store, e.who(step)), e.id, 0, kind.Name, key, text); err != nil {
		e.t.Fatal(file, err)
	}
}

// moves takes a step without its page, and reports whether the law let it.
func (e *example) moves(step exampleStep) bool {
	e.t.Helper()
	by := sample.Viewer(e.t, e.store, e.who(step))
	if step.To == models.DecisionInForce {
		if _, err := e.pages.deps.Register.PublishDecision(context.Background(), by, e.id, 0, ""); err != nil {
			e.t.Fatal(err)
		}
	}
	_, err := e.pages.deps.Register.MoveDecision(context.Background(), by, e.id, 0, register.Step{To: step.To})
	if err != nil && !models.HasCode(err, "rules-not-met") {
		e.t.Fatal(step.Title, err)
	}
	if err == nil {
		e.state = step.To
	}
	return err == nil
}

// writer is who files a part of a deviation.
func (e *example) writer(d exampleDeviation, file string) *models.User {
	if by, ok := d.By[file]; ok {
		return e.people[fmt.Sprint(by.Person)]
	}
	for _, step := range e.steps {
		if slices.Contains(step.Files, file) {
			return e.who(step)
		}
	}
	if by, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(file, "approval_"), "scores_"), "."); e.people[by] != nil {
		return e.people[by]
	}
	return e.people["procurement-officer"]
}
