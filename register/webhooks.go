package register

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Webhooks is what the register is told of how it tells others.
type Webhooks struct {
	Client  *forge.Client // that sends; nil: nothing is sent, and messages wait
	Address string        // of this register, for links, without a slash at its end; "" when it is not known
}

// UseWebhooks has messages sent as w says. It is to be called before anything else is.
func (r *Register) UseWebhooks(w Webhooks) { r.hooks = w }

// formerSecretHolds is how long a former secret signs besides the new one.
const formerSecretHolds = 24 * time.Hour

// RegisterWebhook adds an address that is told of what happens from now on. The secret is the one given in w, or one that is made; it is shown this once.
func (r *Register) RegisterWebhook(ctx context.Context, by models.Viewer, w *models.Webhook) (secret string, err error) {
	if secret = w.Secret; secret == "" {
		secret = newWebhookSecret()
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		w.ID, w.UUID, w.State, w.Why, w.Secret, w.FormerSecret, w.FormerUntil = 0, "", models.HookActive, "", secret, "", nil
		w.FailingSince, w.Failures, w.NotBefore, w.SendingUntil = nil, 0, nil, nil
		w.OwnerID, w.CreatedAt = optional(by.UserID), r.now().Truncate(time.Microsecond)
		w.UpdatedAt = w.CreatedAt
		if err := r.checkWebhook(ctx, tx, by, w, "set up webhooks here"); err != nil {
			return err
		}
		if err := tx.CreateWebhook(ctx, w); err != nil {
			return err
		}
		return record(ctx, tx, by, webhookEvent("webhook.registered", w, nil))
	})
	w.Secret = ""
	return secret, err
}

func newWebhookSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return models.GeneratedSecret + base64.StdEncoding.EncodeToString(b)
}

func webhookEvent(action string, w, before *models.Webhook) event {
	e := event{action: action, noun: "webhook", id: w.ID, title: w.Name, agency: value(w.AgencyID), to: models.VisibleAgency, after: toldWebhook(w)}
	if before != nil {
		e.from, e.before = models.VisibleAgency, toldWebhook(before)
	}
	return e
}

// toldWebhook is what the trail keeps of a webhook: never its secret, and of its address, which may be one, only the host.
func toldWebhook(w *models.Webhook) map[string]any {
	host := ""
	if u, err := url.Parse(w.URL); err == nil {
		host = u.Host
	}
	return map[string]any{"agencyId": w.AgencyID, "ownerId": w.OwnerID, "name": w.Name, "host": host, "scope": w.Scope, "scopeId": w.ScopeID, "types": w.Types, "audience": w.Audience, "format": w.Format, "state": w.State, "why": w.Why}
}

// checkWebhook reports everything that is wrong with a webhook, and refuses what the viewer may not set up.
func (r *Register) checkWebhook(ctx context.Context, tx *store.Tx, by models.Viewer, w *models.Webhook, what string) error {
	w.Name, w.URL, w.Types = tidy(w.Name), strings.TrimSpace(w.URL), tidyTypes(w.Types)
	var m models.Mistakes
	m.Include(w.Validate())
	if r.hooks.Client != nil && m.Err() == nil {
		var p *forge.Problem
		if err := r.hooks.Client.Permits(w.URL); errors.As(err, &p) {
			m.Add("url", "blocked", p.Detail)
		}
	}
	if err := m.Err(); err != nil {
		return err
	}
	if err := may(by, models.ManageWebhooks, value(w.AgencyID), what); err != nil {
		return err
	}
	if w.AgencyID != nil {
		if _, err := tx.Agency(ctx, *w.AgencyID); err != nil {
			return invalidReference(err, "agencyId", "There is no such agency.")
		}
	}
	if w.Audience != models.VisiblePublic && !by.InGovernment() || w.Audience == models.VisibleAgency && !by.SeesAll() && !slices.Contains(by.Covered(), *w.AgencyID) {
		return invalidField("audience", "not-yours", "A webhook tells no more than you may see yourself. Choose a smaller audience.")
	}
	return checkHookScope(ctx, tx, by, w)
}

