package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	licensepolicy "github.com/ospo-register/ospo/policy"
)

func (s *site) send(path string, answers url.Values) answer {
	s.t.Helper()
	r := request(http.MethodPost, path)
	r.Body, r.Header = bodyOf([]byte(answers.Encode())), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return s.do(r)
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func versionOn(t *testing.T, a answer) string {
	t.Helper()
	m := versionField.FindStringSubmatch(a.Body)
	if m == nil {
		t.Fatal("the page has no form that says what it is based on")
	}
	return m[1]
}

func rulesOf(t *testing.T, s *site, version int64) (ids []string, p *licensepolicy.Policy) {
	t.Helper()
	v, err := s.store.PolicyVersion(context.Background(), version)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = licensepolicy.Parse([]byte(v.Text)); err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Rules {
		ids = append(ids, r.ID)
	}
	return ids, p
}

func TestRulesAreAddedChangedMovedAndRemovedByForms(t *testing.T) {
	public, g, p := policies(t)
	s, draft := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft"
	version := func() string { return versionOn(t, s.get(draft+"/frame").want(t, 200)) }
	rule := url.Values{"at": {"0"}, "id": {"no-evil"}, "title": {"No field of use"}, "limits": {"field-of-use", "non-commercial"}, "reciprocity": {"none"}, "when": {"known(asset.origin) &&\r\nasset.origin == 'gov-built'"},
		"outcome": {"deny"}, "severity": {"low"}, "message": {"It limits who may use it."}, "cure": {"Replace it."}, "reference": {"https://www.example.gov/rule"}}
	rule.Set("version", version())
	s.send(draft+"/rule", rule).want(t, 303)
	s.send(draft+"/order", url.Values{"version": {version()}, "rule": {"no-evil"}, "to": {"2"}}).want(t, 303)
	ids, read := rulesOf(t, s, p.Draft)
	if strings.Join(ids, " ") != "no-network-copyleft json-is-fine no-evil" {
		t.Errorf("the rules stand in the order %v", ids)
	}
	got, _ := read.Rule("no-evil")
	if len(got.Licenses.Limits) != 2 || got.Licenses.Reciprocity[0] != licenses.ReciprocityNone || !strings.Contains(got.When, "&&\nasset.origin") || got.Severity != licensepolicy.Low || got.Reference == "" {
		t.Errorf("the rule is %+v", got)
	}
	a := s.get(draft+"/rule?rule=no-evil").want(t, 200, "Change a rule")
	for _, chosen := range []string{`value="field-of-use" checked`, `value="deny" checked`, `value="low" selected`, "known(asset.origin) &amp;&amp;"} {
		if !strings.Contains(a.Body, chosen) {
			t.Errorf("the form does not show %s", chosen)
		}
	}
	rule.Set("rule", "no-evil")
	rule.Set("title", "Limits of use")
	rule.Set("version", version())
	s.send(draft+"/rule", rule).want(t, 303)
	s.send(draft+"/removal", url.Values{"version": {version()}, "rule": {"json-is-fine"}}).want(t, 303)
	ids, read = rulesOf(t, s, p.Draft)
	if got, _ := read.Rule("no-evil"); strings.Join(ids, " ") != "no-network-copyleft no-evil" || got.Title != "Limits of use" {
		t.Errorf("the rules are %v, the changed one %+v", ids, got)
	}
	s.send(draft+"/removal", url.Values{"version": {version()}, "rule": {"no-evil"}}).want(t, 303)
	s.send(draft+"/removal", url.Values{"version": {version()}, "rule": {"no-network-copyleft"}}).want(t, 400, "A policy needs at least one rule")
}

func TestARuleThatIsWrongSaysEveryMistakeAtItsQuestionAndKeepsTheAnswers(t *testing.T) {
	public, g, p := policies(t)
	s, draft := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft"
	a := s.send(draft+"/rule", url.Values{"version": {"1"}, "id": {"No Spaces"}, "title": {""}, "ids": {"MIT\nNot-A-License\nGPL-2.0-only"}, "openness": {"open"}, "when": {"use.service &&\n  asset.orgin == 'x'"}, "outcome": {"deny"}, "message": {"<script>alert(1)</script>"}})
	a.want(t, 400, "There is a problem", "Say in a few words what the rule is about.", "Say what people can do about it.", `href="#f-ids"`, `href="#f-when"`, "Line 2, column", "of the condition", "No Spaces", "Not-A-License", "&lt;script&gt;")
	if !strings.Contains(a.Body, `value="open" checked`) || strings.Contains(a.Body, "<script>alert") {
		t.Error("the answers were not kept as they were given")
	}
	if ids, _ := rulesOf(t, s, p.Draft); len(ids) != 2 {
		t.Errorf("the draft was changed: %v", ids)
	}
}

func TestTheTextOfADraftSaysEachMistakeWithLineAndColumn(t *testing.T) {
	public, g, p := policies(t)
	s, path := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft/text"
	wrong := strings.NewReplacer("outcome: deny", "outcome: forbid", "known(use.service) && use.service", "use.servce", "https://www.example.gov/devices", "ftp://x").Replace(healthText)
	version := versionOn(t, s.get(path).want(t, 200, "no-network-copyleft"))
	s.send(path, url.Values{"version": {version}, "text": {strings.ReplaceAll(wrong, "\n", "\r\n")}, "note": {"A note that is kept"}}).want(t, 400, "Line 10, column 11, rule no-network-copyleft, line 1, column 1 of the condition", "Line 11, column 14, rule no-network-copyleft", "forbid", "^ here", "A note that is kept", `href="#f-mistake-1"`, `id="f-mistake-1"`)
	s.send(path, url.Values{"version": {version}, "text": {strings.ReplaceAll(healthText, "\n", "\r\n")}, "note": {"By text"}}).want(t, 303)
	v, err := s.store.PolicyVersion(context.Background(), p.Draft)
	if err != nil || v.Text != healthText || v.Note != "By text" {
		t.Errorf("the draft has the note %q and the text\n%s\n%v", v.Note, v.Text, err)
	}
	for name, text := range map[string]string{"nothing": "", "a list": "- a\n- b", "no YAML": "\t{", "a null": "null", "many aliases": "a: &a [x]\nb: [*a, *a]", "deep": strings.Repeat("[", 5000)} {
		t.Run(name, func(t *testing.T) {
			s.send(path, url.Values{"version": {"2"}, "text": {text}}).want(t, 400, "There is a problem")
		})
	}
}

func TestADraftThatSomebodyElseChangedIsNotOverwritten(t *testing.T) {
	public, g, p := policies(t)
	s, path := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft/text"
	version := versionOn(t, s.get(path))
	if _, err := s.reg.ChangeDraft(context.Background(), sample.By, p.Draft, 0, healthText, "Meanwhile"); err != nil {
		t.Fatal(err)
	}
	mine := strings.Replace(healthText, "We do no evil.", "My words.", 1)
	a := s.send(path, url.Values{"version": {version}, "text": {mine}}).want(t, 409, "Somebody changed this while you were filling in the form", "My words.")
	s.send(path, url.Values{"version": {versionOn(t, a)}, "text": {mine}}).want(t, 303)
	rule := url.Values{"version": {version}, "id": {"late"}, "title": {"Late"}, "outcome": {"review"}, "message": {"Late."}, "cure": {"Look."}}
	s.send("/policies/"+number(p.Health)+"/draft/rule", rule).want(t, 409, "Somebody changed this", `value="late"`)
	s.send("/policies/"+number(p.Health)+"/draft/order", url.Values{"version": {version}, "rule": {"json-is-fine"}, "to": {"0"}}).want(t, 409, "Somebody changed this")
	if ids, _ := rulesOf(t, s, p.Draft); ids[0] != "no-network-copyleft" {
		t.Errorf("the rule was moved all the same: %v", ids)
	}
}

func TestTheFrameOfADraftIsChangedByAForm(t *testing.T) {
	public, g, p := policies(t)
	s, path := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft/frame"
	answers := url.Values{"version": {versionOn(t, s.get(path).want(t, 200, "patient-safety: SSPL-1.0, BUSL-1.1"))}, "title": {"Renamed"}, "sets": {"patient-safety: SSPL-1.0\r\nmore: MIT, 0BSD"}, "outcome": {"review"}, "message": {"Ask."}, "cure": {"Ask us."}}
	s.send(path, answers).want(t, 303)
	_, read := rulesOf(t, s, p.Draft)
	if read.Title != "Renamed" || len(read.Sets) != 2 || read.Otherwise.Outcome != licensepolicy.Review {
		t.Errorf("the draft is %+v", read)
	}
	answers.Set("sets", "what is this\nother: Nope-1.0")
	answers.Set("title", "")
	s.send(path, answers).want(t, 400, "is no set", "Give the policy a name", "what is this", "Nope-1.0")
}

func TestAFileTakesThePlaceOfADraftsText(t *testing.T) {
	public, g, p := policies(t)
	s, path := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft/file"
	send := func(content string) answer {
		return s.upload(path, "policy.yaml", []byte(content), "version", "0", "note", "From a file")
	}
	send("\ufeff"+strings.Replace(healthText, "json-is-fine", "json-too", 1)).want(t, 303)
	if ids, _ := rulesOf(t, s, p.Draft); ids[1] != "json-too" {
		t.Errorf("the rules are %v", ids)
	}
	send("rules: [").want(t, 400, "Where the mistakes are")
	send("a\x00b").want(t, 400, "no text in UTF-8")
	send(strings.Repeat("# long\n", 60_000)).want(t, 413, "larger than 256 kB")
}

func TestAnAgencysPolicyBeginsSmall(t *testing.T) {
	public, g, p := policies(t)
	counsel := sample.User(t, public.store, "Fred Counsel", models.Counsel, g.Finance.ID)
	s := public.as(counsel.ID)
	s.get("/policies").want(t, 200, "Write a policy for an agency")
	s.send("/policies", url.Values{"title": {""}}).want(t, 400, "Choose the agency that the policy binds.", "Give the policy a name")
	a := s.send("/policies", url.Values{"agencyId": {number(g.Finance.ID)}, "title": {"Policy of \"Finance\": 2027"}, "note": {"We tighten."}}).want(t, 303)
	s.get(a.Location).want(t, 200, "An example, to be changed or removed", "We tighten.", "1 rule")
	s.send("/policies", url.Values{"agencyId": {number(g.Health.ID)}, "title": {"Not ours"}}).want(t, 403)
	there := public.as(g.Officer.ID).send("/policies", url.Values{"agencyId": {number(g.Health.ID)}, "title": {"Once more"}}).want(t, 303)
	if there.Location != "/policies/"+number(p.Health)+"/draft" {
		t.Errorf("a second policy for an agency leads to %s", there.Location)
	}
}

func TestADraftIsDiscardedAndBegunAnew(t *testing.T) {
	public, g, p := policies(t)
	s, draft := public.as(g.Officer.ID), "/policies/"+number(p.Health)+"/draft"
	s.post(draft+"/discard").want(t, 303)
	s.get(draft).want(t, 200, "Begin the draft", "version 2")
	s.get(draft+"/text").want(t, 404, "This policy has no draft")
	s.send(draft, url.Values{"note": {"Again"}}).want(t, 303)
	s.get(draft).want(t, 200, "version 4", "Again")
	s.get("/policy-versions/"+number(p.Draft)).want(t, 200, "This draft was given up")
}

func TestMistakesOfAPolicyAreShownFirstInABrowser(t *testing.T) {
	b, s, g, address := served(t)
	b.SetCookie(address, s.cookie)
	draft := "/policies/" + number(police(t, s, g).Health) + "/draft"
	b.NoScripts()
	b.Open(address+draft+"/rule", page.Narrow)
	b.Do(chromedp.Focus(`#f-id`, chromedp.ByQuery), chromedp.KeyEvent("Bad Name"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`#problem`, chromedp.ByQuery))
	b.Scripts()
	if v, wide := b.Axe(), b.Sideways(); len(v)+len(wide) > 0 { // not judge: two pages were loaded
		t.Errorf("%v\nscrolls sideways: %v", v, wide)
	}
	shoot(b, draft+"/rule-refused", page.Narrow)
	if got := b.Count("#problem a"); got != 4 {
		t.Errorf("the summary lists %d mistakes, want 4: the short name, what it is about, what is said, what cures it\n%s", got, b.Text("#problem"))
	}
	b.Do(chromedp.Click(`#problem a`, chromedp.ByQuery))
	var at string
	b.Do(chromedp.Evaluate(`document.activeElement.id || location.hash.slice(1)`, &at))
	if at != "f-id" {
		t.Errorf("the first mistake leads to %q", at)
	}
	for _, width := range []int64{page.Narrow, page.Wide} {
		b.Open(address+draft+"/text", width)
		b.Do(chromedp.SetValue(`#f-text`, strings.Replace(healthText, "known(use.service) && use.service", "use.servce == 'a very long condition that goes on and on' && use.modify && use.internal && use.service && nothing", 1), chromedp.ByQuery),
			chromedp.Click(`main form .button`, chromedp.ByQuery), chromedp.WaitVisible(`#problem`, chromedp.ByQuery))
		judge(t, b, address)
		shoot(b, draft+"/text-refused", width)
	}
}

func TestTheEditorOfALongPolicyStaysLight(t *testing.T) {
	public, g, p := policies(t)
	s, draft := public.as(g.Officer.ID), "/policies/"+number(p.Government)+"/draft"
	s.send(draft, nil).want(t, 303)
	a := s.get(draft).want(t, 200, "Non-commercial use only")
	_, after, _ := strings.Cut(a.Body, `rel="stylesheet" href="`)
	style, _, _ := strings.Cut(after, `"`)
	if n := len(a.Body) + len(s.get(style).Body); n > 100_000 {
		t.Errorf("the editor of the policy that ships weighs %d bytes with its style sheet", n)
	}
}
