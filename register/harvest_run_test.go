package register_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestTheIntakeLogAndTheCountsOfAPublisherAreForThemWhoWereGrantedAccess(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/intake"
	h.host.Add("intake", described("Intake Desk", url))
	h.run()
	repo, asked := h.at(url), &store.PublisherRow{}
	_, err := h.r.ChangeRepository(t.Context(), h.by, repo.ID, 0, func(r *models.Repository) { r.Visibility = models.VisibleAgency })
	h.must(err)
	_, err = h.r.ChangeAsset(t.Context(), h.by, *repo.AssetID, 0, func(a *models.Asset) { a.Visibility = models.VisibleGovernment })
	h.must(err)
	buyer := sample.Viewer(t, h.s, h.g.Buyer)
	seen := func() (visits, repositories int) {
		list, err := h.s.Visits(t.Context(), buyer, models.VisitFilter{Repository: repo.ID})
		h.must(err)
		asked, err = h.s.Publisher(t.Context(), buyer, h.p.ID)
		h.must(err)
		return len(list.Items), asked.Repositories
	}
	if visits, repositories := seen(); visits != 0 || repositories != 0 {
		t.Fatalf("before, %d visits and %d repositories are seen", visits, repositories)
	}
	x := &models.AccessRequest{AssetID: *repo.AssetID, AgencyID: h.g.Finance.ID, Purpose: "To run it", People: "The web team", UntilOn: models.DateOf(time.Now()).AddDays(30)}
	h.must(h.r.RequestAccess(t.Context(), buyer, x))
	h.must(h.r.GrantAccess(t.Context(), h.by, x.ID, 0, "", models.Date{}))
	if visits, repositories := seen(); visits != 1 || repositories != 1 {
		t.Errorf("%d visits and %d repositories are seen", visits, repositories)
	}
	h.host.Break("intake", http.StatusInternalServerError)
	if seen(); asked.Failing != 0 {
		t.Errorf("%d fail", asked.Failing)
	}
	h.run()
	if seen(); asked.Failing != 1 {
		t.Errorf("%d fail", asked.Failing)
	}
}

func TestAHarvestThatWasCutShortGoesOn(t *testing.T) {
	h := newHarvesting(t)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		h.host.Add(name, described("Desk "+name, h.host.URL+"/gov/"+name))
	}
	row, err := h.r.AskHarvest(t.Context(), h.by, h.p.ID)
	h.must(err)
	ctx, stop := context.WithCancel(t.Context())
	h.r.UseHarvesting(register.Harvesting{Workers: 1, Client: forge.NewClient(forge.Limits{AllowPrivate: true})})
	go func() {
		for ctx.Err() == nil {
			if now, err := h.s.Harvest(context.Background(), h.by, row.ID); err == nil && now.Visited >= 2 {
				stop()
			}
		}
	}()
	if err := h.r.RunHarvest(ctx, row.ID); err == nil {
		t.Fatal("the harvest ended before it was cut short")
	}
	h.must(h.r.RunHarvest(t.Context(), row.ID))
	now, err := h.s.Harvest(t.Context(), h.by, row.ID)
	h.must(err)
	if now.State != models.HarvestDone || now.Visited != 6 {
		t.Errorf("it ended %s after %d", now.State, now.Visited)
	}
}

func TestWhatCannotBeKeptStopsNothing(t *testing.T) {
	h := newHarvesting(t)
	for name, files := range map[string]map[string]string{
		"long":    described(strings.Repeat("Desk ", 200), h.host.URL+"/gov/long"),
		"nul":     {"publiccode.yml": strings.Replace(described("Desk", h.host.URL+"/gov/nul")["publiccode.yml"], "name: Desk", `name: "Desk\0"`, 1)},
		"half":    {"publiccode.yml": strings.Replace(described("Half", h.host.URL+"/gov/half")["publiccode.yml"], "name: Half", `name: "Half\ud83d"`, 1)},
		"bytes":   {"publiccode.yml": "name: \xff\xfe\x00\x01", "LICENSE": "\x00\xff"},
		"huge":    {"publiccode.yml": "name: x\n" + strings.Repeat("# and so on\n", 1<<20)},
		"large":   {"publiccode.yml": "name: x\n" + strings.Repeat("# and so on\n", 1<<17)},
		"garbage": {"publiccode.yml": strings.Repeat("{[", 100_000)},
		"good":    described("Good", h.host.URL+"/gov/good"),
	} {
		h.host.Add(name, files)
	}
	if row := h.run(); row.Visited != 8 {
		t.Errorf("the harvest counts %+v", row.Harvest)
	}
	if repo := h.at(h.host.URL + "/gov/good"); repo.AssetID == nil {
		t.Error("the good one has no entry")
	}
	for _, name := range []string{"huge", "large"} {
		if repo := h.at(h.host.URL + "/gov/" + name); repo.Outcome != models.VisitInvalid || !strings.Contains(repo.Detail, "longer than 1 MB") {
			t.Errorf("%s is %s: %q", name, repo.Outcome, repo.Detail)
		}
	}
	for _, name := range []string{"long", "nul", "half", "bytes", "garbage"} {
		if repo := h.at(h.host.URL + "/gov/" + name); repo.Outcome == "" || repo.Outcome == models.VisitRead && repo.Detail == "" && repo.AssetID == nil {
			t.Errorf("%s is %s: %q", name, repo.Outcome, repo.Detail)
		}
	}
}

