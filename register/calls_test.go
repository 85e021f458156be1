package register_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestACallIsOpenedByWhoMayAndEndsOnItsDay(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	buyer, steward := f.person("b@education.example.gov", models.Procurement, f.education), f.person("h@health.example.gov", models.Registrar, f.health)
	want := &models.Call{Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &a.ID, Title: "We want to use it", Text: "For schools"}
	f.step("call.opened", func() error { return f.r.OpenCall(ctx, buyer, want) })
	if want.Visibility != models.VisibleGovernment || want.EndsOn != models.DateOf(time.Now()).AddDays(models.CallDays) || want.State != models.CallOpen {
		t.Errorf("the call is %+v", want)
	}
	help := &models.Call{Kind: models.ContributionsWanted, AssetID: &a.ID, Title: "Translate it", Text: "Into French", Skills: models.StringList{" french ", "french", ""}, GoodFirst: true}
	f.refused("not-allowed", func() error { c := *help; return f.r.OpenCall(ctx, buyer, &c) })
	f.step("call.opened", func() error { return f.r.OpenCall(ctx, steward, help) })
	if diff := cmp.Diff(models.StringList{"french"}, help.Skills); diff != "" || help.Visibility != models.VisiblePublic || help.AgencyID != f.health.ID {
		t.Errorf("the call is %+v %s", help, diff)
	}
	for name, k := range map[string]models.Call{
		"without software":          {Kind: models.ReuseWanted, AgencyID: f.education.ID, Title: "x", Text: "y"},
		"without words":             {Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &a.ID},
		"that ended yesterday":      {Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &a.ID, Title: "x", Text: "y", EndsOn: models.DateOf(time.Now()).AddDays(-1)},
		"with skills for reuse":     {Kind: models.ReuseWanted, AgencyID: f.education.ID, AssetID: &a.ID, Title: "x", Text: "y", Skills: models.StringList{"go"}},
		"that shares costs of help": {Kind: models.ContributionsWanted, AssetID: &a.ID, Title: "x", Text: "y", CostSharing: "half"},
	} {
		if err := f.r.OpenCall(ctx, system, &k); !models.IsKind(err, models.Invalid) {
			t.Errorf("a call %s: %v", name, err)
		}
	}
	f.titles(models.Viewer{}, models.CallFilter{}, "Translate it")
	f.titles(buyer, models.CallFilter{}, "Translate it", "We want to use it")
	f.titles(buyer, models.CallFilter{Skill: "French", GoodFirst: true}, "Translate it")
	f.titles(buyer, models.CallFilter{Query: "SCHOOLS"}, "We want to use it")
	f.step("call.changed", func() error {
		return f.r.ChangeCall(ctx, buyer, want.ID, 0, func(k *models.Call) {
			k.Title, k.AgencyID, k.State = "We want to use it now", f.health.ID, models.CallClosed
		})
	})
	f.step("", func() error { return f.r.ChangeCall(ctx, buyer, want.ID, 0, func(*models.Call) {}) })
	f.refused("not-allowed", func() error { return f.r.EndCall(ctx, steward, want.ID, 0, models.CallClosed, "") })
	f.step("call.fulfilled", func() error { return f.r.EndCall(ctx, buyer, want.ID, 0, models.CallFulfilled, "It runs") })
	f.refused("call-ended", func() error { return f.r.EndCall(ctx, buyer, want.ID, 0, models.CallClosed, "") })
	f.refused("call-ended", func() error { return f.r.ChangeCall(ctx, buyer, want.ID, 0, func(k *models.Call) { k.Title = "x" }) })
	f.titles(buyer, models.CallFilter{State: models.CallFulfilled}, "We want to use it now")
	f.step("", func() error { n, err := f.r.At(help.EndsOn.Time()).EndCalls(ctx); isIt(t, n, 0); return err })
	f.step("call.closed", func() error { n, err := f.r.At(help.EndsOn.AddDays(1).Time()).EndCalls(ctx); isIt(t, n, 1); return err })
	f.titles(models.Viewer{}, models.CallFilter{State: models.CallOpen})
}

func (f *fixture) titles(v models.Viewer, c models.CallFilter, want ...string) {
	f.t.Helper()
	list, err := f.s.Calls(ctx, v, c)
	f.must(err)
	var got []string
	for _, k := range list.Items {
		got = append(got, k.Title)
	}
	if diff := cmp.Diff(want, got); diff != "" || list.Total.Count != len(want) {
		f.t.Errorf("the calls are %s", diff)
	}
}

func TestAgenciesJoinAndLeaveAJointDevelopment(t *testing.T) {
	f := newFixture(t)
	one, two := f.person("e@education.example.gov", models.Requester, f.education), f.person("h@hospitals.example.gov", models.Registrar, f.hospitals)
	k := &models.Call{Kind: models.JointDevelopment, AgencyID: f.education.ID, Title: "A timetable", Text: "Nobody has one.", CostSharing: "By size."}
	f.step("call.opened", func() error { return f.r.OpenCall(ctx, one, k) })
	f.refused("not-allowed", func() error { return f.r.JoinCall(ctx, two, k.ID, f.health.ID, "") })
	f.step("call.joined", func() error { return f.r.JoinCall(ctx, two, k.ID, f.hospitals.ID, "Two developers") })
	f.refused("call-joined", func() error { return f.r.JoinCall(ctx, two, k.ID, f.hospitals.ID, "") })
	f.refused("call-opener", func() error { return f.r.LeaveCall(ctx, one, k.ID, f.education.ID) })
	f.titles(two, models.CallFilter{Agency: f.hospitals.ID}, "A timetable")
	f.must(f.r.ChangeCall(ctx, one, k.ID, 0, func(k *models.Call) { k.Visibility = models.VisibleAgency }))
	f.titles(two, models.CallFilter{}, "A timetable")
	f.titles(f.person("h@health.example.gov", models.Registrar, f.agency("other", nil)), models.CallFilter{})
	f.step("call.left", func() error { return f.r.LeaveCall(ctx, two, k.ID, f.hospitals.ID) })
	f.titles(two, models.CallFilter{})
	members, err := f.s.CallMembers(ctx, k.ID)
	f.must(err)
	if len(members) != 2 || members[1].LeftAt == nil || members[1].Note != "Two developers" {
		t.Errorf("the members are %+v", members)
	}
	if row, err := f.s.Call(ctx, one, k.ID); err != nil || row.Members != 1 {
		t.Errorf("%+v, %v", row, err)
	}
}

func TestACallThatIsHiddenLaterIsHiddenInTheTrailToo(t *testing.T) {
	f := newFixture(t)
	k := &models.Call{Kind: models.JointDevelopment, AgencyID: f.education.ID, Title: "A timetable", Text: "x", Visibility: models.VisiblePublic}
	f.must(f.r.OpenCall(ctx, system, k))
	f.must(f.r.ChangeCall(ctx, system, k.ID, 0, func(k *models.Call) { k.Visibility = models.VisibleAgency }))
	list, err := f.s.Events(ctx, models.Viewer{}, models.EventFilter{Noun: "call", Limit: 10})
	f.must(err)
	if len(list) != 1 || !list[0].Gone || list[0].Title != "" {
		t.Errorf("the public reads %+v", list)
	}
}
