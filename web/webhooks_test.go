package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// refusedHook is a webhook of Health with a message that was delivered, one that was refused, and one that waits.
func refusedHook(t *testing.T, s *site, g *sample.State) (hook, message int64) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, by := context.Background(), sample.Viewer(t, s.store, g.Registrar)
	status := http.StatusOK
	rec := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<b>thank you</b>", status) }))
	defer rec.Close()
	r := register.New(s.store)
	r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Address: "https://register.example.gov"})
	w := &models.Webhook{Name: "Dash<b>board", URL: rec.URL, AgencyID: &g.Health.ID, Scope: models.HookAsset, ScopeID: g.CaseDesk.ID, Audience: models.VisibleGovernment, Format: models.CloudEvents}
	_, err := r.RegisterWebhook(ctx, by, w)
	must(err)
	for _, status = range []int{http.StatusOK, http.StatusBadRequest} {
		d, err := r.TryWebhook(ctx, by, w.ID)
		must(err)
		must(r.SendWebhook(ctx, w.ID))
		message = d.ID
	}
	_, err = r.TryWebhook(ctx, by, w.ID)
	must(err)
	return w.ID, message
}

func addWebhookAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	hook, message := refusedHook(t, s, g)
	all["/webhooks/:id"], all["/webhooks/:id/edit"] = fmt.Sprintf("/webhooks/%d", hook), fmt.Sprintf("/webhooks/%d/edit", hook)
	all["/webhooks/:id/deliveries/:delivery"] = fmt.Sprintf("/webhooks/%d/deliveries/%d", hook, message)
}

func TestAWebhookShowsWhatWasSentAndWhatCameBack(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	hook, message := refusedHook(t, s, g)
	registrar := s.as(g.Registrar.ID)
	registrar.get("/webhooks").want(t, 200, "Dash&lt;b&gt;board", "One piece of software", "Set up a webhook")
	registrar.get(fmt.Sprintf("/webhooks/%d", hook)).want(t, 200, "Delivered", "Waiting", "400", "Nothing could be delivered since", "webhook.tried", "Pause it").without(t, "<b>board", "whsec_")
	registrar.get(fmt.Sprintf("/webhooks/%d/deliveries/%d", hook, message)).want(t, 200, "&lt;b&gt;thank you", "Not accepted", "specversion", "msg_")
	s.as(g.Reader.ID).get(fmt.Sprintf("/webhooks/%d", hook)).want(t, 404)
	s.get("/webhooks").want(t, 401)
	registrar.get(fmt.Sprintf("/webhooks/%d/deliveries/%d", hook+1, message)).want(t, 404)
}

