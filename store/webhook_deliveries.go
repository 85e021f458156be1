package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// WebhookDeliveryRow is a message with how its last try went.
type WebhookDeliveryRow struct {
	models.WebhookDelivery
	Webhook      string // its name
	Attempts     int    // tries, over all
	Outcome      models.WebhookOutcome
	Status       int
	Milliseconds int
	Detail       string
	TriedAt      *time.Time
}

const deliveryRows = `webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
	LEFT JOIN LATERAL (SELECT t.number, t.outcome, t.status, t.milliseconds, t.detail, t.started_at FROM webhook_attempts t WHERE t.delivery_id = d.id ORDER BY t.number DESC LIMIT 1) t ON TRUE`

var webhookDeliveryColumns = columns("d", models.WebhookDelivery{})

// WebhookDeliveries lists messages of the webhooks that the viewer may look after, the newest first. The body comes only to those who may see what it tells of.
func (s *Store) WebhookDeliveries(ctx context.Context, v models.Viewer, f models.WebhookDeliveryFilter) (models.List[WebhookDeliveryRow], error) {
	var none models.List[WebhookDeliveryRow]
	q := &query{}
	q.webhooksSeen(v)
	if f.Webhook != 0 {
		q.and("d.webhook_id = ?", f.Webhook)
	}
	if f.State != "" {
		q.and("d.state = ?", f.State)
	}
	if f.ID != 0 {
		q.and("d.id = ?", f.ID)
	}
	total, err := s.total(ctx, "webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id", q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("d.id < ?", id)
	}
	list, err := rows[WebhookDeliveryRow](ctx, s, `SELECT `+webhookDeliveryColumns+`, w.name AS webhook, coalesce(t.number, 0) AS attempts, coalesce(t.outcome, '') AS outcome, coalesce(t.status, 0) AS status,
			coalesce(t.milliseconds, 0) AS milliseconds, coalesce(t.detail, '') AS detail, t.started_at AS tried_at
		FROM `+deliveryRows+` WHERE`+q.clause()+`ORDER BY d.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	if err := s.hideBodies(ctx, v, list); err != nil {
		return none, err
	}
	return page(list, f.Page, func(d *WebhookDeliveryRow) []any { return []any{d.ID} }, total), nil
}

func (s *Store) hideBodies(ctx context.Context, v models.Viewer, list []WebhookDeliveryRow) error {
	var ids []int64
	for i := range list {
		if list[i].EventID != nil {
			ids = append(ids, *list[i].EventID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	seen := map[int64]bool{} // and whether it is a tombstone
	for len(ids) > 0 {
		n := min(len(ids), models.MaxLimit)
		events, err := s.Events(ctx, v, models.EventFilter{IDs: ids[:n], Limit: models.MaxLimit})
		if err != nil {
			return err
		}
		for i := range events {
			seen[events[i].ID] = events[i].Gone
		}
		ids = ids[n:]
	}
	for i := range list {
		if d := &list[i]; d.EventID != nil {
			if gone, ok := seen[*d.EventID]; !ok || gone && !d.Gone {
				d.Body = ""
			}
		}
	}
	return nil
}

// WebhookDelivery finds a message.
func (s *Store) WebhookDelivery(ctx context.Context, v models.Viewer, id int64) (*WebhookDeliveryRow, error) {
	if id == 0 {
		return nil, models.NoSuch("webhook-delivery")
	}
	list, err := s.WebhookDeliveries(ctx, v, models.WebhookDeliveryFilter{ID: id})
	return first(list.Items, err, "webhook-delivery")
}

// WebhookAttempts lists the tries of a message, the last first, at most models.MaxLimit. Whoever asks must know that the viewer may see the message.
func (s *Store) WebhookAttempts(ctx context.Context, delivery int64) ([]models.WebhookAttempt, error) {
	return rows[models.WebhookAttempt](ctx, s, `SELECT `+columns("t", models.WebhookAttempt{})+` FROM webhook_attempts t WHERE t.delivery_id = $1 ORDER BY t.number DESC LIMIT $2`, delivery, models.MaxLimit)
}

// WebhooksBehind lists the active webhooks for which events up to last were not looked at.
func (s *Store) WebhooksBehind(ctx context.Context, last int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM webhooks WHERE state = 'active' AND event_id < $1 ORDER BY event_id, id`, last)
}

// NewestEvent is the id of the last event, as this transaction sees it: none that commits later has a smaller one.
func (tx *Tx) NewestEvent(ctx context.Context) (int64, error) { return tx.newestEvent(ctx) }

// AddWebhookDeliveries puts messages into the outbox; one for an event that the webhook has one for already is left out.
func (tx *Tx) AddWebhookDeliveries(ctx context.Context, list []models.WebhookDelivery) error {
	batch := &pgx.Batch{}
	for i := range list {
		d := &list[i]
		batch.Queue(`INSERT INTO webhook_deliveries (webhook_id, event_id, message_id, type, subject, gone, body, state, next_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9) ON CONFLICT DO NOTHING`,
			d.WebhookID, d.EventID, d.MessageID, d.Type, d.Subject, d.Gone, d.Body, d.NextAt, d.CreatedAt)
	}
	return fault(tx.pg.SendBatch(ctx, batch).Close())
}

