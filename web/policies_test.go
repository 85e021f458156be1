package web_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// healthText is a policy of a ministry: a rule with every part, one that has no effect under the government's, and a set.
const healthText = `id: health
title: Licence policy of the Ministry of Health
about: Binds the ministry and its clinics.
sets:
  patient-safety: [SSPL-1.0, BUSL-1.1]
rules:
  - id: no-network-copyleft
    title: Network copyleft where patients are treated
    licenses: {ids: [AGPL-3.0-only, AGPL-3.0-or-later], sets: [patient-safety]}
    when: known(use.service) && use.service
    outcome: deny
    severity: critical
    message: Medical devices are certified as they are, and their source cannot be offered to others.
    basis: Medical devices act, section 4.
    cure: Run it as a program of its own, or replace it.
    reference: https://www.example.gov/devices
  - id: json-is-fine
    title: The JSON licence is fine here
    licenses: {ids: [JSON]}
    outcome: allow
    message: We do no evil.
otherwise:
  outcome: allow
  message: What the government says holds.
`

// policed is the policies of the sample government.
type policed struct {
	Government, Active int64 // the policy that ships, and its version in force
	Health, Draft      int64 // a ministry's policy with a draft
	Former             int64 // a former version of the ministry's
	List               int64 // a licence list that is not in force
}

