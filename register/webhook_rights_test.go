package register_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func TestWhoMaySetUpAWebhook(t *testing.T) {
	h := newHooked(t)
	registrar, reader := h.person("registrar@example.gov", models.Registrar, h.health), h.person("reader@example.gov", models.Reader, h.health)
	token := registrar
	token.Actions = []models.Action{models.ManageWebhooks}
	admin, officer := h.person("admin@example.gov", models.Administrator, nil), h.person("officer@example.gov", models.OSPOStaff, nil)
	tests := []struct {
		name     string
		by       models.Viewer
		agency   *models.Agency
		audience models.Visibility
		want     string // kind of the refusal, or field that is wrong; "" when it is taken
	}{
		{"the public", models.Viewer{}, nil, models.VisiblePublic, "unauthenticated"},
		{"a reader for the own agency", reader, h.health, models.VisiblePublic, "forbidden"},
		{"a registrar for the own agency", registrar, h.health, models.VisibleAgency, ""},
		{"a registrar for an agency below", registrar, h.hospitals, models.VisibleAgency, ""},
		{"a registrar for another agency", registrar, h.education, models.VisiblePublic, "forbidden"},
		{"a registrar for the whole register", registrar, nil, models.VisiblePublic, "forbidden"},
		{"the programme office for the whole register", officer, nil, models.VisibleGovernment, ""},
		{"the programme office for all that agencies see", officer, nil, models.VisibleAgency, "audience"},
		{"an administrator for the public", admin, nil, models.VisiblePublic, ""},
		{"a token that may not read government, for the public", token, h.health, models.VisiblePublic, ""},
		{"a token that may not read government, for government", token, h.health, models.VisibleGovernment, "audience"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := &models.Webhook{Name: test.name, URL: h.rec.URL, Scope: models.HookSoftware, Audience: test.audience, Format: models.CloudEvents}
			if test.agency != nil {
				w.AgencyID = &test.agency.ID
			}
			_, err := h.r.RegisterWebhook(ctx, test.by, w)
			have := ""
			switch f := mistaken(err); {
			case len(f) > 0:
				have = f[0]
			case models.IsKind(err, models.Forbidden):
				have = "forbidden"
			case models.IsKind(err, models.Unauthenticated):
				have = "unauthenticated"
			case err != nil:
				t.Fatal(err)
			}
			if have != test.want {
				t.Errorf("%q: %v", have, err)
			}
		})
	}
	for by, want := range map[string]int{"registrar": 3, "reader": 0, "admin": 5, "officer": 5, "public": 0} {
		v := map[string]models.Viewer{"registrar": registrar, "reader": reader, "admin": admin, "officer": officer}[by]
		l, err := h.s.Webhooks(ctx, v, models.WebhookFilter{})
		h.must(err)
		if len(l.Items) != want || l.Total.Count != want {
			t.Errorf("%s sees %d webhooks, and is to see %d", by, len(l.Items), want)
		}
	}
}

func TestTheMistakesInAWebhookAreSaidAllAtOnce(t *testing.T) {
	h := newHooked(t)
	_, err := h.r.RegisterWebhook(ctx, system, &models.Webhook{URL: "nowhere", Scope: models.HookAsset, Types: models.StringList{"Asset changed"}, Audience: "everybody", Format: models.OpenCatalogEvents, Secret: "short"})
	want := []string{"name", "url", "scopeId", "types[0]", "audience", "format", "secret"}
	have := mistaken(err)
	if len(have) != len(want) {
		t.Fatalf("the mistakes are in %v, want %v", have, want)
	}
	for i := range want {
		if have[i] != want[i] {
			t.Errorf("the mistakes are in %v, want %v", have, want)
		}
	}
	for _, secret := range []string{"whsec_not base64", "whsec_c2hvcnQ=", "fifteen letters"} {
		if models.CheckWebhookSecret(secret) == nil {
			t.Errorf("the secret %q was taken", secret)
		}
	}
	if _, err := h.r.RegisterWebhook(ctx, system, &models.Webhook{Name: "x", URL: h.rec.URL, Scope: models.HookPublisher, ScopeID: 4711, Audience: models.VisiblePublic, Format: models.CloudEvents}); len(mistaken(err)) != 1 || mistaken(err)[0] != "scopeId" {
		t.Errorf("a publisher that is not there: %v", err)
	}
}

func TestBothSecretsSignForADayAfterAChange(t *testing.T) {
	h := newHooked(t)
	w, first := h.hook(system, nil)
	second, err := h.r.At(h.clock).RotateWebhookSecret(ctx, system, w.ID, 0, "")
	h.must(err)
	h.asset("One", h.health, models.VisiblePublic)
	during := h.pass(time.Minute)[0]
	h.asset("Two", h.health, models.VisiblePublic)
	after := h.pass(25 * time.Hour)[0]
	if first == second || !signedBy(first, during) || !signedBy(second, during) || signedBy(first, after) || !signedBy(second, after) {
		t.Errorf("signed %q, and a day later %q", during.header.Get("Webhook-Signature"), after.header.Get("Webhook-Signature"))
	}
	if _, err := h.r.RotateWebhookSecret(ctx, system, w.ID, 0, "short"); len(mistaken(err)) != 1 {
		t.Errorf("a short secret: %v", err)
	}
}

