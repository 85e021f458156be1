package register_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func entry(function, name string, status models.StackStatus) *models.StackEntry {
	return &models.StackEntry{Function: function, Name: name, Status: status, ValidatedBy: "Technical board", Justification: "Tried at three agencies."}
}

func TestAnEntryOfTheStackIsSupersededAndNeverOverwritten(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Nextcloud", f.health, models.VisiblePublic)
	officer, keeper := f.person("o@example.gov", models.OSPOStaff, nil), f.person("k@example.gov", models.Registrar, f.health)
	first := entry("FILES.SHARE", "", models.StackRecommended)
	first.AssetID, first.Minimum = &a.ID, "29"
	if err := f.r.AddStackEntry(ctx, keeper, first); !models.IsKind(err, models.Forbidden) {
		t.Errorf("a registrar: %v", err)
	}
	last := f.lastEvent().ID
	f.must(f.r.AddStackEntry(ctx, officer, first))
	if first.Name != "Nextcloud" || first.ValidUntilOn.DaysSince(first.ValidatedOn) != models.StackDays {
		t.Errorf("%+v", first)
	}
	twice := entry("FILES.SHARE", "", models.StackAccepted)
	twice.AssetID = &a.ID
	if err := f.r.AddStackEntry(ctx, officer, twice); !models.HasCode(err, "stack-entry-exists") {
		t.Errorf("a second entry beside it: %v", err)
	}
	second := entry("FILES.SHARE", "", models.StackContain)
	second.AssetID, second.SupersedesID = &a.ID, &first.ID
	f.must(f.r.AddStackEntry(ctx, officer, second))
	if diff := cmp.Diff([]string{"stack-entry.added", "stack-entry.superseded"}, f.events(last)); diff != "" {
		t.Error(diff)
	}
	third := entry("FILES.SYNC", "", models.StackRetire)
	third.AssetID, third.SupersedesID, third.AgencyID = &a.ID, &second.ID, &f.health.ID
	if diff := cmp.Diff([]string{"agencyId", "function"}, mistakes(f.r.AddStackEntry(ctx, officer, third))); diff != "" {
		t.Errorf("superseded by one for something else: %s", diff)
	}
	third.SupersedesID = &first.ID
	if err := f.r.AddStackEntry(ctx, officer, third); !models.HasCode(err, "stack-entry-ended") {
		t.Errorf("superseded again: %v", err)
	}
	history, err := f.s.StackHistory(ctx, models.Viewer{}, first.ID)
	f.must(err)
	if len(history) != 2 || history[0].ID != second.ID || history[1].EndedAt == nil || history[1].SupersededBy == nil || *history[1].SupersededBy != second.ID {
		t.Errorf("the history: %+v", history)
	}
	if _, err := f.r.EndStackEntry(ctx, officer, second.ID, " "); !cmp.Equal(mistakes(err), []string{"reason"}) {
		t.Errorf("taken out without a reason: %v", err)
	}
	ended, err := f.r.EndStackEntry(ctx, officer, second.ID, "No longer used.")
	f.must(err)
	if ended.EndedAt == nil || ended.EndReason != "No longer used." {
		t.Errorf("%+v", ended)
	}
	list, err := f.s.StackEntries(ctx, models.Viewer{}, models.StackFilter{})
	f.must(err)
	if len(list.Items) != 0 {
		t.Errorf("still in the stack: %+v", list.Items)
	}
}

func TestEveryMistakeInAStackEntryIsReportedAtOnce(t *testing.T) {
	f := newFixture(t)
	e := &models.StackEntry{Function: "files share", Status: "loved", Minimum: strings.Repeat("1", 101), ValidatedOn: *todayPlus(1)}
	if diff := cmp.Diff([]string{"function", "justification", "minimum", "name", "status", "validatedBy", "validatedOn"}, mistakes(f.r.AddStackEntry(ctx, system, e))); diff != "" {
		t.Error(diff)
	}
	e = entry("FILES.SHARE", "x", models.StackRetire)
	e.Minimum, e.ValidatedOn, e.ValidUntilOn = "3", *todayPlus(-1), *todayPlus(-2)
	if diff := cmp.Diff([]string{"minimum", "validUntilOn"}, mistakes(f.r.AddStackEntry(ctx, system, e))); diff != "" {
		t.Error(diff)
	}
	hidden := int64(99)
	e = entry("FILES.SHARE", "x", models.StackAccepted)
	e.AssetID = &hidden
	if diff := cmp.Diff([]string{"assetId"}, mistakes(f.r.AddStackEntry(ctx, system, e))); diff != "" {
		t.Error(diff)
	}
}

