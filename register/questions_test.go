package register_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (f *fixture) offer(by models.Viewer, a *models.Asset, g *models.Agency) *models.Referent {
	f.t.Helper()
	r := &models.Referent{AssetID: a.ID, AgencyID: g.ID, Expertise: models.RunsIt}
	f.must(f.r.BecomeReferent(ctx, by, r))
	return r
}

func (f *fixture) ask(by models.Viewer, a *models.Asset) *models.Question {
	f.t.Helper()
	n := &models.Question{AssetID: &a.ID, Title: "Does it speak French?", Body: "We have two languages."}
	if !by.SignedIn() {
		n.AskerName, n.AskerEmail = "Pat Public", "pat@home.example"
	}
	_, err := f.r.AskQuestion(ctx, by, n)
	f.must(err)
	return n
}

// inbox gives the ids of the questions that wait for somebody.
func (f *fixture) inbox(v models.Viewer) int {
	f.t.Helper()
	list, err := f.s.Questions(ctx, v, models.QuestionFilter{ForMe: true, Open: true})
	f.must(err)
	return len(list.Items)
}

func TestAPersonOffersToAnswerForThemselvesAlone(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	own := f.person("e@education.example.gov", models.Reader, f.education)
	f.step("referent.offered", func() error {
		return f.r.BecomeReferent(ctx, own, &models.Referent{AssetID: a.ID, AgencyID: f.education.ID, Expertise: models.Expert, UserID: 99, Note: "Migration"})
	})
	f.refused("referent-exists", func() error {
		return f.r.BecomeReferent(ctx, own, &models.Referent{AssetID: a.ID, AgencyID: f.education.ID, Expertise: models.RunsIt})
	})
	f.refused("invalid-input", func() error {
		return f.r.BecomeReferent(ctx, own, &models.Referent{AssetID: a.ID, AgencyID: f.health.ID, Expertise: models.RunsIt})
	})
	f.refused("sign-in-first", func() error {
		return f.r.BecomeReferent(ctx, system, &models.Referent{AssetID: a.ID, AgencyID: f.health.ID, Expertise: models.RunsIt})
	})
	seen, err := f.s.Referents(ctx, own, a.ID)
	f.must(err)
	if len(seen) != 1 || seen[0].UserID != own.UserID || seen[0].Name != own.Name || seen[0].Note != "Migration" {
		t.Errorf("government sees %+v", seen)
	}
	seen, err = f.s.Referents(ctx, models.Viewer{}, a.ID)
	f.must(err)
	if len(seen) != 1 || seen[0].UserID != 0 || seen[0].Name != "" || seen[0].Note != "" || seen[0].Agency != "Ministry of education" {
		t.Errorf("the public sees %+v", seen)
	}
	other := f.person("x@hospitals.example.gov", models.Registrar, f.hospitals)
	f.refused("not-allowed", func() error { return f.r.EndReferent(ctx, other, seen[0].ID) })
	f.step("referent.ended", func() error { return f.r.EndReferent(ctx, own, seen[0].ID) })
	f.refused("referent-ended", func() error { return f.r.EndReferent(ctx, own, seen[0].ID) })
	f.offer(own, a, f.education)
	f.must(f.r.CloseUser(ctx, system, own.UserID))
	if seen, err := f.s.Referents(ctx, system, a.ID); err != nil || len(seen) != 0 {
		t.Errorf("somebody whose account is closed can be asked: %+v, %v", seen, err)
	}
}

