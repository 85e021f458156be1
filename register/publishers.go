package register

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterPublisher adds somebody who publishes code for an agency.
func (r *Register) RegisterPublisher(ctx context.Context, by models.Viewer, p *models.Publisher) error {
	if err := r.preparePublisher(by, p, nil); err != nil {
		return err
	}
	if err := may(by, models.WriteRepository, p.AgencyID, "say where this agency publishes code"); err != nil {
		return err
	}
	return r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		p.ID = 0
		if err := freeHostings(ctx, tx, by, p, nil); err != nil {
			return err
		}
		if err := tx.CreatePublisher(ctx, p); err != nil {
			return err
		}
		return record(ctx, tx, by, publisherEvent("publisher.registered", p, nil))
	}))
}

// publisherEvent says what became of a publisher; its mail address is nobody's business but government's, so the event says only that there is one.
func publisherEvent(action string, p, before *models.Publisher) event {
	e := event{action: action, noun: "publisher", id: p.ID, title: p.Name, agency: p.AgencyID, to: models.VisiblePublic, after: toldPublisher(p)}
	if before != nil {
		e.from, e.before = models.VisiblePublic, toldPublisher(before)
	}
	return e
}

func toldPublisher(p *models.Publisher) map[string]any {
	urls := make([]string, len(p.Hostings))
	for i, h := range p.Hostings {
		urls[i] = h.URL
	}
	return map[string]any{"agencyId": p.AgencyID, "name": p.Name, "alternativeId": p.AlternativeID, "active": p.Active, "hostings": urls, "reachable": p.Email != ""}
}

// ChangePublisher lets change edit a publisher and stores the result. based is the version the caller has read, 0 for whatever it is now.
func (r *Register) ChangePublisher(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Publisher)) (*models.Publisher, error) {
	var result *models.Publisher
	err := r.noteHeld(ctx, by, store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "publishers", id); err != nil {
			return err
		}
		row, err := tx.Publisher(ctx, models.SystemViewer(""), id) // publishers are public; a mail address that is not seen is not lost
		if err != nil {
			return err
		}
		p := &row.Publisher
		if err := may(by, models.WriteRepository, p.AgencyID, "change where this agency publishes code"); err != nil {
			return err
		}
		if err := unchanged(p.Version, based); err != nil {
			return err
		}
		before := *p
		before.Hostings = slices.Clone(p.Hostings)
		change(p)
		p.ID, p.UUID, p.Version, p.CreatedAt = before.ID, before.UUID, before.Version, before.CreatedAt
		had := before.Hostings
		if !before.Active && p.Active {
			had = nil // while it was at rest, they held nothing
		}
		if err := r.preparePublisher(by, p, had); err != nil {
			return err
		}
		if p.AgencyID != before.AgencyID {
			if err := may(by, models.WriteRepository, p.AgencyID, "give a publisher to this agency"); err != nil {
				return err
			}
		}
		if result = p; same(toldPublisher(&before), toldPublisher(p)) && before.Email == p.Email && slices.Equal(before.Hostings, p.Hostings) {
			return nil
		}
		if err := freeHostings(ctx, tx, by, p, had); err != nil {
			return err
		}
		p.UpdatedAt = r.now()
		if err := tx.SavePublisher(ctx, p); err != nil {
			return err
		}
		return record(ctx, tx, by, publisherEvent("publisher.changed", p, &before))
	}))
	return result, err
}

// preparePublisher tidies and checks a publisher; had are the places at which it kept code before, which are not judged anew.
func (r *Register) preparePublisher(by models.Viewer, p *models.Publisher, had []models.CodeHosting) error {
	p.Name, p.AlternativeID, p.Email = tidy(p.Name), strings.TrimSpace(p.AlternativeID), strings.TrimSpace(p.Email)
	if p.Active {
		p.WithdrawnAt = nil
	}
	for i := range p.Hostings {
		h := &p.Hostings[i]
		h.URL = models.HTTPSAddress(h.URL)
		if h.Host == "" {
			h.Host = models.HostOf(h.URL)
		}
		if c, err := models.CanonicalURL(h.URL); err == nil { // Validate names the others
			h.Canonical = c
		}
	}
	var m models.Mistakes
	m.Include(p.Validate())
	for i := range p.Hostings {
		h, field := &p.Hostings[i], fmt.Sprintf("hostings[%d].url", i)
		r.refuseInward(&m, field, h.URL)
		if h.Group && h.Canonical != "" && !strings.Contains(h.Canonical, "/") && !hasHosting(had, h) && !by.May(models.WriteRepository, 0) {
			m.Add(field, "whole-host", "Give the group below the host, as https://gitlab.com/your-agency. Only the open source programme office can answer for a whole host.")
		}
	}
	return m.Err()
}

// hasHosting reports whether a place is among those that a publisher had, as the same kind of place.
func hasHosting(had []models.CodeHosting, h *models.CodeHosting) bool {
	return slices.ContainsFunc(had, func(o models.CodeHosting) bool { return o.Canonical == h.Canonical && o.Group == h.Group })
}
