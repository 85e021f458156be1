package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountWebhooks(r *routes) {
	r.get("/webhooks", s.webhooks)
	r.get("/webhooks/new", s.newWebhook)
	r.post("/webhooks", s.registerWebhook)
	r.get("/webhooks/:id", s.webhook)
	r.get("/webhooks/:id/edit", s.editWebhook)
	r.post("/webhooks/:id", s.changeWebhook)
	r.post("/webhooks/:id/move", s.moveWebhook)
	r.post("/webhooks/:id/secret", s.rotateWebhookSecret)
	r.post("/webhooks/:id/try", s.tryWebhook)
	r.post("/webhooks/:id/redeliver", s.redeliverFailed)
	r.get("/webhooks/:id/deliveries/:delivery", s.webhookDelivery)
	r.post("/webhooks/:id/deliveries/:delivery", s.redeliverWebhook)
}

// The words of webhooks.
var (
	hookScopeTerms = map[models.WebhookScope]term{
		models.HookEverything: {"Everything that its audience sees", tonePlain}, models.HookSoftware: {"All software", tonePlain}, models.HookAsset: {"One piece of software", tonePlain}, models.HookRepositories: {"All repositories", tonePlain},
		models.HookRepository: {"One repository", tonePlain}, models.HookPublishers: {"All publishers of code", tonePlain}, models.HookPublisher: {"One publisher with its code", tonePlain}, models.HookAgency: {"One agency and those below it", tonePlain},
	}
	hookFormatTerms = map[models.WebhookFormat]term{models.CloudEvents: {"CloudEvents 1.0", tonePlain}, models.OpenCatalogEvents: {"As the Open Catalog API tells", tonePlain}}
	hookStateTerms  = map[models.WebhookState]term{models.HookActive: {"Active", toneGood}, models.HookPaused: {"Paused", toneCaution}, models.HookFailed: {"Switched off", toneBad}, models.HookWithdrawn: {"Withdrawn", tonePlain}}
	messageTerms    = map[models.WebhookDeliveryState]term{models.MessageWaiting: {"Waiting", tonePlain}, models.MessageDelivered: {"Delivered", toneGood}, models.MessageFailed: {"Dead letter", toneBad}, models.MessageWithheld: {"Withheld", toneCaution}}
	tryTerms        = map[models.WebhookOutcome]term{
		models.TryUnderWay: {"No result", toneUnknown}, models.TryDelivered: {"Delivered", toneGood}, models.TryRefused: {"Not accepted", toneBad}, models.TryTimeout: {"No answer in time", toneCaution},
		models.TryBlocked: {"We do not go there", toneBad}, models.TryUnreachable: {"No connection", toneBad},
	}
)

func webhookTerm(v any) term {
	switch v := v.(type) {
	case models.WebhookScope:
		return among(hookScopeTerms, v)
	case models.WebhookFormat:
		return among(hookFormatTerms, v)
	case models.WebhookState:
		return among(hookStateTerms, v)
	case models.WebhookDeliveryState:
		return among(messageTerms, v)
	case models.WebhookOutcome:
		return among(tryTerms, v)
	}
	return term{}
}

// webhooksPage lists the webhooks that the reader looks after.
type webhooksPage struct {
	List   []store.WebhookRow
	Pager  pager
	All    bool // withdrawn ones are shown
	MayAdd bool
}