func tidyTypes(types models.StringList) models.StringList {
	var list models.StringList
	for _, t := range types {
		if t = strings.TrimSpace(t); t != "" && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

func checkHookScope(ctx context.Context, tx *store.Tx, by models.Viewer, w *models.Webhook) (err error) {
	switch w.Scope {
	case models.HookAsset:
		_, err = tx.Asset(ctx, by, w.ScopeID)
	case models.HookRepository:
		_, err = tx.Repository(ctx, by, w.ScopeID)
	case models.HookPublisher:
		_, err = tx.Publisher(ctx, by, w.ScopeID)
	case models.HookAgency:
		_, err = tx.Agency(ctx, w.ScopeID)
	}
	if err == nil {
		return nil
	}
	return invalidReference(err, "scopeId", "There is no such "+string(w.Scope)+", or you may not see it.")
}

// heldWebhook locks a webhook that the viewer may look after, and reads its secrets too.
func heldWebhook(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64, what string) (*models.Webhook, error) {
	if _, err := tx.Webhook(ctx, by, id); err != nil {
		return nil, err
	}
	w, err := tx.HeldWebhook(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := may(by, models.ManageWebhooks, value(w.AgencyID), what); err != nil {
		return nil, err
	}
	return w, unchanged(w.Version, based)
}

// ChangeWebhook lets change edit what a webhook is for and where it leads. Whoever changes it answers for it from then on: it tells what they may see.
// Whose it is, its format and its secret stay.
func (r *Register) ChangeWebhook(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Webhook)) (*models.Webhook, error) {
	var result *models.Webhook
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		w, err := heldWebhook(ctx, tx, by, id, based, "change this webhook")
		if err != nil {
			return err
		}
		if w.State == models.HookWithdrawn {
			return w.MoveTo(models.HookActive)
		}
		before := *w
		change(w)
		name, url, scope, scopeID, types, audience := w.Name, w.URL, w.Scope, w.ScopeID, w.Types, w.Audience
		*w = before
		w.Name, w.URL, w.Scope, w.ScopeID, w.Types, w.Audience = name, url, scope, scopeID, types, audience
		if err := r.checkWebhook(ctx, tx, by, w, "change this webhook"); err != nil {
			return err
		}
		if result = w; w.URL == before.URL && same(toldWebhook(&before), toldWebhook(w)) {
			return nil
		}
		w.OwnerID, w.UpdatedAt = optional(by.UserID), r.now()
		if err := tx.SaveWebhook(ctx, w); err != nil {
			return err
		}
		if w.URL != before.URL {
			w.FailingSince, w.Failures, w.NotBefore = nil, 0, nil // what the former address did counts for nothing here
			if err := tx.NoteWebhook(ctx, w); err != nil {
				return err
			}
		}
		return record(ctx, tx, by, webhookEvent("webhook.changed", w, &before))
	})
	if result != nil {
		result.Secret, result.FormerSecret = "", ""
	}
	return result, err
}

// RotateWebhookSecret puts another secret in the place of a webhook's: the one given, or one that is made. It is shown this once; the former one signs too for a day.
func (r *Register) RotateWebhookSecret(ctx context.Context, by models.Viewer, id, based int64, given string) (secret string, err error) {
	if secret = given; secret == "" {
		secret = newWebhookSecret()
	}
	if err := models.CheckWebhookSecret(secret); err != nil {
		return "", err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		w, err := heldWebhook(ctx, tx, by, id, based, "give this webhook another secret")
		if err != nil {
			return err
		}
		if w.State == models.HookWithdrawn {
			return w.MoveTo(models.HookActive)
		}
		before, until := *w, r.now().Add(formerSecretHolds).Truncate(time.Microsecond)
		w.FormerSecret, w.FormerUntil, w.Secret, w.UpdatedAt = w.Secret, &until, secret, r.now()
		if err := tx.SaveWebhook(ctx, w); err != nil {
			return err
		}
		return record(ctx, tx, by, webhookEvent("webhook.secret-changed", w, &before))
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// MoveWebhook pauses a webhook, has it go on, or withdraws it for good. One that goes on is told of what happens from then on; what happened in between is in the feed of events.
func (r *Register) MoveWebhook(ctx context.Context, by models.Viewer, id, based int64, to models.WebhookState) (*models.Webhook, error) {
	var result *models.Webhook
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		w, err := heldWebhook(ctx, tx, by, id, based, "pause or withdraw this webhook")
		if err != nil {
			return err
		}
		before := *w
		if err := w.MoveTo(to); err != nil {
			return err
		}
		now := r.now().Truncate(time.Microsecond)
		w.State, w.Why, w.UpdatedAt = to, "", now
		if to == models.HookActive {
			w.OwnerID = optional(by.UserID)
			if err := r.checkWebhook(ctx, tx, by, w, "have this webhook go on"); err != nil {
				return err
			}
			w.FailingSince, w.Failures, w.NotBefore = nil, 0, nil
			if w.EventID, err = tx.NewestEvent(ctx); err != nil {
				return err
			}
			if err := tx.NoteWebhook(ctx, w); err != nil {
				return err
			}
		}
		if to == models.HookWithdrawn {
			if err := tx.FailWaiting(ctx, id, now); err != nil {
				return err
			}
		}
		if err := tx.SaveWebhook(ctx, w); err != nil {
			return err
		}
		result = w
		return record(ctx, tx, by, webhookEvent(map[models.WebhookState]string{models.HookActive: "webhook.resumed", models.HookPaused: "webhook.paused", models.HookWithdrawn: "webhook.withdrawn"}[to], w, &before))
	})
	if result != nil {
		result.Secret, result.FormerSecret = "", ""
	}
	return result, err
}