func TestTheStackIsPublicButForSoftwareThatIsNot(t *testing.T) {
	f := newFixture(t)
	secret := f.asset("Secret", f.health, models.VisibleGovernment)
	hidden := entry("FILES.SHARE", "", models.StackAccepted)
	hidden.AssetID = &secret.ID
	local := entry("CHAT", "Matrix", models.StackAccepted)
	local.AgencyID = &f.health.ID
	for _, e := range []*models.StackEntry{hidden, local, entry("CHAT", "Zulip", models.StackRecommended), entry("FILES.SHARE", "Nextcloud", models.StackRecommended), entry("FILES.SHARE", "OwnCloud", models.StackContain)} {
		f.must(f.r.AddStackEntry(ctx, system, e))
	}
	names := func(v models.Viewer, filter models.StackFilter) (all []string) {
		for {
			list, err := f.s.StackEntries(ctx, v, filter)
			f.must(err)
			for _, e := range list.Items {
				all = append(all, e.Name)
			}
			if filter.After = list.Next; filter.After == "" {
				return all
			}
		}
	}
	for _, tc := range []struct {
		name   string
		by     models.Viewer
		filter models.StackFilter
		want   []string
	}{
		{"the public, page by page", models.Viewer{}, models.StackFilter{Page: models.Page{Limit: 1}}, []string{"Zulip", "Matrix", "Nextcloud", "OwnCloud"}},
		{"government", system, models.StackFilter{}, []string{"Zulip", "Matrix", "Nextcloud", "Secret", "OwnCloud"}},
		{"what holds for an agency below", models.Viewer{}, models.StackFilter{Agency: f.hospitals.ID}, []string{"Zulip", "Matrix", "Nextcloud", "OwnCloud"}},
		{"what holds for another agency", models.Viewer{}, models.StackFilter{Agency: f.education.ID}, []string{"Zulip", "Nextcloud", "OwnCloud"}},
		{"a function and those below it", models.Viewer{}, models.StackFilter{Function: "FILES"}, []string{"Nextcloud", "OwnCloud"}},
		{"a status", models.Viewer{}, models.StackFilter{Status: models.StackContain}, []string{"OwnCloud"}},
		{"what was looked at too long ago", models.Viewer{}, models.StackFilter{Stale: true}, nil},
	} {
		if diff := cmp.Diff(tc.want, names(tc.by, tc.filter)); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
	for name, tc := range map[string]struct {
		by   models.Viewer
		want []store.StackTally
	}{
		"the public": {models.Viewer{}, []store.StackTally{{Status: models.StackRecommended, Entries: 2}, {Status: models.StackAccepted, Entries: 1}, {Status: models.StackContain, Entries: 1}}},
		"government": {system, []store.StackTally{{Status: models.StackRecommended, Entries: 2}, {Status: models.StackAccepted, Entries: 2}, {Status: models.StackContain, Entries: 1}}},
	} {
		tallies, err := f.s.StackTallies(ctx, tc.by, models.StackFilter{Status: models.StackContain})
		f.must(err)
		if diff := cmp.Diff(tc.want, tallies); diff != "" {
			t.Errorf("%s counts: %s", name, diff)
		}
	}
	functions, err := f.s.StackFunctions(ctx, models.Viewer{})
	f.must(err)
	if diff := cmp.Diff([]string{"CHAT", "FILES.SHARE"}, functions); diff != "" {
		t.Error(diff)
	}
	if _, err := f.s.StackEntry(ctx, models.Viewer{}, hidden.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("the public opens it: %v", err)
	}
}

func TestWhatRunsIsHeldAgainstTheEntryOfTheNearestAgency(t *testing.T) {
	f := newFixture(t)
	files, old := f.asset("Nextcloud", f.health, models.VisiblePublic), f.asset("Share Point", f.health, models.VisiblePublic)
	minimum := entry("FILES.SHARE", "", models.StackRecommended)
	minimum.AssetID, minimum.Minimum = &files.ID, "29.0"
	retire := entry("FILES.SHARE", "", models.StackRetire)
	retire.AssetID = &old.ID
	spared := entry("FILES.SHARE", "", models.StackAccepted)
	spared.AssetID, spared.AgencyID = &old.ID, &f.hospitals.ID
	for _, e := range []*models.StackEntry{minimum, retire, spared} {
		f.must(f.r.AddStackEntry(ctx, system, e))
	}
	f.runs(f.health, files, "29.0.1", 1)
	f.runs(f.hospitals, files, "28.1", 3)
	f.runs(f.education, files, "", 0)
	f.runs(f.education, old, "2016", 4)
	f.runs(f.hospitals, old, "2019", 1)
	type fault struct {
		Agency, Asset string
		Fault         models.StackFault
	}
	against := func(v models.Viewer, agency int64) (all []fault) {
		out, err := f.r.AgainstStack(ctx, v, agency)
		f.must(err)
		for _, u := range out.Uses {
			all = append(all, fault{u.Agency, u.Asset, u.Fault})
		}
		return all
	}
	retired, below, unknown := fault{f.education.Name, "Share Point", models.FaultRetire}, fault{f.hospitals.Name, "Nextcloud", models.FaultBelow}, fault{f.education.Name, "Nextcloud", models.FaultUnstated}
	if diff := cmp.Diff([]fault{retired, below, unknown}, against(system, 0)); diff != "" {
		t.Errorf("in all of government: %s", diff)
	}
	if diff := cmp.Diff([]fault{below}, against(f.person("r@example.gov", models.Reader, f.health), f.health.ID)); diff != "" {
		t.Errorf("in the ministry: %s", diff)
	}
	if _, err := f.r.AgainstStack(ctx, models.Viewer{}, 0); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("the public: %v", err)
	}
}

