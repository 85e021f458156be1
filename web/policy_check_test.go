package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

func TestAnybodyMayTryALicenceAgainstThePolicies(t *testing.T) {
	s, g, _ := policies(t)
	s.get("/policy-check").want(t, 200, "No account is needed and nothing is stored", "Run within the agency, as it came", g.Health.Name)
	s.get("/check").want(t, 200, "/policy-check?what=sbom")
	for name, c := range map[string]struct {
		query url.Values
		says  []string
	}{
		"a permissive licence":             {url.Values{"expression": {"MIT"}, "usage": {"internal"}}, []string{"Allowed", "It may be used.", "/licenses/MIT"}},
		"network copyleft as a service":    {url.Values{"expression": {"AGPL-3.0-only"}, "usage": {"changed-service"}}, []string{"Needs review", "A person has to look before it is used.", "Network copyleft, offered to others as a service", "What cures it", "Offer it to others over a network"}},
		"the same in a stricter ministry":  {url.Values{"expression": {"AGPL-3.0-only"}, "usage": {"changed-service"}, "agency": {number(g.Clinic.ID)}}, []string{"Denied", "Medical devices are certified", "version 2", "Licence policy of the government"}},
		"a choice":                         {url.Values{"expression": {"MIT OR CC-BY-NC-4.0"}}, []string{"Needs a choice", "Choose <code>MIT</code>", "Non-commercial use only"}},
		"a licence stated by nobody":       {url.Values{"expression": {"NOASSERTION"}}, []string{"Unknown terms", "nobody has said the terms"}},
		"none":                             {url.Values{"expression": {"NONE"}}, []string{"No licence", "stated to have no licence"}},
		"words that cannot be read":        {url.Values{"expression": {"<script>alert(1)</script> (("}}, []string{"Not readable", "&lt;script&gt;"}},
		"a fact that is not of its values": {url.Values{"expression": {"MIT"}, "asset.origin": {"the moon"}}, []string{"There is a problem", `href="#f-asset-origin"`, "Where the software comes from"}},
		"an agency that is none":           {url.Values{"expression": {"MIT"}, "agency.code": {"nowhere"}}, []string{"There is no agency with the code nowhere."}},
		"a long expression":                {url.Values{"expression": {strings.Repeat("MIT AND ", 9000) + "MIT"}}, []string{"more than 64 KB"}},
		"more about the situation":         {url.Values{"expression": {"MIT"}, "asset.origin": {"gov-built"}, "deployment.criticality": {"4"}, "deployment.hosting": {"public-cloud"}}, []string{"Where the software comes from: Built by government", "Where it runs: Public cloud"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.get("/policy-check?" + c.query.Encode())
			status := 200
			if strings.Contains(a.Body, "There is a problem") {
				status = a.Status
			}
			a.want(t, status, c.says...)
			if strings.Contains(a.Body, "<script>alert") {
				t.Error("what was sent is part of the page as it is")
			}
		})
	}
}

func TestPackagesAreTriedAgainstThePolicies(t *testing.T) {
	s, _, _ := policies(t)
	s.get("/policy-check?what=purls").want(t, 200, "One package URL a line")
	s.send("/policy-check", url.Values{"purls": {""}}).want(t, 400, "Name at least one package")
	s.send("/policy-check", url.Values{"purls": {"pkg:npm/left-pad@1.3.0\r\nno purl\r\n<b>x"}}).want(t, 400, "Line 2: ", "Line 3: ", "pkg:npm/left-pad@1.3.0", "&lt;b&gt;x")
	s.send("/policy-check", url.Values{"purls": {"pkg:npm/nobody-knows-it@1.3.0"}, "usage": {"internal"}}).want(t, 200, "Unknown terms", "nobody-knows-it")
	s.send("/policy-check", url.Values{"purls": {"pkg:npm/left-pad@1.3.0"}}).want(t, 200, "Licences that documents here state of them", "Allowed")
}

func TestADocumentIsTriedAgainstThePoliciesAndNotKept(t *testing.T) {
	s, g, _ := policies(t)
	before := count(t, s)
	a := s.upload("/policy-check/document", "case-desk.spdx.json", sample.Document(), "usage", "published", "agency", number(g.Health.ID)).want(t, 200, "Packages by verdict", "No statement on the licence", "How it comes in", "Publish or pass on the source", "Nothing was stored")
	if got := a.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the answer may be kept: %q", got)
	}
	if after := count(t, s); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
	s.upload("/policy-check/document", "x.json", []byte(`{"hello":"world"}`), "usage", "published").want(t, 400, "There is a problem", `value="published" selected`)
	s.send("/policy-check/document", nil).want(t, 400, "There is a problem")
}

