package api_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// claimed is a claim of Health that the insurance board uses software of its own.
func (s *server) claimed() int64 {
	s.t.Helper()
	c := models.UseClaim{AssetID: newAsset(s).ID, AgencyID: &s.state.Insurance.ID}
	s.must(register.New(s.store).ClaimUse(context.Background(), sample.Viewer(s.t, s.store, s.state.Officer), &c))
	return c.ID
}

func (s *server) unmatched() int64 {
	s.t.Helper()
	c := models.UseClaim{AssetID: newAsset(s).ID, Stated: fresh("Town")}
	s.must(register.New(s.store).ClaimUse(context.Background(), sample.Viewer(s.t, s.store, s.state.Registrar), &c))
	return c.ID
}

// asked is a question of the reader about software of Health.
func (s *server) asked() int64 {
	s.t.Helper()
	n := models.Question{AssetID: &newAsset(s).ID, Title: "Does it speak French?", Body: "We have two languages."}
	_, err := register.New(s.store).AskQuestion(context.Background(), sample.Viewer(s.t, s.store, s.state.Reader), &n)
	s.must(err)
	return n.ID
}

// askedInPublic is the secret of a question of the public.
func (s *server) askedInPublic() string {
	s.t.Helper()
	n := models.Question{AssetID: &newAsset(s).ID, Title: "May I help?", Body: "I know it.", AskerName: "Pat", AskerEmail: strings.ReplaceAll(fresh("pat"), " ", "") + "@home.example"}
	secret, err := register.New(s.store).AskQuestion(context.Background(), models.Viewer{}, &n)
	s.must(err)
	return secret
}

func (s *server) referent() int64 {
	s.t.Helper()
	f := models.Referent{AssetID: newAsset(s).ID, AgencyID: s.state.Insurance.ID, Expertise: models.RunsIt}
	s.must(register.New(s.store).BecomeReferent(context.Background(), sample.Viewer(s.t, s.store, s.state.InsuranceRegistrar), &f))
	return f.ID
}

// called is a call of Finance.
func (s *server) called(kind models.CallKind, v models.Visibility) int64 {
	s.t.Helper()
	k := models.Call{Kind: kind, AgencyID: s.state.Finance.ID, AssetID: &s.state.CaseDesk.ID, Title: "We want it", Text: "For taxes", Visibility: v}
	s.must(register.New(s.store).OpenCall(context.Background(), sample.Viewer(s.t, s.store, s.state.Buyer), &k))
	return k.ID
}

// accessAsked is a request of Finance for the code of software of Health.
func (s *server) accessAsked() int64 {
	s.t.Helper()
	a := sample.Asset(s.t, s.store, func(a *models.Asset) { a.StewardID, a.Visibility = s.state.Health.ID, models.VisibleGovernment })
	x := models.AccessRequest{AssetID: a.ID, AgencyID: s.state.Finance.ID, Purpose: "To run it", People: "The web team", UntilOn: models.DateOf(time.Now()).AddDays(60)}
	s.must(register.New(s.store).RequestAccess(context.Background(), sample.Viewer(s.t, s.store, s.state.Buyer), &x))
	return x.ID
}

func numbered(format string, id func(*server) int64) func(*server) string {
	return func(s *server) string { return fmt.Sprintf(format, id(s)) }
}

func jointly(s *server) int64 { return s.called(models.JointDevelopment, models.VisibleGovernment) }
func publicly(s *server) int64 {
	return s.called(models.ReuseWanted, models.VisiblePublic)
}
func confidentially(s *server) int64 { return s.called(models.ReuseWanted, models.VisibleAgency) }

