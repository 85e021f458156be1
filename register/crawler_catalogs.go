package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterCrawlerCatalog adds a catalogue that crawlers go over: a list of places, for all of government.
func (r *Register) RegisterCrawlerCatalog(ctx context.Context, by models.Viewer, k *models.CrawlerCatalog) error {
	if err := may(by, models.WriteRepository, 0, "say which places crawlers go over"); err != nil {
		return err
	}
	prepareCatalog(k)
	if err := k.Validate(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		k.ID, k.UUID = 0, ""
		if err := tx.CreateCrawlerCatalog(ctx, k); err != nil {
			return err
		}
		return record(ctx, tx, by, catalogEvent("crawler-catalog.registered", k, nil))
	})
}

// ChangeCrawlerCatalog lets change edit a catalogue and stores the result. The root stays the root.
func (r *Register) ChangeCrawlerCatalog(ctx context.Context, by models.Viewer, id int64, change func(*models.CrawlerCatalog) error) (*models.CrawlerCatalog, error) {
	return r.changeCatalog(ctx, by, id, "crawler-catalog.changed", func(_ *store.Tx, k *models.CrawlerCatalog) error {
		if err := may(by, models.WriteRepository, 0, "say which places crawlers go over"); err != nil {
			return err
		}
		root := k.IsRoot()
		if err := change(k); err != nil {
			return err
		}
		prepareCatalog(k)
		if root && !k.IsRoot() {
			return invalidField("alternativeId", "immutable", "alternativeId on the root catalog cannot be changed")
		}
		return k.Validate()
	})
}

// WithdrawCrawlerCatalog takes a catalogue out of sight. One that still has publishers or software is refused: withdraw those first.
func (r *Register) WithdrawCrawlerCatalog(ctx context.Context, by models.Viewer, id int64) error {
	_, err := r.changeCatalog(ctx, by, id, "crawler-catalog.withdrawn", func(tx *store.Tx, k *models.CrawlerCatalog) error {
		if err := may(by, models.WriteRepository, 0, "withdraw a catalogue"); err != nil {
			return err
		}
		holds, err := tx.CatalogHolds(ctx, k)
		if err != nil {
			return err
		}
		if holds {
			return models.Refuse(models.Conflict, "catalog-not-empty", "Catalog still has associated publishers or software")
		}
		now := r.now()
		k.Active, k.WithdrawnAt = false, &now
		return nil
	})
	return err
}

// WriteCatalogAnalyses keeps what outside scanners found in a catalogue, as WriteAnalyses does for a repository.
func (r *Register) WriteCatalogAnalyses(ctx context.Context, by models.Viewer, id int64, given map[string]json.RawMessage) (*models.CrawlerCatalog, error) {
	return r.changeCatalog(ctx, by, id, "crawler-catalog.analysed", func(_ *store.Tx, k *models.CrawlerCatalog) error {
		if err := may(by, models.WriteAnalysis, 0, "write analyses of a catalogue"); err != nil {
			return err
		}
		list, err := r.readAnalyses(by, 0, given)
		if err != nil {
			return err
		}
		k.Analyses = maps.Clone(k.Analyses) // the event tells what was there before
		if _, err := mergeAnalyses(list, func(a *models.Analysis) (err error) {
			k.Analyses[a.Namespace], err = a.Stamped()
			return err
		}, func(name string) (bool, error) {
			_, had := k.Analyses[name]
			delete(k.Analyses, name)
			return had, nil
		}); err != nil {
			return err
		}
		if len(k.Analyses) > maxNamespaces {
			return models.Refuse(models.TooLarge, "too-many-analyses", "A catalogue takes the analyses of 50 scanners. Take one away by giving null under its name.")
		}
		return nil
	})
}

func (r *Register) changeCatalog(ctx context.Context, by models.Viewer, id int64, action string, change func(*store.Tx, *models.CrawlerCatalog) error) (*models.CrawlerCatalog, error) {
	var result *models.CrawlerCatalog
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "crawler_catalogs", id); err != nil {
			return err
		}
		k, err := tx.CrawlerCatalog(ctx, id)
		if err != nil {
			return err
		}
		before := *k
		before.Sources, before.Scopes = slices.Clone(k.Sources), slices.Clone(k.Scopes)
		if err := change(tx, k); err != nil {
			return err
		}
		if result = k; same(toldCatalog(&before), toldCatalog(k)) {
			return nil
		}
		k.UpdatedAt = r.now()
		if err := tx.SaveCrawlerCatalog(ctx, k); err != nil {
			return err
		}
		return record(ctx, tx, by, catalogEvent(action, k, &before))
	})
	return result, err
}

func prepareCatalog(k *models.CrawlerCatalog) {
	k.Name, k.AlternativeID, k.PublishersNamespace = tidy(k.Name), strings.TrimSpace(k.AlternativeID), strings.TrimSpace(k.PublishersNamespace)
	if k.Analyses == nil {
		k.Analyses = map[string]json.RawMessage{}
	}
	if k.Sources == nil {
		k.Sources = []models.CatalogSource{}
	}
	for i := range k.Sources {
		k.Sources[i].URL = strings.TrimSpace(k.Sources[i].URL)
	}
}

func catalogEvent(action string, k, before *models.CrawlerCatalog) event {
	e := event{action: action, noun: "crawler-catalog", id: k.ID, title: k.Name, to: models.VisiblePublic, after: toldCatalog(k)}
	if before != nil {
		e.from, e.before = models.VisiblePublic, toldCatalog(before)
	}
	return e
}

func toldCatalog(k *models.CrawlerCatalog) map[string]any {
	sources := make([]string, len(k.Sources))
	for i, s := range k.Sources {
		sources[i] = strings.TrimSpace(s.Driver + " " + s.URL + " " + strings.Join(s.Args, " "))
	}
	analyses := map[string]string{}
	for name, body := range k.Analyses {
		analyses[name] = string(body)
	}
	return map[string]any{"name": k.Name, "alternativeId": k.AlternativeID, "active": k.Active, "publishersNamespace": k.PublishersNamespace, "scopes": k.Scopes, "sources": sources,
		"analyses": analyses, "withdrawn": k.WithdrawnAt != nil}
}

// maxCrawlerLog bounds a line of a crawler's log, in characters. The API says 2,048; crawlers write every mistake of a file into one.
const maxCrawlerLog = 100_000

// WriteCrawlerLog keeps what a crawler says of its work: of a repository, of a catalogue or of nothing in particular. The log is its own
// trail: there is no event.
func (r *Register) WriteCrawlerLog(ctx context.Context, by models.Viewer, l *models.CrawlerLog) error {
	if n := len([]rune(l.Message)); n < 2 || n > maxCrawlerLog {
		code, what := "required", "Say something."
		if n > 0 {
			code, what = "out-of-range", fmt.Sprintf("A message has 2 to %d characters.", maxCrawlerLog)
		}
		return invalidField("message", code, what)
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if l.RepositoryID == nil {
			if err := signedInToTell(by); err != nil {
				return err
			}
		} else {
			row, err := tx.Repository(ctx, by, *l.RepositoryID)
			if err != nil {
				return err
			}
			if err := may(by, models.WriteRepository, row.AgencyID, "write logs of this agency's repositories"); err != nil {
				return err
			}
		}
		l.ID, l.UUID, l.WrittenByID, l.CreatedAt = 0, "", optional(by.UserID), r.now().Truncate(time.Microsecond)
		l.Message = printable([]byte(l.Message))
		return tx.AddCrawlerLog(ctx, l)
	})
}
