package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterSource adds the catalogue of another government, which is read by the clock from then on.
func (r *Register) RegisterSource(ctx context.Context, by models.Viewer, s *models.Source) error {
	if err := r.prepareSource(s); err != nil {
		return err
	}
	if err := may(by, models.WriteSource, 0, "say which catalogues of other governments are read"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		s.ID = 0
		if err := tx.CreateSource(ctx, s); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "source.registered", noun: "source", id: s.ID, title: s.Name, to: models.VisiblePublic, after: toldSource(s)})
	})
}

// ChangeSource lets change edit a source and stores the result. based is the version the caller has read, 0 for whatever it is now.
func (r *Register) ChangeSource(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Source)) (*models.Source, error) {
	var result *models.Source
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "sources", id); err != nil {
			return err
		}
		row, err := tx.Source(ctx, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteSource, 0, "change which catalogues of other governments are read"); err != nil {
			return err
		}
		s := &row.Source
		if err := unchanged(s.Version, based); err != nil {
			return err
		}
		before := *s
		change(s)
		s.ID, s.Version, s.CreatedAt = before.ID, before.Version, before.CreatedAt
		if err := r.prepareSource(s); err != nil {
			return err
		}
		if result = s; same(toldSource(&before), toldSource(s)) {
			return nil
		}
		if s.URL != before.URL || s.Kind != before.Kind {
			s.ETag, s.NextAt = "", nil // what the former address said counts for nothing here
		}
		s.UpdatedAt = r.now()
		if err := tx.SaveSource(ctx, s); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "source.changed", noun: "source", id: id, title: s.Name, from: models.VisiblePublic, to: models.VisiblePublic, before: toldSource(&before), after: toldSource(s)})
	})
	return result, err
}

func (r *Register) prepareSource(s *models.Source) error {
	s.Name, s.URL, s.License, s.Attribution = tidy(s.Name), strings.TrimSpace(s.URL), tidy(s.License), tidy(s.Attribution)
	s.Country = strings.ToUpper(strings.TrimSpace(s.Country))
	if s.EveryHours == 0 {
		s.EveryHours = 24
	}
	var m models.Mistakes
	m.Include(s.Validate())
	r.refuseInward(&m, "url", s.URL)
	return m.Err()
}

func toldSource(s *models.Source) map[string]any {
	return map[string]any{"name": s.Name, "kind": s.Kind, "url": s.URL, "country": s.Country, "license": s.License, "attribution": s.Attribution, "active": s.Active, "everyHours": s.EveryHours}
}
