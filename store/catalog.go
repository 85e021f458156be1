package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// catalogue keeps the index of software in step with the register. Every change of the register writes an event in its own
// transaction, in commit order, so the id of the last event says exactly what the index has seen; it catches up before it answers.
type catalogue struct {
	mu      sync.RWMutex // held by those who ask, and alone by who changes
	index   *catalog.Index
	applied int64 // id of the last event that is in it

	building sync.Mutex        // held by who reads what has changed
	synonyms *catalog.Synonyms // nil: those that come with the program
}

// CatalogFilter asks the catalogue. Empty fields do not restrict.
type CatalogFilter struct {
	Text    string
	Filters map[catalog.Facet][]string // several values of a facet: any of them; several facets: all of them
	Sort    catalog.Sort
	Count   []catalog.Facet // the facets to count
	models.Page
}

// CatalogPage is one page of what the catalogue found.
type CatalogPage struct {
	models.List[catalog.Hit]
	Facets     []catalog.FacetCount
	Suggestion string // the text as it was perhaps meant; "" when every word is known
	Loosely    bool   // nothing has all the words: these have at least half of them
	Event      int64  // the last event of the register that the answer knows of
}

// UseSynonyms has searches of the catalogue know these words from now on.
func (s *Store) UseSynonyms(known *catalog.Synonyms) {
	if s.catalogue == nil {
		return
	}
	s.catalogue.building.Lock()
	defer s.catalogue.building.Unlock()
	s.catalogue.mu.Lock()
	defer s.catalogue.mu.Unlock()
	s.catalogue.synonyms, s.catalogue.index = known, nil
}

// knownSynonyms are those that a transaction searches with.
func (s *Store) knownSynonyms() *catalog.Synonyms {
	if s.catalogue == nil {
		return s.synonyms
	}
	s.catalogue.mu.RLock()
	defer s.catalogue.mu.RUnlock()
	return s.catalogue.synonyms
}

// UseCatalogue reads the catalogue into its index, so that the first who asks need not wait for it.
func (s *Store) UseCatalogue(ctx context.Context) error {
	return s.asked(ctx, func(*catalog.Index, int64) {})
}

// SearchCatalog finds software for a need. Totals are exact however large.
func (s *Store) SearchCatalog(ctx context.Context, v models.Viewer, f CatalogFilter) (*CatalogPage, error) {
	q := catalog.Query{Text: f.Text, Filters: f.Filters, Sort: f.Sort, Limit: pageSize(f.Page), Count: f.Count}
	var err error
	if q.After, err = placeAfter(f.After); err != nil {
		return nil, err
	}
	sight, p := v.Sight(), &CatalogPage{}
	err = s.asked(ctx, func(x *catalog.Index, event int64) {
		r := x.Search(sight, q)
		p.Items, p.Total, p.Facets, p.Suggestion, p.Loosely, p.Event = r.Hits, models.Total{Count: r.Total, Exact: true}, r.Facets, r.Suggestion, r.Loosely, event
		if n := r.Next; n != nil {
			p.Next = cursor(n.ID.String(), n.Name, n.Score, n.At.Format(timeKey), n.Uses)
		}
	})
	for i := range p.Items {
		p.Items[i].Entry = p.Items[i].Entry.ShownTo(sight)
	}
	return p, err
}

// placeAfter unpacks a cursor of a list of the catalogue; nil when there is none.
func placeAfter(cursor string) (*catalog.Place, error) {
	var id, at string
	p := &catalog.Place{}
	more, err := after(cursor, &id, &p.Name, &p.Score, &at, &p.Uses)
	if err != nil || !more {
		return nil, err
	}
	var known bool
	p.ID, known = catalog.ParseID(id)
	if p.At, err = time.Parse(timeKey, at); err != nil || !known {
		_, err = after("?", nil) // the same words for whatever is wrong with a cursor
		return nil, err
	}
	return p, nil
}

// CatalogEntries finds entries by their ids, in their order; those that the viewer may not see are left out.
func (s *Store) CatalogEntries(ctx context.Context, v models.Viewer, ids ...catalog.ID) (list []catalog.Hit, err error) {
	sight := v.Sight()
	err = s.asked(ctx, func(x *catalog.Index, _ int64) {
		for _, id := range ids {
			if e, ok := x.Entry(sight, id); ok {
				shown := e.ShownTo(sight)
				list = append(list, catalog.Hit{Entry: shown, Uses: len(shown.Uses)})
			}
		}
	})
	return list, err
}

// OpenAlternatives lists open source software that serves what an entry serves, best first.
func (s *Store) OpenAlternatives(ctx context.Context, v models.Viewer, id catalog.ID, most int) (list []catalog.Likeness, err error) {
	sight := v.Sight()
	err = s.asked(ctx, func(x *catalog.Index, _ int64) { list = x.Alternatives(sight, id, most) })
	for i := range list {
		list[i].Entry = list[i].Entry.ShownTo(sight)
	}
	return list, err
}

// SimilarSoftware lists software that is like an entry, best first.
func (s *Store) SimilarSoftware(ctx context.Context, v models.Viewer, id catalog.ID, most int) (list []catalog.Likeness, err error) {
	sight := v.Sight()
	err = s.asked(ctx, func(x *catalog.Index, _ int64) { list = x.Similar(sight, id, most) })
	for i := range list {
		list[i].Entry = list[i].Entry.ShownTo(sight)
	}
	return list, err
}

// PeersUse lists what agencies like one run for what an entry serves, with their names.
func (s *Store) PeersUse(ctx context.Context, v models.Viewer, agency int64, id catalog.ID, most int) (list []catalog.PeerUse, err error) {
	sight := v.Sight()
	err = s.asked(ctx, func(x *catalog.Index, _ int64) { list = x.PeersUse(sight, agency, id, most) })
	for i := range list {
		list[i].Entry = list[i].Entry.ShownTo(sight)
	}
	return list, err
}

// asked lets a question be asked of an index that knows of every event that is committed. Within a transaction, which must see its own
// writes, it is an index of that moment.
func (s *Store) asked(ctx context.Context, ask func(x *catalog.Index, event int64)) error {
	c := s.catalogue
	if c == nil {
		x, event, err := s.readCatalogue(ctx, s.synonyms)
		if err == nil {
			ask(x, event)
		}
		return err
	}
	last, err := s.LastEvent(ctx)
	if err != nil {
		return fault(err)
	}
	if c.answer(last, ask) {
		return nil
	}
	if err := c.refresh(ctx, s, last); err != nil {
		return fmt.Errorf("bringing the catalogue up to date: %w", fault(err))
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	ask(c.index, c.applied)
	return nil
}

// answer asks the index if it is as new as an event and as this day.
func (c *catalogue) answer(event int64, ask func(x *catalog.Index, event int64)) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.current(event) {
		return false
	}
	ask(c.index, c.applied)
	return true
}

func (c *catalogue) current(event int64) bool {
	return c.index != nil && c.applied >= event && !c.index.Today().Before(today())
}

// today is the day that activity is told by.
func today() models.Date { return models.DateOf(time.Now().UTC()) }
