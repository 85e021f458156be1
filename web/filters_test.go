package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
)

const misunderstood = "not understood:"

func TestAFilterThatAListDoesNotHaveIsSaidInsteadOfShowingMore(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s, g := everybody(t, s)
	for name, tt := range map[string]struct {
		path, says, rest string
	}{
		"a number that is none":             {"/catalogue?agency=99999999999999999999", "agency", "/catalogue"},
		"an order that there is not":        {"/catalogue?q=desk&sort=evil", "evil", "/catalogue?q=desk"},
		"a facet with a made-up value":      {"/catalogue?origin=open-source&origin=evil", "evil", "/catalogue?origin=open-source"},
		"a number of an agency in a facet":  {"/catalogue?steward=x", "steward", "/catalogue"},
		"a state":                           {"/repositories?state=evil&q=desk", "evil", "/repositories?q=desk"},
		"an agency":                         {"/reuse?agency=x", "agency", "/reuse"},
		"a key":                             {"/catalogue?page=2", "page", "/catalogue"},
		"a form of file":                    {"/catalogue?format=xml", "xml", "/catalogue"},
		"a file of a list that was misread": {"/decisions?format=csv&state=evil", "evil", "/decisions"},
		"two at once":                       {"/deployments?state=evil&criticality=9&hosting=on-premises", "criticality", "/deployments?hosting=on-premises"},
		"the code of an agency":             {"/decisions?agency.code=nowhere", "nowhere", "/decisions"},
		"a place in the list":               {"/agencies?state=evil&after=abc&from=50", "evil", "/agencies"},
		"an address that cannot be read":    {"/agencies?q=%zz&kind=ministry", "a part of the address", "/agencies?kind=ministry"},
		"a hostile value":                   {"/agencies?kind=%3Cscript%3E", "&lt;script&gt;", "/agencies"},
	} {
		t.Run(name, func(t *testing.T) {
			s.get(tt.path).want(t, 400, misunderstood, tt.says, `href="`+strings.ReplaceAll(tt.rest, "&", "&amp;")+`"`, "<title>Error: ", "<h1").without(t, "<script>")
			s.get(tt.rest).want(t, 200).without(t, misunderstood)
		})
	}
	s.get("/decisions?agency.code="+g.Finance.Code).want(t, 200, g.Finance.Name)
	s.get("/catalogue?sort=&origin=&q=").want(t, 200)
}

var (
	getForms = regexp.MustCompile(`(?s)<form[^>]*method="get"[^>]*>.*?</form>`)
	actionOf = regexp.MustCompile(`action="([^"]*)"`)
	choices  = regexp.MustCompile(`<select[^>]*name="([^"]*)"|<input[^>]*name="([^"]*)"[^>]*type="(?:radio|checkbox)"`)
	inputs   = regexp.MustCompile(`<(?:input|select|textarea)[^>]*name="([^"]*)"`)
)

// Every form that narrows a list is filled in with what it does not offer.
func TestEveryListRefusesWhatItDoesNotOffer(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s, g := everybody(t, s)
	own := map[string]bool{"/policy-check": true, "/decision-check": true, "/decisions/sample": true, "/regimes/calendars": true} // forms that answer a question, with mistakes of their own
	open := map[string]bool{"rule": true, "function": true, "release": true}                                                      // by what nothing is called, nothing is found
	seen := 0
	for _, path := range pages(t, s, g) {
		page, _, _ := strings.Cut(path, "?")
		for _, form := range getForms.FindAllString(s.get(path).Body, -1) {
			action := page
			if m := actionOf.FindStringSubmatch(form); m != nil {
				action = m[1]
			}
			if own[action] || action != page {
				continue
			}
			for _, m := range choices.FindAllStringSubmatch(form, -1) {
				name := m[1] + m[2]
				if open[name] || strings.Contains(m[0], `form="`) {
					continue
				}
				seen++
				if a := s.get(action + "?" + url.Values{name: {"no such choice"}}.Encode()); a.Status < 400 {
					t.Errorf("%s answers %d when its filter %s has a value that it does not offer", action, a.Status, name)
				}
			}
			for _, m := range inputs.FindAllStringSubmatch(form, -1) {
				if strings.Contains(m[0], `form="`) {
					continue // of another form
				}
				if a := s.get(action + "?" + url.Values{m[1]: {""}}.Encode()); a.Status != 200 || strings.Contains(a.Body, misunderstood) {
					t.Errorf("%s does not know the field %s of its own form", action, m[1])
				}
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d choices were tried", seen)
	}
}