// CreateWebhookDelivery adds one message and fills in its number.
func (tx *Tx) CreateWebhookDelivery(ctx context.Context, d *models.WebhookDelivery) error {
	return fault(tx.gorm(ctx).Create(d).Error)
}

// WebhooksToSend takes the webhooks to which something is due, and which nobody is sending to, until a moment.
func (tx *Tx) WebhooksToSend(ctx context.Context, at, until time.Time) ([]int64, error) {
	return scalars[int64](ctx, tx.Store, `UPDATE webhooks SET sending_until = $2 WHERE id IN (SELECT w.id FROM webhooks w WHERE w.state = 'active' AND (w.not_before IS NULL OR w.not_before <= $1) AND (w.sending_until IS NULL OR w.sending_until <= $1)
		AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.next_at <= $1) FOR UPDATE SKIP LOCKED) RETURNING id`, at, until)
}

// HasWebhooksToSend reports whether WebhooksToSend would take any.
func (s *Store) HasWebhooksToSend(ctx context.Context, at time.Time) (has bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.state = 'waiting' AND d.next_at <= $1
		AND w.state = 'active' AND (w.not_before IS NULL OR w.not_before <= $1) AND (w.sending_until IS NULL OR w.sending_until <= $1))`, at).Scan(&has)
	return has, fault(err)
}

// LetWebhookGo ends a turn of sending.
func (s *Store) LetWebhookGo(ctx context.Context, id int64) error {
	_, err := s.pg.Exec(ctx, `UPDATE webhooks SET sending_until = NULL WHERE id = $1`, id)
	return fault(err)
}

// NextWebhookDelivery locks the oldest message that is due to a webhook; not found when none is.
func (tx *Tx) NextWebhookDelivery(ctx context.Context, webhook int64, at time.Time) (*models.WebhookDelivery, error) {
	list, err := rows[models.WebhookDelivery](ctx, tx.Store, `SELECT `+webhookDeliveryColumns+` FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.state = 'waiting' AND d.next_at <= $2 ORDER BY d.id LIMIT 1 FOR UPDATE SKIP LOCKED`, webhook, at)
	return first(list, err, "webhook-delivery")
}

// HeldWebhookDelivery locks a message until the transaction ends.
func (tx *Tx) HeldWebhookDelivery(ctx context.Context, id int64) (*models.WebhookDelivery, error) {
	list, err := rows[models.WebhookDelivery](ctx, tx.Store, `SELECT `+webhookDeliveryColumns+` FROM webhook_deliveries d WHERE d.id = $1 FOR UPDATE`, id)
	return first(list, err, "webhook-delivery")
}

// SaveWebhookDelivery stores where a message stands; its content stays.
func (tx *Tx) SaveWebhookDelivery(ctx context.Context, d *models.WebhookDelivery) error {
	_, err := tx.pg.Exec(ctx, `UPDATE webhook_deliveries SET state = $2, tries = $3, next_at = $4, ended_at = $5 WHERE id = $1`, d.ID, d.State, d.Tries, d.NextAt, d.EndedAt)
	return fault(err)
}

// BeginWebhookAttempt notes that a message is being sent, and fills in the number of the try.
func (tx *Tx) BeginWebhookAttempt(ctx context.Context, a *models.WebhookAttempt) error {
	err := tx.pg.QueryRow(ctx, `INSERT INTO webhook_attempts (delivery_id, number, started_at) SELECT $1, coalesce(max(number), 0) + 1, $2 FROM webhook_attempts WHERE delivery_id = $1 RETURNING id, number`, a.DeliveryID, a.StartedAt).Scan(&a.ID, &a.Number)
	return fault(err)
}

// EndWebhookAttempt stores how a try ended.
func (tx *Tx) EndWebhookAttempt(ctx context.Context, a *models.WebhookAttempt) error {
	return fault(tx.gorm(ctx).Model(a).Select("outcome", "status", "milliseconds", "head", "detail", "ended_at").Updates(a).Error)
}

// SendWaitingNow brings forward everything that waits to be sent to a webhook.
func (tx *Tx) SendWaitingNow(ctx context.Context, webhook int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE webhook_deliveries SET next_at = $2 WHERE webhook_id = $1 AND state = 'waiting' AND next_at > $2`, webhook, at)
	return fault(err)
}

// FailWaiting gives up everything that waits to be sent to a webhook.
func (tx *Tx) FailWaiting(ctx context.Context, webhook int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE webhook_deliveries SET state = 'failed', next_at = NULL, ended_at = $2 WHERE webhook_id = $1 AND state = 'waiting'`, webhook, at)
	return fault(err)
}

// ReviveFailed puts all dead letters of a webhook into the queue again, and counts them.
func (tx *Tx) ReviveFailed(ctx context.Context, webhook int64, at time.Time) (int, error) {
	tag, err := tx.pg.Exec(ctx, `UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_at = $2, ended_at = NULL WHERE webhook_id = $1 AND state = 'failed'`, webhook, at)
	return int(tag.RowsAffected()), fault(err)
}

// ForgetWebhookDeliveries deletes messages that ended before a moment, with their tries; nothing of the register hangs on them. It counts them.
func (tx *Tx) ForgetWebhookDeliveries(ctx context.Context, before time.Time) (int, error) {
	tag, err := tx.pg.Exec(ctx, `DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE ended_at < $1 ORDER BY id LIMIT 10000)`, before)
	return int(tag.RowsAffected()), fault(err)
}
