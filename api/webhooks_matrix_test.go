package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// hook is a webhook of Health.
func (s *server) hook() int64 {
	s.t.Helper()
	w := models.Webhook{Name: fresh("Hook"), URL: "https://hooks.example.org/in", AgencyID: &s.state.Health.ID, Scope: models.HookSoftware, Types: models.StringList{"asset.*"}, Audience: models.VisiblePublic, Format: models.CloudEvents}
	_, err := register.New(s.store).RegisterWebhook(s.t.Context(), sample.Viewer(s.t, s.store, s.state.Registrar), &w)
	s.must(err)
	return w.ID
}

// letter is a message to a webhook of Health.
func (s *server) letter() int64 {
	s.t.Helper()
	d, err := register.New(s.store).TryWebhook(s.t.Context(), sample.Viewer(s.t, s.store, s.state.Registrar), s.hook())
	s.must(err)
	return d.ID
}

const (
	hooksRead  = "401 404 404 200 404 200 200 200"
	hooksWrite = "401 404 404 %d 404 403 %d %d"
)

func hookWrites(status int) string { return fmt.Sprintf(hooksWrite, status, status, status) }

var webhookReads = map[string][]try{
	"listWebhooks":           {{path: fixed("/webhooks"), want: signedInOnly}},
	"getWebhook":             {{path: numbered("/webhooks/%d", (*server).hook), want: hooksRead}},
	"listWebhookTransitions": {{path: numbered("/webhooks/%d/transitions", (*server).hook), want: hooksRead}},
	"listWebhookDeliveries":  {{path: numbered("/webhooks/%d/deliveries", (*server).hook), want: hooksRead}},
	"getWebhookDelivery":     {{path: numbered("/webhook-deliveries/%d", (*server).letter), want: hooksRead}},
}

var webhookWrites = map[string][]try{
	"registerWebhook": {{path: fixed("/webhooks"), want: "401 403 403 201 403 403 201 201", body: func(s *server) any {
		return map[string]any{"name": fresh("Hook"), "url": "https://hooks.example.org/in", "scope": "software", "agencyId": s.state.Health.ID}
	}}},
	"changeWebhook":       {{path: numbered("/webhooks/%d", (*server).hook), want: hookWrites(200), body: body(map[string]any{"name": "Another name"}), header: anyVersion}},
	"moveWebhook":         {{path: numbered("/webhooks/%d/transitions", (*server).hook), want: hookWrites(200), body: body(map[string]any{"to": "paused"})}},
	"rotateWebhookSecret": {{path: numbered("/webhooks/%d/secrets", (*server).hook), want: hookWrites(201), body: body(map[string]any{})}},
	"tryWebhook":          {{path: numbered("/webhooks/%d/trials", (*server).hook), want: hookWrites(202)}},
	"redeliverWebhook":    {{path: numbered("/webhook-deliveries/%d/transitions", (*server).letter), want: hookWrites(202), body: body(map[string]any{"to": "waiting"})}},
	"redeliverFailed":     {{path: numbered("/webhooks/%d/redeliveries", (*server).hookWithDeadLetter), want: hookWrites(202)}},
}

// hookWithDeadLetter is a webhook of Health whose receiver said once that it is gone.
func (s *server) hookWithDeadLetter() int64 {
	s.t.Helper()
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	r, by := register.New(s.store), sample.Viewer(s.t, s.store, s.state.Registrar)
	r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: true})})
	id := s.hook()
	_, err := r.ChangeWebhook(s.t.Context(), by, id, 0, func(w *models.Webhook) { w.URL = gone.URL })
	s.must(err)
	_, err = r.TryWebhook(s.t.Context(), by, id)
	s.must(err)
	s.must(r.SendWebhook(s.t.Context(), id))
	_, err = r.MoveWebhook(s.t.Context(), by, id, 0, models.HookActive)
	s.must(err)
	return id
}

func TestAWebhookIsSetUpTriedAndReadWithoutItsSecret(t *testing.T) {
	s := newServer(t)
	made := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/webhooks", map[string]any{"name": "Dashboard", "url": "https://hooks.example.org/in", "scope": "asset", "scopeId": s.state.CaseDesk.ID, "agencyId": s.state.Health.ID, "audience": "agency", "types": []string{"asset.*"}}).object(t)
	secret, _ := made["secret"].(string)
	if !strings.HasPrefix(secret, "whsec_") || made["state"] != "active" || made["format"] != "cloud-events" || made["of"] == "" {
		t.Fatalf("made %v", made)
	}
	here := path("/webhooks/%v", made["id"])
	if a := s.get("registrar", here); strings.Contains(string(a.body), secret) || a.object(t)["secret"] != nil {
		t.Errorf("it is read as %s", a.body)
	}
	m := s.expect(http.StatusAccepted, "registrar", http.MethodPost, here+"/trials", nil).object(t)
	told := s.get("registrar", path("/webhook-deliveries/%v", m["id"])).object(t)
	if told["state"] != "waiting" || !strings.Contains(told["body"].(string), `"type":"webhook.tried"`) || len(told["tries"].([]any)) != 0 {
		t.Errorf("the trial is %v", told)
	}
	other := s.expect(http.StatusCreated, "registrar", http.MethodPost, here+"/secrets", map[string]any{}).object(t)
	if other["secret"] == secret || len(s.get("registrar", here+"/transitions").items(t)) != 3 {
		t.Errorf("the new secret is %v", other)
	}
	a := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, "/v1/webhooks", map[string]any{"name": " ", "url": "ftp://x", "scope": "agency", "secret": "short", "types": []string{"no type"}, "agencyId": s.state.Health.ID})
	if got := strings.Join(a.mistakes(t), ","); got != "name required,url bad-url,scopeId required,types[0] bad-type,secret too-short" {
		t.Errorf("mistakes %s", got)
	}
}
