package web

import (
	"context"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// mayOpen asks whether a viewer may see a thing: nil when they may.
type mayOpen func(ctx context.Context, s *store.Store, v models.Viewer, id int64) error

// seeing makes one of the read of one thing.
func seeing[T any](read func(*store.Store, context.Context, models.Viewer, int64) (T, error)) mayOpen {
	return func(ctx context.Context, s *store.Store, v models.Viewer, id int64) error {
		_, err := read(s, ctx, v, id)
		return err
	}
}

// openers are those of the nouns that not everybody who knows an event of one may see: a use that was claimed belongs to who claimed it and whom it is about, the
// event of it to everybody who sees the software.
var openers = map[string]mayOpen{
	"asset": seeing((*store.Store).Asset), "release": seeing((*store.Store).Release), "deployment": seeing((*store.Store).Deployment), "sbom": seeing((*store.Store).SBOM),
	"delivery": seeing((*store.Store).Delivery), "finding": seeing((*store.Store).Finding), "exemption": seeing((*store.Store).Exemption), "decision": seeing((*store.Store).Decision),
	"use-claim": seeing((*store.Store).UseClaim), "question": seeing((*store.Store).Question), "call": seeing((*store.Store).Call), "access-request": seeing((*store.Store).AccessRequest),
	"publisher": seeing((*store.Store).Publisher), "repository": seeing((*store.Store).Repository), "harvest": seeing((*store.Store).Harvest), "webhook": seeing((*store.Store).Webhook),
	"crawler-catalog": func(ctx context.Context, s *store.Store, _ models.Viewer, id int64) error {
		_, err := s.CrawlerCatalog(ctx, id) // one that was withdrawn has no page
		return err
	},
	"stack-entry": seeing((*store.Store).StackEntry), "policy-check": seeing((*store.Store).PolicyCheck),
}

// signedIn are the nouns whose pages are for people who are signed in.
var signedIn = map[string]bool{"webhook": true, "delivery": true}

// unlink takes the address of what the reader may not see out of a history.
func (c *page) unlink(events []store.EventRow, list []historyEntry) error {
	type thing struct {
		noun string
		id   int64
	}
	seen := map[thing]bool{}
	for i, e := range events {
		t := thing{e.Noun, e.NounID}
		look, limited := openers[t.noun]
		if list[i].Path == "" || !limited {
			continue
		}
		if _, known := seen[t]; !known {
			err := look(c.ctx(), c.site.Store, c.viewer, t.id)
			if err != nil && !models.IsKind(err, models.NotFound) && !models.IsKind(err, models.Forbidden) {
				return err
			}
			seen[t] = err == nil && (c.viewer.SignedIn() || !signedIn[t.noun])
		}
		if !seen[t] {
			list[i].Path = ""
		}
	}
	return nil
}