// reuseReads are the rows of what reads claims, referents, questions, calls and access.
var reuseReads = map[string][]try{
	"listUses":      visibly("/assets/%d/uses"),
	"listReferents": visibly("/assets/%d/referents"),
	"listUseClaims": {{path: fixed("/use-claims"), want: everybody}},
	"getUseClaim": {{path: numbered("/use-claims/%d", (*server).claimed), want: insiders}, {name: "denied", want: "404 404 200 200 404 200 200 200", path: func(s *server) string {
		id := s.claimed()
		_, err := register.New(s.store).AnswerUseClaim(context.Background(), sample.Viewer(s.t, s.store, s.state.InsuranceRegistrar), id, 0, register.UseAnswer{To: models.UseDenied})
		s.must(err)
		return fmt.Sprintf("/use-claims/%d", id)
	}}},
	"listUseClaimTransitions": {{path: numbered("/use-claims/%d/transitions", (*server).claimed), want: insiders}},
	"listQuestions":           {{path: fixed("/questions"), want: everybody}},
	"getQuestion":             {{path: numbered("/questions/%d", (*server).asked), want: insiders}},
	"listQuestionTransitions": {{path: numbered("/questions/%d/transitions", (*server).asked), want: insiders}},
	"readAskedQuestion":       {{path: func(s *server) string { return "/asked-questions/" + s.askedInPublic() }, want: everybody}},
	"listCalls":               {{path: fixed("/calls"), want: everybody}},
	"getCallFeed":             {{path: fixed("/calls/feed"), want: everybody}},
	"getCall": {{path: numbered("/calls/%d", publicly), want: everybody}, {name: "in government", path: numbered("/calls/%d", jointly), want: insiders},
		{name: "in Finance", path: numbered("/calls/%d", confidentially), want: financeOnly}},
	"listCallTransitions":          {{path: numbered("/calls/%d/transitions", jointly), want: insiders}},
	"listCallMembers":              {{path: numbered("/calls/%d/members", jointly), want: insiders}},
	"listAccessRequests":           {{path: fixed("/access-requests"), want: everybody}},
	"getAccessRequest":             {{path: numbered("/access-requests/%d", (*server).accessAsked), want: "404 404 404 200 200 200 200 200"}},
	"listAccessRequestTransitions": {{path: numbered("/access-requests/%d/transitions", (*server).accessAsked), want: "404 404 404 200 200 200 200 200"}},
}

// reuseWrites are the rows of what changes them.
var reuseWrites = map[string][]try{
	"claimUse": {{path: fixed("/use-claims"), want: "401 403 403 201 403 403 201 403", body: func(s *server) any {
		return map[string]any{"assetId": newAsset(s).ID, "stated": fresh("Town")}
	}}},
	"claimUseByLink": {{path: func(s *server) string { return "/uploads/" + newLink(s) + "/use-claims" }, want: "204 204 204 204 204 204 204 204", body: func(*server) any { return map[string]any{"stated": fresh("Town")} }, nobody: true}},
	"moveUseClaim": {
		{name: "matched", path: numbered("/use-claims/%d/transitions", (*server).unmatched), want: "401 403 403 403 403 403 200 200", body: func(s *server) any { return map[string]any{"to": "matched", "agencyId": s.state.Clinic.ID} }},
		{name: "confirmed", path: numbered("/use-claims/%d/transitions", (*server).claimed), want: "401 403 200 200 403 403 403 403", body: body(map[string]any{"to": "confirmed"}), events: 2},
		{name: "denied", path: numbered("/use-claims/%d/transitions", (*server).claimed), want: "401 403 200 200 403 403 403 403", body: body(map[string]any{"to": "denied"})},
		{name: "withdrawn", path: numbered("/use-claims/%d/transitions", (*server).claimed), want: "401 403 403 200 403 403 200 403", body: body(map[string]any{"to": "withdrawn"})}},
	"becomeReferent": {{path: func(s *server) string { return fmt.Sprintf("/assets/%d/referents", newAsset(s).ID) }, want: "401 400 201 201 400 201 201 201", body: func(s *server) any {
		return map[string]any{"agencyId": s.state.Insurance.ID, "expertise": "runs-it"}
	}}},
	"endReferent": {{path: numbered("/referents/%d/transitions", (*server).referent), want: "401 403 204 204 403 403 204 403", body: body(map[string]any{"to": "ended"})}},
	"askQuestion": {{path: fixed("/questions"), want: "400 201 201 201 201 201 201 201", body: func(s *server) any {
		return map[string]any{"assetId": newAsset(s).ID, "title": "Why?", "body": "How?"}
	}}},
	"writeToQuestion":      {{path: numbered("/questions/%d/messages", (*server).asked), want: "401 201 403 201 403 403 201 403", body: body(map[string]any{"body": "Yes."})}},
	"moveQuestion":         {{path: numbered("/questions/%d/transitions", (*server).asked), want: "401 200 403 200 403 403 200 403", body: body(map[string]any{"to": "closed"})}},
	"writeToAskedQuestion": {{path: func(s *server) string { return "/asked-questions/" + s.askedInPublic() + "/messages" }, want: "204 204 204 204 204 204 204 204", body: body(map[string]any{"body": "And?"}), nobody: true}},
	"openCall": {{path: fixed("/calls"), want: "401 403 403 403 201 403 201 403", body: func(s *server) any {
		return map[string]any{"kind": "reuse-wanted", "agencyId": s.state.Finance.ID, "assetId": s.state.CaseDesk.ID, "title": "We want it", "text": "For taxes"}
	}}, {name: "for contributions", path: fixed("/calls"), want: "401 403 403 201 403 403 201 403", body: func(s *server) any {
		return map[string]any{"kind": "contributions-wanted", "assetId": s.state.CaseDesk.ID, "title": "Translate it", "text": "Into French", "skills": []string{"french"}}
	}}},
	"changeCall": {{path: numbered("/calls/%d", publicly), want: "401 403 403 403 200 403 200 403", body: body(map[string]any{"title": "We want it soon"}), header: anyVersion}},
	"moveCall":   {{path: numbered("/calls/%d/transitions", publicly), want: "401 403 403 403 200 403 200 403", body: body(map[string]any{"to": "fulfilled"})}},
	"joinCall":   {{path: numbered("/calls/%d/members", jointly), want: "401 403 201 201 403 403 201 403", body: func(s *server) any { return map[string]any{"agencyId": s.state.Insurance.ID} }}},
	"leaveCall": {{path: func(s *server) string {
		id := jointly(s)
		s.must(register.New(s.store).JoinCall(context.Background(), sample.Viewer(s.t, s.store, s.state.Registrar), id, s.state.Insurance.ID, ""))
		return fmt.Sprintf("/calls/%d/departures", id)
	}, want: "401 403 204 204 403 403 204 403", body: func(s *server) any { return map[string]any{"agencyId": s.state.Insurance.ID} }}},
	"requestAccess": {{path: fixed("/access-requests"), want: "401 403 403 403 201 403 201 403", body: func(s *server) any {
		a := sample.Asset(s.t, s.store, func(a *models.Asset) { a.StewardID, a.Visibility = s.state.Health.ID, models.VisibleGovernment })
		return map[string]any{"assetId": a.ID, "agencyId": s.state.Finance.ID, "purpose": "To run it", "people": "The web team", "untilOn": models.DateOf(time.Now()).AddDays(60).String()}
	}}},
	"moveAccessRequest": {
		{name: "granted", path: numbered("/access-requests/%d/transitions", (*server).accessAsked), want: "401 404 404 200 403 403 200 403", body: body(map[string]any{"to": "granted", "conditions": "Show nobody else."})},
		{name: "refused", path: numbered("/access-requests/%d/transitions", (*server).accessAsked), want: "401 404 404 200 403 403 200 403", body: body(map[string]any{"to": "refused", "reason": "Not ready"})},
		{name: "withdrawn", path: numbered("/access-requests/%d/transitions", (*server).accessAsked), want: "401 404 404 403 200 403 200 403", body: body(map[string]any{"to": "withdrawn"})}},
}

