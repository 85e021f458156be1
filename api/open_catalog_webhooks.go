package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// catalogWebhook is an address that is told of software or of publishers. The secret is there only in the answer that it was made for.
type catalogWebhook struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Secret    string    `json:"secret,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

type catalogWebhookInput struct {
	URL    string  `json:"url"`
	Secret *string `json:"secret"`
}

func (in *catalogWebhookInput) check(m *catalogMistakes) {
	m.url("url", in.URL, 2000)
	if in.Secret != nil && len(*in.Secret) < models.MinWebhookSecret {
		m.add("secret", "min", "")
	}
	if len(textOf(in.Secret)) > 256 {
		m.add("secret", "max", "")
	}
}

func shapeCatalogWebhook(w *models.Webhook) catalogWebhook {
	return catalogWebhook{ID: w.UUID, URL: w.URL, CreatedAt: utc(w.CreatedAt), UpdatedAt: utc(w.UpdatedAt)}
}

func (a *api) catalogWebhookRoutes() []catalogRoute {
	const get, post = http.MethodGet, http.MethodPost
	list, create := "can't get Webhooks", "can't create Webhook"
	return []catalogRoute{
		{get, "/software/webhooks", list, a.listWebhooksOf(a.everySoftware)},
		{post, "/software/webhooks", create, a.makeWebhookOf(a.everySoftware)},
		{get, "/software/:id/webhooks", list, a.listWebhooksOf(a.thisSoftware)},
		{post, "/software/:id/webhooks", create, a.makeWebhookOf(a.thisSoftware)},
		{get, "/publishers/webhooks", list, a.listWebhooksOf(a.everyPublisher)},
		{post, "/publishers/webhooks", create, a.makeWebhookOf(a.everyPublisher)},
		{get, "/publishers/:id/webhooks", list, a.listWebhooksOf(a.thisPublisher)},
		{post, "/publishers/:id/webhooks", create, a.makeWebhookOf(a.thisPublisher)},
		{get, "/webhooks/:id", "can't get Webhook", a.getCatalogWebhook},
		{http.MethodPatch, "/webhooks/:id", "can't update Webhook", a.patchCatalogWebhook},
		{http.MethodDelete, "/webhooks/:id", "can't delete Webhook", a.withdrawCatalogWebhook},
	}
}

// hookSubject is what a webhook tells of.
type hookSubject struct {
	scope  models.WebhookScope
	id     int64
	agency int64 // whose it is; 0 for many
}

func (a *api) everySoftware(*catalogCall) (hookSubject, error) {
	return hookSubject{scope: models.HookRepositories}, nil
}

func (a *api) everyPublisher(*catalogCall) (hookSubject, error) {
	return hookSubject{scope: models.HookPublishers}, nil
}

func (a *api) thisSoftware(x *catalogCall) (hookSubject, error) {
	s, err := a.softwareAsked(x)
	if err != nil {
		return hookSubject{}, err
	}
	return hookSubject{models.HookRepository, s.ID, s.AgencyID}, nil
}

func (a *api) thisPublisher(x *catalogCall) (hookSubject, error) {
	p, err := a.publisherAsked(x)
	if err != nil {
		return hookSubject{}, err
	}
	return hookSubject{models.HookPublisher, p.ID, p.AgencyID}, nil
}

// webhooksOf lists the webhooks of this API that the caller looks after, by when they were set up.
func (a *api) webhooksOf(x *catalogCall, of hookSubject) ([]models.Webhook, error) {
	if !x.v.SignedIn() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Send an API token of the register to see webhooks: their addresses are often secrets themselves.")
	}
	var out []models.Webhook
	f := models.WebhookFilter{Scope: of.scope, ScopeID: of.id, Format: models.OpenCatalogEvents, Page: models.Page{Limit: models.MaxLimit}}
	for {
		l, err := a.Store.Webhooks(x.ctx(), x.v, f)
		if err != nil {
			return nil, err
		}
		for _, w := range l.Items {
			out = append(out, w.Webhook)
		}
		if f.After = l.Next; f.After == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b models.Webhook) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.UUID, b.UUID)
	})
	return out, nil
}

func (a *api) listWebhooksOf(which func(*catalogCall) (hookSubject, error)) func(*catalogCall) error {
	return func(x *catalogCall) error {
		of, err := which(x)
		if err != nil {
			return err
		}
		f, err := x.catalogFilter()
		if err != nil {
			return err
		}
		list, err := a.webhooksOf(x, of)
		if err != nil {
			return err
		}
		return answerList(x, webhookPage(list, f.OpenCatalogPage), nil, shapeCatalogWebhook)
	}
}

// webhookPage is one page of a list that is short: the cursor is the id of the last webhook seen.
func webhookPage(list []models.Webhook, p models.OpenCatalogPage) (out models.OpenCatalogList[models.Webhook]) {
	from, to := 0, min(p.Size, len(list))
	if at := slices.IndexFunc(list, func(w models.Webhook) bool { return w.UUID == p.Cursor }); at >= 0 && p.Way == models.Backward {
		from, to = max(0, at-p.Size), at
	} else if at >= 0 {
		from, to = at+1, min(at+1+p.Size, len(list))
	}
	out.Items = list[from:to]
	if from > 0 && from < to {
		out.Prev = list[from].UUID
	}
	if to < len(list) && from < to {
		out.Next = list[to-1].UUID
	}
	return out
}

// makeWebhookOf sets up a webhook that tells what is public: of the whole register for who may, else of the agency of the thing or of the caller.
func (a *api) makeWebhookOf(which func(*catalogCall) (hookSubject, error)) func(*catalogCall) error {
	return func(x *catalogCall) error {
		of, err := which(x)
		if err != nil {
			return err
		}
		var in catalogWebhookInput
		if err := readCatalogBody(a, x, &in); err != nil {
			return err
		}
		w := models.Webhook{URL: in.URL, Scope: of.scope, ScopeID: of.id, Format: models.OpenCatalogEvents, Audience: models.VisiblePublic, Secret: textOf(in.Secret)}
		u, err := url.Parse(in.URL)
		if err == nil {
			w.Name = "Open Catalog: " + u.Host
		}
		if w.AgencyID, err = a.hookAgency(x, of); err != nil {
			return err
		}
		if err := a.otherWebhook(x, of, &w); err != nil {
			return err
		}
		secret, err := a.Register.RegisterWebhook(x.ctx(), x.v, &w)
		if err != nil {
			return err
		}
		out := shapeCatalogWebhook(&w)
		if in.Secret == nil {
			out.Secret = secret
		}
		x.c.JSON(http.StatusOK, out)
		return nil
	}
}

func (a *api) hookAgency(x *catalogCall, of hookSubject) (*int64, error) {
	if x.v.May(models.ManageWebhooks, 0) {
		return nil, nil //nolint:nilnil // none is the register as a whole
	}
	if of.agency != 0 && x.v.May(models.ManageWebhooks, of.agency) {
		return &of.agency, nil
	}
	top, err := a.Store.TopAgencies(x.ctx(), slices.DeleteFunc(x.v.Covered(), func(id int64) bool { return !x.v.May(models.ManageWebhooks, id) }))
	if err != nil || len(top) != 1 {
		return nil, err // which the journey refuses
	}
	return &top[0], nil
}

// otherWebhook refuses an address that is told of the same thing already.
func (a *api) otherWebhook(x *catalogCall, of hookSubject, w *models.Webhook) error {
	list, err := a.webhooksOf(x, of)
	if err == nil && slices.ContainsFunc(list, func(o models.Webhook) bool { return o.URL == w.URL && o.UUID != w.UUID }) {
		return catalogRefusal(http.StatusConflict, "url already exists")
	}
	return err
}

func (a *api) webhookAsked(x *catalogCall) (*store.WebhookRow, error) {
	if !x.v.SignedIn() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Send an API token of the register to see webhooks: their addresses are often secrets themselves.")
	}
	w, err := a.Store.WebhookByUUID(x.ctx(), x.v, x.c.Param("id"))
	if err == nil && (w.State == models.HookWithdrawn || w.Format != models.OpenCatalogEvents) {
		return nil, models.NoSuch("webhook")
	}
	return w, err
}

func (a *api) getCatalogWebhook(x *catalogCall) error {
	w, err := a.webhookAsked(x)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCatalogWebhook(&w.Webhook))
	return nil
}

func (a *api) patchCatalogWebhook(x *catalogCall) error {
	w, err := a.webhookAsked(x)
	if err != nil {
		return err
	}
	patch, err := readCatalogPatch(a, x, &catalogWebhookInput{})
	if err != nil {
		return err
	}
	var in catalogWebhookInput
	if err := patch.apply(shapeCatalogWebhook(&w.Webhook), &in); err != nil {
		return err
	}
	if in.URL != w.URL {
		changed := w.Webhook
		changed.URL = in.URL
		if err := a.otherWebhook(x, hookSubject{scope: w.Scope, id: w.ScopeID}, &changed); err != nil {
			return err
		}
		if _, err := a.Register.ChangeWebhook(x.ctx(), x.v, w.ID, 0, func(w *models.Webhook) { w.URL = in.URL }); err != nil {
			return err
		}
	}
	if in.Secret != nil {
		if _, err := a.Register.RotateWebhookSecret(x.ctx(), x.v, w.ID, 0, *in.Secret); err != nil {
			return err
		}
	}
	return a.getCatalogWebhook(x)
}

func (a *api) withdrawCatalogWebhook(x *catalogCall) error {
	w, err := a.webhookAsked(x)
	if err != nil {
		return err
	}
	if _, err := a.Register.MoveWebhook(x.ctx(), x.v, w.ID, 0, models.HookWithdrawn); err != nil {
		return err
	}
	x.c.Status(http.StatusNoContent)
	return nil
}