func TestAQuestionBeforeACaseHearsWhatTheStackSays(t *testing.T) {
	f := newTrial(t)
	then := f.r.At(day("2026-11-01").Time())
	files := f.assets[0]
	e := entry("FILES.SHARE", "", models.StackRecommended)
	e.AssetID, e.Minimum = &files, "29"
	retired, stale := entry("FILES.SHARE", "Share Point", models.StackRetire), entry("CHAT", "Matrix", models.StackAccepted)
	stale.ValidatedOn, stale.ValidUntilOn = day("2026-10-01"), day("2026-10-10")
	for _, e := range []*models.StackEntry{e, retired, stale} {
		f.must(then.AddStackEntry(ctx, system, e))
	}
	for _, tc := range []struct {
		name string
		q    register.DecisionCheck
		want string
	}{
		{"a product by its name", register.DecisionCheck{Product: "share point", Function: "FILES.SHARE"}, "The stack of all government retires Share Point for FILES.SHARE: those who use it move away (validated until " + retired.ValidUntilOn.String() + "). It recommends Nextcloud for FILES.SHARE."},
		{"a product of the register", register.DecisionCheck{AssetID: &files, Product: "x"}, "The stack of all government recommends Nextcloud for FILES.SHARE, from version 29 on (validated until " + e.ValidUntilOn.String() + ")."},
		{"a product that the stack does not know, for a function that it knows", register.DecisionCheck{Product: "Something", Function: "FILES"}, "The stack has no entry for Something. It recommends Nextcloud for FILES.SHARE."},
		{"a validation that has run out", register.DecisionCheck{Product: "Matrix"}, "The stack of all government accepts Matrix for CHAT. That was validated until " + stale.ValidUntilOn.String() + " and has not been looked at since."},
		{"nothing", register.DecisionCheck{Product: "Something"}, ""},
	} {
		tc.q.AgencyID = f.health.ID
		g, err := then.CheckDecision(ctx, system, tc.q)
		f.must(err)
		if diff := cmp.Diff(tc.want, g.StackSays); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestMergedSoftwareBringsItsKeepingAlong(t *testing.T) {
	f := newFixture(t)
	gone, kept := f.asset("Case-Desk", f.health, models.VisiblePublic), f.asset("Case Desk", f.education, models.VisiblePublic)
	f.continuity(gone, func(c *models.Continuity) { c.Plan = "The plan." })
	f.must(f.r.AnswerChecklist(ctx, system, &models.ChecklistAnswer{AssetID: gone.ID, Standard: "dpg", Indicator: "1", Answer: models.AnswerMet, Evidence: "x"}))
	for _, a := range []*models.Asset{gone, kept} {
		_, err := f.r.SetSDGs(ctx, system, a.ID, 0, []models.AssetSDG{{Goal: 3, Relevance: a.Name}})
		f.must(err)
		e := entry("CASES", "", models.StackAccepted)
		e.AssetID = &a.ID
		f.must(f.r.AddStackEntry(ctx, system, e))
	}
	_, err := f.r.MergeAssets(ctx, system, gone.ID, kept.ID, "same")
	f.must(err)
	row, err := f.s.Continuity(ctx, system, kept.ID)
	f.must(err)
	answers, err := f.s.ChecklistAnswers(ctx, system, kept.ID, "dpg")
	f.must(err)
	goals, err := f.s.AssetSDGs(ctx, kept.ID)
	f.must(err)
	stack, err := f.s.StackEntries(ctx, system, models.StackFilter{Asset: kept.ID})
	f.must(err)
	former, err := f.s.StackEntries(ctx, system, models.StackFilter{Asset: kept.ID, Ended: true})
	f.must(err)
	if row.Plan != "The plan." || len(answers) != 1 || len(goals) != 1 || goals[0].Relevance != "Case Desk" || len(stack.Items) != 1 || len(former.Items) != 1 {
		t.Errorf("%+v, %d answers, %+v, %d and %d entries", row, len(answers), goals, len(stack.Items), len(former.Items))
	}
}
