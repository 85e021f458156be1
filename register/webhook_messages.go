package register

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ospo-register/ospo/exporters/webhook"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// lookAfterWebhooks is who switches webhooks off.
var lookAfterWebhooks = models.SystemViewer("Webhooks")

// mostGathered bounds the turns that one webhook takes of one gathering, so that one that is far behind does not keep the others waiting.
const mostGathered = 10

// GatherWebhooks writes the messages for what has happened since it was called last. The trail is the outbox: a webhook moves on in it in the same transaction that writes its messages, so that none is
// lost or written twice however the program ends. It gives how many webhooks it looked at; more may wait when it is not 0.
func (r *Register) GatherWebhooks(ctx context.Context) (int, error) {
	last, err := r.store.LastEvent(ctx)
	if err != nil {
		return 0, err
	}
	behind, err := r.store.WebhooksBehind(ctx, last)
	if err != nil {
		return 0, err
	}
	for _, id := range behind {
		for range mostGathered {
			more, err := r.gatherMessages(ctx, id)
			if err != nil {
				return 0, fmt.Errorf("gathering events for webhook %d: %w", id, err)
			}
			if !more {
				break
			}
		}
	}
	return len(behind), nil
}

func (r *Register) gatherMessages(ctx context.Context, id int64) (more bool, err error) {
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		more = false
		w, err := tx.HeldWebhook(ctx, id)
		if err != nil || w.State != models.HookActive {
			return err
		}
		newest, err := tx.NewestEvent(ctx) // before the events are read, so that none falls between
		if err != nil || newest <= w.EventID {
			return err
		}
		v, err := tx.HookViewer(ctx, w)
		if why, ended := noViewer(err); ended {
			return r.switchOff(ctx, tx, w, why)
		} else if err != nil {
			return err
		}
		events, err := tx.Events(ctx, v, models.EventFilter{After: w.EventID, Limit: models.MaxLimit, Hook: w})
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		list := make([]models.WebhookDelivery, len(events))
		for i := range events {
			m, err := r.message(ctx, tx, w, v, &events[i])
			if err != nil {
				return err
			}
			if list[i], err = delivery(w, m, at); err != nil {
				return err
			}
		}
		if err := tx.AddWebhookDeliveries(ctx, list); err != nil {
			return err
		}
		if more = len(events) == models.MaxLimit; more {
			newest = events[len(events)-1].ID
		}
		w.EventID = max(newest, w.EventID)
		return tx.NoteWebhook(ctx, w)
	})
	return more, err
}

// noViewer says why there is nobody any more whom a webhook tells for.
func noViewer(err error) (why string, ended bool) {
	var e *models.Error
	if errors.As(err, &e) && (e.Kind == models.Forbidden || e.Kind == models.Unauthenticated || e.Kind == models.NotFound) {
		return "Whoever set it up or changed it last has left, or may not look after webhooks here any more. It told more than the public may know, so somebody else has to take it on: have it go on, and it tells what you may see.", true
	}
	return "", false
}

func (r *Register) message(ctx context.Context, tx *store.Tx, w *models.Webhook, v models.Viewer, e *store.EventRow) (*webhook.Message, error) {
	m := &webhook.Message{ID: fmt.Sprintf("msg_%s_%d", strings.ReplaceAll(w.UUID, "-", ""), e.ID), Source: r.hooks.Address, Event: e.ID, Type: e.Action, At: e.At, Noun: e.Noun, NounID: e.NounID, Title: e.Title,
		AssetID: e.AssetID, Agency: e.AgencyID, Gone: e.Gone}
	if e.SeenFrom == "" {
		m.Made = strings.HasSuffix(e.Action, ".registered")
	} else {
		m.Made = !e.Gone && !v.Sight().Sees(e.SeenFrom, value(e.AgencyID))
	}
	if w.Format != models.OpenCatalogEvents {
		return m, nil
	}
	everywhere := models.SystemViewer("")
	switch e.Noun {
	case "repository":
		row, err := tx.Repository(ctx, everywhere, e.NounID)
		if err != nil {
			return nil, err
		}
		m.UUID = row.UUID
	case "publisher":
		row, err := tx.Publisher(ctx, everywhere, e.NounID)
		if err != nil {
			return nil, err
		}
		m.UUID = row.UUID
	}
	return m, nil
}

func delivery(w *models.Webhook, m *webhook.Message, at time.Time) (models.WebhookDelivery, error) {
	body, err := webhook.Body(m, w.Format)
	d := models.WebhookDelivery{WebhookID: w.ID, EventID: optional(m.Event), MessageID: m.ID, Type: m.Type, Subject: m.Subject(), Gone: m.Gone, Body: string(body), State: models.MessageWaiting, NextAt: &at, CreatedAt: at}
	return d, err
}

