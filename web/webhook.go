package web

import (
	"bytes"
	"encoding/json"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// webhookPage is one webhook with the log of what was sent.
type webhookPage struct {
	*store.WebhookRow
	Secret     string // just made; shown once
	MayChange  bool
	Off        bool // nothing is sent
	Deliveries []store.WebhookDeliveryRow
	Pager      pager
	States     []option
	Form       *form
	Filtered   bool
	History    history
}

func (s *site) webhook(c *page) error {
	row, err := s.openWebhook(c)
	if err != nil {
		return err
	}
	return s.showWebhook(c, row.ID, "")
}

func (s *site) showWebhook(c *page, id int64, secret string) error {
	row, err := s.Store.Webhook(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	agency := int64(0)
	if row.AgencyID != nil {
		agency = *row.AgencyID
	}
	p := webhookPage{WebhookRow: row, Secret: secret, MayChange: c.viewer.May(models.ManageWebhooks, agency) && row.State != models.HookWithdrawn, Off: row.State != models.HookActive, States: words(models.WebhookDeliveryStates), Form: &form{Values: c.request().URL.Query()}}
	f := models.WebhookDeliveryFilter{Webhook: id, State: models.WebhookDeliveryState(c.query("state")), Page: c.at()}
	list, err := s.Store.WebhookDeliveries(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Deliveries, p.Pager, p.Filtered = list.Items, pagerOf(c, list, "message", "messages"), f.State != ""
	if p.History, err = c.historyOf(models.EventFilter{Noun: "webhook", NounID: id}); err != nil {
		return err
	}
	if secret != "" {
		c.keepNowhere()
	}
	v := view{Name: "webhook", Title: row.Name, Crumbs: []crumb{{"Webhooks", "/webhooks"}, {row.Name, ""}}, Page: p}
	if row.Waiting > 0 && secret == "" && row.Failures == 0 && row.State == models.HookActive {
		v.Again = lookAgain
	}
	return c.show(v)
}

func (s *site) rotateWebhookSecret(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	secret, err := s.Register.RotateWebhookSecret(c.ctx(), c.viewer, id, f.based(), "")
	if err != nil {
		return err
	}
	return s.showWebhook(c, id, secret)
}

func (s *site) moveWebhook(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	w, err := s.Register.MoveWebhook(c.ctx(), c.viewer, id, f.based(), models.WebhookState(f.get("to")))
	if err != nil {
		return err
	}
	said := map[models.WebhookState]string{models.HookActive: "The webhook goes on: it is told of what happens from now on.", models.HookPaused: "The webhook is paused: nothing is sent until you have it go on.", models.HookWithdrawn: "The webhook is withdrawn for good."}
	return c.done(webhookPath(id), said[w.State])
}

func (s *site) tryWebhook(c *page) error {
	id, _, err := c.submitted()
	if err != nil {
		return err
	}
	if _, err := s.Register.TryWebhook(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done(webhookPath(id), "A message that tells of nothing is on its way. See below what the receiver answers.")
}

func (s *site) redeliverFailed(c *page) error {
	id, _, err := c.submitted()
	if err != nil {
		return err
	}
	n, err := s.Register.RedeliverFailed(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	return c.done(webhookPath(id), plural(n, "dead letter is", "dead letters are")+" sent again.")
}

// hooksOff counts the webhooks of the reader that the register switched off.
func (c *page) hooksOff() (int, error) {
	if !c.viewer.MaySomewhere(models.ManageWebhooks) {
		return 0, nil
	}
	list, err := c.site.Store.Webhooks(c.ctx(), c.viewer, models.WebhookFilter{State: models.HookFailed, Page: models.Page{Limit: 1}})
	return list.Total.Count, err
}

// messagePage is one message with its content and its tries.
type messagePage struct {
	*store.WebhookDeliveryRow
	Text      string // the content, set out in lines for people
	Tries     []models.WebhookAttempt
	MayResend bool
}

func (s *site) webhookDelivery(c *page) error {
	row, err := s.openWebhook(c)
	if err != nil {
		return err
	}
	d, err := s.openMessage(c, row)
	if err != nil {
		return err
	}
	p := messagePage{WebhookDeliveryRow: d, Text: d.Body, MayResend: row.State == models.HookActive && d.State != models.MessageWithheld && d.State != models.MessageWaiting}
	if p.Tries, err = s.Store.WebhookAttempts(c.ctx(), d.ID); err != nil {
		return err
	}
	var set bytes.Buffer
	if json.Indent(&set, []byte(d.Body), "", "  ") == nil {
		p.Text = set.String()
	}
	return c.show(view{Name: "webhook-delivery", Title: d.Type + " to " + row.Name, Crumbs: []crumb{{"Webhooks", "/webhooks"}, {row.Name, webhookPath(row.ID)}, {"Message", ""}}, Page: p})
}

func (s *site) openMessage(c *page, row *store.WebhookRow) (*store.WebhookDeliveryRow, error) {
	id, err := c.id("delivery")
	if err != nil {
		return nil, err
	}
	d, err := s.Store.WebhookDelivery(c.ctx(), c.viewer, id)
	if err == nil && d.WebhookID != row.ID {
		return nil, models.NoSuch("webhook-delivery")
	}
	return d, err
}

func (s *site) redeliverWebhook(c *page) error {
	row, err := s.openWebhook(c)
	if err != nil {
		return err
	}
	d, err := s.openMessage(c, row)
	if err != nil {
		return err
	}
	if _, err := s.Register.RedeliverWebhook(c.ctx(), c.viewer, d.ID); err != nil {
		return err
	}
	return c.done(webhookPath(row.ID)+"/deliveries/"+idText(d.ID), "The message is sent again, as it was.")
}
