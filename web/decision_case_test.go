package web_test

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
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

// refusedAtOnce are deviations that the register does not let onto the file at all.
var refusedAtOnce = map[string]string{"evaluator-approves": "who evaluates does not approve", "granted-by-the-requester": ""}

func TestEachDeviationShowsTheRulesThatItBreaks(t *testing.T) {
	for _, d := range readExample[[]exampleDeviation](t, "deviations.json") {
		if len(d.Without) > 0 || refusedAtOnce[d.Name] != "" || d.Name == "granted-by-the-requester" {
			continue
		}
		t.Run(d.Title, func(t *testing.T) {
			e := newExample(t, testkit.Store(t))
			now := e.play(d.State)
			for _, file := range d.Files {
				e.deviate(t, d, file)
			}
			page := e.at(now).as(e.people["procurement-officer"].ID).get(fmt.Sprintf("/decisions/%d", e.id)).want(t, 200)
			violated, undetermined := shownRules(page.Body)
			if diff := cmp.Diff(d.Rules, append([]string{}, violated...)); diff != "" {
				t.Errorf("the page shows other rules as broken (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(append([]string{}, d.Undetermined...), append([]string{}, undetermined...)); diff != "" {
				t.Errorf("the page shows other rules as undetermined (-want +got):\n%s", diff)
			}
		})
	}
}

// deviate files one part as a deviation has it. Where the case stands past it, it goes back in the store only: by the pages it would be sent back with a reason.
func (e *example) deviate(t *testing.T, d exampleDeviation, file string) {
	t.Helper()
	at := e.steps[len(e.steps)-1].At
	for _, step := range e.steps {
		if slices.Contains(step.Files, file) {
			at = step.At
		}
	}
	who := e.writer(d, file)
	e.file(e.at(at).as(who.ID), "deviations/"+d.Name, file).want(t, 303)
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
	if strings.HasPrefix(file, "scores_") {
		return e.people[strings.TrimSuffix(strings.TrimPrefix(file, "scores_"), ".json")]
	}
	return e.people["procurement-officer"]
}
