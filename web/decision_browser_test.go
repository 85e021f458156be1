package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/models"
)

// visit is the worked example in a browser: people sign in one after another.
type visit struct {
	*example
	b       *page.Browser
	address string
}

func visiting(t *testing.T) *visit {
	t.Helper()
	b := page.Start(t)
	e := newExample(t, testkit.OwnStore(t))
	e.at(e.steps[0].At)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		e.pages.engine.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return &visit{example: e, b: b, address: server.URL}
}

// as signs a person in at the moment of a step.
func (v *visit) as(step exampleStep) {
	v.b.SetCookie(v.address, v.at(step.At).as(v.who(step).ID).cookie)
}

// set answers the fields of the open form, each as a person would: what is folded is unfolded.
func (v *visit) set(answers url.Values, names []string) {
	v.t.Helper()
	given := map[string][]string{}
	for _, name := range names {
		given[name] = answers[name]
	}
	text, err := json.Marshal(given)
	if err != nil {
		v.t.Fatal(err)
	}
	var missing []string
	v.b.Do(chromedp.Evaluate(`(() => { const missing = []; for (const [name, values] of Object.entries(`+string(text)+`)) {
		const all = [...document.getElementsByName(name)];
		if (!all.length) { missing.push(name); continue }
		for (let d = all[0].closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		if (all[0].type === "hidden") continue;
		if (all[0].type === "checkbox" || all[0].type === "radio") { for (const e of all) e.checked = values.includes(e.value); continue }
		let value = values.join("\n"); if (all[0].type === "datetime-local") value = value.replace(/(:00)?Z$/, "");
		all[0].value = value; if (all[0].value.replace(/\r/g, "") !== value) missing.push(name + "=" + value) } return missing })()`, &missing))
	if len(missing) > 0 {
		v.t.Fatalf("the form does not ask for %q", missing)
	}
}

// press sends the open form by one of its buttons, with the keyboard, and waits for the page that follows.
func (v *visit) press(button string) {
	v.t.Helper()
	v.b.Do(chromedp.Evaluate(`document.documentElement.dataset.old = "yes"`, nil), chromedp.Focus(button, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`html:not([data-old]) main`, chromedp.ByQuery))
}

// fill files a part through its form, row by row.
func (v *visit) fill(file string) {
	v.t.Helper()
	kind, key, answers := v.answers("", file)
	if kind.Name == models.PartScores {
		v.score(answers)
		return
	}
	to := v.partAddress(kind, key)
	if kind.Name == models.PartCandidate {
		to = fmt.Sprintf("/decisions/%d/candidate", v.id)
		answers.Set("key", key)
	}
	v.b.Open(v.address+to, page.Wide)
	var plain, lists []string
	rows := map[string][]string{}
	for name := range answers {
		list, _, isRow := strings.Cut(name, "[")
		switch {
		case strings.HasSuffix(name, ".count") && !isRow:
			lists = append(lists, strings.TrimSuffix(name, ".count"))
		case isRow && !strings.HasSuffix(name, ".count"):
			rows[list] = append(rows[list], name)
		case !strings.HasSuffix(name, ".count"):
			plain = append(plain, name)
		}
	}
	slices.Sort(plain)
	v.set(answers, plain)
	for _, list := range lists {
		n, err := strconv.Atoi(answers.Get(list + ".count"))
		if err != nil {
			v.t.Fatal(err)
		}
		for i := range n {
			v.row(answers, list, i, rows[list])
		}
	}
	v.press(`.buttons button[value="save"]`)
	v.noProblem(file)
}

// row answers one row of a list, which is added when it is not there. A row that the law names is found by its name.
func (v *visit) row(answers url.Values, list string, i int, names []string) {
	v.t.Helper()
	from, to := fmt.Sprintf("%s[%d].", list, i), fmt.Sprintf("%s[%d].", list, i)
	for _, given := range []string{"line", "check", "requirement"} {
		if value := answers.Get(from + given); value != "" {
			var name string
			v.b.Do(chromedp.Evaluate(`(() => { const e = [...document.querySelectorAll('input[type=hidden]')].find(e => e.name.startsWith(`+strconv.Quote(list+"[")+`) && e.value === `+strconv.Quote(value)+`); return e ? e.name : "" })()`, &name))
			if name != "" {
				to = strings.TrimSuffix(name, given)
			}
		}
	}
	if v.b.Count(`[name^="`+to+`"]`) == 0 {
		v.press(`button[value="add:` + list + `"]`)
	}
	moved := url.Values{}
	var here []string
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, from); ok {
			moved[to+rest] = answers[name]
			here = append(here, to+rest)
		}
	}
	slices.Sort(here)
	v.set(moved, here)
}

