package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// CatalogChanges says what has changed in the catalogue, or is gone from it, as a viewer sees it. An entry that changed several times is there once, with how it stands now.
type CatalogChanges struct {
	Items []CatalogChange
	Next  int64 // the event to go on from, whenever
	More  bool  // there is more by now
}

// CatalogChange is one thing of the catalogue that has changed.
type CatalogChange struct {
	Kind         models.CatalogNoun
	ID           int64
	Here         bool      // the viewer sees it; else it is a tombstone
	MergedIntoID *int64    // the entry that it is a part of since; nil when it was not merged, or into one that the viewer does not see
	EventID      int64     // the last event that is looked at here and that has to do with it
	At           time.Time // of that event
}

// CatalogChanges lists what has changed after an event, in the order of the last events that had to do with each thing. A mirror that goes on from Next each time, forgets what is not here and reads the
// rest has exactly what the viewer sees. What the viewer never saw is not told. Kind "" asks for all.
func (s *Store) CatalogChanges(ctx context.Context, v models.Viewer, kind models.CatalogNoun, after int64, most int) (*CatalogChanges, error) {
	newest, err := s.newestEvent(ctx)
	if err != nil {
		return nil, err
	}
	most = pageSize(models.Page{Limit: most})
	window, err := scalars[int64](ctx, s, `SELECT e.id FROM events e WHERE e.id > $1 AND e.id <= $2 AND (e.asset_id IS NOT NULL OR e.noun IN ('asset', 'repository', 'publisher')) ORDER BY e.id LIMIT $3`, after, newest, most)
	if err != nil {
		return nil, err
	}
	c := &CatalogChanges{Next: max(newest, after), More: len(window) == most}
	if len(window) == 0 {
		return c, nil
	}
	if c.More {
		c.Next = window[len(window)-1]
	}
	q := &query{args: []any{window, kind, newest}}
	asset, into, repository, publisher := q.sees(v, "a.visibility", "a.steward_id"), q.sees(v, "k.visibility", "k.steward_id"), q.seesRepository(v), q.seesPublisher(v)
	was := "p.seen_to <> '' AND (" + q.sees(v, "p.seen_to", "p.agency_id") + ") OR p.seen_from <> '' AND (" + q.sees(v, "p.seen_from", "p.agency_id") + ")"
	c.Items, err = rows[CatalogChange](ctx, s, `WITH touched AS (SELECT t.kind, t.id, max(e.id) AS event_id, max(e.at) AS at FROM events e
			CROSS JOIN LATERAL (VALUES ('software', e.asset_id), ('software', CASE WHEN e.noun = 'asset' THEN e.noun_id END), (e.noun, CASE WHEN e.noun IN ('repository', 'publisher') THEN e.noun_id END)) t (kind, id)
			WHERE e.id = ANY($1) AND t.id IS NOT NULL AND ($2 = '' OR t.kind = $2) GROUP BY t.kind, t.id),
		seen AS (SELECT t.*, CASE t.kind WHEN 'software' THEN EXISTS (SELECT 1 FROM assets a WHERE a.id = t.id AND a.merged_into_id IS NULL AND (`+asset+`))
				WHEN 'repository' THEN EXISTS (SELECT 1 FROM repositories r WHERE r.id = t.id AND r.active AND `+repository+`) ELSE EXISTS (SELECT 1 FROM publishers p WHERE p.id = t.id AND `+publisher+`) END AS here FROM touched t)
		SELECT t.kind, t.id, t.here, t.event_id, t.at, (SELECT a.merged_into_id FROM assets a JOIN assets k ON k.id = a.merged_into_id WHERE t.kind = 'software' AND a.id = t.id AND (`+into+`)) AS merged_into_id
		FROM seen t WHERE t.here OR EXISTS (SELECT 1 FROM events p WHERE p.noun = CASE t.kind WHEN 'software' THEN 'asset' ELSE t.kind END AND p.noun_id = t.id AND p.id <= $3 AND (`+was+`))
		ORDER BY t.event_id, t.kind, t.id`, q.args...)
	return c, err
}

// EventBefore is the last event that happened before a moment; 0 when none did.
func (s *Store) EventBefore(ctx context.Context, at time.Time) (int64, error) {
	ids, err := scalars[int64](ctx, s, `SELECT id FROM events WHERE at < $1 ORDER BY id DESC LIMIT 1`, at)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// newestEvent is the id of the last event that is committed: none that commits later has a smaller one.
func (s *Store) newestEvent(ctx context.Context) (id int64, err error) {
	err = s.pg.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM events`).Scan(&id)
	return id, fault(err)
}