func TestAQuestionReachesAllReferentsElseTheStewardElseTheOffice(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.education, models.VisiblePublic)
	office := f.person("o@example.gov", models.OSPOStaff, nil)
	asker := f.person("x@hospitals.example.gov", models.Reader, f.hospitals)
	n := f.ask(asker, a)
	if n.Reach != models.ReachOSPO || n.Reached != 1 || f.inbox(office) != 1 {
		t.Errorf("with nobody there it went to %s, %d people", n.Reach, n.Reached)
	}
	registrar := f.person("e@education.example.gov", models.Registrar, f.education)
	if n = f.ask(asker, a); n.Reach != models.ReachStewards || n.Reached != 1 || f.inbox(registrar) != 1 || f.inbox(office) != 1 {
		t.Errorf("with a registrar it went to %s, %d people", n.Reach, n.Reached)
	}
	one, two := f.person("h1@health.example.gov", models.Reader, f.health), f.person("h2@health.example.gov", models.Reader, f.health)
	f.offer(one, a, f.health)
	f.offer(two, a, f.health)
	if n = f.ask(asker, a); n.Reach != models.ReachReferents || n.Reached != 2 || f.inbox(one) != 3 || f.inbox(two) != 3 || f.inbox(registrar) != 1 {
		t.Errorf("with referents it went to %s, %d people", n.Reach, n.Reached)
	}
	if f.inbox(asker) != 0 || f.inbox(f.person("z@health.example.gov", models.Registrar, f.health)) != 0 {
		t.Error("it went to somebody else too")
	}
	f.step("question.answered", func() error { return f.r.WriteToQuestion(ctx, two, n.ID, "Yes, since 4.1.") })
	row, err := f.s.Question(ctx, asker, n.ID)
	f.must(err)
	words, err := f.s.QuestionMessages(ctx, n.ID)
	f.must(err)
	if row.State != models.QuestionAnswered || row.Answers != 1 || words[0].Side != models.SideReferent || words[0].Agency != "Ministry of health" || f.inbox(one) != 2 {
		t.Errorf("after the answer: %+v, %+v", row.Question, words)
	}
	f.step("question.followed-up", func() error { return f.r.WriteToQuestion(ctx, asker, n.ID, "And Dutch?") })
	if f.inbox(one) != 3 {
		t.Error("one more word of who asked does not open it again")
	}
	other := f.person("y@hospitals.example.gov", models.Registrar, f.hospitals)
	f.refused("not-allowed", func() error { return f.r.WriteToQuestion(ctx, other, n.ID, "No idea.") })
	f.refused("not-allowed", func() error { return f.r.CloseQuestion(ctx, other, n.ID, 0) })
	f.step("question.closed", func() error { return f.r.CloseQuestion(ctx, asker, n.ID, 0) })
	f.refused("question-closed", func() error { return f.r.WriteToQuestion(ctx, one, n.ID, "Too late") })
	f.refused("question-closed", func() error { return f.r.CloseQuestion(ctx, asker, n.ID, 0) })
}

func TestAQuestionThatNobodyAnswersGoesToTheOfficeAfterTenWorkingDays(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	office, referent := f.person("o@example.gov", models.OSPOStaff, nil), f.person("h@health.example.gov", models.Reader, f.health)
	f.offer(referent, a, f.health)
	monday := f.r.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	n := &models.Question{AssetID: &a.ID, Title: "How long?", Body: "To install."}
	_, err := monday.AskQuestion(ctx, f.person("x@hospitals.example.gov", models.Reader, f.hospitals), n)
	f.must(err)
	if n.DueOn.String() != "2026-11-16" {
		t.Errorf("it is due on %s", n.DueOn)
	}
	for on, want := range map[string]int{"2026-11-16": 0, "2026-11-17": 1} {
		then := f.r.At(day(on).Time().Add(10 * time.Hour))
		if on == "2026-11-17" {
			f.step("question.escalated", func() error { got, err := then.EscalateQuestions(ctx); isIt(t, got, want); return err })
			f.step("", func() error { got, err := then.EscalateQuestions(ctx); isIt(t, got, 0); return err })
		} else if got, err := f.s.OverdueQuestions(ctx, day(on)); err != nil || len(got) != 0 {
			t.Errorf("it is over on its last day: %v, %v", got, err)
		}
	}
	row, err := f.s.Question(ctx, office, n.ID)
	f.must(err)
	if row.State != models.QuestionEscalated || row.Reached != 2 || f.inbox(office) != 1 || f.inbox(referent) != 1 {
		t.Errorf("after the escalation: %+v", row.Question)
	}
	f.must(f.r.WriteToQuestion(ctx, office, n.ID, "Two days."))
	if words, err := f.s.QuestionMessages(ctx, n.ID); err != nil || words[0].Side != models.SideOSPO || f.inbox(referent) != 0 {
		t.Errorf("the answer of the office is %+v, %v", words, err)
	}
}

