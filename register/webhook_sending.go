package register

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/riverqueue/river"

	"github.com/ospo-register/ospo/exporters/webhook"
	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// SendWebhookJob asks for a turn of sending to a webhook; see SendWebhook.
type SendWebhookJob struct {
	WebhookID int64 `json:"webhookId"`
}

// Kind names the job in the queue.
func (SendWebhookJob) Kind() string { return "webhook" }

// WebhookQueue is the queue of turns, so that a slow receiver keeps nobody else waiting.
const WebhookQueue = "webhook"

// InsertOpts puts the job in its queue.
func (SendWebhookJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: WebhookQueue} }

const (
	hookTurn     = time.Minute     // a turn begins no message after it
	hookLease    = 2 * time.Minute // a turn that was cut short is over after it
	mostHead     = 1024            // bytes of an answer that are kept
	mostRest     = time.Hour       // that a receiver is left alone because it did not answer
	mostRefusals = 20              // in a row; then a receiver is left alone too that refuses message after message
	mostLetter   = 90 * 24 * time.Hour
)

// QueueWebhooks asks for a turn for each webhook to which something is due and nobody is sending. It gives how many.
func (r *Register) QueueWebhooks(ctx context.Context) (queued int, err error) {
	if r.hooks.Client == nil {
		return 0, nil
	}
	if has, err := r.store.HasWebhooksToSend(ctx, r.now()); err != nil || !has {
		return 0, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		ids, err := tx.WebhooksToSend(ctx, r.now(), r.now().Add(hookLease))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.Queue(ctx, SendWebhookJob{id}); err != nil {
				return err
			}
		}
		queued = len(ids)
		return nil
	})
	return queued, err
}

// SendWebhook sends what is due to a webhook, one message after the other and the oldest first. The turn ends when nothing is due, when the receiver does not answer, or after a minute.
func (r *Register) SendWebhook(ctx context.Context, id int64) error {
	if r.hooks.Client == nil {
		return nil
	}
	for begun := r.now(); r.now().Sub(begun) < hookTurn; {
		t, err := r.beginTry(ctx, id)
		if models.IsKind(err, models.NotFound) {
			break // nothing is due
		}
		if err != nil {
			return err
		}
		if t.attempt.ID == 0 {
			continue // was withheld
		}
		if err := r.post(ctx, t); err != nil {
			return err
		}
		rest, err := r.endTry(ctx, t)
		if err != nil {
			return err
		}
		if rest {
			break
		}
	}
	return r.store.LetWebhookGo(ctx, id)
}

// hookTry is one try to deliver one message.
type hookTry struct {
	hook     models.Webhook
	delivery models.WebhookDelivery
	attempt  models.WebhookAttempt
	wait     time.Duration // that the receiver asked for
}

// beginTry takes the next message and notes that it is being sent. It is not due again before the turn is over, so that a program that ends in the middle of it loses nothing.
func (r *Register) beginTry(ctx context.Context, id int64) (*hookTry, error) {
	t := &hookTry{}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		*t = hookTry{}
		w, err := tx.HeldWebhook(ctx, id)
		if err != nil {
			return err
		}
		if w.State != models.HookActive {
			return models.NoSuch("webhook-delivery")
		}
		now := r.now().Truncate(time.Microsecond)
		d, err := tx.NextWebhookDelivery(ctx, id, now)
		if err != nil {
			return err
		}
		seen, err := stillTold(ctx, tx, w, d)
		if err != nil {
			return err
		}
		if !seen {
			d.State, d.NextAt, d.EndedAt = models.MessageWithheld, nil, &now
			return tx.SaveWebhookDelivery(ctx, d)
		}
		again := now.Add(hookLease)
		d.Tries, d.NextAt = d.Tries+1, &again
		if err := tx.SaveWebhookDelivery(ctx, d); err != nil {
			return err
		}
		t.hook, t.delivery, t.attempt = *w, *d, models.WebhookAttempt{DeliveryID: d.ID, StartedAt: now}
		return tx.BeginWebhookAttempt(ctx, &t.attempt)
	})
	return t, err
}

