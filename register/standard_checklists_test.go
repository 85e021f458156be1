package register_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func lineOfStandard(t *testing.T, c *register.StandardChecklist, id string) register.StandardLine {
	t.Helper()
	for _, l := range c.Lines {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no line %s", id)
	return register.StandardLine{}
}

func TestWhatTheRegisterFindsCountsForNothingUntilAPersonConfirmsIt(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	f.code(a, func(r *models.Repository) { r.Tree.Security = "SECURITY.md" })
	keeper := f.person("k@example.gov", models.Registrar, f.health)
	c, err := f.r.StandardChecklist(ctx, models.Viewer{}, a.ID, "dpg")
	f.must(err)
	license := lineOfStandard(t, c, "2")
	if license.Answer != models.AnswerUnknown || !license.Open() || license.Given != nil || c.Counts[models.AnswerUnknown] != 11 || c.Found == 0 || len(lineOfStandard(t, c, "9a").Found) != 1 {
		t.Errorf("before anybody answered: %+v", c)
	}
	last := f.lastEvent().ID
	say := models.ChecklistAnswer{AssetID: a.ID, Standard: "dpg", Indicator: "2", Answer: models.AnswerMet, Links: models.StringList{" https://git.example.gov/casedesk/LICENSE ", "https://git.example.gov/casedesk/LICENSE"}, Evidence: "MIT. Ask Rosa."}
	again := say
	f.must(f.r.AnswerChecklist(ctx, keeper, &say))
	f.must(f.r.AnswerChecklist(ctx, keeper, &again))
	if diff := cmp.Diff([]string{"checklist.answered"}, f.events(last)); diff != "" || again.ID != say.ID {
		t.Errorf("answered twice alike: %s", diff)
	}
	c, err = f.r.StandardChecklist(ctx, models.Viewer{}, a.ID, "dpg")
	f.must(err)
	license = lineOfStandard(t, c, "2")
	if license.Answer != models.AnswerMet || license.Open() || license.Older || license.Stale || license.Given.Evidence != "" || license.Given.By != "" || len(license.Given.Links) != 1 || c.Counts[models.AnswerMet] != 1 {
		t.Errorf("the public reads %+v", license.Given)
	}
	c, err = f.r.StandardChecklist(ctx, keeper, a.ID, "dpg")
	f.must(err)
	if given := lineOfStandard(t, c, "2").Given; given.Evidence != "MIT. Ask Rosa." || given.By != "k@example.gov" || given.Edition != "1.1.6" {
		t.Errorf("government reads %+v", given)
	}
}

func TestEvidenceGrowsStaleAndTheNewestAnswerCounts(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	old := models.DateOf(time.Now().AddDate(-1, 0, -1))
	answer := func(answer models.Answer, on models.Date) {
		f.must(f.r.AnswerChecklist(ctx, system, &models.ChecklistAnswer{AssetID: a.ID, Standard: "dpg", Indicator: "7", Answer: answer, Evidence: "The law.", OnDay: on}))
	}
	answer(models.AnswerNotMet, models.DateOf(time.Now()))
	answer(models.AnswerMet, old)
	c, err := f.r.StandardChecklist(ctx, system, a.ID, "dpg")
	f.must(err)
	if l := lineOfStandard(t, c, "7"); l.Answer != models.AnswerMet || !l.Stale || c.Stale != 1 {
		t.Errorf("%+v", l)
	}
	history, err := f.s.AnswerHistory(ctx, system, a.ID, "dpg", "7")
	f.must(err)
	if len(history) != 2 || history[0].Answer != models.AnswerMet {
		t.Errorf("the history: %+v", history)
	}
	list, err := f.s.Checklists(ctx, models.Viewer{}, models.ChecklistFilter{})
	f.must(err)
	if len(list.Items) != 1 || list.Items[0].Met != 1 || list.Items[0].NotMet != 0 || list.Items[0].Answered != 1 || *list.Items[0].Oldest != old || len(list.Items[0].OnDays) != 1 {
		t.Errorf("the overview: %+v", list.Items)
	}
}

func TestWhoMayAnswerAndWhatIsAsked(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	keeper, other := f.person("k@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Registrar, f.education)
	for _, tc := range []struct {
		name   string
		by     models.Viewer
		change func(*models.ChecklistAnswer)
		want   func(error) bool
	}{
		{"another agency", other, func(*models.ChecklistAnswer) {}, func(err error) bool { return models.IsKind(err, models.Forbidden) }},
		{"the public", models.Viewer{}, func(*models.ChecklistAnswer) {}, func(err error) bool { return models.IsKind(err, models.Unauthenticated) }},
		{"a standard that there is none of", keeper, func(a *models.ChecklistAnswer) { a.Standard = "x" }, func(err error) bool { return models.IsKind(err, models.NotFound) }},
		{"a question that there is none of", keeper, func(a *models.ChecklistAnswer) { a.Indicator = "10" }, func(err error) bool { return mistakes(err)[0] == "indicator" }},
		{"met without evidence", keeper, func(a *models.ChecklistAnswer) { a.Evidence = " " }, func(err error) bool { return mistakes(err)[0] == "evidence" }},
		{"evidence of tomorrow, and a link that is none", keeper, func(a *models.ChecklistAnswer) {
			a.OnDay = *todayPlus(1)
			a.Links = models.StringList{"javascript:alert(1)"}
		}, func(err error) bool { return cmp.Equal(mistakes(err), []string{"links[0]", "onDay"}) }},
		{"not met without evidence", keeper, func(a *models.ChecklistAnswer) { a.Answer = models.AnswerNotMet; a.Evidence = "" }, func(err error) bool { return err == nil }},
	} {
		answer := &models.ChecklistAnswer{AssetID: a.ID, Standard: "dpg", Indicator: "1", Answer: models.AnswerMet, Evidence: "x"}
		tc.change(answer)
		if err := f.r.AnswerChecklist(ctx, tc.by, answer); !tc.want(err) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if _, err := f.r.StandardChecklist(ctx, system, a.ID, "x"); !models.IsKind(err, models.NotFound) {
		t.Errorf("a checklist of a standard that there is none of: %v", err)
	}
}

func TestGoalsAreSetForSoftwareAsAWhole(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	keeper, other := f.person("k@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Registrar, f.education)
	list := []models.AssetSDG{{Goal: 16, Relevance: "Courts."}, {Goal: 3, Relevance: "Clinics."}}
	if _, err := f.r.SetSDGs(ctx, other, a.ID, 0, list); !models.IsKind(err, models.Forbidden) {
		t.Errorf("another agency: %v", err)
	}
	_, err := f.r.SetSDGs(ctx, keeper, a.ID, 0, []models.AssetSDG{{Goal: 18, Relevance: "x"}, {Goal: 3}, {Goal: 3, Relevance: "x"}})
	if diff := cmp.Diff([]string{"sdgs[0].goal", "sdgs[1].relevance", "sdgs[2].goal"}, mistakes(err)); diff != "" {
		t.Error(diff)
	}
	last := f.lastEvent().ID
	changed, err := f.r.SetSDGs(ctx, keeper, a.ID, a.Version, list)
	f.must(err)
	_, err = f.r.SetSDGs(ctx, keeper, a.ID, changed.Version, list)
	f.must(err)
	if diff := cmp.Diff([]string{"asset.goals-set"}, f.events(last)); diff != "" {
		t.Errorf("set twice alike: %s", diff)
	}
	if _, err := f.r.SetSDGs(ctx, keeper, a.ID, a.Version, nil); !models.HasCode(err, "changed-meanwhile") {
		t.Errorf("based on an older state: %v", err)
	}
	kept, err := f.s.AssetSDGs(ctx, a.ID)
	f.must(err)
	if diff := cmp.Diff([]models.AssetSDG{{AssetID: a.ID, Goal: 3, Relevance: "Clinics."}, {AssetID: a.ID, Goal: 16, Relevance: "Courts."}}, kept); diff != "" {
		t.Error(diff)
	}
	now, err := f.s.Asset(ctx, system, a.ID)
	f.must(err)
	if now.Version != a.Version+1 {
		t.Errorf("the goals are no change of the entry: version %d", now.Version)
	}
}