func (s *site) webhooks(c *page) error {
	if !c.viewer.SignedIn() {
		return refuseWrite(c, "look after webhooks")
	}
	f := models.WebhookFilter{State: models.WebhookState(c.query("state")), Page: c.at()}
	list, err := s.Store.Webhooks(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	return c.show(view{Name: "webhooks", Title: "Webhooks", Crumbs: []crumb{{"Webhooks", ""}}, Page: webhooksPage{List: list.Items, Pager: pagerOf(c, list, "webhook", "webhooks"), All: f.State != "", MayAdd: c.viewer.MaySomewhere(models.ManageWebhooks)}})
}

// webhookFormPage asks what is told, and to whom.
type webhookFormPage struct {
	Form         *form
	New          bool
	Name         string
	Action, Back string
	Agencies     agencyChoice
	Scopes       []option
	Things       []option // of every scope that is about one
	Audiences    []option
	Formats      []option
}

func (s *site) newWebhook(c *page) error {
	if !c.viewer.MaySomewhere(models.ManageWebhooks) {
		return refuseWrite(c, "set up webhooks")
	}
	return s.showWebhookForm(c, c.webhookAbout(), nil)
}

// scopeThings are what a webhook can be about one of.
var scopeThings = map[models.WebhookScope]namedThings{models.HookAsset: softwareThings, models.HookRepository: repositoryThings, models.HookPublisher: publisherThings, models.HookAgency: agencyThings}

// webhookAbout begins the form with what the address says that it is to tell of.
func (c *page) webhookAbout() *form {
	scope, id := models.WebhookScope(c.query("scope")), c.queryID("scopeId")
	for noun := range scopeThings {
		if given := c.asked(string(noun)); given != nil && scope == "" {
			scope, id = noun, *given
		}
	}
	if !slices.Contains(models.WebhookScopes, scope) {
		scope = models.HookSoftware
	}
	f := newForm("scope", string(scope), "audience", string(models.VisiblePublic), "format", string(models.CloudEvents))
	if of, ok := scopeThings[scope]; ok {
		f.set("scopeId", of.text(c, optional(id)))
	}
	return f
}

func (s *site) openWebhook(c *page) (*store.WebhookRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	if !c.viewer.SignedIn() {
		return nil, refuseWrite(c, "look after webhooks")
	}
	return s.Store.Webhook(c.ctx(), c.viewer, id)
}

func (s *site) editWebhook(c *page) error {
	row, err := s.openWebhook(c)
	if err != nil {
		return err
	}
	f := newForm("name", row.Name, "url", row.URL, "scope", string(row.Scope), "types", strings.Join(row.Types, "\n"), "audience", string(row.Audience), "version", idText(row.Version))
	if of, ok := scopeThings[row.Scope]; ok {
		f.set("scopeId", of.text(c, optional(row.ScopeID)))
	}
	return s.showWebhookForm(c, f, row)
}

func (s *site) showWebhookForm(c *page, f *form, row *store.WebhookRow) error {
	p := webhookFormPage{Form: f, New: row == nil, Action: "/webhooks", Back: "/webhooks", Scopes: words(models.WebhookScopes), Formats: words(models.WebhookFormats),
		Audiences: []option{{Value: string(models.VisiblePublic), Label: "Everybody: only what is public is told"}, {Value: string(models.VisibleGovernment), Label: "Government: also what only government sees"}, {Value: string(models.VisibleAgency), Label: "The agency: also what only it sees"}}}
	for _, scope := range models.WebhookScopes {
		if of, ok := scopeThings[scope]; ok {
			offered, err := of.offered(c)
			if err != nil {
				return err
			}
			p.Things = append(p.Things, offered...)
		}
	}
	title, crumbs := "Set up a webhook", []crumb{{"Webhooks", "/webhooks"}}
	if row != nil {
		p.Name, p.Action = row.Name, webhookPath(row.ID)
		p.Back, title = p.Action, "Change "+row.Name
		crumbs = append(crumbs, crumb{row.Name, p.Back})
		f.rebase(row.Version, p.Back)
	} else {
		var err error
		if p.Agencies, err = c.agencyChoice(models.ManageWebhooks); err != nil {
			return err
		}
	}
	return c.show(view{Name: "webhook-form", Title: title, Crumbs: append(crumbs, crumb{title, ""}), Form: f, Page: p})
}

func webhookPath(id int64) string { return "/webhooks/" + idText(id) }

// webhookThing is the one thing that the form names; 0 for a scope that is many.
func (c *page) webhookThing(f *form, m *models.Mistakes) (int64, error) {
	of, ok := scopeThings[models.WebhookScope(f.get("scope"))]
	if !ok {
		return 0, nil // the field is there for every scope
	}
	id, err := of.id(c, f, m, "scopeId")
	if err != nil || id == nil {
		return 0, err
	}
	return *id, nil
}

func readWebhook(f *form, thing int64, w *models.Webhook) {
	w.Name, w.URL, w.Scope, w.ScopeID, w.Audience = f.get("name"), f.get("url"), models.WebhookScope(f.get("scope")), thing, models.Visibility(f.get("audience"))
	w.Types = nil
	for _, t := range strings.Fields(strings.ReplaceAll(f.get("types"), ",", " ")) {
		w.Types = append(w.Types, t)
	}
}

// webhookFields adds to a name that means nothing what else is wrong.
func (f *form) webhookFields(w *models.Webhook) {
	given := *w
	given.Secret = f.get("secret") // the register takes it out of what it was handed
	more, ok := errors.AsType[*models.Error](given.Validate())
	if !ok || f.Problem.Kind != models.Invalid {
		return
	}
	for _, e := range more.Fields {
		made := e.Field == "secret" && given.Secret == "" // by the register, or kept
		if f.mistake(e.Field) == "" && !made {
			f.Problem.Fields = append(f.Problem.Fields, e)
		}
	}
}

// types leads what is wrong with one type to the field that has all of them.
func (f *form) types() {
	for i := range f.Problem.Fields {
		if strings.HasPrefix(f.Problem.Fields[i].Field, "types[") {
			f.Problem.Fields[i].Field = "types"
		}
	}
}

func (s *site) registerWebhook(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	w := models.Webhook{Format: models.WebhookFormat(f.get("format")), Secret: f.get("secret"), AgencyID: optional(c.agencyID(f, &m, "agencyId"))}
	thing, err := c.webhookThing(f, &m)
	if err != nil {
		return err
	}
	readWebhook(f, thing, &w)
	if err = m.Err(); err == nil {
		var secret string
		if secret, err = s.Register.RegisterWebhook(c.ctx(), c.viewer, &w); err == nil {
			return s.showWebhook(c, w.ID, secret)
		}
	}
	if f.refused(err) {
		f.webhookFields(&w)
		f.types()
		f.set("secret", "")
		return s.showWebhookForm(c, f, nil)
	}
	return err
}

func (s *site) changeWebhook(c *page) error {
	row, err := s.openWebhook(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	thing, err := c.webhookThing(f, &m)
	if err != nil {
		return err
	}
	changed := row.Webhook
	readWebhook(f, thing, &changed)
	if err = m.Err(); err == nil {
		_, err = s.Register.ChangeWebhook(c.ctx(), c.viewer, row.ID, f.based(), func(w *models.Webhook) { readWebhook(f, thing, w) })
	}
	if err == nil {
		return c.done(webhookPath(row.ID), "The webhook is changed.")
	}
	if f.refused(err) {
		f.webhookFields(&changed)
		f.types()
		return s.showWebhookForm(c, f, row)
	}
	return err
}