// stillTold reports whether the webhook's audience may see now what a message tells of.
func stillTold(ctx context.Context, tx *store.Tx, w *models.Webhook, d *models.WebhookDelivery) (bool, error) {
	if d.EventID == nil {
		return true, nil
	}
	v, err := tx.HookViewer(ctx, w)
	if _, ended := noViewer(err); ended {
		return false, nil
	} else if err != nil {
		return false, err
	}
	events, err := tx.Events(ctx, v, models.EventFilter{IDs: []int64{*d.EventID}, Limit: 1})
	return len(events) == 1 && (d.Gone || !events[0].Gone), err
}

// post sends the message and notes what came back. It fails only when the program is ending.
func (r *Register) post(ctx context.Context, t *hookTry) error {
	secrets := []string{t.hook.Secret}
	if t.hook.FormerUntil != nil && t.hook.FormerUntil.After(r.now()) {
		secrets = append(secrets, t.hook.FormerSecret)
	}
	body := []byte(t.delivery.Body)
	header, err := webhook.Headers(t.hook.Format, t.delivery.MessageID, body, r.now(), secrets...)
	if err != nil {
		return err
	}
	begun := time.Now()
	answer, err := r.hooks.Client.Post(ctx, t.hook.URL, header, body, mostHead)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.attempt.Milliseconds = int(time.Since(begun).Milliseconds())
	var p *forge.Problem
	switch {
	case errors.As(err, &p):
		t.attempt.Outcome, t.attempt.Detail = models.TryUnreachable, p.Detail
		switch p.Outcome {
		case models.VisitBlocked:
			t.attempt.Outcome = models.TryBlocked
		case models.VisitTimeout:
			t.attempt.Outcome = models.TryTimeout
		}
	case err != nil:
		return err
	default:
		t.attempt.Status, t.attempt.Head = answer.Status, readable(answer.Head)
		t.attempt.Outcome, t.attempt.Detail = judgeAnswer(answer.Status)
		if answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusServiceUnavailable {
			t.wait = max(answer.Waits(), 10*time.Second)
		}
	}
	return nil
}

func judgeAnswer(status int) (models.WebhookOutcome, string) {
	switch {
	case status >= 200 && status < 300:
		return models.TryDelivered, ""
	case status >= 300 && status < 400:
		return models.TryRefused, "The receiver points to another address. Messages are not sent on; give the webhook that address."
	case status == http.StatusGone:
		return models.TryRefused, "The receiver says that it is gone for good."
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return models.TryRefused, "The receiver does not accept the message. Check that it knows the webhook's secret."
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return models.TryRefused, "The receiver asked to come later."
	case status >= 500:
		return models.TryRefused, "The receiver has an error of its own."
	}
	return models.TryRefused, "The receiver did not accept the message."
}

// readable is how an answer begins, as text that can be kept.
func readable(head []byte) string {
	text := strings.ToValidUTF8(string(head), "\uFFFD")
	text = strings.Map(func(c rune) rune {
		if c == 0 || c < ' ' && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, text)
	for len(text) > mostHead || !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return strings.TrimSpace(text)
}

// endTry notes how a try ended, and what follows from it for the message and for the webhook. It reports whether the receiver is to be left alone for now.
func (r *Register) endTry(ctx context.Context, t *hookTry) (rest bool, err error) {
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		rest = false
		w, err := tx.HeldWebhook(ctx, t.hook.ID)
		if err != nil {
			return err
		}
		d, err := tx.HeldWebhookDelivery(ctx, t.delivery.ID)
		if err != nil {
			return err
		}
		now := r.now().Truncate(time.Microsecond)
		a := t.attempt
		a.EndedAt = &now
		if err := tx.EndWebhookAttempt(ctx, &a); err != nil {
			return err
		}
		if a.Outcome == models.TryDelivered {
			return r.delivered(ctx, tx, w, d, now)
		}
		rest, err = r.failedTry(ctx, tx, w, d, t, now)
		return err
	})
	return rest, err
}

