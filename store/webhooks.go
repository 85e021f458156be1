package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// WebhookRow is a webhook as those see it who look after it.
type WebhookRow struct {
	models.Webhook
	Agency      string     // whose it is; "" of the whole register
	Owner       string     // "" for the program's operator
	Of          string     // how the one thing is called that it tells of, as the viewer sees it
	Waiting     int        // messages
	Failed      int        // dead letters
	DeliveredAt *time.Time // when a message was delivered last
}

var webhookColumns = columns("w", models.Webhook{})

// Webhooks lists the webhooks that the viewer may look after, by name; whoever reads the whole trail sees all of them. The secrets are left out.
func (s *Store) Webhooks(ctx context.Context, v models.Viewer, f models.WebhookFilter) (models.List[WebhookRow], error) {
	var none models.List[WebhookRow]
	q := &query{}
	q.webhooksSeen(v)
	if f.State != "" {
		q.and("w.state = ?", f.State)
	} else if f.ID == 0 && f.UUID == "" {
		q.and("w.state <> 'withdrawn'")
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = w.agency_id)", f.Agency)
	}
	if f.Scope != "" {
		q.and("w.scope = ?", f.Scope)
	}
	if f.ScopeID != 0 {
		q.and("w.scope_id = ?", f.ScopeID)
	}
	if f.Format != "" {
		q.and("w.format = ?", f.Format)
	}
	if f.ID != 0 {
		q.and("w.id = ?", f.ID)
	}
	if f.UUID != "" {
		q.and("w.uuid::text = ?", strings.ToLower(f.UUID))
	}
	total, err := s.total(ctx, "webhooks w", q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(w.name, w.id) > (?, ?)", name, id)
	}
	asset, repository := q.sees(v, "a.visibility", "a.steward_id"), q.sees(v, "r.visibility", "r.agency_id")
	list, err := rows[WebhookRow](ctx, s, `SELECT `+webhookColumns+`, coalesce(g.name, '') AS agency, coalesce(u.name, '') AS owner, coalesce(CASE w.scope
			WHEN 'asset' THEN (SELECT a.name FROM assets a WHERE a.id = w.scope_id AND (`+asset+`))
			WHEN 'repository' THEN (SELECT r.canonical FROM repositories r WHERE r.id = w.scope_id AND (`+repository+`))
			WHEN 'publisher' THEN (SELECT p.name FROM publishers p WHERE p.id = w.scope_id)
			WHEN 'agency' THEN (SELECT x.name FROM agencies x WHERE x.id = w.scope_id) END, '') AS of, had.waiting, had.failed,
			(SELECT max(d.ended_at) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'delivered') AS delivered_at
		FROM webhooks w LEFT JOIN agencies g ON g.id = w.agency_id LEFT JOIN users u ON u.id = w.owner_id
		CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE d.state = 'waiting') AS waiting, count(*) FILTER (WHERE d.state = 'failed') AS failed FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state IN ('waiting', 'failed')) had
		WHERE`+q.clause()+`ORDER BY w.name, w.id LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	for i := range list {
		list[i].Secret, list[i].FormerSecret = "", ""
	}
	return page(list, f.Page, func(w *WebhookRow) []any { return []any{w.Name, w.ID} }, total), nil
}

// webhooksSeen hides webhooks from everybody but those who look after them: their addresses are often secrets themselves.
func (q *query) webhooksSeen(v models.Viewer) {
	if v.System || v.May(models.ManageWebhooks, 0) || v.May(models.ReadEvents, 0) {
		return
	}
	own := slices.DeleteFunc(v.Covered(), func(id int64) bool { return !v.May(models.ManageWebhooks, id) })
	q.and("w.agency_id = ANY(?)", own)
}

// Webhook finds a webhook by its number, without its secrets.
func (s *Store) Webhook(ctx context.Context, v models.Viewer, id int64) (*WebhookRow, error) {
	if id == 0 {
		return nil, models.NoSuch("webhook")
	}
	list, err := s.Webhooks(ctx, v, models.WebhookFilter{ID: id})
	return first(list.Items, err, "webhook")
}

// WebhookByUUID finds a webhook by the id that the Open Catalog API knows it by, without its secrets.
func (s *Store) WebhookByUUID(ctx context.Context, v models.Viewer, uuid string) (*WebhookRow, error) {
	if uuid == "" {
		return nil, models.NoSuch("webhook")
	}
	list, err := s.Webhooks(ctx, v, models.WebhookFilter{UUID: uuid})
	return first(list.Items, err, "webhook")
}

// HookViewer is who a webhook tells for: its audience, and never more than whoever set it up may see now. It is refused when they may not look after it any more.
func (s *Store) HookViewer(ctx context.Context, w *models.Webhook) (models.Viewer, error) {
	if w.Audience == models.VisiblePublic {
		return models.Viewer{}, nil
	}
	v := models.SystemViewer("")
	agency := int64(0)
	if w.AgencyID != nil {
		agency = *w.AgencyID
	}
	if w.OwnerID != nil {
		var err error
		if v, err = s.Viewer(ctx, *w.OwnerID); err != nil {
			return models.Viewer{}, err
		}
	}
	if !v.May(models.ManageWebhooks, agency) || !v.InGovernment() {
		return models.Viewer{}, models.Refuse(models.Forbidden, "webhook-owner", "Whoever set it up or changed it last may not look after webhooks here any more.")
	}
	var covered []int64
	if w.Audience == models.VisibleAgency {
		var err error
		if covered, err = scalars[int64](ctx, s, `SELECT descendant_id FROM agency_closure WHERE ancestor_id = $1`, agency); err != nil {
			return models.Viewer{}, err
		}
	}
	return models.Viewer{Grants: v.Grants, Scope: &models.Grant{Agencies: set(covered)}, Actions: []models.Action{models.ReadGovernment}}, nil
}

// hooked adds the clause of what a webhook is for.
func (q *query) hooked(w *models.Webhook) {
	switch w.Scope {
	case models.HookSoftware:
		q.and("e.asset_id IS NOT NULL")
	case models.HookAsset:
		q.and("e.asset_id = ?", w.ScopeID)
	case models.HookRepositories:
		q.and("e.noun = 'repository'")
	case models.HookRepository:
		q.and("e.noun = 'repository' AND e.noun_id = ?", w.ScopeID)
	case models.HookPublishers:
		q.and("e.noun = 'publisher'")
	case models.HookPublisher:
		q.and(`e.noun = 'publisher' AND e.noun_id = ? OR e.noun = 'repository' AND EXISTS (SELECT 1 FROM repositories r WHERE r.id = e.noun_id AND r.publisher_id = ?)
			OR e.asset_id IN (SELECT r.asset_id FROM repositories r WHERE r.publisher_id = ?)`, w.ScopeID, w.ScopeID, w.ScopeID)
	case models.HookAgency:
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = e.agency_id)", w.ScopeID)
	}
	if w.Format == models.OpenCatalogEvents {
		q.and("e.noun = ?", map[bool]string{true: "publisher", false: "repository"}[w.Scope == models.HookPublishers || w.Scope == models.HookPublisher])
	}
	if len(w.Types) > 0 {
		q.and("e.action = ANY(?) OR split_part(e.action, '.', 1) || '.*' = ANY(?)", []string(w.Types), []string(w.Types))
	}
}

// CreateWebhook adds a webhook, which is told of what happens from now on.
func (tx *Tx) CreateWebhook(ctx context.Context, w *models.Webhook) error {
	w.Version = 1
	var err error
	if w.EventID, err = tx.newestEvent(ctx); err != nil {
		return err
	}
	return fault(tx.gorm(ctx).Create(w).Error)
}

// HeldWebhook locks a webhook until the transaction ends and reads all of it, the secrets too.
func (tx *Tx) HeldWebhook(ctx context.Context, id int64) (*models.Webhook, error) {
	list, err := rows[models.Webhook](ctx, tx.Store, `SELECT `+webhookColumns+` FROM webhooks w WHERE w.id = $1 FOR UPDATE`, id)
	return first(list, err, "webhook")
}

// SaveWebhook stores what was said of a webhook, and leaves what sending noted of it.
func (tx *Tx) SaveWebhook(ctx context.Context, w *models.Webhook) error {
	was := w.Version
	w.Version++
	res := tx.gorm(ctx).Model(w).Where("version = ?", was).Select("agency_id", "owner_id", "name", "url", "scope", "scope_id", "types", "audience", "state", "why", "secret", "former_secret", "former_until", "version", "updated_at").Updates(w)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	return fault(res.Error)
}

// NoteWebhook keeps how sending to a webhook goes, and up to where its events were looked at.
func (tx *Tx) NoteWebhook(ctx context.Context, w *models.Webhook) error {
	_, err := tx.pg.Exec(ctx, `UPDATE webhooks SET event_id = $2, failing_since = $3, failures = $4, not_before = $5 WHERE id = $1`, w.ID, w.EventID, w.FailingSince, w.Failures, w.NotBefore)
	return fault(err)
}
