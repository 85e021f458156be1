package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// The words of webhooks.
type (
	WebhookScope  string
	WebhookFormat string
	WebhookState  string
)

// Schema lists the scopes.
func (WebhookScope) Schema(huma.Registry) *huma.Schema {
	return words("What a webhook tells of: all of a kind, or the one thing that scopeId names; everything is all that its audience sees", models.WebhookScopes...)
}

// Schema lists the formats.
func (WebhookFormat) Schema(huma.Registry) *huma.Schema {
	return words("How the body is written: CloudEvents 1.0 in JSON, or as the Open Catalog API tells of software and publishers", models.WebhookFormats...)
}

// Schema lists the states.
func (WebhookState) Schema(huma.Registry) *huma.Schema {
	return words("Whether anything is sent: paused is by a person, switched-off by the register", models.WebhookStates...)
}

// Webhook is an address that is told of events as they happen. Its secret is not shown.
type Webhook struct {
	ID          int64         `json:"id"`
	UUID        string        `json:"uuid" doc:"By which the Open Catalog API knows it"`
	AgencyID    *int64        `json:"agencyId" doc:"Whose it is; null: of the whole register"`
	Agency      string        `json:"agency"`
	Owner       string        `json:"owner" doc:"Who set it up or changed it last: it never tells what they may not see"`
	Name        string        `json:"name"`
	URL         string        `json:"url"`
	Scope       WebhookScope  `json:"scope"`
	ScopeID     *int64        `json:"scopeId"`
	Of          string        `json:"of" doc:"How the one thing is called; empty when you may not see it"`
	Types       []string      `json:"types" doc:"Types of events, or noun.* for all of a noun; empty: all"`
	Audience    Visibility    `json:"audience" doc:"It tells only what these may see"`
	Format      WebhookFormat `json:"format"`
	State       WebhookState  `json:"state"`
	Why         string        `json:"why" doc:"It was switched off; empty else"`
	Waiting     int           `json:"waiting" doc:"Messages that are to be sent, or sent again"`
	Failed      int           `json:"failed" doc:"Dead letters"`
	Failures    int           `json:"failures" doc:"Failed tries in a row"`
	FailedAt    *time.Time    `json:"failedAt" doc:"Since when nothing could be delivered; null when the last try arrived"`
	DeliveredAt *time.Time    `json:"deliveredAt" doc:"When a message was delivered last"`
	EventID     int64         `json:"eventId" doc:"The last event that was looked at; go on from it in the feed of events when you have missed some"`
	Version     int64         `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt   time.Time     `json:"createdAt"`
	UpdatedAt   time.Time     `json:"updatedAt"`
}

// NewWebhook is a webhook with its secret, which is shown this once.
type NewWebhook struct {
	Webhook
	Secret string `json:"secret" doc:"Signs every message; shown once: give it to the receiver" example:"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"`
}

// WebhookFacts are what can be said of a webhook, and changed later.
type WebhookFacts struct {
	Name     string       `json:"name" maxLength:"200" doc:"What will be told" example:"Landscape dashboard"`
	URL      string       `json:"url" maxLength:"2000" doc:"https; not inside a private network, unless the operator allows it" example:"https://dashboard.example.gov/hooks/register"`
	Scope    WebhookScope `json:"scope"`
	ScopeID  *int64       `json:"scopeId,omitempty" minimum:"1" doc:"Of the one thing"`
	Types    []string     `json:"types,omitempty" maxItems:"100" doc:"Types of events, such as asset.changed, or asset.* for all of a noun; all when absent" example:"[\"asset.*\"]"`
	Audience Visibility   `json:"audience,omitempty" doc:"It tells only what these may see, and never more than you; public when absent"`
}

// WebhookInput is a new webhook.
type WebhookInput struct {
	WebhookFacts
	AgencyID *int64        `json:"agencyId,omitempty" minimum:"1" doc:"Whose it is; of the whole register when absent"`
	Format   WebhookFormat `json:"format,omitempty" doc:"cloud-events when absent"`
	Secret   string        `json:"secret,omitempty" maxLength:"200" doc:"At least 16 characters, or whsec_ and a key in base64; made when absent"`
}

// WebhookChangeInput is what can be changed of a webhook.
type WebhookChangeInput struct{ WebhookFacts }

func (in *WebhookFacts) write(w *models.Webhook) {
	w.Name, w.URL, w.Scope, w.Types, w.Audience, w.ScopeID = in.Name, in.URL, models.WebhookScope(in.Scope), in.Types, models.Visibility(in.Audience), 0
	if in.ScopeID != nil {
		w.ScopeID = *in.ScopeID
	}
	if w.Audience == "" {
		w.Audience = models.VisiblePublic
	}
}

func factsOfWebhook(w *models.Webhook) WebhookFacts {
	f := WebhookFacts{Name: w.Name, URL: w.URL, Scope: WebhookScope(w.Scope), Types: orEmpty([]string(w.Types)), Audience: Visibility(w.Audience)}
	if w.ScopeID != 0 {
		f.ScopeID = &w.ScopeID
	}
	return f
}

func shapeWebhook(w *store.WebhookRow) Webhook {
	f := factsOfWebhook(&w.Webhook)
	return Webhook{ID: w.ID, UUID: w.UUID, AgencyID: w.AgencyID, Agency: w.Agency, Owner: w.Owner, Name: w.Name, URL: w.URL, Scope: f.Scope, ScopeID: f.ScopeID, Of: w.Of, Types: f.Types, Audience: f.Audience, Format: WebhookFormat(w.Format),
		State: WebhookState(w.State), Why: w.Why, Waiting: w.Waiting, Failed: w.Failed, Failures: w.Failures, FailedAt: instant(w.FailingSince), DeliveredAt: instant(w.DeliveredAt), EventID: w.EventID,
		Version: w.Version, CreatedAt: utc(w.CreatedAt), UpdatedAt: utc(w.UpdatedAt)}
}

const hooksTag = "Webhooks"

func (a *api) webhooks() {
	get(a, "/webhooks", about{id: "listWebhooks", tag: hooksTag, summary: "List the webhooks that you look after", text: "By name, without withdrawn ones unless they are asked for.", signedIn: true}, a.listWebhooks)
	post(a, "/webhooks", about{id: "registerWebhook", tag: hooksTag, summary: "Set up a webhook", repeats: true, status: 201,
		text: "The address is told of what happens from now on, by a POST with the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks). The secret is shown once and never again, so an Idempotency-Key is not taken here."}, a.registerWebhook)
	get(a, "/webhooks/{id}", about{id: "getWebhook", tag: hooksTag, summary: "A webhook", signedIn: true}, a.getWebhook)
	patch(a, "/webhooks/{id}", about{id: "changeWebhook", tag: hooksTag, summary: "Change a webhook", text: "Whoever changes it answers for it from then on: it tells what they may see. Whose it is and its format stay."}, a.changeWebhook)
	get(a, "/webhooks/{id}/transitions", about{id: "listWebhookTransitions", tag: hooksTag, summary: "The history of a webhook", signedIn: true}, a.listWebhookTransitions)
	post(a, "/webhooks/{id}/transitions", about{id: "moveWebhook", tag: hooksTag, summary: "Pause a webhook, have it go on, or withdraw it",
		text: "One that goes on is told of what happens from then on; what happened in between is in the feed of events, after the webhook's eventId."}, a.moveWebhook)
	post(a, "/webhooks/{id}/secrets", about{id: "rotateWebhookSecret", tag: hooksTag, summary: "Give a webhook another secret", repeats: true, status: 201,
		text: "Shown once. For a day the former one signs too, so that the receiver can change over. An Idempotency-Key is not taken here."}, a.rotateWebhookSecret)
	post(a, "/webhooks/{id}/trials", about{id: "tryWebhook", tag: hooksTag, summary: "Send a webhook a message that tells of nothing", status: 202}, a.tryWebhook)
	a.webhookDeliveries()
}

func (a *api) listWebhooks(ctx context.Context, in *struct {
	Agency  int64        `query:"agency" minimum:"1" doc:"Of this agency and those below"`
	State   WebhookState `query:"state"`
	Scope   WebhookScope `query:"scope"`
	ScopeID int64        `query:"scopeId" minimum:"1"`
	Paging
}) (*Page[Webhook], error) {
	if err := signedIn(ctx, "see webhooks"); err != nil {
		return nil, err
	}
	l, err := a.Store.Webhooks(ctx, viewer(ctx), models.WebhookFilter{Agency: in.Agency, State: models.WebhookState(in.State), Scope: models.WebhookScope(in.Scope), ScopeID: in.ScopeID, Page: in.page()})
	return page(ctx, l, shapeWebhook), err
}

// webhook finds a webhook for somebody who is signed in.
func (a *api) webhook(ctx context.Context, id int64) (*store.WebhookRow, error) {
	if err := signedIn(ctx, "see webhooks"); err != nil {
		return nil, err
	}
	return a.Store.Webhook(ctx, viewer(ctx), id)
}

func (a *api) getWebhook(ctx context.Context, in *struct{ ID }) (*One[Webhook], error) {
	w, err := a.webhook(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(w.Version, shapeWebhook(w), Unless{})
}

func (a *api) registerWebhook(ctx context.Context, in *struct{ Body Body[WebhookInput] }) (*Made[NewWebhook], error) {
	w := models.Webhook{AgencyID: in.Body.Value.AgencyID, Format: models.WebhookFormat(in.Body.Value.Format), Secret: in.Body.Value.Secret}
	in.Body.Value.write(&w)
	if w.Format == "" {
		w.Format = models.CloudEvents
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	secret, err := a.Register.RegisterWebhook(ctx, viewer(ctx), &w)
	if err != nil {
		return nil, err
	}
	row, err := a.Store.Webhook(ctx, viewer(ctx), w.ID)
	if err != nil {
		return nil, err
	}
	return made("webhooks", w.ID, w.Version, NewWebhook{shapeWebhook(row), secret})
}

func (a *api) changeWebhook(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[WebhookChangeInput] `contentType:"application/merge-patch+json"`
}) (*One[Webhook], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	if _, err := a.Register.ChangeWebhook(ctx, viewer(ctx), in.ID.ID, based, func(w *models.Webhook) {
		changed := in.Body.apply(WebhookChangeInput{factsOfWebhook(w)})
		changed.write(w)
	}); err != nil {
		return nil, err
	}
	return a.getWebhook(ctx, &struct{ ID }{in.ID})
}

// WebhookTransition pauses a webhook, has it go on, or withdraws it.
type WebhookTransition struct {
	To string `json:"to" enum:"active,paused,withdrawn"`
}

func (a *api) moveWebhook(ctx context.Context, in *struct {
	ID
	Based
	Body Body[WebhookTransition]
}) (*One[Webhook], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if _, err := a.Register.MoveWebhook(ctx, viewer(ctx), in.ID.ID, based, models.WebhookState(in.Body.Value.To)); err != nil {
		return nil, err
	}
	return a.getWebhook(ctx, &struct{ ID }{in.ID})
}

func (a *api) listWebhookTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	w, err := a.webhook(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "webhook", NounID: w.ID}, in.Feed)
}

// WebhookSecretInput is another secret.
type WebhookSecretInput struct {
	Secret string `json:"secret,omitempty" maxLength:"200" doc:"At least 16 characters, or whsec_ and a key in base64; made when absent"`
}

// WebhookSecret is a new secret, which is shown this once.
type WebhookSecret struct {
	Secret string `json:"secret" doc:"Shown once: give it to the receiver within a day"`
}

func (a *api) rotateWebhookSecret(ctx context.Context, in *struct {
	ID
	Based
	Body Body[WebhookSecretInput]
}) (*struct{ Body WebhookSecret }, error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	secret, err := a.Register.RotateWebhookSecret(ctx, viewer(ctx), in.ID.ID, based, in.Body.Value.Secret)
	if err != nil {
		return nil, err
	}
	return &struct{ Body WebhookSecret }{WebhookSecret{secret}}, nil
}
