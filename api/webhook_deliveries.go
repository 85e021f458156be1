package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// The words of messages.
type (
	WebhookDeliveryState string
	WebhookOutcome       string
)

// Schema lists the states.
func (WebhookDeliveryState) Schema(huma.Registry) *huma.Schema {
	return words("What became of a message: failed is a dead letter; withheld was never sent, because its audience could not see the thing any more", models.WebhookDeliveryStates...)
}

// Schema lists the outcomes.
func (WebhookOutcome) Schema(huma.Registry) *huma.Schema {
	return words("How a try ended; empty while it is under way, or when the program ended in the middle of it", models.WebhookOutcomes...)
}

// WebhookDelivery is one message to one webhook, with how its last try went.
type WebhookDelivery struct {
	ID           int64                `json:"id"`
	WebhookID    int64                `json:"webhookId"`
	MessageID    string               `json:"messageId" doc:"The header webhook-id: the same with every try"`
	EventID      *int64               `json:"eventId" doc:"The event that it tells of; null for a trial"`
	Type         string               `json:"type" example:"asset.changed"`
	Subject      string               `json:"subject" example:"asset/12"`
	Gone         bool                 `json:"gone" doc:"It says that the thing is not to be seen any more"`
	State        WebhookDeliveryState `json:"state"`
	Attempts     int                  `json:"attempts" doc:"Tries, over all"`
	Outcome      WebhookOutcome       `json:"outcome" doc:"Of the last try; empty before the first"`
	Status       int                  `json:"status" doc:"HTTP status of the last answer; 0 when there was none"`
	Milliseconds int                  `json:"milliseconds" doc:"That the last answer took"`
	Detail       string               `json:"detail" doc:"What went wrong"`
	TriedAt      *time.Time           `json:"triedAt"`
	NextAt       *time.Time           `json:"nextAt" doc:"Of the next try; null when there is none"`
	CreatedAt    time.Time            `json:"createdAt"`
	EndedAt      *time.Time           `json:"endedAt"`
}

// WebhookMessage is a message with its content and its tries.
type WebhookMessage struct {
	WebhookDelivery
	Body  string           `json:"body" doc:"As it is sent; empty when you may not see what it tells of"`
	Tries []WebhookAttempt `json:"tries" doc:"The last first"`
}

// WebhookAttempt is one try to deliver a message.
type WebhookAttempt struct {
	Number       int            `json:"number"`
	Outcome      WebhookOutcome `json:"outcome"`
	Status       int            `json:"status" doc:"HTTP status of the answer; 0 when there was none"`
	Milliseconds int            `json:"milliseconds"`
	Head         string         `json:"head" doc:"How the answer begins, at most 1 kB"`
	Detail       string         `json:"detail" doc:"What went wrong"`
	StartedAt    time.Time      `json:"startedAt"`
	EndedAt      *time.Time     `json:"endedAt"`
}

func shapeWebhookDelivery(d *store.WebhookDeliveryRow) WebhookDelivery {
	return WebhookDelivery{ID: d.ID, WebhookID: d.WebhookID, MessageID: d.MessageID, EventID: d.EventID, Type: d.Type, Subject: d.Subject, Gone: d.Gone, State: WebhookDeliveryState(d.State), Attempts: d.Attempts, Outcome: WebhookOutcome(d.Outcome),
		Status: d.Status, Milliseconds: d.Milliseconds, Detail: d.Detail, TriedAt: instant(d.TriedAt), NextAt: instant(d.NextAt), CreatedAt: utc(d.CreatedAt), EndedAt: instant(d.EndedAt)}
}

func shapeWebhookAttempt(t *models.WebhookAttempt) WebhookAttempt {
	return WebhookAttempt{Number: t.Number, Outcome: WebhookOutcome(t.Outcome), Status: t.Status, Milliseconds: t.Milliseconds, Head: t.Head, Detail: t.Detail, StartedAt: utc(t.StartedAt), EndedAt: instant(t.EndedAt)}
}

func (a *api) webhookDeliveries() {
	get(a, "/webhooks/{id}/deliveries", about{id: "listWebhookDeliveries", tag: hooksTag, summary: "The messages of a webhook", text: "The newest first, for ninety days. Those with the state failed are the dead letters.", signedIn: true}, a.listWebhookDeliveries)
	post(a, "/webhooks/{id}/redeliveries", about{id: "redeliverFailed", tag: hooksTag, summary: "Send all dead letters of a webhook again", text: "The same content under the same ids.", status: 202}, a.redeliverFailed)
	get(a, "/webhook-deliveries/{id}", about{id: "getWebhookDelivery", tag: hooksTag, summary: "A message, with its content and its tries", signedIn: true}, a.getWebhookDelivery)
	post(a, "/webhook-deliveries/{id}/transitions", about{id: "redeliverWebhook", tag: hooksTag, summary: "Send a message again", text: "The same content under the same id, whether it was delivered or given up. What is withheld is not sent.", status: 202}, a.redeliverWebhook)
}

func (a *api) listWebhookDeliveries(ctx context.Context, in *struct {
	ID
	State WebhookDeliveryState `query:"state"`
	Paging
}) (*Page[WebhookDelivery], error) {
	w, err := a.webhook(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.WebhookDeliveries(ctx, viewer(ctx), models.WebhookDeliveryFilter{Webhook: w.ID, State: models.WebhookDeliveryState(in.State), Page: in.page()})
	return page(ctx, l, shapeWebhookDelivery), err
}

func (a *api) getWebhookDelivery(ctx context.Context, in *ID) (*struct{ Body WebhookMessage }, error) {
	if err := signedIn(ctx, "see webhooks"); err != nil {
		return nil, err
	}
	d, err := a.Store.WebhookDelivery(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	tries, err := a.Store.WebhookAttempts(ctx, d.ID)
	return &struct{ Body WebhookMessage }{WebhookMessage{shapeWebhookDelivery(d), d.Body, each(tries, shapeWebhookAttempt)}}, err
}

// WebhookRedelivery puts a message into the queue again.
type WebhookRedelivery struct {
	To string `json:"to" enum:"waiting"`
}

func (a *api) redeliverWebhook(ctx context.Context, in *struct {
	ID
	Body Body[WebhookRedelivery]
}) (*struct{ Body WebhookDelivery }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	d, err := a.Register.RedeliverWebhook(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body WebhookDelivery }{shapeWebhookDelivery(d)}, nil
}

// Redelivered says how many messages were put into the queue again.
type Redelivered struct {
	Messages int `json:"messages"`
}

func (a *api) redeliverFailed(ctx context.Context, in *ID) (*struct{ Body Redelivered }, error) {
	n, err := a.Register.RedeliverFailed(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Redelivered }{Redelivered{n}}, nil
}

func (a *api) tryWebhook(ctx context.Context, in *ID) (*struct{ Body WebhookDelivery }, error) {
	d, err := a.Register.TryWebhook(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body WebhookDelivery }{shapeWebhookDelivery(d)}, nil
}
