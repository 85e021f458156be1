package web_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// shared is what agencies have said to each other about the sample government's software.
type shared struct {
	Claim, Unmatched          *models.UseClaim
	Question, OfPublic        *models.Question
	Secret                    string // of the question of the public
	Want, Help, Group         *models.Call
	Asked, Granted, Withdrawn *models.AccessRequest
}

func share(t *testing.T, s *site, g *sample.State) *shared {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, r := context.Background(), register.New(s.store)
	as := func(u *models.User) models.Viewer { return sample.Viewer(t, s.store, u) }
	x := &shared{Claim: &models.UseClaim{AssetID: g.CaseDesk.ID, AgencyID: &g.Finance.ID, Source: "https://git.example.gov/health/case-desk/-/issues/12", Note: "You asked us for help in May."}, Unmatched: &models.UseClaim{AssetID: g.CaseDesk.ID, Stated: "Town of Nowhere"}}
	must(r.ClaimUse(ctx, as(g.Registrar), x.Claim))
	must(r.ClaimUse(ctx, as(g.Registrar), x.Unmatched))
	must(r.BecomeReferent(ctx, as(g.InsuranceRegistrar), &models.Referent{AssetID: g.CaseDesk.ID, AgencyID: g.Insurance.ID, Expertise: models.RunsIt, Note: "Migration from 3.x"}))
	x.Question = &models.Question{AssetID: &g.CaseDesk.ID, AgencyID: &g.Finance.ID, Title: "How long did it take?", Body: "We have 200 people."}
	_, err := r.AskQuestion(ctx, as(g.Buyer), x.Question)
	must(err)
	must(r.WriteToQuestion(ctx, as(g.InsuranceRegistrar), x.Question.ID, "Three months."))
	x.OfPublic = &models.Question{AssetID: &g.CaseDesk.ID, Title: "May I help?", Body: "I know it well.", AskerName: "Pat Public", AskerEmail: "pat@home.example"}
	x.Secret, err = r.AskQuestion(ctx, models.Viewer{}, x.OfPublic)
	must(err)
	x.Want = &models.Call{Kind: models.ReuseWanted, AgencyID: g.Finance.ID, AssetID: &g.CaseDesk.ID, Title: "We want to use Case Desk for appeals", Text: "From May on."}
	x.Help = &models.Call{Kind: models.ContributionsWanted, AssetID: &g.CaseDesk.ID, Title: "Translate it into French", Text: "About 2,000 texts.", Skills: models.StringList{"French"}, GoodFirst: true}
	x.Group = &models.Call{Kind: models.JointDevelopment, AgencyID: g.Finance.ID, Title: "A timetable for courts", Text: "There is none.", CostSharing: "By number of rooms."}
	must(r.OpenCall(ctx, as(g.Buyer), x.Want))
	must(r.OpenCall(ctx, as(g.Registrar), x.Help))
	must(r.OpenCall(ctx, as(g.Buyer), x.Group))
	must(r.JoinCall(ctx, as(g.Registrar), x.Group.ID, g.Health.ID, "Two developers"))
	_, err = r.AskQuestion(ctx, as(g.Registrar), &models.Question{CallID: &x.Group.ID, Title: "When do you begin?", Body: "We could in May."})
	must(err)
	ask := func() *models.AccessRequest {
		q := &models.AccessRequest{AssetID: g.Mail.ID, AgencyID: g.Finance.ID, Purpose: "To run it ourselves", People: "The web team", UntilOn: models.DateOf(time.Now()).AddDays(20)}
		must(r.RequestAccess(ctx, as(g.Buyer), q))
		return q
	}
	x.Granted = ask()
	must(r.GrantAccess(ctx, as(g.Officer), x.Granted.ID, 0, "Show nobody else.", models.Date{}))
	x.Withdrawn = ask()
	must(r.EndAccess(ctx, as(g.Buyer), x.Withdrawn.ID, 0, models.AccessWithdrawn, ""))
	x.Asked = ask()
	return x
}

