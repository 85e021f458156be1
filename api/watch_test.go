package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestWhatTheWatchFindsIsAskedForAndDownloaded(t *testing.T) {
	s := newServer(t)
	s.law()
	own := sample.Asset(t, s.store, func(a *models.Asset) { a.StewardID, a.Origin, a.Name = s.state.Health.ID, models.GovBuilt, "Rounds" })
	sold := sample.Asset(t, s.store, func(a *models.Asset) { a.StewardID, a.Origin, a.Name = s.state.Health.ID, models.Proprietary, "Ledger" })
	sample.Deployment(t, s.store, s.state.Insurance.ID, sold.ID, func(d *models.Deployment) { d.Service = "Pay" })
	_, err := register.New(s.store).At(time.Now()).WatchRegister(context.Background())
	s.must(err)
	list := s.get(public, "/v1/decision-watch?rule=G6")
	found := false
	for _, item := range at(list.object(t), "items").([]any) {
		w := item.(map[string]any)
		if w["subjectId"] == float64(own.ID) {
			found = w["noun"] == "asset" && w["title"] == "Rounds" && at(w, "result", "outcome") == "violation" && at(w, "result", "cure") != "" && w["regime"] == "tt-draft 1"
		}
	}
	if !found {
		t.Errorf("what is not archived: %s", list.body)
	}
	open := s.get(public, "/v1/decision-watch?rule=G4&outcome=undetermined&limit=1")
	if items := at(open.object(t), "items").([]any); len(items) != 1 || len(at(items[0].(map[string]any), "result", "missing").([]any)) == 0 {
		t.Errorf("what cannot be told: %s", open.body)
	}
	if a := s.get(public, "/v1/decision-watch?format=csv"); !strings.Contains(string(a.body), "Rounds") || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("as a table: %v %.300s", a.header, a.body)
	}
	if a := s.get(public, "/v1/decision-watch/counts"); !strings.Contains(string(a.body), `"rule":"G6"`) {
		t.Errorf("counted: %s", a.body)
	}
	if a := s.get("officer", fmt.Sprintf("/v1/decision-watch/undecided?agency=%d", s.state.Insurance.ID)); a.status != http.StatusOK || !strings.Contains(string(a.body), "Ledger") {
		t.Errorf("without a decision: %s", a.body)
	}
}
