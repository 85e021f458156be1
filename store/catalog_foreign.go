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
		Name, Canonical string
		Description     models.Description
		ChangedAt       time.Time
		Source, Country string
	}](ctx, s, `SELECT f.id, f.name, f.canonical, f.description, f.changed_at, s.name AS source, s.country FROM foreign_entries f JOIN sources s ON s.id = f.source_id
		WHERE f.gone_at IS NULL AND ($1::bigint[] IS NULL OR f.source_id = ANY($1))`, sources)
	out := make([]*catalog.Entry, len(list))
	for i := range list {
		f := &list[i]
		p := describedPart(&f.Description)
		p.Visibility, p.Countries = models.VisiblePublic, append(append([]string{}, p.Countries...), f.Country)
		p.Code = f.Description.URL != "" && (f.Description.Private == nil || !*f.Description.Private)
		out[i] = &catalog.Entry{ID: catalog.ID{Kind: catalog.Foreign, Number: f.ID}, Name: f.Name, Visibility: models.VisiblePublic, Source: f.Source, UpdatedAt: f.ChangedAt.UTC(), Parts: []catalog.Part{p},
			Addresses: []catalog.Address{{Canonical: f.Canonical, Visibility: models.VisiblePublic}}}
	}
	return out, err
}

// foreignOf lists the entries that a source has or ever had.
func (s *Store) foreignOf(ctx context.Context, sources []int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM foreign_entries WHERE source_id = ANY($1)`, sources)
}

// addAddresses adds where the code of our software lies, so that what other governments say of the same is left out: see foreignFrom.
func (s *Store) addAddresses(ctx context.Context, ids []int64, entries map[int64]*catalog.Entry) error {
	list, err := rows[struct {
		AssetID, Owner int64
		Canonical      string
		Visibility     models.Visibility
	}](ctx, s, `SELECT r.asset_id, r.agency_id AS owner, r.canonical, r.visibility FROM repositories r WHERE r.asset_id IS NOT NULL AND ($1::bigint[] IS NULL OR r.asset_id = ANY($1))
		UNION SELECT r.asset_id, r.agency_id, x.canonical, r.visibility FROM repository_aliases x JOIN repositories r ON r.id = x.repository_id WHERE r.asset_id IS NOT NULL AND ($1::bigint[] IS NULL OR r.asset_id = ANY($1))
		UNION SELECT u.asset_id, a.steward_id, u.canonical, a.visibility FROM asset_urls u JOIN assets a ON a.id = u.asset_id WHERE u.kind = 'repository' AND ($1::bigint[] IS NULL OR u.asset_id = ANY($1))
		ORDER BY 1, 3`, ids)
	for i := range list {
		if e := entries[list[i].AssetID]; e != nil {
			e.Addresses = append(e.Addresses, catalog.Address{Canonical: list[i].Canonical, Visibility: list[i].Visibility, Owner: list[i].Owner})
		}
	}
	return err
}
