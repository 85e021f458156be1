package register_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestAHarvestCountsForEachWhatTheIntakeLogListsForThem(t *testing.T) {
	h := newHarvesting(t)
	hidden := h.host.URL + "/gov/hidden"
	h.host.Add("open", described("Open Desk", h.host.URL+"/gov/open"))
	h.host.Add("broken", map[string]string{"publiccode.yml": "name: Half\n"})
	h.host.Add("hidden", described("Hidden Desk", hidden))
	_, err := h.r.ChangePublisher(t.Context(), h.by, h.p.ID, 0, func(p *models.Publisher) {
		p.Hostings = append(p.Hostings, models.CodeHosting{URL: "http://127.0.0.1:9/gov", Host: models.Gitea, Group: true})
	})
	h.must(err)
	h.run()
	_, err = h.r.ChangeRepository(t.Context(), h.by, h.at(hidden).ID, 0, func(r *models.Repository) { r.Visibility = models.VisibleAgency })
	h.must(err)
	h.host.Break("hidden", http.StatusForbidden)
	h.host.Commit("broken", map[string]string{"publiccode.yml": "name: Half again\n"})
	h.host.Commit("open", map[string]string{"README.md": "# Anew"})
	row := h.run()
	for name, c := range map[string]struct {
		viewer                          models.Viewer
		found, visited, changed, failed int
	}{
		"the public":             {models.Viewer{}, 2, 2, 2, 2},
		"another agency":         {sample.Viewer(t, h.s, h.g.Buyer), 2, 2, 2, 2},
		"whoever answers for it": {h.by, 3, 3, 3, 3},
		"the register itself":    {models.SystemViewer(""), 3, 3, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			one, err := h.s.Harvest(t.Context(), c.viewer, row.ID)
			h.must(err)
			list, err := h.s.Harvests(t.Context(), c.viewer, h.p.ID, models.Page{})
			h.must(err)
			for _, got := range []models.Harvest{one.Harvest, list.Items[0].Harvest} {
				if got.Found != c.found || got.Visited != c.visited || got.Changed != c.changed || got.Failed != c.failed {
					t.Errorf("found %d, visited %d, changed %d, failed %d; want %+v", got.Found, got.Visited, got.Changed, got.Failed, c)
				}
			}
			failed, err := h.s.Visits(t.Context(), c.viewer, models.VisitFilter{Harvest: row.ID, Failed: true})
			h.must(err)
			if len(failed.Items) != c.failed {
				t.Errorf("%d failures are listed, %d are counted", len(failed.Items), c.failed)
			}
		})
	}
}

func TestTheHarvestsOfAWithdrawnPublisherAreItsAgencysAlone(t *testing.T) {
	h := newHarvesting(t)
	h.host.Add("open", described("Open Desk", h.host.URL+"/"+gitserver.Group+"/open"))
	row := h.run()
	h.must(h.r.WithdrawPublisher(t.Context(), h.by, h.p.ID))
	for name, v := range map[string]models.Viewer{"the public": {}, "another agency": sample.Viewer(t, h.s, h.g.Buyer)} {
		if _, err := h.s.Harvest(t.Context(), v, row.ID); !models.IsKind(err, models.NotFound) {
			t.Errorf("%s gets %v", name, err)
		}
		if list, err := h.s.Harvests(t.Context(), v, 0, models.Page{}); err != nil || len(list.Items) != 0 || list.Total.Count != 0 {
			t.Errorf("%s is shown %+v, %v", name, list, err)
		}
		if _, err := h.s.Publisher(t.Context(), v, h.p.ID); !models.IsKind(err, models.NotFound) {
			t.Errorf("%s gets the publisher: %v", name, err)
		}
		lines, err := h.s.Visits(t.Context(), v, models.VisitFilter{})
		h.must(err)
		for _, line := range lines.Items {
			if line.RepositoryID == nil || line.Publisher != "" {
				t.Errorf("%s is told of %s of “%s”", name, line.URL, line.Publisher)
			}
		}
	}
	if own, err := h.s.Harvest(t.Context(), h.by, row.ID); err != nil || own.Publisher != h.p.Name {
		t.Errorf("its agency gets %+v, %v", own, err)
	}
}

func TestWhoSeesLessOfAHarvestTakesNothingFromItsCounts(t *testing.T) {
	h := newHarvesting(t)
	hidden := &models.Repository{AgencyID: h.g.Finance.ID, URL: h.host.URL + "/gov/hidden", Host: models.Gitea, Visibility: models.VisibleAgency, Active: true}
	h.must(h.r.RegisterRepository(t.Context(), models.SystemViewer(""), hidden))
	row, err := h.r.AskHarvest(t.Context(), h.by, h.p.ID)
	h.must(err)
	h.must(store.Write(t.Context(), h.s, func(tx *store.Tx) error {
		return tx.AddVisit(t.Context(), &models.Visit{HarvestID: &row.ID, RepositoryID: &hidden.ID, URL: hidden.URL, Outcome: models.VisitGone, Changed: true, At: time.Now()})
	}))
	told, err := h.r.CancelHarvest(t.Context(), h.by, row.ID)
	h.must(err)
	all, err := h.s.Harvest(t.Context(), models.SystemViewer(""), row.ID)
	h.must(err)
	if told.Visited != 0 || told.Failed != 0 || all.Visited != 1 || all.Changed != 1 || all.Failed != 1 || all.State != models.HarvestCancelled {
		t.Errorf("who stopped it is told %+v, and kept is %+v", told.Harvest, all.Harvest)
	}
}

func TestWhatNothingIsPushedToIsSeenToStandStill(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/quiet"
	h.host.Add("quiet", described("Quiet Desk", url))
	h.run()
	h.r = h.r.At(time.Now().AddDate(0, 0, 29))
	h.run()
	if lines, err := h.s.Visits(t.Context(), h.by, models.VisitFilter{Repository: h.at(url).ID}); err != nil || lines.Items[0].Outcome != models.VisitUnchanged {
		t.Errorf("it was read again: %+v, %v", lines.Items, err)
	}
	repo := h.at(url)
	list, err := h.s.Measurements(t.Context(), repo.ID)
	h.must(err)
	want := float64(int(repo.VisitedAt.Sub(*repo.LastCommitAt) / (24 * time.Hour)))
	for _, m := range list {
		if m.Metric == models.SinceActivity && (m.Value == nil || *m.Value != want || want < 29 || !m.MeasuredAt.Equal(*repo.VisitedAt)) {
			t.Errorf("%v days since the last commit as of %s, want %v as of %s", m.Value, m.MeasuredAt, want, repo.VisitedAt)
		}
	}
}