// count is how many events there are.
func count(t *testing.T, s *site) int {
	t.Helper()
	events, err := s.store.Events(context.Background(), sample.By, models.EventFilter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return len(events)
}

func TestWithoutAPolicyNothingIsJudged(t *testing.T) {
	s, _ := government(t)
	a := s.get("/policy-check?expression=MIT")
	a.want(t, 409, "There is a problem")
}

func TestALicencesPageSaysWhatItAsksForAndWhatThePolicySays(t *testing.T) {
	s, _, p := policies(t)
	s.get("/licenses/AGPL-3.0-or-later").want(t, 200, "May we use it?", "Needs review", "/policies/"+number(p.Government)+"#rule-network-copyleft", "Network copyleft", "What it asks for", "Keep the copyright notices", "What it goes with", "EUPL-1.2", "Open Source Automation Development Lab", "choosealicense.com", "LicenseDB", "SPDX licence list", "GNU AFFERO GENERAL PUBLIC LICENSE", "Whoever receives the software may take it under any of")
	s.get("/licenses/EUPL-1.1").want(t, 200, "Before it:", "EUPL-1.0", "After it:", "EUPL-1.2")
	s.get("/licenses/GPL-3.0-only").want(t, 200, "In software of ours that we publish under EUPL-1.2", "#rule-strong-copyleft-published-otherwise")
	s.get("/licenses/EUPL-1.2").want(t, 200, "In software of ours that we publish under EUPL-1.2").without(t, "#rule-network-copyleft-published-otherwise")
	s.get("/licenses/Classpath-exception-2.0").want(t, 200, "Its text")
	text := s.get("/licenses/MIT/text").want(t, 200, "Permission is hereby granted")
	if got := text.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("the text is sent as %q", got)
	}
	s.get("/licenses/Nope-1.0/text").want(t, 404)
}

func TestTheLicencePictureSaysWhatThePoliciesSayToWhoMayKnow(t *testing.T) {
	public, g, _ := policies(t)
	if _, err := public.reg.JudgeChanges(context.Background()); err != nil {
		t.Fatal(err)
	}
	body := public.as(g.Officer.ID).get("/licenses").want(t, 200, "What the policies say", "By part of government", "in use or answered for").Body
	if !strings.Contains(body, `<a href="/licenses?agency=`+number(g.Health.ID)+`"><bdi>Ministry of Health`) {
		t.Error("the ministry is not named with what is below it")
	}
	public.as(g.Officer.ID).get("/licenses?agency="+number(g.Health.ID)).want(t, 200, "What the policies say")
	for name, s := range map[string]*site{"the public": public, "a ministry that runs nothing of it": public.as(sample.User(t, public.store, "Nora", models.Reader, g.Finance.ID).ID)} {
		if body := s.get("/licenses").want(t, 200).Body; strings.Contains(body, ">Ministry of Health</bdi></a></th><td class=\"bar\">") {
			t.Errorf("%s is told the verdicts on software of another ministry", name)
		}
	}
}

// kept is the address of a verdict that is kept.
func kept(t *testing.T, s *site) string {
	t.Helper()
	out, err := s.reg.CheckPolicy(context.Background(), sample.By, register.PolicyCheck{Kind: verdicts.Expression, Body: strings.NewReader("MIT OR CC-BY-NC-4.0"), Keep: register.KeepVerdict})
	if err != nil {
		t.Fatal(err)
	}
	return "/policy-checks/" + number(out.ID)
}

func TestAVerdictIsKeptWhereThatIsAskedForAndMadeAgain(t *testing.T) {
	public, g, _ := policies(t)
	s := public.as(g.Registrar.ID)
	answers := url.Values{"expression": {"AGPL-3.0-only"}, "usage": {"changed-service"}, "keep": {"verdict"}}
	public.send("/policy-check", answers).want(t, 200, "Nothing was stored")
	s.get("/policy-check?expression=AGPL-3.0-only&usage=changed-service").want(t, 200, "Keep this verdict", `name="usage" value="changed-service"`)
	a := s.send("/policy-check", answers).want(t, 303)
	s.get(a.Location).want(t, 200, "AGPL-3.0-only", "Needs review", "Kept since")
	s.send(a.Location+"/verification", nil).want(t, 200, "Made again, the verdict is the same")
	s.get(a.Location+"/document").want(t, 200, `"verdictVersion"`)
	for _, path := range []string{a.Location, a.Location + "/document", "/policy-checks/x", "/policy-checks/999999"} {
		public.get(path).want(t, 404)
	}
	public.as(g.Buyer.ID).get(a.Location).want(t, 404)
	b := s.upload("/policy-check/document", "desk.spdx.json", sample.Document(), "usage", "internal", "keep", "verdict").want(t, 303)
	s.send(b.Location+"/verification", nil).want(t, 200, "Made again, the verdict is the same")
}