func police(t *testing.T, s *site, g *sample.State) policed {
	t.Helper()
	ctx := context.Background()
	if _, err := s.reg.ShipPolicy(ctx); err != nil {
		t.Fatal(err)
	}
	all, err := s.store.Policies(ctx, sample.By)
	if err != nil {
		t.Fatal(err)
	}
	p := policed{Government: all[0].ID, Active: *all[0].ActiveID}
	draft := func(text, note string) *store.PolicyVersionRow {
		v, err := s.reg.DraftPolicy(ctx, sample.By, register.Draft{AgencyID: &g.Health.ID, Text: text, Note: note})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := draft(strings.Replace(healthText, "    severity: critical\n", "", 1), "The first one.")
	p.Health, p.Former = first.PolicyID, first.ID
	if err := s.reg.ActivatePolicy(ctx, sample.By, first.ID, 0); err != nil {
		t.Fatal(err)
	}
	second := draft(healthText+"  severity: low\n", "Nothing new.")
	if err := s.reg.ActivatePolicy(ctx, sample.By, second.ID, 0); err != nil {
		t.Fatal(err)
	}
	p.Draft = draft(strings.Replace(healthText, "We do no evil.", "A harmless clause.", 1), "Say it more soberly.").ID
	up, err := s.reg.BringLicenseList(ctx, sample.By, licensesJSON("3.99.0"), []byte(`{"licenseListVersion":"3.99.0","exceptions":[{"licenseExceptionId":"Classpath-exception-2.0","name":"Classpath exception 2.0"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	p.List = up.ID
	return p
}

// licensesJSON is a licence list with half of the licences and one more.
func licensesJSON(version string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"licenseListVersion":%q,"releaseDate":"2026-11-01","licenses":[{"licenseId":"Arcadia-1.0","name":"Arcadia Licence 1.0","isOsiApproved":false,"isDeprecatedLicenseId":false}`, version)
	for i, l := range licenses.Embedded().All() {
		if i%2 == 0 || l.OSI {
			fmt.Fprintf(&b, `,{"licenseId":%q,"name":%q,"isOsiApproved":%t,"isDeprecatedLicenseId":%t}`, l.ID, l.Name, l.OSI, l.Deprecated)
		}
	}
	return []byte(b.String() + "]}")
}

// addPolicyAddresses adds the pages about policies to the addresses of all pages.
func addPolicyAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	p := police(t, s, g)
	draft := "/policies/" + number(p.Health) + "/draft"
	maps.Copy(all, map[string]string{
		"/policies": "/policies?agency=" + number(g.Clinic.ID), "/policies/:id": "/policies/" + number(p.Government), "/policies/:id/compare": "/policies/" + number(p.Health) + "/compare?from=" + number(p.Former) + "&to=" + number(p.Draft),
		"/policies/:id/draft": draft, "/policies/:id/draft/rule": draft + "/rule?rule=no-network-copyleft", "/policies/:id/draft/removal": draft + "/removal?rule=json-is-fine",
		"/policies/:id/draft/frame": draft + "/frame", "/policies/:id/draft/text": draft + "/text", "/policies/:id/draft/discard": draft + "/discard",
		"/policy-versions/:id": "/policy-versions/" + number(p.Former), "/policy-checks/:id": kept(t, s), "/policy-checks/:id/document": "", "/policy-versions/:id/document": "", "/licenses/:id/text": "", "/policy-versions/:id/rehearsal": "/policy-versions/" + number(p.Draft) + "/rehearsal",
		"/license-lists/:id": "/license-lists/" + number(p.List), "/policy-check": "/policy-check?expression=MIT+OR+AGPL-3.0-only&usage=changed-service&agency=" + number(g.Health.ID),
	})
}

// policies is the sample government with its policies.
func policies(t *testing.T) (*site, *sample.State, policed) {
	t.Helper()
	s, g := government(t)
	return s, g, police(t, s, g)
}

func TestEverybodyMayReadWhatIsInForceAndNobodyElseADraft(t *testing.T) {
	public, g, p := policies(t)
	counsel := sample.User(t, public.store, "Clara Counsel", models.Counsel, g.Health.ID)
	elsewhere := sample.User(t, public.store, "Otto Counsel", models.Counsel, g.Finance.ID)
	who := map[string]struct {
		site       *site
		drafts     bool
		write      bool
		government bool
	}{
		"the public": {public, false, false, false}, "a reader": {public.as(g.Reader.ID), false, false, true}, "counsel of another ministry": {public.as(elsewhere.ID), false, false, true},
		"counsel of the ministry": {public.as(counsel.ID), true, true, true}, "an auditor": {public.as(g.Auditor.ID), true, false, true}, "programme office": {public.as(g.Officer.ID), true, true, true},
	}
	for name, w := range who {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/policies", "/policies/" + number(p.Government), "/policies/" + number(p.Health), "/policy-versions/" + number(p.Former), "/policy-versions/" + number(p.Former) + "/document", "/policy-versions/" + number(p.Active), "/license-lists"} {
				w.site.get(path).want(t, 200)
			}
			read, write := 404, 401
			if w.drafts {
				read = 200
			}
			switch {
			case w.write:
				write = 200
			case w.government:
				write = 403
			}
			for _, path := range []string{"/policy-versions/" + number(p.Draft), "/policy-versions/" + number(p.Draft) + "/document", "/policies/" + number(p.Health) + "/compare?from=" + number(p.Former) + "&to=" + number(p.Draft)} {
				w.site.get(path).want(t, read)
			}
			w.site.get("/policies/"+number(p.Health)+"/draft").want(t, write)
			if list := w.site.get("/policies").want(t, 200); strings.Contains(list.Body, "A draft is being written") != w.drafts {
				t.Errorf("the list of policies tells of a draft to %s: %t", name, !w.drafts)
			}
			page := w.site.get("/policies/"+number(p.Health)).want(t, 200)
			if strings.Contains(page.Body, "Say it more soberly") != w.drafts || strings.Contains(page.Body, "/policy-versions/"+number(p.Draft)) != w.drafts {
				t.Errorf("the policy's page tells %s of the draft: %t", name, !w.drafts)
			}
			if read == 200 {
				return
			}
			for _, action := range []string{"/policy-versions/" + number(p.Draft) + "/activate", "/policies/" + number(p.Health) + "/draft/discard"} {
				if a := w.site.send(action, url.Values{"sure": {"yes"}}); a.Status < 400 {
					t.Errorf("%s could send %s: %d", name, action, a.Status)
				}
			}
		})
	}
}

