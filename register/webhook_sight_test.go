package register_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (h *hooked) change(a *models.Asset, to models.Visibility) {
	h.t.Helper()
	_, err := h.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Visibility = to })
	h.must(err)
}

func TestAWebhookTellsWhatItsAudienceSeesAndNoMore(t *testing.T) {
	h := newHooked(t)
	keeper := h.person("keeper@example.gov", models.Registrar, h.health)
	for _, audience := range models.Visibilities {
		h.hook(keeper, func(w *models.Webhook) {
			w.Name, w.Audience, w.AgencyID = string(audience), audience, &h.health.ID
			w.URL = h.rec.URL + "/" + string(audience)
		})
	}
	h.asset("Open", h.education, models.VisiblePublic)
	h.asset("Inside", h.education, models.VisibleGovernment)
	h.asset("Theirs", h.education, models.VisibleAgency)
	h.asset("Ours", h.hospitals, models.VisibleAgency)
	hooks, err := h.s.Webhooks(ctx, system, models.WebhookFilter{})
	h.must(err)
	_, err = h.r.GatherWebhooks(ctx)
	h.must(err)
	have := map[string]string{}
	for _, w := range hooks.Items {
		h.must(h.r.At(h.clock.Add(time.Minute)).SendWebhook(ctx, w.ID))
		have[w.Name] = strings.Join(told(t, h.rec.take()), ", ")
	}
	want := map[string]string{"public": "asset.registered Open", "government": "asset.registered Open, asset.registered Inside", "agency": "asset.registered Open, asset.registered Inside, asset.registered Ours"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestWhatIsHiddenBeforeItsMessageIsSentIsWithheldAndLeavesATombstone(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.rec.answers(http.StatusInternalServerError)
	a := h.asset("Secret after all", h.health, models.VisiblePublic)
	h.pass(time.Second)
	h.change(a, models.VisibleGovernment)
	h.rec.works()
	got := h.pass(time.Hour)
	if diff := cmp.Diff([]string{"asset.changed gone"}, told(t, got)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	for _, g := range got {
		if strings.Contains(string(g.body), "Secret") {
			t.Errorf("the name is told: %s", g.body)
		}
	}
	l := h.log(w)
	if l[1].State != models.MessageWithheld || l[0].State != models.MessageDelivered || !l[0].Gone {
		t.Errorf("the log has %+v", l)
	}
	if _, err := h.r.RedeliverWebhook(ctx, system, l[1].ID); !models.HasCode(err, "message-withheld") {
		t.Errorf("it is sent again: %v", err)
	}
}

func TestARepositoryThatIsHiddenIsNamedByNoMessageOfBefore(t *testing.T) {
	h := newHooked(t)
	h.hook(system, func(w *models.Webhook) { w.Scope = models.HookRepositories })
	h.rec.answers(http.StatusInternalServerError)
	repo := &models.Repository{AgencyID: h.health.ID, URL: "https://code.example.gov/health/internal", Host: models.PlainGit, Visibility: models.VisiblePublic, Active: true}
	h.must(h.r.RegisterRepository(ctx, system, repo))
	h.pass(time.Second)
	_, err := h.r.ChangeRepository(ctx, system, repo.ID, 0, func(r *models.Repository) { r.Visibility = models.VisibleAgency })
	h.must(err)
	h.rec.works()
	if diff := cmp.Diff([]string{"repository.changed gone"}, told(t, h.pass(time.Hour))); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestTheLogShowsABodyOnlyToWhoMaySeeWhatItTellsOf(t *testing.T) {
	h := newHooked(t)
	keeper := h.person("keeper@example.gov", models.Registrar, h.health)
	w, _ := h.hook(keeper, func(w *models.Webhook) { w.AgencyID, w.Audience = &h.health.ID, models.VisibleGovernment })
	h.asset("Inside", h.education, models.VisibleGovernment)
	h.pass(time.Second)
	keeper.Actions = []models.Action{models.ManageWebhooks} // a token
	l, err := h.s.WebhookDeliveries(ctx, keeper, models.WebhookDeliveryFilter{Webhook: w.ID})
	h.must(err)
	if len(l.Items) != 1 || l.Items[0].Body != "" || h.log(w)[0].Body == "" {
		t.Errorf("a token that may not read government reads %+v", l.Items)
	}
}

func TestAWebhookTellsNothingForSomebodyWhoHasLeft(t *testing.T) {
	h := newHooked(t)
	keeper := h.person("keeper@example.gov", models.Registrar, h.health)
	inside, _ := h.hook(keeper, func(w *models.Webhook) { w.AgencyID, w.Audience = &h.health.ID, models.VisibleAgency })
	open, _ := h.hook(keeper, func(w *models.Webhook) { w.Name, w.AgencyID = "Open", &h.health.ID })
	h.asset("Ours", h.health, models.VisibleAgency)
	_, err := h.r.GatherWebhooks(ctx)
	h.must(err)
	h.must(h.r.CloseUser(ctx, system, keeper.UserID))
	h.asset("Open", h.health, models.VisiblePublic)
	if diff := cmp.Diff([]string{"asset.registered Open"}, told(t, h.pass(time.Second))); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if row := h.state(inside); row.State != models.HookFailed || !strings.Contains(row.Why, "left") || h.state(open).State != models.HookActive {
		t.Errorf("the webhooks are %s (%s) and %s", row.State, row.Why, h.state(open).State)
	}
	other := h.person("other@example.gov", models.Registrar, h.health)
	_, err = h.r.MoveWebhook(ctx, other, inside.ID, 0, models.HookActive)
	h.must(err)
	h.asset("Later", h.health, models.VisibleAgency)
	if diff := cmp.Diff([]string{"asset.registered Later"}, told(t, h.pass(time.Second))); diff != "" {
		t.Errorf("for who took it on (-want +got):\n%s", diff)
	}
}

func TestAWebhookTellsOfItsScopeAndItsTypes(t *testing.T) {
	h := newHooked(t)
	p := &models.Publisher{AgencyID: h.health.ID, Name: "Health digital", Active: true}
	h.must(h.r.RegisterPublisher(ctx, system, p))
	a, b := h.asset("A", h.health, models.VisiblePublic), h.asset("B", h.education, models.VisiblePublic)
	repo := &models.Repository{AgencyID: h.health.ID, PublisherID: &p.ID, AssetID: &a.ID, URL: "https://code.example.gov/health/a", Host: models.PlainGit, Visibility: models.VisiblePublic, Active: true}
	h.must(h.r.RegisterRepository(ctx, system, repo))
	scopes := map[string]func(*models.Webhook){
		"software":       func(w *models.Webhook) {},
		"releases":       func(w *models.Webhook) { w.Types = models.StringList{"release.*", "publisher.changed"} },
		"registered":     func(w *models.Webhook) { w.Types = models.StringList{"asset.registered", "asset.registered"} },
		"asset b":        func(w *models.Webhook) { w.Scope, w.ScopeID = models.HookAsset, b.ID },
		"repositories":   func(w *models.Webhook) { w.Scope = models.HookRepositories },
		"one repository": func(w *models.Webhook) { w.Scope, w.ScopeID = models.HookRepository, repo.ID },
		"publishers":     func(w *models.Webhook) { w.Scope = models.HookPublishers },
		"publisher":      func(w *models.Webhook) { w.Scope, w.ScopeID = models.HookPublisher, p.ID },
		"agency":         func(w *models.Webhook) { w.Scope, w.ScopeID = models.HookAgency, h.education.ID },
		"open catalogue": func(w *models.Webhook) { w.Scope, w.Format = models.HookRepositories, models.OpenCatalogEvents },
		"open publishers": func(w *models.Webhook) {
			w.Scope, w.ScopeID, w.Format = models.HookPublisher, p.ID, models.OpenCatalogEvents
		},
	}
	for name, change := range scopes {
		h.hook(system, func(w *models.Webhook) { change(w); w.Name = name })
	}
	h.release(a, "1.0")
	h.release(b, "1.0")
	_, err := h.r.ChangeRepository(ctx, system, repo.ID, 0, func(r *models.Repository) { r.Vitality = "90" })
	h.must(err)
	_, err = h.r.ChangePublisher(ctx, system, p.ID, 0, func(p *models.Publisher) { p.Name = "Health code" })
	h.must(err)
	have := map[string]string{}
	hooks, err := h.s.Webhooks(ctx, system, models.WebhookFilter{})
	h.must(err)
	h.pass(time.Second)
	for _, w := range hooks.Items {
		var list []string
		for _, d := range h.log(&w.Webhook) {
			list = append([]string{d.Type + " " + map[int64]string{a.ID: "a", b.ID: "b"}[value(t, d.Body)]}, list...)
		}
		have[w.Name] = strings.Join(list, ", ")
	}
	want := map[string]string{"software": "release.registered a, release.registered b, repository.changed a", "releases": "release.registered a, release.registered b", "registered": "", "asset b": "release.registered b",
		"repositories": "repository.changed a", "one repository": "repository.changed a", "publishers": "publisher.changed ", "publisher": "release.registered a, repository.changed a, publisher.changed ", "agency": "release.registered b",
		"open catalogue": "repository.changed ", "open publishers": "publisher.changed "}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestAnAddressInsideIsRefusedAndARedirectIsNotFollowed(t *testing.T) {
	h := newHooked(t)
	inner := newReceiver(t)
	w, _ := h.hook(system, nil)
	h.rec.answer = func(rw http.ResponseWriter, q *http.Request) {
		http.Redirect(rw, q, inner.URL, http.StatusTemporaryRedirect)
	}
	h.asset("One", h.health, models.VisiblePublic)
	if h.pass(time.Second); len(inner.take()) != 0 || h.log(w)[0].Outcome != models.TryRefused || h.log(w)[0].Status != 307 {
		t.Errorf("the redirect was followed: %+v", h.log(w))
	}
	h.r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{})})
	h.rec.works()
	if got := h.pass(time.Hour); len(got) != 0 || h.log(w)[0].Outcome != models.TryBlocked || h.log(w)[0].Detail == "" {
		t.Errorf("an address on this machine was told: %+v", h.log(w))
	}
	for _, address := range []string{h.rec.URL, "http://example.org/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://ada:secret@example.org/", "https://example.org:25/", "ftp://example.org/", "nowhere", ""} {
		_, err := h.r.RegisterWebhook(ctx, system, &models.Webhook{Name: "Inside", URL: address, Scope: models.HookSoftware, Audience: models.VisiblePublic, Format: models.CloudEvents})
		if mistakes := mistaken(err); len(mistakes) == 0 || mistakes[0] != "url" {
			t.Errorf("%s was taken: %v", address, err)
		}
	}
}

func mistaken(err error) []string {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil
	}
	var list []string
	for _, f := range e.Fields {
		list = append(list, f.Field)
	}
	return list
}

// value is the number of the software that a message is about; 0 for none.
func value(t *testing.T, body string) int64 {
	t.Helper()
	var e struct{ Data struct{ AssetID int64 } }
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	return e.Data.AssetID
}