func (r *Register) delivered(ctx context.Context, tx *store.Tx, w *models.Webhook, d *models.WebhookDelivery, now time.Time) error {
	d.State, d.NextAt, d.EndedAt = models.MessageDelivered, nil, &now
	if err := tx.SaveWebhookDelivery(ctx, d); err != nil || w.Failures == 0 {
		return err
	}
	w.FailingSince, w.Failures, w.NotBefore = nil, 0, nil
	if err := tx.NoteWebhook(ctx, w); err != nil {
		return err
	}
	return tx.SendWaitingNow(ctx, w.ID, now) // the receiver is back
}

func (r *Register) failedTry(ctx context.Context, tx *store.Tx, w *models.Webhook, d *models.WebhookDelivery, t *hookTry, now time.Time) (rest bool, err error) {
	if d.State == models.MessageWaiting { // a person may have withdrawn the webhook meanwhile
		if wait, more := models.WebhookWait(d.Tries, rand.Float64()); more { //nolint:gosec // it only spreads tries out
			next := now.Add(max(wait, t.wait))
			d.NextAt = &next
		} else {
			d.State, d.NextAt, d.EndedAt = models.MessageFailed, nil, &now
		}
		if err := tx.SaveWebhookDelivery(ctx, d); err != nil {
			return false, err
		}
	}
	if w.FailingSince == nil {
		w.FailingSince = &now
	}
	w.Failures++
	if rest = t.attempt.Outcome != models.TryRefused || t.attempt.Status >= 500 || t.wait > 0 || w.Failures >= mostRefusals; rest {
		until := now.Add(max(t.wait, restAfter(w.Failures)))
		w.NotBefore = &until
	}
	if err := tx.NoteWebhook(ctx, w); err != nil || w.State != models.HookActive {
		return true, err
	}
	switch {
	case t.attempt.Status == http.StatusGone:
		return true, r.switchOff(ctx, tx, w, "Its receiver answered that it is gone for good (410). Its messages are dead letters; give another address, have it go on, and send them again.")
	case now.Sub(*w.FailingSince) >= models.WebhookPatience:
		return true, r.switchOff(ctx, tx, w, "Nothing could be delivered for five days. Its messages are dead letters; mend the receiver, have it go on, and send them again.")
	}
	return rest, nil
}

// restAfter is how long a receiver that does not answer is left alone: ten seconds, doubled with each failure in a row, at most an hour.
func restAfter(failures int) time.Duration {
	if failures > 9 {
		return mostRest
	}
	return min(mostRest, 10*time.Second<<max(0, failures-1))
}

// switchOff ends the sending to a webhook until a person has it go on, with an event that its agency sees.
func (r *Register) switchOff(ctx context.Context, tx *store.Tx, w *models.Webhook, why string) error {
	before := *w
	w.State, w.Why, w.UpdatedAt = models.HookFailed, why, r.now()
	if err := tx.FailWaiting(ctx, w.ID, r.now().Truncate(time.Microsecond)); err != nil {
		return err
	}
	if err := tx.SaveWebhook(ctx, w); err != nil {
		return err
	}
	return record(ctx, tx, lookAfterWebhooks, webhookEvent("webhook.switched-off", w, &before))
}

// ForgetWebhookDeliveries lets go of messages that ended ninety days ago. It decides nothing and writes no event.
func (r *Register) ForgetWebhookDeliveries(ctx context.Context) (forgotten int, err error) {
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		forgotten, err = tx.ForgetWebhookDeliveries(ctx, r.now().Add(-mostLetter))
		return err
	})
	return forgotten, err
}