func TestASecretIsNeitherInTheTrailNorReadBack(t *testing.T) {
	h := newHooked(t)
	w, secret := h.hook(system, func(w *models.Webhook) { w.URL += "/token-in-the-path" })
	if w.Secret != "" || h.state(w).Secret != "" {
		t.Error("the secret is read back")
	}
	_, err := h.r.RotateWebhookSecret(ctx, system, w.ID, 0, "")
	h.must(err)
	_, err = h.r.ChangeWebhook(ctx, system, w.ID, 0, func(w *models.Webhook) {
		w.Name, w.Secret, w.Format = "New name", "overwritten secret", models.OpenCatalogEvents
	})
	h.must(err)
	events, err := h.s.Events(ctx, system, models.EventFilter{Noun: "webhook", Limit: 10})
	h.must(err)
	for _, e := range events {
		for _, text := range []string{string(e.Before), string(e.After), e.Title} {
			for _, bad := range []string{secret, "token-in-the-path", "overwritten", "open-catalog"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s keeps %s: %s", e.Action, bad, text)
				}
			}
		}
	}
	if len(events) != 3 {
		t.Errorf("%d events", len(events))
	}
}

func TestNothingIsToldTwiceOrOfWhatWasRolledBack(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.asset("One", h.health, models.VisiblePublic)
	if err := h.r.RegisterAsset(ctx, system, &models.Asset{Name: "One", Origin: models.OpenSource, StewardID: h.health.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}); err == nil {
		t.Fatal("the same name was taken twice")
	}
	for range 3 {
		_, err := h.r.GatherWebhooks(ctx)
		h.must(err)
	}
	if l := h.log(w); len(l) != 1 {
		t.Errorf("%d messages were written", len(l))
	}
}

func TestAMessageThatWasBeingSentWhenTheProgramEndedIsSentAgain(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.asset("One", h.health, models.VisiblePublic)
	_, err := h.r.GatherWebhooks(ctx)
	h.must(err)
	ending, cancel := context.WithCancel(ctx)
	h.rec.answer = func(http.ResponseWriter, *http.Request) { cancel() }
	if err := h.r.At(h.clock.Add(time.Minute)).SendWebhook(ending, w.ID); err == nil {
		t.Fatal("it says that all is sent")
	}
	first := h.rec.take()
	h.rec.works()
	soon, later := h.pass(2*time.Minute), h.pass(3*time.Minute)
	if len(first) != 1 || len(soon) != 0 || len(later) != 1 || first[0].header.Get("Webhook-Id") != later[0].header.Get("Webhook-Id") || string(first[0].body) != string(later[0].body) {
		t.Errorf("came %d, %d and %d messages", len(first), len(soon), len(later))
	}
}

func TestATrialIsSentAndAPausedWebhookIsNot(t *testing.T) {
	h := newHooked(t)
	w, secret := h.hook(system, nil)
	_, err := h.r.TryWebhook(ctx, system, w.ID)
	h.must(err)
	got := h.pass(time.Minute)
	if len(got) != 1 || !signedBy(secret, got[0]) || told(t, got)[0] != "webhook.tried Landscape" {
		t.Fatalf("the trial is %v", got)
	}
	_, err = h.r.MoveWebhook(ctx, system, w.ID, 0, models.HookPaused)
	h.must(err)
	h.asset("Meanwhile", h.health, models.VisiblePublic)
	if _, err := h.r.TryWebhook(ctx, system, w.ID); !models.HasCode(err, "webhook-off") || len(h.pass(time.Minute)) != 0 {
		t.Errorf("a paused webhook is tried: %v", err)
	}
	_, err = h.r.MoveWebhook(ctx, system, w.ID, 0, models.HookActive)
	h.must(err)
	h.asset("Since", h.health, models.VisiblePublic)
	if got := told(t, h.pass(time.Minute)); len(got) != 1 || got[0] != "asset.registered Since" {
		t.Errorf("since it goes on it was told %v", got)
	}
	for _, to := range []models.WebhookState{models.HookWithdrawn, models.HookActive} {
		_, err = h.r.MoveWebhook(ctx, system, w.ID, 0, to)
	}
	if !models.HasCode(err, "webhook-withdrawn") {
		t.Errorf("a withdrawn webhook goes on: %v", err)
	}
}

func TestOldMessagesAreLetGo(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.asset("One", h.health, models.VisiblePublic)
	h.pass(time.Second)
	for _, test := range []struct{ days, want int }{{89, 1}, {91, 0}} {
		_, err := h.r.At(h.clock.AddDate(0, 0, test.days)).ForgetWebhookDeliveries(ctx)
		h.must(err)
		if n := len(h.log(w)); n != test.want {
			t.Errorf("after %d days there are %d messages", test.days, n)
		}
	}
}