// A host that never answers takes the time of one worker, not that of all.
func TestWhoWaitsForAHostThatHangsKeepsTheOthersFromNothing(t *testing.T) {
	h := newHarvesting(t)
	reached, let := make(chan struct{}), make(chan struct{})
	h.host.Hang("hangs", reached, let)
	h.host.Add("hangs", map[string]string{"README.md": "x"})
	const others = 45 // more than are looked up at a time
	for i := range others {
		h.host.Add(fmt.Sprintf("other-%d", i), map[string]string{"README.md": "x"})
	}
	h.r.UseHarvesting(register.Harvesting{Workers: 2, Client: forge.NewClient(forge.Limits{AllowPrivate: true})})
	done := make(chan struct{})
	go func() { defer close(done); h.run() }()
	<-reached
	for seen, began := 0, time.Now(); seen < others; {
		if time.Since(began) > time.Minute {
			close(let)
			t.Fatalf("%d of the others were visited in a minute", seen)
		}
		list, err := h.s.Harvests(t.Context(), h.by, h.p.ID, models.Page{})
		h.must(err)
		seen = list.Items[0].Visited
	}
	close(let)
	<-done
}

func TestAHarvestThatAKilledProgramLeftIsTakenUpAgain(t *testing.T) {
	h := newHarvesting(t)
	row, err := h.r.AskHarvest(t.Context(), h.by, h.p.ID)
	h.must(err)
	resumed := func(want int) {
		t.Helper()
		if n, err := h.r.ResumeHarvests(t.Context()); err != nil || n != want {
			t.Errorf("%d are taken up, want %d; %v", n, want, err)
		}
	}
	resumed(0) // its job waits
	db, err := pgx.Connect(t.Context(), h.dsn)
	h.must(err)
	defer db.Close(context.Background())
	took := func() {
		t.Helper()
		_, err := db.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempted_at = now() WHERE kind = 'harvest'`)
		h.must(err)
	}
	took()
	release, held, err := h.s.TryHoldHarvest(t.Context(), row.ID)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	resumed(0) // somebody is at it
	release()
	resumed(1)
	resumed(0)
	took()
	h.must(h.r.RunHarvest(t.Context(), row.ID))
	resumed(0) // it has ended
}

func TestTwoAtOnceAreRefusedAndACancelledOneEnds(t *testing.T) {
	h := newHarvesting(t)
	h.host.Add("one", described("Desk", h.host.URL+"/gov/one"))
	row, err := h.r.AskHarvest(t.Context(), h.by, h.p.ID)
	h.must(err)
	if _, err := h.r.AskHarvest(t.Context(), h.by, h.p.ID); !models.IsKind(err, models.Conflict) {
		t.Errorf("a second one gives %v", err)
	}
	_, err = h.r.CancelHarvest(t.Context(), h.by, row.ID)
	h.must(err)
	h.must(h.r.RunHarvest(t.Context(), row.ID))
	if now, err := h.s.Harvest(t.Context(), h.by, row.ID); err != nil || now.State != models.HarvestCancelled || now.Visited != 0 {
		t.Errorf("it is %+v, %v", now, err)
	}
	if _, err := h.r.AskHarvest(t.Context(), sample.Viewer(t, h.s, h.g.Reader), h.p.ID); !models.IsKind(err, models.Forbidden) {
		t.Errorf("a reader gets %v", err)
	}
}

func TestARepositoryThatNobodyPublishesIsVisitedWhenAllAre(t *testing.T) {
	h := newHarvesting(t)
	alone := &models.Repository{AgencyID: h.g.Health.ID, URL: h.host.Add("alone", described("Lone Desk", h.host.URL+"/gov/alone")), Host: models.Gitea, Visibility: models.VisiblePublic, Active: true}
	_, err := h.r.ChangePublisher(t.Context(), h.by, h.p.ID, 0, func(p *models.Publisher) { p.Active = false })
	h.must(err)
	h.must(h.r.RegisterRepository(t.Context(), h.by, alone))
	h.r.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Every: time.Hour})
	if n, err := h.r.HarvestDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("by the clock %d harvests are asked for, %v", n, err)
	}
	list, err := h.s.Harvests(t.Context(), h.by, 0, models.Page{})
	h.must(err)
	h.must(h.r.RunHarvest(t.Context(), list.Items[0].ID))
	if r := h.at(alone.URL); r.Outcome != models.VisitRead || r.AssetID == nil {
		t.Errorf("the repository is %+v", r.Repository)
	}
}