func TestAPolicyThatHasOnlyADraftIsNotThereForOthers(t *testing.T) {
	public, g := government(t)
	v, err := public.reg.DraftPolicy(context.Background(), sample.By, register.Draft{AgencyID: &g.Health.ID, Text: healthText})
	if err != nil {
		t.Fatal(err)
	}
	public.get("/policies/"+number(v.PolicyID)).want(t, 404)
	if body := public.get("/policies").want(t, 200).Body; strings.Contains(body, "Ministry of Health") && strings.Contains(body, "Licence policy of the Ministry") {
		t.Error("the list tells the public of a policy that is only a draft")
	}
	public.as(g.Officer.ID).get("/policies/"+number(v.PolicyID)).want(t, 200, "This is a draft. It binds nobody.")
}

func TestAPolicyIsReadInWords(t *testing.T) {
	s, _, p := policies(t)
	s.get("/policies/"+number(p.Government)).want(t, 200, "Licence policy of the government", "Non-commercial use only", "Limits: non-commercial use only", "known(asset.origin)", "It is offered to others over a network.", "What cures it", "Replace the component", "creative-commons-content", "In force", "What it says of the licences of the SPDX list")
	s.get("/policies/"+number(p.Health)).want(t, 200, "judged by this policy and those above it", "Needs review")
	s.get("/policy-versions/"+number(p.Former)).want(t, 200, "A newer version has taken its place", "AGPL-3.0-or-later", "the set patient-safety", "Medical devices act, section 4.", "version 1")
}

func TestTheChainOfAnAgencyIsNamedFromTheTop(t *testing.T) {
	s, g, _ := policies(t)
	body := s.get("/policies?agency="+number(g.Clinic.ID)).want(t, 200, "2 policies bind it. The strictest answer holds.").Body
	_, panel, _ := strings.Cut(body, `id="chain"`)
	if government, health := strings.Index(panel, "of the government"), strings.Index(panel, "of the Ministry of Health"); government < 0 || health < government {
		t.Errorf("the chain is not in its order\n%s", panel[:400])
	}
	s.get("/policies?agency="+number(g.Finance.ID)).want(t, 200, "One policy binds it:")
}

func TestTwoVersionsAreComparedRuleByRule(t *testing.T) {
	s, g, p := policies(t)
	s.as(g.Officer.ID).get("/policies/"+number(p.Health)+"/compare?from="+number(p.Former)+"&to="+number(p.Draft)).want(t, 200, "0 rules added, 0 removed, 2 changed, 0 moved", "A harmless clause.", "We do no evil.", "Severity", "Critical")
	s.get("/policies/"+number(p.Health)+"/compare?from="+number(p.Former)+"&to="+number(p.Active)).want(t, 404)
	s.get("/policies/"+number(p.Health)+"/compare?from=x&to=y").want(t, 404)
}

func TestAPolicyIsDownloadedAsItWasWritten(t *testing.T) {
	s, _, p := policies(t)
	a := s.get("/policy-versions/"+number(p.Former)+"/document").want(t, 200)
	if want := strings.Replace(healthText, "    severity: critical\n", "", 1); a.Body != want {
		t.Errorf("the document is\n%s", a.Body)
	}
	if got := a.Header.Get("Content-Disposition"); !strings.Contains(got, "health-version-1.yaml") {
		t.Errorf("it is called %q", got)
	}
}