// score fills in the sheet, a candidate at a time.
func (v *visit) score(answers url.Values) {
	v.t.Helper()
	sheets, order := map[string]url.Values{}, []string{}
	for i := 0; answers.Get(fmt.Sprintf("scores[%d].on", i)) != ""; i++ {
		at := func(name string) string { return strings.Join(answers[fmt.Sprintf("scores[%d].%s", i, name)], "\n") }
		if sheets[at("candidate")] == nil {
			sheets[at("candidate")] = url.Values{}
			order = append(order, at("candidate"))
		}
		for _, name := range []string{"value", "evidence", "comment"} {
			sheets[at("candidate")].Set(name+"."+at("on"), at(name))
		}
	}
	for _, key := range order {
		v.b.Open(fmt.Sprintf("%s/decisions/%d/scores?candidate=%s", v.address, v.id, key), page.Wide)
		var names []string
		for name := range sheets[key] {
			names = append(names, name)
		}
		slices.Sort(names)
		v.set(sheets[key], names)
		v.press(`main form .buttons button`)
		v.noProblem("the scores of " + key)
	}
}

func (v *visit) noProblem(what string) {
	v.t.Helper()
	if v.b.Count("#problem") > 0 {
		v.t.Fatalf("%s was refused: %s", what, v.b.Text("#problem"))
	}
}

// begin opens the case through the guided page.
func (v *visit) begin() {
	v.t.Helper()
	v.as(v.steps[0])
	v.b.Open(v.address+"/decisions/new", page.Wide)
	answers := url.Values{"kind": {"new"}, "title": {"File sharing for the health sector"}, "function": {"FILES.SHARE"}, "purpose": {"share files"}, "value.amount": {"790000.00"}, "value.currency": {"TTD"}}
	v.set(answers, []string{"kind", "title", "function", "purpose", "value.amount", "value.currency"})
	v.press(`button[value="check"]`)
	v.press(`button[value="open"]`)
	v.noProblem("the new case")
	var where string
	v.b.Do(chromedp.Location(&where))
	if _, err := fmt.Sscanf(strings.TrimPrefix(where, v.address), "/decisions/%d", &v.id); err != nil {
		v.t.Fatalf("the case is at %s", where)
	}
	v.attach()
}

func TestTheWorkedExampleRunsThroughABrowser(t *testing.T) {
	v := visiting(t)
	v.b.NoScripts()
	v.begin()
	home := fmt.Sprintf("%s/decisions/%d", v.address, v.id)
	for _, step := range v.steps {
		v.as(step)
		for _, file := range step.Files {
			v.fill(file)
		}
		if step.To == "" {
			continue
		}
		v.b.Open(home, page.Wide)
		if step.To == models.DecisionInForce {
			if got := v.b.Text("#f-next"); !strings.Contains(got, "Publish the decision first") {
				t.Errorf("before it is published the page says %q", got)
			}
			v.press(`#publish button`)
		}
		v.press(`form:has(input[name="to"][value="` + string(step.To) + `"]) button`)
		v.noProblem(step.Title)
		if got := v.b.Text("h1"); !strings.Contains(got, stateWords[step.To]) {
			t.Errorf("after “%s” the page is headed %q", step.Title, got)
		}
	}
	v.b.Scripts()
	v.b.Open(home, page.Wide)
	judge(t, v.b, v.address)
	shoot(v.b, "worked example", page.Wide)
}

// stateWords are the states of the example as the pages say them.
var stateWords = map[models.DecisionState]string{models.NeedConfirmed: "Need confirmed", models.DecisionScanning: "Scanning the market", models.ScanClosed: "Market scanned", models.DecisionEvaluating: "Evaluating", models.DecisionEvaluated: "Evaluated",
	models.DecisionProposed: "Proposed", models.ProceduralReview: "Procedural review", models.DecisionApproved: "Approved", models.DecisionAnnounced: "Announced", models.InProcurement: "In procurement", models.AwardProposed: "Award proposed",
	models.Standstill: "Standstill", models.DecisionContracted: "Contract signed", models.DecisionRegistered: "Registered", models.DecisionInForce: "In force"}