func isIt(t *testing.T, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestTheAddressOfSomebodyFromThePublicIsForWhoAnswersAndIsForgotten(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	registrar := f.person("h@health.example.gov", models.Registrar, f.health)
	n := &models.Question{AssetID: &a.ID, Title: "May I help?", Body: "I know it well.", AskerName: "Pat Public", AskerEmail: "pat@home.example", AgencyID: &f.health.ID}
	then := f.r.At(time.Now().AddDate(0, 0, -models.KeepAskerDays-1))
	secret, err := then.AskQuestion(ctx, models.Viewer{}, n)
	f.must(err)
	if n.AgencyID != nil || !strings.HasPrefix(secret, register.QuestionPrefix) {
		t.Errorf("the public speaks for agency %v, secret %.8s", n.AgencyID, secret)
	}
	for _, e := range f.contents(0) {
		if strings.Contains(e, "pat@") || strings.Contains(e, "Pat") || strings.Contains(e, "help") {
			t.Errorf("the trail keeps %s", e)
		}
	}
	row, err := f.s.Question(ctx, f.person("x@education.example.gov", models.Registrar, f.education), n.ID)
	f.must(err)
	if row.AskerEmail != "" || row.AskerName != "" {
		t.Errorf("another agency sees %s", row.AskerEmail)
	}
	if row, err = f.s.Question(ctx, registrar, n.ID); err != nil || row.AskerEmail != "pat@home.example" {
		t.Errorf("who answers sees %v, %v", row, err)
	}
	if list, err := f.s.Questions(ctx, models.Viewer{}, models.QuestionFilter{Asset: a.ID}); err != nil || len(list.Items) != 0 || list.Total.Count != 0 {
		t.Errorf("the public sees %+v, %v", list, err)
	}
	f.must(f.r.WriteToQuestion(ctx, registrar, n.ID, "Gladly."))
	f.step("question.followed-up", func() error { return f.r.WriteByQuestionLink(ctx, secret, "How?") })
	open, err := f.r.OpenQuestion(ctx, secret)
	f.must(err)
	text, err := json.Marshal(open)
	f.must(err)
	if len(open.Messages) != 2 || open.Messages[0].Agency != "Ministry of health" || strings.Contains(string(text), "example.gov") || strings.Contains(string(text), "pat@") {
		t.Errorf("who asked reads %s", text)
	}
	if _, err := f.r.OpenQuestion(ctx, secret+"x"); !models.IsKind(err, models.NotFound) {
		t.Errorf("another address opens %v", err)
	}
	f.step("question.asker-dropped", func() error { got, err := f.r.DropAskers(ctx); isIt(t, got, 1); return err })
	f.step("", func() error { got, err := f.r.DropAskers(ctx); isIt(t, got, 0); return err })
	if row, err = f.s.Question(ctx, registrar, n.ID); err != nil || row.AskerEmail != "" || row.AskerName != "" || row.AskerEndedAt == nil {
		t.Errorf("after the time it is %+v, %v", row.Question, err)
	}
	if _, err := f.r.OpenQuestion(ctx, secret); err != nil {
		t.Errorf("the answer is gone too: %v", err)
	}
}

// contents gives the contents of the events after an id, with their titles and actors.
func (f *fixture) contents(after int64) []string {
	f.t.Helper()
	list, err := f.s.Events(ctx, system, models.EventFilter{After: after, Noun: "question", Limit: models.MaxLimit})
	f.must(err)
	var texts []string
	for _, e := range list {
		texts = append(texts, e.Title+e.ActorName+string(e.Before)+string(e.After))
	}
	return texts
}

func TestThePublicAsksAboutWhatIsPublicAndNotWithoutEnd(t *testing.T) {
	f := newFixture(t)
	a, hidden := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Mail", f.health, models.VisibleGovernment)
	f.person("h@health.example.gov", models.Registrar, f.health)
	for name, n := range map[string]models.Question{
		"about what is hidden": {AssetID: &hidden.ID, Title: "x", Body: "y", AskerName: "Pat", AskerEmail: "pat@home.example"},
		"without an address":   {AssetID: &a.ID, Title: "x", Body: "y", AskerName: "Pat"},
		"without a name":       {AssetID: &a.ID, Title: "x", Body: "y", AskerEmail: "pat@home.example"},
		"about nothing":        {Title: "x", Body: "y", AskerName: "Pat", AskerEmail: "pat@home.example"},
		"without words":        {AssetID: &a.ID, Title: "x", Body: " ", AskerName: "Pat", AskerEmail: "pat@home.example"},
	} {
		if _, err := f.r.AskQuestion(ctx, models.Viewer{}, &n); !models.IsKind(err, models.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range models.MostPublicQuestionsOfMailer {
		f.ask(models.Viewer{}, a)
	}
	_, err := f.r.AskQuestion(ctx, models.Viewer{}, &models.Question{AssetID: &a.ID, Title: "x", Body: "y", AskerName: "Pat", AskerEmail: "PAT@home.example"})
	var e *models.Error
	if !errors.As(err, &e) || e.Code != "too-many-questions" || e.RetryAfter <= 0 || e.RetryAfter > 24*time.Hour || !strings.Contains(e.Detail, f.health.Name) {
		t.Errorf("one question too many gives %+v", e)
	}
	f.ask(f.person("x@education.example.gov", models.Reader, f.education), a)
}

// A script with made-up addresses slows down who asks of the same agency, and nobody else.
func TestNoFloodOfQuestionsSilencesThePublic(t *testing.T) {
	f := newFixture(t)
	flooded, other, elsewhere := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Mail", f.health, models.VisiblePublic), f.asset("School Desk", f.education, models.VisiblePublic)
	made := 0
	ask := func(about *models.Asset) error {
		made++
		_, err := f.r.AskQuestion(ctx, models.Viewer{}, &models.Question{AssetID: &about.ID, Title: "x", Body: "y", AskerName: "Pat", AskerEmail: fmt.Sprintf("pat%d@home.example", made)})
		return err
	}
	for range models.MostPublicQuestionsOfThing {
		f.must(ask(flooded))
	}
	f.refused("too-many-questions", func() error { return ask(flooded) })
	f.must(ask(other))
	f.ask(f.person("x@education.example.gov", models.Reader, f.education), flooded)
	later := f.r.At(time.Now().Add(models.PublicQuestionsOfThingApart + time.Minute))
	_, err := later.AskQuestion(ctx, models.Viewer{}, &models.Question{AssetID: &flooded.ID, Title: "x", Body: "y", AskerName: "Pat", AskerEmail: "later@home.example"})
	f.must(err)
	for i := range models.MostPublicQuestionsOfAgency - models.MostPublicQuestionsOfThing - 2 {
		f.must(ask(f.asset(fmt.Sprintf("Desk %d", i), f.health, models.VisiblePublic)))
	}
	another := f.asset("Yet another", f.health, models.VisiblePublic)
	f.refused("too-many-questions", func() error { return ask(another) })
	f.must(ask(elsewhere))
}

func TestTwoQuestionsAtOnceAreNotBothTheLastOne(t *testing.T) {
	s := testkit.OwnStore(t)
	g, r := sample.Government(t, s), register.New(s)
	const atOnce = 3 * models.MostPublicQuestionsOfMailer
	var work errgroup.Group
	var sent atomic.Int32
	for range atOnce {
		work.Go(func() error {
			_, err := r.AskQuestion(ctx, models.Viewer{}, &models.Question{AssetID: &g.CaseDesk.ID, Title: "x", Body: "y", AskerName: "Pat", AskerEmail: "pat@home.example"})
			if err == nil {
				sent.Add(1)
			} else if !models.HasCode(err, "too-many-questions") {
				return err
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil || sent.Load() != models.MostPublicQuestionsOfMailer {
		t.Errorf("%d of %d at once were sent, %v", sent.Load(), atOnce, err)
	}
}

func TestAQuestionAboutACallIsPutToWhoCalls(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	buyer := f.person("b@education.example.gov", models.Procurement, f.education)
	k := &models.Call{Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &a.ID, Title: "We want it", Text: "For schools"}
	f.must(f.r.OpenCall(ctx, buyer, k))
	asker := f.person("h@health.example.gov", models.Registrar, f.health)
	n := &models.Question{CallID: &k.ID, Title: "When?", Body: "Which month?"}
	_, err := f.r.AskQuestion(ctx, asker, n)
	f.must(err)
	if n.Reach != models.ReachStewards || n.Reached != 1 || f.inbox(buyer) != 1 || f.inbox(asker) != 0 {
		t.Errorf("it went to %s, %d people; %d wait", n.Reach, n.Reached, f.inbox(buyer))
	}
	f.must(f.r.WriteToQuestion(ctx, buyer, n.ID, "In May."))
}
