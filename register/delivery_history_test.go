package register_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestTheHistoryOfADeliveryIsWholeForWhoeverSeesTheDelivery(t *testing.T) {
	f := newOwnFixture(t)
	registrar := f.person("r@example.gov", models.Registrar, f.health)
	f.must(f.r.GiveRole(ctx, system, &models.Membership{UserID: registrar.UserID, Role: models.Registrar, AgencyID: &f.education.ID}))
	registrar = f.viewer(registrar.UserID) // of two agencies: whom a document is for is only known once it is read
	other := f.person("o@example.gov", models.Registrar, f.education)
	asset := f.asset("Case Desk", f.health, models.VisiblePublic)
	release := f.release(asset, "1.0")
	hand := func(target models.Target, doc string) int64 {
		return f.deliver(registrar, register.Handover{Door: models.DoorAPI, Target: target, Async: register.Always}, doc).Delivery.ID
	}
	history := func(v models.Viewer, id int64) (actions []string) {
		events, err := f.s.Events(ctx, v, models.EventFilter{Noun: "delivery", NounID: id})
		f.must(err)
		for _, e := range events {
			if e.Title == "" || e.ActorName == "" {
				t.Errorf("%s says too little: %+v", e.Action, e.Event)
			}
			actions = append(actions, strings.TrimPrefix(e.Action, "delivery."))
		}
		return actions
	}
	done, refused := hand(models.Target{ReleaseID: release.ID}, document), hand(models.Target{}, "Hello.")
	again := hand(models.Target{ReleaseID: release.ID}, document)
	stopped, failed := hand(models.Target{ReleaseID: release.ID}, document+" "), hand(models.Target{}, document+"  ")
	f.must2(f.r.CancelDelivery(ctx, registrar, stopped))
	f.must2(f.r.RetryDelivery(ctx, registrar, stopped))
	for range store.MaxTries { // begun, and killed each time
		f.must2(f.s.BeginReading(ctx, failed, time.Now()))
		f.must(f.s.PauseReading(ctx, failed))
	}
	f.must2(f.r.At(time.Now().Add(time.Minute)).ResumeDeliveries(ctx))
	for _, id := range []int64{done, refused, again, stopped} {
		f.must(f.r.ReadDelivery(ctx, id, sbom.Limits{}))
	}
	for _, tt := range []struct {
		name string
		id   int64
		want []string
	}{
		{"one that was read", done, []string{"received", "done"}},
		{"the same bytes once more", again, []string{"received", "done"}},
		{"one that was refused", refused, []string{"received", "refused"}},
		{"one that was stopped and tried again", stopped, []string{"received", "cancelled", "retried", "done"}},
		{"one that was given up", failed, []string{"received", "failed"}},
	} {
		if diff := cmp.Diff(tt.want, history(registrar, tt.id)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	if got := history(other, done); got != nil {
		t.Errorf("another agency sees %v", got)
	}
}
