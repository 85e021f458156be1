package store

import (
	"context"
	"maps"
	"slices"

	"github.com/ospo-register/ospo/catalog"
)

// mostFollowed is how many entries are followed one by one; beyond it everything is read anew.
const mostFollowed = 5_000

// refresh brings the index to an event. Only one reads at a time; what others ask meanwhile is answered by what is there, unless they have
// to know of a later event too.
func (c *catalogue) refresh(ctx context.Context, s *Store, event int64) error {
	c.building.Lock()
	defer c.building.Unlock()
	c.mu.RLock()
	current, applied, index := c.current(event), c.applied, c.index
	c.mu.RUnlock()
	switch {
	case current:
		return nil
	case index == nil || index.Today().Before(today()) || index.Dead() > index.Len()/2+1_000:
		return c.anew(ctx, s)
	}
	n, err := s.newsSince(ctx, applied)
	if err != nil {
		return err
	}
	if n.anew {
		return c.anew(ctx, s)
	}
	gone, entries, err := s.readNews(ctx, n)
	if err != nil {
		return err
	}
	if len(gone) > mostFollowed {
		return c.anew(ctx, s)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(gone) > 0 {
		index.Change(gone, entries)
	}
	c.applied = max(n.last, c.applied)
	return nil
}

// anew reads everything, and lets the index that is there answer until it has.
func (c *catalogue) anew(ctx context.Context, s *Store) error {
	x, last, err := s.readCatalogue(ctx, c.synonyms)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.index, c.applied = x, last
	return nil
}

// news is what the events since say may be different now.
type news struct {
	last            int64 // the last of the events
	anew            bool
	assets, sources map[int64]bool
}

// newsSince reads what has changed. It asks for everything to be read anew where that is simpler than to follow.
func (s *Store) newsSince(ctx context.Context, event int64) (*news, error) {
	n := &news{last: event, assets: map[int64]bool{}, sources: map[int64]bool{}}
	list, err := rows[struct {
		ID, NounID   int64
		Noun, Action string
		AssetID      *int64
	}](ctx, s, `SELECT id, noun_id, noun, action, asset_id FROM events WHERE id > $1 ORDER BY id LIMIT $2`, event, tooFarBehind+1)
	if err != nil {
		return nil, err
	}
	var repositories []int64
	for _, e := range list {
		n.last = e.ID
		switch {
		case e.Noun == "agency" || e.Action == "asset.merged": // these move much at once, and are rare
			n.anew = true
		case e.Noun == "source":
			n.sources[e.NounID] = true
		case e.Noun == "asset" && e.Action != "asset.judged": // findings are not in the catalogue
			n.assets[e.NounID] = true
		case e.Noun == "deployment" || e.Noun == "sbom" || e.Noun == "release" || e.Noun == "repository":
			if e.AssetID != nil {
				n.assets[*e.AssetID] = true
			}
			if e.Noun == "repository" {
				repositories = append(repositories, e.NounID)
			}
		}
	}
	n.anew = n.anew || len(list) > tooFarBehind
	if len(repositories) == 0 || n.anew {
		return n, nil
	}
	// A repository may have been another software's before: every event that says so names it, or what it was before. A merge has moved it without an event of its own.
	owners, err := scalars[int64](ctx, s, `SELECT DISTINCT asset_id FROM events WHERE noun = 'repository' AND noun_id = ANY($1) AND asset_id IS NOT NULL
		UNION SELECT (before->>'assetId')::bigint FROM events WHERE noun = 'repository' AND noun_id = ANY($1) AND before->>'assetId' IS NOT NULL
		UNION SELECT asset_id FROM repositories WHERE id = ANY($1) AND asset_id IS NOT NULL`, repositories)
	for _, id := range owners {
		n.assets[id] = true
	}
	return n, err
}

// readNews reads what has changed as it is now: gone are the entries that are in entries anew, or are not there any more.
func (s *Store) readNews(ctx context.Context, n *news) (gone []catalog.ID, entries []*catalog.Entry, err error) {
	assets, sources := slices.Sorted(maps.Keys(n.assets)), slices.Sorted(maps.Keys(n.sources))
	for _, id := range assets {
		gone = append(gone, catalog.ID{Kind: catalog.Own, Number: id})
	}
	if len(sources) > 0 {
		ids, err := s.foreignOf(ctx, sources)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range ids {
			gone = append(gone, catalog.ID{Kind: catalog.Foreign, Number: id})
		}
		if len(gone) > mostFollowed {
			return gone, nil, nil
		}
		if entries, err = s.foreignEntries(ctx, sources); err != nil {
			return nil, nil, err
		}
	}
	if len(assets) == 0 || len(gone) > mostFollowed {
		return gone, entries, nil
	}
	own, err := s.ownEntries(ctx, assets)
	return gone, append(entries, own...), err
}