// addReuseAddresses makes what the pages about reuse show. Everybody becomes a registrar of all of government, so that every form is shown.
func addReuseAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	x := share(t, s, g)
	list, err := s.store.Users(context.Background(), models.Page{Limit: models.MaxLimit})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if u := &list.Items[i]; u.Name == "Everybody" {
			if err := register.New(s.store).GiveRole(context.Background(), sample.By, &models.Membership{UserID: u.ID, AgencyID: &g.Root.ID, Role: models.Registrar}); err != nil {
				t.Fatal(err)
			}
		}
	}
	id := func(pattern string, n int64) string { return fmt.Sprintf(pattern, n) }
	for route, path := range map[string]string{
		"/assets/:id/uses": id("/assets/%d/uses", g.CaseDesk.ID), "/assets/:id/ask": id("/assets/%d/ask", g.CaseDesk.ID), "/assets/:id/access": id("/assets/%d/access", g.Mail.ID),
		"/use-claims/:id": id("/use-claims/%d", x.Claim.ID), "/questions/:id": id("/questions/%d", x.OfPublic.ID), "/questions/asked/:link": "/questions/asked/" + x.Secret,
		"/reuse/calls/:id": id("/reuse/calls/%d", x.Group.ID), "/reuse/calls/:id/edit": id("/reuse/calls/%d/edit", x.Help.ID), "/reuse/calls/:id/ask": id("/reuse/calls/%d/ask", x.Want.ID),
		"/reuse/calls/new": id("/reuse/calls/new?kind=contributions-wanted&asset=%d", g.CaseDesk.ID), "/access-requests/:id": id("/access-requests/%d", x.Asked.ID),
	} {
		all[route] = path
	}
}

func sharing(t *testing.T) (*site, *sample.State, *shared) {
	t.Helper()
	s, g := government(t)
	return s, g, share(t, s, g)
}

func TestTheEntrySaysWhoUsesItAndWhomToAskWithoutAnAddress(t *testing.T) {
	s, g, x := sharing(t)
	asset := fmt.Sprintf("/assets/%d", g.CaseDesk.ID)
	a := s.get(asset).want(t, 200, "Who uses it?", "Whom to ask?", "Used by 2 agencies, of which 1 confirmed it in the last 180 days.", "1 registered it without a confirmation.", "Ask 1 person who knows it", "Translate it into French")
	for _, hidden := range []string{"Ines Registrar", "We want to use Case Desk for appeals", "Town of Nowhere", "Said by others"} {
		if strings.Contains(a.Body, hidden) {
			t.Errorf("the public reads %q", hidden)
		}
	}
	reader := s.as(g.Reader.ID)
	a = reader.get(asset).want(t, 200, "Others name 2 more that have not said so themselves; of 1 it is not known which agency is meant. They are not counted.", "Said by others, and not confirmed", "Town of Nowhere", "Ministry of Finance")
	uses := reader.get(asset+"/uses").want(t, 200, "Ines Registrar", "National Insurance Board", "Migration from 3.x", "Confirmed", "Not confirmed", "Said by others", "Do you know it?")
	if strings.Contains(uses.Body, g.InsuranceRegistrar.Email) {
		t.Error("the address of a referent is shown")
	}
	_, _ = a, x
}

func TestAClaimIsAnsweredOnItsPageByTheAgencyAlone(t *testing.T) {
	s, g, x := sharing(t)
	page := fmt.Sprintf("/use-claims/%d", x.Claim.ID)
	if a := s.as(g.Officer.ID).get(page).want(t, 200, "does not count until somebody of Ministry of Finance confirms it", "Withdraw it"); strings.Contains(a.Body, "Is it so?") {
		t.Error("the programme office is asked to answer for an agency")
	}
	u := sample.User(t, s.store, "Fay Registrar", models.Registrar, g.Finance.ID)
	own := s.as(u.ID)
	own.get(page).want(t, 200, "Is it so?", "You asked us for help in May.")
	own.post(page+"/answer", "version", "1").want(t, 400, "There is a problem", "Choose one of the answers.")
	a := own.post(page+"/answer", "version", "1", "to", "confirmed", "service", "Appeals", "environment", "production", "visibility", "public", "validUntilOn", models.DateOf(time.Now()).AddDays(90).String())
	a.want(t, 303)
	own.get(page).want(t, 200, "has confirmed it", "a deployment")
	s.get(fmt.Sprintf("/assets/%d", g.CaseDesk.ID)).want(t, 200, "Used by 3 agencies, of which 2 confirmed it")
	own.post(page+"/answer", "version", "2", "to", "denied").want(t, 409, "This was answered already.")
	s.get(page).want(t, 404)
}