func TestSomebodyWithoutAnAccountAsksOverTheAPIAndReadsTheAnswer(t *testing.T) {
	s := newServer(t)
	sent := map[string]any{"assetId": s.state.CaseDesk.ID, "title": "May I help?", "body": "I know it.", "name": "Pat", "email": "pat@home.example"}
	n := s.expect(http.StatusCreated, public, http.MethodPost, "/v1/questions", sent).object(t)
	_, secret, found := strings.Cut(text(n, "pageUrl"), "/questions/asked/")
	if !found || n["askerEmail"] != "pat@home.example" {
		t.Fatalf("asked: %v", n)
	}
	s.expect(http.StatusCreated, "registrar", http.MethodPost, path("/questions/%.0f/messages", n["id"]), map[string]any{"body": "Gladly."})
	a := s.get(public, "/v1/asked-questions/"+secret)
	if got := a.object(t); len(got["messages"].([]any)) != 1 || strings.Contains(string(a.body), "Rosa") || strings.Contains(string(a.body), "pat@") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %s", a.body)
	}
	if other := s.get("buyer", path("/questions/%.0f", n["id"])).object(t); other["askerEmail"] != "" {
		t.Errorf("Finance sees %v", other)
	}
	if mine := s.get("registrar", "/v1/questions?forMe=true&open=true").items(t); len(mine) != 0 {
		t.Errorf("an answered question still waits: %v", mine)
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, path("/questions/%.0f", n["id"]), nil)
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/asked-questions/ospo_qu_x", nil)
}

func TestOpenCallsAreAFeed(t *testing.T) {
	s := newServer(t)
	publicly(s)
	jointly(s)
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	a := s.get(public, "/v1/calls/feed")
	if err := xml.Unmarshal(a.body, &feed); err != nil || len(feed.Entries) != 1 || !strings.HasPrefix(a.header.Get("Content-Type"), "application/atom+xml") {
		t.Errorf("the feed is %s, %v", a.body, err)
	}
}

func TestUsesAreCountedApart(t *testing.T) {
	s := newServer(t)
	u := s.get(public, path("/assets/%d/uses", s.state.CaseDesk.ID)).object(t)
	if u["agencies"] != 2.0 || u["confirmed"] != 1.0 || u["recent"] != 1.0 || u["claimed"] != 1.0 || u["stated"] != 0.0 || len(u["items"].([]any)) != 2 {
		t.Errorf("uses: %v", u)
	}
}
