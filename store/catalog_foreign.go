package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// foreignEntries reads the software of other governments' catalogues that is still there; sources nil means of all.
func (s *Store) foreignEntries(ctx context.Context, sources []int64) ([]*catalog.Entry, error) {
	list, err := rows[struct {
		ID              int64
		Name            string
		Description     models.Description
		ChangedAt       time.Time
		Source, Country string
	}](ctx, s, `SELECT f.id, f.name, f.description, f.changed_at, s.name AS source, s.country FROM foreign_entries f JOIN sources s ON s.id = f.source_id
		WHERE f.gone_at IS NULL AND ($1::bigint[] IS NULL OR f.source_id = ANY($1))`, sources)
	out := make([]*catalog.Entry, len(list))
	for i := range list {
		f := &list[i]
		p := describedPart(&f.Description)
		p.Visibility, p.Countries = models.VisiblePublic, append(append([]string{}, p.Countries...), f.Country)
		p.Code = f.Description.URL != "" && (f.Description.Private == nil || !*f.Description.Private)
		out[i] = &catalog.Entry{ID: catalog.ID{Kind: catalog.Foreign, Number: f.ID}, Name: f.Name, Visibility: models.VisiblePublic, Source: f.Source, UpdatedAt: f.ChangedAt.UTC(), Parts: []catalog.Part{p}}
	}
	return out, err
}

// foreignOf lists the entries that a source has or ever had.
func (s *Store) foreignOf(ctx context.Context, sources []int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM foreign_entries WHERE source_id = ANY($1)`, sources)
}