func TestTheOfficeSaysOnceWhichAgencyANameMeans(t *testing.T) {
	s, g, x := sharing(t)
	office := s.as(g.Officer.ID)
	office.get("/use-claims").want(t, 200, "Which agency is meant?", "Town of Nowhere")
	page := fmt.Sprintf("/use-claims/%d", x.Unmatched.ID)
	office.post(page+"/match", "version", "1", "agencyId", "").want(t, 400, "There is no such agency")
	office.post(page+"/match", "version", "1", "agencyId", number(g.Clinic.ID)).want(t, 303)
	office.get(page).want(t, 200, "Port Clinic", "Town of Nowhere")
	if a := s.as(g.Reader.ID).get("/use-claims").want(t, 200, "Port Clinic"); strings.Contains(a.Body, "Which agency is meant?") {
		t.Error("a reader is asked to match names")
	}
}

var askedAddress = regexp.MustCompile(`value="[^"]*(/questions/asked/ospo_qu_[^"]+)"`)

func TestThePublicAsksOnAPageAndReadsTheAnswerByItsAddress(t *testing.T) {
	s, g, _ := sharing(t)
	page := fmt.Sprintf("/assets/%d/ask", g.CaseDesk.ID)
	s.get(page).want(t, 200, "It reaches the person who offered", "Your e-mail", "within 10 working days")
	s.post(page, "title", "Hello", "name", "Pat").want(t, 400, "There is a problem", `href="#f-email"`, `href="#f-body"`)
	a := s.post(page, "title", "Is it free?", "body", "To use?", "name", "Pat Public", "email", "pat2@home.example").want(t, 200, "Your question is sent", "shown this once")
	m := askedAddress.FindStringSubmatch(a.Body)
	if m == nil {
		t.Fatalf("no address is shown: %s", a.Body)
	}
	s.get(m[1]).want(t, 200, "Is it free?", "An answer is due by", "Add a word")
	s.post(m[1], "body", "Also for schools?").want(t, 303)
	s.post(m[1], "body", " ").want(t, 400, "There is a problem")
	referent := s.as(g.InsuranceRegistrar.ID)
	inbox := referent.get("/questions").want(t, 200, "Is it free?", "2 questions wait for an answer")
	n := regexp.MustCompile(`/questions/(\d+)"><bdi>Is it free`).FindStringSubmatch(inbox.Body)
	referent.get("/").want(t, 200, "2 questions wait for you.")
	referent.get("/questions/"+n[1]).want(t, 200, "pat2@home.example", "Also for schools?")
	referent.post("/questions/"+n[1]+"/messages", "body", "Yes, for everybody.").want(t, 303)
	a = s.get(m[1]).want(t, 200, "Yes, for everybody.", "National Insurance Board")
	if strings.Contains(a.Body, "Ines") || strings.Contains(a.Body, g.InsuranceRegistrar.Email) {
		t.Error("who asked from the public learns who answered")
	}
	if a := s.as(g.Reader.ID).get("/questions/"+n[1]).want(t, 200, "Somebody from the public"); strings.Contains(a.Body, "pat2@") || strings.Contains(a.Body, "Pat Public") {
		t.Error("everybody in government reads the address")
	}
	s.get("/questions/"+n[1]).want(t, 404)
	s.get("/questions").want(t, 401)
}

func TestACallIsPublishedChangedJoinedAndEndedOnPages(t *testing.T) {
	s, g, x := sharing(t)
	buyer, registrar := s.as(g.Buyer.ID), s.as(g.Registrar.ID)
	if a := s.get("/reuse").want(t, 200, "Translate it into French", "good for newcomers"); strings.Contains(a.Body, "timetable") {
		t.Error("the public sees a call in government")
	}
	buyer.get("/reuse?kind=joint-development").want(t, 200, "A timetable for courts", "2 agencies")
	buyer.get("/reuse?skill=french&goodFirst=yes").want(t, 200, "Translate it into French")
	asset := number(g.CaseDesk.ID)
	buyer.get("/reuse/calls/new?kind=reuse-wanted&asset="+asset).want(t, 200, "We want to reuse this", "Case Desk")
	buyer.post("/reuse/calls", "kind", "reuse-wanted", "assetId", asset, "agencyId", number(g.Finance.ID), "endsOn", "2020-01-01", "visibility", "government").want(t, 400, `href="#f-title"`, `href="#f-text"`, `href="#f-endsOn"`)
	a := buyer.post("/reuse/calls", "kind", "reuse-wanted", "assetId", asset, "agencyId", number(g.Finance.ID), "title", "For permits", "text", "Soon", "endsOn", models.DateOf(time.Now()).AddDays(60).String(), "visibility", "public")
	a.want(t, 303)
	s.get(a.Location).want(t, 200, "For permits")
	buyer.post(a.Location+"/edit", "version", "1", "title", "For building permits", "text", "Soon", "endsOn", models.DateOf(time.Now()).AddDays(60).String(), "visibility", "public").want(t, 303)
	buyer.post(a.Location+"/end", "version", "1", "to", "fulfilled").want(t, 409, "Somebody changed this")
	buyer.post(a.Location+"/end", "version", "2").want(t, 400, "Use fulfilled or closed.")
	buyer.post(a.Location+"/end", "version", "2", "to", "fulfilled", "reason", "It runs").want(t, 303)
	s.get(a.Location).want(t, 200, "Has come about", "It runs")
	group := fmt.Sprintf("/reuse/calls/%d", x.Group.ID)
	registrar.get(group).want(t, 200, "Two developers", "By number of rooms.", "When do you begin?", "Join the group", "Ministry of Health leaves the group")
	registrar.post(group+"/join", "agencyId", number(g.Clinic.ID), "note", "A tester").want(t, 303)
	registrar.post(group+"/join", "agencyId", number(g.Clinic.ID)).want(t, 409, "in the group already")
	registrar.post(group+"/leave", "agencyId", number(g.Health.ID)).want(t, 303)
	registrar.get(group).want(t, 200, "2 agencies; 1 left", "A tester")
	registrar.post(group+"/ask", "title", "Where?", "body", "In which town?").want(t, 303)
}