func TestAWebhookIsSetUpAndLookedAfterOnPages(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	desk := fmt.Sprintf("%s (%d)", g.CaseDesk.Name, g.CaseDesk.ID)
	registrar.get(fmt.Sprintf("/webhooks/new?scope=asset&scopeId=%d", g.CaseDesk.ID)).want(t, 200, `id="f-scopeId" name="scopeId" type="text" value="`+desk+`"`, `<option value="`+desk+`">`, `<option value="asset" selected>`, fmt.Sprintf(`<option value="%s (%d)">`, g.Health.Name, g.Health.ID))
	registrar.get(fmt.Sprintf("/webhooks/new?assetId=%d", g.CaseDesk.ID)).want(t, 200, `value="`+desk+`"`, `<option value="asset" selected>`)
	registrar.get("/webhooks/new?scope=evil&scopeId=7").want(t, 200, `<option value="software" selected>`)
	registrar.get(fmt.Sprintf("/assets/%d", g.CaseDesk.ID)).want(t, 200, fmt.Sprintf("/webhooks/new?scope=asset&amp;scopeId=%d", g.CaseDesk.ID), fmt.Sprintf("/repositories/new?agency=%d&amp;asset=%d", g.CaseDesk.StewardID, g.CaseDesk.ID))
	s.get(fmt.Sprintf("/assets/%d", g.CaseDesk.ID)).want(t, 200).without(t, "/webhooks/new")
	registrar.post("/webhooks", "name", "", "url", "https://hooks.example.org/in", "agencyId", fmt.Sprint(g.Health.ID), "scope", "asset", "scopeId", "Nowhere Desk", "audience", "public", "format", "cloud-events").want(t, 400, `href="#f-name"`, "There is no software called “Nowhere Desk”").without(t, "at least 16 characters. Leave")
	registrar.post("/webhooks", "name", "", "url", "https://hooks.example.org/in", "agencyId", fmt.Sprint(g.Health.ID), "scope", "software", "audience", "public", "format", "cloud-events", "secret", "sixteen letters or more").want(t, 400, `href="#f-name"`).without(t, `href="#f-secret"`)
	registrar.post("/webhooks", "name", "Wrong number", "url", "https://hooks.example.org/in", "agencyId", fmt.Sprint(g.Health.ID), "scope", "asset", "scopeId", fmt.Sprintf("Flood Watch (%d)", g.CaseDesk.ID), "audience", "public", "format", "cloud-events").want(t, 400, `href="#f-scopeId"`, fmt.Sprintf("Number %d is “%s”, not “Flood Watch”", g.CaseDesk.ID, g.CaseDesk.Title())).without(t, "whsec_")
	registrar.post("/webhooks", "name", "By name", "url", "https://hooks.example.org/in", "agencyId", fmt.Sprint(g.Health.ID), "scope", "agency", "scopeId", g.Health.Name, "audience", "public", "format", "cloud-events").want(t, 200, "whsec_", g.Health.Name)
	registrar.post("/webhooks", "name", "", "url", "x", "scope", "agency", "audience", "all", "format", "x", "types", "no type", "secret", "short").want(t, 400, `href="#f-name"`, `href="#f-url"`, `href="#f-scopeId"`, `href="#f-audience`, `href="#f-format`, `href="#f-types"`, `href="#f-secret"`).without(t, `value="short"`)
	agency := fmt.Sprint(g.Health.ID)
	made := registrar.post("/webhooks", "name", "Dashboard", "url", "https://hooks.example.org/in", "agencyId", agency, "scope", "software", "audience", "agency", "format", "cloud-events", "types", "asset.*\nrelease.registered").want(t, 200, "whsec_", "shown this once")
	if made.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the page with the secret may be kept: %v", made.Header)
	}
	id := regexp.MustCompile(`action="/webhooks/(\d+)/try"`).FindStringSubmatch(made.Body)
	if id == nil {
		t.Fatal("the page has no way to try it")
	}
	path := "/webhooks/" + id[1]
	registrar.get(path).want(t, 200, "Active", "release.registered").without(t, "whsec_")
	registrar.post(path, "name", "", "url", "https://hooks.example.org/in", "scope", "repositories", "audience", "public", "version", "1").want(t, 400, `href="#f-name"`).without(t, `href="#f-secret"`)
	registrar.post(path, "name", "Board", "url", "https://hooks.example.org/in", "scope", "repositories", "audience", "public", "version", "1").want(t, 303)
	registrar.get(path).want(t, 200, "Board", "All repositories", "changed a webhook")
	registrar.post(path, "name", "Other", "url", "https://hooks.example.org/in", "scope", "repositories", "audience", "public", "version", "1").want(t, 409, "while you were filling in")
	registrar.post(path+"/try").want(t, 303)
	other := registrar.post(path+"/secret").want(t, 200, "whsec_")
	if strings.Contains(made.Body, regexp.MustCompile(`whsec_[^<]+`).FindString(other.Body)) {
		t.Error("the secret is the same as before")
	}
	for _, to := range []string{"paused", "active", "withdrawn"} {
		registrar.post(path+"/move", "to", to).want(t, 303)
	}
	registrar.get(path).want(t, 200, "Withdrawn", "Dead letter").without(t, "Have it go on")
	registrar.get("/webhooks").want(t, 200).without(t, "Board")
	registrar.get("/webhooks?state=withdrawn").want(t, 200, "Board")
}

func TestTheHomePageTellsOfAWebhookThatWasSwitchedOff(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	ctx, by, r := context.Background(), sample.Viewer(t, s.store, g.Registrar), register.New(s.store)
	r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: true})})
	w := &models.Webhook{Name: "Dashboard", URL: gone.URL, AgencyID: &g.Health.ID, Scope: models.HookSoftware, Audience: models.VisiblePublic, Format: models.CloudEvents}
	if _, err := r.RegisterWebhook(ctx, by, w); err != nil {
		t.Fatal(err)
	}
	s.as(g.Registrar.ID).get("/").want(t, 200).without(t, "switched off")
	if _, err := r.TryWebhook(ctx, by, w.ID); err != nil {
		t.Fatal(err)
	}
	if err := r.SendWebhook(ctx, w.ID); err != nil {
		t.Fatal(err)
	}
	s.as(g.Registrar.ID).get("/").want(t, 200, "1 webhook was switched off")
	s.as(g.Reader.ID).get("/").want(t, 200).without(t, "switched off")
	s.as(g.Registrar.ID).get(fmt.Sprintf("/webhooks/%d", w.ID)).want(t, 200, "The register switched it off", "gone for good", "1 dead letter", "Have it go on")
}