// send sends a form with answers of which some have several values.
// filed is a form with files by the names of their fields.
func filed(t *testing.T, path string, files map[string]string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range files {
		part, err := w.CreateFormFile(name, name+".txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := request(http.MethodPost, path)
	r.Body, r.Header = bodyOf(b.Bytes()), http.Header{"Content-Type": {w.FormDataContentType()}}
	return r
}

// versionOn is the version that the forms of a page are based on.
func TestARehearsalSaysWhatWouldChangeBeforeAVersionIsPutInForce(t *testing.T) {
	public, g, p := policies(t)
	s := public.as(g.Officer.ID)
	text := strings.Replace(healthText, "licenses: {ids: [AGPL-3.0-only, AGPL-3.0-or-later], sets: [patient-safety]}\n    when: known(use.service) && use.service", "licenses: {ids: [Apache-2.0, MIT]}", 1)
	version, err := s.reg.ChangeDraft(context.Background(), sample.By, p.Draft, 0, text, "Deny what is permissive")
	if err != nil {
		t.Fatal(err)
	}
	path := "/policy-versions/" + number(p.Draft)
	s.get(path+"/rehearsal").want(t, 200, "would be judged more strictly", "Before and after", "Software that changes", "Case Desk", "no-network-copyleft", "1 rule allows what a policy above does not", "json-is-fine allows JSON", "Nothing was stored", "less than a second")
	s.send(path+"/activate", url.Values{"version": {number(version.Version)}}).want(t, 400, "Tick the box when you have read what would change.")
	s.send(path+"/activate", url.Values{"version": {number(version.Version - 1)}, "sure": {"yes"}}).want(t, 409, "Somebody changed this")
	s.send(path+"/activate", url.Values{"version": {number(version.Version)}, "sure": {"yes"}}).want(t, 303)
	s.get("/policies/"+number(p.Health)).want(t, 200, "Version 3 is in force", "Deny what is permissive")
	s.get(path+"/rehearsal").want(t, 200, "Nothing would change")
}

func TestALicenceListIsBroughtInLookedAtAndPutInForce(t *testing.T) {
	public, g, p := policies(t)
	s := public.as(g.Officer.ID)
	public.get("/license-lists").want(t, 200, "comes with this program")
	if strings.Contains(public.get("/license-lists").Body, "3.99.0") {
		t.Error("the public is told of a list that is not in force")
	}
	public.get("/license-lists/"+number(p.List)).want(t, 401)
	public.as(g.Reader.ID).get("/license-lists/"+number(p.List)).want(t, 403)
	s.get("/license-lists/"+number(p.List)).want(t, 200, "3.99.0", "Arcadia-1.0", "Added: 1", "Removed:", "Put it in force")
	send := func(files map[string]string) answer { return s.do(filed(t, "/license-lists", files)) }
	send(map[string]string{}).want(t, 400, "Choose the file licenses.json.", "Choose the file exceptions.json.")
	send(map[string]string{"licenses": "[]", "exceptions": "x"}).want(t, 400, "The licence list cannot be accepted")
	send(map[string]string{"licenses": "{}", "exceptions": "{}"}).want(t, 400, "licenseListVersion is missing")
	exceptions := `{"licenseListVersion":"3.98.0","exceptions":[{"licenseExceptionId":"Classpath-exception-2.0","name":"C"}]}`
	a := send(map[string]string{"licenses": string(licensesJSON("3.98.0")), "exceptions": exceptions}).want(t, 303)
	s.post(a.Location+"/activate").want(t, 400, "Tick the box")
	s.send(a.Location+"/activate", url.Values{"sure": {"yes"}}).want(t, 303)
	public.get("/license-lists").want(t, 200, "3.98.0", "It was brought in", "In force")
	s.send("/license-lists/999999/activate", url.Values{"sure": {"yes"}}).want(t, 404)
}

func TestThePolicyPagesTakeNothingForTheirOwn(t *testing.T) {
	s, _ := everybody(t, newSite(t, testkit.Store(t)))
	for _, path := range []string{"/policies/0", "/policies/x", "/policies/999999", "/policies/999999/draft", "/policy-versions/999999", "/policy-versions/-1/rehearsal", "/policy-versions/x/document", "/license-lists/999999", "/policies?agency=999999"} {
		s.get(path).want(t, 404)
	}
	s.get("/policies").want(t, 200, "There is no licence policy yet.")
	s.get("/policies?agency=%00&agency.code=nowhere").want(t, 400, misunderstood, "nowhere")
}