func TestAccessIsAskedForAndDecidedOnPages(t *testing.T) {
	s, g, x := sharing(t)
	buyer, office := s.as(g.Buyer.ID), s.as(g.Officer.ID)
	page := fmt.Sprintf("/assets/%d/access", g.Mail.ID)
	buyer.get(page).want(t, 200, "You may see the code of this software", "What was asked before")
	buyer.post(page, "agencyId", number(g.Finance.ID), "untilOn", "soon").want(t, 400, "Write the date")
	s.get(page).want(t, 401)
	request := fmt.Sprintf("/access-requests/%d", x.Asked.ID)
	if a := buyer.get(request).want(t, 200, "Waits for a decision", "Withdraw it", "another person has to decide"); strings.Contains(a.Body, "Decide on it") {
		t.Error("who asked decides")
	}
	s.as(g.Reader.ID).get(request).want(t, 404)
	ssc := s.as(sample.User(t, s.store, "Sol Registrar", models.Registrar, g.Services.ID).ID)
	ssc.get("/access-requests").want(t, 200, "1 request waits for you")
	ssc.get("/reuse").want(t, 200, "1 request for access to code")
	office.post(request+"/decision", "version", "1").want(t, 400, "Choose one of the two.")
	ssc.post(request+"/decision", "version", "1", "to", "refused").want(t, 400, `href="#f-reason"`)
	ssc.post(request+"/decision", "version", "1", "to", "granted", "endsOn", x.Asked.UntilOn.String(), "conditions", "Show nobody else.").want(t, 303)
	buyer.get(request).want(t, 200, "The people of Ministry of Finance see the repositories", "It ends in", "Show nobody else.")
	ssc.post(request+"/end", "version", "2", "to", "revoked").want(t, 400, "There is a problem")
	ssc.post(request+"/end", "version", "2", "to", "revoked", "reason", "Broken").want(t, 303)
	buyer.get(request).want(t, 200, "Revoked", "Broken", "It gives no access.")
}

func TestASupplierNamesUsersOnItsPage(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	link := linked(t, s, g)
	s.get(link).want(t, 200, "Tell us who uses the software")
	s.post(link+"/uses", "stated", "ministry of finance").want(t, 200, "The agency is asked whether it is so.")
	s.post(link+"/uses", "stated", "").want(t, 400, `href="#f-stated"`)
	s.as(g.Reader.ID).get("/use-claims").want(t, 200, "Ministry of Finance", "a supplier")
}

func TestAccessForLongerThanWasAskedIsSaid(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	x := share(t, s, g)
	path := "/access-requests/" + number(x.Asked.ID)
	officer := s.as(g.Officer.ID)
	officer.get(path).want(t, 200, "It is asked for until", "Last day of access", "Asked for until")
	officer.post(path+"/decision", "to", "granted", "endsOn", x.Asked.UntilOn.AddDays(7).String(), "version", "1").want(t, 303)
	s.as(g.Buyer.ID).get(path).want(t, 200, "That is longer than was asked for")
	s.as(g.Buyer.ID).get("/access-requests/"+number(x.Granted.ID)).want(t, 200).without(t, "longer than was asked for")
	officer.get("/access-requests/999999").want(t, 404, "There is no such access request")
}