// TryWebhook sends a webhook a message that tells of nothing, so that its owner sees whether it arrives.
func (r *Register) TryWebhook(ctx context.Context, by models.Viewer, id int64) (*store.WebhookDeliveryRow, error) {
	var made int64
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		w, err := heldWebhook(ctx, tx, by, id, 0, "try this webhook")
		if err != nil {
			return err
		}
		if w.State != models.HookActive {
			return models.Refuse(models.Conflict, "webhook-off", "This webhook is "+string(w.State)+". Have it go on first.")
		}
		at := r.now().Truncate(time.Microsecond)
		m := &webhook.Message{ID: fmt.Sprintf("msg_%s_trial_%d", strings.ReplaceAll(w.UUID, "-", ""), at.UnixMicro()), Source: r.hooks.Address, Type: "webhook.tried", At: at, Noun: "webhook", NounID: w.ID, Title: w.Name, Agency: w.AgencyID}
		if w.Format == models.OpenCatalogEvents {
			m.Noun = map[bool]string{true: "publisher", false: "repository"}[w.Scope == models.HookPublishers || w.Scope == models.HookPublisher]
		}
		d, err := delivery(w, m, at)
		if err != nil {
			return err
		}
		d.Subject = "webhook/" + fmt.Sprint(w.ID)
		if err := tx.CreateWebhookDelivery(ctx, &d); err != nil {
			return err
		}
		made = d.ID
		if err := sendNow(ctx, tx, w); err != nil {
			return err
		}
		return record(ctx, tx, by, webhookEvent("webhook.tried", w, w))
	})
	if err != nil {
		return nil, err
	}
	return r.store.WebhookDelivery(ctx, by, made)
}

// sendNow lets what is due be sent although earlier messages have failed: a person wants to know.
func sendNow(ctx context.Context, tx *store.Tx, w *models.Webhook) error {
	w.NotBefore = nil
	return tx.NoteWebhook(ctx, w)
}

// RedeliverWebhook has a message sent again that was delivered or given up: the same bytes under the same id.
func (r *Register) RedeliverWebhook(ctx context.Context, by models.Viewer, delivery int64) (*store.WebhookDeliveryRow, error) {
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		row, err := tx.WebhookDelivery(ctx, by, delivery)
		if err != nil {
			return err
		}
		w, err := heldWebhook(ctx, tx, by, row.WebhookID, 0, "have its messages sent again")
		if err != nil {
			return err
		}
		d, err := tx.HeldWebhookDelivery(ctx, delivery)
		if err != nil {
			return err
		}
		switch {
		case w.State != models.HookActive:
			return models.Refuse(models.Conflict, "webhook-off", "This webhook is "+string(w.State)+". Have it go on first.")
		case d.State == models.MessageWithheld:
			return models.Refuse(models.Conflict, "message-withheld", "This message is withheld: its audience may not see any more what it tells of.")
		}
		at := r.now().Truncate(time.Microsecond)
		d.State, d.Tries, d.NextAt, d.EndedAt = models.MessageWaiting, 0, &at, nil
		if err := tx.SaveWebhookDelivery(ctx, d); err != nil {
			return err
		}
		if err := sendNow(ctx, tx, w); err != nil {
			return err
		}
		e := webhookEvent("webhook.redelivered", w, w)
		e.before, e.after = nil, map[string]any{"message": d.MessageID}
		return record(ctx, tx, by, e)
	})
	if err != nil {
		return nil, err
	}
	return r.store.WebhookDelivery(ctx, by, delivery)
}

// RedeliverFailed has all dead letters of a webhook sent again, and counts them.
func (r *Register) RedeliverFailed(ctx context.Context, by models.Viewer, id int64) (n int, err error) {
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		w, err := heldWebhook(ctx, tx, by, id, 0, "have its messages sent again")
		if err != nil {
			return err
		}
		if w.State != models.HookActive {
			return models.Refuse(models.Conflict, "webhook-off", "This webhook is "+string(w.State)+". Have it go on first.")
		}
		if n, err = tx.ReviveFailed(ctx, id, r.now().Truncate(time.Microsecond)); err != nil || n == 0 {
			return err
		}
		if err := sendNow(ctx, tx, w); err != nil {
			return err
		}
		e := webhookEvent("webhook.redelivered", w, w)
		e.before, e.after = nil, map[string]any{"messages": n}
		return record(ctx, tx, by, e)
	})
	return n, err
}
