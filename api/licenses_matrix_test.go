package api_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func together(tables ...map[string][]try) map[string][]try {
	all := map[string][]try{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// policyText is a policy that denies what the sample document contains.
func policyText(id string) string {
	return "id: " + id + "\ntitle: Policy of " + id + `
basis: Software Act, section 4
rules:
  - id: no-apache
    title: No Apache licence
    licenses: {ids: [Apache-2.0]}
    outcome: deny
    severity: high
    message: The Apache licence is not wanted here.
    basis: Circular 7
    cure: Take another component.
    reference: https://www.example.gov/circulars/7
otherwise: {outcome: allow}
`
}

func (s *server) as(u *models.User) models.Viewer { return sample.Viewer(s.t, s.store, u) }

// policyID is the policy of all of government, which is in force, with what follows from it judged.
func (s *server) policyID() int64 {
	ctx := context.Background()
	all, err := s.store.Policies(ctx, sample.By)
	s.must(err)
	for _, p := range all {
		if p.AgencyID == nil {
			return p.ID
		}
	}
	r := register.New(s.store)
	v, err := r.DraftPolicy(ctx, s.as(s.state.Officer), register.Draft{Text: policyText("government")})
	s.must(err)
	s.must(r.ActivatePolicy(ctx, s.as(s.state.Officer), v.ID, 0))
	s.judge()
	return v.PolicyID
}

// judge judges all that has changed.
func (s *server) judge() {
	for {
		done, err := register.New(s.store).JudgeChanges(context.Background())
		s.must(err)
		if !done.Behind {
			return
		}
	}
}

func (s *server) activeVersion() int64 {
	s.policyID()
	list, err := s.store.ActivePolicies(context.Background())
	s.must(err)
	return list[0].ID
}

// newDraft is a draft of a policy for an agency of its own.
func newDraft(s *server) int64 {
	v, err := register.New(s.store).DraftPolicy(context.Background(), s.as(s.state.Officer), register.Draft{AgencyID: &newAgency(s).ID, Text: policyText("draft")})
	s.must(err)
	return v.ID
}

// findingOf is the finding at an agency about the sample document.
func (s *server) findingOf(agency int64) store.FindingRow {
	s.policyID()
	l, err := s.store.Findings(context.Background(), sample.By, models.FindingFilter{Agency: agency, Asset: s.state.CaseDesk.ID})
	s.must(err)
	for _, f := range l.Items {
		if f.AgencyID == agency {
			return f
		}
	}
	s.t.Fatal("there is no finding")
	return store.FindingRow{}
}

func (s *server) finding() int64 { return s.findingOf(s.state.Health.ID).ID }

func newExemption(s *server) int64 {
	x := models.Exemption{Ground: "It is to be replaced.", Evidence: "Memo 12", ExpiresOn: models.DateOf(time.Now()).AddDays(60)}
	s.must(register.New(s.store).ExemptFinding(context.Background(), s.as(s.state.Registrar), s.finding(), register.ThisRelease, &x))
	return x.ID
}

func grantedExemption(s *server) int64 {
	id := newExemption(s)
	s.must(register.New(s.store).DecideExemption(context.Background(), s.as(s.state.Officer), id, models.ExemptionGranted, "For this once."))
	return id
}

func newChoice(s *server) int64 {
	offer := strings.ReplaceAll(fresh("LicenseRef"), " ", "-")
	c := models.LicenseChoice{Reach: models.ReachAsset, AssetID: &s.state.CaseDesk.ID, Expression: offer + " OR MIT", Chosen: "MIT", Reason: "It asks for less."}
	s.must(register.New(s.store).ChooseLicense(context.Background(), s.as(s.state.Officer), &c))
	return c.ID
}

func newConclusion(s *server) int64 {
	c := models.LicenseConclusion{Reach: models.ReachAsset, AssetID: &s.state.CaseDesk.ID, Name: fresh("library"), Concluded: "MIT", Reason: "Read in its LICENSE file."}
	s.must(register.New(s.store).ConcludeLicense(context.Background(), s.as(s.state.Officer), &c))
	return c.ID
}

// listFiles are the built-in licence list as a release with another date.
func listFiles(version string) map[string]any {
	var all, exceptions []map[string]any
	for _, l := range licenses.All() {
		all = append(all, map[string]any{"licenseId": l.ID, "name": l.Name, "isDeprecatedLicenseId": l.Deprecated, "isOsiApproved": l.OSI})
	}
	for _, e := range licenses.AllExceptions() {
		exceptions = append(exceptions, map[string]any{"licenseExceptionId": e.ID, "name": e.Name, "isDeprecatedLicenseId": e.Deprecated})
	}
	return map[string]any{"licenses": map[string]any{"licenseListVersion": version, "releaseDate": "2026-11-01", "licenses": all}, "exceptions": map[string]any{"licenseListVersion": version, "releaseDate": "2026-11-01", "exceptions": exceptions}}
}

func freshList() map[string]any {
	return listFiles(fmt.Sprintf("3.%d", time.Now().UnixNano()%1_000_000_000))
}

func newList(s *server) float64 {
	return s.expect(201, "officer", "POST", "/v1/license-lists", freshList()).object(s.t)["id"].(float64)
}

// keptCheck is the address of a verdict that was kept for Health.
func keptCheck(s *server) string {
	s.policyID()
	a := s.expect(200, "registrar", "POST", path("/policy-checks?keep=true&agency=%d", s.state.Health.ID), map[string]any{"expression": "MIT"})
	return strings.TrimPrefix(a.header.Get("Location"), "/v1")
}

// line is something that is owed for the sample release.
func (s *server) line() (obligation, license string) {
	c, err := register.New(s.store).Obligations(context.Background(), sample.By, s.state.CaseDesk42.ID, licenses.UseDistributeBinary)
	s.must(err)
	for _, item := range c.Items {
		for _, l := range item.Licenses {
			if l.State != "" {
				return item.Key, l.License
			}
		}
	}
	s.t.Fatal("nothing is owed")
	return "", ""
}

const (
	draftReaders = "404 404 404 404 404 200 200 200"
	inHealth     = "404 404 404 200 404 200 200 200"
	insideOnly   = "401 200 200 200 200 200 200 200"
)

var licenseReads = map[string][]try{
	"getLicense":                       {{path: fixed("/licenses/eupl-1.2"), want: everybody}},
	"downloadLicense":                  {{path: fixed("/licenses/eupl-1.2/text"), want: everybody}},
	"compareLicenses":                  {{path: fixed("/license-compatibility?inbound=MIT&outbound=EUPL-1.2"), want: everybody}},
	"listPolicies":                     {{path: fixed("/license-policies"), want: everybody}},
	"getPolicy":                        {{path: func(s *server) string { return fmt.Sprintf("/license-policies/%d", s.policyID()) }, want: everybody}},
	"listPolicyVersions":               {{path: func(s *server) string { return fmt.Sprintf("/license-policies/%d/versions", s.policyID()) }, want: everybody}},
	"getPolicyVersion":                 versions("/policy-versions/%d"),
	"downloadPolicy":                   versions("/policy-versions/%d/document"),
	"listPolicyTransitions":            versions("/policy-versions/%d/transitions"),
	"listPolicyFacts":                  {{path: fixed("/policy-facts"), want: everybody}},
	"listFindings":                     {{path: fixed("/findings"), want: everybody}},
	"getFinding":                       {{path: func(s *server) string { return fmt.Sprintf("/findings/%d", s.finding()) }, want: inHealth}, {name: "of the board", path: func(s *server) string { return fmt.Sprintf("/findings/%d", s.findingOf(s.state.Insurance.ID).ID) }, want: "404 404 200 200 404 200 200 200"}},
	"listFindingComments":              {{path: func(s *server) string { return fmt.Sprintf("/findings/%d/comments", s.finding()) }, want: inHealth}},
	"reportFindings":                   {{path: fixed("/reports/findings"), want: everybody}},
	"listExemptions":                   {{path: fixed("/exemptions"), want: everybody}},
	"getExemption":                     {{path: func(s *server) string { return fmt.Sprintf("/exemptions/%d", newExemption(s)) }, want: inHealth}},
	"listExemptionTransitions":         {{path: func(s *server) string { return fmt.Sprintf("/exemptions/%d/transitions", newExemption(s)) }, want: inHealth}},
	"listLicenseChoices":               {{path: fixed("/license-choices"), want: insideOnly}},
	"getLicenseChoice":                 {{path: func(s *server) string { return fmt.Sprintf("/license-choices/%d", newChoice(s)) }, want: insideOnly}},
	"listLicenseChoiceTransitions":     {{path: func(s *server) string { return fmt.Sprintf("/license-choices/%d/transitions", newChoice(s)) }, want: insideOnly}},
	"listLicenseConclusionTransitions": {{path: func(s *server) string { return fmt.Sprintf("/license-conclusions/%d/transitions", newConclusion(s)) }, want: insideOnly}},
	"listLicenseConclusions":           {{path: fixed("/license-conclusions"), want: insideOnly}},
	"getLicenseConclusion":             {{path: func(s *server) string { return fmt.Sprintf("/license-conclusions/%d", newConclusion(s)) }, want: insideOnly}},
	"listLicenseLists":                 {{path: fixed("/license-lists"), want: everybody}},
	"getLicenseList":                   {{path: func(s *server) string { return fmt.Sprintf("/license-lists/%.0f", newList(s)) }, want: everybody}},
	"previewLicenseList":               {{path: func(s *server) string { return fmt.Sprintf("/license-lists/%.0f/preview", newList(s)) }, want: "401 403 403 403 403 403 200 403"}},
	"listVerdicts":                     visibly("/assets/%d/verdicts"),
	"getPolicyCheck":                   {{path: keptCheck, want: "401 404 404 200 404 200 200 200"}},
	"getSbomVerdict":                   {{path: func(s *server) string { s.policyID(); return fmt.Sprintf("/sboms/%d/verdict", s.state.Current.ID) }, want: everybody}},
	"getPublication":                   {{path: to("/releases/%d/publication?outbound=EUPL-1.2", caseDesk42), want: everybody}},
	"getObligations":                   {{path: to("/releases/%d/obligations?use=internal", caseDesk42), want: everybody}},
	"downloadNotice":                   {{path: to("/releases/%d/notice", caseDesk42), want: everybody}},
}

// versions are the rows of something that hangs on a version of a policy: one in force, and a draft.
func versions(format string) []try {
	return []try{
		{path: func(s *server) string { return fmt.Sprintf(format, s.activeVersion()) }, want: everybody},
		{name: "of a draft", path: func(s *server) string { return fmt.Sprintf(format, newDraft(s)) }, want: draftReaders},
	}
}

var licenseOpens = map[string][]try{
	"identifyLicense": {{path: fixed("/license-identifications"), body: body(map[string]any{"text": "Do as you like."}), want: everybody}},
	"checkPolicy": {{path: func(s *server) string { s.policyID(); return "/policy-checks" }, body: body(map[string]any{"expression": "MIT"}), want: everybody},
		{name: "of a document", path: fixed("/policy-checks"), body: func(*server) any { return sample.Document() }, want: everybody}},
	"verifyVerdict": {{path: fixed("/verdict-verifications"), want: everybody, body: func(s *server) any {
		s.policyID()
		return s.expect(200, public, "POST", "/v1/policy-checks", map[string]any{"expression": "MIT"}).body
	}}},
	"rehearsePolicy": {{path: func(s *server) string { return fmt.Sprintf("/policy-versions/%d/rehearsals", newDraft(s)) }, want: "404 404 404 404 404 403 200 403"}},
}

const (
	officersOnly = "401 403 403 403 403 403 201 403"
	ofADraft     = "401 404 404 404 404 403 200 403"
	atCaseDesk   = "401 403 403 201 403 403 201 403"
)

var licenseWrites = map[string][]try{
	"draftPolicy": {{path: fixed("/license-policies"), want: officersOnly, body: func(s *server) any {
		return map[string]any{"agencyId": newAgency(s).ID, "text": policyText("new"), "note": "First."}
	}}},
	"changePolicyDraft": {{path: func(s *server) string { return fmt.Sprintf("/policy-versions/%d", newDraft(s)) }, want: ofADraft, header: anyVersion, body: body(map[string]any{"text": policyText("other")})}},
	"movePolicyVersion": {{path: func(s *server) string { return fmt.Sprintf("/policy-versions/%d/transitions", newDraft(s)) }, want: ofADraft, header: anyVersion, body: body(map[string]any{"to": "active"})},
		{name: "discarded", path: func(s *server) string { return fmt.Sprintf("/policy-versions/%d/transitions", newDraft(s)) }, want: ofADraft, body: body(map[string]any{"to": "discarded"})}},
	"triageFindings": {{path: fixed("/finding-triages"), want: "401 404 404 200 404 403 200 403", body: func(s *server) any {
		return map[string]any{"findings": []int64{s.finding()}, "comment": fresh("seen")}
	}}},
	"requestExemption": {{path: fixed("/exemptions"), want: atCaseDesk, body: func(s *server) any {
		return map[string]any{"rule": "no-apache", "agencyId": s.state.Health.ID, "policyId": s.policyID(), "ground": "It is to be replaced.", "evidence": "Memo 12", "expiresOn": models.DateOf(time.Now()).AddDays(60).String()}
	}}},
	"exemptFinding": {{path: func(s *server) string { return fmt.Sprintf("/findings/%d/exemptions", s.finding()) }, want: "401 404 404 201 404 403 201 403",
		body: body(map[string]any{"reach": "asset", "ground": "It is to be replaced.", "evidence": "Memo 12", "expiresOn": models.DateOf(time.Now()).AddDays(60).String()})}},
	"moveExemption": {{path: func(s *server) string { return fmt.Sprintf("/exemptions/%d/transitions", newExemption(s)) }, want: "401 404 404 403 404 403 200 403", body: body(map[string]any{"to": "granted", "decision": "For this once."})},
		{name: "revoked", path: func(s *server) string { return fmt.Sprintf("/exemptions/%d/transitions", grantedExemption(s)) }, want: "401 404 404 403 404 403 200 403", body: body(map[string]any{"to": "revoked", "decision": "Replaced."})}},
	"renewExemption": {{path: func(s *server) string { return fmt.Sprintf("/exemptions/%d/renewals", grantedExemption(s)) }, want: "401 404 404 201 404 403 201 403",
		body: body(map[string]any{"ground": "It is late.", "evidence": "Memo 13", "expiresOn": models.DateOf(time.Now()).AddDays(90).String()})}},
	"chooseLicense": {{path: fixed("/license-choices"), want: atCaseDesk, body: func(s *server) any {
		return map[string]any{"reach": "asset", "assetId": s.state.CaseDesk.ID, "expression": strings.ReplaceAll(fresh("LicenseRef"), " ", "-") + " OR MIT", "chosen": "MIT", "reason": "It asks for less."}
	}}},
	"endLicenseChoice": {{path: func(s *server) string { return fmt.Sprintf("/license-choices/%d/transitions", newChoice(s)) }, want: "401 403 403 204 403 403 204 403", body: body(map[string]any{"to": "ended"})}},
	"concludeLicense": {{path: fixed("/license-conclusions"), want: officersOnly, body: func(s *server) any {
		return map[string]any{"reach": "asset", "assetId": s.state.CaseDesk.ID, "name": fresh("library"), "concluded": "MIT", "reason": "Read in its LICENSE file."}
	}}},
	"endLicenseConclusion": {{path: func(s *server) string { return fmt.Sprintf("/license-conclusions/%d/transitions", newConclusion(s)) }, want: "401 403 403 403 403 403 204 403", body: body(map[string]any{"to": "ended"})}},
	"bringLicenseList":     {{path: fixed("/license-lists"), want: officersOnly, body: func(*server) any { return freshList() }}},
	"activateLicenseList":  {{path: func(s *server) string { return fmt.Sprintf("/license-lists/%.0f/transitions", newList(s)) }, want: "401 403 403 403 403 403 200 403", body: body(map[string]any{"to": "active"})}},
	"recordObligation": {{path: to("/releases/%d/obligations", caseDesk42), want: "401 403 201 201 403 403 201 403", body: func(s *server) any {
		key, license := s.line()
		return map[string]any{"use": "distribute-binary", "license": license, "obligation": key, "state": "met", "evidence": fresh("NOTICE.txt")}
	}}},
}
